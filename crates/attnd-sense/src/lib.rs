//! What does the raw sensing say? Transforms, categories and queries over events: pure in, pure out.

pub mod answers;
pub mod category;
pub mod export;
pub mod feature;
pub mod features;
pub mod flow;
pub mod labelled;
pub mod measure;
pub mod pattern;
mod pattern_set;
pub mod query;
pub mod recording;
pub mod reviews;
pub mod simulate;
pub mod track;
pub mod transform;
