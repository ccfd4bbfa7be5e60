//! Which mind does each unit, where minds differ in cost and in hours for each? The generalised assignment problem.
//!
//! Every unit goes to one mind, no mind has more hours than it has, the cost is least. NP-hard; so a bound from
//! Lagrangian relaxation ([`bound`]) says how far from the best an annealed local search ([`search`]) is.

mod anneal;
pub mod bound;
mod branch;
mod knapsack;
pub mod search;

use super::RegimeKind;
use crate::assign::allocation::{Allocation, Given, Pair, Unmet, WhyUnmet, goal_of};
use crate::assign::eligible::{able, cost_of, hours_of};
use crate::assign::instance::{AssignError, Goal, Instance};
use crate::crowd::Run;

/// In the list.
pub const KIND: RegimeKind = RegimeKind {
    name: "generalised",
    about: "each unit to one of the named minds whose hours differ, at least cost or most profit (bound and search)",
    fits: |instance| {
        (!instance.minds.is_empty() && instance.hands.is_none()).then_some(
            "named minds with capacities in hours, each unit to one of them: generalised assignment",
        )
    },
    solve,
};

/// Costs and hours `[unit, mind]` and what each mind has. The last mind stands for leaving a unit undone: it has room for all.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// How many units.
    pub units: usize,
    /// How many minds, the one that stands for leaving undone included.
    pub minds: usize,
    /// Cost of each pair; infinite where it cannot be.
    pub cost: Vec<f64>,
    /// Hours of each pair.
    pub work_h: Vec<f64>,
    /// Hours each mind has.
    pub capacity_h: Vec<f64>,
}

impl Problem {
    /// The costs of a unit, by mind.
    #[must_use]
    pub fn costs(&self, unit: usize) -> &[f64] {
        &self.cost[unit * self.minds..][..self.minds]
    }

    /// The hours of a unit, by mind.
    #[must_use]
    pub fn hours(&self, unit: usize) -> &[f64] {
        &self.work_h[unit * self.minds..][..self.minds]
    }

    /// What an assignment costs.
    #[must_use]
    pub fn value(&self, mind_of: &[usize]) -> f64 {
        mind_of.iter().enumerate().map(|(unit, &mind)| self.costs(unit)[mind]).sum()
    }

    /// Whether all costs are whole numbers, so that a bound may be rounded up.
    fn is_whole(&self) -> bool {
        self.cost.iter().filter(|cost| cost.is_finite()).all(|cost| cost.fract() == 0.0 && cost.abs() < 1e12)
    }
}

/// How often the largest cost leaving a unit of weight one undone costs where nothing else is said.
const UNDONE: f64 = 10.0;

fn solve(instance: &Instance, run: &mut Run<'_>) -> Result<Allocation, AssignError> {
    let goal = goal_of("generalised", instance.goal, &[Goal::Cost, Goal::Profit], "'cost' and 'profit'")?;
    refuse(instance)?;
    let open: Vec<usize> = (0..instance.units.len()).filter(|&unit| !instance.units[unit].done).collect();
    if open.is_empty() {
        return Ok(Allocation::nothing(goal, Given::Pairs(Vec::new())));
    }
    let problem = problem(instance, &open, goal);
    let relaxed = bound::bound(&problem, run);
    let least = if problem.is_whole() { (relaxed.value - 1e-6).ceil() } else { relaxed.value };
    let search::Found { mind_of, least } = search::search(&problem, &relaxed, least, run);
    let value = problem.value(&mind_of);
    let undone = problem.minds - 1;
    let (mut pairs, mut unmet) = (Vec::new(), Vec::new());
    for (&unit, &mind) in open.iter().zip(&mind_of) {
        if mind == undone {
            unmet.push(Unmet { unit, count: 1, why: why(instance, unit, &problem) });
        } else {
            pairs.push(Pair { unit, mind, count: 1 });
        }
    }
    let sign = if goal == Goal::Profit { -1.0 } else { 1.0 };
    Ok(Allocation {
        goal,
        given: Given::Pairs(pairs),
        value: sign * value,
        bound: sign * least.min(value),
        unmet,
    })
}

fn refuse(instance: &Instance) -> Result<(), AssignError> {
    let unsuited = |problem, instead| Err(AssignError::Unsuited { kind: "generalised", problem, instead });
    if instance.minds.is_empty() {
        return unsuited("gives units to named minds and there are none", "list them in 'minds'");
    }
    if instance.units.iter().any(|unit| unit.count > 1) || instance.minds.iter().any(|mind| mind.count > 1) {
        return unsuited("knows single units and minds", "write those with a 'count' one by one");
    }
    if instance.budget.is_some() {
        return unsuited(
            "knows no budget",
            "take it out, or give units a 'quality' so that they are covered",
        );
    }
    if instance.units.iter().any(|unit| unit.answers.is_some_and(|answers| answers > 1)) {
        return unsuited(
            "gives each unit to one mind",
            "give 'capacity_answers' in place of hours for several answers",
        );
    }
    if instance.units.iter().any(|unit| !unit.after.is_empty()) {
        return unsuited("knows no order of units", "take 'after' out");
    }
    Ok(())
}

