//! Does the command line do what it says? Every command, its help, and its JSON.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::daemon::{Daemon, Home};

/// Runs it with `--json` and reads the one document it prints.
#[track_caller]
fn json_of(home: &Home, arguments: &[&str]) -> Value {
    let output = home.run(&[arguments, &["--json"]].concat());
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {text}"))
}

#[track_caller]
fn text_of(home: &Home, arguments: &[&str]) -> String {
    let output = home.run(arguments);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// A day of twenty minutes in two programs.
fn day(daemon: &Daemon) {
    daemon.create_bucket("aw-watcher-window_testhost");
    let afk = json!({"client": "it", "type": "afkstatus", "hostname": "testhost"});
    assert_eq!(daemon.post("/api/0/buckets/aw-watcher-afk_testhost", &afk).status, 200);
    let window = |minute: u32, app: &str| json!({"timestamp": format!("2024-03-04T10:{minute:02}:00Z"), "duration": 600, "data": {"app": app, "title": "a"}});
    let events = json!([window(0, "Code"), window(10, "Firefox")]);
    assert_eq!(daemon.post("/api/0/buckets/aw-watcher-window_testhost/events", &events).status, 200);
    let present =
        json!([{"timestamp": "2024-03-04T10:00:00Z", "duration": 1_200, "data": {"status": "not-afk"}}]);
    assert_eq!(daemon.post("/api/0/buckets/aw-watcher-afk_testhost/events", &present).status, 200);
}

#[test]
fn every_command_has_help_and_wrong_use_says_so() {
    let home = Home::new();
    let help = |arguments: &[&str]| {
        let output = home.attnd(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let all = help(&["--help"]);
    for command in [
        "serve", "watch", "service", "import", "export", "query", "flow", "simulate", "doctor", "token",
        "erase", "data", "crowd",
    ] {
        assert!(all.contains(command), "{all}");
        assert!(help(&[command, "--help"]).contains("Usage:"), "{command}");
    }
    assert!(help(&["--version"]).starts_with("attnd "));
    let wrong = home.attnd(&["serv"]).output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("serve"), "it names the command that was meant");
}

#[test]
fn completions_are_written_for_every_shell() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = home.attnd(&["completions", shell]).output().unwrap().stdout;
        assert!(String::from_utf8_lossy(&script).contains("doctor"), "{shell}");
    }
}

#[test]
fn flow_shows_time_per_application() {
    let home = Home::new();
    let daemon = home.serve();
    day(&daemon);
    let flow = json_of(&home, &["flow", "--from", "2024-03-04"]);
    assert_eq!(flow["active_s"], json!(1_200.0), "{flow}");
    let applications: Vec<&str> = flow["applications"]
        .as_array()
        .unwrap()
        .iter()
        .map(|share| share["name"].as_str().unwrap())
        .collect();
    assert_eq!(applications.len(), 2, "{flow}");
    assert!(applications.contains(&"Code") && applications.contains(&"Firefox"), "{flow}");
    assert_eq!(flow["measures"]["active_s"], json!(1_200.0), "{flow}");
    let text = text_of(&home, &["flow", "--from", "2024-03-04", "--to", "2024-03-05", "--by", "day"]);
    for said in ["Code", "20 min", "Attention\n", "Switches\n", "/h", "2024-03-05"] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    assert!(!text.contains('▪'), "no bars in a pipe");
    let empty = text_of(&home, &["flow", "--from", "2023-01-01", "--to", "2023-12-31", "--by", "month"]);
    assert!(empty.contains("attnd doctor"), "{empty}");
}

#[test]
fn flow_speaks_chinese_down_to_the_categories() {
    let home = Home::new();
    let daemon = home.serve();
    day(&daemon);
    let mut command = home.attnd(&["flow", "--from", "2024-03-04", "--data-dir"]);
    let output = command.arg(home.data()).env("LANG", "zh_CN.UTF-8").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("工作 › 编程") && text.contains("注意力"), "{text}");
    assert!(!text.contains("Programming") && !text.contains("Time at"), "{text}");
}

