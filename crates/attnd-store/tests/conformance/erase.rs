//! Is what is deleted gone, and only that?

use attnd_core::record::{AuditEntry, Record, RecordKind};
use attnd_core::rollup::RulesVersion;
use attnd_core::store::{StoreError, Write, Written};
use attnd_core::{BucketId, EventId, TimeRange};
use serde_json::Value;

use crate::{Case, Subject, at, bucket_id, event, labels, range};

pub(crate) const CASES: &[Case] = &[
    ("deleting by id passes over what is missing", by_id),
    ("erasing a time takes what touches it", by_time),
    ("erasing from named buckets leaves the others", named_buckets),
    ("erasing a person leaves the audit log", person),
];

fn by_id(subject: &Subject) {
    let (bucket, other) = (subject.create("window"), subject.create("other"));
    subject.insert(&bucket, vec![event("10:00:00", 1.0, "a"), event("11:00:00", 1.0, "b")]);
    subject.insert(&other, vec![event("10:00:00", 1.0, "c")]);
    let ids = [1, 3, 99, 1].map(EventId).to_vec();
    assert_eq!(subject.write(Write::DeleteEvents { bucket: bucket.clone(), ids }), Written::Count(1));
    assert_eq!(labels(&subject.all(&bucket)), ["b"]);
    assert_eq!(labels(&subject.all(&other)), ["c"]);
}

fn two_buckets(subject: &Subject) -> (BucketId, BucketId) {
    let (one, two) = (subject.create("one"), subject.create("two"));
    for bucket in [&one, &two] {
        subject.insert(
            bucket,
            vec![
                event("09:00:00", 3_600.0, "ends there"),
                event("09:30:00", 1_799.0, "ends before"),
                event("10:10:00", 0.0, "within"),
                event("08:00:00", 40_000.0, "around"),
                event("10:30:00", 60.0, "begins there"),
                event("10:30:01", 60.0, "begins after"),
            ],
        );
    }
    (one, two)
}

fn by_time(subject: &Subject) {
    let (one, two) = two_buckets(subject);
    let erase = Write::EraseEvents { buckets: None, range: range("10:00:00", "10:30:00") };
    assert_eq!(subject.write(erase), Written::Count(8));
    for bucket in [&one, &two] {
        assert_eq!(labels(&subject.all(bucket)), ["ends before", "begins after"]);
        assert_eq!(subject.count(bucket), 2);
    }
}

fn named_buckets(subject: &Subject) {
    let (one, two) = two_buckets(subject);
    let erase = |buckets: &[&BucketId], range| Write::EraseEvents {
        buckets: Some(buckets.iter().map(|bucket| (*bucket).clone()).collect()),
        range,
    };
    let nowhere = bucket_id("nowhere");
    let missing = subject.store.write(subject.me, erase(&[&one, &nowhere], TimeRange::ALL));
    assert_eq!(missing, Err(StoreError::NoBucket(nowhere)));
    assert_eq!(subject.count(&one), 6, "refused whole");
    assert_eq!(subject.write(erase(&[&one, &one], TimeRange::ALL)), Written::Count(6));
    assert_eq!((subject.count(&one), subject.count(&two)), (0, 6));
    assert_eq!(subject.store.bucket(subject.me, &one).unwrap().extent, None);
    assert_eq!(subject.write(erase(&[], TimeRange::ALL)), Written::Count(0));
}

fn person(subject: &Subject) {
    let (one, _) = two_buckets(subject);
    subject.write(Write::PutSetting { key: "theme".into(), value: Value::from("dark") });
    let record = Record { key: "t1".into(), value: Value::from(1) };
    subject.write(Write::PutRecord(RecordKind::Token, record));
    subject.write(Write::Audit(AuditEntry {
        at: at("10:00:00"),
        actor: "session".into(),
        action: "erase".into(),
        subject: "everything".into(),
    }));
    assert_eq!(subject.write(Write::ErasePerson), Written::Done);
    assert_eq!(subject.store.buckets(subject.me), Ok(vec![]));
    assert_eq!(subject.store.settings(subject.me).unwrap().len(), 0);
    assert_eq!(subject.store.records(subject.me, RecordKind::Token), Ok(vec![]));
    let page = subject.store.rollup(
        subject.me,
        RulesVersion(1),
        TimeRange::from(at("00:00:00"), attnd_core::Duration::from_s(86_400)),
    );
    assert_eq!(page.unwrap(), attnd_core::rollup::RollupPage::default());
    assert_eq!(subject.store.audit(subject.me, 0).unwrap().len(), 1);
    assert!(subject.store.people().unwrap().contains(&subject.me));
    let again = subject.create("one");
    assert_eq!(again, one);
    let stored = subject.insert(&again, vec![event("10:00:00", 1.0, "new")]);
    assert_eq!(stored[0].id, Some(EventId(13)), "ids are never given out twice");
    assert_eq!(subject.all(&again), stored);
}
