//! Which events do the tests use? Short ways to write them down, and random ones.

use attnd_core::{Data, Duration, Event, Timestamp};
use proptest::prelude::*;

/// 2024-01-01T10:00:00Z, second 0 of every example.
pub(crate) const START_S: i64 = 1_704_103_200;

/// The moment `seconds` after the start of the examples.
pub(crate) fn at(seconds: f64) -> Timestamp {
    Timestamp::from_ns(START_S * 1_000_000_000 + (seconds * 1e9).round() as i64).unwrap()
}

/// An event from second `start` for `duration_s` seconds.
pub(crate) fn event(start: f64, duration_s: f64, data: Data) -> Event {
    Event::new(at(start), Duration::from_s_f64(duration_s).unwrap(), data).unwrap()
}

/// Data with one field.
pub(crate) fn field(key: &str, value: &str) -> Data {
    Data::from([(key, value.into())])
}

/// Events written `(start second, duration in seconds, app)`.
pub(crate) fn events(list: &[(i64, u32, &str)]) -> Vec<Event> {
    list.iter()
        .map(|(start, duration_s, app)| event(*start as f64, f64::from(*duration_s), field("app", app)))
        .collect()
}

/// The reverse of [`events`], in seconds with fractions.
pub(crate) fn spans(events: &[Event]) -> Vec<(f64, f64, String)> {
    let seconds = |event: &Event| (event.timestamp.ns() - at(0.0).ns()) as f64 / 1e9;
    let app = |event: &Event| event.data.text("app").unwrap_or_default().to_owned();
    events.iter().map(|event| (seconds(event), event.duration.as_s_f64(), app(event))).collect()
}

/// [`spans`] as the tests write them.
pub(crate) fn written(list: &[(f64, f64, &str)]) -> Vec<(f64, f64, String)> {
    list.iter().map(|(start, duration_s, app)| (*start, *duration_s, (*app).to_owned())).collect()
}

/// Up to 40 events that may overlap, repeat and have no duration, in any order.
pub(crate) fn any_events() -> impl Strategy<Value = Vec<Event>> {
    let one = (0..300_000_i64, 0..40_000_i64, 0..3_usize);
    proptest::collection::vec(one, 0..40).prop_map(|list| {
        let apps = [field("app", "a"), field("app", "b"), field("app", "c")];
        let make = |(start_ms, duration_ms, app): (i64, i64, usize)| {
            event(start_ms as f64 / 1e3, duration_ms as f64 / 1e3, apps[app].clone())
        };
        list.into_iter().map(make).collect()
    })
}

/// Up to 40 events in time order that do not overlap.
pub(crate) fn separate_events() -> impl Strategy<Value = Vec<Event>> {
    let one = (0..12_000_i64, 1..40_000_i64, 0..3_usize);
    proptest::collection::vec(one, 0..40).prop_map(|list| {
        let apps = [field("app", "a"), field("app", "b"), field("app", "c")];
        let mut now_ms = 0;
        let mut make = |(gap_ms, duration_ms, app): (i64, i64, usize)| {
            let start_ms = now_ms + gap_ms;
            now_ms = start_ms + duration_ms;
            event(start_ms as f64 / 1e3, duration_ms as f64 / 1e3, apps[app].clone())
        };
        list.into_iter().map(&mut make).collect()
    })
}
