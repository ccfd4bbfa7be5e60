//! What can be asked of the model on the command line?

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

#[derive(Debug, Subcommand)]
pub(crate) enum ModelAction {
    /// Judge the model on people and times it has not seen, beside trivial baselines.
    ///
    /// Everybody in --train but the person themself is learnt from; the model is then adapted to the first half of each
    /// person of --test and judged on their second half, where each answer is known from the moment it was given.
    Eval(Eval),
}

/// Which model is judged, and on what.
#[derive(Debug, Args)]
pub(crate) struct Eval {
    /// What is asked of every answer.
    #[arg(long, value_enum)]
    pub(crate) task: EvalTask,
    /// File to learn from.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::AnyPath, required_unless_present = "data")]
    pub(crate) train: Option<PathBuf>,
    /// File to judge on; people who are in both are left out of what is learnt from.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::AnyPath, required_unless_present = "data")]
    pub(crate) test: Option<PathBuf>,
    /// File or folder to learn from and to judge on, one person left out at a time.
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath, conflicts_with_all = ["train", "test"])]
    pub(crate) data: Option<PathBuf>,
    /// Where randomness comes from: the same seed gives the same figures.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// What is asked of every answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EvalTask {
    /// Was it distracting around them, 4 or 5 of 5? Answers of the survey of distracting contexts.
    Distraction,
    /// Were they concentrated, 4 or 5 of 5? Answers of the same survey.
    Concentration,
}
