//! What comes of bad input? A clear error with its code, nothing lost, no panic, and the daemon goes on.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::daemon::{Daemon, Home, PATIENCE, succeed};
use crate::http::{Call, Connection};

const EVENTS: &str = "/api/0/buckets/bad/events";
const HEARTBEAT: &str = "/api/0/buckets/bad/heartbeat?pulsetime=5";

fn serve(home: &Home) -> Daemon {
    let daemon = home.serve();
    daemon.create_bucket("bad");
    daemon
}

/// The daemon is as it was: it answers, holds `count` events, and nothing in it panicked.
fn assert_unharmed(home: &Home, daemon: &Daemon, count: u64) {
    let answer = daemon.get(&format!("{EVENTS}/count"));
    assert_eq!((answer.status, answer.json()), (200, json!(count)));
    assert!(!home.log().contains("panicked"), "{}", home.log());
}

#[track_caller]
fn assert_refused(daemon: &Daemon, call: &Call, status: u16, code: &str) {
    let answer = daemon.send(call);
    let body = answer.json();
    let shown: String = String::from_utf8_lossy(&call.body).chars().take(120).collect();
    assert_eq!(answer.status, status, "{} {shown}: {}", call.path, answer.text());
    assert_eq!(body["code"], code, "{} {shown}: {body}", call.path);
    assert!(body["message"].as_str().is_some_and(|message| message.len() > 10), "{body}");
}

#[test]
fn malformed_json_is_refused_with_its_place() {
    let home = Home::new();
    let daemon = serve(&home);
    for body in [
        "",
        "{",
        "[{]",
        "nonsense",
        "{\"timestamp\": \"2024-01-01T10:00:00Z\",}",
        "[NaN]",
        "\u{feff}[]",
        "[1] [2]",
    ] {
        for path in [EVENTS, HEARTBEAT, "/api/0/query/", "/api/0/settings/x"] {
            assert_refused(&daemon, &Call::new("POST", path).json(body), 400, "malformed_json");
        }
    }
    let deep = "[".repeat(100_000);
    assert_refused(&daemon, &Call::new("POST", EVENTS).json(deep), 400, "malformed_json");
    let not_utf8 = Call::new("POST", HEARTBEAT).json(b"{\"timestamp\": \"\xff\"}".to_vec());
    assert!((400..500).contains(&daemon.send(&not_utf8).status));
    assert_unharmed(&home, &daemon, 0);
}

#[test]
fn wrong_types_and_times_are_refused() {
    let home = Home::new();
    let daemon = serve(&home);
    let bad_events = [
        json!({}),
        json!({"timestamp": 5}),
        json!({"timestamp": null}),
        json!({"timestamp": "yesterday"}),
        json!({"timestamp": "2024-01-01T10:00:00"}),
        json!({"timestamp": "2024-13-01T10:00:00Z"}),
        json!({"timestamp": "9999-01-01T10:00:00Z"}),
        json!({"timestamp": "0001-01-01T10:00:00Z"}),
        json!({"timestamp": "2024-01-01T10:00:00Z", "duration": -1}),
        json!({"timestamp": "2024-01-01T10:00:00Z", "duration": "1"}),
        json!({"timestamp": "2024-01-01T10:00:00Z", "duration": 1e300}),
        json!({"timestamp": "2261-12-31T23:59:59Z", "duration": 100_000}),
        json!({"timestamp": "2024-01-01T10:00:00Z", "data": []}),
        json!({"timestamp": "2024-01-01T10:00:00Z", "data": "text"}),
        json!({"timestamp": "2024-01-01T10:00:00Z", "id": "seven"}),
        json!("event"),
        json!(7),
    ];
    for event in &bad_events {
        let answer = daemon.send(&Call::post(HEARTBEAT, event));
        assert_eq!(answer.status, 400, "{event}: {}", answer.text());
        let code = answer.json()["code"].clone();
        assert!(code == "invalid_body" || code == "invalid_time", "{event}: {code}");
        // One bad event refuses its whole batch: nothing is stored in part.
        let good = json!({"timestamp": "2024-01-01T10:00:00Z", "duration": 1, "data": {}});
        let answer = daemon.send(&Call::post(EVENTS, &json!([good, event])));
        assert_eq!(answer.status, 400, "{event}: {}", answer.text());
    }
    for overflow in ["1e999", "-1e999", "NaN", "Infinity"] {
        let body = format!("{{\"timestamp\": \"2024-01-01T10:00:00Z\", \"duration\": {overflow}}}");
        assert_eq!(daemon.send(&Call::new("POST", HEARTBEAT).json(body)).status, 400, "{overflow}");
    }
    assert_unharmed(&home, &daemon, 0);
}

