//! Who may read a file attnd writes? Its owner alone, from creation.

use std::fs::{File, OpenOptions};
use std::path::Path;

/// Makes or empties a file that only its owner can read.
pub(super) fn create(path: &Path) -> std::io::Result<File> {
    owners_own().create(true).truncate(true).open(path)
}

/// Makes such a file; one that is there already is an error.
pub(super) fn create_new(path: &Path) -> std::io::Result<File> {
    owners_own().create_new(true).open(path)
}

fn owners_own() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
