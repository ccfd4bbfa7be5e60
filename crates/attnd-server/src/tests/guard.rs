//! Does the guard hold, in its order?

use attnd_engine::LocalProcesses;
use axum::body::Body;
use serde_json::json;

use super::{ABSENT, JSON, Server};
use crate::config::{Limits, Reach, ServerConfig};
use crate::guard::peer::Owner;

const EXTENSION: &str = "moz-extension://4b5ee0f2-0e5f-4f2c-9a33-6c2c5d5c8d51";

#[tokio::test]
async fn each_check_comes_before_the_next() {
    let (server, token) = Server::strict().await;
    let bearer = format!("Bearer {token}");
    let large = (11 << 20).to_string();
    // Everything is wrong at first; each line mends what the line before was refused for.
    let wrong = [
        ("host", "evil.example"),
        ("origin", "https://evil.example"),
        ("authorization", "Bearer wrong"),
        ("content-length", large.as_str()),
        ("content-type", "text/plain"),
    ];
    let right = [
        ("host", "localhost"),
        ("origin", ABSENT),
        ("authorization", bearer.as_str()),
        ("content-length", "2"),
        ("content-type", "application/json"),
    ];
    let mut headers = wrong;
    let expected =
        ["host_invalid", "origin_refused", "unauthorized", "body_too_large", "unsupported_media_type"];
    for (step, code) in expected.into_iter().enumerate() {
        let answer = server.send("POST /api/0/settings/x", &headers, "{}").await;
        assert_eq!(answer.code(), code, "step {step}");
        headers[step] = right[step];
    }
    assert_eq!(server.send("POST /api/0/settings/x", &headers, "{}").await.status, 201);
}

#[tokio::test]
async fn every_failure_tells_its_own_id() {
    let server = Server::new();
    let mut ids = Vec::new();
    for _ in 0..2 {
        let failure = server.send("GET /nothing", &[("host", "localhost")], "").await;
        ids.extend(failure.header("x-request-id").map(str::to_owned));
    }
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1]);
    let success = server.send("GET /api/0/info", &[("host", "localhost")], "").await;
    assert_eq!(success.status, 200);
    assert_eq!(success.header("x-request-id"), None);
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let server = Server::new();
    for (line, host) in
        [("GET /api/0/info", "localhost"), ("GET /nothing", "localhost"), ("GET /", "evil.example")]
    {
        let answer = server.send(line, &[("host", host)], "").await;
        assert_eq!(
            answer.header("content-security-policy"),
            Some(crate::guard::headers::CONTENT_SECURITY_POLICY)
        );
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"));
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{line}");
    }
}

#[tokio::test]
async fn foreign_pages_read_and_write_nothing() {
    let server = Server::new();
    for origin in [
        "https://evil.example",
        "null",
        "http://localhost:5601",
        "http://127.0.0.1",
        "https://localhost:5600",
        "moz-extension://*",
    ] {
        for line in ["GET /api/0/info", "GET /api/0/buckets/", "OPTIONS /api/0/buckets/b", "GET /"] {
            let answer =
                server.send(line, &[("origin", origin), ("access-control-request-method", "POST")], "").await;
            assert_eq!(
                (answer.status.as_u16(), answer.code().as_str()),
                (403, "origin_refused"),
                "{line} {origin}"
            );
            assert_eq!(answer.header("access-control-allow-origin"), None, "{line} {origin}");
        }
    }
    for site in ["cross-site", "same-site"] {
        let answer = server.send("POST /api/0/settings/x", &[JSON, ("sec-fetch-site", site)], "1").await;
        assert_eq!(answer.code(), "origin_refused", "{site}");
    }
}

