//! Which class is a row of numbers, where features count only together? A network of one hidden layer on sparse rows.
//!
//! Rectified linear units with dropout (Srivastava et al. 2014, JMLR 15) under a softmax, trained by AdaGrad (Duchi et
//! al. 2011, JMLR 12) with one rate a column of weights, one row at a time. Each layer costs what is not zero: the
//! columns a text has, the units that fire.

use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::sparse::{Row, Rows};
use crate::Seed;

/// Hidden units.
pub const UNITS: usize = 64;
/// Share of the hidden units silenced at each step of training.
const DROPOUT: f32 = 0.3;
/// Share of a row's values silenced at each step of training: n-grams of one word say the same several times over, so
/// half of them are enough to know it by, in half the time.
const INPUT_DROPOUT: f32 = 0.5;
/// The step of AdaGrad at the beginning; it falls to nothing along a line.
const RATE: f32 = 0.05;
/// Weights of the first layer begin evenly spread within plus and minus this.
const FIRST_SPREAD: f32 = 0.1;

/// Weights of one network.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    classes: usize,
    /// `[column, unit]`; the last column is the bias.
    first: Vec<f32>,
    /// `[unit, class]`; the last unit is the bias.
    second: Vec<f32>,
}

/// Room for one pass; its memory serves the next row too.
#[derive(Clone, Debug)]
pub struct NetworkRoom {
    units: Vec<f32>,
}

impl Default for NetworkRoom {
    fn default() -> Self {
        Self { units: vec![0.0; UNITS] }
    }
}

impl Network {
    /// Trains on rows and the class of each ([`super::linear::NO_CLASS`]: all classes alike), that often over all rows.
    /// `balance` scales the step of each class's rows, `part` sets apart networks of one seed.
    #[must_use]
    pub fn train(rows: &Rows, of: &[u32], balance: &[f32], rounds: usize, seed: Seed, part: u64) -> Self {
        let mut generator = seed.generator(part);
        let mut trainer = Trainer::new(rows.width(), balance.len(), &mut generator);
        let mut order: Vec<usize> = (0..rows.len()).collect();
        let steps = (rounds * rows.len()).max(1) as f32;
        let mut done = 0.0;
        for _ in 0..rounds {
            order.shuffle(&mut generator);
            for &at in &order {
                let rate = RATE * (1.0 - done / steps);
                let weight = balance.get(of[at] as usize).copied().unwrap_or(1.0);
                trainer.step(rows.row(at), of[at] as usize, rate * weight, &mut generator);
                done += 1.0;
            }
        }
        trainer.network
    }

    /// A network whose weights are known.
    #[must_use]
    pub(super) fn new(classes: usize, first: Vec<f32>, second: Vec<f32>) -> Self {
        Self { classes, first, second }
    }

    /// The weights of both layers, `[column, unit]` and `[unit, class]`, each with its bias last.
    #[must_use]
    pub fn layers(&self) -> (&[f32], &[f32]) {
        (&self.first, &self.second)
    }

    /// The probability of each class; `out` has one place a class.
    pub fn probabilities(&self, row: Row<'_>, room: &mut NetworkRoom, out: &mut [f32]) {
        self.fire(row, &mut room.units);
        self.conclude(&room.units, out);
    }

    fn fire(&self, row: Row<'_>, units: &mut [f32]) {
        units.copy_from_slice(&self.first[self.first.len() - UNITS..]);
        for (&column, &value) in row.columns.iter().zip(row.values) {
            let weights = &self.first[column as usize * UNITS..][..UNITS];
            units.iter_mut().zip(weights).for_each(|(unit, weight)| *unit += value * weight);
        }
        units.iter_mut().for_each(|unit| *unit = unit.max(0.0));
    }

    fn conclude(&self, units: &[f32], out: &mut [f32]) {
        out.copy_from_slice(&self.second[UNITS * self.classes..]);
        for (unit, &value) in units.iter().enumerate().filter(|(_, value)| **value != 0.0) {
            let weights = &self.second[unit * self.classes..][..self.classes];
            out.iter_mut().zip(weights).for_each(|(out, weight)| *out += value * weight);
        }
        softmax(out, 1.0);
    }
}

