//! Through what is a person looked at now? For each aspect the model in use, what it was taught, and what the person said
//! themself.

use std::fmt::Write as _;
use std::sync::Arc;

use attnd_core::record::{Record, RecordKind};
use attnd_core::store::{Store, Write};
use attnd_core::{PersonId, Problem, TimeRange};
use attnd_model::continual::bend::{Bent, Even};
use attnd_model::continual::{Judging, Learner, Lesson, Subject};
use attnd_model::estimator::Stage;
use attnd_model::metric::AnswerSet;
use attnd_model::rules::RulesModel;
use attnd_model::{Answer, Evidence, Example, Model, Past, Reason};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::answer::{answers_of, unreadable_answers};
use super::evidence::{NAMES, decided, evidence_of, hour_of, may_learn, source_of};
use super::source::consents_of;
use super::{
    AnswerKind, Aspect, Basis, PersonAnswer, Source, SourceConsent, SourceUse, Understood, WhyUnknown,
};

/// The form in which learners are kept; one of another form is learnt anew from the answers.
const FORM: u32 = 1;

/// Where the sampling of answers starts from. Any number does; a fixed one makes a learner a pure function of answers.
pub(crate) const SEED: u64 = 1;

/// Before sets of possible answers can promise anything, an estimate is known from here up, and from one less this down.
const DECIDED: f64 = 2.0 / 3.0;

/// Both aspects, and what they rest on.
#[derive(Debug)]
pub(crate) struct Lenses {
    pub(crate) consents: Vec<SourceConsent>,
    pub(crate) answers: Vec<PersonAnswer>,
    pub(crate) unreadable: Vec<String>,
    pub(crate) lenses: [Lens; 2],
}

/// One aspect.
#[derive(Debug)]
pub(crate) struct Lens {
    pub(crate) aspect: Aspect,
    pub(crate) subject: Subject,
    pub(crate) lessons: Vec<Lesson>,
    pub(crate) learner: Learner,
    pub(crate) model: Option<Bent>,
    /// What was answered, in order: the past of every estimate.
    past: Vec<Example>,
    /// What the person said of stretches of time, oldest first.
    said: Vec<(TimeRange, bool)>,
    /// SHA-256 over everything estimates depend on besides events.
    pub(crate) digest: String,
}

/// A learner as it is kept.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    form: u32,
    /// Over what it was taught.
    taught: String,
    learner: Learner,
}

impl Lenses {
    /// From what is stored; teaches the learners what they have not learnt yet, and keeps them. Blocks.
    pub(crate) fn load(store: &dyn Store, person: PersonId) -> Result<Self, Problem> {
        let consents = consents_of(store, person)?;
        let answers = answers_of(store, person)?;
        let mut unreadable = unreadable_answers(store, person)?;
        let kept = store.records(person, RecordKind::Learner)?;
        let mut lens = |aspect: Aspect| {
            let kept = kept.iter().find(|record| record.key == aspect.name());
            let lens = Lens::taught(aspect, &answers, &consents, kept, &mut unreadable);
            if let Some(write) = lens.to_keep(kept)? {
                store.write(person, write)?;
            }
            Ok::<_, Problem>(lens)
        };
        let lenses = [lens(Aspect::Focus)?, lens(Aspect::Load)?];
        Ok(Self { consents, answers, unreadable, lenses })
    }

    pub(crate) const fn of(&self, aspect: Aspect) -> &Lens {
        match aspect {
            Aspect::Focus => &self.lenses[0],
            Aspect::Load => &self.lenses[1],
        }
    }

    /// Changes whenever an estimate may.
    pub(crate) fn version(&self) -> String {
        self.lenses.iter().map(|lens| lens.digest.as_str()).collect()
    }
}

