//! What do the rules look at? The files that git tracks or would track, and cargo's view of the crates.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use crate::process::{Fault, output, root};

/// The project as the rules see it.
pub(super) struct Tree {
    /// Every text file, by path.
    pub files: Vec<File>,
    /// What `cargo metadata` says for each platform: what is in no program that anybody builds (the
    /// Linux part of a crate used on macOS alone) is in none of them.
    pub platforms: Vec<Value>,
}

/// The platforms attnd is built for.
const PLATFORMS: [&str; 3] = ["x86_64-unknown-linux-gnu", "aarch64-apple-darwin", "x86_64-pc-windows-msvc"];

/// One text file.
pub(super) struct File {
    /// From the workspace's folder, with forward slashes.
    pub path: String,
    /// What is in it.
    pub text: String,
}

impl Tree {
    /// Reads the working tree: what is tracked, and what is new and not ignored.
    pub(super) fn read() -> Result<Self, Fault> {
        let names = output("git", &["ls-files", "--cached", "--others", "--exclude-standard", "-z"])?;
        let mut files: Vec<File> = names
            .split('\0')
            .filter(|path| !path.is_empty())
            .filter_map(|path| {
                // Images are no text, and a file deleted but not yet committed is not there.
                let text = fs::read_to_string(root().join(path)).ok()?;
                Some(File { path: path.to_owned(), text })
            })
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let platforms = PLATFORMS.into_iter().map(metadata).collect::<Result<_, _>>()?;
        Ok(Self { files, platforms })
    }

    /// The Rust sources.
    pub(super) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    /// The file at `path`.
    pub(super) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The packages of this workspace, whose manifests are the same on every platform.
    pub(super) fn members(&self) -> impl Iterator<Item = &Value> {
        let platform = self.platforms.first().unwrap_or(&Value::Null);
        let members = platform["workspace_members"].as_array().map_or(&[][..], Vec::as_slice);
        packages(platform).filter(move |package| members.contains(&package["id"]))
    }

    /// Every package of the graph, once.
    pub(super) fn packages(&self) -> impl Iterator<Item = &Value> {
        let by_id: BTreeMap<String, &Value> = self
            .platforms
            .iter()
            .flat_map(packages)
            .map(|package| (package["id"].to_string(), package))
            .collect();
        by_id.into_values()
    }
}

/// What cargo knows of the packages that can be compiled for a platform, with every feature of ours. Its metadata alone also lists
/// optional dependencies of dependencies that no feature of ours turns on.
fn metadata(platform: &str) -> Result<Value, Fault> {
    let arguments =
        ["metadata", "--format-version", "1", "--locked", "--quiet", "--filter-platform", platform];
    let mut metadata: Value = serde_json::from_str(&output("cargo", &arguments)?)?;
    let graph = ["--workspace", "--all-features", "--locked", "--quiet", "--target", platform];
    let lines = ["tree", "--prefix", "none", "--format", "{p}"].iter().chain(&graph).copied();
    let compiled = output("cargo", &lines.collect::<Vec<_>>())?;
    let compiled: BTreeSet<String> = compiled.lines().filter_map(name_and_version).collect();
    if let Some(packages) = metadata["packages"].as_array_mut() {
        packages.retain(|package| {
            let name_and_version = format!(
                "{} {}",
                package["name"].as_str().unwrap_or_default(),
                package["version"].as_str().unwrap_or_default()
            );
            compiled.contains(&name_and_version)
        });
    }
    Ok(metadata)
}

/// `serde v1.0.1 (proc-macro)` → `serde 1.0.1`.
fn name_and_version(line: &str) -> Option<String> {
    let mut words = line.split(' ');
    Some(format!("{} {}", words.next()?, words.next()?.strip_prefix('v')?))
}

fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"].as_array().into_iter().flatten()
}

#[cfg(test)]
impl Tree {
    /// A tree of these files, for a rule's examples.
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let files = files
            .iter()
            .map(|(path, text)| File { path: (*path).to_owned(), text: (*text).to_owned() })
            .collect();
        Self { files, platforms: Vec::new() }
    }

    /// A tree with nothing but cargo's view, for a rule's examples.
    pub(super) fn of_metadata(metadata: Value) -> Self {
        Self { files: Vec::new(), platforms: vec![metadata] }
    }
}
