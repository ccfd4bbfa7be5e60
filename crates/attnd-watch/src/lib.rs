//! What is on this desktop now? Senses the active window, the idle time and the rhythm of keys and
//! pointer, and takes them to the daemon over HTTP, whatever happens to either side.
//!
//! ```text
//! desktop ─► trackers ─► privacy ─► queue on disk ─► sender ─► daemon
//!  events     spans       cut out    until acknowledged          durable
//! ```
//!
//! It speaks ActivityWatch's HTTP interface and nothing else of attnd but its nouns. It never
//! learns which key was pressed: see the module that reads raw input events.

pub mod config;
pub mod desktop;
pub mod entry;
pub mod moment;
pub mod outbox;
pub mod privacy;
mod private;
pub mod queue;
pub mod rhythm;
pub mod run;
pub mod send;
pub mod service;
pub mod status;
pub mod stop;
pub mod track;
pub mod transport;
pub mod watch;

pub use config::{WatchConfig, WatchToken, hostname};
pub use run::{run, run_in};
pub use status::{WatchStatus, status};
pub use stop::{StopSignal, Waited};
