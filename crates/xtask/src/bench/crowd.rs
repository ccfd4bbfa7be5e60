//! How true is the consensus, and how fast does it come? Every set and method beside Crowd-Kit and numpy,
//! allocations beside HiGHS.

mod allocation;
mod scale;
mod score;
mod sets;
mod stopping;

use std::path::PathBuf;

use serde_json::{Map, Value};

use super::child::{Environment, document_of};
use crate::process::Fault;

/// Python with Crowd-Kit and HiGHS.
const PEERS: Environment = Environment {
    variable: "ATTND_CROWD_PYTHON",
    folder: "peers-crowd",
    list: "crowd_requirements.txt",
    packages: include_str!("../../peers/crowd_requirements.txt"),
};

/// What is measured, on what.
pub(super) struct Setting {
    /// The program.
    pub(super) program: PathBuf,
    /// The folder of data sets.
    pub(super) data: PathBuf,
    /// Python with the peers.
    pub(super) python: String,
    /// Whether the peers that take minutes are run too.
    pub(super) peers: Peers,
    /// Only these parts or sets; all where empty.
    pub(super) only: Vec<String>,
}

/// Which of the peers' methods run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Peers {
    /// All.
    All,
    /// Without those that take minutes.
    Quick,
}

/// One part of the document.
struct Part {
    name: &'static str,
    when: When,
    measure: fn(&Setting) -> Result<Value, Fault>,
}

/// When a part runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    /// With all others.
    Always,
    /// When `--only` names it: it takes too long for every run.
    Named,
}

/// Every part, in the order they run; naming a set is naming a piece of the part `sets`.
const PARTS: &[Part] = &[
    Part { name: "sets", when: When::Always, measure: sets::measure },
    Part { name: "features", when: When::Always, measure: stopping::features },
    Part { name: "stopping", when: When::Always, measure: stopping::jobs },
    Part { name: "allocation", when: When::Always, measure: allocation::measure },
    Part { name: "scale", when: When::Named, measure: scale::measure },
];

/// Python with the peers, made where it is missing.
pub(super) fn python() -> Result<String, Fault> {
    PEERS.python()
}

/// Measures the parts in `only`, or all.
pub(super) fn run(setting: &Setting) -> Result<Value, Fault> {
    let mut results = Map::new();
    for part in PARTS {
        let wanted = match (part.name, part.when) {
            ("sets", _) => !sets::wanted(setting)?.is_empty(),
            (name, When::Always) => setting.wants(name),
            (name, When::Named) => setting.names(name),
        };
        if wanted {
            eprintln!("bench: {}", part.name);
            results.insert(part.name.to_owned(), (part.measure)(setting)?);
        }
    }
    if results.is_empty() {
        let names: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        return Err(Fault(format!(
            "--only names no part ({}) and no set; there is nothing to measure",
            names.join(", ")
        )));
    }
    Ok(results.into())
}

impl Setting {
    /// Whether that part or set is asked for.
    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.names(name)
    }

    /// Whether `--only` says that name.
    fn names(&self, name: &str) -> bool {
        self.only.iter().any(|only| only == name)
    }

    /// A file or folder of the data sets, which must be there.
    fn set(&self, name: &str) -> Result<PathBuf, Fault> {
        let path = self.data.join(name);
        if !path.exists() {
            return Err(Fault(format!("{} is missing; name the folder with --data DIR", path.display())));
        }
        Ok(path)
    }

    /// What the program answers in JSON.
    fn attnd(&self, arguments: &[&str]) -> Result<Value, Fault> {
        document_of(std::process::Command::new(&self.program).args(arguments).arg("--json"))
    }

    /// What a peer's script answers. One thread each: its libraries start as many as there are cores.
    fn peer(&self, script: &str, arguments: &[&str]) -> Result<Value, Fault> {
        let script = format!("crates/xtask/peers/{script}");
        let mut command = crate::process::command(&self.python, &[&[script.as_str()], arguments].concat());
        command.envs(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"].map(|name| (name, "1")));
        document_of(&mut command)
    }
}
