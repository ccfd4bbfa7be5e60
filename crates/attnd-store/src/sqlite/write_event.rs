//! How do events get in? Heartbeats, inserts and merges.

use attnd_core::heartbeat::merge;
use attnd_core::store::{StoreError, Written};
use attnd_core::{BucketId, Duration, Event, EventId, Extent, Heartbeat, Pulse, Timestamp};

use super::batch::{Batch, Fault};
use super::cache::Last;
use super::duration_class;
use super::event_scan::NEWEST;
use crate::event_id::asked_for;
use crate::touched::HourSpan;

const INSERT: &str = "INSERT INTO event (bucket, class, start_ns, id, duration_ns, payload)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

/// A row of the event table.
#[derive(Clone, Copy)]
pub(super) struct EventRow {
    pub(super) bucket: i64,
    pub(super) start: Timestamp,
    pub(super) id: i64,
    pub(super) duration: Duration,
    pub(super) payload: i64,
}

impl EventRow {
    pub(super) fn end(&self) -> Timestamp {
        self.start.saturating_add(self.duration)
    }

    pub(super) fn class(&self) -> i64 {
        duration_class::of(self.duration)
    }
}

impl Batch<'_> {
    pub(super) fn heartbeat(
        &mut self,
        person: i64,
        bucket: &BucketId,
        beat: &Event,
        pulse: Pulse,
    ) -> Result<Written, Fault> {
        let at = self.bucket(person, bucket)?;
        self.look_up_last(at)?;
        let state = &mut self.cache.buckets.states[at];
        if let Last::Event { event: last, .. } = &mut state.last
            && let Heartbeat::Extends(duration) = merge(last, beat, pulse)
        {
            let before = last.end();
            if duration > last.duration {
                last.duration = duration;
                let merged = last.clone();
                let extent = Extent { start: merged.timestamp, end: merged.end() };
                state.extent = Some(state.extent.map_or(extent, |e| e.including(extent.start, extent.end)));
                self.cache.owed.extended.insert(at);
                self.cache.owed.buckets.insert(at);
                self.touch(person, HourSpan::about(before, merged.end()));
                return Ok(Written::Event(merged));
            }
            return Ok(Written::Event(last.clone()));
        }
        self.store_extended_of(at)?;
        let (event, payload) = self.add(person, at, beat, None)?;
        self.cache.buckets.states[at].last =
            Last::Event { event: event.clone(), payload, stored: event.duration };
        Ok(Written::Event(event))
    }

    pub(super) fn insert(
        &mut self,
        person: i64,
        bucket: &BucketId,
        events: &[Event],
    ) -> Result<Written, Fault> {
        let at = self.bucket(person, bucket)?;
        self.refuse_taken(at, events)?;
        self.forget_last(at)?;
        let mut stored = Vec::with_capacity(events.len());
        for event in events {
            let id = asked_for(event);
            if let Some(old) = id.map(|id| self.row(id)).transpose()?.flatten() {
                self.remove(person, at, old)?;
            }
            stored.push(self.add(person, at, event, id)?.0);
        }
        Ok(Written::Events(stored))
    }

    pub(super) fn merge(
        &mut self,
        person: i64,
        bucket: &BucketId,
        events: &[Event],
    ) -> Result<Written, Fault> {
        let at = self.bucket(person, bucket)?;
        self.forget_last(at)?;
        let mut added = 0;
        for event in events {
            if !self.holds(person, at, event)? {
                self.add(person, at, event, None)?;
                added += 1;
            }
        }
        Ok(Written::Count(added))
    }

    /// Inserts the event under `id`, which is free, or the next free one.
    fn add(
        &mut self,
        person: i64,
        at: usize,
        event: &Event,
        id: Option<EventId>,
    ) -> rusqlite::Result<(Event, i64)> {
        let payload = self.refer(person, &event.data)?;
        let counter = self.counter()?;
        let id = id.map_or(counter.next_event, |id| id.0);
        counter.next_event = counter.next_event.max(id + 1);
        let state = &mut self.cache.buckets.states[at];
        let row =
            EventRow { bucket: state.key, start: event.timestamp, id, duration: event.duration, payload };
        state.event_count += 1;
        let own = Extent { start: row.start, end: row.end() };
        state.extent = Some(state.extent.map_or(own, |extent| extent.including(own.start, own.end)));
        self.cache.owed.buckets.insert(at);
        self.touch(person, HourSpan::about(own.start, own.end));
        self.store_row(row)?;
        Ok((Event { id: Some(EventId(id)), ..event.clone() }, payload))
    }

    fn store_row(&self, row: EventRow) -> rusqlite::Result<()> {
        self.execute(
            INSERT,
            (row.bucket, row.class(), row.start.ns(), row.id, row.duration.ns(), row.payload),
        )?;
        Ok(())
    }

    /// Refuses ids that belong to another bucket, before anything is written.
    fn refuse_taken(&mut self, at: usize, events: &[Event]) -> Result<(), Fault> {
        let bucket = self.cache.buckets.states[at].key;
        for id in events.iter().filter_map(asked_for) {
            if self.row(id)?.is_some_and(|row| row.bucket != bucket) {
                return Err(Fault::Refused(StoreError::IdTaken(id)));
            }
        }
        Ok(())
    }

    /// Whether the bucket has an event with this time, duration and data.
    fn holds(&mut self, person: i64, at: usize, event: &Event) -> rusqlite::Result<bool> {
        let Some(payload) = self.find_payload(person, &event.data.canonical())? else { return Ok(false) };
        let found = self.optional(
            "SELECT 1 FROM event WHERE bucket = ?1 AND class = ?2 AND start_ns = ?3
                 AND duration_ns = ?4 AND payload = ?5",
            (
                self.cache.buckets.states[at].key,
                duration_class::of(event.duration),
                event.timestamp.ns(),
                event.duration.ns(),
                payload,
            ),
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    /// The row with this id, in whatever bucket.
    pub(super) fn row(&self, id: EventId) -> rusqlite::Result<Option<EventRow>> {
        self.optional(
            "SELECT bucket, start_ns, id, duration_ns, payload FROM event WHERE id = ?1",
            [id.0],
            event_row,
        )
    }

    fn look_up_last(&mut self, at: usize) -> rusqlite::Result<()> {
        let state = &self.cache.buckets.states[at];
        if !matches!(state.last, Last::Unknown) {
            return Ok(());
        }
        let mut newest: Option<EventRow> = None;
        if state.event_count > 0 {
            for sql in &*NEWEST {
                let of_class = self.optional(sql, [state.key], event_row)?;
                newest = newest.into_iter().chain(of_class).max_by_key(|row| (row.start, row.id));
            }
        }
        let last = match newest {
            None => Last::Nothing,
            Some(row) => {
                let json: String = self
                    .connection
                    .prepare_cached("SELECT json FROM payload WHERE key = ?1")?
                    .query_row([row.payload], |text| text.get(0))?;
                let event = Event {
                    id: Some(EventId(row.id)),
                    timestamp: row.start,
                    duration: row.duration,
                    data: super::read::parse_data(&json)?,
                };
                Last::Event { event, payload: row.payload, stored: row.duration }
            }
        };
        self.cache.buckets.states[at].last = last;
        Ok(())
    }

    /// Brings the last event's row up to date and forgets which it was.
    pub(super) fn forget_last(&mut self, at: usize) -> rusqlite::Result<()> {
        self.store_extended_of(at)?;
        self.cache.buckets.states[at].last = Last::Unknown;
        Ok(())
    }

    /// Brings the rows of all grown events up to date.
    pub(super) fn store_extended(&mut self) -> rusqlite::Result<()> {
        for at in std::mem::take(&mut self.cache.owed.extended) {
            self.store_grown(at)?;
        }
        Ok(())
    }

    fn store_extended_of(&mut self, at: usize) -> rusqlite::Result<()> {
        if self.cache.owed.extended.remove(&at) {
            self.store_grown(at)?;
        }
        Ok(())
    }

    fn store_grown(&mut self, at: usize) -> rusqlite::Result<()> {
        let state = &mut self.cache.buckets.states[at];
        let Last::Event { event, payload, stored } = &mut state.last else { return Ok(()) };
        let id = event.id.expect("invariant: stored events have ids").0;
        let row = EventRow {
            bucket: state.key,
            start: event.timestamp,
            id,
            duration: event.duration,
            payload: *payload,
        };
        let before = duration_class::of(std::mem::replace(stored, event.duration));
        if before == row.class() {
            self.execute(
                "UPDATE event SET duration_ns = ?5 WHERE bucket = ?1 AND class = ?2 AND start_ns = ?3 AND id = ?4",
                (row.bucket, before, row.start.ns(), row.id, row.duration.ns()),
            )?;
            return Ok(());
        }
        self.execute(DELETE, (row.bucket, before, row.start.ns(), row.id))?;
        self.store_row(row)
    }
}

pub(super) const DELETE: &str =
    "DELETE FROM event WHERE bucket = ?1 AND class = ?2 AND start_ns = ?3 AND id = ?4";

/// Reads `bucket, start_ns, id, duration_ns, payload`.
pub(super) fn event_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<EventRow> {
    Ok(EventRow {
        bucket: row.get(0)?,
        start: Timestamp::from_ns_saturating(row.get(1)?),
        id: row.get(2)?,
        duration: Duration::from_ns(row.get(3)?),
        payload: row.get(4)?,
    })
}
