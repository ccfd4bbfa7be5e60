//! What can no assignment cost less than? Lagrangian relaxation, first of the capacities, then of the units.
//!
//! With a price for each hour of a mind every unit simply takes its cheapest mind; the best prices give the bound of the
//! linear program. Keeping capacities and pricing units instead leaves a knapsack for each mind, which is tighter
//! (Fisher, Jaikumar and Van Wassenhove 1986, DOI 10.1287/mnsc.32.9.1095). Prices rise and fall along the subgradient with
//! Polyak's step, halved where the bound stands still (Held, Wolfe and Crowder 1974, DOI 10.1007/BF01580223).

use super::Problem;
use super::knapsack::{Grid, Knapsack};
use crate::crowd::{Round, Run};

/// A bound and the prices it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Relaxed {
    /// No assignment costs less.
    pub value: f64,
    /// Price of an hour of each mind at the best bound of the linear program.
    pub hour_price: Vec<f64>,
    /// Price of each unit at the best bound found with a knapsack for each mind.
    pub unit_price: Vec<f64>,
}

/// Rounds of prices of hours: each costs one pass over the pairs.
const HOUR_ROUNDS: usize = 1_000;

/// Rounds of prices of units: each costs a knapsack for each mind.
const UNIT_ROUNDS: usize = 400;

/// The best bound of both relaxations.
#[must_use]
pub fn bound(problem: &Problem, run: &mut Run<'_>) -> Relaxed {
    let (value, hour_price) = price_hours(problem);
    (run.progress)(Round { done: HOUR_ROUNDS, most: HOUR_ROUNDS + UNIT_ROUNDS, objective: Some(value) });
    let (tighter, unit_price) = price_units(problem, &hour_price, value, run);
    Relaxed { value: value.max(tighter), hour_price, unit_price }
}

/// Polyak's step towards a target that is a little above the best bound, shorter each time the bound stands still.
struct Ascent {
    best: f64,
    scale: f64,
    stale: u32,
    patience: u32,
}

impl Ascent {
    fn new(patience: u32) -> Self {
        Self { best: f64::NEG_INFINITY, scale: 1.0, stale: 0, patience }
    }

    /// Whether the bound is the best so far.
    fn improves(&mut self, value: f64) -> bool {
        let better = value > self.best + 1e-9 * self.best.abs();
        if better {
            self.stale = 0;
        } else {
            self.stale += 1;
            if self.stale >= self.patience {
                (self.scale, self.stale) = (self.scale * 0.7, 0);
            }
        }
        if value > self.best {
            self.best = value;
        }
        better
    }

    /// How far to go along a subgradient of that squared length. The true optimum is unknown: a target two percent above the
    /// best bound is reached for, and the scale takes care of its being too far.
    fn step(&self, value: f64, squared: f64) -> f64 {
        let target = self.best + 0.02 * self.best.abs().max(1.0);
        self.scale * (target - value) / squared
    }
}

/// The bound of the linear program and the prices that give it.
fn price_hours(problem: &Problem) -> (f64, Vec<f64>) {
    let minds = problem.minds;
    let limited: Vec<bool> = problem.capacity_h.iter().map(|hours| hours.is_finite()).collect();
    let mut price = vec![0.0; minds];
    let (mut best, mut best_price) = (f64::NEG_INFINITY, price.clone());
    let mut over = vec![0.0; minds];
    let mut smoothed = vec![0.0; minds];
    let mut ascent = Ascent::new(15);
    for _ in 0..HOUR_ROUNDS {
        let mut value = 0.0;
        for mind in 0..minds {
            over[mind] = if limited[mind] { -problem.capacity_h[mind] } else { 0.0 };
            value += price[mind] * over[mind];
        }
        for unit in 0..problem.units {
            let (mind, priced) = cheapest(problem, unit, &price);
            value += priced;
            if limited[mind] {
                over[mind] += problem.hours(unit)[mind];
            }
        }
        if ascent.improves(value) {
            best_price.copy_from_slice(&price);
        }
        best = f64::max(best, value);
        // Directions of rounds before are kept in part, or prices of alike minds swing against each other.
        let mut squared = 0.0;
        for mind in 0..minds {
            smoothed[mind] = 0.6 * over[mind] + 0.4 * smoothed[mind];
            squared += smoothed[mind] * smoothed[mind];
        }
        if squared < 1e-18 || ascent.scale < 1e-6 {
            break;
        }
        let step = ascent.step(value, squared);
        for mind in 0..minds {
            price[mind] = f64::max(0.0, price[mind] + step * smoothed[mind]);
        }
    }
    (best, best_price)
}

