//! What do the fault tests write, and what must be there afterwards? Random writes, and the
//! reference's answer after each of them.

use std::ops::ControlFlow;

use attnd_core::record::AuditEntry;
use attnd_core::store::{EventQuery, Store, Write};
use attnd_core::{
    BucketId, BucketType, Data, Duration, Event, EventId, NewBucket, PersonId, Pulse, TimeRange, Timestamp,
};
use attnd_store::{Access, Durability, MemoryStore, SqliteConfig, SqliteStore};

use crate::random::Random;
use crate::simulated_disk::{Disk, NAME};

/// A store on a simulated disk.
pub(crate) fn config(disk: &Disk, durability: Durability) -> SqliteConfig {
    let mut config = SqliteConfig::at(disk.path());
    config.vfs = Some(NAME.into());
    config.access = Access::Exclusive;
    config.durability = durability;
    config
}

pub(crate) fn open(disk: &Disk) -> SqliteStore {
    SqliteStore::open(config(disk, Durability::PowerLoss)).unwrap()
}

pub(crate) fn me(store: &dyn Store) -> PersonId {
    store.people().unwrap()[0]
}

/// `count` writes as watchers, pages and clean-ups make them, the bucket first.
pub(crate) fn writes(random: &mut Random, count: usize) -> Vec<Write> {
    let create = Write::CreateBucket { bucket: new_bucket(), now: moment(0) };
    let mut clock_s = 0;
    let mut writes = vec![create];
    for _ in 1..count {
        clock_s += 1 + random.below(20);
        writes.push(write(random, clock_s));
    }
    writes
}

fn write(random: &mut Random, clock_s: u64) -> Write {
    match random.below(20) {
        0..=11 => Write::Heartbeat {
            bucket: bucket(),
            event: event(random, clock_s),
            pulse: Pulse(Duration::from_s(15)),
        },
        12..=15 => {
            let events =
                (0..random.below(60)).map(|back| event(random, clock_s.saturating_sub(back))).collect();
            Write::Insert { bucket: bucket(), events }
        }
        16 => Write::DeleteEvents {
            bucket: bucket(),
            ids: (0..5).map(|_| EventId(1 + random.below(60) as i64)).collect(),
        },
        17 => Write::EraseEvents {
            buckets: None,
            range: TimeRange::from(moment(random.below(clock_s)), Duration::from_s(10)),
        },
        18 => Write::PutSetting { key: format!("key{}", random.below(3)), value: clock_s.into() },
        _ => Write::Audit(AuditEntry {
            at: moment(clock_s),
            actor: "attnd".into(),
            action: "test".into(),
            subject: clock_s.to_string(),
        }),
    }
}

fn event(random: &mut Random, clock_s: u64) -> Event {
    let label = "long enough to fill pages ".repeat(random.below(8) as usize);
    let data = Data::from([("label", format!("{label}{}", random.below(6)).into())]);
    Event::new(moment(clock_s), Duration::from_s(random.below(400) as u32), data).unwrap()
}

fn moment(clock_s: u64) -> Timestamp {
    let start = Timestamp::parse("2024-01-01T00:00:00Z").unwrap();
    start.saturating_add(Duration::from_s(clock_s as u32))
}

pub(crate) fn bucket() -> BucketId {
    BucketId::parse("window").unwrap()
}

pub(crate) fn new_bucket() -> NewBucket {
    NewBucket {
        id: bucket(),
        name: None,
        kind: BucketType(BucketType::WINDOW.into()),
        client: "test".into(),
        hostname: "laptop".into(),
        created: None,
        data: Data::default(),
    }
}

/// Everything the writes can have changed, as text. Reads must answer.
pub(crate) fn contents(store: &dyn Store) -> String {
    let me = me(store);
    let mut events = Vec::new();
    let mut sink = |event: Event| {
        events.push((event.id, event.timestamp, event.duration, event.data.canonical()));
        ControlFlow::Continue(())
    };
    let read = store.events(me, &bucket(), EventQuery::range(TimeRange::ALL), &mut sink);
    format!(
        "{:?} {read:?} {events:?} {:?} {:?}",
        store.buckets(me).unwrap(),
        store.settings(me).unwrap(),
        store.audit(me, 0).unwrap()
    )
}

/// What must be there after none, one, two, … of the writes.
pub(crate) fn prefixes(writes: &[Write]) -> Vec<String> {
    let reference = MemoryStore::new();
    let me = me(&reference);
    let mut prefixes = vec![contents(&reference)];
    for write in writes {
        let _ = reference.write(me, write.clone());
        prefixes.push(contents(&reference));
    }
    prefixes
}
