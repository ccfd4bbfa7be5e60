//! Up to where does the daemon have everything? Two slots written in turn, so that a torn write
//! leaves the one before.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::Place;
use crate::private;

/// Three numbers of 20 digits, a checksum of 8, three spaces and a line break.
const SLOT_BYTES: usize = 72;

#[derive(Debug)]
pub(super) struct AcknowledgedFile {
    file: File,
    turn: u64,
}

impl AcknowledgedFile {
    /// Opens the file and reads the place; the very beginning where there is none.
    pub(super) fn open(path: &Path) -> io::Result<(Self, Place)> {
        let mut file = private::open(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let newest = bytes.chunks(SLOT_BYTES).filter_map(parse).max_by_key(|&(turn, _)| turn);
        let (turn, place) = newest.unwrap_or_default();
        Ok((Self { file, turn }, place))
    }

    /// Writes the place and brings it to the disk.
    pub(super) fn write(&mut self, place: Place) -> io::Result<()> {
        self.turn += 1;
        let numbers = format!("{:020} {:020} {:020}", self.turn, place.segment, place.offset);
        let slot = format!("{numbers} {:08x}\n", crc32fast::hash(numbers.as_bytes()));
        self.file.seek(SeekFrom::Start(self.turn % 2 * SLOT_BYTES as u64))?;
        self.file.write_all(slot.as_bytes())?;
        self.file.sync_data()
    }
}

fn parse(slot: &[u8]) -> Option<(u64, Place)> {
    let text = std::str::from_utf8(slot).ok()?.strip_suffix('\n')?;
    let (numbers, checksum) = text.rsplit_once(' ')?;
    if crc32fast::hash(numbers.as_bytes()) != u32::from_str_radix(checksum, 16).ok()? {
        return None;
    }
    let mut numbers = numbers.split(' ').map(str::parse);
    let mut next = || numbers.next()?.ok();
    Some((next()?, Place { segment: next()?, offset: next()? }))
}
