//! What would one more answer be worth, and on which units is a mind's answer worth most?

use super::belief::{Belief, MindModel, entropy};
use crate::crowd::Posterior;

/// What an answer is wanted for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gain {
    /// How much the answer is expected to lower the uncertainty of the unit: I(z; y) = H(Q) − E H(Q | y), nat. Better
    /// than the uncertainty of the unit alone, for it knows what the mind can tell apart.
    Information,
    /// How much it is expected to raise the probability of the likeliest label: E max Q′ − max Q, the Accuracy* of QASCA;
    /// Zheng and others 2015, doi 10.1145/2723372.2749430.
    #[default]
    Accuracy,
}

/// What answers of one mind are worth, with what all units share worked out once.
#[derive(Clone, Debug)]
pub struct MindGain<'a> {
    gain: Gain,
    mind: MindModel<'a>,
    labels: usize,
    /// Uncertainty of the mind's answer under each truth, nat.
    answer_entropy: Vec<f64>,
}

impl<'a> MindGain<'a> {
    /// For answers of that mind among so many labels.
    #[must_use]
    pub fn new(gain: Gain, mind: MindModel<'a>, labels: usize) -> Self {
        let answers = |truth| (0..labels).map(move |answer| mind.likelihood(truth, answer, labels));
        let answer_entropy = (0..labels).map(|truth| entropy(&answers(truth).collect::<Vec<_>>())).collect();
        Self { gain, mind, labels, answer_entropy }
    }

    /// What one answer is worth on a unit with these probabilities of its labels. Never below zero.
    #[must_use]
    pub fn on(&self, row: &[f64]) -> f64 {
        let worth = match self.gain {
            Gain::Information => self.information(row),
            Gain::Accuracy => self.confidence(row) - largest(row.iter().copied()),
        };
        worth.max(0.0)
    }

    /// H(y) − Σ q(z) H(y | z): the same as H(Q) − E H(Q | y) with a logarithm a label instead of one a pair.
    fn information(&self, row: &[f64]) -> f64 {
        let known: f64 =
            row.iter().zip(&self.answer_entropy).map(|(probability, entropy)| probability * entropy).sum();
        let said = |answer| -> f64 {
            let probability = match self.mind {
                MindModel::Skill(right) => {
                    let wrong = (1.0 - right) / (self.labels - 1).max(1) as f64;
                    row[answer] * right + (1.0 - row[answer]) * wrong
                }
                MindModel::Confusion(of) => {
                    row.iter().zip(of[answer..].iter().step_by(self.labels)).map(|(q, c)| q * c).sum()
                }
            };
            if probability > 0.0 { -probability * probability.ln() } else { 0.0 }
        };
        (0..self.labels).map(said).sum::<f64>() - known
    }

    /// Expected probability of the likeliest label after one answer: Σ over answers of max over truths of q(z) P(y | z).
    #[must_use]
    pub fn confidence(&self, row: &[f64]) -> f64 {
        match self.mind {
            MindModel::Skill(right) => {
                let wrong = (1.0 - right) / (self.labels - 1).max(1) as f64;
                let (first, most, next) = two_largest(row);
                let best = |label: usize| {
                    let other = if label == first { next } else { most };
                    (row[label] * right).max(other * wrong)
                };
                (0..self.labels).map(best).sum()
            }
            MindModel::Confusion(of) => {
                let column = |answer: usize| of[answer..].iter().step_by(self.labels);
                (0..self.labels)
                    .map(|answer| largest(row.iter().zip(column(answer)).map(|(q, c)| q * c)))
                    .sum()
            }
        }
    }
}

fn largest(of: impl Iterator<Item = f64>) -> f64 {
    of.fold(0.0, f64::max)
}

/// The first of the largest, its value and the largest of the others, zero where there is none.
fn two_largest(row: &[f64]) -> (usize, f64, f64) {
    let (mut first, mut most, mut next) = (0, 0.0, 0.0);
    for (label, &probability) in row.iter().enumerate() {
        if probability > most {
            (first, most, next) = (label, probability, most);
        } else if probability > next {
            next = probability;
        }
    }
    (first, most, next)
}

impl Belief {
    /// Expected probability of the likeliest label after one more answer of that mind. Never below what it is now.
    #[must_use]
    pub fn expected_confidence(&self, mind: MindModel<'_>) -> f64 {
        MindGain::new(Gain::Accuracy, mind, self.labels()).confidence(&self.posterior())
    }

    /// What one more answer of that mind is worth.
    #[must_use]
    pub fn gain(&self, gain: Gain, mind: MindModel<'_>) -> f64 {
        MindGain::new(gain, mind, self.labels()).on(&self.posterior())
    }
}

/// What one answer of the mind is worth on every unit, in O(units × labels²), for a skill O(units × labels).
#[must_use]
pub fn gains(posterior: &Posterior, gain: Gain, mind: MindModel<'_>) -> Vec<f64> {
    let of = MindGain::new(gain, mind, posterior.labels());
    posterior.rows().map(|row| of.on(row)).collect()
}

