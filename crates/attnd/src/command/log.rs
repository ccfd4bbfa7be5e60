//! Where does the log go? To standard error, as JSON lines unless a person watches.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Starts the log: warnings, and with each `-v` more. `ATTND_LOG` overrides it.
pub(super) fn start(verbose: u8) {
    let level = match verbose {
        0 => "warn",
        1 => "info",
        2 => "debug",
        _ => "trace",
    };
    let filter = EnvFilter::try_from_env("ATTND_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A log that was started already stays as it is.
    let _ = if std::io::stderr().is_terminal() { log.try_init() } else { log.json().try_init() };
}
