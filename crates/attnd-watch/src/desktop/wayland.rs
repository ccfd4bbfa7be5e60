//! What is in front on a Wayland compositor, as far as it tells?
//!
//! | what | asked by | offered by |
//! |---|---|---|
//! | window | `wlr-foreign-toplevel-management-unstable-v1` | sway, Hyprland, Wayfire, labwc, COSMIC, … |
//! | window | the extension "Focused Window D-Bus" | GNOME, once installed |
//! | idle time | `ext-idle-notify-v1`, or `org_kde_kwin_idle` before it | nearly all but GNOME |
//! | idle time | `org.gnome.Mutter.IdleMonitor` | GNOME |
//!
//! `ext-foreign-toplevel-list-v1` lists windows but does not say which is active, so it is of no
//! use here. No compositor tells the rhythm of input to other programs.

use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use attnd_core::{ErrorCode, Problem};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use wayland_client::globals::registry_queue_init;
use wayland_client::protocol::wl_seat::WlSeat;
use wayland_client::{Connection, EventQueue};
use wayland_protocols::ext::idle_notify::v1::client::ext_idle_notifier_v1::ExtIdleNotifierV1;
use wayland_protocols_plasma::idle::client::org_kde_kwin_idle::OrgKdeKwinIdle;
use wayland_protocols_wlr::foreign_toplevel::v1::client::zwlr_foreign_toplevel_manager_v1::ZwlrForeignToplevelManagerV1;

use super::gnome::Gnome;
use super::session::LockHint;
use super::wayland_events::{Seen, StillSince};
use super::{Backend, Desktop, Environment, Lock, Lost, Missing, Sense, Window};
use crate::rhythm::InputCounts;

/// Every Wayland compositor that tells at least something.
pub(super) const BACKEND: Backend =
    Backend { name: "wayland", fits: |environment| environment.wayland_display.is_some(), open };

/// A connection to one compositor, and to the session's bus where that helps.
struct Wayland {
    connection: Connection,
    queue: EventQueue<Seen>,
    state: Seen,
    window: WindowSource,
    idle: IdleSource,
    lock: LockHint,
    desktop: String,
}

#[derive(Debug)]
enum WindowSource {
    Toplevels,
    Gnome(Gnome),
    None,
}

#[derive(Debug)]
enum IdleSource {
    Notifications,
    Gnome(Gnome),
    None,
}

fn open(environment: &Environment) -> Result<Box<dyn Desktop>, Problem> {
    Wayland::connect(environment)
        .map(|wayland| Box::new(wayland) as Box<dyn Desktop>)
        .map_err(|lost| Problem::new(ErrorCode::NoDesktop, lost.reason))
}

impl Wayland {
    /// An input is told this much later at most; the protocols tell idleness, not input.
    const STILL_AFTER: Duration = Duration::from_secs(1);

    fn connect(environment: &Environment) -> Result<Self, Lost> {
        let socket = UnixStream::connect(socket_path(environment)?)
            .map_err(|error| Lost::because(format!("the Wayland display cannot be opened: {error}")))?;
        let connection = Connection::from_socket(socket).map_err(Lost::because)?;
        let (globals, mut queue) = registry_queue_init::<Seen>(&connection).map_err(Lost::because)?;
        let handle = queue.handle();
        let mut state = Seen::default();
        let toplevels = globals.bind::<ZwlrForeignToplevelManagerV1, _, _>(&handle, 1..=3, ());
        let still_after_ms = u32::try_from(Self::STILL_AFTER.as_millis()).unwrap_or(u32::MAX);
        let seat = globals.bind::<WlSeat, _, _>(&handle, 1..=1, ());
        let notifier = globals.bind::<ExtIdleNotifierV1, _, _>(&handle, 1..=2, ());
        let kwin_idle = globals.bind::<OrgKdeKwinIdle, _, _>(&handle, 1..=1, ());
        let since = StillSince(Self::STILL_AFTER);
        let told = match (seat, notifier, kwin_idle) {
            (Ok(seat), Ok(notifier), _) if wayland_client::Proxy::version(&notifier) >= 2 => {
                // Of input alone: a film that keeps the screen on is not somebody at the keys.
                notifier.get_input_idle_notification(still_after_ms, &seat, &handle, since);
                true
            }
            (Ok(seat), Ok(notifier), _) => {
                notifier.get_idle_notification(still_after_ms, &seat, &handle, since);
                true
            }
            (Ok(seat), Err(_), Ok(kwin_idle)) => {
                kwin_idle.get_idle_timeout(&seat, still_after_ms, &handle, since);
                true
            }
            _ => false,
        };
        queue.roundtrip(&mut state).map_err(Lost::because)?;
        let desktop = environment.desktop.clone().unwrap_or_else(|| "This compositor".to_owned());
        let gnome = Gnome::connect(&desktop);
        let window = match (&toplevels, &gnome) {
            (Ok(_), _) => WindowSource::Toplevels,
            (Err(_), Some(gnome)) if gnome.focused_window().is_ok() => WindowSource::Gnome(gnome.clone()),
            _ => WindowSource::None,
        };
        let idle = match gnome {
            _ if told => IdleSource::Notifications,
            Some(gnome) if gnome.idle().is_some() => IdleSource::Gnome(gnome),
            _ => IdleSource::None,
        };
        if matches!((&window, &idle), (WindowSource::None, IdleSource::None)) {
            return Err(Lost::because(window_advice(&desktop)));
        }
        Ok(Self { connection, queue, state, window, idle, lock: LockHint::follow(), desktop })
    }

