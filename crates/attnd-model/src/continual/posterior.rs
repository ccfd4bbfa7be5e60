//! Which log-odds follow from answers and what was believed before, and how sure are they? Logistic regression with a
//! Gaussian prior, by Laplace's approximation.
//!
//! The mode of ∏ σ(±x·w) · N(w; m, Λ⁻¹) is found by Newton's method; around it the log posterior is taken as quadratic,
//! so w ~ N(ŵ, H⁻¹), H = Xᵀ diag(p(1 − p)) X + Λ. A probability includes that doubt by MacKay's moderation,
//! σ(μ / √(1 + π s² / 8)) (1992, doi 10.1162/neco.1992.4.5.720). With m = 0 and Λ = λI the mode is that of ridge-penalised
//! logistic regression.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use crate::estimator::ModelError;

/// Newton steps after which the search is given up; it takes five to ten.
const STEPS: usize = 50;
/// A smaller step in every weight ends the search.
const TOLERANCE: f64 = 1e-10;
/// How often a step that makes it worse is halved.
const HALVINGS: usize = 30;

/// What is believed of each weight before any answer: independent normal distributions.
#[derive(Clone, Debug, PartialEq)]
pub struct Prior {
    /// Their means.
    pub means: Vec<f64>,
    /// One over their variances; all positive.
    pub precisions: Vec<f64>,
}

/// What is believed afterwards.
#[derive(Clone, Debug)]
pub struct Posterior {
    weights: DVector<f64>,
    precision: Cholesky<f64, Dyn>,
}

/// Log-odds, and how sure they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogOdds {
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation.
    pub spread: f64,
}

impl Posterior {
    /// What is believed before any answer.
    ///
    /// # Errors
    /// As [`Self::fit`].
    pub fn of_prior(prior: &Prior) -> Result<Self, ModelError> {
        Self::fit(&[], &[], prior)
    }

    /// What follows from `rows`, each as long as the prior, and whether each was a yes.
    ///
    /// # Errors
    /// [`ModelError::Columns`] when lengths disagree; [`ModelError::Diverged`] when a number is not finite or a
    /// precision not positive.
    pub fn fit(rows: &[Vec<f64>], yes: &[bool], prior: &Prior) -> Result<Self, ModelError> {
        let width = prior.means.len();
        if prior.precisions.len() != width
            || rows.len() != yes.len()
            || rows.iter().any(|row| row.len() != width)
        {
            return Err(ModelError::Columns {
                expected: format!("{width} numbers a row and an answer each"),
                found: format!("{} rows and {} answers", rows.len(), yes.len()),
            });
        }
        let search = Search {
            x: DMatrix::from_fn(rows.len(), width, |row, column| rows[row][column]),
            yes: DVector::from_iterator(yes.len(), yes.iter().map(|yes| f64::from(u8::from(*yes)))),
            mean: DVector::from_column_slice(&prior.means),
            precision: DVector::from_column_slice(&prior.precisions),
        };
        search.run()
    }

    /// The weights' means.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        self.weights.as_slice()
    }

    /// The log-odds of one row; a row of another length is cut or filled with zeros.
    #[must_use]
    pub fn log_odds(&self, row: &[f64]) -> LogOdds {
        let x = DVector::from_fn(self.weights.len(), |index, _| row.get(index).copied().unwrap_or(0.0));
        // s² = xᵀ H⁻¹ x = |L⁻¹ x|²
        let spread = self.precision.l_dirty().solve_lower_triangular(&x).map_or(f64::INFINITY, |z| z.norm());
        LogOdds { mean: self.weights.dot(&x), spread }
    }
}

impl LogOdds {
    /// How many spreads either side hold 90 % of a normal distribution.
    const NINETY_PERCENT: f64 = 1.644_853_626_951_472_2;

    /// The probability of yes, doubt included.
    #[must_use]
    pub fn probability(self) -> f64 {
        sigmoid(self.mean / (1.0 + std::f64::consts::FRAC_PI_8 * self.spread * self.spread).sqrt())
    }

    /// Where the probability lies with 90 % certainty.
    #[must_use]
    pub fn band(self) -> (f64, f64) {
        let reach = Self::NINETY_PERCENT * self.spread;
        (sigmoid(self.mean - reach), sigmoid(self.mean + reach))
    }
}

