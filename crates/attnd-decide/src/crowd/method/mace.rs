//! Who answers without looking? Each mind either knows a unit's truth or draws from a habit of its own.
//!
//! Hovy, Berg-Kirkpatrick, Vaswani, Hovy: *Learning Whom to Trust with MACE*, NAACL 2013
//! (aclanthology.org/N13-1132), by variational Bayes with the priors of the authors' program and of Crowd-Kit.
//!
//! With `know` and `guess` the weights of knowing and guessing and `habit` of a mind's habitual answer, an answer
//! multiplies the odds of its own label by `1 + know / (guess * habit)` and leaves those of all others alone; and
//! what a mind learns from an answer is linear in the probability that it is true. So a round is one
//! multiplication and one addition an answer, and the logarithms are per mind and label.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::crowd::aggregator::{Aggregator, AggregatorKind, CrowdError, Round, Run};
use crate::crowd::answers::{Answers, Gold};
use crate::crowd::consensus::{Consensus, Minds, Posterior};
use crate::crowd::gamma::{dirichlet_divergence, expected_logs};

/// In the list.
pub const KIND: AggregatorKind = AggregatorKind {
    name: "mace",
    about: "a mind knows the truth or answers from habit; finds those who do not look",
    make: || Box::new(Mace::default()),
};

/// How it is run; the defaults are Crowd-Kit's.
#[derive(Clone, Copy, Debug)]
pub struct Mace {
    /// Random starts; the one with the highest bound wins. (Crowd-Kit draws the same start each time.)
    pub starts: usize,
    /// Rounds of one start, at most.
    pub rounds: usize,
}

impl Default for Mace {
    fn default() -> Self {
        Self { starts: 10, rounds: 50 }
    }
}

/// Beta prior of guessing and knowing.
const GUESSING_AND_KNOWING: [f64; 2] = [0.5, 0.5];
/// Dirichlet prior of each habitual answer, as in the authors' program.
const HABIT: f64 = 10.0;
/// A start begins with weights between one and this before they are made to sum to one.
const NOISE_TO: f64 = 2.5;
/// A start has settled where a round raises the bound by less than this part of it.
const SETTLED: f64 = 1e-9;
/// The odds of a unit are scaled down where they pass this, long before they overflow.
const LARGE: f64 = 1e200;

impl Aggregator for Mace {
    fn aggregate(&self, answers: &Answers, gold: &Gold, run: &mut Run<'_>) -> Result<Consensus, CrowdError> {
        let mut best: Option<Fit<'_>> = None;
        let most = self.starts.max(1);
        for start in 0..most {
            let fit = Fit::new(answers, gold, &mut run.seed.generator(start as u64)).settle(self.rounds);
            if best.as_ref().is_none_or(|best| fit.bound() > best.bound()) {
                best = Some(fit);
            }
            (run.progress)(Round { done: start + 1, most, objective: best.as_ref().map(Fit::bound) });
        }
        Ok(best.expect("invariant: at least one start was fitted").into_consensus())
    }
}

/// One start on its way.
struct Fit<'a> {
    answers: &'a Answers,
    gold: &'a Gold,
    labels: usize,
    /// How often each mind gave each answer, `[mind, answer]`.
    given: Vec<f64>,
    /// Expected weight of guessing and knowing, `[mind, 2]`, not quite summing to one.
    weights: Vec<f64>,
    /// Expected weight of each habitual answer, `[mind, answer]`.
    habits: Vec<f64>,
    /// `1 + know / (guess * habit)`, `[mind, answer]`.
    ratios: Vec<f64>,
    /// Summed probability that each mind's answers of one label are true, `[mind, answer]`.
    true_answers: Vec<f64>,
    /// Dirichlet counts of what `weights` and `habits` expect; without them before the first round.
    counts: Option<Counts>,
    objective: Vec<f64>,
}

/// Dirichlet counts: `[mind, 2]` of guessing and knowing, `[mind, answer]` of habits.
struct Counts {
    weights: Vec<f64>,
    habits: Vec<f64>,
}

