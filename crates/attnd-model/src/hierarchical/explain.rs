//! Which causes made this prediction differ from the person's usual? Exact Shapley values of a linear model.
//!
//! For a linear model whose inputs are set one by one from the usual to what they are now, the Shapley value of input j is
//! wⱼ (xⱼ - usualⱼ), whatever the order (Lundberg and Lee 2017, arXiv 1705.07874, Corollary 1). They and the log-odds of the
//! usual moment add up to the prediction's log-odds. Inputs that tell of one cause are added up: a sum of Shapley
//! values is that of the group.

use std::collections::BTreeMap;

use super::design::Row;
use super::{Adapter, HierarchicalModel, Weights};
use crate::dataset::{Evidence, Past};
use crate::estimator::Reason;
use crate::history::Cause;

/// What is usual is taken from at most so many of the latest moments: what was usual a year ago no longer is.
const MOMENTS_OF_USUAL: usize = 100;

/// What one reason is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    /// A feature of the data set, by index; the two of a cycle (`hour_sin`, `hour_cos`) are one, by the first.
    Feature(usize),
    /// A context column.
    Context(usize),
    /// The person's own past answers.
    History(Cause),
}

/// The person's usual moment: medians of the inputs, and how often each word was on.
struct Usual {
    dense: Vec<f64>,
    /// Share of moments each word was on, by its position.
    words: BTreeMap<usize, f64>,
    /// Median of each feature as it came; NaN where unknown.
    features: Vec<f64>,
}

impl HierarchicalModel {
    /// The log-odds of yes of the person's usual moment: what all reasons are added to.
    #[must_use]
    pub fn base_log_odds(&self, past: Past<'_>) -> f64 {
        let usual = self.usual(past);
        let weights = self.weights_after(past);
        let asked = self.base.scaling.asked(self.columns());
        let row = Row { dense: usual.dense, words: Vec::new() };
        let words: f64 =
            usual.words.iter().map(|(word, share)| share * self.word_weight(weights, *word)).sum();
        self.adapter.confident(weights.log_odds(&row, asked) + words)
    }

    /// The causes of a prediction, strongest first.
    pub(super) fn reasons(&self, past: Past<'_>, evidence: &Evidence) -> Vec<Reason> {
        let usual = self.usual(past);
        let weights = self.weights_after(past);
        let row = self.base.inputs.row(past, evidence);
        let mut effects: BTreeMap<Source, f64> = BTreeMap::new();
        for (index, source) in self.sources().into_iter().enumerate() {
            let effect = weights.weights[index] * (row.dense[index] - usual.dense[index]);
            *effects.entry(source).or_default() += effect;
        }
        let on = row.words.iter().map(|word| (*word, 1.0));
        let usually = usual.words.iter().map(|(word, share)| (*word, -share));
        for (word, share) in on.chain(usually) {
            if let Some((column, _)) = self.base.inputs.word(word) {
                *effects.entry(Source::Context(column)).or_default() +=
                    share * self.word_weight(weights, word);
            }
        }
        let slope = match self.adapter {
            Adapter::Intercept { slope, .. } => slope,
            Adapter::None | Adapter::Weights(_) => 1.0,
        };
        let mut reasons: Vec<Reason> = effects
            .into_iter()
            .filter(|(_, effect)| *effect != 0.0)
            .map(|(source, effect)| self.reason(&source, slope * effect, past, evidence, &usual))
            .collect();
        reasons.sort_by(|one, other| other.effect.abs().total_cmp(&one.effect.abs()));
        reasons
    }

    fn reason(
        &self,
        source: &Source,
        effect: f64,
        past: Past<'_>,
        evidence: &Evidence,
        usual: &Usual,
    ) -> Reason {
        let known = |value: f64| value.is_finite().then_some(value);
        match source {
            Source::Feature(index) => {
                let name = &self.columns().features[*index].name;
                let (name, of_cycle) = match cycle(name) {
                    Some(stem) => (stem, true),
                    None => (name.as_str(), false),
                };
                let value = evidence.features.get(*index).copied().and_then(known);
                let usually = usual.features.get(*index).copied().and_then(known);
                Reason {
                    name: name.to_owned(),
                    value: value.filter(|_| !of_cycle),
                    word: None,
                    usual: usually.filter(|_| !of_cycle),
                    effect,
                }
            }
            Source::Context(column) => Reason {
                name: self.columns().contexts[*column].clone(),
                value: None,
                word: word_of(evidence, *column),
                usual: None,
                effect,
            },
            Source::History(cause) => {
                let history = self.base.inputs.history();
                let words: Vec<String> =
                    cause.columns().iter().filter_map(|column| word_of(evidence, *column)).collect();
                Reason {
                    name: cause.name(self.columns()),
                    value: history.share(cause, past, evidence).map(|(share, _)| share),
                    word: (!words.is_empty()).then(|| words.join(", ")),
                    usual: history.share(&Cause::Usual, past, evidence).map(|(share, _)| share),
                    effect,
                }
            }
        }
    }

    /// What each dense input is about.
    fn sources(&self) -> Vec<Source> {
        let features = &self.columns().features;
        let of_feature = (0..features.len()).map(|index| {
            let stem = cycle(&features[index].name);
            let first = features.iter().position(|other| stem.is_some() && cycle(&other.name) == stem);
            Source::Feature(first.unwrap_or(index))
        });
        let of_history =
            self.base.inputs.history().names().into_iter().map(|(_, cause)| Source::History(cause));
        of_feature.chain(of_history).collect()
    }

    fn word_weight(&self, weights: &Weights, word: usize) -> f64 {
        weights.weights.get(self.base.inputs.dense() + word).copied().unwrap_or_default()
    }

    /// What was usual in the latest moments the person answered about; the average of everybody before the first.
    fn usual(&self, past: Past<'_>) -> Usual {
        let inputs = &self.base.inputs;
        let skipped = past.examples().len().saturating_sub(MOMENTS_OF_USUAL);
        let moments: Vec<(Row, &[f64])> = past
            .examples_with_past()
            .skip(skipped)
            .map(|(before, example)| {
                (inputs.row(before, &example.evidence), example.evidence.features.as_slice())
            })
            .collect();
        let dense = (0..inputs.dense())
            .map(|index| median(moments.iter().map(|(row, _)| row.dense[index])).unwrap_or_default())
            .collect();
        let features = (0..self.columns().features.len())
            .map(|index| {
                let values = moments.iter().filter_map(|(_, features)| features.get(index).copied());
                median(values.filter(|value| !value.is_nan())).unwrap_or(f64::NAN)
            })
            .collect();
        let mut words = BTreeMap::new();
        for (row, _) in &moments {
            for word in &row.words {
                *words.entry(*word).or_default() += 1.0 / moments.len() as f64;
            }
        }
        Usual { dense, words, features }
    }
}

/// `hour` of `hour_sin` and `hour_cos`: two numbers of one cycle.
fn cycle(name: &str) -> Option<&str> {
    name.strip_suffix("_sin").or_else(|| name.strip_suffix("_cos"))
}

fn word_of(evidence: &Evidence, column: usize) -> Option<String> {
    evidence.contexts.get(column)?.as_deref().map(str::to_owned)
}

fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        count if count % 2 == 1 => Some(values[middle]),
        _ => Some(f64::midpoint(values[middle - 1], values[middle])),
    }
}
