//! Which files lie at a path? A folder, a single file, or an archive, unpacked beside the data it goes to.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use attnd_core::recording::ImportProblem;
use attnd_sense::recording::{FileEntry, Files};
use tempfile::TempDir;

use super::archive;

/// Folders within folders, and files in all: more is a mistake, such as the root of a disk.
const MAX_DEPTH: usize = 16;
const MAX_FILES: usize = 1_000_000;
/// Folders above the source that a format may read names from.
const FOLDERS_ABOVE: usize = 3;

/// Files on a disk.
#[derive(Debug)]
pub struct DiskFiles {
    entries: Vec<FileEntry>,
    paths: Vec<PathBuf>,
    problems: Vec<ImportProblem>,
    /// Where archives were unpacked; goes with this.
    unpacked: Vec<TempDir>,
}

/// What becomes of archives that a walk comes by.
#[derive(Clone, Copy)]
enum Archives<'a> {
    /// Unpacked into this folder.
    Unpack(&'a Path),
    /// Left as files: an archive in an archive in an archive can hold more than any disk.
    Leave,
}

impl DiskFiles {
    /// Looks at a folder or a file. An archive (`.tar`, `.tar.xz`, or `.xz` of one file), also one that lies in the folder, is
    /// unpacked into a folder of its own in `scratch`, which is removed afterwards; where it is cut, what came before counts.
    /// Archives within archives stay as they are.
    ///
    /// # Errors
    /// Of the disk: there is nothing at `path`, it may not be read, or there is no room in `scratch`.
    pub fn open(path: &Path, scratch: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        let mut files =
            Self { entries: Vec::new(), paths: Vec::new(), problems: Vec::new(), unpacked: Vec::new() };
        if metadata.is_dir() {
            files.walk(path, &name_of(path), &above(path, FOLDERS_ABOVE), Archives::Unpack(scratch), 0)?;
        } else if let Some(kind) = archive::kind_of(path) {
            files.unpack(path, kind, "", scratch)?;
        } else {
            files.add(path.to_path_buf(), name_of(path), &above(path, FOLDERS_ABOVE), metadata.len())?;
        }
        Ok(files.sorted())
    }

    /// What was wrong with the source itself: where an archive is cut, and what in it was not unpacked.
    #[must_use]
    pub fn problems(&self) -> &[ImportProblem] {
        &self.problems
    }

