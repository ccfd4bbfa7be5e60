//! Where is it kept? The contract every store fulfils, embedded or not.
//!
//! *A completed write is durable*: it survives `kill -9` and loss of power. *Every call names the
//! person* whose rows it touches and can reach no other's. Calls block; writes may also be
//! submitted with a completion, so that one writer can commit many at once.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::mpsc;

use serde_json::Value;

use crate::record::{AuditEntry, AuditLine, Record, RecordKind};
use crate::rollup::{Hour, HourRollup, RollupPage, RulesVersion, StaleHour};
use crate::{Bucket, BucketId, Event, EventId, NewBucket, PersonId, Pulse, TimeRange, Timestamp};

/// A change to one person's rows. Each is applied whole or not at all.
#[derive(Clone, Debug)]
pub enum Write {
    /// Makes a bucket → [`Written::Created`] or [`Written::Existed`] (then nothing changes).
    ///
    /// From the first to the last bucket for idle time that a host has, its hours count only when
    /// somebody was there: making, changing or deleting one makes all hours of the host's windows stale.
    CreateBucket {
        /// The bucket.
        bucket: NewBucket,
        /// When it is made, if the watcher does not say.
        now: Timestamp,
    },
    /// Changes a bucket's client, type, hostname, name or data; keeps its events → [`Written::Done`].
    UpdateBucket(NewBucket),
    /// Deletes a bucket and its events → [`Written::Done`].
    DeleteBucket(BucketId),
    /// Merges the event into the bucket's last one or inserts it, as [`crate::heartbeat::merge`]
    /// decides; `last` is the last heartbeat *received* by the bucket, or after a restart, an
    /// insert or a delete, its newest event by timestamp → [`Written::Event`].
    Heartbeat {
        /// Where to.
        bucket: BucketId,
        /// The event; its id is ignored.
        event: Event,
        /// How late it may be and still continue the last.
        pulse: Pulse,
    },
    /// Inserts events; one with an id replaces that row of this bucket, or is inserted under that
    /// id if it is free → [`Written::Events`] in the same order, with ids.
    Insert {
        /// Where to.
        bucket: BucketId,
        /// What.
        events: Vec<Event>,
    },
    /// Inserts the events whose (timestamp, duration, data) the bucket does not hold yet; ids are
    /// ignored → [`Written::Count`] of the new ones.
    Merge {
        /// Where to.
        bucket: BucketId,
        /// What.
        events: Vec<Event>,
    },
    /// Deletes events by id; missing ones are passed over → [`Written::Count`] of the deleted.
    DeleteEvents {
        /// Where from.
        bucket: BucketId,
        /// Which.
        ids: Vec<EventId>,
    },
    /// Deletes every event that touches `range`, in `buckets` or in all of them → [`Written::Count`].
    EraseEvents {
        /// Which; `None` means all of this person's.
        buckets: Option<Vec<BucketId>>,
        /// When.
        range: TimeRange,
    },
    /// Deletes everything this person has except the audit log → [`Written::Done`].
    ErasePerson,
    /// Sets a setting → [`Written::Done`].
    PutSetting {
        /// Its name.
        key: String,
        /// Its value.
        value: Value,
    },
    /// Removes a setting; a missing one is passed over → [`Written::Done`].
    DeleteSetting(String),
    /// Puts a document → [`Written::Done`].
    PutRecord(RecordKind, Record),
    /// Removes a document; a missing one is passed over → [`Written::Done`].
    DeleteRecord(RecordKind, String),
    /// Replaces the sums and tracks of these hours, computed with `version`; what was computed with
    /// other versions is dropped for these hours. An hour whose generation has moved on meanwhile
    /// keeps nothing and remains stale → [`Written::Done`].
    PutRollup {
        /// The category rules.
        version: RulesVersion,
        /// The hours.
        hours: Vec<HourRollup>,
    },
    /// Appends to the audit log → [`Written::Done`].
    Audit(AuditEntry),
}

