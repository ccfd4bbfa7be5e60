//! Where does the server listen, whom does it answer, and how often?

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// What the server is told when it starts. The defaults are ActivityWatch's port on loopback.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// The addresses to listen on. An IPv6 address this machine does not have is passed over as
    /// long as another one works.
    pub addresses: Vec<IpAddr>,
    /// The port on every address; 0 takes a free one, the same for all.
    pub port: u16,
    /// Host names to answer to beside `127.0.0.1`, `localhost` and `::1`.
    pub hosts: Vec<String>,
    /// Web origins to trust beside our own, exactly: `https://time.example.org`.
    pub origins: Vec<String>,
    /// Who can reach it.
    pub reach: Reach,
    /// Where metrics are answered in Prometheus' text format; nowhere if `None`.
    pub metrics: Option<SocketAddr>,
    /// Whether it presents itself to ActivityWatch's clients as a testing server.
    pub mode: Mode,
    /// How often callers may knock.
    pub limits: Limits,
}

/// Who can reach the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// This machine only.
    Loopback,
    /// A proxy stands in front of it, with TLS of its own. Everybody needs a token then, for the
    /// proxy itself may be a program of the local person.
    BehindProxy,
}

/// What ActivityWatch's clients see as `testing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The person's own server.
    Production,
    /// A server for trying things out.
    Testing,
}

/// How often callers may knock. Programs of the local person and their browser are not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests a second for each token, on average.
    pub requests_per_s: u32,
    /// Wrong tokens, session cookies and sign-in codes a minute for each address.
    pub failures_per_minute: u32,
    /// Questions of unknown browser extensions to be paired a minute for each address.
    pub pairings_per_minute: u32,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            addresses: vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
            port: 5600,
            hosts: Vec::new(),
            origins: Vec::new(),
            reach: Reach::Loopback,
            metrics: None,
            mode: Mode::Production,
            limits: Limits::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { requests_per_s: 50_000, failures_per_minute: 10, pairings_per_minute: 10 }
    }
}
