//! What has the daemon not acknowledged yet? A queue on disk that outlives either side.
//!
//! ```text
//! watch-queue/
//!   lock                   held while a watcher runs
//!   acknowledged           two slots written in turn: the place up to which the daemon has all
//!   0000000007.entries     [sent sent sent│waiting waiting]   the head
//!   0000000008.entries     [waiting waiting waiting]          may be compacted
//!   0000000009.entries     [waiting wai                       the tail, appended to
//! ```
//!
//! Each entry is one line: the CRC-32 of the JSON in eight hexadecimal digits, a space, the JSON.
//! Appends are written at once, so they outlive the process, and synced to the disk at most a
//! second later and when the watcher stops, so at most that second is lost with the power. An
//! acknowledgement is synced before the next entry is sent, so at most one entry is ever sent
//! twice, and that one the daemon merges with itself. A run always begins a new segment: a line
//! torn by a crash stays the last of its file and is passed over.

mod acknowledged;
mod compact;
mod segment;

use std::collections::{BTreeMap, VecDeque};
use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use attnd_core::{ErrorCode, Problem};

use self::acknowledged::AcknowledgedFile;
use self::segment::Numbers;
use crate::entry::Entry;
use crate::private;

/// How much the queue may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueLimits {
    /// On disk, all segments together. About 64 MB is ten days without a daemon.
    pub total_bytes: u64,
    /// Of one segment, give or take an entry.
    pub segment_bytes: u64,
    /// In memory, while the disk takes nothing.
    pub unwritten_entries: usize,
}

impl Default for QueueLimits {
    fn default() -> Self {
        Self { total_bytes: 64 << 20, segment_bytes: 1 << 20, unwritten_entries: 10_000 }
    }
}

/// A place in the queue, between two entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    segment: u64,
    offset: u64,
}

/// One file of the queue.
#[derive(Clone, Copy, Debug)]
struct Segment {
    numbers: Numbers,
    /// Its length, of whole lines only.
    bytes: u64,
}

/// The queue of one data directory. One process has it at a time.
#[derive(Debug)]
pub struct Queue {
    directory: PathBuf,
    limits: QueueLimits,
    /// Every segment by its first number.
    segments: BTreeMap<u64, Segment>,
    tail: Option<File>,
    acknowledged: AcknowledgedFile,
    /// Up to here the daemon has everything.
    head: Place,
    /// Up to here entries are in `ahead`.
    read: Place,
    ahead: VecDeque<(Entry, Place)>,
    unwritten: VecDeque<Entry>,
    sync: Sync,
    lost_entries: u64,
    _lock: File,
}

/// Whether everything written is on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sync {
    Done,
    Due,
}

impl Queue {
    /// How many entries are read ahead at once.
    const READ_AHEAD: usize = 256;
    /// How many segments become one at a time: enough to shrink well, few enough for memory.
    const COMPACTED_TOGETHER: usize = 8;

