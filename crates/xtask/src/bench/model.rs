//! How well is attention understood, and how fast? Each study on its honest split beside the published
//! baselines, the default model's training and prediction, and the network's steps beside PyTorch's.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value, json};

use super::child::{Environment, json_of};
use super::measure::rounded;
use crate::process::{self, Fault, command};

/// Python with PyTorch; PyPI's wheel is 2 GB.
const TORCH: Environment = Environment {
    variable: "ATTND_TORCH_PYTHON",
    folder: "peers",
    list: "requirements.txt",
    packages: include_str!("../../peers/requirements.txt"),
};

/// What is measured on.
pub(super) struct Setting {
    /// The program.
    pub(super) program: PathBuf,
    /// The folder of data sets.
    pub(super) data: PathBuf,
}

/// One part of the document.
struct Part {
    name: &'static str,
    measure: fn(&Setting) -> Result<Value, Fault>,
}

/// Every part, in the order they run.
const PARTS: &[Part] = &[
    Part { name: "distraction", measure: |setting| survey(setting, "distraction", "perceived_distraction") },
    Part {
        name: "concentration",
        measure: |setting| survey(setting, "concentration", "actual_concentration"),
    },
    Part {
        name: "arithmetic",
        measure: |setting| study(setting, "arithmetic", "vr_load/ier2023_raw.tar.xz"),
    },
    Part {
        name: "mental_load",
        measure: |setting| study(setting, "mental-load", "esports_load/esports_noimu.tar.xz"),
    },
    Part { name: "default_model", measure: default_model },
    Part { name: "network", measure: network },
];

/// Measures the parts in `only`, or all.
pub(super) fn run(setting: &Setting, only: &[String]) -> Result<Value, Fault> {
    let mut results = Map::new();
    for part in PARTS.iter().filter(|part| only.is_empty() || only.iter().any(|name| name == part.name)) {
        eprintln!("bench: {}", part.name);
        results.insert(part.name.to_owned(), (part.measure)(setting)?);
    }
    Ok(results.into())
}

/// The survey: everybody's later half, from everybody else and their own earlier half.
fn survey(setting: &Setting, question: &str, published: &str) -> Result<Value, Fault> {
    let file = setting.set("focus_survey/dataset.csv")?;
    let mut result =
        setting.attnd(&["model", "eval", "--task", question, "--train", &file, "--test", &file])?;
    result["published_baselines"] = baselines(&setting.set("focus_survey/baselines.txt")?, published)?;
    Ok(result)
}

/// A study with recordings: one person left out at a time.
fn study(setting: &Setting, question: &str, folder: &str) -> Result<Value, Fault> {
    let folder = setting.set(folder)?;
    setting.attnd(&["model", "eval", "--task", question, "--data", &folder])
}

/// Training the default model on the survey, and one prediction.
fn default_model(setting: &Setting) -> Result<Value, Fault> {
    let file = setting.set("focus_survey/dataset.csv")?;
    let folder = std::env::temp_dir().join(format!("attnd-bench-model-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let out = folder.join("model.safetensors").display().to_string();
    let trained =
        setting.attnd(&["model", "train", "--task", "concentration", "--data", &file, "--out", &out]);
    let bytes = fs::metadata(&out).map(|file| file.len());
    fs::remove_dir_all(&folder)?;
    let mut trained = trained?;
    trained["file_bytes"] = json!(bytes?);
    Ok(trained)
}

/// Training steps of the same network, ours and PyTorch's, on one core each.
fn network(_: &Setting) -> Result<Value, Fault> {
    let ours =
        process::output("cargo", &["bench", "--quiet", "--package", "attnd-model", "--bench", "network"])?;
    let ours: Value = serde_json::from_str(last_document(&ours))?;
    let torch = json_of(&mut command(&TORCH.python()?, &["crates/xtask/peers/torch_network.py"]))?;
    let ratio = match (ours["steps_per_s"].as_f64(), torch["steps_per_s"].as_f64()) {
        (Some(ours), Some(torch)) if torch > 0.0 => json!(rounded(ours / torch)),
        _ => Value::Null,
    };
    Ok(json!({"attnd": ours, "torch": torch, "steps_ratio": ratio}))
}

impl Setting {
    /// A file or folder of the data sets, which must be there.
    fn set(&self, name: &str) -> Result<String, Fault> {
        let path = self.data.join(name);
        if !path.exists() {
            return Err(Fault(format!("{} is missing; name the folder with --data DIR", path.display())));
        }
        Ok(path.display().to_string())
    }

    /// What the program answers in JSON, with the time it took.
    fn attnd(&self, arguments: &[&str]) -> Result<Value, Fault> {
        let mut program = Command::new(&self.program);
        program.args(arguments).arg("--json");
        json_of(&mut program)
    }
}

/// The lines of `baselines.txt` about one question, as figures by name.
fn baselines(path: &str, question: &str) -> Result<Value, Fault> {
    let text = fs::read_to_string(Path::new(path))?;
    let lines = text.lines().filter_map(|line| {
        let (name, figures) = line.strip_prefix(question)?.split_once(": ")?;
        Some((name.trim().to_owned(), figures_of(figures)))
    });
    Ok(Value::Object(lines.collect()))
}

/// `AUC 0.670 logloss 0.584 Brier 0.196 per-person AUC 0.717+-0.172` as figures by their stable names.
fn figures_of(text: &str) -> Value {
    let (pooled, within) = text.split_once("per-person AUC ").unwrap_or((text, ""));
    let number = |name: &str| {
        let (_, rest) = pooled.split_once(name)?;
        rest.split_whitespace().next()?.parse::<f64>().ok()
    };
    let within = within.split("+-").next().and_then(|number| number.trim().parse::<f64>().ok());
    json!({
        "auc_pooled": number("AUC "),
        "auc_within": within,
        "brier": number("Brier "),
        "log_loss": number("logloss "),
    })
}

/// The JSON document that ends a program's output.
fn last_document(output: &str) -> &str {
    output.find('{').map_or("null", |start| &output[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_baselines_are_read_by_name() {
        let line = "AUC 0.670 logloss 0.584 Brier 0.196 per-person AUC 0.717+-0.172";
        let figures = figures_of(line);
        assert_eq!(figures["auc_pooled"], 0.670);
        assert_eq!(figures["auc_within"], 0.717);
        assert_eq!(figures["brier"], 0.196);
        assert_eq!(figures["log_loss"], 0.584);
    }
}
