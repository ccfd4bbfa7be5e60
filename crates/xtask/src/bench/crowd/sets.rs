//! What does each method make of each set of answers? Accuracy and processor time, ours beside Crowd-Kit's and
//! numpy's; one iteration of Dawid-Skene of each.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde_json::{Map, Value, json};

use super::score::expected_accuracy;
use super::{Peers, Setting};
use crate::process::Fault;

/// Sets measured at once. Both sides share the load; what is compared by the millisecond is run alone.
const LANES: usize = 2;

/// How often the short fits are repeated; the fastest counts.
const REPEATS: usize = 3;

/// The names of the sets asked for, the largest first, so that no lane ends long after the other.
pub(super) fn wanted(setting: &Setting) -> Result<Vec<String>, Fault> {
    let folder = setting.set("crowd")?;
    let mut sets = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if !path.join("truth.csv").is_file() || !(setting.wants("sets") || setting.wants(name)) {
            continue;
        }
        sets.push((fs::metadata(path.join("labels.csv"))?.len(), name.to_owned()));
    }
    sets.sort_unstable_by(|one, other| other.cmp(one));
    Ok(sets.into_iter().map(|(_, name)| name).collect())
}

/// The table: every set and method, then the iterations one set after the other, then the means.
pub(super) fn measure(setting: &Setting) -> Result<Value, Fault> {
    let names = wanted(setting)?;
    let methods = our_methods(setting)?;
    let mut table = in_lanes(&names, |name| one_set(setting, name, &methods))?;
    for name in &names {
        eprintln!("bench: {name}, iterations");
        if let Some(result) = table.get_mut(name) {
            result["dawid_skene_iteration"] = iteration(setting, name)?;
        }
    }
    let means = means(&table);
    Ok(json!({"lanes": LANES, "table": table, "means": means}))
}

/// The names of our methods, as the program lists them.
fn our_methods(setting: &Setting) -> Result<Vec<String>, Fault> {
    let listed = setting.attnd(&["crowd", "methods"])?;
    let methods = listed["methods"].as_array().into_iter().flatten();
    Ok(methods.filter_map(|method| Some(method["name"].as_str()?.to_owned())).collect())
}

/// Measures each name, [`LANES`] at once.
fn in_lanes(
    names: &[String],
    measure: impl Fn(&str) -> Result<Value, Fault> + Sync,
) -> Result<BTreeMap<String, Value>, Fault> {
    let left = Mutex::new(names.iter());
    let found = Mutex::new(Ok(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                loop {
                    let next = left.lock().ok().and_then(|mut left| left.next());
                    let Some(name) = next else { return };
                    eprintln!("bench: {name}");
                    let result = measure(name);
                    let Ok(mut found) = found.lock() else { return };
                    match (result, &mut *found) {
                        (Ok(result), Ok(table)) => _ = table.insert(name.clone(), result),
                        (Err(fault), Ok(_)) => {
                            *found = Err(fault);
                            return;
                        }
                        (_, Err(_)) => return,
                    }
                }
            });
        }
    });
    found.into_inner().unwrap_or_else(|_| Err(Fault("a lane of the bench stopped; see above".to_owned())))
}

/// One row of the table: both sides' methods by name, and what Crowd-Kit's bound does.
fn one_set(setting: &Setting, name: &str, methods: &[String]) -> Result<Value, Fault> {
    let folder = setting.set("crowd")?.join(name);
    let what = if setting.peers == Peers::Quick { "quick" } else { "methods" };
    let mut peer = setting.peer("crowd_kit.py", &[what, &folder.display().to_string()])?;
    let scratch = Scratch::new(name)?;
    let mut both: Map<String, Value> = Map::new();
    for method in methods {
        both.insert(method.clone(), json!({"attnd": fit(setting, &folder, method, &scratch)?}));
    }
    if let Value::Object(theirs) = peer["methods"].take() {
        for (method, result) in theirs {
            both.entry(method).or_insert_with(|| json!({}))["crowd_kit"] = result;
        }
    }
    Ok(json!({
        "answers": peer["answers"],
        "gold": peer["gold"],
        "methods": both,
        "crowd_kit_dawid_skene_bound": peer["dawid_skene_bound"],
        "crowd_kit": peer["version"],
    }))
}

/// One fit of ours: accuracy, processor seconds, rounds. What a method refuses is in the table.
fn fit(setting: &Setting, folder: &Path, method: &str, scratch: &Scratch) -> Result<Value, Fault> {
    let (answers, posterior, consensus) =
        (folder.join("labels.csv"), scratch.path("posterior.csv"), scratch.path("consensus.csv"));
    let [answers, posterior_text, consensus] =
        [&answers, &posterior, &consensus].map(|path| path.display().to_string());
    let arguments = [
        "crowd",
        "aggregate",
        "--answers",
        &answers,
        "--method",
        method,
        "--out",
        &consensus,
        "--posterior",
        &posterior_text,
    ];
    match setting.attnd(&arguments) {
        Ok(document) => Ok(json!({
            "accuracy": expected_accuracy(&posterior, &folder.join("truth.csv"))?,
            "cpu_s": document["fit_cpu_s"],
            "iterations": document["rounds"],
            "chosen": document["choice"]["chosen"],
        })),
        Err(fault) => Ok(json!({"failed": fault.to_string()})),
    }
}

