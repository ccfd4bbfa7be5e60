//! Does the whole of it answer as it should? The router in this process, over a store in memory.

mod activities;
mod activitywatch;
mod document;
mod guard;
mod own;
mod settings;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use attnd_core::{Clock, Timestamp};
use attnd_engine::{Engine, EngineConfig, LocalProcesses};
use attnd_store::MemoryStore;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::Value;
use tokio::sync::watch;
use tower::ServiceExt;

use crate::config::{Limits, ServerConfig};
use crate::guard::peer::{Connection, Owner};
use crate::guard::{Names, Rates};
use crate::metrics::Counters;
use crate::{AppState, Site, router};

/// A clock that stands still until it is moved.
pub(super) struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_ns_saturating(self.0.load(Ordering::Relaxed))
    }
}

/// A server in this process.
pub(super) struct Server {
    pub(super) state: AppState,
    pub(super) router: Router,
    owner: Owner,
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Server {
    /// A server of the local person, with requests of their own programs.
    pub(super) fn new() -> Self {
        Self::with(LocalProcesses::Trusted, ServerConfig::default(), Owner::Own)
    }

    pub(super) fn with(local_processes: LocalProcesses, config: ServerConfig, owner: Owner) -> Self {
        let now = Timestamp::parse("2024-01-01T12:00:00Z").unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(now.ns())));
        let engine_config = EngineConfig { hostname: "laptop".into(), backup_dir: None, local_processes };
        let engine = Engine::open(Arc::new(MemoryStore::new()), clock, engine_config).unwrap();
        // Nobody stops this server: a channel whose sender is gone never tells.
        let (_, stopping) = watch::channel(false);
        let site = Site {
            port: 5600,
            names: Names::new(&config, 5600),
            reach: config.reach,
            mode: config.mode,
            started: now,
            stopping,
            rates: Rates::new(config.limits),
            counters: Counters::default(),
            changes: crate::page::LastChange::default(),
        };
        let state = AppState { engine, site: Arc::new(site) };
        Self { router: router(state.clone()), state, owner }
    }

    /// A server whose every request needs a token, and one that may do everything.
    pub(super) async fn strict() -> (Self, String) {
        let limits = Limits { failures_per_minute: 1_000, ..Limits::default() };
        let config = ServerConfig { limits, ..ServerConfig::default() };
        let server = Self::with(LocalProcesses::NeedToken, config, Owner::Own);
        let token = server.token(&["admin"], None).await;
        (server, token)
    }

    /// Makes a token with these scopes.
    pub(super) async fn token(&self, scopes: &[&str], origin: Option<&str>) -> String {
        use attnd_engine::access::{Access, Actor, NewToken, Scope};
        let engine = &self.state.engine;
        let access = Access::new(engine.local_person(), Actor::Daemon, vec![Scope::Admin]);
        let new = NewToken {
            name: "test".into(),
            scopes: scopes.iter().map(|scope| Scope::parse(scope).unwrap()).collect(),
            origin: origin.map(str::to_owned),
            lifetime: None,
        };
        engine.create_token(&access, new).await.unwrap().secret
    }

    /// Sends `METHOD /path` with headers and a body.
    pub(super) async fn send(&self, line: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let (method, path) = line.split_once(' ').unwrap();
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            request = request.header(header::HOST, "localhost:5600");
        }
        for (name, value) in headers.iter().filter(|(_, value)| *value != ABSENT) {
            request = request.header(*name, *value);
        }
        let request = request.extension(Connection::of(self.owner)).body(body.into()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.into()).unwrap(),
        }
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path}"), &[], Body::empty()).await
    }

    pub(super) async fn delete(&self, path: &str) -> Answer {
        self.send(&format!("DELETE {path}"), &[], Body::empty()).await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(&format!("POST {path}"), &[JSON], body.to_string()).await
    }

    pub(super) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(&format!("PUT {path}"), &[JSON], body.to_string()).await
    }

    /// Makes a bucket of windows.
    pub(super) async fn bucket(&self, id: &str) {
        let body = serde_json::json!({"client": "test", "type": "currentwindow", "hostname": "laptop"});
        let answer = self.post(&format!("/api/0/buckets/{id}"), &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
}

/// Stands for a header that is not sent.
pub(super) const ABSENT: &str = "\u{0}absent";

/// The content type of most bodies.
pub(super) const JSON: (&str, &str) = ("content-type", "application/json");

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(super) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}
