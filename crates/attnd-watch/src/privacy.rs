//! What never leaves the desktop? Titles and applications the person excluded, cut out before
//! anything is written or sent.

use attnd_core::{Data, ErrorCode, Problem};
use regex::{Regex, RegexBuilder};

use crate::config::WatchConfig;
use crate::desktop::Window;
use crate::entry::WatchBucket;

/// The rules, ready to use.
#[derive(Clone, Debug)]
pub struct Privacy {
    exclude_titles: Vec<Regex>,
    time_only: Vec<String>,
}

impl Privacy {
    /// What stands in place of an excluded title, as ActivityWatch's watcher writes it.
    pub const EXCLUDED: &str = "excluded";

    /// Reads the rules of `config`.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidConfig`] when one is not a regular expression: then nothing is sensed,
    /// rather than everything.
    pub fn compile(config: &WatchConfig) -> Result<Self, Problem> {
        let compile = |pattern: &String| {
            RegexBuilder::new(pattern).case_insensitive(true).build().map_err(|error| {
                Problem::new(ErrorCode::InvalidConfig, format!("the title pattern '{pattern}': {error}"))
            })
        };
        Ok(Self {
            exclude_titles: config.exclude_titles.iter().map(compile).collect::<Result<_, _>>()?,
            time_only: config.time_only.iter().map(|name| name.to_lowercase()).collect(),
        })
    }

    /// The window as it may be told; `None` where not even that.
    #[must_use]
    pub fn window(&self, _bucket: &WatchBucket, window: Window) -> Option<Data> {
        let title = if self.time_only.contains(&window.application.to_lowercase()) {
            String::new()
        } else if self.exclude_titles.iter().any(|pattern| pattern.is_match(&window.title)) {
            Self::EXCLUDED.to_owned()
        } else {
            window.title
        };
        Some(Data::from([("app", window.application.into()), ("title", title.into())]))
    }
}
