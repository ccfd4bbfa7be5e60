//! How are tables of rows multiplied, each number loaded once for many sums?

use super::kernel::{Block, Kernel, LANES, Lanes};

/// Rows in one tile of a product: with one block of columns the sums fill the registers and no more.
const TILE: usize = 6;

/// Where a matrix is zero: what is zero is not multiplied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zero {
    /// Nowhere that is known.
    Nowhere,
    /// Below the diagonal.
    Below,
    /// Above the diagonal.
    Above,
}

/// `out = rows · matrix`.
#[derive(Debug)]
pub(super) struct Times<'a> {
    /// `[rows, blocks]`.
    pub(super) out: &'a mut [Block],
    /// `[rows, inner blocks]`.
    pub(super) rows: &'a [Block],
    /// `[inner · LANES, blocks]`.
    pub(super) matrix: &'a [Block],
    /// Blocks of a row of `rows`.
    pub(super) inner: usize,
    /// Blocks of a row of `matrix`.
    pub(super) blocks: usize,
    /// Where `matrix` is zero.
    pub(super) zero: Zero,
}

impl Kernel for Times<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, l: L) {
        let Self { inner, blocks, .. } = self;
        for (out, rows) in self.out.chunks_mut(TILE * blocks).zip(self.rows.chunks(TILE * inner)) {
            // A tile that is not full computes its first row again and drops it.
            let count = out.len() / blocks;
            let tile: [&[Block]; TILE] =
                std::array::from_fn(|place| &rows[if place < count { place * inner } else { 0 }..][..inner]);
            for column in 0..blocks {
                let steps = match self.zero {
                    Zero::Nowhere => 0..inner,
                    Zero::Below => 0..column + 1,
                    Zero::Above => column..inner,
                };
                let mut sums = [l.splat(0.0); TILE];
                for block in steps {
                    for lane in 0..LANES {
                        let of = l.load(&self.matrix[(block * LANES + lane) * blocks + column]);
                        for (sum, rows) in sums.iter_mut().zip(&tile) {
                            *sum = l.add(*sum, l.mul(l.splat(rows[block].0[lane]), of));
                        }
                    }
                }
                for (place, sum) in sums.iter().enumerate().take(count) {
                    out[place * blocks + column] = l.store(*sum);
                }
            }
        }
    }
}

/// Adds `rowsᵀ · rows` to the blocks on and left of the diagonal of `gram`, `[blocks · LANES, blocks]`.
#[derive(Debug)]
pub(super) struct Gram<'a> {
    pub(super) gram: &'a mut [Block],
    pub(super) rows: &'a [Block],
    pub(super) blocks: usize,
}

impl Kernel for Gram<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, l: L) {
        const HALF: usize = LANES / 2;
        let blocks = self.blocks;
        for left in 0..blocks {
            for half in 0..2 {
                for column in 0..=left {
                    let mut sums = [l.splat(0.0); HALF];
                    for row in self.rows.chunks_exact(blocks) {
                        let of = l.load(&row[column]);
                        let scales = &row[left].0[half * HALF..][..HALF];
                        for (sum, scale) in sums.iter_mut().zip(scales) {
                            *sum = l.add(*sum, l.mul(l.splat(*scale), of));
                        }
                    }
                    for (place, sum) in sums.iter().enumerate() {
                        let to = &mut self.gram[(left * LANES + half * HALF + place) * blocks + column];
                        *to = l.store(l.add(l.load(to), *sum));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulp::Scalar;

    use super::super::kernel::{Block64, Registers, dot, plus, put, row, widest};
    use super::*;

    fn blocks(numbers: &[f32], count: usize) -> Vec<Block> {
        let number = |at: usize| numbers[at % numbers.len()] * (1.0 + (at / numbers.len()) as f32);
        (0..count).map(|at| Block(std::array::from_fn(|lane| number(at * LANES + lane)))).collect()
    }

    /// Some of everything the kernels are made of.
    struct Sums<'a>(&'a [Block]);

    impl Kernel for Sums<'_> {
        type Output = Vec<u32>;

        #[inline(always)]
        fn run<L: Lanes>(self, l: L) -> Vec<u32> {
            let mut out = vec![Block::ZERO; 8];
            let (a, b) = (row::<L, 2>(l, self.0, 0), row::<L, 2>(l, self.0, 1));
            put(l, &mut out, 0, plus(l, a, dot::<L, 2>(l, &a, &b), &b));
            Times {
                out: &mut out[2..8],
                rows: &self.0[..6],
                matrix: &self.0[6..70],
                inner: 2,
                blocks: 2,
                zero: Zero::Nowhere,
            }
            .run(l);
            let mut gram = vec![Block::ZERO; 64];
            Gram { gram: &mut gram, rows: self.0, blocks: 2 }.run(l);
            let half: Block64 = std::array::from_fn(|lane| f64::from(self.0[0].0[lane]));
            let wide = l.add64(l.mul64(l.splat64(0.1), l.load64(&half)), l.load64(&half));
            let doubles = l.store64(wide).map(|number| number as f32);
            out.iter().chain(&gram).flat_map(|block| block.0).chain(doubles).map(f32::to_bits).collect()
        }
    }

    proptest! {
        #[test]
        fn every_generation_of_processors_gives_the_same_bits(numbers in prop::collection::vec(-3.0_f32..3.0, 37)) {
            let blocks = blocks(&numbers, 70);
            let expected = Sums(&blocks).run(Registers::<Scalar, 16, 8>(Scalar));
            prop_assert!(expected == widest(Sums(&blocks)));
        }

        #[test]
        fn products_are_those_of_the_definition(numbers in prop::collection::vec(-3.0_f32..3.0, 37), rows in 0_usize..15) {
            let (left, matrix) = (blocks(&numbers, rows * 2), blocks(&numbers, 2 * LANES * 3));
            let mut out = vec![Block::ZERO; rows * 3];
            widest(Times { out: &mut out, rows: &left, matrix: &matrix, inner: 2, blocks: 3, zero: Zero::Nowhere });
            let at = |table: &[Block], width: usize, row: usize, column: usize| {
                f64::from(table[row * width + column / LANES].0[column % LANES])
            };
            for row in 0..rows {
                for column in 0..3 * LANES {
                    let expected: f64 = (0..2 * LANES).map(|k| at(&left, 2, row, k) * at(&matrix, 3, k, column)).sum();
                    prop_assert!((at(&out, 3, row, column) - expected).abs() < 1e-2, "{expected}");
                }
            }
            let mut gram = vec![Block::ZERO; 2 * LANES * 2];
            widest(Gram { gram: &mut gram, rows: &left, blocks: 2 });
            for row in 0..2 * LANES {
                for column in 0..=row {
                    let expected: f64 = (0..rows).map(|k| at(&left, 2, k, row) * at(&left, 2, k, column)).sum();
                    prop_assert!((at(&gram, 2, row, column) - expected).abs() < 1e-2, "{expected}");
                }
            }
        }
    }
}
