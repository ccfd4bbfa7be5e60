//! What will a mind handle, by a few factors of minds and things? Implicit alternating least squares.
//!
//! Hu, Koren and Volinsky, Collaborative Filtering for Implicit Feedback Datasets, ICDM 2008,
//! doi:10.1109/ICDM.2008.22; regularisation by frequency: Rendle, Krichene, Zhang and Koren, Revisiting the
//! Performance of iALS on Item Recommendation Benchmarks, arXiv:2110.14037.

use rand::RngExt;

use super::cholesky::solve;
use super::error::CollaborativeError;
use super::filter::{Because, CollaborativeFilter, FilterKind, FilterSetting, Run, within};
use super::interactions::{Handled, Interactions};
use super::kernel::{Block, Kernel, LANES, Lanes, dot, row, widest};
use super::product::Gram;
use super::sweep::{Half, Side, regularised_root};

/// Factors a model may have at most.
pub const MOST_FACTORS: usize = 128;

/// Steps of conjugate gradients a row and half sweep: their error is at most `((√κ - 1) / (√κ + 1))²` of the last
/// sweep's, and κ is at most `1 + αw`.
const STEPS: usize = 2;

/// In the list.
pub const KIND: FilterKind = FilterKind {
    name: "ials",
    about: "a few factors describe minds and things; their product says who handles what",
    default: || FilterSetting::Ials(IalsSetting::default()),
    rounds: &[weights, powers, finer, factors],
};

fn around(of: FilterSetting, vary: impl FnOnce(IalsSetting) -> Vec<IalsSetting>) -> Vec<FilterSetting> {
    let FilterSetting::Ials(setting) = of else { return Vec::new() };
    vary(setting).into_iter().filter(|other| *other != setting).map(FilterSetting::Ials).collect()
}

/// `α` and `λ` pull against each other: every pair of them.
fn weights(of: FilterSetting) -> Vec<FilterSetting> {
    let pairs =
        [1.0, 3.0, 10.0].map(|weight| [10.0, 30.0, 100.0].map(|regularisation| (weight, regularisation)));
    let with = |of| move |(weight, regularisation)| IalsSetting { weight, regularisation, ..of };
    around(of, |of| pairs.into_iter().flatten().map(with(of)).collect())
}

fn powers(of: FilterSetting) -> Vec<FilterSetting> {
    around(of, |of| [0.0, 0.5, 1.0].map(|frequency_power| IalsSetting { frequency_power, ..of }).to_vec())
}

fn finer(of: FilterSetting) -> Vec<FilterSetting> {
    let times = |of: IalsSetting, factor| IalsSetting { regularisation: factor * of.regularisation, ..of };
    around(of, |of| [0.5, 0.7, 1.4, 2.0].map(|factor| times(of, factor)).to_vec())
}

fn factors(of: FilterSetting) -> Vec<FilterSetting> {
    around(of, |of| [32, 64, 128].map(|factors| IalsSetting { factors, ..of }).to_vec())
}

/// How factors are learnt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IalsSetting {
    /// Numbers a mind and a thing are described by, 1 to [`MOST_FACTORS`]; powers of 2 from 16 cost the least.
    pub factors: usize,
    /// `λ`: what a squared factor costs, above 0, on average over the rows of a side.
    pub regularisation: f32,
    /// `α`: an interaction of weight `w` counts `1 + αw` times as much as one that did not happen. Above 0.
    pub weight: f32,
    /// `ν`, 0 to 1: a row's `λ` grows with this power of how much is known of it. 0: all rows have the same.
    pub frequency_power: f32,
    /// Times each side is solved for, from 1.
    pub sweeps: usize,
}

impl Default for IalsSetting {
    /// What validation picks on a hundred thousand ratings of films; other data wants its own choice.
    fn default() -> Self {
        Self { factors: 64, regularisation: 30.0, weight: 3.0, frequency_power: 0.5, sweeps: 8 }
    }
}

