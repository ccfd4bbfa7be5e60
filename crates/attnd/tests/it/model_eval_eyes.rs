//! Does `attnd model eval` judge eyes of people left out, every estimator beside the others, and say what it cannot?

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::daemon::Home;

const CONDITIONS: [(&str, f64); 4] =
    [("Control", 0.0), ("Noise", 0.0), ("Second_Task", 0.4), ("4_Combined", 0.4)];

/// Two minutes of eyes at 30 a second, pupils wider by `wider` mm and never quite the same twice.
fn eyes(person: usize, condition: usize, wider: f64) -> String {
    let mut text =
        "frame;Timestamp;openness_L;openness_R;pupil_diameter_L(mm);pupil_diameter_R(mm);\n".to_owned();
    for frame in 0..3_600_usize {
        let seconds = frame as f64 / 30.0;
        let lid = if frame % 100 < 4 { 0.05 } else { 0.92 };
        // Slow waves of each condition's own beat: nothing repeats from window to window.
        let wave =
            0.2 * (seconds / (5.0 + condition as f64)).sin() + 0.1 * (seconds * 1.7 + person as f64).cos();
        let pupil = 3.0 + person as f64 / 10.0 + wider + wave;
        let (minute, second) = (frame / 1_800, seconds % 60.0);
        let _ = writeln!(
            text,
            "{frame};2022-12-21 15:{:02}:{second:07.4};{lid};{lid};{pupil:.4};{pupil:.4};",
            condition * 10 + minute
        );
    }
    text
}

fn recorded(folder: &Path, people: usize) {
    for person in 0..people {
        let of_person = folder.join(format!("data/P{}", person + 1));
        fs::create_dir_all(&of_person).unwrap();
        for (condition, (name, wider)) in CONDITIONS.into_iter().enumerate() {
            let path = of_person.join(format!("Eyerecording_Test_{name}.csv"));
            fs::write(path, eyes(person, condition, wider)).unwrap();
        }
    }
}

/// What it prints with these arguments, and whether it succeeded.
fn eval(arguments: &[&str]) -> (bool, Value) {
    let home = Home::new();
    let all = [&["model", "eval", "--json"], arguments].concat();
    let output = home.attnd(&all).output().unwrap();
    let said = if output.status.success() { &output.stdout } else { &output.stderr };
    let text = String::from_utf8_lossy(said);
    let document = serde_json::from_slice(said).unwrap_or_else(|_| Value::String(text.into_owned()));
    (output.status.success(), document)
}

#[test]
fn every_estimator_is_judged_on_people_left_out_and_says_whether_it_earned_its_place() {
    let folder = tempfile::tempdir().unwrap();
    recorded(folder.path(), 4);
    let data = folder.path().display().to_string();
    let (judged, answer) =
        eval(&["--task", "arithmetic", "--data", &data, "--estimators", "hierarchical,rules"]);
    assert!(judged, "{answer}");
    assert_eq!((answer["task"].as_str(), answer["variant"].as_str()), (Some("arithmetic"), Some("session")));
    assert_eq!(answer["split"], "leave-one-person-out");
    assert_eq!((answer["people"].as_u64(), answer["answers"].as_u64()), (Some(4), Some(4 * 4 * 4)));
    assert_eq!(answer["estimator"], "hierarchical");
    assert!(answer["auc_pooled"].as_f64().unwrap() > 0.9, "wide pupils: {}", answer["auc_pooled"]);
    for baseline in ["majority", "person_mean", "hour_of_day", "context_rule"] {
        assert!(answer["baselines"][baseline]["brier"].is_f64(), "{baseline}");
        assert!(answer["earned"][baseline]["verdict"].is_string(), "{baseline}");
    }
    let [rules, hierarchical] = &answer["estimators"].as_array().unwrap()[..] else {
        panic!("two estimators, the simplest first: {}", answer["estimators"])
    };
    assert_eq!(
        (rules["name"].as_str(), hierarchical["name"].as_str()),
        (Some("rules"), Some("hierarchical"))
    );
    assert!(hierarchical["seconds"].is_f64() && hierarchical["against_baseline"]["verdict"].is_string());
}

#[test]
fn what_cannot_be_judged_names_what_could_be() {
    let folder = tempfile::tempdir().unwrap();
    recorded(folder.path(), 1);
    let data = folder.path().display().to_string();
    let cases: [(&[&str], &str, &str); 5] = [
        (&["--data", &data, "--variant", "tomorrow"], "invalid_parameter", "so-far"),
        (&["--data", &data, "--estimators", "oracle"], "invalid_parameter", "minirocket"),
        (&["--train", &data, "--test", &data], "invalid_parameter", "--data"),
        (&["--data", "nowhere"], "file_unreadable", "nowhere"),
        (&["--data", &data, "--estimators", "hierarchical"], "too_little_data", ""),
    ];
    for (arguments, code, named) in cases {
        let (judged, answer) = eval(&[&["--task", "arithmetic"], arguments].concat());
        assert!(!judged && answer["code"] == code, "{arguments:?}: {answer}");
        assert!(answer["detail"].as_str().unwrap_or_default().contains(named), "{named}: {answer}");
    }
    let empty = tempfile::tempdir().unwrap();
    let (judged, answer) = eval(&["--task", "mental-load", "--data", &empty.path().display().to_string()]);
    assert!(!judged && answer["code"] == "no_recordings", "{answer}");
}
