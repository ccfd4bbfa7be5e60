//! Who did what? The person's audit log.

use axum::extract::State;

use crate::AppState;
use crate::answer::Failure;
use crate::guard::Caller;
use crate::wire::audit::{AuditAnswer, AuditParams};
use crate::wire::param::Params;
use crate::wire::reply::Reply;

/// The audit log, oldest first. Each line's hash covers the line before.
#[utoipa::path(get, path = "/api/v1/audit", tag = "privacy", operation_id = "audit", params(AuditParams),
    responses((status = 200, description = "The lines", body = Vec<AuditAnswer>)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Caller(access): Caller,
    Params(params): Params<AuditParams>,
) -> Result<Reply<Vec<AuditAnswer>>, Failure> {
    let lines = state.engine.audit(access.person(), params.after()?).await?;
    Ok(Reply(lines.into_iter().map(AuditAnswer).collect()))
}
