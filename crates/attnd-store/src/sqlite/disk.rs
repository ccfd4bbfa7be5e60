//! Is the disk full? SQLite tells a full disk only in one of its ways.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use attnd_core::store::StoreError;
use rusqlite::ErrorCode;

use super::config::SqliteConfig;
use super::error::{from_io, from_sqlite};

/// The store's word for a failure of SQLite while writing.
///
/// SQLite says `FULL` when the device has no space left, but a plain I/O error when a quota or
/// the limit of a file's size is reached. For that case this tries to write a little beyond the
/// end of the largest file: the system says which it is.
pub(super) fn store_error(error: &rusqlite::Error, config: &SqliteConfig) -> StoreError {
    let failed_to_write = error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure);
    if failed_to_write
        && config.vfs.is_none()
        && let Err(io) = probe(&config.path)
        && let full @ (StoreError::Full | StoreError::ReadOnly { .. }) = from_io(&io, &config.path)
    {
        return full;
    }
    from_sqlite(error)
}

/// Writes a page where the next one would go, in a file of its own.
fn probe(database: &Path) -> io::Result<()> {
    const PAGE_BYTES: usize = 4096;
    let log = beside(database, "-wal");
    let length = [database, &log].iter().filter_map(|file| fs::metadata(file).ok()).map(|m| m.len()).max();
    let path = beside(database, "-probe");
    let result = write_at(&path, length.unwrap_or(0), &[0; PAGE_BYTES]);
    let _ = fs::remove_file(&path);
    result
}

fn write_at(path: &Path, offset: u64, bytes: &[u8]) -> io::Result<()> {
    let mut file: File = OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
    file.set_len(offset)?;
    io::Seek::seek(&mut file, io::SeekFrom::End(0))?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The file whose name has this ending more.
pub(super) fn beside(database: &Path, ending: &str) -> std::path::PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
