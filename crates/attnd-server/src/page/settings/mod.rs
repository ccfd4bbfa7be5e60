//! Settings: what is recorded, how long is it kept, and who may see it? The addresses of the page
//! and of its forms, one file of handlers for each sort of thing.
//!
//! A form that is refused comes back as it was typed, with the reason beside its field. The
//! fragment in a form's address (`/settings/tokens#tokens`) brings the browser back to its section.

mod access;
mod categories;
mod category;
mod data;
mod privacy;
mod questions;
mod retention;
mod tree;
mod view;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use attnd_core::Problem;
use attnd_engine::{Access, Need};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::AppState;
use crate::page::change::{Before, Change, Said};
use crate::page::form::Fields;
use crate::page::visitor::Visitor;
use crate::page::{Failed, Guest, back_to, written};
use view::{Sample, Settings};

pub(crate) use category::{is_uncategorised, pattern_fault, places};
pub(crate) use tree::{TreeRow, tree};
pub(crate) use view::{change_words, named_path};

/// The page's addresses. Every change asks for the person themself, and is a POST, which the guard
/// takes from our own origin alone.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/settings", get(present))
        .merge(categories::routes())
        .merge(privacy::routes())
        .merge(questions::routes())
        .merge(retention::routes())
        .merge(access::routes())
        .merge(data::routes())
}

/// A form that was not accepted.
struct Refused {
    /// The form.
    form: &'static str,
    /// The field to mend.
    field: &'static str,
    /// What is wrong and what to do, in the visitor's language.
    words: String,
    /// What was typed.
    typed: Fields,
}

/// What the page shows beside what is set.
#[derive(Default)]
struct Shown {
    refused: Option<Refused>,
    sample: Option<Sample>,
    change: Option<Arc<Change>>,
}

async fn present(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Read)?;
    let change = state.site.changes.find(access.person(), fields.text("done"));
    show(&state, visitor, &access, Shown { change, ..Shown::default() }).await
}

/// The page. With a refused form its status says that nothing was changed.
async fn show(state: &AppState, visitor: Visitor, access: &Access, shown: Shown) -> Result<Response, Failed> {
    let engine = &state.engine;
    let person = access.person();
    let read = async {
        let (buckets, retention) = (engine.buckets(person).await?, engine.retention(person).await?);
        Ok((buckets, retention, engine.probe_settings(person).await?))
    };
    let (buckets, retention, questions) = match read.await {
        Ok(read) => read,
        Err(problem) => return Err(Failed(visitor, problem)),
    };
    let page = Settings {
        visitor: &visitor,
        now: engine.clock().now(),
        rules: &engine.category_rules(person),
        redaction: &engine.redaction_rules(person),
        retention: &retention,
        buckets: &buckets,
        consents: &engine.consents(person),
        paused_until: engine.paused_until(person),
        tokens: &engine.tokens(person),
        pairings: &engine.pairings(person),
        questions: &questions,
        shown: &shown,
    };
    let html = page.html();
    let response = written(visitor, html)?;
    Ok(if shown.refused.is_some() {
        (StatusCode::UNPROCESSABLE_ENTITY, response).into_response()
    } else {
        response
    })
}

/// The page again, with what was typed and why it was not taken.
async fn refuse(
    state: &AppState,
    visitor: Visitor,
    access: &Access,
    refused: Refused,
) -> Result<Response, Failed> {
    show(state, visitor, access, Shown { refused: Some(refused), ..Shown::default() }).await
}

/// Back to a section of the settings, saying what was changed and offering to take it back.
fn changed(
    state: &AppState,
    access: &Access,
    section: &'static str,
    said: Said,
    before: Option<Before>,
) -> Response {
    let change = Change { id: String::new(), said, before, page: "/settings".to_owned(), section };
    back_to(&state.site.changes.keep(access.person(), change))
}

/// Back to a section whose rows say themselves what was done.
fn done(visitor: Visitor, section: &str, result: Result<(), Problem>) -> Result<Response, Failed> {
    match result {
        Ok(()) => Ok(back_to(&format!("/settings#{section}"))),
        Err(problem) => Err(Failed(visitor, problem)),
    }
}
