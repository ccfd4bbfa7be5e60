//! What was recorded elsewhere, and what becomes of it? Taking recordings in from files, listing them, and letting them go.
//!
//! Samples lie beside the database, in a store of their own that several processes may use at once; so a command may take
//! recordings in while the daemon runs. What it did is noted here, in the audit log and as consent of the subject.

mod archive;
mod export;
mod files;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use attnd_core::recording::{
    Kept, RecordingHead, RecordingSink, RecordingStore, RecordingSummary, SinkError,
};
use attnd_core::{BucketId, ErrorCode, PersonId, Problem};
use serde::{Deserialize, Serialize};

pub use attnd_sense::recording::format::table::guess as guess_map;
pub use attnd_sense::recording::{
    FileEntry, Files, ImportError, ImportOptions, ImportReport, InMemory, Problems, READERS, TableMap,
    TableMapError, import,
};
pub use export::{ExportForm, export};
pub use files::DiskFiles;

use crate::consent::RECORDINGS;
use crate::understand::{Source, SourceUse, consents_of, decided};
use crate::{Access, Engine, Happening};

/// Something that was done to recordings, for the audit log and the consents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingChange {
    /// What was done.
    pub action: RecordingAction,
    /// To which.
    pub recordings: Vec<RecordingName>,
}

/// What can be done to recordings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordingAction {
    /// They were taken in.
    Import,
    /// They were deleted.
    Delete,
    /// They were written to files.
    Export,
}

/// Which recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingName {
    /// Its id.
    pub id: String,
    /// Which reader made it.
    pub format: String,
    /// Whom it is about.
    pub subject: String,
}

impl From<&RecordingHead> for RecordingName {
    fn from(head: &RecordingHead) -> Self {
        Self { id: head.id.clone(), format: head.format.clone(), subject: head.subject.clone() }
    }
}

impl RecordingName {
    /// Under which name consent to use it is kept: one a subject of a format.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidBody`] when the subject's name is too long or holds control characters.
    pub fn source(&self) -> Result<BucketId, Problem> {
        BucketId::parse(format!("{RECORDINGS}{}/{}", self.format, self.subject))
            .map_err(|error| Problem::new(ErrorCode::InvalidBody, error.to_string()))
    }
}

/// Takes in everything at `path` into `sink`; an archive is unpacked in `scratch` meanwhile. `progress` is told how many
/// bytes are behind, of how many.
///
/// # Errors
/// [`ErrorCode::FileUnreadable`] when nothing can be read there; [`ErrorCode::UnknownRecording`] when it is of no known
/// format or its columns cannot be told; [`ErrorCode::StorageFull`] and others of the disk it goes to.
pub fn take_in(
    path: &Path,
    scratch: &Path,
    options: ImportOptions<'_>,
    sink: &mut dyn RecordingSink,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<ImportReport, Problem> {
    let files = DiskFiles::open(path, scratch)
        .map_err(|error| Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", path.display())))?;
    let total = files.total_bytes();
    let outcome = import(options, &files, sink, &mut |bytes| progress(bytes, total));
    let mut report = outcome.map_err(|error| {
        let mut problem = refused(path, error);
        // An archive that is cut before its first file explains why nothing was found in it.
        if let Some(first) = files.problems().first() {
            problem.detail = format!("{}; {}: {}", problem.detail, first.file, first.reason);
        }
        problem
    })?;
    for problem in files.problems() {
        report.problems.file(&problem.file, problem.reason.clone());
    }
    Ok(report)
}

fn refused(path: &Path, error: ImportError) -> Problem {
    match error {
        ImportError::Sink(error) => kept(error),
        ImportError::NoSuchFormat { .. } => Problem::new(ErrorCode::InvalidParameter, error.to_string()),
        other => Problem::new(ErrorCode::UnknownRecording, format!("{}: {other}", path.display())),
    }
}

/// A store's error as a problem.
#[must_use]
pub fn kept(error: SinkError) -> Problem {
    let code = match &error {
        SinkError::Io(error) => match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => ErrorCode::StorageFull,
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                ErrorCode::DataDirReadOnly
            }
            _ => ErrorCode::FileUnreadable,
        },
        SinkError::Broken { .. } => ErrorCode::FileUnreadable,
    };
    Problem::new(code, error.to_string())
}

