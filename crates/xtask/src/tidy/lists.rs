//! Do lists and folders agree? Adding something is one new file and one line; forgetting the line is found here.

use super::tree::{File, Tree};
use super::{Finding, Rule};

/// A file nobody names is never compiled, and a file missing from its list never runs.
pub(super) const RULE: Rule = Rule { name: "lists", check };

/// Folders of one kind of thing, the file that lists them, what the list begins with, and how it names a file.
struct List {
    folder: &'static str,
    list: &'static str,
    begins: &'static str,
    entry: fn(&str) -> String,
    /// Files of the folder that are no entries.
    besides: &'static [&'static str],
}

const LISTS: &[List] = &[
    List {
        folder: "crates/xtask/src/tidy/",
        list: "crates/xtask/src/tidy/mod.rs",
        begins: "const RULES",
        entry: |name| format!(" {name}::RULE,"),
        besides: &["mod", "tree"],
    },
    List {
        folder: "crates/attnd-sense/src/recording/format/",
        list: "crates/attnd-sense/src/recording/format/mod.rs",
        begins: "pub const READERS",
        entry: |name| format!("{name}::READER"),
        besides: &["mod"],
    },
    List {
        folder: "crates/attnd-engine/src/study/",
        list: "crates/attnd-engine/src/study/mod.rs",
        begins: "pub const STUDIES",
        entry: |name| format!("{name}::"),
        besides: &["mod", "compare", "judge", "stopwatch", "usual"],
    },
    List {
        folder: "crates/attnd-decide/src/assign/regime/",
        list: "crates/attnd-decide/src/assign/regime/mod.rs",
        begins: "pub const REGIMES",
        entry: |name| format!("{name}::"),
        besides: &["mod"],
    },
    List {
        folder: "crates/attnd-decide/src/crowd/method/",
        list: "crates/attnd-decide/src/crowd/method/mod.rs",
        begins: "pub const AGGREGATORS",
        entry: |name| format!("{name}::"),
        besides: &["mod", "laws", "picture", "reference"],
    },
    List {
        folder: "crates/attnd-decide/src/rank/ranker/",
        list: "crates/attnd-decide/src/rank/ranker/mod.rs",
        begins: "pub const RANKERS",
        entry: |name| format!("{name}::"),
        besides: &["mod", "conformance"],
    },
];

fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = unnamed_modules(tree);
    for list in LISTS {
        findings.extend(unlisted(tree, list));
    }
    findings
}

/// Source files that no `mod` line names: rustc never sees them and nobody is told.
fn unnamed_modules(tree: &Tree) -> Vec<Finding> {
    let named = |file: &&File| match parents(&file.path) {
        None => true,
        Some((name, parents)) => {
            parents.iter().filter_map(|path| tree.file(path)).any(|parent| names(parent, name))
        }
    };
    tree.rust()
        .filter(|file| !named(file))
        .map(|file| Finding::file(&file.path, "no 'mod' line names this file, so it is never compiled"))
        .collect()
}

fn names(parent: &File, module: &str) -> bool {
    let end = format!("mod {module};");
    parent.text.lines().any(|line| {
        let line = line.trim();
        line == end || (line.starts_with("pub") && line.ends_with(&format!(" {end}")))
    })
}

/// A module's name and the files that may declare it; `None` for crate roots, which cargo names.
fn parents(path: &str) -> Option<(&str, Vec<String>)> {
    let (folder, file) = path.rsplit_once('/')?;
    let inside = folder.split_once("/src").or_else(|| folder.split_once("/tests"));
    let (_, below) = inside?;
    let name = file.strip_suffix(".rs")?;
    let is_target = below.is_empty() && (matches!(name, "main" | "lib") || folder.ends_with("/tests"));
    if is_target || below.starts_with("/bin") || name == "main" {
        return None;
    }
    let (name, folder) = if name == "mod" {
        let (outer, inner) = folder.rsplit_once('/')?;
        (inner, outer)
    } else {
        (name, folder)
    };
    let roots = ["mod.rs", "lib.rs", "main.rs"].map(|root| format!("{folder}/{root}"));
    Some((name, roots.into_iter().chain([format!("{folder}.rs")]).collect()))
}

fn unlisted(tree: &Tree, list: &List) -> Vec<Finding> {
    let Some(file) = tree.file(list.list) else { return Vec::new() };
    let Some((_, listing)) = file.text.split_once(list.begins) else {
        return vec![Finding::file(
            list.list,
            format!("there is no list that begins with '{}'", list.begins),
        )];
    };
    let listing = listing.split_once("];").map_or(listing, |(listing, _)| listing);
    tree.rust()
        .filter_map(|file| file.path.strip_prefix(list.folder)?.strip_suffix(".rs"))
        .filter(|name| !name.contains('/') && !list.besides.contains(name))
        .map(|name| (name, (list.entry)(name)))
        .filter(|(_, entry)| !listing.contains(entry.as_str()))
        .map(|(name, entry)| {
            Finding::file(
                list.list,
                format!("'{}{name}.rs' is missing from the list: add '{}'", list.folder, entry.trim()),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_somebodys_module() {
        let tree = |parent: &'static str| {
            Tree::of(&[
                ("crates/a/src/lib.rs", parent),
                ("crates/a/src/b.rs", "pub(crate) mod c;"),
                ("crates/a/src/b/c.rs", ""),
                ("crates/a/tests/it/main.rs", ""),
                ("crates/a/tests/xvfb.rs", ""),
            ])
        };
        assert_eq!(check(&tree("pub mod b;\n")), []);
        for bad in ["", "// mod b;\n", "mod bb;\n"] {
            assert_eq!(check(&tree(bad)).len(), 1, "{bad}");
        }
    }

    #[test]
    fn a_file_missing_from_its_list_is_found() {
        let tree = |listing: &'static str| {
            Tree::of(&[
                ("crates/xtask/src/main.rs", "mod tidy;"),
                ("crates/xtask/src/tidy/mod.rs", listing),
                ("crates/xtask/src/tidy/words.rs", ""),
            ])
        };
        assert_eq!(check(&tree("mod words;\nconst RULES: &[Rule] = &[\n    words::RULE,\n];\n")), []);
        for bad in ["mod words;\n", "mod words;\nconst RULES: &[Rule] = &[];\n// words::RULE,\n"] {
            assert_eq!(check(&tree(bad)).len(), 1, "{bad}");
        }
    }
}
