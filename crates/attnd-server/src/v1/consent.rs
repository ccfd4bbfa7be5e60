//! Which sources may be recorded? The person's decisions.

use attnd_engine::consent::ConsentState;
use axum::extract::State;

use crate::AppState;
use crate::answer::Failure;
use crate::guard::{Caller, InBucket, Json};
use crate::wire::consent::{ConsentAnswer, ConsentBody};
use crate::wire::param::BucketPath;
use crate::wire::reply::{Empty, Reply};

/// Every decision about a source.
#[utoipa::path(get, path = "/api/v1/consents", tag = "privacy", operation_id = "consents",
    responses((status = 200, description = "The decisions, by bucket", body = Vec<ConsentAnswer>)))]
pub(crate) async fn list(State(state): State<AppState>, Caller(access): Caller) -> Reply<Vec<ConsentAnswer>> {
    Reply(state.engine.consents(access.person()).into_iter().map(ConsentAnswer::from).collect())
}

/// Agrees to record a source, or stops it at once. What is stored stays until it is erased.
#[utoipa::path(put, path = "/api/v1/consents/{bucket_id}", tag = "privacy", operation_id = "decide_consent",
    params(BucketPath),
    request_body = ConsentBody,
    responses((status = 200, description = "It holds from now on", body = Empty)))]
pub(crate) async fn decide(
    State(state): State<AppState>,
    Caller(access): Caller,
    InBucket(bucket): InBucket,
    Json(body): Json<ConsentBody>,
) -> Result<Reply<Empty>, Failure> {
    match body.decision() {
        ConsentState::Given => state.engine.give_consent(&access, &bucket).await?,
        ConsentState::Withdrawn => state.engine.withdraw_consent(&access, &bucket).await?,
    }
    Ok(Reply(Empty {}))
}
