//! How does data go for good?

use axum::extract::State;

use crate::AppState;
use crate::answer::{Failure, ProblemAnswer};
use crate::guard::{Caller, Json};
use crate::wire::erasure::{ErasureAnswer, ErasureBody};
use crate::wire::reply::Reply;

/// Erases a stretch of time, or everything, and every trace of it in files and backups.
#[utoipa::path(post, path = "/api/v1/erasures", tag = "privacy", operation_id = "erase",
    request_body = ErasureBody,
    responses((status = 200, description = "It is gone", body = ErasureAnswer),
        (status = 404, description = "There is no such bucket", body = ProblemAnswer)))]
pub(crate) async fn erase(
    State(state): State<AppState>,
    Caller(access): Caller,
    Json(body): Json<ErasureBody>,
) -> Result<Reply<ErasureAnswer>, Failure> {
    let report = state.engine.erase(&access, body.erasure()?).await?;
    Ok(Reply(ErasureAnswer { events: report.events, recordings: report.recordings, backups: report.backups }))
}
