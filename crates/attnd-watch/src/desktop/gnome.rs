//! What does GNOME tell over the session's bus? The focused window, through an extension, and the
//! idle time, through Mutter.

use std::time::Duration;

use serde::Deserialize;

use super::{Lost, Window};

/// A connection to the bus of a GNOME session.
#[derive(Clone, Debug)]
pub(super) struct Gnome(zbus::Connection);

/// What the extension "Focused Window D-Bus" answers, as far as it matters.
#[derive(Debug, Default, Deserialize)]
struct Focused {
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    wm_class: Option<String>,
    #[serde(default)]
    pid: Option<u32>,
}

impl Gnome {
    /// A shell that takes longer than this is busy; the next look will do.
    const TIMEOUT: Duration = Duration::from_millis(500);

    /// Connects, if this is GNOME or one of its kin.
    pub(super) fn connect(desktop: &str) -> Option<Self> {
        let lower = desktop.to_lowercase();
        if !["gnome", "unity", "pop", "budgie"].iter().any(|kin| lower.contains(kin)) {
            return None;
        }
        let bus = zbus::connection::Builder::session().method_timeout(Self::TIMEOUT).build();
        zbus::block_on(bus).ok().map(Self)
    }

    /// The window in front; an error where the extension is not there.
    pub(super) fn focused_window(&self) -> Result<Option<Window>, Lost> {
        let reply = zbus::block_on(self.0.call_method(
            Some("org.gnome.Shell"),
            "/org/gnome/shell/extensions/FocusedWindow",
            Some("org.gnome.shell.extensions.FocusedWindow"),
            "Get",
            &(),
        ))
        .map_err(Lost::because)?;
        let body = reply.body();
        Ok(window_of(body.deserialize::<&str>().map_err(Lost::because)?))
    }

    /// Time since the last input.
    pub(super) fn idle(&self) -> Option<Duration> {
        let reply = zbus::block_on(self.0.call_method(
            Some("org.gnome.Mutter.IdleMonitor"),
            "/org/gnome/Mutter/IdleMonitor/Core",
            Some("org.gnome.Mutter.IdleMonitor"),
            "GetIdletime",
            &(),
        ))
        .ok()?;
        reply.body().deserialize::<u64>().ok().map(Duration::from_millis)
    }
}

fn window_of(answer: &str) -> Option<Window> {
    let focused: Focused = serde_json::from_str(answer).ok()?;
    Some(Window {
        application: focused.wm_class.filter(|class| !class.is_empty())?,
        title: focused.title.unwrap_or_default(),
        process: focused.pid,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extensions_answer_is_read_leniently() {
        let window = window_of(r#"{"title":"News","wm_class":"firefox","pid":7,"monitor":0}"#).unwrap();
        assert_eq!(
            (window.application.as_str(), window.title.as_str(), window.process),
            ("firefox", "News", Some(7))
        );
        assert_eq!(window_of("{}"), None);
        assert_eq!(window_of(""), None);
    }
}
