//! How fast is it, against what? One file per bench, one line per bench in [`BENCHES`]; one JSON document.

mod bulk_insert;
mod contention;
mod crowd;
mod export;
mod flow;
mod footprint;
mod heartbeats;
mod kill;
mod model;
mod pages;
mod paint;
mod queries;
mod rank;
mod reads;
mod rule_change;
mod text;

mod browser;
mod child;
mod machine;
mod measure;
mod server;
mod year;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use crate::process::{Fault, root};
use server::{Kind, Server};
use year::Year;

/// Something to measure on a running server.
struct Bench {
    /// Its key in the document.
    name: &'static str,
    /// Measures; the server holds the year when `data` says so.
    run: fn(&mut Setting) -> Result<Value, Fault>,
}

/// Every bench of the daemon, in the order they run: first on an empty store, then while and after
/// a year is loaded. A test compares this list with the folder.
const BENCHES: &[Bench] = &[
    footprint::BENCH,
    heartbeats::BENCH,
    kill::BENCH,
    bulk_insert::BENCH,
    reads::BENCH,
    queries::BENCH,
    flow::BENCH,
    contention::BENCH,
    export::BENCH,
];

/// The benches of what a person sees: pages and the figures behind them, over a loaded year.
const FLOW_BENCHES: &[Bench] = &[bulk_insert::BENCH, pages::BENCH, paint::BENCH, rule_change::BENCH];

/// What a bench measures on.
struct Setting {
    /// The server, restarted by benches that need to.
    server: Server,
    /// The events of the year, or for a slow peer of its last month.
    year: Year,
}

impl Setting {
    /// A count of repetitions: as many as wanted of us, a few of a peer that takes seconds for each.
    fn times(&self, ours: usize) -> usize {
        match self.server.kind {
            Kind::Attnd => ours,
            Kind::AwServer => ours.div_ceil(10).clamp(2, 20),
        }
    }
}

/// Which bench, and how.
#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The daemon: heartbeats, inserts, queries, views, export, memory; beside it aw-server from PyPI.
    Daemon {
        /// Measure attnd alone.
        #[arg(long)]
        no_peer: bool,
        #[command(flatten)]
        measured: Measured,
    },
    /// Focus and workload: every study on its own data and honest split, beside the baselines; training and prediction times;
    /// the network beside PyTorch.
    Model(OnData),
    /// Answers put together and work given out: every set and method beside Crowd-Kit and numpy, allocations beside HiGHS.
    Crowd {
        #[command(flatten)]
        on: OnData,
        /// Leave out the peers' methods that take minutes.
        #[arg(long)]
        quick: bool,
    },
    /// What matters first: ranking a hundred thousand asks, a forum's reactions, reviews routed, and recommending beside
    /// implicit on MovieLens where its folder is given.
    Rank {
        #[command(flatten)]
        on: OnData,
        /// Folder with MovieLens ratings: u.data, ratings.dat or ratings.csv.
        #[arg(long)]
        movielens: Option<PathBuf>,
    },
    /// Labels of texts: published sets beside scikit-learn, learning, judging and hashing.
    Text(OnData),
    /// The pages: Today, a week, a month and a year; server time, bytes, first paint in Chromium, and a
    /// changed category rule applied to the year.
    Flow {
        #[command(flatten)]
        measured: Measured,
    },
}

