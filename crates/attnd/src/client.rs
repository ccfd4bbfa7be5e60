//! How does the command line reach the daemon? Plain HTTP to the address it left behind.

use std::io::Read;

use attnd_core::{ErrorCode, Problem};
use serde::Deserialize;
use serde_json::Value;
use ureq::http::Response;
use ureq::typestate::WithBody;
use ureq::{Agent, Body, RequestBuilder, SendBody};

use crate::cli::Global;
use crate::config::{Config, DEFAULT_PORT, Paths};

/// What the running daemon says of itself in its data directory.
#[derive(Clone, Debug, Deserialize, serde::Serialize)]
pub(crate) struct Running {
    /// Its address: `http://127.0.0.1:5600`.
    pub(crate) address: String,
    /// Its process.
    pub(crate) pid: u32,
}

/// A daemon to talk to.
pub(crate) struct Client {
    agent: Agent,
    base: String,
    token: Option<String>,
}

/// Why a daemon's answer is an error.
#[derive(Deserialize)]
struct Refusal {
    code: Option<String>,
    message: Option<String>,
    detail: Option<String>,
}

impl Client {
    /// Takes `--server`, else the address the running daemon left, else ActivityWatch's.
    pub(crate) fn new(global: &Global) -> Result<Self, Problem> {
        let (config, paths) = Config::load(global)?;
        let base = match &global.server {
            Some(server) => server.trim_end_matches('/').to_owned(),
            None => running(&paths).or_else(|| running(&paths.demo())).map_or_else(
                || format!("http://127.0.0.1:{}", config.port.unwrap_or(DEFAULT_PORT)),
                |run| run.address,
            ),
        };
        let agent = Agent::config_builder().http_status_as_error(false).build().into();
        Ok(Self { agent, base, token: global.token.clone() })
    }

    /// The daemon's address.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Asks for a JSON document.
    pub(crate) fn get(&self, path: &str) -> Result<Value, Problem> {
        json(self.stream(path)?)
    }

    /// Asks for a body of any length.
    pub(crate) fn stream(&self, path: &str) -> Result<Response<Body>, Problem> {
        let mut request = self.agent.get(self.url(path));
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        self.checked(request.call())
    }

    /// Sends a JSON document.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value, Problem> {
        let bytes = body.to_string();
        self.send(path, SendBody::from_owned_reader(std::io::Cursor::new(bytes)))
    }

    /// Sends a JSON body of any length.
    pub(crate) fn upload(&self, path: &str, body: impl Read + Send + 'static) -> Result<Value, Problem> {
        self.send(path, SendBody::from_owned_reader(body))
    }

    /// Deletes.
    pub(crate) fn delete(&self, path: &str) -> Result<Value, Problem> {
        let mut request = self.agent.delete(self.url(path));
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        json(self.checked(request.call())?)
    }

    /// Replaces by a JSON document.
    pub(crate) fn put(&self, path: &str, body: &Value) -> Result<Value, Problem> {
        let request = self.agent.put(self.url(path));
        self.send_by(request, SendBody::from_owned_reader(std::io::Cursor::new(body.to_string())))
    }

    fn send(&self, path: &str, body: SendBody<'_>) -> Result<Value, Problem> {
        self.send_by(self.agent.post(self.url(path)), body)
    }

    fn send_by(&self, request: RequestBuilder<WithBody>, body: SendBody<'_>) -> Result<Value, Problem> {
        let mut request = request.header("Content-Type", "application/json");
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        json(self.checked(request.send(body))?)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn checked(&self, answer: Result<Response<Body>, ureq::Error>) -> Result<Response<Body>, Problem> {
        let mut answer = answer
            .map_err(|error| Problem::new(ErrorCode::DaemonUnreachable, format!("{}: {error}", self.base)))?;
        if answer.status().as_u16() < 400 {
            return Ok(answer);
        }
        let status = answer.status();
        let refusal = answer.body_mut().read_json::<Refusal>().ok();
        let code = refusal
            .as_ref()
            .and_then(|refusal| refusal.code.as_deref())
            .and_then(|code| ErrorCode::ALL.iter().find(|known| known.info().code == code));
        let text = refusal.and_then(|refusal| refusal.detail.or(refusal.message)).unwrap_or_default();
        Err(match code {
            Some(code) => Problem::new(*code, text),
            None => Problem::new(
                ErrorCode::Internal,
                format!("the server at {} answered {status}: {text}", self.base),
            ),
        })
    }
}

/// The daemon that runs on this data directory, if its process is still there.
pub(crate) fn running(paths: &Paths) -> Option<Running> {
    let text = std::fs::read_to_string(paths.running()).ok()?;
    serde_json::from_str(&text).ok()
}

/// A value as part of a path or query: everything but letters, digits and `-_.~` is encoded.
pub(crate) fn encoded(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

fn json(mut answer: Response<Body>) -> Result<Value, Problem> {
    let text = answer.body_mut().with_config().limit(u64::MAX).read_to_string().map_err(|error| {
        Problem::new(ErrorCode::DaemonUnreachable, format!("the answer broke off: {error}"))
    })?;
    if text.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(&text)
        .map_err(|error| Problem::new(ErrorCode::Internal, format!("the answer is no JSON: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_encoded() {
        assert_eq!(encoded("aw-watcher-window_a b/é"), "aw-watcher-window_a%20b%2F%C3%A9");
        assert_eq!(encoded("2024-01-01T00:00:00+01:00"), "2024-01-01T00%3A00%3A00%2B01%3A00");
    }
}
