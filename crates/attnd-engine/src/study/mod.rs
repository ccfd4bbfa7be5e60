//! Which published recordings answer which question? Each study as data sets, one file a study and one line in one list.
//!
//! ```text
//! files or store ─► one recording after another ─► [`Collection`] ─► rows ─► one data set per [`Variant`]
//! ```
//!
//! A recording is measured as it comes and let go; only its rows are kept.

pub mod compare;
pub mod esports_load;
pub mod focus_survey;
pub mod judge;
mod stopwatch;
mod usual;
pub mod vr_load;

use attnd_core::PersonId;
use attnd_core::problem::Words;
use attnd_core::recording::{
    Collected, Rating, Recording, RecordingHead, RecordingSink, RecordingStore, Samples, SinkError,
};
use attnd_model::Dataset;
use attnd_model::dataset::DatasetError;

use crate::recordings::{Consented, Files, ImportError, ImportOptions, ImportReport, import};

/// A question that the recordings of one format answer.
pub trait Study: Sync {
    /// What is asked, as people write it: `arithmetic`.
    fn task(&self) -> &'static str;

    /// The format of its recordings, a reader's name.
    fn format(&self) -> &'static str;

    /// What is asked, in one sentence.
    fn about(&self) -> Words;

    /// Its data sets, the main one first.
    fn variants(&self) -> &'static [Variant];

    /// Takes its recordings in.
    fn collection(&self) -> Box<dyn Collection>;
}

/// One of several data sets made of the same recordings: what of them a model may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Its name, unique in the study: `session`.
    pub name: &'static str,
    /// What sets it apart, in one sentence.
    pub about: Words,
}

/// Recordings on their way to data sets.
pub trait Collection {
    /// Measures one more; recordings of other formats are passed over. They may come in any order.
    fn take(&mut self, recording: Recording);

    /// One data set per variant, in their order.
    ///
    /// # Errors
    /// [`DatasetError`] for rows that fit no data set, such as those of a person without a name.
    fn datasets(&self) -> Result<Vec<Dataset>, DatasetError>;
}

/// Every study there is.
pub const STUDIES: &[&dyn Study] =
    &[focus_survey::DISTRACTION, focus_survey::CONCENTRATION, vr_load::ARITHMETIC, esports_load::MENTAL_LOAD];

/// The study of that task.
#[must_use]
pub fn named(task: &str) -> Option<&'static dyn Study> {
    STUDIES.iter().copied().find(|study| study.task() == task)
}

/// Why a study has no data sets.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// The files could not be read.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The kept recordings could not be read.
    #[error(transparent)]
    Store(#[from] SinkError),
    /// What was read makes no data set.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
}

/// The data sets of files, in the order of the study's variants, and what was wrong with the files. `progress` is told how
/// many bytes are behind.
///
/// # Errors
/// [`StudyError::Import`] and [`StudyError::Dataset`].
pub fn from_files(
    study: &dyn Study,
    files: &dyn Files,
    progress: &mut dyn FnMut(u64),
) -> Result<(Vec<Dataset>, ImportReport), StudyError> {
    let mut collection = study.collection();
    let mut sink = OneByOne { open: Collected::default(), take: &mut |recording| collection.take(recording) };
    let options = ImportOptions { format: Some(study.format()), map: None };
    let report = import(options, files, &mut sink, progress)?;
    Ok((collection.datasets()?, report))
}

/// The data sets of what one person keeps of the study's format, in the order of its variants. Only recordings that
/// `may_learn_from` agrees to are read.
///
/// # Errors
/// [`StudyError::Store`] and [`StudyError::Dataset`].
pub fn from_store(
    study: &dyn Study,
    store: &dyn RecordingStore,
    person: PersonId,
    may_learn_from: &dyn Fn(&RecordingHead) -> Consented,
) -> Result<Vec<Dataset>, StudyError> {
    let mut collection = study.collection();
    for summary in store.list(person)?.iter().filter(|summary| summary.head.format == study.format()) {
        if may_learn_from(&summary.head) == Consented::No {
            continue;
        }
        let mut sink =
            OneByOne { open: Collected::default(), take: &mut |recording| collection.take(recording) };
        store.read(person, &summary.head.id, None, &mut sink)?;
    }
    Ok(collection.datasets()?)
}

/// Passes each recording on as it ends, so that never more than one is in memory.
struct OneByOne<'a> {
    open: Collected,
    take: &'a mut dyn FnMut(Recording),
}

impl RecordingSink for OneByOne<'_> {
    fn begin(&mut self, head: RecordingHead) -> Result<(), SinkError> {
        self.open.begin(head)
    }

    fn samples(&mut self, samples: Samples) -> Result<(), SinkError> {
        self.open.samples(samples)
    }

    fn rating(&mut self, rating: Rating) -> Result<(), SinkError> {
        self.open.rating(rating)
    }

    fn end(&mut self) -> Result<(), SinkError> {
        self.open.end()?;
        self.open.recordings.drain(..).for_each(&mut *self.take);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::recordings::READERS;

    #[test]
    fn every_study_has_its_own_task_a_format_that_is_read_and_variants_with_names() {
        let tasks: BTreeSet<_> = STUDIES.iter().map(|study| study.task()).collect();
        assert_eq!(tasks.len(), STUDIES.len());
        for study in STUDIES {
            assert!(READERS.iter().any(|reader| reader.name() == study.format()), "{}", study.task());
            let names: BTreeSet<_> = study.variants().iter().map(|variant| variant.name).collect();
            assert!(!names.is_empty() && names.len() == study.variants().len());
            assert_eq!(study.collection().datasets().unwrap().len(), study.variants().len());
            assert_eq!(named(study.task()).map(|found| found.task()), Some(study.task()));
        }
    }

    #[test]
    fn whom_a_person_no_longer_lets_be_learnt_from_is_left_out() {
        let header = "pid,location,activity,start_time,end_time,duration_sec,actual_concentration,\
                      expected_concentration,perceived_distraction,purpose_of_using_smartphone\n";
        let rows: String = ["p1", "p2"]
            .map(|pid| format!("{pid},home,study,1557565200000,1557565800000,600,4,4,2,chat\n"))
            .concat();
        let files = crate::recordings::InMemory::new([("dataset.csv", header.to_owned() + &rows)]);
        let (store, person) = (attnd_store::MemoryRecordings::default(), PersonId::new(uuid::Uuid::nil()));
        let mut writer = store.writer(person).unwrap();
        let options = ImportOptions { format: Some("focus-survey"), map: None };
        import(options, &files, &mut *writer, &mut |_| ()).unwrap();
        let people = |may_learn_from: &dyn Fn(&RecordingHead) -> Consented| {
            let datasets = from_store(focus_survey::CONCENTRATION, &store, person, may_learn_from).unwrap();
            datasets[0].people().iter().map(|person| person.name().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(people(&|_| Consented::Yes).len(), 2);
        let without = people(&|head| if head.subject == "p1" { Consented::No } else { Consented::Yes });
        assert_eq!(without, ["p2"]);
    }
}
