//! Which heartbeats are worth sending? The merge, done at the source, so that the daemon hears of
//! a change at once and of the unchanged only every commit interval.
//!
//! ```text
//! looks   a a a a a a a a a a a b b b
//! sent    a                 a a b        commit interval ├────────┤
//!         [a]               [a────────)  the second `a` touches the first: the daemon merges them
//! ```

use attnd_core::heartbeat::{Heartbeat, Pulse, merge};
use attnd_core::{Duration, Event, Timestamp};

use crate::entry::Beat;

/// The last event of one bucket, as far as it was sent and as far as it is known.
#[derive(Clone, Debug)]
pub struct Premerge {
    pulse: Pulse,
    commit_interval: Duration,
    pending: Option<Pending>,
    continuity: Joint,
}

/// The stretch since the last commit.
#[derive(Clone, Debug)]
struct Pending {
    event: Event,
    /// Whether `event` says more than what was sent of it.
    news: News,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum News {
    None,
    Some,
}

/// Whether the next heartbeat may continue what the daemon has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joint {
    Joined,
    Severed,
}

impl Premerge {
    /// Merges with `pulse` and sends what is unchanged every `commit_interval`.
    #[must_use]
    pub fn new(pulse: Pulse, commit_interval: Duration) -> Self {
        Self { pulse, commit_interval, pending: None, continuity: Joint::Joined }
    }

    /// Takes one look's event and says what to send, in order.
    #[must_use]
    pub fn beat(&mut self, event: Event) -> Vec<Beat> {
        let Some(pending) = &mut self.pending else { return self.begin(event).into_iter().collect() };
        let Heartbeat::Extends(duration) = merge(&pending.event, &event, self.pulse) else {
            let mut beats = self.flush();
            beats.extend(self.begin(event));
            return beats;
        };
        if duration > pending.event.duration {
            pending.event.duration = duration;
            pending.news = News::Some;
        }
        if duration < self.commit_interval { Vec::new() } else { self.flush() }
    }

    /// Ends the current event: sends what is still unsent of it and forgets it.
    #[must_use]
    pub fn end(&mut self) -> Vec<Beat> {
        let beats = self.flush();
        self.pending = None;
        beats
    }

    /// Ends the current event because time was broken: whatever comes next is never merged with
    /// it, however soon it comes.
    #[must_use]
    pub fn sever(&mut self) -> Vec<Beat> {
        let beats = self.end();
        self.continuity = Joint::Severed;
        beats
    }

    /// The moment up to which the current event is known.
    #[must_use]
    pub fn known_until(&self) -> Option<Timestamp> {
        self.pending.as_ref().map(|pending| pending.event.end())
    }

    fn begin(&mut self, event: Event) -> Option<Beat> {
        let pulse = match std::mem::replace(&mut self.continuity, Joint::Joined) {
            Joint::Joined => self.pulse,
            Joint::Severed => Pulse(Duration::ZERO),
        };
        self.pending = Some(Pending { event: event.clone(), news: News::None });
        self.committed();
        Some(Beat { event, pulse })
    }

    fn flush(&mut self) -> Vec<Beat> {
        let Some(pending) = &self.pending else { return Vec::new() };
        if pending.news == News::None {
            return Vec::new();
        }
        let beat = Beat { event: pending.event.clone(), pulse: self.pulse };
        self.committed();
        vec![beat]
    }

    /// What was sent is never sent again: were recording paused meanwhile, a heartbeat that reached
    /// back over the pause would fill it.
    fn committed(&mut self) {
        if let Some(pending) = &mut self.pending {
            pending.event.timestamp = pending.event.end();
            pending.event.duration = Duration::ZERO;
            pending.news = News::None;
        }
    }
}

#[cfg(test)]
mod tests {
    use attnd_core::Data;

    use super::*;

    fn look(at_s: u32, label: &str) -> Event {
        let at = Timestamp::from_ns_saturating(Duration::from_s(at_s).ns());
        Event::new(at, Duration::ZERO, Data::from([("app", label.into())])).unwrap()
    }

    fn sent(beats: &[Beat]) -> Vec<(i64, i64, i64)> {
        let s = |ns: i64| ns / attnd_core::time::NS_PER_S;
        beats
            .iter()
            .map(|beat| (s(beat.event.timestamp.ns()), s(beat.event.duration.ns()), s(beat.pulse.0.ns())))
            .collect()
    }

    fn premerge() -> Premerge {
        Premerge::new(Pulse(Duration::from_s(2)), Duration::from_s(10))
    }

    #[test]
    fn changes_go_at_once_and_the_unchanged_every_commit_interval() {
        let mut merge = premerge();
        let mut beats = Vec::new();
        for at in 100..=113 {
            beats.extend(merge.beat(look(at, "a")));
        }
        beats.extend(merge.beat(look(114, "b")));
        assert_eq!(sent(&beats), [(100, 0, 2), (100, 10, 2), (110, 3, 2), (114, 0, 2)]);
    }

    #[test]
    fn what_the_daemon_makes_of_it_is_what_was_seen() {
        let mut merge_here = premerge();
        let mut stored: Vec<Event> = Vec::new();
        let labels = "aaaaaaaaaaaaaaabbbaaccccccccccccccccccccccccccccca";
        let mut store = |beat: &Beat| {
            if let Some(last) = stored.last_mut()
                && let Heartbeat::Extends(duration) = merge(last, &beat.event, beat.pulse)
            {
                last.duration = duration;
                return;
            }
            stored.push(beat.event.clone());
        };
        for (at, label) in labels.chars().enumerate() {
            merge_here.beat(look(at as u32, &label.to_string())).iter().for_each(&mut store);
        }
        merge_here.end().iter().for_each(&mut store);
        let lengths: Vec<i64> =
            stored.iter().map(|event| event.duration.ns() / attnd_core::time::NS_PER_S).collect();
        assert_eq!(lengths, [14, 2, 1, 28, 0]);
    }

    #[test]
    fn nothing_is_merged_across_a_break() {
        let mut merge = premerge();
        let _ = merge.beat(look(0, "a"));
        let _ = merge.beat(look(1, "a"));
        assert_eq!(sent(&merge.sever()), [(0, 1, 2)]);
        assert_eq!(sent(&merge.beat(look(2, "a"))), [(2, 0, 0)]);
    }
}
