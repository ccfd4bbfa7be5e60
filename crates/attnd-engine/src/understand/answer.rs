//! What did the person say of a time, and what was known of it then? Answers, kept with their evidence.

use std::collections::BTreeMap;
use std::sync::Arc;

use attnd_core::record::RecordKind;
use attnd_core::recording::Scale;
use attnd_core::store::{Store, Write};
use attnd_core::{Duration, ErrorCode, PersonId, Problem, TimeRange, Timestamp};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::Aspect;
use super::living::AnswerBefore;
use crate::probe::Breakpoint;
use crate::{Access, Engine};

/// Nobody knows how focused they were over days.
const LONGEST_CORRECTION: Duration = Duration::from_s(86_400);

/// The id of an answer.
pub type AnswerId = String;

/// What can be asked in a few seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Instrument {
    /// How focused were you? 1 to 5.
    Focus,
    /// How much mental work was it? 1 to 5.
    MentalLoad,
    /// NASA-TLX without weights: mental, physical, temporal demand, performance, effort, frustration, each 0 to
    /// 100 in steps of 5 (Hart 2006). Performance runs from perfect (0) to failure (100).
    RawTlx,
    /// Karolinska Sleepiness Scale, 1 to 9.
    Sleepiness,
}

/// How an answer came about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum AnswerKind {
    /// attnd asked at a breakpoint.
    Probe {
        /// The probe's id.
        probe: String,
        /// At which breakpoint; `None` when the person asked to be asked.
        breakpoint: Option<Breakpoint>,
        /// How likely it was that this breakpoint was chosen.
        probability: f64,
    },
    /// The person said that an estimate was wrong. Learnt from, but no estimate is judged by it: it was given because
    /// of what the estimate said.
    Correction,
}

/// What was known when an answer was given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evident {
    /// The moments of the answered time, oldest first; one for a probe.
    pub moments: Vec<Moment>,
    /// What was estimated then, before the answer.
    pub estimated: BTreeMap<Aspect, f64>,
}

/// What was known of a moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    /// Nothing in it is newer.
    pub at: Timestamp,
    /// The local hour of the day then, 0 to 24.
    pub hour_h: f64,
    /// Features by name; those that were missing are left out.
    pub features: BTreeMap<String, f64>,
}

/// Something the person said of a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonAnswer {
    /// Its id.
    pub id: AnswerId,
    /// How it came about.
    pub kind: AnswerKind,
    /// What was asked.
    pub instrument: Instrument,
    /// What was said: six values for raw TLX, else one.
    pub values: Vec<i32>,
    /// The time it is about.
    pub about: TimeRange,
    /// When it was given.
    pub answered: Timestamp,
    /// What was known then; erased with the events it was made from.
    pub evident: Evident,
}

/// In what form answers leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// One row an answer, without evidence.
    Csv,
    /// One JSON object a line, all that is kept.
    Ndjson,
}

/// What undoing the last change of answers did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undone {
    /// The answer is as it was before.
    Restored(AnswerId),
    /// An answer that had been added is gone.
    Removed(AnswerId),
}

impl Instrument {
    /// All.
    pub const ALL: [Self; 4] = [Self::Focus, Self::MentalLoad, Self::RawTlx, Self::Sleepiness];

    /// The name it is stored under.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Focus => "focus",
            Self::MentalLoad => "mental-load",
            Self::RawTlx => "raw-tlx",
            Self::Sleepiness => "sleepiness",
        }
    }

    /// The scale of its result.
    #[must_use]
    pub const fn scale(self) -> Scale {
        match self {
            Self::Focus => Scale::CONCENTRATION,
            Self::MentalLoad => Scale::MENTAL_LOAD,
            Self::RawTlx => Scale::RAW_TLX,
            Self::Sleepiness => Scale::SLEEPINESS,
        }
    }

    /// How many values an answer has.
    #[must_use]
    pub const fn values(self) -> usize {
        match self {
            Self::RawTlx => 6,
            Self::Focus | Self::MentalLoad | Self::Sleepiness => 1,
        }
    }

    /// Passes what can be an answer.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidParameter`] for another number of values, or values off the scale.
    pub fn check(self, values: &[i32]) -> Result<(), Problem> {
        let scale = self.scale();
        let refused = |detail: String| Err(Problem::new(ErrorCode::InvalidParameter, detail));
        if values.len() != self.values() {
            return refused(format!("{} has {} values, not {}", self.name(), self.values(), values.len()));
        }
        if let Some(value) = values.iter().find(|value| !(scale.lowest..=scale.highest).contains(value)) {
            return refused(format!(
                "{} goes from {} to {}, not {value}",
                self.name(),
                scale.lowest,
                scale.highest
            ));
        }
        Ok(())
    }
}