/// What is measured on sets of data.
#[derive(Args)]
struct OnData {
    /// Folder that holds the data sets.
    #[arg(long, default_value = "../shared/data")]
    data: PathBuf,
    /// Measure this attnd instead of building one.
    #[arg(long)]
    program: Option<PathBuf>,
    /// Only these parts or sets.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

/// What is measured with what.
#[derive(Args)]
struct Measured {
    /// Days of events to load.
    #[arg(long, default_value_t = 365)]
    days: u16,
    /// Measure this attnd instead of building one.
    #[arg(long)]
    program: Option<PathBuf>,
    /// Only these benches (loading the year is one of them, and others need it).
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

/// Runs the bench and prints its document.
pub(crate) fn run(options: &Options) -> Result<(), Fault> {
    let (name, benches, peer, options) = match &options.what {
        What::Daemon { no_peer, measured } => ("daemon", BENCHES, !no_peer, measured),
        // The peer's pages are drawn by its own script from queries; those are in `daemon`.
        What::Flow { measured } => ("flow", FLOW_BENCHES, false, measured),
        What::Text(on) => return run_text(on),
        What::Model(on) => return run_model(on),
        What::Crowd { on, quick } => {
            return run_crowd(on, if *quick { crowd::Peers::Quick } else { crowd::Peers::All });
        }
        What::Rank { on, movielens } => return run_rank(on, movielens.as_deref()),
    };
    let program = program_of(options.program.as_deref())?;
    let machine = machine::facts()?;
    let mut servers = Map::new();
    for kind in [Kind::Attnd, Kind::AwServer] {
        if kind == Kind::Attnd || peer {
            servers.insert(kind.name().to_owned(), measure(kind, &program, benches, options)?);
        }
    }
    let document = json!({
        "bench": name,
        "machine": machine,
        "load_average_after": machine::load_average(),
        "seed": year::SEED,
        "servers": servers,
    });
    print_document(&document)
}

/// The program to measure: the one that was named, or one built now.
fn program_of(named: Option<&Path>) -> Result<PathBuf, Fault> {
    named.map_or_else(server::build_attnd, |program| Ok(program.canonicalize()?))
}

impl OnData {
    fn program(&self) -> Result<PathBuf, Fault> {
        program_of(self.program.as_deref())
    }

    fn data(&self) -> PathBuf {
        root().join(&self.data)
    }
}

/// Measures the estimators and prints the document.
fn run_model(on: &OnData) -> Result<(), Fault> {
    let setting = model::Setting { program: on.program()?, data: on.data() };
    print_results("model", || model::run(&setting, &on.only))
}

/// Measures what puts answers together and gives out work, and prints the document.
fn run_crowd(on: &OnData, peers: crowd::Peers) -> Result<(), Fault> {
    let (program, data, only) = (on.program()?, on.data(), on.only.clone());
    let setting = crowd::Setting { program, data, python: crowd::python()?, peers, only };
    print_results("crowd", || crowd::run(&setting))
}

/// Measures labels of texts and prints the document.
fn run_text(on: &OnData) -> Result<(), Fault> {
    let setting = text::Setting { program: on.program()?, data: on.data(), only: on.only.clone() };
    print_results("text", || text::run(&setting))
}

/// Measures how asks are put in order and prints the document.
fn run_rank(on: &OnData, movielens: Option<&Path>) -> Result<(), Fault> {
    let movielens = movielens.map(Path::canonicalize).transpose()?;
    let setting = rank::Setting { program: on.program()?, data: on.data(), movielens, only: on.only.clone() };
    print_results("rank", || rank::run(&setting))
}

/// Prints what was measured, and on which machine. The machine is looked at first: a bench warms it up.
fn print_results(bench: &str, measure: impl FnOnce() -> Result<Value, Fault>) -> Result<(), Fault> {
    let machine = machine::facts()?;
    let results = measure()?;
    print_document(&json!({
        "bench": bench,
        "machine": machine,
        "load_average_after": machine::load_average(),
        "results": results,
    }))
}

/// Runs the benches on one server.
fn measure(kind: Kind, program: &Path, benches: &[Bench], options: &Measured) -> Result<Value, Fault> {
    // The peer takes minutes for a year of inserts: it gets the last month.
    let days = if kind == Kind::AwServer { options.days.min(30) } else { options.days };
    eprintln!("bench: {} with {days} days of events", kind.name());
    let mut setting = Setting { server: Server::start(kind, program)?, year: Year::last(days)? };
    let mut results = Map::new();
    results.insert("version".to_owned(), setting.server.version()?);
    results.insert("days_loaded".to_owned(), json!(days));
    let wanted =
        |bench: &&Bench| options.only.is_empty() || options.only.iter().any(|name| name == bench.name);
    for bench in benches.iter().filter(wanted) {
        eprintln!("bench: {} {}", kind.name(), bench.name);
        let result = match (bench.run)(&mut setting) {
            // What a peer cannot do is a finding about the peer, not the end of the run.
            Err(fault) if kind == Kind::AwServer => json!({ "failed": fault.to_string() }),
            other => other?,
        };
        results.insert(bench.name.to_owned(), result);
    }
    Ok(results.into())
}

fn print_document(document: &Value) -> Result<(), Fault> {
    use std::io::Write;
    let mut text = serde_json::to_vec_pretty(document)?;
    text.push(b'\n');
    Ok(std::io::stdout().write_all(&text)?)
}
