//! How did attention go, at the asker's resolution?

use attnd_core::Timestamp;
use attnd_engine::flow::By;
use attnd_engine::insight::InsightOptions;
use axum::extract::State;

use crate::AppState;
use crate::answer::Failure;
use crate::guard::Caller;
use crate::wire::param::Params;
use crate::wire::reply::Reply;
use crate::wire::timeline::{TimelineAnswer, TimelineParams};

/// The time of each state, in bins as fine as the asker's pixels; of a day also what was in front.
#[utoipa::path(get, path = "/api/v1/timeline", tag = "flow", operation_id = "timeline", params(TimelineParams),
    responses((status = 200, description = "The timeline", body = TimelineAnswer)))]
pub(crate) async fn timeline(
    State(state): State<AppState>,
    Caller(access): Caller,
    Params(params): Params<TimelineParams>,
) -> Result<Reply<TimelineAnswer>, Failure> {
    let (range, zone) = (params.range()?, params.zone()?);
    let options = InsightOptions { by: By::Month, bins: params.bins()? };
    let (engine, person) = (&state.engine, access.person());
    let insight = engine.insight(person, range, &zone, options).await?;
    let mut days = Vec::new();
    if TimelineParams::with_spans(range) {
        let date = |moment: Timestamp| moment.jiff().to_zoned(zone.clone()).date();
        let (first, last) = (date(range.start()), date(range.end()));
        days.push(engine.day(person, first, &zone).await?);
        if last > first {
            days.push(engine.day(person, last, &zone).await?);
        }
    }
    Ok(Reply(TimelineAnswer::new(range, &insight.bins, days)))
}
