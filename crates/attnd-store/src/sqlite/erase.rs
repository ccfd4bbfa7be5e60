//! How do events go? Deletes that take their texts and sums with them.

use attnd_core::store::Written;
use attnd_core::{BucketId, EventId, Extent, TimeRange, Timestamp};

use super::batch::{Batch, Fault};
use super::cache::{BucketState, Known, Owed};
use super::duration_class;
use super::event_scan::{EARLIEST, LATEST_END, TOUCHING};
use super::write_event::{DELETE, EventRow, event_row};
use crate::touched::HourSpan;

impl Batch<'_> {
    pub(super) fn delete_events(
        &mut self,
        person: i64,
        bucket: &BucketId,
        ids: &[EventId],
    ) -> Result<Written, Fault> {
        let at = self.bucket(person, bucket)?;
        self.forget_last(at)?;
        let key = self.cache.buckets.states[at].key;
        let mut deleted = 0;
        for id in ids {
            if let Some(row) = self.row(*id)?.filter(|row| row.bucket == key) {
                self.remove(person, at, row)?;
                deleted += 1;
            }
        }
        Ok(Written::Count(deleted))
    }

    pub(super) fn erase_events(
        &mut self,
        person: i64,
        buckets: Option<&[BucketId]>,
        range: TimeRange,
    ) -> Result<Written, Fault> {
        let named = match buckets {
            Some(named) => named.to_vec(),
            None => self.bucket_ids(person)?,
        };
        let places: Vec<usize> =
            named.iter().map(|bucket| self.bucket(person, bucket)).collect::<Result<_, _>>()?;
        let mut erased = 0;
        for at in places {
            self.forget_last(at)?;
            for row in self.touching(at, range)? {
                self.remove(person, at, row)?;
                erased += 1;
            }
        }
        Ok(Written::Count(erased))
    }

    pub(super) fn delete_bucket(&mut self, person: i64, id: &BucketId) -> Result<Written, Fault> {
        let at = self.bucket(person, id)?;
        self.forget_last(at)?;
        for row in self.touching(at, TimeRange::ALL)? {
            self.remove(person, at, row)?;
        }
        self.cache.owed.buckets.remove(&at);
        let key = self.cache.buckets.states[at].key;
        let (kind, hostname) = self.kind_and_host(key)?;
        self.execute("DELETE FROM bucket WHERE key = ?1", [key])?;
        self.cache.buckets.remove(person, id);
        self.touch_windows_if_idle(person, &kind, &hostname)?;
        Ok(Written::Done)
    }

    pub(super) fn erase_person(&mut self, person: i64) -> Result<Written, Fault> {
        self.pay()?;
        self.execute(
            "DELETE FROM event WHERE bucket IN (SELECT key FROM bucket WHERE person = ?1)",
            [person],
        )?;
        let deleted: Vec<i64> =
            self.all("DELETE FROM payload WHERE person = ?1 RETURNING key", &[&person], |row| row.get(0))?;
        self.cache.owed.deleted_payloads.extend(deleted);
        for table in [
            "bucket",
            "hour_generation",
            "span_generation",
            "rollup_hour",
            "rollup",
            "rollup_label",
            "track",
            "setting",
            "record",
        ] {
            self.execute(&format!("DELETE FROM {table} WHERE person = ?1"), [person])?;
        }
        self.cache.buckets.remove_person(person);
        self.cache.payloads.remove_person(person);
        Ok(Written::Done)
    }

    /// Deletes a row and notes what follows from it.
    pub(super) fn remove(&mut self, person: i64, at: usize, row: EventRow) -> rusqlite::Result<()> {
        self.execute(DELETE, (row.bucket, row.class(), row.start.ns(), row.id))?;
        self.release(row.payload, 1);
        let state = &mut self.cache.buckets.states[at];
        state.event_count -= 1;
        if state.extent.is_some_and(|extent| row.start == extent.start || row.end() == extent.end) {
            state.extent_is = Known::Shrunk;
        }
        self.cache.owed.buckets.insert(at);
        let span = HourSpan::about(row.start, row.end());
        self.touch(person, span);
        self.cache.owed.dropped_sums.insert((person, span));
        Ok(())
    }

    /// Writes the rows of changed buckets.
    pub(super) fn store_buckets(&mut self, owed: &Owed) -> rusqlite::Result<()> {
        for at in &owed.buckets {
            if self.cache.buckets.states[*at].extent_is == Known::Shrunk {
                let extent = self.extent(&self.cache.buckets.states[*at])?;
                let state = &mut self.cache.buckets.states[*at];
                state.extent = extent;
                state.extent_is = Known::Exact;
            }
            let state = &self.cache.buckets.states[*at];
            self.execute(
                "UPDATE bucket SET event_count = ?2, start_ns = ?3, end_ns = ?4 WHERE key = ?1",
                (
                    state.key,
                    state.event_count.cast_signed(),
                    state.extent.map(|extent| extent.start.ns()),
                    state.extent.map(|extent| extent.end.ns()),
                ),
            )?;
        }
        Ok(())
    }

    /// What the bucket's events cover, by a few searches: the earliest start of each class, and
    /// the latest end among the events of each class that begin at most its length before the
    /// latest start.
    fn extent(&self, state: &BucketState) -> rusqlite::Result<Option<Extent>> {
        let mut extent: Option<Extent> = None;
        if state.event_count == 0 {
            return Ok(None);
        }
        for class in 0..duration_class::COUNT {
            let start: Option<i64> = self.optional(&EARLIEST[class], [state.key], |row| row.get(0))?;
            let Some(start) = start else { continue };
            let longest = duration_class::longest(class).ns();
            let end: i64 = self
                .connection
                .prepare_cached(&LATEST_END[class])?
                .query_row((state.key, longest), |row| row.get(0))?;
            let (start, end) = (Timestamp::from_ns_saturating(start), Timestamp::from_ns_saturating(end));
            extent = Some(extent.map_or(Extent { start, end }, |e| e.including(start, end)));
        }
        Ok(extent)
    }

    fn touching(&self, at: usize, range: TimeRange) -> rusqlite::Result<Vec<EventRow>> {
        let bucket = self.cache.buckets.states[at].key;
        let mut touching = Vec::new();
        for class in 0..duration_class::COUNT {
            let earliest = duration_class::earliest_start(class, range).ns();
            let params = [&bucket as &dyn rusqlite::ToSql, &earliest, &range.end().ns(), &range.start().ns()];
            touching.extend(self.all(&TOUCHING[class], &params, event_row)?);
        }
        Ok(touching)
    }
}
