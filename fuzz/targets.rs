//! What is fuzzed? Every parser that meets bytes from outside, with what must hold for any of them.
//!
//! Included by the libFuzzer programs beside this file and by `cargo xtask fuzz`.

use attnd_core::Event;

/// An event that can be read is written so that it reads back the same.
pub(super) fn event_json(input: &[u8]) {
    let Ok(event) = serde_json::from_slice::<Event>(input) else { return };
    let written = serde_json::to_vec(&event).expect("an event that was read can be written");
    let again: Event = serde_json::from_slice(&written).expect("what was written can be read");
    assert!(event.end() >= event.timestamp);
    assert_eq!(event.timestamp, again.timestamp);
    assert_eq!(event.data, again.data);
}
