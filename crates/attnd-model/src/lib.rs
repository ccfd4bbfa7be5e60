//! How focused, how loaded? Data sets that cannot leak, estimators, calibration, explanation and
//! honest reports.
//!
//! ```text
//! Dataset ── split ──► Training ─► Estimator::fit ─► Model ─┐
//!    │                                                       ├─► Prediction ─► calibrate ─► report
//!    └──────────────► Held: evidence, and what was answered before it ┘
//! ```
//!
//! Everything is a pure function of its arguments and a seed. An estimator is handed a
//! [`dataset::Training`] and nothing else; a model is handed one moment's [`dataset::Evidence`] and
//! the answers given *before* it. What is to be predicted is in neither.

pub mod baseline;
pub mod calibrate;
pub mod card;
pub mod compact;
pub mod conformal;
pub mod continual;
pub mod dataset;
pub mod estimator;
pub mod estimators;
pub mod evaluate;
pub mod file;
pub mod hierarchical;
pub mod history;
pub mod metric;
#[cfg(feature = "network")]
pub mod network;
pub mod personal;
pub mod report;
pub mod rocket;
pub mod rules;
#[cfg(feature = "network")]
pub mod sentence;
pub mod tune;

pub use baseline::BASELINES;
pub use card::{Card, DataSummary};
pub use dataset::split::{self, Fold, Folds, Held, Known};
pub use dataset::{
    Answer, Columns, Dataset, DatasetBuilder, Evidence, Example, Feature, Past, Person, Question, Training,
};
pub use estimator::{
    AttentionWeights, Estimator, Model, ModelError, Prediction, Progress, Reason, Run, Seed,
};
pub use estimators::{ESTIMATORS, EstimatorKind};
pub use evaluate::{Evaluation, PersonJudged, Verdict};
pub use file::ModelFile;
pub use report::Report;
pub use rules::RulesModel;
#[cfg(feature = "network")]
pub use sentence::{SentenceEncoder, SentenceError};