#[test]
fn what_is_exported_can_be_imported_elsewhere() {
    let home = Home::new();
    let daemon = home.serve();
    day(&daemon);
    let file = home.path().join("export.json");
    json_of(&home, &["export", "--output", file.to_str().unwrap()]);
    let export: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(export["buckets"]["aw-watcher-window_testhost"]["events"].as_array().map(Vec::len), Some(2));
    let printed: Value =
        serde_json::from_str(&text_of(&home, &["export", "--bucket", "aw-watcher-afk_testhost"])).unwrap();
    assert_eq!(printed["buckets"].as_object().map(serde_json::Map::len), Some(1));
    let everything = text_of(&home, &["export", "--everything"]);
    assert!(everything.lines().count() > 3);
    for line in everything.lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok_and(|line| line.is_object()), "{line}");
    }

    let other = Home::new();
    let second = other.serve();
    for _ in 0..2 {
        json_of(&other, &["import", file.to_str().unwrap()]);
        assert_eq!(second.get("/api/0/buckets/aw-watcher-window_testhost/events/count").json(), json!(2));
    }
}

#[test]
fn a_query_file_is_answered() {
    let home = Home::new();
    let daemon = home.serve();
    day(&daemon);
    let file = home.path().join("query.aw");
    std::fs::write(
        &file,
        "events = query_bucket(\"aw-watcher-window_testhost\");\nRETURN = sum_durations(events);\n",
    )
    .unwrap();
    let answer = json_of(&home, &["query", file.to_str().unwrap(), "--from", "2024-03-04"]);
    let seconds = answer.as_array().map_or(&answer, |periods| &periods[0]);
    assert_eq!(seconds.as_f64(), Some(1_200.0), "{answer}");
}

#[test]
fn tokens_are_made_listed_and_revoked() {
    let home = Home::new();
    let _daemon = home.serve();
    let issued = json_of(&home, &["token", "create", "phone", "--scope", "ingest:phone", "--days", "7"]);
    let secret = issued["secret"].as_str().unwrap();
    let list = json_of(&home, &["token", "list"]);
    let named =
        |list: &Value| list.as_array().unwrap().iter().find(|token| token["name"] == "phone").cloned();
    let token = named(&list).unwrap_or_else(|| panic!("{list}"));
    assert!(!list.to_string().contains(secret), "the secret is shown once");
    json_of(&home, &["token", "revoke", token["id"].as_str().unwrap()]);
    assert!(named(&json_of(&home, &["token", "list"])).is_none());
    let wrong = home.run(&["token", "create", "x", "--scope", "everything", "--json"]);
    assert!(!wrong.status.success());
}

#[test]
fn doctor_says_what_to_do_with_and_without_a_daemon() {
    let home = Home::new();
    let alone = home.run(&["doctor", "--json"]);
    let report: Value = serde_json::from_slice(&alone.stdout).unwrap_or_else(|_| panic!("{alone:?}"));
    assert!(report.to_string().contains("attnd serve"), "{report}");
    let _daemon = home.serve();
    let served = home.run(&["doctor", "--json"]);
    let report: Value = serde_json::from_slice(&served.stdout).unwrap_or_else(|_| panic!("{served:?}"));
    assert!(report.to_string().contains("attnd watch"), "no watcher runs: {report}");
}

#[test]
fn without_a_daemon_a_command_says_how_to_start_one() {
    let home = Home::new();
    let output = home.run(&["flow", "--server", "http://127.0.0.1:1", "--json"]);
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && text.contains("daemon_unreachable") && text.contains("attnd serve"),
        "{text}"
    );
}

#[test]
fn the_demonstration_is_labelled_and_kept_apart() {
    let home = Home::new();
    let daemon = home.serve_with(&["--demo"]);
    assert_eq!(daemon.ready["simulated"], json!(true));
    assert_ne!(daemon.ready["data_dir"], json!(home.data()));
    let buckets = daemon.get("/api/0/buckets/").json();
    let events: f64 = buckets
        .as_object()
        .unwrap()
        .keys()
        .map(|id| daemon.get(&format!("/api/0/buckets/{id}/events/count")).json().as_f64().unwrap())
        .sum();
    assert!(events > 10_000.0, "a month has {events} events");
    // Its person answered all through the month, and something could be learnt from it.
    let answers = daemon.get("/api/v1/answers").json();
    let answered = answers.as_array().unwrap().iter().map(|answer| answer["answered"].as_str().unwrap());
    let days: BTreeSet<String> = answered.map(|moment| moment[..10].to_owned()).collect();
    assert!(days.len() > 10, "{days:?}");
    let focus = &daemon.get("/api/v1/understanding").json()["focus"];
    assert!(focus["answers"].as_u64().unwrap() > 30 && !focus["curve"].as_array().unwrap().is_empty());
}
