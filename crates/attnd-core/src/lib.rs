//! What are the nouns? Ids, time, events, buckets, errors and the traits between crates.
//!
//! This crate does no I/O, is never async, never reads a clock and never draws random numbers:
//! everything it needs is an argument.

pub mod bucket;
pub mod clock;
pub mod data;
pub mod event;
pub mod heartbeat;
pub mod id;
pub mod problem;
pub mod record;
pub mod recording;
pub mod redact;
pub mod rollup;
pub mod store;
pub mod time;

pub use bucket::{Bucket, BucketType, Extent, NewBucket};
pub use clock::Clock;
pub use data::Data;
pub use event::{Event, EventError};
pub use heartbeat::{Heartbeat, Pulse};
pub use id::{BucketId, BucketIdError, EventId, OrganisationId, PersonId};
pub use problem::{ErrorCode, Problem};
pub use time::{Duration, TimeError, TimeRange, Timestamp};
