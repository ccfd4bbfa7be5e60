//! What is one person's own about the network? A small change of it that leaves the network itself as it was.
//!
//! ```text
//! intercept   own · log-odds + own                         two numbers
//! weights     norms, votes, the linear part, thresholds    replaced, pulled to everybody's
//! low rank    W + A·B of every matrix, and thresholds      a few thousand numbers
//! ```
//!
//! Low-rank adapters: Hu et al. 2021, arXiv:2106.09685; small parts instead of all weights: Ben Zaken, Ravfogel and Goldberg 2021,
//! arXiv:2106.10199; intercept and slope of log-odds: Platt 1999.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::batch::Batch;
use super::chance::{self, Purpose};
use super::device;
use super::encoder::Encoded;
use super::layers::{Layers, Leaf};
use super::model::{Base, NetworkModel};
use super::optimiser::{self, AdamW, Moments};
use super::step::{self, Targets};
use super::weights::{Array, Weights};
use crate::dataset::{Example, Past};
use crate::estimator::{ModelError, Seed, Stage, Tensors};

/// The rank of a low-rank change.
const RANK: usize = 2;
/// Steps on all the person's answers; few answers, few steps.
const STEPS: usize = 40;
const LEARNING_RATE: f64 = 5e-3;
/// Pull of what is changed back to the network, per unit of the learning rate.
const PULL: f32 = 1.0;
/// The latest answers a person's change is learnt from.
const LATEST: usize = 512;
/// Deviations a person's own intercept and the logarithm of their slope are expected to have.
const INTERCEPT_DEVIATION: f64 = 1.0;
const CONFIDENCE_DEVIATION: f64 = 0.5;

/// One person's change.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Adapter {
    stage: Stage,
    pub(super) own: Own,
    replaced: Vec<Array>,
    low_rank: Vec<LowRank>,
}

/// One person's base rate and confidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Own {
    pub(super) intercept: f64,
    pub(super) log_confidence: f64,
}

/// A change of one matrix.
#[derive(Clone, Debug, PartialEq)]
struct LowRank {
    matrix: String,
    /// `[in, rank]`.
    down: Array,
    /// `[rank, out]`; begins as nothing.
    up: Array,
}

/// The settings of an adapter file.
#[derive(Serialize, Deserialize)]
struct Kept {
    adapter: Stage,
    network: String,
    own: Own,
}

/// A person's answers as the network sees them.
struct Lessons {
    encoded: Vec<Encoded>,
    answers: Vec<i32>,
}

impl Adapter {
    /// The person's change at most as deep as `stage`; `None` if they answered too little.
    pub(super) fn fit(base: &Base, past: Past<'_>, stage: Stage) -> Option<Self> {
        let lessons = Lessons::of(base, past);
        let yes =
            lessons.answers.iter().filter(|answer| base.encoder.columns.question.is_yes(**answer)).count();
        let rarer = yes.min(lessons.answers.len() - yes);
        let (answers_needed, rarer_needed) = match stage {
            Stage::Normalised => return None,
            Stage::Intercept => (3, 0),
            Stage::Weights => (10, 2),
            Stage::LowRank => (20, 4),
        };
        if lessons.answers.len() < answers_needed || rarer < rarer_needed {
            return None;
        }
        match stage {
            Stage::Normalised | Stage::Intercept => Some(Self::intercept(base, &lessons)),
            Stage::Weights => {
                Self::empty(stage, replaceable(&base.weights), Vec::new()).learn(base, &lessons)
            }
            Stage::LowRank => {
                let replaced =
                    base.weights.arrays.iter().filter(|array| array.name == "thresholds_bias").cloned();
                Self::empty(stage, replaced.collect(), low_rank(&base.weights)).learn(base, &lessons)
            }
        }
    }

    const fn empty(stage: Stage, replaced: Vec<Array>, low_rank: Vec<LowRank>) -> Self {
        Self { stage, own: Own { intercept: 0.0, log_confidence: 0.0 }, replaced, low_rank }
    }

    fn intercept(base: &Base, lessons: &Lessons) -> Self {
        let network = NetworkModel::of(std::sync::Arc::new(base.clone()), None);
        let question = base.thresholds.question;
        let log_odds = network.log_odds(&lessons.encoded).into_iter().map(|row| row[question]);
        let is_yes = |answer: &i32| f64::from(u8::from(base.encoder.columns.question.is_yes(*answer)));
        let own = Own::fit(&log_odds.zip(lessons.answers.iter().map(is_yes)).collect::<Vec<_>>());
        Self { own, ..Self::empty(Stage::Intercept, Vec::new(), Vec::new()) }
    }

