//! `attnd text eval`: what are labels learnt from one table worth on another?

use std::time::Instant;

use attnd_core::{ErrorCode, Problem};
use attnd_decide::Seed;
use attnd_decide::text::{ClassifyRoom, Figures, Judged, OUT_OF_SCOPE, Refusals, TextClassifier};
use attnd_sense::labelled::Wanted;
use serde::Serialize;

use super::embeddings::{Embeddings, Encoder};
use super::{Table, problem};
use crate::cli::TextEval;
use crate::output::Output;

/// What is answered.
#[derive(Serialize)]
struct Answer {
    #[serde(flatten)]
    figures: Figures,
    /// Below which scope a text was taken for none of the labels, learnt from --train; none where that was too small.
    scope_threshold: Option<f64>,
    /// What that did.
    #[serde(flatten)]
    refusals: Refusals,
    /// From the tables in memory to the last text judged.
    seconds: f64,
    /// Of these, learning.
    train_seconds: f64,
    /// Of these, the sentence encoder's; none where none was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    embedding_seconds: Option<f64>,
    /// Share of the encoder's vector that was chosen; 0 where it was of no use, or none was named.
    embedding_share: f32,
    /// Texts learnt from.
    train_texts: usize,
    /// Labels learnt.
    labels: usize,
    /// Texts whose label no text learnt from has: each counts as wrong.
    unseen_label_texts: usize,
}

pub(super) fn run(options: &TextEval, output: &Output) -> Result<(), Problem> {
    let train = Table::open(&options.train, Wanted::Labelled)?;
    let test = Table::open(&options.test, Wanted::Labelled)?;
    if test.rows.is_empty() {
        let detail = format!("{}: there is no text to judge on", options.test.display());
        return Err(Problem::new(ErrorCode::TooLittleData, detail));
    }
    let start = Instant::now();
    let encoder = Encoder::open(options.embeddings.as_deref())?;
    let (train_read, test_read) = (encoder.read(&train, output)?, encoder.read(&test, output)?);
    let embedding_seconds = options.embeddings.as_ref().map(|_| start.elapsed().as_secs_f64());
    let learning = Instant::now();
    let seed = Seed(options.seed);
    let classifier = TextClassifier::train_beside(&train.examples(), train_read.vectors(), seed)
        .map_err(|error| problem(&options.train, &error))?;
    let train_seconds = learning.elapsed().as_secs_f64();
    let (judged, labels) = judge(&classifier, &test, &test_read);
    let known = classifier.labels().len();
    let unseen = judged.iter().filter(|judged| judged.truth.is_some_and(|truth| truth >= known)).count();
    let scope_threshold = classifier.threshold().map(|threshold| threshold.scope);
    let answer = Answer {
        figures: Figures::of(&judged, labels),
        scope_threshold,
        refusals: Refusals::of(&judged, scope_threshold.unwrap_or(f64::NEG_INFINITY)),
        seconds: start.elapsed().as_secs_f64(),
        train_seconds,
        embedding_seconds,
        embedding_share: classifier.choice().recipe.embedding,
        train_texts: train.rows.len(),
        labels: known,
        unseen_label_texts: unseen,
    };
    output.answer(&answer, words)
}

/// Every text judged, and how many labels there are with those never learnt, which come after the others.
fn judge(classifier: &TextClassifier, test: &Table, read: &Embeddings) -> (Vec<Judged>, usize) {
    let known = classifier.labels();
    let mut unseen: Vec<&str> = test.rows.iter().map(|(_, label)| label.as_str()).collect();
    unseen.sort_unstable();
    unseen.dedup();
    unseen.retain(|&label| label != OUT_OF_SCOPE && classifier.label(label).is_none());
    let truth = |label: &str| {
        let later = || unseen.binary_search(&label).ok().map(|at| known.len() + at);
        classifier.label(label).or_else(later)
    };
    let mut room = ClassifyRoom::default();
    let judged = read.said(test).zip(&test.rows).map(|(said, (_, label))| {
        let verdict = classifier.classify(said, &mut room);
        Judged {
            truth: truth(label),
            given: verdict.label,
            probability: verdict.probability,
            scope: verdict.scope,
        }
    });
    (judged.collect(), known.len() + unseen.len())
}

fn words(answer: &Answer) -> String {
    let share =
        |share: Option<f64>| share.map_or("–".to_owned(), |share| format!("{:.1} %", 100.0 * share));
    let area = answer.figures.oos_auroc.map_or("–".to_owned(), |area| format!("{area:.3}"));
    let refusals = answer.refusals;
    let mut text = format!(
        "accuracy        {} of {} texts in scope\nmacro F1        {}\nout of scope    AUROC {area} over {} texts\n\
         at a threshold  {} of texts out of scope refused, {} of texts in scope given their label and kept\n\
         learnt          {} labels from {} texts in {:.1} s, all in {:.1} s\n",
        share(answer.figures.accuracy),
        answer.figures.texts,
        share(answer.figures.macro_f1),
        answer.figures.oos_texts,
        share(refusals.oos_recall),
        share(refusals.in_scope_accuracy),
        answer.labels,
        answer.train_texts,
        answer.train_seconds,
        answer.seconds,
    );
    if let Some(seconds) = answer.embedding_seconds {
        let share = 100.0 * answer.embedding_share;
        text.push_str(&format!(
            "embeddings      {share:.0} % of each text's features, read in {seconds:.1} s\n"
        ));
    }
    if answer.unseen_label_texts > 0 {
        let unseen = answer.unseen_label_texts;
        text.push_str(&format!(
            "{unseen} texts have labels that nothing was learnt of; they count as wrong\n"
        ));
    }
    text
}
