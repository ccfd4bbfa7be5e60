//! Does each function do what its line in the table says?

use std::collections::BTreeSet;

use serde_json::json;

use super::*;

/// The functions of both ActivityWatch servers.
const ACTIVITYWATCH: &[&str] = &[
    "query_bucket",
    "query_bucket_names",
    "query_bucket_eventcount",
    "find_bucket",
    "flood",
    "filter_period_intersect",
    "period_union",
    "union_no_overlap",
    "filter_keyvals",
    "exclude_keyvals",
    "filter_keyvals_regex",
    "merge_events_by_keys",
    "chunk_events_by_key",
    "sort_by_duration",
    "sort_by_timestamp",
    "limit_events",
    "sum_durations",
    "concat",
    "contains",
    "print",
    "split_url_events",
    "categorize",
    "tag",
    "simplify_window_titles",
    "nop",
];

#[test]
fn the_table_has_every_function_of_both_servers_once() {
    let names: BTreeSet<_> = FUNCTIONS.iter().map(|function| function.name).collect();
    assert_eq!(names.len(), FUNCTIONS.len());
    for name in ACTIVITYWATCH {
        assert!(names.contains(name), "{name}");
    }
    let own: Vec<_> = names.iter().filter(|name| !ACTIVITYWATCH.contains(name)).collect();
    assert_eq!(own, [&"exclude_keyvals_regex"]);
    assert!(FUNCTIONS.iter().all(|function| !function.summary.is_empty()));
}

fn desk() -> Desk {
    Desk::default()
        .with(
            "aw-watcher-window_laptop",
            "laptop",
            windows(&[
                (0.0, 60.0, "Firefox", "(3) Inbox"),
                (60.0, 30.0, "Code", "main.rs"),
                (93.0, 30.0, "Firefox", "News"),
                (200.0, 10.0, "Code", "lib.rs"),
            ]),
        )
        .with("aw-watcher-window_tower", "tower", windows(&[(100.0, 50.0, "mpv", "film")]))
        .with("aw-watcher-window", "other", vec![])
        .with("broken", "x", vec![])
}

fn ask(expression: &str) -> Json {
    answer(
        &desk(),
        &format!(
            "w = query_bucket(\"aw-watcher-window_laptop\"); t = query_bucket(\"aw-watcher-window_tower\"); RETURN = {expression};"
        ),
    )
}

#[test]
fn buckets_are_found_by_id_then_beginning_then_part() {
    assert_eq!(ask("find_bucket(\"aw-watcher-window\")"), "aw-watcher-window");
    assert_eq!(ask("find_bucket(\"aw-watcher-window_\")"), "aw-watcher-window_laptop");
    assert_eq!(ask("find_bucket(\"aw-watcher-window\", \"tower\")"), "aw-watcher-window_tower");
    assert_eq!(ask("find_bucket(\"window_to\")"), "aw-watcher-window_tower");
    assert_eq!(
        ask("query_bucket_names()"),
        json!(["aw-watcher-window", "aw-watcher-window_laptop", "aw-watcher-window_tower", "broken"])
    );
    for missing in ["find_bucket(\"nowhere\")", "find_bucket(\"aw\", \"nowhere\")"] {
        let error = run(&desk(), &format!("RETURN = {missing};")).unwrap_err();
        assert_eq!(error.kind.python_name(), "QueryFunctionException");
        assert!(error.message.contains("there is no bucket"), "{error}");
    }
}

#[test]
fn a_bucket_gives_its_events_newest_first() {
    assert_eq!(spans_of(&ask("w")), [(200.0, 10.0), (93.0, 30.0), (60.0, 30.0), (0.0, 60.0)]);
    assert_eq!(ask("query_bucket_eventcount(\"aw-watcher-window_laptop\")"), json!(4));
    let error = run(&desk(), "RETURN = query_bucket(\"none\");").unwrap_err();
    assert!(
        error.message.contains("query_bucket: argument 1 (id): there is no bucket named 'none'"),
        "{error}"
    );
    let error = run(&desk(), "RETURN = query_bucket(\"broken\");").unwrap_err();
    assert_eq!(error.kind, QueryErrorKind::Source(ErrorCode::Unavailable));
}

#[test]
fn periods_are_flooded_cut_and_joined() {
    assert_eq!(spans_of(&ask("flood(w)")), [(0.0, 60.0), (60.0, 31.5), (91.5, 31.5), (200.0, 10.0)]);
    assert_eq!(spans_of(&ask("filter_period_intersect(w, t)")), [(100.0, 23.0)]);
    assert_eq!(spans_of(&ask("filter_period_intersect(t, w)")), [(100.0, 23.0)]);
    assert_eq!(spans_of(&ask("filter_period_intersect([], w)")), []);
    assert_eq!(spans_of(&ask("period_union(w, t)")), [(0.0, 90.0), (93.0, 57.0), (200.0, 10.0)]);
    assert_eq!(ask("period_union(w, t)")[0]["data"], json!({}));
    assert_eq!(
        spans_of(&ask("union_no_overlap(w, t)")),
        [(0.0, 60.0), (60.0, 30.0), (93.0, 30.0), (123.0, 27.0), (200.0, 10.0)]
    );
}

