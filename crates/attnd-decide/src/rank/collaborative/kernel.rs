//! How are long rows of numbers multiplied fast, with the same bits on every processor?
//!
//! Plain loops over arrays of fixed width, compiled once for each generation of processors; [`widest`] takes the
//! newest that this one has. Every sum is taken in the order written here and no product is fused with a sum, so a
//! wider register changes the time and not one bit of the result.

use pulp::{Arch, Simd, WithSimd};

/// Numbers in one block: a register of the widest processors, two or four of others. Rows are padded to a multiple.
pub(super) const LANES: usize = 16;

/// One block of a row.
pub(super) type Block = [f32; LANES];

/// Work to be compiled for each generation of processors. What it calls must be `#[inline(always)]`.
pub(super) trait Kernel {
    /// What it gives back.
    type Output;

    /// Does it.
    fn run(self) -> Self::Output;
}

struct Compiled<K>(K);

impl<K: Kernel> WithSimd for Compiled<K> {
    type Output = K::Output;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> K::Output {
        self.0.run()
    }
}

/// Runs the work as compiled for the newest generation that this processor is of.
pub(super) fn widest<K: Kernel>(kernel: K) -> K::Output {
    Arch::new().dispatch(Compiled(kernel))
}

/// The sum of a block's numbers, halves first.
#[inline(always)]
fn total(block: &Block) -> f32 {
    let mut eight = [0.0; 8];
    for lane in 0..8 {
        eight[lane] = block[lane] + block[lane + 8];
    }
    let mut four = [0.0; 4];
    for lane in 0..4 {
        four[lane] = eight[lane] + eight[lane + 4];
    }
    (four[0] + four[2]) + (four[1] + four[3])
}

/// `Σ a·b` of two rows of `BLOCKS` blocks.
#[inline(always)]
pub(super) fn dot<const BLOCKS: usize>(a: &[Block; BLOCKS], b: &[Block; BLOCKS]) -> f32 {
    let mut sum = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sum[lane] += a[lane] * b[lane];
        }
    }
    total(&sum)
}

/// `y += scale · x` of rows of `BLOCKS` blocks.
#[inline(always)]
pub(super) fn add<const BLOCKS: usize>(y: &mut [Block; BLOCKS], scale: f32, x: &[Block; BLOCKS]) {
    for (y, x) in y.iter_mut().zip(x) {
        for lane in 0..LANES {
            y[lane] += scale * x[lane];
        }
    }
}

/// Row `at` of a table of rows of `BLOCKS` blocks.
#[inline(always)]
pub(super) fn row<const BLOCKS: usize>(table: &[Block], at: usize) -> &[Block; BLOCKS] {
    let row = &table[at * BLOCKS..(at + 1) * BLOCKS];
    row.try_into().expect("invariant: the slice has BLOCKS blocks")
}

/// Row `at` of a table of rows of `BLOCKS` blocks, to change.
#[inline(always)]
pub(super) fn row_mut<const BLOCKS: usize>(table: &mut [Block], at: usize) -> &mut [Block; BLOCKS] {
    let row = &mut table[at * BLOCKS..(at + 1) * BLOCKS];
    row.try_into().expect("invariant: the slice has BLOCKS blocks")
}

/// Rows in one tile of a product: with one block of columns the sums fill the registers and no more.
const TILE: usize = 6;

/// Where a square matrix is zero: what is zero is not multiplied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Triangle {
    /// Below the diagonal.
    Upper,
    /// Above the diagonal.
    Lower,
}

/// `out = rows · square`: rows and out `[rows, BLOCKS blocks]`, square `[BLOCKS · LANES, BLOCKS blocks]`.
#[inline(always)]
pub(super) fn times_square<const BLOCKS: usize>(
    out: &mut [Block],
    rows: &[Block],
    square: &[Block],
    triangle: Triangle,
) {
    for (out, rows) in out.chunks_mut(TILE * BLOCKS).zip(rows.chunks(TILE * BLOCKS)) {
        // A tile that is not full computes its first row again and drops it.
        let count = rows.len() / BLOCKS;
        let tile: [&[Block; BLOCKS]; TILE] =
            std::array::from_fn(|place| row::<BLOCKS>(rows, if place < count { place } else { 0 }));
        for column in 0..BLOCKS {
            let inner = match triangle {
                Triangle::Upper => 0..column + 1,
                Triangle::Lower => column..BLOCKS,
            };
            let mut sums = [[0.0; LANES]; TILE];
            for block in inner {
                for lane in 0..LANES {
                    let of = &square[(block * LANES + lane) * BLOCKS + column];
                    for place in 0..TILE {
                        let scale = tile[place][block][lane];
                        for at in 0..LANES {
                            sums[place][at] += scale * of[at];
                        }
                    }
                }
            }
            for (place, sum) in sums.iter().enumerate().take(count) {
                out[place * BLOCKS + column] = *sum;
            }
        }
    }
}

/// Adds `rowsᵀ · rows` to the blocks on and left of the diagonal of `gram`, `[BLOCKS · LANES, BLOCKS blocks]`.
#[inline(always)]
pub(super) fn add_gram<const BLOCKS: usize>(gram: &mut [Block], rows: &[Block]) {
    const HALF: usize = LANES / 2;
    let count = rows.len() / BLOCKS;
    for left in 0..BLOCKS {
        for half in 0..2 {
            for column in 0..=left {
                let mut sums = [[0.0; LANES]; HALF];
                for at in 0..count {
                    let (of, scales) = (&rows[at * BLOCKS + column], &rows[at * BLOCKS + left]);
                    for place in 0..HALF {
                        let scale = scales[half * HALF + place];
                        for lane in 0..LANES {
                            sums[place][lane] += scale * of[lane];
                        }
                    }
                }
                for (place, sum) in sums.iter().enumerate() {
                    let to = &mut gram[(left * LANES + half * HALF + place) * BLOCKS + column];
                    for lane in 0..LANES {
                        to[lane] += sum[lane];
                    }
                }
            }
        }
    }
}

/// `Σ a·b` of four rows with one.
#[inline(always)]
pub(super) fn dots<const BLOCKS: usize>(rows: [&[Block; BLOCKS]; 4], b: &[Block; BLOCKS]) -> [f32; 4] {
    let mut sums = [[0.0; LANES]; 4];
    for block in 0..BLOCKS {
        for (sum, row) in sums.iter_mut().zip(rows) {
            for lane in 0..LANES {
                sum[lane] += row[block][lane] * b[block][lane];
            }
        }
    }
    sums.each_ref().map(total)
}