/// One iteration of Dawid-Skene: ours, Crowd-Kit's at a forced count, and numpy's, nothing else running.
fn iteration(setting: &Setting, name: &str) -> Result<Value, Fault> {
    let folder = setting.set("crowd")?.join(name);
    let peers = setting.peer("crowd_kit.py", &["iterations", &folder.display().to_string()])?;
    let scratch = Scratch::new(name)?;
    let mut ours_s = f64::INFINITY;
    for _ in 0..REPEATS {
        let result = fit(setting, &folder, "dawid-skene", &scratch)?;
        if let (Some(cpu_s), Some(rounds)) = (result["cpu_s"].as_f64(), result["iterations"].as_f64()) {
            ours_s = ours_s.min(cpu_s / rounds.max(1.0));
        }
    }
    let over = |theirs: &Value| theirs["cpu_s_per_iteration"].as_f64().map(|theirs_s| theirs_s / ours_s);
    Ok(json!({
        "attnd_cpu_s": ours_s,
        "crowd_kit_cpu_s": peers["crowd_kit"]["cpu_s_per_iteration"],
        "numpy_cpu_s": peers["numpy"]["cpu_s_per_iteration"],
        "crowd_kit_over_attnd": over(&peers["crowd_kit"]),
        "numpy_over_attnd": over(&peers["numpy"]),
        "numpy_fit": peers["numpy"],
    }))
}

/// Each method's mean accuracy and our default's on the same sets: a method that refuses the hard sets gains nothing.
fn means(table: &BTreeMap<String, Value>) -> Value {
    let accuracy = |set: &Value, method: &str, side: &str| set["methods"][method][side]["accuracy"].as_f64();
    let mut methods: Vec<(&str, &str)> = Vec::new();
    for set in table.values() {
        for (method, sides) in set["methods"].as_object().into_iter().flatten() {
            for side in ["attnd", "crowd_kit"] {
                if sides.get(side).is_some() && !methods.contains(&(side, method)) {
                    methods.push((side, method));
                }
            }
        }
    }
    methods.sort_unstable();
    let rows = methods.into_iter().map(|(side, method)| {
        let pairs: Vec<(f64, f64)> = table
            .values()
            .filter_map(|set| Some((accuracy(set, method, side)?, accuracy(set, "default", "attnd")?)))
            .collect();
        let count = pairs.len();
        let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / count.max(1) as f64;
        json!({"side": side, "method": method, "sets": count, "accuracy": mean(|pair| pair.0), "default_on_these": mean(|pair| pair.1)})
    });
    Value::Array(rows.collect())
}

/// A folder of its own, removed in the end.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// A new one.
    pub(super) fn new(name: &str) -> Result<Self, Fault> {
        let folder = std::env::temp_dir().join(format!("attnd-bench-crowd-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    /// A file in it.
    pub(super) fn path(&self, file: &str) -> PathBuf {
        self.0.join(file)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed lies in the folder for temporary files, where the system removes it.
        _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_compare_on_the_same_sets() {
        let set = |ours: f64, theirs: Option<f64>| {
            json!({"methods": {
                "default": {"attnd": {"accuracy": ours}},
                "glad": {"crowd_kit": theirs.map_or(json!({"failed": "too slow"}), |theirs| json!({"accuracy": theirs}))},
            }})
        };
        let table =
            BTreeMap::from([("easy".to_owned(), set(0.9, Some(0.8))), ("hard".to_owned(), set(0.5, None))]);
        let means = means(&table);
        assert_eq!(
            means[1],
            json!({"side": "crowd_kit", "method": "glad", "sets": 1, "accuracy": 0.8, "default_on_these": 0.9})
        );
        assert_eq!(means[0]["accuracy"], 0.7);
    }

    #[test]
    fn every_set_is_measured_once_and_a_fault_is_told() {
        let names: Vec<String> = (0..7).map(|number| number.to_string()).collect();
        let table = in_lanes(&names, |name| Ok(json!(name))).unwrap();
        assert_eq!(table.len(), 7);
        assert_eq!(table["3"], json!("3"));
        let fault =
            in_lanes(
                &names,
                |name| {
                    if name == "5" { Err(Fault("five".to_owned())) } else { Ok(Value::Null) }
                },
            );
        assert_eq!(fault.unwrap_err().to_string(), "five");
    }
}