/// 1 / (1 + e⁻ˣ).
#[must_use]
pub fn sigmoid(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// The log-odds of a probability, kept finite.
#[must_use]
pub fn log_odds_of(probability: f64) -> f64 {
    let kept = probability.clamp(1e-6, 1.0 - 1e-6);
    (kept / (1.0 - kept)).ln()
}

struct Search {
    x: DMatrix<f64>,
    yes: DVector<f64>,
    mean: DVector<f64>,
    precision: DVector<f64>,
}

impl Search {
    fn run(self) -> Result<Posterior, ModelError> {
        let mut weights = self.mean.clone();
        let mut loss = self.loss(&weights);
        for _ in 0..STEPS {
            let (gradient, curvature) = self.slope(&weights)?;
            let step = curvature.solve(&gradient);
            let Some((next, next_loss)) = self.descend(&weights, &step, loss) else { break };
            let moved = (&next - &weights).amax();
            (weights, loss) = (next, next_loss);
            if moved < TOLERANCE {
                break;
            }
        }
        let (_, precision) = self.slope(&weights)?;
        Ok(Posterior { weights, precision })
    }

    /// −log posterior, up to a constant.
    fn loss(&self, weights: &DVector<f64>) -> f64 {
        let log_odds = &self.x * weights;
        let data: f64 = log_odds
            .iter()
            .zip(self.yes.iter())
            .map(|(log_odds, yes)| softplus(*log_odds) - yes * log_odds)
            .sum();
        let away = weights - &self.mean;
        data + 0.5 * away.component_mul(&away).dot(&self.precision)
    }

    fn slope(&self, weights: &DVector<f64>) -> Result<(DVector<f64>, Cholesky<f64, Dyn>), ModelError> {
        let probability = (&self.x * weights).map(sigmoid);
        let away = weights - &self.mean;
        let gradient = self.x.tr_mul(&(&probability - &self.yes)) + away.component_mul(&self.precision);
        let mut weighted = self.x.clone();
        for (mut row, p) in weighted.row_iter_mut().zip(probability.iter()) {
            row *= p * (1.0 - p);
        }
        let mut curvature = self.x.tr_mul(&weighted);
        for (index, precision) in self.precision.iter().enumerate() {
            curvature[(index, index)] += precision;
        }
        let curvature = Cholesky::new(curvature).ok_or_else(|| ModelError::Diverged {
            reason: "a number is not finite, or a prior not positive".to_owned(),
        })?;
        Ok((gradient, curvature))
    }

    fn descend(&self, from: &DVector<f64>, step: &DVector<f64>, loss: f64) -> Option<(DVector<f64>, f64)> {
        let mut scale = 1.0;
        for _ in 0..HALVINGS {
            let next = from - step * scale;
            let next_loss = self.loss(&next);
            if next_loss <= loss {
                return Some((next, next_loss));
            }
            scale /= 2.0;
        }
        None
    }
}

/// ln(1 + eˣ) without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Vector {
        rows: Vec<Vec<f64>>,
        yes: Vec<bool>,
        precision: f64,
        weights: Vec<f64>,
        at: Vec<f64>,
        spread: f64,
    }

    #[test]
    fn the_mode_is_scikit_learns_and_the_spread_numpys() {
        let vectors: Vec<Vector> =
            serde_json::from_str(include_str!("../../tests/parity/posterior.json")).unwrap();
        assert_eq!(vectors.len(), 3);
        for vector in vectors {
            let width = vector.weights.len();
            let prior = Prior { means: vec![0.0; width], precisions: vec![vector.precision; width] };
            let posterior = Posterior::fit(&vector.rows, &vector.yes, &prior).unwrap();
            for (ours, theirs) in posterior.weights().iter().zip(&vector.weights) {
                assert!((ours - theirs).abs() < 1e-6, "{ours} {theirs}");
            }
            assert!((posterior.log_odds(&vector.at).spread - vector.spread).abs() < 1e-6);
        }
    }

    #[test]
    fn a_prior_somewhere_else_moves_only_the_origin() {
        // Columns x with prior mean m and answers y are columns x with prior mean 0 and an offset x·m.
        let rows: Vec<Vec<f64>> = (0..40_i32).map(|i| vec![1.0, f64::from(i % 7) - 3.0]).collect();
        let yes: Vec<bool> = (0..40_i32).map(|i| i % 7 + i % 3 > 4).collect();
        let strong = Prior { means: vec![0.4, -0.7], precisions: vec![1e9, 1e9] };
        let posterior = Posterior::fit(&rows, &yes, &strong).unwrap();
        assert!((posterior.weights()[0] - 0.4).abs() < 1e-6 && (posterior.weights()[1] + 0.7).abs() < 1e-6);
        let weak = Prior { means: vec![0.4, -0.7], precisions: vec![1e-3, 1e-3] };
        assert!(Posterior::fit(&rows, &yes, &weak).unwrap().weights()[1] > 0.5);
    }

    #[test]
    fn doubt_pulls_to_a_half_and_answers_take_it_away() {
        let prior = Prior { means: vec![1.0], precisions: vec![1.0] };
        let before = Posterior::of_prior(&prior).unwrap().log_odds(&[2.0]);
        assert!((before.spread - 2.0).abs() < 1e-12);
        // σ(2 / √(1 + π·4/8)) by hand.
        assert!((before.probability() - 0.776_844_694_5).abs() < 1e-9, "{}", before.probability());
        let rows = vec![vec![1.0]; 100];
        let yes: Vec<bool> = (0..100).map(|i| i % 4 != 0).collect();
        let after = Posterior::fit(&rows, &yes, &prior).unwrap().log_odds(&[1.0]);
        assert!(after.spread < 0.25 && (sigmoid(after.mean) - 0.75).abs() < 0.01);
        let (low, high) = after.band();
        assert!(low < 0.75 && 0.75 < high && high - low < 0.16);
    }

    #[test]
    fn separable_answers_and_bad_numbers_do_no_harm() {
        let prior = Prior { means: vec![0.0, 0.0], precisions: vec![0.1, 0.1] };
        let rows = vec![vec![1.0, -1e3], vec![1.0, 1e3]];
        let posterior = Posterior::fit(&rows, &[false, true], &prior).unwrap();
        assert!(posterior.weights().iter().all(|weight| weight.is_finite()));
        assert!(Posterior::fit(&[vec![f64::NAN, 0.0]], &[true], &prior).is_err());
        assert!(Posterior::fit(&[vec![1.0]], &[true], &prior).is_err());
    }
}
