//! Where is the database, and how is it used?

use std::path::PathBuf;

/// How to open a [`super::SqliteStore`].
#[derive(Clone, Debug)]
pub struct SqliteConfig {
    /// The database file. Its directory is made if it is missing.
    pub path: PathBuf,
    /// Where backups are, to fall back to the newest one if the file is beyond repair.
    pub backups: Option<PathBuf>,
    /// Who reads how.
    pub access: Access,
    /// What an acknowledgement promises.
    pub durability: Durability,
    /// SQLite's name of another file system; tests simulate failing disks with it. Its paths
    /// mean nothing to the operating system, so no directory, lock file or backup is touched.
    pub vfs: Option<String>,
    /// The most pages of 4 KiB the file may have; tests simulate a full disk with it.
    pub most_pages: Option<u32>,
}

/// Who reads how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Readers have connections of their own and never wait for the writer; this many are kept
    /// open while idle.
    Pooled {
        /// Connections kept.
        idle_readers: usize,
    },
    /// One connection for all, for file systems without shared memory.
    Exclusive,
}

/// What an acknowledgement promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// The write survives loss of power.
    PowerLoss,
    /// The write survives the end of the process only. Tests use it to prove that they would
    /// notice a loss.
    ProcessExit,
}

impl SqliteConfig {
    /// The name of the database in a data directory.
    pub const FILE_NAME: &str = "attnd.db";

    /// The database of a data directory, as a daemon uses it.
    #[must_use]
    pub fn in_directory(directory: impl Into<PathBuf>) -> Self {
        Self::at(directory.into().join(Self::FILE_NAME))
    }

    /// A database file, as a daemon uses it.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            backups: None,
            access: Access::Pooled { idle_readers: 4 },
            durability: Durability::PowerLoss,
            vfs: None,
            most_pages: None,
        }
    }
}
