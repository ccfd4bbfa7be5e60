//! Do the measures say what was done in a session on a real desktop? One that was recorded, and its script.
//!
//! How it was recorded is in `NOTE.md` beside this file.

// All of this is a test, though clippy takes only what stands in a test function for one.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use attnd_core::{BucketId, Duration, Event, NewBucket, TimeRange, Timestamp};
use attnd_sense::category::CategoryRules;
use attnd_sense::export::{ExportItem, read_export};
use attnd_sense::flow::{Flow, FlowConfig, FlowInput, FlowSource, flow};
use attnd_sense::measure::{Level, MeasureConfig, Measures, measures};
use attnd_sense::track::Track;

const SESSION: &str = include_str!("session.json");
const SCRIPT: &str = include_str!("script.json");

/// The watcher looks once a second, and the script knows its times to a tenth.
const BOUND_S: f64 = 1.1;

/// Every length of time is a third of a usual one, so the thresholds are a third of the usual.
fn config() -> MeasureConfig {
    let third = |length: Duration| Duration::from_ns(length.ns() / 3);
    let usual = MeasureConfig::default();
    MeasureConfig {
        session_min: third(usual.session_min),
        session_pause: third(usual.session_pause),
        interruption_max: third(usual.interruption_max),
        interrupted_min: third(usual.interrupted_min),
        glance_max: third(usual.glance_max),
        break_min: third(usual.break_min),
        break_max: third(usual.break_max),
        switching_max: third(usual.switching_max),
        run_gap: third(usual.run_gap),
        ..usual
    }
}

/// A step of the script: the window in front, or nobody there.
struct Step {
    window: Option<(String, String)>,
    range: TimeRange,
}

fn script() -> Vec<Step> {
    let script: serde_json::Value = serde_json::from_str(SCRIPT).unwrap();
    let moment = |step: &serde_json::Value, key: &str| Timestamp::parse(step[key].as_str().unwrap()).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let steps = script["steps"].as_array().unwrap().iter().map(|step| {
        let window = &step["window"];
        Step {
            window: (!window.is_null()).then(|| (text(&window["app"]), text(&window["title"]))),
            range: TimeRange::new(moment(step, "from"), moment(step, "to")).unwrap(),
        }
    });
    steps.collect()
}

