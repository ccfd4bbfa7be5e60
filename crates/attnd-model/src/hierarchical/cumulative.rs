//! Which weights explain ordered answers best, close to weights known already? Ridge-penalised proportional odds by
//! Newton's method; with two levels it is logistic regression.
//!
//! An answer reaches level k with probability σ(x·w + aₖ), a₁ > a₂ > … (McCullagh 1980, doi
//! 10.1111/j.2517-6161.1980.tb01109.x). The penalty ½ Σ λⱼ (wⱼ - cⱼ)² pulls the weights to a centre c: zero for weights
//! learnt from many people, those weights for one person's own. That is the posterior mode of a hierarchical model whose
//! people scatter around the global weights with variance 1/λ (Gelman and Hill 2007, ch. 13-14).

use nalgebra::{DMatrix, DVector};
use serde::{Deserialize, Serialize};

use super::design::{Design, Row};
use crate::estimator::ModelError;

/// Steps after which the search is given up; it takes five to ten.
const STEPS: usize = 60;
/// A step smaller than this in every weight is the last: the error left behind is of the order of its square.
const TOLERANCE: f64 = 1e-6;
/// How often a step that makes it worse is halved.
const HALVINGS: usize = 40;
/// Curvature added where the data has none (a word nobody used, unpenalised), so that the step stays defined.
const LEAST_CURVATURE: f64 = 1e-9;

/// Weights and thresholds: an answer reaches level `k + 1` with log-odds `x·weights + thresholds[k]`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// One per input.
    pub weights: Vec<f64>,
    /// Falling, one fewer than there are levels.
    pub thresholds: Vec<f64>,
}

/// How strongly the weights are pulled to a centre.
#[derive(Clone, Debug, PartialEq)]
pub struct Pull<'a> {
    /// Where to; `None` is zero, with thresholds that are free.
    pub centre: Option<&'a Weights>,
    /// λ, in units of one answer's log-loss.
    pub strength: f64,
    /// Made-up answers of an average moment, spread over all levels: keeps thresholds finite where a level was never
    /// given.
    pub made_up_answers: f64,
}

/// What is to be explained.
#[derive(Clone, Copy, Debug)]
pub struct Levels<'a> {
    /// One level per row, from 0.
    pub levels: &'a [usize],
    /// How many levels there are, at least 2.
    pub count: usize,
}

/// The best weights, searched from `start` or from the centre.
///
/// # Errors
/// [`ModelError::Diverged`] when numbers are not finite; [`ModelError::Columns`] when sizes disagree.
pub fn fit(
    design: &Design,
    levels: Levels<'_>,
    pull: &Pull<'_>,
    start: Option<&Weights>,
) -> Result<Weights, ModelError> {
    let problem = Problem::new(design, levels, pull)?;
    let mut parameters = match start.or(pull.centre) {
        Some(weights) => problem.parameters(weights)?,
        None => problem.neutral(),
    };
    let mut loss = problem.loss(&parameters);
    for _ in 0..STEPS {
        let step = problem.newton_step(&parameters)?;
        let Some((next, next_loss)) = problem.descend(&parameters, &step, loss) else { break };
        let moved = (&next - &parameters).amax();
        (parameters, loss) = (next, next_loss);
        if moved < TOLERANCE {
            break;
        }
    }
    if !loss.is_finite() {
        return Err(ModelError::Diverged { reason: "an input is not a finite number".to_owned() });
    }
    Ok(problem.weights(&parameters))
}

impl Weights {
    /// The log-odds of reaching level `level`, from 1.
    #[must_use]
    pub fn log_odds(&self, row: &Row, level: usize) -> f64 {
        let threshold = level.checked_sub(1).and_then(|index| self.thresholds.get(index));
        row.times(&self.weights) + threshold.copied().unwrap_or_default()
    }

    /// The probability of each level, from the lowest; sums to one.
    #[must_use]
    pub fn levels(&self, row: &Row) -> Vec<f64> {
        let reach = row.times(&self.weights);
        let mut above = 1.0;
        let mut levels = Vec::with_capacity(self.thresholds.len() + 1);
        for threshold in &self.thresholds {
            let next = sigmoid(reach + threshold);
            levels.push((above - next).max(0.0));
            above = next;
        }
        levels.push(above);
        levels
    }
}

