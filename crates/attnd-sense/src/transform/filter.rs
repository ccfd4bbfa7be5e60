//! Which events say this? Kept or left out by the value of one field.

use attnd_core::{Data, Event};
use serde_json::Value;

use super::per_data::PerData;
use crate::pattern::{Pattern, PatternError};

/// Keeps the events whose field `key` equals one of `values`.
#[must_use]
pub fn filter_keyvals(mut events: Vec<Event>, key: &str, values: &[Value]) -> Vec<Event> {
    let mut known = PerData::default();
    events.retain(|event| *known.get_or(&event.data, |data| has_value(data, key, values)));
    events
}

/// Leaves out the events whose field `key` equals one of `values`.
#[must_use]
pub fn exclude_keyvals(mut events: Vec<Event>, key: &str, values: &[Value]) -> Vec<Event> {
    let mut known = PerData::default();
    events.retain(|event| !*known.get_or(&event.data, |data| has_value(data, key, values)));
    events
}

/// Keeps the events in whose field `key`, a string, `pattern` is found.
///
/// # Errors
/// [`PatternError`] when the pattern needs more steps than allowed on one of the strings.
pub fn filter_keyvals_regex(
    events: Vec<Event>,
    key: &str,
    pattern: &Pattern,
) -> Result<Vec<Event>, PatternError> {
    retain_where(events, |data| has_match(data, key, pattern))
}

/// Leaves out the events in whose field `key`, a string, `pattern` is found.
///
/// # Errors
/// [`PatternError`] when the pattern needs more steps than allowed on one of the strings.
pub fn exclude_keyvals_regex(
    events: Vec<Event>,
    key: &str,
    pattern: &Pattern,
) -> Result<Vec<Event>, PatternError> {
    retain_where(events, |data| has_match(data, key, pattern).map(|found| !found))
}

/// Keeps the events whose data passes `test`, asked once per data object.
pub(crate) fn retain_where<E>(
    mut events: Vec<Event>,
    mut test: impl FnMut(&Data) -> Result<bool, E>,
) -> Result<Vec<Event>, E> {
    let mut known = PerData::default();
    let mut failure = None;
    events.retain(|event| {
        failure.is_none()
            && known.get_or_try(&event.data, &mut test).copied().unwrap_or_else(|error| {
                failure = Some(error);
                false
            })
    });
    failure.map_or(Ok(events), Err)
}

/// Whether `pattern` is found in the string `data` has at `key`.
pub(crate) fn has_match(data: &Data, key: &str, pattern: &Pattern) -> Result<bool, PatternError> {
    data.text(key).map_or(Ok(false), |text| pattern.is_match(text))
}

fn has_value(data: &Data, key: &str, values: &[Value]) -> bool {
    data.fields().get(key).is_some_and(|found| values.iter().any(|value| equal(found, value)))
}

/// JSON equality in which 1 and 1.0 are one number.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::pattern::Case;
    use crate::transform::example::{any_events, event, events, spans};

    fn apps(list: &[Event]) -> Vec<String> {
        spans(list).into_iter().map(|(_, _, app)| app).collect()
    }

    #[test]
    fn values_are_compared_whole() {
        let list = events(&[(0, 1, "Firefox"), (1, 1, "firefox"), (2, 1, "Code")]);
        assert_eq!(
            apps(&filter_keyvals(list.clone(), "app", &[json!("Firefox"), json!("Code")])),
            ["Firefox", "Code"]
        );
        assert_eq!(apps(&exclude_keyvals(list.clone(), "app", &[json!("Firefox")])), ["firefox", "Code"]);
        assert_eq!(filter_keyvals(list.clone(), "title", &[json!("Firefox")]), []);
        assert_eq!(exclude_keyvals(list, "title", &[json!("Firefox")]).len(), 3);
    }

    #[test]
    fn numbers_and_lists_are_compared_by_value() {
        let list = vec![event(0.0, 1.0, Data::from([("n", json!(1)), ("l", json!(["a", 2]))]))];
        assert_eq!(filter_keyvals(list.clone(), "n", &[json!(1.0)]).len(), 1);
        assert_eq!(filter_keyvals(list.clone(), "l", &[json!(["a", 2.0])]).len(), 1);
        assert_eq!(filter_keyvals(list, "n", &[json!("1")]).len(), 0);
    }

    #[test]
    fn patterns_are_searched_not_matched_whole() {
        let list = events(&[(0, 1, "Firefox"), (1, 1, "Code"), (2, 1, "zoom")]);
        let pattern = Pattern::new("fo|^Co", Case::Sensitive).unwrap();
        assert_eq!(apps(&filter_keyvals_regex(list.clone(), "app", &pattern).unwrap()), ["Firefox", "Code"]);
        assert_eq!(apps(&exclude_keyvals_regex(list.clone(), "app", &pattern).unwrap()), ["zoom"]);
        assert_eq!(filter_keyvals_regex(list, "title", &pattern).unwrap(), []);
    }

    #[test]
    fn a_pattern_that_explodes_is_an_error() {
        let list = events(&[(0, 1, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")]);
        let pattern = Pattern::new(r"^(a|a)*\1$", Case::Sensitive).unwrap();
        assert!(filter_keyvals_regex(list, "app", &pattern).is_err());
    }

    proptest! {
        #[test]
        fn what_is_not_kept_is_left_out(list in any_events()) {
            let kept = filter_keyvals(list.clone(), "app", &[json!("a")]);
            let others = exclude_keyvals(list.clone(), "app", &[json!("a")]);
            prop_assert_eq!(kept.len() + others.len(), list.len());
            prop_assert!(kept.iter().all(|event| event.data.text("app") == Some("a")));
        }
    }
}
