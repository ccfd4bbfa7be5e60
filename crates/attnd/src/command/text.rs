//! `attnd text …`: what is a text about, by labels a person gave to others?

mod card;
mod embeddings;
mod eval;
mod predict;
mod train;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use attnd_core::{ErrorCode, Problem};
use attnd_decide::text::{Example, TextClassifier, TextError};
use attnd_sense::labelled::{self, Wanted};

use crate::cli::TextAction;
use crate::output::Output;

pub(super) fn run(action: &TextAction, output: &Output) -> Result<(), Problem> {
    match action {
        TextAction::Eval(options) => eval::run(options, output),
        TextAction::Train(options) => train::run(options, output),
        TextAction::Predict(options) => predict::run(options, output),
        TextAction::Card { file } => card::run(file, output),
    }
}

/// Texts and their labels, in the order of the table.
struct Table {
    rows: Vec<(String, String)>,
}

impl Table {
    fn open(path: &Path, wanted: Wanted) -> Result<Self, Problem> {
        let unreadable = |error: &dyn std::fmt::Display| {
            Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", path.display()))
        };
        let input: Box<dyn Read> = if path == Path::new("-") {
            Box::new(std::io::stdin().lock())
        } else {
            Box::new(File::open(path).map_err(|error| unreadable(&error))?)
        };
        let mut rows = Vec::new();
        let take = |text: &str, label: &str| rows.push((text.to_owned(), label.to_owned()));
        labelled::rows(input, wanted, take).map_err(|error| unreadable(&error))?;
        Ok(Self { rows })
    }

    fn examples(&self) -> Vec<Example<'_>> {
        self.rows.iter().map(|(text, label)| Example { text, label }).collect()
    }
}

fn opened(path: &Path) -> Result<TextClassifier, Problem> {
    let place = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let bytes =
        std::fs::read(path).map_err(|error| Problem::new(ErrorCode::FileUnreadable, place(&error)))?;
    TextClassifier::from_bytes(&bytes).map_err(|error| Problem::new(ErrorCode::ModelUnusable, place(&error)))
}

/// What a fault of training is to a person.
fn problem(path: &Path, error: &TextError) -> Problem {
    let code = match error {
        TextError::NoLabels | TextError::OneLabel { .. } => ErrorCode::TooLittleData,
        _ => ErrorCode::ModelUnusable,
    };
    Problem::new(code, format!("{}: {error}", path.display()))
}
