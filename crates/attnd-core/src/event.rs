//! What happened, when, for how long? The event, in ActivityWatch's shape.

use serde::{Deserialize, Serialize};

use crate::{Data, Duration, EventId, TimeRange, Timestamp};

/// Something that was the case from `timestamp` for `duration`.
///
/// JSON (ActivityWatch's, verbatim): `{"id": 17, "timestamp": "2024-01-01T10:00:00Z",
/// "duration": 5.123, "data": {…}}`; only `timestamp` is required on the way in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "EventFields")]
pub struct Event {
    /// Its id, once stored.
    pub id: Option<EventId>,
    /// When it began.
    pub timestamp: Timestamp,
    /// How long it went on, in seconds.
    pub duration: Duration,
    /// What the watcher said.
    pub data: Data,
}

/// Why an event was refused although each field on its own was well-formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// It would end after the last moment attnd can hold.
    #[error("the event would end after the year 2261")]
    EndsTooLate,
}

#[derive(Deserialize)]
struct EventFields {
    #[serde(default)]
    id: Option<EventId>,
    timestamp: Timestamp,
    #[serde(default)]
    duration: Duration,
    #[serde(default)]
    data: Data,
}

impl TryFrom<EventFields> for Event {
    type Error = EventError;

    fn try_from(fields: EventFields) -> Result<Self, EventError> {
        let mut event = Self::new(fields.timestamp, fields.duration, fields.data)?;
        event.id = fields.id;
        Ok(event)
    }
}

impl Event {
    /// A new event, not stored yet.
    ///
    /// # Errors
    /// [`EventError::EndsTooLate`].
    pub fn new(timestamp: Timestamp, duration: Duration, data: Data) -> Result<Self, EventError> {
        let end_ns = timestamp.ns().checked_add(duration.ns());
        if end_ns.is_none_or(|ns| Timestamp::from_ns(ns).is_err()) {
            return Err(EventError::EndsTooLate);
        }
        Ok(Self { id: None, timestamp, duration, data })
    }

    /// The moment it ended.
    #[must_use]
    pub const fn end(&self) -> Timestamp {
        self.timestamp.saturating_add(self.duration)
    }

    /// The time it covers.
    #[must_use]
    pub const fn range(&self) -> TimeRange {
        TimeRange::from(self.timestamp, self.duration)
    }

    /// The event cut to `range`; `None` when it lies outside. An event that only touches the
    /// range stays, with no duration, as ActivityWatch keeps it.
    #[must_use]
    pub fn clipped(mut self, range: TimeRange) -> Option<Self> {
        let shared = self.range().intersection(range)?;
        self.timestamp = shared.start();
        self.duration = shared.duration();
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_timestamp_is_required() {
        let event: Event = serde_json::from_str(r#"{"timestamp":"2024-01-01T10:00:00+01:00"}"#).unwrap();
        assert_eq!(
            serde_json::to_string(&event).unwrap(),
            r#"{"id":null,"timestamp":"2024-01-01T09:00:00Z","duration":0.0,"data":{}}"#
        );
    }

    #[test]
    fn bad_fields_are_refused() {
        for bad in [
            r#"{"timestamp":"2024-01-01T10:00:00Z","duration":-1}"#,
            r#"{"timestamp":"2024-01-01T10:00:00Z","duration":"5"}"#,
            r#"{"timestamp":"2024-01-01T10:00:00Z","data":[]}"#,
            r#"{"timestamp":"2024-01-01T10:00:00Z","data":null}"#,
            r#"{"timestamp":"2024-01-01T10:00:00"}"#,
            r#"{"timestamp":"2261-12-31T23:59:59Z","duration":100000}"#,
            r#"{"duration":1}"#,
        ] {
            assert!(serde_json::from_str::<Event>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn clipping_keeps_what_touches() {
        let at = |text| Timestamp::parse(text).unwrap();
        let event = Event::new(at("2024-01-01T10:00:00Z"), Duration::from_s(60), Data::default()).unwrap();
        let range = TimeRange::new(at("2024-01-01T10:00:30Z"), at("2024-01-01T11:00:00Z")).unwrap();
        assert_eq!(event.clone().clipped(range).unwrap().duration, Duration::from_s(30));
        let after = TimeRange::new(at("2024-01-01T10:01:00Z"), at("2024-01-01T11:00:00Z")).unwrap();
        assert!(event.clone().clipped(after).unwrap().duration.is_zero());
        let later = TimeRange::new(at("2024-01-01T10:01:01Z"), at("2024-01-01T11:00:00Z")).unwrap();
        assert!(event.clipped(later).is_none());
    }
}
