//! How is a watcher set up? Its settings and their defaults, which the manual takes from here.

use std::fmt;
use std::path::PathBuf;

use attnd_core::Duration;
use attnd_core::redact::RedactionRules;

use crate::queue::QueueLimits;

/// Everything a watcher needs to know.
#[derive(Clone, Debug)]
pub struct WatchConfig {
    /// Where the daemon answers.
    pub server: String,
    /// Sent as `Authorization: Bearer …`. A process of the daemon's own user needs none.
    pub token: Option<WatchToken>,
    /// The queue lives in `watch-queue/` in here.
    pub data_dir: PathBuf,
    /// The machine's name, as it stands in the bucket ids.
    pub hostname: String,
    /// Without input for this long the person counts as away.
    pub afk_timeout: Duration,
    /// How often to look at least, though nothing says that anything changed.
    pub poll: Duration,
    /// How often the unchanged is sent.
    pub commit_interval: Duration,
    /// How long one input event is.
    pub input_interval: Duration,
    /// What is cut out before anything is written or sent.
    pub redaction: RedactionRules,
    /// Titles that match any of these regular expressions, without regard to case, become the
    /// word "excluded".
    pub exclude_titles: Vec<String>,
    /// Applications of which only the time is kept, besides those in `redaction`.
    pub time_only: Vec<String>,
    /// How much may wait for the daemon.
    pub queue: QueueLimits,
}

impl WatchConfig {
    /// Where a daemon answers by default: ActivityWatch's own address.
    pub const DEFAULT_SERVER: &str = "http://127.0.0.1:5600";
    /// ActivityWatch's timeout.
    pub const DEFAULT_AFK_TIMEOUT: Duration = Duration::from_s(180);
    /// ActivityWatch's interval between looks at the window.
    pub const DEFAULT_POLL: Duration = Duration::from_s(1);
    /// ActivityWatch's interval between heartbeats of the unchanged.
    pub const DEFAULT_COMMIT_INTERVAL: Duration = Duration::from_s(10);
    /// ActivityWatch's length of an input event.
    pub const DEFAULT_INPUT_INTERVAL: Duration = Duration::from_s(5);
    /// The longest time between two looks at the idle time.
    pub(crate) const LONGEST_AFK_POLL: Duration = Duration::from_s(5);

    /// The defaults, with the queue in `data_dir`.
    #[must_use]
    pub fn new(data_dir: PathBuf) -> Self {
        Self {
            server: Self::DEFAULT_SERVER.to_owned(),
            token: None,
            data_dir,
            hostname: hostname(),
            afk_timeout: Self::DEFAULT_AFK_TIMEOUT,
            poll: Self::DEFAULT_POLL,
            commit_interval: Self::DEFAULT_COMMIT_INTERVAL,
            input_interval: Self::DEFAULT_INPUT_INTERVAL,
            redaction: RedactionRules::default(),
            exclude_titles: Vec::new(),
            time_only: Vec::new(),
            queue: QueueLimits::default(),
        }
    }

    /// How often to look at the idle time: a quarter of the timeout, at most five seconds, at
    /// least as often as at the window.
    #[must_use]
    pub(crate) fn afk_poll(&self) -> Duration {
        Duration::from_ns(self.afk_timeout.ns() / 4).min(Self::LONGEST_AFK_POLL).max(self.poll)
    }
}

/// A secret that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct WatchToken(pub String);

impl fmt::Debug for WatchToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WatchToken(…)")
    }
}

/// The name of this machine, as ActivityWatch's watchers tell it; "unknown" where there is none.
#[must_use]
pub fn hostname() -> String {
    #[cfg(unix)]
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    let name = std::env::var("COMPUTERNAME").unwrap_or_default();
    if name.is_empty() { "unknown".to_owned() } else { name }
}
