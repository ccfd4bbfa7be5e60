//! Does the query every ActivityWatch client sends give the sums worked out by hand?

use serde_json::json;

use super::*;

/// An afternoon of 600 s:
///
/// ```text
/// window   0 Code main.rs 120 | 122 Firefox docs 300 | 300 Firefox video 500 | 500 Code lib.rs 600
/// afk      0 not-afk ................ 350 | 350 afk 480 | 480 not-afk 600
/// tab      120 docs.rs 310 | 310 video.example 520
/// ```
fn desk() -> Desk {
    let status =
        |start, duration_s, status: &str| event(start, duration_s, Data::from([("status", json!(status))]));
    let tab = |start, duration_s, url: &str| {
        event(
            start,
            duration_s,
            Data::from([("url", json!(url)), ("title", json!("t")), ("audible", json!(false))]),
        )
    };
    Desk::default()
        .with(
            "aw-watcher-window_H",
            "H",
            windows(&[
                (0.0, 120.0, "Code", "main.rs"),
                (122.0, 178.0, "Firefox", "docs"),
                (300.0, 200.0, "Firefox", "video"),
                (500.0, 100.0, "Code", "lib.rs"),
            ]),
        )
        .with(
            "aw-watcher-afk_H",
            "H",
            vec![status(0.0, 350.0, "not-afk"), status(350.0, 130.0, "afk"), status(480.0, 120.0, "not-afk")],
        )
        .with(
            "aw-watcher-web-firefox_H",
            "H",
            vec![
                tab(120.0, 190.0, "https://docs.rs/serde"),
                tab(310.0, 210.0, "https://www.video.example/watch?v=1"),
            ],
        )
}

const QUERY: &str = r#"
events = flood(query_bucket(find_bucket("aw-watcher-window_H")));
not_afk = flood(query_bucket(find_bucket("aw-watcher-afk_H")));
not_afk = filter_keyvals(not_afk, "status", ["not-afk"]);
browser_events = [];
events_firefox = flood(query_bucket("aw-watcher-web-firefox_H"));
window_firefox = filter_keyvals(events, "app", ["Firefox","firefox"]);
events_firefox = filter_period_intersect(events_firefox, window_firefox);
events_firefox = split_url_events(events_firefox);
browser_events = concat(browser_events, events_firefox);
browser_events = sort_by_timestamp(browser_events);
browser_events = filter_period_intersect(browser_events, not_afk);
events = filter_period_intersect(events, not_afk);
events = categorize(events, [[["Work"],{"type":"none"}],[["Work","Programming"],{"type":"regex","regex":"\.rs$|docs","ignore_case":true}],[["Media"],{"type":"regex","regex":"video"}]]);
title_events = sort_by_duration(merge_events_by_keys(events, ["app","title"]));
app_events   = sort_by_duration(merge_events_by_keys(title_events, ["app"]));
cat_events   = sort_by_duration(merge_events_by_keys(events, ["$category"]));
app_events  = limit_events(app_events, 100);
title_events  = limit_events(title_events, 100);
duration = sum_durations(events);
browser_urls = merge_events_by_keys(browser_events, ["url"]);
browser_urls = sort_by_duration(browser_urls);
browser_domains = merge_events_by_keys(browser_events, ["$domain"]);
browser_domains = sort_by_duration(browser_domains);
browser_duration = sum_durations(browser_events);
RETURN = {
    "events": events,
    "window": {"app_events": app_events, "title_events": title_events, "cat_events": cat_events,
               "active_events": not_afk, "duration": duration},
    "browser": {"domains": browser_domains, "urls": browser_urls, "duration": browser_duration}
};
"#;

/// Label at `key` and seconds of each event.
fn sums(events: &Json, key: &str) -> Vec<(Json, f64)> {
    let sum = |event: &Json| (event["data"][key].clone(), event["duration"].as_f64().unwrap());
    events.as_array().unwrap().iter().map(sum).collect()
}

fn check(answer: &Json) {
    let window = &answer["window"];
    assert_eq!(window["duration"], json!(470.0));
    // Flooding closes the 2 s between main.rs and docs in the middle, at 121.
    assert_eq!(
        spans_of(&answer["events"]),
        [(0.0, 121.0), (121.0, 179.0), (300.0, 50.0), (480.0, 20.0), (500.0, 100.0)]
    );
    assert_eq!(sums(&window["app_events"], "app"), [(json!("Firefox"), 249.0), (json!("Code"), 221.0)]);
    assert_eq!(
        sums(&window["title_events"], "title"),
        [(json!("docs"), 179.0), (json!("main.rs"), 121.0), (json!("lib.rs"), 100.0), (json!("video"), 70.0)]
    );
    assert_eq!(
        sums(&window["cat_events"], "$category"),
        [(json!(["Work", "Programming"]), 400.0), (json!(["Media"]), 70.0)]
    );
    assert_eq!(spans_of(&window["active_events"]), [(0.0, 350.0), (480.0, 120.0)]);
    // Tabs count while Firefox is in front (121 to 500) and the person is there.
    let browser = &answer["browser"];
    assert_eq!(browser["duration"], json!(249.0));
    assert_eq!(
        sums(&browser["domains"], "$domain"),
        [(json!("docs.rs"), 189.0), (json!("video.example"), 60.0)]
    );
    assert_eq!(browser["urls"].as_array().unwrap().len(), 2);
}

#[test]
fn the_canonical_query_gives_the_sums_worked_out_by_hand() {
    check(&answer(&desk(), QUERY));
}

#[test]
fn on_one_line_it_is_the_same_query() {
    check(&answer(&desk(), &QUERY.replace('\n', "")));
}

#[test]
fn insertion_order_does_not_matter() {
    let mut desk = desk();
    for (_, events) in desk.buckets.values_mut() {
        events.reverse();
    }
    check(&answer(&desk, QUERY));
}
