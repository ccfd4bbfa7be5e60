//! Are an hour's visits kept as long as its sums, and not longer?

use attnd_core::rollup::{Hour, HourRollup, RulesVersion, StaleHour};
use attnd_core::store::{Write, Written};
use attnd_core::{BucketId, EventId, PersonId, TimeRange};

use crate::{Case, Subject, at, event, range, with_id};

pub(crate) const CASES: &[Case] = &[
    ("tracks come back in order until something changes", comes_back),
    ("a range takes the tracks of the hours it touches", borders),
    ("an hour of nobody keeps no track", nobody),
    ("tracks of other rules are not told, and dropped", versions),
    ("a track computed from old events is not kept", overtaken),
    ("what takes events takes their tracks", erased),
    ("tracks are the person's own", own),
    ("a long track comes back whole", long),
];

const RULES: RulesVersion = RulesVersion(7);

/// Hours of the day from 0 to 23, and their tracks.
type Tracks = Vec<(i32, Vec<u8>)>;

fn number(hour: Hour) -> i32 {
    hour.0 - Hour::of(at("00:00:00")).0
}

fn read(subject: &Subject, person: PersonId, rules: RulesVersion, of: TimeRange) -> (Tracks, Vec<StaleHour>) {
    let mut tracks = Vec::new();
    let mut sink = |hour: Hour, bytes: &[u8]| tracks.push((number(hour), bytes.to_vec()));
    let stale = subject.store.tracks(person, rules, of, &mut sink).unwrap();
    (tracks, stale)
}

/// The hours of the day that have a track, and those that are stale.
fn day(subject: &Subject, rules: RulesVersion) -> (Vec<i32>, Vec<i32>) {
    let (tracks, stale) = read(subject, subject.me, rules, range("00:00:00", "23:59:59"));
    assert_eq!(
        stale,
        subject.store.rollup(subject.me, rules, range("00:00:00", "23:59:59")).unwrap().stale,
        "sums and tracks are stale together"
    );
    assert_eq!(stale, subject.store.stale_hours(subject.me, rules, range("00:00:00", "23:59:59")).unwrap());
    (
        tracks.into_iter().map(|(hour, _)| hour).collect(),
        stale.iter().map(|stale| number(stale.hour)).collect(),
    )
}

fn with_track(stale: StaleHour) -> HourRollup {
    let track = format!("visits of {}", number(stale.hour)).into_bytes();
    HourRollup { hour: stale.hour, generation: stale.generation, rows: vec![], track }
}

fn compute(subject: &Subject, rules: RulesVersion) {
    let (_, stale) = read(subject, subject.me, rules, TimeRange::ALL);
    // Latest first: the order of writing is not that of reading.
    let hours = stale.into_iter().rev().map(with_track).collect();
    assert_eq!(subject.write(Write::PutRollup { version: rules, hours }), Written::Done);
}

fn filled(subject: &Subject) -> BucketId {
    let bucket = subject.create("window");
    subject.insert(&bucket, vec![event("10:30:00", 3_600.0, "a"), event("14:05:00", 60.0, "b")]);
    bucket
}

fn comes_back(subject: &Subject) {
    assert_eq!(day(subject, RULES), (vec![], vec![]));
    let bucket = filled(subject);
    assert_eq!(day(subject, RULES), (vec![], vec![10, 11, 14]));
    compute(subject, RULES);
    let (tracks, stale) = read(subject, subject.me, RULES, TimeRange::ALL);
    assert_eq!(stale, []);
    let kept = [10, 11, 14].map(|hour| (hour, format!("visits of {hour}").into_bytes()));
    assert_eq!(tracks, kept);
    subject.insert(&bucket, vec![event("11:45:00", 0.0, "x")]);
    assert_eq!(day(subject, RULES), (vec![10, 14], vec![11]), "a stale hour's track is not told");
    let pulse = attnd_core::Pulse(attnd_core::Duration::from_s(3_600));
    subject.write(Write::Heartbeat { bucket, event: event("14:40:00", 0.0, "c"), pulse });
    assert_eq!(day(subject, RULES), (vec![10], vec![11, 14]));
    compute(subject, RULES);
    assert_eq!(day(subject, RULES), (vec![10, 11, 14], vec![]));
}