/// The flow of the recorded session from the script's first moment on.
fn recorded() -> Flow {
    let mut buckets: BTreeMap<BucketId, (NewBucket, Vec<Event>)> = BTreeMap::new();
    let summary = read_export(SESSION.as_bytes(), &mut |item| {
        match item {
            ExportItem::Bucket(bucket) | ExportItem::BucketDetails(bucket) => {
                let known = buckets.entry(bucket.id.clone()).or_insert_with(|| (bucket.clone(), Vec::new()));
                known.0 = bucket;
            }
            ExportItem::Events { bucket, events } => buckets.get_mut(&bucket).unwrap().1.extend(events),
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!((summary.buckets, summary.skipped, summary.problems.len()), (2, 0, 0));
    let sources = buckets.into_values().map(|(bucket, events)| FlowSource {
        id: bucket.id,
        kind: bucket.kind,
        hostname: bucket.hostname,
        data: bucket.data,
        events,
    });
    let steps = script();
    let range = TimeRange::new(steps[0].range.start(), steps[steps.len() - 1].range.end()).unwrap();
    let input = FlowInput { sources: sources.collect(), range: range.widened(Duration::from_s(2)) };
    let mut flow = flow(&input, &CategoryRules::default_rules(), FlowConfig::default());
    // The first window was in front before the script began.
    flow.spans[0].range = TimeRange::from(range.start(), flow.spans[0].range.end().since(range.start()));
    flow
}

fn measured() -> Measures {
    let rules = CategoryRules::default_rules();
    let track = Track::of_flow(&recorded());
    let bearing = |path: &[String]| rules.bearing(path);
    measures(&track, TimeRange::ALL, &bearing, &config(), None)
}

#[track_caller]
fn near(found: f64, expected: f64, bound: f64) {
    assert!((found - expected).abs() <= bound, "{found}, not {expected}");
}

/// Seconds from the script's first moment.
fn since(steps: &[Step], moment: Timestamp) -> f64 {
    (moment.ns() - steps[0].range.start().ns()) as f64 / 1e9
}

/// Length of a step by the script's own clock.
fn length(step: &Step) -> f64 {
    step.range.duration().as_s_f64()
}

#[test]
fn the_flow_is_the_script() {
    let flow = recorded();
    let steps = script();
    let shown: Vec<&Step> = steps.iter().filter(|step| step.window.is_some()).collect();
    assert_eq!(flow.spans.len(), shown.len(), "{:#?}", flow.spans);
    for (span, step) in flow.spans.iter().zip(shown) {
        let (application, title) = step.window.as_ref().unwrap();
        assert_eq!((&*span.application, &*span.title), (&application[..], &title[..]));
        near(since(&steps, span.range.start()), since(&steps, step.range.start()), BOUND_S);
        near(since(&steps, span.range.end()), since(&steps, step.range.end()), BOUND_S);
    }
    let categories: Vec<String> = flow.spans.iter().map(|span| span.category.join("/")).collect();
    assert_eq!(
        categories,
        [
            "Work/Programming",
            "Communication/Chat",
            "Media/News",
            "Work/Programming",
            "Communication/Mail",
            "Work/Programming",
            "Work/Programming",
            "Media/News",
            "Work/Programming",
        ]
    );
}

#[test]
fn time_is_that_of_the_script() {
    let steps = script();
    let sum = |is_one: &dyn Fn(&str) -> bool| -> f64 {
        let shown = steps.iter().filter(|step| step.window.as_ref().is_some_and(|(app, _)| is_one(app)));
        shown.map(length).sum()
    };
    let measures = measured();
    // Nine borders, each late by less than a look.
    near(measures.active.as_s_f64(), sum(&|_| true), 2.0 * BOUND_S);
    near(measures.focus.as_s_f64(), sum(&|app| app == "Code"), 5.0 * BOUND_S);
    assert!(measures.uncategorized.is_zero());
}

#[test]
fn the_interruptions_are_the_message_the_mail_and_the_news() {
    let steps = script();
    let measures = measured();
    let said: Vec<String> = measures
        .interruptions
        .iter()
        .map(|one| format!("{} by {}", one.application, one.by.join("/")))
        .collect();
    assert_eq!(
        said,
        ["Slack by Communication/Chat", "thunderbird by Communication/Mail", "Firefox by Media/News"]
    );
    // The step with what it was left for, and how long the person then was elsewhere.
    for (one, (left_for, lag_s)) in
        measures.interruptions.iter().zip([(1, length(&steps[2])), (4, 0.0), (8, 0.0)])
    {
        near(since(&steps, one.left), since(&steps, steps[left_for].range.start()), BOUND_S);
        near(one.handling.as_s_f64(), length(&steps[left_for]), 2.0 * BOUND_S);
        near(one.resume_lag.as_s_f64(), lag_s, 2.0 * BOUND_S);
        assert_eq!(one.suspended.join("/"), "Work/Programming");
    }
    let lag = measures.resume_lag.unwrap();
    assert_eq!(lag.count, 3);
    near(lag.median.as_s_f64(), 0.0, BOUND_S);
}

#[test]
fn the_break_ends_the_one_session_and_the_unbroken_time() {
    let steps = script();
    let measures = measured();
    assert_eq!((measures.sessions.len(), measures.breaks.len()), (1, 1));
    let session = &measures.sessions[0];
    near(since(&steps, session.range.start()), 0.0, BOUND_S);
    near(since(&steps, session.range.end()), since(&steps, steps[5].range.end()), BOUND_S);
    assert_eq!((session.interruptions, &*session.application), (2, "Code"));
    near(since(&steps, measures.breaks[0].start()), since(&steps, steps[6].range.start()), BOUND_S);
    near(since(&steps, measures.breaks[0].end()), since(&steps, steps[6].range.end()), BOUND_S);
    let unbroken = measures.longest_unbroken.unwrap();
    near(unbroken.duration().as_s_f64(), since(&steps, steps[5].range.end()), 2.0 * BOUND_S);
    // Six minutes are no deep work.
    assert_eq!(measures.deep_work, [0.0; 3]);
    let share = session.range.duration().as_s_f64() / measures.active.as_s_f64();
    near(measures.longest_session, share, 1e-6);
}

#[test]
fn switches_are_those_of_the_script() {
    let measures = measured();
    for level in [Level::Window, Level::Application, Level::Category] {
        let found = measures.levels.iter().find(|one| one.level == level).unwrap();
        // Five before the break and two after it; who comes back from a break begins.
        assert_eq!(found.switches, 7, "{level:?}");
        near(found.switches_per_h.unwrap(), 7.0 * 3_600.0 / measures.active.as_s_f64(), 1e-9);
    }
}