    /// Steps down the loss on the person's answers; `None` if the numbers go astray.
    fn learn(mut self, base: &Base, lessons: &Lessons) -> Option<Self> {
        let device = device::processor().autodiff();
        let frozen = base.weights.place(&device);
        let targets = Targets::of(&base.thresholds, &lessons.answers, 0.0);
        let inputs = Batch::of(&lessons.encoded, base.layout).place(base.layout, &device);
        let mut moments = Moments::default();
        let start: Vec<Vec<f32>> = self.arrays().map(|array| array.values.clone()).collect();
        for _ in 0..STEPS {
            let learning: Vec<Leaf> =
                self.arrays().map(|array| Leaf::place(array, &device).learning()).collect();
            let layers = Layers::of(&base.architecture, &self.leaves(&base.weights, &frozen, &learning));
            let mut lesson = step::learn(&layers, &learning, inputs.clone(), &targets, &[]);
            let norm = optimiser::clip(&mut lesson.gradients, 1.0);
            if !lesson.loss.is_finite() || !norm.is_finite() {
                return None;
            }
            let mut arrays: Vec<Array> = self.arrays().cloned().collect();
            AdamW::usual(0.0).step(&mut arrays, &lesson.gradients, &mut moments, LEARNING_RATE);
            self.take(pulled(arrays, &start));
        }
        Some(self)
    }

    /// What is learnt: replaced arrays, then both halves of each low-rank change.
    fn arrays(&self) -> impl Iterator<Item = &Array> {
        self.replaced.iter().chain(self.low_rank.iter().flat_map(|change| [&change.down, &change.up]))
    }

    fn take(&mut self, arrays: Vec<Array>) {
        let halves = self.low_rank.iter_mut().flat_map(|change| [&mut change.down, &mut change.up]);
        for (place, array) in self.replaced.iter_mut().chain(halves).zip(arrays) {
            *place = array;
        }
    }

    /// The network's leaves with the change in them; `learning` are those of [`Self::arrays`].
    fn leaves(&self, weights: &Weights, frozen: &[Leaf], learning: &[Leaf]) -> Vec<Leaf> {
        let replaced = self.replaced.iter().zip(learning);
        let halves = learning[self.replaced.len()..].chunks_exact(2);
        let changes = self.low_rank.iter().zip(halves);
        let of = |(array, leaf): (&Array, &Leaf)| {
            if let Some((_, own)) = replaced.clone().find(|(own, _)| own.name == array.name) {
                return own.clone();
            }
            let change = changes.clone().find(|(change, _)| change.matrix == array.name);
            match (change.map(|(_, halves)| halves), leaf) {
                (Some([Leaf::Matrix(down), Leaf::Matrix(up)]), Leaf::Matrix(matrix)) => {
                    let change: Tensor<2> = down.clone().matmul(up.clone());
                    Leaf::Matrix(matrix.clone() + change)
                }
                _ => leaf.clone(),
            }
        };
        weights.arrays.iter().zip(frozen).map(of).collect()
    }

    /// The weights with the change in them.
    pub(super) fn applied(&self, weights: &Weights) -> Weights {
        let mut changed = weights.clone();
        for own in &self.replaced {
            if let Some(array) = changed.array_mut(&own.name) {
                array.values.clone_from(&own.values);
            }
        }
        for LowRank { matrix, down, up } in &self.low_rank {
            let Some(array) = changed.array_mut(matrix) else { continue };
            let (rank, columns) = (up.shape[0], up.shape[1]);
            for (row, down) in array.values.chunks_exact_mut(columns).zip(down.values.chunks_exact(rank)) {
                for (down, up) in down.iter().zip(up.values.chunks_exact(columns)) {
                    row.iter_mut().zip(up).for_each(|(value, up)| *value += down * up);
                }
            }
        }
        changed
    }

    /// Whether a file holds an adapter, not a network.
    pub(super) fn is_in(tensors: &Tensors) -> bool {
        tensors.settings.get("adapter").is_some()
    }

    /// What a file keeps of it: nothing of the network.
    pub(super) fn tensors(&self, base: &Base) -> Tensors {
        let kept = Kept { adapter: self.stage, network: base.digest(), own: self.own };
        Tensors {
            settings: serde_json::to_value(kept).unwrap_or_default(),
            arrays: Weights { arrays: self.arrays().cloned().collect() }.named(),
        }
    }

    /// The adapter a file holds, if it was made for `base`.
    pub(super) fn from_tensors(tensors: &Tensors, base: &Base) -> Result<Self, ModelError> {
        let fault = |reason: &str| ModelError::File { reason: reason.to_owned() };
        let kept = Kept::deserialize(&tensors.settings).map_err(|error| fault(&error.to_string()))?;
        if kept.network != base.digest() {
            return Err(fault("it is an adapter of another network; adapt again"));
        }
        let blank = match kept.adapter {
            Stage::Normalised | Stage::Intercept => Self::empty(kept.adapter, Vec::new(), Vec::new()),
            Stage::Weights => Self::empty(kept.adapter, replaceable(&base.weights), Vec::new()),
            Stage::LowRank => {
                let replaced =
                    base.weights.arrays.iter().filter(|array| array.name == "thresholds_bias").cloned();
                Self::empty(kept.adapter, replaced.collect(), low_rank(&base.weights))
            }
        };
        let found = |array: &Array| {
            let fits = |other: &&(String, Vec<usize>, Vec<f32>)| {
                other.0 == array.name
                    && other.1 == array.shape
                    && other.2.len() == array.values.len()
                    && other.2.iter().all(|value| value.is_finite())
            };
            let (_, _, values) = tensors
                .arrays
                .iter()
                .find(fits)
                .ok_or_else(|| fault("an array of the adapter is missing"))?;
            Ok::<_, ModelError>(Array { values: values.clone(), ..array.clone() })
        };
        let arrays = blank.arrays().map(found).collect::<Result<_, _>>()?;
        if !(kept.own.intercept.is_finite() && kept.own.log_confidence.is_finite()) {
            return Err(fault("the intercept of the adapter is no number"));
        }
        let mut adapter = Self { own: kept.own, ..blank };
        adapter.take(arrays);
        Ok(adapter)
    }
}

