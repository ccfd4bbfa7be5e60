//! What does an hour of each mind cost when all units compete for it, and what can no allocation cost less than?

use super::Problem;
use super::cover::Search;
use super::repair::Plan;
use crate::crowd::{Round, Run};

/// Prices and the bound they give.
#[derive(Clone, Debug, PartialEq)]
pub struct Relaxed {
    /// No allocation costs less.
    pub value: f64,
    /// Price of an hour of each mind.
    pub hour_price: Vec<f64>,
    /// Price of one of the budget.
    pub money_price: f64,
}

/// Rounds at most: each solves the knapsack of every unit.
const ROUNDS: usize = 300;

/// Every so many rounds the prices are tried out for an allocation: it is the target that steps aim at.
const TRY_EACH: usize = 20;

/// Subgradient ascent with Polyak's step towards the cheapest allocation known (Held, Wolfe and Crowder 1974,
/// DOI 10.1007/BF01580223), and that allocation.
pub(super) fn relax(problem: &Problem, run: &mut Run<'_>) -> (Relaxed, Plan) {
    let minds = problem.capacity_h.len();
    let mut price = Relaxed { value: 0.0, hour_price: vec![0.0; minds], money_price: 0.0 };
    let mut best = Relaxed { value: f64::NEG_INFINITY, ..price.clone() };
    let mut known = Plan::new(problem);
    known.fill(problem, &price, &mut Search::default());
    let mut known_value = known.value(problem);
    let mut search = Search::default();
    let mut over = vec![0.0; minds];
    let mut smoothed = vec![0.0; minds + 1];
    let (mut scale, mut stale) = (1.0, 0);
    for round in 0..ROUNDS {
        let (value, spent) = price_all(problem, &price, &mut over, &mut search);
        if value > best.value + 1e-7 * value.abs() {
            best.hour_price.copy_from_slice(&price.hour_price);
            (best.money_price, stale) = (price.money_price, 0);
        } else {
            stale += 1;
            if stale >= 8 {
                (scale, stale) = (scale * 0.7, 0);
            }
        }
        best.value = best.value.max(value);
        if round % TRY_EACH == TRY_EACH - 1 {
            let mut tried = Plan::new(problem);
            tried.fill(problem, &best, &mut search);
            let value = tried.value(problem);
            if value < known_value {
                (known, known_value) = (tried, value);
            }
            (run.progress)(Round { done: round + 1, most: ROUNDS, objective: Some(known_value) });
        }
        let mut squared = 0.0;
        let money = if problem.budget.is_finite() { spent - problem.budget } else { 0.0 };
        for (smoothed, &over) in smoothed.iter_mut().zip(over.iter().chain(std::iter::once(&money))) {
            *smoothed = 0.7 * over + 0.3 * *smoothed;
            squared += *smoothed * *smoothed;
        }
        if squared < 1e-18 || scale < 1e-4 || known_value - best.value < 1e-9 {
            break;
        }
        let target = known_value.min(best.value + 0.05 * best.value.abs().max(1.0));
        let step = scale * (target - value).max(0.0) / squared;
        for (price, direction) in price.hour_price.iter_mut().zip(&smoothed) {
            *price = f64::max(0.0, *price + step * direction);
        }
        price.money_price = f64::max(0.0, price.money_price + step * smoothed[minds]);
    }
    (best, known)
}

/// The bound at those prices, into `over` the hours beyond capacity, and what is spent.
fn price_all(problem: &Problem, price: &Relaxed, over: &mut [f64], search: &mut Search) -> (f64, f64) {
    let mut value = if problem.budget.is_finite() { -price.money_price * problem.budget } else { 0.0 };
    for ((over, capacity), price) in over.iter_mut().zip(&problem.capacity_h).zip(&price.hour_price) {
        *over = if capacity.is_finite() { -capacity } else { 0.0 };
        value += price * *over;
    }
    let mut spent = 0.0;
    for unit in 0..problem.units() {
        let options = problem.of(unit);
        let priced = |option: &super::Choice| {
            Some(option.cost * (1.0 + price.money_price) + option.work_h * price.hour_price[option.mind])
        };
        let cheapest = search.cheapest(options, priced, problem.needed[unit], problem.widths[unit]);
        let Some((cost, places)) = cheapest.filter(|(cost, _)| *cost < problem.undone[unit]) else {
            value += problem.undone[unit];
            continue;
        };
        value += cost;
        for option in places.iter().map(|&place| &options[place as usize]) {
            spent += option.cost;
            if problem.capacity_h[option.mind].is_finite() {
                over[option.mind] += option.work_h;
            }
        }
    }
    (value, spent)
}
