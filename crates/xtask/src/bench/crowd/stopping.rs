//! What do jobs cost that stop asking when they are sure, and what does a classifier beside the crowd add?

use std::path::Path;

use serde_json::{Map, Value, json};

use super::Setting;
use super::score::expected_accuracy;
use super::sets::Scratch;
use crate::process::Fault;

/// Sets with answers enough that stopping saves some; those that are not there are left out.
const SETS: &[&str] =
    &["bluebirds", "snow_rte", "snow_temp", "sp", "d_possent", "sp_amt", "cf_amt", "dog", "s_face"];

/// As many for each unit, until so sure, and until gold shows so much accuracy.
const POLICIES: &[&str] = &[
    "fixed:3",
    "fixed:5",
    "fixed:10",
    "fixed:20",
    "adaptive:0.9",
    "adaptive:0.95",
    "adaptive:0.99",
    "adaptive:0.999",
    "accuracy:0.95",
];

/// Accuracy and answers a unit of every policy, replayed on the real answers of each set with a fifth of its truth as gold.
pub(super) fn jobs(setting: &Setting) -> Result<Value, Fault> {
    let folder = setting.set("crowd")?;
    let mut results = Map::new();
    for name in SETS {
        let [answers, truth] = ["labels.csv", "truth.csv"].map(|file| folder.join(name).join(file));
        if !answers.is_file() {
            continue;
        }
        let [answers, truth] = [answers, truth].map(|path| path.display().to_string());
        let mut arguments = vec!["crowd", "simulate", "--like", &answers, "--like-gold", &truth, "--replay"];
        POLICIES.iter().for_each(|policy| arguments.extend(["--policy", policy]));
        let document = setting.attnd(&arguments)?;
        results.insert((*name).to_owned(), document["policies"].clone());
    }
    Ok(results.into())
}

/// LabelMe: the default on the answers alone, and with the images' features.
pub(super) fn features(setting: &Setting) -> Result<Value, Fault> {
    let folder = setting.set("crowd/labelme")?;
    let features = folder.join("features_train.npy").display().to_string();
    Ok(json!({
        "answers_alone": fit(setting, &folder, &[])?,
        "answers_and_features": fit(setting, &folder, &["--features", &features])?,
    }))
}

fn fit(setting: &Setting, folder: &Path, more: &[&str]) -> Result<Value, Fault> {
    let scratch = Scratch::new("features")?;
    let (posterior, answers) = (scratch.path("posterior.csv"), folder.join("labels.csv"));
    let [posterior_text, answers] = [&posterior, &answers].map(|path| path.display().to_string());
    let arguments = ["crowd", "aggregate", "--answers", &answers, "--posterior", &posterior_text];
    let document = setting.attnd(&[&arguments, more].concat())?;
    Ok(json!({
        "accuracy": expected_accuracy(&posterior, &folder.join("truth.csv"))?,
        "cpu_s": document["fit_cpu_s"],
    }))
}
