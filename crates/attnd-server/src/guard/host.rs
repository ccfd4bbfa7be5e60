//! Was the request meant for us? Only host names we answer to pass, so that a web page whose name
//! was re-bound to 127.0.0.1 reaches nothing.

use std::net::{IpAddr, Ipv6Addr};

use attnd_core::{ErrorCode, Problem};
use axum::extract::Request;
use axum::http::header::HOST;

use crate::config::ServerConfig;

/// The host names we answer to and the web origins we trust.
pub(crate) struct Names {
    hosts: Vec<Box<str>>,
    origins: Vec<Box<str>>,
}

impl Names {
    /// Our own names on `port`, and the configured ones.
    #[must_use]
    pub(crate) fn new(config: &ServerConfig, port: u16) -> Self {
        let own_hosts = ["127.0.0.1", "localhost", "::1"].into_iter().map(Box::from);
        let hosts = config.hosts.iter().map(|host| bare(host).into());
        let mut origins: Vec<Box<str>> = ["127.0.0.1", "localhost", "[::1]"]
            .into_iter()
            .map(|host| {
                // Browsers leave the default port out.
                if port == 80 { format!("http://{host}") } else { format!("http://{host}:{port}") }
            })
            .map(Box::from)
            .collect();
        origins.extend(config.origins.iter().map(|origin| origin.trim_end_matches('/').into()));
        Self { hosts: own_hosts.chain(hosts).collect(), origins }
    }

    /// Whether `origin` is, letter for letter, one of ours.
    #[must_use]
    pub(crate) fn trusts_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|own| **own == *origin)
    }

    fn answers_to(&self, authority: &str) -> bool {
        let Some(name) = host_name(authority) else { return false };
        let address = name.parse::<Ipv6Addr>();
        self.hosts.iter().any(|own| match &address {
            // `[0:0:0:0:0:0:0:1]` and `[::1]` are the same address.
            Ok(address) => own.parse::<IpAddr>().is_ok_and(|own| own == IpAddr::V6(*address)),
            Err(_) => own.eq_ignore_ascii_case(name),
        })
    }
}

/// Passes requests whose Host is ours.
pub(crate) fn check(names: &Names, request: &Request) -> Result<(), Problem> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let host = hosts.next().ok_or_else(|| Problem::new(ErrorCode::HostMissing, ""))?;
    if hosts.next().is_some() {
        return Err(Problem::new(ErrorCode::HostInvalid, "it is given twice"));
    }
    let host = host.to_str().map_err(|_| Problem::new(ErrorCode::HostInvalid, "it is not ASCII"))?;
    if host.is_empty() {
        return Err(Problem::new(ErrorCode::HostMissing, ""));
    }
    // `GET http://elsewhere/ HTTP/1.1` names a host of its own.
    let target = request.uri().authority();
    if names.answers_to(host) && target.is_none_or(|target| names.answers_to(target.as_str())) {
        return Ok(());
    }
    Err(Problem::new(ErrorCode::HostInvalid, ""))
}

/// The name in `name`, `name:5600`, `name.`, `[::1]:5600`; `None` for anything else.
fn host_name(authority: &str) -> Option<&str> {
    let (name, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (address, rest) = rest.split_once(']')?;
            address.parse::<Ipv6Addr>().ok()?;
            (address, if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) })
        }
        None => match authority.split_once(':') {
            Some((name, port)) => (name.strip_suffix('.').unwrap_or(name), Some(port)),
            None => (authority.strip_suffix('.').unwrap_or(authority), None),
        },
    };
    // The port may differ from ours: a tunnel or a container maps it to another.
    let port_is_sound = port.is_none_or(|port| {
        port.bytes().all(|byte| byte.is_ascii_digit()) && (port.is_empty() || port.parse::<u16>().is_ok())
    });
    let name_is_sound = !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'_'));
    (port_is_sound && name_is_sound).then_some(name)
}

/// A configured host as it is compared: without brackets, trailing dot or port.
fn bare(host: &str) -> &str {
    host_name(host).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(hosts: &[&str]) -> Result<(), ErrorCode> {
        let config = ServerConfig { hosts: vec!["Attnd.Example.".into()], ..ServerConfig::default() };
        let mut request = Request::builder().uri("/");
        for host in hosts {
            request = request.header(HOST, *host);
        }
        let request = request.body(axum::body::Body::empty()).unwrap();
        check(&Names::new(&config, 5600), &request).map_err(|problem| problem.code)
    }

    #[test]
    fn our_names_pass_in_every_spelling() {
        for host in [
            "127.0.0.1",
            "127.0.0.1:5600",
            "localhost",
            "LOCALHOST:5600",
            "localhost.",
            "localhost.:5600",
            "localhost:",
            "localhost:80",
            "[::1]",
            "[::1]:5600",
            "[0:0:0:0:0:0:0:1]:5600",
            "attnd.example",
            "ATTND.EXAMPLE.:443",
        ] {
            assert_eq!(verdict(&[host]), Ok(()), "{host}");
        }
    }

    #[test]
    fn other_names_are_refused() {
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "evil.example:5600",
            "localhost@evil.example",
            "evil@localhost",
            "localhost:5600:5600",
            "localhost:99999",
            "localhost:x",
            "[::1",
            "[::2]",
            "[::1]x",
            "::1",
            "localhost..",
            "127.1",
            "2130706433",
            "local host",
            "localhost/",
            "localhost,evil.example",
        ] {
            assert_eq!(verdict(&[host]), Err(ErrorCode::HostInvalid), "{host}");
        }
    }

    #[test]
    fn a_missing_or_doubled_host_is_refused() {
        assert_eq!(verdict(&[]), Err(ErrorCode::HostMissing));
        assert_eq!(verdict(&[""]), Err(ErrorCode::HostMissing));
        assert_eq!(verdict(&["localhost", "evil.example"]), Err(ErrorCode::HostInvalid));
        assert_eq!(verdict(&["localhost", "localhost"]), Err(ErrorCode::HostInvalid));
    }

    #[test]
    fn an_absolute_target_must_be_ours_too() {
        let names = Names::new(&ServerConfig::default(), 5600);
        let to = |uri: &str| {
            let request = Request::builder().uri(uri).header(HOST, "localhost");
            check(&names, &request.body(axum::body::Body::empty()).unwrap()).is_ok()
        };
        assert!(to("http://localhost:5600/api/0/info"));
        assert!(!to("http://evil.example/api/0/info"));
    }
}
