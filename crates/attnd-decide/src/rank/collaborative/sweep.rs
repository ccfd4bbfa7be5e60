//! How are the rows of one side solved for, given the other side's? One half of a sweep of alternating least squares.
//!
//! Row `x` of one side minimises, over the rows `y` of the other,
//! `Σ_handled (1 + αw)(1 − x·y)² + Σ_others (x·y)² + λ|x|²`, so `(YᵀY + λI + Σ αw·yyᵀ) x = Σ (1 + αw)·y`.
//! `YᵀY + λI = RᵀR` is the same for all rows of a side: with `z = R⁻ᵀy` and `x' = Rx` the system is
//! `(I + Σ αw·zzᵀ) x' = Σ (1 + αw)·z`. As `Σ zzᵀ` over any part of the rows is at most `I`, its eigenvalues lie
//! between 1 and `1 + α·max w`: conjugate gradients from the last sweep's `x'` need two steps, whatever the data,
//! and none of them multiplies by the dense `YᵀY`, which is most of the work of few interactions otherwise.

use std::ops::Range;

use super::cholesky::{Inverse, Root};
use super::interactions::{Handled, Interactions};
use super::kernel::{Block, Kernel, LANES, Lanes, Row, dot, plus, put, row, widest};
use super::product::{Gram, Times, Zero};

/// Rows solved together: one thread takes them, and their products stay in its cache.
const CHUNK_ROWS: usize = 64;

/// Interactions after which a chunk is full, so that a few busy rows do not hold up a thread.
const CHUNK_INTERACTIONS: usize = 8_192;

/// One side: who handled what, seen from its rows, and their factors.
#[derive(Clone, Debug)]
pub(super) struct Side {
    /// Each row's interactions.
    pub(super) interactions: Interactions,
    /// `λ` of each row.
    pub(super) regularisation: Vec<f32>,
    /// `[rows, blocks]`.
    pub(super) factors: Vec<Block>,
    /// Rows solved together.
    chunks: Vec<Range<usize>>,
}

/// What one half of a sweep goes by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Half {
    /// `α`: what one interaction weighs beyond none.
    pub(super) weight: f32,
    /// Steps of conjugate gradients.
    pub(super) steps: usize,
    /// Threads at most.
    pub(super) threads: usize,
}

impl Side {
    /// A side whose factors are zero.
    pub(super) fn new(interactions: Interactions, regularisation: Vec<f32>, blocks: usize) -> Self {
        let rows = interactions.minds();
        let starts = interactions.starts();
        let mut chunks = Vec::new();
        let mut from = 0;
        while from < rows {
            let fits = |to: &usize| starts[*to] - starts[from] <= CHUNK_INTERACTIONS;
            let last = (from + 1..=rows.min(from + CHUNK_ROWS)).take_while(fits).last();
            let to = last.unwrap_or(from + 1);
            chunks.push(from..to);
            from = to;
        }
        Self { interactions, regularisation, factors: vec![Block::ZERO; rows * blocks], chunks }
    }

    /// `factorsᵀ · factors`, `[blocks · LANES, blocks]`, on and left of the diagonal.
    pub(super) fn gram<const BLOCKS: usize>(&self) -> Vec<Block> {
        let mut sum = vec![Block::ZERO; BLOCKS * BLOCKS * LANES];
        for chunk in &self.chunks {
            let mut part = vec![Block::ZERO; BLOCKS * BLOCKS * LANES];
            let rows = &self.factors[chunk.start * BLOCKS..chunk.end * BLOCKS];
            widest(Gram { gram: &mut part, rows, blocks: BLOCKS });
            add_all(&mut sum, &part);
        }
        sum
    }

