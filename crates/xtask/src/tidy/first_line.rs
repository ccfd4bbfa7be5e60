//! Does every source file say first which question it answers?

use super::tree::Tree;
use super::{Finding, Rule};

/// STYLE 1: one idea per file, named in its first line.
pub(super) const RULE: Rule = Rule { name: "first-line", check };

fn check(tree: &Tree) -> Vec<Finding> {
    tree.rust()
        .filter(|file| !says_what_it_is(&file.text))
        .map(|file| {
            Finding::line(&file.path, 0, "the first line is '//!' and says which question the file answers")
        })
        .collect()
}

fn says_what_it_is(text: &str) -> bool {
    text.lines()
        .next()
        .and_then(|line| line.strip_prefix("//! "))
        .is_some_and(|words| words.trim().len() >= 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_begins_with_its_question() {
        let good = Tree::of(&[("a.rs", "//! Where is it kept?\n\nfn a() {}\n"), ("a.md", "text")]);
        assert_eq!(check(&good), []);
        for bad in ["", "fn a() {}\n", "//!\n//! Late.\n", "\n//! Where is it kept?\n", "//! Sure\n"] {
            assert_eq!(check(&Tree::of(&[("a.rs", bad)])).len(), 1, "{bad:?}");
        }
    }
}