impl IalsSetting {
    fn check(&self) -> Result<(), CollaborativeError> {
        let bounds = [
            ("factors", self.factors as f64, 1.0, MOST_FACTORS as f64),
            ("regularisation", f64::from(self.regularisation), 1e-6, 1e9),
            ("weight", f64::from(self.weight), 1e-6, 1e3),
            ("frequency_power", f64::from(self.frequency_power), 0.0, 1.0),
            ("sweeps", self.sweeps as f64, 1.0, 1e4),
        ];
        within(&bounds)
    }

    /// `λ` of a row of which so much is known, before dividing by the mean.
    pub(super) fn share(&self, handled: &[Handled], others: usize) -> f64 {
        let known = handled.iter().map(|one| f64::from(one.weight)).sum::<f64>();
        (others as f64 + f64::from(self.weight) * known).max(1.0).powf(f64::from(self.frequency_power))
    }

    /// The mean of [`share`](Self::share) over the rows that handled anything.
    pub(super) fn mean_share(&self, interactions: &Interactions) -> f64 {
        let rows = (0..interactions.minds()).map(|at| interactions.of(at)).filter(|row| !row.is_empty());
        let (sum, count) = rows.fold((0.0, 0_usize), |(sum, count), row| {
            (sum + self.share(row, interactions.things()), count + 1)
        });
        if count == 0 { 1.0 } else { sum / count as f64 }
    }

    fn regularisation_of(&self, interactions: &Interactions, mean: f64) -> Vec<f32> {
        let of = |at| {
            let share = self.share(interactions.of(at), interactions.things());
            (f64::from(self.regularisation) * share / mean) as f32
        };
        (0..interactions.minds()).map(of).collect()
    }
}

/// The factors of things; those of a mind follow from what it handled, whenever they are asked for.
#[derive(Clone, Debug)]
pub struct Ials {
    pub(super) setting: IalsSetting,
    pub(super) things: usize,
    pub(super) blocks: usize,
    /// `[things, blocks]`.
    factors: Vec<Block>,
    /// `YᵀY`, `[blocks · LANES, blocks]`, on and left of the diagonal.
    gram: Vec<Block>,
    pub(super) mean_share: f64,
}

impl Ials {
    /// Learns the factors: `O(sweeps · (interactions · factors + (minds + things) · factors²))`.
    ///
    /// # Errors
    /// [`CollaborativeError::Setting`] where one is outside its bounds.
    pub fn fit(
        interactions: &Interactions,
        setting: &IalsSetting,
        run: Run,
    ) -> Result<Self, CollaborativeError> {
        setting.check()?;
        Ok(match setting.factors.div_ceil(LANES) {
            1 => Self::fit_blocks::<1>(interactions, setting, run),
            2 => Self::fit_blocks::<2>(interactions, setting, run),
            3 | 4 => Self::fit_blocks::<4>(interactions, setting, run),
            _ => Self::fit_blocks::<8>(interactions, setting, run),
        })
    }

    fn fit_blocks<const BLOCKS: usize>(interactions: &Interactions, setting: &IalsSetting, run: Run) -> Self {
        let mean_share = setting.mean_share(interactions);
        let regularisation = setting.regularisation_of(interactions, mean_share);
        let mut minds = Side::new(interactions.clone(), regularisation, BLOCKS);
        let transposed = interactions.transposed();
        let regularisation = setting.regularisation_of(&transposed, setting.mean_share(&transposed));
        let mut things = Side::new(transposed, regularisation, BLOCKS);
        start(&mut things.factors, BLOCKS, setting.factors, run);
        let mut gram = things.gram::<BLOCKS>();
        let half = Half { weight: setting.weight, steps: STEPS, threads: run.threads.get() };
        for _ in 0..setting.sweeps {
            let of_minds = minds.solve::<BLOCKS>(&things.factors, &gram, half);
            gram = things.solve::<BLOCKS>(&minds.factors, &of_minds, half);
        }
        Self {
            setting: *setting,
            things: interactions.things(),
            blocks: BLOCKS,
            factors: things.factors,
            gram,
            mean_share,
        }
    }