impl Lens {
    fn taught(
        aspect: Aspect,
        answers: &[PersonAnswer],
        consents: &[SourceConsent],
        kept: Option<&Record>,
        unreadable: &mut Vec<String>,
    ) -> Self {
        let subject = Subject {
            base: base(aspect),
            names: Arc::clone(&NAMES),
            may_learn: may_learn(consents),
            question: aspect.question(),
        };
        let lessons: Vec<Lesson> =
            answers.iter().flat_map(|answer| lessons_of(aspect, answer, consents)).collect();
        let mut learner = match kept.map(|record| serde_json::from_value::<Kept>(record.value.clone())) {
            Some(Ok(kept)) if kept.form == FORM => {
                let taught = lessons.get(..kept.learner.lessons());
                let same = taught.is_some_and(|taught| digest_of(&subject, taught) == kept.taught);
                if same { kept.learner } else { Learner::new(SEED) }
            }
            Some(_) => {
                let answers = lessons.len();
                unreadable.push(format!(
                    "what was learnt about {} could not be read and was learnt anew from {answers} answers",
                    aspect.name()
                ));
                Learner::new(SEED)
            }
            None => Learner::new(SEED),
        };
        learner.take(&subject, &lessons);
        let said: Vec<(TimeRange, bool)> = answers
            .iter()
            .filter_map(|answer| Some((answer.about, aspect.of(&answer.instrument.scale(), answer.value())?)))
            .collect();
        let mut digest = digest_of(&subject, &lessons);
        for consent in consents {
            let _ = write!(digest, " {:?}", consent.decided);
        }
        Self {
            model: learner.model(&subject, &lessons),
            past: lessons.iter().map(|lesson| lesson.example.clone()).collect(),
            digest: hex(&Sha256::digest(digest)),
            aspect,
            subject,
            lessons,
            learner,
            said,
        }
    }

    /// The learner to keep, if it learnt anything new.
    fn to_keep(&self, kept: Option<&Record>) -> Result<Option<Write>, Problem> {
        if kept.is_none() && self.lessons.is_empty() {
            return Ok(None);
        }
        let taught = digest_of(&self.subject, &self.lessons);
        let known = Kept { form: FORM, taught, learner: self.learner.clone() };
        let record = crate::settings::record(self.aspect.name().to_owned(), &known)?;
        let is_new = kept.is_none_or(|kept| kept.value != record.value);
        Ok(is_new.then_some(Write::PutRecord(RecordKind::Learner, record)))
    }

    /// Which stage makes the estimates; `None` while nothing can.
    pub(crate) fn used(&self) -> Option<Stage> {
        let stage = self.model.as_ref()?.stage();
        (stage > Stage::Normalised || self.has_rules()).then_some(stage)
    }

    /// Whether there is anything to start from without answers.
    pub(crate) fn has_rules(&self) -> bool {
        self.subject.base.name() != Even.name()
    }

    /// Whether any answer was given with input sensed.
    pub(crate) fn reads_input(&self) -> bool {
        let of_input: Vec<usize> = (0..NAMES.len())
            .filter(|index| {
                source_of(&NAMES[*index]) == Some(Source::Input) && self.subject.may_learn[*index]
            })
            .collect();
        self.past.iter().any(|example| {
            of_input.iter().any(|index| {
                !NAMES[*index].starts_with("input_missing") && example.evidence.features[*index].is_finite()
            })
        })
    }

    /// Answers it learns from and is not judged by.
    pub(crate) fn corrections(&self) -> usize {
        let mut given: Vec<_> = self
            .lessons
            .iter()
            .filter(|lesson| lesson.judging == Judging::LearntFromOnly)
            .map(|lesson| lesson.example.answer.answered)
            .collect();
        given.dedup();
        given.len()
    }

    /// What the person said of a minute; the last word counts.
    pub(crate) fn said_of(&self, minute: TimeRange) -> Option<bool> {
        let about =
            |(range, _): &&(TimeRange, bool)| range.start() < minute.end() && minute.start() < range.end();
        self.said.iter().rev().find(about).map(|(_, yes)| *yes)
    }

