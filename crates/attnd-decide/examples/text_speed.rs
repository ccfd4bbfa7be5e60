//! How fast are texts read, learnt from and labelled? Prints one JSON document; made-up texts.
//!
//! `cargo run --release -p attnd-decide --example text_speed`
//!
//! Hashing and labelling use one core, learning two. The texts have the shape of CLINC150: 15,000 of eight words or so,
//! 150 labels, each with words of its own among common ones.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::ops::Range;
use std::time::Instant;

use attnd_decide::Seed;
use attnd_decide::text::ngram::FeatureReader;
use attnd_decide::text::{ClassifyRoom, Example, TextClassifier};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

const LABELS: usize = 150;
const TEXTS: usize = 100 * LABELS;
/// Words of one text.
const WORDS: Range<usize> = 5..12;
/// Words that any text may have, and those that name a label.
const COMMON: usize = 2000;
const OWN: usize = 12;

fn main() {
    let english = made_up(&('a'..='z').collect::<Vec<_>>(), 3..9, " ");
    let chinese = made_up(&('一'..='乿').collect::<Vec<_>>(), 1..3, "");
    let names: Vec<String> = (0..LABELS).map(|label| format!("label {label:03}")).collect();
    let examples: Vec<Example<'_>> =
        english.iter().zip(names.iter().cycle()).map(|(text, label)| Example { text, label }).collect();
    let before_s = processor_s();
    let start = Instant::now();
    let classifier = TextClassifier::train(&examples, Seed(1)).unwrap();
    let train_s = start.elapsed().as_secs_f64();
    let train_processor_s = processor_s().zip(before_s).map(|(after, before)| after - before);
    let mut room = ClassifyRoom::default();
    let start = Instant::now();
    let sum: f64 = english.iter().map(|text| classifier.classify(text, &mut room).probability).sum();
    let label_us = start.elapsed().as_secs_f64() * 1e6 / english.len() as f64;
    let document = serde_json::json!({
        "hash_english_mb_s": hashed_mb_s(&english),
        "hash_chinese_mb_s": hashed_mb_s(&chinese),
        "label_one_text_us": label_us,
        "train_s": train_s,
        "train_processor_s": train_processor_s,
        "train_texts": TEXTS,
        "labels": LABELS,
        "held_out_accuracy": classifier.card().held_out.accuracy,
        "probability_mean": sum / english.len() as f64,
    });
    println!("{document}");
}

/// Texts of made-up words, label after label: a third of the words are the label's own.
fn made_up(letters: &[char], length: Range<usize>, between: &str) -> Vec<String> {
    let mut generator = Seed(2).generator(0);
    let word = |generator: &mut ChaCha8Rng| -> String {
        let length = generator.random_range(length.clone());
        (0..length).map(|_| letters[generator.random_range(0..letters.len())]).collect()
    };
    let vocabulary: Vec<String> = (0..COMMON + LABELS * OWN).map(|_| word(&mut generator)).collect();
    let mut text = |label: usize| {
        let words: Vec<&str> = (0..generator.random_range(WORDS))
            .map(|_| {
                let is_own = generator.random_range(0..3) == 0;
                let own = COMMON + label * OWN + generator.random_range(0..OWN);
                vocabulary[if is_own { own } else { generator.random_range(0..COMMON) }].as_str()
            })
            .collect();
        words.join(between)
    };
    (0..TEXTS).map(|at| text(at % LABELS)).collect()
}

/// Processor time of the whole program so far, of all its threads, in seconds; none where the system does not tell it so.
/// Fields 14 and 15 of proc(5), in hundredths of a second.
fn processor_s() -> Option<f64> {
    let line = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = line.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut field = || fields.next()?.parse::<f64>().ok();
    Some((field()? + field()?) / 100.0)
}

/// Megabytes of text turned into hashed features in a second: the best of five rounds.
fn hashed_mb_s(texts: &[String]) -> f64 {
    let bytes: usize = texts.iter().map(String::len).sum();
    let mut reader = FeatureReader::default();
    let mut features = Vec::new();
    let mut best_s = f64::INFINITY;
    for _ in 0..5 {
        let start = Instant::now();
        let mut count = 0;
        for text in texts {
            reader.read(text, &mut features);
            count += features.len();
        }
        assert!(count > 0);
        best_s = best_s.min(start.elapsed().as_secs_f64());
    }
    bytes as f64 / 1e6 / best_s
}
