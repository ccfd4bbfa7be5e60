//! Which recordings lie in the files that were named?

use std::path::Path;

use attnd_core::recording::{Collected, Recording};
use attnd_core::{ErrorCode, Problem};
use attnd_engine::recordings::{DiskFiles, ImportError, ImportOptions, import};
use attnd_engine::study::focus_survey::{self, SurveyQuestion};
use attnd_model::{Dataset, ModelError};

use super::{problem, study};
use crate::cli::EvalTask;
use crate::output::Output;

/// Problems shown of a file that holds nothing.
const SHOWN: usize = 3;

/// The answers of a file, as the task asks of them.
pub(super) fn dataset(path: &Path, task: EvalTask, output: &Output) -> Result<Dataset, Problem> {
    let question = match task {
        EvalTask::Distraction => SurveyQuestion::Distraction,
        EvalTask::Concentration => SurveyQuestion::Concentration,
        EvalTask::Arithmetic | EvalTask::MentalLoad => return study::dataset(path, task, None, output),
    };
    let recordings = recordings(path, "focus-survey", output)?;
    focus_survey::dataset(&recordings, question).map_err(|error| problem(&ModelError::Dataset(error)))
}

/// All recordings of one format in a file, folder or archive.
fn recordings(path: &Path, format: &str, output: &Output) -> Result<Vec<Recording>, Problem> {
    let unreadable = |error: &dyn std::fmt::Display| {
        Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", path.display()))
    };
    let files = DiskFiles::open(path, &std::env::temp_dir()).map_err(|error| unreadable(&error))?;
    let bar = output.progress(Some(files.total_bytes()));
    let mut kept = Collected::default();
    let options = ImportOptions { format: Some(format), map: None };
    let report = import(options, &files, &mut kept, &mut |bytes| bar.set_position(bytes));
    bar.finish_and_clear();
    let nothing =
        |detail: String| Problem::new(ErrorCode::NoRecordings, format!("{}: {detail}", path.display()));
    let report = report.map_err(|error| match error {
        ImportError::Sink(error) => unreadable(&error),
        error => nothing(error.to_string()),
    })?;
    if kept.recordings.is_empty() {
        let reasons: Vec<String> = report
            .problems
            .first
            .iter()
            .take(SHOWN)
            .map(|problem| match problem.line {
                Some(line) => format!("line {line}: {}", problem.reason),
                None => problem.reason.clone(),
            })
            .collect();
        let reasons =
            if reasons.is_empty() { "there is no answer in it".to_owned() } else { reasons.join("; ") };
        return Err(nothing(reasons));
    }
    Ok(kept.recordings)
}