    /// Solves for all rows, given the other side's and their `factorsᵀ · factors`; gives that of the new rows.
    pub(super) fn solve<const BLOCKS: usize>(
        &mut self,
        other: &[Block],
        gram: &[Block],
        half: Half,
    ) -> Vec<Block> {
        let least = self.regularisation.iter().copied().fold(f32::INFINITY, f32::min);
        let basis = Basis::new::<BLOCKS>(gram, if least.is_finite() { least } else { 1.0 });
        let mut whitened = vec![Block::ZERO; other.len()];
        let share = (other.len() / BLOCKS).div_ceil(half.threads).max(1) * BLOCKS;
        let pieces: Vec<_> = whitened.chunks_mut(share).zip(other.chunks(share)).collect();
        in_threads(pieces, |(out, rows)| {
            let (inner, blocks) = (BLOCKS, BLOCKS);
            widest(Times { out, rows, matrix: &basis.whiten, inner, blocks, zero: Zero::Below });
        });
        let extra = self.regularisation.iter().any(|&value| value > basis.regularisation);
        let mut grams = vec![Block::ZERO; self.chunks.len() * BLOCKS * BLOCKS * LANES];
        let mut work = Vec::with_capacity(self.chunks.len());
        let mut rest = self.factors.as_mut_slice();
        for (chunk, gram) in self.chunks.iter().zip(grams.chunks_mut(BLOCKS * BLOCKS * LANES)) {
            let (factors, more) = rest.split_at_mut(chunk.len() * BLOCKS);
            rest = more;
            work.push(Chunk::<BLOCKS> {
                rows: chunk.clone(),
                factors,
                gram,
                interactions: &self.interactions,
                regularisation: if extra { &self.regularisation } else { &[] },
                whitened: &whitened,
                basis: &basis,
                half,
            });
        }
        in_threads(shares(work, half.threads), |share| share.into_iter().for_each(widest));
        let mut sum = vec![Block::ZERO; BLOCKS * BLOCKS * LANES];
        for part in grams.chunks(BLOCKS * BLOCKS * LANES) {
            add_all(&mut sum, part);
        }
        sum
    }
}

/// Neighbouring chunks for each thread, about as many interactions and rows in each.
fn shares<const BLOCKS: usize>(work: Vec<Chunk<'_, BLOCKS>>, threads: usize) -> Vec<Vec<Chunk<'_, BLOCKS>>> {
    let cost = |chunk: &Chunk<'_, BLOCKS>| {
        let starts = chunk.interactions.starts();
        // A row's own products cost about as much as its factors' number of interactions would.
        starts[chunk.rows.end] - starts[chunk.rows.start] + chunk.rows.len() * BLOCKS * LANES / 4
    };
    let all: usize = work.iter().map(cost).sum();
    let mut shares: Vec<Vec<Chunk<'_, BLOCKS>>> = (0..threads.max(1)).map(|_| Vec::new()).collect();
    let mut before = 0;
    for chunk in work {
        let of = cost(&chunk);
        let place = (before * threads.max(1)) / all.max(1);
        shares[place.min(threads.max(1) - 1)].push(chunk);
        before += of;
    }
    shares
}

/// Does each piece in a thread of its own, the first in this one.
pub(super) fn in_threads<P: Send>(pieces: Vec<P>, work: impl Fn(P) + Sync) {
    let mut pieces = pieces.into_iter();
    let Some(first) = pieces.next() else { return };
    std::thread::scope(|scope| {
        for piece in pieces {
            let work = &work;
            scope.spawn(move || work(piece));
        }
        work(first);
    });
}

fn add_all(sum: &mut [Block], part: &[Block]) {
    for (sum, part) in sum.iter_mut().zip(part) {
        sum.0.iter_mut().zip(part.0).for_each(|(sum, part)| *sum += part);
    }
}

/// The basis in which a side's shared part of all systems is the identity.
struct Basis {
    /// `λ` in it.
    regularisation: f32,
    /// `R⁻¹`: rows of the other side times it are whitened.
    whiten: Vec<Block>,
    /// `Rᵀ`: rows of this side times it are in the basis.
    into: Vec<Block>,
    /// `R⁻ᵀ`: rows in the basis times it are back.
    back: Vec<Block>,
    /// `R⁻ᵀR⁻¹`: what more regularisation of a row adds to its system.
    more: Vec<Block>,
}

