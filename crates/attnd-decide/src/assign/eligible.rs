//! Which mind can do which unit, in how many hours, at what cost, how surely? Fields of units and minds, and the tables of
//! pairs where they say otherwise.

use crate::assign::instance::{Instance, Table};

/// Whether the mind has the unit's skill and no table leaves the pair out.
pub(crate) fn able(instance: &Instance, unit: usize, mind: usize) -> bool {
    let skilled = match &instance.units[unit].skill {
        Some(skill) => instance.minds[mind].skills.contains(skill),
        None => true,
    };
    let pairs = &instance.pairs;
    let stated = |table: &Option<Table>| table.as_ref().is_none_or(|table| table[unit][mind].is_some());
    skilled && stated(&pairs.cost) && stated(&pairs.work_h) && stated(&pairs.accuracy)
}

/// Hours the mind takes for the unit.
pub(crate) fn hours_of(instance: &Instance, unit: usize, mind: usize) -> f64 {
    cell(&instance.pairs.work_h, unit, mind)
        .unwrap_or_else(|| instance.units[unit].hours() / instance.minds[mind].speed.unwrap_or(1.0))
}

/// What the mind costs on the unit: its cell, or its answer's cost and its wage for the hours.
pub(crate) fn cost_of(instance: &Instance, unit: usize, mind: usize) -> f64 {
    cell(&instance.pairs.cost, unit, mind).unwrap_or_else(|| {
        let of = &instance.minds[mind];
        of.answer_cost.unwrap_or(0.0) + of.wage_per_h.unwrap_or(0.0) * hours_of(instance, unit, mind)
    })
}

/// Probability that the mind is right on the unit: its cell, its own, or the unit's.
pub(crate) fn accuracy_of(instance: &Instance, unit: usize, mind: usize) -> Option<f64> {
    cell(&instance.pairs.accuracy, unit, mind)
        .or(instance.minds[mind].accuracy)
        .or(instance.units[unit].accuracy)
}

fn cell(table: &Option<Table>, unit: usize, mind: usize) -> Option<f64> {
    table.as_ref().and_then(|table| table[unit][mind])
}
