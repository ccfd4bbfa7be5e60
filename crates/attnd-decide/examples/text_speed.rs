//! How fast are texts read and labelled? Prints one JSON document; made-up texts, one core.
//!
//! `cargo run --release -p attnd-decide --example text_speed`

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::time::Instant;

use attnd_decide::Seed;
use attnd_decide::text::ngram::FeatureReader;
use attnd_decide::text::{ClassifyRoom, Example, TextClassifier};
use rand::RngExt;

const TEXTS: usize = 20_000;
const LABELS: usize = 150;

fn main() {
    let english = made_up(&('a'..='z').collect::<Vec<_>>(), 3..9, " ");
    let chinese = made_up(&('一'..='乿').collect::<Vec<_>>(), 1..3, "");
    let names: Vec<String> = (0..LABELS).map(|label| format!("label {label}")).collect();
    let examples: Vec<Example<'_>> = english
        .iter()
        .zip(names.iter().cycle())
        .map(|(text, label)| Example { text, label })
        .take(3000)
        .collect();
    let classifier = TextClassifier::train(&examples, Seed(1)).unwrap();
    let mut room = ClassifyRoom::default();
    let start = Instant::now();
    let sum: f64 = english.iter().map(|text| classifier.classify(text, &mut room).probability).sum();
    let label_us = start.elapsed().as_secs_f64() * 1e6 / english.len() as f64;
    println!(
        "{{\"hash_english_mb_s\":{:.1},\"hash_chinese_mb_s\":{:.1},\"label_one_text_us\":{label_us:.1},\"probability_mean\":{:.3}}}",
        hashed_mb_s(&english),
        hashed_mb_s(&chinese),
        sum / english.len() as f64
    );
}

/// Texts of ten words of made-up vocabulary.
fn made_up(letters: &[char], length: std::ops::Range<usize>, between: &str) -> Vec<String> {
    let mut generator = Seed(2).generator(0);
    let vocabulary: Vec<String> = (0..5000)
        .map(|_| {
            let length = generator.random_range(length.clone());
            (0..length).map(|_| letters[generator.random_range(0..letters.len())]).collect()
        })
        .collect();
    let mut text = || {
        let words: Vec<&str> =
            (0..10).map(|_| vocabulary[generator.random_range(0..vocabulary.len())].as_str()).collect();
        words.join(between)
    };
    (0..TEXTS).map(|_| text()).collect()
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
