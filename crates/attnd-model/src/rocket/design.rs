//! What does the ridge see of an example? Blocks of columns: what the kernels find, the features, the contexts' words.
//!
//! Each block is given the same say whatever its width: its columns' variances add up to one, so that ten thousand
//! shares do not drown one word, and one strength serves all.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::transform::{Transform, TransformSettings};
use super::window::Scales;
use crate::dataset::{Evidence, Example, Signals};
use crate::estimator::Seed;

/// A feature further from the usual than so many deviations counts as so far: one broken number must not decide.
const FURTHEST_DEVIATIONS: f32 = 5.0;

/// A kernel's share of steps that varies less than this is left out: it would be blown up to the others' say.
const LEAST_DEVIATION: f64 = 1e-3;

/// A part of the evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Input {
    /// Raw signals, through the transform.
    Signals,
    /// Features.
    Features,
    /// The words of contexts.
    Contexts,
}

/// How a row of columns is made of an example; fitted without answers.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Design {
    /// Of raw signals, where they are read.
    pub(super) signals: Option<(Scales, Transform)>,
    /// How many features the evidence has, if they are read; else none.
    pub(super) features: usize,
    /// `[context]`: the words known of it, sorted; none where contexts are not read.
    pub(super) vocabularies: Vec<Vec<Arc<str>>>,
    /// `[column]`: what is usual.
    pub(super) usual: Vec<f32>,
    /// `[column]`: what one of its unit counts; nothing where the column says nothing.
    pub(super) units: Vec<f32>,
}

impl Design {
    /// Fits transform, vocabularies and what is usual to training examples, of which there is at least one; with the row of
    /// each.
    #[must_use]
    pub(super) fn fit(
        examples: &[&Example],
        inputs: &[Input],
        settings: TransformSettings,
        seed: Seed,
    ) -> (Self, Vec<Vec<f32>>) {
        let first = &examples[0].evidence;
        let read = |input| inputs.contains(&input);
        let contexts = if read(Input::Contexts) { first.contexts.len() } else { 0 };
        let mut design = Self {
            signals: read(Input::Signals).then(|| fit_signals(examples, settings, seed)).flatten(),
            features: if read(Input::Features) { first.features.len() } else { 0 },
            vocabularies: (0..contexts).map(|context| words(examples, context)).collect(),
            usual: Vec::new(),
            units: Vec::new(),
        };
        let mut rows: Vec<Vec<f32>> = examples.iter().map(|example| design.raw(&example.evidence)).collect();
        design.measure(&rows);
        rows.iter_mut().for_each(|row| design.set_against_usual(row));
        (design, rows)
    }

    /// Reads raw signals no more.
    pub(super) fn forget_signals(&mut self) {
        let block = self.block(Input::Signals);
        self.usual.drain(block.clone());
        self.units.drain(block);
        self.signals = None;
    }

    /// How many columns there are.
    #[must_use]
    pub(super) fn columns(&self) -> usize {
        self.block_ends()[2]
    }

    /// Columns of one block: signals, features or contexts.
    #[must_use]
    pub(super) fn block(&self, input: Input) -> Range<usize> {
        let [signals, features, contexts] = self.block_ends();
        match input {
            Input::Signals => 0..signals,
            Input::Features => signals..features,
            Input::Contexts => features..contexts,
        }
    }

    /// The row of an example: how far each column is from its usual, nothing where it is not known.
    #[must_use]
    pub(super) fn row(&self, evidence: &Evidence) -> Vec<f32> {
        let mut row = self.raw(evidence);
        self.set_against_usual(&mut row);
        row
    }

    fn set_against_usual(&self, row: &mut [f32]) {
        let features = self.block(Input::Features);
        let share = (features.len() as f32).sqrt();
        for (column, value) in row.iter_mut().enumerate() {
            let away = (*value - self.usual[column]) * self.units[column];
            *value = match away {
                away if away.is_nan() => 0.0,
                away if features.contains(&column) => {
                    away.clamp(-FURTHEST_DEVIATIONS / share, FURTHEST_DEVIATIONS / share)
                }
                away => away,
            };
        }
    }