#[tokio::test]
async fn a_browser_is_nobody_until_it_signs_in() {
    let server = Server::new();
    for origin in ["http://127.0.0.1:5600", "http://localhost:5600", "http://[::1]:5600"] {
        let answer = server.send("GET /api/0/buckets/", &[("origin", origin)], "").await;
        assert_eq!(answer.code(), "unauthorized", "{origin}");
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
    }
    let browser = ("sec-fetch-site", "same-origin");
    assert_eq!(server.send("GET /api/0/buckets/", &[browser], "").await.status, 401);
    let code = server.post("/api/v1/sign-in-codes", &json!({})).await;
    assert_eq!(code.status, 201);
    let path = code.json()["path"].as_str().unwrap().to_owned();
    let signed_in = server.send(&format!("GET {path}"), &[("sec-fetch-site", "none")], "").await;
    assert_eq!((signed_in.status.as_u16(), signed_in.header("location")), (303, Some("/")));
    let cookie = signed_in.header("set-cookie").unwrap().to_owned();
    assert!(
        cookie.starts_with("attnd_session=") && cookie.contains("; HttpOnly; SameSite=Strict; Path=/;"),
        "{cookie}"
    );
    let session = cookie.split(';').next().unwrap();
    assert_eq!(server.send("GET /api/0/buckets/", &[browser, ("cookie", session)], "").await.status, 200);
    assert_eq!(
        server.send(&format!("GET {path}"), &[browser], "").await.code(),
        "unauthorized",
        "a code works once"
    );
    assert_eq!(
        server.send("GET /api/0/buckets/", &[browser, ("cookie", "attnd_session=x")], "").await.status,
        401
    );
}

#[tokio::test]
async fn another_users_process_has_no_use_for_a_stolen_cookie() {
    let server = Server::new();
    let code = server.state.engine.sign_in_code().unwrap();
    let session = server.state.engine.sign_in(&code).await.unwrap().secret;
    let cookie = format!("attnd_session={session}");
    assert_eq!(server.send("GET /api/0/buckets/", &[("cookie", &cookie)], "").await.status, 200);
    let thief = Server { state: server.state.clone(), router: server.router.clone(), owner: Owner::Foreign };
    assert_eq!(thief.send("GET /api/0/buckets/", &[("cookie", &cookie)], "").await.status, 401);
    assert_eq!(thief.get("/api/0/buckets/").await.status, 401);
    assert_eq!(thief.get("/api/0/info").await.status, 200);
}

#[tokio::test]
async fn where_nobody_can_tell_whose_program_it_is_only_appends_are_open() {
    let server = Server::with(LocalProcesses::Trusted, ServerConfig::default(), Owner::Unknown);
    let event = json!({"timestamp": "2024-01-01T10:00:00Z", "data": {}});
    server.bucket("b").await;
    assert_eq!(server.get("/api/0/info").await.status, 200);
    let unasked = server.post("/api/0/buckets/b/heartbeat?pulsetime=1", &event).await;
    assert_eq!(unasked.code(), "no_consent", "nobody knows yet whether the person started it");
    let person = format!("Bearer {}", server.token(&["admin"], None).await);
    let consent = server
        .send("PUT /api/v1/consents/b", &[JSON, ("authorization", &person)], r#"{"state":"given"}"#)
        .await;
    assert_eq!(consent.status, 200, "{}", consent.text);
    assert_eq!(server.post("/api/0/buckets/b/heartbeat?pulsetime=1", &event).await.status, 200);
    assert_eq!(server.post("/api/0/buckets/b/events", &event).await.status, 200);
    let replacing = json!({"id": 1, "timestamp": "2024-01-01T10:00:00Z", "data": {"forged": true}});
    assert_eq!(server.post("/api/0/buckets/b/events", &replacing).await.code(), "unauthorized");
    for path in ["/api/0/buckets/", "/api/0/buckets/b/events", "/api/0/export", "/api/v1/audit"] {
        assert_eq!(server.get(path).await.code(), "unauthorized", "{path}");
    }
    assert_eq!(server.delete("/api/0/buckets/b").await.status, 401);
    let strict = Server::with(LocalProcesses::NeedToken, ServerConfig::default(), Owner::Unknown);
    let body = json!({"client": "c", "type": "t", "hostname": "h"});
    assert_eq!(strict.post("/api/0/buckets/b", &body).await.status, 401, "one setting closes appends too");
}

#[tokio::test]
async fn behind_a_proxy_everybody_needs_a_token() {
    let config = ServerConfig { reach: Reach::BehindProxy, ..ServerConfig::default() };
    let server = Server::with(LocalProcesses::Trusted, config, Owner::Own);
    assert_eq!(server.get("/api/0/buckets/").await.status, 401);
    let token = format!("Bearer {}", server.token(&["read:self"], None).await);
    assert_eq!(server.send("GET /api/0/buckets/", &[("authorization", &token)], "").await.status, 200);
}

#[tokio::test]
async fn wrong_tokens_are_answered_ten_times_a_minute() {
    let server = Server::new();
    let wrong = [("authorization", "Bearer wrong")];
    for _ in 0..10 {
        assert_eq!(server.send("GET /api/0/buckets/", &wrong, "").await.code(), "unauthorized");
    }
    let answer = server.send("GET /api/0/buckets/", &wrong, "").await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (429, "rate_limited"));
    assert_eq!(answer.header("retry-after"), Some("6"));
    assert_eq!(server.get("/api/0/buckets/").await.status, 200, "the person's own programs do not suffer");
}

