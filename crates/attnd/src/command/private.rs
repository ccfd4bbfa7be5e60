//! Who may read a file attnd writes? Its owner alone, from creation.

use std::fs::{File, OpenOptions};
use std::path::Path;

/// Makes or empties a file that only its owner can read.
pub(super) fn create(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
