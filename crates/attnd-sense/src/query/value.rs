//! What can a query compute? Values, cheap to pass on and written out without a copy.

use std::collections::BTreeMap;
use std::sync::Arc;

use attnd_core::Event;
use serde::{Serialize, Serializer};

use super::error::Fault;
use super::number::Number;

/// The deepest a value may be nested; deeper ones would overflow the stack when written.
const MAX_DEPTH: u32 = 64;

/// The longest string a query may build, in bytes.
const MAX_TEXT_BYTES: usize = 16 * 1024 * 1024;

/// What an expression gives. Cloning is a reference count.
///
/// It serialises straight from its events: an answer of any size can be written to a stream.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// What a function gives that has nothing to say; `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    Text(Arc<str>),
    /// A list.
    List(Arc<List>),
    /// Values by name.
    Dict(Arc<Dict>),
    /// Events, in the order last given to them.
    Events(Arc<Vec<Event>>),
}

/// A list of values.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    items: Vec<Value>,
    size: Size,
}

/// Values by name, ordered by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Dict {
    entries: BTreeMap<String, Value>,
    size: Size,
}

/// How large a value is when written out. A shared part counts every time it appears:
/// `a = [a, a]` sixty times over takes no memory until then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Size {
    depth: u32,
    /// Events and values in it.
    weight: u64,
}

impl List {
    /// Its values.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        &self.items
    }
}

impl Dict {
    /// Its values by name.
    #[must_use]
    pub const fn entries(&self) -> &BTreeMap<String, Value> {
        &self.entries
    }
}

impl Value {
    /// A list of `items`.
    pub(super) fn list(items: Vec<Self>) -> Result<Self, Fault> {
        let size = Size::around(items.iter())?;
        Ok(Self::List(Arc::new(List { items, size })))
    }

    /// A dictionary of `entries`.
    pub(super) fn dict(entries: BTreeMap<String, Self>) -> Result<Self, Fault> {
        let size = Size::around(entries.values())?;
        Ok(Self::Dict(Arc::new(Dict { entries, size })))
    }

    /// Events of the query's own.
    pub(super) fn events(events: Vec<Event>) -> Self {
        Self::Events(Arc::new(events))
    }

    /// Events and values in it, when written out.
    pub(super) fn weight(&self) -> u64 {
        self.size().weight
    }

    /// What it is, for messages.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Dict(_) => "a dictionary",
            Self::Events(_) => "events",
        }
    }

    /// Whether a condition holds: not `false`, 0, empty or null.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(value) => *value,
            Self::Number(number) => number.as_f64() != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::List(list) => !list.items.is_empty(),
            Self::Dict(dict) => !dict.entries.is_empty(),
            Self::Events(events) => !events.is_empty(),
        }
    }

    /// `self + other`: numbers add, strings, lists and events are joined.
    pub(super) fn plus(self, other: Self) -> Result<Self, Fault> {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => {
                a.compute(super::syntax::Operator::Add, b).map(Self::Number)
            }
            (Self::Text(a), Self::Text(b)) => {
                if a.len() + b.len() > MAX_TEXT_BYTES {
                    return Err(Fault::too_expensive(format!("a string has at most {MAX_TEXT_BYTES} bytes")));
                }
                Ok(Self::Text(format!("{a}{b}").into()))
            }
            (Self::List(a), Self::List(b)) => {
                let mut items = Arc::unwrap_or_clone(a).items;
                items.extend_from_slice(&b.items);
                Self::list(items)
            }
            (Self::List(empty), events @ Self::Events(_)) | (events @ Self::Events(_), Self::List(empty))
                if empty.items.is_empty() =>
            {
                Ok(events)
            }
            (Self::Events(a), Self::Events(b)) => {
                let mut events = Arc::unwrap_or_clone(a);
                events.extend_from_slice(&b);
                Ok(Self::events(events))
            }
            (a, b) => Err(Fault::interpret(format!("cannot add {} and {}", a.kind(), b.kind()))),
        }
    }

    /// The value as JSON, for what is small: rules and lists of strings, not events. `None` if it
    /// is large or has events.
    pub(super) fn to_json(&self) -> Option<serde_json::Value> {
        const MAX_WEIGHT: u64 = 200_000;
        if self.weight() > MAX_WEIGHT { None } else { self.small_to_json() }
    }

    fn small_to_json(&self) -> Option<serde_json::Value> {
        use serde_json::Value as Json;
        Some(match self {
            Self::Null => Json::Null,
            Self::Bool(value) => (*value).into(),
            Self::Number(Number::Whole(whole)) => (*whole).into(),
            Self::Number(Number::Real(real)) => (*real).into(),
            Self::Text(text) => (&**text).into(),
            Self::List(list) => list.items.iter().map(Self::small_to_json).collect::<Option<_>>()?,
            Self::Dict(dict) => {
                let entry = |(key, value): (&String, &Self)| Some((key.clone(), value.small_to_json()?));
                dict.entries.iter().map(entry).collect::<Option<_>>()?
            }
            Self::Events(_) => return None,
        })
    }

    fn size(&self) -> Size {
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) => Size { depth: 1, weight: 1 },
            // An event is some 40 bytes; so much text counts as one.
            Self::Text(text) => Size { depth: 1, weight: 1 + text.len() as u64 / 40 },
            Self::List(list) => list.size,
            Self::Dict(dict) => dict.size,
            Self::Events(events) => Size { depth: 1, weight: 1 + events.len() as u64 },
        }
    }
}

impl Size {
    /// The size of what holds `parts`.
    fn around<'a>(parts: impl Iterator<Item = &'a Value>) -> Result<Self, Fault> {
        let (mut depth, mut weight) = (0, 1_u64);
        for part in parts.map(Value::size) {
            depth = depth.max(part.depth);
            weight = weight.saturating_add(part.weight);
        }
        if depth >= MAX_DEPTH {
            return Err(Fault::too_expensive(format!("a value is nested at most {MAX_DEPTH} deep")));
        }
        Ok(Self { depth: depth + 1, weight })
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(list) => serializer.collect_seq(&list.items),
            Self::Dict(dict) => serializer.collect_map(&dict.entries),
            Self::Events(events) => serializer.collect_seq(events.iter()),
        }
    }
}
