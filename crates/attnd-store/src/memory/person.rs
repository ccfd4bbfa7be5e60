//! What does each write do to a person's rows? One arm each, in the words of [`Write`].

use std::collections::{BTreeMap, BTreeSet};

use attnd_core::heartbeat::merge;
use attnd_core::record::{AuditLine, RecordKind};
use attnd_core::rollup::Generation;
use attnd_core::store::{StoreError, Write, Written};
use attnd_core::{
    Bucket, BucketId, BucketType, Event, EventId, Extent, Heartbeat, NewBucket, PersonId, Pulse, TimeRange,
    Timestamp,
};
use serde_json::Value;

use super::Ids;
use super::bucket::Rows;
use super::hours::Hours;
use crate::audit_chain::next_line;
use crate::event_id::asked_for;
use crate::touched::HourSpan;

/// One person's rows.
#[derive(Default)]
pub(super) struct Person {
    pub(super) buckets: BTreeMap<BucketId, Rows>,
    pub(super) settings: BTreeMap<String, Value>,
    pub(super) records: BTreeMap<(RecordKind, String), Value>,
    pub(super) audit: Vec<AuditLine>,
    pub(super) hours: Hours,
}

impl Person {
    pub(super) fn bucket(&self, id: &BucketId) -> Result<&Rows, StoreError> {
        self.buckets.get(id).ok_or_else(|| StoreError::NoBucket(id.clone()))
    }

    fn bucket_mut(&mut self, id: &BucketId) -> Result<&mut Rows, StoreError> {
        self.buckets.get_mut(id).ok_or_else(|| StoreError::NoBucket(id.clone()))
    }

    pub(super) fn apply(&mut self, me: PersonId, write: Write, ids: &mut Ids) -> Result<Written, StoreError> {
        ids.generation += 1;
        match write {
            Write::CreateBucket { bucket, now } => Ok(self.create(bucket, now, ids)),
            Write::UpdateBucket(bucket) => self.update(bucket, ids),
            Write::DeleteBucket(id) => self.delete_bucket(&id, ids),
            Write::Heartbeat { bucket, event, pulse } => self.heartbeat(me, &bucket, event, pulse, ids),
            Write::Insert { bucket, events } => self.insert(me, &bucket, events, ids).map(Written::Events),
            Write::Merge { bucket, events } => self.merge(me, &bucket, events, ids),
            Write::DeleteEvents { bucket, ids: wanted } => self.delete_events(&bucket, wanted, ids),
            Write::EraseEvents { buckets, range } => self.erase_events(buckets, range, ids),
            Write::ErasePerson => {
                ids.owners.retain(|_, (owner, _)| *owner != me);
                *self = Self { audit: std::mem::take(&mut self.audit), ..Self::default() };
                Ok(Written::Done)
            }
            Write::PutSetting { key, value } => {
                self.settings.insert(key, value);
                Ok(Written::Done)
            }
            Write::DeleteSetting(key) => {
                self.settings.remove(&key);
                Ok(Written::Done)
            }
            Write::PutRecord(kind, record) => {
                self.records.insert((kind, record.key), record.value);
                Ok(Written::Done)
            }
            Write::DeleteRecord(kind, key) => {
                self.records.remove(&(kind, key));
                Ok(Written::Done)
            }
            Write::PutRollup { version, hours } => {
                hours.into_iter().for_each(|hour| self.hours.put(version, hour));
                Ok(Written::Done)
            }
            Write::Audit(entry) => {
                let before = self.audit.last().map(|line| (line.sequence, line.hash.as_str()));
                let line = next_line(before, entry);
                self.audit.push(line);
                Ok(Written::Done)
            }
        }
    }

    fn create(&mut self, bucket: NewBucket, now: Timestamp, ids: &Ids) -> Written {
        if self.buckets.contains_key(&bucket.id) {
            return Written::Existed;
        }
        let rows = Rows::new(bucket, now);
        let described = rows.described();
        self.buckets.insert(described.id.clone(), rows);
        self.touch_windows_if_idle(&described, ids);
        Written::Created
    }

    fn update(&mut self, bucket: NewBucket, ids: &Ids) -> Result<Written, StoreError> {
        let rows = self.bucket_mut(&bucket.id.clone())?;
        let before = rows.described();
        rows.update(bucket);
        let after = rows.described();
        if (&before.kind, &before.hostname) != (&after.kind, &after.hostname) {
            self.touch_extent(after.extent, ids);
            self.touch_windows_if_idle(&before, ids);
            self.touch_windows_if_idle(&after, ids);
        }
        Ok(Written::Done)
    }

    /// A bucket for idle time came or went: that is about all hours of its host's windows.
    fn touch_windows_if_idle(&mut self, bucket: &Bucket, ids: &Ids) {
        if bucket.kind.as_str() != BucketType::AFK {
            return;
        }
        let on_host =
            self.buckets.values().map(Rows::described).filter(|other| {
                other.kind.as_str() == BucketType::WINDOW && other.hostname == bucket.hostname
            });
        let extents = on_host.filter_map(|window| window.extent);
        let whole = extents.reduce(|all, extent| all.including(extent.start, extent.end));
        self.touch_extent(whole, ids);
    }

