//! Model: how focused, how loaded, how sure is attnd, and from what? The addresses of the page and of
//! its forms.

mod card;
mod estimate;
mod headline;
mod proof;
mod reason;
mod record;
mod view;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use attnd_core::{ErrorCode, Problem, TimeRange, Timestamp};
use attnd_engine::understand::{Aspect, Grounds, Source, SourceUse};
use attnd_engine::{Access, Need};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::civil::{Date, Time};

use crate::AppState;
use crate::page::change::{Before, Change, Said};
use crate::page::estimate::{instrument_of, mildest};
use crate::page::form::Fields;
use crate::page::locale::Locale;
use crate::page::text::QuestionText;
use crate::page::visitor::Visitor;
use crate::page::{Failed, Guest, back_to, written};
use view::Model;

/// The page's addresses. Every change asks for the person themself, and is a POST, which the guard
/// takes from our own origin alone.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/model", get(present))
        .route("/model/wrong", post(wrong))
        .route("/model/say", post(say))
        .route("/model/answers/{id}", post(change))
        .route("/model/answers/{id}/delete", post(delete))
        .route("/model/sources/{source}/{decision}", post(decide))
}

/// The address of the page about an aspect of a day; the present day keeps its short address.
pub(crate) fn address(aspect: Aspect, day: Option<Date>) -> String {
    let mut pairs = Vec::new();
    let date = day.map(|day| day.to_string());
    if aspect != Aspect::Focus {
        pairs.push(("of", aspect.name()));
    }
    if let Some(date) = &date {
        pairs.push(("day", date.as_str()));
    }
    crate::page::form::address("/model", pairs)
}

/// What the page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asked {
    aspect: Aspect,
    day: Option<Date>,
}

/// What was typed and is to be mended.
struct Refused {
    field: &'static str,
    words: String,
    typed: Fields,
}

impl Asked {
    /// What the address or the form says; what it does not say is focus, of today.
    fn of(fields: &Fields) -> Self {
        let aspect = Aspect::ALL.into_iter().find(|aspect| aspect.name() == fields.text("of"));
        Self { aspect: aspect.unwrap_or(Aspect::Focus), day: fields.text("day").parse().ok() }
    }
}

async fn present(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Read)?;
    let change = state.site.changes.find(access.person(), fields.text("done"));
    show(&state, visitor, &access, Asked::of(&fields), change, None).await
}

/// The page. With a refused form its status says that nothing was changed.
async fn show(
    state: &AppState,
    visitor: Visitor,
    access: &Access,
    asked: Asked,
    change: Option<Arc<Change>>,
    refused: Option<Refused>,
) -> Result<Response, Failed> {
    let read = read(state, &visitor, access, asked).await;
    let read = match read {
        Ok(read) => read,
        Err(problem) => return Err(Failed(visitor, problem)),
    };
    let html = Model {
        visitor: &visitor,
        now: state.engine.clock().now(),
        aspect: asked.aspect,
        date: read.date,
        range: read.range,
        estimates: &read.estimates,
        grounds: read.grounds.as_ref(),
        understanding: &read.understanding,
        answers: &read.answers,
        questions: &read.questions,
        sensed: read.sensed,
        simulated: read.simulated,
        change: change.as_deref(),
        rules: &state.engine.category_rules(access.person()),
        refused: refused.as_ref(),
    }
    .html();
    let response = written(visitor, html)?;
    Ok(if refused.is_some() {
        (StatusCode::UNPROCESSABLE_ENTITY, response).into_response()
    } else {
        response
    })
}

async fn read(
    state: &AppState,
    visitor: &Visitor,
    access: &Access,
    asked: Asked,
) -> Result<view::Read, Problem> {
    let (engine, person, zone) = (&state.engine, access.person(), &visitor.locale.zone);
    let buckets = engine.buckets(person).await?;
    let extents = buckets.iter().filter_map(|bucket| bucket.extent);
    let sensed = extents.reduce(|all, extent| all.including(extent.start, extent.end));
    // Early in the day, the last day with anything tells more than an empty morning.
    let now = engine.clock().now();
    let last = sensed.map_or(now, |extent| extent.end.min(now));
    let date = asked.day.unwrap_or_else(|| visitor.locale.day_of(last));
    let day = engine.day(person, date, zone).await?;
    let estimates = engine.estimates(person, day.range, zone).await?;
    let grounds = match last_hour(&estimates) {
        Some(range) => engine.grounds(person, range, zone).await?,
        None => Vec::new(),
    };
    Ok(view::Read {
        date,
        range: day.range,
        grounds: grounds.into_iter().find(|grounds: &Grounds| grounds.aspect == asked.aspect),
        estimates,
        understanding: engine.understanding(person).await?,
        answers: engine.answers(person).await?,
        questions: engine.probe_settings(person).await?,
        sensed: sensed.is_some(),
        simulated: day.simulated,
    })
}

/// The hour up to the last minute there is an estimate of.
fn last_hour(estimates: &[attnd_engine::understand::Estimate]) -> Option<TimeRange> {
    const HOUR: attnd_core::Duration = attnd_core::Duration::from_s(3_600);
    let end = estimates.last()?.at.end();
    TimeRange::new(end.saturating_sub(HOUR), end).ok()
}

/// One key: what was said of a stretch was wrong. The mildest answer that contradicts it is kept, and
/// can be changed or taken back.
async fn wrong(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    let asked = Asked::of(&fields);
    let about = match stretch_of(&fields) {
        Ok(about) => about,
        Err(problem) => return Err(Failed(visitor, problem)),
    };
    let zone = &visitor.locale.zone;
    let corrected = async {
        let estimates = state.engine.estimates(access.person(), about, zone).await?;
        let value = mildest(&estimates, asked.aspect);
        let instrument = instrument_of(asked.aspect);
        state.engine.correct(&access, about, instrument, vec![value], zone).await
    };
    kept(&state, visitor.clone(), &access, asked, corrected.await)
}

