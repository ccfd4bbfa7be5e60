//! Does `attnd crowd simulate` draw answers attnd itself puts together, and tell what a job costs?

use serde_json::Value;

use crate::daemon::Home;

/// Runs it; status, standard output and standard error.
fn simulate(home: &Home, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = home.run(&[&["crowd", "simulate"], arguments].concat());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn report(home: &Home, arguments: &[&str]) -> Value {
    let (status, printed, problem) = simulate(home, &[arguments, &["--json"]].concat());
    assert_eq!(status, Some(0), "{problem}");
    serde_json::from_str(&printed).unwrap()
}

#[test]
fn what_is_drawn_is_put_together_again() {
    let home = Home::new();
    let file = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    let (labels, truth) = (file("labels.csv"), file("truth.csv"));
    let drawn = report(
        &home,
        &[
            "--units",
            "400",
            "--minds",
            "12",
            "--labels",
            "3",
            "--answers",
            "7",
            "--mix",
            "skilled@0.9:3,spammer:1",
            "--out",
            &labels,
            "--truth",
            &truth,
            "--seed",
            "4",
        ],
    );
    assert_eq!((drawn["tasks"].as_u64(), drawn["answers"].as_u64()), (Some(400), Some(2800)));
    let (table, truths) =
        (std::fs::read_to_string(&labels).unwrap(), std::fs::read_to_string(&truth).unwrap());
    assert_eq!((table.lines().next(), table.lines().count()), (Some("task,worker,label"), 2801));
    assert_eq!((truths.lines().next(), truths.lines().count()), (Some("task,label"), 401));

    let consensus = file("consensus.csv");
    let put =
        home.run(&["crowd", "aggregate", "--answers", &labels, "--method", "ibcc", "--out", &consensus]);
    assert!(put.status.success(), "{put:?}");
    let table = std::fs::read_to_string(&consensus).unwrap();
    let label = |line: &str| line.split(',').take(2).map(str::to_owned).collect::<Vec<_>>();
    let known: std::collections::HashSet<Vec<String>> = truths.lines().skip(1).map(label).collect();
    let right = table.lines().skip(1).filter(|line| known.contains(&label(line))).count();
    assert!(right > 380, "{right} of 400");

    let again = file("again.csv");
    let same = ["--like", &labels, "--like-gold", &truth, "--units", "50", "--out", &again, "--seed", "9"];
    assert_eq!(report(&home, &same)["workers"].as_u64(), Some(12));
    let first = std::fs::read(&again).unwrap();
    report(&home, &same);
    assert_eq!(first, std::fs::read(&again).unwrap(), "the same seed draws the same");
}

#[test]
fn stopping_where_it_is_sure_costs_fewer_answers_for_the_same_accuracy() {
    let home = Home::new();
    let told = report(
        &home,
        &[
            "--units",
            "800",
            "--minds",
            "40",
            "--answers",
            "15",
            "--mix",
            "skilled@0.8:8,spammer:1,biased:1",
            "--policy",
            "fixed:15",
            "--policy",
            "adaptive:0.99",
            "--policy",
            "accuracy:0.95",
            "--policy",
            "fixed:3",
        ],
    );
    let of = |at: usize, name: &str| told["policies"][at][name].as_f64().unwrap();
    assert!((of(0, "answers_per_task") - 15.0).abs() < 1e-9);
    assert!(of(1, "accuracy") > of(0, "accuracy") - 0.015, "{told}");
    assert!(of(1, "answers_per_task") < 8.0, "{told}");
    assert!(
        of(2, "accuracy") > 0.94 && of(2, "answers_per_task") < of(1, "answers_per_task") + 1.0,
        "{told}"
    );
    assert!(of(3, "accuracy") < of(1, "accuracy"), "{told}");
}

#[test]
fn answers_that_were_given_are_replayed() {
    let home = Home::new();
    let file = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    let (labels, truth) = (file("labels.csv"), file("truth.csv"));
    report(&home, &["--units", "300", "--answers", "9", "--out", &labels, "--truth", &truth]);
    let replay = ["--replay", "--like", &labels, "--like-gold", &truth, "--policy", "adaptive:0.95"];
    for deal in ["chance", "information", "accuracy"] {
        let told = report(&home, &[&replay[..], &["--deal", deal]].concat());
        let each = told["policies"][0]["answers_per_task"].as_f64().unwrap();
        assert!(each > 1.0 && each < 9.0, "{told}");
        assert_eq!(told["policies"][0]["judged_tasks"].as_u64(), Some(240));
    }
    let (status, _, problem) = simulate(&home, &["--replay", "--like", &labels, "--policy", "fixed:3"]);
    assert_eq!(status, Some(2));
    assert!(problem.contains("none is"), "{problem}");
}

#[test]
fn what_makes_no_sense_is_refused_with_what_to_do() {
    let home = Home::new();
    for (arguments, said) in [
        (&[][..], "--policy"),
        (&["--out", "a.csv", "--truth", "a.csv"], "same file"),
        (&["--out", "-", "--json"], "standard output"),
        (&["--out", "-", "--policy", "fixed:3"], "standard output"),
        (&["--out", "-", "--units", "0"], "at least 1"),
        (&["--out", "-", "--labels", "1"], "at least 2"),
        (&["--out", "-", "--hard", "1.5"], "shares"),
        (&["--out", "-", "--mix", "wizard:1"], "skilled"),
        (&["--policy", "adaptive:95"], "adaptive:0.95"),
        (&["--policy", "fixed:3", "--gold-share", "0"], "at least one must be"),
        (&["--out", "-", "--like", "nowhere.csv"], "nowhere.csv"),
    ] {
        let (status, printed, problem) = simulate(&home, arguments);
        assert!(status == Some(2) && printed.is_empty(), "{arguments:?}: {status:?} {printed} {problem}");
        assert!(problem.contains(said), "{arguments:?}: {problem}");
    }
}
