//! Which time do these events cover, counted once?

use attnd_core::{Event, TimeRange};

/// What happens to two periods of which one ends where the other begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touching {
    /// `[a][b]` is one period.
    Joined,
    /// `[a][b]` stays two periods.
    Apart,
}

/// The periods covered by any of `events`: in order, not overlapping, none empty.
///
/// ```text
/// [a   ]    [c]
///    [b   ]          gives  [      ] [ ]
/// ```
#[must_use]
pub fn cover(events: &[Event], touching: Touching) -> Vec<TimeRange> {
    let mut periods: Vec<TimeRange> =
        events.iter().filter(|event| !event.duration.is_zero()).map(Event::range).collect();
    periods.sort_by_key(|period| (period.start(), period.end()));
    periods.dedup_by(|period, last| {
        let joined = match touching {
            Touching::Joined => period.start() <= last.end(),
            Touching::Apart => period.start() < last.end(),
        };
        if joined {
            let end = last.end().max(period.end());
            *last = TimeRange::from(last.start(), end.since(last.start()));
        }
        joined
    });
    periods
}

#[cfg(test)]
mod tests {
    use attnd_core::Duration;

    use super::*;
    use crate::transform::example::{at, events};

    #[test]
    fn overlaps_are_counted_once() {
        let list = events(&[(20, 5, "c"), (0, 10, "a"), (5, 10, "b"), (15, 5, "d"), (40, 0, "e")]);
        let period = |start, duration_s| TimeRange::from(at(start), Duration::from_s(duration_s));
        assert_eq!(cover(&list, Touching::Joined), [period(0.0, 25)]);
        assert_eq!(cover(&list, Touching::Apart), [period(0.0, 15), period(15.0, 5), period(20.0, 5)]);
        assert_eq!(cover(&[], Touching::Joined), []);
    }
}
