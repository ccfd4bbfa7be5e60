//! Do SQLite and the reference answer alike whatever is done in whatever order?

use attnd_core::rollup::{HourRollup, RollupRow, RulesVersion};
use attnd_core::store::{Cursor, EventQuery, Order, StoreError, Write, Written};
use attnd_core::{
    BucketId, BucketType, Data, Duration, Event, EventId, NewBucket, Pulse, TimeRange, Timestamp,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::{Subject, bucket_id, memory, new_bucket, sqlite};

/// One step, small numbers standing for times, buckets and labels so that they collide.
#[derive(Clone, Debug)]
enum Step {
    Create(u8),
    Delete(u8),
    Beat(u8, Small, u8),
    Insert(u8, Vec<Small>),
    Merge(u8, Vec<Small>),
    DeleteEvents(u8, Vec<i64>),
    Erase(Option<u8>, u16, u16),
    ErasePerson,
    Compute(u8),
}

#[derive(Clone, Debug)]
struct Small {
    id: Option<i64>,
    start: u16,
    length: u8,
    label: u8,
}

/// Lengths on both sides of every class's bound, in seconds.
const LENGTHS: [u32; 9] = [0, 1, 300, 301, 3_600, 3_601, 90_000, 3_000_000, 100_000_000];

fn small() -> impl Strategy<Value = Small> {
    (option::weighted(0.2, 1..12_i64), 0..400_u16, 0..9_u8, 0..3_u8)
        .prop_map(|(id, start, length, label)| Small { id, start, length, label })
}

fn step() -> impl Strategy<Value = Step> {
    let bucket = 0..3_u8;
    prop_oneof![
        2 => bucket.clone().prop_map(Step::Create),
        1 => bucket.clone().prop_map(Step::Delete),
        8 => (bucket.clone(), small(), 0..100_u8).prop_map(|(b, e, p)| Step::Beat(b, e, p)),
        4 => (bucket.clone(), vec(small(), 0..5)).prop_map(|(b, e)| Step::Insert(b, e)),
        3 => (bucket.clone(), vec(small(), 0..5)).prop_map(|(b, e)| Step::Merge(b, e)),
        2 => (bucket.clone(), vec(1..12_i64, 0..4)).prop_map(|(b, i)| Step::DeleteEvents(b, i)),
        1 => (option::of(bucket), 0..400_u16, 0..60_u16).prop_map(|(b, s, l)| Step::Erase(b, s, l)),
        1 => Just(Step::ErasePerson),
        3 => (0..2_u8).prop_map(Step::Compute),
    ]
}

/// Minute `minute` of 1 January 2024.
fn moment(minute: u16) -> Timestamp {
    crate::at("00:00:00").saturating_add(Duration::from_s(u32::from(minute) * 60))
}

fn name(bucket: u8) -> BucketId {
    bucket_id(&format!("bucket-{bucket}"))
}

fn event(small: &Small) -> Event {
    let data = Data::from([("label", small.label.into())]);
    let duration = Duration::from_s(LENGTHS[usize::from(small.length)]);
    let event = Event::new(moment(small.start), duration, data).unwrap();
    Event { id: small.id.map(EventId), ..event }
}

fn events(small: &[Small]) -> Vec<Event> {
    small.iter().map(event).collect()
}

fn day() -> TimeRange {
    TimeRange::new(moment(0), moment(1_440)).unwrap()
}

fn apply(subject: &Subject, step: &Step) -> Result<Written, StoreError> {
    let write = match step {
        Step::Create(bucket) => {
            // The last one says when somebody was there: that is about the hours of the others.
            let kind = if *bucket == 2 { BucketType::AFK } else { BucketType::WINDOW };
            let new = new_bucket(name(*bucket).as_str());
            Write::CreateBucket { bucket: NewBucket { kind: BucketType(kind.into()), ..new }, now: moment(0) }
        }
        Step::Delete(bucket) => Write::DeleteBucket(name(*bucket)),
        Step::Beat(bucket, beat, minutes) => Write::Heartbeat {
            bucket: name(*bucket),
            event: event(beat),
            pulse: Pulse(Duration::from_s(u32::from(*minutes) * 60)),
        },
        Step::Insert(bucket, given) => Write::Insert { bucket: name(*bucket), events: events(given) },
        Step::Merge(bucket, given) => Write::Merge { bucket: name(*bucket), events: events(given) },
        Step::DeleteEvents(bucket, ids) => {
            Write::DeleteEvents { bucket: name(*bucket), ids: ids.iter().copied().map(EventId).collect() }
        }
        Step::Erase(bucket, start, length) => Write::EraseEvents {
            buckets: bucket.map(|bucket| vec![name(bucket)]),
            range: TimeRange::new(moment(*start), moment(start + length)).unwrap(),
        },
        Step::ErasePerson => Write::ErasePerson,
        Step::Compute(version) => compute(subject, RulesVersion((*version).into())),
    };
    subject.store.write(subject.me, write)
}

/// Sums for every second stale hour, each named by the hour.
fn compute(subject: &Subject, version: RulesVersion) -> Write {
    let page = subject.store.rollup(subject.me, version, day()).unwrap();
    let hours = page.stale.iter().step_by(2).map(|stale| HourRollup {
        hour: stale.hour,
        generation: stale.generation,
        rows: vec![RollupRow {
            hour: stale.hour,
            category: vec![stale.hour.0.to_string()],
            application: "app".into(),
            active: Duration::from_s(1),
        }],
        track: if stale.hour.0 % 3 == 0 { Vec::new() } else { stale.hour.0.to_be_bytes().to_vec() },
    });
    Write::PutRollup { version, hours: hours.collect() }
}

/// Everything the two must agree on. Generations are only numbers, so they are left out.
fn answers(subject: &Subject, probe: &Small) -> String {
    use std::fmt::Write as _;
    let mut all = format!("{:#?}", subject.store.buckets(subject.me));
    let start = moment(probe.start);
    let range = TimeRange::from(start, Duration::from_s(LENGTHS[usize::from(probe.length)]));
    for bucket in (0..3).map(name) {
        for order in [Order::OldestFirst, Order::NewestFirst] {
            let after = probe.id.map(|id| Cursor { timestamp: start, id: EventId(id) });
            let limit = (probe.label > 0).then_some(usize::from(probe.label) * 2);
            let mut found = Vec::new();
            let mut sink = |event| {
                found.push(event);
                std::ops::ControlFlow::Continue(())
            };
            let query = EventQuery { range, order, limit, after };
            let result = subject.store.events(subject.me, &bucket, query, &mut sink);
            let whole = EventQuery { range: TimeRange::ALL, order, limit: None, after: None };
            let end = subject.store.events(subject.me, &bucket, whole, &mut sink);
            let _ = write!(all, "{result:?} {end:?} {found:?}");
        }
        let _ = write!(all, "{:?}", subject.store.count(subject.me, &bucket, range));
        let id = EventId(probe.id.unwrap_or(1));
        let _ = write!(all, "{:?}", subject.store.event(subject.me, &bucket, id));
    }
    for version in [0, 1] {
        let page = subject.store.rollup(subject.me, RulesVersion(version), day()).unwrap();
        let stale: Vec<_> = page.stale.iter().map(|stale| stale.hour).collect();
        let _ = write!(all, "{stale:?} {:?}", page.rows);
        let mut tracks = Vec::new();
        let mut sink = |hour, bytes: &[u8]| tracks.push((hour, bytes.to_vec()));
        let stale = subject.store.tracks(subject.me, RulesVersion(version), day(), &mut sink).unwrap();
        assert_eq!(stale, page.stale, "both of one snapshot");
        let _ = write!(all, "{tracks:?}");
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_has_equal_answers(
        steps in vec(step(), 1..40),
        probes in vec(small(), 1..4),
        restart in 0..40_usize,
    ) {
        let (reference, mut tested) = (memory(), sqlite());
        let made = [Step::Create(0), Step::Create(1)];
        for (number, step) in made.iter().chain(&steps).enumerate() {
            prop_assert_eq!(apply(&reference, step), apply(&tested, step), "{:?}", step);
            if number == restart {
                tested = tested.reopened();
                // What the writer remembered is gone; so is what the reference was last sent.
                for bucket in 0..3 {
                    let _ = apply(&reference, &Step::DeleteEvents(bucket, vec![]));
                }
            }
        }
        for probe in &probes {
            prop_assert_eq!(answers(&reference, probe), answers(&tested, probe));
        }
        let verified = tested.store.maintain(attnd_core::store::Maintenance::Verify);
        prop_assert_eq!(verified, Ok(()));
    }
}
