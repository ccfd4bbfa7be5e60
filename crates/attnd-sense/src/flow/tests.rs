//! Does the flow keep its laws, whatever the watchers send?

use attnd_core::Timestamp;
use attnd_core::rollup::{Hour, RollupRow};
use proptest::prelude::*;
use serde_json::json;

use super::*;

const HOUR_MS: i64 = 3_600_000;

/// Milliseconds after an hour's beginning.
pub(super) fn millis(ms: i64) -> Timestamp {
    Timestamp::from_ns(473_364 * HOUR_MS * 1_000_000 + ms * 1_000_000).unwrap()
}

pub(super) fn source(id: &str, kind: &str, hostname: &str, events: Vec<Event>) -> FlowSource {
    FlowSource {
        id: BucketId::parse(id).unwrap(),
        kind: BucketType(kind.to_owned()),
        hostname: hostname.to_owned(),
        data: Data::default(),
        events,
    }
}

fn event(at_ms: i64, ms: i64, data: Value) -> Event {
    let Value::Object(data) = data else { panic!("data is an object") };
    Event::new(millis(at_ms), Duration::from_ns(ms * 1_000_000), data.into()).unwrap()
}

fn window(at_s: i64, seconds: i64, app: &str) -> Event {
    event(at_s * 1_000, seconds * 1_000, json!({"app": app, "title": "t"}))
}

fn afk(at_s: i64, seconds: i64, status: &str) -> Event {
    event(at_s * 1_000, seconds * 1_000, json!({"status": status}))
}

fn tab(at_s: i64, seconds: i64, url: &str, audible: bool) -> Event {
    event(
        at_s * 1_000,
        seconds * 1_000,
        json!({"url": url, "title": "t", "audible": audible, "incognito": false}),
    )
}

fn rules() -> CategoryRules {
    let pairs = json!([
        [["Work", "Code"], {"type": "regex", "regex": "Code|^b$"}],
        [["Browsing"], {"type": "regex", "regex": "Firefox"}],
    ]);
    CategoryRules::from_pairs(&pairs).unwrap()
}

fn range_s(start: i64, end: i64) -> TimeRange {
    TimeRange::new(millis(start * 1_000), millis(end * 1_000)).unwrap()
}

fn flow_of(sources: Vec<FlowSource>) -> Flow {
    let input = FlowInput { sources, range: range_s(0, 10_000) };
    flow(&input, &rules(), FlowConfig::default())
}

/// `start-end application domain`, in seconds.
fn drawn(flow: &Flow) -> Vec<String> {
    let seconds = |moment: Timestamp| moment.since(millis(0)).as_s_f64();
    let line = |span: &Span| {
        let shown = span.url_domain.as_deref().or(span.file.as_deref()).unwrap_or("-");
        format!("{}-{} {} {shown}", seconds(span.range.start()), seconds(span.range.end()), span.application)
    };
    flow.spans.iter().map(line).collect()
}

#[test]
fn rules_know_a_site_the_title_does_not_tell() {
    let pairs = json!([
        [["Browsing"], {"type": "regex", "regex": "Firefox"}],
        [["Work"], {"type": "regex", "regex": "^docs\\.example$", "select_keys": [crate::category::SITE]}],
    ]);
    let sources = vec![
        source("aw-watcher-window_h", BucketType::WINDOW, "h", vec![window(0, 60, "Firefox")]),
        source(
            "aw-watcher-web-firefox",
            BucketType::WEB,
            "h",
            vec![tab(0, 30, "https://docs.example/a", false), tab(30, 30, "https://news.example", false)],
        ),
    ];
    let input = FlowInput { sources, range: range_s(0, 100) };
    let flow = flow(&input, &CategoryRules::from_pairs(&pairs).unwrap(), FlowConfig::default());
    let categories: Vec<_> = flow.spans.iter().map(|span| span.category[0].as_str()).collect();
    assert_eq!(categories, ["Work", "Browsing"]);
}

