//! `attnd data import`: takes recordings in, or says what would come in.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use attnd_core::recording::{Rating, RecordingHead, RecordingSink, RecordingStore, Samples, SinkError};
use attnd_core::{ErrorCode, Problem};
use attnd_engine::recordings::{
    self, ImportOptions, ImportReport, RecordingAction, RecordingName, TableMap, guess_map,
};
use serde_json::{Value, json};

use super::desk::Desk;
use super::words;
use crate::cli::{DataImport, Global};
use crate::output::Output;

pub(super) fn run(global: &Global, options: &DataImport, output: &Output) -> Result<(), Problem> {
    let map = map(options)?;
    let options_of_import = ImportOptions { format: options.format.as_deref(), map: map.as_ref() };
    let mut documents = Vec::new();
    if options.dry_run {
        let scratch = tempfile_folder()?;
        for path in &options.paths {
            let mut seen = Seen::default();
            let report = take_in(path, scratch.path(), options_of_import, &mut seen, output)?;
            let guessed = if map.is_none() { guessed(path) } else { None };
            documents.push(json!({"path": path, "report": report, "map": map.as_ref().or(guessed.as_ref())}));
            if !output.is_json() {
                output.line(&words::preview(path, &report, guessed.as_ref(), output.language))?;
            }
        }
    } else {
        let desk = Desk::open(global)?;
        let before: Vec<String> = desk
            .store
            .list(desk.person)
            .map_err(recordings::kept)?
            .into_iter()
            .map(|summary| summary.head.id)
            .collect();
        for path in &options.paths {
            let document = keep(&desk, path, options_of_import, &before, output)?;
            documents.push(document);
        }
    }
    if output.is_json() { output.answer(&documents, |_| String::new()) } else { Ok(()) }
}

/// Takes one path in; what was completed before a fault is noted all the same.
fn keep(
    desk: &Desk,
    path: &Path,
    options: ImportOptions<'_>,
    before: &[String],
    output: &Output,
) -> Result<Value, Problem> {
    let mut writer = desk.store.writer(desk.person).map_err(recordings::kept)?;
    let mut seen = Seen { sink: Some(&mut *writer), ..Seen::default() };
    let outcome = take_in(path, &desk.scratch, options, &mut seen, output);
    desk.note(RecordingAction::Import, seen.names.into_values().collect())?;
    let report = outcome?;
    let replaced = report.recordings.iter().filter(|id| before.contains(id)).count();
    if !output.is_json() {
        output.line(&words::imported(path, &report, replaced, output.language))?;
    }
    Ok(json!({"path": path, "report": report, "replaced": replaced}))
}

fn take_in(
    path: &Path,
    scratch: &Path,
    options: ImportOptions<'_>,
    sink: &mut dyn RecordingSink,
    output: &Output,
) -> Result<ImportReport, Problem> {
    let bar = output.progress(Some(0));
    let report = recordings::take_in(path, scratch, options, sink, &mut |bytes, total| {
        bar.set_length(total);
        bar.set_position(bytes);
    });
    bar.finish_and_clear();
    report
}

/// The map of `--map-file` and `--map`, if either is given.
fn map(options: &DataImport) -> Result<Option<TableMap>, Problem> {
    let mut map = match &options.map_file {
        None if options.map.is_empty() => return Ok(None),
        None => TableMap::default(),
        Some(file) => {
            let text = std::fs::read_to_string(file).map_err(|error| {
                Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", file.display()))
            })?;
            toml::from_str(&text).map_err(|error| {
                Problem::new(ErrorCode::InvalidParameter, format!("{}: {error}", file.display()))
            })?
        }
    };
    for words in &options.map {
        map.add_words(words).map_err(|error| Problem::new(ErrorCode::InvalidParameter, error.to_string()))?;
    }
    Ok(Some(map))
}

/// The map a single table would be read with.
fn guessed(path: &Path) -> Option<TableMap> {
    let mut head = Vec::new();
    File::open(path).ok()?.take(4 << 10).read_to_end(&mut head).ok()?;
    guess_map(&head).ok()
}

fn tempfile_folder() -> Result<tempfile::TempDir, Problem> {
    tempfile::tempdir().map_err(|error| {
        Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", std::env::temp_dir().display()))
    })
}

/// Remembers which recordings ended, by id, and passes everything on where there is a place for it.
#[derive(Default)]
struct Seen<'a> {
    sink: Option<&'a mut dyn RecordingSink>,
    open: Option<RecordingName>,
    names: BTreeMap<String, RecordingName>,
}

impl RecordingSink for Seen<'_> {
    fn begin(&mut self, head: RecordingHead) -> Result<(), SinkError> {
        self.open = Some(RecordingName::from(&head));
        self.sink.as_mut().map_or(Ok(()), |sink| sink.begin(head))
    }

    fn samples(&mut self, samples: Samples) -> Result<(), SinkError> {
        self.sink.as_mut().map_or(Ok(()), |sink| sink.samples(samples))
    }

    fn rating(&mut self, rating: Rating) -> Result<(), SinkError> {
        self.sink.as_mut().map_or(Ok(()), |sink| sink.rating(rating))
    }

    fn end(&mut self) -> Result<(), SinkError> {
        self.sink.as_mut().map_or(Ok(()), |sink| sink.end())?;
        if let Some(name) = self.open.take() {
            self.names.insert(name.id.clone(), name);
        }
        Ok(())
    }
}
