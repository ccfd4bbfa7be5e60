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
    assert_eq!([&lines[0]["label"], &lines[1]["label"]], ["food", "钱"]);
    assert!(!lines[0]["reasons"].as_array().unwrap().is_empty());
    let card: Value = serde_json::from_str(&answer(&home, &["card", model, "--json"])).unwrap();
    assert_eq!(card["labels"].as_array().unwrap().len(), 3, "{card}");
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
