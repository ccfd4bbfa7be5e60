//! Which recordings are there, and what was done to them by a command of this machine?

use axum::extract::State;

use crate::AppState;
use crate::answer::Failure;
use crate::guard::{Caller, Json};
use crate::wire::recording::{RecordingAnswer, RecordingChangeBody, RecordingsAnswer};
use crate::wire::reply::{Empty, Reply};

/// The person's recordings, without their samples.
#[utoipa::path(get, path = "/api/v1/recordings", tag = "recordings", operation_id = "recordings",
    responses((status = 200, description = "The recordings, by id", body = RecordingsAnswer)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Caller(access): Caller,
) -> Result<Reply<RecordingsAnswer>, Failure> {
    let recordings = state.engine.recordings(access.person()).await?;
    let recordings = recordings.into_iter().map(RecordingAnswer::from).collect();
    Ok(Reply(RecordingsAnswer { person: access.person().to_string(), recordings }))
}

/// Notes what a command of this machine did to recordings in the data directory: in the audit log, and as consent for what it
/// took in. Samples never travel here.
#[utoipa::path(post, path = "/api/v1/recordings/changes", tag = "recordings", operation_id = "note_recordings",
    request_body = RecordingChangeBody,
    responses((status = 200, description = "It is noted", body = Empty)))]
pub(crate) async fn note(
    State(state): State<AppState>,
    Caller(access): Caller,
    Json(body): Json<RecordingChangeBody>,
) -> Result<Reply<Empty>, Failure> {
    state.engine.note_recordings(&access, &body.change()).await?;
    Ok(Reply(Empty {}))
}
