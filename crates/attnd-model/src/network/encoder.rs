//! What does the network see of a moment? Its signals and its environment against what is usual for the person.
//!
//! Numbers are set against the person's own mean and deviation, drawn to everybody's by a few pretended examples: a new
//! person begins with everybody's. What is usual comes from the person's past alone, while training as while predicting.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::dataset::{Columns, Evidence, Example, Past};

/// Answers of the past that say what is usual: the latest so many. Bounds the time of a prediction.
const LONGEST_PAST: usize = 256;
/// Words that are used less often are not learnt.
const RAREST_WORD: usize = 5;
/// Deviations beyond which a number is no further from usual.
const FARTHEST: f64 = 6.0;

/// Everything learnt about inputs; made from the training part alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Encoder {
    /// What the examples have.
    pub(crate) columns: Columns,
    /// Per channel.
    channels: Vec<Spread>,
    /// Per feature.
    features: Vec<Spread>,
    /// Features that were missing somewhere: for these it is an input.
    missing: Vec<usize>,
    /// Per context, the words that are learnt.
    words: Vec<Vec<String>>,
    /// How many examples everybody's spread weighs against the person's own.
    prior_examples: f64,
}

/// Where a number usually is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Spread {
    mean: f64,
    deviation: f64,
}

/// One example as numbers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Encoded {
    /// `[channel][step]` in one row, in the person's own deviations; NaN where nothing was measured.
    pub(crate) signals: Vec<f32>,
    /// One number per [`Encoder::sources`].
    pub(crate) environment: Vec<f32>,
}

/// What a number of the environment comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// The feature's number or whether it is missing.
    Feature(usize),
    /// A word of a context.
    Context(usize),
    /// How much of a channel was measured.
    Channel(usize),
}

/// What is usual for one person.
#[derive(Clone, Debug)]
pub(crate) struct Usual {
    channels: Vec<Spread>,
    features: Vec<Spread>,
}

/// Sums of one column over something.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    examples: f64,
    count: f64,
    sum: f64,
    squares: f64,
}

