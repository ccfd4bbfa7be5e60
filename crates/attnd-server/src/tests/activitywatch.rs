//! Does each row of the ActivityWatch interface answer as its clients expect?

use axum::body::Body;
use serde_json::{Value, json};

use super::{JSON, Server};

fn event(at: &str, duration: f64, app: &str) -> Value {
    json!({"timestamp": format!("2024-01-01T{at}Z"), "duration": duration, "data": {"app": app}})
}

#[tokio::test]
async fn info_names_the_server() {
    let server = Server::new();
    let info = server.get("/api/0/info").await.json();
    assert_eq!(info["hostname"], "laptop");
    assert_eq!(info["testing"], false);
    assert!(info["version"].as_str().is_some_and(|version| version.starts_with("v0.14.0 (attnd ")), "{info}");
    assert_eq!(info["device_id"].as_str().map(str::len), Some(36));
    assert_eq!(server.get("/api/0/info/").await.json(), info, "with a slash too, and the id stays");
}

#[tokio::test]
async fn buckets_are_made_once_listed_changed_and_deleted() {
    let server = Server::new();
    let body = json!({"client": "c", "type": "t", "hostname": "!local", "unknown": 1});
    let made = server.post("/api/0/buckets/b", &body).await;
    assert_eq!((made.status.as_u16(), made.json()), (200, json!({})));
    let again = server.post("/api/0/buckets/b/", &body).await;
    assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""));
    for path in ["/api/0/buckets", "/api/0/buckets/"] {
        let buckets = server.get(path).await.json();
        assert_eq!(buckets["b"]["hostname"], "laptop", "{path}");
        assert_eq!(buckets["b"]["data"]["device_id"], server.get("/api/0/info").await.json()["device_id"]);
    }
    let bucket = server.get("/api/0/buckets/b").await.json();
    assert_eq!(bucket["id"], "b");
    assert_eq!(bucket["type"], "t");
    assert_eq!(bucket["created"], "2024-01-01T12:00:00Z");
    for key in ["name", "events", "last_updated"] {
        assert_eq!(bucket.get(key), Some(&Value::Null), "{key}");
    }
    assert_eq!(bucket["metadata"], json!({"start": null, "end": null}));
    let changed = json!({"client": "d", "type": "t2", "hostname": "h"});
    assert_eq!(server.put("/api/0/buckets/b", &changed).await.status, 200);
    assert_eq!(server.get("/api/0/buckets/b/").await.json()["type"], "t2");
    assert_eq!(server.put("/api/0/buckets/none", &changed).await.code(), "no_bucket");
    let deleted = server.delete("/api/0/buckets/b?force=1").await;
    assert_eq!((deleted.status.as_u16(), deleted.json()), (200, json!({})));
    assert_eq!(server.delete("/api/0/buckets/b").await.status, 404);
    let missing = server.get("/api/0/buckets/b").await;
    assert_eq!((missing.status.as_u16(), missing.code().as_str()), (404, "no_bucket"));
    assert!(missing.json()["message"].is_string());
}

#[tokio::test]
async fn a_bucket_without_its_fields_is_refused() {
    let server = Server::new();
    for body in [
        json!({}),
        json!({"client": "c", "type": "t"}),
        json!({"client": "c", "type": 1, "hostname": "h"}),
        json!([]),
    ] {
        let answer = server.post("/api/0/buckets/b", &body).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "invalid_body"), "{body}");
    }
    let answer = server.send("POST /api/0/buckets/b", &[JSON], "{").await;
    assert_eq!(answer.code(), "malformed_json");
    assert!(answer.json()["detail"].as_str().is_some_and(|detail| detail.contains("line 1 column 1")));
    let text = server.send("POST /api/0/buckets/b", &[("content-type", "text/plain")], "{}").await;
    assert_eq!((text.status.as_u16(), text.code().as_str()), (415, "unsupported_media_type"));
    let long = format!("/api/0/buckets/{}", "x".repeat(257));
    assert_eq!(server.get(&long).await.code(), "invalid_parameter");
}