/// Turns margins into probabilities that sum to one: exp(sharpness · margin), in proportion.
pub fn softmax(margins: &mut [f32], sharpness: f32) {
    let most = margins.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for margin in &mut *margins {
        *margin = ((*margin - most) * sharpness).exp();
        sum += *margin;
    }
    margins.iter_mut().for_each(|margin| *margin /= sum);
}

/// A network in training, with AdaGrad's memory and room for one step.
struct Trainer {
    network: Network,
    /// Mean squared gradient so far of each column of the first layer and each unit of the second.
    first_seen: Vec<f32>,
    second_seen: Vec<f32>,
    columns: Vec<u32>,
    values: Vec<f32>,
    units: Vec<f32>,
    unit_errors: Vec<f32>,
    errors: Vec<f32>,
}

impl Trainer {
    fn new(width: usize, classes: usize, generator: &mut ChaCha8Rng) -> Self {
        let mut spread = |count: usize, spread: f32| -> Vec<f32> {
            (0..count).map(|_| (generator.random::<f32>() * 2.0 - 1.0) * spread).collect()
        };
        let mut first = spread(width * UNITS, FIRST_SPREAD);
        first.extend([0.0; UNITS]);
        // Half of the variance He et al. 2015 (arXiv 1502.01852) give: rows are short, first guesses should be even.
        let mut second = spread(UNITS * classes, (0.75 / UNITS as f32).sqrt());
        second.extend(vec![0.0; classes]);
        Self {
            network: Network { classes, first, second },
            first_seen: vec![1e-6; width + 1],
            second_seen: vec![1e-6; UNITS + 1],
            columns: Vec::new(),
            values: Vec::new(),
            units: vec![0.0; UNITS],
            unit_errors: vec![0.0; UNITS],
            errors: vec![0.0; classes],
        }
    }

    fn step(&mut self, row: Row<'_>, class: usize, rate: f32, generator: &mut ChaCha8Rng) {
        self.columns.clear();
        self.values.clear();
        for (&column, &value) in row.columns.iter().zip(row.values) {
            if generator.random::<f32>() >= INPUT_DROPOUT {
                self.columns.push(column);
                self.values.push(value / (1.0 - INPUT_DROPOUT));
            }
        }
        self.network.fire(Row { columns: &self.columns, values: &self.values }, &mut self.units);
        for unit in self.units.iter_mut().filter(|unit| **unit > 0.0) {
            *unit = if generator.random::<f32>() < DROPOUT { 0.0 } else { *unit / (1.0 - DROPOUT) };
        }
        self.network.conclude(&self.units, &mut self.errors);
        match self.errors.get_mut(class) {
            Some(own) => *own -= 1.0,
            None => self.errors.iter_mut().for_each(|error| *error -= 1.0 / self.network.classes as f32),
        }
        self.descend_second(rate);
        self.descend_first(rate);
    }

    fn descend_second(&mut self, rate: f32) {
        let classes = self.network.classes;
        let squared = mean_square(&self.errors);
        for unit in 0..=UNITS {
            let value = self.units.get(unit).copied().unwrap_or(1.0);
            let error = self.unit_errors.get_mut(unit);
            if value == 0.0 {
                error.into_iter().for_each(|error| *error = 0.0);
                continue;
            }
            let weights = &mut self.network.second[unit * classes..][..classes];
            error.into_iter().for_each(|error| *error = dot(weights, &self.errors) / (1.0 - DROPOUT));
            let step = adagrad(&mut self.second_seen[unit], squared, value, rate);
            weights.iter_mut().zip(&self.errors).for_each(|(weight, error)| *weight -= step * error);
        }
    }

