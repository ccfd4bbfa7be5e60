//! What happens at each look? The loop that turns a desktop into heartbeats in the queue.

use std::time::Duration as StdDuration;

use attnd_core::{BucketType, Duration, ErrorCode, Problem};

use crate::config::WatchConfig;
use crate::desktop::{Desktop, Lock, Lost};
use crate::entry::{Beat, Entry, WatchBucket};
use crate::moment::{Continuity, Moment, Time, Timekeeper};
use crate::outbox::Outbox;
use crate::privacy::Privacy;
use crate::track::{AfkTracker, InputTracker, Presence, WindowTracker};

/// One watcher: what it knows between two looks.
#[derive(Debug)]
pub struct Watcher<T> {
    time: T,
    outbox: Outbox,
    privacy: Privacy,
    poll: StdDuration,
    afk_poll: StdDuration,
    buckets: Buckets,
    timekeeper: Timekeeper,
    window: WindowTracker,
    afk: AfkTracker,
    input: InputTracker,
    afk_due: StdDuration,
    sync_due: StdDuration,
}

#[derive(Debug)]
struct Buckets {
    window: WatchBucket,
    afk: WatchBucket,
    input: WatchBucket,
}

impl<T: Time> Watcher<T> {
    /// How long what is in the queue may be in memory only.
    const SYNC_EVERY: StdDuration = StdDuration::from_secs(1);

    /// A watcher that puts what it senses into `outbox`.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidConfig`].
    pub fn new(config: &WatchConfig, time: T, outbox: Outbox) -> Result<Self, Problem> {
        let bucket = |kind| {
            WatchBucket::of_host(kind, &config.hostname)
                .map_err(|error| Problem::new(ErrorCode::InvalidConfig, format!("the host's name: {error}")))
        };
        if config.poll.is_zero() || config.afk_timeout.is_zero() || config.input_interval.is_zero() {
            let detail = "the watcher's intervals and its timeout must be longer than zero";
            return Err(Problem::new(ErrorCode::InvalidConfig, detail));
        }
        Ok(Self {
            outbox,
            privacy: Privacy::compile(config)?,
            poll: standard(config.poll),
            afk_poll: standard(config.afk_poll()),
            buckets: Buckets {
                window: bucket(BucketType::WINDOW)?,
                afk: bucket(BucketType::AFK)?,
                input: bucket(BucketType::INPUT)?,
            },
            timekeeper: Timekeeper::default(),
            window: WindowTracker::new(config.poll, config.commit_interval),
            afk: AfkTracker::new(config.afk_timeout, config.afk_poll(), config.commit_interval),
            input: InputTracker::new(config.input_interval),
            afk_due: StdDuration::ZERO,
            sync_due: StdDuration::ZERO,
            time,
        })
    }

    /// Waits for something to look at, then looks.
    ///
    /// # Errors
    /// [`Lost`] when the desktop is gone; what was sensed so far is in the queue.
    pub fn step(&mut self, desktop: &mut dyn Desktop) -> Result<(), Lost> {
        let looked = desktop.wait(self.poll).and_then(|()| self.look(desktop));
        if looked.is_err() {
            self.finish();
        }
        looked
    }

    /// Looks at everything that is due.
    ///
    /// # Errors
    /// [`Lost`].
    pub fn look(&mut self, desktop: &mut dyn Desktop) -> Result<(), Lost> {
        let now = self.time.moment();
        if let Continuity::Broken { until } = self.timekeeper.look(now) {
            tracing::info!(%until, "the machine slept or its clock was set: nothing is merged across");
            self.sever();
            self.afk_due = now.monotonic;
        }
        let seen =
            desktop.active_window()?.and_then(|window| self.privacy.window(&self.buckets.window, window));
        let beats = self.window.look(now.wall, seen);
        self.put(&self.buckets.window, beats);
        self.look_at_presence(now, desktop)?;
        self.look_at_input(now, desktop)?;
        if now.monotonic >= self.sync_due {
            self.outbox.sync();
            self.sync_due = now.monotonic + Self::SYNC_EVERY;
        }
        Ok(())
    }

    /// Looks a last time, then finishes.
    ///
    /// # Errors
    /// [`Lost`]; what was sensed before is in the queue all the same.
    pub fn close(&mut self, desktop: &mut dyn Desktop) -> Result<(), Lost> {
        let now = self.time.moment();
        self.afk_due = now.monotonic;
        let looked = self.look(desktop).and_then(|()| self.count_input(now, desktop));
        self.finish();
        looked
    }

    /// Sends what is known and not yet sent, and brings it to the disk. Nothing that comes later
    /// is merged with it.
    pub fn finish(&mut self) {
        self.sever();
        self.outbox.sync();
    }

    fn look_at_presence(&mut self, now: Moment, desktop: &mut dyn Desktop) -> Result<(), Lost> {
        if now.monotonic < self.afk_due {
            return Ok(());
        }
        self.afk_due = now.monotonic + self.afk_poll;
        let Some(idle) = desktop.idle()? else { return Ok(()) };
        let idle = Duration::from_ns(i64::try_from(idle.as_nanos()).unwrap_or(i64::MAX));
        let presence = match desktop.lock() {
            Lock::Open => Presence::Idle(idle),
            Lock::Locked => Presence::Locked(idle),
        };
        let beats = self.afk.look(now.wall, presence);
        self.put(&self.buckets.afk, beats);
        Ok(())
    }

    fn look_at_input(&mut self, now: Moment, desktop: &mut dyn Desktop) -> Result<(), Lost> {
        if self.input.is_due(now.wall) { self.count_input(now, desktop) } else { Ok(()) }
    }

    fn count_input(&mut self, now: Moment, desktop: &mut dyn Desktop) -> Result<(), Lost> {
        if let Some(counts) = desktop.input()? {
            let beats = self.input.close(now.wall, &counts);
            self.put(&self.buckets.input, beats);
        }
        Ok(())
    }

    fn sever(&mut self) {
        let (window, afk) = (self.window.sever(), self.afk.sever());
        self.input.sever();
        self.put(&self.buckets.window, window);
        self.put(&self.buckets.afk, afk);
    }

    fn put(&self, bucket: &WatchBucket, beats: Vec<Beat>) {
        for beat in beats {
            self.outbox.put(Entry::new(bucket.clone(), beat));
        }
    }
}

fn standard(duration: Duration) -> StdDuration {
    StdDuration::from_nanos(duration.ns().unsigned_abs())
}

#[cfg(test)]
mod tests;