    fn block_ends(&self) -> [usize; 3] {
        let signals = self.signals.as_ref().map_or(0, |(_, transform)| transform.features());
        let features = signals + self.features;
        [signals, features, features + self.vocabularies.iter().map(Vec::len).sum::<usize>()]
    }

    /// Columns as they are; NaN where nothing is known.
    fn raw(&self, evidence: &Evidence) -> Vec<f32> {
        let mut row = Vec::with_capacity(self.columns());
        if let Some((scales, transform)) = &self.signals {
            let window =
                evidence.signals.as_ref().and_then(|signals| scales.whole(signals, transform.steps()));
            match window {
                Some(window) => row.extend(transform.apply(&window)),
                None => row.resize(transform.features(), f32::NAN),
            }
        }
        let features = (0..self.features).map(|feature| evidence.features.get(feature));
        row.extend(features.map(|value| value.map_or(f32::NAN, |value| *value as f32)));
        for (context, vocabulary) in self.vocabularies.iter().enumerate() {
            let word = evidence.contexts.get(context).and_then(Option::as_ref);
            let known = word.filter(|word| vocabulary.contains(word));
            row.extend(vocabulary.iter().map(|other| match known {
                Some(word) => f32::from(u8::from(word == other)),
                None => f32::NAN,
            }));
        }
        row
    }

    /// Means and units of every column, from rows as they are.
    fn measure(&mut self, rows: &[Vec<f32>]) {
        let columns = self.columns();
        let mut sums = vec![(0.0_f64, 0.0_f64, 0_u32); columns];
        for row in rows {
            for (sum, value) in sums.iter_mut().zip(row) {
                if value.is_finite() {
                    let value = f64::from(*value);
                    *sum = (sum.0 + value, sum.1 + value * value, sum.2 + 1);
                }
            }
        }
        let deviation = |(sum, squares, count): (f64, f64, u32)| {
            let count = f64::from(count.max(1));
            (squares / count - (sum / count).powi(2)).max(0.0).sqrt()
        };
        self.usual = sums.iter().map(|sum| (sum.0 / f64::from(sum.2.max(1))) as f32).collect();
        self.units = vec![0.0; columns];
        for input in [Input::Signals, Input::Features, Input::Contexts] {
            let block = self.block(input);
            let deviations: Vec<f64> = sums[block.clone()].iter().map(|sum| deviation(*sum)).collect();
            for (unit, value) in self.units[block].iter_mut().zip(units(input, &deviations)) {
                *unit = value as f32;
            }
        }
    }
}

/// What one of each column's unit counts, so that the block's variances add up to one. Signals and features are first
/// put on a par; words keep their own variance, a rare one says little about most.
fn units(input: Input, deviations: &[f64]) -> Vec<f64> {
    match input {
        Input::Signals | Input::Features => {
            let share = (deviations.len() as f64).sqrt();
            let least = if input == Input::Signals { LEAST_DEVIATION } else { 0.0 };
            let unit = |deviation: &f64| if *deviation > least { 1.0 / (deviation * share) } else { 0.0 };
            deviations.iter().map(unit).collect()
        }
        Input::Contexts => {
            let variance: f64 = deviations.iter().map(|deviation| deviation * deviation).sum();
            vec![if variance > 0.0 { 1.0 / variance.sqrt() } else { 0.0 }; deviations.len()]
        }
    }
}

fn fit_signals(
    examples: &[&Example],
    settings: TransformSettings,
    seed: Seed,
) -> Option<(Scales, Transform)> {
    let windows = || examples.iter().filter_map(|example| example.evidence.signals.as_ref());
    let first: &Signals = windows().next()?;
    let steps = first.values.first()?.len();
    let scales = Scales::fit(windows(), first.values.len());
    let whole: Vec<_> = windows().filter_map(|window| scales.whole(window, steps)).collect();
    let transform = Transform::fit(&whole, settings, seed);
    Some((scales, transform))
}

fn words(examples: &[&Example], context: usize) -> Vec<Arc<str>> {
    let words = examples.iter().filter_map(|example| example.evidence.contexts.get(context)?.clone());
    words.collect::<BTreeSet<_>>().into_iter().collect()
}
