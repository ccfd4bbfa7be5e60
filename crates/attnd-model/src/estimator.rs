//! What can learn from examples, and what comes of it? One trait for every estimator, one for every model.

use std::fmt;

use attnd_core::TimeRange;
use serde::{Deserialize, Serialize};

use crate::dataset::{DatasetError, Evidence, Past, Training};

/// Where all randomness of a run comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seed(pub u64);

/// How likely is yes, and how likely each answer?
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// Probability of yes, strictly between 0 and 1.
    pub yes: f64,
    /// Probability of each answer of the scale from the lowest up, summing to one; empty where a model only
    /// knows yes and no.
    pub levels: Vec<f64>,
}

/// One cause of a prediction, in the order of its weight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The feature or context it comes from: a name of the data set's columns, or of the person's own past answers.
    pub name: String,
    /// The value now; `None` for words.
    pub value: Option<f64>,
    /// The word now, for contexts.
    pub word: Option<String>,
    /// What is usual for this person (their running median); `None` if unknown.
    pub usual: Option<f64>,
    /// What it adds to the log-odds of yes, against the person's own usual. All reasons and the base add up to the prediction's log-odds where the model is linear.
    pub effect: f64,
}

/// Something a long run reports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Progress {
    /// An epoch of training ended.
    Epoch {
        /// From 1.
        epoch: usize,
        /// Of at most so many.
        of: usize,
        /// Log-loss on what it learns from.
        training_loss: f64,
        /// Log-loss on people held out for stopping early.
        held_loss: Option<f64>,
        /// The learning rate it ended with.
        learning_rate: f64,
    },
    /// A piece of known work was done: folds, people, trials.
    Piece {
        /// What kind: `fold`, `trial`.
        what: String,
        /// How many are done.
        done: usize,
        /// Of so many.
        of: usize,
    },
    /// Something is done otherwise than asked: no GPU, so the processor.
    Notice {
        /// What and why, one sentence.
        text: String,
    },
}

/// Which moments of the raw signals carried a prediction: what an attention head looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttentionWeights {
    /// The time of each moment, oldest first.
    pub times: Vec<TimeRange>,
    /// The share of attention each got; they sum to one.
    pub weights: Vec<f64>,
    /// What each adds to the log-odds of yes.
    pub effects: Vec<f64>,
}

/// What a fit may use besides the examples.
pub struct Run<'a> {
    /// Where randomness comes from.
    pub seed: Seed,
    /// Told about progress.
    pub watch: &'a mut dyn FnMut(Progress),
    /// Keeps and finds checkpoints; long fits go on from the last one.
    pub checkpoints: Option<&'a mut dyn Checkpoints>,
}

/// Where unfinished training is kept between runs.
pub trait Checkpoints {
    /// The last kept state, if any.
    fn last(&mut self) -> Option<Vec<u8>>;
    /// Keeps a state instead of the last.
    ///
    /// # Errors
    /// The disk's.
    fn keep(&mut self, state: &[u8]) -> std::io::Result<()>;
}

/// Why a model could not be made, read or used. The message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// Nothing to learn from: too few people, examples or only one kind of answer.
    #[error("there is too little to learn from: {found} of at least {needed} {what}")]
    TooLittle {
        /// Of what: `answers`, `people`, `answers of the rarer kind`.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many it takes.
        needed: usize,
    },
    /// The columns of the examples are not those the model was made from.
    #[error("the model knows the columns {expected}, the data has {found}; train it again on this data")]
    Columns {
        /// What it was made from.
        expected: String,
        /// What came.
        found: String,
    },
    /// The examples make no data set.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// Not a model file, a broken one, or of another version.
    #[error(
        "this is no model attnd can use: {reason}; train it again, or go on without: the rules need no file"
    )]
    File {
        /// Why.
        reason: String,
    },
    /// Settings that are unknown or make no sense.
    #[error("these settings cannot be used: {reason}")]
    Settings {
        /// Which and why.
        reason: String,
    },
    /// The asked device is not there.
    #[error("{device} is not there; without it training runs on the processor")]
    Device {
        /// Which.
        device: String,
    },
    /// The numbers went astray and training stopped.
    #[error("training stopped: {reason}")]
    Diverged {
        /// Why.
        reason: String,
    },
    /// The disk refused.
    #[error("the model could not be kept or read: {0}")]
    Io(#[from] std::io::Error),
}

impl Prediction {
    /// The nearest a probability comes to 0 and 1: nobody is ever certain of what a person will say.
    pub const LEAST: f64 = 1e-6;

    /// Yes with this probability, kept between [`Self::LEAST`] and one less it; NaN is one half, nothing is known.
    #[must_use]
    pub fn yes_or_no(yes: f64) -> Self {
        let yes = if yes.is_nan() { 0.5 } else { yes.clamp(Self::LEAST, 1.0 - Self::LEAST) };
        Self { yes, levels: Vec::new() }
    }
}

/// Learns a model from examples. Same examples, same seed, same model.
pub trait Estimator: Send + Sync {
    /// A stable name: `rules`, `hierarchical`, `minirocket`, `network`.
    fn name(&self) -> &'static str;

    /// Learns from `training` and nothing else; normalisers and vocabularies are part of what is learnt.
    ///
    /// # Errors
    /// [`ModelError`] when there is too little to learn from.
    fn fit(&self, training: Training<'_>, run: &mut Run<'_>) -> Result<Box<dyn Model>, ModelError>;
}

/// Predicts. Made by an [`Estimator`] or read from a file.
pub trait Model: Send + Sync + fmt::Debug {
    /// The estimator's name.
    fn name(&self) -> &'static str;

    /// How likely is yes, from what was known of a moment and from what the person had answered before it. Missing numbers
    /// are allowed everywhere; the answer is always a probability.
    fn predict(&self, past: Past<'_>, evidence: &Evidence) -> Prediction;

    /// The causes of that prediction, strongest first; empty where a model cannot say.
    fn explain(&self, past: Past<'_>, evidence: &Evidence) -> Vec<Reason>;

    /// Which moments of the raw signals carried that prediction; `None` where a model reads none.
    fn attention(&self, _past: Past<'_>, _evidence: &Evidence) -> Option<AttentionWeights> {
        None
    }

    /// This model fitted to one person by what they answered so far, at most as closely as `stage`; `None` where the model has no such stage or the past is too short for it.
    /// The base is not changed: what is made keeps only what differs.
    fn adapted(&self, past: Past<'_>, stage: Stage) -> Option<Box<dyn Model>>;

    /// What has to be kept of it, for the model file.
    fn tensors(&self) -> Tensors;
}

/// How closely a model may be fitted to one person; each must beat the one before on that person's later answers, or is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// As it was learnt from others; only inputs are set against the person's own usual.
    Normalised,
    /// The person's own base rate and confidence: an intercept and a temperature.
    Intercept,
    /// The person's own weights, pulled to the global ones by a ridge.
    Weights,
    /// A low-rank change of the network's layers (LoRA).
    LowRank,
}

/// Named arrays and one JSON document of settings: what a model file holds of a model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tensors {
    /// Settings, vocabularies, column names.
    pub settings: serde_json::Value,
    /// Name, shape and values, by name.
    pub arrays: Vec<(String, Vec<usize>, Vec<f32>)>,
}
