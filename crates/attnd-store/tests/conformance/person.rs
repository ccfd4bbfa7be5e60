//! Can anybody reach another's rows? And are settings, records and the audit log kept?

use std::ops::ControlFlow;

use attnd_core::record::{AuditEntry, Record, RecordKind};
use attnd_core::rollup::RulesVersion;
use attnd_core::store::{EventQuery, Maintenance, StoreError, Write, Written};
use attnd_core::{BucketId, Duration, EventId, PersonId, Pulse, TimeRange};
use attnd_store::{AuditBreak, verify_audit};
use serde_json::{Value, json};

use crate::{Case, Subject, at, event, labels, new_bucket, range, with_id};

pub(crate) const CASES: &[Case] = &[
    ("two people", two_people),
    ("writes reach nobody else's rows", writes_are_isolated),
    ("reads see nobody else's rows", reads_are_isolated),
    ("equal names and texts of two people are two", equal_names),
    ("settings", settings),
    ("records by kind", records),
    ("the audit log is numbered and chained", audit),
    ("maintenance keeps every row", maintenance),
];

fn two_people(subject: &Subject) {
    let people = subject.store.people().unwrap();
    assert_eq!(people.len(), 2);
    assert!(people.contains(&subject.me) && people.contains(&subject.other));
}

fn mine(subject: &Subject) -> BucketId {
    let bucket = subject.create("window");
    subject.insert(&bucket, vec![event("10:00:00", 1.0, "a")]);
    subject.write(Write::PutSetting { key: "theme".into(), value: Value::from("dark") });
    subject.write(Write::PutRecord(RecordKind::Token, Record { key: "t".into(), value: Value::from(1) }));
    subject.write(Write::Audit(entry("mine")));
    bucket
}

fn entry(subject: &str) -> AuditEntry {
    AuditEntry { at: at("10:00:00"), actor: "session".into(), action: "test".into(), subject: subject.into() }
}

fn writes_are_isolated(subject: &Subject) {
    let bucket = mine(subject);
    let other = subject.other;
    let missing = Err(StoreError::NoBucket(bucket.clone()));
    let events = vec![event("10:00:00", 1.0, "theirs")];
    for write in [
        Write::UpdateBucket(new_bucket("window")),
        Write::DeleteBucket(bucket.clone()),
        Write::Heartbeat { bucket: bucket.clone(), event: events[0].clone(), pulse: Pulse(Duration::ZERO) },
        Write::Insert { bucket: bucket.clone(), events: events.clone() },
        Write::Merge { bucket: bucket.clone(), events },
        Write::DeleteEvents { bucket: bucket.clone(), ids: vec![EventId(1)] },
        Write::EraseEvents { buckets: Some(vec![bucket.clone()]), range: TimeRange::ALL },
    ] {
        assert_eq!(subject.store.write(other, write), missing);
    }
    let erase = Write::EraseEvents { buckets: None, range: TimeRange::ALL };
    assert_eq!(subject.store.write(other, erase), Ok(Written::Count(0)));
    for write in [
        Write::ErasePerson,
        Write::DeleteSetting("theme".into()),
        Write::DeleteRecord(RecordKind::Token, "t".into()),
        Write::PutSetting { key: "theme".into(), value: Value::from("light") },
        Write::PutRecord(RecordKind::Token, Record { key: "t".into(), value: Value::from(2) }),
        Write::Audit(entry("theirs")),
    ] {
        assert_eq!(subject.store.write(other, write), Ok(Written::Done));
    }
    assert_eq!(labels(&subject.all(&bucket)), ["a"]);
    assert_eq!(subject.store.settings(subject.me).unwrap()["theme"], "dark");
    assert_eq!(subject.store.records(subject.me, RecordKind::Token).unwrap()[0].value, 1);
    assert_eq!(subject.store.audit(subject.me, 0).unwrap()[0].subject, "mine");
}

fn reads_are_isolated(subject: &Subject) {
    let bucket = mine(subject);
    let nobody = PersonId::new(uuid::Uuid::nil());
    let missing = StoreError::NoBucket(bucket.clone());
    for person in [subject.other, nobody] {
        let store = &subject.store;
        let mut sink = |_| ControlFlow::Continue(());
        assert_eq!(store.buckets(person), Ok(vec![]));
        assert_eq!(store.bucket(person, &bucket), Err(missing.clone()));
        let query = EventQuery::range(TimeRange::ALL);
        assert_eq!(store.events(person, &bucket, query, &mut sink), Err(missing.clone()));
        assert_eq!(store.event(person, &bucket, EventId(1)), Err(missing.clone()));
        assert_eq!(store.count(person, &bucket, TimeRange::ALL), Err(missing.clone()));
        assert_eq!(store.settings(person).unwrap().len(), 0);
        assert_eq!(store.records(person, RecordKind::Token), Ok(vec![]));
        assert_eq!(store.audit(person, 0), Ok(vec![]));
        let page = store.rollup(person, RulesVersion(1), range("00:00:00", "23:00:00")).unwrap();
        assert_eq!(page, attnd_core::rollup::RollupPage::default());
    }
    assert!(subject.store.write(nobody, Write::DeleteSetting("theme".into())).is_err());
}

