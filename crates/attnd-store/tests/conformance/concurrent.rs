//! Does the writer answer everybody, and do readers keep out of its way?

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

use attnd_core::store::{EventQuery, Maintenance, Write, Written};
use attnd_core::{Duration, Pulse, TimeRange};

use crate::{bucket_id, event, memory, new_bucket, sqlite};

#[test]
fn many_writers_and_readers_lose_nothing() {
    let subject = sqlite();
    let buckets: Vec<_> = (0..6).map(|number| subject.create(&format!("bucket-{number}"))).collect();
    std::thread::scope(|scope| {
        for bucket in &buckets {
            let subject = &subject;
            scope.spawn(move || {
                for second in 0..50 {
                    let beat = event(&format!("10:00:{second:02}"), 0.0, "a");
                    subject.beat(bucket, beat, if second % 10 == 0 { 0 } else { 1 });
                }
            });
            scope.spawn(move || {
                let mut seen = 0;
                while seen < 50 {
                    let described = subject.store.bucket(subject.me, bucket).unwrap();
                    let read = subject.all(bucket);
                    assert!(read.len() as u64 >= described.event_count, "later snapshots have no less");
                    seen += 1;
                }
            });
        }
    });
    for bucket in &buckets {
        assert_eq!(subject.count(bucket), 5);
        assert_eq!(subject.all(bucket).iter().map(|event| event.duration.ns()).sum::<i64>(), 45_000_000_000);
    }
    assert_eq!(subject.store.maintain(Maintenance::Verify), Ok(()));
}

#[test]
fn every_queued_write_is_answered_also_when_the_store_closes() {
    for make in [memory, sqlite] {
        let subject = make();
        subject.create("window");
        let answered = Arc::new(AtomicUsize::new(0));
        for second in 0..60 {
            let answered = Arc::clone(&answered);
            let insert = Write::Insert {
                bucket: bucket_id("window"),
                events: vec![event(&format!("10:00:{second:02}"), 0.0, "a")],
            };
            let done = Box::new(move |result: Result<Written, _>| {
                assert!(result.is_ok());
                answered.fetch_add(1, Ordering::SeqCst);
            });
            subject.store.submit(subject.me, insert, done);
        }
        drop(subject.store);
        assert_eq!(answered.load(Ordering::SeqCst), 60);
    }
}

#[test]
fn a_completion_that_panics_stops_nobody_else() {
    let subject = sqlite();
    let (sender, receiver) = mpsc::channel();
    subject.store.submit(
        subject.me,
        Write::DeleteSetting("x".into()),
        Box::new(move |_| {
            let _ = sender.send(());
            panic!("a fault of the caller");
        }),
    );
    receiver.recv().unwrap();
    subject.create("window");
}

#[test]
fn a_reader_may_write_and_read_within_its_read() {
    let subject = sqlite();
    let bucket = subject.create("window");
    subject.insert(&bucket, vec![event("10:00:00", 0.0, "a"), event("10:00:01", 0.0, "a")]);
    let mut seen = 0;
    let mut sink = |_| {
        seen += 1;
        subject.insert(&bucket, vec![event("11:00:00", 0.0, "later")]);
        assert_eq!(subject.all(&bucket).len(), 2 + seen);
        ControlFlow::Continue(())
    };
    subject.store.events(subject.me, &bucket, EventQuery::range(TimeRange::ALL), &mut sink).unwrap();
    assert_eq!(seen, 2, "one snapshot");
}

#[test]
fn a_restart_continues_where_the_rows_end() {
    let subject = sqlite();
    let bucket = subject.create("window");
    subject.beat(&bucket, event("10:00:00", 0.0, "a"), 10);
    let last = subject.beat(&bucket, event("10:00:05", 0.0, "a"), 10);
    let subject = subject.reopened();
    assert_eq!(subject.all(&bucket), std::slice::from_ref(&last));
    let beat = event("10:00:10", 0.0, "a");
    let write = Write::Heartbeat { bucket: bucket.clone(), event: beat, pulse: Pulse(Duration::from_s(10)) };
    assert!(matches!(subject.write(write), Written::Event(merged) if merged.id == last.id));
    let again = Write::CreateBucket { bucket: new_bucket("window"), now: crate::at("12:00:00") };
    assert_eq!(subject.write(again), Written::Existed);
    assert_eq!(subject.beat(&bucket, event("12:00:00", 0.0, "a"), 10).id.unwrap().0, 2);
}
