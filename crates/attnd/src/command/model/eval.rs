//! `attnd model eval`: what is the model worth on people and times it has not seen?

use std::path::Path;

use attnd_core::{ErrorCode, Problem};
use attnd_engine::study::judge::{Judgement, Outcome, judge};
use attnd_model::{Dataset, Known, ModelError, Progress, Run, Seed, split};

use super::{problem, source};
use crate::cli::Eval;
use crate::output::Output;

pub(super) fn run(options: &Eval, output: &Output) -> Result<(), Problem> {
    let train = dataset(options, options.train.as_deref().or(options.data.as_deref()), output)?;
    let same = options.train == options.test;
    let test = if same { None } else { Some(dataset(options, options.test.as_deref(), output)?) };
    let judgement =
        judged(options, &train, test.as_ref().unwrap_or(&train), output).map_err(|error| problem(&error))?;
    output.answer(&judgement, words)
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

fn words(judgement: &Judgement) -> String {
    let mut text = format!("{}\n{}", judgement.personal, judgement.table());
    let used: Vec<String> = judgement
        .stages
        .iter()
        .filter(|stage| stage.people > 0)
        .map(|stage| format!("{} of {} people", stage.report.estimator, stage.people))
        .collect();
    text += &format!("\npersonal uses {}.\n", used.join(", "));
    for (name, outcome) in judgement.baselines.iter().chain(&judgement.estimators) {
        if let Outcome::Failed { reason } = outcome {
            text += &format!("{name}: {reason}.\n");
        }
    }
    text
}
