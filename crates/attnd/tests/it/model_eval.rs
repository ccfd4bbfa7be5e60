//! Does `attnd model eval` judge as it says, and does it say clearly what it cannot?

use std::fmt::Write as _;
use std::fs;

use serde_json::Value;

use crate::daemon::Home;

const HEAD: &str = "pid,location,activity,start_time,end_time,duration_sec,actual_concentration,\
                    expected_concentration,perceived_distraction,purpose_of_using_smartphone\n";
/// The published file's encoding is CP949: these are the bytes of 집 (home) and 강의실 (lecture room) in it.
const HOME_CP949: &[u8] = &[0xc1, 0xfd];
const ROOM_CP949: &[u8] = &[0xb0, 0xad, 0xc0, 0xc7, 0xbd, 0xc7];

/// Answers of people who are distracted at home and not in a lecture, every third time the other way round.
pub(crate) fn survey(people: &[&str], answers: usize) -> String {
    let mut text = HEAD.to_owned();
    for (number, person) in people.iter().enumerate() {
        for index in 0..answers {
            let at_home = index % 5 < 2;
            let odd = (index + number) % 3 == 0;
            let value = if at_home == odd { 2 } else { 4 };
            let place = if at_home { "집" } else { "강의실" };
            let start = 1_557_195_170_024_u64 + 3_600_000 * index as u64;
            let end = start + 60_000 * (1 + index as u64 % 7);
            let _ = writeln!(text, "{person},{place},공부,{start} ,{end} ,60,{},3,{value},", 6 - value);
        }
    }
    text
}

/// What it prints for these files, and whether it succeeded.
fn eval(task: &str, train: &[u8], test: &[u8]) -> (bool, Value) {
    let home = Home::new();
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (folder.path().join("a.csv"), folder.path().join("b.csv"));
    fs::write(&a, train).unwrap();
    fs::write(&b, test).unwrap();
    let files = [a.display().to_string(), b.display().to_string()];
    let arguments = ["model", "eval", "--task", task, "--train", &files[0], "--test", &files[1], "--json"];
    let output = home.attnd(&arguments).output().unwrap();
    let said = if output.status.success() { &output.stdout } else { &output.stderr };
    let text = String::from_utf8_lossy(said);
    let document = serde_json::from_slice(said).unwrap_or_else(|_| Value::String(text.into_owned()));
    (output.status.success(), document)
}

/// Without how long it took, which has to be there.
fn timeless(mut answer: Value) -> Value {
    for time in ["training_s", "adaptation_ms", "prediction_us"] {
        let taken = answer.as_object_mut().and_then(|all| all.remove(time));
        assert!(taken.as_ref().and_then(Value::as_f64).is_some_and(|taken| taken > 0.0), "{time}: {taken:?}");
    }
    answer
}

const FIGURES: [&str; 4] = ["auc_pooled", "auc_within", "brier", "log_loss"];

#[test]
fn the_figures_stand_at_the_top_and_the_same_for_every_baseline() {
    let file = survey(&["p1", "p2", "p3", "p4"], 60);
    let (judged, answer) = eval("distraction", file.as_bytes(), file.as_bytes());
    assert!(judged, "{answer}");
    for figure in FIGURES {
        assert!(answer[figure].is_f64(), "{figure} is {}", answer[figure]);
        for baseline in ["majority", "person_mean", "hour_of_day", "context_rule"] {
            assert!(answer["baselines"][baseline].get(figure).is_some(), "{baseline} lacks {figure}");
        }
    }
    assert_eq!(answer["answers"], 4 * 30, "the second half of each person");
    assert!(answer["auc_within"].as_f64().unwrap() > 0.6, "place says much: {}", answer["auc_within"]);
    assert_eq!(answer["stages"][0]["stage"], "normalised");
    assert_eq!(answer["coverage"]["nominal"], 0.9);
    for name in ["majority", "rules", "ordinal"] {
        assert!(answer["earned"][name]["verdict"].is_string(), "{name}: {}", answer["earned"]);
    }
    assert!(answer["estimators"]["network"]["reason"].is_string(), "answers carry no raw signals: {answer}");
    let worst = answer["coverage"]["worst_person"]["coverage"].as_f64().unwrap();
    assert!((0.0..=1.0).contains(&worst));
    let (_, again) = eval("distraction", file.as_bytes(), file.as_bytes());
    assert_eq!(timeless(answer), timeless(again), "the same files and seed give the same figures");
}

