//! Is recording paused?

use axum::extract::State;

use crate::AppState;
use crate::answer::Failure;
use crate::guard::{Caller, Json};
use crate::wire::pause::{PauseAnswer, PauseBody};
use crate::wire::reply::Reply;

/// Whether recording is paused, and until when.
#[utoipa::path(get, path = "/api/v1/pause", tag = "privacy", operation_id = "pause",
    responses((status = 200, description = "Until when; `null` while it runs", body = PauseAnswer)))]
pub(crate) async fn show(State(state): State<AppState>, Caller(access): Caller) -> Reply<PauseAnswer> {
    Reply(PauseAnswer { until: state.engine.paused_until(access.person()) })
}

/// Pauses recording for some minutes; nothing sent meanwhile is kept.
#[utoipa::path(put, path = "/api/v1/pause", tag = "privacy", operation_id = "begin_pause",
    request_body = PauseBody,
    responses((status = 200, description = "Until when", body = PauseAnswer)))]
pub(crate) async fn begin(
    State(state): State<AppState>,
    Caller(access): Caller,
    Json(body): Json<PauseBody>,
) -> Result<Reply<PauseAnswer>, Failure> {
    state.engine.pause(&access, body.until(state.engine.clock().now())?).await?;
    Ok(Reply(PauseAnswer { until: state.engine.paused_until(access.person()) }))
}

/// Resumes recording now.
#[utoipa::path(delete, path = "/api/v1/pause", tag = "privacy", operation_id = "end_pause",
    responses((status = 200, description = "It runs", body = PauseAnswer)))]
pub(crate) async fn end(
    State(state): State<AppState>,
    Caller(access): Caller,
) -> Result<Reply<PauseAnswer>, Failure> {
    state.engine.resume(&access).await?;
    Ok(Reply(PauseAnswer { until: state.engine.paused_until(access.person()) }))
}
