//! Are buckets made, changed and deleted whole?

use attnd_core::store::{StoreError, Write, Written};
use attnd_core::{BucketType, Data, Extent};

use crate::{Case, Subject, at, bucket_id, event, new_bucket};

pub(crate) const CASES: &[Case] = &[
    ("a bucket is made once", made_once),
    ("a bucket keeps the time it says it was made", says_when_made),
    ("an update keeps the events", update_keeps_events),
    ("a deleted bucket is gone with its events", deleted),
    ("count and extent follow the events", count_and_extent),
    ("buckets come by id", by_id),
];

fn made_once(subject: &Subject) {
    let id = subject.create("window");
    let stored = subject.store.bucket(subject.me, &id).unwrap();
    assert_eq!(stored.created, at("09:00:00"));
    assert_eq!((stored.event_count, stored.extent), (0, None));
    let mut again = new_bucket("window");
    again.client = "somebody else".into();
    assert_eq!(subject.write(Write::CreateBucket { bucket: again, now: at("10:00:00") }), Written::Existed);
    assert_eq!(subject.store.bucket(subject.me, &id).unwrap(), stored);
}

fn says_when_made(subject: &Subject) {
    let mut bucket = new_bucket("window");
    bucket.created = Some(at("01:00:00"));
    subject.write(Write::CreateBucket { bucket, now: at("09:00:00") });
    assert_eq!(subject.store.bucket(subject.me, &bucket_id("window")).unwrap().created, at("01:00:00"));
}

fn update_keeps_events(subject: &Subject) {
    let id = subject.create("window");
    let events = subject.insert(&id, vec![event("10:00:00", 1.0, "a")]);
    let mut changed = new_bucket("window");
    changed.name = Some("Windows".into());
    changed.kind = BucketType("other".into());
    changed.client = "client".into();
    changed.hostname = "desktop".into();
    changed.data = Data::from([("device", "x".into())]);
    changed.created = Some(at("01:00:00"));
    assert_eq!(subject.write(Write::UpdateBucket(changed.clone())), Written::Done);
    let stored = subject.store.bucket(subject.me, &id).unwrap();
    assert_eq!(
        (stored.name, stored.kind, stored.client, stored.hostname, stored.data),
        (changed.name, changed.kind, changed.client, changed.hostname, changed.data)
    );
    assert_eq!(stored.created, at("09:00:00"));
    assert_eq!(subject.all(&id), events);
    let missing = Write::UpdateBucket(new_bucket("nowhere"));
    assert_eq!(subject.store.write(subject.me, missing), Err(StoreError::NoBucket(bucket_id("nowhere"))));
}

fn deleted(subject: &Subject) {
    let (gone, kept) = (subject.create("gone"), subject.create("kept"));
    let events = subject.insert(&gone, vec![event("10:00:00", 1.0, "a"), event("11:00:00", 4_000.0, "b")]);
    let others = subject.insert(&kept, vec![event("10:00:00", 1.0, "a")]);
    assert_eq!(subject.write(Write::DeleteBucket(gone.clone())), Written::Done);
    let missing = Err(StoreError::NoBucket(gone.clone()));
    assert_eq!(subject.store.bucket(subject.me, &gone), missing);
    assert_eq!(
        subject.store.write(subject.me, Write::DeleteBucket(gone)),
        Err(StoreError::NoBucket(bucket_id("gone")))
    );
    assert_eq!(subject.all(&kept), others);
    let again = subject.create("gone");
    assert_eq!(subject.all(&again), []);
    let stored = subject.beat(&again, event("12:00:00", 0.0, "a"), 86_400);
    assert_eq!(stored.id.unwrap().0, 4, "ids are never given out twice");
    let old = events[0].id.unwrap();
    assert_eq!(subject.store.event(subject.me, &again, old), Err(StoreError::NoEvent(old)));
}

fn count_and_extent(subject: &Subject) {
    let id = subject.create("window");
    let extent = || {
        let stored = subject.store.bucket(subject.me, &id).unwrap();
        (stored.event_count, stored.extent)
    };
    let between = |start, end| Some(Extent { start: at(start), end: at(end) });
    let events = subject.insert(
        &id,
        vec![event("10:00:00", 7_200.0, "long"), event("11:00:00", 60.0, "a"), event("09:00:00", 60.0, "b")],
    );
    assert_eq!(extent(), (3, between("09:00:00", "12:00:00")));
    subject.beat(&id, event("13:00:00", 0.0, "c"), 1);
    subject.beat(&id, event("13:00:01", 0.0, "c"), 1);
    assert_eq!(extent(), (4, between("09:00:00", "13:00:01")));
    let delete = |at: usize| {
        subject.write(Write::DeleteEvents { bucket: id.clone(), ids: vec![events[at].id.unwrap()] })
    };
    assert_eq!(delete(2), Written::Count(1));
    assert_eq!(extent(), (3, between("10:00:00", "13:00:01")));
    assert_eq!(delete(2), Written::Count(0));
    assert_eq!(delete(0), Written::Count(1));
    assert_eq!(extent(), (2, between("11:00:00", "13:00:01")));
}

fn by_id(subject: &Subject) {
    for id in ["b", "a", "c", "Z", "窗口"] {
        subject.create(id);
    }
    let found: Vec<String> =
        subject.store.buckets(subject.me).unwrap().into_iter().map(|bucket| bucket.id.to_string()).collect();
    assert_eq!(found, ["Z", "a", "b", "c", "窗口"]);
}
