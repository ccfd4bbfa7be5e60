//! How does one more rule join the others? By alternation where it can, in an entry of its own
//! where it cannot; everything else in the setting stays as it is, also what attnd does not know.

use serde_json::{Value, json};

use super::rule::{RegexRule, Rule};
use crate::pattern::Pattern;

/// The setting `classes` with `rule` belonging to the category at `path` too.
///
/// ```text
/// none of that name               its parents and it, at the end
/// one without a rule              the rule becomes its own
/// one that looks at the same      old|new
/// others                          one more entry of that name, at the end: of equally deep
///                                 categories the later wins
/// ```
#[must_use]
pub fn merged(classes: &Value, path: &[String], rule: &RegexRule) -> Value {
    let mut list = classes.as_array().cloned().unwrap_or_default();
    let same: Vec<usize> = (0..list.len()).filter(|&at| is_named(&list[at], path)).collect();
    for &at in same.iter().rev() {
        let old = Rule::from_json(list[at].get("rule").unwrap_or(&Value::Null));
        match old {
            Ok(Rule::Nothing) => {
                list[at]["rule"] = rule.to_json();
                return list.into();
            }
            Ok(Rule::Regex(old)) => {
                if let Some(regex) = alternation(&old, rule) {
                    list[at]["rule"]["regex"] = regex.into();
                    return list.into();
                }
            }
            _ => {}
        }
    }
    for depth in 1..path.len() {
        if !list.iter().any(|class| is_named(class, &path[..depth])) {
            let id = next_id(&list);
            list.push(json!({"id": id, "name": path[..depth], "rule": {"type": "none"}}));
        }
    }
    let id = next_id(&list);
    list.push(json!({"id": id, "name": path, "rule": rule.to_json()}));
    list.into()
}

fn is_named(class: &Value, path: &[String]) -> bool {
    match class.get("name") {
        Some(Value::Array(name)) => {
            name.iter().map(Value::as_str).eq(path.iter().map(|part| Some(part.as_str())))
        }
        Some(Value::String(name)) => matches!(path, [only] if only == name),
        _ => false,
    }
}

/// `old|new` where both mean the same in it as alone.
fn alternation(old: &RegexRule, new: &RegexRule) -> Option<String> {
    // Flags in the middle of an expression would hold for what is added, too.
    let has_flags = old.regex.contains("(?") && !old.regex.starts_with("(?:");
    if old.case != new.case || old.select_keys != new.select_keys || has_flags {
        return None;
    }
    if old.regex.split('|').any(|part| part == new.regex) {
        return Some(old.regex.clone());
    }
    let both = format!("{}|{}", old.regex, new.regex);
    // A faulty old rule stays faulty by itself.
    (Pattern::new(&old.regex, old.case).is_ok() && Pattern::new(&both, old.case).is_ok()).then_some(both)
}

fn next_id(list: &[Value]) -> i64 {
    let ids = list.iter().filter_map(|class| class.get("id")?.as_i64());
    ids.max().map_or(0, |id| id.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Case;

    fn rule(regex: &str) -> RegexRule {
        RegexRule { regex: regex.into(), case: Case::Ignored, select_keys: None }
    }

    fn path(text: &str) -> Vec<String> {
        text.split('/').map(str::to_owned).collect()
    }

    #[test]
    fn rules_join_by_alternation_and_nothing_else_changes() {
        let classes = json!([
            {"id": 4, "name": ["Work"], "rule": {"type": "none"}, "name_pretty": "Work"},
            {"id": 7, "name": ["Work", "Code"], "data": {"color": "#123456"}, "children": [],
             "rule": {"type": "regex", "regex": "vim", "ignore_case": true, "mine": 1}},
        ]);
        let mut expected = classes.clone();
        expected[1]["rule"]["regex"] = "vim|^Code$".into();
        let once = merged(&classes, &path("Work/Code"), &rule("^Code$"));
        assert_eq!(once, expected);
        assert_eq!(merged(&once, &path("Work/Code"), &rule("^Code$")), once);
        let given = merged(&classes, &path("Work"), &rule("a"));
        assert_eq!(given[0]["rule"], json!({"type": "regex", "regex": "a", "ignore_case": true}));
        assert_eq!(given[0]["name_pretty"], "Work");
    }

    #[test]
    fn missing_categories_are_made_with_their_parents() {
        let made = merged(&json!([{"id": 2, "name": ["A"]}]), &path("A/B/C"), &rule("x"));
        assert_eq!(made[1], json!({"id": 3, "name": ["A", "B"], "rule": {"type": "none"}}));
        assert_eq!(made[2]["name"], json!(["A", "B", "C"]));
        assert_eq!(made[2]["id"], 4);
        assert_eq!(made.as_array().map(Vec::len), Some(3));
    }

    #[test]
    fn rules_that_mean_something_else_get_an_entry_of_their_own() {
        for old in [
            json!({"type": "regex", "regex": "vim"}),
            json!({"type": "regex", "regex": "vim", "ignore_case": true, "select_keys": ["app"]}),
            json!({"type": "regex", "regex": "(?x)vim # a", "ignore_case": true}),
            json!({"type": "regex", "regex": "(", "ignore_case": true}),
            json!({"type": "starsign"}),
        ] {
            let classes = json!([{"id": 0, "name": ["A"], "rule": old}]);
            let merged = merged(&classes, &path("A"), &rule("x"));
            assert_eq!(merged[0], classes[0]);
            assert_eq!(merged[1]["rule"]["regex"], "x", "{merged}");
        }
    }
}
