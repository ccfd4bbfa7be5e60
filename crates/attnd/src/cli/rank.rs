//! What can be asked of the ranking on the command line?

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

#[derive(Debug, Subcommand)]
pub(crate) enum RankAction {
    /// Order what asks for attention, and say why.
    ///
    /// FILEs hold JSON: a list, or one object a line. The manual's chapter on ranking describes them.
    Show(RankShow),
    /// Judge every ranker on the past: what did people react to, and how high would it have stood?
    Replay(RankReplay),
    /// Judge who would have been named to review each change of the past, by what came before it.
    Eval(RankEval),
}

/// What to order, for whom, and how.
#[derive(Debug, Args)]
pub(crate) struct RankShow {
    /// What asks for attention; - is standard input.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) asks: PathBuf,
    /// What the person is in the middle of.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) context: PathBuf,
    /// What the person did with earlier asks; it is learnt from first.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) history: Option<PathBuf>,
    /// Who in a team reacted to what; what people like the context's mind react to counts more.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) team: Option<PathBuf>,
    /// Which ranker.
    #[arg(long, value_name = "NAME", default_value = "attention")]
    pub(crate) ranker: String,
    /// How many asks are shown.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) budget: usize,
    /// How much likeness to what stands above costs, 0 to 1 [default: 0.3].
    #[arg(long, value_name = "SHARE")]
    pub(crate) variety: Option<f64>,
    /// How likely a place of the lower half tries something else, 0 to 1 [default: 0.1].
    #[arg(long, value_name = "SHARE")]
    pub(crate) exploration: Option<f64>,
    /// Where chance comes from: the same seed gives the same order.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// What to replay.
#[derive(Debug, Args)]
pub(crate) struct RankReplay {
    /// Every ask there was.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) asks: PathBuf,
    /// Who reacted to which, and when.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) reactions: PathBuf,
    /// Share of the reactions that is only learnt from; those after it are judged.
    #[arg(long, value_name = "SHARE", default_value_t = 0.5)]
    pub(crate) learn_first: f64,
    /// Let what people alike reacted to count more, as 'show' does with --team.
    #[arg(long)]
    pub(crate) team: bool,
    /// Days after which half of what was learnt of habits is forgotten.
    #[arg(long, value_name = "DAYS", default_value_t = 60.0)]
    pub(crate) half_life_days: f64,
}

/// What to judge.
#[derive(Debug, Args)]
pub(crate) struct RankEval {
    /// Reviews in order of time, a JSON object a line; the last quarter is judged. - is standard input.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) reviews: PathBuf,
}
