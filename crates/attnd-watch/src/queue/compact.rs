//! How does a long outage fit in little space? Neighbouring entries of a bucket are merged before
//! anything is given up: no time and no count is lost, only how finely it was told.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use attnd_core::heartbeat::{Heartbeat, Pulse, merge};
use attnd_core::{BucketId, BucketType, Data, Duration, Event};
use serde_json::Value;

use super::Place;
use super::segment::{self, Numbers};
use crate::entry::Entry;
use crate::private;

/// Counts of a long outage are told by this much at a time.
const COARSE: Duration = Duration::from_s(300);
/// The counts that may be added up; what else an input event says is dropped with the fine grain.
const COUNTS: [&str; 6] = ["presses", "clicks", "deltaX", "deltaY", "scrollX", "scrollY"];

/// Rewrites neighbouring segments as one with their entries merged; returns it and its length.
/// The old ones stay whole until the new one is on the disk.
pub(super) fn rewrite(directory: &Path, segments: &[Numbers]) -> io::Result<Option<(Numbers, u64)>> {
    let (Some(first), Some(last)) = (segments.first(), segments.last()) else { return Ok(None) };
    let mut entries = Vec::new();
    for numbers in segments {
        entries.extend(segment::read(&numbers.path(directory), Place::default(), usize::MAX)?);
    }
    let merged = merged(entries.into_iter().map(|(entry, _)| entry));
    let bytes: Vec<u8> = merged.iter().flat_map(segment::line).collect();
    let fresh = directory.join("compacting");
    let mut file = private::open(&fresh)?;
    file.set_len(0)?;
    file.write_all(&bytes)?;
    file.sync_data()?;
    let whole = Numbers { first: first.first, last: last.last };
    std::fs::rename(&fresh, whole.path(directory))?;
    private::sync_dir(directory)?;
    for numbers in segments.iter().filter(|&&numbers| numbers != whole) {
        std::fs::remove_file(numbers.path(directory))?;
    }
    Ok(Some((whole, bytes.len() as u64)))
}

/// Merges each bucket's neighbours; the order within a bucket stays.
fn merged(entries: impl Iterator<Item = Entry>) -> Vec<Entry> {
    let mut kept: Vec<Entry> = Vec::new();
    let mut last: BTreeMap<BucketId, usize> = BTreeMap::new();
    for entry in entries {
        if let Some(&index) = last.get(&entry.bucket.id)
            && let Some(event) = joined(&kept[index], &entry)
        {
            kept[index].event = event;
            continue;
        }
        last.insert(entry.bucket.id.clone(), kept.len());
        kept.push(entry);
    }
    kept
}

/// Both entries as one event, where that says the same.
fn joined(last: &Entry, next: &Entry) -> Option<Event> {
    if let Heartbeat::Extends(duration) = merge(&last.event, &next.event, Pulse(next.pulse_s)) {
        return Some(Event { duration, ..last.event.clone() });
    }
    let apart = next.event.timestamp.since(last.event.end());
    let length = next.event.end().since(last.event.timestamp);
    let is_input = last.bucket.kind.as_str() == BucketType::INPUT;
    let neighbours = next.event.timestamp >= last.event.end() && apart < Duration::from_s(1);
    if !is_input || !neighbours || length > COARSE {
        return None;
    }
    let data = added(&last.event.data, &next.event.data)?;
    Event::new(last.event.timestamp, length, data).ok()
}

fn added(a: &Data, b: &Data) -> Option<Data> {
    let count = |data: &Data, key| data.fields().get(key).and_then(Value::as_u64);
    let mut sum = Data::default();
    for key in COUNTS {
        let total = count(a, key)?.saturating_add(count(b, key)?);
        sum.fields_mut().insert(key.to_owned(), total.into());
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use attnd_core::Timestamp;

    use super::*;
    use crate::entry::{Beat, WatchBucket};

    fn entry(kind: &str, from_s: u32, long_s: u32, pulse_s: u32, data: Data) -> Entry {
        let at = Timestamp::from_ns_saturating(Duration::from_s(from_s).ns());
        let event = Event::new(at, Duration::from_s(long_s), data).unwrap();
        let bucket = WatchBucket::of_host(kind, "host").unwrap();
        Entry::new(bucket, Beat { event, pulse: Pulse(Duration::from_s(pulse_s)) })
    }

    fn counts(presses: u64) -> Data {
        let mut data = Data::from([("presses", presses.into()), ("gapMean", 0.2.into())]);
        for key in &COUNTS[1..] {
            data.fields_mut().insert((*key).to_owned(), 0.into());
        }
        data
    }

    #[test]
    fn chains_become_one_event_and_counts_are_added() {
        let app = |name: &str| Data::from([("app", name.into())]);
        let mut entries = Vec::new();
        for step in 0..30 {
            entries.push(entry(BucketType::WINDOW, step * 10, 10, 2, app("a")));
            entries.push(entry(BucketType::INPUT, step * 10, 10, 0, counts(u64::from(step))));
        }
        entries.push(entry(BucketType::WINDOW, 300, 5, 2, app("b")));
        entries.push(entry(BucketType::INPUT, 300, 10, 0, counts(7)));
        let kept = merged(entries.into_iter());
        let spans: Vec<(i64, f64)> = kept
            .iter()
            .map(|entry| (entry.event.timestamp.ns() / 1_000_000_000, entry.event.duration.as_s_f64()))
            .collect();
        assert_eq!(spans, [(0, 300.0), (0, 300.0), (300, 5.0), (300, 10.0)]);
        assert_eq!(kept[1].event.data.fields()["presses"], 435);
    }
}
