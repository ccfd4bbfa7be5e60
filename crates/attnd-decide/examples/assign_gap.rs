//! How near the best known do generalised assignments of OR-Library's format come, and in what time?
//!
//! `cargo run --release -p attnd-decide --example assign_gap -- FOLDER [NAME…]`: FOLDER holds `data.csv` with a best known value
//! (column 8) for each path (column 1); names choose those that contain one of them.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::path::Path;
use std::time::Instant;

use attnd_decide::Seed;
use attnd_decide::assign::{Goal, Instance, Mind, Pairs, Unit, allocate};
use attnd_decide::crowd::Run;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = Path::new(&arguments[0]);
    for line in std::fs::read_to_string(folder.join("data.csv")).unwrap().lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let wanted =
            arguments.len() == 1 || arguments[1..].iter().any(|name| cells[0].contains(name.as_str()));
        let Some(text) = std::fs::read_to_string(folder.join(cells[0])).ok().filter(|_| wanted) else {
            continue;
        };
        let begun = Instant::now();
        let mut run = Run { seed: Seed(1), progress: &mut |_| {} };
        let (_, _, allocation) = allocate(&instance(&text), &mut run).unwrap();
        let best: f64 = cells[7].parse().unwrap();
        println!(
            "{:28} value {:8} bound {:10.1} best known {best:8} over it {:6.3} %  {:5.2} s",
            cells[0],
            allocation.value,
            allocation.bound,
            100.0 * (allocation.value / best - 1.0),
            begun.elapsed().as_secs_f64()
        );
    }
}

/// Agents and jobs, costs `[agent, job]`, resources `[agent, job]`, capacities.
fn instance(text: &str) -> Instance {
    let mut numbers = text.split_whitespace().map(|number| number.parse::<f64>().unwrap());
    let (minds, units) = (numbers.next().unwrap() as usize, numbers.next().unwrap() as usize);
    let mut table = || {
        let mut table = vec![vec![None; minds]; units];
        for mind in 0..minds {
            table.iter_mut().for_each(|row| row[mind] = numbers.next());
        }
        Some(table)
    };
    let pairs = Pairs { cost: table(), work_h: table(), accuracy: None };
    let named = |mind: usize| Mind { capacity_h: numbers.next(), ..Mind::new(mind.to_string()) };
    let minds = (0..minds).map(named).collect();
    let units = (0..units).map(|unit| Unit::new(unit.to_string())).collect();
    Instance { goal: Some(Goal::Cost), units, minds, pairs, ..Instance::default() }
}
