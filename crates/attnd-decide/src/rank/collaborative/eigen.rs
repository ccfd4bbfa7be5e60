//! Which few directions hold most of a large symmetric matrix? Its eigenvectors of largest size.
//!
//! Subspace iteration from a random start with a few directions to spare: Halko, Martinsson and Tropp, Finding
//! Structure with Randomness, SIAM Review 2011, doi:10.1137/090771806, algorithm 4.4; rows are made orthogonal by
//! Cholesky roots, twice: Yamamoto et al., ETNA 2015, CholeskyQR2.

use rand::RngExt;

use super::cholesky::Inverse;
use super::filter::Run;
use super::kernel::{Block, LANES, widest};
use super::product::{Gram, Times, Zero};
use super::sweep::{in_threads, regularised_root};

/// Directions to spare: the more, the fewer products are needed.
const SPARE: usize = 16;

/// Products with the matrix: the part outside shrinks by the ratio of the first left out to the last kept, each time.
const PRODUCTS: usize = 8;

/// A symmetric matrix, rows padded to whole blocks with zeros and zero rows after the last to as many.
#[derive(Clone, Debug)]
pub(super) struct Dense {
    pub(super) size: usize,
    /// Blocks of a row.
    pub(super) blocks: usize,
    /// `[blocks · LANES, blocks]`.
    pub(super) numbers: Vec<Block>,
}

impl Dense {
    /// All zero.
    pub(super) fn zero(size: usize) -> Self {
        let blocks = size.div_ceil(LANES);
        Self { size, blocks, numbers: vec![Block::ZERO; blocks * LANES * blocks] }
    }
}

/// Sets one number of a row.
pub(super) fn set(row: &mut [Block], column: usize, number: f32) {
    row[column / LANES].0[column % LANES] = number;
}

/// Eigenvalues, the largest in size first, and their eigenvectors.
#[derive(Clone, Debug)]
pub(super) struct Largest {
    pub(super) values: Vec<f64>,
    /// `[value, size]`.
    pub(super) vectors: Vec<Vec<f64>>,
}

/// The `count` eigenvalues largest in size, fewer where the matrix is smaller.
pub(super) fn largest(matrix: &Dense, count: usize, run: Run) -> Largest {
    let count = count.min(matrix.size);
    let blocks = (count + SPARE).div_ceil(LANES);
    let rows = matrix.blocks * LANES;
    let mut chance = run.seed.generator(1);
    let mut basis = vec![Block::ZERO; rows * blocks];
    for row in basis.chunks_exact_mut(blocks).take(matrix.size) {
        row.iter_mut()
            .flat_map(|block| &mut block.0)
            .for_each(|value| *value = chance.random_range(-1.0..1.0));
    }
    for _ in 0..PRODUCTS {
        basis = orthogonal(&orthogonal(&product(matrix, &basis, blocks, run), blocks), blocks);
    }
    // The matrix within the basis, its eigenvectors, and those taken back.
    let image = product(matrix, &basis, blocks, run);
    let width = blocks * LANES;
    let mut within = vec![0.0; width * width];
    for (basis, image) in basis.chunks_exact(blocks).zip(image.chunks_exact(blocks)) {
        let image = || image.iter().flat_map(|block| block.0).map(f64::from);
        let basis = basis.iter().flat_map(|block| block.0).map(f64::from);
        for (row, basis) in within.chunks_exact_mut(width).zip(basis) {
            row.iter_mut().zip(image()).for_each(|(sum, image)| *sum += basis * image);
        }
    }
    let (values, turned) = jacobi(within, width);
    let mut order: Vec<usize> = (0..width).collect();
    order.sort_by(|&a, &b| values[b].abs().total_cmp(&values[a].abs()).then(a.cmp(&b)));
    order.truncate(count);
    let vector = |&at: &usize| -> Vec<f64> {
        let of = |row: &[Block]| {
            let numbers = row.iter().flat_map(|block| block.0);
            numbers.enumerate().map(|(k, value)| f64::from(value) * turned[k * width + at]).sum()
        };
        basis.chunks_exact(blocks).take(matrix.size).map(of).collect()
    };
    Largest {
        values: order.iter().map(|&at| values[at]).collect(),
        vectors: order.iter().map(vector).collect(),
    }
}

/// `matrix · basis`.
fn product(matrix: &Dense, basis: &[Block], blocks: usize, run: Run) -> Vec<Block> {
    let mut out = vec![Block::ZERO; basis.len()];
    let rows = matrix.blocks * LANES;
    let share = rows.div_ceil(run.threads.get()).max(1);
    let inner = matrix.blocks;
    let pieces = out.chunks_mut(share * blocks).zip(matrix.numbers.chunks((share * inner).max(1))).collect();
    in_threads(pieces, |(out, rows): (&mut [Block], &[Block])| {
        widest(Times { out, rows, matrix: basis, inner, blocks, zero: Zero::Nowhere });
    });
    out
}

