//! Should the watcher stop now? A flag that wakes whoever waits on it.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use attnd_core::{ErrorCode, Problem};

/// Tells every thread of a watcher to finish. Clones share one flag.
#[derive(Clone, Debug, Default)]
pub struct StopSignal(Arc<(Mutex<bool>, Condvar)>);

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// The time has passed.
    Through,
    /// Somebody asked to stop.
    Stopped,
}

impl StopSignal {
    /// A signal nobody has given yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A signal given when the process is asked to end: Ctrl-C, SIGTERM or SIGHUP, or the closing
    /// of the console. One per process.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] when the process has such a signal already.
    pub fn of_process() -> Result<Self, Problem> {
        let signal = Self::new();
        let given = signal.clone();
        ctrlc::set_handler(move || given.stop())
            .map_err(|error| Problem::new(ErrorCode::Internal, format!("no signal handler: {error}")))?;
        Ok(signal)
    }

    /// Asks everybody to stop. Asking twice is harmless.
    pub fn stop(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }

    /// Whether somebody asked to stop.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until somebody asks to stop, at most `longest`.
    #[must_use]
    pub fn wait(&self, longest: Duration) -> Waited {
        let flag = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (flag, _) = self
            .0
            .1
            .wait_timeout_while(flag, longest, |stopped| !*stopped)
            .unwrap_or_else(PoisonError::into_inner);
        if *flag { Waited::Stopped } else { Waited::Through }
    }
}
