//! What will a mind handle, as a weighted sum of what it handled? A linear model of things with no factors.
//!
//! Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019, doi:10.1145/3308558.3313710,
//! arXiv:1905.03375: `P = (XᵀX + λI)⁻¹`, `B_ij = -P_ij / P_jj`, `B_jj = 0`; scores are `X·B`.

use super::error::CollaborativeError;
use super::filter::{Because, CollaborativeFilter, FilterKind, FilterSetting, Run, within};
use super::interactions::{Handled, Interactions};
use super::inverse::Symmetric;
use super::kernel::{Kernel, Lanes, widest};
use super::sweep::in_threads;

/// In the list.
pub const KIND: FilterKind = FilterKind {
    name: "ease",
    about: "each thing is a weighted sum of the others that the same minds handle",
    default: || FilterSetting::Ease(EaseSetting::default()),
    rounds: &[|of| around(of, &[0.1, 0.3, 3.0, 10.0]), |of| around(of, &[0.5, 0.7, 1.4, 2.0])],
};

/// Settings whose `λ` is that many times as large.
fn around(of: FilterSetting, factors: &[f64]) -> Vec<FilterSetting> {
    let FilterSetting::Ease(setting) = of else { return Vec::new() };
    let times = |factor| EaseSetting { regularisation: factor * setting.regularisation };
    factors.iter().map(|&factor| FilterSetting::Ease(times(factor))).collect()
}

/// What the table of every pair of things may take while learning: 18,000 things.
const MOST_BYTES: u128 = 4 << 30;

/// How the weights are learnt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EaseSetting {
    /// `λ`: what a squared weight costs, above 0.
    pub regularisation: f64,
}

impl Default for EaseSetting {
    /// What validation picks on a hundred thousand ratings of films; other data wants its own choice.
    fn default() -> Self {
        Self { regularisation: 300.0 }
    }
}

/// What having handled one thing says of every other.
#[derive(Clone, Debug)]
pub struct Ease {
    things: usize,
    /// `B`, `[handled, scored]`.
    weights: Vec<f32>,
}

impl Ease {
    /// Learns the weights: `things³ / 2` multiplications, 12 bytes for every pair of things while it learns and 4 after.
    ///
    /// # Errors
    /// [`CollaborativeError::TooLarge`] where the table would take more than 4 GiB;
    /// [`CollaborativeError::Setting`] where `λ` is outside its bounds.
    pub fn fit(
        interactions: &Interactions,
        setting: &EaseSetting,
        run: Run,
    ) -> Result<Self, CollaborativeError> {
        within(&[("regularisation", setting.regularisation, 1e-3, 1e12)])?;
        let things = interactions.things();
        refuse_large("ease", things, Symmetric::bytes(things) / 2 * 3)?;
        let threads = run.threads.get();
        let mut gram = Symmetric::identity(things);
        add_counts(&mut gram, interactions, threads, setting.regularisation);
        let inverse =
            gram.inverted(threads).expect("invariant: a Gram matrix and λ > 0 is positive definite");
        let mut weights = vec![0.0; things * things];
        let divisors: Vec<f64> = (0..things).map(|at| -inverse.at(at, at)).collect();
        for row in 0..things {
            for column in 0..row {
                let value = inverse.at(row, column);
                weights[row * things + column] = (value / divisors[column]) as f32;
                weights[column * things + row] = (value / divisors[row]) as f32;
            }
        }
        Ok(Self { things, weights })
    }
}

/// Refuses a table of every pair of things that would take more bytes than it may.
pub(super) fn refuse_large(
    filter: &'static str,
    things: usize,
    bytes: u128,
) -> Result<(), CollaborativeError> {
    if bytes <= MOST_BYTES {
        return Ok(());
    }
    let gibibytes = u64::try_from(bytes.div_ceil(1 << 30)).unwrap_or(u64::MAX);
    let most_gibibytes = u64::try_from(MOST_BYTES >> 30).unwrap_or(u64::MAX);
    Err(CollaborativeError::TooLarge { filter, things, gibibytes, most_gibibytes })
}