fn borders(subject: &Subject) {
    filled(subject);
    compute(subject, RULES);
    let hours = |start, end| -> Vec<i32> {
        let (tracks, stale) = read(subject, subject.me, RULES, range(start, end));
        assert_eq!(stale, []);
        tracks.into_iter().map(|(hour, _)| hour).collect()
    };
    assert_eq!(hours("10:00:00", "11:00:00"), [10], "a range that ends at eleven does not touch that hour");
    assert_eq!(hours("10:59:59", "11:00:01"), [10, 11]);
    assert_eq!(hours("11:00:00", "11:00:00"), [11], "a moment touches its hour");
    assert_eq!(hours("12:00:00", "14:00:00"), [0; 0]);
    assert_eq!(hours("12:00:00", "14:00:01"), [14]);
}

fn nobody(subject: &Subject) {
    filled(subject);
    let (_, stale) = read(subject, subject.me, RULES, TimeRange::ALL);
    let hours = stale.into_iter().map(|stale| HourRollup { track: vec![], ..with_track(stale) }).collect();
    subject.write(Write::PutRollup { version: RULES, hours });
    assert_eq!(day(subject, RULES), (vec![], vec![]), "computed, and nobody was there");
}

fn versions(subject: &Subject) {
    filled(subject);
    compute(subject, RULES);
    let other = RulesVersion(-8);
    assert_eq!(day(subject, other), (vec![], vec![10, 11, 14]));
    compute(subject, other);
    assert_eq!(day(subject, other), (vec![10, 11, 14], vec![]));
    assert_eq!(day(subject, RULES), (vec![], vec![10, 11, 14]));
}

fn overtaken(subject: &Subject) {
    let bucket = filled(subject);
    let (_, before) = read(subject, subject.me, RULES, TimeRange::ALL);
    subject.insert(&bucket, vec![event("14:10:00", 1.0, "x")]);
    let late = || before.iter().copied().map(with_track).collect();
    subject.write(Write::PutRollup { version: RULES, hours: late() });
    assert_eq!(day(subject, RULES), (vec![10, 11], vec![14]));
    subject.write(Write::ErasePerson);
    subject.write(Write::PutRollup { version: RULES, hours: late() });
    assert_eq!(day(subject, RULES), (vec![], vec![]), "nothing comes back after an erasure");
}

fn erased(subject: &Subject) {
    let bucket = filled(subject);
    let after = |write: Write| {
        compute(subject, RULES);
        subject.write(write);
        day(subject, RULES)
    };
    let replaced = with_id(2, event("18:05:00", 60.0, "c"));
    let replace = Write::Insert { bucket: bucket.clone(), events: vec![replaced] };
    assert_eq!(after(replace), (vec![10, 11], vec![14, 18]));
    let erase = Write::EraseEvents { buckets: None, range: range("18:00:00", "19:00:00") };
    assert_eq!(after(erase), (vec![10, 11, 14], vec![18]));
    let delete = Write::DeleteEvents { bucket: bucket.clone(), ids: vec![EventId(1)] };
    assert_eq!(after(delete), (vec![14, 18], vec![10, 11]));
    subject.insert(&bucket, vec![event("20:05:00", 60.0, "d")]);
    assert_eq!(after(Write::DeleteBucket(bucket)), (vec![10, 11, 14, 18], vec![20]));
    assert_eq!(after(Write::ErasePerson), (vec![], vec![]));
}

fn own(subject: &Subject) {
    filled(subject);
    compute(subject, RULES);
    let nobody = PersonId::new(uuid::Uuid::nil());
    for person in [subject.other, nobody] {
        assert_eq!(read(subject, person, RULES, TimeRange::ALL), (vec![], vec![]));
    }
    subject.store.write(subject.other, Write::ErasePerson).unwrap();
    assert_eq!(day(subject, RULES).0, [10, 11, 14]);
}

fn long(subject: &Subject) {
    filled(subject);
    let (_, stale) = read(subject, subject.me, RULES, TimeRange::ALL);
    let bytes: Vec<u8> = (0..200_000_u32).map(|at| (at % 251) as u8).collect();
    let hours = stale.into_iter().map(|stale| HourRollup { track: bytes.clone(), ..with_track(stale) });
    subject.write(Write::PutRollup { version: RULES, hours: hours.collect() });
    let (tracks, _) = read(subject, subject.me, RULES, TimeRange::ALL);
    assert_eq!(tracks.len(), 3);
    assert!(tracks.iter().all(|(_, track)| *track == bytes));
}
