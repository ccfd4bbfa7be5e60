//! What can be asked about texts on the command line?

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

#[derive(Debug, Subcommand)]
pub(crate) enum TextAction {
    /// Learn labels from one table of texts and judge them on another.
    ///
    /// Tables have the columns text and label; the label oos marks texts that are none of the others. Everything, the
    /// choice of settings included, is learnt from --train alone.
    Eval(TextEval),
    /// Learn labels from a table of texts and write what was learnt.
    Train(TextTrain),
    /// Say the label of each text of a table, how sure that is, and why.
    Predict(TextPredict),
    /// Show what a file of learnt labels says of itself.
    Card {
        /// The file.
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
}

/// What to learn from and what to judge on.
#[derive(Debug, Args)]
pub(crate) struct TextEval {
    /// Table to learn from.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) train: PathBuf,
    /// Table to judge on.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) test: PathBuf,
    /// Directory of a sentence encoder whose vectors are read beside the words; off unless named.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) embeddings: Option<PathBuf>,
    /// Where randomness comes from: the same seed gives the same figures.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// What to learn from and where to.
#[derive(Debug, Args)]
pub(crate) struct TextTrain {
    /// Table to learn from.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) train: PathBuf,
    /// File to write.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: PathBuf,
    /// Replace the file if it is there already.
    #[arg(long)]
    pub(crate) force: bool,
    /// Directory of a sentence encoder whose vectors are read beside the words; off unless named.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) embeddings: Option<PathBuf>,
    /// Where randomness comes from: the same seed learns the same.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// What to label and with what.
#[derive(Debug, Args)]
pub(crate) struct TextPredict {
    /// File of learnt labels.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) model: PathBuf,
    /// Table of texts; - is standard input.
    #[arg(value_name = "TABLE", value_hint = ValueHint::FilePath)]
    pub(crate) table: PathBuf,
    /// Directory of the sentence encoder the labels were learnt with, if they were learnt with one.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) embeddings: Option<PathBuf>,
    /// How many reasons are told for each text.
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) reasons: usize,
}
