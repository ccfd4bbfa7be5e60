//! What can be asked about answers of many? `attnd crowd` and its arguments.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::crowd_simulate::CrowdSimulate;

#[derive(Debug, Subcommand)]
pub(crate) enum CrowdAction {
    /// Put the answers to each task together into one label, and say how sure it is.
    ///
    /// The table of answers has a header and the columns task, worker and label, in any order and beside any others. Commas,
    /// semicolons or tabs separate them. Memory is some 25 bytes an answer, so that a hundred million fit.
    Aggregate(CrowdAggregate),
    /// Say how well the answers agree and, with truths, how good a consensus is.
    Metrics(CrowdMetrics),
    /// Draw the answers of a crowd, and see what a job would cost and deliver that stops where it is sure.
    ///
    /// The crowd is a mix, or like the one that gave a table of answers. Written answers take no memory, however many.
    Simulate(CrowdSimulate),
    /// List the ways to put answers together.
    Methods,
    /// Say who does what: hands to units, or units to minds with skills, hours and costs.
    ///
    /// The instance is one JSON document of units and of hands or minds. What kind of problem it is is found out from what it
    /// states; the answer has a bound that no allocation can beat. docs/allocation.md has an example of each kind.
    Allocate(CrowdAllocate),
}

/// What is put together, how, and where it goes.
#[derive(Debug, Args)]
pub(crate) struct CrowdAggregate {
    /// Table of answers: task,worker,label; - is standard input.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) answers: PathBuf,
    /// Table of known truths: task,label. They stay what they are, and teach how good the workers are.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) gold: Option<PathBuf>,
    /// Which way, as 'attnd crowd methods' lists them.
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub(crate) method: String,
    /// Numbers that describe each task, for a model that answers beside the workers: a table with a column task and numbers in
    /// all others, or a NumPy array (.npy) whose rows are the tasks 0, 1, 2, …
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "method")]
    pub(crate) features: Option<PathBuf>,
    /// What counts where a worker answered a task more than once.
    #[arg(long, value_enum, default_value_t = CrowdRepeats::Distinct)]
    pub(crate) repeats: CrowdRepeats,
    /// Where chance comes from: the same seed gives the same consensus.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Table to write: task,label,confidence; one that is there is replaced. Of labels that tie, it has the one whose name
    /// sorts first [default: standard output].
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: Option<PathBuf>,
    /// Table of every label's probability to write: task,label,probability.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) posterior: Option<PathBuf>,
    /// Table of the workers to write: worker,answers,skill. Skill is the probability that an answer is right.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) minds: Option<PathBuf>,
}

/// What is allocated.
#[derive(Debug, Args)]
pub(crate) struct CrowdAllocate {
    /// Instance to allocate, as JSON; - is standard input.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) instance: PathBuf,
    /// Where chance comes from: the same seed gives the same allocation.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// What is measured.
#[derive(Debug, Args)]
pub(crate) struct CrowdMetrics {
    /// Table of answers: task,worker,label; - is standard input.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) answers: PathBuf,
    /// Table of truths: task,label. The consensus is judged by them; it is put together without them.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) gold: Option<PathBuf>,
    /// Table of a consensus to measure: task,label, and confidence where it has one [default: one of --method].
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "method")]
    pub(crate) consensus: Option<PathBuf>,
    /// Which way the consensus is put together, as 'attnd crowd methods' lists them.
    #[arg(long, value_name = "NAME", default_value = "majority")]
    pub(crate) method: String,
    /// What counts where a worker answered a task more than once.
    #[arg(long, value_enum, default_value_t = CrowdRepeats::Distinct)]
    pub(crate) repeats: CrowdRepeats,
    /// Where chance comes from: the same seed gives the same consensus.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// What counts where a worker answered a task more than once. The same answer twice never counts twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CrowdRepeats {
    /// Every different answer.
    Distinct,
    /// The answer that comes last in the table.
    Last,
    /// Nothing: the table is refused.
    Refuse,
}
