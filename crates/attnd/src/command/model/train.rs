//! `attnd model train`: what do these answers teach, and how good is it? A model file with its card.

use std::collections::BTreeMap;
use std::path::Path;

use attnd_core::{ErrorCode, Problem};
use attnd_model::card::Figures;
use attnd_model::evaluate::evaluate;
use attnd_model::{
    BASELINES, Card, DataSummary, Dataset, Estimator, EstimatorKind, Known, ModelError, ModelFile, Progress,
    Report, Run, Seed, estimators, split,
};
use indicatif::ProgressBar;
use serde_json::Value;

use super::{problem, source};
use crate::chart::{Curve, chart};
use crate::cli::Train;
use crate::columns::Room;
use crate::command::period;
use crate::output::Output;
use crate::words::Language;

/// How the figures of a card were measured.
const SPLIT: &str = "second half of each person, learnt from everybody else; their earlier answers known";

/// What every model of answers has to say of itself.
const LIMITS: [&str; 2] = [
    "It estimates what people would answer, which is not the same as what was the case.",
    "The figures hold for people like those it was learnt from; for others they are unknown.",
];

/// Losses as they came, for the picture of a long fit.
#[derive(Default)]
struct Losses {
    training: Vec<f64>,
    held: Vec<f64>,
}

pub(super) fn run(options: &Train, output: &Output) -> Result<(), Problem> {
    if options.out.exists() && !options.force {
        return Err(Problem::new(ErrorCode::FileExists, options.out.display().to_string()));
    }
    let kind = kind(&options.estimator)?;
    let settings = settings(options.settings.as_deref())?;
    let dataset = source::dataset(&options.data, options.task, output)?;
    let made = made(kind, &settings, &dataset, Seed(options.seed), output).map_err(|error| problem(&error));
    let (file, losses) = made?;
    file.write(&options.out).map_err(|error| problem(&error))?;
    output.answer(&file.card, |card| words(card, &losses, &options.out, output.language))
}

/// The estimator of that name.
pub(super) fn kind(name: &str) -> Result<&'static EstimatorKind, Problem> {
    estimators::named(name).ok_or_else(|| {
        let known: Vec<&str> = attnd_model::ESTIMATORS.iter().map(|kind| kind.name).collect();
        let detail = format!("there is no estimator '{name}'; there are {}", known.join(", "));
        Problem::new(ErrorCode::InvalidParameter, detail)
    })
}

/// Settings as JSON; the defaults without.
pub(super) fn settings(text: Option<&str>) -> Result<Value, Problem> {
    text.map_or(Ok(Value::Null), |text| {
        serde_json::from_str(text)
            .map_err(|error| Problem::new(ErrorCode::InvalidParameter, format!("--settings: {error}")))
    })
}

/// The model of everybody's answers, with figures measured on answers it had not learnt from.
fn made(
    kind: &EstimatorKind,
    settings: &Value,
    dataset: &Dataset,
    seed: Seed,
    output: &Output,
) -> Result<(ModelFile, Losses), ModelError> {
    let estimator = (kind.make)(settings)?;
    let folds = split::later_halves(dataset.whole(), Known::Prequential)?;
    let judged = |estimator: &dyn Estimator| -> Result<Figures, ModelError> {
        let bar = output.steps(0);
        let mut watch = |progress| follow(&bar, &progress);
        let evaluation = evaluate(estimator, &folds, &mut Run { seed, watch: &mut watch, checkpoints: None });
        bar.finish_and_clear();
        Ok(figures(&evaluation?.report))
    };
    let own = judged(estimator.as_ref())?;
    let mut baselines = BTreeMap::new();
    for baseline in BASELINES {
        baselines.insert(baseline.name().to_owned(), judged(*baseline)?);
    }
    let (bar, mut losses) = (output.steps(0), Losses::default());
    let mut watch = |progress: Progress| {
        if let Progress::Epoch { training_loss, held_loss, .. } = &progress {
            losses.training.push(*training_loss);
            losses.held.push(held_loss.unwrap_or(f64::NAN));
        }
        follow(&bar, &progress);
    };
    let model = estimator.fit(dataset.whole(), &mut Run { seed, watch: &mut watch, checkpoints: None })?;
    bar.finish_and_clear();
    let (now, _) = period::here();
    let card = Card {
        estimator: kind.name.to_owned(),
        columns: dataset.columns().clone(),
        data: DataSummary::of(dataset),
        split: SPLIT.to_owned(),
        seed,
        settings: settings.clone(),
        figures: own,
        baselines,
        limits: LIMITS.map(str::to_owned).into(),
        made: now,
        made_by: env!("CARGO_PKG_VERSION").to_owned(),
    };
    Ok((ModelFile::of(card, model.as_ref()), losses))
}

/// Moves the bar to where the work is.
pub(super) fn follow(bar: &ProgressBar, progress: &Progress) {
    let (done, of) = match progress {
        Progress::Epoch { epoch, of, .. } => (*epoch, *of),
        Progress::Piece { done, of, .. } => (*done, *of),
        _ => return,
    };
    bar.set_length(of as u64);
    bar.set_position(done as u64);
}

/// The figures of a report by their stable names; those that are not defined are left out.
pub(super) fn figures(report: &Report) -> Figures {
    [
        ("auc_pooled", report.auc_pooled),
        ("auc_within", report.auc_within),
        ("brier", report.brier),
        ("log_loss", report.log_loss),
        ("ece", report.ece),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), value?)))
    .collect()
}

fn words(card: &Card, losses: &Losses, out: &Path, language: Language) -> String {
    let curves = [
        Curve { name: language.pick("training", "训练").to_owned(), values: losses.training.clone() },
        Curve { name: language.pick("held out", "留出").to_owned(), values: losses.held.clone() },
    ];
    let ends = ("1".to_owned(), losses.training.len().to_string());
    let picture = chart(&curves, (&ends.0, &ends.1), Room::of_output());
    let written = match language {
        Language::English => format!("Written to {}.", out.display()),
        Language::Chinese => format!("已写入 {}。", out.display()),
    };
    format!("{picture}{card}{written}")
}
