//! How well and how fast are asks put in order? Ranking, variety, routing; recommending beside `implicit` in the same run.

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Map, Value, json};

use super::child::{Environment, document_of, json_of};
use crate::process::{Fault, command, root};

/// Python with implicit.
const PEERS: Environment = Environment {
    variable: "ATTND_RANK_PYTHON",
    folder: "peers-rank",
    list: "rank_requirements.txt",
    packages: include_str!("../../peers/rank_requirements.txt"),
};

/// What is measured, on what.
pub(super) struct Setting {
    /// The program.
    pub(super) program: PathBuf,
    /// The folder of data sets.
    pub(super) data: PathBuf,
    /// A folder with MovieLens ratings, if the user has one.
    pub(super) movielens: Option<PathBuf>,
    /// Only these parts; all where empty.
    pub(super) only: Vec<String>,
}

/// A part of the bench.
struct Part {
    name: &'static str,
    run: fn(&Setting) -> Result<Value, Fault>,
}

/// Every part, in the order they run.
const PARTS: [Part; 4] = [
    Part { name: "speed", run: speed },
    Part { name: "feed", run: feed },
    Part { name: "routing", run: routing },
    Part { name: "movielens", run: movielens },
];

/// The parts that were asked for.
pub(super) fn run(setting: &Setting) -> Result<Value, Fault> {
    let mut results = Map::new();
    let asked = |part: &&Part| setting.only.is_empty() || setting.only.iter().any(|name| name == part.name);
    for part in PARTS.iter().filter(asked) {
        eprintln!("bench: {}", part.name);
        results.insert(part.name.to_owned(), (part.run)(setting)?);
    }
    Ok(results.into())
}

/// A hundred thousand asks placed and ranked.
fn speed(_: &Setting) -> Result<Value, Fault> {
    document_of(&mut example("rank_speed"))
}

/// Every ranker on the reactions of a forum, and what variety costs there.
fn feed(setting: &Setting) -> Result<Value, Fault> {
    json_of(example("rank_feed").arg(set(setting, "feed_bicycles")?))
}

/// Who reviews, online over all, judged on the last quarter.
fn routing(setting: &Setting) -> Result<Value, Fault> {
    let reviews = set(setting, "review_routing")?.join("reviews.jsonl");
    json_of(Command::new(&setting.program).args(["rank", "eval", "--json", "--reviews"]).arg(reviews))
}

/// Collaborative filtering on one split, by us and by the peer; and in the order of time, by us.
fn movielens(setting: &Setting) -> Result<Value, Fault> {
    let Some(folder) = &setting.movielens else {
        return Ok(
            json!({"not_run": "give --movielens DIR: a folder with u.data, ratings.dat or ratings.csv"}),
        );
    };
    let split = root().join("target/movielens-split");
    let ours = json_of(example("rank_movielens").arg(folder).arg("--write-split").arg(&split))?;
    let mut peer = command(&PEERS.python()?, &["crates/xtask/peers/rank_implicit.py"]);
    // Two libraries that both start threads get in each other's way; implicit itself warns of it.
    peer.arg(&split).env("OPENBLAS_NUM_THREADS", "1");
    Ok(json!({"attnd": ours, "implicit": json_of(&mut peer)?}))
}

/// A set of the folder of data.
fn set(setting: &Setting, name: &str) -> Result<PathBuf, Fault> {
    let folder = setting.data.join(name);
    if folder.is_dir() {
        Ok(folder)
    } else {
        Err(Fault(format!("{} is missing; give --data DIR", folder.display())))
    }
}

/// An example of the deciding crate, optimised; it prints one document.
fn example(name: &str) -> Command {
    let words = ["run", "--quiet", "--release", "--package", "attnd-decide", "--example", name, "--"];
    command("cargo", &words)
}
