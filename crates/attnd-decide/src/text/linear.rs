//! Which class is a row of numbers? One linear judge a class, all trained together.
//!
//! L2-regularised squared hinge, one class against the rest, by dual coordinate descent (Hsieh et al. 2008,
//! 10.1145/1390156.1390208, as in LIBLINEAR). All classes visit the examples in the same order, so that a row's columns
//! are read once and the weights of all classes at a column lie side by side.

use rand::seq::SliceRandom;

use super::sparse::{Row, Rows};
use crate::Seed;

/// The class of a row that belongs to none: every judge learns to say no.
pub const NO_CLASS: u32 = u32::MAX;

/// How to train.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Training {
    /// What an error costs against large weights: LIBLINEAR's C.
    pub cost: f32,
    /// Passes over the rows.
    pub rounds: usize,
    /// Where the order of the rows comes from.
    pub seed: Seed,
}

/// Weights of all classes.
#[derive(Clone, Debug, PartialEq)]
pub struct Linear {
    classes: usize,
    /// `[column, class]`; the last column is the bias.
    weights: Vec<f32>,
}

impl Linear {
    /// Trains one judge a class on rows and the class of each; `balance` scales the cost of each class's rows.
    ///
    /// Two threads take half of the classes each; a class's weights do not depend on who trains it.
    #[must_use]
    pub fn train(rows: &Rows, of: &[u32], balance: &[f32], training: Training) -> Self {
        let classes = balance.len();
        let half = classes.div_ceil(2);
        let costs: Vec<f32> = of
            .iter()
            .map(|&class| training.cost * balance.get(class as usize).copied().unwrap_or(1.0))
            .collect();
        let part = |from: usize, to: usize| Judges::new(rows, of, from, to - from).train(&costs, training);
        let (first, second) = std::thread::scope(|scope| {
            let second = scope.spawn(|| part(half, classes));
            let first = part(0, half);
            (first, second.join().expect("invariant: training does not panic"))
        });
        let mut weights = Vec::with_capacity((rows.width() + 1) * classes);
        for column in 0..=rows.width() {
            weights.extend_from_slice(&first[column * half..(column + 1) * half]);
            weights.extend_from_slice(&second[column * (classes - half)..(column + 1) * (classes - half)]);
        }
        Self { classes, weights }
    }

    /// Judges whose weights are known, `[column, class]` with the bias as the last column.
    #[must_use]
    pub(super) fn new(classes: usize, weights: Vec<f32>) -> Self {
        Self { classes, weights }
    }

    /// How many classes there are.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// All weights, `[column, class]`; the last column is the bias.
    #[must_use]
    pub fn weights(&self) -> &[f32] {
        &self.weights
    }

    /// The weights of all classes at one column.
    #[must_use]
    pub fn at(&self, column: u32) -> &[f32] {
        &self.weights[column as usize * self.classes..][..self.classes]
    }

    /// How far on its side each class sees the row; `out` has one place a class.
    pub fn margins(&self, row: Row<'_>, out: &mut [f32]) {
        margins(&self.weights, self.classes, row, out);
    }
}

fn margins(weights: &[f32], classes: usize, row: Row<'_>, out: &mut [f32]) {
    out.copy_from_slice(&weights[weights.len() - classes..]);
    for (&column, &value) in row.columns.iter().zip(row.values) {
        let weights = &weights[column as usize * classes..][..classes];
        out.iter_mut().zip(weights).for_each(|(out, weight)| *out += value * weight);
    }
}

/// Some neighbouring classes in training.
struct Judges<'a> {
    rows: &'a Rows,
    of: &'a [u32],
    from: usize,
    classes: usize,
    /// `[column, class]`, the last column the bias.
    weights: Vec<f32>,
    /// `[row, class]`: how much each row pushes each judge.
    duals: Vec<f32>,
}

impl<'a> Judges<'a> {
    fn new(rows: &'a Rows, of: &'a [u32], from: usize, classes: usize) -> Self {
        let weights = vec![0.0; (rows.width() + 1) * classes];
        Self { rows, of, from, classes, weights, duals: vec![0.0; rows.len() * classes] }
    }

