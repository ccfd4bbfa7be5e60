//! What can be asked on the command line? Every command, its arguments and their help.

mod attention;
mod crowd;
mod crowd_simulate;
mod data;
mod model;
mod probe;
mod rank;
mod text;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueHint};
use clap_complete::Shell;

pub(crate) use attention::{
    CategoriesAction, CategoryPath, Flow, Report, ReportLanguage, ReportPeriod, RuleArguments, RulePeriod,
    Step,
};
pub(crate) use crowd::{CrowdAction, CrowdAggregate, CrowdAllocate, CrowdMetrics, CrowdRepeats};
pub(crate) use crowd_simulate::{CrowdAssurance, CrowdDeal, CrowdLearning, CrowdPolicy, CrowdSimulate};
pub(crate) use model::{Adapt, Eval, EvalTask, ModelAction, Predict, Train, Tune, TuneMethod};
pub(crate) use probe::{Probe, ProbeAction, ProbeAsking, ProbeQuestion};
pub(crate) use rank::{RankAction, RankEval, RankReplay, RankShow};

pub(crate) use text::{TextAction, TextEval, TextPredict, TextTrain};

pub(crate) use data::{DataAction, DataExport, DataForm, DataImport};

/// The attention daemon: see where your attention goes, privately, on your own machine.
#[derive(Debug, Parser)]
#[command(name = "attnd", version, max_term_width = 100, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options every command takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    /// Answer with one JSON document.
    #[arg(long, global = true, action = ArgAction::SetTrue, value_parser = parse_json, default_value = "false")]
    pub(crate) json: Json,
    /// Directory of the database [default: ~/.local/share/attnd].
    #[arg(long, global = true, env = "ATTND_DATA_DIR", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) data_dir: Option<PathBuf>,
    /// Configuration file [default: ~/.config/attnd/config.toml].
    #[arg(long, global = true, env = "ATTND_CONFIG", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// Address of the daemon to talk to [default: the one that runs on this machine].
    #[arg(long, global = true, env = "ATTND_SERVER", value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) server: Option<String>,
    /// Access token, where the daemon asks for one.
    #[arg(long, global = true, env = "ATTND_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
}

/// Whether a program reads the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Json {
    Yes,
    No,
}

