//! `attnd model eval`: what is the model worth on people and times it has not seen?

use std::collections::BTreeSet;
use std::path::Path;

use attnd_core::{ErrorCode, Problem};
use attnd_engine::study::judge::{EarnedWord, Judgement, Outcome, Times, judge};
use attnd_model::metric::Interval;
use attnd_model::{Columns, Dataset, Known, ModelError, Progress, Run, Seed, split};
use serde::Serialize;

use super::{problem, source, study};
use crate::cli::Eval;
use crate::output::Output;

pub(super) fn run(options: &Eval, output: &Output) -> Result<(), Problem> {
    if options.task.is_of_signals() {
        return study::run(options, output);
    }
    let train = dataset(options, options.train.as_deref().or(options.data.as_deref()), output)?;
    let same = options.train == options.test;
    let test = if same { None } else { Some(dataset(options, options.test.as_deref(), output)?) };
    let test = test.as_ref().unwrap_or(&train);
    let judgement = judged(options, &train, test, output).map_err(|error| problem(&error))?;
    let missing_columns = empty_columns(&train).union(&empty_columns(test)).cloned().collect();
    output.answer(&Answer { judgement, missing_columns }, words)
}

/// What is answered.
#[derive(Serialize)]
struct Answer {
    #[serde(flatten)]
    judgement: Judgement,
    /// Evidence that nobody has in one of the files, or in both: the figures are without it.
    missing_columns: Vec<String>,
}

/// Columns of the evidence without a single value.
fn empty_columns(dataset: &Dataset) -> BTreeSet<String> {
    let evidence = || dataset.people().iter().flat_map(|person| person.examples()).map(|one| &one.evidence);
    let Columns { features, contexts, .. } = dataset.columns();
    let features = features
        .iter()
        .enumerate()
        .filter(|(column, _)| !evidence().any(|evidence| evidence.features[*column].is_finite()));
    let contexts = contexts
        .iter()
        .enumerate()
        .filter(|(column, _)| !evidence().any(|one| one.contexts[*column].is_some()));
    let features = features.map(|(_, feature)| feature.name.clone());
    features.chain(contexts.map(|(_, context)| context.clone())).collect()
}

fn dataset(options: &Eval, path: Option<&Path>, output: &Output) -> Result<Dataset, Problem> {
    let path = path.unwrap_or_else(|| Path::new(""));
    let dataset = source::dataset(path, options.task, output)?;
    if dataset.examples() == 0 {
        let scale = &dataset.question().scale.name;
        let detail = format!("{}: nobody answered about {scale} in it", path.display());
        return Err(Problem::new(ErrorCode::NoRecordings, detail));
    }
    Ok(dataset)
}

fn judged(options: &Eval, train: &Dataset, test: &Dataset, output: &Output) -> Result<Judgement, ModelError> {
    let folds = split::transfer(train, test, Known::Prequential)?;
    let bar = output.steps(0);
    let mut watch = |progress: Progress| {
        if let Progress::Piece { what, done, of } = progress
            && what == "fold"
        {
            bar.set_length(of as u64);
            bar.set_position(done as u64);
        }
    };
    let judgement =
        judge(&folds, &mut Run { seed: Seed(options.seed), watch: &mut watch, checkpoints: None });
    bar.finish_and_clear();
    judgement
}

fn words(Answer { judgement, missing_columns }: &Answer) -> String {
    let mut text = format!("{}\n{}", judgement.personal, judgement.table());
    let used: Vec<String> = judgement
        .stages
        .iter()
        .filter(|stage| stage.people > 0)
        .map(|stage| format!("{} of {} people", stage.report.estimator, stage.people))
        .collect();
    text += &format!("\npersonal uses {}.\n", used.join(", "));
    if !missing_columns.is_empty() {
        text += &format!("Nothing is known of {}: the figures are without.\n", missing_columns.join(", "));
    }
    text += &verdicts(judgement);
    for (name, outcome) in judgement.baselines.iter().chain(&judgement.estimators) {
        if let Outcome::Failed { reason } = outcome {
            text += &format!("{name}: {reason}.\n");
        }
    }
    let Times { training_s, adaptation_ms, prediction_us } = judgement.times;
    text += &format!(
        "\nOne fit {training_s:.2} s, adapting to one person {adaptation_ms:.2} ms, a prediction {prediction_us:.0} µs.\n"
    );
    text
}

/// Whether the personal model is worth its weight against each of the others.
fn verdicts(judgement: &Judgement) -> String {
    let mut text = "\nLog-loss the personal model saves per answer, 95 of 100 draws of people:\n".to_owned();
    for (name, earned) in &judgement.earned {
        let verdict = match earned.verdict {
            EarnedWord::Earned => "earned its place",
            EarnedWord::Undecided => "undecided",
            EarnedWord::Worse => "worse",
            EarnedWord::NotComparable => "not comparable",
        };
        let saved =
            earned.saved.map_or(String::new(), |Interval { low, high }| format!("{low:+.3} to {high:+.3}  "));
        text += &format!("  {name:<14} {saved}{verdict}\n");
    }
    text
}
