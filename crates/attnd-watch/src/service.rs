//! How do daemon and watcher start by themselves? As services of the user, with what the platform
//! has: systemd, XDG autostart, launchd, or the Run key of Windows.
//!
//! Only systemd and XDG autostart are tested; the others are written from their manuals.

#[cfg(target_os = "linux")]
mod autostart;
#[cfg(any(test, target_os = "macos"))]
mod launchd;
#[cfg(any(test, target_os = "windows"))]
mod run_key;
#[cfg(target_os = "linux")]
mod systemd;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use attnd_core::{ErrorCode, Problem};
use serde::Serialize;

/// What is set up, and how it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServiceReport {
    /// What starts the services: `systemd`, `autostart`, `launchd` or `run_key`.
    pub manager: &'static str,
    /// Daemon and watcher, in this order.
    pub services: Vec<ServiceState>,
    /// What the person should know or do.
    pub notes: Vec<String>,
}

/// One service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServiceState {
    /// `attnd` or `attnd-watch`.
    pub name: &'static str,
    /// The file, or the registry's value, that sets it up.
    pub place: String,
    /// Whether it is set up.
    pub setup: Setup,
    /// Whether it runs.
    pub activity: Activity,
}

/// Whether a service is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Setup {
    /// It starts by itself.
    Installed,
    /// It does not.
    Absent,
}

/// Whether a service runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// It runs.
    Running,
    /// It does not run.
    Stopped,
    /// It was started and failed.
    Failed,
    /// What starts it does not keep track.
    Unknown,
}

/// One of the two processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    /// `attnd serve`.
    Daemon,
    /// `attnd watch`.
    Watcher,
}

impl Service {
    pub(crate) const ALL: [Self; 2] = [Self::Daemon, Self::Watcher];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Daemon => "attnd",
            Self::Watcher => "attnd-watch",
        }
    }

    pub(crate) const fn command(self) -> &'static str {
        match self {
            Self::Daemon => "serve",
            Self::Watcher => "watch",
        }
    }

    pub(crate) const fn description(self) -> &'static str {
        match self {
            Self::Daemon => "attnd, the attention daemon",
            Self::Watcher => "attnd's watcher: window, idle time and input rhythm",
        }
    }
}

/// What a command did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) success: bool,
    pub(crate) output: String,
}

/// Runs a command of the platform: the seam for tests.
pub(crate) type Runner<'a> = &'a dyn Fn(&[&str]) -> io::Result<Ran>;

/// Where things are on this machine.
pub(crate) struct Host<'a> {
    /// The program the services start.
    pub(crate) program: PathBuf,
    /// Where the person's settings are: `~/.config`, or the home directory on macOS.
    pub(crate) config_home: PathBuf,
    pub(crate) run: Runner<'a>,
}