    fn touch_extent(&mut self, extent: Option<Extent>, ids: &Ids) {
        if let Some(extent) = extent {
            self.touch(HourSpan::about(extent.start, extent.end), ids);
        }
    }

    fn delete_bucket(&mut self, id: &BucketId, ids: &mut Ids) -> Result<Written, StoreError> {
        let rows = self.buckets.remove(id).ok_or_else(|| StoreError::NoBucket(id.clone()))?;
        rows.all().for_each(|event| self.gone(event, ids));
        self.touch_windows_if_idle(&rows.described(), ids);
        Ok(Written::Done)
    }

    fn heartbeat(
        &mut self,
        me: PersonId,
        bucket: &BucketId,
        beat: Event,
        pulse: Pulse,
        ids: &mut Ids,
    ) -> Result<Written, StoreError> {
        let rows = self.bucket_mut(bucket)?;
        let extended = rows.last().and_then(|last| match merge(last, &beat, pulse) {
            Heartbeat::Extends(duration) => Some((last.end(), Event { duration, ..last.clone() })),
            Heartbeat::Begins => None,
        });
        let stored = match extended {
            Some((end, merged)) => {
                rows.put(merged.clone());
                if merged.end() > end {
                    self.touch(HourSpan::about(end, merged.end()), ids);
                }
                merged
            }
            None => self.add(me, bucket, Event { id: None, ..beat }, ids)?,
        };
        self.bucket_mut(bucket)?.receive(stored.clone());
        Ok(Written::Event(stored))
    }

    fn insert(
        &mut self,
        me: PersonId,
        bucket: &BucketId,
        events: Vec<Event>,
        ids: &mut Ids,
    ) -> Result<Vec<Event>, StoreError> {
        self.bucket(bucket)?;
        for id in events.iter().filter_map(asked_for) {
            if ids.owners.get(&id).is_some_and(|owner| *owner != (me, bucket.clone())) {
                return Err(StoreError::IdTaken(id));
            }
        }
        self.bucket_mut(bucket)?.forget_received();
        events.into_iter().map(|event| self.add(me, bucket, event, ids)).collect()
    }

    fn merge(
        &mut self,
        me: PersonId,
        bucket: &BucketId,
        events: Vec<Event>,
        ids: &mut Ids,
    ) -> Result<Written, StoreError> {
        let rows = self.bucket_mut(bucket)?;
        rows.forget_received();
        let mut known: BTreeSet<_> = rows.all().map(identity).collect();
        let mut added = 0;
        for event in events {
            if known.insert(identity(&event)) {
                self.add(me, bucket, Event { id: None, ..event }, ids)?;
                added += 1;
            }
        }
        Ok(Written::Count(added))
    }

    fn delete_events(
        &mut self,
        bucket: &BucketId,
        wanted: Vec<EventId>,
        ids: &mut Ids,
    ) -> Result<Written, StoreError> {
        self.bucket_mut(bucket)?.forget_received();
        let mut deleted = 0;
        for id in wanted {
            if let Some(event) = self.bucket_mut(bucket)?.remove(id) {
                self.gone(&event, ids);
                deleted += 1;
            }
        }
        Ok(Written::Count(deleted))
    }

    fn erase_events(
        &mut self,
        buckets: Option<Vec<BucketId>>,
        range: TimeRange,
        ids: &mut Ids,
    ) -> Result<Written, StoreError> {
        let named: BTreeSet<BucketId> = buckets
            .map_or_else(|| self.buckets.keys().cloned().collect(), |named| named.into_iter().collect());
        named.iter().try_for_each(|bucket| self.bucket(bucket).map(|_| ()))?;
        let mut erased = 0;
        for bucket in named {
            let touching: Vec<EventId> =
                self.bucket(&bucket)?.touching(range).filter_map(|event| event.id).collect();
            erased += touching.len() as u64;
            self.delete_events(&bucket, touching, ids)?;
        }
        Ok(Written::Count(erased))
    }

    /// Stores an event under its own id, or the next free one.
    fn add(
        &mut self,
        me: PersonId,
        bucket: &BucketId,
        mut event: Event,
        ids: &mut Ids,
    ) -> Result<Event, StoreError> {
        let id = asked_for(&event).unwrap_or(EventId(ids.newest + 1));
        event.id = Some(id);
        ids.newest = ids.newest.max(id.0);
        ids.owners.insert(id, (me, bucket.clone()));
        let rows = self.bucket_mut(bucket)?;
        let replaced = rows.remove(id);
        rows.put(event.clone());
        if let Some(old) = replaced {
            let span = HourSpan::about(old.timestamp, old.end());
            self.touch(span, ids);
            self.hours.drop_sums(span);
        }
        self.touch(HourSpan::about(event.timestamp, event.end()), ids);
        Ok(event)
    }

    fn gone(&mut self, event: &Event, ids: &mut Ids) {
        event.id.and_then(|id| ids.owners.remove(&id));
        let span = HourSpan::about(event.timestamp, event.end());
        self.touch(span, ids);
        self.hours.drop_sums(span);
    }

    fn touch(&mut self, span: HourSpan, ids: &Ids) {
        self.hours.touch(span, Generation(ids.generation));
    }
}

fn identity(event: &Event) -> (Timestamp, attnd_core::Duration, String) {
    (event.timestamp, event.duration, event.data.canonical())
}
