//! What was the function called with? Arguments taken one by one, each checked, with errors that
//! name the function, the argument and its place.

use std::sync::Arc;

use attnd_core::Event;

use super::error::Fault;
use super::function::{Arity, Function};
use super::value::Value;

/// The arguments of one call that were not taken yet.
pub(super) struct Arguments {
    function: &'static Function,
    values: std::vec::IntoIter<Value>,
    taken: usize,
}

impl Arguments {
    /// Checks that `values` are as many as `function` takes.
    pub(super) fn new(function: &'static Function, values: Vec<Value>) -> Result<Self, Fault> {
        let most = function.parameters.len();
        let (least, most) = match function.arity {
            Arity::All => (most, most),
            Arity::Optional(optional) => (most - optional, most),
            Arity::Any => (0, usize::MAX),
        };
        if !(least..=most).contains(&values.len()) {
            let wanted = if least == most { least.to_string() } else { format!("{least} to {most}") };
            let noun = if wanted == "1" { "argument" } else { "arguments" };
            return Err(Fault::function(format!(
                "{} takes {wanted} {noun} ({}), not {}",
                function.name,
                function.parameters.join(", "),
                values.len()
            )));
        }
        Ok(Self { function, values: values.into_iter(), taken: 0 })
    }

    /// The next argument, events of which nobody else holds a copy. An empty list is no events.
    pub(super) fn events(&mut self) -> Result<Vec<Event>, Fault> {
        self.shared_events().map(Arc::unwrap_or_clone)
    }

    /// The next argument, events to be read. An empty list is no events.
    pub(super) fn shared_events(&mut self) -> Result<Arc<Vec<Event>>, Fault> {
        match self.value() {
            Value::Events(events) => Ok(events),
            Value::List(list) if list.items().is_empty() => Ok(Arc::default()),
            other => Err(self.wrong("must be events", &other)),
        }
    }

    /// The next argument, a string.
    pub(super) fn text(&mut self) -> Result<Arc<str>, Fault> {
        match self.value() {
            Value::Text(text) => Ok(text),
            other => Err(self.wrong("must be a string", &other)),
        }
    }

    /// The next argument, a string, if there is one.
    pub(super) fn optional_text(&mut self) -> Result<Option<Arc<str>>, Fault> {
        if self.values.len() == 0 { Ok(None) } else { self.text().map(Some) }
    }

    /// The next argument, a list of strings.
    pub(super) fn texts(&mut self) -> Result<Vec<String>, Fault> {
        let value = self.value();
        let Value::List(list) = &value else { return Err(self.wrong("must be a list of strings", &value)) };
        let text = |item: &Value| match item {
            Value::Text(text) => Ok(text.to_string()),
            other => Err(self.wrong("must be a list of strings; one item", other)),
        };
        list.items().iter().map(text).collect()
    }

    /// The next argument, a list of anything but events.
    pub(super) fn list(&mut self) -> Result<Vec<serde_json::Value>, Fault> {
        let value = self.value();
        match self.small(&value)? {
            serde_json::Value::Array(list) => Ok(list),
            _ => Err(self.wrong("must be a list", &value)),
        }
    }

    /// The next argument, anything of moderate size but events.
    pub(super) fn json(&mut self) -> Result<serde_json::Value, Fault> {
        let value = self.value();
        self.small(&value)
    }

    /// The next argument, a whole number that is not negative.
    pub(super) fn count(&mut self) -> Result<usize, Fault> {
        let value = self.value();
        match &value {
            Value::Number(number) => number.as_count(),
            _ => None,
        }
        .ok_or_else(|| match value {
            Value::Number(_) => self.wrong("must be a whole number that is not negative", &value),
            other => self.wrong("must be a number", &other),
        })
    }

    /// The next argument, whatever it is.
    pub(super) fn value(&mut self) -> Value {
        self.taken += 1;
        self.values.next().expect("invariant: the arity was checked before the first argument is taken")
    }

    fn small(&self, value: &Value) -> Result<serde_json::Value, Fault> {
        value.to_json().ok_or_else(|| self.invalid("it must not have events in it, nor be this large"))
    }

    /// An error about the argument just taken.
    pub(super) fn invalid(&self, reason: impl std::fmt::Display) -> Fault {
        Fault::function(format!("{}: {reason}", self.place()))
    }

    /// An error about the argument just taken, which is `found` instead of what is `wanted`.
    pub(super) fn wrong(&self, wanted: &str, found: &Value) -> Fault {
        Fault::function(format!("{} {wanted}, not {}", self.place(), found.kind()))
    }

    fn place(&self) -> String {
        let name = self.function.parameters.get(self.taken - 1).unwrap_or(&"value");
        format!("{}: argument {} ({name})", self.function.name, self.taken)
    }
}
