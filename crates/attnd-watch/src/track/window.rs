//! What was in front, from when to when? Looks at the active window become window events.

use attnd_core::heartbeat::Pulse;
use attnd_core::{Data, Duration, Event, Timestamp};

use super::Premerge;
use crate::entry::Beat;

/// Follows the active window.
#[derive(Clone, Debug)]
pub struct WindowTracker {
    premerge: Premerge,
    current: Option<Current>,
}

#[derive(Clone, Debug)]
struct Current {
    data: Data,
    since: Timestamp,
}

impl WindowTracker {
    /// A title that changes more often than this within one application is a spinner, a clock or a
    /// progress bar: the changes between are passed over.
    const TITLE_SETTLES: Duration = Duration::from_s(1);

    /// Follows with looks at least every `poll` and heartbeats every `commit_interval`.
    #[must_use]
    pub fn new(poll: Duration, commit_interval: Duration) -> Self {
        let one_more = poll.saturating_add(Duration::from_s(1));
        let half_more = Duration::from_ns(poll.ns().saturating_add(poll.ns() / 2));
        let pulse = Pulse(one_more.max(half_more));
        Self { premerge: Premerge::new(pulse, commit_interval), current: None }
    }

    /// One look at `now`: the data of the window in front, already redacted, or `None`.
    #[must_use]
    pub fn look(&mut self, now: Timestamp, seen: Option<Data>) -> Vec<Beat> {
        let Some(current) = self.current.take() else { return self.begin(now, seen) };
        let seen = match seen {
            Some(data) if is_flicker(&current, &data, now) => Some(current.data.clone()),
            other => other,
        };
        // It was in front until this look, whatever is in front now.
        let mut beats = self.beat(now, current.data.clone());
        if seen.as_ref() == Some(&current.data) {
            self.current = Some(current);
            return beats;
        }
        beats.extend(self.premerge.end());
        beats.extend(self.begin(now, seen));
        beats
    }

    /// Time was broken, or the watcher stops: the event ends where it was last seen.
    #[must_use]
    pub fn sever(&mut self) -> Vec<Beat> {
        self.current = None;
        self.premerge.sever()
    }

    fn begin(&mut self, now: Timestamp, seen: Option<Data>) -> Vec<Beat> {
        let Some(data) = seen else { return Vec::new() };
        self.current = Some(Current { data: data.clone(), since: now });
        self.beat(now, data)
    }

    fn beat(&mut self, now: Timestamp, data: Data) -> Vec<Beat> {
        Event::new(now, Duration::ZERO, data).map(|event| self.premerge.beat(event)).unwrap_or_default()
    }
}

/// Whether `data` is the same application with yet another title, too soon after the last.
fn is_flicker(current: &Current, data: &Data, now: Timestamp) -> bool {
    current.data != *data
        && current.data.text("app") == data.text("app")
        && current.since <= now
        && now.since(current.since) < WindowTracker::TITLE_SETTLES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ns_saturating(ms * 1_000_000)
    }

    fn window(app: &str, title: &str) -> Option<Data> {
        Some(Data::from([("app", app.into()), ("title", title.into())]))
    }

    fn sent(beats: &[Beat]) -> Vec<(String, i64, i64)> {
        let ms = |ns: i64| ns / 1_000_000;
        beats
            .iter()
            .map(|beat| {
                let label = beat.event.data.text("title").unwrap().to_owned();
                (label, ms(beat.event.timestamp.ns()), ms(beat.event.duration.ns()))
            })
            .collect()
    }

    fn tracker() -> WindowTracker {
        WindowTracker::new(Duration::from_s(1), Duration::from_s(10))
    }

    #[test]
    fn a_window_lasts_until_the_next_comes_to_the_front() {
        let mut tracker = tracker();
        let mut beats = tracker.look(at(0), window("xterm", "x"));
        beats.extend(tracker.look(at(1_000), window("xterm", "x")));
        beats.extend(tracker.look(at(1_400), window("editor", "e")));
        beats.extend(tracker.look(at(2_400), window("editor", "e")));
        beats.extend(tracker.look(at(3_000), None));
        beats.extend(tracker.look(at(4_000), None));
        let expected = [("x", 0, 0), ("x", 0, 1_400), ("e", 1_400, 0), ("e", 1_400, 1_600)];
        assert_eq!(sent(&beats), expected.map(|(title, from, long)| (title.to_owned(), from, long)));
    }

    #[test]
    fn a_flickering_title_changes_at_most_once_a_second() {
        let mut tracker = tracker();
        let mut beats = Vec::new();
        for step in 0..=20 {
            beats.extend(tracker.look(at(step * 100), window("xterm", &format!("{step}"))));
        }
        let titles: Vec<String> = sent(&beats).into_iter().map(|(title, ..)| title).collect();
        assert_eq!(titles, ["0", "0", "10", "10", "20"]);
    }

    #[test]
    fn a_stalled_watcher_claims_nothing_for_the_time_it_did_not_look() {
        let mut tracker = tracker();
        let mut beats = tracker.look(at(0), window("xterm", "x"));
        beats.extend(tracker.look(at(60_000), window("xterm", "x")));
        beats.extend(tracker.sever());
        assert_eq!(sent(&beats), [("x".to_owned(), 0, 0), ("x".to_owned(), 60_000, 0)]);
    }
}
