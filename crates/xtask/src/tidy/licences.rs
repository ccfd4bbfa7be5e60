//! May everything in the dependency graph be used and passed on? The rules of `deny.toml`, without another tool.

use std::collections::BTreeSet;

use super::tree::Tree;
use super::{Finding, Rule};

/// Licences, sources and refused crates, as `cargo deny` would find them.
pub(super) const RULE: Rule = Rule { name: "licences", check };

fn check(tree: &Tree) -> Vec<Finding> {
    let Some(file) = tree.file("deny.toml") else {
        return vec![Finding::file("deny.toml", "the file is missing")];
    };
    let policy: toml::Table = match file.text.parse() {
        Ok(policy) => policy,
        Err(error) => return vec![Finding::file("deny.toml", format!("not TOML: {error}"))],
    };
    let allowed = words(&policy, "licenses", "allow");
    let registries = words(&policy, "sources", "allow-registry");
    let mut findings = Vec::new();
    for package in tree.packages() {
        let name = package["name"].as_str().unwrap_or_default();
        let mut refuse =
            |message: String| findings.push(Finding::file(&format!("Cargo.lock ({name})"), message));
        match package["license"].as_str() {
            Some(licence) if permits(licence, &allowed) => {}
            Some(licence) if permits(licence, &exception(&policy, name)) => {}
            Some(licence) => refuse(format!("its licence '{licence}' is not among those of deny.toml")),
            None => refuse("it names no licence".to_owned()),
        }
        if let Some(source) = package["source"].as_str()
            && !registries.iter().any(|registry| source == format!("registry+{registry}"))
        {
            refuse(format!("it comes from '{source}', which deny.toml does not allow"));
        }
    }
    findings.extend(refused_crates(tree, &policy));
    findings
}

fn refused_crates(tree: &Tree, policy: &toml::Table) -> Vec<Finding> {
    let rows = policy.get("bans").and_then(|bans| bans.get("deny")).and_then(toml::Value::as_array);
    let mut findings = Vec::new();
    for row in rows.into_iter().flatten() {
        let Some(name) = row.get("crate").and_then(toml::Value::as_str) else { continue };
        let only_twice = row.get("deny-multiple-versions").and_then(toml::Value::as_bool) == Some(true);
        let most = usize::from(only_twice);
        let count = tree.packages().filter(|package| package["name"] == *name).count();
        if count > most {
            let message = format!("{name} is in the graph {count} times; deny.toml allows {most}");
            findings.push(Finding::file("Cargo.lock", message));
        }
    }
    findings
}

fn words(policy: &toml::Table, table: &str, key: &str) -> BTreeSet<String> {
    strings(policy.get(table).and_then(|table| table.get(key)))
}

fn strings(list: Option<&toml::Value>) -> BTreeSet<String> {
    let list = list.and_then(toml::Value::as_array);
    list.into_iter().flatten().filter_map(|word| word.as_str().map(str::to_owned)).collect()
}

/// The licences that `deny.toml` allows this crate alone.
fn exception(policy: &toml::Table, name: &str) -> BTreeSet<String> {
    let rows =
        policy.get("licenses").and_then(|table| table.get("exceptions")).and_then(toml::Value::as_array);
    let row =
        rows.into_iter().flatten().find(|row| row.get("crate").and_then(toml::Value::as_str) == Some(name));
    strings(row.and_then(|row| row.get("allow")))
}

/// Whether an SPDX expression can be fulfilled with the allowed licences. Old crates write `/` for `OR`.
fn permits(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = tokens.as_slice();
    any_of(&mut rest, allowed) && rest.is_empty()
}

fn any_of(tokens: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    let mut permitted = all_of(tokens, allowed);
    while let Some(("OR", rest)) = tokens.split_first().map(|(first, rest)| (*first, rest)) {
        *tokens = rest;
        permitted |= all_of(tokens, allowed);
    }
    permitted
}

fn all_of(tokens: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    let mut permitted = one(tokens, allowed);
    while let Some(("AND", rest)) = tokens.split_first().map(|(first, rest)| (*first, rest)) {
        *tokens = rest;
        permitted &= one(tokens, allowed);
    }
    permitted
}

fn one(tokens: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    let all = *tokens;
    let Some((first, rest)) = all.split_first() else { return false };
    *tokens = rest;
    if *first == "(" {
        let permitted = any_of(tokens, allowed);
        let closed = tokens.first() == Some(&")");
        *tokens = tokens.get(1..).unwrap_or(&[]);
        return permitted && closed;
    }
    if let ["WITH", exception, rest @ ..] = rest {
        *tokens = rest;
        return allowed.contains(&format!("{first} WITH {exception}"));
    }
    allowed.contains(*first)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn expressions_are_read_as_spdx_does() {
        let allowed = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned).into();
        for good in [
            "MIT",
            "MIT OR GPL-3.0",
            "MIT/Unlicense",
            "MIT AND Apache-2.0",
            "(GPL-3.0 OR MIT) AND Apache-2.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
        ] {
            assert!(permits(good, &allowed), "{good}");
        }
        for bad in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT", "", "MIT MIT", "MIT WITH odd-exception"] {
            assert!(!permits(bad, &allowed), "{bad}");
        }
    }

    #[test]
    fn licence_source_and_ban_are_each_found() {
        let policy = "[licenses]\nallow = ['MIT']\nexceptions = [{ crate = 'odd', allow = ['MPL-2.0'] }]\n[bans]\ndeny = [{ crate = 'bad' }, { crate = 'single', deny-multiple-versions = true }]\n[sources]\nallow-registry = ['https://r']\n";
        let findings = |packages: &[(&str, &str, &str)]| {
            let packages: Vec<_> = packages
                .iter()
                .enumerate()
                .map(|(id, (name, license, source))| json!({"id": id, "name": name, "license": license, "source": source}))
                .collect();
            let mut tree = Tree::of(&[("deny.toml", policy)]);
            tree.platforms = vec![json!({"packages": packages})];
            check(&tree).len()
        };
        let here = "registry+https://r";
        assert_eq!(findings(&[("good", "MIT", here), ("single", "MIT", here)]), 0);
        assert_eq!(findings(&[("odd", "MPL-2.0", here)]), 0);
        assert_eq!(findings(&[("good", "MPL-2.0", here)]), 1);
        assert_eq!(findings(&[("good", "GPL-3.0", here)]), 1);
        assert_eq!(findings(&[("good", "MIT", "git+https://elsewhere")]), 1);
        assert_eq!(findings(&[("bad", "MIT", here)]), 1);
        assert_eq!(findings(&[("single", "MIT", here), ("single", "MIT", here)]), 1);
    }
}
