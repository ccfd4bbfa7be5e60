//! What comes next, judged by what was handled last? Things as vectors, near each other where the same minds handle both.
//!
//! Positive pointwise mutual information of things and its largest eigenvectors: Levy and Goldberg, Neural Word Embedding
//! as Implicit Matrix Factorization, NIPS 2014, and Levy, Goldberg and Dagan, TACL 2015, doi:10.1162/tacl_a_00134 (the
//! power of the eigenvalues). A mind is the sum of what it handled last, the older the less.

use super::ease::refuse_large;
use super::eigen::{Dense, largest};
use super::error::CollaborativeError;
use super::filter::{Because, CollaborativeFilter, FilterKind, FilterSetting, Run, within};
use super::interactions::{Handled, Interactions};
use super::sweep::in_threads;

/// In the list.
pub const KIND: FilterKind = FilterKind {
    name: "vectors",
    about: "things near those handled last come first, the older counting less",
    default: || FilterSetting::Vectors(VectorsSetting::default()),
    rounds: &[shapes, memories],
};

fn around(of: FilterSetting, vary: impl FnOnce(VectorsSetting) -> Vec<VectorsSetting>) -> Vec<FilterSetting> {
    let FilterSetting::Vectors(setting) = of else { return Vec::new() };
    vary(setting).into_iter().filter(|other| *other != setting).map(FilterSetting::Vectors).collect()
}

fn shapes(of: FilterSetting) -> Vec<FilterSetting> {
    let all = [32, 64, 128].map(|dimensions| [0.0, 0.25, 0.5].map(|power| (dimensions, power)));
    let with = |of| move |(dimensions, power)| VectorsSetting { dimensions, power, ..of };
    around(of, |of| all.into_iter().flatten().map(with(of)).collect())
}

fn memories(of: FilterSetting) -> Vec<FilterSetting> {
    let all = [(5, 0.7), (10, 0.8), (20, 0.8), (20, 0.9), (50, 0.95)];
    around(of, |of| all.map(|(last, decay)| VectorsSetting { last, decay, ..of }).to_vec())
}

/// How vectors are learnt and minds made of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VectorsSetting {
    /// Numbers of a vector, 1 to 128.
    pub dimensions: usize,
    /// The power of an eigenvalue's size that its direction is scaled by, 0 to 1.
    pub power: f64,
    /// How many of the things handled last count, from 1.
    pub last: usize,
    /// What each counts of what the one after it counts, 0 to 1.
    pub decay: f64,
}

impl Default for VectorsSetting {
    /// What did best on the order of a hundred thousand ratings of films; other data wants its own choice.
    fn default() -> Self {
        Self { dimensions: 64, power: 0.5, last: 10, decay: 0.8 }
    }
}

/// A vector of length 1 for each thing; of length 0 where it was never handled with another.
#[derive(Clone, Debug)]
pub struct ItemVectors {
    setting: VectorsSetting,
    things: usize,
    /// `[thing, dimension]`.
    vectors: Vec<f32>,
    dimensions: usize,
}

impl ItemVectors {
    /// Learns the vectors: `O(things² · dimensions)`, 4 bytes for every pair of things while it learns. Weights do not
    /// count: who handled a thing does.
    ///
    /// # Errors
    /// [`CollaborativeError::TooLarge`] where the table would take more than 4 GiB;
    /// [`CollaborativeError::Setting`] where a setting is outside its bounds.
    pub fn fit(
        interactions: &Interactions,
        setting: &VectorsSetting,
        run: Run,
    ) -> Result<Self, CollaborativeError> {
        within(&[
            ("dimensions", setting.dimensions as f64, 1.0, 128.0),
            ("power", setting.power, 0.0, 1.0),
            ("last", setting.last as f64, 1.0, 1e6),
            ("decay", setting.decay, 0.0, 1.0),
        ])?;
        let things = interactions.things();
        refuse_large("vectors", things, (things as u128).pow(2) * 4)?;
        let found = largest(&information(interactions, run), setting.dimensions, run);
        // Directions of nothing but rounding would count as much as any where the power is 0.
        let least = found.values.first().map_or(0.0, |value| 1e-5 * value.abs());
        let kept: Vec<(f64, &Vec<f64>)> = found
            .values
            .iter()
            .zip(&found.vectors)
            .filter(|(value, _)| value.abs() > least)
            .map(|(value, vector)| (value.abs().powf(setting.power), vector))
            .collect();
        let mut vectors = Vec::with_capacity(things * kept.len());
        for thing in 0..things {
            let row = || kept.iter().map(|(scale, vector)| scale * vector[thing]);
            let length = row().map(|value| value * value).sum::<f64>().sqrt();
            vectors.extend(row().map(|value| if length > 1e-9 { (value / length) as f32 } else { 0.0 }));
        }
        Ok(Self { setting: *setting, things, vectors, dimensions: kept.len() })
    }

    fn vector(&self, thing: u32) -> &[f32] {
        &self.vectors[thing as usize * self.dimensions..][..self.dimensions]
    }

    /// What of the history counts, and how much, the latest first.
    fn remembered<'a>(&'a self, history: &'a [Handled]) -> impl Iterator<Item = (u32, f64)> + 'a {
        let ages = 0..i32::try_from(self.setting.last).unwrap_or(i32::MAX);
        history.iter().rev().zip(ages).map(|(one, age)| (one.thing, self.setting.decay.powi(age)))
    }
}

