//! Is any source file too long to hold one idea?

use super::tree::Tree;
use super::{Finding, Rule};

/// STYLE 3. Functions are clippy's (`too_many_lines`).
pub(super) const RULE: Rule = Rule { name: "file-length", check };

const MOST_LINES: usize = 800;

fn check(tree: &Tree) -> Vec<Finding> {
    tree.rust()
        .filter_map(|file| {
            let lines = file.text.lines().count();
            (lines > MOST_LINES).then(|| {
                Finding::file(
                    &file.path,
                    format!("{lines} lines; split it by idea, {MOST_LINES} are refused"),
                )
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_hundred_lines_are_the_limit() {
        assert_eq!(check(&Tree::of(&[("a.rs", &"x\n".repeat(800)), ("a.md", &"x\n".repeat(900))])), []);
        assert_eq!(check(&Tree::of(&[("a.rs", &"x\n".repeat(801))])).len(), 1);
    }
}
