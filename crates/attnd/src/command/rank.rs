//! `attnd rank`: what deserves attention now, and why.

mod eval;
mod replay;
mod show;

use std::path::Path;

use attnd_core::{ErrorCode, Problem};
use attnd_decide::rank::RankError;
use serde::de::DeserializeOwned;

use crate::cli::RankAction;
use crate::output::Output;

pub(super) fn run(action: &RankAction, output: &Output) -> Result<(), Problem> {
    match action {
        RankAction::Show(options) => show::run(options, output),
        RankAction::Replay(options) => replay::run(options, output),
        RankAction::Eval(options) => eval::run(options, output),
    }
}

/// What a file holds, as text; - is standard input.
fn text_of(file: &Path) -> Result<String, Problem> {
    let bytes = if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes).map(|_| bytes)
    } else {
        std::fs::read(file)
    };
    let unreadable =
        |reason: String| Problem::new(ErrorCode::FileUnreadable, format!("{}: {reason}", file.display()));
    let bytes = bytes.map_err(|error| unreadable(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = 1 + error.as_bytes()[..valid].iter().filter(|&&byte| byte == b'\n').count();
        unreadable(format!("line {line} is not UTF-8; save the file as UTF-8"))
    })
}

/// What a file of one JSON object holds.
fn one<T: DeserializeOwned>(file: &Path) -> Result<T, Problem> {
    serde_json::from_str(&text_of(file)?).map_err(|error| wrong(file, &error))
}

/// What a file holds: a JSON list, or one object after the other.
fn many<T: DeserializeOwned>(file: &Path) -> Result<Vec<T>, Problem> {
    let text = text_of(file)?;
    let parsed = if text.trim_start().starts_with('[') {
        serde_json::from_str(&text)
    } else {
        serde_json::Deserializer::from_str(&text).into_iter().collect()
    };
    parsed.map_err(|error| wrong(file, &error))
}

fn wrong(file: &Path, error: &serde_json::Error) -> Problem {
    Problem::new(ErrorCode::InvalidTable, format!("{}: {error}", file.display()))
}

fn refused(error: &RankError) -> Problem {
    Problem::new(ErrorCode::Undecidable, error.to_string())
}