#[tokio::test]
async fn events_come_newest_first_and_cut_to_the_time() {
    let server = Server::new();
    server.bucket("b").await;
    let inserted = server
        .post("/api/0/buckets/b/events", &json!([event("10:00:00", 60.0, "a"), event("10:02:00", 60.0, "b")]))
        .await;
    assert_eq!(inserted.status, 200, "{}", inserted.text);
    let ids: Vec<_> =
        inserted.json().as_array().unwrap().iter().map(|event| event["id"].as_i64().unwrap()).collect();
    assert_eq!(ids.len(), 2);
    let single = server.post("/api/0/buckets/b/events/", &event("10:04:00", 5.5, "c")).await;
    assert_eq!(single.json()[0]["duration"], 5.5);
    let apps = |answer: Value| -> Vec<String> {
        answer
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["data"]["app"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(apps(server.get("/api/0/buckets/b/events").await.json()), ["c", "b", "a"]);
    assert_eq!(apps(server.get("/api/0/buckets/b/events/?limit=-1").await.json()), ["c", "b", "a"]);
    assert_eq!(apps(server.get("/api/0/buckets/b/events?limit=1").await.json()), ["c"]);
    assert_eq!(apps(server.get("/api/0/buckets/b/events?limit=0").await.json()), Vec::<String>::new());
    let cut = server
        .get("/api/0/buckets/b/events?start=2024-01-01T11:00:30%2B01:00&end=2024-01-01T10:02:30Z")
        .await;
    assert_eq!(
        cut.json(),
        json!([
            {"id": ids[1], "timestamp": "2024-01-01T10:02:00Z", "duration": 30.0, "data": {"app": "b"}},
            {"id": ids[0], "timestamp": "2024-01-01T10:00:30Z", "duration": 30.0, "data": {"app": "a"}},
        ])
    );
    let lenient = server.get("/api/0/buckets/b/events?start=2024-01-01T11:00:30+01:00").await;
    assert_eq!(apps(lenient.json()), ["c", "b", "a"], "a plus nobody escaped");
    assert_eq!(
        server
            .get("/api/0/buckets/b/events?start=2024-01-02T00:00:00Z&end=2024-01-01T00:00:00Z")
            .await
            .json(),
        json!([])
    );
    for bad in [
        "start=yesterday",
        "end=2024-01-01T10:00:00",
        "limit=-2",
        "limit=x",
        "start=2024-01-01T10:00:00Z&start=2024-01-01T10:00:00Z",
    ] {
        let answer = server.get(&format!("/api/0/buckets/b/events?{bad}")).await;
        assert_eq!(answer.status, 400, "{bad}");
        assert!(matches!(answer.code().as_str(), "invalid_time" | "invalid_parameter"), "{bad}");
    }
    assert_eq!(server.get("/api/0/buckets/none/events").await.code(), "no_bucket");
}

#[tokio::test]
async fn long_answers_are_whole() {
    let server = Server::new();
    server.bucket("b").await;
    let events: Vec<_> = (0..2_500)
        .map(|n| json!({"timestamp": format!("2024-01-01T10:{:02}:{:02}.{:03}Z", n / 60, n % 60, n % 10), "data": {"n": n}}))
        .collect();
    assert_eq!(
        server.post("/api/0/buckets/b/events", &json!(events)).await.json().as_array().map(Vec::len),
        Some(2_500)
    );
    let answer = server.get("/api/0/buckets/b/events").await;
    let read = answer.json();
    assert_eq!(read.as_array().map(Vec::len), Some(2_500));
    assert_eq!((&read[0]["data"]["n"], &read[2_499]["data"]["n"]), (&json!(2_499), &json!(0)));
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn one_event_is_read_replaced_and_deleted() {
    let server = Server::new();
    server.bucket("b").await;
    let stored = server.post("/api/0/buckets/b/events", &event("10:00:00", 1.0, "a")).await.json();
    let id = &stored[0]["id"];
    let path = format!("/api/0/buckets/b/events/{id}");
    assert_eq!(server.get(&path).await.json(), stored[0]);
    let mut new = event("10:00:00", 2.0, "b");
    new["id"] = id.clone();
    assert_eq!(server.post("/api/0/buckets/b/events", &json!([new])).await.json()[0], new_with(&new));
    assert_eq!(server.get(&path).await.json()["data"]["app"], "b");
    assert_eq!(server.delete(&path).await.json(), json!({"success": 1}));
    assert_eq!(server.delete(&path).await.json(), json!({"success": 0}));
    let missing = server.get(&path).await;
    assert_eq!((missing.status.as_u16(), missing.code().as_str()), (404, "no_event"));
    assert_eq!(server.get("/api/0/buckets/b/events/x").await.code(), "invalid_parameter");
}

fn new_with(event: &Value) -> Value {
    let mut event = event.clone();
    event["timestamp"] = json!("2024-01-01T10:00:00Z");
    event
}

#[tokio::test]
async fn events_are_counted_under_every_name_of_the_time() {
    let server = Server::new();
    server.bucket("b").await;
    server
        .post("/api/0/buckets/b/events", &json!([event("10:00:00", 0.0, "a"), event("11:00:00", 0.0, "b")]))
        .await;
    let count = async |query: &str| server.get(&format!("/api/0/buckets/b/events/count{query}")).await.json();
    assert_eq!(count("").await, 2);
    assert_eq!(count("/").await, 2);
    assert_eq!(count("?start=2024-01-01T10:30:00Z").await, 1);
    assert_eq!(count("?end=2024-01-01T10:30:00Z").await, 1);
    assert_eq!(count("?starttime=2024-01-01T10:30:00Z&endtime=2024-01-01T12:00:00Z").await, 1);
    assert_eq!(count("?start=2024-01-02T00:00:00Z&end=2024-01-01T00:00:00Z").await, 0);
}

#[tokio::test]
async fn heartbeats_merge_as_in_activitywatch() {
    let server = Server::new();
    server.bucket("b").await;
    let beat = async |at: &str, app: &str| {
        let answer = server.post("/api/0/buckets/b/heartbeat?pulsetime=10", &event(at, 0.0, app)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let stored = answer.json();
        (stored["id"].as_i64().unwrap(), stored["duration"].as_f64().unwrap())
    };
    let (first, _) = beat("10:00:00", "a").await;
    assert_eq!(beat("10:00:05.123", "a").await, (first, 5.123));
    let second = beat("10:01:05", "a").await.0;
    let third = beat("10:01:06", "b").await.0;
    let old = beat("09:00:00", "b").await.0;
    let (fourth, duration) = beat("10:01:07", "b").await;
    assert_eq!(duration, 0.0);
    assert_eq!(beat("10:01:08", "b").await, (fourth, 1.0));
    let ids = std::collections::BTreeSet::from([first, second, third, old, fourth]);
    assert_eq!(ids.len(), 5);
}

#[tokio::test]
async fn bad_heartbeats_are_refused_clearly() {
    let server = Server::new();
    server.bucket("b").await;
    let path = "/api/0/buckets/b/heartbeat";
    let good = event("10:00:00", 0.0, "a");
    let answer = server.post(path, &good).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "invalid_parameter"));
    assert!(
        answer.json()["detail"].as_str().is_some_and(|detail| detail.contains("pulsetime")),
        "{}",
        answer.text
    );
    for pulse in ["-1", "NaN", "inf", "x"] {
        assert_eq!(
            server.post(&format!("{path}?pulsetime={pulse}"), &good).await.code(),
            "invalid_parameter",
            "{pulse}"
        );
    }
    for (body, code) in [
        (json!({"data": {}}), "invalid_body"),
        (json!({"timestamp": "2024-01-01T10:00:00", "data": {}}), "invalid_body"),
        (json!({"timestamp": "2024-01-01T10:00:00Z", "duration": -1, "data": {}}), "invalid_body"),
        (json!([good]), "invalid_body"),
    ] {
        assert_eq!(server.post(&format!("{path}?pulsetime=1"), &body).await.code(), code, "{body}");
    }
    assert_eq!(
        server.send(&format!("POST {path}?pulsetime=1"), &[JSON], "{\"a\":").await.code(),
        "malformed_json"
    );
    assert_eq!(server.post("/api/0/buckets/none/heartbeat?pulsetime=1", &good).await.code(), "no_bucket");
}

#[tokio::test]
async fn what_must_not_be_kept_is_taken_and_said() {
    let server = Server::new();
    server.bucket("b").await;
    let path = "/api/0/buckets/b/heartbeat?pulsetime=10";
    let secret = json!({"timestamp": "2024-01-01T11:00:00Z", "data": {"app": "KeePassXC", "title": "x"}});
    let answer = server.post(path, &secret).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("attnd-not-kept")),
        (200, Some("redacted")),
        "{}",
        answer.text
    );
    assert_eq!(answer.json()["id"], Value::Null);
    assert_eq!(server.post("/api/0/buckets/b/events", &secret).await.json(), json!([]));
    assert_eq!(server.put("/api/v1/pause", &json!({"minutes": 5})).await.status, 200);
    let answer = server.post(path, &json!({"timestamp": "2024-01-01T12:01:00Z", "data": {}})).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "paused"));
    assert_eq!(server.get("/api/0/buckets/b/events/count").await.json(), 0);
}

