//! How much was typed, clicked and moved, five seconds at a time? Counts become input events.

use attnd_core::heartbeat::Pulse;
use attnd_core::{Data, Duration, Event, Timestamp};
use serde_json::Value;

use crate::entry::Beat;
use crate::rhythm::InputCounts;

/// Makes one event of each interval.
#[derive(Clone, Debug)]
pub struct InputTracker {
    interval: Duration,
    since: Option<Timestamp>,
}

impl InputTracker {
    /// Consecutive intervals without any input become one event.
    const STILL_PULSE: Duration = Duration::from_ns(5_100_000_000);
    /// So that two intervals with the same counts stay two, instead of losing one's counts.
    const APART: Duration = Duration::from_ns(1_000_000);

    /// One event every `interval`.
    #[must_use]
    pub const fn new(interval: Duration) -> Self {
        Self { interval, since: None }
    }

    /// Whether an interval is over at `now`. The first call begins the first interval.
    pub fn is_due(&mut self, now: Timestamp) -> bool {
        let since = *self.since.get_or_insert(now);
        now.since(since) >= self.interval
    }

    /// Ends the interval at `now` with what happened in it.
    #[must_use]
    pub fn close(&mut self, now: Timestamp, counts: &InputCounts) -> Vec<Beat> {
        let since = self.since.replace(now).unwrap_or(now);
        let still = counts.is_still();
        let from = if still { since } else { since.saturating_add(Self::APART).min(now) };
        let pulse = Pulse(if still { Self::STILL_PULSE } else { Duration::ZERO });
        let data = data(counts, now.since(since));
        Event::new(from, now.since(from), data).map(|event| vec![Beat { event, pulse }]).unwrap_or_default()
    }

    /// Time was broken: the next interval begins with the next look.
    pub fn sever(&mut self) {
        self.since = None;
    }
}

/// ActivityWatch's six counts, and three measures of rhythm where there is any; an interval
/// without input has the six zeros alone, so that such intervals merge.
fn data(counts: &InputCounts, interval: Duration) -> Data {
    let mut data = Data::from([
        ("presses", counts.presses.into()),
        ("clicks", counts.clicks.into()),
        ("deltaX", counts.delta_x.into()),
        ("deltaY", counts.delta_y.into()),
        ("scrollX", counts.scroll_x.into()),
        ("scrollY", counts.scroll_y.into()),
    ]);
    if counts.is_still() {
        return data;
    }
    let mut put = |key: &str, value: Option<f64>| {
        if let Some(value) = value {
            data.fields_mut().insert(key.to_owned(), Value::from((value * 1_000.0).round() / 1_000.0));
        }
    };
    put("gapMean", counts.gaps.mean_s());
    put("gapStd", counts.gaps.spread_s());
    let interval_s = interval.as_s_f64();
    put("idleShare", (interval_s > 0.0).then(|| (counts.still.as_secs_f64() / interval_s).min(1.0)));
    data
}

#[cfg(test)]
mod tests {
    use attnd_core::heartbeat::{Heartbeat, merge};

    use super::*;
    use crate::rhythm::{Input, Rhythm};

    fn at(s: u32) -> Timestamp {
        Timestamp::from_ns_saturating(Duration::from_s(s).ns())
    }

    fn close(tracker: &mut InputTracker, now: Timestamp, keys: u32) -> Beat {
        let mut rhythm = Rhythm::default();
        for key in 0..keys {
            rhythm.add(std::time::Duration::from_millis(u64::from(key) * 200), Input::Key);
        }
        tracker.close(now, &rhythm.take()).remove(0)
    }

    #[test]
    fn stillness_merges_and_equal_counts_do_not() {
        let mut tracker = InputTracker::new(Duration::from_s(5));
        assert!(!tracker.is_due(at(0)) && !tracker.is_due(at(4)) && tracker.is_due(at(5)));
        let beats: Vec<Beat> =
            [(5, 0), (10, 0), (15, 3), (20, 3)].map(|(now, keys)| close(&mut tracker, at(now), keys)).into();
        let merges = |a: usize, b: usize| merge(&beats[a].event, &beats[b].event, beats[b].pulse);
        assert_eq!(merges(0, 1), Heartbeat::Extends(Duration::from_s(10)));
        assert_eq!(merges(2, 3), Heartbeat::Begins);
        assert_eq!(beats[3].event.end(), at(20));
    }

    #[test]
    fn the_event_has_activitywatchs_fields_and_the_rhythm() {
        let mut tracker = InputTracker::new(Duration::from_s(5));
        tracker.is_due(at(0));
        let beat = close(&mut tracker, at(5), 3);
        assert_eq!(
            beat.event.data.canonical(),
            r#"{"clicks":0,"deltaX":0,"deltaY":0,"gapMean":0.2,"gapStd":0.0,"idleShare":0.0,"presses":3,"scrollX":0,"scrollY":0}"#
        );
    }
}
