//! What is a way to put answers together? The trait each is, and what it may refuse.

use thiserror::Error;

use super::answers::{Answers, Gold};
use super::consensus::Consensus;
use crate::Seed;

/// One way to put answers together.
pub trait Aggregator: std::fmt::Debug + Send + Sync {
    /// The consensus of every unit. Gold units keep their gold label and teach how good the minds are.
    ///
    /// # Errors
    /// A [`CrowdError`] that says what to change.
    fn aggregate(&self, answers: &Answers, gold: &Gold, run: &mut Run<'_>) -> Result<Consensus, CrowdError>;
}

/// One way in the list of all.
#[derive(Debug)]
pub struct AggregatorKind {
    /// Its stable name, as on the command line.
    pub name: &'static str,
    /// What it assumes, in one sentence.
    pub about: &'static str,
    /// Makes it with its defaults.
    pub make: fn() -> Box<dyn Aggregator>,
}

/// What one run is given besides the answers.
pub struct Run<'a> {
    /// Where chance comes from.
    pub seed: Seed,
    /// Told after each round.
    pub progress: &'a mut dyn FnMut(Round),
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Round {
    /// Rounds done.
    pub done: usize,
    /// Rounds at most.
    pub most: usize,
    /// What is maximised, where something is.
    pub objective: Option<f64>,
}

/// Why answers cannot be put together.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CrowdError {
    /// There is nothing to put together.
    #[error("there is no answer; a consensus needs at least one row of task, worker and label")]
    NoAnswers,
    /// A unit has two truths.
    #[error("the gold of '{unit}' is both '{first}' and '{second}'; a unit has one truth: remove one")]
    ContradictingGold {
        /// The unit.
        unit: String,
        /// The truth added first.
        first: String,
        /// The truth added after it.
        second: String,
    },
    /// A mind answered a unit twice where that is refused.
    #[error(
        "'{mind}' answered '{unit}' more than once; keep one answer, or let the last or each different one count"
    )]
    Repeated {
        /// The unit.
        unit: String,
        /// The mind.
        mind: String,
    },
    /// More names than fit.
    #[error("there are more than four thousand million different names; split the file")]
    TooManyNames,
    /// A probability for every unit and label would not fit.
    #[error("{labels} different labels for each of {units} units are too many to weigh; is it free text?")]
    TooManyCells {
        /// How many units.
        units: usize,
        /// How many labels.
        labels: usize,
    },
    /// The method's tables would not fit.
    #[error("'{method}' would keep {gibibytes} GiB of tables for so many minds and labels; use '{instead}'")]
    TooLarge {
        /// The method asked for.
        method: &'static str,
        /// What its tables would take.
        gibibytes: u64,
        /// A method that fits.
        instead: &'static str,
    },
    /// The method is for fewer labels.
    #[error("'{method}' is for {most} labels at most and here are {labels}; use '{instead}'")]
    TooManyLabels {
        /// The method asked for.
        method: &'static str,
        /// How many labels it can tell apart.
        most: usize,
        /// How many there are.
        labels: usize,
        /// A method without that limit.
        instead: &'static str,
    },
}

impl std::fmt::Debug for Run<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Run").field("seed", &self.seed).finish_non_exhaustive()
    }
}
