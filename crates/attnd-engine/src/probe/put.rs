//! How does a question reach the person, and their answer come back? Probes as they are kept.

use std::sync::Arc;

use attnd_core::record::{Record, RecordKind};
use attnd_core::store::{Store, Write};
use attnd_core::{Duration, ErrorCode, PersonId, Problem, TimeRange, Timestamp};
use attnd_sense::track::Track;
use jiff::tz::TimeZone;

use super::schedule::{Chosen, Situation};
use super::{MOST_A_DAY, NotNow, Probe, ProbeDue, ProbeOutcome, ProbeSettings, Snooze};
use crate::flow::local_day;
use crate::understand::{AnswerKind, Instrument, PersonAnswer, consents_of, days, new_id};
use crate::{Access, Engine};

/// The key the settings are kept under.
const SETTINGS: &str = "probes";

/// A question is about the time just before it.
pub(crate) const ABOUT: Duration = Duration::from_s(15 * 60);

/// It goes away by itself.
pub(crate) const OPEN_FOR: Duration = Duration::from_s(10 * 60);

impl Engine {
    /// When and what attnd may ask.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn probe_settings(self: &Arc<Self>, person: PersonId) -> Result<ProbeSettings, Problem> {
        self.reading(move |store| settings_of(store, person)).await
    }

    /// Sets when and what attnd may ask.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidParameter`] for settings that make no sense; [`Problem`] of the store.
    pub async fn set_probe_settings(&self, access: &Access, settings: ProbeSettings) -> Result<(), Problem> {
        settings.check()?;
        let record = crate::settings::record(SETTINGS.to_owned(), &settings)?;
        self.write(access.person(), Write::PutRecord(RecordKind::Understanding, record)).await?;
        self.note(access, "probe.settings", format!("{:?}", settings.asking)).await?;
        self.tell(crate::Happening::Settings { person: access.person() });
        Ok(())
    }

    /// The question that waits now, if any; otherwise why there is none. Putting one keeps it.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn probe_due(self: &Arc<Self>, person: PersonId, zone: &TimeZone) -> Result<ProbeDue, Problem> {
        let _turn = self.living.asking().await;
        let now = self.clock.now();
        let (engine, zone) = (Arc::clone(self), zone.clone());
        let due = self.reading(move |store| engine.due(store, person, now, &zone)).await?;
        Ok(match due {
            Due::Open(probe) => ProbeDue::Now(probe),
            Due::Not(why) => ProbeDue::NotNow(why),
            Due::Put(chosen) => {
                let probe = Probe {
                    id: new_id(),
                    instrument: chosen.instrument,
                    about: chosen.about,
                    asked: now,
                    expires: now.saturating_add(OPEN_FOR),
                    breakpoint: Some(chosen.breakpoint),
                    probability: chosen.probability,
                    outcome: ProbeOutcome::Open,
                };
                self.keep_probe(person, &probe).await?;
                ProbeDue::Now(probe)
            }
        })
    }

    /// Blocks.
    fn due(
        &self,
        store: &dyn Store,
        person: PersonId,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Result<Due, Problem> {
        let probes = probes_of(store, person)?;
        if let Some(open) = probes.iter().rev().find(|probe| probe.is_open(now)) {
            return Ok(Due::Open(open.clone()));
        }
        let settings = settings_of(store, person)?;
        let rules = self.category_rules(person);
        let nothing = Track::default();
        let mut situation = Situation {
            person,
            now,
            zone,
            settings: &settings,
            probes: &probes,
            track: &nothing,
            bearing: &|path: &[String]| rules.bearing(path),
        };
        // What forbids it costs less to know than what was done today.
        if let Err(why) = situation.allowed() {
            return Ok(Due::Not(why));
        }
        if self.gates.rules().paused_until(now).is_some() {
            return Ok(Due::Not(NotNow::Paused));
        }
        let just_now = TimeRange::from(now.saturating_sub(Duration::from_s(1)), Duration::from_s(1));
        let consents = consents_of(store, person)?;
        let days = days(just_now, zone);
        let Some(day) = days.last() else { return Ok(Due::Not(NotNow::Away)) };
        let sensed = self.sensed_of_day(store, person, day, &consents, zone)?;
        situation.track = sensed.track();
        Ok(situation.choose().map_or_else(Due::Not, Due::Put))
    }

    /// Puts a question now because the person wants to answer one.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn ask_me(self: &Arc<Self>, access: &Access, instrument: Instrument) -> Result<Probe, Problem> {
        let now = self.clock.now();
        let probe = Probe {
            id: new_id(),
            instrument,
            about: TimeRange::from(now.saturating_sub(ABOUT), ABOUT),
            asked: now,
            expires: now.saturating_add(OPEN_FOR),
            breakpoint: None,
            probability: 1.0,
            outcome: ProbeOutcome::Open,
        };
        self.keep_probe(access.person(), &probe).await?;
        Ok(probe)
    }

    /// Answers a probe; an answer to one that has gone away is taken too, if it comes within a day.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for no such probe; [`ErrorCode::Conflict`] for one already answered;
    /// [`ErrorCode::InvalidParameter`] for values off the scale; [`Problem`] of the store.
    pub async fn answer_probe(
        self: &Arc<Self>,
        access: &Access,
        id: &str,
        values: Vec<i32>,
        zone: &TimeZone,
    ) -> Result<PersonAnswer, Problem> {
        let (person, now) = (access.person(), self.clock.now());
        let probe = self.probe(person, id).await?;
        probe.instrument.check(&values)?;
        if let ProbeOutcome::Answered { .. } = probe.outcome {
            return Err(Problem::new(ErrorCode::Conflict, "this question was answered already"));
        }
        let answer = PersonAnswer {
            id: new_id(),
            kind: AnswerKind::Probe {
                probe: probe.id.clone(),
                breakpoint: probe.breakpoint,
                probability: probe.probability,
            },
            instrument: probe.instrument,
            values,
            about: probe.about,
            answered: now,
            evident: self.evident_at(person, probe.about.end(), zone).await?,
        };
        self.put_answer(access, None, Some(&answer)).await?;
        self.keep_probe(person, &Probe { outcome: ProbeOutcome::Answered { at: now }, ..probe }).await?;
        Ok(answer)
    }

    /// Not now: puts the question away and asks nothing until the moment it answers.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for no such probe; [`Problem`] of the store.
    pub async fn snooze_probe(
        self: &Arc<Self>,
        access: &Access,
        id: &str,
        snooze: Snooze,
        zone: &TimeZone,
    ) -> Result<Timestamp, Problem> {
        let until = snooze.until(self.clock.now(), zone)?;
        let probe = self.probe(access.person(), id).await?;
        let snoozed = Probe { outcome: ProbeOutcome::Snoozed { until }, ..probe };
        self.keep_probe(access.person(), &snoozed).await?;
        Ok(until)
    }

    /// Puts one question away without an answer.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for no such probe; [`Problem`] of the store.
    pub async fn dismiss_probe(self: &Arc<Self>, access: &Access, id: &str) -> Result<(), Problem> {
        let probe = self.probe(access.person(), id).await?;
        let at = self.clock.now();
        self.keep_probe(access.person(), &Probe { outcome: ProbeOutcome::Dismissed { at }, ..probe }).await
    }

    async fn probe(self: &Arc<Self>, person: PersonId, id: &str) -> Result<Probe, Problem> {
        let probes = self.reading(move |store| probes_of(store, person)).await?;
        probes
            .into_iter()
            .find(|probe| probe.id == id)
            .ok_or_else(|| Problem::new(ErrorCode::NotFound, "there is no such question"))
    }

    async fn keep_probe(&self, person: PersonId, probe: &Probe) -> Result<(), Problem> {
        let record: Record = crate::settings::record(probe.id.clone(), probe)?;
        self.write(person, Write::PutRecord(RecordKind::Probe, record)).await?;
        self.tell(crate::Happening::Probes { person });
        Ok(())
    }
}

