//! How do folders come and go whole? Private, synced, renamed into place, and swept when left half-written.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

const LOCK: &str = "lock";
const NEW: &str = ".new-";
const GONE: &str = ".gone-";

/// Says to other processes that this one uses the folder: nobody sweeps what it is writing.
#[derive(Debug)]
pub(super) struct Presence {
    _lock: File,
}

impl Presence {
    /// Sweeps if nobody else is here, and stays.
    pub(super) fn enter(root: &Path, sweep: impl FnOnce() -> io::Result<()>) -> io::Result<Self> {
        let lock =
            open_private(&root.join(LOCK), OpenOptions::new().create(true).truncate(false).write(true))?;
        match lock.try_lock() {
            Ok(()) => {
                sweep()?;
                lock.unlock()?;
            }
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
        lock.lock_shared()?;
        Ok(Self { _lock: lock })
    }
}

/// A folder only its owner may look into, with those above it.
pub(super) fn create(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)
}

/// A new folder to write a recording into.
pub(super) fn create_new(home: &Path) -> io::Result<PathBuf> {
    create(home)?;
    let path = home.join(format!("{NEW}{}", Uuid::new_v4().simple()));
    create(&path)?;
    Ok(path)
}

/// A new file only its owner may read.
pub(super) fn create_file(path: &Path) -> io::Result<File> {
    open_private(path, OpenOptions::new().create_new(true).write(true))
}

fn open_private(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.open(path)
}

/// Gives a complete folder the name `<digest>-<n>`, above every other of this digest, and removes those.
pub(super) fn publish(home: &Path, written: &Path, digest: &str) -> io::Result<()> {
    sync(written)?;
    loop {
        let older: Vec<_> = all(home)?.into_iter().filter(|(name, ..)| name == digest).collect();
        let number = older.iter().map(|(_, number, _)| number + 1).max().unwrap_or(1);
        match fs::rename(written, home.join(format!("{digest}-{number}"))) {
            Ok(()) => {
                sync(home)?;
                // The person's folder itself may be new.
                home.parent().map_or(Ok(()), sync)?;
                return older.iter().try_for_each(|(.., path)| remove(home, path));
            }
            // Another process took the number.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists
                ) => {}
            Err(error) => return Err(error),
        }
    }
}

/// Removes a folder: at once by name, then its files, durably.
pub(super) fn remove(home: &Path, path: &Path) -> io::Result<()> {
    let gone = home.join(format!("{GONE}{}", Uuid::new_v4().simple()));
    match fs::rename(path, &gone) {
        // Another process was faster.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        renamed => renamed?,
    }
    fs::remove_dir_all(&gone)?;
    sync(home)
}

/// Every recording's folder of a person, older ones of the same id too: digest, number, path.
pub(super) fn all(home: &Path) -> io::Result<Vec<(String, u64, PathBuf)>> {
    let entries = match fs::read_dir(home) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some((digest, number)) = name.rsplit_once('-')
            && !digest.starts_with('.')
            && let Ok(number) = number.parse()
        {
            found.push((digest.to_owned(), number, entry.path()));
        }
    }
    found.sort();
    Ok(found)
}

/// The folder that counts for each id.
pub(super) fn recordings(home: &Path) -> io::Result<Vec<(String, u64, PathBuf)>> {
    let mut newest: Vec<(String, u64, PathBuf)> = Vec::new();
    for found in all(home)? {
        match newest.last_mut() {
            Some(last) if last.0 == found.0 => *last = found,
            _ => newest.push(found),
        }
    }
    Ok(newest)
}

/// What a folder's files take on disk.
pub(super) fn bytes(path: &Path) -> io::Result<u64> {
    fs::read_dir(path)?.map(|entry| Ok(entry?.metadata()?.len())).sum()
}

/// Removes what was begun and never completed, was being removed, or has been replaced.
pub(super) fn sweep(root: &Path) -> io::Result<()> {
    let half = |name: &str| name.starts_with(NEW) || name.starts_with(GONE);
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            continue;
        }
        if half(&entry.file_name().to_string_lossy()) {
            fs::remove_dir_all(entry.path())?;
            continue;
        }
        let home = entry.path();
        for entry in fs::read_dir(&home)? {
            let entry = entry?;
            if half(&entry.file_name().to_string_lossy()) {
                fs::remove_dir_all(entry.path())?;
            }
        }
        let newest = recordings(&home)?;
        for (digest, number, path) in all(&home)? {
            if !newest.iter().any(|(name, highest, _)| *name == digest && *highest == number) {
                remove(&home, &path)?;
            }
        }
    }
    Ok(())
}

/// Makes a folder's entries durable.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    // Other systems have no such call; there a rename is as durable as the system makes it.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
