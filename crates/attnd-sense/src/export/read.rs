//! What does an export hold? Its buckets and events, one batch at a time.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;
use std::rc::Rc;

use attnd_core::{BucketId, BucketType, Data, Duration, Event, EventError, NewBucket, TimeError, Timestamp};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::error::Category;

use super::{
    BATCH_EVENTS, ExportError, ExportFault, ExportItem, ExportProblem, ExportSummary, MAX_PROBLEMS,
    MAX_VALUE_BYTES,
};

const BUFFER_BYTES: usize = 64 << 10;

/// Events held back for a bucket that has not said its id yet. Only an array of buckets, or a bare
/// bucket, with sorted keys needs it; a longer one is refused rather than kept in memory.
const MAX_HELD_EVENTS: usize = 100_000;

/// What a field is called that the file does not name.
const UNKNOWN: &str = "unknown";

/// Reads an export and hands its parts to `sink`, in constant memory; `Break` ends the reading.
///
/// Events that make no sense are passed over and reported in the summary, so that one bad event
/// does not lose a history.
///
/// # Errors
/// [`ExportError`] when the file is cut off, no JSON, no export or cannot be read, or the sink
/// asked to end. What was handed over before is valid.
pub fn read_export(
    reader: impl Read,
    sink: &mut dyn FnMut(ExportItem) -> ControlFlow<()>,
) -> Result<ExportSummary, ExportError> {
    let budget = Rc::new(Budget { left_bytes: Cell::new(MAX_VALUE_BYTES), spent: Cell::new(false) });
    let limited = Limited { inner: reader, budget: Rc::clone(&budget) };
    let mut parser = serde_json::Deserializer::from_reader(BufReader::with_capacity(BUFFER_BYTES, limited));
    let mut state = Reading { sink, summary: ExportSummary::default(), bucket: None, budget, end: None };
    let result = Part { state: &mut state, place: Place::File }.deserialize(&mut parser);
    match result.and_then(|()| parser.end()) {
        Ok(()) => Ok(state.summary),
        Err(error) => Err(state.failed(&error)),
    }
}

/// How much may be read before the next value begins.
struct Budget {
    left_bytes: Cell<u64>,
    spent: Cell<bool>,
}

struct Limited<R> {
    inner: R,
    budget: Rc<Budget>,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.budget.left_bytes.get();
        if left == 0 {
            self.budget.spent.set(true);
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let count = self.inner.read(buffer)?;
        self.budget.left_bytes.set(left.saturating_sub(count as u64));
        Ok(count)
    }
}

/// Why the visitors ended the parse; the parser itself carries only text.
enum End {
    Stopped,
    OtherShape(String),
}

struct Reading<'a> {
    sink: &'a mut dyn FnMut(ExportItem) -> ControlFlow<()>,
    summary: ExportSummary,
    bucket: Option<OpenBucket>,
    budget: Rc<Budget>,
    end: Option<End>,
}

/// A bucket whose closing brace has not come yet.
#[derive(Default)]
struct OpenBucket {
    id: Option<BucketId>,
    fields: Fields,
    announced: Option<Fields>,
    /// Events that came before the id.
    held: Vec<Event>,
    /// Position of the next event.
    position: u64,
    /// Its id is impossible: nothing of it is kept.
    skipped: bool,
}

#[derive(Clone, Default, PartialEq)]
struct Fields {
    name: Option<String>,
    kind: Option<String>,
    client: Option<String>,
    hostname: Option<String>,
    created: Option<Timestamp>,
    data: Data,
}

impl Fields {
    fn bucket(&self, id: BucketId) -> NewBucket {
        let or_unknown = |field: &Option<String>| field.clone().unwrap_or_else(|| UNKNOWN.to_owned());
        NewBucket {
            id,
            name: self.name.clone(),
            kind: BucketType(or_unknown(&self.kind)),
            client: or_unknown(&self.client),
            hostname: or_unknown(&self.hostname),
            created: self.created,
            data: self.data.clone(),
        }
    }
}

