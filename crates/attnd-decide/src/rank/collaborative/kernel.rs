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
pub(super) struct Registers<S, const SINGLE: usize, const DOUBLE: usize>(pub(super) S);

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
