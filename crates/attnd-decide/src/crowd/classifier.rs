//! What would a simple model say of a unit from its features? Softmax regression, judged only on units it was not taught.

use rand::seq::SliceRandom;
use thiserror::Error;

use super::consensus::Posterior;
use super::lbfgs::{Least, Stop, dot, minimise};
use crate::Seed;

/// Numbers that describe each unit, brought to mean 0 and deviation 1 a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Features {
    units: usize,
    /// `[column, unit]`: arithmetic runs along the units.
    of: Vec<f32>,
    /// Mean and deviation of each column as it came.
    scales: Vec<(f64, f64)>,
}

/// Why features cannot be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum FeatureError {
    /// Not as many numbers as rows and columns ask for.
    #[error("{numbers} numbers are not {units} rows of {columns}; give one row of features for each unit")]
    Shape {
        /// Numbers given.
        numbers: usize,
        /// Units there are.
        units: usize,
        /// Columns said.
        columns: usize,
    },
    /// A number that is none.
    #[error("feature {column} of row {row} is not a finite number; leave the column out or fill it")]
    NotFinite {
        /// Row from 0.
        row: usize,
        /// Column from 0.
        column: usize,
    },
}

impl Features {
    /// From rows one after the other, `[unit, column]`, in the order of the units of the answers.
    ///
    /// # Errors
    /// [`FeatureError`] where the rows are not whole or a number is not finite.
    pub fn new(units: usize, columns: usize, rows: &[f32]) -> Result<Self, FeatureError> {
        if units == 0 || columns == 0 || rows.len() != units * columns {
            return Err(FeatureError::Shape { numbers: rows.len(), units, columns });
        }
        if let Some(at) = rows.iter().position(|number| !number.is_finite()) {
            return Err(FeatureError::NotFinite { row: at / columns, column: at % columns });
        }
        let mut of = vec![0.0; rows.len()];
        let mut scales = Vec::with_capacity(columns);
        for (column, place) in of.chunks_exact_mut(units).enumerate() {
            let numbers = || rows[column..].iter().step_by(columns).map(|&number| f64::from(number));
            let mean = numbers().sum::<f64>() / units as f64;
            let deviation =
                (numbers().map(|number| (number - mean).powi(2)).sum::<f64>() / units as f64).sqrt();
            // A column that is the same everywhere says nothing and stays 0.
            let scale = if deviation > f64::EPSILON * mean.abs() { deviation } else { f64::INFINITY };
            place
                .iter_mut()
                .zip(numbers())
                .for_each(|(place, number)| *place = ((number - mean) / scale) as f32);
            scales.push((mean, scale));
        }
        Ok(Self { units, of, scales })
    }

    /// How many units are described.
    #[must_use]
    pub fn units(&self) -> usize {
        self.units
    }

    /// By how many numbers each.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.scales.len()
    }
}

/// Softmax regression: each label's logarithm is linear in the features.
#[derive(Clone, Debug, PartialEq)]
pub struct Classifier {
    labels: usize,
    /// `[label, column and at last the constant]`, for features brought to mean 0 and deviation 1.
    weights: Vec<f64>,
    scales: Vec<(f64, f64)>,
}

/// Enough for probabilities good to three digits; more rounds change no decision.
const STOP: Stop = Stop { rounds: 200, tolerance: 1e-5 };

impl Classifier {
    /// Probabilities of the labels for a row of features as they came.
    #[must_use]
    pub fn probabilities(&self, row: &[f32]) -> Vec<f64> {
        let mut logs: Vec<f64> = self
            .weights
            .chunks_exact(self.scales.len() + 1)
            .map(|weights| {
                let scaled =
                    row.iter().zip(&self.scales).map(|(&of, (mean, scale))| (f64::from(of) - mean) / scale);
                weights[self.scales.len()]
                    + weights.iter().zip(scaled).map(|(weight, of)| weight * of).sum::<f64>()
            })
            .collect();
        softmax(&mut logs);
        logs
    }
}

/// What is learned from: how likely each label is of each unit, and how much each unit counts.
#[derive(Clone, Copy, Debug)]
struct Lesson<'a> {
    features: &'a Features,
    targets: &'a Posterior,
    /// `[unit]`; 0 leaves a unit out.
    counts: &'a [f64],
    /// Strength of the pull of the weights to 0: half of it times the sum of their squares is added to the loss.
    ridge: f64,
}

