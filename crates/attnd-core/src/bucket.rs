//! Where do events go? A bucket holds the events of one watcher on one host.

use serde::{Deserialize, Serialize};

use crate::{BucketId, Data, Timestamp};

/// What kind of events a bucket holds, as ActivityWatch names them.
///
/// Unknown types are kept verbatim: any watcher may bring its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BucketType(pub String);

impl BucketType {
    /// The window in front: `{app, title}`.
    pub const WINDOW: &str = "currentwindow";
    /// Whether the person is at the machine: `{status: "afk" | "not-afk"}`.
    pub const AFK: &str = "afkstatus";
    /// The browser tab in front: `{url, title, audible, incognito, tabCount}`.
    pub const WEB: &str = "web.tab.current";
    /// The file in an editor: `{language, project, file}`.
    pub const EDITOR: &str = "app.editor.activity";
    /// The rhythm of keys and pointer: counts only.
    pub const INPUT: &str = "os.hid.input";

    /// The type as the watcher wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a watcher says when it makes a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewBucket {
    /// Its name.
    pub id: BucketId,
    /// A name for people, if any.
    pub name: Option<String>,
    /// What kind of events it holds.
    pub kind: BucketType,
    /// The program that writes it.
    pub client: String,
    /// The machine it senses.
    pub hostname: String,
    /// When it was made; now, if the watcher does not say.
    pub created: Option<Timestamp>,
    /// Anything else the watcher wants kept.
    pub data: Data,
}

/// A bucket as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub id: BucketId,
    /// A name for people, if any.
    pub name: Option<String>,
    /// What kind of events it holds.
    pub kind: BucketType,
    /// The program that writes it.
    pub client: String,
    /// The machine it senses.
    pub hostname: String,
    /// When it was made.
    pub created: Timestamp,
    /// Anything else the watcher wants kept.
    pub data: Data,
    /// Number of events in it.
    pub event_count: u64,
    /// From the start of the first event to the latest end of any; `None` while empty.
    pub extent: Option<Extent>,
}

/// The stretch a bucket's events cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Start of its earliest event.
    pub start: Timestamp,
    /// Latest end of any event.
    pub end: Timestamp,
}

impl Extent {
    /// The stretch that covers both.
    #[must_use]
    pub fn including(self, start: Timestamp, end: Timestamp) -> Self {
        Self { start: self.start.min(start), end: self.end.max(end) }
    }
}
