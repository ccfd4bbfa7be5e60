//! What did most say? The vote every other method is measured against.

use crate::crowd::aggregator::{Aggregator, AggregatorKind, CrowdError, Run};
use crate::crowd::answers::{Answers, Gold};
use crate::crowd::consensus::{Consensus, Minds, Posterior};

/// In the list.
pub const KIND: AggregatorKind = AggregatorKind {
    name: "majority",
    about: "every answer counts the same; a tie stays a tie",
    make: || Box::new(Majority),
};

/// Each label's share of a unit's answers. Ties are not broken: labels with equal shares stay equally
/// likely, so that accuracy can be told in expectation under ties broken at random.
#[derive(Clone, Copy, Debug, Default)]
pub struct Majority;

impl Aggregator for Majority {
    fn aggregate(&self, answers: &Answers, gold: &Gold, _: &mut Run<'_>) -> Result<Consensus, CrowdError> {
        let posterior = shares(answers, gold);
        let minds = Minds::Skills(agreement(answers, &posterior));
        let prior = mean_row(&posterior);
        Ok(Consensus { posterior, minds, prior, objective: Vec::new(), choice: None })
    }
}

/// Each label's share of the answers to each unit; gold units have their gold, units without answers every label alike.
#[must_use]
pub fn shares(answers: &Answers, gold: &Gold) -> Posterior {
    let labels = answers.labels().len();
    let mut posterior = Posterior::new(labels, vec![0.0; answers.units().len() * labels]);
    for (unit, of) in answers.by_unit().enumerate() {
        let row = posterior.of_mut(unit);
        match gold.of(unit) {
            Some(truth) => row[truth as usize] = 1.0,
            None if of.is_empty() => row.fill(1.0 / labels as f64),
            None => of.iter().for_each(|answer| row[answer.label as usize] += 1.0 / of.len() as f64),
        }
    }
    posterior
}

/// How often each mind says what is likely true: the mean probability of its own answers, with one answer right and one
/// wrong added, so that a mind of one answer is neither a saint nor a fool.
#[must_use]
pub fn agreement(answers: &Answers, posterior: &Posterior) -> Vec<f64> {
    let mut right = vec![1.0; answers.minds().len()];
    let mut all = vec![2.0; answers.minds().len()];
    for (unit, of) in answers.by_unit().enumerate() {
        for answer in of {
            right[answer.mind as usize] += posterior.of(unit)[answer.label as usize];
            all[answer.mind as usize] += 1.0;
        }
    }
    right.iter().zip(all).map(|(right, all)| right / all).collect()
}

/// Mean of all rows: how common each label is.
#[must_use]
pub fn mean_row(posterior: &Posterior) -> Vec<f64> {
    let mut mean = vec![0.0; posterior.labels()];
    for row in posterior.rows() {
        mean.iter_mut().zip(row).for_each(|(sum, probability)| *sum += probability);
    }
    mean.iter_mut().for_each(|sum| *sum /= posterior.units() as f64);
    mean
}
