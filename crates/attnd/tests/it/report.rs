//! Can a report be had, kept and sent? The command, its files, and what it refuses.

use serde_json::{Value, json};

use crate::daemon::{Daemon, Home};

/// A day of an hour's programming, with two minutes of mail in it.
fn day(daemon: &Daemon) {
    daemon.create_bucket("aw-watcher-window_testhost");
    let afk = json!({"client": "it", "type": "afkstatus", "hostname": "testhost"});
    assert_eq!(daemon.post("/api/0/buckets/aw-watcher-afk_testhost", &afk).status, 200);
    let window = |minute: u32, minutes: u32, app: &str, title: &str| json!({"timestamp": format!("2024-03-04T10:{minute:02}:00Z"), "duration": minutes * 60, "data": {"app": app, "title": title}});
    let events = json!([
        window(0, 30, "Code", "secret plan - Visual Studio Code"),
        window(30, 2, "Thunderbird", "private letter"),
        window(32, 28, "Code", "secret plan - Visual Studio Code"),
    ]);
    assert_eq!(daemon.post("/api/0/buckets/aw-watcher-window_testhost/events", &events).status, 200);
    let present =
        json!([{"timestamp": "2024-03-04T10:00:00Z", "duration": 3_600, "data": {"status": "not-afk"}}]);
    assert_eq!(daemon.post("/api/0/buckets/aw-watcher-afk_testhost/events", &present).status, 200);
}

