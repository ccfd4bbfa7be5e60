//! What becomes of a damaged file? Salvaged row by row, or replaced by a backup; always kept.
//!
//! The damaged file is only read. What could be saved is built beside it and takes its place in
//! one rename, so a crash on the way leaves either the one or the other.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use attnd_core::store::StoreError;
use rusqlite::{Connection, OpenFlags};

use super::config::{Access, SqliteConfig};
use super::connect;
use super::disk::beside;
use super::error::{from_io, from_sqlite};
use super::maintain::verify_file;
use super::migration::{self, STEPS};
use super::open::{Repair, private_file};
use super::salvage;

/// Replaces a damaged database by what can be saved of it, else by the newest whole backup.
///
/// # Errors
/// [`StoreError::Corrupt`] when there is neither; then nothing was changed.
pub(super) fn mend(config: &SqliteConfig, detail: String) -> Result<Repair, StoreError> {
    if config.vfs.is_some() {
        return Err(StoreError::Corrupt { path: config.path.clone(), detail });
    }
    let mended = beside(&config.path, "-mended");
    if let Some(rows) = salvaged(config, &mended)? {
        let damaged = take_its_place(&config.path, &mended)?;
        return Ok(Repair::Salvaged { damaged, rows });
    }
    if let Some(backup) = newest_backup(config) {
        remove_database(&mended)?;
        private_file(&mended)?;
        fs::copy(&backup, &mended).map_err(|error| from_io(&error, &mended))?;
        let damaged = take_its_place(&config.path, &mended)?;
        return Ok(Repair::Restored { damaged, backup });
    }
    remove_database(&mended)?;
    Err(StoreError::Corrupt { path: config.path.clone(), detail })
}

/// A new database with every row that can still be read; `None` if not even a person was left.
fn salvaged(config: &SqliteConfig, mended: &Path) -> Result<Option<u64>, StoreError> {
    remove_database(mended)?;
    private_file(mended)?;
    let new_config = SqliteConfig { access: Access::Exclusive, ..SqliteConfig::at(mended) };
    let failed = |error: rusqlite::Error| from_sqlite(&error);
    let mut new = connect::untouched(&new_config).map_err(failed)?;
    connect::prepare_writer(&new, &new_config).map_err(failed)?;
    migration::upgrade(&mut new, STEPS)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let Ok(old) = Connection::open_with_flags(&config.path, flags) else { return Ok(None) };
    let transaction = new.transaction().map_err(failed)?;
    let rows = salvage::carry_over(&old, &transaction).map_err(failed)?;
    let people: i64 =
        transaction.query_row("SELECT count(*) FROM person", [], |row| row.get(0)).map_err(failed)?;
    transaction.commit().map_err(failed)?;
    Ok((people > 0).then_some(rows))
}

/// The newest file of the backup directory that is a whole database this attnd can read.
fn newest_backup(config: &SqliteConfig) -> Option<PathBuf> {
    let entries = fs::read_dir(config.backups.as_ref()?).ok()?;
    let mut backups: Vec<(SystemTime, PathBuf)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let metadata = entry.metadata().ok()?;
            (metadata.is_file() && metadata.len() > 0).then(|| (metadata.modified().ok(), entry.path()))
        })
        .filter_map(|(modified, path)| Some((modified?, path)))
        .collect();
    backups.sort();
    backups.into_iter().rev().map(|(_, path)| path).find(|path| is_usable(path))
}

fn is_usable(path: &Path) -> bool {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let known = 1..=migration::known(STEPS);
    let version = Connection::open_with_flags(path, flags).and_then(|backup| migration::version(&backup));
    version.is_ok_and(|version| known.contains(&version)) && verify_file(path).is_ok()
}

/// Puts the mended file where the damaged one is, which keeps existing under another name.
///
/// The damaged log must be out of the way first: SQLite would apply it to the new file.
fn take_its_place(path: &Path, mended: &Path) -> Result<PathBuf, StoreError> {
    let damaged = name_for_damaged(path);
    let fault = |error: std::io::Error| from_io(&error, path);
    if fs::hard_link(path, &damaged).is_err() {
        fs::copy(path, &damaged).map_err(fault)?;
    }
    let log = beside(path, "-wal");
    if log.exists() {
        fs::rename(&log, beside(&damaged, "-wal")).map_err(fault)?;
    }
    let _ = fs::remove_file(beside(path, "-shm"));
    File::open(mended).and_then(|file| file.sync_all()).map_err(fault)?;
    fs::rename(mended, path).map_err(fault)?;
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        File::open(directory).and_then(|directory| directory.sync_all()).map_err(fault)?;
    }
    Ok(damaged)
}

/// `attnd.db.damaged-<Unix time in seconds>`, with a number more if that is taken.
fn name_for_damaged(path: &Path) -> PathBuf {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let first = beside(path, &format!(".damaged-{seconds}"));
    let others = (2..).map(|number| beside(path, &format!(".damaged-{seconds}-{number}")));
    std::iter::once(first).chain(others).find(|name| !name.exists()).expect("invariant: numbers do not end")
}

fn remove_database(path: &Path) -> Result<(), StoreError> {
    for ending in ["", "-wal", "-shm"] {
        let file = beside(path, ending);
        if file.exists() {
            fs::remove_file(&file).map_err(|error| from_io(&error, &file))?;
        }
    }
    Ok(())
}
