//! What would each mind say of each truth, when little is known of it? Confusion matrices with a prior, by variational inference.
//!
//! Kim, Ghahramani: Bayesian classifier combination. AISTATS 2012 (PMLR 22:619-627). Constants and stopping rule are those of
//! the published table of Li, Rubinstein, Cohn: Exploiting worker correlation for label aggregation in crowdsourcing. ICML 2019
//! (PMLR 97:3886-3895): every mind is thought to have been right four times and wrong once in each other way.

use crate::crowd::aggregator::{Aggregator, AggregatorKind, CrowdError, Run};
use crate::crowd::answers::{Answers, Gold};
use crate::crowd::consensus::{Consensus, Minds};
use crate::crowd::em::{Climb, Parts, Weights, by_truth};
use crate::crowd::gamma::{digamma, dirichlet_divergence, expected_logs, ln_gamma};
use crate::crowd::method::majority::shares;

const NAME: &str = "ibcc";

/// In the list.
pub const KIND: AggregatorKind = AggregatorKind {
    name: NAME,
    about: "confusion matrices as dawid-skene's, but every mind is thought rather good until it shows otherwise",
    make: || Box::new(Ibcc::default()),
};

/// Independent Bayesian classifier combination: Dirichlet distributions over the rows of each mind's confusion matrix and over
/// the frequencies of truths. O(answers · labels) a round, and O(minds · labels²) for the expected logarithms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ibcc {
    /// Answers each mind is thought to have given rightly under each truth.
    pub right: f64,
    /// Answers it is thought to have given under each truth for each other label.
    pub wrong: f64,
    /// Units each truth is thought to have had.
    pub truths: f64,
    /// It stops where no probability moves by more.
    pub tolerance: f64,
    /// It stops after so many rounds.
    pub most_rounds: usize,
}

impl Default for Ibcc {
    fn default() -> Self {
        Self { right: 4.0, wrong: 1.0, truths: 1.0, tolerance: 1e-3, most_rounds: 500 }
    }
}

impl Aggregator for Ibcc {
    fn aggregate(&self, answers: &Answers, gold: &Gold, run: &mut Run<'_>) -> Result<Consensus, CrowdError> {
        let labels = answers.labels().len();
        let mut weights = Weights::room(NAME, answers.minds().len(), labels)?;
        let mut parts = Parts::new(answers, weights.sums());
        let mut posterior = shares(answers, gold);
        let mut climb = Climb::of(self.most_rounds);
        let prior = Prior::of(self, labels);
        let sums = weights.count(answers, &mut posterior, &mut parts);
        let mut divergence = prior.expect(&mut weights, sums);
        let mut sums = loop {
            let (swept, sums) = weights.sweep(answers, gold, &mut posterior, &mut parts);
            climb.rose(swept.evidence - divergence, run);
            if swept.moved <= self.tolerance || climb.is_at_end() {
                break sums.to_vec();
            }
            divergence = prior.expect(&mut weights, sums);
        };
        let (met, truths) = sums.split_at_mut(weights.of.len());
        let all = truths.iter().map(|met| met + self.truths).sum::<f64>();
        truths.iter_mut().for_each(|met| *met = (*met + self.truths) / all);
        let (truths, confusions) = (truths.to_vec(), prior.means(met));
        Ok(Consensus {
            posterior,
            minds: Minds::Confusions(confusions),
            prior: truths,
            objective: climb.into_objective(),
            choice: None,
        })
    }
}

/// What is thought before any answer, and what is computed of it once.
struct Prior<'a> {
    of: &'a Ibcc,
    labels: usize,
    right: Expected,
    wrong: Expected,
    total: Expected,
}

/// A count and the functions of it that a Dirichlet distribution needs.
#[derive(Clone, Copy)]
struct Expected {
    count: f64,
    digamma: f64,
    ln_gamma: f64,
}

impl Expected {
    fn of(count: f64) -> Self {
        Self { count, digamma: digamma(count), ln_gamma: ln_gamma(count) }
    }

    /// The same with more counted. Most minds never met most pairs of truth and answer: nothing is computed for those.
    #[inline]
    fn and(self, more: f64) -> Self {
        if more == 0.0 { self } else { Self::of(self.count + more) }
    }
}

impl<'a> Prior<'a> {
    fn of(of: &'a Ibcc, labels: usize) -> Self {
        let total = of.right + of.wrong * (labels - 1) as f64;
        let (right, wrong) = (Expected::of(of.right), Expected::of(of.wrong));
        Self { of, labels, right, wrong, total: Expected::of(total) }
    }

    const fn of_pair(&self, truth: usize, answer: usize) -> Expected {
        if truth == answer { self.right } else { self.wrong }
    }

    /// The expected logarithms, as the weights they are of; how far the distributions have moved from their priors, in nats.
    fn expect(&self, weights: &mut Weights, sums: &[f64]) -> f64 {
        let labels = self.labels;
        let (met, truths) = sums.split_at(weights.of.len());
        let mut divergence = 0.0;
        for (mind, met) in weights.of.chunks_exact_mut(labels * labels).zip(met.chunks_exact(labels * labels))
        {
            for truth in 0..labels {
                let total = self.total.and((0..labels).map(|answer| met[answer * labels + truth]).sum());
                divergence += total.ln_gamma - self.total.ln_gamma;
                for answer in 0..labels {
                    let before = self.of_pair(truth, answer);
                    let now = before.and(met[answer * labels + truth]);
                    let logarithm = now.digamma - total.digamma;
                    mind[answer * labels + truth] = logarithm.exp();
                    divergence += before.ln_gamma - now.ln_gamma + (now.count - before.count) * logarithm;
                }
            }
        }
        let counts: Vec<f64> = truths.iter().map(|met| met + self.of.truths).collect();
        expected_logs(&counts, &mut weights.prior);
        divergence += dirichlet_divergence(&counts, &vec![self.of.truths; labels], &weights.prior);
        weights.prior.iter_mut().for_each(|logarithm| *logarithm = logarithm.exp());
        divergence
    }

    /// The confusion matrices expected of what was met `[mind, answer, truth]`, as `[mind, truth, answer]`.
    fn means(&self, met: &[f64]) -> Vec<f64> {
        let labels = self.labels;
        let mut means = by_truth(met, labels);
        for (at, row) in means.chunks_exact_mut(labels).enumerate() {
            let total = self.total.count + row.iter().sum::<f64>();
            for (answer, met) in row.iter_mut().enumerate() {
                *met = (*met + self.of_pair(at % labels, answer).count) / total;
            }
        }
        means
    }
}
