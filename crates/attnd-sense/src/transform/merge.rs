//! How long did each app, or each app and title, have altogether?

use std::collections::HashMap;

use attnd_core::{Data, Event};

use super::per_data::PerData;

/// One event per distinct combination of the values of `keys`: it begins with the first such
/// event of the list, has its data, and the sum of all their durations.
///
/// ```text
/// [a ][b][a]   becomes   a: 3, b: 1
/// ```
///
/// The result is ordered by first occurrence (the Rust server leaves the order to a hash map).
/// Events lacking a key are left out; without keys there is nothing to merge by and the events
/// stay as they are. The Python server keeps only the keys in the data.
#[must_use]
pub fn merge_events_by_keys(events: Vec<Event>, keys: &[String]) -> Vec<Event> {
    if keys.is_empty() {
        return events;
    }
    let mut merged: Vec<Event> = Vec::new();
    let mut groups: HashMap<String, usize> = HashMap::new();
    let mut known: PerData<Option<usize>> = PerData::default();
    for event in events {
        let next = groups.len();
        let group = *known.get_or(&event.data, |data| {
            values(data, keys).map(|values| *groups.entry(values).or_insert(next))
        });
        match group {
            None => {}
            Some(group) if group == merged.len() => merged.push(event),
            Some(group) => merged[group].duration = merged[group].duration.saturating_add(event.duration),
        }
    }
    merged
}

/// The values of `keys` as one text that differs where they differ; `None` if one is missing.
fn values(data: &Data, keys: &[String]) -> Option<String> {
    let values = keys.iter().map(|key| data.fields().get(key)).collect::<Option<Vec<_>>>()?;
    Some(serde_json::to_string(&values).expect("invariant: JSON values serialise"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::transform::example::{any_events, event, events, spans, written};
    use crate::transform::sum_durations;

    fn keys(keys: &[&str]) -> Vec<String> {
        keys.iter().map(|key| (*key).to_owned()).collect()
    }

    #[test]
    fn durations_add_up_in_order_of_first_occurrence() {
        let list = events(&[(0, 2, "b"), (2, 1, "a"), (9, 1, "b"), (12, 5, "a")]);
        let merged = merge_events_by_keys(list, &keys(&["app"]));
        assert_eq!(spans(&merged), written(&[(0.0, 3.0, "b"), (2.0, 6.0, "a")]));
    }

    #[test]
    fn the_first_keeps_its_data_and_events_lacking_a_key_are_dropped() {
        let window = |app: &str, title: &str| Data::from([("app", app.into()), ("title", title.into())]);
        let list = vec![
            event(0.0, 1.0, window("a", "x")),
            event(1.0, 1.0, window("a", "y")),
            event(2.0, 4.0, Data::from([("title", json!("z"))])),
        ];
        let merged = merge_events_by_keys(list.clone(), &keys(&["app"]));
        assert_eq!(merged.len(), 1);
        assert_eq!(merged[0].data.text("title"), Some("x"));
        assert_eq!(merge_events_by_keys(list.clone(), &keys(&["app", "title"])).len(), 2);
        assert_eq!(merge_events_by_keys(list.clone(), &[]), list);
    }

    #[test]
    fn values_cannot_run_into_each_other() {
        let pair = |a: &str, b: &str| Data::from([("a", a.into()), ("b", b.into())]);
        let list = vec![event(0.0, 1.0, pair("x\",\"", "y")), event(1.0, 1.0, pair("x", "\",\"y"))];
        assert_eq!(merge_events_by_keys(list, &keys(&["a", "b"])).len(), 2);
    }

    proptest! {
        #[test]
        fn no_time_is_lost_and_no_key_twice(list in any_events()) {
            let merged = merge_events_by_keys(list.clone(), &keys(&["app"]));
            prop_assert_eq!(sum_durations(&merged), sum_durations(&list));
            let again = merge_events_by_keys(merged.clone(), &keys(&["app"]));
            prop_assert_eq!(again, merged);
        }
    }
}
