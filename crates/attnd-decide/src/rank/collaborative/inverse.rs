//! What is the inverse of a large symmetric positive definite matrix? Blocks swept in place, in 64-bit floats.
//!
//! The sweep operator of regression (Goodnight, A Tutorial on the SWEEP Operator, 1979,
//! doi:10.1080/00031305.1979.10482685) by blocks: each step is one product of a tall and a wide matrix over the lower
//! triangle, `size³/2` multiplications in all, as many as by Cholesky roots, and every thread has rows of its own.

use super::cholesky::{Inverse, Root};
use super::kernel::{Block64, Kernel, Lanes, widest};

/// Rows swept at once.
const BLOCK: usize = 48;
/// Numbers side by side in one tile of the product, and rows in it: the sums fill the registers.
const LANES: usize = size_of::<Block64>() / size_of::<f64>();
const TILE: usize = 6;

/// A symmetric matrix padded to whole blocks by rows of the identity. Its lower triangle is kept.
#[derive(Clone, Debug)]
pub(super) struct Symmetric {
    /// Rows that are not padding.
    size: usize,
    /// Rows with padding.
    padded: usize,
    /// `[padded, padded]`; right of the diagonal's block nothing is kept.
    numbers: Vec<f64>,
}

impl Symmetric {
    /// Bytes that a matrix of so many rows takes.
    pub(super) fn bytes(size: usize) -> u128 {
        (size.next_multiple_of(BLOCK) as u128).pow(2) * 8
    }

    /// The identity.
    pub(super) fn identity(size: usize) -> Self {
        let padded = size.next_multiple_of(BLOCK);
        let mut numbers = vec![0.0; padded * padded];
        (0..padded).for_each(|at| numbers[at * padded + at] = 1.0);
        Self { size, padded, numbers }
    }

    /// The rows that are not padding; of each, the numbers up to the diagonal count.
    pub(super) fn rows_mut(&mut self) -> impl Iterator<Item = &mut [f64]> {
        self.numbers.chunks_exact_mut(self.padded.max(1)).take(self.size)
    }

    /// One number.
    pub(super) fn at(&self, row: usize, column: usize) -> f64 {
        self.numbers[row.max(column) * self.padded + row.min(column)]
    }

    /// The inverse; `None` where the matrix is not positive definite.
    pub(super) fn inverted(mut self, threads: usize) -> Option<Self> {
        for step in (0..self.padded).step_by(BLOCK) {
            self.sweep(step, threads)?;
        }
        self.numbers.iter_mut().for_each(|number| *number = -*number);
        Some(self)
    }

    fn sweep(&mut self, step: usize, threads: usize) -> Option<()> {
        let padded = self.padded;
        let pivot = self.pivot_inverse(step)?;
        let column: Vec<f64> = (0..padded)
            .flat_map(|row| (step..step + BLOCK).map(move |at| (row, at)))
            .map(|(row, at)| if (step..step + BLOCK).contains(&row) { 0.0 } else { self.at(row, at) })
            .collect();
        let mut product = vec![0.0; padded * BLOCK];
        widest(Product { out: &mut product, rows: &column, square: &pivot });
        let mut packed = vec![0.0; padded * BLOCK];
        for (group, of) in packed.chunks_exact_mut(BLOCK * LANES).enumerate() {
            for (at, value) in of.iter_mut().enumerate() {
                *value = column[(group * LANES + at % LANES) * BLOCK + at / LANES];
            }
        }
        // The first row of each thread's share: shares of the triangle are about equal.
        let bound = |share: usize| {
            ((share as f64 / threads as f64).sqrt() * (padded / BLOCK) as f64).round() as usize * BLOCK
        };
        let mut rest = self.numbers.as_mut_slice();
        let mut work = Vec::new();
        for share in 0..threads {
            let rows = bound(share)..bound(share + 1);
            let (numbers, more) = rest.split_at_mut(rows.len() * padded);
            rest = more;
            let product = &product[rows.start * BLOCK..rows.end * BLOCK];
            work.push(Update { numbers, product, packed: &packed, first: rows.start, padded });
        }
        super::sweep::in_threads(work, widest);
        for row in 0..BLOCK {
            let to = &mut self.numbers[(step + row) * padded..][..step + BLOCK];
            for (at, value) in to.iter_mut().enumerate() {
                *value = if at < step { product[at * BLOCK + row] } else { -pivot[row * BLOCK + at - step] };
            }
        }
        for row in step + BLOCK..padded {
            self.numbers[row * padded + step..][..BLOCK]
                .copy_from_slice(&product[row * BLOCK..(row + 1) * BLOCK]);
        }
        Some(())
    }

    /// The inverse of the block on the diagonal, `[BLOCK, BLOCK]`. What was swept is negative definite, what was not
    /// is positive definite; a block is swept once.
    fn pivot_inverse(&self, step: usize) -> Option<Vec<f64>> {
        let a = (0..BLOCK * BLOCK).map(|at| self.at(step + at / BLOCK, step + at % BLOCK)).collect();
        let root = widest(Root { a, size: BLOCK })?;
        let inverse = widest(Inverse { root: &root, size: BLOCK });
        let mut pivot = vec![0.0; BLOCK * BLOCK];
        for row in 0..BLOCK {
            for column in 0..BLOCK {
                let of = |at: usize| inverse[row * BLOCK + at] * inverse[column * BLOCK + at];
                pivot[row * BLOCK + column] = (row.max(column)..BLOCK).map(of).sum();
            }
        }
        Some(pivot)
    }
}

