//! Which web page, if any, sent this? Exact origins only, no patterns: a pattern that lets one
//! extension in lets every extension in.

use attnd_core::{ErrorCode, Problem};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method};

use crate::AppState;

/// Who sent a request, as far as its Origin tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// No browser: neither `Origin` nor `Sec-Fetch-*`. Every browser sends them to loopback.
    Program,
    /// A browser that names no origin: a navigation, or our own page reading.
    Browser,
    /// A page of an origin we trust: our own or a configured one.
    Trusted(HeaderValue),
    /// A browser extension the person paired, or gave a token bound to its origin.
    Paired(HeaderValue),
    /// A browser extension nobody has paired yet.
    Stranger(HeaderValue),
}

impl Sender {
    /// The origin, if a browser named one.
    pub(crate) const fn origin(&self) -> Option<&HeaderValue> {
        match self {
            Self::Program | Self::Browser => None,
            Self::Trusted(origin) | Self::Paired(origin) | Self::Stranger(origin) => Some(origin),
        }
    }
}

/// Tells who sent the request, and refuses foreign pages.
pub(crate) fn sender(state: &AppState, request: &Request) -> Result<Sender, Problem> {
    let headers = request.headers();
    let Some(origin) = headers.get("origin") else {
        return without_origin(headers, request.method());
    };
    let refused = || Problem::new(ErrorCode::OriginRefused, "");
    let text = origin.to_str().map_err(|_| refused())?;
    if headers.get_all("origin").iter().nth(1).is_some() {
        return Err(refused());
    }
    if state.site.names.trusts_origin(text) {
        return Ok(Sender::Trusted(origin.clone()));
    }
    if is_known(state, text) {
        return Ok(Sender::Paired(origin.clone()));
    }
    if is_extension(text) {
        return Ok(Sender::Stranger(origin.clone()));
    }
    Err(refused())
}

fn without_origin(headers: &HeaderMap, method: &Method) -> Result<Sender, Problem> {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    // A page on another port of this machine is `same-site`, and as foreign as any other.
    if matches!(site, Some(b"cross-site" | b"same-site")) && !method.is_safe() {
        return Err(Problem::new(ErrorCode::OriginRefused, ""));
    }
    if site.is_some() || headers.keys().any(|name| name.as_str().starts_with("sec-fetch-")) {
        return Ok(Sender::Browser);
    }
    Ok(Sender::Program)
}

/// Whether the person paired this origin or bound a token to it.
fn is_known(state: &AppState, origin: &str) -> bool {
    let engine = &state.engine;
    let bound =
        |origin| engine.tokens(engine.local_person()).iter().any(|token| token.origin.as_deref() == origin);
    engine.is_paired(origin) || bound(Some(origin))
}

/// Whether it is the origin of a browser extension: a scheme only browsers can use, and an id.
fn is_extension(origin: &str) -> bool {
    const SCHEMES: [&str; 3] = ["chrome-extension://", "moz-extension://", "safari-web-extension://"];
    SCHEMES.iter().filter_map(|scheme| origin.strip_prefix(scheme)).any(|id| {
        (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_well_formed_extension_origins_are_extensions() {
        assert!(is_extension("moz-extension://4b5ee0f2-0e5f-4f2c-9a33-6c2c5d5c8d51"));
        assert!(is_extension("chrome-extension://nglaklhklhcoonedhgnpgddginnjdadi"));
        for origin in [
            "moz-extension://",
            "moz-extension://a/b",
            "https://moz-extension",
            "null",
            "chrome-extension://a b",
        ] {
            assert!(!is_extension(origin), "{origin}");
        }
    }

    #[test]
    fn requests_without_origin_are_told_apart_by_fetch_metadata() {
        let sender = |site: Option<&'static str>, method| {
            let mut headers = HeaderMap::new();
            if let Some(site) = site {
                headers.insert("sec-fetch-site", HeaderValue::from_static(site));
            }
            without_origin(&headers, &method).ok()
        };
        assert_eq!(sender(None, Method::POST), Some(Sender::Program));
        assert_eq!(sender(Some("none"), Method::GET), Some(Sender::Browser));
        assert_eq!(sender(Some("cross-site"), Method::GET), Some(Sender::Browser));
        assert_eq!(sender(Some("same-origin"), Method::POST), Some(Sender::Browser));
        assert_eq!(sender(Some("cross-site"), Method::POST), None);
        assert_eq!(sender(Some("same-site"), Method::DELETE), None);
        let mut only_mode = HeaderMap::new();
        only_mode.insert("sec-fetch-mode", HeaderValue::from_static("cors"));
        assert_eq!(without_origin(&only_mode, &Method::GET), Ok(Sender::Browser));
    }
}