impl<'a> Fit<'a> {
    fn new(answers: &'a Answers, gold: &'a Gold, chance: &mut ChaCha8Rng) -> Self {
        let (labels, minds) = (answers.labels().len(), answers.minds().len());
        let mut given = vec![0.0; minds * labels];
        for answer in answers.by_unit().flatten() {
            given[answer.mind as usize * labels + answer.label as usize] += 1.0;
        }
        let mut noise = |width: usize| {
            let mut rows = vec![0.0; minds * width];
            for row in rows.chunks_exact_mut(width) {
                row.iter_mut().for_each(|weight| *weight = chance.random_range(1.0..NOISE_TO));
                let sum = row.iter().sum::<f64>();
                row.iter_mut().for_each(|weight| *weight /= sum);
            }
            rows
        };
        Self {
            answers,
            gold,
            labels,
            weights: noise(2),
            habits: noise(labels),
            ratios: vec![0.0; minds * labels],
            true_answers: vec![0.0; minds * labels],
            given,
            counts: None,
            objective: Vec::new(),
        }
    }

    fn bound(&self) -> f64 {
        self.objective.last().copied().unwrap_or(f64::NEG_INFINITY)
    }

    fn settle(mut self, rounds: usize) -> Self {
        for _ in 0..=rounds {
            let likelihood = self.pass(|_, _| ());
            if let Some(counts) = &self.counts {
                let bound = likelihood - counts.divergence(self.labels);
                let before = self.bound();
                debug_assert!(
                    bound >= before - 1e-7 * bound.abs(),
                    "the bound fell from {before} to {bound}"
                );
                self.objective.push(bound);
                if bound - before < SETTLED * bound.abs() {
                    break;
                }
            }
            if self.objective.len() < rounds {
                self.learn();
            }
        }
        self
    }

    /// How likely each unit's labels are, told to `each`, and how often each mind's answers are true; the log-likelihood.
    fn pass(&mut self, mut each: impl FnMut(usize, &[f64])) -> f64 {
        let labels = self.labels;
        let mut likelihood = 0.0;
        for (mind, weights) in self.weights.chunks_exact(2).enumerate() {
            for cell in mind * labels..(mind + 1) * labels {
                let by_habit = (weights[0] * self.habits[cell]).max(f64::MIN_POSITIVE);
                self.ratios[cell] = 1.0 + weights[1] / by_habit;
                likelihood += self.given[cell] * by_habit.ln();
            }
        }
        self.true_answers.fill(0.0);
        let mut odds = vec![0.0; labels];
        for (unit, of) in self.answers.by_unit().enumerate() {
            odds.fill(1.0 / labels as f64);
            for answer in of {
                let odd = &mut odds[answer.label as usize];
                *odd *= self.ratios[answer.mind as usize * labels + answer.label as usize];
                if *odd > LARGE {
                    odds.iter_mut().for_each(|odd| *odd /= LARGE);
                    likelihood += LARGE.ln();
                }
            }
            if let Some(truth) = self.gold.of(unit) {
                (0..labels).filter(|&label| label != truth as usize).for_each(|label| odds[label] = 0.0);
            }
            let sum = odds.iter().sum::<f64>();
            likelihood += sum.ln();
            odds.iter_mut().for_each(|odd| *odd /= sum);
            for answer in of {
                let label = answer.label as usize;
                self.true_answers[answer.mind as usize * labels + label] += odds[label];
            }
            each(unit, &odds);
        }
        likelihood
    }

    /// New weights and habits from how often answers are true: a true answer was known unless it was guessed.
    fn learn(&mut self) {
        let labels = self.labels;
        let minds = self.answers.minds().len();
        let mut counts = Counts { weights: vec![0.0; 2 * minds], habits: vec![0.0; minds * labels] };
        for mind in 0..minds {
            let row = mind * labels..(mind + 1) * labels;
            let (mut guessed, mut known) = GUESSING_AND_KNOWING.into();
            for cell in row.clone() {
                let knew = self.true_answers[cell] * (1.0 - 1.0 / self.ratios[cell]);
                let guess = (self.given[cell] - knew).max(0.0);
                known += knew;
                guessed += guess;
                counts.habits[cell] = HABIT + guess;
            }
            counts.weights[2 * mind..][..2].copy_from_slice(&[guessed, known]);
            expected_logs(&counts.weights[2 * mind..][..2], &mut self.weights[2 * mind..][..2]);
            expected_logs(&counts.habits[row.clone()], &mut self.habits[row]);
        }
        self.weights.iter_mut().chain(&mut self.habits).for_each(|log| *log = log.exp());
        self.counts = Some(counts);
    }

