//! When was either the case?

use attnd_core::{Data, Event, TimeRange};

use super::cover::{Touching, cover};
use super::intersect::TooMany;
use super::order::{concat, settle};

/// The periods covered by events of `a` or of `b`, as events without data, in time order.
///
/// ```text
/// a       [   ]    [ ][ ]
/// b          [   ]
/// result  [      ] [    ]
/// ```
#[must_use]
pub fn period_union(a: Vec<Event>, b: Vec<Event>) -> Vec<Event> {
    let nothing = Data::default();
    let bare = |period: TimeRange| Event {
        id: None,
        timestamp: period.start(),
        duration: period.duration(),
        data: nothing.clone(),
    };
    cover(&concat(a, b), Touching::Joined).into_iter().map(bare).collect()
}

/// All of `first`, and `second` only where `first` is silent, in time order: two devices of one
/// person, of which the first is believed.
///
/// ```text
/// first      [a  ]      [b]
/// second  [c      ]  [d   ]
/// result  [c][a  ][c][d ][b]
/// ```
#[must_use]
pub fn union_no_overlap(first: Vec<Event>, second: Vec<Event>) -> Vec<Event> {
    union_no_overlap_at_most(first, second, usize::MAX)
        .expect("invariant: no list has more than usize::MAX events")
}

/// [`union_no_overlap`], refusing a result of more than `limit` events.
///
/// # Errors
/// [`TooMany`].
pub fn union_no_overlap_at_most(
    first: Vec<Event>,
    mut second: Vec<Event>,
    limit: usize,
) -> Result<Vec<Event>, TooMany> {
    settle(&mut second);
    let taken = cover(&first, Touching::Joined);
    let mut union = first;
    let mut next = 0;
    for event in second {
        while taken.get(next).is_some_and(|period| period.end() <= event.timestamp) {
            next += 1;
        }
        for part in silent_parts(&event, &taken[next..]) {
            union.push(part);
            if union.len() > limit {
                return Err(TooMany { limit });
            }
        }
    }
    settle(&mut union);
    Ok(union)
}

/// The parts of `event` outside `taken`, whose first period ends after the event begins.
fn silent_parts<'a>(event: &'a Event, taken: &'a [TimeRange]) -> impl Iterator<Item = Event> + 'a {
    let reached = taken.iter().take_while(|period| period.start() < event.end()).count();
    let starts = std::iter::once(event.timestamp).chain(taken[..reached].iter().map(|period| period.end()));
    let ends = taken[..reached].iter().map(|period| period.start()).chain(std::iter::once(event.end()));
    let whole = reached == 0;
    starts.zip(ends).filter_map(move |(start, end)| {
        let range = TimeRange::new(start, end).ok()?;
        // An event without duration that nothing covers is kept as it is.
        event.clone().clipped(range).filter(|part| whole || !part.duration.is_zero())
    })
}

#[cfg(test)]
mod tests {
    use attnd_core::Duration;
    use proptest::prelude::*;

    use super::*;
    use crate::transform::example::{any_events, events, spans, written};
    use crate::transform::{filter_period_intersect, sum_durations};

    fn covered(list: &[Event]) -> Duration {
        cover(list, Touching::Joined).iter().map(|period| period.duration()).sum()
    }

    #[test]
    fn periods_that_touch_become_one() {
        let union = period_union(events(&[(0, 4, "a"), (9, 3, "a"), (12, 3, "b")]), events(&[(3, 4, "c")]));
        assert_eq!(spans(&union), written(&[(0.0, 7.0, ""), (9.0, 6.0, "")]));
        assert!(union.iter().all(|event| event.data.fields().is_empty()));
    }

    #[test]
    fn the_second_fills_the_silence_of_the_first() {
        let union = union_no_overlap(
            events(&[(3, 4, "a"), (15, 3, "b")]),
            events(&[(0, 10, "c"), (12, 6, "d"), (4, 1, "e"), (30, 1, "f"), (31, 0, "g"), (16, 0, "h")]),
        );
        assert_eq!(
            spans(&union),
            written(&[
                (0.0, 3.0, "c"),
                (3.0, 4.0, "a"),
                (7.0, 3.0, "c"),
                (12.0, 3.0, "d"),
                (15.0, 3.0, "b"),
                (30.0, 1.0, "f"),
                (31.0, 0.0, "g"),
            ])
        );
    }

    #[test]
    fn a_result_that_explodes_is_refused() {
        let first = events(&[(1, 1, "a"), (3, 1, "a")]);
        let second = events(&[(0, 10, "b"), (0, 10, "c")]);
        assert_eq!(union_no_overlap_at_most(first.clone(), second.clone(), 8).unwrap().len(), 8);
        assert_eq!(union_no_overlap_at_most(first, second, 7), Err(TooMany { limit: 7 }));
    }

    proptest! {
        #[test]
        fn union_covers_the_same_time_either_way(a in any_events(), b in any_events()) {
            let union = period_union(a.clone(), b.clone());
            prop_assert_eq!(&union, &period_union(b.clone(), a.clone()));
            prop_assert_eq!(sum_durations(&union), covered(&concat(a, b)));
        }

        #[test]
        fn the_first_is_whole_and_the_second_beside_it(a in any_events(), b in any_events()) {
            let union = union_no_overlap(a.clone(), b.clone());
            prop_assert_eq!(covered(&union), covered(&concat(a.clone(), b.clone())));
            let shared = sum_durations(&filter_period_intersect(b.clone(), &period_union(a.clone(), vec![])));
            let expected = sum_durations(&a).ns() + sum_durations(&b).ns() - shared.ns();
            prop_assert_eq!(sum_durations(&union).ns(), expected);
        }
    }
}
