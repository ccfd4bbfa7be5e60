//! What is in a recording's folder? Its head and the times of its segments, as one JSON file, so that listing opens no
//! segment and reading opens only those of its time.

use std::fs;
use std::io::Write;
use std::path::Path;

use attnd_core::recording::{RecordingHead, RecordingSummary, SinkError};
use attnd_core::{TimeRange, Timestamp};
use serde::{Deserialize, Serialize};

use super::{broken, folder};

const FILE: &str = "head.json";
/// What this attnd writes, and the newest it reads.
const VERSION: u32 = 1;

/// `head.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Sidecar {
    version: u32,
    /// What the recording is.
    pub(super) head: RecordingHead,
    /// Its files of samples, in order of stream and time.
    pub(super) segments: Vec<Segment>,
    /// How many answers there are.
    pub(super) ratings: u64,
    /// From its first to behind its last sample or answer; `None` of an empty one.
    range: Option<TimeRange>,
}

/// One file of samples.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Segment {
    /// Its name.
    pub(super) file: String,
    /// Index of its stream.
    pub(super) stream: usize,
    /// How many samples it holds.
    pub(super) rows: u64,
    /// Its first sample's time.
    pub(super) first: Timestamp,
    /// Its last sample's time.
    pub(super) last: Timestamp,
}

impl Segment {
    /// Whether any of its samples may lie in `range`.
    pub(super) fn touches(&self, range: TimeRange) -> bool {
        self.first < range.end() && range.start() <= self.last
    }
}

impl Sidecar {
    pub(super) fn new(
        head: RecordingHead,
        segments: Vec<Segment>,
        ratings: u64,
        range: Option<TimeRange>,
    ) -> Self {
        Self { version: VERSION, head, segments, ratings, range }
    }

    /// Writes it durably.
    pub(super) fn write(&self, folder: &Path) -> Result<(), SinkError> {
        let path = folder.join(FILE);
        let text = serde_json::to_vec(self).map_err(|error| broken(&path, error))?;
        let mut file = folder::create_file(&path)?;
        file.write_all(&text)?;
        Ok(file.sync_all()?)
    }

    pub(super) fn read(folder: &Path) -> Result<Self, SinkError> {
        let path = folder.join(FILE);
        let text = fs::read(&path)?;
        let sidecar: Self = serde_json::from_slice(&text).map_err(|error| broken(&path, error))?;
        if sidecar.version > VERSION {
            let reason = format!("it has version {}; this attnd knows up to {VERSION}", sidecar.version);
            return Err(broken(&path, reason));
        }
        Ok(sidecar)
    }

    pub(super) fn summary(self, bytes: u64) -> RecordingSummary {
        let mut samples = vec![0; self.head.streams.len()];
        for segment in &self.segments {
            if let Some(count) = samples.get_mut(segment.stream) {
                *count += segment.rows;
            }
        }
        let nothing = TimeRange::from(Timestamp::from_ns_saturating(0), attnd_core::Duration::ZERO);
        let range = self.range.unwrap_or(nothing);
        RecordingSummary { head: self.head, range, samples, ratings: self.ratings, bytes }
    }
}
