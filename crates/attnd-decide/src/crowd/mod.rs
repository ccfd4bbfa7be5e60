//! What is true, given what many said? Answers of several minds to the same units into one consensus each.
//!
//! ```text
//! AnswersBuilder ─► Answers + Gold ─► Aggregator ─► Consensus: posterior, minds, why
//! ```
//!
//! A **unit** is one question, a **mind** whoever answers (a person or a model), an **answer** what it said.
//! Crowd-Kit's columns `task, worker, label` are the names on the wire.

pub mod aggregator;
pub mod answers;
pub mod calibrate;
pub mod choose;
pub mod classifier;
pub mod consensus;
mod em;
pub mod fusion;
pub mod gamma;
pub mod given;
pub mod lbfgs;
pub mod method;
pub mod metric;
pub mod number;
pub mod ordinal;
pub mod pair;
pub mod shape;
pub mod simulate;
pub mod streaming;
pub mod words;

pub use aggregator::{Aggregator, AggregatorKind, CrowdError, Round, Run};
pub use answers::{Answer, Answers, AnswersBuilder, Gold, Names, Repeats};
pub use consensus::{Consensus, Minds, Posterior};
pub use method::{AGGREGATORS, named};
