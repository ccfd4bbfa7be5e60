//! Which file does which command? One file each, one line in [`run`].

mod categories;
mod completions;
mod crowd;
mod data;
mod demo;
mod doctor;
mod erase;
mod export;
mod flow;
mod import;
mod log;
mod model;
mod open;
mod period;
mod private;
mod probe;
mod query;
mod rank;
mod report;
mod restore;
mod serve;
mod service;
mod signal;
mod simulate;
mod text;
mod token;
mod watch;

use attnd_core::Problem;

use crate::cli::{Arguments, Command};
use crate::output::Output;

/// Runs what was asked for.
pub(crate) fn run(arguments: Arguments, output: &Output) -> Result<(), Problem> {
    let global = &arguments.global;
    match arguments.command {
        Command::Serve(options) => serve::run(global, &options, output),
        Command::Watch(options) => watch::run(global, &options),
        Command::Service { action } => service::run(global, action, output),
        Command::Open(options) => open::run(global, &options, output),
        Command::Flow(options) => flow::run(global, &options, output),
        Command::Report(options) => report::run(global, &options, output),
        Command::Categories { action } => categories::run(global, &action, output),
        Command::Model { action } => model::run(global, &action, output),
        Command::Text { action } => text::run(&action, output),
        Command::Probe(options) => probe::run(global, &options, output),
        Command::Rank { action } => rank::run(&action, output),
        Command::Data { action } => data::run(global, &action, output),
        Command::Crowd { action } => crowd::run(&action, output),
        Command::Import { files } => import::run(global, &files, output),
        Command::Export(options) => export::run(global, &options, output),
        Command::Query(options) => query::run(global, &options, output),
        Command::Simulate(options) => simulate::run(&options, output),
        Command::Doctor(options) => doctor::run(global, &options, output),
        Command::Token { action } => token::run(global, &action, output),
        Command::Erase(options) => erase::run(global, &options, output),
        Command::Completions { shell } => completions::run(shell),
    }
}
