//! Which assignment is as cheap as can be found? Annealing for a first one, then all minds searched at once.
//!
//! From the bound upwards where that can be done whole, in dives where not; then neighbourhoods of a few minds.
//!
//! Deterministic by its seed: it ends after so much work, not after a time.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::Problem;
use super::anneal;
use super::bound::{Relaxed, cheapest};
use super::branch::{Neighbourhood, Searched};
use super::knapsack::{Grid, Knapsack};
use crate::crowd::{Round, Run};

/// Cells of knapsacks filled at most: what the search may work, about five seconds. A fifth goes into proofs, two into dives, the
/// others into neighbourhoods of a few minds.
const MOST_CELLS: u64 = 12_000_000_000;

/// Neighbourhoods in a row without anything cheaper, for each mind, after which nothing is expected any more.
const PATIENCE: usize = 150;

/// Grains of cost beyond the best from which it goes back to the best.
const FAR: f64 = 4.0;

/// The share of its reach that a dive's goal is above the bound at least.
const DEEPEST: f64 = 0.3;

/// Dives in a row that find nothing after which there are no more: those that are over at their root cost no cells to speak of.
const MOST_STALE_DIVES: usize = 100;

/// How far prices are disturbed before a dive, as a share of the mean price: further, and the bound from them is above every goal.
const NOISE: f64 = 0.001;

/// How far above the bound the first goal is, as a share of the bound, and how much further each next one after a dive that found
/// nothing. A far goal closes few pairs, and the dive never comes up with anything.
const FIRST_REACH: f64 = 0.002;
const FURTHER: f64 = 1.5;

/// What a dive may cost: filling all knapsacks so often for each unit it decides, in turn or nearly.
const FILLS_PER_UNIT: u64 = 8;

/// Pairs at most where all minds are searched at once: each waiting node holds them.
const MOST_PAIRS: usize = 40_000;

/// Units in a neighbourhood at most, beyond those of two minds.
const MOST_UNITS: usize = 120;

/// The cheapest assignment found, and what none costs less than.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// A mind for each unit; all capacities are kept.
    pub mind_of: Vec<usize>,
    /// No assignment costs less.
    pub least: f64,
}

/// Searches for the cheapest assignment. Ends early at `least`, below which there is none.
#[must_use]
pub fn search(problem: &Problem, relaxed: &Relaxed, least: f64, run: &mut Run<'_>) -> Found {
    let mut mind_of = anneal::anneal(problem, &relaxed.hour_price, least, run);
    let grids: Vec<Grid> = (0..problem.minds).map(|mind| grid(problem, mind)).collect();
    let mut table = Knapsack::default();
    let least = whole(problem, relaxed, least, &grids, &mut mind_of, &mut table);
    dive(problem, relaxed, least, &grids, &mut mind_of, &mut table, run);
    wander(problem, relaxed, least, &grids, &mut mind_of, &mut table, run);
    Found { mind_of, least }
}

/// Searches all minds at once for what costs little more than the bound, then for what costs more, as long as each is searched
/// whole; the raised bound. Most pairs are closed where little more is allowed, so the first are quick.
fn whole(
    problem: &Problem,
    relaxed: &Relaxed,
    least: f64,
    grids: &[Grid],
    mind_of: &mut [usize],
    table: &mut Knapsack,
) -> f64 {
    let mut least = least;
    let exact =
        problem.capacity_h.iter().zip(grids).all(|(hours, grid)| hours.is_infinite() || grid.is_exact());
    if !is_small(problem) || !exact {
        return least;
    }
    let minds: Vec<usize> = (0..problem.minds).collect();
    let grain = if problem.is_whole() { 1.0 } else { 1e-4 * least.abs() / problem.units as f64 };
    let mut width = 0.0;
    while problem.value(mind_of) > least + 1e-9 {
        let held = held(problem, mind_of);
        let most = least + width;
        let mut all = Neighbourhood::of(problem, &minds, &held, grids, &relaxed.unit_price, 0.0).within(most);
        let searched = all.search(table, MOST_CELLS / 5 - (MOST_CELLS / 5).min(table.cells));
        let improved = all.improvement().map(|changes| changes.for_each(|(unit, mind)| mind_of[unit] = mind));
        let value = problem.value(mind_of);
        match (searched, improved) {
            (Searched::Cut, _) => break,
            (Searched::Whole, Some(())) => least = value,
            (Searched::Whole, None) => least = value.min(if problem.is_whole() { most + 1.0 } else { most }),
        }
        width += grain;
    }
    least
}

