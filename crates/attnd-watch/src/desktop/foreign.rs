//! What is in front on macOS and Windows? Asked of two crates that know the platforms. Untested.
//!
//! The rhythm of input is not sensed there: both platforms want a hook that sees every key.

use std::time::{Duration, Instant};

use super::{Backend, Desktop, Environment, Lost, Missing, Sense, Window};
use crate::rhythm::InputCounts;

/// macOS and Windows.
pub(super) const BACKEND: Backend = Backend {
    name: if cfg!(target_os = "macos") { "macos" } else { "windows" },
    fits: |_: &Environment| true,
    open: |_| Ok(Box::new(Foreign)),
};

struct Foreign;

impl Desktop for Foreign {
    fn wait(&mut self, longest: Duration) -> Result<(), Lost> {
        let until = Instant::now() + longest;
        std::thread::sleep(until.saturating_duration_since(Instant::now()));
        Ok(())
    }

    fn active_window(&mut self) -> Result<Option<Window>, Lost> {
        let window = active_win_pos_rs::get_active_window().ok();
        Ok(window.map(|window| Window {
            application: window.app_name,
            title: window.title,
            process: u32::try_from(window.process_id).ok(),
        }))
    }

    fn idle(&mut self) -> Result<Option<Duration>, Lost> {
        Ok(user_idle2::UserIdle::get_time().ok().map(|idle| idle.duration()))
    }

    fn input(&mut self) -> Result<Option<InputCounts>, Lost> {
        Ok(None)
    }

    fn missing(&self) -> Vec<Missing> {
        let why = "it is not sensed on this platform, which is untested".to_owned();
        vec![Missing { what: Sense::Input, why }]
    }
}
