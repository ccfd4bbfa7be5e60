//! How does a model go on learning from one person, and when must it not? Replay, tests for drift, and a
//! contest between stages that only later answers decide.
//!
//! ```text
//! answer ─► judged: what would each stage have said before it?  (prequential log-loss)
//!        ─► drift?  is the champion's loss higher than it was?
//!        ─► champion: promoted when better by a margin, rolled back when worse
//!        ─► replay: kept for the next fit
//! ```

pub mod bend;
mod contest;
pub mod drift;
mod learner;
pub mod posterior;
pub mod reservoir;
mod tale;

pub use contest::{Contest, LADDER};
pub use learner::{Judged, Judging, Learner, Lesson, PROMISED, Subject};

use attnd_core::Timestamp;
use serde::{Deserialize, Serialize};

use crate::estimator::Stage;

/// A point of the learning curve: mean log-loss over the first answers, each predicted before it was known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Over so many answers.
    pub answers: u32,
    /// Of the stage that was in use at each answer, in nats.
    pub ours: f64,
    /// Of the rules, which learn nothing.
    pub rules: f64,
    /// Of the share of yes among the answers before.
    pub base_rate: f64,
    /// Of the share of yes among the answers before that were given around the same hour.
    pub hour_of_day: f64,
}

/// Answers that were predicted about equally likely, and how many of them were yes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibrationBin {
    /// Predictions from here.
    pub from: f64,
    /// To here, exclusive but for 1.
    pub to: f64,
    /// Their mean.
    pub said: f64,
    /// The share of yes.
    pub came_true: f64,
    /// How many answers.
    pub answers: u32,
}

/// One stage of the ladder, and why it is used or not.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rung {
    /// The stage.
    pub stage: Stage,
    /// On how many answers it was judged.
    pub judged: u32,
    /// Its mean log-loss on them, in nats; `None` on none.
    pub log_loss: Option<f64>,
    /// How it stands.
    pub standing: Standing,
}

/// Why a stage is used or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Standing {
    /// It makes the estimates.
    Champion,
    /// It is judged beside the champion and not better by the margin.
    Challenger,
    /// So many more answers are needed before it can be judged.
    TooFewAnswers {
        /// How many more.
        missing: u32,
    },
    /// The model has no such stage.
    Absent,
}

/// A change of what makes the estimates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// When: the answer that decided it was given then.
    pub at: Timestamp,
    /// After so many answers.
    pub answers: u32,
    /// What made the estimates before.
    pub from: Stage,
    /// And since.
    pub to: Stage,
    /// Why.
    pub why: ChangeReason,
}

/// Why something changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "kebab-case")]
pub enum ChangeReason {
    /// The new one's log-loss was lower.
    Better {
        /// By so many nats per answer.
        by_nats: f64,
        /// Over so many answers.
        over: u32,
    },
    /// The old one's log-loss was higher than what it had replaced.
    Worse {
        /// By so many nats per answer.
        by_nats: f64,
        /// Over so many answers.
        over: u32,
    },
    /// The person's answers no longer follow what was learnt; what is older than `since` is not learnt from any more.
    Drift {
        /// The first moment that is still learnt from.
        since: Timestamp,
    },
}

#[cfg(test)]
mod tests;
