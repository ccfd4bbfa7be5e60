//! Was the person at the machine? Idle time becomes spans of presence and absence, as
//! ActivityWatch tells them.
//!
//! ```text
//! input     x x  x                             x
//! looks     ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·
//! not-afk   [────]                            [─
//! afk            [────────────────────────────]     back-dated to the last input, 1 ms after it
//!                ├── timeout ──┤ known only here
//! ```

use attnd_core::heartbeat::Pulse;
use attnd_core::{Data, Duration, Event, Timestamp};

use super::Premerge;
use crate::entry::Beat;

/// So that two neighbouring events never begin at the same moment, as ActivityWatch does.
const APART: Duration = Duration::from_ns(1_000_000);

/// What one look says about the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The desktop takes input; the last came this long ago.
    Idle(Duration),
    /// The screen is locked; the last input came this long ago.
    Locked(Duration),
}

/// Follows whether the person is at the machine.
#[derive(Clone, Debug)]
pub struct AfkTracker {
    timeout: Duration,
    premerge: Premerge,
    status: Option<Status>,
    /// Nothing is claimed before this moment: the start, or the end of the last break.
    floor: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Present,
    Away,
}

impl AfkTracker {
    /// Away after `timeout` without input, with looks every `poll`.
    #[must_use]
    pub fn new(timeout: Duration, poll: Duration, commit_interval: Duration) -> Self {
        let pulse = Pulse(timeout.saturating_add(poll));
        Self { timeout, premerge: Premerge::new(pulse, commit_interval), status: None, floor: None }
    }

    /// One look at `now`.
    #[must_use]
    pub fn look(&mut self, now: Timestamp, presence: Presence) -> Vec<Beat> {
        let floor = *self.floor.get_or_insert(now);
        let (idle, locked) = match presence {
            Presence::Idle(idle) => (idle, Status::Present),
            Presence::Locked(idle) => (idle, Status::Away),
        };
        // Never before what is known already: two looks measure the same input a millisecond apart.
        let known = self.premerge.known_until().map_or(floor, |until| until.max(floor));
        let last_input = now.saturating_sub(idle).max(known).min(now.max(known));
        let seen = if idle >= self.timeout { Status::Away } else { locked };
        let before = self.status.replace(seen);
        match (before, seen) {
            (Some(Status::Present), Status::Away) => {
                let mut beats = self.beat(Status::Present, last_input, last_input);
                beats.extend(self.beat(Status::Away, last_input.saturating_add(APART), now));
                beats
            }
            (Some(Status::Away), Status::Present) => {
                let mut beats = self.beat(Status::Away, last_input, last_input);
                beats.extend(self.beat(Status::Present, last_input.saturating_add(APART), last_input));
                beats
            }
            (Some(Status::Away), Status::Away) => self.beat(Status::Away, now.max(known), now),
            (None, Status::Away) => self.beat(Status::Away, last_input, now),
            (None | Some(Status::Present), Status::Present) => {
                self.beat(Status::Present, last_input, last_input)
            }
        }
    }

    /// Time was broken, or the watcher stops: the event ends where it was last known.
    #[must_use]
    pub fn sever(&mut self) -> Vec<Beat> {
        self.status = None;
        self.floor = None;
        self.premerge.sever()
    }

    fn beat(&mut self, status: Status, from: Timestamp, until: Timestamp) -> Vec<Beat> {
        let word = match status {
            Status::Present => "not-afk",
            Status::Away => "afk",
        };
        Event::new(from, until.since(from), Data::from([("status", word.into())]))
            .map(|event| self.premerge.beat(event))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use attnd_core::heartbeat::{Heartbeat, merge};

    use super::*;

    const MS: i64 = 1_000_000;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ns_saturating(ms * MS)
    }

    fn idle(ms: i64) -> Presence {
        Presence::Idle(Duration::from_ns(ms * MS))
    }

    /// What a daemon would hold after these heartbeats: (status, start, end) in milliseconds.
    fn stored(beats: &[Beat]) -> Vec<(String, i64, i64)> {
        let mut events: Vec<Event> = Vec::new();
        for beat in beats {
            match events.last_mut().map(|last| (merge(last, &beat.event, beat.pulse), last)) {
                Some((Heartbeat::Extends(duration), last)) => last.duration = duration,
                _ => events.push(beat.event.clone()),
            }
        }
        events
            .iter()
            .map(|event| {
                let status = event.data.text("status").unwrap().to_owned();
                (status, event.timestamp.ns() / MS, event.end().ns() / MS)
            })
            .collect()
    }

