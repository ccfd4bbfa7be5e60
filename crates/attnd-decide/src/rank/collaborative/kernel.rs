//! How are long rows of numbers multiplied fast, with the same bits on every processor?
//!
//! Work is written once over [`Lanes`], blocks of fixed width, and compiled for each generation of processors;
//! [`widest`] takes the newest that this one is of. A block is one, two or more registers, all of its operations go
//! lane by lane, sums are taken in the order written, and no product is fused with a sum: a wider register changes
//! the time and not one bit of the result.

use pulp::{Arch, Simd, WithSimd};

/// Numbers in one block: a register of the widest processors. Rows are padded to a multiple.
pub(super) const LANES: usize = 16;

/// One block of a row of 32-bit floats, at the start of a line of the cache: no load touches two.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(64))]
pub(super) struct Block(pub(super) [f32; LANES]);

impl Block {
    /// All lanes zero.
    pub(super) const ZERO: Self = Self([0.0; LANES]);
}

/// One block of a row of 64-bit floats.
pub(super) type Block64 = [f64; LANES / 2];

/// Arithmetic on whole blocks.
pub(super) trait Lanes: Copy {
    /// A [`Block`] in registers.
    type Wide: Copy;
    /// A [`Block64`] in registers.
    type Wide64: Copy;

    /// The block in registers.
    fn load(self, block: &Block) -> Self::Wide;
    /// The registers in memory.
    fn store(self, wide: Self::Wide) -> Block;
    /// The number in every lane.
    fn splat(self, number: f32) -> Self::Wide;
    /// The sum of each lane.
    fn add(self, a: Self::Wide, b: Self::Wide) -> Self::Wide;
    /// The product of each lane.
    fn mul(self, a: Self::Wide, b: Self::Wide) -> Self::Wide;
    /// The sum of the lanes: lane by lane of the two halves, then of the quarters, down to one.
    fn total(self, wide: Self::Wide) -> f32;
    /// The block in registers.
    fn load64(self, block: &Block64) -> Self::Wide64;
    /// The registers in memory.
    fn store64(self, wide: Self::Wide64) -> Block64;
    /// The number in every lane.
    fn splat64(self, number: f64) -> Self::Wide64;
    /// The sum of each lane.
    fn add64(self, a: Self::Wide64, b: Self::Wide64) -> Self::Wide64;
    /// The product of each lane.
    fn mul64(self, a: Self::Wide64, b: Self::Wide64) -> Self::Wide64;
}

/// Blocks of `SINGLE` registers of 32-bit floats, `DOUBLE` of 64-bit floats.
#[derive(Clone, Copy)]
struct Registers<S, const SINGLE: usize, const DOUBLE: usize>(S);

impl<S: Simd, const SINGLE: usize, const DOUBLE: usize> Lanes for Registers<S, SINGLE, DOUBLE> {
    type Wide = [S::f32s; SINGLE];
    type Wide64 = [S::f64s; DOUBLE];

    #[inline(always)]
    fn load(self, block: &Block) -> Self::Wide {
        let (registers, _) = S::as_simd_f32s(&block.0);
        let mut wide = self.splat(0.0);
        for (to, from) in wide.iter_mut().zip(registers) {
            *to = *from;
        }
        wide
    }

    #[inline(always)]
    fn store(self, wide: Self::Wide) -> Block {
        let mut block = Block::ZERO;
        let (registers, _) = S::as_mut_simd_f32s(&mut block.0);
        for (to, from) in registers.iter_mut().zip(wide) {
            *to = from;
        }
        block
    }

    #[inline(always)]
    fn splat(self, number: f32) -> Self::Wide {
        [self.0.splat_f32s(number); SINGLE]
    }

    #[inline(always)]
    fn add(self, mut a: Self::Wide, b: Self::Wide) -> Self::Wide {
        for at in 0..SINGLE {
            a[at] = self.0.add_f32s(a[at], b[at]);
        }
        a
    }

    #[inline(always)]
    fn mul(self, mut a: Self::Wide, b: Self::Wide) -> Self::Wide {
        for at in 0..SINGLE {
            a[at] = self.0.mul_f32s(a[at], b[at]);
        }
        a
    }

    #[inline(always)]
    fn total(self, wide: Self::Wide) -> f32 {
        match S::F32_LANES {
            // What these processors' own sum of a register does.
            16 => self.0.reduce_sum_f32s(wide[0]),
            8 => self.0.reduce_sum_f32s(self.0.add_f32s(wide[0], wide[SINGLE - 1])),
            _ => {
                let Block(mut block) = self.store(wide);
                for half in [8, 4, 2, 1] {
                    for lane in 0..half {
                        block[lane] += block[lane + half];
                    }
                }
                block[0]
            }
        }
    }

