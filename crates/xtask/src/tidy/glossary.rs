//! Do types bear the house's words? Some words mean too much to name a type.

use super::tree::Tree;
use super::{Finding, Rule};

/// The last column of the glossary, and why.
pub(super) const RULE: Rule = Rule { name: "glossary", check };

/// Refused names and the words to use instead.
const REFUSED: [(&str, &str); 12] = [
    ("Task", "Ask (kind Task), Unit or a name for what the thread does"),
    ("Item", "Ask, or the thing's own name"),
    ("Request", "Ask, or the wire type's own name"),
    ("User", "Person"),
    ("Worker", "Mind, or the thread's own name"),
    ("Agent", "Mind (kind Agent)"),
    ("Signal", "Stream"),
    ("State", "AttentionState, or what it is the state of"),
    ("Load", "Workload"),
    ("Job", "Project, or the background work's own name"),
    ("Manager", "what it does"),
    ("Helper", "what it does"),
];

fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        for (index, line) in file.text.lines().enumerate() {
            let Some(name) = declared_type(line) else { continue };
            if let Some((_, instead)) = REFUSED.iter().find(|(refused, _)| *refused == name) {
                findings.push(Finding::line(
                    &file.path,
                    index,
                    format!("no type is called '{name}': {instead}"),
                ));
            }
        }
    }
    findings
}

/// The name a line declares. An associated type (`type Item = …`, indented) is another crate's word.
fn declared_type(line: &str) -> Option<&str> {
    let code = line.trim_start();
    let indented = code.len() < line.len();
    let code = without_visibility(code);
    let code = code.strip_prefix("unsafe ").unwrap_or(code);
    let (keyword, rest) = code.split_once(' ')?;
    let declares = match keyword {
        "struct" | "enum" | "union" | "trait" => true,
        "type" => !indented,
        _ => false,
    };
    let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    (declares && !name.is_empty()).then_some(name)
}

fn without_visibility(code: &str) -> &str {
    let Some(rest) = code.strip_prefix("pub") else { return code };
    if let Some(scoped) = rest.strip_prefix('(') {
        return scoped.split_once(") ").map_or(code, |(_, rest)| rest);
    }
    rest.strip_prefix(' ').unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_words_name_no_type() {
        let bad = [
            "pub struct Task {",
            "enum State {",
            "pub(crate) trait Worker: Send {",
            "pub type User = Person;",
            "    pub struct Item<'a>(&'a str);",
        ];
        for bad in bad {
            assert_eq!(check(&Tree::of(&[("a.rs", bad)])).len(), 1, "{bad}");
        }
    }

    #[test]
    fn other_crates_words_and_longer_names_are_free() {
        let good = [
            "pub struct TaskList {",
            "enum AttentionState {",
            "    type Item = Event;",
            "use axum::extract::State;",
            "impl Iterator for Events {",
            "// struct Task",
            "let request: Request = todo();",
            "fn state() {}",
        ];
        for good in good {
            assert_eq!(check(&Tree::of(&[("a.rs", good)])), [], "{good}");
        }
    }
}