/// The mind that is cheapest for the unit when hours have a price, and what it then costs.
pub(super) fn cheapest(problem: &Problem, unit: usize, price: &[f64]) -> (usize, f64) {
    let mut best = (0, f64::INFINITY);
    for (mind, ((cost, hours), price)) in
        problem.costs(unit).iter().zip(problem.hours(unit)).zip(price).enumerate()
    {
        let priced = cost + price * hours;
        if priced < best.1 {
            best = (mind, priced);
        }
    }
    best
}

/// The bound from a knapsack for each mind; units have the price they would have in the linear program to begin with.
fn price_units(problem: &Problem, hour_price: &[f64], known: f64, run: &mut Run<'_>) -> (f64, Vec<f64>) {
    let mut price: Vec<f64> = (0..problem.units).map(|unit| cheapest(problem, unit, hour_price).1).collect();
    let sacks: Vec<Sack> = (0..problem.minds).map(|mind| Sack::of(problem, mind)).collect();
    let mut table = Knapsack::default();
    let mut times = vec![0_i32; problem.units];
    let mut smoothed = vec![0.0; problem.units];
    let mut best_price = price.clone();
    let mut ascent = Ascent::new(10);
    ascent.best = known;
    for round in 0..UNIT_ROUNDS {
        let mut value: f64 = price.iter().sum();
        times.fill(1);
        for sack in &sacks {
            value -= sack.fill(&price, &mut table);
            table.taken.iter().for_each(|&unit| times[unit] -= 1);
        }
        if value > ascent.best {
            best_price.copy_from_slice(&price);
        }
        ascent.improves(value);
        let mut squared = 0.0;
        for (smoothed, &times) in smoothed.iter_mut().zip(&times) {
            *smoothed = 0.7 * f64::from(times) + 0.3 * *smoothed;
            squared += *smoothed * *smoothed;
        }
        if squared < 1e-18 || ascent.scale < 1e-5 {
            break;
        }
        // Near the top the duality gap is a fraction of a percent.
        let target = ascent.best + 0.001 * ascent.best.abs().max(1.0);
        let step = ascent.scale * (target - value) / squared;
        price.iter_mut().zip(&smoothed).for_each(|(price, direction)| *price += step * direction);
        (run.progress)(Round {
            done: HOUR_ROUNDS + round,
            most: HOUR_ROUNDS + UNIT_ROUNDS,
            objective: Some(ascent.best),
        });
    }
    (ascent.best, best_price)
}

/// One mind's knapsack in whole cells.
struct Sack {
    /// Unit, its cells and its cost, of those it can do.
    units: Vec<(usize, usize, f64)>,
    cells: Option<usize>,
}

impl Sack {
    fn of(problem: &Problem, mind: usize) -> Self {
        let capacity = problem.capacity_h[mind];
        let rows = || (0..problem.units).filter(|&unit| problem.costs(unit)[mind].is_finite());
        let grid = Grid::of(rows().map(|unit| problem.hours(unit)[mind]), capacity);
        Self {
            units: rows()
                .map(|unit| (unit, grid.down(problem.hours(unit)[mind]), problem.costs(unit)[mind]))
                .collect(),
            cells: capacity.is_finite().then(|| grid.down(capacity)),
        }
    }

    /// The greatest profit of units at those prices, and into the table which they are.
    fn fill(&self, price: &[f64], table: &mut Knapsack) -> f64 {
        table.inside.clear();
        let profits = self.units.iter().map(|&(unit, cells, cost)| (unit, cells, price[unit] - cost));
        table.inside.extend(profits.filter(|&(_, _, profit)| profit > 0.0));
        table.fill(self.cells)
    }
}
