//! Do inserts, replacements and merges store what they say?

use attnd_core::store::{StoreError, Write, Written};
use attnd_core::{Data, EventId};
use serde_json::json;

use crate::{Case, Subject, at, bucket_id, event, ids, labels, with_id};

pub(crate) const CASES: &[Case] = &[
    ("events come back in order with ids", in_order),
    ("an id replaces that row", replaces),
    ("a free id is used", free_id),
    ("an id of another bucket is refused, and nothing is stored", taken),
    ("an id JSON cannot carry is passed over", odd_ids),
    ("data comes back as it was", data_survives),
    ("a merge skips what is there", merges),
    ("no bucket", no_bucket),
];

fn in_order(subject: &Subject) {
    let bucket = subject.create("window");
    let given = vec![event("11:00:00", 1.0, "b"), event("10:00:00", 1.0, "a"), event("11:00:00", 1.0, "b")];
    let stored = subject.insert(&bucket, given);
    assert_eq!(ids(&stored), [1, 2, 3]);
    assert_eq!(labels(&stored), ["b", "a", "b"]);
    assert_eq!(ids(&subject.all(&bucket)), [2, 1, 3]);
    assert_eq!(subject.insert(&bucket, vec![]), []);
}

fn replaces(subject: &Subject) {
    let bucket = subject.create("window");
    subject.insert(&bucket, vec![event("10:00:00", 1.0, "a"), event("11:00:00", 1.0, "b")]);
    let stored = subject.insert(&bucket, vec![with_id(1, event("12:00:00", 4_000.0, "c"))]);
    assert_eq!(ids(&stored), [1]);
    let all = subject.all(&bucket);
    assert_eq!((ids(&all), labels(&all)), (vec![2, 1], vec!["b", "c"]));
    let described = subject.store.bucket(subject.me, &bucket).unwrap();
    assert_eq!((described.event_count, described.extent.unwrap().start), (2, at("11:00:00")));
    let twice = vec![with_id(1, event("13:00:00", 1.0, "d")), with_id(1, event("14:00:00", 1.0, "e"))];
    subject.insert(&bucket, twice);
    assert_eq!(labels(&subject.all(&bucket)), ["b", "e"]);
}

fn free_id(subject: &Subject) {
    let bucket = subject.create("window");
    let stored = subject.insert(
        &bucket,
        vec![
            with_id(40, event("10:00:00", 1.0, "a")),
            event("11:00:00", 1.0, "b"),
            with_id(7, event("12:00:00", 1.0, "c")),
        ],
    );
    assert_eq!(ids(&stored), [40, 41, 7]);
    subject.write(Write::DeleteEvents { bucket: bucket.clone(), ids: vec![EventId(41)] });
    assert_eq!(ids(&subject.insert(&bucket, vec![event("13:00:00", 1.0, "d")])), [42]);
}

fn taken(subject: &Subject) {
    let (mine, theirs) = (subject.create("mine"), subject.create("theirs"));
    subject.insert(&theirs, vec![event("10:00:00", 1.0, "a")]);
    let events = vec![event("11:00:00", 1.0, "b"), with_id(1, event("12:00:00", 1.0, "c"))];
    let refused = subject.store.write(subject.me, Write::Insert { bucket: mine.clone(), events });
    assert_eq!(refused, Err(StoreError::IdTaken(EventId(1))));
    assert_eq!(subject.all(&mine), []);
    assert_eq!(labels(&subject.all(&theirs)), ["a"]);
}

fn odd_ids(subject: &Subject) {
    let bucket = subject.create("window");
    let odd = [0, -1, i64::MIN, i64::MAX, 1 << 53];
    let events = odd.map(|id| with_id(id, event("10:00:00", 1.0, "a"))).to_vec();
    assert_eq!(ids(&subject.insert(&bucket, events)), [1, 2, 3, 4, 5]);
}

fn data_survives(subject: &Subject) {
    let bucket = subject.create("window");
    let fields = json!({
        "z": 1, "a": [1.5, -0.1, 1e300, 12_345_678_901_234_567_890_u64, i64::MIN], "null": null,
        "nested": {"键": "值\u{0}\n\"\\\u{1F600}", "empty": {}}, "": true
    });
    let data: Data = serde_json::from_value(fields).unwrap();
    let mut given = event("10:00:00", 1.0, "a");
    given.data = data.clone();
    let mut empty = event("10:00:01", 1.0, "a");
    empty.data = Data::default();
    subject.insert(&bucket, vec![given, empty]);
    let all = subject.all(&bucket);
    assert_eq!(all[0].data, data);
    assert_eq!(all[1].data, Data::default());
}

fn merges(subject: &Subject) {
    let bucket = subject.create("window");
    let events = vec![
        event("10:00:00", 1.0, "a"),
        event("10:00:00", 2.0, "a"),
        event("10:00:00", 1.0, "b"),
        event("10:00:00", 1.0, "a"),
        with_id(1, event("11:00:00", 1.0, "a")),
    ];
    let merge = || subject.write(Write::Merge { bucket: bucket.clone(), events: events.clone() });
    assert_eq!(merge(), Written::Count(4));
    let all = subject.all(&bucket);
    assert_eq!(ids(&all), [1, 2, 3, 4]);
    assert_eq!(merge(), Written::Count(0), "a merge of the same adds nothing");
    assert_eq!(subject.all(&bucket), all);
}

fn no_bucket(subject: &Subject) {
    let bucket = bucket_id("nowhere");
    let missing = || Err(StoreError::NoBucket(bucket.clone()));
    let events = vec![event("10:00:00", 1.0, "a")];
    for write in [
        Write::Insert { bucket: bucket.clone(), events: events.clone() },
        Write::Merge { bucket: bucket.clone(), events },
        Write::DeleteEvents { bucket: bucket.clone(), ids: vec![EventId(1)] },
    ] {
        assert_eq!(subject.store.write(subject.me, write), missing());
    }
}
