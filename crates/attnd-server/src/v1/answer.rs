//! What did the person say? Their answers, to read, change, delete, undo and take along.

use std::sync::Arc;

use attnd_engine::understand::ExportFormat;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::answer::{Failure, ProblemAnswer};
use crate::guard::{Caller, Json};
use crate::wire::answer::{AnswerBody, DeletedAnswer, PersonAnswerAnswer, UndoneAnswer};
use crate::wire::param::Named;
use crate::wire::reply::{Empty, Reply};
use crate::{AppState, stream};

/// All answers, oldest first.
#[utoipa::path(get, path = "/api/v1/answers", tag = "understanding", operation_id = "answers",
    responses((status = 200, description = "The answers", body = Vec<PersonAnswerAnswer>)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Caller(access): Caller,
) -> Result<Reply<Vec<PersonAnswerAnswer>>, Failure> {
    let answers = state.engine.answers(access.person()).await?;
    Ok(Reply(answers.into_iter().map(PersonAnswerAnswer::from).collect()))
}

/// Says something else than before. It can be undone.
#[utoipa::path(put, path = "/api/v1/answers/{answer_id}", tag = "understanding", operation_id = "change_answer",
    params(("answer_id" = String, Path, description = "The answer")), request_body = AnswerBody,
    responses((status = 200, description = "The answer as it is now", body = PersonAnswerAnswer),
        (status = 404, description = "There is no such answer", body = ProblemAnswer)))]
pub(crate) async fn change(
    State(state): State<AppState>,
    Caller(access): Caller,
    Named(id): Named<String>,
    Json(body): Json<AnswerBody>,
) -> Result<Reply<PersonAnswerAnswer>, Failure> {
    Ok(Reply(state.engine.change_answer(&access, &id, body.values).await?.into()))
}

/// Takes an answer back; what was learnt from it is learnt anew without it. It can be undone.
#[utoipa::path(delete, path = "/api/v1/answers/{answer_id}", tag = "understanding", operation_id = "delete_answer",
    params(("answer_id" = String, Path, description = "The answer")),
    responses((status = 200, description = "It is gone", body = Empty),
        (status = 404, description = "There is no such answer", body = ProblemAnswer)))]
pub(crate) async fn delete(
    State(state): State<AppState>,
    Caller(access): Caller,
    Named(id): Named<String>,
) -> Result<Reply<Empty>, Failure> {
    state.engine.delete_answer(&access, &id).await?;
    Ok(Reply(Empty {}))
}

/// Takes every answer back, and what was learnt from them. It cannot be undone.
#[utoipa::path(delete, path = "/api/v1/answers", tag = "understanding", operation_id = "delete_answers",
    responses((status = 200, description = "How many are gone", body = DeletedAnswer)))]
pub(crate) async fn delete_all(
    State(state): State<AppState>,
    Caller(access): Caller,
) -> Result<Reply<DeletedAnswer>, Failure> {
    Ok(Reply(DeletedAnswer { deleted: state.engine.delete_all_answers(&access).await? }))
}

/// Undoes the last change of an answer; twenty are kept while the daemon runs.
#[utoipa::path(post, path = "/api/v1/answers/undo", tag = "understanding", operation_id = "undo_answer",
    responses((status = 200, description = "What became of which answer", body = UndoneAnswer),
        (status = 409, description = "There is nothing to undo", body = ProblemAnswer)))]
pub(crate) async fn undo(
    State(state): State<AppState>,
    Caller(access): Caller,
) -> Result<Reply<UndoneAnswer>, Failure> {
    Ok(Reply(state.engine.undo_answer(&access).await?.into()))
}

/// All answers as a table, without what was known when they were given.
#[utoipa::path(get, path = "/api/v1/answers.csv", tag = "understanding", operation_id = "answers_csv",
    responses((status = 200, description = "One row an answer", body = String, content_type = "text/csv")))]
pub(crate) async fn csv(State(state): State<AppState>, Caller(access): Caller) -> Result<Response, Failure> {
    export(&state, &access, ExportFormat::Csv, "text/csv; charset=utf-8", "csv").await
}

/// All answers with everything kept of them, one JSON object a line.
#[utoipa::path(get, path = "/api/v1/answers.ndjson", tag = "understanding", operation_id = "answers_ndjson",
    responses((status = 200, description = "One object an answer", body = String, content_type = "application/x-ndjson")))]
pub(crate) async fn ndjson(
    State(state): State<AppState>,
    Caller(access): Caller,
) -> Result<Response, Failure> {
    export(&state, &access, ExportFormat::Ndjson, "application/x-ndjson", "ndjson").await
}

async fn export(
    state: &AppState,
    access: &attnd_engine::Access,
    format: ExportFormat,
    content_type: &'static str,
    extension: &'static str,
) -> Result<Response, Failure> {
    let (engine, person) = (Arc::clone(&state.engine), access.person());
    let body = stream::answer(move |writer| engine.export_answers(person, format, writer)).await?;
    let disposition = format!("attachment; filename=attnd-answers.{extension}");
    let headers =
        [(header::CONTENT_TYPE, content_type.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, body).into_response())
}