impl Basis {
    fn new<const BLOCKS: usize>(gram: &[Block], regularisation: f32) -> Self {
        let size = BLOCKS * LANES;
        let root = regularised_root(gram, BLOCKS, f64::from(regularisation));
        let inverse = widest(Inverse { root: &root, size });
        let blocks = |of: &dyn Fn(usize, usize) -> f64| -> Vec<Block> {
            let number = |at: usize, lane| of(at / BLOCKS, at % BLOCKS * LANES + lane) as f32;
            (0..size * BLOCKS).map(|at| Block(std::array::from_fn(|lane| number(at, lane)))).collect()
        };
        let whiten = blocks(&|row, column| inverse[row * size + column]);
        let mut left = vec![Block::ZERO; size * BLOCKS];
        widest(Gram { gram: &mut left, rows: &whiten, blocks: BLOCKS });
        let mirrored = |row: usize, column: usize| {
            let (row, column) = (row.max(column), row.min(column));
            f64::from(left[row * BLOCKS + column / LANES].0[column % LANES])
        };
        Self {
            regularisation,
            into: blocks(&|row, column| root[column * size + row]),
            back: blocks(&|row, column| inverse[column * size + row]),
            more: blocks(&mirrored),
            whiten,
        }
    }
}

/// `R` of `gram + λI`, row by row. Where `λ` is so small that the rounding of `gram` hides it, the least tenfold of it
/// that is not hidden is taken.
pub(super) fn regularised_root(gram: &[Block], blocks: usize, regularisation: f64) -> Vec<f64> {
    let size = blocks * LANES;
    let mut a = vec![0.0; size * size];
    for row in 0..size {
        for column in row..size {
            a[row * size + column] = f64::from(gram[column * blocks + row / LANES].0[row % LANES]);
        }
    }
    let root = |tenfold| {
        let mut a = a.clone();
        (0..size).for_each(|at| a[at * size + at] += regularisation * 10_f64.powi(tenfold));
        widest(Root { a, size })
    };
    (0..100).find_map(root).expect("invariant: a Gram matrix of finite rows and λ > 0 is positive definite")
}

/// Some rows of a side, to be solved for.
struct Chunk<'a, const BLOCKS: usize> {
    rows: Range<usize>,
    factors: &'a mut [Block],
    gram: &'a mut [Block],
    interactions: &'a Interactions,
    /// `λ` of every row, empty where all have the basis's.
    regularisation: &'a [f32],
    whitened: &'a [Block],
    basis: &'a Basis,
    half: Half,
}

impl<const BLOCKS: usize> Kernel for Chunk<'_, BLOCKS> {
    type Output = ();

    /// Steps of conjugate gradients of all rows abreast: each lowers every row's objective.
    #[inline(always)]
    fn run<L: Lanes>(self, l: L) {
        let (inner, blocks) = (BLOCKS, BLOCKS);
        let mut x = vec![Block::ZERO; self.factors.len()];
        let matrix = &self.basis.into;
        Times { out: &mut x, rows: self.factors, matrix, inner, blocks, zero: Zero::Above }.run(l);
        let mut descent = Descent {
            residual: vec![Block::ZERO; x.len()],
            direction: vec![Block::ZERO; x.len()],
            more: vec![Block::ZERO; if self.regularisation.is_empty() { 0 } else { x.len() }],
            lengths: vec![0.0; self.rows.len()],
            x,
        };
        self.begin(l, &mut descent);
        for _ in 0..self.half.steps {
            self.step(l, &mut descent);
        }
        let matrix = &self.basis.back;
        Times { out: self.factors, rows: &descent.x, matrix, inner, blocks, zero: Zero::Above }.run(l);
        Gram { gram: self.gram, rows: self.factors, blocks }.run(l);
    }
}

/// Where the rows of a chunk are on their way, each table `[rows, blocks]`.
struct Descent {
    x: Vec<Block>,
    residual: Vec<Block>,
    direction: Vec<Block>,
    /// What more regularisation adds to a row's product, empty where none has more.
    more: Vec<Block>,
    /// Squared lengths of the residuals; 0 where nothing is left to gain.
    lengths: Vec<f32>,
}

