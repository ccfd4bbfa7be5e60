//! How long do the measures of a year and of each of its days take? A track in memory, no store.
//!
//! `cargo bench -p attnd-sense --bench measure`; milliseconds, the best of a few runs.

#![allow(clippy::print_stdout, reason = "a benchmark's answer is what it prints")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use attnd_core::{Duration, TimeRange, Timestamp};
use attnd_sense::category::CategoryRules;
use attnd_sense::flow::{Flow, Origin, Span};
use attnd_sense::measure::{MeasureConfig, measures, state_bins, states, transitions, week_table};
use attnd_sense::track::Track;
use jiff::tz::TimeZone;

/// Visits of a year, as in the figures of ActivityWatch's servers.
const VISITS_PER_DAY: u32 = 1_100;
const DISTINCT_TITLES: u64 = 100_000;

/// What a visit can be of: application, category, project and site.
type Kind = (&'static str, &'static [&'static str], Option<&'static str>, Option<&'static str>);

const KINDS: [Kind; 8] = [
    ("code", &["Work", "Programming"], Some("attnd"), None),
    ("code", &["Work", "Programming"], Some("wiki"), None),
    ("Alacritty", &["Work", "Programming"], None, None),
    ("firefox", &["Work", "Programming"], None, Some("docs.rs")),
    ("soffice", &["Work", "Documents"], None, None),
    ("thunderbird", &["Communication", "Mail"], None, None),
    ("firefox", &["Media", "News"], None, Some("news.org")),
    ("xeyes", &["Uncategorized"], None, None),
];

/// A year in which somebody looks at another window every 26 s, mostly at work.
fn year(start: Timestamp) -> Track {
    let names = |name: Option<&str>| name.map(Arc::from);
    let categories: Vec<Arc<[String]>> =
        KINDS.iter().map(|kind| kind.1.iter().map(|&part| part.to_owned()).collect()).collect();
    let mut seed = 1_u64;
    let mut draw = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut spans = Vec::new();
    for day in 0..365_u32 {
        let mut now = start.saturating_add(Duration::from_s(day * 86_400 + 9 * 3_600));
        for number in 0..VISITS_PER_DAY {
            // Few titles have most of the time, and the first kinds most of the titles.
            let title = draw(DISTINCT_TITLES) * draw(DISTINCT_TITLES) / DISTINCT_TITLES;
            let kind = (title % 8 * (title / 8 % 8) / 8) as usize;
            let (application, _, project, site) = KINDS[kind];
            let range =
                TimeRange::from(now, Duration::from_ns(1_000_000_000 + draw(50_000) as i64 * 1_000_000));
            spans.push(Span {
                range,
                application: application.into(),
                title: title.to_string().into(),
                category: Arc::clone(&categories[kind]),
                url_domain: names(site),
                project: names(project),
                file: None,
                hostname: "laptop".into(),
                origin: Origin::Simulated,
            });
            let absence_s = if number % 200 == 199 { 600 } else { 0 };
            now = range.end().saturating_add(Duration::from_s(absence_s));
        }
    }
    Track::of_flow(&Flow { spans })
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
    let track = year(start);
    let day = Duration::from_s(86_400);
    let range = TimeRange::from(start, Duration::from_s(365 * 86_400));
    let days: Vec<TimeRange> = (0..365_u32)
        .map(|day_number| TimeRange::from(start.saturating_add(Duration::from_s(day_number * 86_400)), day))
        .collect();
    println!("{} visits to {} windows", track.visits().len(), track.windows().len());

    let rules = CategoryRules::default_rules();
    let bearing = |path: &[String]| rules.bearing(path);
    let config = MeasureConfig::default();
    let zone = TimeZone::get("Europe/Berlin").expect("invariant: the zone is known");
    let measure = |range| measures(&track, range, &bearing, &config, None);
    let whole = measure(range);
    println!("{} sessions, {} interruptions", whole.sessions.len(), whole.interruptions.len());

    println!("measures of the year: {:.1} ms", best_ms(|| measure(range)));
    println!("its states: {:.1} ms", best_ms(|| states(&track, range, &bearing, &config)));
    let runs = states(&track, range, &bearing, &config);
    println!("its states in 2,000 bins: {:.2} ms", best_ms(|| state_bins(&runs, range, 2_000)));
    println!("its transitions: {:.1} ms", best_ms(|| transitions(&track, range, &config)));
    println!("its hours and weekdays: {:.1} ms", best_ms(|| week_table(&track, range, &bearing, &zone)));
    println!(
        "measures of each of its days: {:.1} ms",
        best_ms(|| days.iter().map(|day| measure(*day).active).sum::<Duration>())
    );
}
