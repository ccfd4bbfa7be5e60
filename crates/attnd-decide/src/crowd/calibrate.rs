//! How sure may the consensus be? One temperature for all probabilities, found on gold or on answers held out.
//!
//! Methods that take minds for independent are too sure where minds are not. Dividing all logarithms by one
//! temperature changes no winner and mends most of it: Guo, Pleiss, Sun, Weinberger, *On Calibration of Modern
//! Neural Networks*, ICML 2017, arXiv 1706.04599.

use super::answers::{Answers, Gold};
use super::consensus::{Minds, Posterior};

/// No probability is taken to be less before it is tempered: one impossible truth shall cost much, not everything.
const LEAST: f64 = 1e-9;
/// Temperatures are searched between one over this and this.
const HOTTEST: f64 = 20.0;
/// Each step of the search leaves this part of the range: 40 steps fix four digits of any temperature.
const GOLDEN: f64 = 0.618_033_988_749_894_9;
const STEPS: usize = 40;

/// The same winners, less sure above one and surer below; what gold says stays certain.
#[must_use]
pub fn tempered(posterior: &Posterior, gold: &Gold, temperature: f64) -> Posterior {
    let mut of = Vec::with_capacity(posterior.units() * posterior.labels());
    for (unit, row) in posterior.rows().enumerate() {
        let from = of.len();
        of.extend_from_slice(row);
        if gold.of(unit).is_none() {
            temper(&mut of[from..], temperature);
        }
    }
    Posterior::new(posterior.labels(), of)
}

fn temper(row: &mut [f64], temperature: f64) {
    let most = row.iter().copied().fold(LEAST, f64::max);
    let mut sum = 0.0;
    for probability in row.iter_mut() {
        *probability = (probability.max(LEAST) / most).powf(1.0 / temperature);
        sum += *probability;
    }
    row.iter_mut().for_each(|probability| *probability /= sum);
}

/// The temperature under which gold is likeliest. The posterior must not have seen that gold; `None` without any.
#[must_use]
pub fn by_gold(posterior: &Posterior, gold: &Gold) -> Option<f64> {
    let known: Vec<(usize, usize)> =
        (0..posterior.units()).filter_map(|unit| Some((unit, gold.of(unit)? as usize))).collect();
    let mut row = vec![0.0; posterior.labels()];
    (!known.is_empty()).then(|| {
        likeliest(|temperature| {
            let log = |&(unit, truth): &(usize, usize)| {
                row.copy_from_slice(posterior.of(unit));
                temper(&mut row, temperature);
                row[truth].max(LEAST).ln()
            };
            known.iter().map(log).sum()
        })
    })
}

/// The temperature under which `held` answers, which the posterior has not seen, are likeliest; `None` without any.
#[must_use]
pub fn by_answers(posterior: &Posterior, minds: &Minds, held: &Answers) -> Option<f64> {
    let labels = posterior.labels();
    let mut row = vec![0.0; labels];
    (!held.is_empty()).then(|| {
        likeliest(|temperature| {
            let mut sum = 0.0;
            for (unit, of) in held.by_unit().enumerate().filter(|(_, of)| !of.is_empty()) {
                row.copy_from_slice(posterior.of(unit));
                temper(&mut row, temperature);
                for answer in of {
                    sum += expected(&row, minds, answer.mind as usize, answer.label as usize).max(LEAST).ln();
                }
            }
            sum
        })
    })
}

/// Probability that the mind gives that answer to a unit whose truths are as likely as `row`.
pub(crate) fn expected(row: &[f64], minds: &Minds, mind: usize, answer: usize) -> f64 {
    let probability = |(truth, of)| of * minds.likelihood(mind, truth, answer, row.len());
    row.iter().enumerate().map(probability).sum()
}

/// Golden-section search over the logarithm of the temperature; log-likelihoods of tempered rows have one summit.
fn likeliest(mut log_likelihood: impl FnMut(f64) -> f64) -> f64 {
    let mut at = |logarithm: f64| log_likelihood(logarithm.exp());
    let (mut low, mut high) = (-HOTTEST.ln(), HOTTEST.ln());
    let (mut left, mut right) = (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
    let (mut at_left, mut at_right) = (at(left), at(right));
    for _ in 0..STEPS {
        if at_left >= at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - GOLDEN * (high - low);
            at_left = at(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + GOLDEN * (high - low);
            at_right = at(right);
        }
    }
    f64::midpoint(low, high).exp()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crowd::method::picture::drawn_with_gold;

    #[test]
    fn the_temperature_of_two_labels_has_a_closed_form() {
        // Sure to .9, right three times of four: the log-odds must shrink from ln 9 to ln 3, by two.
        let (_, gold) = drawn_with_gold("0|0|0|1", "0000");
        let posterior = Posterior::new(2, [0.9, 0.1].repeat(3).into_iter().chain([0.1, 0.9]).collect());
        let temperature = by_gold(&posterior, &gold).unwrap();
        assert!((temperature - 2.0).abs() < 1e-3, "{temperature}");
        assert!((tempered(&posterior, &Gold::default(), temperature).of(0)[0] - 0.75).abs() < 1e-3);
    }

    #[test]
    fn answers_of_perfect_minds_are_as_good_as_gold() {
        let (held, _) = drawn_with_gold("0|0|0|1", "");
        let posterior = Posterior::new(2, [0.9, 0.1].repeat(3).into_iter().chain([0.1, 0.9]).collect());
        // The last unit's mind says 1 and so does the posterior: always right, so as sure as can be.
        assert!(by_answers(&posterior, &Minds::Skills(vec![1.0]), &held).unwrap() < 0.1);
        let posterior = Posterior::new(2, [0.9, 0.1].repeat(4));
        let temperature = by_answers(&posterior, &Minds::Skills(vec![1.0]), &held).unwrap();
        assert!((temperature - 2.0).abs() < 1e-3, "{temperature}");
    }

    #[test]
    fn without_gold_there_is_no_temperature() {
        let (_, gold) = drawn_with_gold("0|1", "--");
        assert_eq!(by_gold(&Posterior::new(2, vec![0.5; 4]), &gold), None);
    }

    proptest! {
        #[test]
        fn winners_stay_and_rows_sum_to_one(row in proptest::collection::vec(0.0_f64..1.0, 2..6), heat in 0.1_f64..10.0) {
            let sum = row.iter().sum::<f64>() + 1e-3 * row.len() as f64;
            let row: Vec<f64> = row.iter().map(|share| (share + 1e-3) / sum).collect();
            let before = Posterior::new(row.len(), row);
            let after = tempered(&before, &Gold::default(), heat);
            prop_assert_eq!(before.best(0).0, after.best(0).0);
            prop_assert!((after.of(0).iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
    }
}
