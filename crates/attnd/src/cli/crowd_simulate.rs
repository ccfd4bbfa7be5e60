//! What can be asked of a simulated crowd? `attnd crowd simulate` and its arguments.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum, ValueHint};

/// Which crowd answers what, and which jobs are tried on it.
#[derive(Debug, Args)]
pub(crate) struct CrowdSimulate {
    /// Table of answers, task,worker,label, whose crowd is drawn from: how each worker errs, how much each answers, how hard tasks are.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "mix")]
    pub(crate) like: Option<PathBuf>,
    /// Table of its truths, task,label; what is missing is taken from the consensus.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "like")]
    pub(crate) like_gold: Option<PathBuf>,
    /// Try the policies on the answers of --like themselves, not on drawn ones.
    #[arg(long, requires = "like", requires = "policy", conflicts_with_all = ["out", "truth", "units", "minds", "answers"])]
    pub(crate) replay: bool,
    /// What the crowd is made of: shares of skilled, skilled@ACCURACY, spammer, adversary, biased and correlated.
    #[arg(long, value_name = "MIX", default_value = "skilled@0.8:1")]
    pub(crate) mix: String,
    /// Share of the tasks that are hard: half the workers take one wrong label for the truth. For a --mix; --like has its own.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, conflicts_with = "like")]
    pub(crate) hard: f64,
    /// How many tasks.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) units: u64,
    /// How many workers [default: as many as --like has, else 50].
    #[arg(long, value_name = "N")]
    pub(crate) minds: Option<usize>,
    /// How many labels, of a --mix.
    #[arg(long, value_name = "N", default_value_t = 2, conflicts_with = "like")]
    pub(crate) labels: usize,
    /// How many answers to each task; a policy may stop sooner.
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) answers: usize,
    /// Table of answers to write; - is standard output.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: Option<PathBuf>,
    /// Table of the truths to write.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) truth: Option<PathBuf>,
    /// A job to try, as often as wanted: fixed:ANSWERS, adaptive:CONFIDENCE, or accuracy:SHARE, which chooses the
    /// confidence on gold.
    #[arg(long, value_name = "POLICY")]
    pub(crate) policy: Vec<CrowdPolicy>,
    /// Share of the known tasks that are gold for a policy: all workers are tried on them first.
    #[arg(long, value_name = "SHARE", default_value_t = 0.2)]
    pub(crate) gold_share: f64,
    /// How sure an accuracy:SHARE has to be: on-average, as-measured, or a probability such as 0.9.
    #[arg(long, value_name = "HOW", default_value = "on-average")]
    pub(crate) assurance: CrowdAssurance,
    /// Which task a worker who is there gets.
    #[arg(long, value_enum, default_value_t = CrowdDeal::Chance)]
    pub(crate) deal: CrowdDeal,
    /// What tells how good workers are.
    #[arg(long, value_enum, default_value_t = CrowdLearning::Gold)]
    pub(crate) learning: CrowdLearning,
    /// Answers each task gets before a policy may stop.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) least: u32,
    /// Answers no task gets more than [default: all there are].
    #[arg(long, value_name = "N")]
    pub(crate) most: Option<u32>,
    /// How often each policy is tried, with other gold and other arrivals.
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) runs: u32,
    /// Where chance comes from: the same seed gives the same crowd, answers and jobs.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// When a task has enough answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum CrowdPolicy {
    /// At this number.
    Fixed(u32),
    /// Where the likeliest label has this probability.
    Adaptive(f64),
    /// At the probability that delivers this accuracy on gold.
    Accuracy(f64),
}

impl FromStr for CrowdPolicy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "say fixed:5, adaptive:0.95 or accuracy:0.95".to_owned();
        let (name, value) = text.split_once(':').ok_or_else(wrong)?;
        let share = || value.parse().ok().filter(|share: &f64| *share > 0.0 && *share < 1.0);
        match name {
            "fixed" => value.parse().ok().filter(|answers| *answers > 0).map(Self::Fixed),
            "adaptive" => share().map(Self::Adaptive),
            "accuracy" => share().map(Self::Accuracy),
            _ => None,
        }
        .ok_or_else(wrong)
    }
}

impl std::fmt::Display for CrowdPolicy {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fixed(answers) => write!(formatter, "fixed:{answers}"),
            Self::Adaptive(confidence) => write!(formatter, "adaptive:{confidence}"),
            Self::Accuracy(accuracy) => write!(formatter, "accuracy:{accuracy}"),
        }
    }
}

/// How sure an accuracy has to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum CrowdAssurance {
    OnAverage,
    AsMeasured,
    WithConfidence(f64),
}

impl FromStr for CrowdAssurance {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "on-average" => Ok(Self::OnAverage),
            "as-measured" => Ok(Self::AsMeasured),
            text => {
                let level = text.parse().ok().filter(|level: &f64| *level > 0.0 && *level < 1.0);
                level
                    .map(Self::WithConfidence)
                    .ok_or_else(|| "say on-average, as-measured or a probability such as 0.9".to_owned())
            }
        }
    }
}

/// Which task a worker who is there gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CrowdDeal {
    /// Any.
    Chance,
    /// The one their answer tells most about.
    Information,
    /// The one whose label their answer is likeliest to put right.
    Accuracy,
}

/// What tells how good workers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CrowdLearning {
    /// Their answers to gold tasks.
    Gold,
    /// Those and what the others made of each task that was sure enough.
    Closed,
}