fn problem(instance: &Instance, open: &[usize], goal: Goal) -> Problem {
    let minds = instance.minds.len();
    let sign = if goal == Goal::Profit { -1.0 } else { 1.0 };
    let mut cost = Vec::with_capacity(open.len() * (minds + 1));
    let mut work_h = Vec::with_capacity(cost.capacity());
    for &unit in open {
        for mind in 0..minds {
            let hours = hours_of(instance, unit, mind);
            let fits = hours <= instance.minds[mind].capacity_h.unwrap_or(f64::INFINITY);
            let possible = fits && able(instance, unit, mind);
            cost.push(if possible { sign * cost_of(instance, unit, mind) } else { f64::INFINITY });
            work_h.push(hours);
        }
        cost.push(f64::INFINITY);
        work_h.push(0.0);
    }
    let largest =
        cost.iter().filter(|cost| cost.is_finite()).fold(1.0_f64, |most, cost| most.max(cost.abs()));
    let usual = if goal == Goal::Profit { 0.0 } else { (UNDONE * largest).ceil() };
    for (row, &unit) in open.iter().enumerate() {
        let unit = &instance.units[unit];
        cost[row * (minds + 1) + minds] = unit.unmet_cost.unwrap_or(usual * unit.importance());
    }
    let mut capacity_h: Vec<f64> =
        instance.minds.iter().map(|mind| mind.capacity_h.unwrap_or(f64::INFINITY)).collect();
    capacity_h.push(f64::INFINITY);
    Problem { units: open.len(), minds: minds + 1, cost, work_h, capacity_h }
}

fn why(instance: &Instance, unit: usize, problem: &Problem) -> WhyUnmet {
    let minds = 0..problem.minds - 1;
    if !minds.clone().any(|mind| able(instance, unit, mind)) {
        return WhyUnmet::NobodyCan;
    }
    let leaving = instance.units[unit].unmet_cost;
    match leaving {
        Some(leaving) if minds.into_iter().all(|mind| cost_of(instance, unit, mind) > leaving) => {
            WhyUnmet::TooDear
        }
        _ => WhyUnmet::NoCapacity,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::assign::instance::{Mind, Pairs, Unit};
    use crate::assign::regime::tests::allocated;

    type Rows = Vec<Vec<Option<f64>>>;

    fn instance(cost: &Rows, work_h: &Rows, room_h: &[f64], goal: Goal) -> Instance {
        let mind =
            |(place, &room): (usize, &f64)| Mind { capacity_h: Some(room), ..Mind::new(place.to_string()) };
        Instance {
            goal: Some(goal),
            units: (0..cost.len()).map(|unit| Unit::new(unit.to_string())).collect(),
            minds: room_h.iter().enumerate().map(mind).collect(),
            pairs: Pairs { cost: Some(cost.clone()), work_h: Some(work_h.clone()), accuracy: None },
            ..Instance::default()
        }
    }

    fn best(cost: &Rows, work_h: &Rows, unit: usize, room_h: &mut [f64], undone: f64, sign: f64) -> f64 {
        if unit == cost.len() {
            return 0.0;
        }
        let mut least = undone + best(cost, work_h, unit + 1, room_h, undone, sign);
        for mind in 0..room_h.len() {
            let (Some(cost_here), Some(hours)) = (cost[unit][mind], work_h[unit][mind]) else { continue };
            if hours <= room_h[mind] {
                room_h[mind] -= hours;
                least = least.min(sign * cost_here + best(cost, work_h, unit + 1, room_h, undone, sign));
                room_h[mind] += hours;
            }
        }
        least
    }

    fn rows(cells: &[u8]) -> Rows {
        cells.chunks(3).map(|row| row.iter().map(|&cell| Some(f64::from(cell))).collect()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn small_ones_are_solved_and_bounds_are_bounds(
            cost in prop::collection::vec(0_u8..30, 18), work in prop::collection::vec(1_u8..12, 18),
            room in prop::collection::vec(4_u8..30, 3),
        ) {
            let (cost, work) = (rows(&cost), rows(&work));
            let mut room: Vec<f64> = room.into_iter().map(f64::from).collect();
            let fitting = cost.iter().flatten().zip(work.iter().flatten()).zip(room.iter().cycle());
            let possible = fitting.filter(|((_, hours), room)| hours.is_some_and(|hours| hours <= **room));
            let largest = possible.filter_map(|((cost, _), _)| *cost).fold(1.0, f64::max);
            for (goal, undone, sign) in [(Goal::Cost, 10.0 * largest, 1.0), (Goal::Profit, 0.0, -1.0)] {
                let (regime, found) = allocated(&instance(&cost, &work, &room, goal));
                prop_assert_eq!(regime, "generalised");
                let least = sign * best(&cost, &work, 0, &mut room, undone, sign);
                prop_assert!((found.value - least).abs() < 1e-9, "{} where {least} is possible", found.value);
            }
        }
    }
}
