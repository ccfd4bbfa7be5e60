//! What is the square root of a small symmetric matrix, and its inverse? `A = RᵀR`, in 64-bit floats.

use super::kernel::{Kernel, Lanes};

/// `R`, upper triangular, row by row, of `A = RᵀR`; `None` where `A` is not positive definite.
///
/// Only the part of `a` on and above its diagonal is read. `size³/6` multiplications, rows walked from left to right.
#[derive(Debug)]
pub(super) struct Root {
    /// `A`, `[size, size]`; overwritten.
    pub(super) a: Vec<f64>,
    /// How many rows.
    pub(super) size: usize,
}

impl Kernel for Root {
    type Output = Option<Vec<f64>>;

    #[inline(always)]
    fn run<L: Lanes>(self, _lanes: L) -> Option<Vec<f64>> {
        let Self { mut a, size } = self;
        for step in 0..size {
            let (above, below) = a.split_at_mut((step + 1) * size);
            let row = &mut above[step * size..];
            let pivot = row[step];
            if pivot.is_nan() || pivot <= 0.0 || pivot.is_infinite() {
                return None;
            }
            let root = pivot.sqrt();
            row[..step].fill(0.0);
            row[step..].iter_mut().for_each(|value| *value /= root);
            for (more, lower) in below.chunks_exact_mut(size).enumerate() {
                let from = step + 1 + more;
                subtract(&mut lower[from..], row[from], &row[from..]);
            }
        }
        Some(a)
    }
}

/// `R⁻¹` of an upper triangular `R`, row by row.
#[derive(Debug)]
pub(super) struct Inverse<'a> {
    /// `R`, `[size, size]`, its diagonal above 0.
    pub(super) root: &'a [f64],
    /// How many rows.
    pub(super) size: usize,
}

impl Kernel for Inverse<'_> {
    type Output = Vec<f64>;

    #[inline(always)]
    fn run<L: Lanes>(self, _lanes: L) -> Vec<f64> {
        let size = self.size;
        let mut inverse = vec![0.0; size * size];
        for step in (0..size).rev() {
            let (above, below) = inverse.split_at_mut((step + 1) * size);
            let row = &mut above[step * size..];
            let root = &self.root[step * size..(step + 1) * size];
            row[step] = 1.0;
            for (more, lower) in below.chunks_exact(size).enumerate() {
                let from = step + 1 + more;
                subtract(&mut row[from..], root[from], &lower[from..]);
            }
            row[step..].iter_mut().for_each(|value| *value /= root[step]);
        }
        inverse
    }
}

/// `y -= scale · x`.
#[inline(always)]
fn subtract(y: &mut [f64], scale: f64, x: &[f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y -= scale * x;
    }
}

/// `x` of `RᵀR x = b`, in place of `b`.
pub(super) fn solve(root: &[f64], b: &mut [f64]) {
    let size = b.len();
    for step in 0..size {
        let row = &root[step * size..(step + 1) * size];
        b[step] /= row[step];
        let (done, rest) = b.split_at_mut(step + 1);
        subtract(rest, done[step], &row[step + 1..]);
    }
    for step in (0..size).rev() {
        let row = &root[step * size..(step + 1) * size];
        let known: f64 = row[step + 1..].iter().zip(&b[step + 1..]).map(|(root, x)| root * x).sum();
        b[step] = (b[step] - known) / row[step];
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::kernel::widest;
    use super::*;

    /// The worked example of the `scipy.linalg.cho_factor` manual: its matrix and its root.
    #[test]
    fn the_root_is_that_of_scipy() {
        let a = vec![9., 3., 1., 5., 3., 7., 5., 1., 1., 5., 9., 2., 5., 1., 2., 6.];
        let root = widest(Root { a, size: 4 }).unwrap();
        let expected = [
            [3., 1., 0.33333333, 1.66666667],
            [0., 2.44948974, 1.90515869, -0.27216553],
            [0., 0., 2.29330749, 0.8559528],
            [0., 0., 0., 1.55418563],
        ];
        for (found, expected) in root.iter().zip(expected.as_flattened()) {
            assert!((found - expected).abs() < 1e-8, "{found} {expected}");
        }
    }

    #[test]
    fn refuses_what_has_no_root() {
        assert!(widest(Root { a: vec![1., 2., 2., 1.], size: 2 }).is_none());
        assert!(widest(Root { a: vec![f64::NAN], size: 1 }).is_none());
        assert_eq!(widest(Root { a: Vec::new(), size: 0 }), Some(Vec::new()));
    }

    proptest! {
        #[test]
        fn inverse_and_solution_agree(size in 1_usize..20, numbers in prop::collection::vec(-1.0..1.0, 400)) {
            let of = |row: usize, column: usize| &numbers[row * size + column];
            let mut a = vec![0.0; size * size];
            for row in 0..size {
                for column in 0..size {
                    a[row * size + column] = (0..size).map(|at| of(at, row) * of(at, column)).sum::<f64>();
                }
                a[row * size + row] += 0.5;
            }
            let root = widest(Root { a: a.clone(), size }).unwrap();
            let inverse = widest(Inverse { root: &root, size });
            for column in 0..size {
                let mut x: Vec<f64> = (0..size).map(|row| f64::from(u8::from(row == column))).collect();
                solve(&root, &mut x);
                for row in 0..size {
                    let by_inverse: f64 =
                        (0..size).map(|at| inverse[row * size + at] * inverse[column * size + at]).sum();
                    prop_assert!((x[row] - by_inverse).abs() < 1e-9);
                    let back: f64 = (0..size).map(|at| a[row * size + at] * x[at]).sum();
                    prop_assert!((back - f64::from(u8::from(row == column))).abs() < 1e-9);
                }
            }
        }
    }
}
