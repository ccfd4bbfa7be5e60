//! How is a connection set up? The pragmas, each with its reason.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::config::{Access, Durability, SqliteConfig};

/// Statements kept prepared on each connection; more than there are in this crate.
const STATEMENTS: usize = 128;

/// How long to wait for a lock that only a checkpoint or another connection of ours can hold.
const BUSY: std::time::Duration = std::time::Duration::from_secs(10);

/// A connection that has read and written nothing yet, not even the log.
pub(super) fn untouched(config: &SqliteConfig) -> rusqlite::Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = open(config, flags)?;
    if config.access == Access::Exclusive {
        // Before WAL is entered: then SQLite needs no shared memory.
        connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE")?;
    }
    Ok(connection)
}

/// Makes an untouched connection the writer's.
pub(super) fn prepare_writer(connection: &Connection, config: &SqliteConfig) -> rusqlite::Result<()> {
    connection.execute_batch("PRAGMA journal_mode = WAL")?;
    connection.execute_batch(match config.durability {
        // Every commit is on disk before it returns.
        Durability::PowerLoss => "PRAGMA synchronous = FULL",
        Durability::ProcessExit => "PRAGMA synchronous = NORMAL",
    })?;
    // Deleted content is overwritten with zeros; foreign keys are checked.
    connection.execute_batch("PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON")?;
    // The checkpointer copies the log into the file; the writer finishes what that has left when
    // the log has 64 MiB, and starts it anew. After a long read had let it grow, it shrinks.
    connection.execute_batch("PRAGMA wal_autocheckpoint = 16000; PRAGMA journal_size_limit = 67108864")?;
    connection.execute_batch("PRAGMA cache_size = -16384")?;
    if let Some(pages) = config.most_pages {
        connection.pragma_update(None, "max_page_count", pages)?;
    }
    Ok(())
}

/// A connection that can only read.
pub(super) fn reader(config: &SqliteConfig) -> rusqlite::Result<Connection> {
    let connection = open(config, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    // Pages come from the system's cache through a map: one copy for all readers.
    connection.execute_batch("PRAGMA cache_size = -4096; PRAGMA mmap_size = 1073741824")?;
    Ok(connection)
}

/// Leaves the log as it is when the connection closes.
pub(super) fn keep_log(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map(|_| ())
}

fn open(config: &SqliteConfig, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = match &config.vfs {
        Some(vfs) => Connection::open_with_flags_and_vfs(&config.path, flags, vfs.as_str())?,
        None => Connection::open_with_flags(&config.path, flags)?,
    };
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.execute_batch("PRAGMA temp_store = MEMORY")?;
    Ok(connection)
}
