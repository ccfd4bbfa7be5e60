//! `attnd crowd …`: what is true, given what many said?

mod aggregate;
mod allocate;
mod features;
mod metrics;
mod simulate;
mod table;
mod written;

use attnd_core::{ErrorCode, Problem};
use attnd_decide::Seed;
use attnd_decide::crowd::{AGGREGATORS, AggregatorKind, Answers, Consensus, CrowdError, Gold, Run, named};
use serde_json::json;

use crate::cli::CrowdAction;
use crate::columns::{Grid, Room};
use crate::output::Output;

pub(super) fn run(action: &CrowdAction, output: &Output) -> Result<(), Problem> {
    match action {
        CrowdAction::Aggregate(options) => aggregate::run(options, output),
        CrowdAction::Metrics(options) => metrics::run(options, output),
        CrowdAction::Simulate(options) => simulate::run(options, output),
        CrowdAction::Methods => methods(output),
        CrowdAction::Allocate(options) => allocate::run(options, output),
    }
}

fn methods(output: &Output) -> Result<(), Problem> {
    let rows: Vec<_> =
        AGGREGATORS.iter().map(|kind| json!({"name": kind.name, "about": kind.about})).collect();
    output.answer(&json!({"methods": rows}), |_| {
        let mut grid = Grid::default();
        for kind in AGGREGATORS {
            // One text column and what it says: a grid would set the second flush right.
            grid.row([format!("{:<12}  {}", kind.name, kind.about)], None);
        }
        grid.written(Room::Plain)
    })
}

/// The method of that name.
fn method(name: &str) -> Result<&'static AggregatorKind, Problem> {
    named(name).ok_or_else(|| {
        let names: Vec<_> = AGGREGATORS.iter().map(|kind| kind.name).collect();
        let detail = format!("--method '{name}': there is {}", names.join(", "));
        Problem::new(ErrorCode::InvalidParameter, detail)
    })
}

/// Puts the answers together, round by round on a bar.
fn put_together(
    kind: &AggregatorKind,
    answers: &Answers,
    gold: &Gold,
    seed: u64,
    output: &Output,
) -> Result<Consensus, Problem> {
    let bar = output.steps(0);
    let mut progress = |round: attnd_decide::crowd::Round| {
        bar.set_length(round.most as u64);
        bar.set_position(round.done as u64);
    };
    let mut run = Run { seed: Seed(seed), progress: &mut progress };
    let consensus = (kind.make)().aggregate(answers, gold, &mut run);
    bar.finish_and_clear();
    consensus.map_err(|error| problem(&error))
}

/// What cannot be put together, to a person.
fn problem(error: &CrowdError) -> Problem {
    Problem::new(ErrorCode::Undecidable, error.to_string())
}

/// Processor seconds this process has used, all threads together.
fn processor_s() -> f64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 * 1e-9
}
