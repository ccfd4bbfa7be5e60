//! Which ways to learn from what many did are there? The trait each is, their settings, and one list.

use std::num::NonZero;

use super::ease::{Ease, EaseSetting};
use super::error::CollaborativeError;
use super::ials::{Ials, IalsSetting};
use super::interactions::{Handled, Interactions};
use super::popularity::Popularity;
use super::vectors::{ItemVectors, VectorsSetting};
use crate::Seed;

/// What was learnt from what many did.
///
/// A mind is its history: what it handled, the latest last. Someone new, or one more reaction, is another history, so
/// it counts on the next call and nothing is learnt anew. Things of a history are below [`things`](Self::things).
pub trait CollaborativeFilter: std::fmt::Debug + Send + Sync {
    /// How many things it knows, numbered from 0.
    fn things(&self) -> usize;

    /// How much a mind with that history will care for each thing, those of the history too: larger is more. Scores
    /// of one filter and history compare with each other, no others.
    fn scores(&self, history: &[Handled]) -> Vec<f32>;

    /// Why a thing has its score: parts that add up to it.
    fn because(&self, history: &[Handled], thing: u32) -> Vec<Because>;
}

/// One part of a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Because {
    /// The thing handled that it comes from; `None` for what all did.
    pub thing: Option<u32>,
    /// What it adds.
    pub value: f64,
}

/// Chance and room to learn in. Results are the same whatever the number of threads.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// What all chance comes from.
    pub seed: Seed,
    /// Threads at most.
    pub threads: NonZero<usize>,
}

/// One filter and how it is to learn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FilterSetting {
    /// [`Popularity`].
    Popularity,
    /// [`Ials`].
    Ials(IalsSetting),
    /// [`Ease`].
    Ease(EaseSetting),
    /// [`ItemVectors`].
    Vectors(VectorsSetting),
}

impl FilterSetting {
    /// Learns.
    ///
    /// # Errors
    /// [`CollaborativeError`] where a setting is outside its bounds or the table would not fit.
    pub fn fit(
        &self,
        interactions: &Interactions,
        run: Run,
    ) -> Result<Box<dyn CollaborativeFilter>, CollaborativeError> {
        Ok(match self {
            Self::Popularity => Box::new(Popularity::fit(interactions)),
            Self::Ials(setting) => Box::new(Ials::fit(interactions, setting, run)?),
            Self::Ease(setting) => Box::new(Ease::fit(interactions, setting, run)?),
            Self::Vectors(setting) => Box::new(ItemVectors::fit(interactions, setting, run)?),
        })
    }
}

/// One filter in the list of all.
#[derive(Debug)]
pub struct FilterKind {
    /// Its stable name, as on the command line.
    pub name: &'static str,
    /// What it goes by, in one sentence.
    pub about: &'static str,
    /// Its settings where nothing is known of the data.
    pub default: fn() -> FilterSetting,
    /// Settings worth trying on the data, each round around the best of those before.
    pub rounds: &'static [Round],
}

/// Settings to try around one.
pub type Round = fn(FilterSetting) -> Vec<FilterSetting>;

/// Every way to learn from what many did, the default first.
pub const FILTERS: &[&FilterKind] =
    &[&super::ials::KIND, &super::ease::KIND, &super::vectors::KIND, &super::popularity::KIND];

/// The filter of that name.
///
/// # Errors
/// [`CollaborativeError::NoFilter`] with the names there are.
pub fn filter(name: &str) -> Result<&'static FilterKind, CollaborativeError> {
    FILTERS.iter().copied().find(|kind| kind.name == name).ok_or_else(|| CollaborativeError::NoFilter {
        name: name.to_owned(),
        names: FILTERS.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", "),
    })
}

/// Whether each named value lies between its least and its most.
pub(super) fn within(bounds: &[(&'static str, f64, f64, f64)]) -> Result<(), CollaborativeError> {
    let outside = bounds.iter().find(|(_, value, least, most)| !(least..=most).contains(&value));
    outside.map_or(Ok(()), |&(setting, value, least, most)| {
        Err(CollaborativeError::Setting { setting, value, least, most })
    })
}
