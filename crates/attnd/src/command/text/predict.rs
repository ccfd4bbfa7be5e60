//! `attnd text predict`: which label has each text, how sure is that, and why?

use attnd_core::{ErrorCode, Problem};
use attnd_decide::text::{ClassifyRoom, OUT_OF_SCOPE, Said, TextClassifier};
use attnd_sense::labelled::Wanted;
use serde::Serialize;

use super::embeddings::Encoder;
use super::{Table, opened};
use crate::cli::TextPredict;
use crate::output::Output;

/// What is said of one text.
#[derive(Serialize)]
struct Line<'a> {
    /// [`OUT_OF_SCOPE`] where the text is none of the labels.
    label: &'a str,
    /// The likeliest label even so.
    best_guess: &'a str,
    /// Of the likeliest label.
    probability: f64,
    scope: f64,
    reasons: Vec<Reason>,
}

/// What of the text speaks for its label, strongest first.
#[derive(Serialize)]
struct Reason {
    part: String,
    weight: f32,
}

pub(super) fn run(options: &TextPredict, output: &Output) -> Result<(), Problem> {
    let classifier = opened(&options.model)?;
    let table = Table::open(&options.table, Wanted::Texts)?;
    let encoder = Encoder::open_for(&classifier, &options.model, options.embeddings.as_deref())?;
    let read = encoder.read(&table, output)?;
    let mut room = ClassifyRoom::default();
    for said in read.said(&table) {
        output.line(&line(&classifier, said, options.reasons, &mut room, output)?)?;
    }
    Ok(())
}

/// One line a text: a JSON document, or label, best guess, its probability, scope and reasons between tabs.
fn line(
    classifier: &TextClassifier,
    said: Said<'_>,
    most: usize,
    room: &mut ClassifyRoom,
    output: &Output,
) -> Result<String, Problem> {
    let verdict = classifier.classify(said, room);
    let reasons = classifier.reasons(said, verdict.label, most, room);
    let reasons = reasons.into_iter().map(|(part, weight)| Reason { part, weight }).collect();
    let best_guess = classifier.labels()[verdict.label].as_str();
    let label = if classifier.is_out_of_scope(&verdict) { OUT_OF_SCOPE } else { best_guess };
    let line = Line { label, best_guess, probability: verdict.probability, scope: verdict.scope, reasons };
    if output.is_json() {
        return serde_json::to_string(&line)
            .map_err(|error| Problem::new(ErrorCode::Internal, error.to_string()));
    }
    let parts: Vec<&str> = line.reasons.iter().map(|reason| reason.part.as_str()).collect();
    let (probability, scope) = (line.probability, line.scope);
    Ok(format!("{label}\t{best_guess}\t{probability:.3}\t{scope:.3}\t{}", parts.join(", ")))
}
