//! How good is each mind, as far as its answers to known units tell?
//!
//! Each mind has a Dirichlet posterior for each row of its confusion matrix. What is not yet known of a mind is taken from the crowd: the
//! prior is the crowd's own mean, as strong as the minds are alike (empirical Bayes; Dirichlet-multinomial likelihood as in Minka 2000,
//! "Estimating a Dirichlet distribution"). So a mind of three answers is neither a saint nor a fool, and one of three hundred is itself.

use super::belief::MindModel;
use super::tail::ln_gamma;

/// What a crowd is like before one knows who is in it.
#[derive(Clone, Debug, PartialEq)]
pub struct CrowdPrior {
    labels: usize,
    /// Pseudo-answers, `[truth, answer]`.
    counts: Vec<f64>,
}

/// How many pseudo-answers the crowd's mean may be worth for one mind and truth: a quarter, doubling to 1,024.
const STRENGTHS: std::ops::RangeInclusive<i32> = -2..=10;

impl CrowdPrior {
    /// Of a crowd of which nothing is known: minds are right more often than each way of being wrong, four pseudo-answers to one;
    /// the prior of Kim and Ghahramani 2012 (AISTATS) as it is used for crowds.
    #[must_use]
    pub fn unknown(labels: usize) -> Self {
        let cell = |at: usize| if at / labels == at % labels { 4.0 } else { 1.0 };
        Self { labels, counts: (0..labels * labels).map(cell).collect() }
    }

    /// The prior under which the answers counted, `[mind, truth, answer]`, are likeliest: the crowd's mean, and of the strengths from
    /// ¼ to 1,024 the best. O(minds × labels²) for each.
    #[must_use]
    pub fn fitted(labels: usize, counts: &[f64]) -> Self {
        let mut mean = Self::unknown(labels).counts;
        for of_mind in counts.chunks_exact(labels * labels) {
            mean.iter_mut().zip(of_mind).for_each(|(sum, count)| *sum += count);
        }
        for row in mean.chunks_exact_mut(labels) {
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|share| *share /= sum);
        }
        let mut best = (f64::NEG_INFINITY, 1.0);
        for power in STRENGTHS {
            let strength = 2_f64.powi(power);
            let likelihood = ln_likelihood(&mean, strength, labels, counts);
            if likelihood > best.0 {
                best = (likelihood, strength);
            }
        }
        mean.iter_mut().for_each(|share| *share *= best.1);
        Self { labels, counts: mean }
    }

    /// How likely a mind nobody knows says what: `[truth, answer]`, rows summing to one.
    #[must_use]
    pub fn mean(&self) -> Vec<f64> {
        let mut mean = self.counts.clone();
        for row in mean.chunks_exact_mut(self.labels) {
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|share| *share /= sum);
        }
        mean
    }

    /// How many answers to units of that truth the prior is worth.
    #[must_use]
    pub fn strength(&self, truth: usize) -> f64 {
        self.counts[truth * self.labels..][..self.labels].iter().sum()
    }
}

/// Dirichlet-multinomial log-likelihood of all minds' counts, without the terms the prior does not change.
fn ln_likelihood(mean: &[f64], strength: f64, labels: usize, counts: &[f64]) -> f64 {
    let ln_strength = ln_gamma(strength);
    let ln_cells: Vec<f64> = mean.iter().map(|share| ln_gamma(share * strength)).collect();
    let mut sum = 0.0;
    for of_mind in counts.chunks_exact(labels * labels) {
        for (truth, row) in of_mind.chunks_exact(labels).enumerate() {
            let all: f64 = row.iter().sum();
            if all <= 0.0 {
                continue;
            }
            sum += ln_strength - ln_gamma(strength + all);
            for (answer, &count) in row.iter().enumerate().filter(|(_, count)| **count > 0.0) {
                let cell = truth * labels + answer;
                sum += ln_gamma(mean[cell] * strength + count) - ln_cells[cell];
            }
        }
    }
    sum
}

/// What is known of every mind.
#[derive(Clone, Debug, PartialEq)]
pub struct Records {
    labels: usize,
    prior: CrowdPrior,
    /// Answers to units whose truth is known or believed, `[mind, truth, answer]`.
    counts: Vec<f64>,
    /// Expected confusion matrices, `[mind, truth, answer]`.
    models: Vec<f64>,
}

impl Records {
    /// Of so many minds of whom nothing is known but the crowd.
    #[must_use]
    pub fn new(prior: CrowdPrior, minds: usize) -> Self {
        let labels = prior.labels;
        let models = prior.mean().repeat(minds);
        Self { labels, prior, counts: vec![0.0; minds * labels * labels], models }
    }

    /// Of minds whose answers are counted already, `[mind, truth, answer]`, in a crowd fitted to them.
    #[must_use]
    pub fn fitted(labels: usize, counts: Vec<f64>) -> Self {
        let mut records = Self {
            labels,
            prior: CrowdPrior::fitted(labels, &counts),
            models: vec![0.0; counts.len()],
            counts,
        };
        for row in 0..records.counts.len() / labels {
            records.settle(row);
        }
        records
    }

