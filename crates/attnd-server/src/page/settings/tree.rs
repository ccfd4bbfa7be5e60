//! In which order do categories stand as a tree? Each below the one it lies in.

use attnd_engine::Category;

/// One category of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TreeRow {
    /// Its place in the list.
    pub(crate) at: usize,
    /// How many of the categories it lies in stand above it.
    pub(crate) depth: usize,
}

/// The list as a tree: siblings in the list's order, each followed by what lies in it. A category
/// whose parent is not in the list stands below its nearest ancestor that is.
pub(crate) fn tree(categories: &[Category]) -> Vec<TreeRow> {
    let parents: Vec<Option<usize>> =
        categories.iter().map(|category| nearest_ancestor(categories, category)).collect();
    // Last first, as they are taken from the end.
    let within = |parent: Option<usize>, depth: usize| {
        let children = (0..parents.len()).rev().filter(|at| parents[*at] == parent);
        children.map(|at| TreeRow { at, depth }).collect::<Vec<_>>()
    };
    let mut waiting = within(None, 0);
    let mut rows = Vec::with_capacity(categories.len());
    while let Some(row) = waiting.pop() {
        rows.push(row);
        waiting.extend(within(Some(row.at), row.depth + 1));
    }
    rows
}

fn nearest_ancestor(categories: &[Category], of: &Category) -> Option<usize> {
    (1..of.name.len())
        .rev()
        .find_map(|length| categories.iter().position(|other| other.name == of.name[..length]))
}

#[cfg(test)]
mod tests {
    use attnd_engine::CategoryRules;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn each_category_stands_below_the_one_it_lies_in() {
        let paths = ["Work/Mail", "Play", "Work", "Work/Code/Rust", "Lost/Child", "Play/Games"];
        let classes: Value =
            paths.iter().map(|path| json!({"name": path.split('/').collect::<Vec<_>>()})).collect();
        let rules = CategoryRules::from_classes(&classes).unwrap();
        let rows = tree(rules.categories());
        let shown: Vec<_> = rows.iter().map(|row| (row.depth, paths[row.at])).collect();
        assert_eq!(
            shown,
            [
                (0, "Play"),
                (1, "Play/Games"),
                (0, "Work"),
                (1, "Work/Mail"),
                (1, "Work/Code/Rust"),
                (0, "Lost/Child")
            ]
        );
    }

    #[test]
    fn every_category_is_shown_once() {
        let rules = CategoryRules::default_rules();
        let mut shown: Vec<_> = tree(rules.categories()).into_iter().map(|row| row.at).collect();
        shown.sort_unstable();
        assert_eq!(shown, (0..rules.categories().len()).collect::<Vec<_>>());
    }
}