impl Encoder {
    /// Learns spreads and words from `examples`, all of the training part.
    pub(crate) fn fit<'a>(
        columns: Columns,
        examples: impl Iterator<Item = &'a Example>,
        prior_examples: f64,
    ) -> Self {
        let channel_count = columns.shape.as_ref().map_or(0, |shape| shape.channels.len());
        let mut channels = vec![Sums::default(); channel_count];
        let mut features = vec![Sums::default(); columns.features.len()];
        let mut absent = vec![0_usize; columns.features.len()];
        let mut words = vec![BTreeMap::<Arc<str>, usize>::new(); columns.contexts.len()];
        for Example { evidence, .. } in examples {
            for (sums, channel) in channels.iter_mut().zip(signals(evidence)) {
                sums.add(channel.iter().map(|value| f64::from(*value)));
            }
            for ((sums, value), absent) in features.iter_mut().zip(&evidence.features).zip(&mut absent) {
                sums.add([*value]);
                *absent += usize::from(!value.is_finite());
            }
            for (seen, word) in words.iter_mut().zip(&evidence.contexts) {
                if let Some(word) = word {
                    *seen.entry(word.clone()).or_default() += 1;
                }
            }
        }
        let kept = |seen: &BTreeMap<Arc<str>, usize>| {
            let often = seen.iter().filter(|(_, count)| **count >= RAREST_WORD);
            often.map(|(word, _)| word.to_string()).collect()
        };
        Self {
            channels: channels.iter().map(Sums::spread).collect(),
            features: features.iter().map(Sums::spread).collect(),
            missing: (0..absent.len()).filter(|index| absent[*index] > 0).collect(),
            words: words.iter().map(kept).collect(),
            columns,
            prior_examples,
        }
    }

    /// Where each number of the environment comes from.
    pub(crate) fn sources(&self) -> Vec<Source> {
        let numbers = (0..self.features.len()).map(Source::Feature);
        let missing = self.missing.iter().map(|index| Source::Feature(*index));
        let words = self.words.iter().enumerate();
        let words = words.flat_map(|(index, words)| words.iter().map(move |_| Source::Context(index)));
        let measured = (0..self.channels.len()).map(Source::Channel);
        numbers.chain(missing).chain(words).chain(measured).collect()
    }

    /// What is usual for the person of this past.
    pub(crate) fn usual(&self, past: Past<'_>) -> Usual {
        let examples = past.examples();
        let latest = &examples[examples.len().saturating_sub(LONGEST_PAST)..];
        let mut channels = vec![Sums::default(); self.channels.len()];
        let mut features = vec![Sums::default(); self.features.len()];
        for Example { evidence, .. } in latest {
            for (sums, channel) in channels.iter_mut().zip(signals(evidence)) {
                sums.add(channel.iter().map(|value| f64::from(*value)));
            }
            for (sums, value) in features.iter_mut().zip(&evidence.features) {
                sums.add([*value]);
            }
        }
        let own = |(sums, all): (&Sums, &Spread)| sums.shrunk(*all, self.prior_examples);
        Usual {
            channels: channels.iter().zip(&self.channels).map(own).collect(),
            features: features.iter().zip(&self.features).map(own).collect(),
        }
    }

    /// The numbers of `evidence`. Signals of another shape than the data set's are as good as missing.
    pub(crate) fn encode(&self, usual: &Usual, evidence: &Evidence) -> Encoded {
        let steps = self.steps();
        let mut measured = Vec::with_capacity(self.channels.len());
        let mut values = Vec::with_capacity(self.channels.len() * steps);
        for (index, own) in usual.channels.iter().enumerate() {
            let channel = signals(evidence).get(index).filter(|channel| channel.len() == steps);
            let before = values.len();
            match channel {
                Some(channel) => {
                    values.extend(channel.iter().map(|value| own.bounded(f64::from(*value)) as f32));
                }
                None => values.extend(std::iter::repeat_n(f32::NAN, steps)),
            }
            let present = values[before..].iter().filter(|value| value.is_finite()).count();
            measured.push(present as f32 / steps.max(1) as f32);
        }
        let number = |index: usize| {
            let value = evidence.features.get(index).copied().unwrap_or(f64::NAN);
            usual.features[index].bounded(value)
        };
        let present = |value: f64| if value.is_finite() { value as f32 } else { 0.0 };
        let mut environment: Vec<f32> =
            (0..self.features.len()).map(|index| present(number(index))).collect();
        environment.extend(self.missing.iter().map(|index| f32::from(!number(*index).is_finite())));
        for (index, words) in self.words.iter().enumerate() {
            let now = evidence.contexts.get(index).and_then(Option::as_deref);
            environment.extend(words.iter().map(|word| f32::from(now == Some(word.as_str()))));
        }
        environment.extend(measured);
        Encoded { signals: values, environment }
    }

    /// Steps of each channel.
    pub(crate) fn steps(&self) -> usize {
        self.columns.shape.as_ref().map_or(0, |shape| shape.steps)
    }

    /// How many channels.
    pub(crate) const fn channels(&self) -> usize {
        self.channels.len()
    }

    /// Whether lists are as long as the columns say: a file may claim anything.
    pub(crate) fn fits(&self) -> bool {
        let channels = self.columns.shape.as_ref().map_or(0, |shape| shape.channels.len());
        self.channels.len() == channels
            && self.features.len() == self.columns.features.len()
            && self.words.len() == self.columns.contexts.len()
            && self.missing.iter().all(|index| *index < self.features.len())
            && self.channels.iter().chain(&self.features).all(|spread| spread.deviation > 0.0)
    }
}

impl Spread {
    fn bounded(self, value: f64) -> f64 {
        ((value - self.mean) / self.deviation).clamp(-FARTHEST, FARTHEST)
    }
}

impl Sums {
    fn add(&mut self, values: impl IntoIterator<Item = f64>) {
        let before = self.count;
        for value in values.into_iter().filter(|value| value.is_finite()) {
            self.count += 1.0;
            self.sum += value;
            self.squares += value * value;
        }
        self.examples += f64::from(u8::from(self.count > before));
    }

    fn mean_and_variance(&self) -> (f64, f64) {
        let mean = self.sum / self.count.max(1.0);
        (mean, (self.squares / self.count.max(1.0) - mean * mean).max(0.0))
    }

    /// Where a number usually is; a column that never changes says nothing and is left as it is.
    fn spread(&self) -> Spread {
        let (mean, variance) = self.mean_and_variance();
        let deviation = if variance > 1e-12 * mean * mean && variance > 0.0 { variance.sqrt() } else { 1.0 };
        Spread { mean, deviation }
    }

    /// The person's own, weighed against `prior` examples of everybody's. One that hardly ever changes for the person is
    /// held to a twentieth of everybody's deviation: else the least change would be without measure.
    fn shrunk(&self, all: Spread, prior: f64) -> Spread {
        let (mean, variance) = self.mean_and_variance();
        let weight = self.examples / (self.examples + prior).max(f64::MIN_POSITIVE);
        let variance = weight * variance + (1.0 - weight) * all.deviation * all.deviation;
        Spread {
            mean: all.mean + weight * (mean - all.mean),
            deviation: variance.sqrt().max(0.05 * all.deviation),
        }
    }
}

fn signals(evidence: &Evidence) -> &[Vec<f32>] {
    evidence.signals.as_ref().map_or(&[], |signals| &signals.values)
}
