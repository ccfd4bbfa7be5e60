//! Is an hour's sum never wrong in silence?

use attnd_core::rollup::{Hour, HourRollup, RollupPage, RollupRow, RulesVersion, StaleHour};
use attnd_core::store::{Write, Written};
use attnd_core::{BucketId, Duration, EventId, TimeRange};

use crate::{Case, Subject, at, event, range, with_id};

pub(crate) const CASES: &[Case] = &[
    ("an hour without events is empty and not stale", empty),
    ("every change makes the hours it touches stale", changes),
    ("sums come back until something changes", comes_back),
    ("other rules are other sums", versions),
    ("a sum computed from old events remains stale", overtaken),
    ("an hour of nobody's events keeps no sums", untouched_hour),
    ("an event of years makes its hours stale", years),
];

const RULES: RulesVersion = RulesVersion(7);

fn hour(time: &str) -> Hour {
    Hour::of(at(time))
}

fn page(subject: &Subject, rules: RulesVersion) -> RollupPage {
    subject.store.rollup(subject.me, rules, range("00:00:00", "23:59:59")).unwrap()
}

/// Stale hours of the day, as numbers from 0 to 23.
fn stale(subject: &Subject) -> Vec<i32> {
    let midnight = hour("00:00:00").0;
    page(subject, RULES).stale.iter().map(|stale| stale.hour.0 - midnight).collect()
}

fn sums(stale: StaleHour, application: &str, seconds: u32) -> HourRollup {
    let row = RollupRow {
        hour: stale.hour,
        category: vec!["Work".into(), "编程".into()],
        application: application.into(),
        active: Duration::from_s(seconds),
    };
    HourRollup { hour: stale.hour, generation: stale.generation, rows: vec![row], track: Vec::new() }
}

/// Computes every stale hour, as the engine does.
fn compute(subject: &Subject, rules: RulesVersion, application: &str) {
    let hours = page(subject, rules).stale.iter().map(|stale| sums(*stale, application, 60)).collect();
    assert_eq!(subject.write(Write::PutRollup { version: rules, hours }), Written::Done);
}

fn filled(subject: &Subject) -> BucketId {
    let bucket = subject.create("window");
    subject.insert(&bucket, vec![event("10:30:00", 3_600.0, "a"), event("14:05:00", 60.0, "b")]);
    bucket
}

fn empty(subject: &Subject) {
    subject.create("window");
    assert_eq!(page(subject, RULES), RollupPage::default());
    filled_stale(subject);
}

fn filled_stale(subject: &Subject) {
    let bucket = subject.create("other");
    subject.insert(&bucket, vec![event("10:30:00", 5_380.0, "a"), event("14:05:00", 0.0, "b")]);
    assert_eq!(stale(subject), [10, 11, 14], "an event that ends well before noon does not touch that hour");
    let noon = subject.store.rollup(subject.me, RULES, range("12:00:00", "14:00:00")).unwrap();
    assert_eq!(noon, RollupPage::default(), "a range that ends at two does not touch that hour");
}

fn changes(subject: &Subject) {
    let bucket = filled(subject);
    let after = |write: Write| {
        compute(subject, RULES, "app");
        assert_eq!(stale(subject), [0; 0]);
        subject.write(write);
        stale(subject)
    };
    let pulse = attnd_core::Pulse(Duration::from_s(7_200));
    let beat =
        |time, label| Write::Heartbeat { bucket: bucket.clone(), event: event(time, 0.0, label), pulse };
    assert_eq!(after(beat("14:05:30", "b")), [0; 0], "a heartbeat within the last event changes nothing");
    assert_eq!(after(beat("14:30:00", "b")), [14]);
    assert_eq!(after(beat("16:10:00", "b")), [14, 15, 16], "the part that grew");
    assert_eq!(after(beat("16:20:00", "b")), [16], "only the part that grew");
    assert_eq!(after(beat("08:05:00", "b")), [8]);
    assert_eq!(after(beat("08:59:55", "c")), [8, 9], "a gap to the next hour may be closed");
    let replaced = with_id(1, event("18:05:00", 60.0, "c"));
    assert_eq!(after(Write::Insert { bucket: bucket.clone(), events: vec![replaced] }), [10, 11, 18]);
    let merged = vec![event("18:05:00", 60.0, "c"), event("19:05:00", 60.0, "c")];
    assert_eq!(after(Write::Merge { bucket: bucket.clone(), events: merged }), [19]);
    let delete = Write::DeleteEvents { bucket: bucket.clone(), ids: vec![EventId(1)] };
    assert_eq!(after(delete), [18]);
    let erase = Write::EraseEvents { buckets: None, range: range("07:00:00", "09:00:00") };
    assert_eq!(after(erase), [8, 9]);
    assert_eq!(after(Write::DeleteBucket(bucket.clone())), [14, 15, 16, 19]);
    assert_eq!(after(Write::DeleteSetting("x".into())), [0; 0]);
}

