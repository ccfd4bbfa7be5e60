//! `attnd model …`: what does the model make of answers, and what is it worth?

mod adapt;
mod card;
mod eval;
mod predict;
mod source;
mod study;
mod train;
mod tune;

use attnd_core::{ErrorCode, Problem};
use attnd_model::ModelError;

use crate::cli::{Global, ModelAction};
use crate::output::Output;

pub(super) fn run(global: &Global, action: &ModelAction, output: &Output) -> Result<(), Problem> {
    match action {
        ModelAction::Eval(options) => eval::run(options, output),
        ModelAction::Train(options) => train::run(options, output),
        ModelAction::Tune(options) => tune::run(options, output),
        ModelAction::Predict(options) => predict::run(global, options, output),
        ModelAction::Card { file } => card::run(file, output),
        ModelAction::Adapt(options) => adapt::run(options, output),
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