impl PersonAnswer {
    /// The result on the instrument's scale: the mean of the values, rounded.
    #[must_use]
    pub fn value(&self) -> i32 {
        let count = i32::try_from(self.values.len().max(1)).unwrap_or(i32::MAX);
        let sum: i32 = self.values.iter().sum();
        // Half away from zero; scales have no negative values.
        (2 * sum + count) / (2 * count)
    }
}

impl Engine {
    /// All answers, oldest first.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn answers(self: &Arc<Self>, person: PersonId) -> Result<Vec<PersonAnswer>, Problem> {
        self.reading(move |store| answers_of(store, person)).await
    }

    /// Says that the estimate of a time was wrong: what it was, as the person knows it. From then on their word
    /// stands for that time.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidTime`] for a time that is empty, not over or longer than a day;
    /// [`ErrorCode::InvalidParameter`] for a value off the scale; [`Problem`] of the store.
    pub async fn correct(
        self: &Arc<Self>,
        access: &Access,
        about: TimeRange,
        instrument: Instrument,
        values: Vec<i32>,
        zone: &TimeZone,
    ) -> Result<PersonAnswer, Problem> {
        instrument.check(&values)?;
        let now = self.clock.now();
        if about.duration().is_zero() || about.duration() > LONGEST_CORRECTION || about.end() > now {
            let detail = "a correction is about a time that is over, at most a day long";
            return Err(Problem::new(ErrorCode::InvalidTime, detail));
        }
        let answer = PersonAnswer {
            id: new_id(),
            kind: AnswerKind::Correction,
            instrument,
            values,
            about,
            answered: now,
            evident: self.evident_of(access.person(), about, zone).await?,
        };
        self.put_answer(access, None, Some(&answer)).await?;
        Ok(answer)
    }

    /// Says something else than before.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for no such answer; [`ErrorCode::InvalidParameter`] for a value off the scale;
    /// [`Problem`] of the store.
    pub async fn change_answer(
        self: &Arc<Self>,
        access: &Access,
        id: &str,
        values: Vec<i32>,
    ) -> Result<PersonAnswer, Problem> {
        let before = self.answer(access.person(), id).await?;
        before.instrument.check(&values)?;
        let answer = PersonAnswer { values, ..before.clone() };
        self.put_answer(access, Some(before), Some(&answer)).await?;
        Ok(answer)
    }

    /// Takes an answer back; what was learnt from it is learnt anew without it.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for no such answer; [`Problem`] of the store.
    pub async fn delete_answer(self: &Arc<Self>, access: &Access, id: &str) -> Result<(), Problem> {
        let before = self.answer(access.person(), id).await?;
        self.put_answer(access, Some(before), None).await
    }

    /// Takes every answer back, and the probes they answered; not to be undone.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn delete_all_answers(self: &Arc<Self>, access: &Access) -> Result<u64, Problem> {
        let person = access.person();
        let mut gone = 0;
        for kind in [RecordKind::Answer, RecordKind::Probe, RecordKind::Learner] {
            for record in self.reading(move |store| Ok(store.records(person, kind)?)).await? {
                gone += u64::from(kind == RecordKind::Answer);
                self.write(person, Write::DeleteRecord(kind, record.key)).await?;
            }
        }
        self.note(access, "answers.delete", format!("{gone} answers")).await?;
        self.living.forget();
        self.learn_again(person).await?;
        Ok(gone)
    }

    /// Undoes the last change of an answer, up to twenty back and as long as the daemon runs: what was taken back
    /// is nowhere on the disk.
    ///
    /// # Errors
    /// [`ErrorCode::NoAnswerToUndo`]; [`Problem`] of the store.
    pub async fn undo_answer(self: &Arc<Self>, access: &Access) -> Result<Undone, Problem> {
        let last = self.living.take_back().ok_or_else(|| {
            Problem::new(
                ErrorCode::NoAnswerToUndo,
                "no change of answers is remembered since attnd was started",
            )
        })?;
        let person = access.person();
        let undone = match last.before {
            Some(answer) => {
                let record = crate::settings::record(answer.id.clone(), &answer)?;
                self.write(person, Write::PutRecord(RecordKind::Answer, record)).await?;
                Undone::Restored(answer.id)
            }
            None => {
                self.write(person, Write::DeleteRecord(RecordKind::Answer, last.id.clone())).await?;
                Undone::Removed(last.id)
            }
        };
        self.note(access, "answer.undo", "").await?;
        self.learn_again(person).await?;
        Ok(undone)
    }

    /// Writes all answers, oldest first. Blocks.
    ///
    /// # Errors
    /// [`ErrorCode::FileUnreadable`] when the writer fails; [`Problem`] of the store.
    pub fn export_answers(
        &self,
        person: PersonId,
        format: ExportFormat,
        writer: &mut dyn std::io::Write,
    ) -> Result<(), Problem> {
        let answers = answers_of(&*self.store, person)?;
        match format {
            ExportFormat::Csv => write_csv(&answers, writer),
            ExportFormat::Ndjson => answers.iter().try_for_each(|answer| {
                serde_json::to_writer(&mut *writer, answer)?;
                writer.write_all(b"\n")
            }),
        }
        .map_err(|error| Problem::new(ErrorCode::FileUnreadable, format!("the export was cut off: {error}")))
    }

    /// Keeps an answer, or removes it with `after` none; remembers how to undo that, and learns from it.
    pub(crate) async fn put_answer(
        self: &Arc<Self>,
        access: &Access,
        before: Option<PersonAnswer>,
        after: Option<&PersonAnswer>,
    ) -> Result<(), Problem> {
        let person = access.person();
        let Some(id) = after.or(before.as_ref()).map(|answer| answer.id.clone()) else { return Ok(()) };
        let (write, action) = match (after, &before) {
            (Some(answer), None) => (kept(answer)?, "answer.give"),
            (Some(answer), Some(_)) => (kept(answer)?, "answer.change"),
            (None, _) => (Write::DeleteRecord(RecordKind::Answer, id.clone()), "answer.delete"),
        };
        self.write(person, write).await?;
        self.note(access, action, id.clone()).await?;
        self.living.remember(AnswerBefore { id, before });
        self.learn_again(person).await
    }

    async fn answer(self: &Arc<Self>, person: PersonId, id: &str) -> Result<PersonAnswer, Problem> {
        self.answers(person)
            .await?
            .into_iter()
            .find(|answer| answer.id == id)
            .ok_or_else(|| Problem::new(ErrorCode::NotFound, "there is no such answer"))
    }
}