    fn into_consensus(mut self) -> Consensus {
        let labels = self.labels;
        let mut posterior = Posterior::new(labels, vec![0.0; self.answers.units().len() * labels]);
        self.pass(|unit, row| posterior.of_mut(unit).copy_from_slice(row));
        let mut confusions = Vec::with_capacity(self.weights.len() / 2 * labels * labels);
        for (weights, habits) in self.weights.chunks_exact(2).zip(self.habits.chunks_exact(labels)) {
            let guess = weights[0] / (weights[0] + weights[1]);
            let all_habits = habits.iter().sum::<f64>();
            for truth in 0..labels {
                confusions.extend(habits.iter().enumerate().map(|(answer, habit)| {
                    guess * habit / all_habits + if answer == truth { 1.0 - guess } else { 0.0 }
                }));
            }
        }
        Consensus {
            posterior,
            minds: Minds::Confusions(confusions),
            prior: vec![1.0 / labels as f64; labels],
            objective: self.objective,
            choice: None,
        }
    }
}

impl Counts {
    /// How far guessing, knowing and habits moved from their priors, in nats.
    fn divergence(&self, labels: usize) -> f64 {
        let mut logs = vec![0.0; labels.max(2)];
        let prior = vec![HABIT; labels];
        let mut divergence = 0.0;
        for counts in self.weights.chunks_exact(2) {
            expected_logs(counts, &mut logs[..2]);
            divergence += dirichlet_divergence(counts, &GUESSING_AND_KNOWING, &logs);
        }
        for counts in self.habits.chunks_exact(labels) {
            expected_logs(counts, &mut logs[..labels]);
            divergence += dirichlet_divergence(counts, &prior, &logs);
        }
        divergence
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Seed;
    use crate::crowd::method::picture::{drawn, drawn_with_gold, some_answers};

    fn fitted(answers: &Answers, gold: &Gold, mace: Mace) -> Consensus {
        let run = &mut Run { seed: Seed(1), progress: &mut |_| () };
        mace.aggregate(answers, gold, run).unwrap()
    }

    const PICTURE: &str = "01111|22122|---00|1--21|00000|00--0|-0020|11100";

    /// Crowd-Kit 1.4.2: `MACE(n_restarts=1, n_iter=400)`, with labels and minds first seen in their sorted order: in any other
    /// it takes one label's or mind's habits for another's.
    #[test]
    fn the_posterior_is_that_of_crowd_kit_run_to_the_end() {
        let answers = drawn(PICTURE);
        let expected = [
            [0.000_315, 0.999_651, 0.000_034],
            [0.000_028, 0.000_211, 0.999_761],
            [0.941_803, 0.029_099, 0.029_099],
            [0.007_186, 0.974_071, 0.018_744],
            [0.999_992, 0.000_004, 0.000_004],
            [0.999_819, 0.000_091, 0.000_091],
            [0.999_631, 0.000_102, 0.000_266],
            [0.004_263, 0.995_606, 0.000_132],
        ];
        let consensus = fitted(&answers, &Gold::none(&answers), Mace { starts: 2, rounds: 2000 });
        for (unit, expected) in expected.iter().enumerate() {
            for (got, expected) in consensus.posterior.of(unit).iter().zip(expected) {
                assert!((got - expected).abs() < 2e-5, "{unit}: {got} is not {expected}");
            }
        }
    }

    #[test]
    fn gold_stays_and_teaches() {
        let (answers, gold) = drawn_with_gold("010|011|110|100|001|101", "1111--");
        let consensus = fitted(&answers, &gold, Mace::default());
        assert_eq!(consensus.posterior.of(0), [0.0, 1.0]);
        // The second mind said what gold says three times of four, the third once.
        let right = |mind| consensus.minds.likelihood(mind, 1, 1, 2);
        assert!(right(1) > right(2), "{} {}", right(1), right(2));
    }

    #[test]
    fn a_unit_of_many_answers_does_not_overflow() {
        let answers = drawn(&["1".repeat(3000), "0".repeat(3000), "1".repeat(3000)].join("|"));
        let consensus = fitted(&answers, &Gold::none(&answers), Mace::default());
        assert!(consensus.posterior.rows().flatten().all(|probability| probability.is_finite()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn the_bound_never_falls_and_rows_sum_to_one(answers in some_answers()) {
            let consensus = fitted(&answers, &Gold::none(&answers), Mace { starts: 2, ..Mace::default() });
            for pair in consensus.objective.windows(2) {
                prop_assert!(pair[1] >= pair[0] - 1e-8 * pair[0].abs());
            }
            for row in consensus.posterior.rows() {
                prop_assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            }
        }
    }
}
