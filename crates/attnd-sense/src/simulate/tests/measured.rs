//! How near do the measures come to the truth? The errors that the manual states, and why they are there.
//!
//! Simulated days are sensed, categorised and measured like any other, and compared with what the
//! person really did: with its list of interruptions and breaks, and, for measures that are rules
//! (sessions, unbroken time, switches), with the same rule applied to the true activities.

mod compare;
mod truth_track;

use compare::{Compared, Found, compare};

use crate::category::CategoryRules;
use crate::simulate::content::{PROJECTS, REFERENCES};

/// The people, each with four weeks.
const SEEDS: [u64; 4] = [1, 2, 3, 4];

/// The rules a person has once they have told attnd what they read for their work.
fn told_rules() -> CategoryRules {
    let titles = REFERENCES.iter().map(|(_, title)| *title);
    let homes = PROJECTS.iter().map(|project| project.home.1);
    let words: Vec<String> =
        titles.chain(homes).chain(["at DuckDuckGo", "Nautilus"]).map(regex::escape).collect();
    let mut classes = CategoryRules::default_rules().to_classes();
    let told = serde_json::json!({
        "id": 100,
        "name": ["Work", "Reading"],
        "rule": {"type": "regex", "regex": words.join("|"), "ignore_case": true},
    });
    classes.as_array_mut().unwrap().push(told);
    CategoryRules::from_classes(&classes).unwrap()
}

/// Everything of four people's weeks, under these rules.
fn found(rules: &CategoryRules) -> Found {
    let days: Vec<Compared> = SEEDS.iter().flat_map(|seed| compare(*seed, rules)).collect();
    Found::of(&days)
}

/// What is allowed: least shares of hits, and largest median errors.
struct Bounds {
    interruptions: [f64; 2],
    sessions: [f64; 2],
    breaks: [f64; 2],
    errors: [(&'static str, f64); 14],
}

#[track_caller]
fn assert_within(found: &Found, bounds: &Bounds) {
    println!("{}", found.table());
    for (name, hits, [precision, recall]) in [
        ("interruptions", found.interruptions, bounds.interruptions),
        ("sessions", found.sessions, bounds.sessions),
        ("breaks", found.breaks, bounds.breaks),
    ] {
        assert!(hits.precision() >= precision, "{name}: precision {}", hits.precision());
        assert!(hits.recall() >= recall, "{name}: recall {}", hits.recall());
    }
    for ((name, error), (bounded, bound)) in found.errors().into_iter().zip(bounds.errors) {
        assert_eq!(name, bounded);
        assert!(error.absolute <= bound, "{name}: {error:?}, not within {bound}");
    }
}

#[test]
fn with_the_rules_a_person_starts_with() {
    // Pages read for the work count as browsing, so focus is found too short and left too often.
    let bounds = Bounds {
        interruptions: [0.46, 0.81],
        sessions: [0.80, 0.58],
        breaks: [0.99, 0.97],
        errors: [
            ("handling, s", 53.0),
            ("resume lag, s", 24.0),
            ("left until back, s", 31.0),
            ("interruptions a day", 17.0),
            ("self-interruption", 0.03),
            ("focus, min a day", 18.0),
            ("in sessions, min a day", 85.0),
            ("longest session / T", 0.04),
            ("deep work of 25 min / T", 0.19),
            ("deep work of 60 min / T", 0.02),
            ("fragmentation", 0.04),
            ("longest unbroken, min", 0.1),
            ("switches of work, 1/h", 8.5),
            ("switches of category, 1/h", 105.0),
        ],
    };
    let found = found(&CategoryRules::default_rules());
    assert_within(&found, &bounds);
    // What counting every switch would find is mostly no interruption.
    assert!(found.naive.precision() < 0.25 * found.interruptions.precision());
}

#[test]
fn with_rules_that_know_what_is_read_for_work() {
    // Now what is looked at for the work in meetings and the mail is focus too.
    let bounds = Bounds {
        interruptions: [0.46, 0.80],
        sessions: [0.82, 0.79],
        breaks: [0.99, 0.97],
        errors: [
            ("handling, s", 64.0),
            ("resume lag, s", 20.0),
            ("left until back, s", 43.0),
            ("interruptions a day", 17.0),
            ("self-interruption", 0.035),
            ("focus, min a day", 53.0),
            ("in sessions, min a day", 79.0),
            ("longest session / T", 0.07),
            ("deep work of 25 min / T", 0.22),
            ("deep work of 60 min / T", 0.24),
            ("fragmentation", 0.03),
            ("longest unbroken, min", 0.1),
            ("switches of work, 1/h", 8.0),
            ("switches of category, 1/h", 122.0),
        ],
    };
    let found = found(&told_rules());
    assert_within(&found, &bounds);
    assert!(found.naive.precision() < 0.25 * found.interruptions.precision());
}
