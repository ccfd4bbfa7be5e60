//! Who does what, how near the best, how fast? Covering beside HiGHS, generalised assignment beside the best known,
//! a million units in the regimes that have closed forms.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::Setting;
use super::sets::Scratch;
use crate::process::Fault;

/// Units and minds of the covering instance, and the seed it is made from.
const COVERING: [&str; 3] = ["1000", "50", "1"];

/// HiGHS stops within this of its bound or after so many seconds.
const HIGHS_LIMITS: [&str; 2] = ["0.001", "120"];

/// All three tables.
pub(super) fn measure(setting: &Setting) -> Result<Value, Fault> {
    let scratch = Scratch::new("allocation")?;
    Ok(json!({
        "covering": covering(setting, &scratch)?,
        "generalised_assignment": generalised_assignment(setting, &scratch)?,
        "million": million(setting, &scratch)?,
    }))
}

/// The same instance to both: value, bound, processor seconds.
fn covering(setting: &Setting, scratch: &Scratch) -> Result<Value, Fault> {
    let file = scratch.path("covering.json").display().to_string();
    let [units, minds, seed] = COVERING;
    setting.peer("crowd_highs.py", &["generate", units, minds, seed, &file])?;
    let ours = allocate(setting, &file)?;
    let [gap, seconds] = HIGHS_LIMITS;
    let highs = setting.peer("crowd_highs.py", &["solve", &file, gap, seconds])?;
    let over = match (ours["value"].as_f64(), highs["value"].as_f64()) {
        (Some(ours), Some(highs)) if highs > 0.0 => json!(ours / highs - 1.0),
        _ => Value::Null,
    };
    Ok(json!({"attnd": ours, "highs": highs, "attnd_over_highs": over}))
}

/// What one call of ours answers, without the plan itself.
fn allocate(setting: &Setting, file: &str) -> Result<Value, Fault> {
    let answer = setting.attnd(&["crowd", "allocate", "--instance", file])?;
    let kept = ["regime", "value", "bound", "gap", "took"].into_iter();
    let mut kept: Map<_, _> = kept.map(|field| (field.to_owned(), answer[field].clone())).collect();
    kept.insert("unmet".to_owned(), json!(answer["unmet"].as_array().map(Vec::len)));
    Ok(kept.into())
}

/// Each instance of the folder beside the best known value of `data.csv`.
fn generalised_assignment(setting: &Setting, scratch: &Scratch) -> Result<Value, Fault> {
    let folder = setting.set("planning/gap")?;
    let mut results = Map::new();
    for record in csv::Reader::from_path(folder.join("data.csv"))?.records() {
        let record = record?;
        let (Some(name), Some(best)) = (record.get(0), record.get(7)) else { continue };
        let path = folder.join(name);
        let Ok(best) = best.parse::<f64>() else { continue };
        if !path.is_file() {
            continue;
        }
        let file = scratch.path("gap.json");
        fs::write(&file, serde_json::to_vec(&instance_of(&path)?)?)?;
        let mut ours = allocate(setting, &file.display().to_string())?;
        ours["best_known"] = json!(best);
        ours["over_best_known"] =
            ours["value"].as_f64().map_or(Value::Null, |value| json!(value / best - 1.0));
        results.insert(name.to_owned(), ours);
    }
    Ok(results.into())
}

/// An instance of OR-Library's format: agents and jobs, costs `[agent, job]`, resources `[agent, job]`, capacities.
fn instance_of(path: &Path) -> Result<Value, Fault> {
    let text = fs::read_to_string(path)?;
    let mut numbers = text.split_whitespace().map(str::parse::<f64>);
    let mut next = || {
        let number = numbers.next().and_then(Result::ok);
        number.ok_or_else(|| Fault(format!("{} ends early or holds what is no number", path.display())))
    };
    let (minds, units) = (next()? as usize, next()? as usize);
    let mut tables = [vec![vec![0.0; minds]; units], vec![vec![0.0; minds]; units]];
    for table in &mut tables {
        for mind in 0..minds {
            for row in &mut *table {
                row[mind] = next()?;
            }
        }
    }
    let capacities = (0..minds).map(|_| next()).collect::<Result<Vec<_>, _>>()?;
    let [cost, work_h] = tables;
    Ok(json!({
        "goal": "cost",
        "units": (0..units).map(|unit| json!({"id": format!("u{unit}")})).collect::<Vec<_>>(),
        "minds": capacities.iter().enumerate().map(|(mind, capacity)| json!({"id": format!("m{mind}"), "capacity_h": capacity})).collect::<Vec<_>>(),
        "pairs": {"cost": cost, "work_h": work_h},
    }))
}

/// A million units: alike hands by makespan and by weighted completion, and 200 types of units for 50 types of minds.
fn million(setting: &Setting, scratch: &Scratch) -> Result<Value, Fault> {
    let hours = |unit: usize| ((unit * 7_919) % 1_000 + 1) as f64 / 100.0;
    let units: Vec<Value> =
        (0..1_000_000).map(|unit| json!({"id": format!("u{unit}"), "work_h": hours(unit)})).collect();
    let mut results = Map::new();
    for goal in ["makespan", "completion"] {
        let instance = json!({"goal": goal, "hands": 3_000_000, "units": units});
        results.insert(format!("identical_{goal}"), of(setting, scratch, &instance)?);
    }
    results.insert("typed".to_owned(), of(setting, scratch, &typed())?);
    Ok(results.into())
}

/// A million units in 200 types, five hundred minds in 50; half of the pairs cannot be.
fn typed() -> Value {
    let (types, classes) = (200_usize, 50_usize);
    let cost = |unit: usize, mind: usize| {
        let number = (unit * 31 + mind * 17) % 97;
        number.is_multiple_of(2).then_some(number as f64 / 10.0 + 1.0)
    };
    json!({
        "goal": "cost",
        "units": (0..types).map(|unit| json!({"id": format!("u{unit}"), "count": 5_000, "answers": 1})).collect::<Vec<_>>(),
        "minds": (0..classes).map(|mind| json!({"id": format!("m{mind}"), "count": 10, "capacity_answers": 2_500})).collect::<Vec<_>>(),
        "pairs": {"cost": (0..types).map(|unit| (0..classes).map(|mind| cost(unit, mind)).collect()).collect::<Vec<Vec<_>>>()},
    })
}

fn of(setting: &Setting, scratch: &Scratch, instance: &Value) -> Result<Value, Fault> {
    let file = scratch.path("million.json");
    fs::write(&file, serde_json::to_vec(instance)?)?;
    allocate(setting, &file.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_s_format_is_agents_by_jobs() {
        let folder = Scratch::new("allocation-test").unwrap();
        let path = folder.path("tiny");
        fs::write(&path, " 2 3\n 1 2 3\n 4 5 6\n 7 8 9\n 10 11 12\n 20 30\n").unwrap();
        let instance = instance_of(&path).unwrap();
        assert_eq!(instance["pairs"]["cost"], json!([[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]));
        assert_eq!(instance["pairs"]["work_h"][2], json!([9.0, 12.0]));
        assert_eq!(instance["minds"][1]["capacity_h"], json!(30.0));
        fs::write(&path, "2 3 1 2").unwrap();
        assert!(instance_of(&path).unwrap_err().to_string().contains("ends early"));
    }
}
