//! What does attnd ask, when may it, and what is answered?

use attnd_engine::probe::ProbeSettings;
use axum::extract::State;

use crate::AppState;
use crate::answer::{Failure, ProblemAnswer};
use crate::guard::{Caller, Json};
use crate::wire::answer::{AnswerBody, PersonAnswerAnswer};
use crate::wire::flow::ZoneParams;
use crate::wire::param::{Named, Params};
use crate::wire::probe::{AskBody, ProbeAnswer, ProbeSettingsBody, ProbesAnswer, QuietAnswer, SnoozeBody};
use crate::wire::reply::{Empty, Reply};

/// The question that waits, or why there is none; and when attnd may ask.
#[utoipa::path(get, path = "/api/v1/probes", tag = "understanding", operation_id = "probes", params(ZoneParams),
    responses((status = 200, description = "What is with questions now", body = ProbesAnswer)))]
pub(crate) async fn due(
    State(state): State<AppState>,
    Caller(access): Caller,
    Params(params): Params<ZoneParams>,
) -> Result<Reply<ProbesAnswer>, Failure> {
    let due = state.engine.probe_due(access.person(), &params.zone()?).await?;
    let settings = state.engine.probe_settings(access.person()).await?;
    Ok(Reply(ProbesAnswer::new(due, settings)))
}

/// Sets when and what attnd may ask.
#[utoipa::path(put, path = "/api/v1/probes", tag = "understanding", operation_id = "set_probes",
    request_body = ProbeSettingsBody,
    responses((status = 200, description = "The settings as they are now", body = ProbeSettingsBody),
        (status = 400, description = "Settings that make no sense", body = ProblemAnswer)))]
pub(crate) async fn set(
    State(state): State<AppState>,
    Caller(access): Caller,
    Json(body): Json<ProbeSettingsBody>,
) -> Result<Reply<ProbeSettingsBody>, Failure> {
    let settings = ProbeSettings::try_from(body)?;
    state.engine.set_probe_settings(&access, settings.clone()).await?;
    Ok(Reply(settings.into()))
}

/// Puts a question now, because the person wants to answer one.
#[utoipa::path(post, path = "/api/v1/probes/ask", tag = "understanding", operation_id = "ask_me",
    request_body = AskBody,
    responses((status = 200, description = "The question", body = ProbeAnswer)))]
pub(crate) async fn ask(
    State(state): State<AppState>,
    Caller(access): Caller,
    Json(body): Json<AskBody>,
) -> Result<Reply<ProbeAnswer>, Failure> {
    Ok(Reply(state.engine.ask_me(&access, body.question.into()).await?.into()))
}

/// Answers a question; also one that has gone away, within a day.
#[utoipa::path(post, path = "/api/v1/probes/{probe_id}/answer", tag = "understanding", operation_id = "answer_probe",
    params(("probe_id" = String, Path, description = "The question"), ZoneParams), request_body = AnswerBody,
    responses((status = 200, description = "The answer", body = PersonAnswerAnswer),
        (status = 404, description = "There is no such question", body = ProblemAnswer),
        (status = 409, description = "It was answered already", body = ProblemAnswer)))]
pub(crate) async fn answer(
    State(state): State<AppState>,
    Caller(access): Caller,
    Named(id): Named<String>,
    Params(params): Params<ZoneParams>,
    Json(body): Json<AnswerBody>,
) -> Result<Reply<PersonAnswerAnswer>, Failure> {
    let zone = params.zone()?;
    Ok(Reply(state.engine.answer_probe(&access, &id, body.values, &zone).await?.into()))
}

/// Puts a question away, and asks nothing for a while.
#[utoipa::path(post, path = "/api/v1/probes/{probe_id}/snooze", tag = "understanding", operation_id = "snooze_probe",
    params(("probe_id" = String, Path, description = "The question"), ZoneParams), request_body = SnoozeBody,
    responses((status = 200, description = "Until when", body = QuietAnswer),
        (status = 404, description = "There is no such question", body = ProblemAnswer)))]
pub(crate) async fn snooze(
    State(state): State<AppState>,
    Caller(access): Caller,
    Named(id): Named<String>,
    Params(params): Params<ZoneParams>,
    Json(body): Json<SnoozeBody>,
) -> Result<Reply<QuietAnswer>, Failure> {
    let until = state.engine.snooze_probe(&access, &id, body.snooze(), &params.zone()?).await?;
    Ok(Reply(QuietAnswer { until }))
}

/// Puts a question away without an answer.
#[utoipa::path(post, path = "/api/v1/probes/{probe_id}/dismiss", tag = "understanding", operation_id = "dismiss_probe",
    params(("probe_id" = String, Path, description = "The question")),
    responses((status = 200, description = "It is put away", body = Empty),
        (status = 404, description = "There is no such question", body = ProblemAnswer)))]
pub(crate) async fn dismiss(
    State(state): State<AppState>,
    Caller(access): Caller,
    Named(id): Named<String>,
) -> Result<Reply<Empty>, Failure> {
    state.engine.dismiss_probe(&access, &id).await?;
    Ok(Reply(Empty {}))
}
