//! What must every store answer? The reference: plain maps behind one lock, nothing durable.
//!
//! It is simple enough to be right by reading, so the conformance suite holds the real stores
//! against it; other crates' tests use it where the disk is not the point.

mod bucket;
mod hours;
mod person;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Mutex, MutexGuard, PoisonError};

use attnd_core::record::{AuditLine, Record, RecordKind};
use attnd_core::rollup::{RollupPage, RulesVersion, StaleHour};
use attnd_core::store::{
    Completion, EventQuery, EventSink, Maintenance, Order, Store, StoreError, TrackSink, Write, Written,
};
use attnd_core::{Bucket, BucketId, Event, EventId, PersonId, TimeRange};
use serde_json::Value;
use uuid::Uuid;

use person::Person;

/// A store in memory.
pub struct MemoryStore {
    state: Mutex<Tables>,
}

#[derive(Default)]
struct Tables {
    people: BTreeMap<PersonId, Person>,
    ids: Ids,
}

/// Which event ids are given out, over all people.
#[derive(Default)]
struct Ids {
    newest: i64,
    owners: BTreeMap<EventId, (PersonId, BucketId)>,
    generation: i64,
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryStore {
    /// An empty store with its local person.
    #[must_use]
    pub fn new() -> Self {
        let store = Self { state: Mutex::default() };
        store.add_person();
        store
    }

    /// Makes another person.
    pub fn add_person(&self) -> PersonId {
        let person = PersonId::new(Uuid::now_v7());
        self.lock().people.insert(person, Person::default());
        person
    }

    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(
        &self,
        person: PersonId,
        read: impl FnOnce(&Person) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let state = self.lock();
        match state.people.get(&person) {
            Some(rows) => read(rows),
            None => read(&Person::default()),
        }
    }
}

impl Tables {
    fn apply(&mut self, person: PersonId, write: Write) -> Result<Written, StoreError> {
        let Self { people, ids } = self;
        let rows = people
            .get_mut(&person)
            .ok_or_else(|| StoreError::Internal { detail: format!("there is no person {person}") })?;
        rows.apply(person, write, ids)
    }
}

impl Store for MemoryStore {
    fn submit(&self, person: PersonId, write: Write, done: Completion) {
        let result = self.lock().apply(person, write);
        done(result);
    }

    fn people(&self) -> Result<Vec<PersonId>, StoreError> {
        Ok(self.lock().people.keys().copied().collect())
    }

    fn buckets(&self, person: PersonId) -> Result<Vec<Bucket>, StoreError> {
        self.read(person, |rows| Ok(rows.buckets.values().map(bucket::Rows::described).collect()))
    }

    fn bucket(&self, person: PersonId, bucket: &BucketId) -> Result<Bucket, StoreError> {
        self.read(person, |rows| Ok(rows.bucket(bucket)?.described()))
    }

    fn events(
        &self,
        person: PersonId,
        bucket: &BucketId,
        query: EventQuery,
        sink: &mut EventSink<'_>,
    ) -> Result<(), StoreError> {
        let found: Vec<Event> = self.read(person, |rows| {
            let mut found: Vec<Event> = rows.bucket(bucket)?.touching(query.range).cloned().collect();
            if query.order == Order::NewestFirst {
                found.reverse();
            }
            Ok(found)
        })?;
        let wanted = found.into_iter().filter(|event| comes_after(event, &query));
        for event in wanted.take(query.limit.unwrap_or(usize::MAX)) {
            if sink(event) == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    }

    fn event(&self, person: PersonId, bucket: &BucketId, id: EventId) -> Result<Event, StoreError> {
        self.read(person, |rows| rows.bucket(bucket)?.event(id).cloned().ok_or(StoreError::NoEvent(id)))
    }

    fn count(&self, person: PersonId, bucket: &BucketId, range: TimeRange) -> Result<u64, StoreError> {
        self.read(person, |rows| Ok(rows.bucket(bucket)?.touching(range).count() as u64))
    }

    fn settings(&self, person: PersonId) -> Result<BTreeMap<String, Value>, StoreError> {
        self.read(person, |rows| Ok(rows.settings.clone()))
    }

    fn records(&self, person: PersonId, kind: RecordKind) -> Result<Vec<Record>, StoreError> {
        self.read(person, |rows| {
            let of_kind = rows.records.iter().filter(|((k, _), _)| *k == kind);
            Ok(of_kind.map(|((_, key), value)| Record { key: key.clone(), value: value.clone() }).collect())
        })
    }

    fn rollup(
        &self,
        person: PersonId,
        version: RulesVersion,
        range: TimeRange,
    ) -> Result<RollupPage, StoreError> {
        self.read(person, |rows| Ok(rows.hours.page(version, range)))
    }

    fn tracks(
        &self,
        person: PersonId,
        version: RulesVersion,
        range: TimeRange,
        sink: &mut TrackSink<'_>,
    ) -> Result<Vec<StaleHour>, StoreError> {
        self.read(person, |rows| Ok(rows.hours.tracks(version, range, sink)))
    }

    fn audit(&self, person: PersonId, after: i64) -> Result<Vec<AuditLine>, StoreError> {
        self.read(person, |rows| {
            Ok(rows.audit.iter().filter(|line| line.sequence > after).cloned().collect())
        })
    }

    /// There are no files to work on, so a backup cannot be made here.
    fn maintain(&self, job: Maintenance) -> Result<(), StoreError> {
        match job {
            Maintenance::Backup(path) => Err(StoreError::ReadOnly { path }),
            Maintenance::Scrub | Maintenance::Checkpoint | Maintenance::Verify => Ok(()),
        }
    }
}

fn comes_after(event: &Event, query: &EventQuery) -> bool {
    let Some(cursor) = query.after else { return true };
    let place = (event.timestamp, event.id.unwrap_or(EventId(0)));
    match query.order {
        Order::OldestFirst => place > (cursor.timestamp, cursor.id),
        Order::NewestFirst => place < (cursor.timestamp, cursor.id),
    }
}