impl Lesson<'_> {
    /// Loss (cross-entropy in nats plus the ridge) of those weights, and its gradient. `logs` holds `[label, unit]`
    /// and leaves with the model's probabilities.
    fn loss(&self, weights: &[f64], gradient: &mut [f64], logs: &mut [f64]) -> f64 {
        let (units, columns, labels) = (self.features.units, self.features.columns(), self.targets.labels());
        self.logits(weights, logs);
        let mut loss = 0.0;
        let mut row = vec![0.0; labels];
        for unit in 0..units {
            for (label, place) in row.iter_mut().enumerate() {
                *place = logs[label * units + unit];
            }
            let sum = softmax(&mut row);
            let (count, target) = (self.counts[unit], self.targets.of(unit));
            for (label, probability) in row.iter().enumerate() {
                let log = &mut logs[label * units + unit];
                loss -= count * target[label] * (*log - sum);
                *log = count * (probability - target[label]);
            }
        }
        let mut wide = vec![0.0; units];
        for (column, of) in self.features.of.chunks_exact(units).enumerate() {
            wide.iter_mut().zip(of).for_each(|(wide, &of)| *wide = f64::from(of));
            for (label, errors) in logs.chunks_exact(units).enumerate() {
                let at = label * (columns + 1) + column;
                gradient[at] = dot(errors, &wide) + self.ridge * weights[at];
                loss += 0.5 * self.ridge * weights[at] * weights[at];
            }
        }
        for (label, errors) in logs.chunks_exact(units).enumerate() {
            gradient[label * (columns + 1) + columns] = errors.iter().sum();
        }
        loss
    }

    /// Linear part of every label for every unit, `[label, unit]`.
    fn logits(&self, weights: &[f64], logs: &mut [f64]) {
        let (units, columns) = (self.features.units, self.features.columns());
        for (label, logs) in logs.chunks_exact_mut(units).enumerate() {
            logs.fill(weights[label * (columns + 1) + columns]);
        }
        for (column, of) in self.features.of.chunks_exact(units).enumerate() {
            for (label, logs) in logs.chunks_exact_mut(units).enumerate() {
                let weight = weights[label * (columns + 1) + column];
                logs.iter_mut().zip(of).for_each(|(log, &of)| *log += weight * f64::from(of));
            }
        }
    }

    /// Improves the weights until the loss is least.
    fn learn(&self, weights: &mut [f64]) -> Least {
        let mut logs = vec![0.0; self.features.units * self.targets.labels()];
        minimise(weights, |weights, gradient| self.loss(weights, gradient, &mut logs), STOP)
    }
}

/// Turns logarithms into probabilities; the logarithm of their sum before.
pub(crate) fn softmax(logs: &mut [f64]) -> f64 {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    logs.iter_mut().for_each(|log| *log = (*log - most).exp());
    let sum: f64 = logs.iter().sum();
    logs.iter_mut().for_each(|log| *log /= sum);
    most + sum.ln()
}

/// Learns from all units that count.
#[must_use]
pub fn learn(features: &Features, targets: &Posterior, counts: &[f64], ridge: f64) -> Classifier {
    let labels = targets.labels();
    let mut weights = vec![0.0; labels * (features.columns() + 1)];
    Lesson { features, targets, counts, ridge }.learn(&mut weights);
    Classifier { labels, weights, scales: features.scales.clone() }
}

impl Classifier {
    /// How many labels it tells apart.
    #[must_use]
    pub fn labels(&self) -> usize {
        self.labels
    }
}

/// Units dealt into parts, and what a model taught on the other parts says of each: nothing it says of a unit
/// was learned from that unit.
#[derive(Clone, Debug)]
pub struct CrossFit {
    /// `[unit]`: in which part it is.
    part: Vec<usize>,
    /// `[part]`: the weights taught without it.
    weights: Vec<Vec<f64>>,
}

impl CrossFit {
    /// Deals so many units into so many parts by chance.
    #[must_use]
    pub fn new(units: usize, parts: usize, seed: Seed) -> Self {
        let parts = parts.clamp(1, units.max(1));
        let mut part: Vec<usize> = (0..units).map(|unit| unit % parts).collect();
        part.shuffle(&mut seed.generator(FOLDS));
        Self { part, weights: vec![Vec::new(); parts] }
    }