#[test]
fn the_drawing_at_the_top_holds() {
    let flow = flow_of(vec![
        source(
            "aw-watcher-window_h",
            BucketType::WINDOW,
            "h",
            vec![window(0, 100, "Firefox"), window(100, 100, "Code"), window(220, 80, "Firefox")],
        ),
        source(
            "aw-watcher-afk_h",
            BucketType::AFK,
            "h",
            vec![afk(0, 180, "not-afk"), afk(180, 80, "afk"), afk(260, 40, "not-afk")],
        ),
        source(
            "aw-watcher-web-firefox_h",
            BucketType::WEB,
            "h",
            vec![tab(0, 50, "https://www.a.org/x", false), tab(50, 300, "https://b.org/", false)],
        ),
        source(
            "aw-watcher-vscode_h",
            BucketType::EDITOR,
            "h",
            vec![event(120_000, 30_000, json!({"file": "f.rs", "project": "p", "language": "rust"}))],
        ),
    ]);
    assert_eq!(
        drawn(&flow),
        [
            "0-50 Firefox a.org",
            "50-100 Firefox b.org",
            "100-120 Code -",
            "120-150 Code f.rs",
            "150-180 Code -",
            "260-300 Firefox b.org",
        ]
    );
    assert_eq!(*flow.spans[2].category, ["Work".to_owned(), "Code".to_owned()]);
    assert_eq!(flow.total_active(), Duration::from_s(220));
    assert_eq!(flow.current().unwrap().application.as_ref(), "Firefox");
    assert_eq!(flow.by_application()[0].active, Duration::from_s(140));
    assert_eq!(flow.by_category()[1].active, Duration::from_s(80));
    assert_eq!(flow.longest().unwrap().range, range_s(0, 50));
}

#[test]
fn a_tab_told_of_late_counts_from_its_windows_beginning() {
    let sources = |tab: Event| {
        vec![
            source("w_h", BucketType::WINDOW, "h", vec![window(0, 60, "Firefox"), window(60, 60, "Code")]),
            source("aw-watcher-web-firefox_h", BucketType::WEB, "h", vec![tab]),
        ]
    };
    let late = sources(tab(2, 55, "https://a.org/", false));
    assert_eq!(drawn(&flow_of(late)), ["0-60 Firefox a.org", "60-120 Code -"]);
    let too_late = sources(tab(5, 50, "https://a.org/", false));
    let drawn = drawn(&flow_of(too_late));
    assert_eq!(drawn, ["0-5 Firefox -", "5-55 Firefox a.org", "55-60 Firefox -", "60-120 Code -"]);
}

#[test]
fn without_an_idle_watcher_everything_counts() {
    let windows = || source("w_h", BucketType::WINDOW, "h", vec![window(0, 60, "Code")]);
    assert_eq!(flow_of(vec![windows()]).total_active(), Duration::from_s(60));
    let silent = source("aw-watcher-afk_h", BucketType::AFK, "h", vec![]);
    assert_eq!(flow_of(vec![windows(), silent]).total_active(), Duration::ZERO);
    let elsewhere = source("aw-watcher-afk_x", BucketType::AFK, "x", vec![]);
    assert_eq!(flow_of(vec![windows(), elsewhere]).total_active(), Duration::from_s(60));
}

#[test]
fn who_listens_is_there_while_the_browser_is_in_front() {
    let sources = || {
        vec![
            source("w_h", BucketType::WINDOW, "h", vec![window(0, 60, "Firefox"), window(60, 60, "Code")]),
            source("aw-watcher-afk_h", BucketType::AFK, "h", vec![afk(0, 120, "afk")]),
            source(
                "aw-watcher-web-firefox",
                BucketType::WEB,
                "unknown",
                vec![tab(10, 90, "https://v.org/", true)],
            ),
        ]
    };
    assert_eq!(drawn(&flow_of(sources())), ["10-60 Firefox v.org"]);
    let input = FlowInput { sources: sources(), range: range_s(0, 1_000) };
    let deaf = FlowConfig { audible: Audible::Ignored };
    assert!(flow(&input, &rules(), deaf).spans.is_empty());
}

#[test]
fn one_person_is_at_one_host_at_a_time() {
    let flow = flow_of(vec![
        source("w_b", BucketType::WINDOW, "b", vec![window(0, 100, "Phone")]),
        source("w_a", BucketType::WINDOW, "a", vec![window(20, 30, "Code"), window(90, 20, "Code")]),
    ]);
    assert_eq!(drawn(&flow), ["0-20 Phone -", "20-50 Code -", "50-90 Phone -", "90-110 Code -"]);
    assert_eq!(flow.spans[0].hostname.as_ref(), "b");
}

#[test]
fn simulated_buckets_are_labelled() {
    let mut simulated = source("w_h", BucketType::WINDOW, "h", vec![window(0, 60, "Code")]);
    simulated.data = Data::from([("simulated", true.into())]);
    assert_eq!(flow_of(vec![simulated]).spans[0].origin, Origin::Simulated);
}

