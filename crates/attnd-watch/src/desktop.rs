//! What is on this desktop now? One trait, one file per way to ask, one line each in [`BACKENDS`].

use std::time::Duration;

use attnd_core::{ErrorCode, Problem};

use crate::rhythm::InputCounts;

#[cfg(any(target_os = "macos", target_os = "windows"))]
mod foreign;
#[cfg(target_os = "linux")]
mod gnome;
#[cfg(target_os = "linux")]
mod session;
#[cfg(target_os = "linux")]
mod text;
#[cfg(target_os = "linux")]
mod wayland;
#[cfg(target_os = "linux")]
mod wayland_events;
#[cfg(target_os = "linux")]
mod x11;
#[cfg(target_os = "linux")]
mod x11_input;

/// The window in front.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The program, as its windows call themselves: `firefox`, `Code`.
    pub application: String,
    /// The window's title.
    pub title: String,
    /// The process that owns it, where the desktop tells.
    pub process: Option<u32>,
}

/// Whether the screen is locked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lock {
    /// It is not, or nobody can tell.
    #[default]
    Open,
    /// It is.
    Locked,
}

/// The connection to the desktop is gone: the session ended, or its server crashed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// What the connection said last.
    pub reason: String,
}

impl Lost {
    /// From any error of a connection.
    pub fn because(error: impl std::fmt::Display) -> Self {
        Self { reason: error.to_string() }
    }
}

/// A way to ask the desktop.
pub trait Desktop {
    /// Waits until the window in front may have changed, at most `longest`.
    ///
    /// # Errors
    /// [`Lost`].
    fn wait(&mut self, longest: Duration) -> Result<(), Lost>;

    /// The window in front; `None` where there is none, or none that can be told.
    ///
    /// # Errors
    /// [`Lost`].
    fn active_window(&mut self) -> Result<Option<Window>, Lost>;

    /// Time since the last input; `None` where the desktop does not say.
    ///
    /// # Errors
    /// [`Lost`].
    fn idle(&mut self) -> Result<Option<Duration>, Lost>;

    /// Whether the screen is locked.
    fn lock(&mut self) -> Lock {
        Lock::Open
    }

    /// What the input devices did since the last call; `None` where the desktop does not say.
    ///
    /// # Errors
    /// [`Lost`].
    fn input(&mut self) -> Result<Option<InputCounts>, Lost>;

    /// What this desktop keeps to itself, in words for a person; empty where it tells everything.
    fn missing(&self) -> Vec<Missing>;
}

/// Something that cannot be sensed here, and what would help.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Missing {
    /// What is not sensed.
    pub what: Sense,
    /// Why, and what to do.
    pub why: String,
}

/// What a desktop can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sense {
    /// The window in front.
    Window,
    /// The time since the last input.
    Idle,
    /// Counts and gaps of keys and pointer.
    Input,
}

impl Sense {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Window, Self::Idle, Self::Input];

    /// What a person calls it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Window => "active window",
            Self::Idle => "idle time",
            Self::Input => "input rhythm",
        }
    }
}

/// The environment variables that tell which desktop this is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// `DISPLAY`.
    pub x11_display: Option<String>,
    /// `WAYLAND_DISPLAY`.
    pub wayland_display: Option<String>,
    /// `XDG_RUNTIME_DIR`: where Wayland's sockets are.
    pub runtime_dir: Option<String>,
    /// `XDG_CURRENT_DESKTOP`.
    pub desktop: Option<String>,
}

impl Environment {
    /// That of this process. Empty variables count as absent.
    #[must_use]
    pub fn of_process() -> Self {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            x11_display: variable("DISPLAY"),
            wayland_display: variable("WAYLAND_DISPLAY"),
            runtime_dir: variable("XDG_RUNTIME_DIR"),
            desktop: variable("XDG_CURRENT_DESKTOP"),
        }
    }
}

/// One way to ask a desktop, before it is tried.
#[derive(Clone, Copy)]
pub struct Backend {
    /// Its name in messages and in `attnd doctor`.
    pub name: &'static str,
    /// Whether the environment speaks for it.
    pub fits: fn(&Environment) -> bool,
    /// Connects.
    pub open: fn(&Environment) -> Result<Box<dyn Desktop>, Problem>,
}

/// Every backend of this platform, the preferred first. Wayland comes before X11: where both are
/// there, X11 is Xwayland and knows only some of the windows.
pub const BACKENDS: &[Backend] = &[
    #[cfg(target_os = "linux")]
    wayland::BACKEND,
    #[cfg(target_os = "linux")]
    x11::BACKEND,
    #[cfg(any(target_os = "macos", target_os = "windows"))]
    foreign::BACKEND,
];

/// Connects to the desktop of `environment`.
///
/// # Errors
/// [`ErrorCode::NoDesktop`] with what was tried.
pub fn open(environment: &Environment) -> Result<(&'static str, Box<dyn Desktop>), Problem> {
    let mut tried = Vec::new();
    for backend in BACKENDS.iter().filter(|backend| (backend.fits)(environment)) {
        match (backend.open)(environment) {
            Ok(desktop) => return Ok((backend.name, desktop)),
            Err(problem) => tried.push(format!("{}: {}", backend.name, problem.detail)),
        }
    }
    if tried.is_empty() {
        tried.push("neither WAYLAND_DISPLAY nor DISPLAY is set; run it inside a graphical session".into());
    }
    Err(Problem::new(ErrorCode::NoDesktop, tried.join("; ")))
}
