//! How does a history move in and out? ActivityWatch's export file, read and written as a stream.
//!
//! ```json
//! {"buckets": {"aw-watcher-window_laptop": {"id": "aw-watcher-window_laptop", "type": "currentwindow",
//!     "client": "aw-watcher-window", "hostname": "laptop", "created": "2024-01-01T00:00:00Z",
//!     "events": [{"timestamp": "2024-01-01T10:00:00Z", "duration": 5.1, "data": {"app": "Firefox"}}]}}}
//! ```
//!
//! Both directions need memory for one batch of events, not for the file. Every real export has
//! `buckets` keyed by id; the published schema says array, so that is read too, as is a bare bucket.

mod read;
mod write;

use attnd_core::{BucketId, Event, NewBucket};

pub use read::read_export;
pub use write::{BucketWire, ExportWriter, ExtentWire};

/// The most events in one [`ExportItem::Events`].
pub const BATCH_EVENTS: usize = 1_000;

/// How many problems are described; the others are only counted.
pub const MAX_PROBLEMS: usize = 100;

/// The longest single value read: an event, or a field of a bucket, in bytes.
pub const MAX_VALUE_BYTES: u64 = 16 << 20;

/// What a file yields, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportItem {
    /// A bucket, before its events. Fields the file names only after the events have stand-ins:
    /// `unknown` for type, client and host; [`Self::BucketDetails`] follows.
    Bucket(NewBucket),
    /// Events of a bucket announced before, without ids; at most [`BATCH_EVENTS`].
    Events {
        /// Whose.
        bucket: BucketId,
        /// What.
        events: Vec<Event>,
    },
    /// All the fields of a bucket announced before with stand-ins.
    BucketDetails(NewBucket),
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportSummary {
    /// Buckets yielded.
    pub buckets: u64,
    /// Events yielded.
    pub events: u64,
    /// Events and buckets passed over because they made no sense.
    pub skipped: u64,
    /// Why, for the first [`MAX_PROBLEMS`]; also fields of buckets that were replaced by stand-ins.
    pub problems: Vec<ExportProblem>,
}

/// Something in the file that made no sense and did not end the reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportProblem {
    /// The bucket, as the file names it, if it does.
    pub bucket: Option<String>,
    /// Which of its events, counted from 0; `None` if the bucket itself.
    pub event: Option<u64>,
    /// What is wrong with it.
    pub reason: String,
}

/// Why the reading ended early. Everything yielded before stays valid.
#[derive(Debug, thiserror::Error)]
#[error("{fault}")]
pub struct ExportError {
    /// Why.
    pub fault: ExportFault,
    /// What was read before.
    pub read: Box<ExportSummary>,
}

/// Why an export cannot be read further. Lines count from 1, columns in bytes.
#[derive(Debug, thiserror::Error)]
pub enum ExportFault {
    /// The sink asked to end.
    #[error("the reading was ended")]
    Stopped,
    /// The file ends within a value.
    #[error("the file ends too early, at line {line} column {column}: it was cut off")]
    Truncated {
        /// Line of the end.
        line: usize,
        /// Column of the end.
        column: usize,
    },
    /// It is not JSON.
    #[error("the file is not JSON: {reason}")]
    Malformed {
        /// What the parser expected, and where.
        reason: String,
        /// Line of the fault.
        line: usize,
        /// Column of the fault.
        column: usize,
    },
    /// It is JSON of another shape.
    #[error("the file is no ActivityWatch export: {reason}")]
    OtherShape {
        /// What is missing or different.
        reason: String,
    },
    /// One value is longer than [`MAX_VALUE_BYTES`].
    #[error("a value before line {line} column {column} is longer than {MAX_VALUE_BYTES} bytes")]
    TooLarge {
        /// Line at which the reading ended.
        line: usize,
        /// Column at which the reading ended.
        column: usize,
    },
    /// The file could not be read.
    #[error("the file could not be read: {0}")]
    Io(#[source] std::io::Error),
}
