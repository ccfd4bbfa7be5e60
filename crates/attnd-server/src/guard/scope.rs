//! Who is asking, and does that satisfy what the route needs?

use std::net::IpAddr;

use attnd_core::{BucketId, ErrorCode, Problem};
use attnd_engine::access::Peer;
use attnd_engine::{Access, Actor, Credentials, LocalProcesses, Need, Scope};
use axum::RequestExt;
use axum::extract::{FromRequestParts, OptionalFromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, header};

use crate::AppState;
use crate::answer::Failure;
use crate::config::Reach;
use crate::guard::peer::{Connection, Owner, peer};
use crate::guard::rate::Knock;
use crate::guard::{Gate, Sender, body, pairing};
use crate::route::Rule;

/// The cookie that holds a browser's session.
pub(crate) const SESSION_COOKIE: &str = "attnd_session";

/// What a route needs of its caller. Every route says it in the one list of routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Nothing: anybody our Host and Origin checks let through.
    Nothing,
    /// Reading the person's own data.
    Read,
    /// Sending to the bucket in the path.
    Ingest,
    /// Changing or deleting things.
    Admin,
}

impl Needs {
    /// The scope as the OpenAPI document names it.
    pub(crate) const fn scope(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Read => "read:self",
            Self::Ingest => "ingest:<bucket>",
            Self::Admin => "admin",
        }
    }
}

/// What the guard found out about a request it let through.
#[derive(Clone, Debug)]
pub(crate) struct Admitted {
    access: Option<Access>,
    bucket: Option<BucketId>,
    pub(crate) max_bytes: u64,
}

/// The caller, once the guard has let them through; on a page, whoever may read.
pub(crate) struct Caller(pub(crate) Access);

/// The bucket in the path.
pub(crate) struct InBucket(pub(crate) BucketId);

/// Checks the caller, the rate and the body's size and type, in this order, and notes who it is.
pub(crate) async fn admit(
    gate: &Gate,
    rule: Option<&Rule>,
    sender: Sender,
    mut request: Request,
) -> Result<Request, Failure> {
    let Some(rule) = rule else {
        request.extensions_mut().insert(sender);
        return Ok(request);
    };
    let bucket = bucket(rule, &mut request).await?;
    let access = match need(rule.needs, bucket.as_ref())? {
        None => None,
        Some(need) => match authorise(&gate.state, &sender, request.headers(), request.extensions(), &need) {
            Ok(access) => Some(access),
            Err(problem) => {
                let with_token = request.headers().contains_key(header::AUTHORIZATION);
                let refused = Refused { sender: &sender, need, address: address(&request), with_token };
                return Err(refuse(&gate.state, problem, refused).await);
            }
        },
    };
    if let Some(access) = &access {
        gate.state.site.rates.request(access.actor())?;
    }
    body::check(rule.body, request.headers())?;
    let max_bytes = rule.body.max_bytes();
    request.extensions_mut().insert(Admitted { access, bucket, max_bytes });
    request.extensions_mut().insert(sender);
    Ok(request)
}

/// The bucket in the path, where the route has one.
pub(crate) async fn bucket(rule: &Rule, request: &mut Request) -> Result<Option<BucketId>, Failure> {
    if !rule.names_a_bucket {
        return Ok(None);
    }
    let params = request
        .extract_parts::<RawPathParams>()
        .await
        .map_err(|_| Problem::new(ErrorCode::InvalidParameter, "the bucket id is not UTF-8"))?;
    let id = params.iter().find(|(name, _)| *name == "bucket_id").map(|(_, id)| id).unwrap_or_default();
    let id =
        BucketId::parse(id).map_err(|error| Problem::new(ErrorCode::InvalidParameter, error.to_string()))?;
    Ok(Some(id))
}

/// The address at the other end, if the request came over the network.
pub(crate) fn address(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<Connection>().map(Connection::client)
}

fn need(needs: Needs, bucket: Option<&BucketId>) -> Result<Option<Need>, Problem> {
    Ok(match needs {
        Needs::Nothing => None,
        Needs::Read => Some(Need::Read),
        Needs::Admin => Some(Need::Admin),
        Needs::Ingest => {
            let bucket =
                bucket.ok_or_else(|| Problem::new(ErrorCode::Internal, "the route names no bucket"))?;
            Some(Need::Ingest(bucket.clone()))
        }
    })
}

