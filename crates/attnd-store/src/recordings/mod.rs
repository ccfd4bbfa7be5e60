//! Where do samples stay? As Parquet segments in folders beside the database, one folder a recording.
//!
//! ```text
//! recordings/                        0700
//!   lock                             shared while open, exclusive while sweeping
//!   <person>/
//!     <digest of the id>-<n>/        a recording; of several n the highest counts
//!       head.json                    what it is, its segments and their times; written last
//!       0-0000.parquet, …            samples of stream 0: time_ns, one column a channel
//!       answers.parquet              what the person said
//!     .new-…/                        being written: renamed when complete, else swept
//! ```
//!
//! *A recording whose `end` returned is durable*: its files and folders are synced before its folder gets its name, and the
//! rename is synced before the answer. Nothing is ever changed in place, so readers in other processes see whole recordings.

mod answers;
mod column;
mod folder;
mod head;
mod memory;
mod segment;
mod writer;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use attnd_core::recording::{Kept, RecordingSink, RecordingStore, RecordingSummary, SinkError};
use attnd_core::{PersonId, TimeRange};
use sha2::{Digest, Sha256};

pub use memory::MemoryRecordings;

use folder::Presence;
use head::Sidecar;
use writer::ParquetWriter;

/// Recordings as Parquet segments in folders.
#[derive(Debug)]
pub struct ParquetRecordings {
    root: PathBuf,
    _presence: Presence,
}

impl ParquetRecordings {
    /// Opens the folder, making it if need be, and sweeps what an earlier process left half-written.
    ///
    /// # Errors
    /// [`SinkError::Io`] when the folder cannot be made, read or locked.
    pub fn open(root: &Path) -> Result<Self, SinkError> {
        folder::create(root)?;
        let presence = Presence::enter(root, || folder::sweep(root))?;
        Ok(Self { root: root.to_path_buf(), _presence: presence })
    }

    fn person(&self, person: PersonId) -> PathBuf {
        self.root.join(person.to_string())
    }

    /// The folder that counts for an id.
    fn current(&self, person: PersonId, id: &str) -> io::Result<Option<PathBuf>> {
        let digest = digest(id);
        let named = folder::recordings(&self.person(person))?;
        Ok(named.into_iter().find(|(name, ..)| *name == digest).map(|(_, _, path)| path))
    }
}

impl RecordingStore for ParquetRecordings {
    fn writer(&self, person: PersonId) -> Result<Box<dyn RecordingSink + Send + '_>, SinkError> {
        Ok(Box::new(ParquetWriter::new(self.person(person))))
    }

    fn list(&self, person: PersonId) -> Result<Vec<RecordingSummary>, SinkError> {
        let mut summaries = Vec::new();
        for (.., path) in folder::recordings(&self.person(person))? {
            match Sidecar::read(&path) {
                Ok(sidecar) => summaries.push(sidecar.summary(folder::bytes(&path)?)),
                // Replaced or deleted since the folder was read.
                Err(SinkError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {}
                // One damaged recording does not hide the others.
                Err(error) => tracing::warn!(%error, "a recording is left out of the list"),
            }
        }
        summaries.sort_by(|a, b| a.head.id.cmp(&b.head.id));
        Ok(summaries)
    }

    fn read(
        &self,
        person: PersonId,
        id: &str,
        range: Option<TimeRange>,
        sink: &mut dyn RecordingSink,
    ) -> Result<Kept, SinkError> {
        let Some(path) = self.current(person, id)? else { return Ok(Kept::Nowhere) };
        let sidecar = Sidecar::read(&path)?;
        let range = range.unwrap_or(TimeRange::ALL);
        sink.begin(sidecar.head.clone())?;
        for part in &sidecar.segments {
            if part.touches(range) {
                let channels =
                    sidecar.head.streams.get(part.stream).map_or(0, |stream| stream.channels.len());
                segment::read(&path.join(&part.file), part.stream, channels, range, sink)?;
            }
        }
        if sidecar.ratings > 0 {
            answers::read(&path.join(answers::FILE), range, sink)?;
        }
        sink.end()?;
        Ok(Kept::Here)
    }

    fn delete(&self, person: PersonId, id: &str) -> Result<Kept, SinkError> {
        let (home, digest) = (self.person(person), digest(id));
        let mut kept = Kept::Nowhere;
        for (name, _, path) in folder::all(&home)? {
            if name == digest {
                folder::remove(&home, &path)?;
                kept = Kept::Here;
            }
        }
        Ok(kept)
    }

    fn erase(&self, person: PersonId) -> Result<(), SinkError> {
        let home = self.person(person);
        if fs::exists(&home)? {
            folder::remove(&self.root, &home)?;
        }
        Ok(())
    }
}

/// The name of an id's folder: ids hold any characters, file systems do not.
fn digest(id: &str) -> String {
    let digest = Sha256::digest(id.as_bytes());
    digest.iter().take(16).fold(String::new(), |mut text, byte| {
        use std::fmt::Write;
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn broken(path: &Path, reason: impl std::fmt::Display) -> SinkError {
    SinkError::Broken { file: path.display().to_string(), reason: reason.to_string() }
}
