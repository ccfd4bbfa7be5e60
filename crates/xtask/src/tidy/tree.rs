//! What do the rules look at? The files that git tracks or would track, and cargo's view of the crates.

use std::collections::BTreeMap;
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

fn metadata(platform: &str) -> Result<Value, Fault> {
    let arguments =
        ["metadata", "--format-version", "1", "--locked", "--quiet", "--filter-platform", platform];
    Ok(serde_json::from_str(&output("cargo", &arguments)?)?)
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