/// σ(x) = 1 / (1 + e⁻ˣ), without overflow.
#[must_use]
pub fn sigmoid(log_odds: f64) -> f64 {
    if log_odds >= 0.0 {
        1.0 / (1.0 + (-log_odds).exp())
    } else {
        let odds = log_odds.exp();
        odds / (1.0 + odds)
    }
}

/// One search: parameters are the weights, then the thresholds.
struct Problem<'a> {
    design: &'a Design,
    levels: Levels<'a>,
    made_up_answers: f64,
    centre: DVector<f64>,
    strength: DVector<f64>,
}

/// σ at both edges of the level that was answered, with what its slope is there.
struct Edges {
    reached: f64,
    missed: f64,
}

impl<'a> Problem<'a> {
    fn new(design: &'a Design, levels: Levels<'a>, pull: &Pull<'_>) -> Result<Self, ModelError> {
        let disagree = |what: &str, expected: usize, found: usize| ModelError::Columns {
            expected: format!("{expected} {what}"),
            found: found.to_string(),
        };
        if levels.levels.len() != design.rows() {
            return Err(disagree("answers", design.rows(), levels.levels.len()));
        }
        let highest = levels.levels.iter().copied().max().unwrap_or_default();
        if levels.count < 2 || highest >= levels.count {
            return Err(disagree("levels", levels.count.max(2), highest + 1));
        }
        let size = design.width() + levels.count - 1;
        let mut problem = Self {
            design,
            levels,
            made_up_answers: pull.made_up_answers,
            centre: DVector::zeros(size),
            strength: DVector::from_element(size, pull.strength),
        };
        match pull.centre {
            Some(centre) => problem.centre = problem.parameters(centre)?,
            None => problem.strength.rows_mut(design.width(), levels.count - 1).fill(0.0),
        }
        Ok(problem)
    }

    fn parameters(&self, weights: &Weights) -> Result<DVector<f64>, ModelError> {
        let Weights { weights, thresholds } = weights;
        if weights.len() != self.design.width() || thresholds.len() + 1 != self.levels.count {
            return Err(ModelError::Columns {
                expected: format!("{} inputs and {} levels", self.design.width(), self.levels.count),
                found: format!("{} and {}", weights.len(), thresholds.len() + 1),
            });
        }
        Ok(DVector::from_iterator(
            weights.len() + thresholds.len(),
            weights.iter().chain(thresholds).copied(),
        ))
    }

    fn weights(&self, parameters: &DVector<f64>) -> Weights {
        let (weights, thresholds) = parameters.as_slice().split_at(self.design.width());
        Weights { weights: weights.to_vec(), thresholds: thresholds.to_vec() }
    }

    /// Weights of zero and the thresholds that give each level its share, one answer more counted for each.
    fn neutral(&self) -> DVector<f64> {
        let mut parameters = DVector::zeros(self.centre.len());
        let total = (self.levels.levels.len() + self.levels.count) as f64;
        for level in 1..self.levels.count {
            let reached = self.levels.levels.iter().filter(|value| **value >= level).count();
            let share = (reached + self.levels.count - level) as f64 / total;
            parameters[self.design.width() + level - 1] = (share / (1.0 - share)).ln();
        }
        parameters
    }

    fn edges(&self, parameters: &DVector<f64>, reach: f64, level: usize) -> Edges {
        let thresholds = parameters.rows(self.design.width(), self.levels.count - 1);
        Edges {
            reached: if level == 0 { 1.0 } else { sigmoid(reach + thresholds[level - 1]) },
            missed: if level + 1 == self.levels.count { 0.0 } else { sigmoid(reach + thresholds[level]) },
        }
    }

