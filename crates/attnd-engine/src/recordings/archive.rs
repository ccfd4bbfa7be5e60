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

/// A tape archive ends with at least one block of zeros.
const TAR_BLOCK_BYTES: u64 = 512;

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

/// Counts the zeros that what was read so far ends with.
struct Ending<R> {
    input: R,
    zeros: u64,
}

impl<R: Read> Read for Ending<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        let zeros = buffer[..count].iter().rev().take_while(|byte| **byte == 0).count();
        self.zeros = if zeros == count { self.zeros + zeros as u64 } else { zeros as u64 };
        Ok(count)
    }
}

impl Unpacking<'_> {
    fn tar(&mut self, input: impl Read) -> io::Result<()> {
        let mut archive = tar::Archive::new(Ending { input, zeros: 0 });
        let next = self.entries(&mut archive)?;
        // Without its end of zeros it was cut between two files, which reads like an archive that is over.
        if next == Next::GoesOn && archive.into_inner().zeros < TAR_BLOCK_BYTES {
            self.problem(self.name.to_owned(), "the archive is cut; the files before are kept".to_owned());
        }
        Ok(())
    }

    fn entries(&mut self, archive: &mut tar::Archive<impl Read>) -> io::Result<Next> {
        let entries = match archive.entries() {
            Ok(entries) => entries,
            Err(error) => {
                self.problem(self.name.to_owned(), format!("is no archive: {error}"));
                return Ok(Next::Ends);
            }
        };
        for (number, entry) in entries.enumerate() {
            if number == MAX_ENTRIES {
                self.problem(
                    self.name.to_owned(),
                    format!("only the first {MAX_ENTRIES} files are unpacked"),
                );
                return Ok(Next::Ends);
            }
            let mut entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let reason = format!("the archive is cut or broken: {error}; the files before are kept");
                    self.problem(self.name.to_owned(), reason);
                    return Ok(Next::Ends);
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
                return Ok(Next::Ends);
            }
        }
        Ok(Next::GoesOn)
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
        let created = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| File::create_new(&path));
        let mut output = match created {
            Ok(output) => output,
            // A name that is there already, or a file where a folder should be, is the archive's fault.
            Err(error) if is_of_the_name(error.kind()) => {
                self.problem(shown, format!("is left out: {error}"));
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

/// Whether a file could not be made because of what it is called, and not because of the disk.
const fn is_of_the_name(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::AlreadyExists
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::IsADirectory
            | io::ErrorKind::InvalidFilename
            | io::ErrorKind::InvalidInput
    )
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use lzma_rust2::{XzOptions, XzWriter};

    use super::*;

    const FILES: [(&str, usize); 3] = [("P1/a.csv", 700), ("P1/b.csv", 3_000), ("c.csv", 10)];

    /// Bytes that compress badly, so that a cut of the archive is a cut of a file.
    fn content(name: &str, length: usize) -> Vec<u8> {
        let mut seed = name.bytes().fold(1_u32, |seed, byte| seed.wrapping_mul(31) + u32::from(byte));
        let next = |_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed.to_be_bytes()[0]
        };
        (0..length).map(next).collect()
    }

    fn tar(files: &[(&str, usize)]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, length) in files {
            let mut header = tar::Header::new_ustar();
            // Set by hand: the writer of the crate refuses names that a reader must be ready for.
            header.as_ustar_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_size(*length as u64);
            header.set_mode(0o600);
            header.set_cksum();
            builder.append(&header, content(name, *length).as_slice()).unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn packed(tar: &[u8]) -> Vec<u8> {
        let mut writer = XzWriter::new(Vec::new(), XzOptions::with_preset(1)).unwrap();
        writer.write_all(tar).unwrap();
        writer.finish().unwrap()
    }

    /// Unpacks these bytes; the folder they went to and what was wrong.
    fn unpacked(bytes: &[u8], kind: Kind) -> (tempfile::TempDir, Vec<ImportProblem>) {
        let place = tempfile::tempdir().unwrap();
        let archive = place.path().join("study.tar.xz");
        fs::write(&archive, bytes).unwrap();
        let folder = place.path().join("out");
        fs::create_dir(&folder).unwrap();
        let problems = unpack(&archive, kind, &folder).unwrap();
        (place, problems)
    }

    fn read(place: &tempfile::TempDir, name: &str) -> Option<Vec<u8>> {
        fs::read(place.path().join("out").join(name)).ok()
    }

    #[test]
    fn a_whole_archive_gives_every_file() {
        let tar = tar(&FILES);
        for (bytes, kind) in [(tar.clone(), Kind::Tar), (packed(&tar), Kind::TarXz)] {
            let (place, problems) = unpacked(&bytes, kind);
            assert_eq!(problems, []);
            for (name, length) in FILES {
                assert_eq!(read(&place, name), Some(content(name, length)), "{name}");
            }
        }
        let (place, problems) = unpacked(&packed(b"a,b\n"), Kind::Xz);
        assert_eq!((read(&place, "study.tar"), problems), (Some(b"a,b\n".to_vec()), Vec::new()));
    }

    #[test]
    fn a_cut_archive_gives_the_files_before_and_names_the_rest() {
        let tar = tar(&FILES);
        for (bytes, kind) in [(tar.clone(), Kind::Tar), (packed(&tar), Kind::TarXz)] {
            let mut files_before = 0;
            for cut in (0..bytes.len()).step_by(61) {
                let (place, problems) = unpacked(&bytes[..cut], kind);
                let whole =
                    FILES.iter().filter(|(name, length)| read(&place, name) == Some(content(name, *length)));
                let whole = whole.count();
                assert!(whole >= files_before, "{kind:?} cut at {cut}: more bytes, fewer files");
                files_before = whole;
                for (name, length) in FILES {
                    let part = read(&place, name).unwrap_or_default();
                    assert!(content(name, length).starts_with(&part), "{kind:?} cut at {cut}: {name}");
                }
                assert!(
                    whole == FILES.len() || !problems.is_empty(),
                    "{kind:?} cut at {cut}: nothing is said"
                );
            }
        }
    }

    #[test]
    fn broken_bytes_are_a_problem_and_no_fault() {
        let bytes = packed(&tar(&FILES));
        for index in (0..bytes.len()).step_by(97) {
            let mut broken = bytes.clone();
            broken[index] ^= 0xff;
            let (place, problems) = unpacked(&broken, Kind::TarXz);
            let same = FILES.iter().all(|(name, length)| read(&place, name) == Some(content(name, *length)));
            assert!(same || !problems.is_empty(), "byte {index}");
        }
    }

    #[test]
    fn a_name_that_climbs_out_comes_twice_or_lies_in_a_file_is_left_out() {
        let long = "n".repeat(99);
        let names =
            [("../out.csv", 1), ("a", 2), ("a", 3), ("a/b.csv", 4), ("/rooted.csv", 5), (long.as_str(), 6)];
        let (place, problems) = unpacked(&tar(&names), Kind::Tar);
        let told: Vec<&str> = problems.iter().map(|problem| problem.file.as_str()).collect();
        assert_eq!(told, ["../out.csv", "a", "a/b.csv"]);
        assert_eq!(read(&place, "a").map(|bytes| bytes.len()), Some(2), "the first stays");
        assert_eq!(read(&place, "rooted.csv").map(|bytes| bytes.len()), Some(5), "roots are the folder's");
        assert!(!place.path().join("out.csv").exists());
    }
}
