//! What did keys, buttons and pointer do before a moment? Counts of events, ready to be asked.

use attnd_core::{Event, TimeRange, Timestamp};

use super::OF_INPUT;
use crate::feature::statistic::burstiness;

/// Between events with keys this is a pause.
const PAUSE_S: f64 = 30.0;

/// What an input watcher counted in a few seconds; never which keys.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InputCount {
    /// When; known at its end.
    pub range: TimeRange,
    /// Keys pressed.
    pub presses: f64,
    /// Buttons pressed.
    pub clicks: f64,
    /// Pixels moved, sideways and up and down added up.
    pub pointer_px: f64,
    /// Steps of the wheel, both ways.
    pub scroll: f64,
    /// How far apart the keys were, where the watcher says.
    pub gaps: Option<KeyGaps>,
}

/// Times between neighbouring key presses, pauses left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KeyGaps {
    /// Their mean.
    pub mean_s: f64,
    /// Their standard deviation.
    pub spread_s: f64,
}

/// Input events in order, with the sums before each.
pub(super) struct InputSums {
    events: Vec<InputCount>,
    /// Before each event, one more than events.
    sums: Vec<Sums>,
    /// When each event with keys ended.
    key_ends: Vec<Timestamp>,
}

/// Seconds, seconds still, presses, clicks, pixels, steps; presses with known gaps, these times the mean and times
/// the mean square of the gaps.
type Sums = [f64; 9];

impl InputCount {
    /// From an event of `aw-watcher-input` or of attnd's watcher: `presses`, `clicks`, `deltaX`, `deltaY`, `scrollX`,
    /// `scrollY`, and attnd's `gapMean` and `gapStd` in seconds; `None` if it has none of the six. What is no number from
    /// 0 up counts as nothing.
    #[must_use]
    pub fn of_event(event: &Event) -> Option<Self> {
        let fields = event.data.fields();
        let number = |name: &str| {
            let number = fields.get(name)?.as_f64()?;
            Some(if number.is_finite() { number.max(0.0) } else { 0.0 })
        };
        let both = |one: &str, other: &str| match (number(one), number(other)) {
            (None, None) => None,
            (one, other) => Some(one.unwrap_or_default() + other.unwrap_or_default()),
        };
        let found =
            [number("presses"), number("clicks"), both("deltaX", "deltaY"), both("scrollX", "scrollY")];
        if found.iter().all(Option::is_none) {
            return None;
        }
        let [presses, clicks, pointer_px, scroll] = found.map(Option::unwrap_or_default);
        let gaps = number("gapMean").zip(number("gapStd"));
        let gaps = gaps.map(|(mean_s, spread_s)| KeyGaps { mean_s, spread_s });
        Some(Self { range: event.range(), presses, clicks, pointer_px, scroll, gaps })
    }

    fn is_still(&self) -> bool {
        let Self { presses, clicks, pointer_px, scroll, .. } = *self;
        presses + clicks + pointer_px + scroll == 0.0
    }

    /// What it adds to the sums in its whole time.
    fn adds(&self) -> Sums {
        let length_s = self.range.duration().as_s_f64();
        let still_s = if self.is_still() { length_s } else { 0.0 };
        let (mean_s, spread_s) = self.gaps.map_or((0.0, 0.0), |gaps| (gaps.mean_s, gaps.spread_s));
        let timed = if self.gaps.is_some() { self.presses } else { 0.0 };
        let square_s2 = mean_s * mean_s + spread_s * spread_s;
        let Self { presses, clicks, pointer_px, scroll, .. } = *self;
        [length_s, still_s, presses, clicks, pointer_px, scroll, timed, timed * mean_s, timed * square_s2]
    }
}

impl InputSums {
    pub(super) fn new(input: &[InputCount]) -> Self {
        let mut sorted = input.to_vec();
        sorted.sort_by_key(|count| (count.range.start(), count.range.end()));
        let mut events: Vec<InputCount> = Vec::with_capacity(sorted.len());
        for count in sorted {
            let free = events.last().map_or(count.range.start(), |last| last.range.end());
            // Two watchers on one computer count the same keys: where they overlap, the earlier event stands.
            let start = count.range.start().max(free);
            if count.range.end() > start {
                events.push(count.from(start));
            }
        }
        let mut sums: Vec<Sums> = vec![[0.0; 9]];
        for event in &events {
            let mut sum = sums.last().copied().unwrap_or([0.0; 9]);
            sum.iter_mut().zip(event.adds()).for_each(|(sum, more)| *sum += more);
            sums.push(sum);
        }
        let with_keys = events.iter().filter(|event| event.presses > 0.0);
        let key_ends = with_keys.map(|event| event.range.end()).collect();
        Self { events, sums, key_ends }
    }