    /// Takes in what the compositor has said.
    fn dispatch(&mut self) -> Result<(), Lost> {
        self.queue.dispatch_pending(&mut self.state).map_err(Lost::because)?;
        self.connection.flush().map_err(Lost::because)?;
        self.read(Duration::ZERO)?;
        self.queue.dispatch_pending(&mut self.state).map(drop).map_err(Lost::because)
    }

    /// Waits until the compositor says something, at most `longest`, and reads it.
    fn read(&self, longest: Duration) -> Result<(), Lost> {
        // Without a guard there is something to dispatch already.
        let Some(guard) = self.connection.prepare_read() else { return Ok(()) };
        let descriptor = guard.connection_fd();
        let mut descriptors = [PollFd::new(&descriptor, PollFlags::IN)];
        let timeout = Timespec::try_from(longest).map_err(Lost::because)?;
        match poll(&mut descriptors, Some(&timeout)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => Ok(()),
            Ok(_) => guard.read().map(drop).map_err(Lost::because),
            Err(error) => Err(Lost::because(error)),
        }
    }
}

impl Desktop for Wayland {
    fn wait(&mut self, longest: Duration) -> Result<(), Lost> {
        let until = Instant::now() + longest;
        loop {
            self.dispatch()?;
            let left = until.saturating_duration_since(Instant::now());
            if self.state.take_news() || left.is_zero() {
                return Ok(());
            }
            self.read(left)?;
        }
    }

    fn active_window(&mut self) -> Result<Option<Window>, Lost> {
        self.dispatch()?;
        match &self.window {
            WindowSource::Toplevels => Ok(self.state.active_window()),
            WindowSource::Gnome(gnome) => Ok(gnome.focused_window().unwrap_or_default()),
            WindowSource::None => Ok(None),
        }
    }

    fn idle(&mut self) -> Result<Option<Duration>, Lost> {
        self.dispatch()?;
        match &self.idle {
            IdleSource::Notifications => Ok(Some(self.state.idle())),
            IdleSource::Gnome(gnome) => Ok(gnome.idle()),
            IdleSource::None => Ok(None),
        }
    }

    fn lock(&mut self) -> Lock {
        self.lock.get()
    }

    fn input(&mut self) -> Result<Option<InputCounts>, Lost> {
        Ok(None)
    }

    fn missing(&self) -> Vec<Missing> {
        let mut missing = Vec::new();
        if matches!(self.window, WindowSource::None) {
            missing.push(Missing { what: Sense::Window, why: window_advice(&self.desktop) });
        }
        if matches!(self.idle, IdleSource::None) {
            let why = format!("{} offers neither ext-idle-notify-v1 nor org_kde_kwin_idle", self.desktop);
            missing.push(Missing { what: Sense::Idle, why });
        }
        let why = "under Wayland, only the program in front learns of keys and pointer".to_owned();
        missing.push(Missing { what: Sense::Input, why });
        missing
    }
}

fn socket_path(environment: &Environment) -> Result<PathBuf, Lost> {
    let name = PathBuf::from(environment.wayland_display.as_deref().unwrap_or_default());
    if name.is_absolute() {
        return Ok(name);
    }
    let directory =
        environment.runtime_dir.as_ref().ok_or_else(|| Lost::because("XDG_RUNTIME_DIR is not set"))?;
    Ok(PathBuf::from(directory).join(name))
}

/// What a person can do on a compositor that does not tell its windows.
fn window_advice(desktop: &str) -> String {
    let lower = desktop.to_lowercase();
    if lower.contains("gnome") {
        "GNOME tells its windows only to extensions: install 'Focused Window D-Bus' from \
         https://extensions.gnome.org/extension/5592/focused-window-d-bus/ and start the watcher again"
            .to_owned()
    } else if lower.contains("kde") {
        "KWin tells its windows only to its own scripts: use the Plasma (X11) session, or run awatcher, which attnd \
         understands"
            .to_owned()
    } else {
        format!(
            "{desktop} offers no wlr-foreign-toplevel-management; sway, Hyprland, Wayfire and labwc do, and every X11 \
             session"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_advice_fits_the_desktop() {
        assert!(window_advice("ubuntu:GNOME").contains("Focused Window D-Bus"));
        assert!(window_advice("KDE").contains("KWin"));
        assert!(window_advice("weston").starts_with("weston offers no"));
    }

    #[test]
    fn a_socket_is_found_by_name_or_path() {
        let with = |display: &str, directory: Option<&str>| {
            socket_path(&Environment {
                wayland_display: Some(display.to_owned()),
                runtime_dir: directory.map(str::to_owned),
                ..Environment::default()
            })
        };
        assert_eq!(with("wayland-1", Some("/run/user/1")).unwrap(), PathBuf::from("/run/user/1/wayland-1"));
        assert_eq!(with("/tmp/socket", None).unwrap(), PathBuf::from("/tmp/socket"));
        assert!(with("wayland-1", None).is_err());
    }
}
