//! Which ways to order asks are there? The trait each is, and one list: a new one is one file and one line here.

pub mod affinity;
pub mod attention;
#[cfg(test)]
mod conformance;
pub mod deadline_first;
pub mod formula;
pub mod popularity;
pub mod recency;

use super::error::RankError;
use super::feedback::Lesson;
use super::moment::{Lead, Moment};
use super::score::{Explanation, Scale};

pub use attention::{Attention, Personal};
pub(super) use attention::{logistic, softmax};
pub use formula::Formula;

/// One way to order asks.
pub trait Ranker: std::fmt::Debug + Send + Sync {
    /// What its scores count.
    fn scale(&self) -> Scale;

    /// The score of each ask, larger for those that come first. `leads` is never empty.
    fn scores(&self, moment: &Moment<'_>, leads: &[Lead]) -> Vec<f64>;

    /// Why the asks at those places of `scored` have their scores: parts that add up to them.
    fn explain(&self, moment: &Moment<'_>, scored: &Scored<'_>, places: &[usize]) -> Vec<Explanation>;

    /// Probability that the person acts on an ask of that score, where the ranker knows.
    fn probability(&self, _value: f64) -> Option<f64> {
        None
    }

    /// Goes on for another person, and gives back what the one before them added to what all share.
    fn exchange_person(&mut self, person: Personal) -> Personal {
        person
    }

    /// Learns from what was done; the next scores know it. Fixed rules learn nothing.
    fn learn(&mut self, _moment: &Moment<'_>, _example: &Example<'_>) {}
}

/// Asks and their scores.
#[derive(Clone, Copy, Debug)]
pub struct Scored<'a> {
    /// The asks.
    pub leads: &'a [Lead],
    /// Their scores.
    pub scores: &'a [f64],
}

/// Something to learn from.
#[derive(Clone, Copy, Debug)]
pub enum Example<'a> {
    /// What the person did with one ask.
    Reacted {
        /// The ask.
        lead: Lead,
        /// What that teaches.
        lesson: Lesson,
    },
    /// They took one of several they could see.
    Chose {
        /// What they could see.
        among: &'a [Lead],
        /// The place in `among` of the one they took.
        chosen: usize,
    },
}

/// One ranker in the list of all.
#[derive(Debug)]
pub struct RankerKind {
    /// Its stable name, as on the command line.
    pub name: &'static str,
    /// What it goes by, in one sentence.
    pub about: &'static str,
    /// Makes it with its defaults.
    pub make: fn() -> Box<dyn Ranker>,
}

/// Every way to order asks, the default first.
pub const RANKERS: &[&RankerKind] = &[
    &attention::KIND,
    &formula::KIND,
    &affinity::KIND,
    &popularity::KIND,
    &recency::KIND,
    &deadline_first::KIND,
];

/// The ranker of that name.
///
/// # Errors
/// [`RankError::NoRanker`] with the names there are.
pub fn ranker(name: &str) -> Result<&'static RankerKind, RankError> {
    RANKERS.iter().copied().find(|kind| kind.name == name).ok_or_else(|| RankError::NoRanker {
        name: name.to_owned(),
        names: RANKERS.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", "),
    })
}
