//! What does a query2 program answer for each period?

use axum::extract::State;
use axum::response::Response;

use crate::AppState;
use crate::activitywatch::event::json_body;
use crate::answer::Failure;
use crate::guard::{Caller, Json};
use crate::stream;
use crate::wire::param::Params;
use crate::wire::query::{QueryBody, QueryParams};
use attnd_core::{ErrorCode, Problem};

/// Runs a query once for each period.
#[utoipa::path(post, path = "/api/0/query/", tag = "activitywatch", operation_id = "aw_query",
    params(QueryParams), request_body = QueryBody,
    responses((status = 200, description = "One result for each period", body = Vec<serde_json::Value>)))]
pub(crate) async fn query(
    State(state): State<AppState>,
    Caller(access): Caller,
    Params(params): Params<QueryParams>,
    Json(body): Json<QueryBody>,
) -> Result<Response, Failure> {
    let periods = body.periods()?;
    let answer = state.engine.query(access.person(), body.program(), periods, params.name).await;
    let values = answer.map_err(|failure| Failure::of_query(failure.problem, failure.python_name))?;
    let body = stream::answer(move |writer| {
        serde_json::to_writer(writer, &values).map_err(|error| {
            Problem::new(ErrorCode::FileUnreadable, format!("the answer was cut off: {error}"))
        })
    });
    Ok(json_body(body.await?))
}
