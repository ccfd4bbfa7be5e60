//! What is the least cost of all where units are few? Every way to cover them, cut where it cannot be cheaper.

use super::cover::ROUNDING;
use super::repair::{Plan, SLACK};
use super::{Choice, Problem};

/// Units and minds of a unit beyond which every way is not tried.
const MOST_UNITS: usize = 12;
const MOST_OPTIONS: usize = 12;

/// Steps after which the search gives up: a tenth of a second.
const MOST_NODES: u32 = 1_000_000;

/// One way to cover a unit, or to leave it undone.
struct Way {
    cost: f64,
    places: Option<Vec<u16>>,
}

/// The search on its way.
struct Descent<'a> {
    problem: &'a Problem,
    ways: Vec<Vec<Way>>,
    /// What the units from each one on cost at least.
    rest: Vec<f64>,
    left_h: Vec<f64>,
    chosen: Vec<usize>,
    best: Option<Vec<usize>>,
    least: f64,
    nodes: u32,
}

/// The cheapest plan there is; none where units are too many to know it. `known` is any plan.
pub(super) fn cheapest(problem: &Problem, known: &Plan) -> Option<Plan> {
    let few = |unit: usize| problem.of(unit).len() <= MOST_OPTIONS;
    if problem.units() > MOST_UNITS || !(0..problem.units()).all(few) {
        return None;
    }
    let ways: Vec<Vec<Way>> = (0..problem.units()).map(|unit| ways(problem, unit)).collect();
    let mut rest = vec![0.0; ways.len() + 1];
    for (unit, ways) in ways.iter().enumerate().rev() {
        rest[unit] = rest[unit + 1] + ways[0].cost;
    }
    let mut descent = Descent {
        problem,
        ways,
        rest,
        left_h: problem.capacity_h.clone(),
        chosen: Vec::with_capacity(problem.units()),
        best: None,
        least: known.value(problem),
        nodes: 0,
    };
    descent.descend(0.0, problem.budget);
    if descent.nodes > MOST_NODES {
        return None;
    }
    let Some(best) = descent.best else { return Some(known.clone()) };
    let mut plan = Plan::new(problem);
    for (unit, &way) in best.iter().enumerate() {
        if let Some(places) = &descent.ways[unit][way].places {
            plan.cover_with(problem, unit, places.clone());
        }
    }
    Some(plan)
}

impl Descent<'_> {
    fn descend(&mut self, cost: f64, left_money: f64) {
        let unit = self.chosen.len();
        if unit == self.ways.len() {
            if cost < self.least {
                (self.least, self.best) = (cost, Some(self.chosen.clone()));
            }
            return;
        }
        for way in 0..self.ways[unit].len() {
            let of = &self.ways[unit][way];
            // Ways come cheapest first: those after it are no cheaper.
            if cost + of.cost + self.rest[unit + 1] >= self.least - ROUNDING || self.nodes > MOST_NODES {
                return;
            }
            self.nodes += 1;
            let (of_cost, places) = (of.cost, of.places.clone());
            let options = self.problem.of(unit);
            let minds = || places.iter().flatten().map(|&place| &options[place as usize]);
            let spent = if places.is_some() { of_cost } else { 0.0 };
            let fits = |option: &Choice| option.work_h <= self.left_h[option.mind] + SLACK;
            if spent > left_money + SLACK || !minds().all(fits) {
                continue;
            }
            minds().for_each(|option| self.left_h[option.mind] -= option.work_h);
            self.chosen.push(way);
            self.descend(cost + of_cost, left_money - spent);
            self.chosen.pop();
            minds().for_each(|option| self.left_h[option.mind] += option.work_h);
        }
    }
}

/// Every set of minds that makes the unit sure and of which none could be spared, and leaving it undone; cheapest first.
fn ways(problem: &Problem, unit: usize) -> Vec<Way> {
    let options = problem.of(unit);
    let mut ways = vec![Way { cost: problem.undone[unit], places: None }];
    for set in 1..1_u32 << options.len() {
        let places: Vec<u16> = (0..options.len() as u16).filter(|&place| set >> place & 1 == 1).collect();
        let of = |&place: &u16| &options[place as usize];
        let gain: f64 = places.iter().map(|place| of(place).gain).sum();
        let needed = problem.needed[unit] - ROUNDING;
        let spare = places.iter().any(|place| gain - of(place).gain >= needed);
        let cost: f64 = places.iter().map(|place| of(place).cost).sum();
        if gain >= needed && !spare && places.len() <= problem.widths[unit] && cost <= problem.undone[unit] {
            ways.push(Way { cost, places: Some(places) });
        }
    }
    ways.sort_by(|one, other| one.cost.total_cmp(&other.cost));
    ways
}
