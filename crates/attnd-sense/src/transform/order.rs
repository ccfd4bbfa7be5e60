//! In which order, how many, and how long together?

use std::cmp::Ordering;

use attnd_core::{Duration, Event};

/// Earliest first; events of one moment keep their order.
#[must_use]
pub fn sort_by_timestamp(mut events: Vec<Event>) -> Vec<Event> {
    events.sort_by_key(|event| event.timestamp);
    events
}

/// Longest first; equally long events keep their order.
#[must_use]
pub fn sort_by_duration(mut events: Vec<Event>) -> Vec<Event> {
    events.sort_by_key(|event| std::cmp::Reverse(event.duration));
    events
}

/// The first `count` events.
#[must_use]
pub fn limit_events(mut events: Vec<Event>, count: usize) -> Vec<Event> {
    events.truncate(count);
    events
}

/// The events of `first`, then those of `second`.
#[must_use]
pub fn concat(mut first: Vec<Event>, mut second: Vec<Event>) -> Vec<Event> {
    first.append(&mut second);
    first
}

/// How long all events went on, overlapping time counted for each.
#[must_use]
pub fn sum_durations(events: &[Event]) -> Duration {
    events.iter().map(|event| event.duration).sum()
}

/// Earliest first, and the same order whatever order the events came in: events of one moment are
/// ordered by what they are.
pub(super) fn settle(events: &mut [Event]) {
    events.sort_by(|a, b| a.timestamp.cmp(&b.timestamp).then_with(|| by_content(a, b)));
}

/// Reached only by events of one moment, so its cost does not matter.
fn by_content(a: &Event, b: &Event) -> Ordering {
    a.duration.cmp(&b.duration).then_with(|| {
        if a.data == b.data { a.id.cmp(&b.id) } else { a.data.canonical().cmp(&b.data.canonical()) }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::transform::example::{any_events, events, spans, written};

    #[test]
    fn sorts_are_stable() {
        let list = events(&[(5, 1, "a"), (0, 9, "b"), (5, 9, "c")]);
        let by_time = spans(&sort_by_timestamp(list.clone()));
        assert_eq!(by_time, written(&[(0.0, 9.0, "b"), (5.0, 1.0, "a"), (5.0, 9.0, "c")]));
        let by_duration = spans(&sort_by_duration(list));
        assert_eq!(by_duration, written(&[(0.0, 9.0, "b"), (5.0, 9.0, "c"), (5.0, 1.0, "a")]));
    }

    #[test]
    fn sums_limits_and_joins() {
        let list = events(&[(0, 2, "a"), (1, 3, "b")]);
        assert_eq!(sum_durations(&list), Duration::from_s(5));
        assert_eq!(sum_durations(&[]), Duration::ZERO);
        assert_eq!(limit_events(list.clone(), 1).len(), 1);
        assert_eq!(limit_events(list.clone(), 9).len(), 2);
        assert_eq!(spans(&concat(list.clone(), list))[2].2, "a");
    }

    proptest! {
        #[test]
        fn settling_forgets_the_order_events_came_in(mut list in any_events()) {
            let mut reversed: Vec<_> = list.iter().rev().cloned().collect();
            settle(&mut list);
            settle(&mut reversed);
            prop_assert_eq!(list, reversed);
        }
    }
}
