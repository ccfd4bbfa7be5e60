//! Flow: how has attention gone over this time? The addresses of the page.

mod days;
mod estimated;
mod hours;
mod moves;
mod period;
mod sentence;
mod spread;
mod timeline;
mod trends;
mod view;

#[cfg(test)]
mod tests;

use attnd_core::{ErrorCode, PersonId, Problem, TimeRange};
use attnd_engine::flow::By;
use attnd_engine::insight::InsightOptions;
use attnd_engine::{Engine, Need};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use axum::routing::get;
use std::sync::Arc;

use crate::AppState;
use crate::page::visitor::Visitor;
use crate::page::{Failed, Guest, written};
use period::{Chosen, Period, Unit};
pub(in crate::page) use trends::short as short_date;
use view::{Flow, Shown};

/// The page's addresses: each is a state one can come back to.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/flow", get(chosen))
        .route("/flow/{unit}", get(present))
        .route("/flow/{unit}/{date}", get(other))
}

/// Four weeks up to today, or the dates of the form.
async fn chosen(State(state): State<AppState>, uri: Uri, guest: Guest) -> Result<Response, Failed> {
    let today = guest.visitor.locale.day_of(state.engine.clock().now());
    match Period::of_query(uri.query().unwrap_or_default(), today) {
        Ok(None) => show(&state, guest, Period::of(Unit::FourWeeks, today), Shown::All).await,
        Ok(Some(Chosen::Whole(period))) => show(&state, guest, period, Shown::All).await,
        Ok(Some(Chosen::Cut(period))) => show(&state, guest, period, Shown::LastYear).await,
        Err(problem) => Err(Failed(guest.visitor, problem)),
    }
}

async fn present(
    State(state): State<AppState>,
    Path(unit): Path<String>,
    guest: Guest,
) -> Result<Response, Failed> {
    let today = guest.visitor.locale.day_of(state.engine.clock().now());
    match Unit::of_code(&unit) {
        Some(unit) => show(&state, guest, Period::of(unit, today), Shown::All).await,
        None => Err(not_found(guest.visitor)),
    }
}

async fn other(
    State(state): State<AppState>,
    Path((unit, date)): Path<(String, String)>,
    guest: Guest,
) -> Result<Response, Failed> {
    match (Unit::of_code(&unit), period::date(&date)) {
        (Some(unit), Ok(date)) => show(&state, guest, Period::of(unit, date), Shown::All).await,
        _ => Err(not_found(guest.visitor)),
    }
}

fn not_found(visitor: Visitor) -> Failed {
    Failed(visitor, Problem::new(ErrorCode::NotFound, ""))
}

async fn show(state: &AppState, guest: Guest, period: Period, shown: Shown) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Read)?;
    let html = match html(&state.engine, access.person(), &visitor, period, shown).await {
        Ok(html) => html,
        Err(problem) => return Err(Failed(visitor, problem)),
    };
    written(visitor, html)
}

async fn html(
    engine: &Arc<Engine>,
    person: PersonId,
    visitor: &Visitor,
    period: Period,
    shown: Shown,
) -> Result<askama::Result<String>, Problem> {
    let zone = &visitor.locale.zone;
    let range = period.range(zone)?;
    // Days, whatever the period: what a typical day is can only be told from days.
    let options = InsightOptions { by: By::Day, bins: timeline::bins_of(period, range) };
    let insight = engine.insight(person, range, zone, options).await?;
    let spans =
        if period.days() == 1 { engine.day(person, period.first, zone).await?.spans } else { Vec::new() };
    let (means, answers) = match estimated::steps_of(period) {
        Some(by) => {
            let steps = attnd_engine::period::steps(range, zone, by)?;
            (engine.estimate_means(person, steps, zone).await?, engine.answers(person).await?)
        }
        None => (Vec::new(), Vec::new()),
    };
    let extents = engine.buckets(person).await?.into_iter().filter_map(|bucket| bucket.extent);
    let sensed = extents.reduce(|all, extent| all.including(extent.start, extent.end));
    let page = Flow {
        visitor,
        period,
        shown,
        insight: &insight,
        means: &means,
        answers: &answers,
        spans: &spans,
        categories: &engine.category_rules(person),
        now: engine.clock().now(),
        sensed: sensed.and_then(|extent| TimeRange::new(extent.start, extent.end).ok()),
    };
    Ok(page.html())
}
