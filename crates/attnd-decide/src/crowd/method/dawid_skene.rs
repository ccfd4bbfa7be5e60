//! What would each mind say of each truth? Dawid and Skene's confusion matrices, by maximum likelihood.
//!
//! Dawid, Skene: Maximum likelihood estimation of observer error-rates using the EM algorithm. Applied Statistics 28(1) 1979,
//! doi:10.2307/2346806. Nothing is smoothed: of sparse answers with many labels it learns too much; `ibcc` does not.

use crate::crowd::aggregator::{Aggregator, AggregatorKind, CrowdError, Run};
use crate::crowd::answers::{Answers, Gold};
use crate::crowd::consensus::{Consensus, Minds, Posterior};
use crate::crowd::em::{Climb, Parts, Weights, by_truth};
use crate::crowd::method::majority::shares;

const NAME: &str = "dawid-skene";

/// Nothing is less likely. The shares of votes are full of noughts, which rounds could never leave; Crowd-Kit and the field's
/// other programs clip alike.
const LEAST: f64 = 1e-10;

/// In the list.
pub const KIND: AggregatorKind = AggregatorKind {
    name: NAME,
    about: "every mind has a probability of each answer under each truth, and every truth its frequency; maximum likelihood",
    make: || Box::new(DawidSkene::default()),
};

/// Expectation-maximisation from the shares of the votes.
///
/// Each round multiplies, for each unit, the truth's frequency with how likely each answer is under it, and counts the answers
/// of each mind under each truth in proportion. O(answers · labels) a round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DawidSkene {
    /// It stops where the log-likelihood rises by less than this part of itself.
    pub tolerance: f64,
    /// It stops after so many rounds.
    pub most_rounds: usize,
}

impl Default for DawidSkene {
    fn default() -> Self {
        Self { tolerance: 1e-7, most_rounds: 1_000 }
    }
}

impl Aggregator for DawidSkene {
    fn aggregate(&self, answers: &Answers, gold: &Gold, run: &mut Run<'_>) -> Result<Consensus, CrowdError> {
        let labels = answers.labels().len();
        let mut weights = Weights::room(NAME, answers.minds().len(), labels)?;
        let mut parts = Parts::new(answers, weights.sums());
        let mut posterior = shares(answers, gold);
        let mut climb = Climb::of(self.most_rounds);
        let sums = weights.count(answers, &mut posterior, &mut parts);
        likeliest(&mut weights, sums);
        loop {
            let (swept, sums) = weights.sweep(answers, gold, &mut posterior, &mut parts);
            let rise = climb.rose(swept.evidence, run);
            if rise <= self.tolerance * swept.evidence.abs() || climb.is_at_end() {
                break;
            }
            likeliest(&mut weights, sums);
        }
        Ok(consensus(posterior, &weights, climb))
    }
}

/// The weights under which these sums are likeliest.
fn likeliest(weights: &mut Weights, sums: &[f64]) {
    let labels = weights.prior.len();
    let (met, truths) = sums.split_at(weights.of.len());
    let mut totals = vec![0.0; labels];
    for (mind, met) in weights.of.chunks_exact_mut(labels * labels).zip(met.chunks_exact(labels * labels)) {
        totals.fill(0.0);
        for met in met.chunks_exact(labels) {
            totals.iter_mut().zip(met).for_each(|(total, met)| *total += met);
        }
        for (weights, met) in mind.chunks_exact_mut(labels).zip(met.chunks_exact(labels)) {
            for ((weight, met), total) in weights.iter_mut().zip(met).zip(&totals) {
                // A truth the mind never met says nothing of it.
                *weight = if *total > 0.0 { (met / total).max(LEAST) } else { 1.0 / labels as f64 };
            }
        }
    }
    let units: f64 = truths.iter().sum();
    weights.prior.iter_mut().zip(truths).for_each(|(prior, met)| *prior = (met / units).max(LEAST));
}

/// What confusion matrices make a consensus.
fn consensus(posterior: Posterior, weights: &Weights, climb: Climb) -> Consensus {
    let confusions = by_truth(&weights.of, weights.prior.len());
    let (minds, prior) = (Minds::Confusions(confusions), weights.prior.clone());
    Consensus { posterior, minds, prior, objective: climb.into_objective(), choice: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Seed;
    use crate::crowd::answers::sample_with_gold;

    #[test]
    fn rounds_end_where_they_must() {
        let (answers, gold) = sample_with_gold(200, 12, 3, 5, 0);
        let mut rounds = Vec::new();
        let mut progress = |round: crate::crowd::Round| rounds.push(round.done);
        let mut run = Run { seed: Seed(1), progress: &mut progress };
        let once = DawidSkene { most_rounds: 1, ..DawidSkene::default() };
        assert_eq!(once.aggregate(&answers, &gold, &mut run).unwrap().objective.len(), 1);
        assert_eq!(rounds, [1]);
    }
}
