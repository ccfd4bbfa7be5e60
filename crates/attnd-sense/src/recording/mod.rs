//! What was recorded elsewhere? Files of many formats become recordings, in bounded memory, with a list of what
//! was passed over or mended.
//!
//! ```text
//! files ─► which format? ─► reader ─► recordings (samples, answers)
//!                              └────► problems: file, line, what was done about it
//! ```
//!
//! Nothing here opens a file: [`Files`] hands the bytes in.

pub mod format;

mod delimited;
mod moment;
mod ordered;
mod parts;
mod problems;
mod source;
mod tally;
mod text;

#[cfg(test)]
mod cut;

use std::collections::BTreeMap;

use attnd_core::problem::Words;
use attnd_core::recording::{RecordingSink, SinkError};
use serde::Serialize;

pub use format::READERS;
pub use format::table::{TableMap, TableMapError};
pub use problems::Problems;
pub use source::{FileEntry, Files, InMemory, Source};

use tally::Tally;

/// How much of a file a reader sees to recognise it.
pub const HEAD_BYTES: usize = 4 << 10;

/// Reads one format.
pub trait RecordingReader: Sync {
    /// Its name, as people write it: `vr-load`.
    fn name(&self) -> &'static str;

    /// What it is, in one sentence.
    fn about(&self) -> Words;

    /// Whether a file is of this format, from its path and first [`HEAD_BYTES`].
    fn recognises(&self, path: &str, head: &[u8]) -> Recognised;

    /// Reads those files of `source` whose indices are `mine`, in any order, into `sink`.
    ///
    /// What is wrong with a file is a problem, not an error: what was whole before it is kept.
    ///
    /// # Errors
    /// [`ImportError`] when the sink refuses or the format cannot be read as asked.
    fn read(
        &self,
        source: &Source<'_>,
        mine: &[usize],
        sink: &mut dyn RecordingSink,
        problems: &mut Problems,
    ) -> Result<(), ImportError>;
}

/// What a reader says of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// It reads it.
    Here,
    /// It is of another format, or of none.
    Foreign,
}

/// What was taken in.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ImportReport {
    /// Files read, by the reader's name.
    pub files: BTreeMap<String, u64>,
    /// Files that are no data: licences, notes, programs.
    pub files_passed_over: u64,
    /// The ids of the recordings that were completed, in order.
    pub recordings: Vec<String>,
    /// Samples of all streams.
    pub samples: u64,
    /// Answers.
    pub ratings: u64,
    /// What was passed over or mended.
    pub problems: Problems,
}

/// Why nothing (more) could be taken in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// No reader has this name.
    #[error("there is no format '{name}'; there are {}", known())]
    NoSuchFormat {
        /// As given.
        name: String,
    },
    /// No reader knows any of the files.
    #[error("{looked_at} files, and none of a format attnd knows; formats are {}", known())]
    NothingKnown {
        /// How many there are.
        looked_at: usize,
    },
    /// The columns of a table cannot be told, or the map does not fit them.
    #[error("{file}: {reason}")]
    Columns {
        /// Which file.
        file: String,
        /// Why.
        reason: TableMapError,
    },
    /// Where it goes to refused.
    #[error(transparent)]
    Sink(#[from] SinkError),
}

/// What is asked for besides the files.
#[derive(Clone, Copy, Debug, Default)]
pub struct ImportOptions<'a> {
    /// Only this reader, for every file; each file's own otherwise.
    pub format: Option<&'a str>,
    /// What the columns of a table mean; guessed otherwise.
    pub map: Option<&'a TableMap>,
}

/// Reads all of `files` into `sink`, telling `progress` how many bytes of them are behind.
///
/// # Errors
/// [`ImportError`]; what was completed before is kept by the sink.
pub fn import(
    options: ImportOptions<'_>,
    files: &dyn Files,
    sink: &mut dyn RecordingSink,
    progress: &mut dyn FnMut(u64),
) -> Result<ImportReport, ImportError> {
    let mut problems = Problems::default();
    let source = Source::new(files, progress);
    let (shares, mut report) = shares(options, &source, &mut problems)?;
    let mut tally = Tally::new(sink);
    for (reader, mine) in &shares {
        report.files.insert(reader.name().to_owned(), mine.len() as u64);
        match options.map {
            Some(map) if reader.name() == format::table::NAME => {
                format::table::read_mapped(map, &source, mine, &mut tally, &mut problems)?;
            }
            _ => reader.read(&source, mine, &mut tally, &mut problems)?,
        }
    }
    report.recordings = tally.recordings;
    report.samples = tally.samples;
    report.ratings = tally.ratings;
    report.problems = problems;
    Ok(report)
}

/// Which reader reads which files.
type Shares = Vec<(&'static dyn RecordingReader, Vec<usize>)>;

fn shares(
    options: ImportOptions<'_>,
    source: &Source<'_>,
    problems: &mut Problems,
) -> Result<(Shares, ImportReport), ImportError> {
    let mut report = ImportReport::default();
    let asked = options.map.map(|_| format::table::NAME).or(options.format);
    if let Some(name) = options.format.filter(|name| READERS.iter().all(|reader| reader.name() != *name)) {
        return Err(ImportError::NoSuchFormat { name: name.to_owned() });
    }
    let mut shares: Shares = READERS
        .iter()
        .filter(|reader| asked.is_none_or(|name| reader.name() == name))
        .map(|reader| (*reader, Vec::new()))
        .collect();
    let single = source.entries().len() == 1;
    for (index, entry) in source.entries().iter().enumerate() {
        let head = match source.head(index) {
            Ok(head) => head,
            Err(error) => {
                problems.file(&entry.path, format!("cannot be read and is left out: {error}"));
                continue;
            }
        };
        let reader = shares.iter_mut().find(|(reader, _)| {
            (single && asked.is_some()) || reader.recognises(&entry.place, &head) == Recognised::Here
        });
        match reader {
            Some((_, mine)) => mine.push(index),
            None => {
                report.files_passed_over += 1;
                if let Some(reason) = source::unreadable_data(&entry.path) {
                    problems.file(&entry.path, reason);
                }
            }
        }
    }
    shares.retain(|(_, mine)| !mine.is_empty());
    if shares.is_empty() {
        return Err(ImportError::NothingKnown { looked_at: source.entries().len() });
    }
    Ok((shares, report))
}

fn known() -> String {
    READERS.iter().map(|reader| reader.name()).collect::<Vec<_>>().join(", ")
}
