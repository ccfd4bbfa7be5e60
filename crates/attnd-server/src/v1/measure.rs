//! How did attention go, in numbers?

use attnd_engine::insight::InsightOptions;
use axum::extract::State;

use crate::AppState;
use crate::answer::Failure;
use crate::guard::Caller;
use crate::wire::flow::FlowParams;
use crate::wire::measure::MeasuresAnswer;
use crate::wire::param::Params;
use crate::wire::reply::Reply;

/// A period of any length, measured: focus, switches, interruptions, breaks, whole and step by step.
#[utoipa::path(get, path = "/api/v1/measures", tag = "flow", operation_id = "measures", params(FlowParams),
    responses((status = 200, description = "How attention went", body = MeasuresAnswer)))]
pub(crate) async fn measures(
    State(state): State<AppState>,
    Caller(access): Caller,
    Params(params): Params<FlowParams>,
) -> Result<Reply<MeasuresAnswer>, Failure> {
    let (range, zone) = (params.range()?, params.zone()?);
    let options = InsightOptions { by: params.by(), bins: 0 };
    let insight = state.engine.insight(access.person(), range, &zone, options).await?;
    Ok(Reply(insight.into()))
}
