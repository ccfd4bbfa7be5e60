//! What did attnd learn of the person, how good is it, and what may it learn from?

use axum::extract::State;

use crate::AppState;
use crate::answer::Failure;
use crate::guard::{Caller, Json};
use crate::wire::reply::Reply;
use crate::wire::understanding::{SourceUseAnswer, SourceUseBody, UnderstandingAnswer};

/// Everything attnd knows of how it understands the person.
#[utoipa::path(get, path = "/api/v1/understanding", tag = "understanding", operation_id = "understanding",
    responses((status = 200, description = "Cards, curves, calibration, ladder, changes", body = UnderstandingAnswer)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    Caller(access): Caller,
) -> Result<Reply<UnderstandingAnswer>, Failure> {
    Ok(Reply(state.engine.understanding(access.person()).await?.into()))
}

/// Decides what may be learnt from. What was learnt before is learnt anew, with or without it.
#[utoipa::path(put, path = "/api/v1/understanding/sources", tag = "understanding", operation_id = "decide_source",
    request_body = SourceUseBody,
    responses((status = 200, description = "Every decision", body = Vec<SourceUseAnswer>)))]
pub(crate) async fn decide(
    State(state): State<AppState>,
    Caller(access): Caller,
    Json(body): Json<SourceUseBody>,
) -> Result<Reply<Vec<SourceUseAnswer>>, Failure> {
    state.engine.decide_source(&access, body.source.into(), body.decided.into()).await?;
    let consents = state.engine.source_consents(access.person()).await?;
    Ok(Reply(consents.into_iter().map(SourceUseAnswer::from).collect()))
}
