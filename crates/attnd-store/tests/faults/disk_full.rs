//! What if the disk is full? Writes are refused as such, reads are served, and when there is
//! space again it goes on by itself.

use std::process::Command;

use attnd_core::store::{Maintenance, Store, StoreError, Write, Written};
use attnd_core::{Data, Duration, Event, EventId, TimeRange, Timestamp};
use attnd_store::{SqliteConfig, SqliteStore};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::workload::{bucket, contents, me, new_bucket};

fn events(number: usize) -> Vec<Event> {
    let start = Timestamp::parse("2024-01-01T10:00:00Z").unwrap();
    let label = |at: usize| Data::from([("label", format!("{number} {at} {}", "x".repeat(200)).into())]);
    (0..100).map(|at| Event::new(start, Duration::from_s(5), label(at)).unwrap()).collect()
}

/// A hundred new events with texts of their own.
fn insert(store: &SqliteStore, number: usize) -> Result<(), StoreError> {
    store.write(me(store), Write::Insert { bucket: bucket(), events: events(number) }).map(drop)
}

/// The number of an insert that `fill` has not made.
const ANOTHER: usize = 10_001;

/// Inserts until the disk is full; how many inserts were acknowledged.
fn fill(store: &SqliteStore) -> usize {
    let create = Write::CreateBucket { bucket: new_bucket(), now: Timestamp::MIN };
    store.write(me(store), create).unwrap();
    for number in 0..10_000 {
        match insert(store, number) {
            Ok(_) => {}
            Err(error) => {
                assert_eq!(error, StoreError::Full);
                return number;
            }
        }
    }
    panic!("the disk is never full");
}

fn stored(store: &SqliteStore) -> u64 {
    store.count(me(store), &bucket(), TimeRange::ALL).unwrap()
}

#[test]
fn a_full_database_serves_reads_and_goes_on_once_there_is_space() {
    let directory = tempfile::tempdir().unwrap();
    let mut config = SqliteConfig::in_directory(directory.path());
    config.most_pages = Some(300);
    let store = SqliteStore::open(config).unwrap();
    let inserted = fill(&store);
    assert!(inserted > 10);
    assert_eq!(stored(&store), inserted as u64 * 100);
    let full = contents(&store);
    assert_eq!(insert(&store, ANOTHER), Err(StoreError::Full));
    assert!(contents(&store) == full, "a refused insert leaves nothing");
    let ids = (1..=1_000).map(EventId).collect();
    let delete = Write::DeleteEvents { bucket: bucket(), ids };
    assert_eq!(store.write(me(&store), delete), Ok(Written::Count(1_000)), "space can be made");
    assert!(insert(&store, ANOTHER).is_ok());
    assert_eq!(stored(&store), inserted as u64 * 100 - 900);
    assert_eq!(store.maintain(Maintenance::Verify), Ok(()));
}

#[test]
fn one_write_too_large_for_the_disk_takes_no_other_with_it() {
    let directory = tempfile::tempdir().unwrap();
    let mut config = SqliteConfig::in_directory(directory.path());
    config.most_pages = Some(400);
    let store = SqliteStore::open(config).unwrap();
    let person = me(&store);
    let create = Write::CreateBucket { bucket: new_bucket(), now: Timestamp::MIN };
    store.write(person, create).unwrap();
    let large = (0..100).flat_map(events).collect();
    let (sender, receiver) = std::sync::mpsc::channel();
    let writes = [
        Write::Insert { bucket: bucket(), events: events(1) },
        Write::Insert { bucket: bucket(), events: large },
        Write::Insert { bucket: bucket(), events: events(2) },
    ];
    for (number, write) in writes.into_iter().enumerate() {
        let sender = sender.clone();
        store.submit(person, write, Box::new(move |result| sender.send((number, result.map(drop))).unwrap()));
    }
    let mut results: Vec<_> = (0..3).map(|_| receiver.recv().unwrap()).collect();
    results.sort_by_key(|(number, _)| *number);
    assert_eq!(results, [(0, Ok(())), (1, Err(StoreError::Full)), (2, Ok(()))]);
    assert_eq!(stored(&store), 200);
}

/// The system's limit on a file's size is the process's own, so this runs in one of its own,
/// with the signal that announces the limit ignored, as the daemon ignores it.
#[test]
fn a_limit_on_file_size_is_a_full_disk() {
    const INSIDE: &str = "ATTND_TEST_FILE_SIZE_LIMIT";
    if std::env::var_os(INSIDE).is_some() {
        return under_a_limit();
    }
    let this_test = "disk_full::a_limit_on_file_size_is_a_full_disk";
    let child = Command::new("sh")
        .args(["-c", "trap '' XFSZ; exec \"$0\" --exact --nocapture \"$1\""])
        .arg(std::env::current_exe().unwrap())
        .arg(this_test)
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
}

fn under_a_limit() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(SqliteConfig::in_directory(directory.path())).unwrap();
    let Rlimit { maximum, .. } = getrlimit(Resource::Fsize);
    setrlimit(Resource::Fsize, Rlimit { current: Some(2 << 20), maximum }).unwrap();
    let inserted = fill(&store);
    assert!(inserted > 5);
    let full = contents(&store);
    assert_eq!(insert(&store, ANOTHER), Err(StoreError::Full));
    assert!(contents(&store) == full);
    setrlimit(Resource::Fsize, Rlimit { current: maximum, maximum }).unwrap();
    assert!(insert(&store, ANOTHER).is_ok(), "it goes on without a restart");
    assert_eq!(stored(&store), (inserted as u64 + 1) * 100);
    assert_eq!(store.maintain(Maintenance::Verify), Ok(()));
}
