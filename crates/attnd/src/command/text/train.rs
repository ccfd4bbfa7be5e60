//! `attnd text train`: learn labels from a table of texts and keep them.

use std::io::Write;

use attnd_core::{ErrorCode, Problem};
use attnd_decide::Seed;
use attnd_decide::text::TextClassifier;
use attnd_sense::labelled::Wanted;

use super::embeddings::Encoder;
use super::{Table, card, problem};
use crate::cli::TextTrain;
use crate::output::Output;

pub(super) fn run(options: &TextTrain, output: &Output) -> Result<(), Problem> {
    let out = options.out.display();
    if options.out.exists() && !options.force {
        return Err(Problem::new(ErrorCode::FileExists, out.to_string()));
    }
    let train = Table::open(&options.train, Wanted::Labelled)?;
    let read = Encoder::open(options.embeddings.as_deref())?.read(&train, output)?;
    let seed = Seed(options.seed);
    let classifier = TextClassifier::train_beside(&train.examples(), read.vectors(), seed)
        .map_err(|error| problem(&options.train, &error))?;
    let unwritable =
        |error: std::io::Error| Problem::new(ErrorCode::FileUnreadable, format!("{out}: {error}"));
    let folder = options.out.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| std::path::Path::new("."));
    // Beside the old file first, so that a full disk leaves the old one as it was.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(unwritable)?;
    file.write_all(&classifier.to_bytes()).and_then(|()| file.as_file().sync_all()).map_err(unwritable)?;
    file.persist(&options.out).map_err(|error| unwritable(error.error))?;
    output.answer(&classifier.card(), card::words)
}