/// Dives into all minds at once, each time from other prices and to another depth below the best, and gives each dive up
/// early: what a search depth first decides wrongly near its root it would take back last.
fn dive(
    problem: &Problem,
    relaxed: &Relaxed,
    least: f64,
    grids: &[Grid],
    mind_of: &mut [usize],
    table: &mut Knapsack,
    run: &mut Run<'_>,
) {
    if !is_small(problem) {
        return;
    }
    let mut generator = run.seed.generator(6);
    let minds: Vec<usize> = (0..problem.minds).collect();
    let spread = relaxed.unit_price.iter().map(|price| price.abs()).sum::<f64>() / problem.units as f64;
    let until = MOST_CELLS / 5 * 3;
    let each = FILLS_PER_UNIT * problem.units as u64 * cells_of_a_fill(problem, grids);
    let mut reach = FIRST_REACH * least.abs();
    let mut stale = 0;
    while problem.value(mind_of) > least + 1e-9 && table.cells < until && stale < MOST_STALE_DIVES {
        stale += 1;
        let value = problem.value(mind_of);
        let depth = DEEPEST + (1.0 - DEEPEST) * generator.random::<f64>();
        let most = least + (value - least).min(reach) * depth;
        let price: Vec<f64> = relaxed
            .unit_price
            .iter()
            .map(|price| price + NOISE * spread * (generator.random::<f64>() - 0.5))
            .collect();
        let held = held(problem, mind_of);
        let mut all = Neighbourhood::of(problem, &minds, &held, grids, &price, 0.0).within(most);
        all.search(table, each.min(until - table.cells));
        match all.improvement() {
            Some(changes) => {
                changes.for_each(|(unit, mind)| mind_of[unit] = mind);
                stale = 0;
            }
            None => reach *= FURTHER,
        }
    }
}

/// Cells of the knapsacks of all minds with all units in them.
fn cells_of_a_fill(problem: &Problem, grids: &[Grid]) -> u64 {
    let capacities = problem.capacity_h.iter().zip(grids).filter(|(hours, _)| hours.is_finite());
    problem.units as u64 * capacities.map(|(hours, grid)| grid.down(*hours) as u64).sum::<u64>()
}

/// Whether all minds may be searched at once.
fn is_small(problem: &Problem) -> bool {
    problem.units * problem.minds <= MOST_PAIRS
}

/// Searches neighbourhoods of a few minds until the bound or the end of patience or work.
fn wander(
    problem: &Problem,
    relaxed: &Relaxed,
    least: f64,
    grids: &[Grid],
    best: &mut [usize],
    table: &mut Knapsack,
    run: &mut Run<'_>,
) {
    let mut generator = run.seed.generator(5);
    let mut mind_of = best.to_vec();
    let mut value = problem.value(&mind_of);
    let mut best_value = value;
    let grain = if problem.is_whole() { 1.0 } else { 1e-3 * value.abs() / problem.units as f64 };
    let mut held = held(problem, &mind_of);
    let related = related(problem, &relaxed.hour_price);
    let mut size = 3.0_f64;
    let (mut stale, mut told) = (0, 0);
    let real = problem.minds - 1;
    while best_value > least + 1e-9 && table.cells < MOST_CELLS && stale < PATIENCE * real {
        let allowance = allowance(grain, &mut generator);
        let minds = pick(problem, &related, &held, size, &mut generator);
        let mut neighbourhood =
            Neighbourhood::of(problem, &minds, &held, grids, &relaxed.unit_price, allowance);
        // Neighbourhoods that are searched whole may be larger, those that are cut must be smaller.
        match neighbourhood.search(table, MOST_CELLS / 1_000) {
            Searched::Whole => size = (size * 1.01).min(real as f64),
            Searched::Cut => size = (size * 0.985).max(2.0),
        }
        stale += 1;
        if let Some(changes) = neighbourhood.improvement() {
            for (unit, mind) in changes {
                mind_of[unit] = mind;
            }
            held = self::held(problem, &mind_of);
            value = problem.value(&mind_of);
        }
        if value < best_value - 1e-9 {
            best_value = value;
            best.copy_from_slice(&mind_of);
            stale = 0;
        } else if value > best_value + FAR * grain {
            mind_of.copy_from_slice(best);
            held = self::held(problem, &mind_of);
            value = best_value;
        }
        let percent = (table.cells * 100 / MOST_CELLS) as usize;
        if percent > told {
            told = percent;
            (run.progress)(Round { done: percent, most: 100, objective: Some(best_value) });
        }
    }
}