#[test]
fn wrong_parameters_and_unknown_things_are_named() {
    let home = Home::new();
    let daemon = serve(&home);
    let event = json!({"timestamp": "2024-01-01T10:00:00Z"});
    for path in [
        "/api/0/buckets/none/events",
        "/api/0/buckets/none",
        "/api/0/buckets/none/export",
        "/api/0/buckets/none/events/count",
    ] {
        assert_refused(&daemon, &Call::get(path), 404, "no_bucket");
    }
    assert_refused(
        &daemon,
        &Call::post("/api/0/buckets/none/heartbeat?pulsetime=1", &event),
        404,
        "no_bucket",
    );
    assert_refused(&daemon, &Call::post("/api/0/buckets/none/events", &json!([event])), 404, "no_bucket");
    assert_refused(&daemon, &Call::get(&format!("{EVENTS}/123456")), 404, "no_event");
    assert_refused(&daemon, &Call::get("/api/0/nothing"), 404, "not_found");
    assert_refused(&daemon, &Call::new("PATCH", "/api/0/buckets/bad").json("{}"), 405, "method_not_allowed");
    for query in ["pulsetime=", "pulsetime=x", "pulsetime=-1", "pulsetime=NaN", "pulsetime=inf", ""] {
        let path = format!("/api/0/buckets/bad/heartbeat?{query}");
        assert_refused(&daemon, &Call::post(&path, &event), 400, "invalid_parameter");
    }
    for query in ["start=yesterday", "end=2024-01-01T10:00:00", "limit=x"] {
        let answer = daemon.get(&format!("{EVENTS}?{query}"));
        assert_eq!(answer.status, 400, "{query}: {}", answer.text());
    }
    // A period that ends before it starts holds nothing, as ActivityWatch answers.
    let backwards = daemon.get(&format!("{EVENTS}?start=2024-01-02T00:00:00Z&end=2024-01-01T00:00:00Z"));
    assert_eq!((backwards.status, backwards.json()), (200, json!([])));
    let long = format!("/api/0/settings/{}", "k".repeat(128));
    assert_eq!(daemon.get(&long).status, 400);
    let too_long = format!("/api/0/buckets/{}", "b".repeat(257));
    let bucket = json!({"client": "it", "type": "t", "hostname": "h"});
    assert_eq!(daemon.post(&too_long, &bucket).status, 400);
    assert_eq!(daemon.post("/api/0/buckets/a%0Ab", &bucket).status, 400);
    assert_eq!(daemon.post("/api/0/buckets/%ff", &bucket).status, 400);
    assert_unharmed(&home, &daemon, 0);
}

#[test]
fn bodies_beyond_the_limit_are_refused_before_they_are_read() {
    let home = Home::new();
    let daemon = serve(&home);
    let start = Instant::now();
    for path in [EVENTS, HEARTBEAT, "/api/0/query/", "/api/0/settings/x"] {
        let call = Call::new("POST", path)
            .with("Content-Type", "application/json")
            .with("Content-Length", "209715200");
        assert_refused(&daemon, &call, 413, "body_too_large");
    }
    assert!(start.elapsed() < Duration::from_secs(10));
    // Without a length in its head, a body is cut off where it grows too long.
    let mut chunked = b"POST /api/0/settings/x HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..12 {
        chunked.extend(b"100000\r\n");
        chunked.extend(vec![b' '; 0x10_0000]);
        chunked.extend(b"\r\n");
    }
    chunked.extend(b"0\r\n\r\n");
    // The answer may come while the body is still being sent, and the connection then ends.
    if let Ok(answer) = Connection::open(daemon.address).unwrap().send_raw(&chunked) {
        assert_eq!(answer.status, 413, "{}", answer.text());
    }
    assert_unharmed(&home, &daemon, 0);
}

