//! How does a test get a desktop of its own? Processes that end with it, and conditions to wait
//! for.

use std::ffi::OsStr;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use attnd_core::{Event, Problem, Timestamp};
use attnd_watch::desktop::Environment;
use attnd_watch::moment::WallClock;
use attnd_watch::{StopSignal, WatchConfig};

use super::recorder::Recorder;

/// How long anything may take to appear on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// Measured times may be off by this much: the watcher's looks, and a busy machine.
pub(crate) const TOLERANCE_S: f64 = 1.5;

/// Processes that are ended, the last begun first, when the test is over.
#[derive(Default)]
pub(crate) struct Processes(Vec<Child>);

impl Processes {
    /// Starts a program. One that is not installed is a failure, with the remedy.
    pub(crate) fn start(&mut self, command: &mut Command) {
        self.0.push(spawn(command.stdout(Stdio::null())));
    }

    /// Starts a program and keeps it running once it has printed its first line, which is returned.
    pub(crate) fn start_and_read(&mut self, command: &mut Command) -> String {
        let mut child = spawn(command.stdout(Stdio::piped()));
        let mut line = String::new();
        let output = child.stdout.take().unwrap();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut line).unwrap();
        self.0.push(child);
        line.trim().to_owned()
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        for child in self.0.iter_mut().rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn spawn(command: &mut Command) -> Child {
    let program = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap_or_else(|error| {
        panic!("'{program}' is needed ({error}): apt-get install the package of that name")
    })
}

/// Runs a command to its end; its output if it succeeded.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| {
        panic!("'{program}' is needed ({error}): apt-get install the package of that name")
    });
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Waits until `condition` holds.
pub(crate) fn wait_until<R>(what: &str, mut condition: impl FnMut() -> Option<R>) -> R {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = condition() {
            return found;
        }
        assert!(Instant::now() < until, "{what} did not happen within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Leaves the desktop as it is for this long: the script's own time.
pub(crate) fn stay(seconds: f64) {
    std::thread::sleep(Duration::from_secs_f64(seconds));
}

pub(crate) fn now() -> Timestamp {
    attnd_core::Clock::now(&WallClock)
}

/// A watcher in a thread of this process, on another desktop than this process's.
pub(crate) struct Running {
    stop: StopSignal,
    thread: Option<JoinHandle<Result<(), Problem>>>,
    _home: tempfile::TempDir,
}

impl Running {
    pub(crate) fn start(environment: Environment, recorder: &Recorder, afk_timeout_s: u32) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut config = WatchConfig::new(home.path().to_owned());
        config.server = recorder.address.clone();
        config.hostname = "test".to_owned();
        config.afk_timeout = attnd_core::Duration::from_s(afk_timeout_s);
        let stop = StopSignal::new();
        let given = stop.clone();
        let thread = std::thread::spawn(move || attnd_watch::run_in(&environment, &config, &given));
        Self { stop, thread: Some(thread), _home: home }
    }

    /// Stops the watcher; everything it sensed is with the recorder then.
    pub(crate) fn stop(mut self) {
        self.stop.stop();
        self.thread.take().unwrap().join().unwrap().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.stop();
    }
}

/// A field of each event with its start and end in seconds since `zero`; neighbours with the same
/// value are one span, and what has no length is left out.
pub(crate) fn spans(events: &[Event], field: &str, zero: Timestamp) -> Vec<(String, f64, f64)> {
    let since = |moment: Timestamp| (moment.ns() - zero.ns()) as f64 / 1e9;
    let mut spans: Vec<(String, f64, f64)> = Vec::new();
    for event in events.iter().filter(|event| !event.duration.is_zero()) {
        let label = event.data.text(field).unwrap();
        let (from, until) = (since(event.timestamp), since(event.end()));
        match spans.last_mut() {
            Some(last) if last.0 == label && (from - last.2).abs() < 0.001 => last.2 = until,
            _ => spans.push((label.to_owned(), from, until)),
        }
    }
    spans
}

/// Asserts that the spans are these, within the tolerance.
pub(crate) fn assert_flow(found: &[(String, f64, f64)], expected: &[(&str, f64, f64)]) {
    let near = |a: f64, b: f64| (a - b).abs() <= TOLERANCE_S;
    let same = found.len() == expected.len()
        && found.iter().zip(expected).all(
            |((label, from, until), (expected_label, expected_from, expected_until))| {
                label == expected_label && near(*from, *expected_from) && near(*until, *expected_until)
            },
        );
    assert!(same, "found {found:#?}\nexpected {expected:#?}");
}

/// A command with the variables of a desktop.
pub(crate) fn command<V: AsRef<OsStr>>(program: &str, variables: &[(&str, V)]) -> Command {
    let mut command = Command::new(program);
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    command.envs(variables.iter().map(|(name, value)| (name, value.as_ref())));
    command
}
