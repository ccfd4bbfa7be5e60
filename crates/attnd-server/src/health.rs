//! Is the daemon alive, and can it do its work? For those who supervise it; tells nothing else.

use axum::extract::State;

use crate::AppState;
use crate::answer::Failure;
use crate::wire::health::Health;
use crate::wire::reply::Reply;

/// Whether the process answers.
#[utoipa::path(get, path = "/healthz", tag = "about", operation_id = "healthz",
    responses((status = 200, description = "It is alive", body = Health)))]
pub(crate) async fn alive() -> Reply<Health> {
    Reply(Health::OK)
}

/// Whether it can do its work: the schema is current and a write reaches the disk.
#[utoipa::path(get, path = "/readyz", tag = "about", operation_id = "readyz",
    responses((status = 200, description = "It can", body = Health),
        (status = 507, description = "The disk is full", body = crate::answer::ProblemAnswer)))]
pub(crate) async fn ready(State(state): State<AppState>) -> Result<Reply<Health>, Failure> {
    state.engine.ready().await?;
    Ok(Reply(Health::OK))
}