#[tokio::test]
async fn queries_answer_once_a_period() {
    let server = Server::new();
    server.bucket("b").await;
    server.post("/api/0/buckets/b/events", &event("10:00:00", 60.0, "a")).await;
    let periods = json!([
        "2024-01-01T00:00:00Z/2024-01-02T00:00:00Z",
        "2024-01-02T00:00:00+00:00/2024-01-03T00:00:00+00:00"
    ]);
    let lines = json!({"timeperiods": periods, "query": ["events = query_bucket(\"b\");", "RETURN = sum_durations(events);"]});
    for path in ["/api/0/query/", "/api/0/query", "/api/0/query/?name=x&cache=0"] {
        assert_eq!(server.post(path, &lines).await.json(), json!([60.0, 0.0]), "{path}");
    }
    let whole = json!({"timeperiods": periods, "query": "RETURN = query_bucket(\"b\");"});
    assert_eq!(server.post("/api/0/query/", &whole).await.json()[0][0]["data"]["app"], "a");
    let wrong = json!({"timeperiods": periods, "query": ["RETURN = nothing;"]});
    let answer = server.post("/api/0/query/", &wrong).await;
    assert_eq!(answer.status, 400);
    assert!(answer.json()["type"].as_str().is_some_and(|name| name.starts_with("Query")), "{}", answer.text);
    assert!(
        answer.json()["message"].as_str().is_some_and(|words| words.contains("nothing")),
        "{}",
        answer.text
    );
    let period = json!({"timeperiods": ["x"], "query": ["RETURN = 1;"]});
    assert_eq!(server.post("/api/0/query/", &period).await.code(), "invalid_time");
}

