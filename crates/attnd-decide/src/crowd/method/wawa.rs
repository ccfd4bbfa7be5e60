//! Who agrees with most? A vote weighted by agreement with the vote.
//!
//! "Worker agreement with aggregate", as Crowd-Kit (doi:10.21105/joss.06227) has it: skill is the share of a mind's answers that
//! the vote agrees with. Where labels tie for the vote, each has its part of the agreement; Crowd-Kit takes one of them.

use crate::crowd::aggregator::{Aggregator, AggregatorKind, CrowdError, Run};
use crate::crowd::answers::{Answer, Answers, Gold};
use crate::crowd::consensus::{Consensus, Minds, Posterior};
use crate::crowd::em::{Parts, Swept};
use crate::crowd::method::majority::{mean_row, shares};

/// In the list.
pub const KIND: AggregatorKind = AggregatorKind {
    name: "wawa",
    about: "a vote weighted by how often each mind agrees with the unweighted vote",
    make: || Box::new(Wawa),
};

/// The vote, agreement with it, the weighted vote. O(answers + units · labels).
#[derive(Clone, Copy, Debug, Default)]
pub struct Wawa;

impl Aggregator for Wawa {
    fn aggregate(&self, answers: &Answers, gold: &Gold, _: &mut Run<'_>) -> Result<Consensus, CrowdError> {
        let mut vote = Vote::of(answers, gold);
        let skills = vote.agreement();
        vote.weigh(&skills);
        let prior = mean_row(&vote.posterior);
        Ok(Consensus {
            posterior: vote.posterior,
            minds: Minds::Skills(skills),
            prior,
            objective: Vec::new(),
            choice: None,
        })
    }
}

/// A vote that can be weighed again.
pub(super) struct Vote<'a> {
    answers: &'a Answers,
    gold: &'a Gold,
    /// Each label's share of the weight of a unit's answers.
    pub(super) posterior: Posterior,
    parts: Parts,
    /// Answers of each mind.
    counts: Vec<f64>,
}

impl<'a> Vote<'a> {
    /// The vote in which every answer counts the same.
    pub(super) fn of(answers: &'a Answers, gold: &'a Gold) -> Self {
        let mut counts = vec![0.0; answers.minds().len()];
        answers.by_unit().flatten().for_each(|answer| counts[answer.mind as usize] += 1.0);
        let parts = Parts::new(answers, counts.len());
        Self { answers, gold, posterior: shares(answers, gold), parts, counts }
    }

    /// How often each mind says what the vote does; a mind without answers as often as chance would.
    pub(super) fn agreement(&mut self) -> Vec<f64> {
        let (answers, labels) = (self.answers, self.posterior.labels());
        let (_, agreed) = self.parts.sweep(&mut self.posterior, |units, rows, agreed| {
            for (unit, row) in units.zip(rows.chunks_exact(labels)) {
                agree(answers.of(unit), row, agreed);
            }
            Swept::default()
        });
        let chance = 1.0 / labels as f64;
        agreed
            .iter()
            .zip(&self.counts)
            .map(|(agreed, all)| if *all > 0.0 { agreed / all } else { chance })
            .collect()
    }

    /// Votes again, each mind with its weight.
    pub(super) fn weigh(&mut self, weights: &[f64]) {
        let (answers, gold, labels) = (self.answers, self.gold, self.posterior.labels());
        self.parts.sweep(&mut self.posterior, |units, rows, _| {
            for (unit, row) in units.zip(rows.chunks_exact_mut(labels)) {
                if gold.of(unit).is_none() {
                    vote(answers.of(unit), weights, row);
                }
            }
            Swept::default()
        });
    }
}

/// Adds to each mind's sum its answer's part of the labels that are likeliest.
fn agree(of: &[Answer], row: &[f64], agreed: &mut [f64]) {
    const TIE: f64 = 1e-9;
    let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let tied = row.iter().filter(|share| **share >= most - TIE).count();
    for answer in of.iter().filter(|answer| row[answer.label as usize] >= most - TIE) {
        agreed[answer.mind as usize] += 1.0 / tied as f64;
    }
}

/// Each label's share of the weight. Where nobody has weight the shares stay what they are.
fn vote(of: &[Answer], weights: &[f64], row: &mut [f64]) {
    let total: f64 = of.iter().map(|answer| weights[answer.mind as usize]).sum();
    if total > 0.0 {
        row.fill(0.0);
        of.iter().for_each(|answer| row[answer.label as usize] += weights[answer.mind as usize] / total);
    }
}
