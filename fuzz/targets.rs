//! What is fuzzed? Every parser that meets bytes from outside, with what must hold for any of them.
//!
//! Included by the libFuzzer programs beside this file and by `cargo xtask fuzz`.

use std::ops::ControlFlow;

use attnd_core::recording::Collected;
use attnd_core::{BucketId, BucketType, Data, Duration, Event, Problem, TimeRange, Timestamp};
use attnd_sense::export::{BATCH_EVENTS, ExportItem, MAX_PROBLEMS, read_export};
use attnd_sense::query::{BucketInfo, Datasource, Limits, parse};
use attnd_sense::recording::{ImportError, ImportOptions, InMemory, Problems, import};

/// An event that can be read is written so that it reads back the same.
pub(super) fn event_json(input: &[u8]) {
    let Ok(event) = serde_json::from_slice::<Event>(input) else { return };
    let written = serde_json::to_vec(&event).expect("an event that was read can be written");
    let again: Event = serde_json::from_slice(&written).expect("what was written can be read");
    assert!(event.end() >= event.timestamp);
    assert_eq!(event.timestamp, again.timestamp);
    assert_eq!(event.data, again.data);
}

/// A program is answered or refused with its place, within its limits; the answer can be written.
pub(super) fn query_language(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let answer = parse(text).and_then(|program| {
        let limits = Limits { steps: 200_000, events: 20_000, cancelled: None };
        program.run(&Desk, TimeRange::ALL, "fuzz", limits)
    });
    match answer {
        Ok(value) => drop(serde_json::to_vec(&value).expect("an answer can be written")),
        Err(error) => assert!(error.line >= 1 && !error.message.is_empty()),
    }
}

/// A file is read to its end or to its fault, in batches of their size, events in buckets announced before.
pub(super) fn aw_import(input: &[u8]) {
    let mut announced = Vec::new();
    let mut events_seen = 0;
    let result = read_export(input, &mut |item| {
        match item {
            ExportItem::Bucket(bucket) => announced.push(bucket.id),
            ExportItem::BucketDetails(bucket) => assert!(announced.contains(&bucket.id)),
            ExportItem::Events { bucket, events } => {
                assert!(announced.contains(&bucket) && events.len() <= BATCH_EVENTS);
                assert!(events.iter().all(|event| event.id.is_none()));
                events_seen += events.len() as u64;
            }
        }
        ControlFlow::Continue(())
    });
    let summary = match result {
        Ok(summary) => summary,
        Err(error) => *error.read,
    };
    assert_eq!(summary.events, events_seen);
    assert!(summary.problems.len() <= MAX_PROBLEMS);
}

/// The survey's table is read to its end or its fault.
pub(super) fn focus_survey(input: &[u8]) {
    recording("focus-survey", "dataset.csv", input);
}

/// The headset's table is read to its end or its fault.
pub(super) fn vr_load(input: &[u8]) {
    recording("vr-load", "P1/Eyerecording_Test_Control.csv", input);
}

/// A sensor's table is read to its end or its fault, and as a report too.
pub(super) fn esports_load(input: &[u8]) {
    for file in ["eye_tracker.csv", "player_report.json"] {
        recording("esports-load", &format!("match_1/player_1/{file}"), input);
    }
}

/// Any table is guessed, and read to its end or its fault.
pub(super) fn table(input: &[u8]) {
    recording("csv", "table.csv", input);
}

/// Times never fall, channels are as long as their times, answers lie on their scale, problems are bounded.
fn recording(format: &str, path: &str, input: &[u8]) {
    let mut kept = Collected::default();
    let files = InMemory::new([(path, input)]);
    let options = ImportOptions { format: Some(format), map: None };
    match import(options, &files, &mut kept, &mut |_| {}) {
        Ok(report) => assert!(report.problems.first.len() <= Problems::TOLD),
        Err(ImportError::Sink(error)) => unreachable!("memory takes everything: {error}"),
        Err(_) => {}
    }
    for recording in &kept.recordings {
        for stream in &recording.streams {
            assert!(stream.times.is_sorted());
            assert!(stream.values.iter().all(|channel| channel.len() == stream.times.len()));
        }
        for rating in &recording.ratings {
            assert!((rating.scale.lowest..=rating.scale.highest).contains(&rating.value));
            assert!(rating.answered >= rating.about.start());
        }
    }
}

/// Two small buckets, with titles that regular expressions can lose themselves in.
struct Desk;

const WINDOW: &str = "aw-watcher-window_host";
const AFK: &str = "aw-watcher-afk_host";

impl Datasource for Desk {
    fn buckets(&self) -> Result<Vec<BucketInfo>, Problem> {
        let bucket = |id: &str, kind: &str| BucketInfo {
            id: BucketId::parse(id).expect("a bucket's name"),
            hostname: "host".to_owned(),
            kind: BucketType(kind.to_owned()),
            event_count: 20,
        };
        Ok(vec![bucket(WINDOW, BucketType::WINDOW), bucket(AFK, BucketType::AFK)])
    }

    fn events(&self, bucket: &BucketId, range: TimeRange) -> Result<Vec<Event>, Problem> {
        let start = Timestamp::from_ns_saturating(1_704_103_200_000_000_000);
        let event = |number: u32| {
            let data: Data = if bucket.as_str() == AFK {
                [("status", if number.is_multiple_of(2) { "not-afk" } else { "afk" }.into())].into()
            } else {
                let title = format!("({number}) {}!", "a".repeat(number as usize * 2));
                [
                    ("app", ["Code", "Firefox"][number as usize % 2].into()),
                    ("title", title.into()),
                    ("url", "https://www.example.org/a?b=1#c".into()),
                ]
                .into()
            };
            let at = start.saturating_add(Duration::from_s(number * 7));
            Event::new(at, Duration::from_s(number % 9), data).expect("an event of 2024")
        };
        Ok((0..20).rev().map(event).filter_map(|event| event.clipped(range)).collect())
    }
}
