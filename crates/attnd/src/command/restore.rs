//! `attnd doctor --restore`: how does the newest backup take the database's place?

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use attnd_core::store::{Maintenance, Store};
use attnd_core::{ErrorCode, Problem};
use attnd_store::{SqliteConfig, SqliteStore};
use serde_json::json;

use super::period;
use crate::config::Paths;
use crate::output::Output;
use crate::words::Language;

pub(super) fn run(paths: &Paths, output: &Output) -> Result<(), Problem> {
    let directory = paths.backups();
    let backups = attnd_engine::jobs::backups(&directory)?;
    let newest = backups.last().ok_or_else(|| {
        Problem::new(ErrorCode::FileUnreadable, format!("there is no backup in {}", directory.display()))
    })?;
    let database = SqliteConfig::in_directory(&paths.data_dir).path;
    let kept = put_aside(&database)?;
    fs::copy(newest, &database).map_err(|error| unreadable(newest, &error))?;
    // Opening takes the lock, so a running daemon makes this fail; and it proves the backup whole.
    SqliteStore::open(SqliteConfig::at(&database))?.maintain(Maintenance::Verify)?;
    output.answer(&json!({"restored": newest, "kept": kept}), |_| match output.language {
        Language::English => {
            format!("Restored {}; the old files are kept as {}.", newest.display(), kept.display())
        }
        Language::Chinese => format!("已恢复 {}；原文件保留为 {}。", newest.display(), kept.display()),
    })
}

/// Renames the database and its log, all with one ending. Refuses while a daemon has them.
fn put_aside(database: &Path) -> Result<PathBuf, Problem> {
    if database.exists() {
        let lock = fs::File::open(with_ending(database, ".lock")).and_then(|file| Ok(file.try_lock()?));
        if let Err(error) = lock
            && error.kind() == std::io::ErrorKind::WouldBlock
        {
            return Err(Problem::new(ErrorCode::DataDirInUse, "stop the daemon before restoring"));
        }
    }
    let (now, _) = period::here();
    let ending = format!(".replaced-{}", now.jiff().strftime("%Y%m%dT%H%M%SZ"));
    for part in ["", "-wal", "-shm"] {
        let file = with_ending(database, part);
        if file.exists() {
            fs::rename(&file, with_ending(&file, &ending)).map_err(|error| unreadable(&file, &error))?;
        }
    }
    Ok(with_ending(database, &ending))
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", path.display()))
}
