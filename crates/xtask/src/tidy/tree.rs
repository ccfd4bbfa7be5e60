//! What do the rules look at? The files that git tracks or would track, and cargo's view of the crates.

use std::fs;

use serde_json::Value;

use crate::process::{Fault, output, root};

/// The project as the rules see it.
pub(super) struct Tree {
    /// Every text file, by path.
    pub files: Vec<File>,
    /// What `cargo metadata` says, with dependencies resolved.
    pub metadata: Value,
}

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
        let metadata = output("cargo", &["metadata", "--format-version", "1", "--locked", "--quiet"])?;
        Ok(Self { files, metadata: serde_json::from_str(&metadata)? })
    }

    /// The Rust sources.
    pub(super) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    /// The file at `path`.
    pub(super) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The packages of this workspace.
    pub(super) fn members(&self) -> impl Iterator<Item = &Value> {
        let members = self.metadata["workspace_members"].as_array().map_or(&[][..], Vec::as_slice);
        self.packages().filter(move |package| members.contains(&package["id"]))
    }

    /// Every package of the graph.
    pub(super) fn packages(&self) -> impl Iterator<Item = &Value> {
        self.metadata["packages"].as_array().into_iter().flatten()
    }
}

#[cfg(test)]
impl Tree {
    /// A tree of these files, for a rule's examples.
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let files = files
            .iter()
            .map(|(path, text)| File { path: (*path).to_owned(), text: (*text).to_owned() })
            .collect();
        Self { files, metadata: Value::Null }
    }

    /// A tree with nothing but cargo's view, for a rule's examples.
    pub(super) fn of_metadata(metadata: Value) -> Self {
        Self { files: Vec::new(), metadata }
    }
}
