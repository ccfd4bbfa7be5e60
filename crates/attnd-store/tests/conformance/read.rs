//! Do reads answer what touches the range, in order, wherever a read begins and ends?

use std::ops::ControlFlow;

use attnd_core::store::{Cursor, EventQuery, Order, StoreError};
use attnd_core::{Event, EventId, TimeRange};

use crate::{Case, Subject, at, bucket_id, event, ids, range, with_id};

pub(crate) const CASES: &[Case] = &[
    ("what touches the range is in it, whole", touching),
    ("both orders, ties by id", orders),
    ("a limit cuts, a cursor continues", pages),
    ("the sink may end the read", break_ends),
    ("one event by id", one_event),
    ("counts agree with reads", counts),
    ("no bucket", no_bucket),
];

/// Events of every class of length, some at the same time.
fn filled(subject: &Subject) -> attnd_core::BucketId {
    let bucket = subject.create("window");
    let (minute, hour, day) = (60.0, 3_600.0, 86_400.0);
    subject.insert(
        &bucket,
        vec![
            event("10:00:00", 1.0, "a"),
            event("10:00:00", 30.0 * minute, "b"),
            event("10:00:00", 5.0 * hour, "c"),
            event("09:00:00", 20.0 * day, "d"),
            event("08:00:00", 100.0 * day, "e"),
            event("07:00:00", 2_000.0 * day, "f"),
            event("10:30:00", 0.0, "g"),
            event("10:30:00", 0.0, "h"),
            event("12:00:00", 5.0 * minute, "i"),
            event("12:05:00", 1.0 * hour, "j"),
        ],
    );
    bucket
}

fn touching(subject: &Subject) {
    let bucket = filled(subject);
    let read = |start, end| ids(&subject.query(&bucket, EventQuery::range(range(start, end))));
    assert_eq!(read("10:30:00", "10:30:00"), [6, 5, 4, 2, 3, 7, 8], "ends and starts that touch count");
    assert_eq!(read("10:30:00.000000001", "12:00:00"), [6, 5, 4, 3, 9]);
    assert_eq!(read("12:05:00", "12:05:00"), [6, 5, 4, 3, 9, 10]);
    assert_eq!(read("06:00:00", "06:59:59.999999999"), [0; 0]);
    assert_eq!(read("06:00:00", "07:00:00"), [6]);
    let whole = subject.query(&bucket, EventQuery::range(range("11:00:00", "11:00:00")));
    assert_eq!(whole[3], with_id(3, event("10:00:00", 18_000.0, "c")), "events come whole");
    assert_eq!(subject.all(&bucket).len(), 10);
}

fn orders(subject: &Subject) {
    let bucket = filled(subject);
    let oldest = ids(&subject.all(&bucket));
    assert_eq!(oldest, [6, 5, 4, 1, 2, 3, 7, 8, 9, 10]);
    let query = EventQuery { order: Order::NewestFirst, ..EventQuery::range(TimeRange::ALL) };
    let newest = ids(&subject.query(&bucket, query));
    assert_eq!(newest, oldest.into_iter().rev().collect::<Vec<_>>());
}

fn pages(subject: &Subject) {
    let bucket = filled(subject);
    for order in [Order::OldestFirst, Order::NewestFirst] {
        let query = EventQuery { order, ..EventQuery::range(range("10:00:00", "13:00:00")) };
        let whole = subject.query(&bucket, query);
        for limit in [1, 2, 3, 7, 100] {
            let mut paged: Vec<Event> = Vec::new();
            loop {
                let after =
                    paged.last().map(|last| Cursor { timestamp: last.timestamp, id: last.id.unwrap() });
                let page = subject.query(&bucket, EventQuery { limit: Some(limit), after, ..query });
                assert!(page.len() <= limit);
                if page.is_empty() {
                    break;
                }
                paged.extend(page);
            }
            assert_eq!(paged, whole, "{order:?} by {limit}");
        }
        assert_eq!(subject.query(&bucket, EventQuery { limit: Some(0), ..query }), []);
    }
}

fn break_ends(subject: &Subject) {
    let bucket = filled(subject);
    let mut seen = 0;
    let mut sink = |_| {
        seen += 1;
        if seen == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    subject.store.events(subject.me, &bucket, EventQuery::range(TimeRange::ALL), &mut sink).unwrap();
    assert_eq!(seen, 3);
}

fn one_event(subject: &Subject) {
    let bucket = filled(subject);
    let other = subject.create("other");
    let id = EventId(2);
    assert_eq!(subject.store.event(subject.me, &bucket, id), Ok(with_id(2, event("10:00:00", 1_800.0, "b"))));
    assert_eq!(subject.store.event(subject.me, &other, id), Err(StoreError::NoEvent(id)));
    assert_eq!(subject.store.event(subject.me, &bucket, EventId(99)), Err(StoreError::NoEvent(EventId(99))));
}

fn counts(subject: &Subject) {
    let bucket = filled(subject);
    let times = ["06:00:00", "07:00:00", "10:00:00", "10:30:00", "11:00:00", "12:05:00", "23:00:00"];
    for (first, start) in times.iter().enumerate() {
        for end in &times[first..] {
            let range = TimeRange::new(at(start), at(end)).unwrap();
            let read = subject.query(&bucket, EventQuery::range(range)).len() as u64;
            assert_eq!(subject.store.count(subject.me, &bucket, range), Ok(read), "{start} to {end}");
        }
    }
    assert_eq!(subject.store.count(subject.me, &bucket, TimeRange::ALL), Ok(10));
}

fn no_bucket(subject: &Subject) {
    let bucket = bucket_id("nowhere");
    let missing = StoreError::NoBucket(bucket.clone());
    let query = EventQuery::range(TimeRange::ALL);
    let mut sink = |_| ControlFlow::Continue(());
    assert_eq!(subject.store.bucket(subject.me, &bucket), Err(missing.clone()));
    assert_eq!(subject.store.events(subject.me, &bucket, query, &mut sink), Err(missing.clone()));
    assert_eq!(subject.store.event(subject.me, &bucket, EventId(1)), Err(missing.clone()));
    assert_eq!(subject.store.count(subject.me, &bucket, TimeRange::ALL), Err(missing));
}
