//! How do tests and benches speak HTTP? Byte for byte, over one kept-alive connection.
//!
//! A client library would mend what these tests must send broken: paths with `//` and `%61`,
//! no Host, a foreign Origin, a body cut off. The benches want its cost known.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// What is sent.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// One connection, used for call after call; a new one where the server ends it after each.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
    /// Whether the last answer said `Connection: close`.
    ended: bool,
}

impl Call {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self { method: method.to_owned(), path: path.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    pub(crate) fn post(path: &str, body: &Value) -> Self {
        Self::new("POST", path).json(body.to_string())
    }

    /// With this body, said to be JSON.
    pub(crate) fn json(self, body: impl Into<Vec<u8>>) -> Self {
        let mut call = self.with("Content-Type", "application/json");
        call.body = body.into();
        call
    }

    /// With a header more; an empty `Host` means none is sent.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(header, _)| header.eq_ignore_ascii_case(name))
    }

    fn head(&self, address: SocketAddr) -> String {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        if !self.has("Host") {
            head.push_str(&format!("Host: {address}\r\n"));
        }
        for (name, value) in &self.headers {
            if !(name == "Host" && value.is_empty()) {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        let takes_body = !self.body.is_empty() || matches!(self.method.as_str(), "POST" | "PUT" | "PATCH");
        if takes_body && !self.has("Content-Length") {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        head
    }
}

impl Answer {
    /// The header's value, if it was sent.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(header, _)| header.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; `Null` when it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

impl Connection {
    /// How long an answer may take before the test or bench has failed.
    const PATIENCE: Duration = Duration::from_secs(120);

    pub(crate) fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
        stream.set_read_timeout(Some(Self::PATIENCE))?;
        stream.set_write_timeout(Some(Self::PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::with_capacity(64 * 1024, stream), address, ended: false })
    }

    /// Sends the call and reads the whole answer.
    pub(crate) fn send(&mut self, call: &Call) -> io::Result<Answer> {
        if self.ended {
            *self = Self::open(self.address)?;
        }
        let mut bytes = call.head(self.address).into_bytes();
        bytes.extend(&call.body);
        // A server may refuse a large body before reading it; its answer is still there to read.
        let written = self.stream.get_mut().write_all(&bytes);
        let answer = self.answer(call.method == "HEAD");
        written.and(answer)
    }

    /// Sends the call and reads only the head of its answer: enough where the body never ends.
    pub(crate) fn head_of(&mut self, call: &Call) -> io::Result<Answer> {
        let mut bytes = call.head(self.address).into_bytes();
        bytes.extend(&call.body);
        self.stream.get_mut().write_all(&bytes)?;
        self.answer(true)
    }

    /// Sends bytes as they are; for what no well-formed call can say.
    pub(crate) fn send_raw(&mut self, bytes: &[u8]) -> io::Result<Answer> {
        self.stream.get_mut().write_all(bytes)?;
        self.answer(false)
    }

    fn answer(&mut self, head_only: bool) -> io::Result<Answer> {
        let status_line = self.line()?;
        let status = status_line
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .ok_or_else(|| invalid(format!("no status in '{status_line}'")))?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else { break };
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
        let mut answer = Answer { status, headers, body: Vec::new() };
        self.ended = answer.header("Connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        if !head_only && !matches!(status, 204 | 304) {
            answer.body = self.body(&answer)?;
        }
        Ok(answer)
    }

    fn body(&mut self, answer: &Answer) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        if answer.header("Transfer-Encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
            loop {
                let size = self.line()?;
                let size =
                    u64::from_str_radix(&size, 16).map_err(|_| invalid(format!("chunk size '{size}'")))?;
                (&mut self.stream).take(size).read_to_end(&mut body)?;
                self.line()?;
                if size == 0 {
                    return Ok(body);
                }
            }
        }
        if let Some(length) = answer.header("Content-Length") {
            let length: u64 = length.parse().map_err(|_| invalid(format!("Content-Length '{length}'")))?;
            (&mut self.stream).take(length).read_to_end(&mut body)?;
            if body.len() as u64 != length {
                return Err(invalid("the body was cut off".to_owned()));
            }
            return Ok(body);
        }
        self.stream.read_to_end(&mut body)?;
        Ok(body)
    }

    /// A line of the head, without its end.
    pub(crate) fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server closed the connection"));
        }
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }
}

fn invalid(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}
