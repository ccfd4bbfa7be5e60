//! What did the watcher say? An event's data: any JSON object, shared because it repeats.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// The JSON object of an event: `{"app": "Firefox", "title": "…"}`.
///
/// A year of window events repeats a few thousand objects hundreds of thousands of times, so the
/// object is shared: cloning is a reference count, and equality looks at the pointer first.
#[derive(Clone, Debug, Default)]
pub struct Data(Arc<Map<String, Value>>);

impl Data {
    /// The object's fields.
    #[must_use]
    pub fn fields(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The field `key`, if it is a string.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(Value::as_str)
    }

    /// The fields for writing; copies them first if they are shared.
    pub fn fields_mut(&mut self) -> &mut Map<String, Value> {
        Arc::make_mut(&mut self.0)
    }

    /// Canonical text: keys sorted, no white space. Equal data has equal text.
    #[must_use]
    pub fn canonical(&self) -> String {
        serde_json::to_string(&*self.0).expect("invariant: a JSON object with string keys serialises")
    }

    /// An address that is equal for clones of one object: a key for memo tables that live no
    /// longer than the data they were filled from.
    #[must_use]
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }
}

impl PartialEq for Data {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl Eq for Data {}

impl Hash for Data {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut inner = DefaultHasher::new();
        self.canonical().hash(&mut inner);
        inner.finish().hash(state);
    }
}

impl From<Map<String, Value>> for Data {
    fn from(fields: Map<String, Value>) -> Self {
        Self(Arc::new(fields))
    }
}

impl<const N: usize> From<[(&str, Value); N]> for Data {
    fn from(fields: [(&str, Value); N]) -> Self {
        fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>().into()
    }
}

impl Serialize for Data {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Data {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_text_does_not_depend_on_key_order() {
        let a: Data = serde_json::from_str(r#"{"title":"x","app":"y"}"#).unwrap();
        let b: Data = serde_json::from_str(r#"{ "app": "y", "title": "x" }"#).unwrap();
        assert_eq!(a, b);
        assert_eq!(a.canonical(), b.canonical());
        assert_eq!(a.canonical(), r#"{"app":"y","title":"x"}"#);
    }

    #[test]
    fn writing_to_a_clone_leaves_the_original() {
        let a: Data = [("app", Value::from("x"))].into();
        let mut b = a.clone();
        assert_eq!(a.address(), b.address());
        b.fields_mut().insert("app".into(), "y".into());
        assert_eq!(a.text("app"), Some("x"));
        assert_eq!(b.text("app"), Some("y"));
    }
}