#[test]
fn a_hundred_megabytes_of_events_are_taken_or_refused_whole() {
    let home = Home::new();
    let daemon = serve(&home);
    let title = "t".repeat(2_000);
    let events: Vec<String> = (0..45_000_u32)
        .map(|n| {
            let (h, m, s) = (n / 3_600, n / 60 % 60, n % 60);
            format!(r#"{{"timestamp":"2024-01-01T{h:02}:{m:02}:{s:02}Z","duration":1,"data":{{"app":"{n}","title":"{title}"}}}}"#)
        })
        .collect();
    let body = format!("[{}]", events.join(","));
    assert!((90_000_000..100 << 20).contains(&body.len()), "{}", body.len());
    let answer = daemon.send(&Call::new("POST", EVENTS).json(body));
    assert_eq!(answer.status, 200);
    assert_unharmed(&home, &daemon, 45_000);
}

#[test]
fn overlapping_and_disordered_events_are_kept_as_they_are() {
    let home = Home::new();
    let daemon = serve(&home);
    let event = |minute: u32, duration: u32| json!({"timestamp": format!("2024-01-01T10:{minute:02}:00Z"), "duration": duration, "data": {"app": "x"}});
    let events = json!([event(30, 600), event(0, 3_600), event(30, 600), event(10, 0), event(59, 7_200)]);
    assert_eq!(daemon.post(EVENTS, &events).status, 200);
    let stored = daemon.get(EVENTS).json();
    let starts: Vec<&str> =
        stored.as_array().unwrap().iter().map(|event| event["timestamp"].as_str().unwrap()).collect();
    let mut newest_first = starts.clone();
    newest_first.sort_by(|a, b| b.cmp(a));
    assert_eq!(starts, newest_first);
    assert_unharmed(&home, &daemon, 5);
}

#[test]
fn regular_expressions_that_explode_are_stopped() {
    let home = Home::new();
    let daemon = serve(&home);
    let title = format!("{}!", "a".repeat(5_000));
    let event =
        json!([{"timestamp": "2024-01-01T10:00:00Z", "duration": 60, "data": {"app": "x", "title": title}}]);
    assert_eq!(daemon.post(EVENTS, &event).status, 200);
    for regex in
        [r"(a+)+$", r"(a|aa)+$", r"(?=(a+)+b)(a+)+$", r"(\w*\s*)*\1$", "(((a{1,100}){1,100}){1,100}){1,100}"]
    {
        let program = format!(r#"RETURN = filter_keyvals_regex(query_bucket("bad"), "title", "{regex}");"#);
        let start = Instant::now();
        let query = json!({"timeperiods": ["2024-01-01T00:00:00Z/2024-01-02T00:00:00Z"], "query": [program]});
        let answer = daemon.post("/api/0/query/", &query);
        assert!(matches!(answer.status, 200 | 400), "{regex}: {}", answer.text());
        assert!(start.elapsed() < Duration::from_secs(20), "{regex} took {:?}", start.elapsed());
    }
    assert_unharmed(&home, &daemon, 1);
}

#[test]
fn wrong_queries_are_refused_with_line_and_column() {
    let home = Home::new();
    let daemon = serve(&home);
    for (program, says) in [
        ("RETURN = nothing;", "nothing"),
        ("x = 1;", "RETURN"),
        ("RETURN = no_such_function(1);", "no_such_function"),
        ("RETURN = flood(1);", ""),
        ("RETURN = (1;", ""),
        ("RETURN = query_bucket(\"none\");", "none"),
        ("", ""),
    ] {
        let query = json!({"timeperiods": ["2024-01-01T00:00:00Z/2024-01-02T00:00:00Z"], "query": [program]});
        let answer = daemon.post("/api/0/query/", &query);
        assert_eq!(answer.status, 400, "{program}: {}", answer.text());
        let body = answer.json();
        assert!(body["type"].is_string(), "{program}: {body}");
        assert!(body["message"].as_str().unwrap().contains(says), "{program}: {body}");
    }
    let endless = "x = [1];\n".to_owned() + &"x = concat(x, x);\n".repeat(60) + "RETURN = x;";
    let query = json!({"timeperiods": ["2024-01-01T00:00:00Z/2024-01-02T00:00:00Z"], "query": [endless]});
    assert_eq!(daemon.post("/api/0/query/", &query).status, 400);
    for period in ["2024-01-01", "2024-01-02T00:00:00Z/2024-01-01T00:00:00Z", "a/b"] {
        let query = json!({"timeperiods": [period], "query": ["RETURN = 1;"]});
        assert_eq!(daemon.post("/api/0/query/", &query).status, 400, "{period}");
    }
    assert_unharmed(&home, &daemon, 0);
}

fn export_of(events: usize) -> String {
    let events: Vec<Value> = (0..events)
        .map(|n| json!({"timestamp": format!("2024-01-01T{:02}:{:02}:{:02}Z", n / 3_600, n / 60 % 60, n % 60), "duration": 1, "data": {"app": n.to_string()}}))
        .collect();
    let bucket = json!({"id": "bad", "type": "currentwindow", "client": "it", "hostname": "testhost", "created": "2024-01-01T00:00:00Z", "events": events});
    json!({"buckets": {"bad": bucket}}).to_string()
}

#[test]
fn an_import_cut_off_in_the_middle_can_be_sent_again() {
    let home = Home::new();
    let daemon = serve(&home);
    let whole = export_of(5_000);
    let cut = Call::new("POST", "/api/0/import").json(&whole[..whole.len() / 2]);
    assert_refused(&daemon, &cut, 400, "invalid_import");
    for _ in 0..2 {
        let answer = daemon.send(&Call::new("POST", "/api/0/import").json(whole.as_str()));
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_unharmed(&home, &daemon, 5_000);
    }
    // The same through the command line, which names the file.
    let file = home.path().join("cut.json");
    std::fs::write(&file, &whole[..whole.len() / 3]).unwrap();
    let output = home.run(&["import", file.to_str().unwrap(), "--json"]);
    let printed = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && printed.contains("invalid_import"), "{printed}");
    assert_unharmed(&home, &daemon, 5_000);
}

#[test]
fn a_connection_cut_in_the_middle_of_a_body_stores_nothing() {
    let home = Home::new();
    let daemon = serve(&home);
    let head = "POST /api/0/buckets/bad/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n[{\"timestamp\": \"2024-01-01T10:00:00Z\"}]";
    use std::io::Write;
    let mut stream = std::net::TcpStream::connect(daemon.address).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    drop(stream);
    assert_unharmed(&home, &daemon, 0);
}

/// Runs `attnd serve` where it cannot start; returns the error it answers.
fn refused_start(home: &Home, mut command: Command) -> Value {
    home.confine(&mut command);
    let start = Instant::now();
    let output = command.stderr(std::process::Stdio::piped()).output().unwrap();
    assert!(start.elapsed() < PATIENCE && !output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(!text.contains("panicked"), "{text}");
    text.lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find(|line| line["code"].is_string())
        .or_else(|| serde_json::from_slice(&output.stdout).ok())
        .unwrap_or_else(|| panic!("no error in JSON: {text}"))
}

#[test]
fn a_port_in_use_is_named_with_what_to_do() {
    let home = Home::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let error = refused_start(&home, home.serve_command(&["--port", &port]));
    assert_eq!(error["code"], "port_in_use", "{error}");
}

#[test]
fn a_data_directory_in_use_is_refused_and_the_first_daemon_goes_on() {
    let home = Home::new();
    let daemon = serve(&home);
    let error = refused_start(&home, home.serve_command(&[]));
    assert_eq!(error["code"], "data_dir_in_use", "{error}");
    assert_unharmed(&home, &daemon, 0);
}

/// Starts the daemon on a file system of its own, mounted with these options.
fn on_mount(home: &Home, options: &str) -> Command {
    std::fs::create_dir_all(home.data()).unwrap();
    let serve = home.serve_command(&[]);
    let mut command = Command::new("unshare");
    let script = format!("mount -t tmpfs -o {options} attnd \"$0\" && exec \"$@\"");
    command.args(["--map-root-user", "--mount", "sh", "-c", &script]);
    command.arg(home.data()).arg(serve.get_program()).args(serve.get_args());
    command
}

#[test]
fn a_read_only_or_full_data_directory_is_refused() {
    let home = Home::new();
    let error = refused_start(&home, on_mount(&home, "ro,mode=0700"));
    assert_eq!(error["code"], "data_dir_read_only", "{error}");
    let error = refused_start(&home, on_mount(&home, "size=8k,mode=0700"));
    assert_eq!(error["code"], "storage_full", "{error}");
}

/// Runs Python's own SQLite on the daemon's database, which must be stopped.
fn sqlite(home: &Home, statement: &str) -> String {
    let script = "import pathlib, sqlite3, sys\n\
        [file] = [f for f in pathlib.Path(sys.argv[1]).glob('*') if f.is_file() and f.open('rb').read(15) == b'SQLite format 3']\n\
        c = sqlite3.connect(file)\nprint(c.execute(sys.argv[2]).fetchone())\nc.commit()\nc.close()\n";
    succeed(Command::new("python3").args(["-c", script]).arg(home.data()).arg(statement))
}

#[test]
fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let home = Home::new();
    assert!(serve(&home).stop().success());
    sqlite(&home, "pragma user_version = 1000000");
    let error = refused_start(&home, home.serve_command(&[]));
    assert_eq!(error["code"], "data_newer", "{error}");
    assert_eq!(sqlite(&home, "pragma user_version"), "(1000000,)\n");
}

#[test]
fn a_damaged_database_is_never_served_as_whole_and_never_thrown_away() {
    let home = Home::new();
    let daemon = serve(&home);
    assert_eq!(daemon.send(&Call::new("POST", "/api/0/import").json(export_of(3_000))).status, 200);
    assert!(daemon.stop().success());
    let database = std::fs::read_dir(home.data())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .find(|path| std::fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"SQLite format 3")))
        .expect("the data directory holds a database");
    let mut bytes = std::fs::read(&database).unwrap();
    for (index, byte) in bytes.iter_mut().enumerate().skip(4_096) {
        if index % 7 < 5 {
            *byte ^= 0x5a;
        }
    }
    std::fs::write(&database, &bytes).unwrap();
    let error = refused_start(&home, home.serve_command(&[]));
    assert_eq!(error["code"], "data_corrupt", "{error}");
    // The damaged file is still there, under its own or another name.
    let kept = std::fs::read_dir(home.data())
        .unwrap()
        .any(|entry| std::fs::read(entry.unwrap().path()).is_ok_and(|found| found == bytes));
    assert!(kept, "the damaged file is gone");
}

#[test]
fn wrong_configuration_is_named_by_its_line() {
    let home = Home::new();
    let config = home.path().join("config.toml");
    std::fs::write(&config, "port = 5600\nprot = 1\n").unwrap();
    let error = refused_start(&home, home.serve_command(&["--config", config.to_str().unwrap()]));
    assert_eq!(error["code"], "invalid_config", "{error}");
    assert!(error.to_string().contains("line 2"), "{error}");
    let error = refused_start(&home, home.serve_command(&["--address", "0.0.0.0"]));
    assert!(error["code"].is_string(), "{error}");
}
