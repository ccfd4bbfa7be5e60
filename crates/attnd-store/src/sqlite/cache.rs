//! What does the writer remember between transactions, and what does it owe at the end of one?
//!
//! Everything here can be read back from the database: after a failed transaction it is dropped.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use attnd_core::rollup::Hour;
use attnd_core::{BucketId, Duration, Event, Extent, PersonId};

use crate::touched::HourSpan;

/// The writer's memory.
#[derive(Default)]
pub(super) struct Cache {
    pub(super) people: HashMap<PersonId, i64>,
    pub(super) buckets: Buckets,
    pub(super) payloads: PayloadKeys,
    pub(super) counter: Option<Counter>,
    pub(super) owed: Owed,
}

/// The buckets written to since the start, each at a fixed index.
#[derive(Default)]
pub(super) struct Buckets {
    index: HashMap<i64, HashMap<BucketId, usize>>,
    pub(super) states: Vec<BucketState>,
}

/// A bucket as the writer knows it, possibly ahead of its row.
pub(super) struct BucketState {
    pub(super) key: i64,
    pub(super) person: i64,
    pub(super) event_count: u64,
    pub(super) extent: Option<Extent>,
    pub(super) extent_is: Known,
    pub(super) last: Last,
}

/// Whether a bucket's extent can be relied on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// As stored or computed.
    Exact,
    /// An event at its edge is gone.
    Shrunk,
}

/// What a heartbeat to the bucket may continue.
pub(super) enum Last {
    /// Not looked up yet.
    Unknown,
    /// There is nothing.
    Nothing,
    /// This event; its row may still have the shorter duration.
    Event { event: Event, payload: i64, stored: Duration },
}

/// The next ids to give out.
#[derive(Clone, Copy)]
pub(super) struct Counter {
    pub(super) next_event: i64,
    pub(super) next_payload: i64,
    pub(super) next_bucket: i64,
    pub(super) generation: i64,
}

/// What the transaction must still write before it commits: counted up in memory, so that a
/// thousand events of a bucket update its row once.
#[derive(Default)]
pub(super) struct Owed {
    /// Indexes of buckets whose row changed.
    pub(super) buckets: BTreeSet<usize>,
    /// Indexes of buckets whose last event grew.
    pub(super) extended: BTreeSet<usize>,
    /// References taken and given up, by payload.
    pub(super) references: BTreeMap<i64, i64>,
    /// Payloads without a row yet.
    pub(super) new_payloads: BTreeMap<i64, NewPayload>,
    /// Hours to give a new generation, by person.
    pub(super) hours: BTreeSet<(i64, Hour)>,
    /// Long stretches of them.
    pub(super) spans: BTreeSet<(i64, HourSpan)>,
    /// Hours whose sums tell of events that are gone.
    pub(super) dropped_sums: BTreeSet<(i64, HourSpan)>,
    /// Labels that may have lost their last sum.
    pub(super) loose_labels: BTreeSet<i64>,
    /// Whether ids were given out.
    pub(super) counter: Counted,
    /// Payloads deleted: readers' caches drop them once that is durable.
    pub(super) deleted_payloads: Vec<i64>,
}

/// Whether the counter's row is behind.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Counted {
    /// No.
    #[default]
    Stored,
    /// Yes.
    Ahead,
}

/// A payload to insert at the end of the transaction, if anything still refers to it.
pub(super) struct NewPayload {
    pub(super) person: i64,
    pub(super) hash: i64,
    pub(super) json: String,
}

impl Buckets {
    pub(super) fn find(&self, person: i64, id: &BucketId) -> Option<usize> {
        self.index.get(&person)?.get(id).copied()
    }

    pub(super) fn add(&mut self, id: BucketId, state: BucketState) -> usize {
        let at = self.states.len();
        self.index.entry(state.person).or_default().insert(id, at);
        self.states.push(state);
        at
    }

    /// Forgets a deleted bucket; its state stays at its index, unreachable.
    pub(super) fn remove(&mut self, person: i64, id: &BucketId) {
        if let Some(of_person) = self.index.get_mut(&person) {
            of_person.remove(id);
        }
    }

    /// Forgets all of a person's buckets, and what their last events said.
    pub(super) fn remove_person(&mut self, person: i64) {
        for at in self.index.remove(&person).unwrap_or_default().into_values() {
            self.states[at].last = Last::Unknown;
        }
    }
}

/// Which key has this text? Bounded by bytes: when full it starts anew, between transactions, for
/// within one it alone knows the texts that have no row yet.
#[derive(Default)]
pub(super) struct PayloadKeys {
    keys: HashMap<i64, HashMap<String, i64>>,
    bytes: usize,
}

impl PayloadKeys {
    const MOST_BYTES: usize = 16 << 20;
    const OVERHEAD_BYTES: usize = 64;

    pub(super) fn get(&self, person: i64, json: &str) -> Option<i64> {
        self.keys.get(&person)?.get(json).copied()
    }

    pub(super) fn put(&mut self, person: i64, json: String, key: i64) {
        self.bytes += json.len() + Self::OVERHEAD_BYTES;
        self.keys.entry(person).or_default().insert(json, key);
    }

    /// Starts anew if it is full.
    pub(super) fn trim(&mut self) {
        if self.bytes > Self::MOST_BYTES {
            *self = Self::default();
        }
    }

    pub(super) fn remove(&mut self, person: i64, json: &str) {
        if self.keys.get_mut(&person).and_then(|keys| keys.remove(json)).is_some() {
            self.bytes -= json.len() + Self::OVERHEAD_BYTES;
        }
    }

    pub(super) fn remove_person(&mut self, person: i64) {
        let gone = self.keys.remove(&person).unwrap_or_default();
        self.bytes -= gone.keys().map(|json| json.len() + Self::OVERHEAD_BYTES).sum::<usize>();
    }
}

impl Owed {
    /// Hours whose sums are no longer what the events say.
    pub(super) fn touch(&mut self, person: i64, span: HourSpan) {
        if span.is_long() {
            self.spans.insert((person, span));
        } else {
            self.hours.extend(span.hours().map(|hour| (person, hour)));
        }
    }

    /// Whether this transaction changed the hour.
    pub(super) fn touches(&self, person: i64, hour: Hour) -> bool {
        let single = HourSpan { first: hour, last: hour };
        self.hours.contains(&(person, hour))
            || self.spans.iter().any(|(whose, span)| *whose == person && span.intersection(single).is_some())
    }
}