/// How much dearer than now an assignment may be that is looked for: mostly as dear, so that the search wanders over what costs the
/// same; now and then a little more.
fn allowance(grain: f64, generator: &mut ChaCha8Rng) -> f64 {
    match generator.random::<u32>() % 10 {
        0..3 => 0.0,
        3..9 => grain,
        _ => 2.0 * grain,
    }
}

fn held(problem: &Problem, mind_of: &[usize]) -> Vec<Vec<u32>> {
    let mut held = vec![Vec::new(); problem.minds];
    for (unit, &mind) in mind_of.iter().enumerate() {
        held[mind].push(unit as u32);
    }
    held
}

fn grid(problem: &Problem, mind: usize) -> Grid {
    let rows = (0..problem.units).filter(|&unit| problem.costs(unit)[mind].is_finite());
    Grid::of(rows.map(|unit| problem.hours(unit)[mind]), problem.capacity_h[mind])
}

/// For each mind, those that others of its near units could go to, by how many of them: `[mind, mind]`.
fn related(problem: &Problem, price: &[f64]) -> Vec<f64> {
    let minds = problem.minds;
    let mut related = vec![0.0; minds * minds];
    let mut near: Vec<usize> = Vec::with_capacity(minds);
    let mut regrets = Vec::with_capacity(problem.units * 2);
    let regret = |unit: usize, mind: usize, least: f64| {
        problem.costs(unit)[mind] + price[mind] * problem.hours(unit)[mind] - least
    };
    for unit in 0..problem.units {
        let least = cheapest(problem, unit, price).1;
        regrets
            .extend((0..minds - 1).map(|mind| regret(unit, mind, least)).filter(|regret| regret.is_finite()));
    }
    // A fifth of all pairs are near.
    let at = regrets.len() / 5;
    if regrets.is_empty() {
        return related;
    }
    let limit = *regrets.select_nth_unstable_by(at, f64::total_cmp).1;
    for unit in 0..problem.units {
        let least = cheapest(problem, unit, price).1;
        near.clear();
        near.extend((0..minds - 1).filter(|&mind| regret(unit, mind, least) <= limit));
        for &one in &near {
            near.iter().filter(|&&other| other != one).for_each(|&other| related[one * minds + other] += 1.0);
        }
    }
    related
}

/// About `size` minds: one at random and others that share near units with it, and always the one that stands for leaving
/// undone.
fn pick(
    problem: &Problem,
    related: &[f64],
    held: &[Vec<u32>],
    size: f64,
    generator: &mut ChaCha8Rng,
) -> Vec<usize> {
    let real = problem.minds - 1;
    let random = |generator: &mut ChaCha8Rng| generator.random::<f64>();
    let mut minds = vec![((random(generator) * real as f64) as usize).min(real - 1)];
    let mut units = held[minds[0]].len() + held[real].len();
    let wanted = (size + random(generator)) as usize;
    while minds.len() < wanted.min(real) {
        let weight = |mind: usize, minds: &[usize]| {
            if minds.contains(&mind) { 0.0 } else { 0.1 + related[minds[0] * problem.minds + mind] }
        };
        let total: f64 = (0..real).map(|mind| weight(mind, &minds)).sum();
        let mut left = random(generator) * total;
        let chosen = (0..real).find(|&mind| {
            left -= weight(mind, &minds);
            left < 0.0
        });
        let Some(mind) = chosen else { break };
        units += held[mind].len();
        if units > MOST_UNITS && minds.len() >= 2 {
            break;
        }
        minds.push(mind);
    }
    minds.push(real);
    minds
}
