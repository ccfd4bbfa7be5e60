//! Today: how did attention go, and what had it? The addresses of the page and of its forms.

mod attention;
mod figure;
mod headline;
mod question;
mod state_figure;
mod states;
mod strip;
mod view;

#[cfg(test)]
mod tests;

use attnd_core::{Duration, ErrorCode, Problem, Timestamp};
use attnd_engine::Need;
use attnd_engine::pairing::PairingAnswer;
use attnd_engine::probe::ProbeDue;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use axum::routing::{get, post};
use jiff::civil::Date;

use crate::AppState;
use crate::page::visitor::Visitor;
use crate::page::{Failed, Guest, back_to, written};
pub(in crate::page) use states::Scale;
use view::{Lanes, Today};

/// The page's addresses. Forms carry what they ask for in their address and change state only by
/// POST, which the guard takes from our own origin alone.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(present))
        .route("/today", get(present))
        .route("/today/{date}", get(other))
        .route("/today/pause/{stretch}", post(pause))
        .route("/today/resume", post(resume))
        .route("/today/pairings/{id}/{answer}", post(answer))
        .merge(question::routes())
}

async fn present(State(state): State<AppState>, uri: Uri, guest: Guest) -> Result<Response, Failed> {
    show(&state, guest, None, uri.query().unwrap_or_default()).await
}

async fn other(
    State(state): State<AppState>,
    Path(date): Path<String>,
    uri: Uri,
    guest: Guest,
) -> Result<Response, Failed> {
    match date.parse::<Date>() {
        Ok(date) => show(&state, guest, Some(date), uri.query().unwrap_or_default()).await,
        Err(_) => Err(Failed(guest.visitor, Problem::new(ErrorCode::NotFound, ""))),
    }
}

async fn show(state: &AppState, guest: Guest, date: Option<Date>, query: &str) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Read)?;
    let engine = &state.engine;
    let now = engine.clock().now();
    let date = date.unwrap_or_else(|| visitor.locale.day_of(now));
    let day = match engine.day(access.person(), date, &visitor.locale.zone).await {
        Ok(day) => day,
        Err(problem) => return Err(Failed(visitor, problem)),
    };
    let is_present = date == visitor.locale.day_of(now);
    let read = async {
        let zone = &visitor.locale.zone;
        let estimates = engine.estimates(access.person(), day.range, zone).await?;
        let due = if is_present { Some(engine.probe_due(access.person(), zone).await?) } else { None };
        Ok((estimates, due))
    };
    let (estimates, due) = match read.await {
        Ok(read) => read,
        Err(problem) => return Err(Failed(visitor, problem)),
    };
    let done = query.split('&').find_map(|pair| pair.strip_prefix("done=")).unwrap_or_default();
    let change = state.site.changes.find(access.person(), done);
    let page = Today {
        visitor: &visitor,
        day: &day,
        estimates: &estimates,
        question: due.as_ref().and_then(|due| match due {
            ProbeDue::Now(probe) => Some(probe),
            ProbeDue::NotNow(_) => None,
        }),
        change: change.as_deref(),
        categories: &engine.category_rules(access.person()),
        now,
        lanes: Lanes::of_query(query),
        paused_until: engine.paused_until(access.person()),
        pairings: &engine.pairings(access.person()),
    };
    let html = page.html();
    written(visitor, html)
}

async fn pause(
    State(state): State<AppState>,
    Path(stretch): Path<String>,
    guest: Guest,
) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    let now = state.engine.clock().now();
    let Some(until) = pause_end(&stretch, now, &visitor) else {
        return Err(Failed(visitor, Problem::new(ErrorCode::NotFound, "")));
    };
    match state.engine.pause(&access, until).await {
        Ok(()) => Ok(back_to("/today")),
        Err(problem) => Err(Failed(visitor, problem)),
    }
}

/// When a pause of that name ends: minutes, or the visitor's midnight.
pub(in crate::page) fn pause_end(stretch: &str, now: Timestamp, visitor: &Visitor) -> Option<Timestamp> {
    let minutes = |minutes: u32| now.saturating_add(Duration::from_s(minutes * 60));
    match stretch {
        "5" => Some(minutes(5)),
        "30" => Some(minutes(30)),
        "60" => Some(minutes(60)),
        "day" => {
            let tomorrow = visitor.locale.day_of(now).tomorrow().ok()?;
            let midnight = tomorrow.to_zoned(visitor.locale.zone.clone()).ok()?;
            Timestamp::from_jiff(midnight.timestamp()).ok()
        }
        _ => None,
    }
}

async fn resume(State(state): State<AppState>, guest: Guest) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    match state.engine.resume(&access).await {
        Ok(()) => Ok(back_to("/today")),
        Err(problem) => Err(Failed(visitor, problem)),
    }
}

async fn answer(
    State(state): State<AppState>,
    Path((id, answer)): Path<(String, String)>,
    guest: Guest,
) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    let answer = match answer.as_str() {
        "approve" => PairingAnswer::Approve,
        "refuse" => PairingAnswer::Refuse,
        _ => return Err(Failed(visitor, Problem::new(ErrorCode::NotFound, ""))),
    };
    match state.engine.answer_pairing(&access, &id, answer).await {
        Ok(()) => Ok(back_to("/today")),
        Err(problem) => Err(Failed(visitor, problem)),
    }
}