fn kept(answer: &PersonAnswer) -> Result<Write, Problem> {
    Ok(Write::PutRecord(RecordKind::Answer, crate::settings::record(answer.id.clone(), answer)?))
}

fn write_csv(answers: &[PersonAnswer], writer: &mut dyn std::io::Write) -> std::io::Result<()> {
    writeln!(writer, "answered,about_start,about_end,kind,question,value,values")?;
    for answer in answers {
        let kind = match &answer.kind {
            AnswerKind::Probe { .. } => "probe",
            AnswerKind::Correction => "correction",
        };
        let values: Vec<String> = answer.values.iter().map(ToString::to_string).collect();
        // No field can hold a comma or a quote: times, names of ours and numbers.
        writeln!(
            writer,
            "{},{},{},{kind},{},{},{}",
            answer.answered,
            answer.about.start(),
            answer.about.end(),
            answer.instrument.name(),
            answer.value(),
            values.join(" ")
        )?;
    }
    Ok(())
}

pub(crate) fn new_id() -> AnswerId {
    uuid::Uuid::now_v7().simple().to_string()
}

/// Of each answer that cannot be read, why.
pub(crate) fn unreadable_answers(store: &dyn Store, person: PersonId) -> Result<Vec<String>, Problem> {
    let records = store.records(person, RecordKind::Answer)?;
    let why = |record: attnd_core::record::Record| {
        let error = serde_json::from_value::<PersonAnswer>(record.value).err()?;
        Some(format!("answer {} cannot be read: {error}; it is kept", record.key))
    };
    Ok(records.into_iter().filter_map(why).collect())
}

/// Every answer that can be read, oldest first.
pub(crate) fn answers_of(store: &dyn Store, person: PersonId) -> Result<Vec<PersonAnswer>, Problem> {
    let mut answers: Vec<PersonAnswer> = store
        .records(person, RecordKind::Answer)?
        .into_iter()
        .filter_map(|record| serde_json::from_value(record.value).ok())
        .collect();
    answers.sort_by(|a, b| (a.answered, &a.id).cmp(&(b.answered, &b.id)));
    Ok(answers)
}
