//! What has the server done so far? Counters in Prometheus' text format, on an address of their
//! own; no label ever holds an id or a title.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::answer::Failure;
use crate::guard::host;
use crate::{AppState, answer};

/// Answers by the first digit of their status.
#[derive(Default)]
pub(crate) struct Counters {
    answers: [AtomicU64; 5],
    connections: AtomicU64,
    requests: AtomicU64,
}

impl Counters {
    /// The number of a request: 0, 1, 2, … since the server began to listen.
    pub(crate) fn request(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed)
    }

    /// Counts an answer.
    pub(crate) fn count(&self, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        self.answers[class].fetch_add(1, Ordering::Relaxed);
    }

    /// Counts an accepted connection.
    pub(crate) fn connection(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }

    fn text(&self, uptime_s: f64) -> String {
        let mut text = String::from(
            "# HELP attnd_http_answers_total Answers by class of status.\n# TYPE attnd_http_answers_total counter\n",
        );
        for (class, count) in self.answers.iter().enumerate() {
            let count = count.load(Ordering::Relaxed);
            let _ = writeln!(text, "attnd_http_answers_total{{class=\"{}xx\"}} {count}", class + 1);
        }
        let connections = self.connections.load(Ordering::Relaxed);
        let _ = write!(
            text,
            "# HELP attnd_http_connections_total Connections accepted.\n# TYPE attnd_http_connections_total counter\n\
             attnd_http_connections_total {connections}\n\
             # HELP attnd_uptime_seconds Time since the server began to listen.\n# TYPE attnd_uptime_seconds gauge\n\
             attnd_uptime_seconds {uptime_s:.3}\n"
        );
        text
    }
}

/// The metrics' own little server.
pub(crate) fn router(state: AppState) -> Router {
    Router::new().route("/metrics", get(metrics)).with_state(state)
}

async fn metrics(State(state): State<AppState>, request: Request) -> Response {
    if let Err(problem) = host::check(&state.site.names, &request) {
        let mut response = Failure::from(problem).into_response();
        answer::render(&mut response, answer::Language::of(request.headers()));
        return response;
    }
    let uptime_s = state.engine.clock().now().since(state.site.started).as_s_f64();
    let text = state.site.counters.text(uptime_s);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_class() {
        let counters = Counters::default();
        counters.count(StatusCode::OK);
        counters.count(StatusCode::NOT_MODIFIED);
        counters.count(StatusCode::OK);
        counters.connection();
        let text = counters.text(1.5);
        assert!(text.contains("attnd_http_answers_total{class=\"2xx\"} 2\n"), "{text}");
        assert!(text.contains("attnd_http_answers_total{class=\"3xx\"} 1\n"), "{text}");
        assert!(text.ends_with("attnd_uptime_seconds 1.500\n"), "{text}");
    }
}
