//! How do people and programs reach the daemon? HTTP on the loopback interface: the ActivityWatch
//! interface, attnd's own JSON interface with its OpenAPI document, and the pages.
//!
//! A route is one line in one list ([`route`]), and that line says what the caller must be allowed
//! to do: a route nobody guards cannot be written. Domain logic lives in the engine; the types in
//! [`wire`] are what travels, not what attnd thinks with.

pub mod config;
pub mod listen;

mod activitywatch;
mod answer;
mod document;
mod guard;
mod health;
mod metrics;
mod page;
mod report;
mod route;
mod stream;
#[cfg(test)]
mod tests;
mod v1;
mod wire;

use std::sync::Arc;

use attnd_core::Timestamp;
use attnd_engine::Engine;
use tokio::sync::watch;

pub use config::{Limits, ServerConfig};
pub use listen::{Bound, serve};
pub use route::{openapi, router};

/// What every handler can reach.
#[derive(Clone)]
pub struct AppState {
    /// The daemon's heart.
    pub engine: Arc<Engine>,
    /// What this server knows about itself.
    pub site: Arc<Site>,
}

/// What a running server knows about itself.
pub struct Site {
    /// The port it listens on.
    pub port: u16,
    /// The host names it answers to, and the origins it trusts.
    pub(crate) names: guard::Names,
    /// Whether it answers the network or only this machine.
    pub reach: config::Reach,
    /// Whether it is for trying things out.
    pub mode: config::Mode,
    /// When it began to listen.
    pub started: Timestamp,
    /// Turns true when the server stops: streams end, connections close.
    pub stopping: watch::Receiver<bool>,
    /// How often callers may knock.
    pub(crate) rates: guard::Rates,
    /// What was answered so far.
    pub(crate) counters: metrics::Counters,
    /// What was last changed on a page, so that it can be taken back.
    pub(crate) changes: page::LastChange,
}
