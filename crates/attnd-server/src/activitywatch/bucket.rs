//! Which buckets are there? Lists, shows, makes, changes and deletes them.

use std::collections::BTreeMap;

use attnd_engine::ingest::BucketMade;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::AppState;
use crate::answer::{Failure, ProblemAnswer};
use crate::guard::{Caller, InBucket, Json};
use crate::wire::bucket::{BucketAnswer, BucketBody};
use crate::wire::param::BucketPath;
use crate::wire::reply::{Empty, Reply};

/// All buckets, by id.
#[utoipa::path(get, path = "/api/0/buckets/", tag = "activitywatch", operation_id = "aw_buckets",
    responses((status = 200, description = "The buckets by id", body = BTreeMap<String, BucketAnswer>)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Caller(access): Caller,
) -> Result<Reply<BTreeMap<String, BucketAnswer>>, Failure> {
    let buckets = state.engine.buckets(access.person()).await?;
    Ok(Reply(buckets.into_iter().map(|bucket| (bucket.id.to_string(), bucket.into())).collect()))
}

/// One bucket.
#[utoipa::path(get, path = "/api/0/buckets/{bucket_id}", tag = "activitywatch", operation_id = "aw_bucket",
    params(BucketPath),
    responses((status = 200, description = "The bucket", body = BucketAnswer),
        (status = 404, description = "There is no such bucket", body = ProblemAnswer)))]
pub(crate) async fn one(
    State(state): State<AppState>,
    Caller(access): Caller,
    InBucket(id): InBucket,
) -> Result<Reply<BucketAnswer>, Failure> {
    Ok(Reply(state.engine.bucket(access.person(), id).await?.into()))
}

/// Makes a bucket. A bucket that exists stays as it is.
#[utoipa::path(post, path = "/api/0/buckets/{bucket_id}", tag = "activitywatch", operation_id = "aw_create_bucket",
    params(BucketPath),
    request_body = BucketBody,
    responses((status = 200, description = "It is made", body = Empty),
        (status = 304, description = "It existed already; nothing changed")))]
pub(crate) async fn create(
    State(state): State<AppState>,
    Caller(access): Caller,
    InBucket(id): InBucket,
    Json(body): Json<BucketBody>,
) -> Result<Response, Failure> {
    let bucket = body.bucket(id, &state.engine).await?;
    Ok(match state.engine.create_bucket(&access, bucket).await? {
        BucketMade::Created => Reply(Empty {}).into_response(),
        BucketMade::Existed => StatusCode::NOT_MODIFIED.into_response(),
    })
}

/// Changes what a bucket says of itself; its events stay.
#[utoipa::path(put, path = "/api/0/buckets/{bucket_id}", tag = "activitywatch", operation_id = "aw_update_bucket",
    params(BucketPath),
    request_body = BucketBody,
    responses((status = 200, description = "It is changed", body = Empty),
        (status = 404, description = "There is no such bucket", body = ProblemAnswer)))]
pub(crate) async fn update(
    State(state): State<AppState>,
    Caller(access): Caller,
    InBucket(id): InBucket,
    Json(body): Json<BucketBody>,
) -> Result<Reply<Empty>, Failure> {
    let bucket = body.bucket(id, &state.engine).await?;
    state.engine.update_bucket(&access, bucket).await?;
    Ok(Reply(Empty {}))
}

/// Deletes a bucket and its events. `force`, which ActivityWatch's clients send, is not needed.
#[utoipa::path(delete, path = "/api/0/buckets/{bucket_id}", tag = "activitywatch", operation_id = "aw_delete_bucket",
    params(BucketPath,
        ("force" = Option<String>, Query, description = "Accepted, not needed")),
    responses((status = 200, description = "It is deleted", body = Empty),
        (status = 404, description = "There is no such bucket", body = ProblemAnswer)))]
pub(crate) async fn delete(
    State(state): State<AppState>,
    Caller(access): Caller,
    InBucket(id): InBucket,
) -> Result<Reply<Empty>, Failure> {
    state.engine.delete_bucket(&access, &id).await?;
    Ok(Reply(Empty {}))
}