#[tokio::test]
async fn one_token_cannot_starve_the_others() {
    let limits = Limits { requests_per_s: 1, ..Limits::default() };
    let server =
        Server::with(LocalProcesses::Trusted, ServerConfig { limits, ..ServerConfig::default() }, Owner::Own);
    let token = format!("Bearer {}", server.token(&["read:self"], None).await);
    let read =
        async || server.send("GET /api/0/settings", &[("authorization", &token)], "").await.status.as_u16();
    assert_eq!([read().await, read().await, read().await], [200, 200, 429]);
}

#[tokio::test]
async fn an_extension_asks_is_approved_and_sends() {
    let server = Server::new();
    let origin = ("origin", EXTENSION);
    let info = server.send("GET /api/0/info", &[origin], "").await;
    assert_eq!((info.status.as_u16(), info.code().as_str()), (403, "origin_refused"));
    assert!(info.json()["detail"].as_str().is_some_and(|detail| detail.contains("approve")), "{}", info.text);
    assert_eq!(info.header("access-control-allow-origin"), None);
    let body =
        json!({"client": "aw-client-web", "type": "web.tab.current", "hostname": "laptop"}).to_string();
    let preflight = [
        origin,
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type"),
    ];
    assert_eq!(server.send("OPTIONS /api/0/buckets/web", &preflight, "").await.status, 403);
    let pairings = server.get("/api/v1/pairings").await.json();
    assert_eq!(pairings.as_array().map(Vec::len), Some(1), "the same wish, made precise: {pairings}");
    assert_eq!((&pairings[0]["bucket"], &pairings[0]["state"]), (&json!("web"), &json!("pending")));
    let id = pairings[0]["id"].as_str().unwrap();
    let answer = server.post(&format!("/api/v1/pairings/{id}/answer"), &json!({"answer": "approve"})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);

    let allowed = server.send("OPTIONS /api/0/buckets/web", &preflight, "").await;
    assert_eq!(allowed.status, 204);
    assert_eq!(allowed.header("access-control-allow-origin"), Some(EXTENSION));
    assert!(allowed.header("access-control-allow-methods").is_some_and(|methods| methods.contains("POST")));
    assert!(
        allowed
            .header("access-control-allow-headers")
            .is_some_and(|headers| headers.contains("content-type"))
    );
    let made = server.send("POST /api/0/buckets/web", &[origin, JSON], body.clone()).await;
    assert_eq!((made.status.as_u16(), made.header("access-control-allow-origin")), (200, Some(EXTENSION)));
    let beat =
        json!({"timestamp": "2024-01-01T10:00:00Z", "data": {"url": "https://example.org/"}}).to_string();
    let sent =
        server.send("POST /api/0/buckets/web/heartbeat?pulsetime=80", &[origin, JSON], beat.clone()).await;
    assert_eq!(sent.status, 200, "{}", sent.text);
    assert_eq!(server.send("GET /api/0/info", &[origin], "").await.status, 200);

    // No more than that: not reading, not another bucket, not another extension.
    assert_eq!(server.send("GET /api/0/buckets/", &[origin], "").await.code(), "wrong_scope");
    assert_eq!(server.send("GET /api/0/export", &[origin], "").await.code(), "wrong_scope");
    // Nor by the cookie of the person's own session, which a browser may send along.
    let code = server.state.engine.sign_in_code().unwrap();
    let cookie = format!("attnd_session={}", server.state.engine.sign_in(&code).await.unwrap().secret);
    let with_cookie = [origin, ("cookie", cookie.as_str())];
    assert_eq!(server.send("GET /api/0/export", &with_cookie, "").await.code(), "wrong_scope");
    assert_eq!(server.send("GET /api/v1/tokens", &with_cookie, "").await.code(), "wrong_scope");
    server.bucket("other").await;
    let other =
        server.send("POST /api/0/buckets/other/heartbeat?pulsetime=80", &[origin, JSON], beat.clone()).await;
    assert_eq!(other.code(), "origin_refused");
    let twin = ("origin", "moz-extension://4b5ee0f2-0e5f-4f2c-9a33-6c2c5d5c8d52");
    let twin = server.send("POST /api/0/buckets/web/heartbeat?pulsetime=80", &[twin, JSON], beat).await;
    assert_eq!((twin.status.as_u16(), twin.code().as_str()), (403, "origin_refused"));
}

