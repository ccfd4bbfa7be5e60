//! How does a test get a daemon? The real binary on a free port, killed when the test is done with it.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::http::{Answer, Call, Connection};

/// How long anything on this machine may take, busy as it is.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A folder of the test's own: data, logs, home.
pub(crate) struct Home {
    folder: TempDir,
}

/// A running `attnd serve`.
pub(crate) struct Daemon {
    child: Child,
    pub(crate) address: SocketAddr,
    /// What it said when it was ready.
    pub(crate) ready: Value,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::Builder::new().prefix("attnd-it-").tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The daemon's data directory.
    pub(crate) fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// Everything that daemons of this home wrote to their standard error.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn log_file(&self) -> PathBuf {
        self.path().join("daemon.log")
    }

    /// The attnd program with an environment of the test's own.
    pub(crate) fn attnd(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_attnd"));
        command.args(arguments);
        self.confine(&mut command);
        command
    }

    /// Gives a command this home instead of the developer's.
    pub(crate) fn confine(&self, command: &mut Command) {
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("XDG_") || text.starts_with("ATTND_") {
                command.env_remove(&name);
            }
        }
        command.env("HOME", self.path()).env("TZ", "UTC").env("LANG", "C.UTF-8").stdin(Stdio::null());
    }

    /// Runs attnd, as a client of the daemon on this data directory, to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.attnd(arguments).arg("--data-dir").arg(self.data()).output().unwrap()
    }

    /// Starts the daemon on a free port and waits until it is ready.
    pub(crate) fn serve(&self) -> Daemon {
        self.serve_with(&[])
    }

    /// The same with more arguments.
    pub(crate) fn serve_with(&self, more: &[&str]) -> Daemon {
        Daemon::start(self.serve_command(more))
    }

    /// Starts it on the port that another one had before.
    pub(crate) fn serve_on(&self, port: u16) -> Daemon {
        Daemon::start(self.serve_command(&["--port", &port.to_string()]))
    }

    /// The command that the others run, to be started by other means; without a port it takes a free one.
    pub(crate) fn serve_command(&self, more: &[&str]) -> Command {
        let mut command = self.attnd(&["serve", "--json", "--data-dir"]);
        command.arg(self.data()).args(more);
        if !more.contains(&"--port") {
            command.args(["--port", "0"]);
        }
        let log = File::options().create(true).append(true).open(self.log_file()).unwrap();
        command.stderr(log);
        command
    }
}

impl Daemon {
    /// Starts a command that ends up as `attnd serve --json` and reads its first line.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let stdout = child.stdout.take().unwrap();
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            // The pipe is read to its end, so that the daemon never waits for its reader.
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let Ok(line) = receiver.recv_timeout(PATIENCE) else {
            let status = child.try_wait();
            let _ = child.kill();
            panic!("attnd serve said nothing; {status:?}");
        };
        let ready: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let address = ready["address"].as_str().unwrap_or_else(|| panic!("no address in {line}"));
        let address = address.trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
        Self { child, address, ready }
    }

    /// The process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `http://127.0.0.1:port`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The token of its first start, which may do everything.
    pub(crate) fn admin_token(&self) -> &str {
        self.ready["admin_token"].as_str().expect("a first start makes an admin token")
    }

    /// Sends one call on a connection of its own.
    pub(crate) fn send(&self, call: &Call) -> Answer {
        let mut connection = Connection::open(self.address).unwrap();
        connection.send(call).unwrap_or_else(|error| panic!("{} {}: {error}", call.method, call.path))
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send(&Call::get(path))
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(&Call::post(path, body))
    }

    /// Makes a window bucket.
    pub(crate) fn create_bucket(&self, id: &str) {
        let body = serde_json::json!({"client": "it", "type": "currentwindow", "hostname": "testhost"});
        let answer = self.post(&format!("/api/0/buckets/{id}"), &body);
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// Ends it as `kill -9` does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop and waits until it has.
    pub(crate) fn stop(mut self) -> ExitStatus {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        until("the daemon stops", || self.child.try_wait().unwrap())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for a condition, asking again and again; fails when patience runs out.
pub(crate) fn until<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(start.elapsed() < PATIENCE, "waited {} s in vain: {what}", PATIENCE.as_secs());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The workspace's folder: where `.venv`, `.tools` and `artefacts` are.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// A Python of `.venv`, or what to do to have it.
pub(crate) fn python() -> PathBuf {
    tool(".venv/bin/python")
}

/// A file that `cargo xtask test` provides.
pub(crate) fn tool(path: &str) -> PathBuf {
    let path = workspace().join(path);
    assert!(path.exists(), "{} is missing; run 'cargo xtask test', which installs it", path.display());
    path
}

/// Runs a command to its end and shows everything it printed if it failed.
pub(crate) fn succeed(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{out}\n{err}", output.status);
    out.into_owned()
}
