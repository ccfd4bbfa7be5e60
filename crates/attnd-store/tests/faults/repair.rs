//! Does a damaged database come back? With every row that can be read, else with a backup.

use std::fs;
use std::path::Path;

use attnd_core::store::{Maintenance, Store, StoreError, Write};
use attnd_store::{Repair, SqliteConfig, SqliteStore, verify_audit};

use crate::random::Random;
use crate::workload::{contents, me, writes};

fn filled(config: &SqliteConfig, count: usize) -> String {
    let store = SqliteStore::open(config.clone()).unwrap();
    for write in writes(&mut Random::from_seed(5), count) {
        store.write(me(&store), write).unwrap();
    }
    contents(&store)
}

/// Overwrites one page of 4 KiB with nonsense.
fn damage(path: &Path, page: usize) {
    let mut bytes = fs::read(path).unwrap();
    let start = page * 4_096;
    for (at, byte) in bytes[start..start + 4_096].iter_mut().enumerate() {
        *byte = (at * 7 + 13) as u8;
    }
    fs::write(path, bytes).unwrap();
}

fn pages(path: &Path) -> usize {
    fs::metadata(path).unwrap().len() as usize / 4_096
}

fn events(text: &str) -> usize {
    text.matches("EventId(").count()
}

#[test]
fn any_damaged_page_but_the_first_costs_no_more_than_its_rows() {
    let directory = tempfile::tempdir().unwrap();
    let original = SqliteConfig::at(directory.path().join("original.db"));
    let before = filled(&original, 400);
    let mut salvaged = 0;
    for page in 1..pages(&original.path) {
        let config = SqliteConfig::at(directory.path().join(format!("{page}/attnd.db")));
        fs::create_dir(config.path.parent().unwrap()).unwrap();
        fs::copy(&original.path, &config.path).unwrap();
        damage(&config.path, page);
        let damaged_bytes = fs::read(&config.path).unwrap();
        let store = match SqliteStore::open(config.clone()) {
            Ok(store) => store,
            Err(StoreError::Corrupt { path, .. }) => {
                assert_eq!(path, config.path);
                assert_eq!(fs::read(&config.path).unwrap(), damaged_bytes, "page {page}: left as it was");
                continue;
            }
            Err(other) => panic!("page {page}: {other:?}"),
        };
        assert_eq!(store.maintain(Maintenance::Verify), Ok(()), "page {page}");
        if let Some(Repair::Salvaged { damaged, rows }) = &store.open_report().repair {
            salvaged += 1;
            assert_eq!(fs::read(damaged).unwrap(), damaged_bytes, "page {page}: the damaged file is kept");
            assert!(*rows > 2);
        }
        let found = contents(&store);
        let me = me(&store);
        let _ = store.write(
            me,
            Write::CreateBucket { bucket: crate::workload::new_bucket(), now: attnd_core::Timestamp::MIN },
        );
        store.write(me, Write::DeleteSetting("x".into())).unwrap();
        drop(store);
        let again = SqliteStore::open(config).unwrap();
        assert_eq!(again.open_report().repair, None, "page {page}: repaired once");
        assert!(events(&found) <= events(&before));
    }
    assert!(salvaged > pages(&original.path) / 2, "only {salvaged} salvaged");
}

#[test]
fn damage_within_events_leaves_the_others_and_their_counts() {
    let directory = tempfile::tempdir().unwrap();
    let config = SqliteConfig::in_directory(directory.path());
    let before = filled(&config, 600);
    let last = pages(&config.path) - 2;
    damage(&config.path, last);
    let store = SqliteStore::open(config).unwrap();
    let found = contents(&store);
    if store.open_report().repair.is_some() {
        assert!(events(&found) > 0 && events(&found) <= events(&before));
    }
    assert_eq!(store.maintain(Maintenance::Verify), Ok(()));
    assert_eq!(verify_audit(&store.audit(me(&store), 0).unwrap()), Ok(()));
}

#[test]
fn beyond_repair_the_newest_whole_backup_takes_its_place() {
    let directory = tempfile::tempdir().unwrap();
    let mut config = SqliteConfig::in_directory(directory.path().join("data"));
    let backups = directory.path().join("backups");
    fs::create_dir(&backups).unwrap();
    config.backups = Some(backups.clone());
    let before = filled(&config, 100);
    let store = SqliteStore::open(config.clone()).unwrap();
    store.maintain(Maintenance::Backup(backups.join("1.db"))).unwrap();
    drop(store);
    fs::write(backups.join("2.db"), b"a newer one that is no database").unwrap();
    fs::write(&config.path, b"this is no database at all, and it never was one".repeat(1_000)).unwrap();
    let store = SqliteStore::open(config).unwrap();
    match &store.open_report().repair {
        Some(Repair::Restored { backup, damaged }) => {
            assert_eq!(*backup, backups.join("1.db"));
            assert!(damaged.exists());
        }
        other => panic!("expected a restored backup, not {other:?}"),
    }
    assert_eq!(contents(&store), before);
}

#[test]
fn without_a_backup_it_says_so_and_touches_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let config = SqliteConfig::in_directory(directory.path());
    let nonsense = b"this is no database at all, and it never was one".repeat(1_000);
    fs::write(&config.path, &nonsense).unwrap();
    for _ in 0..2 {
        let opened = SqliteStore::open(config.clone()).map(|_| ());
        assert!(
            matches!(&opened, Err(StoreError::Corrupt { path, .. }) if *path == config.path),
            "{opened:?}"
        );
        assert_eq!(fs::read(&config.path).unwrap(), nonsense);
    }
}
