//! Do the documents' links lead somewhere? Files and headings inside the project; the web is not asked.

use std::collections::BTreeMap;
use std::path::Path;

use super::tree::{File, Tree};
use super::{Finding, Rule};
use crate::process::root;

/// A dead link is worse than none.
pub(super) const RULE: Rule =
    Rule { name: "links", check: |tree| check(tree, &|path| root().join(path).exists()) };

fn check(tree: &Tree, exists: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| is_document(file)) {
        for (index, target) in links(&file.text) {
            if let Some(message) = fault(tree, file, target, exists) {
                findings.push(Finding::line(&file.path, index, message));
            }
        }
    }
    findings
}

fn is_document(file: &File) -> bool {
    Path::new(&file.path).extension().is_some_and(|extension| extension == "md")
}

/// Why a link leads nowhere, if it does.
fn fault(tree: &Tree, file: &File, target: &str, exists: &dyn Fn(&str) -> bool) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = target.split_once('#').map_or((target, None), |(path, anchor)| (path, Some(anchor)));
    let path = if path.is_empty() { Some(file.path.clone()) } else { resolve(&file.path, path) };
    let Some(path) = path.filter(|path| exists(path)) else {
        return Some(format!("the link to '{target}' leads to no file"));
    };
    let anchor = anchor?;
    let document = tree.file(&path).filter(|file| is_document(file))?;
    (!anchors(&document.text).contains(&anchor.to_lowercase()))
        .then(|| format!("'{path}' has no heading '#{anchor}'"))
}

/// A link's path from the workspace's folder; `None` when it leaves it.
fn resolve(from: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Targets of `[text](target)` and `[label]: target`, by line; code is passed over.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (index, line) in outside_code(text) {
        if let Some((_, target)) = line.strip_prefix('[').and_then(|rest| rest.split_once("]: ")) {
            found.push((index, target.split_whitespace().next().unwrap_or("")));
            continue;
        }
        let mut rest = line;
        while let Some((before, after)) = rest.split_once("](") {
            let Some((target, after)) = after.split_once(')') else { break };
            let in_code = before.matches('`').count() % 2 == 1;
            if !in_code {
                found.push((index, target.split_whitespace().next().unwrap_or("")));
            }
            rest = after;
        }
    }
    found
}

/// The lines that are no fenced code.
fn outside_code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_code = false;
    text.lines().enumerate().filter(move |(_, line)| {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        !in_code && !fence
    })
}

/// The anchors of a document's headings, as the forges make them.
fn anchors(text: &str) -> Vec<String> {
    let mut seen = BTreeMap::<String, usize>::new();
    outside_code(text)
        .filter_map(|(_, line)| {
            let heading = line.trim_start_matches('#');
            (heading.len() < line.len() && heading.starts_with(' ')).then(|| slug(heading.trim()))
        })
        .map(|slug| {
            let count = seen.entry(slug.clone()).or_insert(0);
            *count += 1;
            if *count == 1 { slug } else { format!("{slug}-{}", *count - 1) }
        })
        .collect()
}

fn slug(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            '-' | '_' => Some(c),
            c if c.is_alphanumeric() => Some(c),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(readme: &str) -> usize {
        let other = "# One\n\n## What it does, and `why`\n\n## One\n\n```\n# Code\n```\n";
        let tree = Tree::of(&[("README.md", readme), ("docs/other.md", other)]);
        check(&tree, &|path| tree.file(path).is_some()).len()
    }

    #[test]
    fn links_inside_the_project_must_lead_somewhere() {
        for good in [
            "[a](docs/other.md)",
            "[a](docs/other.md#what-it-does-and-why)",
            "[a](./docs/../docs/other.md#one-1)",
            "# Here\n[a](#here)",
            "[a](https://example.org/x.md)",
            "`[a](nowhere.md)`",
            "```\n[a](nowhere.md)\n```",
            "[a]: docs/other.md",
        ] {
            assert_eq!(findings(good), 0, "{good}");
        }
        for bad in [
            "[a](nowhere.md)",
            "[a](docs/other.md#code)",
            "[a](#nowhere)",
            "[a](../outside.md)",
            "[x](docs/other.md) and ![a](nowhere.png)",
            "[a]: nowhere.md",
        ] {
            assert_eq!(findings(bad), 1, "{bad}");
        }
    }
}
