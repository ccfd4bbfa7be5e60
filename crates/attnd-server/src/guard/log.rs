//! Which request is a line of the log about? Each has an id; a failure tells it to its client too, so
//! that what a person reports can be found. Never an address's variable parts, bodies or tokens.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::response::Response;

use crate::Site;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the log will say of a request once it is answered.
pub(super) struct Entry {
    /// When the server began to listen, and the number of the request since: unique over restarts.
    id: (i64, u64),
    method: Method,
    route: Option<MatchedPath>,
    begun: Instant,
}

impl Entry {
    pub(super) fn of(site: &Site, request: &Request) -> Self {
        Self {
            id: (site.started.ns() / attnd_core::time::NS_PER_S, site.counters.request()),
            method: request.method().clone(),
            route: request.extensions().get().cloned(),
            begun: Instant::now(),
        }
    }

    /// Finishes a failure's answer with `render`, whose lines carry the id, and logs the request.
    pub(super) fn answered(self, response: &mut Response, render: impl FnOnce(&mut Response)) {
        let status = response.status();
        let id = || format!("{:x}-{:x}", self.id.0, self.id.1);
        if status.is_client_error() || status.is_server_error() {
            let id = id();
            tracing::error_span!("request", id).in_scope(|| render(response));
            if let Ok(id) = HeaderValue::from_str(&id) {
                response.headers_mut().insert(REQUEST_ID, id);
            }
        }
        tracing::debug!(
            id = id(),
            method = self.method.as_str(),
            route = self.route.as_ref().map_or("–", MatchedPath::as_str),
            status = status.as_u16(),
            took_ms = self.begun.elapsed().as_secs_f64() * 1e3,
            "answered"
        );
    }
}
