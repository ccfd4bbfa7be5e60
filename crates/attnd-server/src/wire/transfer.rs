//! How does everything travel at once? ActivityWatch's export file, and what came of an import.

use std::collections::BTreeMap;

use attnd_engine::ingest::ImportReport;
use serde::Serialize;
use utoipa::ToSchema;

/// An ActivityWatch export.
#[derive(ToSchema)]
#[schema(as = Export)]
#[expect(dead_code, reason = "tells the OpenAPI document the shape of a file that is streamed")]
pub(crate) struct ExportAnswer {
    /// Buckets with their events, by id.
    buckets: BTreeMap<String, ExportedBucket>,
}

/// A bucket with its events.
#[derive(ToSchema)]
#[expect(dead_code, reason = "tells the OpenAPI document the shape of a file that is streamed")]
pub(crate) struct ExportedBucket {
    /// Its id.
    id: String,
    /// What kind of events it holds.
    r#type: String,
    /// The program that writes it.
    client: String,
    /// The machine it senses.
    hostname: String,
    /// When it was made.
    #[schema(format = DateTime)]
    created: Option<String>,
    /// Anything else that is kept with it.
    #[schema(value_type = Object)]
    data: Option<serde_json::Value>,
    /// Its events.
    events: Vec<ExportedEvent>,
}

/// An event of an export.
#[derive(ToSchema)]
#[expect(dead_code, reason = "tells the OpenAPI document the shape of a file that is streamed")]
pub(crate) struct ExportedEvent {
    /// When it began.
    #[schema(format = DateTime)]
    timestamp: String,
    /// How long it went on, in seconds.
    #[schema(minimum = 0)]
    duration: f64,
    /// What the watcher said.
    #[schema(value_type = Object)]
    data: serde_json::Value,
}

/// An ActivityWatch export, read as far as it makes sense.
#[derive(ToSchema)]
#[schema(as = Import)]
#[expect(dead_code, reason = "tells the OpenAPI document the shape of a file that is streamed")]
pub(crate) struct ImportBody {
    /// Buckets with their events: an object by id, or an array.
    buckets: serde_json::Value,
}

/// What came of an import.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportReport)]
pub(crate) struct ImportAnswer {
    /// Buckets in the file.
    buckets: u64,
    /// Events read.
    events_read: u64,
    /// Events that were not there yet and are stored now.
    events_new: u64,
    /// What could not be read, and where; at most a hundred.
    problems: Vec<String>,
}

impl From<ImportReport> for ImportAnswer {
    fn from(report: ImportReport) -> Self {
        let ImportReport { buckets, events_read, events_new, problems } = report;
        Self { buckets, events_read, events_new, problems }
    }
}