fn comes_back(subject: &Subject) {
    let bucket = filled(subject);
    let before = page(subject, RULES);
    assert!(before.rows.is_empty());
    let put = before.stale.iter().zip([10, 20, 30]).map(|(stale, s)| sums(*stale, "app", s)).collect();
    subject.write(Write::PutRollup { version: RULES, hours: put });
    let after = page(subject, RULES);
    assert_eq!(after.stale, []);
    assert_eq!(
        after.rows.iter().map(|row| row.hour).collect::<Vec<_>>(),
        before.stale.iter().map(|s| s.hour).collect::<Vec<_>>()
    );
    assert_eq!(after.rows[1].active, Duration::from_s(20));
    assert_eq!(after.rows[1].category, ["Work", "编程"]);
    let part = subject.store.rollup(subject.me, RULES, range("11:00:00", "11:00:00")).unwrap();
    assert_eq!(part.rows, after.rows[1..2]);
    subject.insert(&bucket, vec![event("11:45:00", 0.0, "x")]);
    let stale_one = page(subject, RULES);
    assert_eq!(stale_one.rows.len(), 2, "the stale hour's sum is not told");
    assert!(stale_one.stale[0].generation > before.stale[1].generation);
    let StaleHour { hour, generation } = stale_one.stale[0];
    let nothing = HourRollup { hour, generation, rows: vec![], track: vec![] };
    subject.write(Write::PutRollup { version: RULES, hours: vec![nothing] });
    assert_eq!((page(subject, RULES).rows.len(), stale(subject)), (2, vec![]), "an hour may sum to nothing");
}

fn versions(subject: &Subject) {
    filled(subject);
    compute(subject, RULES, "app");
    let other = RulesVersion(-8);
    assert_eq!(page(subject, other).stale.len(), 3);
    assert_eq!(page(subject, other).rows, []);
    compute(subject, other, "app");
    assert_eq!(page(subject, other).rows.len(), 3);
    assert_eq!(stale(subject), [10, 11, 14], "sums of other rules are dropped");
}

fn overtaken(subject: &Subject) {
    let bucket = filled(subject);
    let before = page(subject, RULES).stale;
    subject.insert(&bucket, vec![event("14:10:00", 1.0, "x")]);
    let hours = before.iter().map(|stale| sums(*stale, "app", 60)).collect();
    subject.write(Write::PutRollup { version: RULES, hours });
    assert_eq!(stale(subject), [14]);
    assert_eq!(page(subject, RULES).rows.len(), 2);
    compute(subject, RULES, "app");
    subject.write(Write::ErasePerson);
    let hours = before.iter().map(|stale| sums(*stale, "app", 60)).collect();
    subject.write(Write::PutRollup { version: RULES, hours });
    assert_eq!(page(subject, RULES), RollupPage::default(), "nothing comes back after an erasure");
}

fn untouched_hour(subject: &Subject) {
    let stale = StaleHour { hour: hour("03:00:00"), generation: attnd_core::rollup::Generation(1) };
    subject.write(Write::PutRollup { version: RULES, hours: vec![sums(stale, "app", 60)] });
    assert_eq!(page(subject, RULES), RollupPage::default());
}

fn years(subject: &Subject) {
    let bucket = subject.create("window");
    let year = 366.0 * 86_400.0;
    subject.insert(&bucket, vec![event("10:30:00", 3.0 * year, "a")]);
    assert_eq!(stale(subject), (10..=23).collect::<Vec<_>>());
    let whole =
        subject.store.rollup(subject.me, RULES, TimeRange::from(at("00:00:00"), Duration::MAX)).unwrap();
    assert_eq!(whole.stale.len(), 3 * 366 * 24 + 1);
    compute(subject, RULES, "app");
    assert_eq!(stale(subject), [0; 0]);
    subject.insert(&bucket, vec![event("12:30:00", 1.0, "b")]);
    assert_eq!(stale(subject), [12]);
    compute(subject, RULES, "app");
    let pulse = attnd_core::Pulse(Duration::from_ns(i64::MAX / 4));
    subject.write(Write::DeleteEvents { bucket: bucket.clone(), ids: vec![EventId(2)] });
    assert_eq!(stale(subject), [12]);
    let beat = event("10:30:00", 4.0 * year, "a");
    subject.write(Write::Heartbeat { bucket, event: beat, pulse });
    assert_eq!(stale(subject), [12], "only the fourth year is new");
    let grown =
        subject.store.rollup(subject.me, RULES, TimeRange::from(at("00:00:00"), Duration::MAX)).unwrap();
    assert_eq!(grown.stale.len(), 4 * 366 * 24 + 1 - 13);
}
