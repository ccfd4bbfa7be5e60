//! What is the number, given several? Means, medians, and estimates weighed by how exact each mind is.
//!
//! The weighed estimate is the Gaussian model of Raykar and others (2010), JMLR 11:1297-1322, section 4 (LFC_N in
//! the survey doi:10.14778/3055540.3055547): each mind errs with a variance of its own. As a maximum of likelihood
//! it lets one mind's variance go to 0; a prior worth some answers holds it back.

use super::given::Given;
use super::shape::boxes::weighted_median;

/// How numbers are put together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// The mean; best where all err alike and little.
    Mean,
    /// The median; one wild answer does not move it.
    Median,
    /// The mean, each mind weighed by its exactness.
    #[default]
    Weighed,
    /// The median, each mind weighed by its exactness.
    WeighedMedian,
}

/// What was estimated.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    /// `[unit]`: the number.
    pub of: Vec<f64>,
    /// `[unit]`: standard deviation of the weighed mean about the truth, if minds err independently.
    pub deviations: Vec<f64>,
    /// `[mind]`: standard deviation of its errors.
    pub mind_deviations: Vec<f64>,
    /// What is maximised (log-posterior), after each round; it never falls. Empty where nothing is.
    pub objective: Vec<f64>,
}

/// Answers' worth of the pooled variance that each mind is thought to have shown before: one, the unit information prior
/// of Kass and Wasserman (1995), doi:10.1080/01621459.1995.10476592.
const ANSWERS_BEFORE: f64 = 1.0;
/// Rounds at most, and the rise of the objective an answer that is none.
const ROUNDS: usize = 500;
const RISE: f64 = 1e-9;

/// Puts numbers together; all must be finite. O(answers) a round.
#[must_use]
pub fn numbers(given: &Given<f64>, way: Way) -> Numbers {
    let pooled = pooled_variance(given);
    let mut variances = vec![pooled; given.minds().len()];
    let mut objective: Vec<f64> = Vec::new();
    if matches!(way, Way::Weighed | Way::WeighedMedian) && pooled > 0.0 {
        for _ in 0..ROUNDS {
            let value = learn(given, pooled, &mut variances);
            let rise = value - objective.last().copied().unwrap_or(f64::NEG_INFINITY);
            objective.push(value);
            if rise <= RISE * given.len() as f64 {
                break;
            }
        }
    }
    let (mut of, mut deviations) = (Vec::new(), Vec::new());
    for unit in given.by_unit() {
        let mut values: Vec<(f64, f64)> =
            unit.iter().map(|(mind, number)| (*number, precision(variances[*mind as usize]))).collect();
        let exactness: f64 = values.iter().map(|(_, weight)| weight).sum();
        deviations.push(if pooled > 0.0 { exactness.recip().sqrt() } else { 0.0 });
        of.push(match way {
            Way::Mean | Way::Weighed => {
                values.iter().map(|(value, weight)| value * weight).sum::<f64>() / exactness
            }
            Way::Median | Way::WeighedMedian => weighted_median(&mut values),
        });
    }
    let mind_deviations = variances.iter().map(|variance| variance.sqrt()).collect();
    Numbers { of, deviations, mind_deviations, objective }
}

fn precision(variance: f64) -> f64 {
    if variance > 0.0 { variance.recip() } else { 1.0 }
}

/// Mean squared distance of answers from the mean of their unit, one degree of freedom a unit taken off; 0 where
/// no unit has two answers or all agree.
fn pooled_variance(given: &Given<f64>) -> f64 {
    let (mut squares, mut free) = (0.0, 0_usize);
    for of in given.by_unit() {
        let mean = of.iter().map(|(_, number)| number).sum::<f64>() / of.len() as f64;
        squares += of.iter().map(|(_, number)| (number - mean).powi(2)).sum::<f64>();
        free += of.len() - 1;
    }
    if free > 0 { squares / free as f64 } else { 0.0 }
}

