//! What was learnt from one person's answers so far, and what makes the estimates now? A fold over the answers, one at a
//! time, that never looks ahead.

use std::sync::Arc;

use attnd_core::Timestamp;
use serde::{Deserialize, Serialize};

use super::bend::Bent;
use super::contest::{Contest, LADDER};
use super::drift::{Adwin, AdwinSettings, Direction, Drift, PageHinkley, PageHinkleySettings};
use super::reservoir::Reservoir;
use super::{Change, ChangeReason};
use crate::calibrate::OWN_FROM;
use crate::conformal::{Adaptive, Surprises};
use crate::dataset::{Example, Past, Question};
use crate::estimator::{Model, Stage};
use crate::metric::{AnswerSet, Scored};

/// Answers kept to learn from.
const KEPT: usize = 500;
/// Squared errors of the champion rise by more than this ...
const TOLERATED: f64 = 0.05;
/// ... and pile up to so much, before that is called drift: an error that grows by a quarter is found after about 25
/// answers; where nothing changes, hardly ever (2 · .05 · 5 / .06, Wald's bound e⁻⁸).
const PILED_UP: f64 = 5.0;
/// The share of sets of possible answers that hold the real one.
pub const PROMISED: f64 = 0.9;
/// How quickly sets follow a person who changes: within two points of what is promised after some 900 answers whatever they
/// are, and after far fewer of somebody ordinary.
const STEP: f64 = 0.05;
/// After drift found by Page and Hinkley's test so many of the last answers are still learnt from.
const AFTER_RISE: usize = 30;
/// Hours of the day closer than this tell of one another.
const HOUR_REACH_H: f64 = 1.5;
/// The weight of the base rate against the answers around the same hour.
const HOUR_PULL: f64 = 2.0;

/// An answer to learn from.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesson {
    /// What was known, and what was said.
    pub example: Example,
    /// The local hour of the day the evidence ended, 0 to 24.
    pub hour_h: f64,
    /// Whether estimates are judged by it.
    pub judging: Judging,
}

/// Whether estimates are judged by an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Judging {
    /// They are: it was asked for without regard to what was estimated.
    Judged,
    /// They are not: it was given because of the estimate.
    LearntFromOnly,
}

/// What is estimated, and from what.
#[derive(Clone, Debug)]
pub struct Subject {
    /// What to start from.
    pub base: Arc<dyn Model>,
    /// The names of the evidence's features.
    pub names: Arc<[String]>,
    /// Which of them may get weights of the person's own.
    pub may_learn: Arc<[bool]>,
    /// The question.
    pub question: Question,
}

/// One answer, with what had been said before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// When it was given.
    pub answered: Timestamp,
    /// What it was.
    pub yes: bool,
    /// At which local hour.
    pub hour_h: f64,
    /// What each stage of [`LADDER`] had said; `None` where it could not yet.
    pub said: [Option<f64>; 3],
    /// The share of yes before it, with one made-up yes and no.
    pub base_rate: f64,
    /// The same of answers around the same hour, pulled to the base rate.
    pub hour_of_day: f64,
    /// Which stage made the estimates then.
    pub champion: Stage,
    /// What was thought possible; `None` before there were enough answers to promise anything.
    pub set: Option<AnswerSet>,
}

/// Everything learnt from one person about one question. Serialise it to go on later: it then learns as if it had never
/// stopped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Learner {
    lessons: usize,
    champion: Stage,
    judged: Vec<Judged>,
    /// The first of `judged` that still holds.
    holds_from: usize,
    since: Option<Timestamp>,
    changes: Vec<Change>,
    kept: Reservoir<usize>,
    rise: PageHinkley,
    window: Adwin,
    sets: Adaptive,
}

