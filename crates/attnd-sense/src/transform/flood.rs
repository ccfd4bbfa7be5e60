//! What happened in the short gaps between events? Watchers poll, so a gap of a few seconds is an
//! artefact: it is given to the events beside it.
//!
//! ```text
//! same data, gap < 5 s:       [a]  [a]    becomes  [a      ]
//! other data, gap < 5 s:      [a]  [b]    becomes  [a ][ b ]
//! same data, overlapping:     [a [a]  ]   becomes  [a      ]
//! other data, overlapping:    [a  [b]  ]  stays
//! gap of 5 s or more:         [a]     [b] stays
//! ```
//!
//! This is the Rust server's rule. The Python server gives a gap to the longer neighbour whole,
//! counts a gap of exactly 5 s as short, drops events without duration, and ends an event where
//! the next one of other data begins, so on overlapping events its totals are smaller.

use attnd_core::{Duration, Event};

use super::order::settle;

/// Gaps shorter than this are closed.
pub const FLOOD_GAP: Duration = Duration::from_s(5);

/// Closes gaps shorter than [`FLOOD_GAP`]; the result is in time order.
#[must_use]
pub fn flood(events: Vec<Event>) -> Vec<Event> {
    flood_within(events, FLOOD_GAP)
}

/// Closes gaps shorter than `gap`; the result is in time order.
#[must_use]
pub fn flood_within(mut events: Vec<Event>, gap: Duration) -> Vec<Event> {
    settle(&mut events);
    events.dedup_by(|event, last| absorbed(last, event, gap));
    events
}

/// Whether `event` became part of `last`; if it did not but follows closely, the two now meet in
/// the middle of the gap.
fn absorbed(last: &mut Event, event: &mut Event, limit: Duration) -> bool {
    let gap_ns = event.timestamp.ns().saturating_sub(last.end().ns());
    if gap_ns >= limit.ns() {
        return false;
    }
    if event.data == last.data {
        last.duration = last.end().max(event.end()).since(last.timestamp);
        return true;
    }
    if gap_ns > 0 {
        let end = event.end();
        last.duration = last.duration.saturating_add(Duration::from_ns(gap_ns / 2));
        event.timestamp = last.end();
        event.duration = end.since(event.timestamp);
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::transform::example::{any_events, events, separate_events, spans, written};
    use crate::transform::{Touching, cover, sum_durations};

    fn flooded(list: &[(i64, u32, &str)]) -> Vec<(f64, f64, String)> {
        spans(&flood(events(list)))
    }

    #[test]
    fn a_short_gap_is_merged_or_halved() {
        assert_eq!(flooded(&[(0, 3, "a"), (5, 3, "a")]), written(&[(0.0, 8.0, "a")]));
        assert_eq!(flooded(&[(0, 3, "a"), (6, 4, "b")]), written(&[(0.0, 4.5, "a"), (4.5, 5.5, "b")]));
    }

    #[test]
    fn a_gap_of_five_seconds_stays() {
        assert_eq!(flooded(&[(0, 3, "a"), (8, 1, "a")]).len(), 2);
        assert_eq!(flooded(&[(0, 3, "a"), (8, 1, "b")]), written(&[(0.0, 3.0, "a"), (8.0, 1.0, "b")]));
    }

    #[test]
    fn overlaps_merge_only_with_the_same_data() {
        assert_eq!(flooded(&[(0, 10, "a"), (2, 3, "a")]), written(&[(0.0, 10.0, "a")]));
        assert_eq!(flooded(&[(0, 5, "a"), (2, 6, "a")]), written(&[(0.0, 8.0, "a")]));
        assert_eq!(flooded(&[(0, 5, "a"), (2, 6, "b")]), written(&[(0.0, 5.0, "a"), (2.0, 6.0, "b")]));
    }

    #[test]
    fn order_and_no_events_do_not_matter() {
        assert_eq!(flooded(&[]), []);
        assert_eq!(flooded(&[(6, 4, "b"), (0, 3, "a")]), flooded(&[(0, 3, "a"), (6, 4, "b")]));
    }

    #[test]
    fn an_odd_nanosecond_is_not_lost() {
        let mut list = events(&[(0, 1, "a"), (2, 1, "b")]);
        list[0].duration = Duration::from_ns(1_000_000_001);
        let flooded = flood(list);
        assert_eq!(flooded[0].end(), flooded[1].timestamp);
        assert_eq!(sum_durations(&flooded), Duration::from_s(3));
    }

    proptest! {
        #[test]
        fn flooding_twice_changes_nothing_more(list in separate_events()) {
            let once = flood(list);
            prop_assert_eq!(flood(once.clone()), once);
        }

        #[test]
        fn separate_events_stay_separate_and_cover_no_less(list in separate_events()) {
            let before: Duration = sum_durations(&list);
            let after = flood(list);
            prop_assert!(sum_durations(&after) >= before);
            prop_assert!(after.windows(2).all(|pair| pair[0].end() <= pair[1].timestamp));
        }

        #[test]
        fn no_short_gap_is_left(list in separate_events()) {
            let periods = cover(&flood(list), Touching::Joined);
            prop_assert!(periods.windows(2).all(|pair| pair[1].start().since(pair[0].end()) >= FLOOD_GAP));
        }

        #[test]
        fn insertion_order_does_not_matter(list in any_events()) {
            let reversed = list.iter().rev().cloned().collect();
            prop_assert_eq!(flood(list), flood(reversed));
        }
    }
}
