//! How does the server listen and stop? Binds loopback, takes connections, and lets them finish.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use attnd_core::{ErrorCode, Problem};
use attnd_engine::{Engine, LocalProcesses};
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tower::ServiceExt as _;

use crate::config::{Reach, ServerConfig};
use crate::guard::peer::Connection;
use crate::guard::{Names, Rates};
use crate::metrics::Counters;
use crate::route::router;
use crate::{AppState, Site, metrics};

/// How long open requests may go on once the server stops.
const FINISH_WITHIN: Duration = Duration::from_secs(10);

/// How long a client may take to send the head of a request.
const HEAD_WITHIN: Duration = Duration::from_secs(30);

/// A server that listens.
pub struct Bound {
    /// Where; every address has the same port.
    pub addresses: Vec<SocketAddr>,
    /// The port.
    pub port: u16,
    running: JoinHandle<()>,
}

impl Bound {
    /// Waits until the server has stopped and its last request is answered or given up.
    pub async fn stopped(self) {
        // A panic of the accept loop is not ours to hide, but there is nothing left to stop.
        if self.running.await.is_err() {
            tracing::error!("the server stopped without finishing");
        }
    }
}

/// Listens, and answers until `shutdown` is ready; then takes no more connections and finishes
/// what is open within 10 s.
///
/// # Errors
/// [`ErrorCode::PortInUse`]; [`ErrorCode::InvalidConfig`] for an address beyond loopback without a
/// proxy in front, or one this machine does not have.
pub async fn serve(
    engine: Arc<Engine>,
    config: ServerConfig,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<Bound, Problem> {
    check(&engine, &config)?;
    let (listeners, port) = bind(&config.addresses, config.port).await?;
    let metrics_listener = match config.metrics {
        Some(address) => Some(TcpListener::bind(address).await.map_err(|error| refused(address, &error))?),
        None => None,
    };
    let (stop, stopping) = watch::channel(false);
    let site = Site {
        port,
        names: Names::new(&config, port),
        reach: config.reach,
        mode: config.mode,
        started: engine.clock().now(),
        stopping: stopping.clone(),
        rates: Rates::new(config.limits),
        counters: Counters::default(),
        changes: crate::page::LastChange::default(),
    };
    let state = AppState { engine, site: Arc::new(site) };
    let addresses = listeners.iter().filter_map(|listener| listener.local_addr().ok()).collect();
    let mut loops = JoinSet::new();
    let service = router(state.clone());
    for listener in listeners {
        loops.spawn(accept(listener, service.clone(), state.clone(), stopping.clone()));
    }
    if let Some(listener) = metrics_listener {
        loops.spawn(accept(listener, metrics::router(state.clone()), state, stopping));
    }
    let running = tokio::spawn(async move {
        shutdown.await;
        let _ = stop.send(true);
        while loops.join_next().await.is_some() {}
    });
    Ok(Bound { addresses, port, running })
}

/// Refuses what would put a person's working life on the network unprotected.
fn check(engine: &Engine, config: &ServerConfig) -> Result<(), Problem> {
    let invalid = |detail: String| Err(Problem::new(ErrorCode::InvalidConfig, detail));
    if config.addresses.is_empty() {
        return invalid("there is no address to listen on".to_owned());
    }
    if let Some(address) = config.metrics.filter(|address| !address.ip().is_loopback()) {
        return invalid(format!("metrics at {address} would be open to the network; use 127.0.0.1"));
    }
    let open = config.addresses.iter().find(|address| !address.is_loopback());
    match (open, config.reach) {
        (None, _) => Ok(()),
        (Some(address), Reach::Loopback) => invalid(format!(
            "{address} is open to the network and attnd itself speaks no TLS; \
             put a proxy with TLS in front and set behind_proxy = true"
        )),
        (Some(_), Reach::BehindProxy) if engine.config().local_processes == LocalProcesses::Trusted => {
            invalid("behind a proxy every request needs a token; set require_token = true".to_owned())
        }
        (Some(_), Reach::BehindProxy) => Ok(()),
    }
}

/// Binds every address to one port; an IPv6 address may be missing if another one works.
async fn bind(addresses: &[IpAddr], port: u16) -> Result<(Vec<TcpListener>, u16), Problem> {
    // A free port of one family may be taken in the other: then another is tried.
    for _ in 0..16 {
        match bind_once(addresses, port).await {
            Err((_, error)) if port == 0 && error.kind() == io::ErrorKind::AddrInUse => {}
            Err((address, error)) => return Err(refused(address, &error)),
            Ok(bound) => return Ok(bound),
        }
    }
    Err(Problem::new(ErrorCode::PortInUse, "no port is free on every address"))
}

async fn bind_once(
    addresses: &[IpAddr],
    port: u16,
) -> Result<(Vec<TcpListener>, u16), (SocketAddr, io::Error)> {
    let mut listeners: Vec<TcpListener> = Vec::new();
    let (mut port, mut missing) = (port, None);
    for ip in addresses {
        let address = SocketAddr::new(*ip, port);
        match TcpListener::bind(address).await {
            Ok(listener) => {
                port = listener.local_addr().map_err(|error| (address, error))?.port();
                listeners.push(listener);
            }
            Err(error) if ip.is_ipv6() && error.kind() != io::ErrorKind::AddrInUse => {
                tracing::info!(%address, %error, "this machine does not have the address; passed over");
                missing = Some((address, error));
            }
            Err(error) => return Err((address, error)),
        }
    }
    match missing {
        Some(missing) if listeners.is_empty() => Err(missing),
        _ => Ok((listeners, port)),
    }
}

fn refused(address: SocketAddr, error: &io::Error) -> Problem {
    let code = match error.kind() {
        io::ErrorKind::AddrInUse => ErrorCode::PortInUse,
        _ => ErrorCode::InvalidConfig,
    };
    Problem::new(code, format!("{address}: {error}"))
}

async fn accept(
    listener: TcpListener,
    service: Router,
    state: AppState,
    mut stopping: watch::Receiver<bool>,
) {
    let mut open = JoinSet::new();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Out of file descriptors, mostly: the others need time to finish.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = told_to_stop(&mut stopping) => break,
        };
        // Reaps those that are done, so that the set does not grow.
        while open.try_join_next().is_some() {}
        state.site.counters.connection();
        open.spawn(converse(stream, service.clone(), stopping.clone()));
    }
    drop(listener);
    let finished = tokio::time::timeout(FINISH_WITHIN, async { while open.join_next().await.is_some() {} });
    if finished.await.is_err() {
        tracing::warn!(open = open.len(), "requests were cut off because the server stops");
    }
}

/// Answers one connection's requests until either side ends it.
async fn converse(stream: TcpStream, service: Router, mut stopping: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let (Ok(client), Ok(server)) = (stream.peer_addr(), stream.local_addr()) else { return };
    let connection = Connection::new(client, server);
    let service = service.map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(connection.clone());
        request
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN).pipeline_flush(true);
    let conversation = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    tokio::pin!(conversation);
    let outcome = tokio::select! {
        outcome = conversation.as_mut() => outcome,
        () = told_to_stop(&mut stopping) => {
            conversation.as_mut().graceful_shutdown();
            conversation.await
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "a connection broke off");
    }
}

async fn told_to_stop(stopping: &mut watch::Receiver<bool>) {
    // A server that is gone has stopped too.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}
