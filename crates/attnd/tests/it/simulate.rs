//! Does `attnd simulate` write files that attnd itself takes in, and refuse what would go wrong?

use serde_json::{Value, json};

use crate::daemon::Home;

const WEEK: [&str; 9] =
    ["simulate", "--days", "7", "--seed", "5", "--last-day", "2026-01-30", "--zone", "Europe/Berlin"];

fn read(path: &std::path::Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Runs it with more arguments; status, standard output and standard error.
fn simulate(home: &Home, more: &[&str]) -> (Option<i32>, String, String) {
    let output = home.run(&[&WEEK, more].concat());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_simulated_week_is_imported_whole_and_stays_labelled() {
    let home = Home::new();
    let (out, truth) = (home.path().join("aw.json"), home.path().join("truth.json"));
    let (status, printed, problem) =
        simulate(&home, &["--out", out.to_str().unwrap(), "--truth", truth.to_str().unwrap(), "--json"]);
    assert_eq!(status, Some(0), "{problem}");
    let summary: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!((&summary["simulated"], &summary["days"]), (&json!(true), &json!(7)));
    assert_eq!((&summary["first_day"], &summary["last_day"]), (&json!("2026-01-24"), &json!("2026-01-30")));

    let written = read(&truth);
    let days = written["days"].as_array().unwrap();
    let interruptions: usize = days.iter().map(|day| day["interruptions"].as_array().unwrap().len()).sum();
    assert_eq!((days.len(), json!(interruptions)), (7, summary["interruptions"].clone()));
    assert!(interruptions > 20, "{interruptions}");

    let daemon = home.serve();
    let imported = home.run(&["import", out.to_str().unwrap(), "--json"]);
    let report: Value = serde_json::from_slice(&imported.stdout).unwrap();
    assert_eq!(report[0]["report"]["events_new"], summary["events"], "{report}");
    let day = daemon.get("/api/v1/days/2026-01-28?tz=Europe/Berlin").json();
    assert_eq!(day["simulated"], true, "{day}");
    assert!(day["active_s"].as_f64().unwrap() > 3_600.0, "{day}");
}

#[test]
fn the_same_seed_writes_the_same_files_and_nothing_is_replaced_unasked() {
    let home = Home::new();
    let file = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    let (first, second, truth) = (file("first.json"), file("second.json"), file("truth.json"));
    assert_eq!(simulate(&home, &["--out", &first, "--truth", &truth]).0, Some(0));
    assert_eq!(simulate(&home, &["--out", &second]).0, Some(0));
    let before = std::fs::read(&first).unwrap();
    assert!(before == std::fs::read(&second).unwrap());

    let other = home.run(&["simulate", "--days", "2", "--out", &first]);
    assert!(String::from_utf8_lossy(&other.stderr).contains("--force"), "{other:?}");
    assert_eq!(other.status.code(), Some(2));
    assert!(before == std::fs::read(&first).unwrap(), "it is as it was");
    assert!(home.run(&["simulate", "--days", "2", "--out", &first, "--force"]).status.success());
    assert!(before != std::fs::read(&first).unwrap());
    let parts = std::fs::read_dir(home.path()).unwrap().filter_map(Result::ok);
    let parts: Vec<_> =
        parts.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "part")).collect();
    assert!(parts.is_empty(), "{parts:?}");
}

#[test]
fn one_document_goes_to_standard_output() {
    let home = Home::new();
    let (status, printed, _) = simulate(&home, &["--out", "-"]);
    assert_eq!(status, Some(0));
    let export: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(export["buckets"].as_object().map(serde_json::Map::len), Some(4));
    assert_eq!(export["buckets"]["aw-watcher-window_simulated"]["data"]["simulated"], true);
    for (arguments, said) in
        [(&["--out", "-", "--truth", "-"][..], "same file"), (&["--out", "-", "--json"], "standard output")]
    {
        let (status, printed, problem) = simulate(&home, arguments);
        assert_eq!((status, printed.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(problem.contains(said), "{arguments:?}: {problem}");
    }
}

#[test]
fn what_cannot_be_is_refused_with_a_reason() {
    let home = Home::new();
    for (arguments, said) in [
        (&["--days", "0"][..], "--days"),
        (&["--days", "36526"], "36525"),
        (&["--last-day", "2026-02-30"], "2026-02-30"),
        (&["--last-day", "1799-12-31"], "1800"),
        (&["--zone", "Atlantis/Centre"], "Atlantis"),
        (&["--hostname", "two\nlines"], "--hostname"),
        (&["--out", "/dev/null"], "is no file"),
        (&["--out", "no/such/folder/aw.json"], "no/such/folder"),
    ] {
        let mut command = vec!["simulate"];
        command.extend(arguments);
        if !arguments.contains(&"--out") {
            command.extend(["--out", "-"]);
        }
        let output = home.run(&command);
        let problem = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {problem}");
        assert!(problem.contains(said) && output.stdout.is_empty(), "{arguments:?}: {problem}");
    }
}
