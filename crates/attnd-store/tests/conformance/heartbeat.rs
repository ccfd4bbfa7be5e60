//! Do heartbeats merge as ActivityWatch's do?

use attnd_core::store::{StoreError, Write, Written};
use attnd_core::{Duration, Pulse};

use crate::{Case, Subject, at, bucket_id, event, range, with_id};

pub(crate) const CASES: &[Case] = &[
    ("the vector of ActivityWatch", vector),
    ("an insert or delete makes the newest by time the last", newest_after_change),
    ("a heartbeat's own id is ignored", own_id),
    ("a merged event crosses classes of length", grows_long),
    ("a heartbeat that adds nothing changes nothing", adds_nothing),
    ("no bucket", no_bucket),
];

/// Pulse time 10 s; the last received counts, not the newest.
fn vector(subject: &Subject) {
    let bucket = subject.create("afk");
    let beat = |time, label| subject.beat(&bucket, event(time, 0.0, label), 10);
    let first = beat("10:00:00", "a");
    assert_eq!((first.id.unwrap().0, first.duration), (1, Duration::ZERO));
    let merged = beat("10:00:05.123", "a");
    assert_eq!((merged.id, merged.duration), (first.id, Duration::from_s_f64(5.123).unwrap()));
    let late = beat("10:01:05", "a");
    assert_eq!(late.id.unwrap().0, 2);
    assert_eq!(beat("10:01:06", "b").id.unwrap().0, 3);
    assert_eq!(beat("09:00:00", "b").id.unwrap().0, 4);
    assert_eq!(beat("10:01:07", "b").id.unwrap().0, 5, "the last received was the old one");
    let merged = beat("10:01:08", "b");
    assert_eq!((merged.id.unwrap().0, merged.timestamp), (5, at("10:01:07")));
    assert_eq!(merged.duration, Duration::from_s(1));
    assert_eq!(subject.all(&bucket).len(), 5);
    assert_eq!(subject.store.event(subject.me, &bucket, merged.id.unwrap()), Ok(merged));
}

fn newest_after_change(subject: &Subject) {
    let bucket = subject.create("afk");
    let newest = subject.beat(&bucket, event("10:00:00", 0.0, "a"), 10);
    let old = subject.beat(&bucket, event("09:00:00", 0.0, "a"), 10);
    subject.write(Write::DeleteEvents { bucket: bucket.clone(), ids: vec![old.id.unwrap()] });
    assert_eq!(subject.beat(&bucket, event("10:00:05", 0.0, "a"), 10).id, newest.id);
    let inserted = subject.insert(&bucket, vec![event("10:00:06", 1.0, "a")]);
    let merged = subject.beat(&bucket, event("10:00:08", 0.0, "a"), 10);
    assert_eq!(merged.id, inserted[0].id);
    assert_eq!(merged.duration, Duration::from_s(2));
    subject.write(Write::EraseEvents { buckets: None, range: range("10:00:06", "11:00:00") });
    assert_eq!(subject.beat(&bucket, event("10:00:09", 0.0, "a"), 10).id, newest.id);
}

fn own_id(subject: &Subject) {
    let bucket = subject.create("afk");
    subject.beat(&bucket, event("10:00:00", 0.0, "a"), 10);
    let stored = subject.beat(&bucket, with_id(1, event("11:00:00", 0.0, "a")), 10);
    assert_eq!(stored.id.unwrap().0, 2);
}

fn grows_long(subject: &Subject) {
    let bucket = subject.create("afk");
    let first = subject.beat(&bucket, event("10:00:00", 0.0, "a"), 10);
    for (end_time, seconds) in [("10:04:00", 240), ("11:00:00", 3_600), ("23:00:00", 46_800)] {
        let merged = subject.beat(&bucket, event(end_time, 0.0, "a"), 86_400);
        assert_eq!((merged.id, merged.duration), (first.id, Duration::from_s(seconds)));
        assert_eq!(subject.all(&bucket), std::slice::from_ref(&merged));
        assert_eq!(subject.store.event(subject.me, &bucket, merged.id.unwrap()), Ok(merged));
    }
    let stored = subject.store.bucket(subject.me, &bucket).unwrap();
    assert_eq!(stored.event_count, 1);
    assert_eq!(stored.extent.unwrap().end, at("23:00:00"));
}

fn adds_nothing(subject: &Subject) {
    let bucket = subject.create("afk");
    let first = subject.beat(&bucket, event("10:00:00", 60.0, "a"), 10);
    assert_eq!(subject.beat(&bucket, event("10:00:30", 0.0, "a"), 10), first);
    assert_eq!(subject.all(&bucket), [first]);
}

fn no_bucket(subject: &Subject) {
    let bucket = bucket_id("nowhere");
    let beat = Write::Heartbeat {
        bucket: bucket.clone(),
        event: event("10:00:00", 0.0, "a"),
        pulse: Pulse(Duration::ZERO),
    };
    assert_eq!(subject.store.write(subject.me, beat), Err(StoreError::NoBucket(bucket)));
    subject.create("afk");
    assert_eq!(subject.write(Write::DeleteSetting("x".into())), Written::Done);
}