#[tokio::test]
async fn settings_are_kept_under_their_names() {
    let server = Server::new();
    assert_eq!(server.get("/api/0/settings").await.json(), json!({}));
    assert_eq!(server.get("/api/0/settings/theme").await.json(), Value::Null);
    assert_eq!(server.post("/api/0/settings/theme", &json!("dark")).await.status, 201);
    assert_eq!(server.post("/api/0/settings/devmode", &json!(false)).await.status, 201);
    for path in ["/api/0/settings", "/api/0/settings/"] {
        assert_eq!(server.get(path).await.json(), json!({"theme": "dark", "devmode": false}), "{path}");
    }
    assert_eq!(server.get("/api/0/settings/theme/").await.json(), "dark");
    assert_eq!(server.delete("/api/0/settings/theme").await.status, 200);
    assert_eq!(server.get("/api/0/settings/theme").await.json(), Value::Null);
    assert_eq!(server.get(&format!("/api/0/settings/{}", "k".repeat(128))).await.code(), "invalid_parameter");
}

#[tokio::test]
async fn exports_can_be_imported_again() {
    let server = Server::new();
    server.bucket("b").await;
    server
        .post("/api/0/buckets/b/events", &json!([event("10:00:00", 60.0, "a"), event("10:02:00", 60.0, "b")]))
        .await;
    let all = server.get("/api/0/export").await;
    assert_eq!(all.header("content-disposition"), Some("attachment; filename=aw-buckets-export.json"));
    assert_eq!(all.json()["buckets"]["b"]["events"].as_array().map(Vec::len), Some(2));
    let one = server.get("/api/0/buckets/b/export").await;
    assert_eq!(one.header("content-disposition"), Some("attachment; filename=aw-bucket-export_b.json"));
    assert_eq!(one.json()["buckets"]["b"]["type"], "currentwindow");
    assert_eq!(server.get("/api/0/buckets/none/export").await.code(), "no_bucket");

    let other = Server::new();
    let first = other.send("POST /api/0/import", &[JSON], all.text.clone()).await;
    assert_eq!(
        first.json(),
        json!({"buckets": 1, "events_read": 2, "events_new": 2, "problems": []}),
        "{}",
        first.text
    );
    let form = format!(
        "--x\r\nContent-Disposition: form-data; name=\"buckets.json\"; filename=\"e.json\"\r\nContent-Type: application/json\r\n\r\n{}\r\n--x--\r\n",
        all.text
    );
    let multipart = ("content-type", "multipart/form-data; boundary=x");
    let again = other.send("POST /api/0/import", &[multipart], form).await;
    assert_eq!(again.json()["events_new"], 0, "{}", again.text);
    assert_eq!(other.get("/api/0/buckets/b/events").await.json().as_array().map(Vec::len), Some(2));
    let nothing = "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n1\r\n--x--\r\n";
    assert_eq!(other.send("POST /api/0/import", &[multipart], nothing).await.code(), "invalid_import");
}

