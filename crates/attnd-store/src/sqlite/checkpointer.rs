//! Who copies the log into the file while the writer goes on? A thread with its own connection.
//!
//! A checkpoint on the writer's thread makes every write wait that arrives during it: under load
//! that is what the slowest hundredth of the writes would be. Here it runs beside the writer,
//! which only finishes what is left when the log has grown far.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use attnd_core::store::StoreError;
use rusqlite::Connection;

use super::config::{Access, SqliteConfig};
use super::connect;
use super::error::from_sqlite;

/// Commits between two checkpoints; each adds some pages to the log.
const COMMITS: u32 = 200;

/// The writer's end: counts commits and wakes the thread.
pub(super) struct Checkpointer {
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    commits: u32,
}

impl Checkpointer {
    /// Starts the thread, where a second connection is possible.
    ///
    /// # Errors
    /// When the connection or the thread cannot be made.
    pub(super) fn start(config: &SqliteConfig) -> Result<Self, StoreError> {
        if config.access == Access::Exclusive {
            return Ok(Self { wake: None, thread: None, commits: 0 });
        }
        let connection = connect::untouched(config).map_err(|error| from_sqlite(&error))?;
        let (wake, woken) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("attnd-checkpoint".into())
            .spawn(move || run(&connection, &woken))
            .map_err(|error| StoreError::Io { detail: error.to_string() })?;
        Ok(Self { wake: Some(wake), thread: Some(thread), commits: 0 })
    }

    /// Notes a commit.
    pub(super) fn committed(&mut self) {
        self.commits += 1;
        if self.commits >= COMMITS
            && let Some(wake) = &self.wake
        {
            self.commits = 0;
            match wake.try_send(()) {
                Ok(()) | Err(TrySendError::Full(()) | TrySendError::Disconnected(())) => {}
            }
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(connection: &Connection, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        // A failure leaves the log as it is; the writer's own checkpoint meets and tells it.
        let copied = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = copied {
            tracing::warn!(%error, "the log could not be copied into the database");
        }
    }
}
