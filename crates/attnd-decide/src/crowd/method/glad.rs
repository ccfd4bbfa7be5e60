//! How hard is a unit? Ability of minds against difficulty of units.
//!
//! `P(answer = truth) = 1 / (1 + exp(-ability * ease))`, errors falling evenly on the other labels. Whitehill,
//! Ruvolo, Wu, Bergsma, Movellan: *Whose Vote Should Count More*, NIPS 2009; normal priors N(1, 1) on the ability
//! and on the logarithm of the ease and a uniform prior of the labels, as in Crowd-Kit.
//!
//! The truths are summed out, and what is left is a smooth function of abilities and eases: by Fisher's identity its
//! gradient is the one of the expectation-maximisation the paper uses, so it is climbed at once rather than in
//! rounds of rounds. An answer adds `ability * ease + ln(labels - 1)` to its own label's log-odds and nothing
//! to the others: one exponential an answer.

use crate::crowd::aggregator::{Aggregator, AggregatorKind, CrowdError, Round, Run};
use crate::crowd::answers::{Answers, Gold};
use crate::crowd::consensus::{Consensus, Minds, Posterior};
use crate::crowd::lbfgs::{Stop, minimise};
use crate::crowd::method::ebcc::normalise_logs;

/// In the list.
pub const KIND: AggregatorKind = AggregatorKind {
    name: "glad",
    about: "minds have abilities and units difficulties; errors fall evenly on the other labels",
    make: || Box::new(Glad::default()),
};

/// How it is run.
#[derive(Clone, Copy, Debug)]
pub struct Glad {
    /// Steps at most.
    pub steps: usize,
    /// Ends where a step raises the log-likelihood by less than this part of it.
    pub settled: f64,
}

impl Default for Glad {
    fn default() -> Self {
        Self { steps: 200, settled: 1e-7 }
    }
}

/// Mean of the normal priors, and where abilities and logarithms of eases begin.
const MEAN: f64 = 1.0;

impl Aggregator for Glad {
    fn aggregate(&self, answers: &Answers, gold: &Gold, run: &mut Run<'_>) -> Result<Consensus, CrowdError> {
        let minds = answers.minds().len();
        let model = Model { answers, gold };
        let mut at = vec![MEAN; minds + answers.units().len()];
        let mut objective: Vec<f64> = Vec::new();
        let falling = |at: &[f64], gradient: &mut [f64]| {
            let value = model.objective(at, gradient);
            // A step too long is tried and not taken: only what rises is told.
            if objective.last().is_none_or(|&last| value >= last) {
                objective.push(value);
                let done = objective.len().min(self.steps);
                (run.progress)(Round { done, most: self.steps, objective: Some(value) });
            }
            gradient.iter_mut().for_each(|slope| *slope = -*slope);
            -value
        };
        minimise(&mut at, falling, Stop { rounds: self.steps, tolerance: self.settled });
        let (abilities, eases) = at.split_at(minds);
        Ok(model.consensus(abilities, eases, objective))
    }
}

struct Model<'a> {
    answers: &'a Answers,
    gold: &'a Gold,
}

