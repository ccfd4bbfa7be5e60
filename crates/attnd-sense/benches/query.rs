//! How long does a query over a day, a month and a year take? Events in memory, no store.
//!
//! `cargo bench -p attnd-sense --bench query`; milliseconds, the best of a few runs.

#![allow(clippy::print_stdout, reason = "a benchmark's answer is what it prints")]

use std::hint::black_box;
use std::time::Instant;

use attnd_core::{BucketId, BucketType, Data, Duration, Event, Problem, TimeRange, Timestamp};
use attnd_sense::category::CategoryRules;
use attnd_sense::query::{BucketInfo, Datasource, Limits, parse};
use attnd_sense::transform;
use serde_json::json;

/// Window events of a year, as in the figures of ActivityWatch's servers.
const EVENTS_PER_DAY: usize = 1_100;
const DISTINCT_TITLES: u64 = 6_000;

struct Year {
    windows: Vec<Event>,
    afk: Vec<Event>,
}

impl Datasource for Year {
    fn buckets(&self) -> Result<Vec<BucketInfo>, Problem> {
        let info = |id: &str, events: &[Event]| BucketInfo {
            id: BucketId::parse(id).expect("invariant: the ids are fixed"),
            hostname: "H".to_owned(),
            kind: BucketType(BucketType::WINDOW.to_owned()),
            event_count: events.len() as u64,
        };
        Ok(vec![info("aw-watcher-afk_H", &self.afk), info("aw-watcher-window_H", &self.windows)])
    }

    fn events(&self, bucket: &BucketId, range: TimeRange) -> Result<Vec<Event>, Problem> {
        let events = if bucket.as_str().contains("afk") { &self.afk } else { &self.windows };
        let from = events.partition_point(|event| event.end() < range.start());
        let to = events.partition_point(|event| event.timestamp <= range.end());
        Ok(events[from..to].iter().rev().filter_map(|event| event.clone().clipped(range)).collect())
    }
}

/// A year in which somebody switches windows every 26 s and is away a tenth of the time.
fn year(start: Timestamp) -> Year {
    let apps = ["firefox", "code", "org.gnome.Nautilus", "thunderbird", "微信", "Alacritty"];
    let titles: Vec<Data> = (0..DISTINCT_TITLES)
        .map(|number| {
            let app = apps[number as usize % apps.len()];
            let title = if number % 4 == 0 {
                format!("第{number}份报告：关于注意力的研究与设计 - {app}")
            } else {
                format!("Document {number} of the quarterly planning folder - {app}")
            };
            Data::from([("app", json!(app)), ("title", json!(title))])
        })
        .collect();
    let mut seed = 1_u64;
    let mut draw = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let (mut windows, mut afk) = (Vec::new(), Vec::new());
    for day in 0..365_u32 {
        let mut now = start.saturating_add(Duration::from_s(day * 86_400 + 9 * 3_600));
        for number in 0..EVENTS_PER_DAY {
            let duration = Duration::from_ns(1_000_000_000 + draw(50_000) as i64 * 1_000_000);
            // Few titles have most of the time.
            let title = draw(DISTINCT_TITLES) * draw(DISTINCT_TITLES) / DISTINCT_TITLES;
            let event = |duration, data| Event { id: None, timestamp: now, duration, data };
            windows.push(event(duration, titles[title as usize].clone()));
            if number % 10 == 0 {
                let status = if number % 100 == 0 { "afk" } else { "not-afk" };
                afk.push(event(Duration::from_s(260), Data::from([("status", json!(status))])));
            }
            now = now
                .saturating_add(duration)
                .saturating_add(Duration::from_ns(draw(3_000) as i64 * 1_000_000));
        }
    }
    Year { windows, afk }
}

fn canonical(rules: &CategoryRules) -> String {
    format!(
        r#"events = flood(query_bucket(find_bucket("aw-watcher-window_H")));
        not_afk = flood(query_bucket(find_bucket("aw-watcher-afk_H")));
        not_afk = filter_keyvals(not_afk, "status", ["not-afk"]);
        events = filter_period_intersect(events, not_afk);
        events = categorize(events, {});
        title_events = sort_by_duration(merge_events_by_keys(events, ["app", "title"]));
        app_events = sort_by_duration(merge_events_by_keys(title_events, ["app"]));
        cat_events = sort_by_duration(merge_events_by_keys(events, ["$category"]));
        app_events = limit_events(app_events, 100);
        title_events = limit_events(title_events, 100);
        duration = sum_durations(events);
        RETURN = {{"events": events, "window": {{"app_events": app_events, "title_events": title_events,
            "cat_events": cat_events, "active_events": not_afk, "duration": duration}}}};"#,
        // JSON doubles the backslashes of regular expressions; the query language does not.
        rules.to_pairs().to_string().replace("\\\\", "\\")
    )
}

/// Milliseconds of the fastest of five runs.
fn best_ms<T>(mut work: impl FnMut() -> T) -> f64 {
    let mut best_s = f64::INFINITY;
    for _ in 0..5 {
        let began = Instant::now();
        black_box(work());
        best_s = best_s.min(began.elapsed().as_secs_f64());
    }
    best_s * 1e3
}

fn main() {
    let start = Timestamp::parse("2025-01-01T00:00:00Z").expect("invariant: the date is fixed");
    let year = year(start);
    let days = |count: u32| TimeRange::from(start, Duration::from_s(count * 86_400));
    println!("{} window events, {} afk events", year.windows.len(), year.afk.len());

    let rules = CategoryRules::default_rules();
    println!(
        "compile the default rules and classify once: {:.2} ms",
        best_ms(|| {
            let rules = CategoryRules::default_rules();
            rules.classify(&year.windows[0].data).to_vec()
        })
    );
    let query = canonical(&rules);
    println!("read the canonical query: {:.3} ms", best_ms(|| parse(&query)));
    let program = parse(&query).expect("invariant: the query is fixed");
    let run = |count| program.run(&year, days(count), "", Limits::default()).expect("invariant: it runs");
    for (name, count) in [("day", 1), ("week", 7), ("month", 30), ("year", 365)] {
        println!("canonical query over a {name}: {:.2} ms", best_ms(|| run(count)));
    }
    let answer = run(365);
    println!("write its answer: {:.1} ms", best_ms(|| serde_json::to_writer(std::io::sink(), &answer)));

    let events = || year.windows.clone();
    println!("clone: {:.2} ms", best_ms(events));
    println!("flood: {:.2} ms", best_ms(|| transform::flood(events())));
    println!("categorize: {:.2} ms", best_ms(|| transform::categorize(events(), &rules)));
    println!("intersect: {:.2} ms", best_ms(|| transform::filter_period_intersect(events(), &year.afk)));
    let keys = ["app".to_owned(), "title".to_owned()];
    println!("merge: {:.2} ms", best_ms(|| transform::merge_events_by_keys(events(), &keys)));
}
