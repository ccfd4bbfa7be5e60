//! How does a browser prove that it is the person's? A link with a code that works once.

use attnd_core::ErrorCode;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::answer::{Failure, ProblemAnswer};
use crate::config::Reach;
use crate::guard::peer::Connection;
use crate::guard::rate::Knock;
use crate::guard::scope::SESSION_COOKIE;
use crate::wire::param::Params;
use crate::wire::reply::Reply;
use crate::wire::session::{CodeAnswer, CodeParams};
use crate::{AppState, page};

/// How long the browser keeps the session: as long as the engine honours it.
const KEPT_S: u32 = 30 * 86_400;

/// Makes a code that signs one browser in, once, within five minutes.
#[utoipa::path(post, path = "/api/v1/sign-in-codes", tag = "access", operation_id = "create_sign_in_code",
    responses((status = 201, description = "The code", body = CodeAnswer)))]
pub(crate) async fn create_code(
    State(state): State<AppState>,
) -> Result<(StatusCode, Reply<CodeAnswer>), Failure> {
    let code = state.engine.sign_in_code()?;
    let path = format!("/sign-in?code={code}");
    Ok((StatusCode::CREATED, Reply(CodeAnswer { code, path })))
}

/// Signs this browser in and goes on to the first page.
#[utoipa::path(get, path = "/sign-in", tag = "access", operation_id = "sign_in", params(CodeParams),
    responses((status = 303, description = "Signed in: the session cookie, and on to the first page"),
        (status = 401, description = "The code is unknown, used or too old", body = ProblemAnswer)))]
pub(crate) async fn sign_in(
    State(state): State<AppState>,
    connection: Option<Extension<Connection>>,
    headers: HeaderMap,
    Params(params): Params<CodeParams>,
) -> Result<Response, Failure> {
    match state.engine.sign_in(&params.code).await {
        Ok(session) => {
            let secure = if state.site.reach == Reach::BehindProxy { "; Secure" } else { "" };
            let cookie = format!(
                "{SESSION_COOKIE}={}; HttpOnly; SameSite=Strict; Path=/; Max-Age={KEPT_S}{secure}",
                session.secret
            );
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response())
        }
        Err(problem) if problem.code == ErrorCode::Unauthorized => {
            let address = connection.map(|Extension(connection)| connection.client());
            state.site.rates.knock(Knock::Failure, address)?;
            // Opened again, a link has done its work: the first page knows whether the browser is
            // signed in, and else says how.
            if page::reads_pages(&headers) {
                Ok(Redirect::to("/").into_response())
            } else {
                Err(problem.into())
            }
        }
        Err(problem) => Err(problem.into()),
    }
}
