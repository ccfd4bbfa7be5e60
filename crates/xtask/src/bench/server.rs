//! What is measured? A server process of ours or the peer's, on a free port with a folder of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::measure::succeed;
use crate::http::{Call, Connection};
use crate::process::{Fault, root, run};

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Ours, as released.
    Attnd,
    /// The Python server of ActivityWatch, from PyPI.
    AwServer,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Attnd => "attnd",
            Self::AwServer => "aw-server (Python)",
        }
    }
}

/// A running server; stopped and its folder removed when dropped.
pub(super) struct Server {
    pub(super) kind: Kind,
    pub(super) address: SocketAddr,
    /// The link that signs a browser in; the peer has none.
    pub(super) sign_in: Option<String>,
    /// The attnd program that is measured.
    pub(super) program: PathBuf,
    folder: PathBuf,
    process: Child,
}

impl Server {
    /// How long a server may take to answer its first call.
    const START: Duration = Duration::from_secs(60);

    /// Starts it on an empty folder and waits until it answers.
    pub(super) fn start(kind: Kind, program: &Path) -> Result<Self, Fault> {
        let folder = std::env::temp_dir().join(format!("attnd-bench-{}-{kind:?}", std::process::id()));
        fs::create_dir_all(&folder)?;
        Self::start_in(kind, program, folder)
    }

    fn start_in(kind: Kind, program: &Path, folder: PathBuf) -> Result<Self, Fault> {
        let (process, address, sign_in) = match kind {
            Kind::Attnd => start_attnd(program, &folder)?,
            Kind::AwServer => start_aw_server(&folder)?,
        };
        let server = Self { kind, address, sign_in, program: program.to_owned(), folder, process };
        let start = Instant::now();
        while server.call(&Call::get("/api/0/info")).is_err() {
            if start.elapsed() > Self::START {
                return Err(Fault(format!("{} does not answer at {address}", kind.name())));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    /// Kills it as a fault would, and starts it again on the same folder.
    pub(super) fn kill_and_restart(&mut self) -> Result<(), Fault> {
        self.process.kill()?;
        self.process.wait()?;
        let folder = std::mem::take(&mut self.folder);
        let program = self.program.clone();
        *self = Self::start_in(self.kind, &program, folder)?;
        Ok(())
    }

    /// One call on a connection of its own.
    pub(super) fn call(&self, call: &Call) -> Result<Value, Fault> {
        let answer = Connection::open(self.address)?.send(call)?;
        Ok(succeed(answer, call)?.json())
    }

    /// What it says of itself.
    pub(super) fn version(&self) -> Result<Value, Fault> {
        Ok(self.call(&Call::get("/api/0/info"))?["version"].take())
    }

    pub(super) fn create_bucket(&self, id: &str, kind: &str) -> Result<(), Fault> {
        let body = json!({"client": "bench", "type": kind, "hostname": "bench"});
        self.call(&Call::post(&format!("/api/0/buckets/{id}"), &body)).map(|_| ())
    }

    /// CPU time the process has used so far, in seconds: user and system, fields 14 and 15 of proc(5).
    pub(super) fn cpu_s(&self) -> Result<f64, Fault> {
        let stat = fs::read_to_string(self.proc("stat"))?;
        let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let ticks: u64 = after_name
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<u64>().ok())
            .sum();
        // Linux tells 100 ticks a second to programs on every architecture.
        Ok(ticks as f64 / 100.0)
    }

    /// Resident memory now, in MiB.
    pub(super) fn resident_mib(&self) -> Result<f64, Fault> {
        self.memory_mib("VmRSS:")
    }

    /// The most resident memory since [`Self::forget_peak`], in MiB.
    pub(super) fn peak_mib(&self) -> Result<f64, Fault> {
        self.memory_mib("VmHWM:")
    }

    /// Starts the peak anew: proc(5), `clear_refs` 5.
    pub(super) fn forget_peak(&self) -> Result<(), Fault> {
        Ok(fs::write(self.proc("clear_refs"), "5")?)
    }

    fn memory_mib(&self, name: &str) -> Result<f64, Fault> {
        let status = fs::read_to_string(self.proc("status"))?;
        let kib: Option<f64> =
            status.lines().find_map(|line| line.strip_prefix(name)?.trim().split(' ').next()?.parse().ok());
        kib.map(|kib| super::measure::rounded(kib / 1_024.0))
            .ok_or_else(|| Fault(format!("no {name} of the server")))
    }

    fn proc(&self, file: &str) -> PathBuf {
        Path::new("/proc").join(self.process.id().to_string()).join(file)
    }

    /// Everything it keeps on disk, in bytes.
    pub(super) fn disk_bytes(&self) -> u64 {
        bytes_below(&self.folder)
    }

    /// The folder that it keeps its data in.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if !self.folder.as_os_str().is_empty() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Builds the program as it is released, and says where cargo has put it.
pub(super) fn build_attnd() -> Result<PathBuf, Fault> {
    run("cargo", &["build", "--release", "--locked", "--package", "attnd"])?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    Ok(target.join("release/attnd"))
}

/// A process, where it answers, and the link that signs a browser in.
type Started = (Child, SocketAddr, Option<String>);

fn start_attnd(program: &Path, folder: &Path) -> Result<Started, Fault> {
    let mut process = Command::new(program)
        .args(["serve", "--json", "--port", "0", "--data-dir"])
        .arg(folder.join("data"))
        .env("HOME", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut lines = BufReader::new(process.stdout.take().expect("invariant: the output is piped")).lines();
    let ready: Value = serde_json::from_str(&lines.next().unwrap_or_else(|| Ok(String::new()))?)
        .map_err(|_| Fault("attnd serve does not start; run it by hand to see why".to_owned()))?;
    std::thread::spawn(move || lines.count());
    let address = ready["address"]
        .as_str()
        .and_then(|url| url.strip_prefix("http://")?.trim_end_matches('/').parse().ok());
    let sign_in = ready["sign_in"].as_str().map(ToOwned::to_owned);
    Ok((process, address.ok_or_else(|| Fault(format!("no address in {ready}")))?, sign_in))
}

fn start_aw_server(folder: &Path) -> Result<Started, Fault> {
    let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
    let program = root().join(".venv/bin/aw-server");
    let process = Command::new(&program)
        .args(["--host", "127.0.0.1", "--port", &address.port().to_string()])
        .env("HOME", folder)
        .env("XDG_DATA_HOME", folder)
        .env("XDG_CONFIG_HOME", folder)
        .env("XDG_CACHE_HOME", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| {
            Fault(format!(
                "{}: {error}; run 'cargo xtask test', which installs it, or use --no-peer",
                program.display()
            ))
        })?;
    Ok((process, address, None))
}

fn bytes_below(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(facts) if facts.is_dir() => bytes_below(&entry.path()),
            Ok(facts) => facts.len(),
            Err(_) => 0,
        })
        .sum()
}