    /// What the models say of the units they were not taught. Starts where the last call ended.
    #[must_use]
    pub fn fit(&mut self, features: &Features, targets: &Posterior, counts: &[f64], ridge: f64) -> Posterior {
        let (units, labels) = (features.units, targets.labels());
        let parts = self.weights.len();
        let part = &self.part;
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(parts);
        let said: Vec<Vec<f64>> = std::thread::scope(|scope| {
            let mut started = Vec::new();
            for slice in self.weights.chunks_mut(parts.div_ceil(threads)).scan(0, |first, slice| {
                *first += slice.len();
                Some((*first - slice.len(), slice))
            }) {
                started.push(scope.spawn(move || {
                    let (first, slice) = slice;
                    let teach = |(place, weights): (usize, &mut Vec<f64>)| {
                        let counts: Vec<f64> = counts
                            .iter()
                            .zip(part)
                            .map(|(&count, &of)| if of == first + place { 0.0 } else { count })
                            .collect();
                        weights.resize(labels * (features.columns() + 1), 0.0);
                        let lesson = Lesson { features, targets, counts: &counts, ridge };
                        lesson.learn(weights);
                        let mut logs = vec![0.0; units * labels];
                        lesson.logits(weights, &mut logs);
                        logs
                    };
                    slice.iter_mut().enumerate().map(teach).collect::<Vec<_>>()
                }));
            }
            started
                .into_iter()
                .flat_map(|of| of.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause)))
                .collect()
        });
        let mut posterior = Posterior::new(labels, vec![0.0; units * labels]);
        for (unit, &part) in self.part.iter().enumerate() {
            let row = posterior.of_mut(unit);
            row.iter_mut().enumerate().for_each(|(label, place)| *place = said[part][label * units + unit]);
            softmax(row);
        }
        posterior
    }

    /// The ridge whose models say best what the targets are of units they were not taught, and what they say. Begins
    /// so strong that nearly nothing is learned and weakens it threefold a step while that helps.
    #[must_use]
    pub fn choose(&mut self, features: &Features, targets: &Posterior, counts: &[f64]) -> (f64, Posterior) {
        let mut ridge = 10.0 * counts.iter().sum::<f64>();
        let mut best: Option<(f64, f64, Posterior)> = None;
        for _ in 0..RIDGES {
            let said = self.fit(features, targets, counts, ridge);
            let loss = cross_entropy(&said, targets, counts);
            match &best {
                Some((least, ..)) if loss >= *least => break,
                _ => best = Some((loss, ridge, said)),
            }
            ridge /= 10.0_f64.sqrt();
        }
        best.map_or_else(|| (ridge, targets.clone()), |(_, ridge, said)| (ridge, said))
    }
}

/// The part of chance that deals units into parts.
const FOLDS: u64 = 0x00f0_1d50;
/// Ridges tried at most: from ten times the units down to a hundred-thousandth of that.
const RIDGES: usize = 11;