fn equal_names(subject: &Subject) {
    let bucket = mine(subject);
    let theirs = Write::CreateBucket { bucket: new_bucket("window"), now: at("11:00:00") };
    assert_eq!(subject.store.write(subject.other, theirs), Ok(Written::Created));
    let taken =
        Write::Insert { bucket: bucket.clone(), events: vec![with_id(1, event("10:00:00", 1.0, "a"))] };
    assert_eq!(subject.store.write(subject.other, taken), Err(StoreError::IdTaken(EventId(1))));
    let insert = Write::Insert { bucket: bucket.clone(), events: vec![event("10:00:00", 1.0, "a")] };
    subject.store.write(subject.other, insert).unwrap();
    assert_eq!(subject.store.write(subject.other, Write::ErasePerson), Ok(Written::Done));
    assert_eq!(labels(&subject.all(&bucket)), ["a"]);
    assert_eq!(subject.store.buckets(subject.other), Ok(vec![]));
}

fn settings(subject: &Subject) {
    let put = |key: &str, value: &Value| {
        subject.write(Write::PutSetting { key: key.into(), value: value.clone() });
    };
    put("b", &json!({"x": [1, 2.5, null, "ü"]}));
    put("a", &Value::Null);
    put("a", &json!(false));
    let stored = subject.store.settings(subject.me).unwrap();
    assert_eq!(
        stored.into_iter().collect::<Vec<_>>(),
        [("a".to_owned(), json!(false)), ("b".to_owned(), json!({"x": [1, 2.5, null, "ü"]})),]
    );
    subject.write(Write::DeleteSetting("a".into()));
    subject.write(Write::DeleteSetting("missing".into()));
    assert_eq!(subject.store.settings(subject.me).unwrap().len(), 1);
}

fn records(subject: &Subject) {
    for kind in RecordKind::ALL {
        for key in ["b", "a"] {
            let record = Record { key: key.into(), value: json!({"of": kind.name()}) };
            assert_eq!(subject.write(Write::PutRecord(kind, record)), Written::Done);
        }
    }
    for kind in RecordKind::ALL {
        let stored = subject.store.records(subject.me, kind).unwrap();
        assert_eq!(stored.iter().map(|record| record.key.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(stored[0].value, json!({"of": kind.name()}));
    }
    subject.write(Write::PutRecord(RecordKind::Pause, Record { key: "a".into(), value: json!(2) }));
    subject.write(Write::DeleteRecord(RecordKind::Pause, "b".into()));
    subject.write(Write::DeleteRecord(RecordKind::Pause, "missing".into()));
    let left = subject.store.records(subject.me, RecordKind::Pause).unwrap();
    assert_eq!(left, [Record { key: "a".into(), value: json!(2) }]);
    assert_eq!(subject.store.records(subject.me, RecordKind::Token).unwrap().len(), 2);
}

fn audit(subject: &Subject) {
    for what in ["one", "two", "three"] {
        assert_eq!(subject.write(Write::Audit(entry(what))), Written::Done);
    }
    let mut lines = subject.store.audit(subject.me, 0).unwrap();
    assert_eq!(lines.iter().map(|line| line.sequence).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(lines[2].subject, "three");
    assert_eq!(verify_audit(&lines), Ok(()));
    assert_eq!(subject.store.audit(subject.me, 2).unwrap(), lines[2..]);
    lines[1].actor = "nobody".into();
    assert_eq!(verify_audit(&lines), Err(AuditBreak { sequence: 2 }));
}

fn maintenance(subject: &Subject) {
    let bucket = mine(subject);
    for job in [Maintenance::Checkpoint, Maintenance::Scrub, Maintenance::Verify] {
        assert_eq!(subject.store.maintain(job), Ok(()));
        assert_eq!(labels(&subject.all(&bucket)), ["a"]);
    }
    subject.insert(&bucket, vec![event("11:00:00", 1.0, "b")]);
    assert_eq!(labels(&subject.all(&bucket)), ["a", "b"]);
}
