//! How does a trained network answer? A probability, the moments its attention fell on, and reasons.

use std::collections::BTreeMap;
use std::sync::Arc;

use attnd_core::{Duration, TimeRange};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::NAME;
use super::adapter::Adapter;
use super::batch::{Batch, Layout};
use super::device;
use super::encoder::{Encoded, Encoder, Source};
use super::layers::{Layers, Outputs};
use super::step::{Thresholds, read};
use super::training::Trained;
use super::weights::{Architecture, Weights};
use crate::dataset::{Evidence, Past};
use crate::estimator::{AttentionWeights, Model, ModelError, Prediction, Reason, Stage, Tensors};

/// The layout of settings in a file; another one is refused.
const VERSION: u32 = 1;

/// A trained network, for everybody or adapted to one person.
#[derive(Clone, Debug)]
pub struct NetworkModel {
    pub(super) base: Arc<Base>,
    pub(super) adapter: Option<Adapter>,
    layers: Layers,
}

/// The network everybody shares; adapters never change it.
#[derive(Clone, Debug)]
pub(super) struct Base {
    pub(super) encoder: Encoder,
    pub(super) layout: Layout,
    pub(super) architecture: Architecture,
    pub(super) thresholds: Thresholds,
    pub(super) weights: Weights,
}

/// The settings of a model file, besides its arrays.
#[derive(Serialize, Deserialize)]
struct Kept {
    version: u32,
    encoder: Encoder,
    layout: Layout,
    architecture: Architecture,
}

impl NetworkModel {
    pub(super) fn new(trained: Trained) -> Self {
        let Trained { encoder, layout, architecture, weights } = trained;
        let thresholds = Thresholds::of(&encoder.columns.question);
        Self::of(Arc::new(Base { encoder, layout, architecture, thresholds, weights }), None)
    }

    pub(super) fn of(base: Arc<Base>, adapter: Option<Adapter>) -> Self {
        let changed = adapter.as_ref().map(|adapter| adapter.applied(&base.weights));
        let weights = changed.as_ref().unwrap_or(&base.weights);
        let layers = Layers::of(&base.architecture, &weights.place(&device::processor()));
        Self { base, adapter, layers }
    }

    /// The network a file holds.
    ///
    /// # Errors
    /// [`ModelError::File`] when settings and arrays do not fit together, or when it is one person's adapter.
    pub fn from_tensors(tensors: &Tensors) -> Result<Self, ModelError> {
        let fault = |reason: String| ModelError::File { reason };
        if Adapter::is_in(tensors) {
            return Err(fault("it is one person's adapter, which needs the network it was made for".into()));
        }
        let Kept { version, encoder, layout, architecture } =
            Kept::deserialize(&tensors.settings).map_err(|error| fault(error.to_string()))?;
        if version != VERSION {
            return Err(fault(format!("its network has version {version}, this program reads {VERSION}")));
        }
        let thresholds = Thresholds::of(&encoder.columns.question);
        let fits = encoder.fits()
            && architecture.plausible()
            && layout == Layout { steps_per_moment: layout.steps_per_moment.max(1), ..layout }
            && (layout.channels, layout.steps) == (encoder.channels(), encoder.steps())
            && (layout.moments(), layout.inputs()) == (architecture.moments, architecture.inputs)
            && encoder.sources().len() == architecture.environment
            && thresholds.values.len() == architecture.thresholds;
        if !fits {
            return Err(fault("the sizes in its settings do not fit together".into()));
        }
        let weights = architecture.collect(&tensors.arrays)?;
        Ok(Self::of(Arc::new(Base { encoder, layout, architecture, thresholds, weights }), None))
    }

    /// This network with the adapter of one person, as [`Model::tensors`] of an adapted one gave it.
    ///
    /// # Errors
    /// [`ModelError::File`] when the adapter was made for another network or is broken.
    pub fn with_adapter(&self, tensors: &Tensors) -> Result<Self, ModelError> {
        let adapter = Adapter::from_tensors(tensors, &self.base)?;
        Ok(Self::of(self.base.clone(), Some(adapter)))
    }

