//! Is anything left undone? Skipped tests and placeholders do not land.

use super::tree::Tree;
use super::{Finding, Rule};

/// What is committed is finished.
pub(super) const RULE: Rule = Rule { name: "unfinished", check };

/// Written in two halves, so that this file keeps its own rule.
const REFUSED: [(&str, &str); 5] = [
    (concat!("#[ign", "ore"), "a test that is not run asserts nothing: mend or remove it"),
    (concat!("tod", "o!("), "finish it or leave it out"),
    (concat!("unimple", "mented!("), "finish it or leave it out"),
    (concat!("db", "g!("), "remove it"),
    (concat!("FIX", "ME"), "mend it, or write down what is known to fall short"),
];

fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        for (index, line) in file.text.lines().enumerate() {
            for (mark, instead) in REFUSED {
                if line.contains(mark) {
                    findings.push(Finding::line(&file.path, index, format!("'{mark}': {instead}")));
                }
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found() {
        for (mark, _) in REFUSED {
            assert_eq!(check(&Tree::of(&[("a.rs", &format!("fn a() {{ {mark}) }}"))])).len(), 1, "{mark}");
        }
        assert_eq!(check(&Tree::of(&[("a.rs", "fn a() { ignore(); }"), ("a.md", REFUSED[1].0)])), []);
    }
}
