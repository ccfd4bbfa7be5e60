//! Which rules redact, and what if they change? The person's rules, in force at once, and
//! re-applied to what is stored when they ask for it.

use std::ops::ControlFlow;
use std::sync::Arc;

use attnd_core::record::RecordKind;
use attnd_core::redact::{RedactionRules, RuleProblem};
use attnd_core::store::{Cursor, EventQuery, Store, Write};
use attnd_core::{BucketId, ErrorCode, Event, EventId, PersonId, Problem, TimeRange};
use serde::Serialize;

use crate::gate::Rules;
use crate::settings::record;
use crate::{Access, Engine, Happening};

/// The one document redaction rules are kept in.
const KEY: &str = "rules";

/// What re-applying the rules did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RedactionReport {
    /// Events whose data lost something.
    pub changed: u64,
    /// Events that are gone.
    pub dropped: u64,
}

/// The person's rules; attnd's own until they set any. Rules that cannot be read are an error,
/// never an open door.
pub(crate) fn load(store: &dyn Store, person: PersonId) -> Result<RedactionRules, Problem> {
    let records = store.records(person, RecordKind::Redaction)?;
    match records.into_iter().find(|record| record.key == KEY) {
        Some(record) => serde_json::from_value(record.value).map_err(|error| {
            Problem::new(ErrorCode::Internal, format!("the redaction rules cannot be read: {error}"))
        }),
        None => Ok(RedactionRules::default()),
    }
}

impl Engine {
    /// Events looked at in one step of re-applying.
    const STEP: usize = 2_000;

    /// The rules in force.
    #[must_use]
    pub fn redaction_rules(&self, _person: PersonId) -> Arc<RedactionRules> {
        Arc::clone(&self.gates.rules().redaction)
    }

    /// Sets the rules; they hold from now on. Answers the rules that do not compile: those redact
    /// all they were meant to look at.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn set_redaction_rules(
        &self,
        access: &Access,
        rules: RedactionRules,
    ) -> Result<Vec<RuleProblem>, Problem> {
        let document = record(KEY.to_owned(), &rules)?;
        self.write(access.person(), Write::PutRecord(RecordKind::Redaction, document)).await?;
        let mut problems = Vec::new();
        self.gates.change(|gates| problems = gates.set_redaction(rules));
        self.note(access, "redaction.set", "").await?;
        self.tell(Happening::Settings { person: access.person() });
        Ok(problems)
    }

    /// Applies the rules in force to everything stored.
    ///
    /// # Errors
    /// [`Problem`] of the store; what was done before it stays done.
    pub async fn reapply_redaction(self: &Arc<Self>, access: &Access) -> Result<RedactionReport, Problem> {
        let person = access.person();
        let engine = Arc::clone(self);
        let report = self.reading(move |store| engine.redact_stored(store, person)).await?;
        self.note(
            access,
            "redaction.apply",
            format!("{} changed, {} dropped", report.changed, report.dropped),
        )
        .await?;
        self.tell(Happening::Erased { person });
        Ok(report)
    }

    fn redact_stored(&self, store: &dyn Store, person: PersonId) -> Result<RedactionReport, Problem> {
        let rules = self.gates.rules();
        let mut report = RedactionReport::default();
        for bucket in store.buckets(person)? {
            let mut after = None;
            while let Some(step) = redact_step(store, person, &bucket.id, &rules, after)? {
                after = Some(step.last);
                report.changed += step.changed.len() as u64;
                report.dropped += step.dropped.len() as u64;
                let id = || bucket.id.clone();
                if !step.changed.is_empty() {
                    store.write(person, Write::Insert { bucket: id(), events: step.changed })?;
                }
                if !step.dropped.is_empty() {
                    store.write(person, Write::DeleteEvents { bucket: id(), ids: step.dropped })?;
                }
            }
        }
        Ok(report)
    }
}

struct Step {
    changed: Vec<Event>,
    dropped: Vec<EventId>,
    last: Cursor,
}

/// Looks at the next events of a bucket; `None` when there are no more.
fn redact_step(
    store: &dyn Store,
    person: PersonId,
    bucket: &BucketId,
    rules: &Rules,
    after: Option<Cursor>,
) -> Result<Option<Step>, Problem> {
    let query = EventQuery { limit: Some(Engine::STEP), after, ..EventQuery::range(TimeRange::ALL) };
    let (mut changed, mut dropped, mut last) = (Vec::new(), Vec::new(), None);
    store.events(person, bucket, query, &mut |event| {
        last = event.id.map(|id| Cursor { timestamp: event.timestamp, id });
        match rules.redacted(bucket, event.clone()) {
            Ok(redacted) if redacted.data == event.data => {}
            Ok(redacted) => changed.push(redacted),
            Err(_) => dropped.extend(event.id),
        }
        ControlFlow::Continue(())
    })?;
    Ok(last.map(|last| Step { changed, dropped, last }))
}