/// The parse was ended on purpose; [`Reading::end`] says why.
struct Ended;

impl Reading<'_> {
    fn begin_value(&self) {
        self.budget.left_bytes.set(MAX_VALUE_BYTES);
    }

    fn emit(&mut self, item: ExportItem) -> Result<(), Ended> {
        match (self.sink)(item) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => self.ended(End::Stopped),
        }
    }

    fn ended(&mut self, end: End) -> Result<(), Ended> {
        self.end = Some(end);
        Err(Ended)
    }

    fn problem(&mut self, event: Option<u64>, reason: String) {
        if self.summary.problems.len() < MAX_PROBLEMS {
            let bucket = self.bucket.as_ref().and_then(|open| open.id.as_ref()).map(ToString::to_string);
            self.summary.problems.push(ExportProblem { bucket, event, reason });
        }
    }

    fn open(&mut self) -> &mut OpenBucket {
        self.bucket.get_or_insert_default()
    }

    /// Opens a bucket; `key` is its name in the object of buckets.
    fn begin_bucket(&mut self, key: Option<String>) {
        self.bucket = Some(OpenBucket::default());
        if let Some(key) = key {
            self.set_id(key);
        }
    }

    fn set_id(&mut self, id: String) {
        match BucketId::parse(id) {
            Err(error) => {
                self.problem(None, error.to_string());
                self.summary.skipped += 1;
                self.open().skipped = true;
            }
            Ok(id) => match &self.open().id {
                None => self.open().id = Some(id),
                Some(key) if *key == id => {}
                Some(_) => self.problem(None, format!("the bucket says its id is '{id}'; its key counts")),
            },
        }
    }

    /// A field of the open bucket, other than its events.
    fn set_field(&mut self, key: &str, value: Value) {
        match (key, value) {
            (_, Value::Null) => {}
            ("id", Value::String(id)) => self.set_id(id),
            ("name", Value::String(text)) => self.open().fields.name = Some(text),
            ("type", Value::String(text)) => self.open().fields.kind = Some(text),
            ("client", Value::String(text)) => self.open().fields.client = Some(text),
            ("hostname", Value::String(text)) => self.open().fields.hostname = Some(text),
            ("data", Value::Object(data)) => self.open().fields.data = data.into(),
            ("created", Value::String(text)) => match Timestamp::parse(&text) {
                Ok(moment) => self.open().fields.created = Some(moment),
                Err(error) => self.problem(None, format!("'created': {error}")),
            },
            (key, value) => {
                let found = shape_of(&value);
                self.problem(None, format!("the field '{key}' of the bucket cannot be {found}"));
            }
        }
    }

    /// An event of the open bucket, whatever it turns out to be.
    fn add_event(&mut self, value: Value, batch: &mut Vec<Event>) -> Result<(), Ended> {
        let position = self.open().position;
        self.open().position += 1;
        match parse_event(value) {
            Ok(event) => batch.push(event),
            Err(fault) => {
                self.summary.skipped += 1;
                self.problem(Some(position), fault.to_string());
            }
        }
        if batch.len() == BATCH_EVENTS { self.deliver(batch) } else { Ok(()) }
    }

    fn deliver(&mut self, batch: &mut Vec<Event>) -> Result<(), Ended> {
        let events = std::mem::take(batch);
        let open = self.open();
        if events.is_empty() || open.skipped {
            return Ok(());
        }
        let Some(bucket) = open.id.clone() else {
            open.held.extend(events);
            if open.held.len() > MAX_HELD_EVENTS {
                let reason = format!("a bucket names its id only after {MAX_HELD_EVENTS} events");
                return self.ended(End::OtherShape(reason));
            }
            return Ok(());
        };
        self.announce(&bucket)?;
        self.summary.events += events.len() as u64;
        self.emit(ExportItem::Events { bucket, events })
    }

    fn announce(&mut self, id: &BucketId) -> Result<(), Ended> {
        let open = self.open();
        if open.announced.is_some() {
            return Ok(());
        }
        open.announced = Some(open.fields.clone());
        let bucket = open.fields.bucket(id.clone());
        self.summary.buckets += 1;
        self.emit(ExportItem::Bucket(bucket))
    }

    fn end_bucket(&mut self) -> Result<(), Ended> {
        let open = self.open();
        if !open.skipped {
            match open.id.clone() {
                None => {
                    self.summary.skipped += 1;
                    self.problem(None, "a bucket has no id".to_owned());
                }
                Some(id) => self.finish_bucket(&id)?,
            }
        }
        self.bucket = None;
        Ok(())
    }

    fn finish_bucket(&mut self, id: &BucketId) -> Result<(), Ended> {
        let held = std::mem::take(&mut self.open().held);
        self.announce(id)?;
        for events in held.chunks(BATCH_EVENTS) {
            self.deliver(&mut events.to_vec())?;
        }
        let open = self.open();
        if open.announced.as_ref() != Some(&open.fields) {
            let details = open.fields.bucket(id.clone());
            self.emit(ExportItem::BucketDetails(details))?;
        }
        Ok(())
    }

    fn failed(self, error: &serde_json::Error) -> ExportError {
        let (line, column) = (error.line(), error.column());
        let fault = match (self.end, error.classify()) {
            (Some(End::Stopped), _) => ExportFault::Stopped,
            (Some(End::OtherShape(reason)), _) => ExportFault::OtherShape { reason },
            (None, Category::Io) if self.budget.spent.get() => ExportFault::TooLarge { line, column },
            (None, Category::Io) => {
                let kind = error.io_error_kind().unwrap_or(io::ErrorKind::Other);
                ExportFault::Io(kind.into())
            }
            (None, Category::Eof) => ExportFault::Truncated { line, column },
            (None, Category::Syntax) => ExportFault::Malformed { reason: error.to_string(), line, column },
            (None, Category::Data) => ExportFault::OtherShape { reason: error.to_string() },
        };
        ExportError { fault, read: Box::new(self.summary) }
    }
}