fn parse_json(text: &str) -> Result<Json, String> {
    match text {
        "true" => Ok(Json::Yes),
        "false" => Ok(Json::No),
        other => Err(format!("'{other}' is neither true nor false")),
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the daemon: keep what watchers send, serve the pages.
    Serve(Serve),
    /// Start the watcher: sense the window in front, idle time and input rhythm.
    Watch(Watch),
    /// Start daemon and watcher by themselves whenever you log in.
    Service {
        #[command(subcommand)]
        action: ServiceAction,
    },
    /// Open the pages in your browser, signed in.
    Open(Open),
    /// Show how attention went: focus, switches, interruptions, and what the time went to.
    Flow(Flow),
    /// Write a day, a week or a month as a report to read and to send.
    Report(Report),
    /// See, try out and change what belongs to which category.
    Categories {
        #[command(subcommand)]
        action: CategoriesAction,
    },
    /// Learn models from answers, judge them, and see what they say.
    Model {
        #[command(subcommand)]
        action: ModelAction,
    },
    /// Learn labels of texts from your own, judge them, and say the label of others.
    Text {
        #[command(subcommand)]
        action: TextAction,
    },
    /// Answer what attnd asks, let it ask, or be asked now.
    Probe(Probe),
    /// Order what asks for attention, and say why.
    Rank {
        #[command(subcommand)]
        action: RankAction,
    },
    /// Take in, list and export recordings: pupil, heart, answers, any table.
    Data {
        #[command(subcommand)]
        action: DataAction,
    },
    /// Put the answers of many together, and say how far they can be relied on.
    Crowd {
        #[command(subcommand)]
        action: CrowdAction,
    },
    /// Take in ActivityWatch exports; doubles nothing.
    Import {
        /// Export files; - is standard input.
        #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
        files: Vec<PathBuf>,
    },
    /// Write everything as an ActivityWatch export.
    Export(Export),
    /// Run a query2 program.
    Query(Query),
    /// Write a made-up person's weeks as an ActivityWatch export, and what they really did.
    Simulate(Simulate),
    /// Check the installation and say what to do.
    Doctor(Doctor),
    /// Make, list and revoke access tokens.
    Token {
        #[command(subcommand)]
        action: TokenAction,
    },
    /// Erase data for good: rows, files' pages, sums and backups.
    Erase(Erase),
    /// Write shell completions to standard output.
    Completions {
        /// The shell.
        shell: Shell,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Address to listen on [default: 127.0.0.1, and ::1 beside it].
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) address: Option<std::net::IpAddr>,
    /// Port to listen on; 0 takes a free one [default: 5600].
    #[arg(long, short)]
    pub(crate) port: Option<u16>,
    /// Show a month of simulated data, kept apart from yours.
    #[arg(long)]
    pub(crate) demo: bool,
    /// Every request needs a token, also those of your own programs.
    #[arg(long)]
    pub(crate) require_token: bool,
    /// More to read in the log: -v, -vv.
    #[arg(long, short, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Debug, Args)]
pub(crate) struct Watch {
    /// Seconds without input after which you count as away.
    #[arg(long, value_name = "SECONDS", default_value_t = 180)]
    pub(crate) afk_timeout_s: u32,
    /// Leave out window titles that match this regular expression; may be given several times.
    #[arg(long, value_name = "REGEX")]
    pub(crate) exclude_title: Vec<String>,
    /// Keep only the time of this application, never its titles; may be given several times.
    #[arg(long, value_name = "APP")]
    pub(crate) time_only: Vec<String>,
    /// More to read in the log: -v, -vv.
    #[arg(long, short, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum ServiceAction {
    /// Set daemon and watcher up as services of your user.
    Install,
    /// Remove them; your data stays.
    Uninstall,
    /// Say whether they are set up and running.
    Status,
}

#[derive(Debug, Args)]
pub(crate) struct Open {
    /// Only print the link.
    #[arg(long)]
    pub(crate) print: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// File to write; standard output without it.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Only this bucket.
    #[arg(long, value_name = "ID")]
    pub(crate) bucket: Option<String>,
    /// Everything attnd has about you, one JSON object a line, instead of an ActivityWatch export.
    #[arg(long, conflicts_with = "bucket")]
    pub(crate) everything: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Query {
    /// File with the program; - is standard input.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// First day, or a time with its zone [default: today].
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<String>,
    /// Last day, or a time with its zone [default: the first day].
    #[arg(long, value_name = "DATE")]
    pub(crate) to: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Simulate {
    /// How many days.
    #[arg(long, value_name = "N", default_value_t = 28)]
    pub(crate) days: u32,
    /// Which person: the same seed lives the same days again.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// File for the events, an ActivityWatch export; - is standard output.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: PathBuf,
    /// File for what really happened: tasks, interruptions, returns; - is standard output.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) truth: Option<PathBuf>,
    /// The last of the days [default: yesterday].
    #[arg(long, value_name = "DATE")]
    pub(crate) last_day: Option<String>,
    /// IANA time zone the person lives in [default: this machine's].
    #[arg(long, value_name = "ZONE")]
    pub(crate) zone: Option<String>,
    /// What the person's machine is called; another name than yours keeps their days from mixing.
    #[arg(long, value_name = "NAME", default_value = "simulated")]
    pub(crate) hostname: String,
    /// Replace files that are there already.
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Put the newest backup in the damaged database's place; the damaged file is kept.
    #[arg(long)]
    pub(crate) restore: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenAction {
    /// Make a token; it is shown this once.
    Create {
        /// What you call it.
        name: String,
        /// What it may do: admin, read:self, ingest:<bucket>; may be given several times.
        #[arg(long, value_name = "SCOPE", required = true)]
        scope: Vec<String>,
        /// Days until it ends; for ever without it.
        #[arg(long, value_name = "DAYS")]
        days: Option<u32>,
    },
    /// List tokens and sessions.
    List,
    /// Revoke one at once.
    Revoke {
        /// Its id, as 'attnd token list' shows it.
        id: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Erase {
    /// First day, or a time with its zone.
    #[arg(long, value_name = "DATE", required_unless_present = "everything")]
    pub(crate) from: Option<String>,
    /// Last day, or a time with its zone [default: the first day].
    #[arg(long, value_name = "DATE", requires = "from")]
    pub(crate) to: Option<String>,
    /// Only in this bucket; may be given several times.
    #[arg(long, value_name = "ID", conflicts_with = "everything")]
    pub(crate) bucket: Vec<String>,
    /// Everything attnd has about you.
    #[arg(long, conflicts_with = "from")]
    pub(crate) everything: bool,
    /// Do not ask.
    #[arg(long, short)]
    pub(crate) yes: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn json_is_a_plain_flag() {
        let parse = |words: &[&str]| Arguments::try_parse_from(words).unwrap().global.json;
        assert_eq!(parse(&["attnd", "doctor"]), Json::No);
        assert_eq!(parse(&["attnd", "--json", "doctor"]), Json::Yes);
        assert_eq!(parse(&["attnd", "doctor", "--json"]), Json::Yes);
    }
}
