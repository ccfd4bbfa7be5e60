//! How focused, how loaded was a person, how sure is that, and why?

use attnd_core::Duration;
use axum::extract::State;

use crate::AppState;
use crate::answer::{Failure, ProblemAnswer};
use crate::guard::{Caller, Json};
use crate::wire::answer::PersonAnswerAnswer;
use crate::wire::estimate::{CorrectionBody, EstimatesAnswer, GroundsAnswer};
use crate::wire::flow::{FlowParams, ZoneParams};
use crate::wire::param::Params;
use crate::wire::reply::Reply;

/// Minutes are told one by one up to eight days; of longer periods the steps say enough.
const SINGLY: Duration = Duration::from_s(8 * 86_400);

/// Estimates of a period: minute by minute up to eight days, and in steps.
#[utoipa::path(get, path = "/api/v1/estimates", tag = "understanding", operation_id = "estimates",
    params(FlowParams),
    responses((status = 200, description = "Estimates; what is not known says why", body = EstimatesAnswer)))]
pub(crate) async fn estimates(
    State(state): State<AppState>,
    Caller(access): Caller,
    Params(params): Params<FlowParams>,
) -> Result<Reply<EstimatesAnswer>, Failure> {
    let (range, zone) = (params.range()?, params.zone()?);
    let steps = attnd_engine::period::steps(range, &zone, params.by())?;
    let minutes = if range.duration() <= SINGLY {
        state.engine.estimates(access.person(), range, &zone).await?
    } else {
        Vec::new()
    };
    let means = state.engine.estimate_means(access.person(), steps, &zone).await?;
    Ok(Reply(EstimatesAnswer::new(minutes, means)))
}

/// Why the estimates of a period came out as they did.
#[utoipa::path(get, path = "/api/v1/estimates/reasons", tag = "understanding", operation_id = "estimate_reasons",
    params(FlowParams),
    responses((status = 200, description = "The mean causes of each aspect", body = Vec<GroundsAnswer>)))]
pub(crate) async fn reasons(
    State(state): State<AppState>,
    Caller(access): Caller,
    Params(params): Params<FlowParams>,
) -> Result<Reply<Vec<GroundsAnswer>>, Failure> {
    let (range, zone) = (params.range()?, params.zone()?);
    let grounds = state.engine.grounds(access.person(), range, &zone).await?;
    Ok(Reply(grounds.into_iter().map(GroundsAnswer::from).collect()))
}

/// Says how a stretch of time really was. It counts as an answer, and stands over any estimate.
#[utoipa::path(post, path = "/api/v1/estimates/correct", tag = "understanding", operation_id = "correct_estimate",
    params(ZoneParams), request_body = CorrectionBody,
    responses((status = 200, description = "The answer it became", body = PersonAnswerAnswer),
        (status = 400, description = "A stretch that is empty, not over or too long; a value off the scale", body = ProblemAnswer)))]
pub(crate) async fn correct(
    State(state): State<AppState>,
    Caller(access): Caller,
    Params(params): Params<ZoneParams>,
    Json(body): Json<CorrectionBody>,
) -> Result<Reply<PersonAnswerAnswer>, Failure> {
    let (about, instrument, values) = body.said()?;
    let answer = state.engine.correct(&access, about, instrument, values, &params.zone()?).await?;
    Ok(Reply(answer.into()))
}
