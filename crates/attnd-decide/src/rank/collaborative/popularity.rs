//! What do most minds handle? The least that learning from many has to beat.

use super::filter::{Because, CollaborativeFilter, FilterKind, FilterSetting};
use super::interactions::{Handled, Interactions};

/// In the list.
pub const KIND: FilterKind = FilterKind {
    name: "popularity",
    about: "what most minds handle comes first, whoever asks",
    default: || FilterSetting::Popularity,
    rounds: &[],
};

/// How many minds handled each thing.
#[derive(Clone, Debug)]
pub struct Popularity {
    minds: Vec<u32>,
}

impl Popularity {
    /// Counts.
    #[must_use]
    pub fn fit(interactions: &Interactions) -> Self {
        let mut minds = vec![0; interactions.things()];
        for one in interactions.iter() {
            minds[one.thing as usize] += 1;
        }
        Self { minds }
    }
}

impl CollaborativeFilter for Popularity {
    fn things(&self) -> usize {
        self.minds.len()
    }

    fn scores(&self, _history: &[Handled]) -> Vec<f32> {
        self.minds.iter().map(|&count| count as f32).collect()
    }

    fn because(&self, _history: &[Handled], thing: u32) -> Vec<Because> {
        vec![Because { thing: None, value: f64::from(self.minds[thing as usize]) }]
    }
}
