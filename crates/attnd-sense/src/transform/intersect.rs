//! Which parts of the events lie within the filter's events?

use attnd_core::{Event, TimeRange};

use super::cover::{Touching, cover};
use super::order::settle;

/// The result would have more events than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the result would have more than {limit} events")]
pub struct TooMany {
    /// How many are allowed.
    pub limit: usize,
}

/// The parts of `events` inside any event of `filter`, in time order; parts without duration are
/// dropped.
///
/// ```text
/// events  [a     ][b  ]   [c]
/// filter    [  ] [      ]
/// result    [a ]  [b  ]
/// ```
///
/// Time is counted once: where filter events overlap they act as one period. Filter events that
/// only touch split the events at that moment, as in ActivityWatch.
#[must_use]
pub fn filter_period_intersect(events: Vec<Event>, filter: &[Event]) -> Vec<Event> {
    intersect_at_most(events, filter, usize::MAX).expect("invariant: no list has more than usize::MAX events")
}

/// [`filter_period_intersect`], refusing a result of more than `limit` events: events that
/// overlap each other can each be split by every filter event.
///
/// # Errors
/// [`TooMany`].
pub fn intersect_at_most(
    mut events: Vec<Event>,
    filter: &[Event],
    limit: usize,
) -> Result<Vec<Event>, TooMany> {
    settle(&mut events);
    let periods = cover(filter, Touching::Apart);
    let mut parts = Vec::with_capacity(events.len().min(limit));
    let mut first = 0;
    for event in events {
        // Neither this event nor any later one reaches back into these.
        while periods.get(first).is_some_and(|period| period.end() <= event.timestamp) {
            first += 1;
        }
        for period in periods[first..].iter().take_while(|period| period.start() < event.end()) {
            if parts.len() == limit {
                return Err(TooMany { limit });
            }
            parts.extend(part(&event, *period));
        }
    }
    // Overlapping events were split one after the other; equal starts keep that order.
    parts.sort_by_key(|part| part.timestamp);
    Ok(parts)
}

/// The part of `event` inside `period`, if it has any duration.
fn part(event: &Event, period: TimeRange) -> Option<Event> {
    event.clone().clipped(period).filter(|part| !part.duration.is_zero())
}

#[cfg(test)]
mod tests {
    use attnd_core::Duration;
    use proptest::prelude::*;

    use super::*;
    use crate::transform::example::{any_events, events, spans, written};
    use crate::transform::sum_durations;

    #[test]
    fn events_are_cut_and_split() {
        let parts = filter_period_intersect(
            events(&[(0, 10, "a"), (10, 10, "b"), (30, 5, "c")]),
            &events(&[(2, 4, ""), (8, 7, ""), (17, 1, "")]),
        );
        assert_eq!(
            spans(&parts),
            written(&[(2.0, 4.0, "a"), (8.0, 2.0, "a"), (10.0, 5.0, "b"), (17.0, 1.0, "b")])
        );
    }

    #[test]
    fn overlapping_filters_count_once_and_touching_ones_split() {
        let day = events(&[(0, 100, "a")]);
        let overlapping = filter_period_intersect(day.clone(), &events(&[(0, 10, ""), (5, 10, "")]));
        assert_eq!(spans(&overlapping), written(&[(0.0, 15.0, "a")]));
        let touching = filter_period_intersect(day, &events(&[(0, 10, ""), (10, 10, "")]));
        assert_eq!(spans(&touching), written(&[(0.0, 10.0, "a"), (10.0, 10.0, "a")]));
    }

    #[test]
    fn nothing_without_duration_is_left() {
        assert_eq!(
            filter_period_intersect(events(&[(5, 0, "a"), (20, 3, "b")]), &events(&[(0, 20, "")])),
            []
        );
        assert_eq!(filter_period_intersect(events(&[(5, 5, "a")]), &[]), []);
    }

    #[test]
    fn a_result_that_explodes_is_refused() {
        let long = events(&[(0, 100, "a"), (0, 100, "b")]);
        let filter = events(&[(0, 1, ""), (2, 1, ""), (4, 1, "")]);
        assert_eq!(intersect_at_most(long.clone(), &filter, 6).unwrap().len(), 6);
        assert_eq!(intersect_at_most(long, &filter, 5), Err(TooMany { limit: 5 }));
    }

    fn covered(list: &[Event]) -> Duration {
        cover(list, Touching::Joined).iter().map(|period| period.duration()).sum()
    }

    proptest! {
        #[test]
        fn the_result_is_within_both(list in any_events(), filter in any_events()) {
            let parts = filter_period_intersect(list.clone(), &filter);
            prop_assert!(sum_durations(&parts) <= sum_durations(&list));
            prop_assert!(covered(&parts) <= covered(&filter));
            prop_assert!(parts.windows(2).all(|pair| pair[0].timestamp <= pair[1].timestamp));
            let again = filter_period_intersect(parts.clone(), &filter);
            prop_assert_eq!(sum_durations(&again), sum_durations(&parts));
        }

        #[test]
        fn cutting_at_a_moment_loses_no_time(list in any_events(), cut in 0..300_u32) {
            let halves = events(&[(0, cut, ""), (i64::from(cut), 1_000 - cut, "")]);
            let parts = filter_period_intersect(list.clone(), &halves);
            prop_assert_eq!(sum_durations(&parts), sum_durations(&list));
        }

        #[test]
        fn covered_time_does_not_depend_on_the_side(a in any_events(), b in any_events()) {
            let one = filter_period_intersect(a.clone(), &b);
            let other = filter_period_intersect(b, &a);
            prop_assert_eq!(covered(&one), covered(&other));
        }

        #[test]
        fn insertion_order_does_not_matter(list in any_events(), filter in any_events()) {
            let reversed = list.iter().rev().cloned().collect();
            let parts = filter_period_intersect(list, &filter);
            prop_assert_eq!(parts, filter_period_intersect(reversed, &filter));
        }
    }
}
