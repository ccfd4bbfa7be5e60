//! How does a person get everything attnd has about them?

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::answer::Failure;
use crate::guard::Caller;
use crate::{AppState, stream};

/// Everything attnd has about the person, one JSON object a line.
#[utoipa::path(get, path = "/api/v1/export.ndjson", tag = "privacy", operation_id = "export_everything",
    responses((status = 200, description = "Settings, decisions, audit log, buckets and events", body = String, content_type = "application/x-ndjson")))]
pub(crate) async fn everything(
    State(state): State<AppState>,
    Caller(access): Caller,
) -> Result<Response, Failure> {
    let (engine, person) = (Arc::clone(&state.engine), access.person());
    let body = stream::answer(move |writer| engine.export_ndjson(person, writer)).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson"),
        (header::CONTENT_DISPOSITION, "attachment; filename=attnd-export.ndjson"),
    ];
    Ok((headers, body).into_response())
}