/// Something that starts services.
pub(crate) trait Starter {
    fn name(&self) -> &'static str;
    fn install(&self, host: &Host<'_>) -> Result<(), Problem>;
    fn uninstall(&self, host: &Host<'_>) -> Result<(), Problem>;
    fn state(&self, host: &Host<'_>, service: Service) -> ServiceState;
    /// What the person should know once it is set up.
    fn notes(&self, host: &Host<'_>) -> Vec<String>;
}

/// Sets daemon and watcher up as services of this user and starts them. Doing it again renews
/// them, for instance after the program has moved.
///
/// # Errors
/// [`ErrorCode::FileUnreadable`] where the settings cannot be written, [`ErrorCode::Unavailable`]
/// where the platform's service manager refuses.
pub fn install() -> Result<ServiceReport, Problem> {
    with_host(|host| {
        let manager = manager();
        manager.install(host)?;
        let mut report = report(manager.as_ref(), host);
        report.notes = manager.notes(host);
        if host.program.components().any(|part| part.as_os_str() == "target") {
            report.notes.push(format!(
                "The services start {}, which the next 'cargo clean' removes; install attnd somewhere lasting and \
                 run 'attnd service install' from there.",
                host.program.display()
            ));
        }
        Ok(report)
    })
}

/// Stops both services and removes what [`install`] made. That there is nothing is no error.
///
/// # Errors
/// As [`install`].
pub fn uninstall() -> Result<ServiceReport, Problem> {
    with_host(|host| {
        let manager = manager();
        manager.uninstall(host)?;
        Ok(report(manager.as_ref(), host))
    })
}

/// What is set up, and whether it runs.
///
/// # Errors
/// [`ErrorCode::FileUnreadable`] where there is no home directory.
pub fn status() -> Result<ServiceReport, Problem> {
    with_host(|host| Ok(report(manager().as_ref(), host)))
}

impl fmt::Display for ServiceReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for service in &self.services {
            let state = match (service.setup, service.activity) {
                (Setup::Absent, Activity::Running) => "not set up, but running",
                (Setup::Absent, _) => "not set up",
                (Setup::Installed, Activity::Running) => "set up, running",
                (Setup::Installed, Activity::Stopped) => "set up, not running",
                (Setup::Installed, Activity::Failed) => "set up, failed",
                (Setup::Installed, Activity::Unknown) => "set up",
            };
            writeln!(f, "{:<12} {state} ({}: {})", service.name, self.manager, service.place)?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "{note}"))
    }
}

fn report(manager: &dyn Starter, host: &Host<'_>) -> ServiceReport {
    let services = Service::ALL.map(|service| manager.state(host, service)).into();
    ServiceReport { manager: manager.name(), services, notes: Vec::new() }
}

fn manager() -> Box<dyn Starter> {
    #[cfg(target_os = "linux")]
    // systemd's own test for being the init system, sd_booted(3).
    return if Path::new("/run/systemd/system").is_dir() {
        Box::new(systemd::Systemd)
    } else {
        Box::new(autostart::Autostart)
    };
    #[cfg(target_os = "macos")]
    return Box::new(launchd::Launchd);
    #[cfg(target_os = "windows")]
    return Box::new(run_key::RunKey);
}

fn with_host<R>(act: impl FnOnce(&Host<'_>) -> Result<R, Problem>) -> Result<R, Problem> {
    let program = std::env::current_exe().map_err(|error| {
        Problem::new(ErrorCode::FileUnreadable, format!("this program's own file: {error}"))
    })?;
    act(&Host { program, config_home: config_home()?, run: &run_command })
}

fn config_home() -> Result<PathBuf, Problem> {
    let variable = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let found = if cfg!(target_os = "windows") {
        variable("APPDATA")
    } else if cfg!(target_os = "macos") {
        variable("HOME")
    } else {
        variable("XDG_CONFIG_HOME").or_else(|| Some(variable("HOME")?.join(".config")))
    };
    found.ok_or_else(|| Problem::new(ErrorCode::FileUnreadable, "there is no home directory: set HOME"))
}

fn run_command(command: &[&str]) -> io::Result<Ran> {
    let [program, arguments @ ..] = command else { return Ok(Ran::default()) };
    let output = Command::new(program).args(arguments).output()?;
    let said = [output.stdout, output.stderr].concat();
    Ok(Ran { success: output.status.success(), output: String::from_utf8_lossy(&said).trim().to_owned() })
}

/// Runs a command that must succeed.
pub(crate) fn must_run(host: &Host<'_>, command: &[&str]) -> Result<(), Problem> {
    let problem = |what: String| {
        Problem::new(ErrorCode::Unavailable, format!("'{}' failed: {what}", command.join(" ")))
    };
    match (host.run)(command) {
        Ok(ran) if ran.success => Ok(()),
        Ok(ran) => Err(problem(ran.output)),
        Err(error) => Err(problem(error.to_string())),
    }
}

/// Writes one of the platform's files, with the directories above it.
pub(crate) fn write_file(path: &Path, text: &str) -> Result<(), Problem> {
    let write = || {
        std::fs::create_dir_all(path.parent().unwrap_or(path))?;
        std::fs::write(path, text)
    };
    write().map_err(|error: io::Error| {
        Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", path.display()))
    })
}

/// Removes a file, if it is there.
pub(crate) fn remove_file(path: &Path) -> Result<(), Problem> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", path.display())))
        }
        _ => Ok(()),
    }
}

/// Whether a file is there.
pub(crate) fn setup_of(path: &Path) -> Setup {
    if path.exists() { Setup::Installed } else { Setup::Absent }
}

#[cfg(test)]
pub(crate) mod testing {
    //! A machine for tests: a temporary home and a service manager that writes down its orders.

    use std::cell::RefCell;

    use super::*;

    pub(crate) fn on_host<R>(answer: Ran, act: impl FnOnce(&Host<'_>) -> R) -> (R, Vec<String>) {
        let home = tempfile::tempdir().unwrap();
        let orders = RefCell::new(Vec::new());
        let run = |command: &[&str]| {
            orders.borrow_mut().push(command.join(" "));
            Ok(answer.clone())
        };
        let host =
            Host { program: "/opt/my apps/attnd".into(), config_home: home.path().to_owned(), run: &run };
        let result = act(&host);
        (result, orders.into_inner())
    }

    pub(crate) fn fine(output: &str) -> Ran {
        Ran { success: true, output: output.to_owned() }
    }
}
