//! What was just done, and how is it taken back? The last change made on a page, kept in memory
//! until the next one, so that the page after it can say it in a quiet line with "Undo".

use std::sync::{Arc, Mutex, PoisonError};

use attnd_core::redact::RedactionRules;
use attnd_core::{BucketType, Duration, ErrorCode, PersonId, Problem, TimeRange, Timestamp};
use attnd_engine::probe::ProbeSettings;
use attnd_engine::settings::CLASSES;
use attnd_engine::understand::{Instrument, Source, SourceUse};
use attnd_engine::{Access, Engine, Need};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::post;
use serde_json::Value;

use crate::AppState;
use crate::page::{Failed, Guest, back_to};

/// The last change, if anything was changed since the start.
#[derive(Default)]
pub(crate) struct LastChange(Mutex<Last>);

#[derive(Default)]
struct Last {
    count: u64,
    change: Option<(PersonId, Arc<Change>)>,
}

/// Something a person changed.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// Names it in addresses; set when it is kept.
    pub(crate) id: String,
    /// What to say of it.
    pub(crate) said: Said,
    /// How it was before, where that can be had again.
    pub(crate) before: Option<Before>,
    /// The page to come back to.
    pub(crate) page: String,
    /// The section of that page it belongs to.
    pub(crate) section: &'static str,
}

/// What to say of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// There is a category more.
    CategoryAdded(Vec<String>),
    /// A category is different.
    CategoryChanged(Vec<String>),
    /// A category is gone.
    CategoryRemoved(Vec<String>),
    /// All categories were replaced by those of a file.
    CategoriesImported(usize),
    /// All categories were replaced by those attnd comes with.
    CategoriesRestored,
    /// A rule was added from an example.
    Assigned {
        /// Where to.
        category: Vec<String>,
        /// How much of the last thirty days moved.
        moved: Duration,
    },
    /// What is removed before storage.
    RedactionChanged,
    /// The rules were applied to what is stored.
    Redacted {
        /// Events that lost something.
        changed: u64,
        /// Events that are gone.
        dropped: u64,
    },
    /// How long a kind of source is kept.
    RetentionChanged(BucketType, Option<u32>),
    /// A token opens nothing any more.
    TokenRevoked(String),
    /// A stretch of time is gone.
    Erased {
        /// Events that are gone.
        events: u64,
    },
    /// An estimate was said to be wrong.
    Corrected(TimeRange),
    /// A question was answered.
    Answered(Instrument, Vec<i32>),
    /// An answer is another.
    AnswerChanged,
    /// An answer is gone.
    AnswerDeleted,
    /// What may be learnt from.
    SourceDecided,
    /// When and what attnd may ask.
    QuestionsChanged,
    /// No question before then.
    Snoozed(Timestamp),
    /// No question before tomorrow.
    QuietToday,
    /// A question was left unanswered.
    Dismissed,
    /// A change was taken back.
    Undone,
}

/// How something was before.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Before {
    /// The categories, and what they were changed to: undoing must not undo what came later.
    Categories {
        /// The setting before; none where there was none.
        before: Option<Value>,
        /// The setting after.
        after: Option<Value>,
    },
    /// Whatever the categories were before the last rule was added from an example.
    Rule,
    /// What was removed before storage.
    Redaction(RedactionRules),
    /// How long a kind of source was kept, in days.
    Retention(BucketType, Option<u32>),
    /// Whatever the answers were before the last change of one.
    Answer,
    /// What was decided about a kind of source.
    Source(Source, SourceUse),
    /// When and what attnd could ask.
    Questions(ProbeSettings),
}

/// The one address of this: taking the last change back.
pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/changes/{id}/undo", post(undo))
}

impl LastChange {
    /// Keeps a change in place of the one before, and answers the address that tells it.
    pub(crate) fn keep(&self, person: PersonId, change: Change) -> String {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.count += 1;
        let change = Change { id: last.count.to_string(), ..change };
        let joint = if change.page.contains('?') { '&' } else { '?' };
        let address = format!("{}{joint}done={}#{}", change.page, change.id, change.section);
        last.change = Some((person, Arc::new(change)));
        address
    }

    /// The last change, if it is this one.
    pub(crate) fn find(&self, person: PersonId, id: &str) -> Option<Arc<Change>> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, change) = last.change.as_ref().filter(|(whose, _)| *whose == person)?;
        (change.id == id).then(|| Arc::clone(change))
    }
}

async fn undo(
    State(state): State<AppState>,
    Path(id): Path<String>,
    guest: Guest,
) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    let found = state.site.changes.find(access.person(), &id);
    let Some((change, before)) =
        found.and_then(|change| change.before.clone().map(|before| (change, before)))
    else {
        let detail = "something else was changed since, or attnd was started anew";
        return Err(Failed(visitor, Problem::new(ErrorCode::Conflict, detail)));
    };
    if let Err(problem) = restore(&state.engine, &access, before).await {
        return Err(Failed(visitor, problem));
    }
    let undone = Change { said: Said::Undone, before: None, ..(*change).clone() };
    Ok(back_to(&state.site.changes.keep(access.person(), undone)))
}

async fn restore(engine: &Arc<Engine>, access: &Access, before: Before) -> Result<(), Problem> {
    match before {
        Before::Categories { before, after } => {
            if engine.setting(access.person(), CLASSES).await? != after {
                return Err(Problem::new(ErrorCode::Conflict, "the categories were changed since"));
            }
            match before {
                Some(classes) => engine.put_setting(access, CLASSES, classes).await,
                None => engine.delete_setting(access, CLASSES).await,
            }
        }
        Before::Rule => engine.undo_rules(access).await,
        Before::Redaction(rules) => engine.set_redaction_rules(access, rules).await.map(|_| ()),
        Before::Retention(kind, days) => engine.set_retention(access, kind, days).await,
        Before::Answer => engine.undo_answer(access).await.map(|_| ()),
        Before::Source(source, decided) => engine.decide_source(access, source, decided).await,
        Before::Questions(settings) => engine.set_probe_settings(access, settings).await,
    }
}
