//! What did the time go to, down to single titles?

use axum::extract::State;

use crate::AppState;
use crate::answer::Failure;
use crate::guard::Caller;
use crate::wire::activity::{ActivitiesAnswer, ActivityParams};
use crate::wire::param::Params;
use crate::wire::reply::Reply;

/// What the time of a period went to; with sites and titles where only a part of it is asked for.
#[utoipa::path(get, path = "/api/v1/activities", tag = "flow", operation_id = "activities",
    params(ActivityParams),
    responses((status = 200, description = "The time, most first", body = ActivitiesAnswer)))]
pub(crate) async fn activities(
    State(state): State<AppState>,
    Caller(access): Caller,
    Params(params): Params<ActivityParams>,
) -> Result<Reply<ActivitiesAnswer>, Failure> {
    let (range, filter) = (params.range()?, params.filter()?);
    Ok(Reply(state.engine.activities(access.person(), range, &filter).await?.into()))
}
