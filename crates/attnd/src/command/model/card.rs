//! `attnd model card`: what does a model file say of itself?

use std::path::Path;

use attnd_core::Problem;
use attnd_model::ModelFile;

use super::problem;
use crate::output::Output;

pub(super) fn run(file: &Path, output: &Output) -> Result<(), Problem> {
    let file = ModelFile::open(file).map_err(|error| problem(&error))?;
    output.answer(&file.card, ToString::to_string)
}
