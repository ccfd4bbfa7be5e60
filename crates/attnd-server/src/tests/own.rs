//! Does attnd's own interface do what its document says?

use serde_json::{Value, json};

use super::{JSON, Server};

#[tokio::test]
async fn tokens_are_made_listed_and_revoked() {
    let server = Server::new();
    let made =
        server.post("/api/v1/tokens", &json!({"name": "cli", "scopes": ["read:self"], "days": null})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let (id, secret) = (made.json()["id"].clone(), made.json()["secret"].clone());
    let list = server.get("/api/v1/tokens").await;
    assert_eq!(list.json()[0]["id"], id);
    assert!(!list.text.contains(secret.as_str().unwrap()) && !list.text.contains("digest"), "{}", list.text);
    let bearer = format!("Bearer {}", secret.as_str().unwrap());
    let headers = [("authorization", bearer.as_str())];
    assert_eq!(server.send("GET /api/0/settings", &headers, "").await.status, 200);
    assert_eq!(server.send("GET /api/v1/tokens", &headers, "").await.code(), "wrong_scope");
    let path = format!("/api/v1/tokens/{}", id.as_str().unwrap());
    assert_eq!(server.delete(&path).await.status, 200);
    assert_eq!(server.send("GET /api/0/settings", &headers, "").await.code(), "unauthorized");
    assert_eq!(server.delete(&path).await.code(), "not_found");
}

#[tokio::test]
async fn withdrawn_consent_stops_a_source_at_once() {
    let server = Server::new();
    server.bucket("b").await;
    let beat = json!({"timestamp": "2024-01-01T10:00:00Z", "data": {}});
    assert_eq!(server.post("/api/0/buckets/b/heartbeat?pulsetime=1", &beat).await.status, 200);
    assert_eq!(server.put("/api/v1/consents/b", &json!({"state": "withdrawn"})).await.status, 200);
    assert_eq!(server.get("/api/v1/consents").await.json()[0]["state"], "withdrawn");
    assert_eq!(server.post("/api/0/buckets/b/heartbeat?pulsetime=1", &beat).await.code(), "no_consent");
    assert_eq!(server.put("/api/v1/consents/b", &json!({"state": "given"})).await.status, 200);
    assert_eq!(server.post("/api/0/buckets/b/heartbeat?pulsetime=1", &beat).await.status, 200);
    assert_eq!(server.put("/api/v1/consents/b", &json!({"state": "maybe"})).await.code(), "invalid_body");
}

#[tokio::test]
async fn pauses_begin_and_end() {
    let server = Server::new();
    assert_eq!(server.get("/api/v1/pause").await.json(), json!({"until": null}));
    let paused = server.put("/api/v1/pause", &json!({"minutes": 30})).await;
    assert_eq!(paused.json(), json!({"until": "2024-01-01T12:30:00Z"}));
    assert_eq!(server.put("/api/v1/pause", &json!({"minutes": 0})).await.code(), "invalid_body");
    assert_eq!(server.put("/api/v1/pause", &json!([30])).await.code(), "invalid_body");
    assert_eq!(server.delete("/api/v1/pause").await.json(), json!({"until": null}));
}

#[tokio::test]
async fn retention_is_set_and_lifted() {
    let server = Server::new();
    assert_eq!(server.put("/api/v1/retention/currentwindow", &json!({"days": 90})).await.status, 200);
    assert_eq!(server.get("/api/v1/retention").await.json(), json!({"currentwindow": 90}));
    assert_eq!(server.put("/api/v1/retention/currentwindow", &json!({"days": 0})).await.status, 400);
    assert_eq!(server.delete("/api/v1/retention/currentwindow").await.status, 200);
    assert_eq!(server.get("/api/v1/retention").await.json(), json!({}));
}

#[tokio::test]
async fn redaction_rules_are_shown_set_and_applied() {
    let server = Server::new();
    let mut rules = server.get("/api/v1/redaction").await.json();
    assert_eq!(rules["addresses"], "without_query");
    rules["patterns"] = json!([{"pattern": "secret", "action": "redact"}, {"pattern": "(", "action": "drop", "bucket_prefix": "none"}]);
    server.bucket("b").await;
    server
        .post(
            "/api/0/buckets/b/events",
            &json!({"timestamp": "2024-01-01T10:00:00Z", "data": {"title": "my secret"}}),
        )
        .await;
    let set = server.put("/api/v1/redaction", &rules).await;
    assert_eq!(set.json()["problems"].as_array().map(Vec::len), Some(1), "{}", set.text);
    let report = server.send("POST /api/v1/redaction/reapply", &[], "").await;
    assert_eq!(report.json(), json!({"changed": 1, "dropped": 0}), "{}", report.text);
    let events = server.get("/api/0/buckets/b/events").await;
    assert!(!events.text.contains("secret"), "{}", events.text);
    assert_eq!(server.put("/api/v1/redaction", &json!({"adresses": "whole"})).await.code(), "invalid_body");
}

#[tokio::test]
async fn a_period_is_erased_and_the_audit_log_says_so() {
    let server = Server::new();
    server.bucket("b").await;
    for day in ["2024-01-01", "2024-01-02"] {
        let event = json!({"timestamp": format!("{day}T10:00:00Z"), "data": {}});
        assert_eq!(server.post("/api/0/buckets/b/events", &event).await.status, 200);
    }
    let body = json!({"from": "2024-01-01T00:00:00Z", "to": "2024-01-02T00:00:00Z", "buckets": ["b"]});
    assert_eq!(
        server.post("/api/v1/erasures", &body).await.json(),
        json!({"events": 1, "recordings": 0, "backups": 0})
    );
    assert_eq!(server.get("/api/0/buckets/b/events/count").await.json(), 1);
    assert_eq!(server.post("/api/v1/erasures", &json!({})).await.code(), "invalid_body");
    let audit = server.get("/api/v1/audit").await.json();
    let last = audit.as_array().unwrap().last().unwrap();
    assert_eq!((&last["action"], &last["actor"]), (&json!("erase"), &json!("local process")));
    let after = server.get(&format!("/api/v1/audit?after={}", last["sequence"])).await;
    assert_eq!(after.json(), json!([]));
}

#[tokio::test]
async fn flow_and_days_tell_where_time_went() {
    let server = Server::new();
    server.bucket("w").await;
    let events = json!([
        {"timestamp": "2024-01-01T10:00:00Z", "duration": 600, "data": {"app": "Editor", "title": "x"}},
        {"timestamp": "2024-01-01T10:10:00Z", "duration": 300, "data": {"app": "Mail", "title": "y"}},
    ]);
    assert_eq!(server.post("/api/0/buckets/w/events", &events).await.status, 200);
    let path = "/api/v1/flow?from=2024-01-01T00:00:00Z&to=2024-01-02T00:00:00Z&by=hour&tz=UTC";
    let flow = server.get(path).await.json();
    assert_eq!(flow["active_s"], 900.0, "{flow}");
    assert_eq!(flow["applications"][0], json!({"name": "Editor", "active_s": 600.0}));
    assert_eq!(flow["simulated"], false);
    let day = server.get("/api/v1/days/2024-01-01?tz=Europe/Berlin").await.json();
    assert_eq!((&day["date"], &day["from"]), (&json!("2024-01-01"), &json!("2023-12-31T23:00:00Z")));
    assert_eq!((&day["active_s"], &day["longest"]["application"]), (&json!(900.0), &json!("Editor")));
    assert_eq!(day["spans"].as_array().map(Vec::len), Some(2));
    for bad in [
        "/api/v1/flow",
        "/api/v1/flow?from=x&to=y",
        "/api/v1/days/yesterday",
        "/api/v1/days/2024-01-01?tz=Mars",
    ] {
        assert_eq!(server.get(bad).await.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn measures_have_their_units_in_their_names() {
    let server = Server::new();
    server.bucket("w").await;
    let window = |at: &str, seconds: u32, app: &str| json!({"timestamp": format!("2024-01-01T{at}Z"), "duration": seconds, "data": {"app": app, "title": "x"}});
    let events = json!([
        window("10:00:00", 1_800, "Code"),
        window("10:30:00", 120, "Thunderbird"),
        window("10:32:00", 1_680, "Code"),
    ]);
    assert_eq!(server.post("/api/0/buckets/w/events", &events).await.status, 200);
    let path = "/api/v1/measures?from=2024-01-01T00:00:00Z&to=2024-01-03T00:00:00Z&by=day&tz=UTC";
    let measures = server.get(path).await.json();
    assert_eq!(
        (&measures["active_s"], &measures["focus_s"]),
        (&json!(3_600.0), &json!(3_480.0)),
        "{measures}"
    );
    let session = &measures["sessions"][0];
    assert_eq!((&session["interruptions"], &session["focus_s"]), (&json!(1), &json!(3_480.0)));
    assert_eq!(measures["interruptions"][0]["by"], json!(["Communication", "Mail"]));
    assert_eq!(measures["interruptions"][0]["handling_s"], json!(120.0));
    assert_eq!(measures["deep_work"], json!({"min_25": 1.0, "min_60": 1.0, "min_120": 0.0}));
    let levels: Vec<_> = measures["levels"].as_array().unwrap().iter().map(|level| &level["level"]).collect();
    assert_eq!(levels, ["window", "application", "category", "work"]);
    assert_eq!(measures["steps"].as_array().map(Vec::len), Some(2), "a day with nothing is a step too");
    assert_eq!(measures["week"][0][10]["active_s"], json!(3_600.0), "1 January 2024 was a Monday");
    assert_eq!(
        server.get("/api/v1/measures?from=2024-01-02T00:00:00Z&to=2024-01-01T00:00:00Z").await.status,
        400
    );
}

#[tokio::test]
async fn reports_are_files_in_the_readers_language() {
    let server = Server::new();
    let html = server
        .send(
            "GET /api/v1/report?period=week&date=2024-02-29&tz=Asia/Tokyo",
            &[("accept-language", "zh")],
            "",
        )
        .await;
    assert_eq!(html.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(html.header("content-disposition"), Some("attachment; filename=attnd-week-2024-02-26.html"));
    assert!(html.text.contains("<html lang=\"zh-CN\"") && html.text.contains("Asia/Tokyo"), "{}", html.text);
    let markdown = server.get("/api/v1/report?period=month&format=markdown&lang=en").await;
    assert!(markdown.header("content-type").is_some_and(|kind| kind.starts_with("text/markdown")));
    assert!(markdown.text.starts_with("# Attention: January 2024"), "{}", markdown.text);
    for bad in [
        "",
        "?period=year",
        "?period=day&date=2024-02-30",
        "?period=day&tz=Mars",
        "?period=day&names=titles",
        "?period=day&lang=fr",
    ] {
        assert_eq!(server.get(&format!("/api/v1/report{bad}")).await.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn category_rules_are_the_setting_of_activitywatchs_pages() {
    let server = Server::new();
    assert!(
        server.get("/api/v1/categories").await.json()["categories"]
            .as_array()
            .is_some_and(|all| !all.is_empty())
    );
    let rules = json!([
        {"name": ["Work"], "rule": {"type": "regex", "regex": "Editor"}},
        {"name": ["Broken"], "rule": {"type": "regex", "regex": "("}},
    ]);
    let set = server.put("/api/v1/categories", &rules).await;
    assert_eq!(set.json()["problems"][0]["category"], json!(["Broken"]), "{}", set.text);
    assert_eq!(server.get("/api/0/settings/classes").await.json()[0]["name"], json!(["Work"]));
    for bad in [json!({}), json!([{"name": []}]), json!([{"name": "x"}])] {
        assert_eq!(server.put("/api/v1/categories", &bad).await.code(), "invalid_body", "{bad}");
    }
}

#[tokio::test]
async fn a_rule_is_tried_applied_and_taken_back() {
    let server = Server::new();
    server.bucket("w").await;
    let events = json!([
        {"timestamp": "2024-01-01T10:00:00Z", "duration": 600, "data": {"app": "Quill", "title": "Chapter 1"}},
        {"timestamp": "2024-01-01T10:10:00Z", "duration": 300, "data": {"app": "Code", "title": "main.rs"}},
    ]);
    assert_eq!(server.post("/api/0/buckets/w/events", &events).await.status, 200);
    let period = "from=2024-01-01T00:00:00Z&to=2024-01-02T00:00:00Z&tz=UTC";
    let suggested = server.get(&format!("/api/v1/categories/suggestions?{period}")).await.json();
    assert_eq!(suggested[0]["rule"]["regex"], "^Quill$", "{suggested}");
    assert_eq!((suggested.as_array().map(Vec::len), &suggested[0]["active_s"]), (Some(1), &json!(600.0)));
    let rule = json!({"category": ["Work", "Novel"], "application": "Quill"});
    let test = format!("/api/v1/categories/test?{period}");
    let preview = server.post(&test, &rule).await.json();
    assert_eq!((&preview["matched_s"], &preview["moved_s"]), (&json!(600.0), &json!(600.0)), "{preview}");
    assert_eq!(
        preview["moves"],
        json!([{"from": ["Uncategorized"], "to": ["Work", "Novel"], "active_s": 600.0}])
    );
    assert_eq!((&preview["samples"][0]["title"], &preview["warnings"]), (&json!("Chapter 1"), &json!([])));
    let before = server.get("/api/v1/categories").await.json();
    assert_eq!(server.post("/api/v1/categories/apply", &rule).await.status, 200);
    let flow = server.get(&format!("/api/v1/flow?{period}")).await.json();
    assert_eq!(flow["categories"][0]["path"], json!(["Work", "Novel"]), "{flow}");
    assert_eq!(server.post(&test, &rule).await.json()["moved_s"], json!(0.0));
    assert_eq!(server.send("POST /api/v1/categories/undo", &[], "").await.status, 200);
    assert_eq!(server.get("/api/v1/categories").await.json(), before);
    assert_eq!(server.send("POST /api/v1/categories/undo", &[], "").await.code(), "nothing_to_undo");
    assert_eq!(server.post("/api/v1/categories/apply", &rule).await.status, 200);
    let applied = server.get("/api/v1/categories").await.json();
    server.put("/api/v1/categories", &json!([{"name": ["Mine"]}])).await;
    // Changes by other hands are undone before it, one by one.
    assert_eq!(server.send("POST /api/v1/categories/undo", &[], "").await.status, 200);
    assert_eq!(server.get("/api/v1/categories").await.json(), applied);
    let taking = json!({"category": ["Mine"], "regex": "q|c|m"});
    assert_eq!(server.post(&test, &taking).await.json()["warnings"], json!(["matches_nearly_all"]));
    for bad in [
        json!({"regex": ".*"}),
        json!({"regex": "("}),
        json!({"regex": ""}),
        json!({}),
        json!({"title": " "}),
    ] {
        let mut bad = bad;
        bad["category"] = json!(["Mine"]);
        assert_eq!(server.post(&test, &bad).await.code(), "rule_refused", "{bad}");
        assert_eq!(server.post("/api/v1/categories/apply", &bad).await.code(), "rule_refused", "{bad}");
    }
    assert_eq!(
        server.post(&test, &json!({"category": ["Mine"], "regex": "x", "title": "y"})).await.code(),
        "invalid_body"
    );
}

#[tokio::test]
async fn everything_comes_out_as_lines() {
    let server = Server::new();
    server.bucket("b").await;
    server
        .post("/api/0/buckets/b/events", &json!({"timestamp": "2024-01-01T10:00:00Z", "data": {"n": 1}}))
        .await;
    let export = server.get("/api/v1/export.ndjson").await;
    assert_eq!(export.header("content-type"), Some("application/x-ndjson"));
    let lines: Vec<Value> = export.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["event"]["data"]["n"] == 1), "{}", export.text);
}

#[tokio::test]
async fn the_table_of_errors_and_health_are_open() {
    let (server, _) = Server::strict().await;
    let errors = server.get("/api/v1/errors").await.json();
    assert_eq!(errors.as_array().map(Vec::len), Some(attnd_core::ErrorCode::ALL.len()));
    assert_eq!(server.get("/healthz").await.json(), json!({"status": "ok"}));
    assert_eq!(server.get("/readyz").await.json(), json!({"status": "ok"}));
    assert_eq!(server.send("GET /healthz", &[("host", "evil.example")], "").await.code(), "host_invalid");
    assert_eq!(server.send("POST /healthz", &[JSON], "{}").await.code(), "method_not_allowed");
}

#[tokio::test]
async fn measures_and_timelines_tell_how_it_went() {
    let server = Server::new();
    server.bucket("w").await;
    let window = |time: &str, duration_s: u32, app: &str| json!({"timestamp": format!("2024-01-01T{time}Z"), "duration": duration_s, "data": {"app": app, "title": "x"}});
    let events = json!([
        window("09:00:00", 1_500, "Code"),
        window("09:25:00", 120, "Slack"),
        window("09:27:00", 30, "Spotify"),
        window("09:27:30", 900, "Code"),
    ]);
    assert_eq!(server.post("/api/0/buckets/w/events", &events).await.status, 200);
    let day = "from=2024-01-01T00:00:00Z&to=2024-01-02T00:00:00Z&tz=UTC";
    let measures = server.get(&format!("/api/v1/measures?{day}&by=day")).await.json();
    assert_eq!(
        (&measures["active_s"], &measures["focus_s"]),
        (&json!(2_550.0), &json!(2_400.0)),
        "{measures}"
    );
    let interruption = &measures["interruptions"][0];
    assert_eq!(interruption["by"], json!(["Communication", "Chat"]), "{measures}");
    assert_eq!((&interruption["handling_s"], &interruption["resume_lag_s"]), (&json!(120.0), &json!(30.0)));
    assert_eq!(measures["sessions"].as_array().map(Vec::len), Some(1), "{measures}");
    assert_eq!(measures["week"][0][9]["focus_s"], 2_400.0, "{measures}");
    let timeline = server.get(&format!("/api/v1/timeline?{day}&bins=24")).await.json();
    let bins = timeline["bins"].as_array().unwrap();
    assert_eq!(
        (bins.len(), &bins[9]["focus_s"], &bins[9]["interrupted_s"]),
        (24, &json!(2_400.0), &json!(150.0))
    );
    assert_eq!(timeline["spans"].as_array().map(Vec::len), Some(4));
    let week = "from=2024-01-01T00:00:00Z&to=2024-01-08T00:00:00Z";
    assert_eq!(server.get(&format!("/api/v1/timeline?{week}")).await.json()["spans"], json!([]));
    for bad in ["bins=0", "bins=2001", "bins=many", "tz=Mars"] {
        assert_eq!(server.get(&format!("/api/v1/timeline?{week}&{bad}")).await.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn activities_go_down_to_titles() {
    let server = Server::new();
    server.bucket("w").await;
    let title = "<script>alert(1)</script> - Quill";
    let events = json!([
        {"timestamp": "2024-01-01T10:00:00Z", "duration": 600, "data": {"app": "Quill", "title": title}},
        {"timestamp": "2024-01-01T10:10:00Z", "duration": 300, "data": {"app": "Code", "title": "main"}},
    ]);
    assert_eq!(server.post("/api/0/buckets/w/events", &events).await.status, 200);
    let path = "/api/v1/activities?from=2024-01-01T00:00:00Z&to=2024-01-02T00:00:00Z";
    let all = server.get(path).await.json();
    assert_eq!((&all["active_s"], &all["titles"]), (&json!(900.0), &json!([])), "{all}");
    assert_eq!(all["applications"][0], json!({"name": "Quill", "active_s": 600.0}));
    let found = server.get(&format!("{path}&search=SCRIPT")).await.json();
    assert_eq!(found["titles"][0]["title"], title, "{found}");
    let within = format!("{path}&category=%5B%22Uncategorized%22%5D&application=Quill");
    assert_eq!(server.get(&within).await.json()["titles"][0]["visits"], 1);
    let none = server.get(&format!("{path}&application=Nothing")).await.json();
    assert_eq!((&none["active_s"], &none["titles_left_out"]), (&json!(0.0), &json!(0)));
    assert_eq!(server.get(&format!("{path}&category=Work")).await.code(), "invalid_parameter");
}
