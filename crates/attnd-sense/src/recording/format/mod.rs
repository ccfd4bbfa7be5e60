//! Which formats are there? One reader a file, one line in [`READERS`].

pub mod esports_load;
pub mod focus_survey;
pub mod table;
pub mod vr_load;

use super::RecordingReader;

/// Every reader; the first that recognises a file reads it, so the most particular come first.
pub const READERS: &[&dyn RecordingReader] =
    &[focus_survey::READER, vr_load::READER, esports_load::READER, table::READER];
