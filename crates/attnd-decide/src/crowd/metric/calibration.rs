//! May the consensus's confidence be believed? Log-loss, Brier score and reliability against gold.

use super::accuracy::share_of_best;
use crate::crowd::answers::Gold;
use crate::crowd::consensus::Posterior;

/// The least probability a true label is taken to have: one impossible truth shall cost much, not everything.
const LEAST: f64 = 1e-12;

/// Mean negative log-probability of the gold labels in nats, no probability below 10⁻¹²; `None` without gold.
#[must_use]
pub fn log_loss(posterior: &Posterior, gold: &Gold) -> Option<f64> {
    mean(posterior, gold, |row, truth| -row[truth].max(LEAST).ln())
}

/// Mean squared distance between the posterior and the truth, summed over labels: 0 best, 2 worst.
///
/// Brier (1950), doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2.
#[must_use]
pub fn brier(posterior: &Posterior, gold: &Gold) -> Option<f64> {
    mean(posterior, gold, |row, truth| {
        let squares: f64 = row.iter().map(|probability| probability * probability).sum();
        squares - 2.0 * row[truth] + 1.0
    })
}

fn mean(posterior: &Posterior, gold: &Gold, of: impl Fn(&[f64], usize) -> f64) -> Option<f64> {
    let (mut sum, mut all) = (0.0, 0_usize);
    for (unit, row) in posterior.rows().enumerate() {
        if let Some(truth) = gold.of(unit) {
            sum += of(row, truth as usize);
            all += 1;
        }
    }
    (all > 0).then(|| sum / all as f64)
}

/// Units of like confidence: how sure the consensus was of them, and how often it was right.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bin {
    /// Gold units in it.
    pub units: usize,
    /// Their mean probability of the likeliest label.
    pub confidence: f64,
    /// Share of them whose likeliest label is gold, ties in expectation.
    pub accuracy: f64,
}

/// How confidence and accuracy go together.
#[derive(Clone, Debug, PartialEq)]
pub struct Reliability {
    /// Bins of equal width from 0 to 1, the upper bound belonging to the bin.
    pub bins: Vec<Bin>,
    /// Mean distance between confidence and accuracy over bins, weighed by their units.
    pub expected_error: f64,
    /// The largest such distance.
    pub most_error: f64,
    /// Mean confidence less accuracy: above 0 is too sure.
    pub excess_confidence: f64,
}

/// Confidence against accuracy in so many bins; 15 is what the field reports. `None` without gold or bins.
///
/// Guo, Pleiss, Sun, Weinberger (2017), arXiv:1706.04599; Naeini, Cooper, Hauskrecht (2015).
#[must_use]
pub fn reliability(posterior: &Posterior, gold: &Gold, bins: usize) -> Option<Reliability> {
    let mut sums = vec![Bin::default(); bins];
    for (unit, row) in posterior.rows().enumerate() {
        let Some(truth) = gold.of(unit) else { continue };
        let confidence = row.iter().copied().fold(0.0, f64::max);
        let place = ((confidence * bins as f64).ceil() as usize).clamp(1, bins.max(1)) - 1;
        let bin = sums.get_mut(place)?;
        bin.units += 1;
        bin.confidence += confidence;
        bin.accuracy += share_of_best(row, truth as usize);
    }
    let all: usize = sums.iter().map(|bin| bin.units).sum();
    let (mut expected, mut most, mut excess) = (0.0, 0.0_f64, 0.0);
    for bin in sums.iter_mut().filter(|bin| bin.units > 0) {
        bin.confidence /= bin.units as f64;
        bin.accuracy /= bin.units as f64;
        let share = bin.units as f64 / all as f64;
        let gap = bin.confidence - bin.accuracy;
        expected += share * gap.abs();
        excess += share * gap;
        most = most.max(gap.abs());
    }
    (all > 0).then_some(Reliability {
        bins: sums,
        expected_error: expected,
        most_error: most,
        excess_confidence: excess,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crowd::AnswersBuilder;

    fn gold(truths: &[u32]) -> Gold {
        let mut builder = AnswersBuilder::default();
        (0..2).for_each(|label| builder.gold(&format!("order {label}"), &label.to_string()).unwrap());
        for (unit, truth) in truths.iter().enumerate() {
            builder.answer(&unit.to_string(), "mind", "0").unwrap();
            builder.gold(&unit.to_string(), &truth.to_string()).unwrap();
        }
        builder.build().unwrap().1
    }

    /// scikit-learn's documented examples: `log_loss` .21616…, `brier_score_loss` .0375 (of two labels: half of ours).
    #[test]
    fn losses_equal_the_reference() {
        let posterior = Posterior::new(2, vec![0.1, 0.9, 0.9, 0.1, 0.8, 0.2, 0.35, 0.65]);
        let loss = log_loss(&posterior, &gold(&[1, 0, 0, 1])).unwrap();
        assert!((loss - 0.216_161_874).abs() < 1e-7, "{loss}");
        let posterior = Posterior::new(2, vec![0.9, 0.1, 0.1, 0.9, 0.2, 0.8, 0.7, 0.3]);
        let brier = brier(&posterior, &gold(&[0, 1, 1, 0])).unwrap();
        assert!((brier / 2.0 - 0.0375).abs() < 1e-12, "{brier}");
    }

    #[test]
    fn nine_of_ten_at_nine_tenths_is_calibrated() {
        let posterior = Posterior::new(2, [0.9, 0.1].repeat(10));
        let mut truths = [0; 10];
        truths[3] = 1;
        let calibrated = reliability(&posterior, &gold(&truths), 15).unwrap();
        assert!(calibrated.expected_error < 1e-12);
        let sure = Posterior::new(2, [1.0, 0.0].repeat(10));
        let excess = reliability(&sure, &gold(&truths), 15).unwrap();
        assert!(
            (excess.expected_error - 0.1).abs() < 1e-12 && (excess.excess_confidence - 0.1).abs() < 1e-12
        );
    }

    proptest! {
        #[test]
        fn errors_are_shares(truths in prop::collection::vec(0..2_u32, 1..40), sure in 0.0..1.0_f64) {
            let posterior = Posterior::new(2, [sure, 1.0 - sure].repeat(truths.len()));
            let measured = reliability(&posterior, &gold(&truths), 10).unwrap();
            prop_assert!(measured.expected_error <= measured.most_error + 1e-12 && measured.most_error <= 1.0);
            prop_assert!(measured.excess_confidence.abs() <= measured.expected_error + 1e-12);
            prop_assert_eq!(measured.bins.iter().map(|bin| bin.units).sum::<usize>(), truths.len());
        }
    }
}