/// One round: where each unit's number lies by the variances so far, then the variances by where numbers lie. The truth of a
/// unit is no single value but a distribution, so minds of units with few answers are not thought exact for agreeing
/// with themselves. Returns the log-posterior of the variances it began with.
fn learn(given: &Given<f64>, pooled: f64, variances: &mut [f64]) -> f64 {
    let mut squares = vec![(0.0, 0.0); variances.len()];
    let mut value = 0.0;
    for of in given.by_unit() {
        let exactness: f64 = of.iter().map(|(mind, _)| variances[*mind as usize].recip()).sum();
        let mean =
            of.iter().map(|(mind, number)| number / variances[*mind as usize]).sum::<f64>() / exactness;
        value -= 0.5 * exactness.ln();
        for (mind, number) in of {
            let variance = variances[*mind as usize];
            let off = (number - mean).powi(2);
            value -= 0.5 * (off / variance + variance.ln());
            let (sum, all) = &mut squares[*mind as usize];
            *sum += off + exactness.recip();
            *all += 1.0;
        }
    }
    for (variance, (sum, all)) in variances.iter_mut().zip(squares) {
        value -= 0.5 * ANSWERS_BEFORE * (pooled / *variance + variance.ln());
        *variance = (sum + ANSWERS_BEFORE * pooled) / (all + ANSWERS_BEFORE);
    }
    value
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::RngExt;

    use super::*;
    use crate::Seed;
    use crate::crowd::given::GivenBuilder;

    /// Six minds, from exact to wild, on sixty numbers; the truths.
    fn crowd() -> (Given<f64>, Vec<f64>) {
        let mut chance = Seed(11).generator(0);
        let mut builder = GivenBuilder::default();
        let truths: Vec<f64> = (0..60).map(|unit| f64::from(unit) * 3.0 - 50.0).collect();
        for (unit, truth) in truths.iter().enumerate() {
            for (mind, wide) in [1.0, 1.0, 4.0, 8.0, 8.0, 16.0].iter().enumerate() {
                let noise: f64 = (0..4).map(|_| chance.random_range(-1.0..1.0)).sum();
                builder.answer(&unit.to_string(), &mind.to_string(), truth + wide * noise).unwrap();
            }
        }
        (builder.build().unwrap(), truths)
    }

    fn error(numbers: &Numbers, truths: &[f64]) -> f64 {
        numbers.of.iter().zip(truths).map(|(is, truth)| (is - truth).abs()).sum::<f64>() / truths.len() as f64
    }

    #[test]
    fn who_is_exact_counts_more() {
        let (given, truths) = crowd();
        let errors = [Way::Mean, Way::Median, Way::WeighedMedian, Way::Weighed]
            .map(|way| error(&numbers(&given, way), &truths));
        assert!(errors[3] < 0.5 * errors[0] && errors[3] < errors[1] && errors[2] < errors[0], "{errors:?}");
        let weighed = numbers(&given, Way::Weighed);
        // Each noise is a sum of four uniform numbers: deviation 2/√3 times its width.
        for (is, wide) in weighed.mind_deviations.iter().zip([1.0, 1.0, 4.0, 8.0, 8.0, 16.0]) {
            let truth: f64 = wide * 2.0 / 3.0_f64.sqrt();
            assert!(is / truth > 0.6 && is / truth < 2.2, "{is} {truth}");
        }
    }

    #[test]
    fn what_all_say_is_certain_and_one_answer_is_itself() {
        let mut builder = GivenBuilder::default();
        for (unit, mind) in [("u", "a"), ("u", "b"), ("v", "a")] {
            builder.answer(unit, mind, 3.0).unwrap();
        }
        let numbers = numbers(&builder.build().unwrap(), Way::Weighed);
        assert_eq!((numbers.of, numbers.deviations), (vec![3.0, 3.0], vec![0.0, 0.0]));
    }

    proptest! {
        #[test]
        fn scale_and_shift_go_through_and_the_objective_never_falls(
            rows in prop::collection::vec((0..6_u8, 0..4_u8, -5.0..5.0_f64), 2..40), scale in 0.1..10.0_f64, shift in -9.0..9.0_f64
        ) {
            let (mut one, mut other) = (GivenBuilder::default(), GivenBuilder::default());
            for (unit, mind, number) in &rows {
                one.answer(&unit.to_string(), &mind.to_string(), *number).unwrap();
                other.answer(&unit.to_string(), &mind.to_string(), number * scale + shift).unwrap();
            }
            let (one, other) = (one.build().unwrap(), other.build().unwrap());
            for way in [Way::Mean, Way::Median, Way::Weighed, Way::WeighedMedian] {
                let (of, scaled) = (numbers(&one, way), numbers(&other, way));
                for pair in of.objective.windows(2) {
                    prop_assert!(pair[1] >= pair[0] - 1e-9 * pair[0].abs().max(1.0));
                }
                if !matches!(way, Way::WeighedMedian) {
                    for (of, scaled) in of.of.iter().zip(&scaled.of) {
                        prop_assert!((of * scale + shift - scaled).abs() < 1e-4 * scale.max(1.0), "{way:?}");
                    }
                }
            }
        }
    }
}