    fn expect(spans: &[(&str, i64, i64)]) -> Vec<(String, i64, i64)> {
        spans.iter().map(|&(status, from, until)| (status.to_owned(), from, until)).collect()
    }

    fn tracker() -> AfkTracker {
        AfkTracker::new(Duration::from_s(180), Duration::from_s(5), Duration::from_s(10))
    }

    /// Looks every five seconds with input at the given milliseconds.
    fn watch(tracker: &mut AfkTracker, from_ms: i64, until_ms: i64, inputs: &[i64]) -> Vec<Beat> {
        let mut beats = Vec::new();
        for now in (from_ms..=until_ms).step_by(5_000) {
            let last = inputs.iter().copied().filter(|&input| input <= now).max().unwrap_or(from_ms);
            beats.extend(tracker.look(at(now), idle(now - last)));
        }
        beats
    }

    #[test]
    fn absence_is_back_dated_to_one_millisecond_after_the_last_input() {
        let mut tracker = tracker();
        let mut beats = watch(&mut tracker, 0, 600_000, &[0, 4_000, 60_000, 501_000]);
        beats.extend(tracker.sever());
        assert_eq!(
            stored(&beats),
            expect(&[("not-afk", 0, 60_000), ("afk", 60_001, 501_000), ("not-afk", 501_001, 501_001)])
        );
    }

    #[test]
    fn a_pause_shorter_than_the_timeout_is_no_absence() {
        let mut tracker = tracker();
        let mut beats = watch(&mut tracker, 0, 400_000, &[0, 170_000, 340_000]);
        beats.extend(tracker.sever());
        assert_eq!(stored(&beats), expect(&[("not-afk", 0, 340_000)]));
    }

    #[test]
    fn a_locked_screen_is_absence_at_once_even_while_the_password_is_typed() {
        let mut tracker = tracker();
        let mut beats = tracker.look(at(0), idle(0));
        beats.extend(tracker.look(at(10_000), idle(1_000)));
        beats.extend(tracker.look(at(15_000), Presence::Locked(Duration::from_ns(3_000 * MS))));
        beats.extend(tracker.look(at(20_000), Presence::Locked(Duration::ZERO)));
        beats.extend(tracker.look(at(25_000), idle(4_000)));
        beats.extend(tracker.look(at(30_000), idle(0)));
        beats.extend(tracker.sever());
        let spans = [("not-afk", 0, 12_000), ("afk", 12_001, 21_000), ("not-afk", 21_001, 30_000)];
        assert_eq!(stored(&beats), expect(&spans));
    }

    #[test]
    fn sleep_is_neither_presence_nor_absence() {
        let mut tracker = tracker();
        let mut beats = watch(&mut tracker, 0, 50_000, &[0, 50_000]);
        beats.extend(tracker.sever());
        // Awake again: the idle counter slept too and still says a few seconds.
        beats.extend(tracker.look(at(100_000), idle(7_000)));
        beats.extend(tracker.look(at(105_000), idle(0)));
        beats.extend(tracker.sever());
        assert_eq!(stored(&beats), expect(&[("not-afk", 0, 50_000), ("not-afk", 100_000, 105_000)]));
    }

    #[test]
    fn a_clock_set_back_never_makes_a_negative_duration() {
        let mut tracker = tracker();
        let mut beats = watch(&mut tracker, 3_600_000, 3_650_000, &[3_600_000, 3_650_000]);
        beats.extend(tracker.sever());
        beats.extend(watch(&mut tracker, 60_000, 80_000, &[60_000, 80_000]));
        beats.extend(tracker.sever());
        let spans = [("not-afk", 3_600_000, 3_650_000), ("not-afk", 60_000, 80_000)];
        assert_eq!(stored(&beats), expect(&spans));
    }

    #[test]
    fn measuring_jitter_makes_no_new_event() {
        let mut tracker = tracker();
        let mut beats = Vec::new();
        for look in 0..20 {
            beats.extend(tracker.look(at(look * 5_000), idle(look * 5_000 + look % 3)));
        }
        beats.extend(tracker.sever());
        assert_eq!(stored(&beats).len(), 1);
    }
}