/// `out = rows · square`, `[rows, BLOCK]`.
struct Product<'a> {
    out: &'a mut [f64],
    rows: &'a [f64],
    square: &'a [f64],
}

impl Kernel for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, _lanes: L) {
        for (out, row) in self.out.chunks_exact_mut(BLOCK).zip(self.rows.chunks_exact(BLOCK)) {
            for (scale, of) in row.iter().zip(self.square.chunks_exact(BLOCK)) {
                for (out, of) in out.iter_mut().zip(of) {
                    *out += scale * of;
                }
            }
        }
    }
}

/// `A -= product · columnᵀ` on some rows, up to the block of their diagonal.
struct Update<'a> {
    /// `[rows, padded]`.
    numbers: &'a mut [f64],
    /// `[rows, BLOCK]`.
    product: &'a [f64],
    /// `[padded / LANES, BLOCK, LANES]`.
    packed: &'a [f64],
    /// The first row.
    first: usize,
    padded: usize,
}

impl Kernel for Update<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, l: L) {
        let rows =
            self.numbers.chunks_exact_mut(TILE * self.padded).zip(self.product.chunks_exact(TILE * BLOCK));
        for (tile, (numbers, product)) in rows.enumerate() {
            let width = (self.first + (tile + 1) * TILE).next_multiple_of(BLOCK);
            let scales = transposed(product);
            for (group, packed) in self.packed.chunks_exact(BLOCK * LANES).take(width / LANES).enumerate() {
                let mut sums = [l.splat64(0.0); TILE];
                for (of, scales) in packed.as_chunks::<LANES>().0.iter().zip(&scales) {
                    let of = l.load64(of);
                    for place in 0..TILE {
                        sums[place] = l.add64(sums[place], l.mul64(l.splat64(scales[place]), of));
                    }
                }
                for (place, sum) in sums.iter().enumerate() {
                    let to = &mut numbers[place * self.padded + group * LANES..][..LANES];
                    for (to, less) in to.iter_mut().zip(l.store64(*sum)) {
                        *to -= less;
                    }
                }
            }
        }
    }
}

/// A tile's rows of the product, those of one column side by side.
#[inline(always)]
fn transposed(product: &[f64]) -> [[f64; TILE]; BLOCK] {
    let mut out = [[0.0; TILE]; BLOCK];
    for (place, row) in product.chunks_exact(BLOCK).enumerate() {
        for (at, value) in row.iter().enumerate() {
            out[at][place] = *value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The Lehmer matrix, `min(i, j) / max(i, j)`, has a known inverse with three diagonals (Newman and Todd, The
    /// evaluation of matrix inversion programs, 1958).
    #[test]
    fn inverts_the_lehmer_matrix() {
        for size in [1_usize, 5, 48, 49, 130] {
            let mut matrix = Symmetric::identity(size);
            for (row, numbers) in matrix.rows_mut().enumerate() {
                (0..=row).for_each(|column| numbers[column] = (column + 1) as f64 / (row + 1) as f64);
            }
            let inverse = matrix.inverted(2).unwrap();
            for row in 0..size {
                let i = (row + 1) as f64;
                let diagonal = if row + 1 == size {
                    i * i / (2.0 * i - 1.0)
                } else {
                    4.0 * i.powi(3) / (4.0 * i * i - 1.0)
                };
                for column in 0..=row {
                    let expected = match row - column {
                        0 => diagonal,
                        1 => -i * (i - 1.0) / (2.0 * i - 1.0),
                        _ => 0.0,
                    };
                    let found = inverse.at(row, column);
                    assert!((found - expected).abs() < 1e-7, "{size} {row} {column}: {found} {expected}");
                }
            }
        }
    }

    #[test]
    fn refuses_what_is_not_positive_definite() {
        let mut matrix = Symmetric::identity(3);
        matrix.rows_mut().for_each(|row| row[0] = 2.0);
        assert!(matrix.inverted(1).is_none());
        assert!(Symmetric::identity(0).inverted(2).is_some());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn the_inverse_times_the_matrix_is_the_identity_whatever_the_threads(
            size in 1_usize..120,
            numbers in prop::collection::vec(-1.0..1.0, 120 * 4),
        ) {
            let mut matrix = Symmetric::identity(size);
            for (row, to) in matrix.rows_mut().enumerate() {
                for column in 0..=row {
                    to[column] += (0..4).map(|at| numbers[row * 4 + at] * numbers[column * 4 + at]).sum::<f64>();
                }
            }
            let inverse = matrix.clone().inverted(1).unwrap();
            prop_assert_eq!(&inverse.numbers, &matrix.clone().inverted(3).unwrap().numbers);
            for row in 0..size {
                for column in 0..size {
                    let found: f64 = (0..size).map(|at| matrix.at(row, at) * inverse.at(at, column)).sum();
                    prop_assert!((found - f64::from(u8::from(row == column))).abs() < 1e-9);
                }
            }
        }
    }
}
