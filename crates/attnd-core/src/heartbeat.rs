//! Does this heartbeat continue the last event? ActivityWatch's merge, the one algorithm that
//! must be right.
//!
//! ```text
//! last  [aaaaaa]            pulse = 2
//! beat          a    gap 1: merged    [aaaaaaaa]
//! beat             a gap 4: new event [aaaaaa]   [a]
//! beat          b    other data: new  [aaaaaa] [b]
//! beat  a older than last: new, never merged
//! ```

use crate::{Duration, Event};

/// How long after the last event's end a heartbeat still continues it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pulse(pub Duration);

/// What a heartbeat does to the event before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heartbeat {
    /// It continues `last`, which now has this duration.
    Extends(Duration),
    /// It is a new event.
    Begins,
}

/// Decides whether `beat` continues `last`: the same data, not older, and at most `pulse` after
/// its end. The merged event keeps the later of both ends.
#[must_use]
pub fn merge(last: &Event, beat: &Event, pulse: Pulse) -> Heartbeat {
    let latest = last.end().saturating_add(pulse.0);
    let in_time = last.timestamp <= beat.timestamp && beat.timestamp <= latest;
    if !in_time || beat.data != last.data {
        return Heartbeat::Begins;
    }
    Heartbeat::Extends(last.end().max(beat.end()).since(last.timestamp))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Data, Timestamp};

    fn event(at: &str, seconds: u32, label: &str) -> Event {
        let data = Data::from([("label", label.into())]);
        Event::new(Timestamp::parse(at).unwrap(), Duration::from_s(seconds), data).unwrap()
    }

    #[test]
    fn merges_within_the_pulse_only() {
        let pulse = Pulse(Duration::from_s(2));
        let last = event("2024-01-01T10:00:00Z", 6, "a");
        let beat = |at, label| merge(&last, &event(at, 0, label), pulse);
        assert_eq!(beat("2024-01-01T10:00:08Z", "a"), Heartbeat::Extends(Duration::from_s(8)));
        assert_eq!(beat("2024-01-01T10:00:08.001Z", "a"), Heartbeat::Begins);
        assert_eq!(beat("2024-01-01T10:00:07Z", "b"), Heartbeat::Begins);
        assert_eq!(beat("2024-01-01T09:59:59Z", "a"), Heartbeat::Begins);
        assert_eq!(beat("2024-01-01T10:00:03Z", "a"), Heartbeat::Extends(Duration::from_s(6)));
    }
}
