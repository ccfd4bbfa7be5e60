//! Who else may reach attnd? Tokens: made, listed, revoked.

use axum::extract::State;
use axum::http::StatusCode;

use crate::AppState;
use crate::answer::{Failure, ProblemAnswer};
use crate::guard::{Caller, Json};
use crate::wire::param::Named;
use crate::wire::reply::{Empty, Reply};
use crate::wire::token::{IssuedAnswer, TokenAnswer, TokenBody};

/// Every token and browser session, newest first; never their secrets.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "access", operation_id = "tokens",
    responses((status = 200, description = "The tokens", body = Vec<TokenAnswer>)))]
pub(crate) async fn list(State(state): State<AppState>, Caller(access): Caller) -> Reply<Vec<TokenAnswer>> {
    Reply(state.engine.tokens(access.person()).iter().map(|token| TokenAnswer::of(token)).collect())
}

/// Makes a token. Its secret is in this answer and never again.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "access", operation_id = "create_token",
    request_body = TokenBody,
    responses((status = 201, description = "The token and its secret", body = IssuedAnswer)))]
pub(crate) async fn create(
    State(state): State<AppState>,
    Caller(access): Caller,
    Json(body): Json<TokenBody>,
) -> Result<(StatusCode, Reply<IssuedAnswer>), Failure> {
    let issued = state.engine.create_token(&access, body.token()?).await?;
    Ok((
        StatusCode::CREATED,
        Reply(IssuedAnswer { token: TokenAnswer::of(&issued.token), secret: issued.secret }),
    ))
}

/// Revokes a token or session; it opens nothing from this moment.
#[utoipa::path(delete, path = "/api/v1/tokens/{token_id}", tag = "access", operation_id = "revoke_token",
    params(("token_id" = String, Path, description = "The token")),
    responses((status = 200, description = "It is revoked", body = Empty),
        (status = 404, description = "There is no such token", body = ProblemAnswer)))]
pub(crate) async fn revoke(
    State(state): State<AppState>,
    Caller(access): Caller,
    Named(id): Named<String>,
) -> Result<Reply<Empty>, Failure> {
    state.engine.revoke_token(&access, &id).await?;
    Ok(Reply(Empty {}))
}
