//! What do we believe, how surely, and why? What putting answers together gives back.

use super::choose::Choice;

/// Probabilities nearer than this tie.
const TIE: f64 = 1e-9;

/// Probability of each label for each unit, `[unit, label]`, each row summing to one.
#[derive(Clone, Debug, PartialEq)]
pub struct Posterior {
    labels: usize,
    of: Vec<f64>,
}

impl Posterior {
    /// Rows one after the other; `of.len()` is a multiple of `labels`.
    ///
    /// # Panics
    /// Where it is not.
    #[must_use]
    pub fn new(labels: usize, of: Vec<f64>) -> Self {
        assert!(labels > 0 && of.len().is_multiple_of(labels), "a posterior has whole rows");
        Self { labels, of }
    }

    /// How many labels a row has.
    #[must_use]
    pub fn labels(&self) -> usize {
        self.labels
    }

    /// How many units there are.
    #[must_use]
    pub fn units(&self) -> usize {
        self.of.len() / self.labels
    }

    /// The probabilities of one unit's labels.
    #[must_use]
    pub fn of(&self, unit: usize) -> &[f64] {
        &self.of[unit * self.labels..][..self.labels]
    }

    /// The same to change.
    pub fn of_mut(&mut self, unit: usize) -> &mut [f64] {
        &mut self.of[unit * self.labels..][..self.labels]
    }

    /// All rows, one after the other.
    pub(crate) fn values_mut(&mut self) -> &mut [f64] {
        &mut self.of
    }

    /// Adds another's probabilities of the same units and labels; [`Self::normalize`] makes a mean of the sum.
    pub fn add(&mut self, other: &Self) {
        self.of.iter_mut().zip(&other.of).for_each(|(own, other)| *own += other);
    }

    /// Makes each row sum to one. Each has something in it.
    pub fn normalize(&mut self) {
        for row in self.of.chunks_exact_mut(self.labels) {
            let whole: f64 = row.iter().sum();
            row.iter_mut().for_each(|of| *of /= whole);
        }
    }

    /// The rows in the order of the units.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.of.chunks_exact(self.labels)
    }

    /// The likeliest labels of a unit: one, or those that tie, which sums in another order could not tell apart.
    pub fn likeliest(&self, unit: usize) -> impl Iterator<Item = u32> {
        let row = self.of(unit);
        let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (0..).zip(row).filter(move |(_, probability)| **probability >= most - TIE).map(|(label, _)| label)
    }

    /// The likeliest label of a unit and its probability; the first of equals.
    #[must_use]
    pub fn best(&self, unit: usize) -> (u32, f64) {
        let mut best = (0, f64::NEG_INFINITY);
        for (label, &probability) in (0..).zip(self.of(unit)) {
            if probability > best.1 {
                best = (label, probability);
            }
        }
        best
    }
}

/// How a method sees the minds: enough to say how likely each would answer what.
#[derive(Clone, Debug, PartialEq)]
pub enum Minds {
    /// Each mind's probability of saying what is true; errors fall evenly on the other labels.
    Skills(Vec<f64>),
    /// Probability of each answer under each truth, `[mind, truth, answer]`, rows summing to one.
    Confusions(Vec<f64>),
}

impl Minds {
    /// Probability that the mind says `answer` where `truth` is true, among so many `labels`.
    #[must_use]
    pub fn likelihood(&self, mind: usize, truth: usize, answer: usize, labels: usize) -> f64 {
        match self {
            Self::Skills(skills) if truth == answer => skills[mind],
            Self::Skills(skills) => (1.0 - skills[mind]) / (labels - 1).max(1) as f64,
            Self::Confusions(of) => of[(mind * labels + truth) * labels + answer],
        }
    }
}

/// The consensus of all units.
#[derive(Clone, Debug, PartialEq)]
pub struct Consensus {
    /// How likely each label is for each unit.
    pub posterior: Posterior,
    /// What was learned of the minds.
    pub minds: Minds,
    /// Probability of each label before any answer.
    pub prior: Vec<f64>,
    /// What the method maximises (log-likelihood or a lower bound of it), after each round; it never falls. Empty where nothing is maximised.
    pub objective: Vec<f64>,
    /// What was chosen among and why, where the method is a choice of methods.
    pub choice: Option<Choice>,
}