#[test]
fn a_file_in_cp949_says_the_same_as_in_utf_8() {
    let text = survey(&["p1", "p2", "p3"], 40).replace("공부", "study");
    let mut cp949 = Vec::new();
    for piece in text.split_inclusive(['집', '실']) {
        if let Some(before) = piece.strip_suffix('집') {
            cp949.extend([before.as_bytes(), HOME_CP949].concat());
        } else if let Some(before) = piece.strip_suffix("강의실") {
            cp949.extend([before.as_bytes(), ROOM_CP949].concat());
        } else {
            cp949.extend(piece.as_bytes());
        }
    }
    assert_eq!(
        timeless(eval("concentration", text.as_bytes(), &cp949).1),
        timeless(eval("concentration", text.as_bytes(), text.as_bytes()).1)
    );
}

#[test]
fn people_who_are_new_are_judged_by_what_everybody_taught() {
    let (judged, answer) =
        eval("concentration", survey(&["a", "b", "c"], 60).as_bytes(), survey(&["d"], 40).as_bytes());
    assert!(judged, "{answer}");
    assert_eq!((answer["people"].as_u64(), answer["answers"].as_u64()), (Some(1), Some(20)));
}

#[test]
fn a_person_of_three_answers_and_one_of_one_kind_are_judged_as_far_as_they_go() {
    let mut file = survey(&["a", "b", "c"], 60);
    file += survey(&["three"], 3).strip_prefix(HEAD).unwrap();
    file += &survey(&["calm"], 30).strip_prefix(HEAD).unwrap().replace(",3,4,", ",3,1,");
    let (judged, answer) = eval("distraction", file.as_bytes(), file.as_bytes());
    assert!(judged, "{answer}");
    assert_eq!(answer["people"], 5);
    let one_kind: Vec<&str> =
        answer["one_kind"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(one_kind.contains(&"calm"), "{one_kind:?}");
}

#[test]
fn what_cannot_be_judged_is_said_with_its_reason() {
    let file = survey(&["a", "b", "c"], 60);
    let few = survey(&["a", "b"], 4);
    let lacking = file.replacen("perceived_distraction", "mood", 1);
    let cases: [(&str, &str, &str); 5] = [
        ("", "no_recordings", "b.csv"),
        (HEAD, "no_recordings", "b.csv"),
        (&lacking, "no_recordings", "distraction"),
        (&few, "too_little_data", "answers"),
        ("pid,location\n1,2\n", "no_recordings", "start_time"),
    ];
    for (broken, code, named) in cases {
        let train = if code == "too_little_data" { broken } else { &file };
        let (judged, answer) = eval("distraction", train.as_bytes(), broken.as_bytes());
        assert!(!judged, "{broken:.40}: {answer}");
        assert_eq!(answer["code"], code, "{answer}");
        assert!(answer["detail"].as_str().unwrap_or_default().contains(named), "{named}: {answer}");
    }
    let (judged, answer) = eval("happiness", file.as_bytes(), file.as_bytes());
    assert!(!judged && answer.to_string().contains("distraction"), "it names what can be asked: {answer}");
}

#[test]
fn files_of_other_tools_read_the_same_and_a_missing_column_is_named() {
    let plain = survey(&["a", "b", "c"], 40);
    let expected = timeless(eval("distraction", plain.as_bytes(), plain.as_bytes()).1);
    assert_eq!(
        expected["missing_columns"],
        serde_json::json!(["purpose"]),
        "nobody said what the phone was for"
    );
    let others = [
        format!("\u{feff}{plain}"),
        plain.replace('\n', "\r\n"),
        plain.replace(',', ";"),
        plain.trim_end().to_owned(),
    ];
    for other in others {
        assert_eq!(
            timeless(eval("distraction", plain.as_bytes(), other.as_bytes()).1),
            expected,
            "{other:.60}"
        );
    }
    let placeless = plain.replacen("location", "room_number", 1);
    let (judged, answer) = eval("distraction", plain.as_bytes(), placeless.as_bytes());
    assert!(judged, "{answer}");
    assert_eq!(answer["missing_columns"], serde_json::json!(["location", "purpose"]));
}

#[test]
fn answers_that_are_all_the_same_are_refused_with_the_reason() {
    let same: String = survey(&["a", "b", "c"], 30).replace(",3,2,", ",3,4,");
    let (judged, answer) = eval("distraction", same.as_bytes(), same.as_bytes());
    assert!(!judged, "{answer}");
    assert_eq!(answer["code"], "too_little_data", "{answer}");
    assert!(answer["detail"].as_str().unwrap_or_default().contains("rarer"), "{answer}");
}
