//! Does a file name a folder that exists on one machine only?

use super::tree::Tree;
use super::{Finding, Rule};

/// What is committed works in any folder, for any user.
pub(super) const RULE: Rule = Rule { name: "machine-paths", check };

/// Written in two halves, so that this file keeps its own rule.
const REFUSED: [&str; 2] = [concat!("/wo", "rk/"), concat!("/ro", "ot/")];

fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        for (index, line) in file.text.lines().enumerate() {
            if let Some(path) = REFUSED.iter().find(|path| begins_with(line, path)) {
                findings.push(Finding::line(
                    &file.path,
                    index,
                    format!("'{path}' is this machine's; name it by what it is"),
                ));
            }
        }
    }
    findings
}

/// Whether `path` stands in the line as the beginning of a path, not inside a longer one.
fn begins_with(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        line[..at]
            .chars()
            .next_back()
            .is_none_or(|before| !before.is_alphanumeric() && !"._-/~}".contains(before))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_one_machine_are_found() {
        for (line, findings) in [
            (format!("cd {}main", REFUSED[0]), 1),
            (format!("\"{}.cache\"", REFUSED[1]), 1),
            (format!("https://example.org{}page", REFUSED[0]), 0),
            (format!("crates{}src", REFUSED[0]), 0),
            ("target/release".to_owned(), 0),
        ] {
            assert_eq!(check(&Tree::of(&[("a.sh", &line)])).len(), findings, "{line}");
        }
    }
}
