//! How does a watcher live? Opens the desktop and the queue, senses and sends until told to stop.

use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use attnd_core::{ErrorCode, Problem};

use crate::config::WatchConfig;
use crate::desktop::{self, Desktop, Environment, Lost};
use crate::moment::SystemTime;
use crate::outbox::Outbox;
use crate::queue::Queue;
use crate::send::{Sender, Step};
use crate::stop::{StopSignal, Waited};
use crate::transport::HttpTransport;
use crate::watch::Watcher;

/// The queue's directory within the data directory.
pub const QUEUE_DIRECTORY: &str = "watch-queue";

/// How long a desktop that went away is waited for before the watcher gives up.
const DESKTOP_RETURNS_WITHIN: Duration = Duration::from_secs(60);
const DESKTOP_RETRY: Duration = Duration::from_secs(2);
/// How long the last heartbeats may take when the watcher stops; the rest waits on disk.
const FAREWELL: Duration = Duration::from_secs(2);

/// Senses this desktop and sends what it senses to the daemon, until `stop` is given. A daemon
/// that does not answer is no error: the queue waits for it.
///
/// # Errors
/// [`ErrorCode::NoDesktop`] when nothing can be sensed here, or the desktop went away for good;
/// [`ErrorCode::InvalidConfig`]; [`ErrorCode::DataDirInUse`] when another watcher runs;
/// [`ErrorCode::DataDirReadOnly`].
pub fn run(config: WatchConfig, stop: StopSignal) -> Result<(), Problem> {
    run_in(&Environment::of_process(), &config, &stop)
}

/// As [`run`], on the desktop of `environment`.
///
/// # Errors
/// As [`run`].
pub fn run_in(environment: &Environment, config: &WatchConfig, stop: &StopSignal) -> Result<(), Problem> {
    let transport = HttpTransport::new(config)?;
    let queue = Queue::open(&config.data_dir.join(QUEUE_DIRECTORY), config.queue)?;
    let outbox = Outbox::new(queue);
    let mut watcher = Watcher::new(config, SystemTime::default(), outbox.clone())?;
    let mut desktop = open(environment)?;
    // The sender stops last: the watcher's last words are still to be sent.
    let silence = StopSignal::new();
    let sender = spawn_sender(transport, outbox, silence.clone())?;
    let watched = sense(&mut watcher, &mut desktop, environment, stop);
    silence.stop();
    if sender.join().is_err() {
        return Err(Problem::new(ErrorCode::Internal, "the sending thread ended too early"));
    }
    watched
}

fn sense(
    watcher: &mut Watcher<SystemTime>,
    desktop: &mut Box<dyn Desktop>,
    environment: &Environment,
    stop: &StopSignal,
) -> Result<(), Problem> {
    while !stop.is_stopped() {
        if let Err(lost) = watcher.step(desktop.as_mut()) {
            match reopen(environment, &lost, stop)? {
                Some(again) => *desktop = again,
                None => return Ok(()),
            }
        }
    }
    if let Err(lost) = watcher.close(desktop.as_mut()) {
        tracing::debug!(reason = lost.reason, "the desktop went away before the watcher did");
    }
    Ok(())
}

/// Opens the desktop and says once what it keeps to itself.
fn open(environment: &Environment) -> Result<Box<dyn Desktop>, Problem> {
    let (backend, desktop) = desktop::open(environment)?;
    tracing::info!(backend, "watching this desktop");
    for missing in desktop.missing() {
        tracing::warn!(what = ?missing.what, "{}", Problem::new(ErrorCode::NoDesktop, missing.why));
    }
    Ok(desktop)
}

/// Waits for a desktop that went away; `None` when told to stop meanwhile.
fn reopen(
    environment: &Environment,
    lost: &Lost,
    stop: &StopSignal,
) -> Result<Option<Box<dyn Desktop>>, Problem> {
    tracing::warn!(reason = lost.reason, "the desktop went away");
    let until = Instant::now() + DESKTOP_RETURNS_WITHIN;
    loop {
        if stop.wait(DESKTOP_RETRY) == Waited::Stopped {
            return Ok(None);
        }
        match open(environment) {
            Ok(desktop) => return Ok(Some(desktop)),
            Err(problem) if Instant::now() >= until => return Err(problem),
            Err(_) => {}
        }
    }
}

fn spawn_sender(
    transport: HttpTransport,
    outbox: Outbox,
    stop: StopSignal,
) -> Result<JoinHandle<()>, Problem> {
    let seed = u64::from(std::process::id()) ^ jiff::Timestamp::now().as_nanosecond() as u64;
    let sender = Sender::new(transport, seed);
    std::thread::Builder::new()
        .name("send".into())
        .spawn(move || send(sender, &outbox, &stop))
        .map_err(|error| Problem::new(ErrorCode::Internal, format!("no thread for sending: {error}")))
}

fn send(mut sender: Sender<HttpTransport>, outbox: &Outbox, stop: &StopSignal) {
    const LONGEST_WAIT: Duration = Duration::from_millis(500);
    let started = Instant::now();
    while !stop.is_stopped() {
        match sender.step(outbox, started.elapsed()) {
            Step::Idle => outbox.wait(LONGEST_WAIT),
            Step::Progress => {}
            Step::Wait(wait) => drop(stop.wait(wait)),
        }
    }
    // A daemon that stops and starts together with the watcher may need a moment.
    let until = Instant::now() + FAREWELL;
    while Instant::now() < until {
        match sender.step(outbox, started.elapsed()) {
            Step::Idle => return,
            Step::Progress => {}
            Step::Wait(_) => std::thread::sleep(FAREWELL / 10),
        }
    }
}