    #[inline(always)]
    fn load64(self, block: &Block64) -> Self::Wide64 {
        let (registers, _) = S::as_simd_f64s(block);
        let mut wide = self.splat64(0.0);
        for (to, from) in wide.iter_mut().zip(registers) {
            *to = *from;
        }
        wide
    }

    #[inline(always)]
    fn store64(self, wide: Self::Wide64) -> Block64 {
        let mut block = [0.0; LANES / 2];
        let (registers, _) = S::as_mut_simd_f64s(&mut block);
        for (to, from) in registers.iter_mut().zip(wide) {
            *to = from;
        }
        block
    }

    #[inline(always)]
    fn splat64(self, number: f64) -> Self::Wide64 {
        [self.0.splat_f64s(number); DOUBLE]
    }

    #[inline(always)]
    fn add64(self, mut a: Self::Wide64, b: Self::Wide64) -> Self::Wide64 {
        for at in 0..DOUBLE {
            a[at] = self.0.add_f64s(a[at], b[at]);
        }
        a
    }

    #[inline(always)]
    fn mul64(self, mut a: Self::Wide64, b: Self::Wide64) -> Self::Wide64 {
        for at in 0..DOUBLE {
            a[at] = self.0.mul_f64s(a[at], b[at]);
        }
        a
    }
}

/// Work to be compiled for each generation of processors. What it calls must be `#[inline(always)]`; arithmetic
/// inside a closure is compiled for no generation and costs a call each.
pub(super) trait Kernel {
    /// What it gives back.
    type Output;

    /// Does it.
    fn run<L: Lanes>(self, lanes: L) -> Self::Output;
}

struct Compiled<K>(K);

impl<K: Kernel> WithSimd for Compiled<K> {
    type Output = K::Output;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> K::Output {
        // Known when compiled: one branch is left.
        match S::F32_LANES {
            16 => self.0.run(Registers::<S, 1, 1>(simd)),
            8 => self.0.run(Registers::<S, 2, 2>(simd)),
            4 => self.0.run(Registers::<S, 4, 4>(simd)),
            _ => self.0.run(Registers::<S, 16, 8>(simd)),
        }
    }
}

/// Runs the work as compiled for the newest generation that this processor is of.
pub(super) fn widest<K: Kernel>(kernel: K) -> K::Output {
    Arch::new().dispatch(Compiled(kernel))
}

/// `BLOCKS` blocks in registers.
pub(super) type Row<L, const BLOCKS: usize> = [<L as Lanes>::Wide; BLOCKS];

/// Row `at` of a table of rows of `BLOCKS` blocks.
#[inline(always)]
pub(super) fn row<L: Lanes, const BLOCKS: usize>(l: L, table: &[Block], at: usize) -> Row<L, BLOCKS> {
    let from = &table[at * BLOCKS..(at + 1) * BLOCKS];
    let mut row = [l.splat(0.0); BLOCKS];
    for block in 0..BLOCKS {
        row[block] = l.load(&from[block]);
    }
    row
}

/// Puts a row into row `at` of a table.
#[inline(always)]
pub(super) fn put<L: Lanes, const BLOCKS: usize>(l: L, table: &mut [Block], at: usize, row: Row<L, BLOCKS>) {
    let to = &mut table[at * BLOCKS..(at + 1) * BLOCKS];
    for (to, wide) in to.iter_mut().zip(row) {
        *to = l.store(wide);
    }
}

/// `Σ a·b`.
#[inline(always)]
pub(super) fn dot<L: Lanes, const BLOCKS: usize>(l: L, a: &Row<L, BLOCKS>, b: &Row<L, BLOCKS>) -> f32 {
    let mut sum = l.splat(0.0);
    for (a, b) in a.iter().zip(b) {
        sum = l.add(sum, l.mul(*a, *b));
    }
    l.total(sum)
}

/// `y + scale · x`.
#[inline(always)]
pub(super) fn plus<L: Lanes, const BLOCKS: usize>(
    l: L,
    mut y: Row<L, BLOCKS>,
    scale: f32,
    x: &Row<L, BLOCKS>,
) -> Row<L, BLOCKS> {
    let scale = l.splat(scale);
    for block in 0..BLOCKS {
        y[block] = l.add(y[block], l.mul(scale, x[block]));
    }
    y
}

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
                        let (of, scales) = (l.load(&row[column]), &row[left]);
                        for place in 0..HALF {
                            let scale = l.splat(scales.0[half * HALF + place]);
                            sums[place] = l.add(sums[place], l.mul(scale, of));
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