/// The `most` units with the largest gains among those `open` says yes to, largest first, the earlier of equals first.
///
/// One selection, then a sort of what is left: O(units + most log most).
#[must_use]
pub fn best_units(gains: &[f64], most: usize, open: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut units: Vec<usize> = (0..gains.len()).filter(|&unit| open(unit)).collect();
    let order = |one: &usize, other: &usize| gains[*other].total_cmp(&gains[*one]).then(one.cmp(other));
    if most == 0 {
        return Vec::new();
    }
    if most < units.len() {
        units.select_nth_unstable_by(most - 1, order);
        units.truncate(most);
    }
    units.sort_unstable_by(order);
    units
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// H(Q) − E H(Q | y) and E max Q′ − max Q, answer by answer.
    fn from_the_definition(row: &[f64], mind: MindModel<'_>) -> (f64, f64) {
        let labels = row.len();
        let (mut uncertainty, mut confidence) = (0.0, 0.0);
        for answer in 0..labels {
            let joint: Vec<f64> =
                row.iter().enumerate().map(|(truth, q)| q * mind.likelihood(truth, answer, labels)).collect();
            let said: f64 = joint.iter().sum();
            let after: Vec<f64> = joint.iter().map(|probability| probability / said).collect();
            uncertainty += said * entropy(&after);
            confidence += said * largest(after.iter().copied());
        }
        (entropy(row) - uncertainty, confidence - largest(row.iter().copied()))
    }

    fn rows(labels: usize, count: usize) -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec(0.001_f64..1.0, labels * count).prop_map(move |mut of| {
            for row in of.chunks_exact_mut(labels) {
                let sum: f64 = row.iter().sum();
                row.iter_mut().for_each(|probability| *probability /= sum);
            }
            of
        })
    }

    #[test]
    fn a_guess_tells_nothing_and_an_oracle_all() {
        let row = [0.7, 0.2, 0.1];
        let guess = MindModel::Skill(1.0 / 3.0);
        let oracle = MindModel::Skill(1.0);
        assert!(MindGain::new(Gain::Information, guess, 3).on(&row) < 1e-15);
        assert!(MindGain::new(Gain::Accuracy, guess, 3).on(&row) < 1e-15);
        assert!((MindGain::new(Gain::Information, oracle, 3).on(&row) - entropy(&row)).abs() < 1e-15);
        assert!((MindGain::new(Gain::Accuracy, oracle, 3).on(&row) - 0.3).abs() < 1e-15);
    }

    #[test]
    fn a_mind_that_cannot_tell_two_labels_apart_is_kept_for_others() {
        let blind = [0.5, 0.5, 0.0, 0.5, 0.5, 0.0, 0.0, 0.0, 1.0];
        let posterior = Posterior::new(3, vec![0.5, 0.5, 0.0, 0.5, 0.0, 0.5]);
        let worth = gains(&posterior, Gain::Information, MindModel::Confusion(&blind));
        assert!(worth[0] < 1e-15 && (worth[1] - 2.0_f64.ln()).abs() < 1e-12, "{worth:?}");
        assert_eq!(best_units(&worth, 1, |_| true), [1]);
    }

    #[test]
    fn no_unit_is_chosen_twice_nor_one_that_is_not_open() {
        let worth = [0.1, 0.4, 0.4, 0.9, 0.0];
        assert_eq!(best_units(&worth, 3, |unit| unit != 3), [1, 2, 0]);
        assert_eq!(best_units(&worth, 9, |_| true), [3, 1, 2, 0, 4]);
        assert_eq!(best_units(&worth, 0, |_| true), [0_usize; 0]);
    }

    proptest! {
        #[test]
        fn gains_are_what_the_definition_says(row in rows(4, 1), confusion in rows(4, 4), right in 0.01_f64..0.99) {
            for mind in [MindModel::Confusion(&confusion), MindModel::Skill(right)] {
                let (information, accuracy) = from_the_definition(&row, mind);
                prop_assert!((MindGain::new(Gain::Information, mind, 4).on(&row) - information).abs() < 1e-12);
                prop_assert!((MindGain::new(Gain::Accuracy, mind, 4).on(&row) - accuracy).abs() < 1e-12);
                prop_assert!(information > -1e-12 && accuracy > -1e-12);
            }
        }

        #[test]
        fn the_better_mind_is_worth_no_less(row in rows(3, 1), right in 0.34_f64..0.95, better in 0.0_f64..0.05) {
            for gain in [Gain::Information, Gain::Accuracy] {
                let worth = |right| MindGain::new(gain, MindModel::Skill(right), 3).on(&row);
                prop_assert!(worth(right + better) >= worth(right) - 1e-12);
            }
        }

        #[test]
        fn the_units_chosen_are_those_of_a_sort(worth in prop::collection::vec(0_u8..20, 0..60), most in 0_usize..70) {
            let worth: Vec<f64> = worth.into_iter().map(f64::from).collect();
            let mut sorted: Vec<usize> = (0..worth.len()).collect();
            sorted.sort_by(|one, other| worth[*other].total_cmp(&worth[*one]));
            sorted.truncate(most);
            prop_assert_eq!(best_units(&worth, most, |_| true), sorted);
        }
    }
}
