//! Does it listen, answer and stop, over real sockets?

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use attnd_core::ErrorCode;
use attnd_engine::Engine;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use super::Server;
use crate::config::{Reach, ServerConfig};
use crate::{Bound, serve};

fn engine() -> Arc<Engine> {
    Server::new().state.engine
}

async fn started(config: ServerConfig) -> (Bound, oneshot::Sender<()>) {
    let (stop, stopped) = oneshot::channel();
    let config = ServerConfig { port: 0, ..config };
    let bound = serve(engine(), config, async { drop(stopped.await) }).await.unwrap();
    (bound, stop)
}

async fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn every_address_has_the_same_port_and_knows_its_own_user() {
    let (bound, _stop) = started(ServerConfig::default()).await;
    assert_ne!(bound.port, 0);
    for address in &bound.addresses {
        assert_eq!(address.port(), bound.port);
        // The peer's user is looked up in the kernel's table: these are our own requests.
        let answer =
            ask(*address, "GET /api/0/buckets/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                .await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        let browser = "GET /api/0/buckets/ HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Mode: cors\r\nConnection: close\r\n\r\n";
        assert!(ask(*address, browser).await.starts_with("HTTP/1.1 401 "));
        let old = ask(*address, "GET /api/0/info HTTP/1.0\r\n\r\n").await;
        assert!(old.contains("host_missing"), "{old}");
    }
}

#[tokio::test]
async fn a_port_in_use_is_said_so() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let config = ServerConfig { port, ..ServerConfig::default() };
    let problem = serve(engine(), config, std::future::pending()).await.map(|_| ()).unwrap_err();
    assert_eq!(problem.code, ErrorCode::PortInUse);
    assert!(problem.detail.contains(&port.to_string()), "{}", problem.detail);
}

#[tokio::test]
async fn the_network_is_not_served_unprotected() {
    let all = |reach| ServerConfig {
        addresses: vec![IpAddr::V4(Ipv4Addr::UNSPECIFIED)],
        port: 0,
        reach,
        ..ServerConfig::default()
    };
    for reach in [Reach::Loopback, Reach::BehindProxy] {
        // The engine still trusts local processes: even behind a proxy that is refused.
        let problem = serve(engine(), all(reach), std::future::pending()).await.map(|_| ()).unwrap_err();
        assert_eq!(problem.code, ErrorCode::InvalidConfig, "{reach:?}");
    }
    let (strict, _) = Server::strict().await;
    assert!(serve(strict.state.engine, all(Reach::BehindProxy), std::future::pending()).await.is_ok());
}

#[tokio::test]
async fn an_address_this_machine_lacks_is_passed_over_if_another_works() {
    let nowhere: IpAddr = "2001:db8::1".parse::<Ipv6Addr>().unwrap().into();
    let (strict, _) = Server::strict().await;
    let config = ServerConfig {
        addresses: vec![Ipv4Addr::LOCALHOST.into(), nowhere],
        port: 0,
        reach: Reach::BehindProxy,
        ..ServerConfig::default()
    };
    let bound = serve(strict.state.engine, config, std::future::pending()).await.unwrap();
    assert_eq!(bound.addresses.len(), 1);
}

#[tokio::test]
async fn stopping_finishes_what_is_open() {
    let (bound, stop) = started(ServerConfig::default()).await;
    let address = bound.addresses[0];
    let mut idle = TcpStream::connect(address).await.unwrap();
    let mut busy = TcpStream::connect(address).await.unwrap();
    busy.write_all(b"POST /api/0/settings/x HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\ntr")
        .await
        .unwrap();
    let mut live = TcpStream::connect(address).await.unwrap();
    live.write_all(b"GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut head = [0; 12];
    live.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");
    stop.send(()).unwrap();
    let stopped = tokio::spawn(bound.stopped());
    let mut rest = Vec::new();
    assert_eq!(idle.read_to_end(&mut rest).await.unwrap(), 0, "an idle connection is closed");
    live.read_to_end(&mut rest).await.unwrap();
    busy.write_all(b"ue").await.unwrap();
    let mut answer = String::new();
    busy.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 Created"), "{answer}");
    stopped.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn metrics_have_an_address_of_their_own() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let (bound, _stop) = started(ServerConfig { metrics: Some(free), ..ServerConfig::default() }).await;
    ask(bound.addresses[0], "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await;
    let metrics = ask(free, "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await;
    assert!(metrics.contains("attnd_http_answers_total{class=\"2xx\"} 1\n"), "{metrics}");
    let foreign = ask(free, "GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n").await;
    assert!(foreign.contains("host_invalid"), "{foreign}");
    let elsewhere =
        ask(bound.addresses[0], "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .await;
    assert!(elsewhere.starts_with("HTTP/1.1 404"), "{elsewhere}");
}
