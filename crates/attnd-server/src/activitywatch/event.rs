//! Which events does a bucket hold? Reads, inserts, counts and deletes them.

use attnd_core::store::{EventQuery, Order};
use attnd_core::{ErrorCode, Event, EventId, Problem, TimeRange};
use attnd_engine::Actor;
use attnd_engine::ingest::Deleted;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::answer::{Failure, ProblemAnswer};
use crate::guard::{Caller, InBucket, Json};
use crate::wire::event::{EventAnswer, EventsBody, Success};
use crate::wire::param::{BucketPath, CountParams, EventParams, Named, Params};
use crate::wire::reply::Reply;
use crate::{AppState, stream};

/// More events than this are written as they are sent, on a thread that may block.
const LONG_ANSWER: usize = 1_000;

/// Events that touch a time, newest first, cut to it.
#[utoipa::path(get, path = "/api/0/buckets/{bucket_id}/events", tag = "activitywatch", operation_id = "aw_events",
    params(BucketPath, EventParams),
    responses((status = 200, description = "The events, newest first", body = Vec<EventAnswer>),
        (status = 404, description = "There is no such bucket", body = ProblemAnswer)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Caller(access): Caller,
    InBucket(id): InBucket,
    Params(params): Params<EventParams>,
) -> Result<Response, Failure> {
    let Some(range) = params.range()? else {
        return Ok(Reply(Vec::<Event>::new()).into_response());
    };
    let query = EventQuery { range, order: Order::NewestFirst, limit: params.limit()?, after: None };
    let events = state.engine.events(access.person(), id, query).await?;
    let clipped = events.into_iter().filter_map(move |event| event.clipped(range));
    if clipped.size_hint().1.is_some_and(|most| most <= LONG_ANSWER) {
        return Ok(Reply(clipped.collect::<Vec<_>>()).into_response());
    }
    let body = stream::answer(move |writer| {
        let failed =
            |error| Problem::new(ErrorCode::FileUnreadable, format!("the answer was cut off: {error}"));
        let mut before = "[";
        for event in clipped {
            writer.write_all(before.as_bytes()).map_err(failed)?;
            serde_json::to_writer(&mut *writer, &event).map_err(|error| failed(error.into()))?;
            before = ",";
        }
        writer.write_all(if before == "[" { b"[]" } else { b"]" }).map_err(failed)
    });
    Ok(json_body(body.await?))
}

/// A body that is JSON already.
pub(crate) fn json_body(body: Body) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// Stores events: one, or an array. One that carries the id of a stored event replaces it.
#[utoipa::path(post, path = "/api/0/buckets/{bucket_id}/events", tag = "activitywatch", operation_id = "aw_insert_events",
    params(BucketPath),
    request_body = EventsBody,
    responses((status = 200, description = "The events as stored, with their ids; those not kept (redaction, pause) are absent", body = Vec<EventAnswer>),
        (status = 404, description = "There is no such bucket", body = ProblemAnswer),
        (status = 409, description = "An id belongs to an event of another bucket", body = ProblemAnswer)))]
pub(crate) async fn insert(
    State(state): State<AppState>,
    Caller(access): Caller,
    InBucket(id): InBucket,
    Json(EventsBody(events)): Json<EventsBody>,
) -> Result<Reply<Vec<Event>>, Failure> {
    let replaces = events.iter().any(|event| event.id.is_some());
    if replaces && *access.actor() == Actor::LocalProcess && !access.is_the_person() {
        let words = "a program whose user this platform cannot tell may add events, not replace them";
        return Err(Problem::new(ErrorCode::Unauthorized, words).into());
    }
    Ok(Reply(state.engine.insert(&access, &id, events).await?))
}

/// How many events touch a time.
#[utoipa::path(get, path = "/api/0/buckets/{bucket_id}/events/count", tag = "activitywatch", operation_id = "aw_count_events",
    params(BucketPath, CountParams),
    responses((status = 200, description = "How many", body = u64, content_type = "application/json"),
        (status = 404, description = "There is no such bucket", body = ProblemAnswer)))]
pub(crate) async fn count(
    State(state): State<AppState>,
    Caller(access): Caller,
    InBucket(id): InBucket,
    Params(params): Params<CountParams>,
) -> Result<Reply<u64>, Failure> {
    let range =
        params.range()?.unwrap_or(TimeRange::from(attnd_core::Timestamp::MIN, attnd_core::Duration::ZERO));
    Ok(Reply(state.engine.count(access.person(), id, range).await?))
}

/// One event.
#[utoipa::path(get, path = "/api/0/buckets/{bucket_id}/events/{event_id}", tag = "activitywatch", operation_id = "aw_event",
    params(BucketPath,
        ("event_id" = i64, Path, description = "The event")),
    responses((status = 200, description = "The event", body = EventAnswer),
        (status = 404, description = "There is no such bucket or event", body = ProblemAnswer)))]
pub(crate) async fn one(
    State(state): State<AppState>,
    Caller(access): Caller,
    InBucket(id): InBucket,
    Named(path): Named<(String, i64)>,
) -> Result<Reply<Event>, Failure> {
    Ok(Reply(state.engine.event(access.person(), id, EventId(path.1)).await?))
}

/// Deletes one event; one that is not there is no failure.
#[utoipa::path(delete, path = "/api/0/buckets/{bucket_id}/events/{event_id}", tag = "activitywatch", operation_id = "aw_delete_event",
    params(BucketPath,
        ("event_id" = i64, Path, description = "The event")),
    responses((status = 200, description = "Whether there was one", body = Success),
        (status = 404, description = "There is no such bucket", body = ProblemAnswer)))]
pub(crate) async fn delete(
    State(state): State<AppState>,
    Caller(access): Caller,
    InBucket(id): InBucket,
    Named(path): Named<(String, i64)>,
) -> Result<Reply<Success>, Failure> {
    let deleted = state.engine.delete_event(&access, &id, EventId(path.1)).await?;
    Ok(Reply(Success { success: u8::from(deleted == Deleted::Gone) }))
}
