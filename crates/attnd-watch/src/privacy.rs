//! What never leaves the desktop? What the person's rules cut out, before anything is written.

use attnd_core::redact::{PatternAction, PatternRule, Redacted, Redactor};
use attnd_core::{Data, ErrorCode, Problem};

use crate::config::WatchConfig;
use crate::desktop::Window;
use crate::entry::WatchBucket;

/// The rules, ready to use.
#[derive(Clone, Debug)]
pub struct Privacy(Redactor);

impl Privacy {
    /// What stands in place of an excluded title, as ActivityWatch's watcher writes it.
    pub const EXCLUDED: &str = "excluded";

    /// Reads the rules of `config`: those of the daemon, and the watcher's own two lists as more
    /// of the same kind.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidConfig`] when one does not compile: then nothing is sensed, rather than
    /// everything, and the person is told which.
    pub fn compile(config: &WatchConfig) -> Result<Self, Problem> {
        let mut rules = config.redaction.clone();
        rules.time_only_applications.extend(config.time_only.iter().cloned());
        rules.patterns.extend(config.exclude_titles.iter().map(|pattern| PatternRule {
            enabled: true,
            bucket_prefix: String::new(),
            field: Some("title".to_owned()),
            pattern: format!("(?i:{pattern})"),
            action: PatternAction::Redact,
            replacement: Some(Self::EXCLUDED.to_owned()),
        }));
        let (redactor, problems) = Redactor::compile(&rules);
        match problems.first() {
            None => Ok(Self(redactor)),
            Some(problem) => {
                let detail = format!("the privacy rule {}: {}", problem.rule, problem.reason);
                Err(Problem::new(ErrorCode::InvalidConfig, detail))
            }
        }
    }

    /// The window as it may be told; `None` where not even that.
    #[must_use]
    pub fn window(&self, bucket: &WatchBucket, window: Window) -> Option<Data> {
        let data = Data::from([("app", window.application.into()), ("title", window.title.into())]);
        match self.0.apply(&bucket.id, &bucket.kind, &data) {
            Redacted::Keep(data) => Some(data),
            Redacted::Drop(_) => None,
        }
    }
}