/// The stretch a button carries: RFC 3339, as we wrote it.
fn stretch_of(fields: &Fields) -> Result<TimeRange, Problem> {
    let moment = |name| Timestamp::parse(fields.text(name)).ok();
    moment("from").zip(moment("to")).and_then(|(from, to)| TimeRange::new(from, to).ok()).ok_or_else(|| {
        Problem::new(ErrorCode::InvalidTime, "'from' and 'to' are two moments, the first before the second")
    })
}

/// What a stretch of the day was like, as the person knows it.
async fn say(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    let asked = Asked::of(&fields);
    let instrument = instrument_of(asked.aspect);
    let text = QuestionText(visitor.language());
    let typed = match said_stretch(&visitor.locale, &fields) {
        None => Err(("from", text.fault_hours())),
        Some(about) => match fields.text("value").trim().parse::<i32>() {
            Ok(value) if instrument.check(&[value]).is_ok() => Ok((about, value)),
            _ => {
                let scale = instrument.scale();
                Err(("value", text.fault_answer(&scale.lowest.to_string(), &scale.highest.to_string())))
            }
        },
    };
    let (about, value) = match typed {
        Ok(typed) => typed,
        Err((field, words)) => {
            let refused = Refused { field, words, typed: fields };
            return show(&state, visitor, &access, asked, None, Some(refused)).await;
        }
    };
    match state.engine.correct(&access, about, instrument, vec![value], &visitor.locale.zone).await {
        Err(problem) if problem.code == ErrorCode::InvalidTime => {
            let refused = Refused { field: "from", words: text.fault_over(), typed: fields };
            show(&state, visitor, &access, asked, None, Some(refused)).await
        }
        kept_or_not => kept(&state, visitor, &access, asked, kept_or_not),
    }
}

/// Two times of the day that is shown.
fn said_stretch(locale: &Locale, fields: &Fields) -> Option<TimeRange> {
    let date: Date = fields.text("date").parse().ok()?;
    let moment = |name: &str| {
        let time: Time = fields.text(name).trim().parse().ok()?;
        Timestamp::from_jiff(date.to_datetime(time).to_zoned(locale.zone.clone()).ok()?.timestamp()).ok()
    };
    let (from, to) = (moment("from")?, moment("to")?);
    TimeRange::new(from, to).ok().filter(|range| !range.duration().is_zero())
}

fn kept(
    state: &AppState,
    visitor: Visitor,
    access: &Access,
    asked: Asked,
    result: Result<attnd_engine::understand::PersonAnswer, Problem>,
) -> Result<Response, Failed> {
    match result {
        Ok(answer) => Ok(changed(state, access, asked, Said::Corrected(answer.about), Some(Before::Answer))),
        Err(problem) => Err(Failed(visitor, problem)),
    }
}

async fn change(
    State(state): State<AppState>,
    Path(id): Path<String>,
    guest: Guest,
    fields: Fields,
) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    let asked = Asked::of(&fields);
    let Ok(value) = fields.text("value").trim().parse::<i32>() else {
        let detail = "'value' is a whole number on the question's scale";
        return Err(Failed(visitor, Problem::new(ErrorCode::InvalidParameter, detail)));
    };
    match state.engine.change_answer(&access, &id, vec![value]).await {
        Ok(_) => Ok(changed(&state, &access, asked, Said::AnswerChanged, Some(Before::Answer))),
        Err(problem) => Err(Failed(visitor, problem)),
    }
}

async fn delete(
    State(state): State<AppState>,
    Path(id): Path<String>,
    guest: Guest,
    fields: Fields,
) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    match state.engine.delete_answer(&access, &id).await {
        Ok(()) => {
            let asked = Asked::of(&fields);
            Ok(changed(&state, &access, asked, Said::AnswerDeleted, Some(Before::Answer)))
        }
        Err(problem) => Err(Failed(visitor, problem)),
    }
}

async fn decide(
    State(state): State<AppState>,
    Path((source, decision)): Path<(String, String)>,
    guest: Guest,
    fields: Fields,
) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    let source = Source::ALL.into_iter().find(|known| known.name() == source);
    let decided = match decision.as_str() {
        "allow" => Some(SourceUse::Given),
        "withdraw" => Some(SourceUse::Withdrawn),
        _ => None,
    };
    let Some((source, decided)) = source.zip(decided) else {
        return Err(Failed(visitor, Problem::new(ErrorCode::NotFound, "")));
    };
    let decide = async {
        let before = state.engine.source_consents(access.person()).await?;
        let before = before.iter().find(|consent| consent.source == source);
        let before = before.map_or(SourceUse::Undecided, |consent| consent.decided);
        state.engine.decide_source(&access, source, decided).await?;
        Ok(before)
    };
    match decide.await {
        Ok(before) => {
            let before = Some(Before::Source(source, before));
            Ok(changed(&state, &access, Asked::of(&fields), Said::SourceDecided, before))
        }
        Err(problem) => Err(Failed(visitor, problem)),
    }
}

fn changed(state: &AppState, access: &Access, asked: Asked, said: Said, before: Option<Before>) -> Response {
    let page = address(asked.aspect, asked.day);
    let change = Change { id: String::new(), said, before, page, section: "said" };
    back_to(&state.site.changes.keep(access.person(), change))
}
