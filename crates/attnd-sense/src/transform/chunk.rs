//! Which runs of events say the same?

use attnd_core::Event;

/// One event per run of neighbours in the list with the same value at `key`: it begins with the
/// first of the run, has its data, and the sum of their durations.
///
/// ```text
/// [a ][a][b][a]   becomes   a: 3, b: 1, a: 1
/// ```
///
/// Events lacking the key are left out and do not end a run. This is the Rust server's rule; the
/// Python server also ends a run at a gap of 5 s and lists the `subevents`.
#[must_use]
pub fn chunk_events_by_key(mut events: Vec<Event>, key: &str) -> Vec<Event> {
    events.retain(|event| event.data.fields().contains_key(key));
    events.dedup_by(|event, last| {
        let same = event.data.address() == last.data.address()
            || event.data.fields().get(key) == last.data.fields().get(key);
        if same {
            last.duration = last.duration.saturating_add(event.duration);
        }
        same
    });
    events
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::transform::example::{any_events, event, events, field, spans, written};
    use crate::transform::sum_durations;

    #[test]
    fn runs_become_one_event() {
        let mut list = events(&[(0, 2, "a"), (2, 1, "a"), (3, 1, "b"), (4, 1, "a")]);
        list.insert(1, event(1.0, 9.0, field("title", "no app")));
        let chunks = chunk_events_by_key(list, "app");
        assert_eq!(spans(&chunks), written(&[(0.0, 3.0, "a"), (3.0, 1.0, "b"), (4.0, 1.0, "a")]));
    }

    proptest! {
        #[test]
        fn no_time_is_lost_and_neighbours_differ(list in any_events()) {
            let chunks = chunk_events_by_key(list.clone(), "app");
            prop_assert_eq!(sum_durations(&chunks), sum_durations(&list));
            prop_assert!(chunks.windows(2).all(|pair| pair[0].data != pair[1].data));
        }
    }
}
