//! What does one transaction do? Applies writes, then pays what it owes, all or nothing.

use attnd_core::store::{StoreError, Write, Written};
use attnd_core::{BucketId, PersonId};
use rusqlite::types::ToSql;
use rusqlite::{Connection, OptionalExtension, Params, Row};

use super::cache::{BucketState, Cache, Counted, Counter, Known, Last};
use super::error::from_sqlite;
use crate::touched::HourSpan;

/// An open transaction and the writer's memory.
pub(super) struct Batch<'w> {
    pub(super) connection: &'w Connection,
    pub(super) cache: &'w mut Cache,
}

/// Why a write did not happen.
pub(super) enum Fault {
    /// It asks for what cannot be; nothing was written for it and the transaction goes on.
    Refused(StoreError),
    /// The database failed; the whole transaction is undone.
    Failed(rusqlite::Error),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Refused(error) => error,
            Fault::Failed(error) => from_sqlite(&error),
        }
    }
}

impl Batch<'_> {
    /// Applies one write; it is durable once the transaction is.
    pub(super) fn apply(&mut self, person: PersonId, write: &Write) -> Result<Written, Fault> {
        let person = self.person(person)?;
        match write {
            Write::CreateBucket { bucket, now } => self.create_bucket(person, bucket, *now),
            Write::UpdateBucket(bucket) => self.update_bucket(person, bucket),
            Write::DeleteBucket(id) => self.delete_bucket(person, id),
            Write::Heartbeat { bucket, event, pulse } => self.heartbeat(person, bucket, event, *pulse),
            Write::Insert { bucket, events } => self.insert(person, bucket, events),
            Write::Merge { bucket, events } => self.merge(person, bucket, events),
            Write::DeleteEvents { bucket, ids } => self.delete_events(person, bucket, ids),
            Write::EraseEvents { buckets, range } => self.erase_events(person, buckets.as_deref(), *range),
            Write::ErasePerson => self.erase_person(person),
            Write::PutSetting { key, value } => self.put_setting(person, key, value),
            Write::DeleteSetting(key) => self.delete_setting(person, key),
            Write::PutRecord(kind, record) => self.put_record(person, *kind, record),
            Write::DeleteRecord(kind, key) => self.delete_record(person, *kind, key),
            Write::PutRollup { version, hours } => self.put_rollup(person, *version, hours),
            Write::Audit(entry) => self.append_audit(person, entry),
        }
    }

    /// Writes what was only counted up in memory. Must come before the commit.
    pub(super) fn pay(&mut self) -> rusqlite::Result<()> {
        self.store_extended()?;
        let mut owed = std::mem::take(&mut self.cache.owed);
        self.store_buckets(&owed)?;
        self.store_payloads(&mut owed)?;
        self.store_generations(&mut owed)?;
        if owed.counter == Counted::Ahead || self.cache.owed.counter == Counted::Ahead {
            self.store_counter()?;
        }
        self.cache.owed.deleted_payloads = owed.deleted_payloads;
        Ok(())
    }

    pub(super) fn execute(&self, sql: &str, params: impl Params) -> rusqlite::Result<usize> {
        self.connection.prepare_cached(sql)?.execute(params)
    }

    pub(super) fn optional<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Option<T>> {
        self.connection.prepare_cached(sql)?.query_row(params, read).optional()
    }

    /// Reads a whole answer, so that rows may be changed while going through it.
    pub(super) fn all<T>(
        &self,
        sql: &str,
        params: &[&dyn ToSql],
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>> {
        self.connection.prepare_cached(sql)?.query_map(params, read)?.collect()
    }

    fn person(&mut self, person: PersonId) -> Result<i64, Fault> {
        if let Some(key) = self.cache.people.get(&person) {
            return Ok(*key);
        }
        let uuid = person.uuid();
        let key = self
            .optional("SELECT key FROM person WHERE uuid = ?1", [uuid.as_bytes()], |row| row.get(0))?
            .ok_or_else(|| {
                Fault::Refused(StoreError::Internal { detail: format!("there is no person {person}") })
            })?;
        self.cache.people.insert(person, key);
        Ok(key)
    }

    /// The index of a bucket's state.
    pub(super) fn bucket(&mut self, person: i64, id: &BucketId) -> Result<usize, Fault> {
        if let Some(at) = self.cache.buckets.find(person, id) {
            return Ok(at);
        }
        let found = self.optional(
            "SELECT key, event_count, start_ns, end_ns FROM bucket WHERE person = ?1 AND id = ?2",
            (person, id.as_str()),
            |row| {
                Ok(BucketState {
                    key: row.get(0)?,
                    person,
                    event_count: row.get::<_, i64>(1)?.cast_unsigned(),
                    extent: super::read::extent(row.get(2)?, row.get(3)?),
                    extent_is: Known::Exact,
                    last: Last::Unknown,
                })
            },
        )?;
        let state = found.ok_or_else(|| Fault::Refused(StoreError::NoBucket(id.clone())))?;
        Ok(self.cache.buckets.add(id.clone(), state))
    }

    pub(super) fn counter(&mut self) -> rusqlite::Result<&mut Counter> {
        if self.cache.counter.is_none() {
            let stored = self
                .connection
                .prepare_cached(
                    "SELECT next_event, next_payload, next_bucket, generation FROM counter WHERE key = 1",
                )?
                .query_row([], |row| {
                    Ok(Counter {
                        next_event: row.get(0)?,
                        next_payload: row.get(1)?,
                        next_bucket: row.get(2)?,
                        generation: row.get(3)?,
                    })
                })?;
            self.cache.counter = Some(stored);
        }
        self.cache.owed.counter = Counted::Ahead;
        Ok(self.cache.counter.as_mut().expect("invariant: read above"))
    }

    fn store_counter(&mut self) -> rusqlite::Result<()> {
        let counter = *self.counter()?;
        self.execute(
            "UPDATE counter SET next_event = ?1, next_payload = ?2, next_bucket = ?3, generation = ?4
             WHERE key = 1",
            (counter.next_event, counter.next_payload, counter.next_bucket, counter.generation),
        )?;
        self.cache.owed.counter = Counted::Stored;
        Ok(())
    }

    /// Notes that events in `span` changed.
    pub(super) fn touch(&mut self, person: i64, span: HourSpan) {
        self.cache.owed.touch(person, span);
    }
}