#[test]
fn hours_split_spans_at_their_border() {
    let flow = flow_of(vec![source(
        "w_h",
        BucketType::WINDOW,
        "h",
        vec![window(3_000, 1_200, "Code"), window(4_200, 10, "Firefox"), window(4_210, 5, "Code")],
    )]);
    let first = Hour::of(millis(0)).0;
    let row = |hour, category: &[&str], application: &str, seconds| RollupRow {
        hour: Hour(hour),
        category: category.iter().map(|name| (*name).to_owned()).collect(),
        application: application.to_owned(),
        active: Duration::from_s(seconds),
    };
    assert_eq!(
        flow.hours(),
        [
            row(first, &["Work", "Code"], "Code", 600),
            row(first + 1, &["Browsing"], "Firefox", 10),
            row(first + 1, &["Work", "Code"], "Code", 605),
        ]
    );
}

/// Times that collide often, around the borders of hours.
fn any_time_ms() -> impl Strategy<Value = i64> {
    (0..4_i64, -30..30_i64, prop::sample::select(vec![0, 1, 499, 500, 999]))
        .prop_map(|(hour, half_seconds, ms)| hour * HOUR_MS + half_seconds * 500 + ms)
}

fn any_duration_ms() -> impl Strategy<Value = i64> {
    prop_oneof![Just(0), 1..6_000_i64, 1..40_000_i64, Just(HOUR_MS), Just(2 * HOUR_MS + 7)]
}

fn any_events(data: Vec<Value>) -> impl Strategy<Value = Vec<Event>> {
    prop::collection::vec((any_time_ms(), any_duration_ms(), prop::sample::select(data)), 0..20)
        .prop_map(|list| list.into_iter().map(|(at, ms, data)| event(at, ms, data)).collect())
}

fn any_sources() -> impl Strategy<Value = Vec<FlowSource>> {
    let windows = || {
        any_events(vec![
            json!({"app": "Firefox", "title": "a"}),
            json!({"app": "Code", "title": "b"}),
            json!({"title": "c"}),
        ])
    };
    let idle = || any_events(vec![json!({"status": "afk"}), json!({"status": "not-afk"})]);
    let tabs = any_events(vec![
        json!({"url": "https://a.org/", "audible": true}),
        json!({"url": "https://b.org/", "audible": false}),
    ]);
    let files = any_events(vec![json!({"file": "f", "project": "p"}), json!({"file": "g", "project": "p"})]);
    (windows(), windows(), windows(), idle(), idle(), tabs, files, any::<bool>()).prop_map(
        |(one, two, other, idle, other_idle, tabs, files, has_idle)| {
            let mut sources = vec![
                source("aw-watcher-window_h", BucketType::WINDOW, "h", one),
                source("awatcher_h", BucketType::WINDOW, "h", two),
                source("aw-watcher-window_i", BucketType::WINDOW, "i", other),
                source("aw-watcher-afk_i", BucketType::AFK, "i", other_idle),
                source("aw-watcher-web-firefox", BucketType::WEB, "unknown", tabs),
                source("aw-watcher-vscode_h", BucketType::EDITOR, "h", files),
                source("aw-watcher-input_h", BucketType::INPUT, "h", vec![]),
            ];
            if has_idle {
                sources.push(source("aw-watcher-afk_h", BucketType::AFK, "h", idle));
            }
            sources
        },
    )
}

fn whole() -> TimeRange {
    TimeRange::new(millis(-HOUR_MS), millis(7 * HOUR_MS)).unwrap()
}

fn compute(sources: Vec<FlowSource>, range: TimeRange) -> Flow {
    flow(&FlowInput { sources, range }, &rules(), FlowConfig::default())
}

/// Only what the contract promises: the events that touch the range and its margin.
fn around(sources: &[FlowSource], range: TimeRange) -> Vec<FlowSource> {
    let wide = range.widened(FLOW_MARGIN);
    let touching = |source: &FlowSource| FlowSource {
        events: source
            .events
            .iter()
            .filter(|event| event.range().intersection(wide).is_some())
            .cloned()
            .collect(),
        ..source.clone()
    };
    sources.iter().map(touching).collect()
}