impl Engine {
    /// Says where recordings are kept; only the first call counts. Without it there are none.
    pub fn keep_recordings(&self, store: Arc<dyn RecordingStore>) {
        // A second store is a second daemon's; this one goes on with its own.
        let _ = self.recordings.set(store);
    }

    /// Where recordings are kept, for whoever measures or learns from them.
    #[must_use]
    pub fn recording_store(&self) -> Option<&Arc<dyn RecordingStore>> {
        self.recordings.get()
    }

    /// A person's recordings, by id.
    ///
    /// # Errors
    /// [`Problem`] of the disk.
    pub async fn recordings(self: &Arc<Self>, person: PersonId) -> Result<Vec<RecordingSummary>, Problem> {
        let Some(store) = self.recordings.get().cloned() else { return Ok(Vec::new()) };
        self.reading(move |_| store.list(person).map_err(kept)).await
    }

    /// Deletes one recording from the disk; whether it was there.
    ///
    /// # Errors
    /// [`Problem`] of the disk or the store.
    pub async fn delete_recording(self: &Arc<Self>, access: &Access, id: &str) -> Result<Kept, Problem> {
        let Some(store) = self.recordings.get().cloned() else { return Ok(Kept::Nowhere) };
        let (person, id) = (access.person(), id.to_owned());
        let outcome = self.reading(move |_| store.delete(person, &id).map_err(kept)).await?;
        if outcome == Kept::Here {
            self.note(access, "recording.delete", "1").await?;
            self.tell(Happening::Erased { person });
        }
        Ok(outcome)
    }

    /// Whether the person agrees that this recording is learnt from: taking it in was agreeing, until it is withdrawn for
    /// its subject or for recordings altogether.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub fn may_learn_from(&self, person: PersonId, head: &RecordingHead) -> Result<Consented, Problem> {
        if decided(&consents_of(&*self.store, person)?, Source::Recordings) == SourceUse::Withdrawn {
            return Ok(Consented::No);
        }
        let source = RecordingName::from(head).source();
        let withdrawn = source.is_ok_and(|source| {
            let consents = &self.gates.rules().consents;
            consents
                .get(&source)
                .is_some_and(|consent| consent.state == crate::consent::ConsentState::Withdrawn)
        });
        Ok(if withdrawn { Consented::No } else { Consented::Yes })
    }

    /// Notes what a command did to the recordings: a line in the audit log each, and for those taken in the consent of
    /// their subjects.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidBody`] for a subject without a proper name; [`Problem`] of the store.
    pub async fn note_recordings(&self, access: &Access, change: &RecordingChange) -> Result<(), Problem> {
        let action = match change.action {
            RecordingAction::Import => "recording.import",
            RecordingAction::Delete => "recording.delete",
            RecordingAction::Export => "recording.export",
        };
        let sources =
            change.recordings.iter().map(RecordingName::source).collect::<Result<BTreeSet<_>, _>>()?;
        if change.action == RecordingAction::Import {
            for source in sources {
                let given = crate::consent::ConsentState::Given;
                self.decide(access, &source, given, format!("imported by {}", access.actor())).await?;
            }
        }
        // The log outlives an erasure, so it counts what a name would tell.
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for name in &change.recordings {
            *counts.entry(&name.format).or_default() += 1;
        }
        for (format, count) in counts {
            self.note(access, action, format!("{format}: {count}")).await?;
        }
        self.tell(Happening::Settings { person: access.person() });
        Ok(())
    }

    /// Removes recordings as an erasure asks for; how many it touched.
    pub(crate) async fn erase_recordings(
        self: &Arc<Self>,
        person: PersonId,
        range: Option<attnd_core::TimeRange>,
    ) -> Result<u64, Problem> {
        let Some(store) = self.recordings.get().cloned() else { return Ok(0) };
        self.reading(move |_| match range {
            Some(range) => store.forget(person, range).map_err(kept),
            None => {
                let count = store.list(person).map_err(kept)?.len() as u64;
                store.erase(person).map_err(kept)?;
                Ok(count)
            }
        })
        .await
    }
}

/// May a recording be learnt from?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consented {
    /// Yes.
    Yes,
    /// The person has withdrawn it.
    No,
}