    /// Every answer with its reach x·w, its row (none for made-up ones) and its weight.
    fn answers<'b>(
        &'b self,
        reach: &'b DVector<f64>,
    ) -> impl Iterator<Item = (Option<usize>, f64, usize, f64)> + 'b {
        let given =
            self.levels.levels.iter().enumerate().map(|(row, level)| (Some(row), reach[row], *level, 1.0));
        let weight = self.made_up_answers / self.levels.count as f64;
        let made_up =
            (0..self.levels.count).filter(move |_| weight > 0.0).map(move |level| (None, 0.0, level, weight));
        given.chain(made_up)
    }

    fn loss(&self, parameters: &DVector<f64>) -> f64 {
        let reach = self.reach(parameters);
        let mut loss = 0.0;
        for (_, reach, level, weight) in self.answers(&reach) {
            let Edges { reached, missed } = self.edges(parameters, reach, level);
            let likely = reached - missed;
            if likely.is_nan() || likely <= 0.0 {
                return f64::INFINITY;
            }
            loss -= weight * likely.ln();
        }
        let away = parameters - &self.centre;
        loss + 0.5 * away.component_mul(&self.strength).dot(&away)
    }

    fn reach(&self, parameters: &DVector<f64>) -> DVector<f64> {
        self.design.times(&parameters.rows(0, self.design.width()).into_owned())
    }

    /// Where the penalised loss would be least if it were a parabola.
    ///
    /// With F at the edges of the answered level and p = F₊ - F₋: ∂ log p/∂(x·w) = 1 - F₊ - F₋, and its own slope is
    /// -(f₊ + f₋), f = F (1 - F).
    fn newton_step(&self, parameters: &DVector<f64>) -> Result<DVector<f64>, ModelError> {
        let width = self.design.width();
        let size = parameters.len();
        let rows = self.design.rows();
        let reach = self.reach(parameters);
        let mut slope = DVector::zeros(rows);
        let mut curvature = DVector::zeros(rows);
        let mut gradient = DVector::zeros(size);
        let mut hessian = DMatrix::zeros(size, size);
        // `[row, threshold]`: the mixed curvature of each row's reach with each threshold.
        let mut mixed = DMatrix::zeros(rows, self.levels.count - 1);
        for (row, reach, level, weight) in self.answers(&reach) {
            let Edges { reached, missed } = self.edges(parameters, reach, level);
            let likely = (reached - missed).max(f64::MIN_POSITIVE);
            let (up, down) = (reached * (1.0 - reached), missed * (1.0 - missed));
            if let Some(row) = row {
                slope[row] = -(1.0 - reached - missed);
                curvature[row] = up + down;
            }
            let mut at_edge = |threshold: usize, sign: f64, density: f64, share: f64| {
                gradient[width + threshold] -= weight * sign * density / likely;
                let bend = sign * density * (1.0 - 2.0 * share) / likely - (density / likely).powi(2);
                hessian[(width + threshold, width + threshold)] -= weight * bend;
                if let Some(row) = row {
                    mixed[(row, threshold)] += weight * density;
                }
            };
            if level > 0 {
                at_edge(level - 1, 1.0, up, reached);
            }
            if level + 1 < self.levels.count {
                at_edge(level, -1.0, down, missed);
            }
            if level > 0 && level + 1 < self.levels.count {
                let both = weight * up * down / likely.powi(2);
                hessian[(width + level - 1, width + level)] -= both;
                hessian[(width + level, width + level - 1)] -= both;
            }
        }
        gradient.rows_mut(0, width).copy_from(&self.design.transposed_times(&slope));
        hessian.view_mut((0, 0), (width, width)).copy_from(&self.design.gram(&curvature));
        for threshold in 0..self.levels.count - 1 {
            let cross = self.design.transposed_times(&mixed.column(threshold).into_owned());
            hessian.view_mut((0, width + threshold), (width, 1)).copy_from(&cross);
            hessian.view_mut((width + threshold, 0), (1, width)).copy_from(&cross.transpose());
        }
        gradient += (parameters - &self.centre).component_mul(&self.strength);
        for index in 0..size {
            hessian[(index, index)] += self.strength[index] + LEAST_CURVATURE;
        }
        let decomposed = hessian.cholesky().ok_or_else(|| ModelError::Diverged {
            reason: "the inputs are not finite numbers, or too large for their sums".to_owned(),
        })?;
        Ok(-decomposed.solve(&gradient))
    }

    /// The step, halved until it makes the loss smaller; `None` where no step does: the search has arrived.
    fn descend(&self, from: &DVector<f64>, step: &DVector<f64>, loss: f64) -> Option<(DVector<f64>, f64)> {
        let mut share = 1.0;
        for _ in 0..HALVINGS {
            let next = from + step * share;
            let next_loss = self.loss(&next);
            if next_loss <= loss {
                return Some((next, next_loss));
            }
            share /= 2.0;
        }
        None
    }
}
