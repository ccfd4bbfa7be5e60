//! What has the person set? Any JSON under any name, as ActivityWatch's pages keep it.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::Value;

use crate::AppState;
use crate::answer::Failure;
use crate::guard::{Caller, Json};
use crate::wire::param::Named;
use crate::wire::reply::{Empty, Reply};

/// All settings, by name.
#[utoipa::path(get, path = "/api/0/settings", tag = "activitywatch", operation_id = "aw_settings",
    responses((status = 200, description = "The settings by name", body = BTreeMap<String, Value>)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Caller(access): Caller,
) -> Result<Reply<BTreeMap<String, Value>>, Failure> {
    Ok(Reply(state.engine.settings(access.person()).await?))
}

/// One setting; `null` where it is not set.
#[utoipa::path(get, path = "/api/0/settings/{key}", tag = "activitywatch", operation_id = "aw_setting",
    params(("key" = String, Path, description = "Its name", min_length = 1, max_length = 127)),
    responses((status = 200, description = "Its value", body = Value)))]
pub(crate) async fn one(
    State(state): State<AppState>,
    Caller(access): Caller,
    Named(key): Named<String>,
) -> Result<Reply<Value>, Failure> {
    Ok(Reply(state.engine.setting(access.person(), &key).await?.unwrap_or(Value::Null)))
}

/// Sets a setting.
#[utoipa::path(post, path = "/api/0/settings/{key}", tag = "activitywatch", operation_id = "aw_put_setting",
    params(("key" = String, Path, description = "Its name", min_length = 1, max_length = 127)),
    request_body = Value,
    responses((status = 201, description = "It is set", body = Empty)))]
pub(crate) async fn put(
    State(state): State<AppState>,
    Caller(access): Caller,
    Named(key): Named<String>,
    Json(value): Json<Value>,
) -> Result<(StatusCode, Reply<Empty>), Failure> {
    state.engine.put_setting(&access, &key, value).await?;
    Ok((StatusCode::CREATED, Reply(Empty {})))
}

/// Removes a setting; one that is not set is no failure.
#[utoipa::path(delete, path = "/api/0/settings/{key}", tag = "activitywatch", operation_id = "aw_delete_setting",
    params(("key" = String, Path, description = "Its name", min_length = 1, max_length = 127)),
    responses((status = 200, description = "It is not set any more", body = Empty)))]
pub(crate) async fn delete(
    State(state): State<AppState>,
    Caller(access): Caller,
    Named(key): Named<String>,
) -> Result<Reply<Empty>, Failure> {
    state.engine.delete_setting(&access, &key).await?;
    Ok(Reply(Empty {}))
}
