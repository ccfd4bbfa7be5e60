//! `attnd model tune`: which settings fit these answers best? A search that goes on where it was stopped.

use std::fs;
use std::path::Path;

use attnd_core::{ErrorCode, Problem};
use attnd_model::evaluate::evaluate;
use attnd_model::tune::{Candidate, Effort, Search, SearchPlan};
use attnd_model::{Dataset, DatasetBuilder, EstimatorKind, Known, ModelError, Run, Seed, split};
use serde_json::json;

use super::train::kind;
use super::{problem, source};
use crate::chart::sparkline;
use crate::cli::{Tune, TuneMethod};
use crate::output::Output;
use crate::words::Language;

/// People are split into so many parts; each is judged by what the others teach.
const FOLDS: usize = 5;
/// Halving keeps one setting in three, as Hyperband does (Li et al. 2018, arXiv:1603.06560).
const KEEP_ONE_IN: usize = 3;
const RUNGS: u32 = 2;

pub(super) fn run(options: &Tune, output: &Output) -> Result<(), Problem> {
    let kind = kind(&options.estimator)?;
    let dataset = source::dataset(&options.data, options.task, output)?;
    let effort = match options.method {
        TuneMethod::Random => Effort::Whole,
        TuneMethod::Halving => Effort::Halving { keep_one_in: KEEP_ONE_IN, rungs: RUNGS },
    };
    let seed = Seed(options.seed);
    let plan = SearchPlan { space: (kind.space)(), trials: options.trials, seed, effort };
    let mut search = begun(plan, options.keep.as_deref())?;
    let bar = output.steps(0);
    let result = search.run(&mut |candidate| loss(kind, &dataset, candidate, seed), &mut |search| {
        let (done, of) = search.progress();
        bar.set_length(of as u64);
        bar.set_position(done as u64);
        keep(search, options.keep.as_deref())
    });
    bar.finish_and_clear();
    result.map_err(|error| problem(&error))?;
    let best = search.best();
    let document = json!({"best": best, "trials": search.trials, "estimator": kind.name});
    output.answer(&document, |_| words(&search, output.language))
}

/// The kept search if it is the same one, else a new one.
fn begun(plan: SearchPlan, file: Option<&Path>) -> Result<Search, Problem> {
    let new = |plan| Search::new(plan).map_err(|error| problem(&error));
    let Some(file) = file.filter(|file| file.exists()) else { return new(plan) };
    let unreadable =
        |error: String| Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", file.display()));
    let text = fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
    let kept: Search = serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    if kept.plan == plan {
        return Ok(kept);
    }
    let detail = format!("{} holds a search with other choices; name another file", file.display());
    Err(Problem::new(ErrorCode::Conflict, detail))
}

/// Written beside and put in place, so that a killed search finds the last whole one.
fn keep(search: &Search, file: Option<&Path>) -> Result<(), ModelError> {
    let Some(file) = file else { return Ok(()) };
    let text = serde_json::to_string(search).map_err(std::io::Error::other)?;
    let unfinished = file.with_extension("unfinished");
    fs::write(&unfinished, text)?;
    Ok(fs::rename(&unfinished, file)?)
}

/// The log-loss of a setting on people it was not learnt from; less effort is fewer people.
fn loss(
    kind: &EstimatorKind,
    dataset: &Dataset,
    candidate: &Candidate,
    seed: Seed,
) -> Result<f64, ModelError> {
    let part = some_people(dataset, candidate.share)?;
    let estimator = (kind.make)(&candidate.settings)?;
    let folds = FOLDS.min(part.people().len());
    let folds = split::person_folds(part.whole(), folds, seed, Known::Prequential)?;
    let mut run = Run { seed, watch: &mut |_| (), checkpoints: None };
    let report = evaluate(estimator.as_ref(), &folds, &mut run)?.report;
    report.log_loss.ok_or(ModelError::TooLittle { what: "answers", found: 0, needed: 1 })
}

/// The first people of the data set, as many as the share says and two at least.
fn some_people(dataset: &Dataset, share: f64) -> Result<Dataset, ModelError> {
    let all = dataset.people().len();
    let count = ((share * all as f64).ceil() as usize).clamp(2.min(all), all);
    let mut builder = DatasetBuilder::new(dataset.columns().clone())?;
    for person in &dataset.people()[..count] {
        for example in person.examples() {
            builder.add(person.name(), example.clone())?;
        }
    }
    Ok(builder.build())
}

fn words(search: &Search, language: Language) -> String {
    let losses: Vec<f64> = search.trials.iter().map(|trial| trial.loss.unwrap_or(f64::NAN)).collect();
    let line = sparkline(&losses);
    let Some(best) = search.best() else {
        return language.pick("No setting could be measured.", "没有可用的设置。").to_owned();
    };
    let loss = best.loss.unwrap_or(f64::NAN);
    match language {
        Language::English => {
            format!("{line}\nBest of {} measurements, log-loss {loss:.4}:\n  {}", losses.len(), best.settings)
        }
        Language::Chinese => {
            format!("{line}\n{} 次测量中最好的，对数损失 {loss:.4}：\n  {}", losses.len(), best.settings)
        }
    }
}