#[track_caller]
fn said(home: &Home, arguments: &[&str]) -> String {
    let output = home.run(arguments);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

#[track_caller]
fn refused(home: &Home, arguments: &[&str]) -> Value {
    let output = home.run(&[arguments, &["--json"]].concat());
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    let text = String::from_utf8_lossy(&output.stderr);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {text}"))
}

#[test]
fn a_report_names_categories_and_keeps_titles() {
    let home = Home::new();
    let daemon = home.serve();
    day(&daemon);
    for period in ["day", "week", "month"] {
        let text = said(&home, &["report", period, "2024-03-04"]);
        assert!(text.starts_with("# Attention: ") && text.contains("Work › Programming"), "{text}");
        assert!(text.contains("Europe") || text.contains("UTC"), "{text}");
        for private in ["Code", "Thunderbird", "secret", "letter"] {
            assert!(!text.contains(private), "{period}: {private}\n{text}");
        }
        let named = said(&home, &["report", period, "2024-03-04", "--applications"]);
        assert!(
            named.contains("Thunderbird") && !named.contains("letter") && !named.contains("secret"),
            "{named}"
        );
    }
    let chinese = said(&home, &["report", "day", "2024-03-04", "--lang", "zh"]);
    assert!(chinese.contains("工作 › 编程") && !chinese.contains("Programming"), "{chinese}");
}

#[test]
fn a_report_is_written_once_and_never_over_another() {
    let home = Home::new();
    let daemon = home.serve();
    day(&daemon);
    let (html, markdown) = (home.path().join("week.html"), home.path().join("week.md"));
    let (html_path, markdown_path) = (html.to_str().unwrap(), markdown.to_str().unwrap());
    let both = ["report", "week", "2024-W10", "--html", html_path, "--markdown", markdown_path];
    let answer: Value = serde_json::from_str(&said(&home, &[&both[..], &["--json"]].concat())).unwrap();
    assert_eq!((&answer["date"], &answer["names"]), (&json!("2024-03-04"), &json!("categories")));
    assert_eq!(answer["files"].as_array().map(Vec::len), Some(2), "{answer}");
    let written = std::fs::read_to_string(&html).unwrap();
    assert!(written.starts_with("<!DOCTYPE html>") && !written.contains("<script"), "{written}");
    assert_eq!(answer["files"][0]["bytes"], json!(written.len()));
    for load in ["src=", "href=", "url(", "@import"] {
        assert!(!written.contains(load), "{load} loads something");
    }
    std::fs::write(&html, "mine").unwrap();
    assert_eq!(refused(&home, &both)["code"], "file_exists");
    assert_eq!(std::fs::read_to_string(&html).unwrap(), "mine");
    said(&home, &[&both[..], &["--force"]].concat());
    assert_eq!(std::fs::read_to_string(&html).unwrap(), written);
}

#[test]
fn standard_output_takes_one_report() {
    let home = Home::new();
    let daemon = home.serve();
    day(&daemon);
    let html = said(&home, &["report", "day", "2024-03-04", "--html", "-"]);
    assert!(html.starts_with("<!DOCTYPE html>"), "{html}");
    let json: Value =
        serde_json::from_str(&said(&home, &["report", "day", "2024-03-04", "--markdown", "--json"])).unwrap();
    assert!(json["markdown"].as_str().is_some_and(|text| text.starts_with("# Attention")), "{json}");
    let both = refused(&home, &["report", "day", "2024-03-04", "--html", "-", "--markdown", "-"]);
    assert_eq!(both["code"], "invalid_parameter");
}

#[test]
fn what_is_no_day_is_refused_and_an_empty_one_is_said() {
    let home = Home::new();
    let _daemon = home.serve();
    for (period, bad) in [("day", "2026-02-30"), ("week", "2026-W54"), ("month", "2026-13"), ("day", "soon")]
    {
        assert_eq!(refused(&home, &["report", period, bad])["code"], "invalid_time", "{bad}");
    }
    assert_eq!(refused(&home, &["report", "day", "9999-12-31"])["code"], "invalid_time");
    // The week in which most of Europe's clocks change, and a month long before anybody was watched.
    for (period, date) in [("week", "2024-10-27"), ("month", "1980-02")] {
        assert!(said(&home, &["report", period, date]).contains("Nothing was recorded"), "{date}");
    }
    let wrong = home.attnd(&["report", "year"]).output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn the_demonstrations_report_says_that_it_is_one() {
    let home = Home::new();
    let _daemon = home.serve_with(&["--demo"]);
    let text = said(&home, &["report", "month"]);
    assert!(text.contains("Simulated data") && text.contains("## Hour and weekday"), "{text}");
    assert!(text.contains("You had ") && text.contains(" of focus"), "{text}");
}

#[test]
fn categories_are_listed_exported_and_imported() {
    let home = Home::new();
    let _daemon = home.serve();
    let list: Value = serde_json::from_str(&said(&home, &["categories", "list", "--json"])).unwrap();
    let rows = list["categories"].as_array().unwrap();
    let programming = rows.iter().find(|row| row["path"] == json!(["Work", "Programming"])).unwrap();
    assert_eq!((&programming["focus"], &programming["active_s"]), (&json!(true), &json!(0.0)));
    assert!(said(&home, &["categories", "list"]).contains("  Programming"), "children are indented");
    let file = home.path().join("classes.json");
    let path = file.to_str().unwrap();
    said(&home, &["categories", "export", path]);
    assert_eq!(refused(&home, &["categories", "export", path])["code"], "file_exists");
    let exported: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(exported["categories"].as_array().map(Vec::len), Some(rows.len()));
    std::fs::write(&file, r#"[{"name": ["Mine"], "rule": {"type": "regex", "regex": "("}}]"#).unwrap();
    let imported: Value =
        serde_json::from_str(&said(&home, &["categories", "import", path, "--json"])).unwrap();
    assert_eq!(imported["problems"][0]["category"], json!(["Mine"]), "{imported}");
    assert!(said(&home, &["categories", "list"]).contains("Mine"));
    std::fs::write(&file, "no JSON").unwrap();
    assert_eq!(refused(&home, &["categories", "import", path])["code"], "malformed_json");
}

#[test]
fn a_rule_is_tried_applied_and_taken_back() {
    let home = Home::new();
    let daemon = home.serve();
    daemon.create_bucket("aw-watcher-window_testhost");
    let event = json!({"timestamp": "2024-03-04T10:00:00Z", "duration": 1_200, "data": {"app": "Quill", "title": "Chapter 1"}});
    assert_eq!(daemon.post("/api/0/buckets/aw-watcher-window_testhost/events", &event).status, 200);
    let days = ["--from", "2024-03-04", "--to", "2024-03-04"];
    let suggested = said(&home, &[&["categories", "suggest"][..], &days].concat());
    assert!(suggested.contains("^Quill$") && suggested.contains("--app 'Quill'"), "{suggested}");
    let rule = ["--category", "Work > Novel", "--app", "Quill"];
    let test = said(&home, &[&["categories", "test"][..], &rule, &days].concat());
    for words in ["20 min would move", "Work › Novel", "Quill: Chapter 1"] {
        assert!(test.contains(words), "{words}\n{test}");
    }
    let untouched = said(&home, &["flow", "--from", "2024-03-04"]);
    assert!(!untouched.contains("Novel"), "{untouched}");
    let applied = said(&home, &[&["categories", "apply"][..], &rule, &days].concat());
    assert!(applied.contains("20 min moved") && applied.contains("attnd categories undo"), "{applied}");
    assert!(said(&home, &["flow", "--from", "2024-03-04"]).contains("Work › Novel"));
    said(&home, &["categories", "undo"]);
    assert!(!said(&home, &["flow", "--from", "2024-03-04"]).contains("Novel"));
    let twice = refused(&home, &["categories", "undo"]);
    assert!(twice["message"].as_str().is_some_and(|message| !message.is_empty()), "{twice}");
    let json: Value = serde_json::from_str(&said(
        &home,
        &[&["categories", "test"][..], &rule, &days, &["--json"]].concat(),
    ))
    .unwrap();
    assert_eq!(json["moved_s"], json!(1_200.0), "{json}");
    for regex in [".*", "(", ""] {
        let refusal = refused(
            &home,
            &[&["categories", "apply", "--category", "Work", "--regex", regex][..], &days].concat(),
        );
        assert!(refusal["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{refusal}");
    }
    for wrong in [&["--category", "Work"][..], &["--category", "Work >", "--app", "x"], &["--app", "x"]] {
        let output = home.attnd(&[&["categories", "test"][..], wrong].concat()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
    }
}
