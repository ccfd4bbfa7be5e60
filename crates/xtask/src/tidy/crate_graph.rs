//! May this crate use that one? The directions of the architecture, and who alone may name what.

use serde_json::Value;

use super::tree::Tree;
use super::{Finding, Rule};

/// `core ← {sense, model, decide, store} ← engine ← server ← attnd`; `watch → core` only. Each line is a decision.
pub(super) const RULE: Rule = Rule { name: "crate-graph", check };

/// Which of our crates a crate may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("attnd-core", &[]),
    ("attnd-sense", &["attnd-core"]),
    ("attnd-decide", &["attnd-core"]),
    ("attnd-model", &["attnd-core"]),
    ("attnd-store", &["attnd-core"]),
    ("attnd-engine", &["attnd-core", "attnd-model", "attnd-sense", "attnd-store"]),
    // The server writes what sense reads and writes as files: wire shapes, not work.
    ("attnd-server", &["attnd-core", "attnd-engine", "attnd-sense"]),
    ("attnd-watch", &["attnd-core"]),
    (
        "attnd",
        &[
            "attnd-core",
            "attnd-decide",
            "attnd-engine",
            "attnd-model",
            "attnd-sense",
            "attnd-server",
            "attnd-store",
            "attnd-watch",
        ],
    ),
    ("xtask", &["attnd-core", "attnd-sense"]),
];

/// Crates of others that only one of ours may name, so that only one must change with them.
const ALONE: &[(&str, &str)] = &[
    ("burn", "attnd-model"),
    ("nalgebra", "attnd-model"),
    ("pulp", "attnd-decide"),
    ("tokenizers", "attnd-model"),
    ("parquet", "attnd-store"),
    ("rusqlite", "attnd-store"),
    ("axum", "attnd-server"),
    ("askama", "attnd-server"),
    ("utoipa", "attnd-server"),
    ("x11rb", "attnd-watch"),
    ("zbus", "attnd-watch"),
    ("wayland-client", "attnd-watch"),
];

/// The nouns compile in seconds and are used by all: they carry little.
const CORE_DEPENDENCIES: usize = 8;

fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in tree.members() {
        let name = package["name"].as_str().unwrap_or_default();
        let place = format!("crates/{name}/Cargo.toml");
        let Some((_, allowed)) = MAY_USE.iter().find(|(of, _)| *of == name) else {
            findings
                .push(Finding::file(&place, "a new crate is architecture: add its line to the crate graph"));
            continue;
        };
        for dependency in dependencies(package) {
            if let Some(fault) = fault(name, allowed, dependency) {
                findings.push(Finding::file(&place, fault));
            }
        }
        let count = dependencies(package).filter(|dependency| dependency["kind"].is_null()).count();
        if name == "attnd-core" && count > CORE_DEPENDENCIES {
            findings.push(Finding::file(
                &place,
                format!("{count} dependencies; core has at most {CORE_DEPENDENCIES}"),
            ));
        }
    }
    findings
}

fn dependencies(package: &Value) -> impl Iterator<Item = &Value> {
    package["dependencies"].as_array().into_iter().flatten()
}

/// Why `name` may not have this dependency, if it may not. Tests may start anything of ours, as
/// the conformance suites do, but still name no other crate's foreign crates.
fn fault(name: &str, allowed: &[&str], dependency: &Value) -> Option<String> {
    let to = dependency["name"].as_str().unwrap_or_default();
    let is_ours = MAY_USE.iter().any(|(of, _)| *of == to);
    let is_for_tests = dependency["kind"] == "dev";
    if is_ours && !is_for_tests && !allowed.contains(&to) {
        return Some(format!("{name} may not use {to}: see the crate graph in ARCHITECTURE.md"));
    }
    let (_, owner) = ALONE.iter().find(|(foreign, _)| *foreign == to)?;
    (*owner != name).then(|| format!("only {owner} names {to}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn findings(name: &str, dependencies: &[(&str, Option<&str>)]) -> usize {
        let dependencies: Vec<_> =
            dependencies.iter().map(|(name, kind)| json!({"name": name, "kind": kind})).collect();
        let package = json!({"id": "p", "name": name, "dependencies": dependencies});
        check(&Tree::of_metadata(json!({"workspace_members": ["p"], "packages": [package]}))).len()
    }

    #[test]
    fn dependencies_point_towards_core() {
        assert_eq!(
            findings("attnd-server", &[("attnd-core", None), ("attnd-engine", None), ("axum", None)]),
            0
        );
        assert_eq!(findings("attnd-engine", &[("attnd-server", Some("dev"))]), 0);
        for (name, bad) in [
            ("attnd-core", "attnd-sense"),
            ("attnd-sense", "attnd-store"),
            ("attnd-watch", "attnd-engine"),
            ("attnd-server", "attnd-store"),
            ("attnd-engine", "rusqlite"),
            ("attnd", "axum"),
        ] {
            assert_eq!(findings(name, &[(bad, None)]), 1, "{name} → {bad}");
        }
        assert_eq!(findings("attnd-novelty", &[]), 1);
    }

    #[test]
    fn core_carries_little() {
        let many = ["a", "b", "c", "d", "e", "f", "g", "h", "i"].map(|name| (name, None));
        assert_eq!(findings("attnd-core", &many[..8]), 0);
        assert_eq!(findings("attnd-core", &many), 1);
        assert_eq!(findings("attnd-sense", &many), 0);
    }
}
