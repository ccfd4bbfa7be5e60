//! What runs by itself? Sums kept up to date, retention, and verified backups.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration as StdDuration;

use attnd_core::store::{Maintenance, Write};
use attnd_core::{ErrorCode, Problem, Timestamp};
use tokio::sync::{broadcast, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, interval_at};

use crate::{Engine, Happening};

const SUM_UP_EVERY: StdDuration = StdDuration::from_secs(60);
const BACK_UP_EVERY: StdDuration = StdDuration::from_secs(3_600);
const RETAIN_EVERY: StdDuration = StdDuration::from_secs(86_400);
/// Retention first runs shortly after the start: a machine that is on for an hour a day must not
/// miss it for ever.
const FIRST_RETAIN: StdDuration = StdDuration::from_secs(60);
const BACKUPS_KEPT: usize = 2;

impl Engine {
    /// Runs the background jobs until `stop` changes. A job that fails is logged and tried again
    /// at its next turn.
    pub async fn run(self: Arc<Self>, stop: watch::Receiver<()>) {
        tokio::join!(self.keep_sums(stop.clone()), self.keep_house(stop));
    }

    /// Sums hours up: every minute, and at once when the rules change.
    async fn keep_sums(self: &Arc<Self>, mut stop: watch::Receiver<()>) {
        let mut every = interval(SUM_UP_EVERY);
        every.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut asked = self.catch_up.asked();
        loop {
            tokio::select! {
                _ = stop.changed() => return,
                _ = every.tick() => {}
                Ok(()) = asked.changed() => {}
            }
            tokio::select! {
                _ = stop.changed() => return,
                outcome = self.catch_up(self.local) => log("sum up", outcome),
            }
        }
    }

    async fn keep_house(self: &Arc<Self>, mut stop: watch::Receiver<()>) {
        let now = Instant::now();
        let mut back_up = interval_at(now + BACK_UP_EVERY, BACK_UP_EVERY);
        let mut retain = interval_at(now + FIRST_RETAIN, RETAIN_EVERY);
        let mut happenings = self.happenings();
        loop {
            let (job, outcome) = tokio::select! {
                _ = stop.changed() => return,
                _ = back_up.tick() => ("back up", self.back_up(&mut happenings).await),
                _ = retain.tick() => ("retain", self.enforce_retention(self.local).await.map(|_| ())),
            };
            log(job, outcome);
        }
    }

    /// Whether writes reach the disk.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn ready(self: &Arc<Self>) -> Result<(), Problem> {
        // An empty write runs through the writer and its commit without leaving anything behind.
        self.write(self.local, Write::DeleteSetting(String::new())).await.map(|_| ())
    }

    async fn back_up(
        self: &Arc<Self>,
        happenings: &mut broadcast::Receiver<Happening>,
    ) -> Result<(), Problem> {
        let Some(directory) = self.config.backup_dir.clone() else {
            return Ok(());
        };
        if !anything_happened(happenings) {
            return Ok(());
        }
        let path = directory.join(backup_name(self.clock.now()));
        self.maintain(Maintenance::Backup(path)).await?;
        for old in backups(&directory)?.into_iter().rev().skip(BACKUPS_KEPT) {
            remove(&old)?;
        }
        Ok(())
    }

    /// Removes every backup; erasure reaches those too.
    pub(crate) fn remove_backups(&self) -> Result<u64, Problem> {
        let Some(directory) = &self.config.backup_dir else {
            return Ok(0);
        };
        let backups = backups(directory)?;
        for backup in &backups {
            remove(backup)?;
        }
        Ok(backups.len() as u64)
    }
}

fn log(job: &str, outcome: Result<(), Problem>) {
    if let Err(problem) = outcome {
        tracing::warn!(job, code = problem.code.info().code, "a background job failed");
    }
}

/// Drains what happened since the last look.
fn anything_happened(happenings: &mut broadcast::Receiver<Happening>) -> bool {
    let mut any = false;
    loop {
        match happenings.try_recv() {
            Ok(_) | Err(broadcast::error::TryRecvError::Lagged(_)) => any = true,
            Err(_) => return any,
        }
    }
}

fn backup_name(now: Timestamp) -> String {
    format!("attnd-{}.db", now.jiff().strftime("%Y%m%dT%H%M%SZ"))
}

/// The backups in a directory, oldest first.
///
/// # Errors
/// [`ErrorCode::FileUnreadable`] when the directory cannot be listed.
pub fn backups(directory: &Path) -> Result<Vec<PathBuf>, Problem> {
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(directory, &error)),
    };
    let mut backups: Vec<_> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.starts_with("attnd-") && name.contains(".db")
        })
        .collect();
    backups.sort();
    Ok(backups)
}

fn remove(path: &Path) -> Result<(), Problem> {
    std::fs::remove_file(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", path.display()))
}
