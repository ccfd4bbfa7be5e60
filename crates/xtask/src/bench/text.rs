//! What are labels learnt from texts worth, and what do they cost? Published sets, beside scikit-learn in the same run.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::child::{Environment, document_of, json_of};
use crate::process::{Fault, command, root};

/// Python with scikit-learn.
const PEERS: Environment = Environment {
    variable: "ATTND_TEXT_PYTHON",
    folder: "peers-text",
    list: "text_requirements.txt",
    packages: include_str!("../../peers/text_requirements.txt"),
};

/// What is measured, on what.
pub(super) struct Setting {
    /// The program.
    pub(super) program: PathBuf,
    /// The folder of data sets.
    pub(super) data: PathBuf,
    /// Only these sets; all where empty.
    pub(super) only: Vec<String>,
}

/// Every set: its accuracy and cost with attnd and with scikit-learn's linear models; and the speed of hashing.
pub(super) fn run(setting: &Setting) -> Result<Value, Fault> {
    let python = PEERS.python()?;
    let tables = root().join("target/text-tables");
    let sets = document_of(&mut script(&python, &["tables"], &[&setting.data, &tables]))?;
    let names = sets.as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut results = Map::new();
    for name in names.filter(|name| setting.only.is_empty() || setting.only.iter().any(|only| only == name)) {
        eprintln!("bench: {name}");
        let [train, test] = ["train", "test"].map(|part| tables.join(format!("{name}.{part}.csv")));
        let mut ours = std::process::Command::new(&setting.program);
        ours.args(["text", "eval", "--json", "--train"]).arg(&train).arg("--test").arg(&test);
        let ours = json_of(&mut ours)?;
        let peer = json_of(&mut script(&python, &["eval"], &[&train, &test]))?;
        results.insert(name.to_owned(), json!({"attnd": ours, "scikit_learn": peer}));
    }
    eprintln!("bench: speed");
    let speed = ["run", "--quiet", "--release", "-p", "attnd-decide", "--example", "text_speed"];
    let peer = document_of(&mut script(&python, &["speed"], &[]))?;
    let speed = json!({"attnd": document_of(&mut command("cargo", &speed))?, "scikit_learn": peer});
    results.insert("speed".to_owned(), speed);
    Ok(results.into())
}

/// The peer's script, one thread.
fn script(python: &str, words: &[&str], paths: &[&Path]) -> std::process::Command {
    let mut command = command(python, &["crates/xtask/peers/text_sklearn.py"]);
    command.args(words).args(paths);
    command.envs(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"].map(|name| (name, "1")));
    command
}
