//! Are the files private, locked, and refused when they are not ours to open? And is what was
//! deleted gone from every byte of them?

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use attnd_core::rollup::{HourRollup, RollupRow, RulesVersion};
use attnd_core::store::{Maintenance, Store, StoreError, Write};
use attnd_core::{Data, Duration, Event, EventId, TimeRange, Timestamp};
use attnd_store::{SqliteConfig, SqliteStore};
use rusqlite::Connection;

use crate::workload::{bucket, me, new_bucket};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn files_are_private_from_creation() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("a/b");
    let store = SqliteStore::open(SqliteConfig::in_directory(&data)).unwrap();
    store.write(me(&store), Write::DeleteSetting("x".into())).unwrap();
    store.maintain(Maintenance::Backup(data.join("backup.db"))).unwrap();
    assert_eq!(mode(&data), 0o700);
    let names: Vec<_> = fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(names.len() >= 5, "{names:?}");
    for path in names {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn a_second_attnd_is_refused_until_the_first_is_gone() {
    let directory = tempfile::tempdir().unwrap();
    let config = SqliteConfig::in_directory(directory.path());
    let first = SqliteStore::open(config.clone()).unwrap();
    let second = SqliteStore::open(config.clone()).map(|_| ());
    assert_eq!(second, Err(StoreError::InUse { path: config.path.clone() }));
    drop(first);
    assert!(SqliteStore::open(config).is_ok());
}

#[test]
fn a_newer_database_is_refused_untouched() {
    let directory = tempfile::tempdir().unwrap();
    let config = SqliteConfig::in_directory(directory.path());
    drop(SqliteStore::open(config.clone()).unwrap());
    Connection::open(&config.path).unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
    let before = fs::read(&config.path).unwrap();
    let opened = SqliteStore::open(config.clone()).map(|_| ());
    assert_eq!(opened, Err(StoreError::Newer { path: config.path.clone(), found: 99, known: 2 }));
    assert_eq!(fs::read(&config.path).unwrap(), before);
}

#[test]
fn a_directory_that_cannot_be_written_is_named() {
    // Nobody, not even root, makes directories there.
    let config = SqliteConfig::in_directory("/sys/attnd");
    let opened = SqliteStore::open(config).map(|_| ());
    assert_eq!(opened, Err(StoreError::ReadOnly { path: "/sys/attnd".into() }));
}

#[test]
fn a_backup_overwrites_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(SqliteConfig::in_directory(directory.path())).unwrap();
    let target = directory.path().join("precious");
    fs::write(&target, b"precious").unwrap();
    assert!(matches!(store.maintain(Maintenance::Backup(target.clone())), Err(StoreError::Io { .. })));
    assert_eq!(fs::read(&target).unwrap(), b"precious");
}

const CANARY: &str = "canary-7f3a9c";

/// Every file of the directory whose bytes have the canary.
fn traces(directory: &Path) -> Vec<String> {
    let has = |bytes: &[u8]| bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes());
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| has(&fs::read(path).unwrap())).map(|path| path.display().to_string()).collect()
}

fn planted(store: &SqliteStore) -> EventId {
    let me = me(store);
    let write = |write| store.write(me, write).unwrap();
    let start = Timestamp::parse("2024-01-01T10:00:00Z").unwrap();
    write(Write::CreateBucket { bucket: new_bucket(), now: start });
    let data = |label: String| Data::from([("label", label.into())]);
    let event = |label: String| Event::new(start, Duration::from_s(5), data(label)).unwrap();
    let mut events: Vec<Event> = (0..500).map(|number| event(format!("{number} harmless"))).collect();
    events.push(event(CANARY.into()));
    let stored = match write(Write::Insert { bucket: bucket(), events }) {
        attnd_core::store::Written::Events(stored) => stored,
        other => panic!("{other:?}"),
    };
    let page = store.rollup(me, RulesVersion(1), TimeRange::from(start, Duration::from_s(60))).unwrap();
    let stale = page.stale[0];
    let row = RollupRow {
        hour: stale.hour,
        category: vec![CANARY.into()],
        application: CANARY.into(),
        active: Duration::from_s(5),
    };
    // A track holds names and sites as they are: longer than a page here, so that its chain counts too.
    let track = CANARY.repeat(1_000).into_bytes();
    let hours = vec![HourRollup { hour: stale.hour, generation: stale.generation, rows: vec![row], track }];
    write(Write::PutRollup { version: RulesVersion(1), hours });
    stored[500].id.unwrap()
}

#[test]
fn the_last_event_takes_its_text_and_its_sums_with_it() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(SqliteConfig::in_directory(directory.path())).unwrap();
    let id = planted(&store);
    store.maintain(Maintenance::Checkpoint).unwrap();
    assert!(!traces(directory.path()).is_empty(), "the canary is there to be found");
    store.write(me(&store), Write::DeleteEvents { bucket: bucket(), ids: vec![id] }).unwrap();
    store.maintain(Maintenance::Scrub).unwrap();
    assert_eq!(traces(directory.path()), [""; 0]);
    assert_eq!(store.bucket(me(&store), &bucket()).unwrap().event_count, 500);
}

#[test]
fn an_erased_person_leaves_no_trace_in_any_file() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(SqliteConfig::in_directory(directory.path())).unwrap();
    planted(&store);
    let me = me(&store);
    store.write(me, Write::PutSetting { key: CANARY.into(), value: CANARY.into() }).unwrap();
    store.write(me, Write::ErasePerson).unwrap();
    store.maintain(Maintenance::Scrub).unwrap();
    assert_eq!(traces(directory.path()), [""; 0]);
}