    /// All bytes of all files.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        self.entries.iter().map(|entry| entry.bytes).sum()
    }

    /// Adds the files of an archive, named below `name`.
    fn unpack(&mut self, path: &Path, kind: archive::Kind, name: &str, scratch: &Path) -> io::Result<()> {
        fs::create_dir_all(scratch)?;
        let folder = tempfile::Builder::new().prefix("unpacked-").tempdir_in(scratch)?;
        self.problems.extend(archive::unpack(path, kind, folder.path())?);
        let root = folder.path().to_path_buf();
        self.unpacked.push(folder);
        self.walk(&root, name, "", Archives::Leave, 0)
    }

    /// Adds the files below a folder; links are not followed, so that no walk is endless.
    fn walk(
        &mut self,
        folder: &Path,
        name: &str,
        above: &str,
        archives: Archives<'_>,
        depth: usize,
    ) -> io::Result<()> {
        if depth > MAX_DEPTH {
            let reason = format!("folders more than {MAX_DEPTH} deep are left out");
            self.problems.push(ImportProblem { file: name.to_owned(), line: None, reason });
            return Ok(());
        }
        let mut entries: Vec<fs::DirEntry> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let kind = entry.file_type()?;
            let file_name = entry.file_name().to_string_lossy().into_owned();
            if file_name.starts_with('.') {
                continue;
            }
            let path = if name.is_empty() { file_name } else { format!("{name}/{file_name}") };
            if kind.is_dir() {
                self.walk(&entry.path(), &path, above, archives, depth + 1)?;
            } else if kind.is_file() {
                match (archives, archive::kind_of(&entry.path())) {
                    (Archives::Unpack(scratch), Some(kind)) => {
                        self.unpack(&entry.path(), kind, &path, scratch)?
                    }
                    _ => self.add(entry.path(), path, above, entry.metadata()?.len())?,
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, path: PathBuf, name: String, above: &str, bytes: u64) -> io::Result<()> {
        if self.paths.len() == MAX_FILES {
            let reason = format!("there are more than {MAX_FILES} files; choose a folder that holds less");
            return Err(io::Error::other(reason));
        }
        let place = if above.is_empty() { name.clone() } else { format!("{above}/{name}") };
        self.entries.push(FileEntry { path: name, place, bytes });
        self.paths.push(path);
        Ok(())
    }

    fn sorted(mut self) -> Self {
        let mut order: Vec<usize> = (0..self.entries.len()).collect();
        order.sort_by(|a, b| self.entries[*a].path.cmp(&self.entries[*b].path));
        self.entries = order.iter().map(|index| self.entries[*index].clone()).collect();
        self.paths = order.iter().map(|index| self.paths[*index].clone()).collect();
        self
    }
}

impl Files for DiskFiles {
    fn entries(&self) -> &[FileEntry] {
        &self.entries
    }

    fn open(&self, index: usize) -> io::Result<Box<dyn Read + '_>> {
        match self.paths.get(index) {
            Some(path) => Ok(Box::new(File::open(path)?)),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

fn name_of(path: &Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    absolute.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The names of so many folders above a path, the nearest last.
fn above(path: &Path, folders: usize) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let names: Vec<String> = absolute
        .ancestors()
        .skip(1)
        .filter_map(|folder| Some(folder.file_name()?.to_string_lossy().into_owned()))
        .take(folders)
        .collect();
    names.into_iter().rev().collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(files: &DiskFiles) -> Vec<&str> {
        files.entries().iter().map(|entry| entry.path.as_str()).collect()
    }

    #[test]
    fn a_folder_is_walked_and_a_file_knows_its_folders() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("study");
        fs::create_dir_all(root.join("P2")).unwrap();
        fs::write(root.join("P2/b.csv"), "2").unwrap();
        fs::write(root.join("a.csv"), "11").unwrap();
        fs::write(root.join(".hidden"), "").unwrap();
        let files = DiskFiles::open(&root, folder.path()).unwrap();
        assert_eq!((paths(&files), files.total_bytes()), (vec!["study/P2/b.csv", "study/a.csv"], 3));
        let single = DiskFiles::open(&root.join("P2/b.csv"), folder.path()).unwrap();
        assert_eq!(paths(&single), ["b.csv"]);
        assert!(single.entries()[0].place.ends_with("study/P2/b.csv"));
        let mut text = String::new();
        Files::open(&single, 0).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "2");
        assert!(DiskFiles::open(&root.join("nothing"), folder.path()).is_err());
    }

    #[test]
    fn an_archive_in_a_folder_is_unpacked_and_one_inside_it_is_not() {
        let tar = |files: &[(&str, &[u8])]| {
            let mut builder = tar::Builder::new(Vec::new());
            for (name, content) in files {
                let mut header = tar::Header::new_gnu();
                header.set_size(content.len() as u64);
                header.set_mode(0o644);
                builder.append_data(&mut header, name, *content).unwrap();
            }
            builder.into_inner().unwrap()
        };
        let inner = tar(&[("deep.csv", b"3")]);
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("study");
        fs::create_dir(&root).unwrap();
        fs::write(root.join("NOTE.md"), "").unwrap();
        fs::write(root.join("raw.tar"), tar(&[("P1/a.csv", b"11"), ("inner.tar", &inner)])).unwrap();
        let scratch = folder.path().join("scratch");
        let files = DiskFiles::open(&root, &scratch).unwrap();
        let expected = ["study/NOTE.md", "study/raw.tar/P1/a.csv", "study/raw.tar/inner.tar"];
        assert_eq!((paths(&files), files.problems()), (expected.to_vec(), &[][..]));
        let mut text = String::new();
        Files::open(&files, 1).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "11");
        drop(files);
        assert_eq!(fs::read_dir(&scratch).unwrap().count(), 0, "what was unpacked goes");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("again")).unwrap();
        fs::write(folder.path().join("a.csv"), "1").unwrap();
        assert_eq!(DiskFiles::open(folder.path(), folder.path()).unwrap().entries().len(), 1);
    }
}
