//! What is there? Buckets and events, whole, a page at a time, or all of them as an export.

use std::io::Write;
use std::ops::ControlFlow;
use std::sync::Arc;

use attnd_core::record::RecordKind;
use attnd_core::store::{Cursor, EventQuery, Store};
use attnd_core::{Bucket, BucketId, ErrorCode, Event, EventId, PersonId, Problem, TimeRange};
use attnd_sense::export::ExportWriter;
use serde_json::json;

use crate::Engine;
use crate::recordings::kept;

impl Engine {
    /// Events read in one snapshot of a long export: short reads keep the log short.
    const EXPORT_STEP: usize = 4_000;

    /// All buckets, by id.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn buckets(self: &Arc<Self>, person: PersonId) -> Result<Vec<Bucket>, Problem> {
        self.reading(move |store| Ok(store.buckets(person)?)).await
    }

    /// One bucket.
    ///
    /// # Errors
    /// [`ErrorCode::NoBucket`], or of the store.
    pub async fn bucket(self: &Arc<Self>, person: PersonId, bucket: BucketId) -> Result<Bucket, Problem> {
        self.reading(move |store| Ok(store.bucket(person, &bucket)?)).await
    }

    /// One event.
    ///
    /// # Errors
    /// [`ErrorCode::NoBucket`], [`ErrorCode::NoEvent`], or of the store.
    pub async fn event(
        self: &Arc<Self>,
        person: PersonId,
        bucket: BucketId,
        id: EventId,
    ) -> Result<Event, Problem> {
        self.reading(move |store| Ok(store.event(person, &bucket, id)?)).await
    }

    /// The events a query finds, whole.
    ///
    /// # Errors
    /// [`ErrorCode::NoBucket`], or of the store.
    pub async fn events(
        self: &Arc<Self>,
        person: PersonId,
        bucket: BucketId,
        query: EventQuery,
    ) -> Result<Vec<Event>, Problem> {
        self.reading(move |store| collect(store, person, &bucket, query)).await
    }

    /// How many events touch a range.
    ///
    /// # Errors
    /// [`ErrorCode::NoBucket`], or of the store.
    pub async fn count(
        self: &Arc<Self>,
        person: PersonId,
        bucket: BucketId,
        range: TimeRange,
    ) -> Result<u64, Problem> {
        self.reading(move |store| Ok(store.count(person, &bucket, range)?)).await
    }

    /// Writes an ActivityWatch export of one bucket or all. Blocks; memory stays constant.
    ///
    /// # Errors
    /// [`ErrorCode::NoBucket`]; [`ErrorCode::FileUnreadable`] when the writer fails; of the store.
    pub fn export(
        &self,
        person: PersonId,
        only: Option<&BucketId>,
        writer: &mut dyn Write,
    ) -> Result<(), Problem> {
        let buckets = match only {
            Some(id) => vec![self.store.bucket(person, id)?],
            None => self.store.buckets(person)?,
        };
        let mut export = ExportWriter::new(writer).map_err(cut_off)?;
        for bucket in buckets {
            export.begin_bucket(&bucket).map_err(cut_off)?;
            self.in_steps(person, &bucket.id, |events| export.events(events).map_err(cut_off))?;
        }
        export.finish().map_err(cut_off).map(|_| ())
    }

    /// Writes everything attnd has about the person, one JSON object a line. Blocks.
    ///
    /// # Errors
    /// [`ErrorCode::FileUnreadable`] when the writer fails; of the store.
    pub fn export_ndjson(&self, person: PersonId, writer: &mut dyn Write) -> Result<(), Problem> {
        let mut line = |value: serde_json::Value| writeln!(writer, "{value}").map_err(cut_off);
        for (key, value) in self.store.settings(person)? {
            line(json!({"setting": key, "value": value}))?;
        }
        // Token digests open nothing, but neither do they tell the person anything.
        for kind in RecordKind::ALL.into_iter().filter(|kind| *kind != RecordKind::Token) {
            for record in self.store.records(person, kind)? {
                line(json!({"record": kind.name(), "key": record.key, "value": record.value}))?;
            }
        }
        for audit in self.store.audit(person, 0)? {
            line(json!({ "audit": audit }))?;
        }
        for bucket in self.store.buckets(person)? {
            line(json!({
                "bucket": bucket.id, "name": bucket.name, "type": bucket.kind, "client": bucket.client,
                "hostname": bucket.hostname, "created": bucket.created, "data": bucket.data,
            }))?;
            self.in_steps(person, &bucket.id, |events| {
                events.iter().try_for_each(|event| line(json!({"event": event, "in": bucket.id})))
            })?;
        }
        // Their samples are files already: 'attnd data export' writes them as tables.
        if let Some(recordings) = self.recording_store() {
            for summary in recordings.list(person).map_err(kept)? {
                line(json!({ "recording": summary }))?;
            }
        }
        Ok(())
    }

    fn in_steps(
        &self,
        person: PersonId,
        bucket: &BucketId,
        mut step: impl FnMut(&[Event]) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let mut query = EventQuery { limit: Some(Self::EXPORT_STEP), ..EventQuery::range(TimeRange::ALL) };
        loop {
            let events = collect(&*self.store, person, bucket, query)?;
            let Some(last) = events.last() else {
                return Ok(());
            };
            query.after = last.id.map(|id| Cursor { timestamp: last.timestamp, id });
            step(&events)?;
        }
    }
}

/// Reads a query's events into memory.
pub(crate) fn collect(
    store: &dyn Store,
    person: PersonId,
    bucket: &BucketId,
    query: EventQuery,
) -> Result<Vec<Event>, Problem> {
    let mut events = Vec::new();
    store.events(person, bucket, query, &mut |event| {
        events.push(event);
        ControlFlow::Continue(())
    })?;
    Ok(events)
}

fn cut_off(error: std::io::Error) -> Problem {
    Problem::new(ErrorCode::FileUnreadable, format!("the export was cut off: {error}"))
}
