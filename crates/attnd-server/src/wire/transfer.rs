//! How does everything travel at once? ActivityWatch's export file, and what came of an import.

use std::collections::BTreeMap;

use attnd_engine::ingest::ImportReport;
use serde::Serialize;
use utoipa::openapi::schema::{AnyOfBuilder, ArrayBuilder, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

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

/// An ActivityWatch export, read as far as it makes sense: buckets in an object by id, or in an array.
pub(crate) struct ImportBody;

impl PartialSchema for ImportBody {
    fn schema() -> RefOr<Schema> {
        let by_id = ObjectBuilder::new().schema_type(Type::Object);
        let in_order = ArrayBuilder::new().items(RefOr::T(Schema::default()));
        let buckets = AnyOfBuilder::new().item(by_id).item(in_order);
        ObjectBuilder::new().schema_type(Type::Object).property("buckets", buckets).required("buckets").into()
    }
}

impl ToSchema for ImportBody {
    fn name() -> std::borrow::Cow<'static, str> {
        "Import".into()
    }
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