/// Where in the file a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    File,
    Buckets,
    Bucket,
    Events,
}

/// One value of the file, streamed into the state.
struct Part<'s, 'a> {
    state: &'s mut Reading<'a>,
    place: Place,
}

impl<'s, 'a> Part<'s, 'a> {
    fn at(&mut self, place: Place) -> Part<'_, 'a> {
        Part { state: self.state, place }
    }

    /// A value of a type its place does not allow; only the events and the bucket can be missed.
    fn wrong<E: serde::de::Error>(self, found: &str) -> Result<(), E> {
        match self.place {
            Place::File | Place::Buckets => {
                let reason = format!("its {} cannot be {found}", self.place.name());
                self.state.ended(End::OtherShape(reason)).map_err(E::custom)
            }
            Place::Bucket => {
                self.state.summary.skipped += 1;
                self.state.problem(None, format!("the bucket cannot be {found}"));
                self.state.open().skipped = true;
                Ok(())
            }
            Place::Events => {
                self.state.problem(None, format!("the events of the bucket cannot be {found}"));
                Ok(())
            }
        }
    }

    fn file<'de, A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut seen_buckets = false;
        while let Some(key) = map.next_key::<String>()? {
            self.state.begin_value();
            match key.as_str() {
                "buckets" => {
                    seen_buckets = true;
                    self.state.bucket = None;
                    map.next_value_seed(self.at(Place::Buckets))?;
                }
                // A bare bucket.
                "id" | "type" | "client" | "hostname" | "events" if !seen_buckets => {
                    self.field(&key, &mut map)?;
                }
                "name" | "created" | "data" if self.state.bucket.is_some() => self.field(&key, &mut map)?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        if seen_buckets {
            return Ok(());
        }
        if self.state.bucket.as_ref().is_some_and(|open| open.id.is_some() || open.skipped) {
            return self.state.end_bucket().map_err(A::Error::custom);
        }
        let reason = "it has no 'buckets'".to_owned();
        self.state.ended(End::OtherShape(reason)).map_err(A::Error::custom)
    }

    fn buckets<'de, A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            self.state.begin_value();
            self.state.begin_bucket(Some(key));
            map.next_value_seed(self.at(Place::Bucket))?;
            self.state.end_bucket().map_err(A::Error::custom)?;
        }
        Ok(())
    }

    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "events" => map.next_value_seed(self.at(Place::Events)),
            "id" | "name" | "type" | "client" | "hostname" | "created" | "data" => {
                let value = map.next_value()?;
                self.state.set_field(key, value);
                Ok(())
            }
            _ => map.next_value::<IgnoredAny>().map(drop),
        }
    }
}