impl Own {
    /// The person's log-odds for the network's.
    pub(super) fn log_odds(self, log_odds: f64) -> f64 {
        self.log_confidence.exp() * log_odds + self.intercept
    }

    /// The likeliest for these log-odds and whether the answer was yes, by Gauss-Newton steps that are halved until they help.
    fn fit(answers: &[(f64, f64)]) -> Self {
        let cost = |own: Self| {
            let misses: f64 = answers.iter().map(|(z, yes)| step::log_loss(own.log_odds(*z), *yes)).sum();
            let surprise = (own.intercept / INTERCEPT_DEVIATION).powi(2)
                + (own.log_confidence / CONFIDENCE_DEVIATION).powi(2);
            misses + 0.5 * surprise
        };
        let mut own = Self::default();
        for _ in 0..50 {
            let (ridge, slope_ridge) = (INTERCEPT_DEVIATION.powi(-2), CONFIDENCE_DEVIATION.powi(-2));
            let mut gradient = [own.intercept * ridge, own.log_confidence * slope_ridge];
            let mut curvature = [ridge, 0.0, slope_ridge];
            for (z, yes) in answers {
                let scaled = own.log_confidence.exp() * z;
                let p = 1.0 / (1.0 + (-own.log_odds(*z)).exp());
                gradient[0] += p - yes;
                gradient[1] += (p - yes) * scaled;
                let weight = p * (1.0 - p);
                curvature[0] += weight;
                curvature[1] += weight * scaled;
                curvature[2] += weight * scaled * scaled;
            }
            let determinant = curvature[0] * curvature[2] - curvature[1] * curvature[1];
            let change = [
                (curvature[2] * gradient[0] - curvature[1] * gradient[1]) / determinant,
                (curvature[0] * gradient[1] - curvature[1] * gradient[0]) / determinant,
            ];
            let moved = |share: f64| Self {
                intercept: own.intercept - share * change[0],
                log_confidence: own.log_confidence - share * change[1],
            };
            let better = [1.0, 0.5, 0.25, 0.125].into_iter().map(moved).find(|next| cost(*next) < cost(own));
            match better {
                Some(next) => own = next,
                None => break,
            }
        }
        own
    }
}

impl Lessons {
    fn of(base: &Base, past: Past<'_>) -> Self {
        let examples = past.examples();
        let first = examples.len().saturating_sub(LATEST);
        let encode = |index: usize| {
            let Example { evidence, .. } = &examples[index];
            let known = examples[..index].partition_point(|earlier| earlier.answer.answered < evidence.at);
            base.encoder.encode(&base.encoder.usual(Past::of(&examples[..known])), evidence)
        };
        Self {
            encoded: (first..examples.len()).map(encode).collect(),
            answers: examples[first..].iter().map(|example| example.answer.value).collect(),
        }
    }
}

/// Small parts that a person may have of their own: what is no matrix of the blocks, the stem or the attention.
fn replaceable(weights: &Weights) -> Vec<Array> {
    let own = |array: &&Array| {
        array.name.ends_with("gain") || ["vote", "wide", "thresholds_bias"].contains(&array.name.as_str())
    };
    weights.arrays.iter().filter(own).cloned().collect()
}

/// No change yet of every matrix that mixes.
fn low_rank(weights: &Weights) -> Vec<LowRank> {
    let mut generator = chance::stream(Seed(0), Purpose::Adapter);
    let mixing = weights.arrays.iter().filter(|array| array.is_matrix() && array.shape[1] > 1);
    let change = |array: &Array| {
        let (inputs, outputs) = (array.shape[0], array.shape[1]);
        let deviation = 1.0 / (inputs as f64).sqrt();
        LowRank {
            matrix: array.name.clone(),
            down: Array {
                name: format!("{}_down", array.name),
                shape: vec![inputs, RANK],
                values: chance::normals(&mut generator, inputs * RANK, deviation),
            },
            up: Array {
                name: format!("{}_up", array.name),
                shape: vec![RANK, outputs],
                values: vec![0.0; RANK * outputs],
            },
        }
    };
    mixing.map(change).collect()
}

/// `arrays` a little nearer to where they started.
fn pulled(mut arrays: Vec<Array>, start: &[Vec<f32>]) -> Vec<Array> {
    let pull = PULL * LEARNING_RATE as f32;
    for (array, start) in arrays.iter_mut().zip(start) {
        for (value, start) in array.values.iter_mut().zip(start) {
            *value += pull * (start - *value);
        }
    }
    arrays
}
