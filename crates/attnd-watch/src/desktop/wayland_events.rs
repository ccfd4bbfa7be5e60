//! What did the compositor say? Its events, gathered into the window in front and the idle time.

use std::time::{Duration, Instant};

use wayland_client::backend::ObjectId;
use wayland_client::globals::GlobalListContents;
use wayland_client::protocol::wl_registry::{self, WlRegistry};
use wayland_client::protocol::wl_seat::{self, WlSeat};
use wayland_client::{Connection, Dispatch, Proxy, QueueHandle, event_created_child};
use wayland_protocols::ext::idle_notify::v1::client::ext_idle_notification_v1::{
    self, ExtIdleNotificationV1,
};
use wayland_protocols::ext::idle_notify::v1::client::ext_idle_notifier_v1::{self, ExtIdleNotifierV1};
use wayland_protocols_plasma::idle::client::org_kde_kwin_idle::{self, OrgKdeKwinIdle};
use wayland_protocols_plasma::idle::client::org_kde_kwin_idle_timeout::{self, OrgKdeKwinIdleTimeout};
use wayland_protocols_wlr::foreign_toplevel::v1::client::zwlr_foreign_toplevel_handle_v1::{
    self as handle, ZwlrForeignToplevelHandleV1,
};
use wayland_protocols_wlr::foreign_toplevel::v1::client::zwlr_foreign_toplevel_manager_v1::{
    self as manager, ZwlrForeignToplevelManagerV1,
};

use super::Window;

/// What is known so far.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Every window, in the order they were told.
    toplevels: Vec<(ObjectId, Toplevel)>,
    news: bool,
    still_since: Option<Instant>,
}

/// How long nothing had happened when the compositor says that nothing happens.
#[derive(Clone, Copy, Debug)]
pub(super) struct StillSince(pub(super) Duration);

#[derive(Debug, Default)]
struct Toplevel {
    shown: Properties,
    /// What came since the last `done`, which makes it true all at once.
    coming: Properties,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Properties {
    application: String,
    title: String,
    active: bool,
}

impl Seen {
    /// Whether the window in front may be another since the last call.
    pub(super) fn take_news(&mut self) -> bool {
        std::mem::take(&mut self.news)
    }

    pub(super) fn active_window(&self) -> Option<Window> {
        let active = self.toplevels.iter().map(|(_, toplevel)| &toplevel.shown).find(|shown| shown.active)?;
        Some(Window { application: active.application.clone(), title: active.title.clone(), process: None })
    }

    /// Time since the last input; none while there is some.
    pub(super) fn idle(&self) -> Duration {
        self.still_since.map(|since| since.elapsed()).unwrap_or_default()
    }

    fn still(&mut self, StillSince(already): StillSince) {
        let now = Instant::now();
        self.still_since = Some(now.checked_sub(already).unwrap_or(now));
    }
}

impl Dispatch<ZwlrForeignToplevelManagerV1, ()> for Seen {
    fn event(
        state: &mut Self,
        _: &ZwlrForeignToplevelManagerV1,
        event: manager::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let manager::Event::Toplevel { toplevel } = event {
            state.toplevels.push((toplevel.id(), Toplevel::default()));
        }
    }

    event_created_child!(Seen, ZwlrForeignToplevelManagerV1, [
        manager::EVT_TOPLEVEL_OPCODE => (ZwlrForeignToplevelHandleV1, ()),
    ]);
}

impl Dispatch<ZwlrForeignToplevelHandleV1, ()> for Seen {
    fn event(
        state: &mut Self,
        proxy: &ZwlrForeignToplevelHandleV1,
        event: handle::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if matches!(event, handle::Event::Closed) {
            state.toplevels.retain(|(id, _)| *id != proxy.id());
            state.news = true;
            proxy.destroy();
            return;
        }
        let found = state.toplevels.iter_mut().find(|(id, _)| *id == proxy.id());
        let Some((_, toplevel)) = found else { return };
        match event {
            handle::Event::Title { title } => toplevel.coming.title = title,
            handle::Event::AppId { app_id } => toplevel.coming.application = app_id,
            handle::Event::State { state: states } => toplevel.coming.active = is_active(&states),
            handle::Event::Done if toplevel.shown != toplevel.coming => {
                state.news |= toplevel.shown.active || toplevel.coming.active;
                toplevel.shown = toplevel.coming.clone();
            }
            _ => {}
        }
    }
}

/// The states are 32-bit numbers in the machine's byte order.
fn is_active(states: &[u8]) -> bool {
    let (words, _) = states.as_chunks::<4>();
    words.iter().any(|word| u32::from_ne_bytes(*word) == handle::State::Activated as u32)
}

impl Dispatch<ExtIdleNotificationV1, StillSince> for Seen {
    fn event(
        state: &mut Self,
        _: &ExtIdleNotificationV1,
        event: ext_idle_notification_v1::Event,
        since: &StillSince,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        match event {
            ext_idle_notification_v1::Event::Idled => state.still(*since),
            ext_idle_notification_v1::Event::Resumed => state.still_since = None,
            _ => {}
        }
    }
}

impl Dispatch<OrgKdeKwinIdleTimeout, StillSince> for Seen {
    fn event(
        state: &mut Self,
        _: &OrgKdeKwinIdleTimeout,
        event: org_kde_kwin_idle_timeout::Event,
        since: &StillSince,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        match event {
            org_kde_kwin_idle_timeout::Event::Idle => state.still(*since),
            org_kde_kwin_idle_timeout::Event::Resumed => state.still_since = None,
            _ => {}
        }
    }
}

/// Objects whose events say nothing of interest here.
macro_rules! silent {
    ($($proxy:ty, $event:ty, $data:ty;)*) => {
        $(impl Dispatch<$proxy, $data> for Seen {
            fn event(
                _: &mut Self,
                _: &$proxy,
                _: $event,
                _: &$data,
                _: &Connection,
                _: &QueueHandle<Self>,
            ) {
            }
        })*
    };
}

silent! {
    WlRegistry, wl_registry::Event, GlobalListContents;
    WlSeat, wl_seat::Event, ();
    ExtIdleNotifierV1, ext_idle_notifier_v1::Event, ();
    OrgKdeKwinIdle, org_kde_kwin_idle::Event, ();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_active_one_is_found_among_the_states() {
        let states = |words: &[u32]| words.iter().flat_map(|word| word.to_ne_bytes()).collect::<Vec<u8>>();
        assert!(is_active(&states(&[0, 2])));
        assert!(!is_active(&states(&[0, 1, 3])));
        assert!(!is_active(&[]));
    }
}
