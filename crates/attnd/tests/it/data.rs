//! Do recordings come in, stay, show, leave and go, with a daemon and without?

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::daemon::Home;

#[track_caller]
fn json_of(home: &Home, arguments: &[&str]) -> Value {
    let output = home.run(&[arguments, &["--json"]].concat());
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {text}"))
}

fn put(home: &Home, path: &str, text: &str) -> PathBuf {
    let path = home.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path
}

/// Eyes of two people as the supermarket study writes them, the last row cut, with a spreadsheet beside them.
fn study(home: &Home) -> PathBuf {
    let mut text =
        "frame;Timestamp;openness_L;openness_R;pupil_diameter_L(mm);pupil_diameter_R(mm);\n".to_owned();
    for frame in 0..200 {
        text += &format!("{frame};2022-12-16 12:36:{:02}.{}00;1;1;4.2{frame};-1;\n", frame / 10, frame % 10);
    }
    for person in ["P1", "P2"] {
        put(home, &format!("study/{person}/Eyerecording_Test_Control.csv"), &(text.clone() + "200;2022-12"));
    }
    put(home, "study/P1/Eyerecording_Test_Control.xlsx", "PK");
    put(home, "study/LICENSE.md", "MIT");
    home.path().join("study")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries.map(Result::unwrap) {
        if entry.path().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}

#[test]
fn without_a_daemon_recordings_come_in_show_leave_and_go() {
    let home = Home::new();
    assert_eq!(json_of(&home, &["data", "list"]), json!([]));
    let folder = study(&home);
    let study = folder.to_str().unwrap();

    let preview = json_of(&home, &["data", "import", "--dry-run", study]);
    assert_eq!(preview[0]["report"]["samples"], 400, "{preview}");
    assert_eq!(json_of(&home, &["data", "list"]), json!([]), "nothing is kept");

    for replaced in [0, 2] {
        let report = json_of(&home, &["data", "import", study]);
        assert_eq!(report[0]["replaced"], replaced, "{report}");
        assert_eq!(report[0]["report"]["problems"]["count"], 3, "two cut rows and a spreadsheet: {report}");
    }
    let list = json_of(&home, &["data", "list"]);
    let ids: Vec<&str> = list.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["vr-load/P1/Control", "vr-load/P2/Control"], "a second import doubles nothing");
    let one = json_of(&home, &["data", "show", ids[0]]);
    assert_eq!((&one["streams"][0]["samples"], &one["missing"]), (&json!(200), &json!([[0, 0, 0, 200]])));

    let out = home.path().join("out");
    let written = json_of(&home, &["data", "export", ids[0], "--output", out.to_str().unwrap()]);
    assert_eq!(written["recordings"], 1, "{written}");
    let table = files(&out).into_iter().find(|path| path.ends_with("0-eyes.tsv")).unwrap();
    let text = fs::read_to_string(table).unwrap();
    assert!(text.starts_with("timestamp\topenness_left\t") && text.contains("\tn/a\n"), "{text}");
    assert_eq!(text.lines().count(), 201);
    let again = home.run(&["data", "export", ids[0], "--output", out.to_str().unwrap()]);
    assert!(!again.status.success(), "what is there is not overwritten");

    assert_eq!(json_of(&home, &["data", "delete", ids[0], "--yes"]), json!({"deleted": 1}));
    assert_eq!(json_of(&home, &["data", "list"]).as_array().unwrap().len(), 1);
    let missing = home.run(&["data", "show", ids[0]]);
    assert!(String::from_utf8_lossy(&missing.stderr).contains("attnd data list"));
}

#[test]
fn a_table_explains_itself_or_is_explained() {
    let home = Home::new();
    let table =
        put(&home, "night.csv", "wann;puls;müde\n2024-01-01 10:00:00;70,5;3\n2024-01-01 10:00:01;71;4\n");
    let table = table.to_str().unwrap();
    let refused = home.run(&["data", "import", table]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--map"));
    let map = put(&home, "map.toml", "time = 'wann'\ntime_zone = 'Europe/Berlin'\n");
    let report = json_of(
        &home,
        &[
            "data",
            "import",
            table,
            "--map-file",
            map.to_str().unwrap(),
            "--map",
            "heart_rate=puls,rating.kss=müde",
        ],
    );
    assert_eq!((&report[0]["report"]["samples"], &report[0]["report"]["ratings"]), (&json!(2), &json!(2)));
    let list = json_of(&home, &["data", "list"]);
    assert_eq!(list[0]["start"], "2024-01-01T09:00:00Z", "{list}");
    assert_eq!(list[0]["streams"][0]["channels"][0]["unit"], "bpm", "{list}");
    let preview = put(&home, "plain.csv", "time,hr\n1704103200,70\n");
    let words = home.run(&["data", "import", "--dry-run", preview.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&words.stdout).contains("time = \"time\""), "the guessed map is shown");
}

#[test]
fn beside_a_daemon_it_is_noted_and_erasure_takes_it() {
    let home = Home::new();
    let daemon = home.serve();
    let folder = study(&home);
    json_of(&home, &["data", "import", folder.to_str().unwrap()]);
    let seen = daemon.get("/api/v1/recordings").json();
    assert_eq!(seen["recordings"].as_array().map(Vec::len), Some(2), "{seen}");
    let consents = daemon.get("/api/v1/consents").json().to_string();
    assert!(consents.contains("recordings/vr-load/P1") && consents.contains("imported by"), "{consents}");
    let audit = daemon.get("/api/v1/audit").json().to_string();
    assert!(audit.contains("recording.import"), "{audit}");
    let recordings = home.data().join("recordings");
    assert!(files(&recordings).len() > 4);
    let report = json_of(&home, &["erase", "--everything", "--yes"]);
    assert_eq!(report["recordings"], 2, "{report}");
    let left: Vec<_> = files(&recordings).into_iter().filter(|path| !path.ends_with("lock")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn erasing_a_period_takes_what_was_recorded_in_it() {
    let home = Home::new();
    let _daemon = home.serve();
    let folder = study(&home);
    json_of(&home, &["data", "import", folder.to_str().unwrap()]);
    let cut = ["erase", "--from", "2022-12-16T12:36:10Z", "--to", "2022-12-17T00:00:00Z", "--yes"];
    assert_eq!(json_of(&home, &cut)["recordings"], 2);
    let list = json_of(&home, &["data", "list"]);
    assert_eq!(list[0]["streams"][0]["samples"], 100, "{list}");
}

#[test]
fn formats_are_listed_and_unknown_ones_named() {
    let home = Home::new();
    let formats = json_of(&home, &["data", "formats"]);
    let names: Vec<&str> =
        formats.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["focus-survey", "vr-load", "esports-load", "csv"]);
    let file = put(&home, "a.csv", "a,b\n1,2\n");
    let refused = home.run(&["data", "import", "--format", "edf", file.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("focus-survey, vr-load"), "{refused:?}");
    let nothing = home.run(&["data", "import", "/nonexistent/file"]);
    assert!(!nothing.status.success());
}
