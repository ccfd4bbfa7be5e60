//! How long do the features of hours of eye samples take, and those of all minutes of a day?
//!
//! `cargo bench -p attnd-sense --bench feature`; milliseconds, the best of a few runs.

#![allow(clippy::print_stdout, reason = "a benchmark's answer is what it prints")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use attnd_core::recording::{Channel, Quantity, RecordingHead, Samples, Stream};
use attnd_core::{Duration, TimeRange, Timestamp};
use attnd_sense::category::CategoryRules;
use attnd_sense::feature::baseline::{Baseline, BaselineConfig};
use attnd_sense::feature::flow::{FlowWindows, InputCount};
use attnd_sense::feature::recording::{LENGTHS, WindowBuilder, columns};
use attnd_sense::flow::{Flow, Origin, Span};
use attnd_sense::track::Track;
use jiff::tz::TimeZone;

const RATE_HZ: f64 = 120.0;
const HOURS: u32 = 1;

/// Both eyes, as a headset sees them.
fn head() -> RecordingHead {
    let channel = |name: &str, quantity| Channel { name: name.into(), quantity, unit: String::new() };
    let eyes = Stream {
        name: "eyes".into(),
        channels: vec![
            channel("openness_left", Quantity::EyelidOpenness),
            channel("openness_right", Quantity::EyelidOpenness),
            channel("pupil_left", Quantity::PupilDiameter),
            channel("pupil_right", Quantity::PupilDiameter),
        ],
        nominal_rate_hz: Some(RATE_HZ),
    };
    RecordingHead {
        id: "bench/1".into(),
        format: "bench".into(),
        subject: "A".into(),
        tags: BTreeMap::new(),
        streams: vec![eyes],
    }
}

/// A linear congruential generator: numbers from 0 to below 1.
fn draws() -> impl FnMut() -> f64 {
    let mut seed = 1_u64;
    move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as f64 / f64::from(1_u32 << 31)
    }
}

/// Samples that blink for 150 ms every four seconds.
fn eyes(start: Timestamp, hours: u32) -> Samples {
    let mut draw = draws();
    let count = u64::from(hours) * 3_600 * RATE_HZ as u64;
    let mut samples = Samples { stream: 0, times: Vec::new(), values: vec![Vec::new(); 4] };
    for sample in 0..count {
        let time_s = (sample as f64 + 0.4 * draw()) / RATE_HZ;
        samples.times.push(start.saturating_add(Duration::from_ns((time_s * 1e9) as i64)));
        let is_shut = time_s % 4.0 < 0.15;
        let pupil = 3.8 + 0.2 * (time_s * 1.9).sin() + 0.02 * draw();
        let (openness, pupil) = if is_shut { (0.1, f64::NAN) } else { (0.9, pupil) };
        for (channel, value) in [openness, openness, pupil, pupil + 0.1].into_iter().enumerate() {
            samples.values[channel].push(value);
        }
    }
    samples
}

/// A day in which somebody looks at another window every 26 s for eight hours, typing half of the time.
fn day(start: Timestamp) -> (Track, Vec<InputCount>) {
    let mut draw = draws();
    let kinds = [
        ("code", ["Work", "Programming"]),
        ("firefox", ["Work", "Web"]),
        ("slack", ["Communication", "Chat"]),
    ];
    let mut now = start.saturating_add(Duration::from_s(9 * 3_600));
    let mut spans = Vec::new();
    for _ in 0..1_100 {
        let (application, category) = &kinds[(draw() * 3.0) as usize];
        let range = TimeRange::from(now, Duration::from_ns(1_000_000_000 + (draw() * 50e9) as i64));
        now = range.end();
        spans.push(Span {
            range,
            application: (*application).into(),
            title: ((draw() * 400.0) as u64).to_string().into(),
            category: category.iter().map(|&part| part.to_owned()).collect::<Arc<[String]>>(),
            url_domain: None,
            project: None,
            file: None,
            hostname: "laptop".into(),
            origin: Origin::Simulated,
        });
    }
    let input = |number: u32| InputCount {
        range: TimeRange::from(
            start.saturating_add(Duration::from_s(9 * 3_600 + number * 5)),
            Duration::from_s(5),
        ),
        presses: f64::from(number % 2) * 12.0,
        clicks: f64::from(number % 3),
        pointer_px: 300.0,
        scroll: 1.0,
        gaps: None,
    };
    (Track::of_flow(&Flow { spans }), (0..8 * 720).map(input).collect())
}

/// Milliseconds of the fastest of three runs.
fn best_ms<T>(mut work: impl FnMut() -> T) -> f64 {
    let mut best_s = f64::INFINITY;
    for _ in 0..3 {
        let began = Instant::now();
        black_box(work());
        best_s = best_s.min(began.elapsed().as_secs_f64());
    }
    best_s * 1e3
}

fn main() {
    let start = Timestamp::parse("2025-01-06T00:00:00Z").expect("invariant: the date is fixed");
    let head = head();
    let samples = eyes(start, HOURS);
    println!("{HOURS} h of both eyes at {RATE_HZ} Hz: {} samples", samples.times.len());
    for step_s in [10, 1] {
        let windows = || {
            let mut builder = WindowBuilder::new(&head, start, &LENGTHS, Duration::from_s(step_s));
            builder.push(&samples);
            builder.finish()
        };
        println!("windows of 10, 30 and 60 s, every {step_s} s: {:.0} ms", best_ms(windows));
    }
    let mut builder = WindowBuilder::new(&head, start, &LENGTHS, Duration::from_s(10));
    builder.push(&samples);
    let rows = builder.finish();
    let described = columns(&head, &LENGTHS);
    println!(
        "baselines of {} rows of {} columns: {:.0} ms",
        rows.len(),
        described.len(),
        best_ms(|| {
            let mut baseline = Baseline::new(described.len(), BaselineConfig::default());
            rows.iter().map(|row| baseline.relative(row).len()).sum::<usize>()
        })
    );

    let (track, input) = day(start);
    let rules = CategoryRules::default_rules();
    let bearing = |path: &[String]| rules.bearing(path);
    let zone = TimeZone::get("Europe/Berlin").expect("invariant: the zone is known");
    let minutes = || {
        let flow = FlowWindows::new(&track, &input, &bearing, &zone);
        (0..1_440_u32)
            .map(|minute| flow.at(start.saturating_add(Duration::from_s(minute * 60))).len())
            .sum::<usize>()
    };
    println!("all 1,440 minutes of a day of {} visits: {:.1} ms", track.visits().len(), best_ms(minutes));
}
