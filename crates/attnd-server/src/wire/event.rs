//! How do events travel? In ActivityWatch's shape, which core's `Event` reads and writes itself.

use std::fmt;

use attnd_core::Event;
use serde::de::{MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::openapi::schema::{AnyOfBuilder, ArrayBuilder};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::wire::scalar::Moment;

/// Something that was the case for a while.
#[derive(ToSchema)]
#[schema(as = Event)]
#[expect(dead_code, reason = "tells the OpenAPI document the shape of core's Event")]
pub(crate) struct EventAnswer {
    /// Its id; `null` when it is not stored.
    #[schema(required)]
    id: Option<i64>,
    /// When it began.
    #[schema(format = DateTime)]
    timestamp: String,
    /// How long it went on, in seconds.
    #[schema(minimum = 0)]
    duration: f64,
    /// What the watcher said.
    #[schema(value_type = Object)]
    data: serde_json::Value,
}

/// An event to store.
#[derive(ToSchema)]
#[schema(as = NewEvent)]
#[expect(dead_code, reason = "tells the OpenAPI document the shape of core's Event")]
pub(crate) struct EventBody {
    /// The id of the stored event it replaces; passed over in a heartbeat.
    id: Option<i64>,
    /// When it began.
    timestamp: Moment,
    /// How long it went on, in seconds; the event ends by 2261.
    #[schema(required = false, minimum = 0, default = 0)]
    duration: f64,
    /// What the watcher says.
    #[schema(required = false, value_type = Object)]
    data: serde_json::Value,
}

/// Events to store: one, or an array.
#[derive(Debug)]
pub(crate) struct EventsBody(pub(crate) Vec<Event>);

/// Whether something was there to delete.
#[derive(Serialize, ToSchema)]
pub(crate) struct Success {
    /// 1 or 0.
    #[schema(maximum = 1)]
    pub(crate) success: u8,
}

impl PartialSchema for EventsBody {
    fn schema() -> RefOr<Schema> {
        let event = || Ref::from_schema_name("NewEvent");
        AnyOfBuilder::new().item(event()).item(ArrayBuilder::new().items(event())).into()
    }
}

impl ToSchema for EventsBody {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((EventBody::name().into_owned(), EventBody::schema()));
        EventBody::schemas(schemas);
    }
}

impl<'de> Deserialize<'de> for EventsBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrMany).map(Self)
    }
}

/// Reads both forms without holding the JSON in between.
struct OneOrMany;

impl<'de> Visitor<'de> for OneOrMany {
    type Value = Vec<Event>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event or an array of events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut events = Vec::new();
        while let Some(One(event)) = sequence.next_element()? {
            events.push(event);
        }
        Ok(events)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Event::deserialize(MapAccessDeserializer::new(map)).map(|event| vec![event])
    }
}

/// An event in an array. Core's own reader would also take `[id, timestamp, …]`, as serde does.
struct One(Event);

impl<'de> Deserialize<'de> for One {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectOnly).map(Self)
    }
}

struct ObjectOnly;

impl<'de> Visitor<'de> for ObjectOnly {
    type Value = Event;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Event, A::Error> {
        Event::deserialize(MapAccessDeserializer::new(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_event_or_many() {
        let one = r#"{"timestamp":"2024-01-01T10:00:00Z","data":{"a":1}}"#;
        let count =
            |text: &str| serde_json::from_str::<EventsBody>(text).map(|EventsBody(events)| events.len()).ok();
        assert_eq!(count(one), Some(1));
        assert_eq!(count(&format!("[{one},{one}]")), Some(2));
        assert_eq!(count("[]"), Some(0));
        for bad in ["null", "1", "\"x\"", "[1]", "{}", "[[]]", r#"[[null,"2024-01-01T10:00:00Z"]]"#] {
            assert_eq!(count(bad), None, "{bad}");
        }
    }
}