    /// The root of the system of a mind with that history.
    fn system(&self, history: &[Handled]) -> Vec<f64> {
        let mut gram = self.gram.clone();
        let mut rows = Vec::with_capacity(history.len() * self.blocks);
        for one in history {
            let scale = (self.setting.weight * one.weight).sqrt();
            let of = &self.factors[one.thing as usize * self.blocks..][..self.blocks];
            rows.extend(of.iter().map(|block| Block(block.0.map(|value| scale * value))));
        }
        widest(Gram { gram: &mut gram, rows: &rows, blocks: self.blocks });
        let share = self.setting.share(history, self.things) / self.mean_share;
        regularised_root(&gram, self.blocks, f64::from(self.setting.regularisation) * share)
    }

    pub(super) fn thing(&self, at: u32) -> impl Iterator<Item = f64> + '_ {
        let of = &self.factors[at as usize * self.blocks..][..self.blocks];
        of.iter().flat_map(|block| block.0).map(f64::from)
    }

    /// The factors of a mind with that history: the exact minimum given the things' factors.
    #[must_use]
    pub fn mind(&self, history: &[Handled]) -> Vec<f64> {
        let mut x = vec![0.0; self.blocks * LANES];
        if history.is_empty() {
            return x;
        }
        for one in history {
            let weight = 1.0 + f64::from(self.setting.weight * one.weight);
            x.iter_mut().zip(self.thing(one.thing)).for_each(|(x, value)| *x += weight * value);
        }
        solve(&self.system(history), &mut x);
        x
    }
}

impl CollaborativeFilter for Ials {
    fn things(&self) -> usize {
        self.things
    }

    fn scores(&self, history: &[Handled]) -> Vec<f32> {
        let mind = self.mind(history);
        let block = |of: &[f64]| Block(std::array::from_fn(|lane| of[lane] as f32));
        let mind: Vec<Block> = mind.chunks_exact(LANES).map(block).collect();
        let mut scores = vec![0.0; self.things];
        widest(Scores { scores: &mut scores, factors: &self.factors, mind: &mind });
        scores
    }

    /// Hu et al., §5: `p = Σ_j (1 + αw_j) · yᵀ(YᵀCY + λI)⁻¹y_j`, a part for each thing handled.
    fn because(&self, history: &[Handled], thing: u32) -> Vec<Because> {
        let mut pull: Vec<f64> = self.thing(thing).collect();
        if !history.is_empty() {
            solve(&self.system(history), &mut pull);
        }
        let part = |one: &Handled| {
            let weight = 1.0 + f64::from(self.setting.weight * one.weight);
            let likeness: f64 = self.thing(one.thing).zip(&pull).map(|(value, pull)| value * pull).sum();
            Because { thing: Some(one.thing), value: weight * likeness }
        };
        history.iter().map(part).collect()
    }
}

/// Small factors of either sign, of standard deviation `0.1 / √factors` as in arXiv:2110.14037; padding stays zero.
fn start(factors: &mut [Block], blocks: usize, count: usize, run: Run) {
    let widest = 0.1 * (3.0 / count as f32).sqrt();
    let mut chance = run.seed.generator(0);
    for row in factors.chunks_exact_mut(blocks) {
        for value in row.iter_mut().flat_map(|block| &mut block.0).take(count) {
            *value = chance.random_range(-widest..widest);
        }
    }
}

struct Scores<'a> {
    scores: &'a mut [f32],
    factors: &'a [Block],
    mind: &'a [Block],
}

impl Scores<'_> {
    #[inline(always)]
    fn of<L: Lanes, const BLOCKS: usize>(self, l: L) {
        let mind = row::<L, BLOCKS>(l, self.mind, 0);
        for (at, score) in self.scores.iter_mut().enumerate() {
            *score = dot(l, &mind, &row(l, self.factors, at));
        }
    }
}

impl Kernel for Scores<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, l: L) {
        match self.mind.len() {
            1 => self.of::<L, 1>(l),
            2 => self.of::<L, 2>(l),
            4 => self.of::<L, 4>(l),
            _ => self.of::<L, 8>(l),
        }
    }
}
