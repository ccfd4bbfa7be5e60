//! How long is a kind of source kept?

use std::collections::BTreeMap;

use attnd_core::BucketType;
use axum::extract::State;

use crate::AppState;
use crate::answer::Failure;
use crate::guard::{Caller, Json};
use crate::wire::param::Named;
use crate::wire::reply::{Empty, Reply};
use crate::wire::retention::RetentionBody;

/// Days each kind of source is kept; kinds that are not named are kept for ever.
#[utoipa::path(get, path = "/api/v1/retention", tag = "privacy", operation_id = "retention",
    responses((status = 200, description = "Days by bucket type", body = BTreeMap<String, u32>)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Caller(access): Caller,
) -> Result<Reply<BTreeMap<String, u32>>, Failure> {
    let days = state.engine.retention(access.person()).await?;
    Ok(Reply(days.into_iter().map(|(kind, days)| (kind.0, days)).collect()))
}

/// Sets how many days a kind of source is kept; a daily job deletes what is older.
#[utoipa::path(put, path = "/api/v1/retention/{bucket_type}", tag = "privacy", operation_id = "set_retention",
    params(("bucket_type" = String, Path, description = "The kind of source", min_length = 1)),
    request_body = RetentionBody,
    responses((status = 200, description = "It holds from now on", body = Empty)))]
pub(crate) async fn set(
    State(state): State<AppState>,
    Caller(access): Caller,
    Named(kind): Named<String>,
    Json(body): Json<RetentionBody>,
) -> Result<Reply<Empty>, Failure> {
    state.engine.set_retention(&access, BucketType(kind), Some(body.days)).await?;
    Ok(Reply(Empty {}))
}

/// Keeps a kind of source for ever.
#[utoipa::path(delete, path = "/api/v1/retention/{bucket_type}", tag = "privacy", operation_id = "keep_for_ever",
    params(("bucket_type" = String, Path, description = "The kind of source", min_length = 1)),
    responses((status = 200, description = "It is kept for ever", body = Empty)))]
pub(crate) async fn keep_for_ever(
    State(state): State<AppState>,
    Caller(access): Caller,
    Named(kind): Named<String>,
) -> Result<Reply<Empty>, Failure> {
    state.engine.set_retention(&access, BucketType(kind), None).await?;
    Ok(Reply(Empty {}))
}
