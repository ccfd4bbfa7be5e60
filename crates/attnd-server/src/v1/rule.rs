//! What would a category rule change, and how does it come into force?

use attnd_core::PersonId;
use attnd_engine::rules::RuleProposal;
use axum::extract::State;

use crate::AppState;
use crate::answer::{Failure, ProblemAnswer};
use crate::guard::{Caller, Json};
use crate::wire::flow::FlowParams;
use crate::wire::param::Params;
use crate::wire::reply::{Empty, Reply};
use crate::wire::rule::{PreviewAnswer, ProposalAnswer, ProposalBody, SuggestionAnswer};

/// The rule an example stands for. Nothing is changed.
#[utoipa::path(post, path = "/api/v1/categories/propose", tag = "flow", operation_id = "propose_rule",
    request_body = ProposalBody,
    responses((status = 200, description = "The rule", body = ProposalAnswer)))]
pub(crate) async fn propose(
    State(state): State<AppState>,
    Caller(access): Caller,
    Json(body): Json<ProposalBody>,
) -> Result<Reply<ProposalAnswer>, Failure> {
    Ok(Reply(proposal(&state, access.person(), &body)?.into()))
}

/// What a rule would change over a period. Nothing is changed.
#[utoipa::path(post, path = "/api/v1/categories/test", tag = "flow", operation_id = "test_rule",
    params(FlowParams), request_body = ProposalBody,
    responses((status = 200, description = "What would move, and what it matches", body = PreviewAnswer)))]
pub(crate) async fn test(
    State(state): State<AppState>,
    Caller(access): Caller,
    Params(params): Params<FlowParams>,
    Json(body): Json<ProposalBody>,
) -> Result<Reply<PreviewAnswer>, Failure> {
    let proposal = proposal(&state, access.person(), &body)?;
    let preview = state.engine.preview_rule(access.person(), params.range()?, &proposal).await?;
    Ok(Reply(PreviewAnswer::new(proposal, preview)))
}

/// Adds a rule to its category; what belonged to it before still does. It can be undone.
#[utoipa::path(post, path = "/api/v1/categories/apply", tag = "flow", operation_id = "apply_rule",
    request_body = ProposalBody,
    responses((status = 200, description = "It is in force", body = ProposalAnswer)))]
pub(crate) async fn apply(
    State(state): State<AppState>,
    Caller(access): Caller,
    Json(body): Json<ProposalBody>,
) -> Result<Reply<ProposalAnswer>, Failure> {
    let proposal = proposal(&state, access.person(), &body)?;
    state.engine.apply_rule(&access, &proposal).await?;
    Ok(Reply(proposal.into()))
}

/// Brings back the categories before their last change, by whoever; twenty changes are kept.
#[utoipa::path(post, path = "/api/v1/categories/undo", tag = "flow", operation_id = "undo_rule",
    responses((status = 200, description = "The categories are as before", body = Empty),
        (status = 409, description = "There is nothing to undo", body = ProblemAnswer)))]
pub(crate) async fn undo(
    State(state): State<AppState>,
    Caller(access): Caller,
) -> Result<Reply<Empty>, Failure> {
    state.engine.undo_rules(&access).await?;
    Ok(Reply(Empty {}))
}

/// What has no category, most time first, with the rule attnd would propose for it.
#[utoipa::path(get, path = "/api/v1/categories/suggestions", tag = "flow", operation_id = "suggest_rules",
    params(FlowParams),
    responses((status = 200, description = "Time without a category", body = Vec<SuggestionAnswer>)))]
pub(crate) async fn suggestions(
    State(state): State<AppState>,
    Caller(access): Caller,
    Params(params): Params<FlowParams>,
) -> Result<Reply<Vec<SuggestionAnswer>>, Failure> {
    let suggestions = state.engine.suggest_rules(access.person(), params.range()?).await?;
    Ok(Reply(suggestions.into_iter().map(SuggestionAnswer::from).collect()))
}

fn proposal(state: &AppState, person: PersonId, body: &ProposalBody) -> Result<RuleProposal, Failure> {
    let example = body.example()?;
    match body.written() {
        Some(proposal) => Ok(proposal),
        None => Ok(state.engine.propose_rule(person, &example, body.category.clone())?),
    }
}
