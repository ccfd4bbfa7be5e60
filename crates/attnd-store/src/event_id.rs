//! Which id does an event ask for? Ids that JSON cannot carry exactly are no request.

use attnd_core::{Event, EventId};

/// The greatest integer every JSON reader keeps exactly: 2^53 − 1.
const MOST: i64 = (1 << 53) - 1;

/// The id the event asks to be stored under; one that is not positive or too great to survive
/// JSON is passed over, and the event gets the next free id.
pub(crate) fn asked_for(event: &Event) -> Option<EventId> {
    event.id.filter(|id| (1..=MOST).contains(&id.0))
}

#[cfg(test)]
mod tests {
    use attnd_core::{Data, Duration, Timestamp};

    use super::*;

    #[test]
    fn only_ids_that_survive_json_are_requests() {
        let mut event = Event::new(Timestamp::MIN, Duration::ZERO, Data::default()).unwrap();
        for (id, wanted) in [(1, true), (MOST, true), (0, false), (-1, false), (MOST + 1, false)] {
            event.id = Some(EventId(id));
            assert_eq!(asked_for(&event).is_some(), wanted, "{id}");
        }
    }
}