/// `max(0, ln p(a, b) / (p(a) p(b)))` of the minds that handled both, a thing with itself too: rare things would else
/// be near nothing.
fn information(interactions: &Interactions, run: Run) -> Dense {
    let who = interactions.transposed();
    let mut table = Dense::zero(interactions.things());
    let counted = |thing: usize, counts: &mut [f64]| {
        counts.fill(0.0);
        for mind in who.of(thing) {
            interactions.of(mind.thing as usize).iter().for_each(|one| counts[one.thing as usize] += 1.0);
        }
    };
    let mut counts = vec![0.0; interactions.things()];
    let mut sums = vec![0.0; interactions.things()];
    for (thing, sum) in sums.iter_mut().enumerate() {
        counted(thing, &mut counts);
        *sum = counts.iter().sum();
    }
    let all: f64 = sums.iter().sum();
    let logarithms: Vec<f64> = sums.iter().map(|sum| sum.ln()).collect();
    let share = table.size.div_ceil(run.threads.get()).max(1);
    let width = table.blocks;
    let rows = table.numbers.chunks_mut((share * width).max(1)).zip((0..table.size).step_by(share)).collect();
    in_threads(rows, |(rows, first): (&mut [_], usize)| {
        let mut counts = vec![0.0; interactions.things()];
        for (row, thing) in rows.chunks_exact_mut(width).zip(first..table.size) {
            counted(thing, &mut counts);
            for (other, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0.0) {
                let information = (count * all).ln() - logarithms[thing] - logarithms[other];
                super::eigen::set(row, other, information.max(0.0) as f32);
            }
        }
    });
    table
}

impl CollaborativeFilter for ItemVectors {
    fn things(&self) -> usize {
        self.things
    }

    fn scores(&self, history: &[Handled]) -> Vec<f32> {
        let mut mind = vec![0.0; self.dimensions];
        for (thing, share) in self.remembered(history) {
            let vector = self.vector(thing).iter().map(|&value| f64::from(value));
            mind.iter_mut().zip(vector).for_each(|(sum, value)| *sum += share * value);
        }
        let score = |thing| -> f64 {
            self.vector(thing).iter().zip(&mind).map(|(&value, mind)| f64::from(value) * mind).sum()
        };
        (0..).take(self.things).map(|thing| score(thing) as f32).collect()
    }

    fn because(&self, history: &[Handled], thing: u32) -> Vec<Because> {
        let likeness = |other: u32| -> f64 {
            let pairs = self.vector(thing).iter().zip(self.vector(other));
            pairs.map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
        };
        let part = |(other, share)| Because { thing: Some(other), value: share * likeness(other) };
        self.remembered(history).map(part).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;

    use super::*;
    use crate::Seed;
    use crate::rank::collaborative::Interaction;

    const RUN: Run = Run { seed: Seed(1), threads: NonZero::<usize>::MIN };

    /// `Z @ sum(.8**age * Z[thing])` of the rows of `V[:, :3] * abs(w[:3])**.5` at length 1, `w, V` from
    /// `numpy.linalg.eigh` (numpy 2.4) of the same table.
    #[test]
    fn scores_are_those_of_numpy() {
        let rows: [&[u32]; 9] =
            [&[3, 4], &[0, 1, 2, 5], &[0], &[0, 1, 3, 5], &[0, 2, 5], &[1, 4], &[1, 2], &[0, 1, 5], &[0, 2]];
        let all = rows.iter().zip(0..).flat_map(|(row, mind)| {
            // Weights do not count.
            row.iter().map(move |&thing| Interaction { mind, thing, weight: 1.0 + thing as f32 })
        });
        let interactions = Interactions::new(9, 6, all).unwrap();
        let setting = VectorsSetting { dimensions: 3, ..VectorsSetting::default() };
        let vectors = ItemVectors::fit(&interactions, &setting, RUN).unwrap();
        let history = [4, 0, 2].map(|thing| Handled { thing, weight: 3.0 });
        let expected = [1.8, 0.362488, 1.8, 0.400941, 0.64, 1.8];
        for (found, expected) in vectors.scores(&history).iter().zip(expected) {
            assert!((found - expected).abs() < 1e-4, "{found} {expected}");
        }
    }

    #[test]
    fn the_latest_counts_most_and_the_old_not_at_all() {
        let all = (0..40_u32).map(|at| Interaction {
            mind: at / 4,
            thing: (at / 4 + at % 4 * at) % 12,
            weight: 1.0,
        });
        let interactions = Interactions::new(10, 12, all).unwrap();
        let setting = VectorsSetting { last: 2, ..VectorsSetting::default() };
        let vectors = ItemVectors::fit(&interactions, &setting, RUN).unwrap();
        let history = [5, 0, 1].map(|thing| Handled { thing, weight: 1.0 });
        assert_eq!(vectors.scores(&history), vectors.scores(&history[1..]));
        let because = vectors.because(&history, 1);
        assert_eq!(because.iter().map(|part| part.thing).collect::<Vec<_>>(), [Some(1), Some(0)]);
        assert!((because[0].value - 1.0).abs() < 1e-6, "a thing is as near itself as can be");
    }

    #[test]
    fn a_table_that_would_not_fit_is_refused_before_it_is_made() {
        let many = Interactions::new(1, 100_000, []).unwrap();
        let error = ItemVectors::fit(&many, &VectorsSetting::default(), RUN).unwrap_err();
        assert!(
            matches!(error, CollaborativeError::TooLarge { filter: "vectors", gibibytes: 38, .. }),
            "{error}"
        );
    }
}