    /// Opens the queue in `directory`, making it if need be, and goes on where the last run was.
    ///
    /// # Errors
    /// [`ErrorCode::DataDirInUse`] when another watcher has it, [`ErrorCode::DataDirReadOnly`]
    /// when it cannot be written.
    pub fn open(directory: &Path, limits: QueueLimits) -> Result<Self, Problem> {
        let problem = |error: io::Error| {
            Problem::new(ErrorCode::DataDirReadOnly, format!("{}: {error}", directory.display()))
        };
        private::create_dir(directory).map_err(problem)?;
        let lock = private::open(&directory.join("lock")).map_err(problem)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let detail = format!("another 'attnd watch' is running on {}", directory.display());
                return Err(Problem::new(ErrorCode::DataDirInUse, detail));
            }
            Err(TryLockError::Error(error)) => return Err(problem(error)),
        }
        Self::recover(directory, limits, lock).map_err(problem)
    }

    /// Puts an entry at the end. Where the disk takes nothing it is held in memory until it does.
    pub fn append(&mut self, entry: Entry) {
        self.unwritten.push_back(entry);
        if let Err(error) = self.write_out() {
            if self.unwritten.len() == 1 {
                tracing::warn!(%error, "the queue cannot be written; heartbeats are kept in memory meanwhile");
            }
            if self.unwritten.len() > self.limits.unwritten_entries {
                self.unwritten.pop_front();
                self.lose(1);
            }
        }
    }

    /// The oldest entry the daemon has not acknowledged.
    pub fn peek(&mut self) -> Option<&Entry> {
        if self.ahead.is_empty() {
            self.read_ahead();
        }
        match self.ahead.front() {
            Some((entry, _)) => Some(entry),
            None => self.unwritten.front(),
        }
    }

    /// The daemon has the entry last peeked at, durably, or will never take it.
    pub fn acknowledge(&mut self) {
        let Some((_, place)) = self.ahead.pop_front() else {
            self.unwritten.pop_front();
            return;
        };
        self.head = place;
        if let Err(error) = self.acknowledged.write(place) {
            tracing::warn!(%error, "the queue's place cannot be written; a restart may send some heartbeats again");
        }
        self.remove_sent();
    }

    /// Brings everything written to the disk, if there is anything new.
    pub fn sync(&mut self) {
        if self.sync == Sync::Done {
            return;
        }
        let Some(tail) = &self.tail else { return };
        match tail.sync_data() {
            Ok(()) => self.sync = Sync::Done,
            Err(error) => tracing::warn!(%error, "the queue cannot be synced"),
        }
    }

    /// Bytes waiting on disk, the acknowledged part of the head included.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        self.segments.values().map(|segment| segment.bytes).sum()
    }

    /// Whether the daemon has acknowledged everything.
    pub fn is_empty(&mut self) -> bool {
        self.peek().is_none()
    }

    /// How many entries had to be given up in this run because the queue was full.
    #[must_use]
    pub const fn lost_entries(&self) -> u64 {
        self.lost_entries
    }

    fn recover(directory: &Path, limits: QueueLimits, lock: File) -> io::Result<Self> {
        let listed = segment::list(directory)?;
        let mut segments: BTreeMap<u64, Segment> =
            listed.into_iter().map(|(numbers, bytes)| (numbers.first, Segment { numbers, bytes })).collect();
        let (acknowledged, mut head) = AcknowledgedFile::open(&directory.join("acknowledged"))?;
        if segments.get(&head.segment).is_some_and(|segment| head.offset > segment.bytes) {
            // The power went between the acknowledgement and the entries it spoke of.
            head = Place { segment: head.segment + 1, offset: 0 };
        }
        let newest = segments.values().next_back().map_or(0, |segment| segment.numbers.last);
        let tail = newest.max(head.segment) + 1;
        let waiting = segments.split_off(&head.segment);
        for sent in segments.values() {
            std::fs::remove_file(sent.numbers.path(directory))?;
        }
        let mut segments = waiting;
        let file = segment::create(directory, tail)?;
        segments.insert(tail, Segment { numbers: Numbers::one(tail), bytes: 0 });
        if !segments.contains_key(&head.segment) {
            head = Place { segment: *segments.keys().next().unwrap_or(&tail), offset: 0 };
        }
        Ok(Self {
            directory: directory.to_owned(),
            limits,
            segments,
            tail: Some(file),
            acknowledged,
            head,
            read: head,
            ahead: VecDeque::new(),
            unwritten: VecDeque::new(),
            sync: Sync::Done,
            lost_entries: 0,
            _lock: lock,
        })
    }

    /// The segment appended to. `recover` made one and nothing ever removes the last.
    fn tail_segment(&self) -> Segment {
        let nothing = Segment { numbers: Numbers::one(0), bytes: 0 };
        self.segments.last_key_value().map_or(nothing, |(_, &segment)| segment)
    }

    fn write_out(&mut self) -> io::Result<()> {
        while let Some(entry) = self.unwritten.front() {
            let line = segment::line(entry);
            self.make_tail()?;
            let Some(file) = &mut self.tail else { return Ok(()) };
            if let Err(error) = file.write_all(&line) {
                // Half a line may be there: nothing follows it, the next append begins a segment.
                self.tail = None;
                return Err(error);
            }
            if let Some(mut tail) = self.segments.last_entry() {
                tail.get_mut().bytes += line.len() as u64;
            }
            self.sync = Sync::Due;
            self.unwritten.pop_front();
        }
        Ok(())
    }

    /// Begins a new segment where the tail is full or torn, and makes room for it.
    fn make_tail(&mut self) -> io::Result<()> {
        let tail = self.tail_segment();
        if self.tail.is_some() && tail.bytes < self.limits.segment_bytes {
            return Ok(());
        }
        self.sync();
        self.make_room();
        let number = tail.numbers.last + 1;
        self.tail = Some(segment::create(&self.directory, number)?);
        self.segments.insert(number, Segment { numbers: Numbers::one(number), bytes: 0 });
        self.remove_sent();
        Ok(())
    }

    /// Where the queue is full, merges what lies between head and tail, and gives up the oldest
    /// of it if that is not enough.
    fn make_room(&mut self) {
        if self.total_bytes() < self.limits.total_bytes {
            return;
        }
        for group in self.between().chunks(Self::COMPACTED_TOGETHER) {
            match compact::rewrite(&self.directory, group) {
                Ok(Some((numbers, bytes))) => {
                    self.segments.retain(|first, _| !(numbers.first..=numbers.last).contains(first));
                    self.segments.insert(numbers.first, Segment { numbers, bytes });
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "a part of the queue cannot be compacted"),
            }
        }
        // Room for some time, or it would be compacted at every segment.
        let wanted_bytes = self.limits.total_bytes / 4 * 3;
        for numbers in self.between() {
            if self.total_bytes() <= wanted_bytes {
                return;
            }
            self.give_up(numbers);
        }
    }

    /// The segments nobody reads or writes just now.
    fn between(&self) -> Vec<Numbers> {
        let tail = self.tail_segment().numbers.first;
        let from = self.read.segment.max(self.head.segment) + 1;
        self.segments.range(from.min(tail)..tail).map(|(_, segment)| segment.numbers).collect()
    }

    /// Forgets a segment that no longer fits.
    fn give_up(&mut self, numbers: Numbers) {
        let path = numbers.path(&self.directory);
        let entries = segment::read(&path, Place::default(), usize::MAX);
        let count = entries.map_or(0, |entries| entries.len() as u64);
        if std::fs::remove_file(path).is_ok() {
            self.segments.remove(&numbers.first);
            self.lose(count);
        }
    }

    fn lose(&mut self, entries: u64) {
        self.lost_entries += entries;
        tracing::error!(
            entries,
            total = self.lost_entries,
            "the queue is full: the oldest heartbeats are given up; start the daemon with 'attnd serve'"
        );
    }

    fn read_ahead(&mut self) {
        loop {
            let Some((&number, &segment)) = self.segments.range(self.read.segment..).next() else { return };
            if number > self.read.segment {
                self.read = Place { segment: number, offset: 0 };
            }
            if self.read.offset < segment.bytes {
                let path = segment.numbers.path(&self.directory);
                match segment::read(&path, self.read, Self::READ_AHEAD) {
                    Ok(entries) => self.ahead.extend(entries),
                    Err(error) => {
                        tracing::warn!(%error, "a part of the queue cannot be read");
                        return;
                    }
                }
                if let Some((_, place)) = self.ahead.back() {
                    self.read = *place;
                    return;
                }
            }
            // Nothing more in this segment; only the tail may grow.
            if number == self.tail_segment().numbers.first {
                return;
            }
            self.read = Place { segment: number + 1, offset: 0 };
        }
    }

    /// Removes segments of which the daemon has everything; the tail stays.
    fn remove_sent(&mut self) {
        let tail = self.tail_segment().numbers.first;
        while let Some((&number, &segment)) = self.segments.first_key_value() {
            let end = Place { segment: number, offset: segment.bytes };
            if number == tail || end > self.head || !self.ahead_is_past(number) {
                return;
            }
            if std::fs::remove_file(segment.numbers.path(&self.directory)).is_err() {
                return;
            }
            self.segments.remove(&number);
        }
    }

    fn ahead_is_past(&self, number: u64) -> bool {
        self.ahead.front().is_none_or(|(_, place)| place.segment > number)
    }
}

#[cfg(test)]
mod tests;
