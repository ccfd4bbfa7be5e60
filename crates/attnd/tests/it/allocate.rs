//! Does `attnd crowd allocate` take each example of the manual for what the manual says it is, and refuse what is none?

use std::fs;

use serde_json::{Value, json};

use crate::daemon::Home;

/// What the command says of an instance: its exit code, standard output and standard error.
fn allocate(home: &Home, instance: &str) -> (Option<i32>, String, String) {
    let path = home.path().join("instance.json");
    fs::write(&path, instance).unwrap();
    let output =
        home.attnd(&["crowd", "allocate", "--instance", path.to_str().unwrap(), "--json"]).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn every_example_of_the_manual_is_of_the_kind_it_stands_under() {
    let manual = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/allocation.md");
    let manual = fs::read_to_string(manual).unwrap();
    let home = Home::new();
    let mut kinds = Vec::new();
    for part in manual.split("```json").collect::<Vec<_>>().windows(2) {
        let kind = part[0].rsplit("\n**").next().unwrap().split("**").next().unwrap();
        let example = part[1].split("```").next().unwrap();
        let (code, out, error) = allocate(&home, example);
        assert_eq!(code, Some(0), "{kind}: {error}");
        let answer: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(answer["regime"], kind, "{answer}");
        assert!(answer["gap"].as_f64().unwrap() < 1e-6, "{answer}");
        assert_eq!(answer["unmet"], json!([]), "{answer}");
        kinds.push(kind.to_owned());
    }
    let listed =
        ["makespan", "fluid", "precedence", "redundancy", "transportation", "covering", "generalised"];
    assert_eq!(kinds, listed);
}

#[test]
fn five_hands_are_split_as_the_manual_says() {
    let unit = |id: &str, work_h: f64, done: bool| json!({"id": id, "work_h": work_h, "done": done});
    for (done, hands) in [(true, [2, 3, 0]), (false, [1, 2, 2])] {
        let units = [unit("a", 2.0, false), unit("b", 4.0, false), unit("c", 6.0, done)];
        let (_, out, _) = allocate(&Home::new(), &json!({"hands": 5, "units": units}).to_string());
        let answer: Value = serde_json::from_str(&out).unwrap();
        let given: Vec<&Value> =
            answer["allocation"].as_array().unwrap().iter().map(|row| &row["hands"]).collect();
        assert_eq!(json!(given), json!(hands));
    }
}

#[test]
fn what_is_wrong_is_named() {
    let home = Home::new();
    for (instance, reason) in [
        ("", "EOF"),
        (r#"{"hands": 2, "units": []}"#, "'units'"),
        (r#"{"units": [{"id": "a"}]}"#, "'hands', 'minds' or a 'budget'"),
        (r#"{"hands": 2, "units": [{"id": "a", "wrk_h": 2}]}"#, "wrk_h"),
        (r#"{"hands": 2, "units": [{"id": "a", "work_h": -1}]}"#, "unit 'a': work_h is -1"),
        (r#"{"hands": 2, "units": [{"id": "a"}, {"id": "a"}]}"#, "two of the units are called 'a'"),
        (r#"{"hands": 2, "units": [{"id": "a", "after": ["b"]}]}"#, "'b'"),
        (r#"{"kind": "magic", "hands": 2, "units": [{"id": "a"}]}"#, "'magic'"),
        (r#"{"units": [{"id": "a"}], "minds": [{"id": "m"}], "pairs": {"cost": [[1, 2]]}}"#, "pairs.cost"),
    ] {
        let (code, _, error) = allocate(&home, instance);
        assert_ne!(code, Some(0), "{instance}");
        assert!(error.contains(reason), "{instance}: {error}");
    }
}