proptest! {
    #[test]
    fn hour_by_hour_is_the_same_as_at_once(sources in any_sources()) {
        let at_once = compute(sources.clone(), whole());
        let first = Hour::of(whole().start()).0;
        let mut rows = Vec::new();
        for hour in (first..first + 8).map(Hour) {
            let alone = compute(around(&sources, hour.range()), hour.range());
            let cut: Vec<_> = at_once.spans.iter().filter_map(|span| {
                let range = span.range.intersection(hour.range())?;
                (!range.duration().is_zero()).then(|| Span { range, ..span.clone() })
            }).collect();
            prop_assert_eq!(&alone.spans, &cut);
            rows.extend(alone.hours());
        }
        prop_assert_eq!(rows, at_once.hours());
    }

    #[test]
    fn the_order_of_insertion_and_copies_do_not_matter(sources in any_sources()) {
        let plain = compute(sources.clone(), whole());
        let turned = sources.into_iter().rev().map(|mut source| {
            let copies: Vec<_> = source.events.iter().step_by(2).cloned().collect();
            source.events.extend(copies);
            source.events.reverse();
            source
        });
        prop_assert_eq!(compute(turned.collect(), whole()), plain);
    }

    #[test]
    fn the_parts_add_up_and_never_overlap(sources in any_sources()) {
        let flow = compute(sources, whole());
        let total = flow.total_active();
        prop_assert_eq!(flow.by_application().iter().map(|part| part.active).sum::<Duration>(), total);
        prop_assert_eq!(flow.by_category().iter().map(|part| part.active).sum::<Duration>(), total);
        prop_assert_eq!(flow.hours().iter().map(|row| row.active).sum::<Duration>(), total);
        prop_assert!(flow.hours().iter().all(|row| row.active <= Duration::from_s(3_600)));
        prop_assert!(flow.spans.iter().all(|span| !span.range.duration().is_zero()));
        prop_assert!(flow.spans.windows(2).all(|pair| pair[0].range.end() <= pair[1].range.start()));
    }

    /// Of events that do not overlap others: where they do, the one that began last is in front,
    /// and splitting makes two beginnings.
    #[test]
    fn splitting_an_event_changes_nothing(
        gaps in prop::collection::vec((0..9_000_i64, 0..60_000_i64, 0..60_000_i64, 0..3_usize), 0..20)
    ) {
        let (mut at, mut plain, mut split) = (0, Vec::new(), Vec::new());
        for (gap, ms, cut, label) in gaps {
            at += gap;
            let app = ["Firefox", "Code", "b"][label];
            let data = json!({"app": app, "title": "t"});
            let cut = cut.min(ms);
            plain.push(event(at, ms, data.clone()));
            split.extend([event(at, cut, data.clone()), event(at + cut, ms - cut, data)]);
            at += ms;
        }
        let one = |events| vec![source("w_h", BucketType::WINDOW, "h", events)];
        prop_assert_eq!(compute(one(split), whole()), compute(one(plain), whole()));
    }

    /// On events that do not overlap, the flow's sums are those of ActivityWatch's canonical query.
    #[test]
    fn separate_events_give_what_the_canonical_query_gives(
        windows in prop::collection::vec((0..9_000_i64, 1..60_000_i64, 0..3_usize), 0..20),
        idle in prop::collection::vec((0..9_000_i64, 1..60_000_i64, 0..2_usize), 0..20),
    ) {
        let row = |list: Vec<(i64, i64, usize)>, data: &[Value]| {
            let mut at = 0;
            list.into_iter().map(|(gap, ms, label)| {
                let event = event(at + gap, ms, data[label].clone());
                at += gap + ms;
                event
            }).collect::<Vec<_>>()
        };
        let apps = ["Firefox", "Code", "b"].map(|app| json!({"app": app, "title": "t"}));
        let windows = row(windows, &apps);
        let idle = row(idle, &["afk", "not-afk"].map(|status| json!({"status": status})));
        let mut there = crate::transform::flood(idle.clone());
        there.retain(|event| event.data.text("status") == Some("not-afk"));
        let expected: Duration =
            crate::transform::filter_period_intersect(crate::transform::flood(windows.clone()), &there)
                .iter().map(|event| event.duration).sum();
        let flow = compute(vec![
            source("w_h", BucketType::WINDOW, "h", windows),
            source("aw-watcher-afk_h", BucketType::AFK, "h", idle),
        ], whole());
        prop_assert_eq!(flow.total_active(), expected);
    }
}