    /// What [`OF_INPUT`] names.
    pub(super) fn window(&self, window: TimeRange) -> [f64; OF_INPUT.len()] {
        let (before, until) =
            (self.before(window.start(), window.end()), self.before(window.end(), window.end()));
        let [watched_s, still_s, presses, clicks, pointer_px, scroll, timed, gap_s, square_s2]: Sums =
            std::array::from_fn(|kind| until[kind] - before[kind]);
        let missing = (1.0 - watched_s / window.duration().as_s_f64()).clamp(0.0, 1.0);
        if watched_s <= 0.0 {
            let mut values = [f64::NAN; OF_INPUT.len()];
            values[0] = missing;
            return values;
        }
        let per_min = |count: f64| count.max(0.0) * 60.0 / watched_s;
        let gaps_s = self.key_gaps_s(window);
        let pauses = gaps_s.clone().filter(|gap_s| *gap_s >= PAUSE_S).count();
        [
            missing,
            per_min(presses),
            per_min(clicks),
            per_min(pointer_px),
            per_min(scroll),
            (still_s / watched_s).clamp(0.0, 1.0),
            burstiness(gaps_s),
            pauses as f64 * 3_600.0 / watched_s,
            if timed >= 1.0 { gap_s / timed } else { f64::NAN },
            if timed >= 1.0 {
                (square_s2 / timed - (gap_s / timed).powi(2)).max(0.0).sqrt()
            } else {
                f64::NAN
            },
        ]
    }

    /// Sums before `moment` as known at `now`: an event that goes on is known only where it is still, for a watcher
    /// writes a count when its seconds are over. One that is over counts in proportion.
    fn before(&self, moment: Timestamp, now: Timestamp) -> Sums {
        let begun = self.events.partition_point(|event| event.range.start() < moment);
        let Some(event) = begun.checked_sub(1).map(|last| &self.events[last]) else { return [0.0; 9] };
        if event.range.end() <= moment {
            return self.sums[begun];
        }
        let mut sum = self.sums[begun - 1];
        if event.range.end() > now && !event.is_still() {
            return sum;
        }
        let part = moment.since(event.range.start()).as_s_f64() / event.range.duration().as_s_f64();
        sum.iter_mut().zip(event.adds()).for_each(|(sum, more)| *sum += more * part);
        sum
    }

    /// Times between neighbouring events with keys that both ended in the window, s.
    fn key_gaps_s(&self, window: TimeRange) -> impl Iterator<Item = f64> + Clone + '_ {
        let first = self.key_ends.partition_point(|end| *end <= window.start());
        let end = self.key_ends.partition_point(|end| *end <= window.end());
        self.key_ends[first..end.max(first)].windows(2).map(|pair| pair[1].since(pair[0]).as_s_f64())
    }
}

impl InputCount {
    /// The part of it from `start` on; the counts are spread evenly over its time.
    fn from(self, start: Timestamp) -> Self {
        let whole_s = self.range.duration().as_s_f64();
        let range = TimeRange::from(start, self.range.end().since(start));
        let part = if whole_s > 0.0 { range.duration().as_s_f64() / whole_s } else { 0.0 };
        Self {
            range,
            presses: self.presses * part,
            clicks: self.clicks * part,
            pointer_px: self.pointer_px * part,
            scroll: self.scroll * part,
            gaps: self.gaps,
        }
    }
}

#[cfg(test)]
mod tests {
    use attnd_core::{Data, Duration};
    use serde_json::json;

    use super::*;

    fn event(start_s: u32, length_s: u32, data: serde_json::Value) -> Event {
        let start = Timestamp::parse("2024-01-01T00:00:00Z").unwrap();
        let data: Data = serde_json::from_value(data).unwrap();
        Event::new(start.saturating_add(Duration::from_s(start_s)), Duration::from_s(length_s), data).unwrap()
    }

    #[test]
    fn both_watchers_events_are_read_and_others_are_not() {
        let ours = json!({"presses": 3, "clicks": 1, "deltaX": 3, "deltaY": 4, "scrollX": 0, "scrollY": 2, "gapMean": 0.2, "gapStd": 0.1});
        let count = InputCount::of_event(&event(0, 5, ours)).unwrap();
        assert_eq!([count.presses, count.clicks, count.pointer_px, count.scroll], [3.0, 1.0, 7.0, 2.0]);
        assert_eq!(count.gaps, Some(KeyGaps { mean_s: 0.2, spread_s: 0.1 }));
        let odd = InputCount::of_event(&event(0, 5, json!({"presses": -3, "clicks": "many"}))).unwrap();
        assert_eq!([odd.presses, odd.clicks], [0.0, 0.0]);
        assert_eq!(odd.gaps, None);
        assert_eq!(InputCount::of_event(&event(0, 5, json!({"app": "Code"}))), None);
    }

    #[test]
    fn of_two_watchers_the_same_seconds_count_once() {
        let count = |start_s, length_s, presses: u32| {
            InputCount::of_event(&event(start_s, length_s, json!({"presses": presses}))).unwrap()
        };
        let sums = InputSums::new(&[count(0, 10, 10), count(5, 10, 20), count(2, 3, 99)]);
        let start = event(0, 0, json!({})).timestamp;
        let values = sums.window(TimeRange::from(start, Duration::from_s(60)));
        assert_eq!(values[0], 0.75);
        // 10 keys in ten seconds, then half of 20 in five.
        assert_eq!(values[1], 20.0 * 60.0 / 15.0);
    }
}
