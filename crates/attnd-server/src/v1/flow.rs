//! Where did attention go?

use axum::extract::State;
use jiff::civil::Date;

use crate::AppState;
use crate::answer::Failure;
use crate::guard::Caller;
use crate::wire::flow::{DayAnswer, FlowAnswer, FlowParams, ZoneParams};
use crate::wire::param::{Named, Params};
use crate::wire::reply::Reply;
use attnd_core::{ErrorCode, Problem};

/// A period of any length, whole and step by step.
#[utoipa::path(get, path = "/api/v1/flow", tag = "flow", operation_id = "flow", params(FlowParams),
    responses((status = 200, description = "The time its activities had", body = FlowAnswer)))]
pub(crate) async fn flow(
    State(state): State<AppState>,
    Caller(access): Caller,
    Params(params): Params<FlowParams>,
) -> Result<Reply<FlowAnswer>, Failure> {
    let (range, zone) = (params.range()?, params.zone()?);
    let report = state.engine.flow_report(access.person(), range, &zone, params.by()).await?;
    Ok(Reply(report.into()))
}

/// One local day, span by span.
#[utoipa::path(get, path = "/api/v1/days/{date}", tag = "flow", operation_id = "day",
    params(("date" = String, Path, description = "The day", format = Date), ZoneParams),
    responses((status = 200, description = "The day", body = DayAnswer)))]
pub(crate) async fn day(
    State(state): State<AppState>,
    Caller(access): Caller,
    Named(date): Named<String>,
    Params(params): Params<ZoneParams>,
) -> Result<Reply<DayAnswer>, Failure> {
    let date: Date = date.parse().map_err(|_| {
        Problem::new(ErrorCode::InvalidTime, format!("'{date}' is no date such as 2024-01-31"))
    })?;
    Ok(Reply(state.engine.day(access.person(), date, &params.zone()?).await?.into()))
}
