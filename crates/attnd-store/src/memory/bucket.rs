//! What does a bucket hold? Its description and its events in order of (timestamp, id).

use std::collections::BTreeMap;

use attnd_core::{Bucket, Event, EventId, Extent, NewBucket, TimeRange, Timestamp};

/// A bucket's rows.
pub(super) struct Rows {
    bucket: Bucket,
    events: BTreeMap<(Timestamp, EventId), Event>,
    starts: BTreeMap<EventId, Timestamp>,
    /// The last heartbeat received; forgotten by every other change to the events.
    received: Option<Event>,
}

impl Rows {
    pub(super) fn new(new: NewBucket, now: Timestamp) -> Self {
        let bucket = Bucket {
            id: new.id,
            name: new.name,
            kind: new.kind,
            client: new.client,
            hostname: new.hostname,
            created: new.created.unwrap_or(now),
            data: new.data,
            event_count: 0,
            extent: None,
        };
        Self { bucket, events: BTreeMap::new(), starts: BTreeMap::new(), received: None }
    }

    pub(super) fn update(&mut self, new: NewBucket) {
        self.bucket.name = new.name;
        self.bucket.kind = new.kind;
        self.bucket.client = new.client;
        self.bucket.hostname = new.hostname;
        self.bucket.data = new.data;
    }

    pub(super) fn described(&self) -> Bucket {
        let mut bucket = self.bucket.clone();
        bucket.event_count = self.events.len() as u64;
        bucket.extent = self.events.values().fold(None, |extent: Option<Extent>, event| {
            let own = Extent { start: event.timestamp, end: event.end() };
            Some(extent.map_or(own, |e| e.including(own.start, own.end)))
        });
        bucket
    }

    pub(super) fn all(&self) -> impl DoubleEndedIterator<Item = &Event> {
        self.events.values()
    }

    pub(super) fn touching(&self, range: TimeRange) -> impl Iterator<Item = &Event> {
        self.events.values().filter(move |event| event.range().intersection(range).is_some())
    }

    pub(super) fn event(&self, id: EventId) -> Option<&Event> {
        self.events.get(&(*self.starts.get(&id)?, id))
    }

    /// What a heartbeat may continue.
    pub(super) fn last(&self) -> Option<&Event> {
        self.received.as_ref().or_else(|| self.events.values().next_back())
    }

    pub(super) fn receive(&mut self, event: Event) {
        self.received = Some(event);
    }

    pub(super) fn forget_received(&mut self) {
        self.received = None;
    }

    pub(super) fn put(&mut self, event: Event) {
        let id = event.id.expect("invariant: stored events have ids");
        self.starts.insert(id, event.timestamp);
        self.events.insert((event.timestamp, id), event);
    }

    pub(super) fn remove(&mut self, id: EventId) -> Option<Event> {
        let start = self.starts.remove(&id)?;
        self.events.remove(&(start, id))
    }
}
