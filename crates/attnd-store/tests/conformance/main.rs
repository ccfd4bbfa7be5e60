//! Do all stores answer alike? One suite of cases, run on every implementation.
//!
//! A new backend adds one line to [`implementations`].
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests assert by panicking")]

mod bucket;
mod concurrent;
mod erase;
mod heartbeat;
mod insert;
mod model;
mod person;
mod presence;
mod read;
mod rollup;
mod track;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use attnd_core::store::{EventQuery, Order, Store, Write, Written};
use attnd_core::{
    BucketId, BucketType, Data, Duration, Event, EventId, NewBucket, PersonId, Pulse, TimeRange, Timestamp,
};
use attnd_store::{Durability, MemoryStore, SqliteConfig, SqliteStore};

/// A new store with two people, who must never see each other's rows.
pub(crate) struct Subject {
    pub(crate) store: Box<dyn Store>,
    pub(crate) me: PersonId,
    pub(crate) other: PersonId,
    directory: Option<tempfile::TempDir>,
}

type Case = (&'static str, fn(&Subject));

fn cases() -> Vec<Case> {
    [
        bucket::CASES,
        erase::CASES,
        heartbeat::CASES,
        insert::CASES,
        person::CASES,
        presence::CASES,
        read::CASES,
        rollup::CASES,
        track::CASES,
    ]
    .concat()
}

type Make = fn() -> Subject;

fn implementations() -> [(&'static str, Make); 2] {
    [("memory", memory), ("sqlite", sqlite)]
}

pub(crate) fn memory() -> Subject {
    let store = MemoryStore::new();
    let me = store.people().unwrap()[0];
    let other = store.add_person();
    Subject { store: Box::new(store), me, other, directory: None }
}

pub(crate) fn sqlite() -> Subject {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let me = store.people().unwrap()[0];
    let other = store.add_person().unwrap();
    Subject { store: Box::new(store), me, other, directory: Some(directory) }
}

/// Without a sync for each commit: answers do not depend on it, and thousands of writes do.
fn open(directory: &Path) -> SqliteStore {
    let mut config = SqliteConfig::in_directory(directory);
    config.durability = Durability::ProcessExit;
    SqliteStore::open(config).unwrap()
}

#[test]
fn every_store_passes_every_case() {
    let mut failed = Vec::new();
    for (store, make) in implementations() {
        for (name, case) in cases() {
            if catch_unwind(AssertUnwindSafe(|| case(&make()))).is_err() {
                failed.push(format!("{store}: {name}"));
            }
        }
    }
    assert!(failed.is_empty(), "failed: {failed:#?}");
}

/// Short ways to say what the cases say often, always of the first person.
impl Subject {
    /// The same rows after a restart of SQLite's store.
    pub(crate) fn reopened(self) -> Self {
        let Self { store, me, other, directory } = self;
        drop(store);
        let store = open(directory.as_ref().unwrap().path());
        Self { store: Box::new(store), me, other, directory }
    }

    pub(crate) fn write(&self, write: Write) -> Written {
        self.store.write(self.me, write).unwrap()
    }

    pub(crate) fn create(&self, id: &str) -> BucketId {
        let bucket = new_bucket(id);
        let id = bucket.id.clone();
        assert_eq!(self.write(Write::CreateBucket { bucket, now: at("09:00:00") }), Written::Created);
        id
    }

    pub(crate) fn insert(&self, bucket: &BucketId, events: Vec<Event>) -> Vec<Event> {
        match self.write(Write::Insert { bucket: bucket.clone(), events }) {
            Written::Events(events) => events,
            other => panic!("an insert answers with events, not {other:?}"),
        }
    }

    pub(crate) fn beat(&self, bucket: &BucketId, event: Event, pulse_s: u32) -> Event {
        let pulse = Pulse(Duration::from_s(pulse_s));
        match self.write(Write::Heartbeat { bucket: bucket.clone(), event, pulse }) {
            Written::Event(event) => event,
            other => panic!("a heartbeat answers with an event, not {other:?}"),
        }
    }

    pub(crate) fn query(&self, bucket: &BucketId, query: EventQuery) -> Vec<Event> {
        let mut events = Vec::new();
        let mut sink = |event| {
            events.push(event);
            std::ops::ControlFlow::Continue(())
        };
        self.store.events(self.me, bucket, query, &mut sink).unwrap();
        events
    }

    pub(crate) fn all(&self, bucket: &BucketId) -> Vec<Event> {
        self.query(bucket, EventQuery { order: Order::OldestFirst, ..EventQuery::range(TimeRange::ALL) })
    }

    pub(crate) fn count(&self, bucket: &BucketId) -> u64 {
        self.store.bucket(self.me, bucket).unwrap().event_count
    }
}

pub(crate) fn bucket_id(id: &str) -> BucketId {
    BucketId::parse(id).unwrap()
}

pub(crate) fn new_bucket(id: &str) -> NewBucket {
    NewBucket {
        id: bucket_id(id),
        name: None,
        kind: BucketType(BucketType::WINDOW.into()),
        client: "test".into(),
        hostname: "laptop".into(),
        created: None,
        data: Data::default(),
    }
}

/// A time on 1 January 2024.
pub(crate) fn at(time: &str) -> Timestamp {
    Timestamp::parse(&format!("2024-01-01T{time}Z")).unwrap()
}

pub(crate) fn range(start: &str, end: &str) -> TimeRange {
    TimeRange::new(at(start), at(end)).unwrap()
}

pub(crate) fn event(start: &str, seconds: f64, label: &str) -> Event {
    let data = Data::from([("label", label.into())]);
    Event::new(at(start), Duration::from_s_f64(seconds).unwrap(), data).unwrap()
}

pub(crate) fn with_id(id: i64, event: Event) -> Event {
    Event { id: Some(EventId(id)), ..event }
}

pub(crate) fn labels(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.data.text("label").unwrap()).collect()
}

pub(crate) fn ids(events: &[Event]) -> Vec<i64> {
    events.iter().map(|event| event.id.unwrap().0).collect()
}
