//! Does it happen as often as was said? Brier score, log-loss and expected calibration error.

use serde::{Deserialize, Serialize};

use super::{Scored, number};

/// How predictions are put together to compare what was said with what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Binning {
    /// So many bins of equal width between 0 and 1; an edge belongs to the bin below it.
    EqualWidth(usize),
    /// So many bins between quantiles of the probabilities (interpolated linearly), so of about as many answers each; an
    /// edge belongs to the bin below it.
    EqualMass(usize),
}

/// Predictions of about the same probability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Their mean probability.
    pub said: f64,
    /// The share of yes among them.
    pub happened: f64,
    /// How many.
    pub answers: usize,
}

/// Mean squared difference between probability and answer, 0 best, 1 worst (Brier 1950,
/// doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2). `None` of nothing.
#[must_use]
pub fn brier(scored: &[Scored]) -> Option<f64> {
    mean_of(scored, brier_of)
}

/// Mean negative natural logarithm of the probability of what was answered. Probabilities are clipped to
/// [2.2e-16, 1 − 2.2e-16] as scikit-learn does for doubles. `None` of nothing.
#[must_use]
pub fn log_loss(scored: &[Scored]) -> Option<f64> {
    mean_of(scored, log_loss_of)
}

/// Bins that hold something, lowest probability first: a calibration plot.
#[must_use]
pub fn bins(scored: &[Scored], binning: Binning) -> Vec<Bin> {
    let edges = binning.inner_edges(scored);
    let mut sums = vec![(0.0, 0.0, 0_usize); edges.len() + 1];
    for one in scored {
        let bin = &mut sums[edges.partition_point(|edge| *edge < one.probability)];
        bin.0 += one.probability;
        bin.1 += f64::from(u8::from(one.yes));
        bin.2 += 1;
    }
    sums.into_iter()
        .filter(|(_, _, answers)| *answers > 0)
        .map(|(said, happened, answers)| Bin {
            said: said / number(answers),
            happened: happened / number(answers),
            answers,
        })
        .collect()
}

/// Mean difference between what was said and what happened, over bins weighed by their answers: of the probability of yes
/// (Guo et al. 2017, arXiv:1706.04599, equation 3). `None` of nothing.
#[must_use]
pub fn expected_calibration_error(scored: &[Scored], binning: Binning) -> Option<f64> {
    (!scored.is_empty()).then(|| {
        let off: f64 = bins(scored, binning)
            .iter()
            .map(|bin| number(bin.answers) * (bin.said - bin.happened).abs())
            .sum();
        off / number(scored.len())
    })
}

pub(super) fn brier_of(one: &Scored) -> f64 {
    (one.probability - f64::from(u8::from(one.yes))).powi(2)
}

pub(super) fn log_loss_of(one: &Scored) -> f64 {
    let yes = one.probability.clamp(f64::EPSILON, 1.0 - f64::EPSILON);
    -(if one.yes { yes } else { 1.0 - yes }).ln()
}

fn mean_of(scored: &[Scored], loss: impl Fn(&Scored) -> f64) -> Option<f64> {
    (!scored.is_empty()).then(|| scored.iter().map(loss).sum::<f64>() / number(scored.len()))
}

impl Binning {
    /// The edges between bins, rising.
    fn inner_edges(self, scored: &[Scored]) -> Vec<f64> {
        match self {
            Self::EqualWidth(count) => (1..count).map(|edge| number(edge) / number(count)).collect(),
            Self::EqualMass(count) => {
                let mut sorted: Vec<f64> = scored.iter().map(|one| one.probability).collect();
                sorted.sort_by(f64::total_cmp);
                (1..count).filter_map(|edge| quantile(&sorted, number(edge) / number(count))).collect()
            }
        }
    }
}

/// The quantile of sorted values, between two of them interpolated linearly (type 7 of Hyndman and Fan 1996,
/// doi:10.1080/00031305.1996.10473566). `None` of nothing.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the last index")]
pub(crate) fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let position = number(last) * share.clamp(0.0, 1.0);
    let below = position.floor() as usize;
    let above = (below + 1).min(last);
    let fraction = position - position.floor();
    Some(sorted[below] + (sorted[above] - sorted[below]) * fraction)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::parity;

    #[test]
    fn says_what_scikit_learn_says() {
        for case in parity::cases("binary") {
            let scored = parity::scored(&case);
            parity::same(&case, "brier", brier(&scored).unwrap());
            parity::same(&case, "log_loss", log_loss(&scored).unwrap());
            let width = expected_calibration_error(&scored, Binning::EqualWidth(10)).unwrap();
            parity::same(&case, "ece_equal_width", width);
            let mass = expected_calibration_error(&scored, Binning::EqualMass(10)).unwrap();
            parity::same(&case, "ece_equal_mass", mass);
        }
    }

    #[test]
    fn nothing_has_no_score() {
        assert_eq!(brier(&[]), None);
        assert_eq!(log_loss(&[]), None);
        assert_eq!(expected_calibration_error(&[], Binning::EqualMass(10)), None);
        assert!(bins(&[], Binning::EqualMass(10)).is_empty());
    }
}
