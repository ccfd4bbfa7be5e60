//! The attention daemon: what does the person want it to do? Command line, configuration, wiring.

mod category_names;
mod chart;
mod cli;
mod client;
mod columns;
mod command;
mod config;
mod output;
mod words;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    let output = output::Output::new(arguments.global.json, words::Language::of_environment());
    match command::run(arguments, &output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            output.problem(&problem);
            ExitCode::from(output::exit_code(problem.code))
        }
    }
}