    /// How many numbers the network learnt.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.base.weights.count()
    }

    /// The share of attention that falls on moments alike to one another, whatever the surroundings: α of the equation.
    #[must_use]
    pub fn share_of_self_similarity(&self) -> f64 {
        let changed = self.adapter.as_ref().map(|adapter| adapter.applied(&self.base.weights));
        let weights = changed.as_ref().unwrap_or(&self.base.weights);
        let share = weights.arrays.iter().find(|array| array.name == "share");
        let log_odds = share.and_then(|share| share.values.first()).copied().unwrap_or(0.0);
        1.0 / (1.0 + (-f64::from(log_odds)).exp())
    }

    fn encode(&self, past: Past<'_>, evidence: &Evidence) -> Encoded {
        self.base.encoder.encode(&self.base.encoder.usual(past), evidence)
    }

    fn look(&self, examples: &[Encoded]) -> Outputs {
        let inputs = Batch::of(examples, self.base.layout).place(self.base.layout, &device::processor());
        self.layers.forward(inputs, &[])
    }

    /// Log-odds of reaching each threshold, one row per example.
    pub(super) fn log_odds(&self, examples: &[Encoded]) -> Vec<Vec<f64>> {
        let logits = read(self.look(examples).logits);
        let rows = logits.chunks_exact(self.base.thresholds.values.len());
        rows.map(|row| row.iter().map(|logit| self.own(f64::from(*logit))).collect()).collect()
    }

    fn own(&self, log_odds: f64) -> f64 {
        self.adapter.as_ref().map_or(log_odds, |adapter| adapter.own.log_odds(log_odds))
    }

    /// What each channel adds: the difference when it is as usual instead.
    fn channel_reasons(&self, past: Past<'_>, evidence: &Evidence, now: &Encoded) -> Vec<Reason> {
        let Base { encoder, layout, thresholds, .. } = &*self.base;
        let Some(shape) = &encoder.columns.shape else { return Vec::new() };
        let mut variants = vec![now.clone()];
        variants.extend((0..layout.channels).map(|channel| {
            let mut usual = now.clone();
            let steps = channel * layout.steps..(channel + 1) * layout.steps;
            let measured = usual.signals[steps].iter_mut().filter(|value| value.is_finite());
            measured.for_each(|value| *value = 0.0);
            usual
        }));
        let log_odds = self.log_odds(&variants);
        let of = |index: usize| log_odds.get(index).map_or(0.0, |row| row[thresholds.question]);
        let reason = |(channel, name): (usize, &String)| Reason {
            name: name.clone(),
            value: channel_mean(evidence, channel),
            word: None,
            usual: median(
                past.examples().iter().filter_map(|example| channel_mean(&example.evidence, channel)),
            ),
            effect: of(0) - of(channel + 1),
        };
        shape.channels.iter().enumerate().map(reason).collect()
    }

    /// What each column of the environment adds by itself: its part of the linear model.
    fn environment_reasons(&self, past: Past<'_>, evidence: &Evidence, now: &Encoded) -> Vec<Reason> {
        let wide = self.layers.wide();
        let scale = self.adapter.as_ref().map_or(1.0, |adapter| adapter.own.log_confidence.exp());
        let encoder = &self.base.encoder;
        let mut effects: BTreeMap<Source, f64> = BTreeMap::new();
        for ((source, weight), value) in encoder.sources().into_iter().zip(wide).zip(&now.environment) {
            *effects.entry(source).or_default() += scale * f64::from(weight * value);
        }
        let reason = |(source, effect): (Source, f64)| match source {
            Source::Feature(index) => {
                let values =
                    past.examples().iter().filter_map(|example| example.evidence.features.get(index));
                Some(Reason {
                    name: encoder.columns.features[index].name.clone(),
                    value: evidence.features.get(index).copied().filter(|value| value.is_finite()),
                    word: None,
                    usual: median(values.copied()),
                    effect,
                })
            }
            Source::Context(index) => Some(Reason {
                name: encoder.columns.contexts[index].clone(),
                value: None,
                word: evidence.contexts.get(index).cloned().flatten().map(|word| word.to_string()),
                usual: None,
                effect,
            }),
            // How much was measured is told with the channel itself.
            Source::Channel(_) => None,
        };
        effects.into_iter().filter_map(reason).collect()
    }

    fn kept(&self) -> Kept {
        let Base { encoder, layout, architecture, .. } = &*self.base;
        Kept {
            version: VERSION,
            encoder: encoder.clone(),
            layout: *layout,
            architecture: architecture.clone(),
        }
    }
}

impl Base {
    /// SHA-256 of the weights: an adapter names the network it was made for.
    pub(super) fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        for array in &self.weights.arrays {
            hasher.update(array.name.as_bytes());
            array.values.iter().for_each(|value| hasher.update(value.to_le_bytes()));
        }
        hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Model for NetworkModel {
    fn name(&self) -> &'static str {
        NAME
    }

