//! What is a text about? Features of any script, and judges trained on a person's own labels.
//!
//! ```text
//! text ─► Folded ─► features ─► Weigher ─► Row ─► Linear + Networks ─► Verdict: label, probability, scope
//! ```

pub mod address;
pub mod card;
pub mod classifier;
pub mod cue;
pub mod duplicate;
pub mod embedding;
pub mod evaluate;
pub mod file;
pub mod fold;
mod held_out;
pub mod linear;
pub mod network;
pub mod ngram;
pub mod problem;
pub mod reasons;
pub mod recipe;
pub mod sparse;
pub mod threshold;
pub mod tone;
pub mod urgency;
pub mod weigh;

pub use card::TextCard;
pub use classifier::{ClassifyRoom, Example, OUT_OF_SCOPE, TextClassifier, Verdict};
pub use embedding::{EncoderMark, Said, Vectors};
pub use evaluate::{Figures, Judged};
pub use problem::TextError;
pub use threshold::{Refusals, Threshold};
