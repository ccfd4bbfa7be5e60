//! Does anything private get out, or stay after erasure? A planted word, looked for in every byte.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use serde_json::{Value, json};

use crate::daemon::{Daemon, Home};
use crate::http::{Call, Connection};

/// Kept, until it is erased.
const CANARY: &str = "canary7f3a9c51";
/// Never kept: a URL's query is stripped before storage.
const STRIPPED: &str = "canarye4d80b26";

/// Every place where a person's words enter.
fn plant(home: &Home, daemon: &Daemon) {
    let title = format!("letter to {CANARY}");
    let url = format!("https://example.org/{CANARY}?q={STRIPPED}#{STRIPPED}");
    let data = json!({"app": CANARY, "title": title, "url": url});
    daemon.create_bucket("canary");
    for second in 0..50 {
        let at = format!("2024-01-01T10:00:{second:02}Z");
        let event = json!({"timestamp": at, "duration": 1, "data": data});
        let path = if second % 2 == 0 { "heartbeat?pulsetime=0" } else { "events" };
        let body = if path == "events" { json!([event]) } else { event };
        let answer = daemon.post(&format!("/api/0/buckets/canary/{path}"), &body);
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    let class = json!([{"id": 1, "name": [CANARY], "rule": {"type": "regex", "regex": CANARY}}]);
    assert_eq!(daemon.post("/api/0/settings/classes", &class).status, 201);
    // Faults, so that their messages are written somewhere if they are: a program, a body, a path.
    let query = json!({"timeperiods": ["2024-01-01T00:00:00Z/2024-01-02T00:00:00Z"], "query": [format!("RETURN = {CANARY};")]});
    assert_eq!(daemon.post("/api/0/query/", &query).status, 400);
    let import = json!({"buckets": {"canary": {"events": [{"timestamp": CANARY}]}}});
    daemon.post("/api/0/import", &import);
    let broken = Call::new("POST", "/api/0/buckets/canary/events").json(format!("[{{\"data\": \"{CANARY}"));
    assert_eq!(daemon.send(&broken).status, 400);
    daemon.get(&format!("/api/0/buckets/canary/events?start={CANARY}"));
    plant_recording(home);
    // Views that keep sums of it.
    let flow = daemon.get("/api/v1/flow?from=2024-01-01T00:00:00Z&to=2024-01-02T00:00:00Z&by=day");
    assert_eq!(flow.status, 200, "{}", flow.text());
}

/// A table whose person, session, place and file are called by the word.
fn plant_recording(home: &Home) {
    let table = home.path().join(format!("{CANARY}.csv"));
    let row = |second: u32| format!("2024-01-01T10:00:{second:02}Z,{CANARY},night {CANARY},70,3,{CANARY}\n");
    let rows: String = (0..50).map(row).collect();
    fs::write(&table, format!("time,who,night,bpm,sleepy,where\n{rows}")).unwrap();
    let map = "time=time,person=who,session=night,heart_rate=bpm,rating.kss=sleepy,context.place=where";
    let output = home.run(&["data", "import", "--map", map, table.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::remove_file(table).unwrap();
}

/// An answer about the time events were planted in, and so what was learnt from it; how its record begins. Its bare id, a
/// random number, stays in the audit log.
fn plant_answer(daemon: &Daemon) -> String {
    let body = json!({"from": "2024-01-01T10:00:00Z", "to": "2024-01-01T10:30:00Z", "question": "focus", "values": [5]});
    let answer = daemon.post("/api/v1/estimates/correct", &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    format!("\"id\":{}", answer.json()["id"])
}

/// Everything attnd has about the person, one JSON object a line.
fn export(home: &Home) -> Vec<Value> {
    let output = home.run(&["export", "--everything"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The files below `folder` that contain `word`, in any of the encodings SQLite could keep it in.
fn files_with(folder: &Path, word: &str) -> Vec<String> {
    let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_with(&path, word));
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        if contains(&bytes, word.as_bytes()) || contains(&bytes, &wide) {
            found.push(path.display().to_string());
        }
    }
    found
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

#[test]
fn a_planted_word_stays_out_of_logs_and_metrics_and_is_gone_after_erasure() {
    let home = Home::new();
    let metrics = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let config = home.path().join("config.toml");
    fs::write(&config, format!("metrics_port = {}\n", metrics.port())).unwrap();
    let daemon = home.serve_with(&["--config", config.to_str().unwrap(), "-vvv"]);
    plant(&home, &daemon);
    let answer = plant_answer(&daemon);

    let metrics = Connection::open(metrics).unwrap().send(&Call::get("/metrics")).unwrap();
    assert_eq!(metrics.status, 200, "{}", metrics.text());
    assert!(metrics.text().contains("attnd"), "{}", metrics.text());
    assert!(!metrics.text().contains(CANARY), "{}", metrics.text());
    let log = home.log();
    assert!(!log.contains(CANARY) && !log.contains(STRIPPED), "{log}");

    // The search finds what is there, so that not finding means something.
    assert!(!files_with(&home.data(), CANARY).is_empty());
    assert_eq!(files_with(&home.data(), STRIPPED), Vec::<String>::new());
    let of_recordings = files_with(&home.data().join("recordings"), CANARY);
    assert!(of_recordings.iter().any(|file| file.ends_with("head.json")), "{of_recordings:?}");
    assert!(!files_with(&home.data(), &answer).is_empty());
    let before = export(&home);
    let has = |lines: &[Value], kind: &str| lines.iter().any(|line| line["record"] == kind);
    assert!(has(&before, "answer") && has(&before, "learner"), "{before:?}");
    let learner = before.iter().find(|line| line["record"] == "learner").unwrap();
    let learnt = learner["value"]["taught"].as_str().unwrap();
    assert!(!files_with(&home.data(), learnt).is_empty());
    let recorded: Vec<&Value> = before.iter().map(|line| &line["recording"]["head"]["subject"]).collect();
    assert!(recorded.contains(&&json!(CANARY)), "{recorded:?}");

    let output = home.run(&["erase", "--everything", "--yes", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(files_with(&home.data(), CANARY), Vec::<String>::new());
    for word in [&answer, learnt] {
        assert_eq!(files_with(&home.data(), word), Vec::<String>::new(), "{word}");
    }
    let after = export(&home);
    let left: Vec<&Value> =
        after.iter().filter(|line| line.get("audit").is_none() && line["record"] != "installation").collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(daemon.stop().success());
    assert_eq!(files_with(&home.data(), CANARY), Vec::<String>::new());
    assert!(!home.log().is_empty() && !home.log().contains(CANARY));
}

#[test]
fn erasing_a_period_leaves_the_rest() {
    let home = Home::new();
    let daemon = home.serve();
    daemon.create_bucket("kept");
    for (day, title) in [("2024-01-01", CANARY), ("2024-01-02", "kept")] {
        let event = json!([{"timestamp": format!("{day}T10:00:00Z"), "duration": 60, "data": {"app": "x", "title": title}}]);
        assert_eq!(daemon.post("/api/0/buckets/kept/events", &event).status, 200);
    }
    let output = home.run(&["erase", "--from", "2024-01-01", "--to", "2024-01-01", "--yes", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let events = daemon.get("/api/0/buckets/kept/events").json();
    assert_eq!(events.as_array().map(Vec::len), Some(1), "{events}");
    assert_eq!(events[0]["data"]["title"], "kept");
    assert_eq!(files_with(&home.data(), CANARY), Vec::<String>::new());
}

/// Files of the data directory are the person's alone from the moment they exist.
#[cfg(unix)]
#[test]
fn files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let daemon = home.serve();
    daemon.create_bucket("modes");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&home.data()), 0o700);
    let files: Vec<_> = fs::read_dir(home.data()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 3, "{files:?}");
    for file in files.iter().filter(|path| path.is_file()) {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
}