fn cross_entropy(said: &Posterior, targets: &Posterior, counts: &[f64]) -> f64 {
    let mut loss = 0.0;
    for ((said, target), count) in said.rows().zip(targets.rows()).zip(counts) {
        let of: f64 = said.iter().zip(target).map(|(said, target)| target * said.max(1e-300).ln()).sum();
        loss -= count * of;
    }
    loss
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::RngExt;

    use super::*;

    /// Two columns, three labels in three corners, some noise.
    fn corners(units: usize) -> (Vec<f32>, Vec<usize>) {
        let mut generator = Seed(7).generator(0);
        let mut noise = || generator.random_range(-1.0..1.0_f32);
        let mut rows = Vec::new();
        let labels: Vec<usize> = (0..units).map(|unit| unit % 3).collect();
        for &label in &labels {
            let (x, y) = [(0.0, 0.0), (4.0, 0.0), (0.0, 4.0)][label];
            rows.extend([x + 1.5 * noise(), y + 1.5 * noise()]);
        }
        (rows, labels)
    }

    fn certain(labels: &[usize], of: usize) -> Posterior {
        let row = |&label: &usize| (0..of).map(move |other| f64::from(u8::from(other == label)));
        Posterior::new(of, labels.iter().flat_map(row).collect())
    }

    #[test]
    fn what_is_apart_is_told_apart_without_having_seen_it() {
        let (rows, labels) = corners(90);
        let features = Features::new(90, 2, &rows).unwrap();
        let targets = certain(&labels, 3);
        let (ridge, said) = CrossFit::new(90, 5, Seed(1)).choose(&features, &targets, &[1.0; 90]);
        let right =
            labels.iter().enumerate().filter(|&(unit, &label)| said.best(unit).0 as usize == label).count();
        assert!(right >= 88 && ridge < 10.0, "{right} right with a ridge of {ridge}");
        let classifier = learn(&features, &targets, &[1.0; 90], ridge);
        assert!(classifier.probabilities(&[4.0, 0.0])[1] > 0.9);
    }

    /// scikit-learn 1.5.2, `LogisticRegression(C=1, tol=1e-10)` on the standardised column: minimises the same loss.
    #[test]
    fn probabilities_equal_the_reference() {
        let rows = [-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0];
        let features = Features::new(8, 1, &rows).unwrap();
        let targets = certain(&[0, 0, 1, 0, 1, 1, 2, 2], 3);
        let classifier = learn(&features, &targets, &[1.0; 8], 1.0);
        for (row, reference) in [(-2.0, REFERENCE[0]), (0.5, REFERENCE[1]), (3.0, REFERENCE[2])] {
            for (is, reference) in classifier.probabilities(&[row]).iter().zip(reference) {
                assert!((is - reference).abs() < 2e-3, "{is} is not {reference}");
            }
        }
    }

    const REFERENCE: [[f64; 3]; 3] = [
        [0.735_706, 0.247_639, 0.016_655],
        [0.331_8, 0.464_506, 0.203_694],
        [0.042_606, 0.248_078, 0.709_316],
    ];

    #[test]
    fn the_gradient_is_the_slope_of_the_loss() {
        let (rows, labels) = corners(12);
        let features = Features::new(12, 2, &rows).unwrap();
        let (targets, counts) = (certain(&labels, 3), [0.7; 12]);
        let lesson = Lesson { features: &features, targets: &targets, counts: &counts, ridge: 0.3 };
        let mut weights: Vec<f64> = (0..9).map(|at| f64::from(at) * 0.1 - 0.4).collect();
        let (mut gradient, mut ignored, mut logs) = (vec![0.0; 9], vec![0.0; 9], vec![0.0; 36]);
        lesson.loss(&weights, &mut gradient, &mut logs);
        for (at, slope) in gradient.iter().enumerate() {
            weights[at] += 1e-5;
            let above = lesson.loss(&weights, &mut ignored, &mut logs);
            weights[at] -= 2e-5;
            let below = lesson.loss(&weights, &mut ignored, &mut logs);
            weights[at] += 1e-5;
            assert!((slope - (above - below) / 2e-5).abs() < 1e-6);
        }
    }

    #[test]
    fn numbers_that_are_none_are_pointed_at() {
        assert_eq!(
            Features::new(2, 2, &[1.0, 2.0, f32::NAN, 4.0]),
            Err(FeatureError::NotFinite { row: 1, column: 0 })
        );
        assert_eq!(
            Features::new(2, 2, &[1.0]),
            Err(FeatureError::Shape { numbers: 1, units: 2, columns: 2 })
        );
    }

    proptest! {
        #[test]
        fn rows_sum_to_one_and_a_constant_column_changes_nothing(constant in -1e3..1e3_f32) {
            let (rows, labels) = corners(30);
            let wide: Vec<f32> = rows.chunks_exact(2).flat_map(|row| [row[0], row[1], constant]).collect();
            let targets = certain(&labels, 3);
            let said = |features: &Features| CrossFit::new(30, 3, Seed(1)).fit(features, &targets, &[1.0; 30], 1.0);
            let (one, other) = (said(&Features::new(30, 2, &rows).unwrap()), said(&Features::new(30, 3, &wide).unwrap()));
            for (one, other) in one.rows().zip(other.rows()) {
                prop_assert!((one.iter().sum::<f64>() - 1.0).abs() < 1e-12);
                one.iter().zip(other).for_each(|(one, other)| assert!((one - other).abs() < 1e-9));
            }
        }
    }
}
