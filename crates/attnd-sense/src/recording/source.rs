//! Where do the bytes come from? Files by path, whoever holds them, counted as they are read.

use std::cell::{Cell, RefCell};
use std::io::{self, Read};

use super::HEAD_BYTES;

/// One file of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// Its path inside the source, with `/`; its name where the source is a single file.
    pub path: String,
    /// Its path with the folders above the source, as far as they are known: formats keep people's names there.
    pub place: String,
    /// How long it is.
    pub bytes: u64,
}

/// A folder, an archive or a single file, opened by somebody else.
pub trait Files {
    /// Every file, in order of path.
    fn entries(&self) -> &[FileEntry];

    /// The bytes of the file with this index in [`Self::entries`], from its beginning.
    ///
    /// # Errors
    /// Whatever the disk says; also while reading.
    fn open(&self, index: usize) -> io::Result<Box<dyn Read + '_>>;
}

/// Files whose bytes are in memory.
#[derive(Clone, Debug, Default)]
pub struct InMemory {
    entries: Vec<FileEntry>,
    contents: Vec<Vec<u8>>,
}

impl InMemory {
    /// From paths and contents, in any order.
    pub fn new(files: impl IntoIterator<Item = (impl Into<String>, impl Into<Vec<u8>>)>) -> Self {
        let mut files: Vec<(String, Vec<u8>)> =
            files.into_iter().map(|(path, bytes)| (path.into(), bytes.into())).collect();
        files.sort();
        let (entries, contents) = files
            .into_iter()
            .map(|(path, bytes)| (FileEntry { place: path.clone(), path, bytes: bytes.len() as u64 }, bytes))
            .unzip();
        Self { entries, contents }
    }
}

impl Files for InMemory {
    fn entries(&self) -> &[FileEntry] {
        &self.entries
    }

    fn open(&self, index: usize) -> io::Result<Box<dyn Read + '_>> {
        match self.contents.get(index) {
            Some(bytes) => Ok(Box::new(bytes.as_slice())),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

/// The files a reader reads, and who wants to know how far it is.
pub struct Source<'a> {
    files: &'a dyn Files,
    progress: RefCell<&'a mut dyn FnMut(u64)>,
    read_bytes: Cell<u64>,
}

impl<'a> Source<'a> {
    /// All of `files`; `progress` is told how many bytes have been read in all.
    pub fn new(files: &'a dyn Files, progress: &'a mut dyn FnMut(u64)) -> Self {
        Self { files, progress: RefCell::new(progress), read_bytes: Cell::new(0) }
    }

    /// Every file.
    #[must_use]
    pub fn entries(&self) -> &[FileEntry] {
        self.files.entries()
    }

    /// The bytes of one file.
    ///
    /// # Errors
    /// Whatever the disk says; also while reading.
    pub fn open(&self, index: usize) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(Counted { inner: self.files.open(index)?, source: self }))
    }

    /// The first [`HEAD_BYTES`] of a file; what comes before a fault where it breaks off.
    pub(super) fn head(&self, index: usize) -> io::Result<Vec<u8>> {
        let mut head = Vec::with_capacity(HEAD_BYTES);
        let mut input = self.files.open(index)?.take(HEAD_BYTES as u64);
        match input.read_to_end(&mut head) {
            Err(error) if head.is_empty() => Err(error),
            _ => Ok(head),
        }
    }

    /// A small file as a whole; nothing of it where it is longer than `limit_bytes`.
    pub(super) fn whole(&self, index: usize, limit_bytes: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open(index)?.take(limit_bytes + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit_bytes {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(bytes)
    }
}

struct Counted<'a, 'files> {
    inner: Box<dyn Read + 'a>,
    source: &'a Source<'files>,
}

impl Read for Counted<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let read_bytes = self.source.read_bytes.get() + count as u64;
        self.source.read_bytes.set(read_bytes);
        (self.source.progress.borrow_mut())(read_bytes);
        Ok(count)
    }
}

/// Why a file that no reader knows could still be missed by somebody; `None` for notes, licences and programs.
pub(super) fn unreadable_data(path: &str) -> Option<&'static str> {
    let extension = path.rsplit_once('.')?.1.to_ascii_lowercase();
    match extension.as_str() {
        "xlsx" | "xls" | "ods" => {
            Some("a spreadsheet is not read; save it as CSV where there is none beside it")
        }
        "csv" | "tsv" | "json" | "ndjson" => {
            Some("its columns are of no format attnd knows; it is left out ('--map' says what they mean)")
        }
        "edf" | "bdf" | "xdf" | "parquet" | "mat" | "h5" | "hdf5" | "npz" | "rds" => {
            Some("this format is not read; it is left out")
        }
        "gz" | "zip" | "bz2" | "7z" | "rar" | "zst" => {
            Some("an archive inside is not opened; unpack it and import it by itself")
        }
        _ => None,
    }
}