/// What a [`Write`] did. All of it is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// The bucket was made.
    Created,
    /// The bucket was there already; nothing changed.
    Existed,
    /// The event as it is stored now, with its id.
    Event(Event),
    /// The events as stored, with ids.
    Events(Vec<Event>),
    /// How many rows it touched.
    Count(u64),
    /// Nothing to report.
    Done,
}

/// Called once, when the write is durable or refused; must not block.
pub type Completion = Box<dyn FnOnce(Result<Written, StoreError>) + Send>;

/// Which events to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventQuery {
    /// Events that touch this time; they come whole, not clipped.
    pub range: TimeRange,
    /// Which way round; ties in time go by id, the same way.
    pub order: Order,
    /// At most so many.
    pub limit: Option<usize>,
    /// Only events after this one in `order`: how a long read continues in a new snapshot.
    pub after: Option<Cursor>,
}

/// A place in a bucket's events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The event's start.
    pub timestamp: Timestamp,
    /// Its id.
    pub id: EventId,
}

/// By timestamp, which way?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Latest first, as ActivityWatch answers.
    NewestFirst,
    /// Earliest first.
    OldestFirst,
}

impl EventQuery {
    /// Every event that touches `range`, oldest first.
    #[must_use]
    pub const fn range(range: TimeRange) -> Self {
        Self { range, order: Order::OldestFirst, limit: None, after: None }
    }
}

/// Work on the store as a whole, not on anybody's rows.
#[derive(Clone, Debug)]
pub enum Maintenance {
    /// Writes a verified copy to a file that does not exist yet.
    Backup(PathBuf),
    /// Removes every trace of deleted rows from the files: rewrites them and truncates the log.
    Scrub,
    /// Brings the main file up to date with the log.
    Checkpoint,
    /// Checks every page and index.
    Verify,
}

/// Takes events one at a time; `Break` ends the read early.
pub type EventSink<'a> = dyn FnMut(Event) -> ControlFlow<()> + 'a;

/// Takes the tracks of hours one at a time.
pub type TrackSink<'a> = dyn FnMut(Hour, &[u8]) + 'a;

/// Keeps people's rows.
pub trait Store: Send + Sync {
    /// Queues a write. `done` is called exactly once, from any thread.
    fn submit(&self, person: PersonId, write: Write, done: Completion);

    /// Everybody who has rows here; in personal mode exactly one, made with the store.
    ///
    /// # Errors
    /// [`StoreError`] of the backend.
    fn people(&self) -> Result<Vec<PersonId>, StoreError>;

    /// All buckets, by id.
    ///
    /// # Errors
    /// [`StoreError`] of the backend.
    fn buckets(&self, person: PersonId) -> Result<Vec<Bucket>, StoreError>;

    /// One bucket.
    ///
    /// # Errors
    /// [`StoreError::NoBucket`], or of the backend.
    fn bucket(&self, person: PersonId, bucket: &BucketId) -> Result<Bucket, StoreError>;

    /// Reads events of one snapshot into `sink`.
    ///
    /// Costs time in proportion to the events that touch the range, wherever it lies in history.
    ///
    /// # Errors
    /// [`StoreError::NoBucket`], or of the backend.
    fn events(
        &self,
        person: PersonId,
        bucket: &BucketId,
        query: EventQuery,
        sink: &mut EventSink<'_>,
    ) -> Result<(), StoreError>;

    /// One event.
    ///
    /// # Errors
    /// [`StoreError::NoBucket`], [`StoreError::NoEvent`], or of the backend.
    fn event(&self, person: PersonId, bucket: &BucketId, id: EventId) -> Result<Event, StoreError>;

    /// How many events touch `range`; of [`TimeRange::ALL`] in constant time.
    ///
    /// # Errors
    /// [`StoreError::NoBucket`], or of the backend.
    fn count(&self, person: PersonId, bucket: &BucketId, range: TimeRange) -> Result<u64, StoreError>;

