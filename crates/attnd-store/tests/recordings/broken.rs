//! Does a damaged file harm more than itself, and who may read the files?

use std::fs;
use std::path::{Path, PathBuf};

use attnd_core::recording::{Collected, RecordingStore, SinkError};
use attnd_store::ParquetRecordings;

use super::{example, keep, person};

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        }
        found.push(path);
    }
    found
}

#[test]
fn a_cut_file_is_told_and_the_others_stay() {
    let folder = tempfile::tempdir().unwrap();
    let store = ParquetRecordings::open(folder.path()).unwrap();
    keep(&store, person(1), &example("whole", 10));
    for name in ["0-0000.parquet", "answers.parquet", "head.json"] {
        keep(&store, person(1), &example("broken", 500));
        let of_broken = |path: &PathBuf| {
            let head = fs::read_to_string(path.with_file_name("head.json")).unwrap_or_default();
            path.ends_with(name) && head.contains("\"broken\"")
        };
        let file = files(folder.path()).into_iter().find(of_broken).unwrap();
        let bytes = fs::read(&file).unwrap();
        for cut in (0..bytes.len()).step_by(bytes.len() / 40 + 1) {
            fs::write(&file, &bytes[..cut]).unwrap();
            let error = store.read(person(1), "broken", None, &mut Collected::default()).unwrap_err();
            assert!(matches!(error, SinkError::Broken { .. }), "{name} at {cut}: {error}");
        }
        let mut collected = Collected::default();
        store.read(person(1), "whole", None, &mut collected).unwrap();
        assert_eq!(collected.recordings.len(), 1);
        assert!(store.list(person(1)).unwrap().iter().any(|summary| summary.head.id == "whole"));
    }
    // A new import mends it.
    keep(&store, person(1), &example("broken", 500));
    assert_eq!(store.list(person(1)).unwrap().len(), 2);
}

#[cfg(unix)]
#[test]
fn only_their_owner_may_read_them() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("recordings");
    keep(&ParquetRecordings::open(&root).unwrap(), person(1), &example("a", 500));
    let found = files(folder.path());
    assert!(found.len() >= 6, "{found:?}");
    for path in found {
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
    }
}

#[test]
fn a_folder_that_is_no_folder_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(matches!(ParquetRecordings::open(&file), Err(SinkError::Io(_))));
}
