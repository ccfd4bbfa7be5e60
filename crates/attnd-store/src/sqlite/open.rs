//! How does the store start? Locked, checked, repaired if need be, brought up to date.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};

use attnd_core::store::StoreError;
use rusqlite::Connection;
use uuid::Uuid;

use super::cache::Cache;
use super::checkpointer::Checkpointer;
use super::config::SqliteConfig;
use super::connect;
use super::disk::beside;
use super::error::{from_io, from_sqlite};
use super::migration::{self, STEPS};
use super::payload_cache::PayloadCache;
use super::repair;
use super::writer::Writer;
use super::{SqliteStore, disk};

/// What opening found and did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenReport {
    /// The schema the file had; 0 when it was made now.
    pub schema_before: i64,
    /// What was done about a damaged file, if it was one.
    pub repair: Option<Repair>,
}

/// What was done about a damaged file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repair {
    /// Every row that could still be read is in a new file.
    Salvaged {
        /// Where the damaged file is kept.
        damaged: PathBuf,
        /// Rows carried over.
        rows: u64,
    },
    /// Nothing could be read: the newest backup that is whole took its place.
    Restored {
        /// Where the damaged file is kept.
        damaged: PathBuf,
        /// The backup.
        backup: PathBuf,
    },
}

/// Held while the store is open: a second attnd is refused.
pub(super) struct DataLock {
    _file: File,
}

/// What parsed payloads may take in memory.
const PAYLOAD_CACHE_BYTES: usize = 32 << 20;

impl SqliteStore {
    /// Opens the database, and makes it with its one person if there is none.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`], [`StoreError::InUse`], [`StoreError::Newer`] (nothing was
    /// touched), [`StoreError::Full`], [`StoreError::Corrupt`] when neither repair nor a backup
    /// helps, or [`StoreError::Io`].
    pub fn open(config: SqliteConfig) -> Result<Self, StoreError> {
        let lock = match config.vfs {
            Some(_) => None,
            None => Some(take_possession(&config.path)?),
        };
        let (connection, report) = open_whole(&config)?;
        let connection = Arc::new(Mutex::new(connection));
        let payloads = Arc::new(PayloadCache::new(PAYLOAD_CACHE_BYTES));
        let (jobs, queue) = mpsc::channel();
        let writer = Writer {
            connection: Arc::clone(&connection),
            jobs: queue,
            payloads: Arc::clone(&payloads),
            config: config.clone(),
            cache: Cache::default(),
            checkpointer: Checkpointer::start(&config)?,
            company: 1,
        };
        let thread = std::thread::Builder::new()
            .name("attnd-writer".into())
            .spawn(move || writer.run())
            .map_err(|error| StoreError::Io { detail: error.to_string() })?;
        Ok(Self {
            jobs: Some(jobs),
            writer: Some(thread),
            connection,
            idle_readers: Mutex::default(),
            payloads,
            config,
            report,
            _lock: lock,
        })
    }
}

/// Makes the directory and the file, for our user's eyes only, and locks them.
fn take_possession(path: &Path) -> Result<DataLock, StoreError> {
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(directory);
        made.map_err(|error| from_io(&error, directory))?;
    }
    let lock_path = beside(path, ".lock");
    let lock = private_file(&lock_path)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(StoreError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(error)) => return Err(from_io(&error, &lock_path)),
    }
    // SQLite gives its log and shared memory the mode of the database.
    private_file(path)?;
    Ok(DataLock { _file: lock })
}

/// Opens a file for writing, made with mode 0600 if it is missing.
pub(super) fn private_file(path: &Path) -> Result<File, StoreError> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(|error| from_io(&error, path))
}

/// A checked connection with today's schema, after repair if that was needed.
fn open_whole(config: &SqliteConfig) -> Result<(Connection, OpenReport), StoreError> {
    match open_checked(config)? {
        Checked::Whole(connection, schema_before) => {
            Ok((connection, OpenReport { schema_before, repair: None }))
        }
        Checked::Damaged(detail) => {
            tracing::error!(path = %config.path.display(), detail, "the database is damaged; repairing it");
            let repair = repair::mend(config, detail)?;
            match open_checked(config)? {
                Checked::Whole(connection, schema_before) => {
                    Ok((connection, OpenReport { schema_before, repair: Some(repair) }))
                }
                Checked::Damaged(detail) => Err(StoreError::Corrupt { path: config.path.clone(), detail }),
            }
        }
    }
}

enum Checked {
    Whole(Connection, i64),
    Damaged(String),
}

fn open_checked(config: &SqliteConfig) -> Result<Checked, StoreError> {
    let mut connection = connect::untouched(config).map_err(|e| failed(&e, config))?;
    match check(&connection, config) {
        Ok(Ok(found)) => {
            migration::upgrade(&mut connection, STEPS)?;
            make_local_person(&connection).map_err(|e| failed(&e, config))?;
            Ok(Checked::Whole(connection, found))
        }
        Ok(Err(refused)) => Err(refused),
        Err(error) if super::error::is_damage(&error) => {
            let _ = connect::keep_log(&connection);
            Ok(Checked::Damaged(error.to_string()))
        }
        Err(error) => Err(failed(&error, config)),
    }
}

/// The schema of a whole database; a damaged one is an error of SQLite.
fn check(connection: &Connection, config: &SqliteConfig) -> rusqlite::Result<Result<i64, StoreError>> {
    let found = migration::version(connection)?;
    if let Err(newer) = migration::refuse_newer(found, STEPS, &config.path) {
        connect::keep_log(connection)?;
        return Ok(Err(newer));
    }
    connect::prepare_writer(connection, config)?;
    quick_check(connection)?;
    Ok(Ok(found))
}

/// Reads every page; damage is an error.
pub(super) fn quick_check(connection: &Connection) -> rusqlite::Result<()> {
    let answer: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if answer == "ok" { Ok(()) } else { Err(damage(answer)) }
}

/// An error that says the file is bad.
pub(super) fn damage(detail: String) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT), Some(detail))
}

/// The person every row belongs to in personal mode.
fn make_local_person(connection: &Connection) -> rusqlite::Result<()> {
    let people: i64 = connection.query_row("SELECT count(*) FROM person", [], |row| row.get(0))?;
    if people > 0 {
        return Ok(());
    }
    let transaction = connection.unchecked_transaction()?;
    let organisations: i64 =
        transaction.query_row("SELECT count(*) FROM organisation", [], |row| row.get(0))?;
    if organisations == 0 {
        transaction.execute("INSERT INTO organisation (uuid) VALUES (?1)", [Uuid::now_v7().as_bytes()])?;
    }
    transaction.execute(
        "INSERT INTO person (organisation, uuid) VALUES ((SELECT min(key) FROM organisation), ?1)",
        [Uuid::now_v7().as_bytes()],
    )?;
    transaction.commit()
}

fn failed(error: &rusqlite::Error, config: &SqliteConfig) -> StoreError {
    use rusqlite::ErrorCode as Code;
    match error.sqlite_error_code() {
        Some(Code::ReadOnly | Code::PermissionDenied) => StoreError::ReadOnly { path: config.path.clone() },
        Some(Code::CannotOpen) if fs::metadata(&config.path).is_ok_and(|m| m.permissions().readonly()) => {
            StoreError::ReadOnly { path: config.path.clone() }
        }
        Some(Code::SystemIoFailure) => disk::store_error(error, config),
        _ => from_sqlite(error),
    }
}
