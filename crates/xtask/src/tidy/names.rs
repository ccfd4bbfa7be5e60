//! Does every module and crate have a name that says something?

use super::tree::Tree;
use super::{Finding, Rule};

/// STYLE 4: these names hold anything, so they end up holding everything.
pub(super) const RULE: Rule = Rule { name: "names", check };

const REFUSED: [&str; 8] = ["common", "util", "utils", "helper", "helpers", "manager", "misc", "stuff"];

fn check(tree: &Tree) -> Vec<Finding> {
    tree.rust()
        .filter_map(|file| {
            let refused = file
                .path
                .split('/')
                .map(|part| part.trim_end_matches(".rs"))
                .find(|part| part.split(['-', '_']).any(|word| REFUSED.contains(&word)))?;
            Some(Finding::file(&file.path, format!("'{refused}' says nothing; name the idea")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_something() {
        assert_eq!(
            check(&Tree::of(&[("crates/a/src/writer.rs", ""), ("crates/a/src/utilisation.rs", "")])),
            []
        );
        for bad in ["crates/a/src/utils.rs", "crates/a-common/src/lib.rs", "crates/a/src/helpers/mod.rs"] {
            assert_eq!(check(&Tree::of(&[(bad, "")])).len(), 1, "{bad}");
        }
    }
}
