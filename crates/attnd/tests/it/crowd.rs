//! Does `attnd crowd` put tables together, and refuse what is none, with its line?

use std::fs;
use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::daemon::Home;

/// Three tasks, three workers, of whom one is wrong once.
const ANSWERS: &str = "task,worker,label\nt1,ann,cat\nt1,ben,cat\nt1,eve,dog\nt2,ann,dog\nt2,ben,dog\n\
                       t2,eve,dog\nt3,ann,cat\nt3,ben,cat\nt3,eve,cat\n";

fn put(home: &Home, name: &str, text: impl AsRef<[u8]>) -> String {
    let path = home.path().join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn read(home: &Home, name: &str) -> String {
    fs::read_to_string(home.path().join(name)).unwrap()
}

#[track_caller]
fn json_of(home: &Home, arguments: &[&str]) -> Value {
    let output = home.attnd(&[&["crowd"], arguments, &["--json"]].concat()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {text}"))
}

/// That the command refuses, as the person's to mend, naming the reason; and that it writes nothing.
#[track_caller]
fn refused(home: &Home, arguments: &[&str], reason: &str) {
    let out = home.path().join("refused.csv");
    let arguments = [&["crowd", "aggregate", "--out", out.to_str().unwrap()], arguments].concat();
    let output = home.attnd(&arguments).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
    assert!(text.contains(reason), "{arguments:?}: {text}");
    assert!(!out.exists(), "{arguments:?}");
}

fn labels_of(table: &str) -> Vec<(&str, &str)> {
    let row = |line: &'_ str| -> (usize, usize) { (line.find(',').unwrap(), line.rfind(',').unwrap()) };
    table
        .lines()
        .skip(1)
        .map(|line| {
            let (first, last) = row(line);
            (&line[..first], &line[first + 1..last])
        })
        .collect()
}

#[test]
fn every_method_puts_answers_together() {
    let home = Home::new();
    let answers = put(&home, "labels.csv", ANSWERS);
    let methods = json_of(&home, &["methods"]);
    let names: Vec<&str> =
        methods["methods"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    for method in ["majority", "wawa", "zero-based", "one-coin", "dawid-skene", "ibcc", "bwa"] {
        assert!(names.contains(&method), "{names:?}");
    }
    let [out, posterior, minds] =
        ["out.csv", "posterior.csv", "minds.csv"].map(|name| home.path().join(name));
    let [out, posterior, minds] = [&out, &posterior, &minds].map(|path| path.to_str().unwrap());
    for method in names.into_iter().chain(["default"]) {
        let files = ["--out", out, "--posterior", posterior, "--minds", minds];
        let report =
            json_of(&home, &[&["aggregate", "--answers", &answers, "--method", method][..], &files].concat());
        assert_eq!(
            labels_of(&read(&home, "out.csv")),
            [("t1", "cat"), ("t2", "dog"), ("t3", "cat")],
            "{method}"
        );
        assert_eq!(
            [&report["tasks"], &report["workers"], &report["labels"], &report["answers"]],
            [3, 3, 2, 9].map(|count| json!(count)).each_ref(),
            "{report}"
        );
        assert_eq!(report["rounds"], json!(report["objective"].as_array().unwrap().len()), "{report}");
        let mut sums = std::collections::BTreeMap::<String, f64>::new();
        for line in read(&home, "posterior.csv").lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            *sums.entry(cells[0].to_owned()).or_default() += cells[2].parse::<f64>().unwrap();
        }
        assert!(sums.len() == 3 && sums.values().all(|sum| (sum - 1.0).abs() < 1e-9), "{method}: {sums:?}");
        let workers = read(&home, "minds.csv");
        assert!(workers.starts_with("worker,answers,skill\nann,3,"), "{workers}");
    }
}

#[test]
fn gold_stays_what_it_is_and_teaches() {
    let home = Home::new();
    // Ann and Ben always contradict each other; gold says whom to believe.
    let mut text = "task,worker,label\n".to_owned();
    let mut truths = "label,task\n".to_owned();
    for task in 0..20 {
        let (right, wrong) = if task % 2 == 0 { ("cat", "dog") } else { ("dog", "cat") };
        text += &format!("t{task},ann,{right}\nt{task},ben,{wrong}\n");
        if task < 10 {
            truths += &format!("{right},t{task}\n");
        }
    }
    truths += "bird,nobody answered it\n";
    let (answers, gold) = (put(&home, "labels.csv", text), put(&home, "truth.csv", truths));
    let out = home.path().join("out.csv");
    for method in ["wawa", "zero-based", "one-coin", "dawid-skene", "ibcc", "bwa"] {
        let report = json_of(
            &home,
            &[
                "aggregate",
                "--answers",
                &answers,
                "--gold",
                &gold,
                "--method",
                method,
                "--out",
                out.to_str().unwrap(),
            ],
        );
        assert_eq!((&report["gold"], &report["gold_unanswered"]), (&json!(10), &json!(1)), "{report}");
        for (task, label) in labels_of(&read(&home, "out.csv")) {
            let task: u32 = task[1..].parse().unwrap();
            assert_eq!(label, if task.is_multiple_of(2) { "cat" } else { "dog" }, "{method}: t{task}");
        }
    }
}

#[test]
fn every_dialect_gives_the_same_and_standard_input_too() {
    let home = Home::new();
    let plain = put(&home, "plain.csv", ANSWERS);
    let run = |path: &str| {
        let output =
            home.attnd(&["crowd", "aggregate", "--method", "ibcc", "--answers", path]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let expected = run(&plain);
    assert!(expected.starts_with("task,label,confidence\nt1,cat,0."), "{expected}");
    let quoted: String = ANSWERS
        .lines()
        .map(|line| line.split(',').map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",") + "\r\n")
        .collect();
    let marked = format!("\u{feff}{}", ANSWERS.replace('\n', "\r\n"));
    let spread = ANSWERS.replace(',', ";");
    for (name, text) in [("quoted.csv", quoted), ("marked.csv", marked), ("spread.csv", spread)] {
        assert_eq!(run(&put(&home, name, text)), expected, "{name}");
    }
    let mut piped = home
        .attnd(&["crowd", "aggregate", "--method", "ibcc", "--answers", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    piped.stdin.take().unwrap().write_all(ANSWERS.as_bytes()).unwrap();
    assert_eq!(String::from_utf8(piped.wait_with_output().unwrap().stdout).unwrap(), expected);
}

#[test]
fn names_with_separators_come_back_in_quotes() {
    let home = Home::new();
    let answers = put(&home, "labels.csv", "task,worker,label\n\"a,\"\"b\"\"\",ann,\"c\nd\"\n");
    let output =
        home.attnd(&["crowd", "aggregate", "--method", "majority", "--answers", &answers]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text, "task,label,confidence\n\"a,\"\"b\"\"\",\"c\nd\",1.000000\n");
}

#[test]
fn a_tie_goes_to_the_name_that_sorts_first_whatever_the_order() {
    let home = Home::new();
    for text in ["t,ann,dog\nt,ben,cat\n", "t,ben,cat\nt,ann,dog\n"] {
        let answers = put(&home, "labels.csv", format!("task,worker,label\n{text}"));
        let out = home.path().join("out.csv");
        let report = json_of(
            &home,
            &["aggregate", "--answers", &answers, "--method", "majority", "--out", out.to_str().unwrap()],
        );
        assert_eq!(read(&home, "out.csv"), "task,label,confidence\nt,cat,0.500000\n");
        assert_eq!(report["ties"], 1, "{report}");
    }
}

#[test]
fn repeated_answers_count_as_told() {
    let home = Home::new();
    let answers = put(&home, "labels.csv", "task,worker,label\nt,ann,dog\nt,ann,cat\nt,ann,cat\nt,ben,dog\n");
    let run = |repeats: &str| {
        json_of(&home, &["aggregate", "--answers", &answers, "--method", "majority", "--repeats", repeats])
    };
    assert_eq!(run("distinct")["answers"], 3);
    assert_eq!(run("last")["answers"], 2);
    refused(&home, &["--answers", &answers, "--repeats", "refuse"], "'ann' answered 't' more than once");
}

#[test]
fn what_is_no_table_is_refused_with_its_line() {
    let home = Home::new();
    let bad: [(&[u8], &str); 10] = [
        (b"", "it is empty; its first line names the columns: task,worker,label"),
        (b"task,worker,label\n", "there is no answer"),
        (b"task,person,label\nt,ann,cat\n", "line 1: there is no column 'worker' among: task, person, label"),
        (b"task,worker,label\nt,ann,cat\n,ben,cat\n", "line 3: the cell of 'task' is blank"),
        (b"task,worker,label\r\nt,ann,cat\r\nt,ben,\r\n", "line 3: the cell of 'label' is blank"),
        (b"task,worker,label\nt,ann\n", "line 2: 2 cells where the header has 3"),
        (b"task,worker,label\nt,ann,cat,or dog\n", "line 2: 4 cells where the header has 3"),
        (b"task,worker,label\nt,ann,caf\xe9\n", "line 2: these bytes are no UTF-8"),
        (b"\xff\xfet\0a\0s\0k\0", "save the table as UTF-8"),
        (b"PK\x03\x04 a spreadsheet", "there is no column 'task'"),
    ];
    for (text, reason) in bad {
        let answers = put(&home, "bad.csv", text);
        refused(&home, &["--answers", &answers], reason);
    }
    let answers = put(&home, "labels.csv", ANSWERS);
    let gold = put(&home, "truth.csv", "task,label\nt1,cat\nt2,dog\nt1,dog\n");
    refused(
        &home,
        &["--answers", &answers, "--gold", &gold],
        "line 4: the gold of 't1' is both 'cat' and 'dog'; a unit has one truth: remove one",
    );
    refused(
        &home,
        &["--answers", &answers, "--method", "guess"],
        "--method 'guess': there is default, majority, wawa",
    );
    refused(&home, &["--answers", &answers, "--gold", &answers], "name the same input");
    refused(&home, &["--answers", "nowhere.csv"], "nowhere.csv");
    refused(&home, &["--answers", home.path().to_str().unwrap()], "is a directory");
}

#[test]
fn odd_tables_are_put_together() {
    let home = Home::new();
    let busy: String = (0..10_000).map(|task| format!("t{task},ann,{}\n", ["a", "b"][task % 2])).collect();
    for (name, text, tasks) in [
        ("one worker", "t1,ann,cat\nt2,ann,dog\n".to_owned(), 2),
        ("all equal", "t1,ann,cat\nt1,ben,cat\nt2,ann,cat\n".to_owned(), 2),
        ("busy worker", busy, 10_000),
    ] {
        let answers = put(&home, "odd.csv", format!("task,worker,label\n{text}"));
        for method in ["majority", "wawa", "zero-based", "one-coin", "dawid-skene", "ibcc", "bwa", "default"]
        {
            let report = json_of(&home, &["aggregate", "--answers", &answers, "--method", method]);
            assert_eq!(report["tasks"], tasks, "{name}, {method}: {report}");
            assert!(report["mean_confidence"].as_f64().is_some_and(|mean| mean > 0.49), "{name}: {report}");
        }
    }
}

#[test]
fn labels_nobody_answered_may_be_true() {
    let home = Home::new();
    let answers = put(&home, "labels.csv", ANSWERS);
    let gold = put(&home, "truth.csv", "task,label\nt1,bird\n");
    let out = home.path().join("out.csv");
    let report = json_of(
        &home,
        &["aggregate", "--answers", &answers, "--gold", &gold, "--out", out.to_str().unwrap()],
    );
    assert_eq!(report["labels"], 3, "{report}");
    assert_eq!(labels_of(&read(&home, "out.csv"))[0], ("t1", "bird"));
}

#[test]
fn two_documents_have_no_place_in_one() {
    let home = Home::new();
    let answers = put(&home, "labels.csv", ANSWERS);
    let run = |arguments: &[&str]| {
        let output = home
            .attnd(&[&["crowd", "aggregate", "--answers", &answers][..], arguments].concat())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(run(&["--out", "-", "--json"]).contains("one document"));
    assert!(run(&["--out", "same.csv", "--posterior", "same.csv"]).contains("the same place twice"));
}

#[test]
fn metrics_say_how_far_answers_agree() {
    let home = Home::new();
    let answers = put(&home, "labels.csv", ANSWERS);
    let gold = put(&home, "truth.csv", "task,label\nt1,cat\nt2,dog\nt3,cat\n");
    let report = json_of(&home, &["metrics", "--answers", &answers, "--gold", &gold]);
    // Observed disagreement (2·1·2 / 2) / 9, expected 5·4·2 / (9·8).
    let alpha = 1.0 - (2.0 / 9.0) / (40.0 / 72.0);
    assert!((report["agreement"]["krippendorff_alpha"].as_f64().unwrap() - alpha).abs() < 1e-12, "{report}");
    assert_eq!(report["agreement"]["krippendorff_alpha_ordinal"], Value::Null, "{report}");
    assert!((report["agreement"]["agreement_with_majority"].as_f64().unwrap() - 8.0 / 9.0).abs() < 1e-12);
    assert_eq!(report["consensus"]["accuracy"], 1.0, "{report}");
    assert_eq!(report["by_worker"][2]["worker"], "eve", "{report}");

    let consensus = put(&home, "consensus.csv", "task,label,confidence\nt1,dog,0.9\nt2,dog,1\nt3,cat,1\n");
    let judged =
        json_of(&home, &["metrics", "--answers", &answers, "--gold", &gold, "--consensus", &consensus]);
    assert!((judged["consensus"]["accuracy"].as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-12, "{judged}");
    let short = put(&home, "short.csv", "task,label\nt1,dog\n");
    let output =
        home.attnd(&["crowd", "metrics", "--answers", &answers, "--consensus", &short]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("task 't2' has no row"));
    let words = home.attnd(&["crowd", "metrics", "--answers", &answers]).output().unwrap().stdout;
    assert!(String::from_utf8(words).unwrap().contains("Krippendorff's alpha"));
}
