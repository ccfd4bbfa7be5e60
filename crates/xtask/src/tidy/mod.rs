//! Does the tree keep the house rules? One file per rule, one line per rule in [`RULES`].

mod crate_graph;
mod file_length;
mod first_line;
mod glossary;
mod licences;
mod links;
mod lists;
mod machine_paths;
mod names;
mod unfinished;

mod tree;

use std::fmt;

use crate::process::Fault;
use tree::Tree;

/// One house rule.
struct Rule {
    /// What it is called in a finding.
    pub name: &'static str,
    /// Every place where the tree breaks it.
    pub check: fn(&Tree) -> Vec<Finding>,
}

/// Every rule. A test compares this list with the folder.
const RULES: &[Rule] = &[
    crate_graph::RULE,
    file_length::RULE,
    first_line::RULE,
    glossary::RULE,
    licences::RULE,
    links::RULE,
    lists::RULE,
    machine_paths::RULE,
    names::RULE,
    unfinished::RULE,
];

/// A place where a rule is broken, and why that is wrong.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    /// The file, and the line where there is one.
    pub place: String,
    /// What is wrong and what to do instead.
    pub message: String,
}

impl Finding {
    fn file(path: &str, message: impl Into<String>) -> Self {
        Self { place: path.to_owned(), message: message.into() }
    }

    fn line(path: &str, line_index: usize, message: impl Into<String>) -> Self {
        Self { place: format!("{path}:{}", line_index + 1), message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// Checks the tree; fails with every finding.
pub(crate) fn run() -> Result<(), Fault> {
    let tree = Tree::read()?;
    let findings: Vec<String> = RULES
        .iter()
        .flat_map(|rule| (rule.check)(&tree).into_iter().map(|finding| format!("{finding} [{}]", rule.name)))
        .collect();
    if findings.is_empty() {
        eprintln!("tidy: {} files keep {} rules", tree.files.len(), RULES.len());
        return Ok(());
    }
    Err(Fault(format!("the tree breaks its rules in {} places:\n{}", findings.len(), findings.join("\n"))))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_tree_keeps_the_house_rules() {
        if let Err(fault) = super::run() {
            panic!("{fault}");
        }
    }
}