/// Columns that span the same and are orthogonal: `Q = B·R⁻¹` of `BᵀB = RᵀR`.
fn orthogonal(basis: &[Block], blocks: usize) -> Vec<Block> {
    let size = blocks * LANES;
    let mut gram = vec![Block::ZERO; size * blocks];
    widest(Gram { gram: &mut gram, rows: basis, blocks });
    let trace: f64 = (0..size).map(|at| f64::from(gram[at * blocks + at / LANES].0[at % LANES])).sum();
    // Columns of nothing stay next to nothing.
    let root = regularised_root(&gram, blocks, (trace * 1e-9).max(1e-30));
    let inverse = widest(Inverse { root: &root, size });
    let number = |at: usize, lane: usize| inverse[at / blocks * size + at % blocks * LANES + lane] as f32;
    let matrix: Vec<Block> =
        (0..size * blocks).map(|at| Block(std::array::from_fn(|lane| number(at, lane)))).collect();
    let mut out = vec![Block::ZERO; basis.len()];
    widest(Times { out: &mut out, rows: basis, matrix: &matrix, inner: blocks, blocks, zero: Zero::Below });
    out
}

/// Eigenvalues and eigenvectors, one a column, of a small symmetric matrix: rotations until nothing is left beside the
/// diagonal (Jacobi 1846; Golub and Van Loan, Matrix Computations, §8.5).
fn jacobi(mut a: Vec<f64>, size: usize) -> (Vec<f64>, Vec<f64>) {
    let mut vectors = vec![0.0; size * size];
    (0..size).for_each(|at| vectors[at * size + at] = 1.0);
    let all: f64 = a.iter().map(|value| value * value).sum();
    for _ in 0..30 {
        let beside: f64 = (0..size * size).filter(|at| at / size != at % size).map(|at| a[at] * a[at]).sum();
        if beside <= 1e-24 * all {
            break;
        }
        for p in 0..size {
            for q in p + 1..size {
                let between = f64::midpoint(a[p * size + q], a[q * size + p]);
                if between == 0.0 {
                    continue;
                }
                let theta = (a[q * size + q] - a[p * size + p]) / (2.0 * between);
                let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
                let c = 1.0 / t.hypot(1.0);
                let s = t * c;
                for k in 0..size {
                    let (x, y) = (a[k * size + p], a[k * size + q]);
                    (a[k * size + p], a[k * size + q]) = (c * x - s * y, s * x + c * y);
                    let (x, y) = (vectors[k * size + p], vectors[k * size + q]);
                    (vectors[k * size + p], vectors[k * size + q]) = (c * x - s * y, s * x + c * y);
                }
                for k in 0..size {
                    let (x, y) = (a[p * size + k], a[q * size + k]);
                    (a[p * size + k], a[q * size + k]) = (c * x - s * y, s * x + c * y);
                }
            }
        }
    }
    ((0..size).map(|at| a[at * size + at]).collect(), vectors)
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;

    use super::*;
    use crate::Seed;

    const RUN: Run = Run { seed: Seed(1), threads: NonZero::<usize>::MIN };

    const LEHMER: [f64; 3] = [22.07756976, 6.60192895, 3.15931971];

    /// `min(i, j) / max(i, j)` of 40 rows: `numpy.linalg.eigvalsh` (numpy 2.4).
    #[test]
    fn eigenvalues_are_those_of_numpy() {
        let mut matrix = Dense::zero(40);
        for row in 0..40_usize {
            for column in 0..40 {
                let number = (row.min(column) + 1) as f32 / (row.max(column) + 1) as f32;
                set(&mut matrix.numbers[row * 3..], column, number);
            }
        }
        let found = largest(&matrix, 3, RUN);
        for (found, expected) in found.values.iter().zip(LEHMER) {
            assert!((found - expected).abs() < 1e-4, "{found} {expected}");
        }
        for (value, vector) in found.values.iter().zip(&found.vectors) {
            for row in 0..40 {
                let numbers = matrix.numbers[row * 3..row * 3 + 3].iter().flat_map(|block| block.0);
                let image: f64 = numbers.zip(vector).map(|(number, of)| f64::from(number) * of).sum();
                assert!((image - value * vector[row]).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn signs_count_and_nothing_has_no_direction() {
        let mut matrix = Dense::zero(3);
        [1.0, -5.0, 2.0].into_iter().enumerate().for_each(|(at, of)| set(&mut matrix.numbers[at..], at, of));
        let found = largest(&matrix, 2, RUN);
        assert!((found.values[0] + 5.0).abs() < 1e-5 && (found.values[1] - 2.0).abs() < 1e-5, "{found:?}");
        assert!(largest(&Dense::zero(0), 4, RUN).values.is_empty());
        assert!(largest(&Dense::zero(5), 2, RUN).values.iter().all(|value| value.abs() < 1e-6));
    }
}
