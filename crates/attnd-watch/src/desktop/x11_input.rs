//! How do raw input events become counts? Of a key event only its head is ever looked at.
//!
//! A raw event of the X Input Extension is (XI2 protocol, version 2.0, "RawEvent"):
//!
//! ```text
//! byte  0          2        4       8           10        12     16       20
//!       type ext   sequence length  event type  device    time   detail   …
//!       └─────────────────── head: all a key may tell ───────────┘└ which key or button
//! ```

use std::time::Duration;

use x11rb::protocol::xinput;

use crate::rhythm::Input;

/// Everything of an event before its detail. The key's code lies behind it, out of reach of
/// whatever is given a head only.
type Head = [u8; 16];

/// What a raw event says that may be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RawInput {
    /// The server's clock, milliseconds; it wraps around after 49.7 days.
    pub(super) at_ms: u32,
    /// What happened.
    pub(super) what: RawWhat,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RawWhat {
    /// Some key went down.
    Key,
    /// A button or a wheel.
    Button(Input),
    /// The pointer moved; how far is asked of the server, once for many of these.
    Motion,
}

/// Reads a generic event of the extension with this major opcode; `None` for any other event.
pub(super) fn read(event: &[u8], opcode: u8) -> Option<RawInput> {
    const GENERIC: u8 = x11rb::protocol::xproto::GE_GENERIC_EVENT;
    let (head, rest) = event.split_first_chunk::<16>()?;
    if head[0] & 0x7f != GENERIC || head[1] != opcode {
        return None;
    }
    let what = match event_type(head) {
        xinput::RAW_KEY_PRESS_EVENT => RawWhat::Key,
        xinput::RAW_BUTTON_PRESS_EVENT => RawWhat::Button(button(rest.first_chunk::<4>()?)),
        xinput::RAW_MOTION_EVENT => RawWhat::Motion,
        _ => return None,
    };
    Some(RawInput { at_ms: time_ms(head), what })
}

fn event_type(head: &Head) -> u16 {
    u16::from_ne_bytes([head[8], head[9]])
}

fn time_ms(head: &Head) -> u32 {
    u32::from_ne_bytes([head[12], head[13], head[14], head[15]])
}

/// Buttons 4 and 5 are the wheel's two directions, 6 and 7 the sideways wheel's; smooth scrolling
/// devices send them too, one for each step.
fn button(detail: &[u8; 4]) -> Input {
    match u32::from_ne_bytes(*detail) {
        4 | 5 => Input::ScrollUpDown,
        6 | 7 => Input::ScrollSideways,
        _ => Input::Click,
    }
}

/// Turns the server's wrapping milliseconds into a time that never runs backwards.
#[derive(Clone, Debug, Default)]
pub(super) struct ServerClock {
    last_ms: Option<u32>,
    since: Duration,
}

impl ServerClock {
    pub(super) fn at(&mut self, server_ms: u32) -> Duration {
        let step_ms = self.last_ms.map_or(0, |last| server_ms.wrapping_sub(last));
        // More than half the circle is a step back: events of two devices may be out of order.
        if step_ms <= u32::MAX / 2 {
            self.since += Duration::from_millis(u64::from(step_ms));
            self.last_ms = Some(server_ms);
        }
        self.since
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPCODE: u8 = 131;

    fn event(kind: u16, at_ms: u32, detail: u32) -> Vec<u8> {
        let mut bytes = vec![0; 32];
        bytes[0] = 35;
        bytes[1] = OPCODE;
        bytes[8..10].copy_from_slice(&kind.to_ne_bytes());
        bytes[12..16].copy_from_slice(&at_ms.to_ne_bytes());
        bytes[16..20].copy_from_slice(&detail.to_ne_bytes());
        bytes
    }

    #[test]
    fn every_key_looks_the_same() {
        let keys: Vec<_> = (0..256).map(|key| read(&event(13, 77, key), OPCODE)).collect();
        assert!(keys.iter().all(|&key| key == Some(RawInput { at_ms: 77, what: RawWhat::Key })));
    }

    #[test]
    fn buttons_are_clicks_or_wheels_and_other_events_nothing() {
        let what = |kind, detail| read(&event(kind, 0, detail), OPCODE).map(|input| input.what);
        assert_eq!(what(15, 1), Some(RawWhat::Button(Input::Click)));
        assert_eq!(what(15, 5), Some(RawWhat::Button(Input::ScrollUpDown)));
        assert_eq!(what(15, 6), Some(RawWhat::Button(Input::ScrollSideways)));
        assert_eq!(what(15, 8), Some(RawWhat::Button(Input::Click)));
        assert_eq!(what(17, 0), Some(RawWhat::Motion));
        assert_eq!(what(14, 38), None);
        assert_eq!(read(&event(13, 0, 38), OPCODE + 1), None);
        assert_eq!(read(&[35; 12], OPCODE), None);
    }

    #[test]
    fn the_servers_clock_wraps_and_never_runs_back() {
        let mut clock = ServerClock::default();
        assert_eq!(clock.at(u32::MAX - 9), Duration::ZERO);
        assert_eq!(clock.at(90), Duration::from_millis(100));
        assert_eq!(clock.at(80), Duration::from_millis(100));
        assert_eq!(clock.at(100), Duration::from_millis(110));
    }
}