impl<const BLOCKS: usize> Chunk<'_, BLOCKS> {
    /// One row's system and how much more it is regularised than the basis.
    #[inline(always)]
    fn system(&self, place: usize) -> (System<'_>, f32) {
        let at = self.rows.start + place;
        let extra = self.regularisation.get(at).map_or(0.0, |value| value - self.basis.regularisation);
        let handled = self.interactions.of(at);
        (System { handled, whitened: self.whitened, weight: self.half.weight }, extra)
    }

    /// The residuals of where the rows are, and the first directions.
    #[inline(always)]
    fn begin<L: Lanes>(&self, l: L, descent: &mut Descent) {
        if !descent.more.is_empty() {
            // Of `x' = Rx`, `R⁻ᵀR⁻¹x'` is `R⁻ᵀx`: half the work.
            let (matrix, inner, blocks) = (&self.basis.whiten, BLOCKS, BLOCKS);
            Times { out: &mut descent.more, rows: self.factors, matrix, inner, blocks, zero: Zero::Below }
                .run(l);
        }
        for place in 0..self.rows.len() {
            let (system, extra) = self.system(place);
            if system.handled.is_empty() {
                put(l, &mut descent.x, place, [l.splat(0.0); BLOCKS]);
                continue;
            }
            let x = row::<L, BLOCKS>(l, &descent.x, place);
            let mut residual = plus(l, [l.splat(0.0); BLOCKS], -1.0, &x);
            if !descent.more.is_empty() {
                residual = plus(l, residual, -extra, &row(l, &descent.more, place));
            }
            let residual = system.pass(l, residual, &x, Pass::Residual);
            descent.lengths[place] = dot::<L, BLOCKS>(l, &residual, &residual);
            put(l, &mut descent.residual, place, residual);
            put(l, &mut descent.direction, place, residual);
        }
    }

    /// One step along the directions, and the next ones.
    #[inline(always)]
    fn step<L: Lanes>(&self, l: L, descent: &mut Descent) {
        if !descent.more.is_empty() {
            // For all rows at once: a row alone would wait for the matrix to be loaded.
            let (rows, matrix) = (&descent.direction, &self.basis.more);
            let (inner, blocks) = (BLOCKS, BLOCKS);
            Times { out: &mut descent.more, rows, matrix, inner, blocks, zero: Zero::Nowhere }.run(l);
        }
        for place in 0..self.rows.len() {
            let length = descent.lengths[place];
            if length == 0.0 {
                continue;
            }
            let (system, extra) = self.system(place);
            let direction = row::<L, BLOCKS>(l, &descent.direction, place);
            let mut product = direction;
            if !descent.more.is_empty() {
                product = plus(l, product, extra, &row(l, &descent.more, place));
            }
            let product = system.pass(l, product, &direction, Pass::Product);
            let curvature = dot::<L, BLOCKS>(l, &direction, &product);
            let far = length / curvature;
            // Nothing is left to gain, or 32 bits cannot tell what is.
            if !(curvature > 0.0 && far.is_finite()) {
                descent.lengths[place] = 0.0;
                continue;
            }
            let x = plus(l, row::<L, BLOCKS>(l, &descent.x, place), far, &direction);
            put(l, &mut descent.x, place, x);
            let residual = plus(l, row::<L, BLOCKS>(l, &descent.residual, place), -far, &product);
            let next = dot::<L, BLOCKS>(l, &residual, &residual);
            put(l, &mut descent.residual, place, residual);
            put(l, &mut descent.direction, place, plus(l, residual, next / length, &direction));
            descent.lengths[place] = next;
        }
    }
}

/// One row's interactions: `Σ αw·zzᵀ` and `Σ (1 + αw)·z`.
struct System<'a> {
    handled: &'a [Handled],
    whitened: &'a [Block],
    weight: f32,
}

/// What a pass over the interactions adds up.
#[derive(Clone, Copy)]
enum Pass {
    /// `Σ αw(z·v)·z`.
    Product,
    /// `Σ (1 + αw − αw(z·v))·z`.
    Residual,
}

impl System<'_> {
    /// `sum` and the sum over all interactions.
    #[inline(always)]
    fn pass<L: Lanes, const BLOCKS: usize>(
        &self,
        l: L,
        mut sum: Row<L, BLOCKS>,
        v: &Row<L, BLOCKS>,
        pass: Pass,
    ) -> Row<L, BLOCKS> {
        for one in self.handled {
            let z = row(l, self.whitened, one.thing as usize);
            let (weight, dot) = (self.weight * one.weight, dot(l, &z, v));
            let scale = match pass {
                Pass::Product => weight * dot,
                Pass::Residual => (1.0 + weight) - weight * dot,
            };
            sum = plus(l, sum, scale, &z);
        }
        sum
    }
}
