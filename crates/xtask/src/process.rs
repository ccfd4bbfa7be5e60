//! How are other programs run? From the workspace root, echoed, and with what to do when they fail.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why a step did not succeed, in words for the developer who ran it.
#[derive(Debug)]
pub(crate) struct Fault(pub String);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Fault {}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<csv::Error> for Fault {
    fn from(error: csv::Error) -> Self {
        Self(format!("unexpected CSV: {error}"))
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self(format!("unexpected JSON: {error}"))
    }
}

/// The workspace's folder.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).expect("invariant: xtask lies two folders below the root").to_owned()
}

/// Whether a program is on the path.
pub(crate) fn installed(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(program).is_file())
}

/// A command in the workspace's folder.
pub(crate) fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root()).stdin(Stdio::null());
    command
}

/// Says what is run, runs it with this terminal's output, and fails if it fails.
pub(crate) fn run(program: &str, arguments: &[&str]) -> Result<(), Fault> {
    eprintln!("\n==> {program} {}", arguments.join(" "));
    let status = command(program, arguments)
        .status()
        .map_err(|error| Fault(format!("{program} cannot be started: {error}")))?;
    if status.success() {
        return Ok(());
    }
    Err(Fault(format!("'{program} {}' failed ({status})", arguments.join(" "))))
}

/// Runs it and returns what it printed.
pub(crate) fn output(program: &str, arguments: &[&str]) -> Result<String, Fault> {
    let output = command(program, arguments)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Fault(format!("{program} cannot be started: {error}")))?;
    if !output.status.success() {
        return Err(Fault(format!("'{program} {}' failed ({})", arguments.join(" "), output.status)));
    }
    String::from_utf8(output.stdout)
        .map_err(|_| Fault(format!("{program} printed something that is no text")))
}
