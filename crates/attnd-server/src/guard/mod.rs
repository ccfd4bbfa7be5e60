//! May this request pass? Every request goes through here once, in a fixed order: Host, Origin,
//! who is asking and whether the route's need is met, rate, size and type of the body.

pub(crate) mod body;
pub(crate) mod headers;
pub(crate) mod host;
mod log;
pub(crate) mod origin;
pub(crate) mod pairing;
pub(crate) mod peer;
pub(crate) mod rate;
pub(crate) mod scope;

use std::sync::Arc;

use attnd_core::{ErrorCode, Problem};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::AppState;
use crate::answer::{self, Failure};
use crate::route::{PathRules, Rule};

pub(crate) use body::{BodyRule, Json, Upload};
pub(crate) use host::Names;
pub(crate) use origin::Sender;
pub(crate) use pairing::Strangers;
pub(crate) use rate::Rates;
pub(crate) use scope::{Caller, InBucket, Needs};

/// What the guard of one path knows: the server, and what each method on the path needs.
pub(crate) struct Gate {
    pub(crate) state: AppState,
    /// `None` where no route is (the answer will be 404), and on pages: those ask for the
    /// [`Caller`] themselves, so that they can answer with a page.
    pub(crate) rules: Option<PathRules>,
}

impl Gate {
    fn rule(&self, method: &Method) -> Option<&Rule> {
        self.rules.as_ref().and_then(|rules| rules.of(method))
    }
}

/// Lets a request through or answers it, and dresses whatever is answered.
pub(crate) async fn pass(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    let language = answer::Language::of(request.headers());
    let log = log::Entry::of(&gate.state.site, &request);
    let seen =
        host::check(&gate.state.site.names, &request).and_then(|()| origin::sender(&gate.state, &request));
    let (mut response, readable_by) = match seen {
        Err(problem) => (Failure::from(problem).into_response(), None),
        Ok(sender) => inside(&gate, sender, request, next).await,
    };
    log.answered(&mut response, |response| answer::render(response, language));
    headers::dress(&mut response, readable_by);
    gate.state.site.counters.count(response.status());
    response
}

/// The answer, and the web origin whose scripts may read it.
async fn inside(
    gate: &Gate,
    sender: Sender,
    mut request: Request,
    next: Next,
) -> (Response, Option<HeaderValue>) {
    let asked = asked_method(&request, &sender);
    let rule = gate.rule(asked.as_ref().unwrap_or(request.method()));
    if let Sender::Stranger(origin) = &sender
        && let Err(failure) = pairing::meet(&gate.state, rule, origin, &mut request).await
    {
        return (failure.into_response(), None);
    }
    let readable_by = sender.origin().cloned();
    let response = if asked.is_some() {
        preflight(gate, &request)
    } else {
        match scope::admit(gate, rule, sender, request).await {
            Ok(request) => next.run(request).await,
            Err(failure) => failure.into_response(),
        }
    };
    (response, readable_by)
}

/// The method a browser asks leave for before it sends the request itself.
fn asked_method(request: &Request, sender: &Sender) -> Option<Method> {
    if request.method() != Method::OPTIONS {
        return None;
    }
    sender.origin()?;
    let method = request.headers().get("access-control-request-method")?;
    Method::from_bytes(method.as_bytes()).ok()
}

fn preflight(gate: &Gate, request: &Request) -> Response {
    let Some(rules) = &gate.rules else {
        return Failure::from(Problem::new(ErrorCode::NotFound, "")).into_response();
    };
    let mut response = StatusCode::NO_CONTENT.into_response();
    headers::allow_preflight(&mut response, request, &rules.methods());
    response
}
