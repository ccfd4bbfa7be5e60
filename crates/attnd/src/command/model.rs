//! `attnd model …`: what does the model make of answers, and what is it worth?

mod eval;
mod source;

use attnd_core::{ErrorCode, Problem};
use attnd_model::ModelError;

use crate::cli::ModelAction;
use crate::output::Output;

pub(super) fn run(action: &ModelAction, output: &Output) -> Result<(), Problem> {
    match action {
        ModelAction::Eval(options) => eval::run(options, output),
    }
}

/// What a model's error is to a person.
fn problem(error: &ModelError) -> Problem {
    let code = match error {
        ModelError::TooLittle { .. } => ErrorCode::TooLittleData,
        ModelError::Dataset(_) => ErrorCode::NoRecordings,
        ModelError::Io(_) => ErrorCode::FileUnreadable,
        _ => ErrorCode::ModelUnusable,
    };
    Problem::new(code, error.to_string())
}
