//! What may a browser extension do that nobody has paired yet? Ask, and wait for the person.

use std::net::IpAddr;

use attnd_core::{BucketId, ErrorCode, Problem};
use axum::extract::Request;
use axum::http::HeaderValue;

use crate::AppState;
use crate::answer::Failure;
use crate::guard::rate::Knock;
use crate::guard::scope;
use crate::route::Rule;

/// How a route meets an extension that is not paired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strangers {
    /// It is refused.
    Refused,
    /// It is refused, and its wish to be paired goes to the person.
    MayAsk,
    /// It is answered: the route is how extensions ask and collect their token.
    Welcome,
}

/// Passes an unpaired extension where the route welcomes it.
pub(crate) async fn meet(
    state: &AppState,
    rule: Option<&Rule>,
    origin: &HeaderValue,
    request: &mut Request,
) -> Result<(), Failure> {
    let refused = || Failure::from(Problem::new(ErrorCode::OriginRefused, ""));
    let rule = rule.ok_or_else(refused)?;
    match rule.strangers {
        Strangers::Welcome => Ok(()),
        Strangers::Refused => Err(refused()),
        Strangers::MayAsk => {
            let bucket = scope::bucket(rule, request).await?;
            Err(ask(state, origin, bucket, scope::address(request)).await)
        }
    }
}

/// Puts an extension's wish before the person; the answer to the extension is no, for now.
pub(crate) async fn ask(
    state: &AppState,
    origin: &HeaderValue,
    bucket: Option<BucketId>,
    address: Option<IpAddr>,
) -> Failure {
    let Ok(origin) = origin.to_str() else {
        return Problem::new(ErrorCode::OriginRefused, "").into();
    };
    if let Err(failure) = state.site.rates.knock(Knock::Pairing, address) {
        return failure;
    }
    match state.engine.ask_pairing(origin, bucket).await {
        Ok(pairing) => {
            tracing::info!(pairing = pairing.id, state = ?pairing.state, "a browser extension asks to send events");
            let page = format!("http://127.0.0.1:{}/", state.site.port);
            Problem::new(ErrorCode::OriginRefused, format!("approve the extension at {page}")).into()
        }
        Err(problem) => problem.into(),
    }
}