/// What is with questions now.
enum Due {
    Open(Probe),
    Put(Chosen),
    Not(NotNow),
}

impl Snooze {
    /// When a snooze that begins at `now` ends.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidTime`] on the last day of attnd's years.
    pub fn until(self, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, Problem> {
        match self {
            Self::Quarter => Ok(now.saturating_add(Duration::from_s(15 * 60))),
            Self::Hour => Ok(now.saturating_add(Duration::from_s(3_600))),
            Self::Today => Ok(local_day(now.jiff().to_zoned(zone.clone()).date(), zone)?.end()),
        }
    }
}

impl ProbeSettings {
    /// Passes settings that make sense.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidParameter`], with what does not.
    pub fn check(&self) -> Result<(), Problem> {
        let wrong = if !(1..=MOST_A_DAY).contains(&self.most_a_day) {
            format!("between 1 and {MOST_A_DAY} questions a day, not {}", self.most_a_day)
        } else if self.from >= self.until {
            "the hours in which to ask end before they begin".to_owned()
        } else if self.instruments.is_empty() {
            "at least one question".to_owned()
        } else {
            return Ok(());
        };
        Err(Problem::new(ErrorCode::InvalidParameter, wrong))
    }
}

fn settings_of(store: &dyn Store, person: PersonId) -> Result<ProbeSettings, Problem> {
    let records = store.records(person, RecordKind::Understanding)?;
    let kept = records.into_iter().find(|record| record.key == SETTINGS);
    // Settings that cannot be read ask nothing.
    Ok(kept.and_then(|record| serde_json::from_value(record.value).ok()).unwrap_or_default())
}

/// Every probe that can be read, oldest first.
fn probes_of(store: &dyn Store, person: PersonId) -> Result<Vec<Probe>, Problem> {
    let mut probes: Vec<Probe> = store
        .records(person, RecordKind::Probe)?
        .into_iter()
        .filter_map(|record| serde_json::from_value(record.value).ok())
        .collect();
    probes.sort_by(|a, b| (a.asked, &a.id).cmp(&(b.asked, &b.id)));
    Ok(probes)
}