    fn predict(&self, past: Past<'_>, evidence: &Evidence) -> Prediction {
        let rows = self.log_odds(&[self.encode(past, evidence)]);
        let thresholds = &self.base.thresholds;
        let Some(row) = rows.first() else { return Prediction::yes_or_no(f64::NAN) };
        let mut prediction = Prediction::yes_or_no(probability(row[thresholds.question]));
        if thresholds.ordinal() {
            prediction.levels = levels(row, thresholds.question, prediction.yes);
        }
        prediction
    }

    fn explain(&self, past: Past<'_>, evidence: &Evidence) -> Vec<Reason> {
        let now = self.encode(past, evidence);
        let mut reasons = self.channel_reasons(past, evidence, &now);
        reasons.extend(self.environment_reasons(past, evidence, &now));
        reasons.retain(|reason| reason.effect.is_finite() && reason.effect != 0.0);
        reasons.sort_by(|a, b| b.effect.abs().total_cmp(&a.effect.abs()));
        reasons
    }

    fn attention(&self, past: Past<'_>, evidence: &Evidence) -> Option<AttentionWeights> {
        let outputs = self.look(&[self.encode(past, evidence)]);
        let scale = self.adapter.as_ref().map_or(1.0, |adapter| adapter.own.log_confidence.exp());
        let weights: Vec<f64> = read(outputs.attention).into_iter().map(f64::from).collect();
        let votes = read(outputs.votes).into_iter();
        let effects = weights.iter().zip(votes).map(|(weight, vote)| scale * weight * f64::from(vote));
        let effects = effects.collect();
        let layout = self.base.layout;
        let step = self.base.encoder.columns.shape.as_ref()?.step.ns();
        let back = |steps: usize| {
            let length = step.saturating_mul(i64::try_from(steps).unwrap_or(i64::MAX));
            evidence.at.saturating_sub(Duration::from_ns(length))
        };
        let times = (0..layout.moments())
            .map(|moment| {
                let begin = (layout.moments() - moment) * layout.steps_per_moment;
                let (start, end) = (back(begin.min(layout.steps)), back(begin - layout.steps_per_moment));
                TimeRange::from(start, end.since(start))
            })
            .collect();
        Some(AttentionWeights { times, weights, effects })
    }

    fn adapted(&self, past: Past<'_>, stage: Stage) -> Option<Box<dyn Model>> {
        if stage == Stage::Normalised {
            return Some(Box::new(Self::of(self.base.clone(), None)));
        }
        let adapter = Adapter::fit(&self.base, past, stage)?;
        Some(Box::new(Self::of(self.base.clone(), Some(adapter))))
    }

    fn tensors(&self) -> Tensors {
        match &self.adapter {
            Some(adapter) => adapter.tensors(&self.base),
            None => Tensors {
                settings: serde_json::to_value(self.kept()).unwrap_or_default(),
                arrays: self.base.weights.named(),
            },
        }
    }
}

fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// Probability of each level from the log-odds of reaching each threshold, which `yes` fixes at `question`. A higher threshold
/// is never likelier to be reached than a lower one.
fn levels(log_odds: &[f64], question: usize, yes: f64) -> Vec<f64> {
    let mut reached: Vec<f64> = log_odds.iter().map(|log_odds| probability(*log_odds)).collect();
    reached[question] = yes;
    for index in question + 1..reached.len() {
        reached[index] = reached[index].min(reached[index - 1]);
    }
    for index in (0..question).rev() {
        reached[index] = reached[index].max(reached[index + 1]);
    }
    let lower = std::iter::once(1.0).chain(reached.iter().copied());
    lower.zip(reached.iter().copied().chain([0.0])).map(|(lower, higher)| lower - higher).collect()
}

fn channel_mean(evidence: &Evidence, channel: usize) -> Option<f64> {
    let values = evidence.signals.as_ref()?.values.get(channel)?;
    let (mut count, mut sum) = (0.0, 0.0);
    for value in values.iter().filter(|value| value.is_finite()) {
        count += 1.0;
        sum += f64::from(*value);
    }
    (count > 0.0).then(|| sum / count)
}

fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        count if count % 2 == 1 => Some(values[middle]),
        _ => Some(f64::midpoint(values[middle - 1], values[middle])),
    }
}
