//! Does half a minute of eyes tell whether somebody does sums, of people never seen?

use std::collections::BTreeMap;

use serde_json::Value;

use super::{datasets, imported, left_out};

const PLACE: &str = "vr_load/ier2023_raw.tar.xz";

#[test]
fn every_condition_of_every_person_is_a_recording_of_eyes() {
    let (kept, report) = imported(PLACE);
    let mut conditions: BTreeMap<&str, usize> = BTreeMap::new();
    for recording in &kept.recordings {
        *conditions.entry(recording.head.subject.as_str()).or_default() += 1;
    }
    assert!(conditions.len() >= 19, "{conditions:?}");
    assert!(conditions.values().all(|count| *count >= 4), "{conditions:?}");
    assert_eq!(report.recordings.len(), kept.recordings.len());
    assert!(report.samples > 600_000 && report.ratings == 0);
    for recording in &kept.recordings {
        let eyes = &recording.streams[0];
        assert!(eyes.times.windows(2).all(|pair| pair[0] <= pair[1]), "{}", recording.head.id);
        let pupils = eyes.values[2..].iter().flatten().filter(|width| width.is_finite());
        assert!(pupils.clone().count() > eyes.times.len(), "{}", recording.head.id);
        assert!(pupils.into_iter().all(|width| (1.0..10.0).contains(width)), "{}", recording.head.id);
    }
}

#[test]
fn arithmetic_shows_in_the_eyes_of_people_never_seen() {
    let datasets = datasets("arithmetic", PLACE);
    let (variant, session) = &datasets[0];
    assert_eq!(*variant, "session");
    assert!(session.people().len() >= 19 && session.examples() >= 190);
    let report = left_out("minirocket", &Value::Null, session).report;
    assert!(report.auc_pooled.unwrap() > 0.79 && report.auc_within.unwrap() > 0.80);
    assert!(report.brier.unwrap() < 0.20 && report.ece.unwrap() < 0.12);
}
