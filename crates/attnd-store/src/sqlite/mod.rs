//! How are rows kept on one machine? The store on SQLite.

mod batch;
mod cache;
mod checkpointer;
mod config;
mod connect;
mod disk;
mod duration_class;
mod erase;
mod error;
mod event_scan;
mod maintain;
mod migration;
mod open;
mod payload;
mod payload_cache;
mod read;
mod repair;
mod rollup;
mod salvage;
mod write_bucket;
mod write_document;
mod write_event;
mod writer;

use std::collections::BTreeMap;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use attnd_core::record::{AuditLine, Record, RecordKind};
use attnd_core::rollup::{RollupPage, RulesVersion, StaleHour};
use attnd_core::store::{
    Completion, EventQuery, EventSink, Maintenance, Store, StoreError, TrackSink, Write,
};
use attnd_core::{Bucket, BucketId, Event, EventId, PersonId, TimeRange};
use rusqlite::Connection;
use serde_json::Value;
use uuid::Uuid;

pub use config::{Access, Durability, SqliteConfig};
pub use open::{OpenReport, Repair};

use batch::Fault;
use open::DataLock;
use payload_cache::PayloadCache;
use read::Reader;
use writer::{Queued, Reply, WriterWork};

/// The store on SQLite: a writer thread with group commit, and readers of their own.
///
/// Dropping it commits what is queued, brings the file up to date with the log, and lets go of
/// the data directory.
pub struct SqliteStore {
    jobs: Option<Sender<WriterWork>>,
    writer: Option<JoinHandle<()>>,
    /// The writer's connection; readers share it in [`Access::Exclusive`].
    connection: Arc<Mutex<Connection>>,
    idle_readers: Mutex<Vec<Connection>>,
    payloads: Arc<PayloadCache>,
    config: SqliteConfig,
    report: OpenReport,
    _lock: Option<DataLock>,
}

impl SqliteStore {
    /// What opening found and did.
    #[must_use]
    pub fn open_report(&self) -> &OpenReport {
        &self.report
    }

    /// Makes another person, in the organisation that is there.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub fn add_person(&self) -> Result<PersonId, StoreError> {
        let person = PersonId::new(Uuid::now_v7());
        self.wait(|reply| WriterWork::AddPerson(person, reply)).map(|()| person)
    }

    fn wait<T: Send + 'static>(&self, job: impl FnOnce(Reply<T>) -> WriterWork) -> Result<T, StoreError> {
        let (sender, receiver) = mpsc::channel();
        self.send(job(Reply::through(sender)));
        receiver.recv().unwrap_or(Err(StoreError::Closed))
    }

    /// Queues a job; one that cannot be queued is dropped, which answers it.
    fn send(&self, job: WriterWork) {
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(job);
        }
    }

    /// Reads one snapshot.
    fn read<T>(&self, read: impl FnOnce(&Reader<'_>) -> Result<T, Fault>) -> Result<T, StoreError> {
        if self.config.access == Access::Exclusive {
            let connection = writer::lock(&self.connection);
            return Ok(self.snapshot(&connection, read)?);
        }
        let connection = self.reader()?;
        let result = self.snapshot(&connection, read);
        self.give_back(connection);
        Ok(result?)
    }

    /// An idle reader, or one more: nobody waits for somebody else's long read.
    fn reader(&self) -> Result<Connection, StoreError> {
        let idle = self.readers().pop();
        match idle {
            Some(connection) => Ok(connection),
            None => connect::reader(&self.config).map_err(|error| error::from_sqlite(&error)),
        }
    }

    fn snapshot<T>(
        &self,
        connection: &Connection,
        read: impl FnOnce(&Reader<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let snapshot = connection.unchecked_transaction()?;
        let result = read(&Reader { connection, payloads: &self.payloads });
        snapshot.finish()?;
        result
    }

    fn give_back(&self, connection: Connection) {
        let Access::Pooled { idle_readers } = self.config.access else { return };
        let mut idle = self.readers();
        if idle.len() < idle_readers {
            idle.push(connection);
        }
    }

    fn readers(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle_readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        self.readers().clear();
        self.jobs = None;
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

impl Store for SqliteStore {
    fn submit(&self, person: PersonId, write: Write, done: Completion) {
        self.send(WriterWork::Write(Queued::new(person, write, done)));
    }

    fn people(&self) -> Result<Vec<PersonId>, StoreError> {
        self.read(|reader| reader.people())
    }

    fn buckets(&self, person: PersonId) -> Result<Vec<Bucket>, StoreError> {
        self.read(|reader| reader.buckets(person))
    }

    fn bucket(&self, person: PersonId, bucket: &BucketId) -> Result<Bucket, StoreError> {
        self.read(|reader| reader.bucket(person, bucket))
    }

    fn events(
        &self,
        person: PersonId,
        bucket: &BucketId,
        query: EventQuery,
        sink: &mut EventSink<'_>,
    ) -> Result<(), StoreError> {
        self.read(|reader| reader.events(person, bucket, query, sink))
    }

    fn event(&self, person: PersonId, bucket: &BucketId, id: EventId) -> Result<Event, StoreError> {
        self.read(|reader| reader.event(person, bucket, id))
    }

    fn count(&self, person: PersonId, bucket: &BucketId, range: TimeRange) -> Result<u64, StoreError> {
        self.read(|reader| reader.count(person, bucket, range))
    }

    fn settings(&self, person: PersonId) -> Result<BTreeMap<String, Value>, StoreError> {
        self.read(|reader| reader.settings(person))
    }

    fn records(&self, person: PersonId, kind: RecordKind) -> Result<Vec<Record>, StoreError> {
        self.read(|reader| reader.records(person, kind))
    }

    fn rollup(
        &self,
        person: PersonId,
        version: RulesVersion,
        range: TimeRange,
    ) -> Result<RollupPage, StoreError> {
        self.read(|reader| reader.rollup(person, version, range))
    }

    fn tracks(
        &self,
        person: PersonId,
        version: RulesVersion,
        range: TimeRange,
        sink: &mut TrackSink<'_>,
    ) -> Result<Vec<StaleHour>, StoreError> {
        self.read(|reader| reader.tracks(person, version, range, sink))
    }

    fn stale_hours(
        &self,
        person: PersonId,
        version: RulesVersion,
        range: TimeRange,
    ) -> Result<Vec<StaleHour>, StoreError> {
        self.read(|reader| reader.stale_hours(person, version, range))
    }

    fn audit(&self, person: PersonId, after: i64) -> Result<Vec<AuditLine>, StoreError> {
        self.read(|reader| reader.audit(person, after))
    }

    /// What only reads does so on a connection of its own, and no write waits for it.
    fn maintain(&self, job: Maintenance) -> Result<(), StoreError> {
        let only_reads = matches!(job, Maintenance::Backup(_) | Maintenance::Verify);
        if only_reads && self.config.access != Access::Exclusive {
            return maintain::run(&self.reader()?, &job, &self.config);
        }
        if matches!(job, Maintenance::Scrub) {
            self.payloads.clear();
            self.readers().clear();
        }
        self.wait(|reply| WriterWork::Maintain(job, reply))
    }
}