    /// All settings, by key.
    ///
    /// # Errors
    /// [`StoreError`] of the backend.
    fn settings(&self, person: PersonId) -> Result<BTreeMap<String, Value>, StoreError>;

    /// All documents of a kind, by key.
    ///
    /// # Errors
    /// [`StoreError`] of the backend.
    fn records(&self, person: PersonId, kind: RecordKind) -> Result<Vec<Record>, StoreError>;

    /// The sums of the hours that touch `range`, and which hours in it are stale.
    ///
    /// # Errors
    /// [`StoreError`] of the backend.
    fn rollup(
        &self,
        person: PersonId,
        version: RulesVersion,
        range: TimeRange,
    ) -> Result<RollupPage, StoreError>;

    /// Reads the tracks of the hours that touch `range` and are up to date into `sink`, ascending;
    /// hours when nobody was there have none. Answers which hours are stale, of the same snapshot.
    ///
    /// # Errors
    /// [`StoreError`] of the backend.
    fn tracks(
        &self,
        person: PersonId,
        version: RulesVersion,
        range: TimeRange,
        sink: &mut TrackSink<'_>,
    ) -> Result<Vec<StaleHour>, StoreError>;

    /// The hours that touch `range` and are stale, ascending.
    ///
    /// # Errors
    /// [`StoreError`] of the backend.
    fn stale_hours(
        &self,
        person: PersonId,
        version: RulesVersion,
        range: TimeRange,
    ) -> Result<Vec<StaleHour>, StoreError> {
        self.tracks(person, version, range, &mut |_, _| {})
    }

    /// The audit log after line `sequence` (0 for all), in order.
    ///
    /// # Errors
    /// [`StoreError`] of the backend.
    fn audit(&self, person: PersonId, after: i64) -> Result<Vec<AuditLine>, StoreError>;

    /// Does work on the whole store; writes queue behind it, reads go on.
    ///
    /// # Errors
    /// [`StoreError`] of the backend.
    fn maintain(&self, job: Maintenance) -> Result<(), StoreError>;

    /// Writes and waits.
    ///
    /// # Errors
    /// Whatever [`Self::submit`] would complete with.
    fn write(&self, person: PersonId, write: Write) -> Result<Written, StoreError> {
        let (sender, receiver) = mpsc::sync_channel(1);
        self.submit(
            person,
            write,
            Box::new(move |result| {
                let _ = sender.send(result);
            }),
        );
        receiver.recv().unwrap_or(Err(StoreError::Closed))
    }
}

/// Why the store could not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// This person has no such bucket.
    #[error("there is no bucket '{0}'")]
    NoBucket(BucketId),
    /// The bucket has no such event.
    #[error("the bucket has no event {0}")]
    NoEvent(EventId),
    /// The id belongs to an event of another bucket or person.
    #[error("the id {0} is taken by another bucket")]
    IdTaken(EventId),
    /// The disk, or the space attnd may use, is full. Reads still work.
    #[error("the disk is full")]
    Full,
    /// The file or its directory cannot be written.
    #[error("{path} cannot be written")]
    ReadOnly {
        /// Which.
        path: PathBuf,
    },
    /// Another process has the database.
    #[error("{path} is in use by another attnd")]
    InUse {
        /// Which.
        path: PathBuf,
    },
    /// Written by a newer attnd.
    #[error("{path} has schema {found}; this attnd knows up to {known}")]
    Newer {
        /// Which.
        path: PathBuf,
        /// The file's.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// The file is damaged and could not be repaired.
    #[error("{path} is damaged: {detail}")]
    Corrupt {
        /// Which.
        path: PathBuf,
        /// What the check found.
        detail: String,
    },
    /// The disk failed.
    #[error("reading or writing the database failed: {detail}")]
    Io {
        /// What the system said.
        detail: String,
    },
    /// The store is shutting down.
    #[error("the store is closed")]
    Closed,
    /// A fault of ours: a statement or invariant is wrong.
    #[error("internal fault of the store: {detail}")]
    Internal {
        /// What happened.
        detail: String,
    },
}
