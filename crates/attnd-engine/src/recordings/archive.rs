//! What is in an archive? Its files, unpacked one by one; where it is cut or broken, those before.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Component, Path, PathBuf};

use attnd_core::recording::ImportProblem;
use lzma_rust2::XzReader;

/// Unpacked files may take this much of the disk, so that a small file cannot fill it.
const MAX_UNPACKED_BYTES: u64 = 64 << 30;
/// Files and folders in one archive.
const MAX_ENTRIES: usize = 1_000_000;

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A tape archive.
    Tar,
    /// One, compressed.
    TarXz,
    /// A single compressed file.
    Xz,
}

/// How a file is packed, by its name; `None` if it is no archive.
pub(super) fn kind_of(path: &Path) -> Option<Kind> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    if name.ends_with(".tar") {
        Some(Kind::Tar)
    } else if name.ends_with(".tar.xz") || name.ends_with(".txz") {
        Some(Kind::TarXz)
    } else {
        name.ends_with(".xz").then_some(Kind::Xz)
    }
}

/// Unpacks an archive into a folder; what is wrong with it is told, and what came before is there.
///
/// # Errors
/// Of the disk it is read from or unpacked to.
pub(super) fn unpack(archive: &Path, kind: Kind, folder: &Path) -> io::Result<Vec<ImportProblem>> {
    let input = BufReader::with_capacity(1 << 20, File::open(archive)?);
    let name = archive.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut unpacking =
        Unpacking { folder, name: &name, left_bytes: MAX_UNPACKED_BYTES, problems: Vec::new() };
    match kind {
        Kind::Tar => unpacking.tar(input)?,
        Kind::TarXz => unpacking.tar(XzReader::new(input, true))?,
        Kind::Xz => {
            let inner = name.get(..name.len() - ".xz".len()).unwrap_or(&name).to_owned();
            unpacking.file(&mut XzReader::new(input, true), Path::new(&inner), None)?;
        }
    }
    Ok(unpacking.problems)
}

struct Unpacking<'a> {
    folder: &'a Path,
    name: &'a str,
    left_bytes: u64,
    problems: Vec<ImportProblem>,
}

/// Whether reading the archive goes on.
#[derive(PartialEq)]
enum Next {
    GoesOn,
    Ends,
}

impl Unpacking<'_> {
    fn tar(&mut self, input: impl Read) -> io::Result<()> {
        let mut archive = tar::Archive::new(input);
        let entries = match archive.entries() {
            Ok(entries) => entries,
            Err(error) => {
                self.problem(self.name.to_owned(), format!("is no archive: {error}"));
                return Ok(());
            }
        };
        for (number, entry) in entries.enumerate() {
            if number == MAX_ENTRIES {
                self.problem(
                    self.name.to_owned(),
                    format!("only the first {MAX_ENTRIES} files are unpacked"),
                );
                break;
            }
            let mut entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let reason = format!("the archive is cut or broken: {error}; the files before are kept");
                    self.problem(self.name.to_owned(), reason);
                    break;
                }
            };
            if !entry.header().entry_type().is_file() {
                continue;
            }
            let path = match entry.path() {
                Ok(path) => path.into_owned(),
                Err(error) => {
                    self.problem(self.name.to_owned(), format!("a file in it has no name: {error}"));
                    continue;
                }
            };
            let Some(inside) = inside(&path) else {
                self.problem(
                    path.to_string_lossy().into_owned(),
                    "points out of the archive and is left out".to_owned(),
                );
                continue;
            };
            let bytes = entry.size();
            if self.file(&mut entry, &inside, Some(bytes))? == Next::Ends {
                break;
            }
        }
        Ok(())
    }

    /// Writes one file; where its bytes end early, what is there of it.
    fn file(&mut self, input: &mut dyn Read, inside: &Path, bytes: Option<u64>) -> io::Result<Next> {
        let shown = inside.to_string_lossy().into_owned();
        if bytes.is_some_and(|bytes| bytes > self.left_bytes) {
            let reason = format!("unpacked files would take more than {} GiB", MAX_UNPACKED_BYTES >> 30);
            self.problem(shown, reason);
            return Ok(Next::Ends);
        }
        let path = self.folder.join(inside);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        // A name that is there already, or a folder of that name, is the archive's fault.
        let mut output = match File::create_new(&path) {
            Ok(output) => output,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.problem(shown, "is in the archive twice; the first is kept".to_owned());
                return Ok(Next::GoesOn);
            }
            Err(error) => return Err(error),
        };
        let mut chunk = vec![0; 256 << 10];
        loop {
            match input.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) if count as u64 > self.left_bytes => {
                    let reason =
                        format!("unpacked files would take more than {} GiB", MAX_UNPACKED_BYTES >> 30);
                    self.problem(shown, reason);
                    return Ok(Next::Ends);
                }
                Ok(count) => {
                    io::Write::write_all(&mut output, &chunk[..count])?;
                    self.left_bytes -= count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let reason =
                        format!("the archive is cut or broken here: {error}; what came before is kept");
                    self.problem(shown, reason);
                    return Ok(Next::Ends);
                }
            }
        }
        let written = output.metadata()?.len();
        if bytes.is_some_and(|bytes| written < bytes) {
            self.problem(shown, "the archive is cut here; what came before is kept".to_owned());
            return Ok(Next::Ends);
        }
        Ok(Next::GoesOn)
    }

    fn problem(&mut self, file: String, reason: String) {
        if self.problems.len() < attnd_sense::recording::Problems::TOLD {
            self.problems.push(ImportProblem { file, line: None, reason });
        }
    }
}

/// The path without leading `/` and `.`; `None` where it climbs out.
fn inside(path: &Path) -> Option<PathBuf> {
    let mut inside = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => inside.push(name),
            Component::CurDir | Component::RootDir => {}
            Component::ParentDir | Component::Prefix(_) => return None,
        }
    }
    (!inside.as_os_str().is_empty()).then_some(inside)
}
