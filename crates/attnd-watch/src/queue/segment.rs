//! How does a segment of the queue look on disk? One checksummed line per entry.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::Place;
use crate::entry::Entry;
use crate::private;

const SUFFIX: &str = ".entries";
/// Eight hexadecimal digits and a space.
const CHECKSUM_BYTES: usize = 9;

/// The numbers a segment stands for. Compaction makes one of several: its name says which, so
/// that a crash before those are removed does not send them as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Numbers {
    pub(super) first: u64,
    pub(super) last: u64,
}

impl Numbers {
    pub(super) const fn one(number: u64) -> Self {
        Self { first: number, last: number }
    }

    pub(super) fn path(self, directory: &Path) -> PathBuf {
        let Self { first, last } = self;
        if first == last {
            directory.join(format!("{first:010}{SUFFIX}"))
        } else {
            directory.join(format!("{first:010}-{last:010}{SUFFIX}"))
        }
    }

    fn parse(name: &str) -> Option<Self> {
        let name = name.strip_suffix(SUFFIX)?;
        let (first, last) = name.split_once('-').unwrap_or((name, name));
        Some(Self { first: first.parse().ok()?, last: last.parse().ok()? })
    }
}

/// Creates an empty segment.
pub(super) fn create(directory: &Path, number: u64) -> io::Result<File> {
    let file = private::open(&Numbers::one(number).path(directory))?;
    file.set_len(0)?;
    private::sync_dir(directory)?;
    Ok(file)
}

/// Every segment in order, and the length of its whole lines. Those that a compaction has
/// replaced are removed.
pub(super) fn list(directory: &Path) -> io::Result<Vec<(Numbers, u64)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        found.extend(entry?.file_name().to_str().and_then(Numbers::parse));
    }
    found.sort_by_key(|numbers| (numbers.first, std::cmp::Reverse(numbers.last)));
    let mut segments: Vec<(Numbers, u64)> = Vec::new();
    for numbers in found {
        let path = numbers.path(directory);
        if segments.last().is_some_and(|(before, _)| numbers.first <= before.last) {
            std::fs::remove_file(path)?;
        } else {
            segments.push((numbers, whole_lines_bytes(&path)?));
        }
    }
    Ok(segments)
}

/// The line of an entry.
pub(super) fn line(entry: &Entry) -> Vec<u8> {
    let json = serde_json::to_vec(entry).expect("invariant: an entry of JSON fields serialises");
    let mut line = format!("{:08x} ", crc32fast::hash(&json)).into_bytes();
    line.extend(json);
    line.push(b'\n');
    line
}

/// At most `most` entries from `place` on, each with the place after it. Lines that are torn or
/// damaged are passed over.
pub(super) fn read(path: &Path, place: Place, most: usize) -> io::Result<Vec<(Entry, Place)>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(place.offset))?;
    let mut reader = BufReader::new(file);
    let mut entries = Vec::new();
    let mut place = place;
    let mut bytes = Vec::new();
    while entries.len() < most {
        bytes.clear();
        let length = reader.read_until(b'\n', &mut bytes)?;
        if bytes.pop() != Some(b'\n') {
            break;
        }
        place.offset += length as u64;
        match parse(&bytes) {
            Some(entry) => entries.push((entry, place)),
            None => tracing::warn!("a damaged line in the queue is passed over"),
        }
    }
    Ok(entries)
}

fn parse(line: &[u8]) -> Option<Entry> {
    let (checksum, json) = line.split_at_checked(CHECKSUM_BYTES)?;
    let checksum = u32::from_str_radix(std::str::from_utf8(checksum).ok()?.strip_suffix(' ')?, 16).ok()?;
    (crc32fast::hash(json) == checksum).then(|| serde_json::from_slice(json).ok())?
}

fn whole_lines_bytes(path: &Path) -> io::Result<u64> {
    let mut reader = BufReader::new(File::open(path)?);
    let (mut whole, mut bytes) = (0, Vec::new());
    loop {
        bytes.clear();
        let length = reader.read_until(b'\n', &mut bytes)?;
        if bytes.last() != Some(&b'\n') {
            return Ok(whole);
        }
        whole += length as u64;
    }
}
