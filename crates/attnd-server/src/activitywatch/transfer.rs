//! How does everything move in and out? Exports and imports in ActivityWatch's file format, in
//! constant memory however long they are.

use std::io;
use std::sync::Arc;

use attnd_core::{BucketId, ErrorCode, Problem};
use attnd_engine::Access;
use axum::BoxError;
use axum::extract::{FromRequest, Multipart, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Stream, TryStreamExt};

use crate::answer::{Failure, ProblemAnswer};
use crate::guard::body::is_form;
use crate::guard::{Caller, InBucket, Upload};
use crate::wire::param::BucketPath;
use crate::wire::reply::Reply;
use crate::wire::transfer::{ExportAnswer, ImportAnswer, ImportBody};
use crate::{AppState, stream};

/// All buckets with their events, as a file.
#[utoipa::path(get, path = "/api/0/export", tag = "activitywatch", operation_id = "aw_export",
    responses((status = 200, description = "An ActivityWatch export", body = ExportAnswer)))]
pub(crate) async fn export(
    State(state): State<AppState>,
    Caller(access): Caller,
) -> Result<Response, Failure> {
    file(&state, &access, None, "aw-buckets-export.json").await
}

/// One bucket with its events, as a file.
#[utoipa::path(get, path = "/api/0/buckets/{bucket_id}/export", tag = "activitywatch", operation_id = "aw_export_bucket",
    params(BucketPath),
    responses((status = 200, description = "An ActivityWatch export of one bucket", body = ExportAnswer),
        (status = 404, description = "There is no such bucket", body = ProblemAnswer)))]
pub(crate) async fn export_bucket(
    State(state): State<AppState>,
    Caller(access): Caller,
    InBucket(id): InBucket,
) -> Result<Response, Failure> {
    let name = format!("aw-bucket-export_{id}.json");
    file(&state, &access, Some(id), &name).await
}

async fn file(
    state: &AppState,
    access: &Access,
    bucket: Option<BucketId>,
    name: &str,
) -> Result<Response, Failure> {
    let (engine, person) = (Arc::clone(&state.engine), access.person());
    let body = stream::answer(move |writer| engine.export(person, bucket.as_ref(), writer)).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CONTENT_DISPOSITION, attachment(name)),
    ];
    Ok((headers, body).into_response())
}

/// `attachment; filename=…` with what a header may not hold replaced.
fn attachment(name: &str) -> HeaderValue {
    let safe: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' })
        .collect();
    HeaderValue::from_str(&format!("attachment; filename={safe}"))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

/// Takes an ActivityWatch export, as JSON or as a form with the file in its field `buckets.json`,
/// and stores what is not there yet. Importing twice doubles nothing.
#[utoipa::path(post, path = "/api/0/import", tag = "activitywatch", operation_id = "aw_import",
    request_body(content = ImportBody, description = "An ActivityWatch export; what cannot be read in it is told and passed over"),
    responses((status = 200, description = "What was imported", body = ImportAnswer)))]
pub(crate) async fn import(
    State(state): State<AppState>,
    Caller(access): Caller,
    Upload(request): Upload,
) -> Result<Reply<ImportAnswer>, Failure> {
    if !is_form(request.headers()) {
        return read(state, access, request.into_body().into_data_stream()).await;
    }
    let invalid = |detail: String| Problem::new(ErrorCode::InvalidImport, detail);
    let mut form = Multipart::from_request(request, &()).await.map_err(|error| invalid(error.body_text()))?;
    while let Some(field) = form.next_field().await.map_err(|error| invalid(error.body_text()))? {
        // ActivityWatch's pages name the field so; other clients name only the file.
        if field.name() == Some("buckets.json") || field.file_name().is_some() {
            return read(state, access, field).await;
        }
    }
    Err(invalid("the form has no field 'buckets.json'".to_owned()).into())
}

async fn read<E: Into<BoxError>>(
    state: AppState,
    access: Access,
    pieces: impl Stream<Item = Result<Bytes, E>> + Unpin,
) -> Result<Reply<ImportAnswer>, Failure> {
    let pieces = pieces.map_err(io::Error::other);
    let report = stream::upload(pieces, move |reader| state.engine.import(&access, reader)).await?;
    Ok(Reply(report.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_cannot_write_headers() {
        assert_eq!(attachment("aw-bucket-export_x.json"), "attachment; filename=aw-bucket-export_x.json");
        assert_eq!(attachment("a\"; x=\r\n笔.json"), "attachment; filename=a___x____.json");
    }
}
