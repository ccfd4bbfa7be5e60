//! Does what is said of the published data sets hold? Run by `cargo xtask data-test` on the folder in `ATTND_DATA`.
//!
//! The sets are not part of the project. One that is missing is a failure, not a skip; figures are floors a little under what
//! is measured, against getting worse unseen.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod crowd;
mod esports_load;
mod feed_bicycles;
mod focus_survey;
mod gap;
mod review_routing;
mod text;
mod vr_load;

use std::path::PathBuf;

use attnd_core::recording::Collected;
use attnd_engine::recordings::{DiskFiles, ImportOptions, ImportReport, import};
use attnd_engine::study;
use attnd_model::{Dataset, Evaluation, Known, Run, Seed, estimators, evaluate, split};
use serde_json::Value;

/// A data set's folder or a file in it.
fn set(place: &str) -> PathBuf {
    let folder = std::env::var_os("ATTND_DATA").expect("ATTND_DATA names the folder of the data sets");
    let path = PathBuf::from(folder).join(place);
    assert!(
        path.exists(),
        "{} is missing; name the folder with cargo xtask data-test --data DIR",
        path.display()
    );
    path
}

/// Its files, archives unpacked into a folder of their own.
fn files(place: &str, scratch: &tempfile::TempDir) -> DiskFiles {
    DiskFiles::open(&set(place), scratch.path()).unwrap()
}

/// All its recordings, in memory.
fn imported(place: &str) -> (Collected, ImportReport) {
    let scratch = tempfile::tempdir().unwrap();
    let mut kept = Collected::default();
    let report = import(ImportOptions::default(), &files(place, &scratch), &mut kept, &mut |_| {}).unwrap();
    (kept, report)
}

/// The data sets of a task, by variant.
fn datasets(task: &str, place: &str) -> Vec<(&'static str, Dataset)> {
    let study = study::named(task).unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let (datasets, _) = study::from_files(study, &files(place, &scratch), &mut |_| {}).unwrap();
    study.variants().iter().map(|variant| variant.name).zip(datasets).collect()
}

/// An estimator with its defaults, each person left out in turn and never asked before.
fn left_out(name: &str, settings: &Value, dataset: &Dataset) -> Evaluation {
    let estimator = (estimators::named(name).unwrap().make)(settings).unwrap();
    let folds = split::leave_one_person_out(dataset.whole(), Known::Nothing).unwrap();
    let mut watch = |_| {};
    let mut run = Run { seed: Seed(1), watch: &mut watch, checkpoints: None };
    let evaluation = evaluate::evaluate(estimator.as_ref(), &folds, &mut run).unwrap();
    let report = &evaluation.report;
    println!(
        "{name}: AUC pooled {:.3}, within {:.3}, Brier {:.3}, log-loss {:.3}, ECE {:.3}",
        report.auc_pooled.unwrap(),
        report.auc_within.unwrap(),
        report.brier.unwrap(),
        report.log_loss.unwrap(),
        report.ece.unwrap()
    );
    evaluation
}
