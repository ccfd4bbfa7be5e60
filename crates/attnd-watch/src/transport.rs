//! How does a request reach the daemon? One connection kept alive, plain HTTP, no proxy.

use std::time::Duration;

use attnd_core::{ErrorCode, Problem};

use crate::config::{WatchConfig, WatchToken};

/// What the daemon said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The body's text, at most [`Reply::MOST_BYTES`] of it.
    pub body: String,
    /// The `Retry-After` header, where it gives seconds.
    pub retry_after: Option<Duration>,
}

impl Reply {
    /// More than this of a body is not read: errors are short, and nothing else matters here.
    pub const MOST_BYTES: u64 = 64 * 1024;

    /// The stable word of an error, from `{"code": …}`, bare or within `error`.
    #[must_use]
    pub fn code(&self) -> Option<String> {
        let body: serde_json::Value = serde_json::from_str(&self.body).ok()?;
        let code = body.get("code").or_else(|| body.get("error").and_then(|error| error.get("code")));
        code.and_then(|code| code.as_str()).map(str::to_owned)
    }
}

/// Nobody answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoAnswer {
    /// Why, in the words of the network.
    pub reason: String,
}

/// Something that takes requests to the daemon.
pub trait Transport: Send {
    /// Sends `body`, JSON, to `path`, which begins with a slash.
    ///
    /// # Errors
    /// [`NoAnswer`] when there is no reply at all; an error status is a reply.
    fn post(&mut self, path: &str, body: &[u8]) -> Result<Reply, NoAnswer>;
}

/// The real one.
#[derive(Debug)]
pub struct HttpTransport {
    agent: ureq::Agent,
    server: String,
    token: Option<WatchToken>,
}

impl HttpTransport {
    const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
    /// A daemon that syncs each write to a slow disk still answers within this.
    const TIMEOUT: Duration = Duration::from_secs(30);

    /// To the server of `config`.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidConfig`] when the address is not plain HTTP.
    pub fn new(config: &WatchConfig) -> Result<Self, Problem> {
        let server = config.server.trim_end_matches('/').to_owned();
        let host = server.strip_prefix("http://").unwrap_or_default();
        if host.is_empty() || host.starts_with('/') || host.contains(char::is_whitespace) {
            let detail =
                format!("the server's address '{server}' must look like {}", WatchConfig::DEFAULT_SERVER);
            return Err(Problem::new(ErrorCode::InvalidConfig, detail));
        }
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(Self::CONNECT_TIMEOUT))
            .timeout_global(Some(Self::TIMEOUT))
            .user_agent(concat!("attnd-watch/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        Ok(Self { agent, server, token: config.token.clone() })
    }
}

impl Transport for HttpTransport {
    fn post(&mut self, path: &str, body: &[u8]) -> Result<Reply, NoAnswer> {
        let no_answer = |error: ureq::Error| NoAnswer { reason: error.to_string() };
        let mut request =
            self.agent.post(format!("{}{path}", self.server)).header("Content-Type", "application/json");
        if let Some(WatchToken(token)) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let mut response = request.send(body).map_err(no_answer)?;
        let retry_after = response
            .headers()
            .get("Retry-After")
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        let status = response.status().as_u16();
        // Read to the end, or the connection could not be kept.
        let body = response.body_mut().with_config().limit(Reply::MOST_BYTES).read_to_string();
        Ok(Reply { status, body: body.unwrap_or_default(), retry_after })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_plain_http() {
        let with = |server: &str| {
            let mut config = WatchConfig::new("/nowhere".into());
            config.server = server.to_owned();
            HttpTransport::new(&config)
        };
        assert!(with("http://127.0.0.1:5600/").is_ok());
        for bad in ["https://127.0.0.1", "127.0.0.1:5600", "http://", "http:///x", "http://a b"] {
            assert_eq!(with(bad).unwrap_err().code, ErrorCode::InvalidConfig, "{bad}");
        }
    }

    #[test]
    fn an_errors_code_is_found_in_either_shape() {
        let code = |body: &str| Reply { status: 403, body: body.to_owned(), retry_after: None }.code();
        assert_eq!(code(r#"{"message":"…","code":"paused"}"#).as_deref(), Some("paused"));
        assert_eq!(code(r#"{"error":{"code":"no_consent"}}"#).as_deref(), Some("no_consent"));
        assert_eq!(code("<html>"), None);
    }
}