    /// The evidence of a minute, estimated.
    pub(crate) fn estimate(&self, evidence: &Evidence) -> Understood {
        let Some(model) = &self.model else {
            return Understood::Unknown(WhyUnknown::TooFewAnswers { missing: self.missing() });
        };
        let Some(stage) = self.used() else {
            return Understood::Unknown(WhyUnknown::TooFewAnswers { missing: self.missing() });
        };
        let log_odds = model.log_odds(self.past_of(evidence), evidence);
        let yes = log_odds.probability();
        let is_decided = match self.learner.set(yes) {
            Some(set) => matches!(set, AnswerSet::Yes | AnswerSet::No),
            None => !(1.0 - DECIDED..DECIDED).contains(&yes),
        };
        if !is_decided {
            return Understood::Unknown(WhyUnknown::BothPossible { yes });
        }
        let (low, high) = log_odds.band();
        let basis = if stage > Stage::Normalised { Basis::Learned } else { Basis::Rules };
        Understood::Known { yes, low: low.min(yes), high: high.max(yes), basis }
    }

    /// Why it comes out as it does.
    pub(crate) fn reasons(&self, evidence: &Evidence) -> Option<Vec<Reason>> {
        self.used()?;
        Some(self.model.as_ref()?.explain(self.past_of(evidence), evidence))
    }

    /// How likely is yes, whatever it is worth.
    pub(crate) fn probability(&self, evidence: &Evidence) -> Option<f64> {
        self.used()?;
        Some(self.model.as_ref()?.log_odds(self.past_of(evidence), evidence).probability())
    }

    /// What had been answered before the evidence ended.
    pub(crate) fn past_of(&self, evidence: &Evidence) -> Past<'_> {
        let known = self.past.partition_point(|example| example.answer.answered < evidence.at);
        Past::of(&self.past[..known])
    }

    /// How many more answers it takes until anything can be said.
    fn missing(&self) -> u32 {
        let rung = self.learner.ladder().into_iter().find(|rung| rung.stage == Stage::Intercept);
        match rung.map(|rung| rung.standing) {
            Some(attnd_model::continual::Standing::TooFewAnswers { missing }) => missing,
            _ => 1,
        }
    }
}

/// Whether anything may be estimated at all.
pub(crate) fn may_estimate(consents: &[SourceConsent]) -> bool {
    decided(consents, Source::Flow) != SourceUse::Withdrawn
}

/// What to start from.
fn base(aspect: Aspect) -> Arc<dyn Model> {
    Arc::new(RulesModel::new(&aspect.question().scale.name, NAMES.iter().map(String::as_str)))
}

/// What an answer teaches about an aspect: one lesson for a probe, one for each moment of a correction.
fn lessons_of(aspect: Aspect, answer: &PersonAnswer, consents: &[SourceConsent]) -> Vec<Lesson> {
    let Some(value) = aspect.value_of(&answer.instrument.scale(), answer.value()) else { return Vec::new() };
    let judging = match answer.kind {
        AnswerKind::Probe { .. } => Judging::Judged,
        AnswerKind::Correction => Judging::LearntFromOnly,
    };
    let lesson = |evidence: Evidence, hour_h: f64| Lesson {
        example: Example { evidence, answer: Answer { value, answered: answer.answered } },
        hour_h,
        judging,
    };
    if answer.evident.moments.is_empty() {
        // What was said still counts for how often it is so.
        let at = answer.about.end().min(answer.answered);
        return vec![lesson(evidence_of(at, vec![f64::NAN; NAMES.len()]), hour_of(at, &TimeZone::UTC))];
    }
    answer.evident.moments.iter().map(|moment| lesson(moment.evidence(consents), moment.hour_h)).collect()
}

/// SHA-256 over what a learner is taught, hexadecimal.
pub(crate) fn digest_of(subject: &Subject, lessons: &[Lesson]) -> String {
    let mut digest = Sha256::new();
    digest.update(subject.base.name());
    for (name, may_learn) in subject.names.iter().zip(&*subject.may_learn) {
        digest.update(name);
        digest.update([0, u8::from(*may_learn)]);
    }
    for lesson in lessons {
        let Example { evidence, answer } = &lesson.example;
        digest.update(evidence.at.ns().to_le_bytes());
        digest.update(answer.answered.ns().to_le_bytes());
        digest.update(answer.value.to_le_bytes());
        digest.update([u8::from(lesson.judging == Judging::Judged)]);
        digest.update(lesson.hour_h.to_le_bytes());
        for value in &evidence.features {
            digest.update(value.to_le_bytes());
        }
    }
    hex(&digest.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