impl Place {
    const fn name(self) -> &'static str {
        match self {
            Self::File => "outermost value",
            Self::Buckets => "'buckets'",
            Self::Bucket => "bucket",
            Self::Events => "'events'",
        }
    }
}

impl<'de> DeserializeSeed<'de> for Part<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an ActivityWatch export")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        match self.place {
            Place::File => self.file(map),
            Place::Buckets => self.buckets(map),
            Place::Bucket => {
                while let Some(key) = map.next_key::<String>()? {
                    self.state.begin_value();
                    self.field(&key, &mut map)?;
                }
                Ok(())
            }
            Place::Events => {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                self.wrong("an object")
            }
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        match self.place {
            Place::Buckets => loop {
                self.state.begin_value();
                self.state.begin_bucket(None);
                if seq.next_element_seed(self.at(Place::Bucket))?.is_none() {
                    self.state.bucket = None;
                    return Ok(());
                }
                self.state.end_bucket().map_err(A::Error::custom)?;
            },
            Place::Events => {
                let mut batch = Vec::new();
                self.state.begin_value();
                while let Some(value) = seq.next_element::<Value>()? {
                    self.state.add_event(value, &mut batch).map_err(A::Error::custom)?;
                    self.state.begin_value();
                }
                self.state.deliver(&mut batch).map_err(A::Error::custom)
            }
            Place::File => self.wrong("an array"),
            Place::Bucket => {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                self.wrong("an array")
            }
        }
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        // `"events": null` is what ActivityWatch writes for a bucket without its events.
        if self.place == Place::Events { Ok(()) } else { self.wrong("null") }
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        self.wrong("a boolean")
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<(), E> {
        self.wrong("a number")
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<(), E> {
        self.wrong("a number")
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        self.wrong("a number")
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<(), E> {
        self.wrong("a text")
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ended")
    }
}

/// Why a value is no event.
#[derive(Debug, thiserror::Error)]
enum EventFault {
    #[error("an event cannot be {0}")]
    Shape(&'static str),
    #[error("the event has no 'timestamp'")]
    NoTimestamp,
    #[error("the event's '{field}' cannot be {found}")]
    Field { field: &'static str, found: &'static str },
    #[error(transparent)]
    Time(#[from] TimeError),
    #[error(transparent)]
    Event(#[from] EventError),
}

fn parse_event(value: Value) -> Result<Event, EventFault> {
    let Value::Object(mut fields) = value else { return Err(EventFault::Shape(shape_of(&value))) };
    let timestamp = match fields.remove("timestamp") {
        Some(Value::String(text)) => Timestamp::parse(&text)?,
        None => return Err(EventFault::NoTimestamp),
        Some(other) => return Err(EventFault::Field { field: "timestamp", found: shape_of(&other) }),
    };
    let duration = match fields.remove("duration") {
        None | Some(Value::Null) => Duration::ZERO,
        Some(Value::Number(seconds)) => Duration::from_s_f64(seconds.as_f64().unwrap_or(f64::NAN))?,
        Some(other) => return Err(EventFault::Field { field: "duration", found: shape_of(&other) }),
    };
    let data = match fields.remove("data") {
        None => Data::default(),
        Some(Value::Object(data)) => data.into(),
        Some(other) => return Err(EventFault::Field { field: "data", found: shape_of(&other) }),
    };
    Ok(Event::new(timestamp, duration, data)?)
}

const fn shape_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests;