#[tokio::test]
async fn an_extension_that_holds_a_token_collects_it_once() {
    let server = Server::new();
    let origin = ("origin", EXTENSION);
    let asked =
        server.send("POST /api/v1/pairings", &[origin, JSON], json!({"bucket": "web"}).to_string()).await;
    assert_eq!(
        (asked.status.as_u16(), asked.header("access-control-allow-origin")),
        (202, Some(EXTENSION)),
        "{}",
        asked.text
    );
    let id = asked.json()["id"].as_str().unwrap().to_owned();
    let collect =
        async || server.send(&format!("GET /api/v1/pairings/{id}/token"), &[origin], "").await.json();
    assert_eq!(collect().await["state"], "pending");
    server.post(&format!("/api/v1/pairings/{id}/answer"), &json!({"answer": "approve"})).await;
    let token = collect().await["token"].as_str().unwrap().to_owned();
    assert_eq!(collect().await.get("token"), None, "only once");
    let bearer = format!("Bearer {token}");
    let body = json!({"client": "c", "type": "web.tab.current", "hostname": "h"}).to_string();
    let headers = [origin, JSON, ("authorization", bearer.as_str())];
    assert_eq!(server.send("POST /api/0/buckets/web", &headers, body.clone()).await.status, 200);
    let stolen = [("origin", "http://localhost:5600"), JSON, ("authorization", bearer.as_str())];
    assert_eq!(server.send("POST /api/0/buckets/web", &stolen, body).await.code(), "origin_refused");
    let program = server.post("/api/v1/pairings", &json!({"bucket": "web"})).await;
    assert_eq!(program.code(), "invalid_parameter", "a program has no origin");
}

#[tokio::test]
async fn strangers_reach_nothing_but_the_way_to_ask() {
    let server = Server::new();
    let origin = ("origin", EXTENSION);
    for line in [
        "GET /",
        "GET /nothing",
        "GET /api/0/buckets/",
        "GET /api/v1/openapi.json",
        "DELETE /api/0/buckets/b",
        "GET /healthz",
    ] {
        let answer = server.send(line, &[origin], "").await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "origin_refused"), "{line}");
    }
    assert_eq!(server.get("/api/v1/pairings").await.json(), json!([]), "none of that is a wish");
}

#[tokio::test]
async fn odd_spellings_are_other_addresses() {
    let (server, _) = Server::strict().await;
    for path in [
        "//api/0/buckets/",
        "/%61pi/0/buckets/",
        "/api/0//buckets/",
        "/API/0/buckets/",
        "/api/0/%62uckets/",
        "/./api/0/buckets/",
    ] {
        let answer = server.get(path).await;
        assert!(matches!(answer.status.as_u16(), 401 | 404), "{path}: {}", answer.status);
    }
    assert_eq!(server.get("/api/0/buckets/%ff").await.code(), "invalid_parameter");
}

#[tokio::test]
async fn bodies_beyond_the_limit_are_refused_as_they_arrive() {
    let server = Server::new();
    // No Content-Length: the size shows only while reading.
    let piece = bytes::Bytes::from(vec![b' '; 1 << 20]);
    let pieces = futures_util::stream::iter((0..12).map(move |_| Ok::<_, std::io::Error>(piece.clone())));
    let answer = server.send("POST /api/0/settings/x", &[JSON], Body::from_stream(pieces)).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (413, "body_too_large"));
}