#[tokio::test]
async fn an_import_that_breaks_off_keeps_what_it_read() {
    let server = Server::new();
    let at = |n: u32| format!("{:02}:{:02}:{:02}", n / 3_600, n / 60 % 60, n % 60);
    let events: Vec<_> = (0..3_000).map(|n| event(&at(n), 1.0, "a")).collect();
    let head = r#"{"buckets":{"b":{"id":"b","type":"t","client":"c","hostname":"h","events":"#;
    let text = format!("{head}{}}}}}}}", json!(events));
    let cut = text[..text.len() * 3 / 4].to_owned();
    let answer = server.send("POST /api/0/import", &[JSON], cut).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "invalid_import"), "{}", answer.text);
    let kept = server.get("/api/0/buckets/b/events/count").await.json().as_u64().unwrap();
    assert!((1_000..3_000).contains(&kept), "{kept}");
    // The same when the connection breaks in the middle of a form.
    let pieces = [
        Ok(bytes::Bytes::from(text.clone())),
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset)),
    ];
    let broken = Body::from_stream(futures_util::stream::iter(pieces));
    assert_eq!(server.send("POST /api/0/import", &[JSON], broken).await.code(), "invalid_import");
    let whole = server.send("POST /api/0/import", &[JSON], text).await;
    assert_eq!(whole.json()["events_read"], 3_000, "{}", whole.text);
    assert_eq!(server.get("/api/0/buckets/b/events/count").await.json(), 3_000);
}

#[tokio::test]
async fn framework_rejections_are_json_too() {
    let server = Server::new();
    let missing = server.get("/api/0/nothing").await;
    assert_eq!((missing.status.as_u16(), missing.code().as_str()), (404, "not_found"));
    let method = server.send("PUT /api/0/info", &[JSON], "{}").await;
    assert_eq!((method.status.as_u16(), method.code().as_str()), (405, "method_not_allowed"));
    assert!(method.header("allow").is_some_and(|allow| allow.contains("GET")));
    let chinese = server.send("GET /api/0/buckets/none", &[("accept-language", "zh-CN")], "").await;
    assert_eq!(chinese.json()["message"], "所请求的数据桶不存在。");
}
