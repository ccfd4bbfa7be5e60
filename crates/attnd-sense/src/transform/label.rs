//! What is each event, by the person's rules? Adds categories and tags to the data.

use attnd_core::{Data, Event};

use super::per_data::{map_data, try_map_data};
use crate::category::{CategoryRules, TagRules};
use crate::pattern::PatternError;

/// Adds `$category`, the path of the category each event belongs to.
#[must_use]
pub fn categorize(mut events: Vec<Event>, rules: &CategoryRules) -> Vec<Event> {
    map_data(&mut events, |data| with_list(data, "$category", rules.classify(data).to_vec()));
    events
}

/// Adds `$tags`, the tags of each event, sorted, each once.
///
/// # Errors
/// [`PatternError::TooManySteps`] when a rule needs too many steps.
pub fn tag(mut events: Vec<Event>, rules: &TagRules) -> Result<Vec<Event>, PatternError> {
    try_map_data(&mut events, |data| {
        let tags = rules.tags_of(data)?.into_iter().map(str::to_owned).collect();
        Ok::<_, PatternError>(with_list(data, "$tags", tags))
    })?;
    Ok(events)
}

/// The data with a list of strings at `key`.
pub(crate) fn with_list(data: &Data, key: &str, list: Vec<String>) -> Data {
    let mut data = data.clone();
    data.fields_mut().insert(key.to_owned(), list.into());
    data
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::transform::example::events;

    #[test]
    fn events_get_their_category_and_tags() {
        let rules =
            CategoryRules::from_pairs(&json!([[["Work", "Code"], {"type": "regex", "regex": "vim"}]]));
        let list = categorize(events(&[(0, 1, "vim"), (1, 1, "mpv")]), &rules.unwrap());
        assert_eq!(list[0].data.fields()["$category"], json!(["Work", "Code"]));
        assert_eq!(list[1].data.fields()["$category"], json!(["Uncategorized"]));
        let tags = TagRules::from_pairs(&json!([["code", {"type": "regex", "regex": "vim"}]])).unwrap();
        let list = tag(list, &tags).unwrap();
        assert_eq!(list[0].data.fields()["$tags"], json!(["code"]));
        assert_eq!(list[1].data.fields()["$tags"], json!([]));
        assert_eq!(list[0].data.text("app"), Some("vim"));
    }
}
