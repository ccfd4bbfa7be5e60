//! Does a model go from answers to a file, a card, predictions and one person's own, and is a broken file refused?

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::daemon::Home;
use crate::model_eval::survey;

/// Answers in a file of their own, and where a model of them may go.
struct Bench {
    home: Home,
    answers: String,
    model: PathBuf,
}

impl Bench {
    fn new() -> Self {
        let home = Home::new();
        let file = home.path().join("answers.csv");
        fs::write(&file, survey(&["p1", "p2", "p3", "p4"], 60)).unwrap();
        Self { answers: file.display().to_string(), model: home.path().join("model.safetensors"), home }
    }

    /// The exit status, what it answered and what it said on standard error.
    fn model(&self, arguments: &[&str]) -> (Option<i32>, Value, Value) {
        let output = self.home.attnd(&[&["model"], arguments, &["--json"]].concat()).output().unwrap();
        let [answer, said] = [&output.stdout, &output.stderr].map(|bytes| {
            serde_json::from_slice(bytes).unwrap_or_else(|_| Value::from(String::from_utf8_lossy(bytes)))
        });
        (output.status.code(), answer, said)
    }

    fn trained(&self) -> Value {
        let out = self.model.display().to_string();
        let train = ["train", "--task", "distraction", "--data", &self.answers, "--out", &out];
        let (code, card, said) = self.model(&train);
        assert_eq!(code, Some(0), "{said}");
        card
    }

    fn predicted(&self) -> (Option<i32>, Value, Value) {
        let model = self.model.display().to_string();
        self.model(&["predict", "--model", &model, "--task", "distraction", "--data", &self.answers])
    }
}

#[test]
fn a_model_is_trained_read_asked_and_fitted_to_one_person() {
    let bench = Bench::new();
    let card = bench.trained();
    assert_eq!((card["data"]["people"].as_u64(), card["data"]["examples"].as_u64()), (Some(4), Some(240)));
    assert!(
        card["figures"]["log_loss"].as_f64() < card["baselines"]["majority"]["log_loss"].as_f64(),
        "{card}"
    );
    let model = bench.model.display().to_string();
    assert_eq!(bench.model(&["card", &model]).1, card);

    let (code, predictions, said) = bench.predicted();
    assert_eq!(code, Some(0), "{said}");
    let predictions = predictions.as_array().unwrap().clone();
    assert_eq!(predictions.len(), 240);
    for prediction in &predictions {
        assert!((0.0..=1.0).contains(&prediction["yes"].as_f64().unwrap()), "{prediction}");
        assert_eq!(prediction["estimator"], "hierarchical");
    }

    let own = bench.home.path().join("p1.safetensors").display().to_string();
    let adapt =
        ["adapt", "--model", &model, "--task", "distraction", "--data", &bench.answers, "--out", &own];
    let (code, ladder, said) = bench.model(&[&adapt[..], &["--person", "p1"]].concat());
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(ladder["ladder"][0]["stage"], "normalised");
    assert_eq!(bench.model(&["card", &own]).0, Some(0));
    let (code, _, said) = bench.model(&[&adapt[..], &["--person", "nobody", "--force"]].concat());
    assert_eq!((code, &said["code"]), (Some(2), &Value::from("invalid_parameter")));
    let (code, _, said) = bench.model(&[&adapt[..], &["--person", "p1"]].concat());
    assert_eq!(
        (code, &said["code"]),
        (Some(2), &Value::from("file_exists")),
        "nothing is overwritten unasked"
    );
}

#[test]
fn a_broken_file_is_named_and_the_rules_go_on() {
    let bench = Bench::new();
    bench.trained();
    let whole = fs::read(&bench.model).unwrap();
    let edited = |from: &[u8], to: &[u8]| {
        let at = whole.windows(from.len()).position(|window| window == from).unwrap();
        [&whole[..at], to, &whole[at + from.len()..]].concat()
    };
    let broken: [(&str, Vec<u8>); 5] = [
        ("empty", Vec::new()),
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("edited", edited(b"distraction", b"destruction")),
        ("of another version", edited(br#"\"format\":1"#, br#"\"format\":9"#)),
        ("no model", b"pid,location\n1,2\n".to_vec()),
    ];
    for (what, bytes) in broken {
        fs::write(&bench.model, bytes).unwrap();
        let (code, predictions, said) = bench.predicted();
        assert_eq!(code, Some(0), "{what}: {said}");
        assert_eq!(said["code"], "model_unusable", "{what}: {said}");
        let predictions = predictions.as_array().unwrap().clone();
        assert_eq!(predictions.len(), 240, "{what}");
        assert!(predictions.iter().all(|prediction| prediction["estimator"] == "rules"), "{what}");
        let model = bench.model.display().to_string();
        let (code, _, said) = bench.model(&["card", &model]);
        assert_eq!((code, &said["code"]), (Some(2), &Value::from("model_unusable")), "{what}");
    }
    fs::remove_file(&bench.model).unwrap();
    let (code, _, said) = bench.predicted();
    assert_eq!(
        (code != Some(0), &said["code"]),
        (true, &Value::from("file_unreadable")),
        "a wrong name is said so"
    );
}

#[test]
fn a_search_goes_on_where_it_was_stopped() {
    let bench = Bench::new();
    let kept = bench.home.path().join("search.json");
    let file = kept.display().to_string();
    let tune = [
        "tune",
        "--task",
        "distraction",
        "--data",
        &bench.answers,
        "--method",
        "random",
        "--trials",
        "3",
        "--keep",
        &file,
    ];
    let (code, whole, said) = bench.model(&tune);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(whole["trials"].as_array().unwrap().len(), 3);
    // As a search that was killed after its first measurement left it, with a loss no measurement gives.
    let mut search: Value = serde_json::from_slice(&fs::read(&kept).unwrap()).unwrap();
    search["trials"].as_array_mut().unwrap().truncate(1);
    search["trials"][0]["loss"] = Value::from(9.5);
    fs::write(&kept, search.to_string()).unwrap();
    let (_, resumed, _) = bench.model(&tune);
    assert_eq!(resumed["trials"][0]["loss"], 9.5, "what was measured is not measured again");
    assert_eq!(resumed["trials"][1], whole["trials"][1]);
    assert_eq!(resumed["trials"][2], whole["trials"][2]);
    let (code, _, said) = bench.model(&[&tune[..], &["--seed", "2"]].concat());
    assert_eq!(
        (code, &said["code"]),
        (Some(2), &Value::from("conflict")),
        "another search needs another file"
    );
}
