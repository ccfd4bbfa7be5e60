//! How does a watcher say that something goes on? The hot path: nothing here may be slow.

use attnd_core::{Event, Pulse};
use attnd_engine::ingest::{NotKept, Taken};
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};

use crate::AppState;
use crate::answer::{Failure, ProblemAnswer};
use crate::guard::{Caller, InBucket, Json};
use crate::wire::event::{EventAnswer, EventBody};
use crate::wire::param::{BucketPath, Params, PulseParams};
use crate::wire::reply::Reply;

/// Says why an event that was taken is not stored.
const NOT_KEPT: HeaderName = HeaderName::from_static("attnd-not-kept");

/// Continues the bucket's last event, or begins a new one. The answer comes when it is durable.
#[utoipa::path(post, path = "/api/0/buckets/{bucket_id}/heartbeat", tag = "activitywatch", operation_id = "aw_heartbeat",
    params(BucketPath, PulseParams),
    request_body = EventBody,
    responses((status = 200, description = "The event as it is now", body = EventAnswer,
            headers(("Attnd-Not-Kept" = Option<String>, description = "`redacted` or `paused`: the event was taken but is not stored"))),
        (status = 404, description = "There is no such bucket", body = ProblemAnswer)))]
pub(crate) async fn heartbeat(
    State(state): State<AppState>,
    Caller(access): Caller,
    InBucket(id): InBucket,
    Params(params): Params<PulseParams>,
    Json(event): Json<Event>,
) -> Result<Response, Failure> {
    let pulse = Pulse(params.pulse()?);
    Ok(match state.engine.heartbeat(&access, &id, event, pulse).await? {
        Taken::Stored(event) => Reply(event).into_response(),
        Taken::NotKept(event, why) => {
            let why = match why {
                NotKept::Redacted => HeaderValue::from_static("redacted"),
                NotKept::Paused => HeaderValue::from_static("paused"),
            };
            ([(NOT_KEPT, why)], Reply(event)).into_response()
        }
    })
}
