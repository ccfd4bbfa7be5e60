//! May this browser extension send events? It asks, the person answers, it collects its token.

use attnd_core::{ErrorCode, Problem};
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;

use crate::AppState;
use crate::answer::{Failure, ProblemAnswer};
use crate::guard::peer::Connection;
use crate::guard::rate::Knock;
use crate::guard::{Caller, Json, Sender};
use crate::wire::pairing::{AnswerBody, AskBody, OriginHeader, PairingAnswer, PairingView};
use crate::wire::param::Named;
use crate::wire::reply::{Empty, Reply};

/// Every pairing, oldest first.
#[utoipa::path(get, path = "/api/v1/pairings", tag = "access", operation_id = "pairings",
    responses((status = 200, description = "The pairings", body = Vec<PairingAnswer>)))]
pub(crate) async fn list(State(state): State<AppState>, Caller(access): Caller) -> Reply<Vec<PairingAnswer>> {
    Reply(state.engine.pairings(access.person()).into_iter().map(PairingAnswer::from).collect())
}

/// A browser extension asks to fill a bucket. Its `Origin` says who it is; asking again changes
/// nothing.
#[utoipa::path(post, path = "/api/v1/pairings", tag = "access", operation_id = "ask_pairing", params(OriginHeader),
    request_body = AskBody,
    responses((status = 202, description = "The person is asked", body = PairingView)))]
pub(crate) async fn ask(
    State(state): State<AppState>,
    Extension(sender): Extension<Sender>,
    connection: Option<Extension<Connection>>,
    Json(body): Json<AskBody>,
) -> Result<(StatusCode, Reply<PairingView>), Failure> {
    let address = connection.map(|Extension(connection)| connection.client());
    state.site.rates.knock(Knock::Pairing, address)?;
    let pairing = state.engine.ask_pairing(extension(&sender)?, body.bucket).await?;
    Ok((StatusCode::ACCEPTED, Reply(PairingView::of(&pairing, None))))
}

/// A browser extension looks whether it was answered; after approval it gets its token, once.
#[utoipa::path(get, path = "/api/v1/pairings/{pairing_id}/token", tag = "access", operation_id = "collect_pairing",
    params(("pairing_id" = String, Path, description = "The pairing"), OriginHeader),
    responses((status = 200, description = "Where it stands", body = PairingView),
        (status = 404, description = "This origin has no such pairing", body = ProblemAnswer)))]
pub(crate) async fn collect(
    State(state): State<AppState>,
    Extension(sender): Extension<Sender>,
    Named(id): Named<String>,
) -> Result<Reply<PairingView>, Failure> {
    let view = state.engine.collect_pairing(&id, extension(&sender)?).await?;
    Ok(Reply(PairingView::of(&view.pairing, view.token)))
}

/// Answers an extension, or changes the answer.
#[utoipa::path(post, path = "/api/v1/pairings/{pairing_id}/answer", tag = "access", operation_id = "answer_pairing",
    params(("pairing_id" = String, Path, description = "The pairing")),
    request_body = AnswerBody,
    responses((status = 200, description = "It holds from now on", body = Empty),
        (status = 404, description = "There is no such pairing", body = ProblemAnswer)))]
pub(crate) async fn answer(
    State(state): State<AppState>,
    Caller(access): Caller,
    Named(id): Named<String>,
    Json(body): Json<AnswerBody>,
) -> Result<Reply<Empty>, Failure> {
    state.engine.answer_pairing(&access, &id, body.answer.into()).await?;
    Ok(Reply(Empty {}))
}

/// The extension that asks: a browser sets its origin and no page can forge it.
fn extension(sender: &Sender) -> Result<&str, Problem> {
    match sender {
        Sender::Stranger(origin) | Sender::Paired(origin) => origin.to_str().ok(),
        Sender::Program | Sender::Browser | Sender::Trusted(_) => None,
    }
    .ok_or_else(|| {
        Problem::new(ErrorCode::InvalidParameter, "only a browser extension, by its Origin, can be paired")
    })
}
