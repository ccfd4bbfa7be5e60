//! What does a developer run? `cargo xtask test | tidy | data-test | fuzz | bench`.

mod bench;
mod fuzz;
mod process;
mod test;
mod tidy;

// The integration tests' client sends what no library would; here it costs little and is known.
#[allow(dead_code)]
#[path = "../../attnd/tests/it/http.rs"]
mod http;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Automation for attnd's developers.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Installs whatever the tests need, then runs everything; ends with the test runner's summary.
    Test,
    /// Checks the house rules: crate graph, file heads and lengths, words, links, licences.
    Tidy,
    /// Runs the tests on real data sets.
    DataTest {
        /// Folder that holds the data sets.
        #[arg(long, default_value = "../shared/data")]
        data: PathBuf,
    },
    /// Drives the fuzz targets with seeded mutations, on any toolchain.
    Fuzz(fuzz::Options),
    /// Measures; prints one JSON document, and progress on standard error.
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Test => test::run(),
        Command::Tidy => tidy::run(),
        Command::DataTest { data } => test::data(&data),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Bench(options) => bench::run(&options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("error: {fault}");
            ExitCode::FAILURE
        }
    }
}
