//! What can be asked of the model on the command line?

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

#[derive(Debug, Subcommand)]
pub(crate) enum ModelAction {
    /// Judge the model on people and times it has not seen, beside trivial baselines.
    ///
    /// Of arithmetic and mental-load one person is left out at a time, none of whose answers is known; every estimator is
    /// judged. Of the survey's answers:
    ///
    /// Everybody in --train but the person themself is learnt from; the model is then adapted to the first half of each
    /// person of --test and judged on their second half, where each answer is known from the moment it was given.
    Eval(Eval),
    /// Learn a model from answers and write it with its card.
    Train(Train),
    /// Search settings that fit answers best; goes on where it was stopped.
    Tune(Tune),
    /// Say how likely it is, of each moment of a file; without a file, of now.
    Predict(Predict),
    /// Show what a model file says of itself.
    Card {
        /// The model file.
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Fit a model to one person as closely as their own later answers bear out.
    Adapt(Adapt),
}

/// What to learn, from what, and how.
#[derive(Debug, Args)]
pub(crate) struct Train {
    /// What is asked of every answer.
    #[arg(long, value_enum)]
    pub(crate) task: EvalTask,
    /// File or folder to learn from.
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) data: PathBuf,
    /// Which estimator.
    #[arg(long, value_name = "NAME", default_value = "hierarchical")]
    pub(crate) estimator: String,
    /// Its settings, as JSON [default: its own].
    #[arg(long, value_name = "JSON")]
    pub(crate) settings: Option<String>,
    /// Where randomness comes from: the same seed gives the same model.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// File to write.
    #[arg(long, short, value_name = "FILE", default_value = "model.safetensors", value_hint = ValueHint::FilePath)]
    pub(crate) out: PathBuf,
    /// Replace the file if it is there already.
    #[arg(long)]
    pub(crate) force: bool,
}

/// What to search, on what, and for how long.
#[derive(Debug, Args)]
pub(crate) struct Tune {
    /// What is asked of every answer.
    #[arg(long, value_enum)]
    pub(crate) task: EvalTask,
    /// File or folder to learn from; every setting is judged on people left out.
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) data: PathBuf,
    /// Which estimator.
    #[arg(long, value_name = "NAME", default_value = "hierarchical")]
    pub(crate) estimator: String,
    /// How effort is spread.
    #[arg(long, value_enum, default_value_t = TuneMethod::Halving)]
    pub(crate) method: TuneMethod,
    /// How many settings are tried.
    #[arg(long, value_name = "N", default_value_t = 27)]
    pub(crate) trials: usize,
    /// Where randomness comes from: the same seed tries the same settings.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// File the search is kept in, to go on with it later.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) keep: Option<PathBuf>,
}

/// How effort is spread over settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TuneMethod {
    /// Every setting gets everything.
    Random,
    /// All get little, the best go on with more.
    Halving,
}

/// What to predict with, and of what.
#[derive(Debug, Args)]
pub(crate) struct Predict {
    /// The model file.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "data")]
    pub(crate) model: Option<PathBuf>,
    /// What is asked of every answer.
    #[arg(long, value_enum, requires = "model")]
    pub(crate) task: Option<EvalTask>,
    /// File or folder with the moments.
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath, requires = "model", requires = "task")]
    pub(crate) data: Option<PathBuf>,
    /// CSV file to write; standard output without it.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "model")]
    pub(crate) out: Option<PathBuf>,
    /// Replace the file if it is there already.
    #[arg(long)]
    pub(crate) force: bool,
}

/// Which model to fit to whom.
#[derive(Debug, Args)]
pub(crate) struct Adapt {
    /// The model file; it is not changed.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) model: PathBuf,
    /// What is asked of every answer.
    #[arg(long, value_enum)]
    pub(crate) task: EvalTask,
    /// File or folder with the person's answers.
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) data: PathBuf,
    /// The person, as the data calls them.
    #[arg(long, value_name = "NAME")]
    pub(crate) person: String,
    /// File to write.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: PathBuf,
    /// Replace the file if it is there already.
    #[arg(long)]
    pub(crate) force: bool,
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
    /// What a model may know, of tasks that can be asked in several ways: session or so-far of arithmetic, physiology, context,
    /// physiology-so-far or context-so-far of mental-load [default: the first].
    #[arg(long, value_name = "NAME", conflicts_with_all = ["train", "test"])]
    pub(crate) variant: Option<String>,
    /// Only these estimators, the first of them on top; of arithmetic and mental-load [default: all].
    #[arg(long, value_name = "NAME", value_delimiter = ',', conflicts_with_all = ["train", "test"])]
    pub(crate) estimators: Vec<String>,
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
    /// Did they do sums meanwhile? Half a minute of eyes in a virtual supermarket.
    Arithmetic,
    /// Was a match much mental work, 3 to 5 of 5? The bodies of players.
    MentalLoad,
}