    fn train(mut self, costs: &[f32], training: Training) -> Vec<f32> {
        let norms: Vec<f32> = (0..self.rows.len()).map(|at| self.rows.row(at).squared_norm() + 1.0).collect();
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        let mut generator = training.seed.generator(0);
        let mut room = vec![0.0_f32; self.classes];
        let mut moves = Vec::with_capacity(self.classes);
        for _ in 0..training.rounds {
            order.shuffle(&mut generator);
            for &at in &order {
                margins(&self.weights, self.classes, self.rows.row(at), &mut room);
                self.step(at, &room, norms[at], 0.5 / costs[at], &mut moves);
                self.apply(at, &moves);
            }
        }
        self.weights
    }

    /// The best dual of the row for each judge, all else as it is; what changed goes into `moves`.
    fn step(&mut self, at: usize, margins: &[f32], norm: f32, slack: f32, moves: &mut Vec<(usize, f32)>) {
        moves.clear();
        let own = (self.of[at] as usize).wrapping_sub(self.from);
        let duals = &mut self.duals[at * self.classes..][..self.classes];
        for (class, (dual, margin)) in duals.iter_mut().zip(margins).enumerate() {
            let side = if class == own { 1.0 } else { -1.0 };
            let gradient = side * margin - 1.0 + slack * *dual;
            let next = (*dual - gradient / (norm + slack)).max(0.0);
            if next != *dual {
                moves.push((class, side * (next - *dual)));
                *dual = next;
            }
        }
    }

    fn apply(&mut self, at: usize, moves: &[(usize, f32)]) {
        if moves.is_empty() {
            return;
        }
        let bias = self.rows.width() * self.classes;
        for &(class, step) in moves {
            self.weights[bias + class] += step;
        }
        let row = self.rows.row(at);
        for (&column, &value) in row.columns.iter().zip(row.values) {
            let weights = &mut self.weights[column as usize * self.classes..][..self.classes];
            for &(class, step) in moves {
                weights[class] += value * step;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn six() -> (Rows, Vec<u32>) {
        let dense =
            [[1., 0., 0.5], [0.8, 0.2, 0.], [0., 1., 0.3], [0.1, 0.9, 0.], [0.4, 0.4, 1.], [0., 0.2, 0.9]];
        let mut rows = Rows::new(3);
        for values in &dense {
            rows.push(Row { columns: &[0, 1, 2], values });
        }
        (rows, vec![0, 0, 1, 1, 2, 2])
    }

    /// `LinearSVC(C=2, tol=1e-10)` of scikit-learn 1.9 (LIBLINEAR) on these six rows.
    #[test]
    fn weights_are_those_of_liblinear() {
        let (rows, of) = six();
        let training = Training { cost: 2.0, rounds: 2000, seed: Seed(3) };
        let linear = Linear::train(&rows, &of, &[1.0; 3], training);
        let expected = [
            [1.235_726, -0.851_319, -0.886_928],
            [-0.955_228, 1.310_712, -0.614_835],
            [-0.778_368, -0.793_62, 1.497_7],
            [-0.066_704, -0.321_19, -0.427_848],
        ];
        for (weight, expected) in linear.weights().iter().zip(expected.as_flattened()) {
            assert!((weight - expected).abs() < 1e-4, "{:?}", linear.weights());
        }
    }

    #[test]
    fn rows_of_no_class_teach_every_judge_to_say_no() {
        let (mut rows, mut of) = six();
        let odd = Row { columns: &[2], values: &[1.5] };
        let training = Training { cost: 2.0, rounds: 200, seed: Seed(3) };
        let mut before = [0.0; 3];
        Linear::train(&rows, &of, &[1.0; 3], training).margins(odd, &mut before);
        rows.push(odd);
        of.push(NO_CLASS);
        let mut after = [0.0; 3];
        Linear::train(&rows, &of, &[1.0; 3], training).margins(odd, &mut after);
        assert!(after[2] < before[2] - 0.5, "{before:?} {after:?}");
    }

    #[test]
    fn the_same_seed_gives_the_same_weights() {
        let (rows, of) = six();
        let training = Training { cost: 1.0, rounds: 3, seed: Seed(9) };
        let train = || Linear::train(&rows, &of, &[1.0; 3], training);
        assert_eq!(train(), train());
    }
}