#[test]
fn events_are_selected() {
    assert_eq!(spans_of(&ask("filter_keyvals(w, \"app\", [\"Code\"])")), [(200.0, 10.0), (60.0, 30.0)]);
    assert_eq!(spans_of(&ask("exclude_keyvals(w, \"app\", [\"Code\"])")), [(93.0, 30.0), (0.0, 60.0)]);
    assert_eq!(spans_of(&ask(r#"filter_keyvals_regex(w, "title", "\.rs$")"#)), [(200.0, 10.0), (60.0, 30.0)]);
    assert_eq!(spans_of(&ask("filter_keyvals_regex(w, \"title\", \"main(?!x)\")")), [(60.0, 30.0)]);
    assert_eq!(spans_of(&ask("exclude_keyvals_regex(w, \"title\", \"rs\")")), [(93.0, 30.0), (0.0, 60.0)]);
}

#[test]
fn events_are_grouped_ordered_and_counted() {
    assert_eq!(
        spans_of(&ask("sort_by_duration(merge_events_by_keys(sort_by_timestamp(w), [\"app\"]))")),
        [(0.0, 90.0), (60.0, 40.0)]
    );
    assert_eq!(spans_of(&ask("chunk_events_by_key(concat(w, w), \"app\")")).len(), 8);
    assert_eq!(
        spans_of(&ask("chunk_events_by_key(filter_keyvals(w, \"app\", [\"Code\"]), \"app\")")),
        [(200.0, 40.0)]
    );
    assert_eq!(spans_of(&ask("limit_events(sort_by_timestamp(w), 2)")), [(0.0, 60.0), (60.0, 30.0)]);
    assert_eq!(spans_of(&ask("limit_events(w, 0)")), []);
    assert_eq!(ask("sum_durations(w)"), json!(130.0));
    assert_eq!(serde_json::to_string(&ask("sum_durations([])")).unwrap(), "0.0");
    assert_eq!(spans_of(&ask("concat(t, t)")), [(100.0, 50.0), (100.0, 50.0)]);
}

#[test]
fn sums_are_to_the_millisecond() {
    let desk = Desk::default().with("w", "h", windows(&[(0.0, 1.2345, "a", ""), (9.0, 1.0004, "b", "")]));
    assert_eq!(answer(&desk, "RETURN = sum_durations(query_bucket(\"w\"));"), json!(2.234));
}

#[test]
fn events_are_labelled() {
    let rules = r#"[[["Work", "Code"], {"type": "regex", "regex": "CODE", "ignore_case": true}],
                    [["Web"], {"type": "regex", "regex": "fox$", "select_keys": ["app"]}],
                    [["Never"], {"type": "none"}]]"#;
    let merged = ask(&format!(
        "sort_by_duration(merge_events_by_keys(categorize(concat(w, t), {rules}), [\"$category\"]))"
    ));
    let categories: Vec<_> =
        merged.as_array().unwrap().iter().map(|event| &event["data"]["$category"]).collect();
    assert_eq!(categories, [&json!(["Web"]), &json!(["Uncategorized"]), &json!(["Work", "Code"])]);
    assert_eq!(
        spans_of(&merged).iter().map(|(_, duration_s)| *duration_s).collect::<Vec<_>>(),
        [90.0, 50.0, 40.0]
    );

    let tags =
        ask(r#"tag(t, [["film", {"type":"regex","regex":"film"}], ["all", {"type":"regex","regex":"m"}]])"#);
    assert_eq!(tags[0]["data"]["$tags"], json!(["all", "film"]));
    let titles = ask("simplify_window_titles(sort_by_timestamp(w), \"title\")");
    assert_eq!(titles[0]["data"]["title"], "Inbox");
}

#[test]
fn addresses_are_split() {
    let data = Data::from([("url", json!("https://www.example.org/a?b=c#d"))]);
    let desk = Desk::default().with("web", "h", vec![event(0.0, 1.0, data)]);
    let split = answer(&desk, "RETURN = split_url_events(query_bucket(\"web\"));");
    assert_eq!(split[0]["data"]["$domain"], "example.org");
    assert_eq!(split[0]["data"]["$params"], "b=c");
    assert_eq!(split[0]["data"]["$identifier"], "d");
}

#[test]
fn lists_and_dictionaries_are_looked_into() {
    assert_eq!(computed("contains([1, \"a\"], \"a\")"), json!(true));
    assert_eq!(computed("contains([1, \"a\"], 2)"), json!(false));
    assert_eq!(computed("contains({\"a\": 1}, \"a\")"), json!(true));
    assert_eq!(computed("contains({\"a\": 1}, 1)"), json!(false));
    assert_eq!(computed("nop()"), json!(1));
    assert_eq!(computed("print(1, \"a\", [])"), json!(null));
    assert_eq!(computed("print()"), json!(null));
}
