//! How do recordings travel? Without their samples.

use std::collections::BTreeMap;

use attnd_core::Timestamp;
use attnd_core::recording::RecordingSummary;
use attnd_engine::recordings::{RecordingAction, RecordingChange, RecordingName};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A person's recordings.
#[derive(Serialize, ToSchema)]
#[schema(as = Recordings)]
pub(crate) struct RecordingsAnswer {
    /// Whose they are: the name of their folder in the data directory.
    pub(crate) person: String,
    /// By id.
    pub(crate) recordings: Vec<RecordingAnswer>,
}

/// One recording.
#[derive(Serialize, ToSchema)]
#[schema(as = Recording)]
pub(crate) struct RecordingAnswer {
    /// Its id.
    id: String,
    /// Which reader made it.
    format: String,
    /// Whom it is about, as its source names them.
    subject: String,
    /// What else its source says of it.
    tags: BTreeMap<String, String>,
    /// When it begins.
    #[schema(value_type = String, format = DateTime)]
    start: Timestamp,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    end: Timestamp,
    /// Samples, by stream.
    samples: BTreeMap<String, u64>,
    /// Answers.
    ratings: u64,
    /// What it takes on disk, bytes.
    bytes: u64,
}

/// What was done to recordings.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RecordingChange)]
pub(crate) struct RecordingChangeBody {
    /// What.
    action: ActionWord,
    /// To which.
    #[schema(max_items = 100_000)]
    recordings: Vec<RecordingNameBody>,
}

/// What can be done to recordings.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = RecordingAction)]
enum ActionWord {
    /// They were taken in.
    Import,
    /// They were deleted.
    Delete,
    /// They were written to files.
    Export,
}

/// Which recording.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RecordingName)]
struct RecordingNameBody {
    /// Its id.
    id: String,
    /// Which reader made it.
    format: String,
    /// Whom it is about.
    subject: String,
}

impl RecordingChangeBody {
    /// The engine's words for it.
    pub(crate) fn change(self) -> RecordingChange {
        let action = match self.action {
            ActionWord::Import => RecordingAction::Import,
            ActionWord::Delete => RecordingAction::Delete,
            ActionWord::Export => RecordingAction::Export,
        };
        let name = |RecordingNameBody { id, format, subject }| RecordingName { id, format, subject };
        RecordingChange { action, recordings: self.recordings.into_iter().map(name).collect() }
    }
}

impl From<RecordingSummary> for RecordingAnswer {
    fn from(summary: RecordingSummary) -> Self {
        let RecordingSummary { head, range, samples, ratings, bytes } = summary;
        let samples = head.streams.iter().map(|stream| stream.name.clone()).zip(samples).collect();
        let (start, end) = (range.start(), range.end());
        Self {
            id: head.id,
            format: head.format,
            subject: head.subject,
            tags: head.tags,
            start,
            end,
            samples,
            ratings,
            bytes,
        }
    }
}
