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

pub mod continual;
pub mod dataset;
pub mod estimator;

pub use dataset::{Answer, Dataset, Evidence, Example, Feature, Held, Past, Person, Question, Training};
pub use estimator::{AttentionWeights, Estimator, Model, Prediction, Progress, Reason, Run, Seed};
