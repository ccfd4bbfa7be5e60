//! Which answers and truths do these files hold? Read once, whatever their size.

use std::fmt::Display;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use attnd_core::{ErrorCode, Problem};
use attnd_decide::crowd::{Answers, AnswersBuilder, CrowdError, Gold, Repeats};
use attnd_sense::answers::{ANSWER_COLUMNS, TRUTH_COLUMNS, TableError, rows};

use super::problem;
use crate::cli::CrowdRepeats;
use crate::output::Output;

/// What was read.
pub(super) struct Tables {
    pub(super) answers: Answers,
    pub(super) gold: Gold,
    /// Rows of the table of answers.
    pub(super) answer_rows: u64,
    /// Tasks whose truth was given, answered or not.
    pub(super) gold_tasks: usize,
}

/// Reads the tables.
///
/// # Errors
/// [`Problem`] with the file, the line and what to do.
pub(super) fn read(
    answers: &Path,
    gold: Option<&Path>,
    repeats: CrowdRepeats,
    output: &Output,
) -> Result<Tables, Problem> {
    if gold == Some(answers) {
        return Err(Problem::new(ErrorCode::InvalidParameter, "--answers and --gold name the same input"));
    }
    let mut builder = AnswersBuilder::new(match repeats {
        CrowdRepeats::Distinct => Repeats::Distinct,
        CrowdRepeats::Last => Repeats::Last,
        CrowdRepeats::Refuse => Repeats::Refuse,
    });
    let answer_rows = each_row(answers, ANSWER_COLUMNS, output, |[task, worker, label]| {
        builder.answer(task, worker, label)
    })?;
    if let Some(gold) = gold {
        each_row(gold, TRUTH_COLUMNS, output, |[task, label]| builder.gold(task, label))?;
    }
    let gold_tasks = builder.gold_units();
    let (answers, gold) = builder.build().map_err(|error| match error {
        CrowdError::NoAnswers | CrowdError::Repeated { .. } => fault(answers, &error),
        error => problem(&error),
    })?;
    Ok(Tables { answers, gold, answer_rows, gold_tasks })
}

/// Hands every row of a table to `take`, with a bar over its bytes.
///
/// # Errors
/// [`Problem`] with the file, the line and what to do.
pub(super) fn each_row<const COLUMNS: usize>(
    path: &Path,
    columns: [&'static str; COLUMNS],
    output: &Output,
    take: impl FnMut([&str; COLUMNS]) -> Result<(), CrowdError>,
) -> Result<u64, Problem> {
    try_each_row(path, columns, output, take)?.map_err(|error| unread(path, &error))
}

/// The same, with the table's fault still to be judged.
pub(super) fn try_each_row<E, const COLUMNS: usize>(
    path: &Path,
    columns: [&'static str; COLUMNS],
    output: &Output,
    take: impl FnMut([&str; COLUMNS]) -> Result<(), E>,
) -> Result<Result<u64, TableError<E>>, Problem> {
    let (input, bytes) = open(path)?;
    let bar = output.progress(bytes);
    let count = rows(bar.wrap_read(input), columns, take);
    bar.finish_and_clear();
    Ok(count)
}

/// A table's fault, to a person.
pub(super) fn unread<E: Display>(path: &Path, error: &TableError<E>) -> Problem {
    match error {
        TableError::Io(error) => unreadable(path, error),
        error => fault(path, error),
    }
}

pub(super) fn open(path: &Path) -> Result<(Box<dyn Read>, Option<u64>), Problem> {
    if path == Path::new("-") {
        return Ok((Box::new(std::io::stdin().lock()), None));
    }
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let metadata = file.metadata().map_err(|error| unreadable(path, &error))?;
    if metadata.is_dir() {
        let detail = format!("{} is a directory; name the table in it", path.display());
        return Err(Problem::new(ErrorCode::FileUnreadable, detail));
    }
    // A pipe has no length.
    Ok((Box::new(file), metadata.is_file().then_some(metadata.len())))
}

pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", path.display()))
}

pub(super) fn fault(path: &Path, error: &dyn Display) -> Problem {
    let name = if path == Path::new("-") { "standard input".into() } else { path.to_string_lossy() };
    Problem::new(ErrorCode::InvalidTable, format!("{name}: {error}"))
}