impl Model<'_> {
    /// Penalised log-likelihood and its gradient; `at` holds the abilities of the minds, then the logarithms of the units' eases.
    fn objective(&self, at: &[f64], gradient: &mut [f64]) -> f64 {
        let labels = self.answers.labels().len();
        let minds = self.answers.minds().len();
        let (abilities, eases) = at.split_at(minds);
        let mut value = 0.0;
        for (slope, at) in gradient.iter_mut().zip(at) {
            *slope = MEAN - at;
            value -= 0.5 * (MEAN - at).powi(2);
        }
        let (ability_slopes, ease_slopes) = gradient.split_at_mut(minds);
        let mut row = vec![0.0; labels];
        let mut right = Vec::new();
        for (unit, of) in self.answers.by_unit().enumerate() {
            let ease = eases[unit].exp();
            value += self.weigh(unit, abilities, ease, &mut row, &mut right);
            let mut slope = 0.0;
            for (answer, right) in of.iter().zip(&right) {
                let missed = (row[answer.label as usize] - right) * ease;
                ability_slopes[answer.mind as usize] += missed;
                slope += missed * abilities[answer.mind as usize];
            }
            ease_slopes[unit] += slope;
        }
        value
    }

    /// How likely each label of a unit is, into `row`, and each answer is right whatever is true, into `right`; the log-likelihood.
    fn weigh(&self, unit: usize, abilities: &[f64], ease: f64, row: &mut [f64], right: &mut Vec<f64>) -> f64 {
        let labels = row.len();
        let spread = ((labels - 1).max(1) as f64).ln();
        row.fill(-(labels as f64).ln());
        right.clear();
        let mut value = 0.0;
        for answer in self.answers.of(unit) {
            let surely = abilities[answer.mind as usize] * ease;
            row[answer.label as usize] += surely + spread;
            // The logarithm of one plus an exponential, and the logistic function, from one exponential that cannot overflow.
            let small = (-surely.abs()).exp();
            value -= surely.max(0.0) + small.ln_1p() + spread;
            right.push(if surely >= 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) });
        }
        if let Some(truth) = self.gold.of(unit) {
            (0..labels)
                .filter(|&label| label != truth as usize)
                .for_each(|label| row[label] = f64::NEG_INFINITY);
        }
        value + normalise_logs(row)
    }

    fn consensus(&self, abilities: &[f64], eases: &[f64], objective: Vec<f64>) -> Consensus {
        let labels = self.answers.labels().len();
        let mut posterior = Posterior::new(labels, vec![0.0; eases.len() * labels]);
        let mut right = Vec::new();
        let mut sums = vec![0.0; abilities.len()];
        let mut answered = vec![0.0; abilities.len()];
        for (unit, of) in self.answers.by_unit().enumerate() {
            self.weigh(unit, abilities, eases[unit].exp(), posterior.of_mut(unit), &mut right);
            for (answer, right) in of.iter().zip(&right) {
                sums[answer.mind as usize] += right;
                answered[answer.mind as usize] += 1.0;
            }
        }
        // A mind's skill is its mean chance to be right over the units it answered; without any, over one of usual ease.
        let skill = |(mind, ability): (usize, &f64)| {
            if answered[mind] > 0.0 {
                sums[mind] / answered[mind]
            } else {
                1.0 / (1.0 + (-ability * MEAN.exp()).exp())
            }
        };
        let skills = abilities.iter().enumerate().map(skill).collect();
        Consensus {
            posterior,
            minds: Minds::Skills(skills),
            prior: vec![1.0 / labels as f64; labels],
            objective,
            choice: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Seed;
    use crate::crowd::method::picture::{drawn, some_answers};

    fn fitted(answers: &Answers, glad: Glad) -> Consensus {
        let run = &mut Run { seed: Seed(1), progress: &mut |_| () };
        glad.aggregate(answers, &Gold::none(answers), run).unwrap()
    }

    /// Crowd-Kit 1.4.2: `GLAD(n_iter=300, tol=-1, m_step_max_iter=200, m_step_tol=1e-10)`.
    #[test]
    fn the_posterior_is_that_of_crowd_kit_run_to_the_end() {
        let answers = drawn("22122|---00|1--21|00000|00--0|-0020|11100|01111");
        let expected = [
            [0.000_05, 0.000_39, 0.999_56],
            [0.995_8, 0.002_1, 0.002_1],
            [0.003_24, 0.983_91, 0.012_84],
            [1.0, 0.0, 0.0],
            [1.0, 0.0, 0.0],
            [0.999_84, 0.000_03, 0.000_13],
            [0.056_81, 0.940_71, 0.002_48],
            [0.000_72, 0.999_19, 0.000_08],
        ];
        let consensus = fitted(&answers, Glad { steps: 500, settled: 1e-12 });
        for (unit, expected) in expected.iter().enumerate() {
            for (got, expected) in consensus.posterior.of(unit).iter().zip(expected) {
                assert!((got - expected).abs() < 2e-5, "{unit}: {got} is not {expected}");
            }
        }
    }

    #[test]
    fn the_gradient_is_the_slope() {
        let answers = drawn("22122|---00|1--21|00000|00--0|-0020|11100|01111");
        let model = Model { answers: &answers, gold: &Gold::none(&answers) };
        let at: Vec<f64> = (0..13).map(|number| 0.3 + 0.17 * f64::from(number)).collect();
        let mut gradient = vec![0.0; at.len()];
        model.objective(&at, &mut gradient);
        for (number, slope) in gradient.iter().enumerate() {
            let beside = |step: f64| {
                let mut beside = at.clone();
                beside[number] += step;
                model.objective(&beside, &mut vec![0.0; at.len()])
            };
            let measured = (beside(1e-5) - beside(-1e-5)) / 2e-5;
            assert!((slope - measured).abs() < 1e-6, "{number}: {slope} is not {measured}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn the_likelihood_never_falls_and_rows_sum_to_one(answers in some_answers()) {
            let consensus = fitted(&answers, Glad::default());
            prop_assert!(consensus.objective.windows(2).all(|pair| pair[1] >= pair[0]));
            for row in consensus.posterior.rows() {
                prop_assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            }
        }
    }
}
