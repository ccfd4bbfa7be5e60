//! What does the watcher send? One heartbeat and the bucket it belongs to.

use attnd_core::heartbeat::Pulse;
use attnd_core::{BucketId, BucketType, Duration, Event};
use serde::{Deserialize, Serialize};

/// The name this watcher gives as the buckets' client.
pub const CLIENT: &str = "attnd-watch";

/// One of the watcher's buckets: enough to make it anew where the daemon does not have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchBucket {
    /// Its id, `aw-watcher-window_<host>`.
    pub id: BucketId,
    /// Its type, `currentwindow`.
    pub kind: BucketType,
    /// The machine it senses.
    pub hostname: String,
}

impl WatchBucket {
    /// The bucket of `kind` on `hostname`, named as ActivityWatch's own watchers name theirs, so
    /// that its tools and years of history go on without a seam.
    ///
    /// # Errors
    /// When the host's name cannot be part of a bucket id.
    pub fn of_host(kind: &str, hostname: &str) -> Result<Self, attnd_core::id::BucketIdError> {
        let watcher = match kind {
            BucketType::WINDOW => "window",
            BucketType::AFK => "afk",
            BucketType::INPUT => "input",
            other => other,
        };
        Ok(Self {
            id: BucketId::parse(format!("aw-watcher-{watcher}_{hostname}"))?,
            kind: BucketType(kind.to_owned()),
            hostname: hostname.to_owned(),
        })
    }
}

/// A heartbeat ready to go out: the event and how long after the last one's end it continues it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beat {
    /// What was the case, when and for how long.
    pub event: Event,
    /// ActivityWatch's pulsetime.
    pub pulse: Pulse,
}

/// One heartbeat on its way to the daemon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Where it goes.
    pub bucket: WatchBucket,
    /// ActivityWatch's pulsetime, in seconds.
    pub pulse_s: Duration,
    /// What was the case.
    pub event: Event,
}

impl Entry {
    /// A heartbeat for `bucket`.
    #[must_use]
    pub fn new(bucket: WatchBucket, beat: Beat) -> Self {
        Self { bucket, pulse_s: beat.pulse.0, event: beat.event }
    }
}
