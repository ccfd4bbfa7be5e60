//! What if the disk fails once, at any one of its operations? An error or success, the truth
//! either way.

use attnd_core::store::{Maintenance, Store, StoreError, Write};
use attnd_store::{Durability, SqliteStore};
use sqlite_plugin::vars;

use crate::random::Random;
use crate::simulated_disk::{Disk, Image, Trouble};
use crate::workload::{config, contents, me, open, prefixes, writes};

const FAILURES: [i32; 3] = [vars::SQLITE_IOERR_WRITE, vars::SQLITE_IOERR_FSYNC, vars::SQLITE_FULL];

fn workload() -> Vec<Write> {
    writes(&mut Random::from_seed(3), 16)
}

fn made() -> Image {
    let disk = Disk::with("io-made", &Image::blank());
    drop(open(&disk));
    disk.image()
}

/// How many operations the workload takes when nothing fails.
fn operations(made: &Image) -> u64 {
    let disk = Disk::with("io-count", made);
    let store = open(&disk);
    disk.trouble(Trouble::Never, 0);
    for write in workload() {
        store.write(me(&store), write).unwrap();
    }
    drop(store);
    disk.operations()
}

/// Writes one after the other; those that were acknowledged.
fn write_all(store: &SqliteStore) -> Vec<Write> {
    let me = me(store);
    workload().into_iter().filter(|write| acknowledged(&store.write(me, write.clone()))).collect()
}

fn acknowledged<T>(result: &Result<T, StoreError>) -> bool {
    match result {
        Ok(_) => true,
        Err(StoreError::Io { .. } | StoreError::Full | StoreError::NoBucket(_)) => false,
        Err(other) => panic!("a failing disk is no {other:?}"),
    }
}

#[test]
fn every_single_failure_is_told_or_overcome() {
    let made = made();
    let operations = operations(&made);
    assert!(operations > 50, "the workload is too small: {operations} operations");
    for failure in FAILURES {
        for nth in 1..=operations {
            let disk = Disk::with(&format!("io-{failure}-{nth}"), &made);
            let store = open(&disk);
            disk.trouble(Trouble::FailAt(nth), failure);
            let written = write_all(&store);
            let expected = prefixes(&written).pop().unwrap();
            assert_eq!(contents(&store), expected, "failure {failure} at {nth}");
            drop(store);
            disk.trouble(Trouble::Never, 0);
            let store = open(&disk);
            assert_eq!(contents(&store), expected, "failure {failure} at {nth}, after a restart");
            assert_eq!(store.maintain(Maintenance::Verify), Ok(()), "failure {failure} at {nth}");
        }
    }
}

#[test]
fn a_disk_that_recovers_needs_no_restart() {
    let made = made();
    for failure in FAILURES {
        for from in [1, 2, 7, 20, 40] {
            let disk = Disk::with(&format!("io-from-{failure}-{from}"), &made);
            let store = open(&disk);
            disk.trouble(Trouble::FailFrom(from), failure);
            let mut written = write_all(&store);
            assert_eq!(contents(&store), prefixes(&written).pop().unwrap(), "reads are served");
            disk.trouble(Trouble::Never, 0);
            let before = written.len();
            written.extend(write_all(&store));
            assert_eq!(written.len() - before, workload().len(), "all written once the disk is well");
            assert_eq!(contents(&store), prefixes(&written).pop().unwrap());
        }
    }
}

#[test]
fn opening_fails_cleanly_at_every_operation() {
    for nth in 1.. {
        let disk = Disk::with(&format!("io-open-{nth}"), &Image::blank());
        disk.trouble(Trouble::FailAt(nth), vars::SQLITE_IOERR_WRITE);
        let opened = SqliteStore::open(config(&disk, Durability::PowerLoss));
        let happened = disk.operations() >= nth;
        if let Err(error) = &opened {
            assert!(matches!(error, StoreError::Io { .. }), "{nth}: {error:?}");
        }
        drop(opened);
        disk.trouble(Trouble::Never, 0);
        let store = open(&disk);
        assert_eq!(store.people().unwrap().len(), 1);
        assert_eq!(store.maintain(Maintenance::Verify), Ok(()));
        if !happened {
            assert!(nth > 10);
            return;
        }
    }
}
