//! How is the file kept in order? Backups, scrubbing, checkpoints and checks.

use std::path::Path;

use attnd_core::store::{Maintenance, StoreError};
use rusqlite::{Connection, OpenFlags};

use super::config::SqliteConfig;
use super::error::{from_io, from_sqlite, is_damage};
use super::open::private_file;
use super::writer::{Writer, lock};

impl Writer {
    pub(super) fn maintain(&mut self, job: &Maintenance) -> Result<(), StoreError> {
        run(&lock(&self.connection), job, &self.config)
    }
}

/// Does the work on this connection.
pub(super) fn run(
    connection: &Connection,
    job: &Maintenance,
    config: &SqliteConfig,
) -> Result<(), StoreError> {
    match job {
        Maintenance::Backup(path) => backup(connection, path),
        Maintenance::Scrub => scrub(connection).map_err(|error| super::disk::store_error(&error, config)),
        Maintenance::Checkpoint => {
            checkpoint(connection, "PASSIVE").map(|_| ()).map_err(|error| from_sqlite(&error))
        }
        Maintenance::Verify => verify(connection).map_err(|error| {
            if is_damage(&error) {
                return StoreError::Corrupt { path: config.path.clone(), detail: error.to_string() };
            }
            from_sqlite(&error)
        }),
    }
}

/// Whether the whole log was copied.
#[derive(PartialEq, Eq)]
enum Checkpointed {
    Whole,
    ReadersInTheWay,
}

/// Copies everything into a new file, and reads that whole before it counts as a backup.
fn backup(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    if path.exists() {
        return Err(StoreError::Io { detail: format!("{} exists already", path.display()) });
    }
    private_file(path)?;
    let copied = copy(connection, path);
    if copied.is_err() {
        let _ = std::fs::remove_file(path);
    }
    copied
}

fn copy(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let name = path.to_str().ok_or_else(|| StoreError::Io { detail: "the path is no UTF-8".into() })?;
    connection.execute("VACUUM INTO ?1", [name]).map_err(|e| from_sqlite(&e))?;
    verify_file(path)?;
    let file = std::fs::File::open(path).map_err(|error| from_io(&error, path))?;
    file.sync_all().map_err(|error| from_io(&error, path))
}

/// Checks a database file nobody uses.
pub(super) fn verify_file(path: &Path) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let checked = Connection::open_with_flags(path, flags).and_then(|copy| super::open::quick_check(&copy));
    checked.map_err(|error| StoreError::Corrupt { path: path.to_owned(), detail: error.to_string() })
}

/// Rewrites the file without what was deleted, and empties the log.
fn scrub(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("VACUUM")?;
    if checkpoint(connection, "TRUNCATE")? == Checkpointed::Whole {
        return Ok(());
    }
    Err(rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY),
        Some("a long read keeps the log from being emptied; try again".into()),
    ))
}

fn checkpoint(connection: &Connection, mode: &str) -> rusqlite::Result<Checkpointed> {
    let busy: i64 = connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| row.get(0))?;
    Ok(if busy == 0 { Checkpointed::Whole } else { Checkpointed::ReadersInTheWay })
}

/// Checks every page, every index against its table, and every reference.
fn verify(connection: &Connection) -> rusqlite::Result<()> {
    let answer: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if answer != "ok" {
        return Err(super::open::damage(answer));
    }
    for (what, sql) in COUNTS {
        let wrong: i64 = connection.query_row(sql, [], |row| row.get(0))?;
        if wrong > 0 {
            return Err(super::open::damage(format!("{wrong} rows of {what} have a wrong count")));
        }
    }
    Ok(())
}

/// Counts kept beside what they count.
const COUNTS: [(&str, &str); 2] = [
    (
        "payload",
        "SELECT count(*) FROM (SELECT payload, count(*) AS events FROM event GROUP BY payload) AS used
         FULL JOIN payload ON payload.key = used.payload WHERE payload.refs IS NOT used.events",
    ),
    (
        "bucket",
        "SELECT count(*) FROM (SELECT bucket, count(*) AS events FROM event GROUP BY bucket) AS used
         FULL JOIN bucket ON bucket.key = used.bucket WHERE coalesce(used.events, 0) IS NOT bucket.event_count",
    ),
];