/// `XᵀX + λI`, up to the diagonal. Each row is one thing's: who handled it, and what else they did.
fn add_counts(gram: &mut Symmetric, interactions: &Interactions, threads: usize, regularisation: f64) {
    let who = interactions.transposed();
    let mut rows: Vec<(usize, &mut [f64])> = gram.rows_mut().enumerate().collect();
    // Every `threads`-th row: rows grow longer, and shares of neighbours would not be equal.
    let mut shares: Vec<Vec<(usize, &mut [f64])>> = (0..threads).map(|_| Vec::new()).collect();
    while let Some((row, numbers)) = rows.pop() {
        shares[row % threads].push((row, numbers));
    }
    in_threads(shares, |share| {
        for (row, numbers) in share {
            numbers[row] = regularisation;
            for by in who.of(row) {
                let weight = f64::from(by.weight);
                let handled = interactions.of(by.thing as usize);
                for one in handled.iter().take_while(|one| one.thing as usize <= row) {
                    numbers[one.thing as usize] += weight * f64::from(one.weight);
                }
            }
        }
    });
}

impl CollaborativeFilter for Ease {
    fn things(&self) -> usize {
        self.things
    }

    fn scores(&self, history: &[Handled]) -> Vec<f32> {
        let mut scores = vec![0.0; self.things];
        widest(Sum { scores: &mut scores, weights: &self.weights, history });
        scores
    }

    fn because(&self, history: &[Handled], thing: u32) -> Vec<Because> {
        let part = |one: &Handled| Because {
            thing: Some(one.thing),
            value: f64::from(one.weight)
                * f64::from(self.weights[one.thing as usize * self.things + thing as usize]),
        };
        history.iter().map(part).collect()
    }
}

struct Sum<'a> {
    scores: &'a mut [f32],
    weights: &'a [f32],
    history: &'a [Handled],
}

impl Kernel for Sum<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, _lanes: L) {
        let things = self.scores.len();
        for one in self.history {
            let weights = &self.weights[one.thing as usize * things..][..things];
            for (score, weight) in self.scores.iter_mut().zip(weights) {
                *score += one.weight * weight;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;

    use super::*;
    use crate::Seed;
    use crate::rank::collaborative::Interaction;

    const RUN: Run = Run { seed: Seed(1), threads: NonZero::<usize>::MIN };

    /// `P = inv(X.T @ X + 2 I)`, `B = -P / diag(P)`, zero diagonal, by numpy 2.4; weights count.
    #[test]
    fn weights_are_those_of_numpy() {
        let rows = [
            [1., 0., 2., 0., 0.],
            [0., 1., 0., 0., 3.],
            [1., 1., 0., 0., 0.],
            [0., 0., 1., 1., 0.],
            [2., 0., 0., 1., 1.],
            [0., 3., 0., 0., 1.],
        ];
        let all = rows.iter().zip(0..).flat_map(|(row, mind)| {
            let one = move |(&weight, thing): (&f32, u32)| Interaction { mind, thing, weight };
            row.iter().zip(0..).map(one).filter(|one| one.weight > 0.0)
        });
        let interactions = Interactions::new(6, 5, all).unwrap();
        let ease = Ease::fit(&interactions, &EaseSetting { regularisation: 2.0 }, RUN).unwrap();
        let weights = [
            [0., 0.04129264, 0.22391858, 0.21964097, 0.16601816],
            [0.02628571, 0., 0.00508906, -0.04676422, 0.44876783],
            [0.22628571, 0.00807899, 0., 0.08010258, -0.07392996],
            [0.416, -0.13913824, 0.15012723, 0., 0.18547341],
            [0.10971429, 0.46588869, -0.04834606, 0.06471564, 0.],
        ];
        for (found, expected) in ease.weights.iter().zip(weights.as_flattened()) {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
        let scores = [0.525714, 0.409336, 0.549618, 0.503998, 0.51751];
        for (found, expected) in ease.scores(interactions.of(4)).iter().zip(scores) {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
    }

    #[test]
    fn a_table_that_would_not_fit_is_refused_before_it_is_made() {
        let many = Interactions::new(1, 1_000_000, []).unwrap();
        let error = Ease::fit(&many, &EaseSetting::default(), RUN).unwrap_err();
        assert_eq!(
            error,
            CollaborativeError::TooLarge {
                filter: "ease",
                things: 1_000_000,
                gibibytes: 11_177,
                most_gibibytes: 4
            }
        );
    }
}
