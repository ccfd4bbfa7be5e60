//! Is the screen locked? Asked of the login manager over D-Bus, on a thread of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::Lock;

/// What the login manager last said.
#[derive(Clone, Debug)]
pub(super) struct LockHint(Arc<AtomicBool>);

impl LockHint {
    /// How often it is asked. Locking is told within this time.
    const POLL: Duration = Duration::from_secs(3);

    /// Begins asking. Where there is no login manager the answer stays [`Lock::Open`]. The thread
    /// ends with the last clone, or when the bus does.
    pub(super) fn follow() -> Self {
        let locked = Arc::new(AtomicBool::new(false));
        let weak = Arc::downgrade(&locked);
        let spawned = std::thread::Builder::new().name("lock-hint".into()).spawn(move || {
            let Ok(bus) = zbus::block_on(zbus::Connection::system()) else { return };
            while let Some(locked) = weak.upgrade() {
                let Some(hint) = locked_hint(&bus) else { return locked.store(false, Ordering::Relaxed) };
                locked.store(hint, Ordering::Relaxed);
                drop(locked);
                std::thread::sleep(Self::POLL);
            }
        });
        if let Err(error) = spawned {
            tracing::warn!(%error, "the lock screen cannot be followed");
        }
        Self(locked)
    }

    pub(super) fn get(&self) -> Lock {
        if self.0.load(Ordering::Relaxed) { Lock::Locked } else { Lock::Open }
    }
}

fn locked_hint(bus: &zbus::Connection) -> Option<bool> {
    let reply = zbus::block_on(bus.call_method(
        Some("org.freedesktop.login1"),
        "/org/freedesktop/login1/session/auto",
        Some("org.freedesktop.DBus.Properties"),
        "Get",
        &("org.freedesktop.login1.Session", "LockedHint"),
    ))
    .ok()?;
    let body = reply.body();
    let value: zbus::Variant<'_> = body.deserialize().ok()?;
    bool::try_from(value).ok()
}