/// Finds out who it is, and whether that is enough.
fn authorise(
    state: &AppState,
    sender: &Sender,
    headers: &HeaderMap,
    extensions: &Extensions,
    need: &Need,
) -> Result<Access, Problem> {
    let bearer = bearer(headers)?;
    let connection = extensions.get::<Connection>();
    // Who holds the other end matters only where no token says who it is.
    let peer = if bearer.is_some() { Peer::Foreign } else { peer(connection, sender, state.site.reach) };
    let credentials = Credentials {
        bearer,
        session: session(headers).filter(|_| session_may_count(state, connection, sender)),
        origin: sender.origin().and_then(|origin| origin.to_str().ok()),
        peer,
    };
    let access = match state.engine.authenticate(credentials) {
        Ok(access) => access,
        // Where the platform cannot tell whose program it is, appends are open and nothing else.
        Err(_) if peer == Peer::UnknownLocal && trusts_local(state) => match need {
            Need::Ingest(bucket) => {
                let scopes = vec![Scope::Ingest(bucket.clone())];
                Access::new(state.engine.local_person(), Actor::LocalProcess, scopes)
            }
            Need::Known | Need::Read | Need::Admin => return Err(Problem::new(ErrorCode::Unauthorized, "")),
        },
        Err(problem) => return Err(problem),
    };
    access.require(need)?;
    Ok(access)
}

/// Turns a refusal into its answer: a wrong token counts against its address, and a paired
/// extension that needs one more bucket has its wish noted.
async fn refuse(state: &AppState, problem: Problem, refused: Refused<'_>) -> Failure {
    let Refused { sender, need, address, with_token } = refused;
    if with_token
        && problem.code == ErrorCode::Unauthorized
        && let Err(too_many) = state.site.rates.knock(Knock::Failure, address)
    {
        return too_many;
    }
    if let (Sender::Paired(origin), Need::Ingest(bucket), false) = (sender, need, with_token) {
        return pairing::ask(state, origin, Some(bucket), address).await;
    }
    problem.into()
}

/// What is known of a request that was refused.
struct Refused<'a> {
    sender: &'a Sender,
    need: Need,
    address: Option<IpAddr>,
    with_token: bool,
}

/// A browser sends a cookie to every port of the machine, so another user's server could collect
/// it: it counts only from the person's own processes. Behind a proxy nobody can tell. Browsers give
/// extensions the cookies of sites they may reach; an extension is not the person, paired or not.
fn session_may_count(state: &AppState, connection: Option<&Connection>, sender: &Sender) -> bool {
    let is_extension = matches!(sender, Sender::Paired(_) | Sender::Stranger(_));
    let is_own = connection.is_some_and(|connection| connection.owner() != Owner::Foreign);
    !is_extension && (is_own || state.site.reach == Reach::BehindProxy)
}

fn trusts_local(state: &AppState) -> bool {
    state.engine.config().local_processes == LocalProcesses::Trusted
}

/// The token after `Authorization: Bearer`.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let words =
        || Problem::new(ErrorCode::Unauthorized, "the Authorization header must read 'Bearer <token>'");
    let (scheme, token) = value.to_str().ok().and_then(|value| value.split_once(' ')).ok_or_else(words)?;
    if !scheme.eq_ignore_ascii_case("bearer") || token.trim().is_empty() {
        return Err(words());
    }
    Ok(Some(token.trim()))
}

/// The session cookie's value.
fn session(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == SESSION_COOKIE)
        .map(|(_, value)| value)
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        if let Some(admitted) = parts.extensions.get::<Admitted>() {
            let access = admitted.access.clone();
            return access.map(Self).ok_or_else(|| Problem::new(ErrorCode::Unauthorized, "").into());
        }
        let sender = parts.extensions.get::<Sender>().cloned().unwrap_or(Sender::Browser);
        let access = authorise(state, &sender, &parts.headers, &parts.extensions, &Need::Read)?;
        Ok(Self(access))
    }
}

impl OptionalFromRequestParts<AppState> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Option<Self>, Failure> {
        match <Self as FromRequestParts<AppState>>::from_request_parts(parts, state).await {
            Ok(caller) => Ok(Some(caller)),
            Err(failure) if failure.code() == ErrorCode::Unauthorized => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

impl FromRequestParts<AppState> for InBucket {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Failure> {
        let bucket = parts.extensions.get_mut::<Admitted>().and_then(|admitted| admitted.bucket.take());
        bucket.map(Self).ok_or_else(|| Problem::new(ErrorCode::Internal, "the route names no bucket").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn tokens_come_after_the_word_bearer() {
        let token =
            |value| bearer(&headers(&[(header::AUTHORIZATION, value)])).map(|t| t.map(str::to_owned)).ok();
        assert_eq!(token("Bearer attnd_1"), Some(Some("attnd_1".into())));
        assert_eq!(token("bearer  attnd_1 "), Some(Some("attnd_1".into())));
        for bad in ["attnd_1", "Basic attnd_1", "Bearer", "Bearer ", ""] {
            assert_eq!(token(bad), None, "{bad}");
        }
        assert_eq!(bearer(&HeaderMap::new()), Ok(None));
    }

    #[test]
    fn the_session_is_found_among_other_cookies() {
        let cookies = headers(&[(header::COOKIE, "a=1; attnd_session=s3cret; b=2")]);
        assert_eq!(session(&cookies), Some("s3cret"));
        assert_eq!(session(&headers(&[(header::COOKIE, "xattnd_session=1")])), None);
    }
}
