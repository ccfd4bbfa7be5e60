//! What is shown, in which order? The asks put before a person, with shares of attention and why.

use serde::Serialize;

use super::score::{Explanation, Score};

/// Asks in the order they are shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Slate {
    /// Which ranker ordered them.
    pub ranker: &'static str,
    /// What is shown, first place first.
    pub places: Vec<Place>,
    /// How many asks wait, copies included.
    pub asks: usize,
    /// How many remain when copies count once.
    pub distinct: usize,
    /// The place that was exchanged with the next one to learn how much places are looked at, if any.
    pub exchanged: Option<usize>,
}

/// One place of a slate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Place {
    /// Id of the ask shown.
    pub ask: String,
    /// Ids of others it stands for, at most [`OTHERS_NAMED`].
    pub others: Vec<String>,
    /// How many asks it stands for, itself included.
    pub stands_for: usize,
    /// How much it is worth attention.
    pub score: Score,
    /// Its share of the attention given to this slate, for display: shares sum to one.
    pub share: f64,
    /// Probability with which it was put here, given the places above: 1 save where the slate explores.
    pub propensity: f64,
    /// Why.
    pub explanation: Explanation,
}

/// How many of the asks a place stands for are named.
pub const OTHERS_NAMED: usize = 20;
