//! What do people and a model say together? Features of the tasks, read and put beside the answers.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;

use attnd_core::Problem;
use attnd_decide::Seed;
use attnd_decide::crowd::Run;
use attnd_decide::crowd::classifier::Features;
use attnd_decide::crowd::fusion::{Fused, fuse};
use attnd_sense::features::{FeaturesError, MAGIC, Table, array, table};

use super::table::{Tables, fault, open, unreadable};
use crate::output::Output;

/// Puts answers and features together, round by round on a bar.
///
/// # Errors
/// [`Problem`] with the file, what is wrong and what to do.
pub(super) fn fused(path: &Path, tables: &Tables, seed: u64, output: &Output) -> Result<Fused, Problem> {
    let features = read(path, tables, output)?;
    let bar = output.steps(0);
    let mut progress = |round: attnd_decide::crowd::Round| {
        bar.set_length(round.most as u64);
        bar.set_position(round.done as u64);
    };
    let mut run = Run { seed: Seed(seed), progress: &mut progress };
    let fused = fuse(&tables.answers, &tables.gold, &features, &mut run);
    bar.finish_and_clear();
    fused.map_err(|error| fault(path, &error))
}

/// The features of the answered tasks, in their order. An array file is known by how it begins.
fn read(path: &Path, tables: &Tables, output: &Output) -> Result<Features, Problem> {
    let (input, bytes) = open(path)?;
    let bar = output.progress(bytes);
    let mut input = BufReader::new(bar.wrap_read(input));
    let is_array = input.fill_buf().is_ok_and(|begin| begin.starts_with(MAGIC));
    let read = if is_array { array(input) } else { table(input) };
    bar.finish_and_clear();
    let read = read.map_err(|error| match error {
        FeaturesError::Io(error) => unreadable(path, &error),
        error => fault(path, &error),
    })?;
    let rows = in_order(path, tables, &read)?;
    Features::new(tables.answers.units().len(), read.columns, &rows).map_err(|error| fault(path, &error))
}

/// One row for each answered task; rows of others are left out.
fn in_order(path: &Path, tables: &Tables, read: &Table) -> Result<Vec<f32>, Problem> {
    let named: Option<HashMap<&str, usize>> =
        read.tasks.as_ref().map(|tasks| tasks.iter().map(String::as_str).zip(0..).collect());
    let rows = read.numbers.len() / read.columns;
    let mut ordered = Vec::with_capacity(tables.answers.units().len() * read.columns);
    for task in tables.answers.units().iter() {
        let row = match &named {
            Some(named) => named.get(task).copied().ok_or_else(|| format!("there is no row of task '{task}'; add it")),
            None => task.parse().ok().filter(|row| *row < rows).ok_or_else(|| {
                format!(
                    "task '{task}' has no row: an array's rows are the tasks 0 to {}; name tasks so, or give a table \
                     with a column 'task'",
                    rows - 1
                )
            }),
        };
        let row = row.map_err(|reason| fault(path, &reason))?;
        ordered.extend_from_slice(&read.numbers[row * read.columns..][..read.columns]);
    }
    Ok(ordered)
}
