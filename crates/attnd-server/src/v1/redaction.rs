//! What is removed before storage?

use attnd_core::redact::RedactionRules;
use axum::extract::State;

use crate::AppState;
use crate::answer::Failure;
use crate::guard::{Caller, Json};
use crate::wire::redaction::{RedactionAnswer, RedactionBody, RuleProblems};
use crate::wire::reply::Reply;

/// The redaction rules in force.
#[utoipa::path(get, path = "/api/v1/redaction", tag = "privacy", operation_id = "redaction",
    responses((status = 200, description = "The rules", body = RedactionBody)))]
pub(crate) async fn show(State(state): State<AppState>, Caller(access): Caller) -> Reply<RedactionRules> {
    Reply((*state.engine.redaction_rules(access.person())).clone())
}

/// Replaces the redaction rules; they hold from now on. A rule that does not compile redacts all
/// it was meant to look at, and is named in the answer.
#[utoipa::path(put, path = "/api/v1/redaction", tag = "privacy", operation_id = "set_redaction",
    request_body = RedactionBody,
    responses((status = 200, description = "The rules that do not compile", body = RuleProblems)))]
pub(crate) async fn set(
    State(state): State<AppState>,
    Caller(access): Caller,
    Json(rules): Json<RedactionRules>,
) -> Result<Reply<RuleProblems>, Failure> {
    Ok(Reply(state.engine.set_redaction_rules(&access, rules).await?.into()))
}

/// Applies the rules in force to everything stored.
#[utoipa::path(post, path = "/api/v1/redaction/reapply", tag = "privacy", operation_id = "reapply_redaction",
    responses((status = 200, description = "What changed", body = RedactionAnswer)))]
pub(crate) async fn reapply(
    State(state): State<AppState>,
    Caller(access): Caller,
) -> Result<Reply<RedactionAnswer>, Failure> {
    let report = state.engine.reapply_redaction(&access).await?;
    Ok(Reply(RedactionAnswer { changed: report.changed, dropped: report.dropped }))
}
