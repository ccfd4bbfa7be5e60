//! Which pages are there, and what do they share? A page is one folder or file here with its
//! `routes`, one line in [`routes`], one file of texts, and, if people go there by themselves, one
//! line in [`shell::PLACES`].
//!
//! Pages are made of values: what the engine says goes in, HTML comes out, so that every state of
//! a page can be looked at and tested without a server. Titles, names and addresses that come from
//! outside reach HTML only through the templates' escaping.

mod activities;
mod asset;
mod change;
mod estimate;
mod flow;
mod form;
mod graph;
pub(crate) mod locale;
mod model;
mod problem;
pub(crate) mod sentence;
mod settings;
mod shell;
pub(crate) mod text;
mod today;
mod visitor;

#[cfg(test)]
mod contrast;

use std::convert::Infallible;

use attnd_core::{ErrorCode, Problem};
use attnd_engine::{Access, Need};
use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT, CONTENT_TYPE, SET_COOKIE, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use tower_http::compression::CompressionLayer;

use crate::AppState;
use crate::guard::Caller;
pub(crate) use change::LastChange;
use visitor::Visitor;

/// Every page, and what pages load. Except for what they load, each asks for its [`Guest`] and
/// says what it needs of them.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .merge(today::routes())
        .merge(flow::routes())
        .merge(activities::routes())
        .merge(model::routes())
        .merge(settings::routes())
        .merge(change::routes())
        .route("/assets/{file}", get(asset::serve))
        .layer(CompressionLayer::new().gzip(true))
}

/// Where no page is: a page that says so, for who reads pages.
pub(crate) async fn missing(visitor: Visitor, headers: HeaderMap) -> Response {
    if reads_pages(&headers) {
        Failed(visitor, Problem::new(ErrorCode::NotFound, "")).into_response()
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

/// Whether the answer is for a person's eyes. Programs that take anything get JSON.
pub(crate) fn reads_pages(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// Who asks for a page: how they want it set, and what they may see and do.
struct Guest {
    visitor: Visitor,
    access: Result<Access, Problem>,
}

/// A page that could not be made, and for whom.
pub(crate) struct Failed(Visitor, Problem);

/// A page.
struct Html(Visitor, String);

impl Guest {
    /// The caller, if they may do what the page needs; else the page that says what to do.
    fn may(self, need: &Need) -> Result<(Visitor, Access), Failed> {
        match self.access.and_then(|access| access.require(need).map(|()| access)) {
            Ok(access) => Ok((self.visitor, access)),
            Err(problem) => Err(Failed(self.visitor, problem)),
        }
    }
}

impl FromRequestParts<AppState> for Guest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let visitor = Visitor::of(&parts.headers, parts.uri.query().unwrap_or_default());
        let caller = <Caller as FromRequestParts<AppState>>::from_request_parts(parts, state).await;
        let access = caller.map(|Caller(access)| access).map_err(|failure| Problem::new(failure.code(), ""));
        Ok(Self { visitor, access })
    }
}

impl IntoResponse for Html {
    fn into_response(self) -> Response {
        let Self(visitor, html) = self;
        let mut response = html.into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(VARY, HeaderValue::from_static("Accept-Language, Cookie"));
        for cookie in visitor.cookies {
            headers.append(SET_COOKIE, cookie);
        }
        response
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let Self(visitor, problem) = self;
        let info = problem.code.info();
        let status = StatusCode::from_u16(info.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if status.is_server_error() {
            tracing::error!(code = info.code, status = info.status, detail = problem.detail, "a page failed");
        }
        match problem::html(&problem, &visitor) {
            Ok(html) => (status, Html(visitor, html)).into_response(),
            Err(_) => status.into_response(),
        }
    }
}

/// Writes a page, or the page that says why not.
fn written(visitor: Visitor, html: askama::Result<String>) -> Result<Response, Failed> {
    match html {
        Ok(html) => Ok(Html(visitor, html).into_response()),
        Err(error) => {
            Err(Failed(visitor, Problem::new(ErrorCode::Internal, format!("a template failed: {error}"))))
        }
    }
}

/// Back to a page after a form: the answer to a POST is never what a reload sends again.
fn back_to(path: &str) -> Response {
    Redirect::to(path).into_response()
}