    fn descend_first(&mut self, rate: f32) {
        let squared = mean_square(&self.unit_errors);
        let bias = self.first_seen.len() as u32 - 1;
        let columns = self.columns.iter().copied().chain([bias]);
        for (column, value) in columns.zip(self.values.iter().copied().chain([1.0])) {
            let step = adagrad(&mut self.first_seen[column as usize], squared, value, rate);
            let weights = &mut self.network.first[column as usize * UNITS..][..UNITS];
            weights.iter_mut().zip(&self.unit_errors).for_each(|(weight, error)| *weight -= step * error);
        }
    }
}

fn mean_square(values: &[f32]) -> f32 {
    dot(values, values) / values.len() as f32
}

/// The sum of the products of two rows of one length, in eight sums side by side: one sum would wait for itself.
fn dot(one: &[f32], other: &[f32]) -> f32 {
    let (left, left_rest) = one.as_chunks::<8>();
    let (right, right_rest) = other.as_chunks::<8>();
    let mut sums = [0.0_f32; 8];
    for (left, right) in left.iter().zip(right) {
        sums.iter_mut().zip(left).zip(right).for_each(|((sum, left), right)| *sum += left * right);
    }
    let rest: f32 = left_rest.iter().zip(right_rest).map(|(left, right)| left * right).sum();
    sums.iter().sum::<f32>() + rest
}

/// Remembers a gradient of that value times errors of that mean square; the step to take for it.
fn adagrad(seen: &mut f32, squared_errors: f32, value: f32, rate: f32) -> f32 {
    *seen += squared_errors * value * value;
    rate * value / seen.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::linear::NO_CLASS;
    use proptest::prelude::*;

    /// Either or, but not both: no line parts these (Minsky and Papert 1969), one hidden layer does. Each of the two is said
    /// by eight columns, as a word is by its n-grams, so that it is known though half of them are silenced.
    #[test]
    fn either_or_is_learnt() {
        let mut rows = Rows::new(32);
        let mut of = Vec::new();
        for at in 0..400_u32 {
            let (left, right) = (at % 2, at / 2 % 2);
            let columns: Vec<u32> = (0..8).flat_map(|copy| [4 * copy + left, 4 * copy + 2 + right]).collect();
            rows.push(Row { columns: &columns, values: &[0.25; 16] });
            of.push(u32::from(left == right));
        }
        let network = Network::train(&rows, &of, &[1.0; 2], 30, Seed(1), 0);
        let mut room = NetworkRoom::default();
        let mut out = [0.0; 2];
        for at in 0..4 {
            network.probabilities(rows.row(at), &mut room, &mut out);
            assert!(out[of[at] as usize] > 0.8, "row {at}: {out:?}");
            assert!((out[0] + out[1] - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn rows_of_no_class_are_all_classes_alike() {
        let mut rows = Rows::new(3);
        let mut of = Vec::new();
        for at in 0..300_u32 {
            rows.push(Row { columns: &[at % 3], values: &[1.0] });
            of.push([0, 1, NO_CLASS][at as usize % 3]);
        }
        let network = Network::train(&rows, &of, &[1.0; 2], 20, Seed(1), 0);
        let mut out = [0.0; 2];
        network.probabilities(rows.row(2), &mut NetworkRoom::default(), &mut out);
        assert!((out[0] - 0.5).abs() < 0.15, "{out:?}");
    }

    proptest! {
        #[test]
        fn sums_side_by_side_are_the_sum(pairs in proptest::collection::vec((-9.0_f32..9.0, -9.0_f32..9.0), 0..40)) {
            let (one, other): (Vec<f32>, Vec<f32>) = pairs.into_iter().unzip();
            let plain: f64 = one.iter().zip(&other).map(|(one, other)| f64::from(*one) * f64::from(*other)).sum();
            prop_assert!((f64::from(dot(&one, &other)) - plain).abs() < 1e-2);
        }
    }

    #[test]
    fn probabilities_of_large_margins_are_finite() {
        let mut margins = [1e30, -1e30, 0.0];
        softmax(&mut margins, 4.0);
        assert_eq!(margins, [1.0, 0.0, 0.0]);
    }
}
