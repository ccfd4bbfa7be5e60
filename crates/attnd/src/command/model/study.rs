//! `attnd model eval` of eyes and bodies: what is each estimator worth on people who were never asked?

use std::path::Path;

use attnd_core::{ErrorCode, Problem};
use attnd_engine::recordings::DiskFiles;
use attnd_engine::study::compare::{Against, Comparison, compare};
use attnd_engine::study::judge::{EarnedWord, Outcome};
use attnd_engine::study::{self, Study, StudyError};
use attnd_model::{Dataset, ESTIMATORS, EstimatorKind, ModelError, Seed, estimators};
use serde::Serialize;

use super::problem;
use crate::cli::{Eval, EvalTask};
use crate::output::Output;

/// Estimator the answer is about where none is named: the simplest that reads all the evidence there is.
const DEFAULT: &str = "minirocket";

/// A comparison and what it was of.
#[derive(Serialize)]
struct Answer {
    task: &'static str,
    variant: &'static str,
    #[serde(flatten)]
    comparison: Comparison,
}

impl EvalTask {
    /// Whether it is asked of raw signals, not of the survey's answers.
    pub(crate) const fn is_of_signals(self) -> bool {
        matches!(self, Self::Arithmetic | Self::MentalLoad)
    }
}

pub(super) fn run(options: &Eval, output: &Output) -> Result<(), Problem> {
    let study = study_of(options.task)?;
    let Some(data) = options.data.as_deref() else {
        let detail = format!("{} leaves one person out of one set: name it with --data", study.task());
        return Err(Problem::new(ErrorCode::InvalidParameter, detail));
    };
    let kinds = kinds(&options.estimators)?;
    let chosen = options.estimators.first().map_or(DEFAULT, String::as_str);
    let variant = variant(study, options.variant.as_deref())?;
    let dataset = dataset(data, options.task, options.variant.as_deref(), output)?;
    let bar = output.steps((kinds.len() * dataset.people().len()) as u64);
    let told = |name: &str, _done: usize, _of: usize| {
        // Baselines take no time.
        if estimators::named(name).is_some() {
            bar.inc(1);
        }
    };
    let comparison = compare(&dataset, &kinds, chosen, Seed(options.seed), &told);
    bar.finish_and_clear();
    let comparison = comparison.map_err(|error| problem(&error))?;
    let variant = study.variants()[variant].name;
    output.answer(&Answer { task: study.task(), variant, comparison }, words)
}

/// The data set of a task asked of signals; the study's first variant unless another is named.
pub(super) fn dataset(
    path: &Path,
    task: EvalTask,
    variant: Option<&str>,
    output: &Output,
) -> Result<Dataset, Problem> {
    let study = study_of(task)?;
    let wanted = self::variant(study, variant)?;
    let place = path.display();
    let unreadable =
        |error: &dyn std::fmt::Display| Problem::new(ErrorCode::FileUnreadable, format!("{place}: {error}"));
    let nothing =
        |reason: &dyn std::fmt::Display| Problem::new(ErrorCode::NoRecordings, format!("{place}: {reason}"));
    let files = DiskFiles::open(path, &std::env::temp_dir()).map_err(|error| unreadable(&error))?;
    let bar = output.progress(Some(files.total_bytes()));
    let made = study::from_files(study, &files, &mut |bytes| bar.set_position(bytes));
    bar.finish_and_clear();
    let (datasets, _) = made.map_err(|error| match error {
        StudyError::Store(error) => unreadable(&error),
        StudyError::Dataset(error) => problem(&ModelError::Dataset(error)),
        StudyError::Import(error) => nothing(&error),
    })?;
    let dataset = datasets.into_iter().nth(wanted).filter(|dataset| dataset.examples() > 0);
    dataset.ok_or_else(|| nothing(&format!("there is nothing in it that answers {}", study.task())))
}

fn study_of(task: EvalTask) -> Result<&'static dyn Study, Problem> {
    let name = match task {
        EvalTask::Distraction => "distraction",
        EvalTask::Concentration => "concentration",
        EvalTask::Arithmetic => "arithmetic",
        EvalTask::MentalLoad => "mental-load",
    };
    study::named(name).ok_or_else(|| Problem::new(ErrorCode::Internal, format!("no study asks for {name}")))
}

/// Which of the study's variants it is.
fn variant(study: &dyn Study, wanted: Option<&str>) -> Result<usize, Problem> {
    let Some(wanted) = wanted else { return Ok(0) };
    study.variants().iter().position(|variant| variant.name == wanted).ok_or_else(|| {
        let names: Vec<&str> = study.variants().iter().map(|variant| variant.name).collect();
        let detail = format!("{} has no variant '{wanted}', only {}", study.task(), names.join(", "));
        Problem::new(ErrorCode::InvalidParameter, detail)
    })
}

/// The estimators of these names, the simplest first; all without a name.
fn kinds(names: &[String]) -> Result<Vec<&'static EstimatorKind>, Problem> {
    if let Some(unknown) = names.iter().find(|name| estimators::named(name).is_none()) {
        let known: Vec<&str> = ESTIMATORS.iter().map(|kind| kind.name).collect();
        let detail = format!("there is no estimator '{unknown}', only {}", known.join(", "));
        return Err(Problem::new(ErrorCode::InvalidParameter, detail));
    }
    let wanted = |kind: &&&EstimatorKind| names.is_empty() || names.iter().any(|name| name == kind.name);
    Ok(ESTIMATORS.iter().filter(wanted).copied().collect())
}

fn words(answer: &Answer) -> String {
    let Answer { task, variant, comparison } = answer;
    let mut text = format!("{task}, {variant}\n\n{}\n{}\n", comparison.chosen, comparison.table());
    for compared in &comparison.estimators {
        text += &match &compared.outcome {
            Outcome::Judged(_) => format!("{}: {:.1} s", compared.name, compared.seconds),
            Outcome::Failed { reason } => format!("{}: {reason}", compared.name),
        };
        for against in [&compared.against_baseline, &compared.against_simpler].into_iter().flatten() {
            text += &format!("; {}", verdict(against));
        }
        text += ".\n";
    }
    text
}

fn verdict(against: &Against) -> String {
    let Against { name, earned } = against;
    match earned.verdict {
        EarnedWord::Earned => format!("earned its place against {name}"),
        EarnedWord::Undecided => format!("not clearly better or worse than {name}"),
        EarnedWord::Worse => format!("worse than {name}"),
        EarnedWord::NotComparable => format!("cannot be compared with {name}"),
    }
}