impl Learner {
    /// One that has learnt nothing.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let rise = PageHinkleySettings {
            least: 20,
            tolerance: TOLERATED,
            threshold: PILED_UP,
            fading: 0.9999,
            direction: Direction::Up,
        };
        let window = AdwinSettings { delta: 0.002, every: 1, shortest: 5, grace: 10 };
        Self {
            lessons: 0,
            champion: Stage::Normalised,
            judged: Vec::new(),
            holds_from: 0,
            since: None,
            changes: Vec::new(),
            kept: Reservoir::new(KEPT, seed),
            rise: PageHinkley::new(rise),
            window: Adwin::new(window),
            sets: Adaptive::new(Surprises::default(), PROMISED, STEP),
        }
    }

    /// How many lessons it has taken.
    #[must_use]
    pub const fn lessons(&self) -> usize {
        self.lessons
    }

    /// Which stage makes the estimates.
    #[must_use]
    pub const fn champion(&self) -> Stage {
        self.champion
    }

    /// Every answer it was judged by, oldest first.
    #[must_use]
    pub fn judged(&self) -> &[Judged] {
        &self.judged
    }

    /// Those since what was learnt last ceased to hold.
    #[must_use]
    pub fn holding(&self) -> &[Judged] {
        &self.judged[self.holds_from..]
    }

    /// What changed when and why, oldest first.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Answers before this are not learnt from any more.
    #[must_use]
    pub const fn since(&self) -> Option<Timestamp> {
        self.since
    }

    /// Takes those of `lessons`, in order of answers, that it has not taken yet; they are always the same but for new ones
    /// at the end.
    pub fn take(&mut self, subject: &Subject, lessons: &[Lesson]) {
        while let Some(lesson) = lessons.get(self.lessons) {
            if lesson.judging == Judging::Judged {
                self.judge(subject, lessons, lesson);
            }
            self.kept.add(lesson.example.answer.value, self.lessons);
            self.lessons += 1;
        }
    }

    /// What is learnt from, in order of answers.
    #[must_use]
    pub fn kept(&self, lessons: &[Lesson]) -> Vec<Example> {
        let kept = self.kept.kept().into_iter();
        kept.filter_map(|index| lessons.get(*index)).map(|lesson| lesson.example.clone()).collect()
    }

    /// What makes the estimates now, fitted to what is kept; the highest stage below the champion that can be, where too
    /// little is left for it.
    #[must_use]
    pub fn model(&self, subject: &Subject, lessons: &[Lesson]) -> Option<Bent> {
        let kept = self.kept(lessons);
        let fitted = |stage: &Stage| Bent::fit(subject, &kept, *stage);
        LADDER.iter().rev().filter(|stage| **stage <= self.champion).find_map(fitted)
    }

    fn judge(&mut self, subject: &Subject, lessons: &[Lesson], lesson: &Lesson) {
        let kept = self.kept(lessons);
        let evidence = &lesson.example.evidence;
        let known = kept.partition_point(|example| example.answer.answered < evidence.at);
        let said = LADDER.map(|stage| {
            let model = Bent::fit(subject, &kept, stage)?;
            Some(model.log_odds(Past::of(&kept[..known]), evidence).probability())
        });
        let (base_rate, hour_of_day) = self.trivial(lesson.hour_h);
        let judged = Judged {
            answered: lesson.example.answer.answered,
            yes: subject.question.is_yes(lesson.example.answer.value),
            hour_h: lesson.hour_h,
            said,
            base_rate,
            hour_of_day,
            champion: self.champion,
            set: None,
        };
        let judged = Judged { set: self.next_set(judged.ours(), judged.yes), ..judged };
        let error = judged.ours() - f64::from(u8::from(judged.yes));
        self.judged.push(judged);
        self.watch(error * error, lessons);
        if let Some((stage, why)) = Contest::default().decide(self.champion, self.holding()) {
            self.change(stage, why);
        }
    }

    /// What is possible at this probability of yes: yes, no, both or neither; `None` before there were enough answers to
    /// promise anything.
    #[must_use]
    pub fn set(&self, yes: f64) -> Option<AnswerSet> {
        (self.judged.len() >= OWN_FROM).then(|| self.sets.set(yes))
    }

    /// The set before an answer is known; the answer then moves the next.
    fn next_set(&mut self, probability: f64, yes: bool) -> Option<AnswerSet> {
        let scored = Scored { probability, yes };
        if self.judged.len() < OWN_FROM {
            self.sets.learn(&scored);
            return None;
        }
        Some(self.sets.set_then_answer(&scored))
    }

    /// What the share of yes so far says, overall and around this hour.
    fn trivial(&self, hour_h: f64) -> (f64, f64) {
        let yes = |judged: &Judged| f64::from(u8::from(judged.yes));
        let of_yes: f64 = self.judged.iter().map(yes).sum();
        let base_rate = (of_yes + 1.0) / (self.judged.len() as f64 + 2.0);
        let near = |judged: &&Judged| {
            let apart = (judged.hour_h - hour_h).abs();
            apart.min(24.0 - apart) <= HOUR_REACH_H
        };
        let (mut count, mut near_yes) = (0.0, 0.0);
        for judged in self.judged.iter().filter(near) {
            count += 1.0;
            near_yes += yes(judged);
        }
        (base_rate, (near_yes + HOUR_PULL * base_rate) / (count + HOUR_PULL))
    }

    /// Looks for drift in the champion's squared error.
    fn watch(&mut self, squared_error: f64, lessons: &[Lesson]) {
        let mean_before = self.window.mean();
        let risen = self.rise.add(squared_error);
        let cut = self.window.add(squared_error);
        let still_holds = if cut == Drift::Found && self.window.mean() > mean_before {
            usize::try_from(self.window.width()).unwrap_or(usize::MAX)
        } else if risen == Drift::Found {
            AFTER_RISE
        } else {
            return;
        };
        let from = self.judged.len().saturating_sub(still_holds).max(self.holds_from);
        let Some(since) = self.judged.get(from).map(|judged| judged.answered) else { return };
        self.holds_from = from;
        self.since = Some(since);
        self.kept.retain(|index| {
            lessons.get(*index).is_some_and(|lesson| lesson.example.answer.answered >= since)
        });
        self.change(Stage::Normalised, ChangeReason::Drift { since });
    }

    fn change(&mut self, to: Stage, why: ChangeReason) {
        let at = self.judged.last().map_or(Timestamp::MIN, |judged| judged.answered);
        let answers = u32::try_from(self.judged.len()).unwrap_or(u32::MAX);
        self.changes.push(Change { at, answers, from: self.champion, to, why });
        self.champion = to;
    }
}

impl Judged {
    /// What was estimated before the answer: the champion's word, or that of the highest stage below it that had one.
    #[must_use]
    pub fn ours(&self) -> f64 {
        let below = LADDER.into_iter().zip(self.said).rev().filter(|(stage, _)| *stage <= self.champion);
        below.into_iter().find_map(|(_, said)| said).unwrap_or(0.5)
    }

    /// What a stage had said.
    #[must_use]
    pub fn said_by(&self, stage: Stage) -> Option<f64> {
        LADDER.into_iter().zip(self.said).find(|(other, _)| *other == stage).and_then(|(_, said)| said)
    }

    /// A stage's log-loss, nats.
    #[must_use]
    pub fn loss_of(&self, stage: Stage) -> Option<f64> {
        self.said_by(stage).map(|said| log_loss(said, self.yes))
    }
}

/// −ln of the probability given to what was the case; probabilities are kept 10⁻⁶ from 0 and 1.
pub(super) fn log_loss(said: f64, yes: bool) -> f64 {
    let of_truth = if yes { said } else { 1.0 - said };
    -of_truth.clamp(1e-6, 1.0).ln()
}