    /// What the crowd is like.
    #[must_use]
    pub fn prior(&self) -> &CrowdPrior {
        &self.prior
    }

    /// How many labels there are.
    #[must_use]
    pub fn labels(&self) -> usize {
        self.labels
    }

    /// How many minds there are.
    #[must_use]
    pub fn minds(&self) -> usize {
        self.counts.len() / (self.labels * self.labels)
    }

    /// Counts an answer to a unit whose label has these probabilities (one of them 1 where it is gold), `weight` times; a negative
    /// weight takes it back. O(labels²).
    pub fn count(&mut self, mind: usize, truth: &[f64], answer: usize, weight: f64) {
        for (label, probability) in truth.iter().enumerate().filter(|(_, probability)| **probability > 0.0) {
            let row = mind * self.labels + label;
            let count = &mut self.counts[row * self.labels + answer];
            *count = (*count + weight * probability).max(0.0);
            self.settle(row);
        }
    }

    /// Works one row of the models out anew.
    fn settle(&mut self, row: usize) {
        let prior = &self.prior.counts[row % self.labels * self.labels..][..self.labels];
        let counts = &self.counts[row * self.labels..][..self.labels];
        let all: f64 = prior.iter().sum::<f64>() + counts.iter().sum::<f64>();
        for ((share, prior), count) in self.models[row * self.labels..].iter_mut().zip(prior).zip(counts) {
            *share = (prior + count) / all;
        }
    }

    /// How the mind is expected to answer.
    #[must_use]
    pub fn model(&self, mind: usize) -> MindModel<'_> {
        MindModel::Confusion(&self.models[mind * self.labels * self.labels..][..self.labels * self.labels])
    }

    /// How many answers of the mind to units of that truth are counted.
    #[must_use]
    pub fn known(&self, mind: usize, truth: usize) -> f64 {
        self.counts[(mind * self.labels + truth) * self.labels..][..self.labels].iter().sum()
    }

    /// By how much one more answer of the mind to a unit of that truth is expected to lower what is not known of that row, the sum of
    /// its variances: (1 − Σ m²) / (n + 1)², n being the answers known and the prior's.
    #[must_use]
    pub fn learned_by_one_more(&self, mind: usize, truth: usize) -> f64 {
        let row = &self.models[(mind * self.labels + truth) * self.labels..][..self.labels];
        let sure: f64 = row.iter().map(|share| share * share).sum();
        (1.0 - sure) / (self.known(mind, truth) + self.prior.strength(truth) + 1.0).powi(2)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn who_is_unknown_answers_like_the_crowd() {
        let records = Records::new(CrowdPrior::unknown(2), 3);
        assert_eq!(records.model(1), MindModel::Confusion(&[0.8, 0.2, 0.2, 0.8]));
        assert_eq!(records.minds(), 3);
    }

    #[test]
    fn alike_minds_make_a_strong_prior_and_different_ones_a_weak_one() {
        let alike: Vec<f64> = [80.0, 20.0, 20.0, 80.0].repeat(20);
        let different: Vec<f64> = [[99.0, 1.0, 1.0, 99.0], [1.0, 99.0, 99.0, 1.0]].concat().repeat(10);
        assert!((CrowdPrior::fitted(2, &alike).strength(0) - 1024.0).abs() < 1e-9);
        assert!(CrowdPrior::fitted(2, &different).strength(0) <= 1.0);
    }

    #[test]
    fn an_answer_taken_back_leaves_no_trace() {
        let mut records = Records::fitted(2, vec![5.0, 1.0, 2.0, 7.0, 1.0, 0.0, 0.0, 3.0]);
        let before = records.clone();
        records.count(1, &[0.0, 1.0], 0, 1.0);
        assert!((records.known(1, 1) - 4.0).abs() < 1e-12);
        assert_ne!(records, before);
        records.count(1, &[0.0, 1.0], 0, -1.0);
        let MindModel::Confusion(now) = records.model(1) else { panic!("records have matrices") };
        let MindModel::Confusion(then) = before.model(1) else { panic!("records have matrices") };
        assert!(now.iter().zip(then).all(|(one, other)| (one - other).abs() < 1e-12));
    }

    proptest! {
        #[test]
        fn rows_sum_to_one_and_more_answers_teach_less(
            counts in prop::collection::vec(0_u8..30, 18), mind in 0_usize..2, truth in 0_usize..3,
        ) {
            let mut records = Records::fitted(3, counts.into_iter().map(f64::from).collect());
            let MindModel::Confusion(model) = records.model(mind) else { panic!("records have matrices") };
            prop_assert!(model.chunks_exact(3).all(|row| (row.iter().sum::<f64>() - 1.0).abs() < 1e-12));
            let mut gold = [0.0; 3];
            gold[truth] = 1.0;
            // A hundred answers as expected leave less to learn.
            let before = records.learned_by_one_more(mind, truth);
            (0..300).for_each(|at| records.count(mind, &gold, at % 3, 1.0));
            prop_assert!(records.learned_by_one_more(mind, truth) <= before.max(1e-5));
        }
    }
}
