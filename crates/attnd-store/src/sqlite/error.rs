//! What does SQLite's error mean for the caller?

use std::io;
use std::path::Path;

use attnd_core::store::StoreError;
use rusqlite::ErrorCode;

/// The store's word for a failure of SQLite. Messages of SQLite name tables and columns, never
/// values, so they may be told.
pub(super) fn from_sqlite(error: &rusqlite::Error) -> StoreError {
    let detail = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full,
        Some(
            ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::OutOfMemory,
        ) => StoreError::Io { detail },
        _ => StoreError::Internal { detail },
    }
}

/// The store's word for a failure of the file system at `path`.
pub(super) fn from_io(error: &io::Error, path: &Path) -> StoreError {
    use io::ErrorKind as K;
    match error.kind() {
        K::PermissionDenied | K::ReadOnlyFilesystem => StoreError::ReadOnly { path: path.to_owned() },
        K::StorageFull | K::QuotaExceeded | K::FileTooLarge => StoreError::Full,
        _ => StoreError::Io { detail: format!("{}: {error}", path.display()) },
    }
}

/// Whether the file itself is bad, not what was asked of it.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}
