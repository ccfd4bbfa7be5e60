//! Does `attnd text` learn labels from a table, give them to others with reasons, and refuse what teaches nothing?

use std::fs;

use serde_json::Value;

use crate::daemon::Home;

fn put(home: &Home, name: &str, text: impl AsRef<[u8]>) -> String {
    let path = home.path().join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Sixty texts of three labels, in two scripts, and six that are none of them.
fn table() -> String {
    let themes = [
        ("food", ["bread", "soup", "kitchen", "dinner"]),
        ("rain", ["cloud", "storm", "umbrella", "thunder"]),
        ("钱", ["银行", "付款", "账单", "汇率"]),
    ];
    let mut table = String::from("text,label\n");
    for at in 0..60 {
        let (label, words) = themes[at % 3];
        let word = |step: usize| words[(at / 3 * step + step) % 4];
        table.push_str(&format!("the {} and {} of {},{label}\n", word(1), word(3), word(2)));
    }
    for word in ["violin", "parliament", "volcano", "tractor", "comet", "turtle"] {
        table.push_str(&format!("a {word} far away,oos\n"));
    }
    table
}

#[track_caller]
fn answer(home: &Home, arguments: &[&str]) -> String {
    let output = home.attnd(&[&["text"], arguments].concat()).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn refused(home: &Home, arguments: &[&str], reason: &str) {
    let output = home.attnd(&[&["text"], arguments].concat()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
    assert!(text.contains(reason), "{arguments:?}: {text}");
}

#[test]
fn labels_are_learnt_kept_and_given_with_reasons() {
    let home = Home::new();
    let table = put(&home, "table.csv", table());
    let eval = answer(&home, &["eval", "--train", &table, "--test", &table, "--json"]);
    let eval: Value = serde_json::from_str(&eval).unwrap();
    for key in ["accuracy", "macro_f1", "oos_auroc"] {
        assert!(eval[key].as_f64().unwrap() > 0.95, "{eval}");
    }
    assert!(eval["seconds"].as_f64().unwrap() > 0.0);
    let model = home.path().join("mine.labels");
    let model = model.to_str().unwrap();
    answer(&home, &["train", "--train", &table, "--out", model]);
    refused(&home, &["train", "--train", &table, "--out", model], "--force");
    let new = put(&home, "new.csv", "text\nsoup for dinner\n银行的账单\n");
    let lines = answer(&home, &["predict", "--model", model, &new, "--json"]);
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!([&lines[0]["best_guess"], &lines[1]["best_guess"]], ["food", "钱"]);
    let named = |line: &Value| line["label"] == line["best_guess"] || line["label"] == "oos";
    assert!(lines.iter().all(named), "{lines:?}");
    assert!(!lines[0]["reasons"].as_array().unwrap().is_empty());
    let card: Value = serde_json::from_str(&answer(&home, &["card", model, "--json"])).unwrap();
    assert_eq!(card["labels"].as_array().unwrap().len(), 3, "{card}");
    assert!(card["held_out"]["accuracy"].as_f64().unwrap() > 0.8, "{card}");
    fs::write(model, &fs::read(model).unwrap()[..100]).unwrap();
    refused(&home, &["card", model], "mine.labels");
}

#[test]
fn odd_texts_are_judged_and_odd_tables_refused() {
    let home = Home::new();
    let train = put(&home, "train.csv", table());
    let odd = format!(
        "text,label\n\"\",food\n🎉🎉,rain\nسلام 你好 hello,钱\n{},food\nnever seen,dance\n",
        "soup ".repeat(2_000_000)
    );
    let odd = put(&home, "odd.csv", odd);
    let eval: Value =
        serde_json::from_str(&answer(&home, &["eval", "--train", &train, "--test", &odd, "--json"])).unwrap();
    assert_eq!((eval["texts"].as_u64(), eval["unseen_label_texts"].as_u64()), (Some(5), Some(1)), "{eval}");
    assert!(eval["oos_auroc"].is_null(), "nothing out of scope was there to tell");
    let one = put(&home, "one.csv", "text,label\na,x\nb,x\n");
    refused(&home, &["eval", "--train", &one, "--test", &train], "x");
    let none = put(&home, "none.csv", "text,label\n");
    refused(&home, &["eval", "--train", &none, "--test", &train], "none.csv");
    refused(&home, &["eval", "--train", &train, "--test", &none], "no text to judge");
    let column = put(&home, "column.csv", "words,kind\na,x\n");
    refused(&home, &["eval", "--train", &column, "--test", &train], "text");
    let bytes = put(&home, "bytes.csv", b"text,label\n\xff\xfe,x\n");
    refused(&home, &["eval", "--train", &bytes, "--test", &train], "line 2");
}

#[cfg(not(feature = "network"))]
#[test]
fn a_build_without_encoders_says_so() {
    let home = Home::new();
    let table = put(&home, "table.csv", table());
    let named = ["eval", "--train", &table, "--test", &table, "--embeddings", "."];
    refused(&home, &named, "built without sentence encoders");
}

/// A tiny encoder of random weights and a table of words that only it can tell apart: the label is the side of its first
/// number that a text is on.
#[cfg(feature = "network")]
#[test]
fn an_encoder_is_brought_used_remembered_and_asked_for() {
    let encoders = concat!(env!("CARGO_MANIFEST_DIR"), "/../attnd-model/tests/parity/sentence");
    let [own, other] = ["bert", "static"].map(|kind| format!("{encoders}/{kind}"));
    let encoder = attnd_model::SentenceEncoder::open(own.as_ref()).unwrap();
    // Numbers spelt in letters that the small encoder has tokens of.
    let spelt = |number: u32| -> String {
        number.to_string().bytes().map(|digit| char::from(b"estormndai"[usize::from(digit - b'0')])).collect()
    };
    let texts: Vec<String> =
        (0..200_u32).map(|at| format!("{} {}", spelt(at * at % 997), spelt(at * 31 % 101))).collect();
    let words: Vec<&str> = texts.iter().map(String::as_str).collect();
    let vectors = encoder.encode(&words, &mut |_| {}).unwrap();
    let first: Vec<f32> = vectors.chunks(encoder.dimensions()).map(|vector| vector[0]).collect();
    let mut sorted = first.clone();
    sorted.sort_by(f32::total_cmp);
    let mut rows = String::from("text,label\n");
    for (text, first) in texts.iter().zip(first) {
        rows.push_str(&format!("{text},{}\n", if first < sorted[100] { "left" } else { "right" }));
    }
    let home = Home::new();
    let table = put(&home, "table.csv", rows);
    let model = home.path().join("mine.labels");
    let model = model.to_str().unwrap();
    let eval = answer(&home, &["eval", "--train", &table, "--test", &table, "--embeddings", &own, "--json"]);
    let eval: Value = serde_json::from_str(&eval).unwrap();
    assert!(eval["embedding_share"].as_f64().unwrap() > 0.0, "{eval}");
    assert!(eval["embedding_seconds"].as_f64().unwrap() >= 0.0);
    answer(&home, &["train", "--train", &table, "--out", model, "--embeddings", &own]);
    let card: Value = serde_json::from_str(&answer(&home, &["card", model, "--json"])).unwrap();
    assert_eq!(card["encoder"]["digest"], encoder.digest());
    let new = put(&home, "new.csv", "text\nstorm near\n");
    let lines = answer(&home, &["predict", "--model", model, &new, "--embeddings", &own]);
    assert_eq!(lines.lines().count(), 1);
    refused(&home, &["predict", "--model", model, &new], "--embeddings");
    refused(
        &home,
        &["predict", "--model", model, &new, "--embeddings", &other],
        "sentence encoder of digest",
    );
    let nowhere = home.path().to_str().unwrap();
    let named = ["eval", "--train", &table, "--test", &table, "--embeddings", nowhere];
    refused(&home, &named, "there is no config.json");
}
