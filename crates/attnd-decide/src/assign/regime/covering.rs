//! Who answers what so that each unit is right with the probability asked for, at least cost? Covering in log-odds.
//!
//! Independent answers add `ln(p / (1 - p))` to a unit's log-odds, and the unit needs those of its quality; minds have skills,
//! hours and wages, and there may be a budget. NP-hard. Hours and budget get Lagrangian prices ([`prices`]), which leaves a
//! small covering knapsack for each unit that is solved exactly ([`cover`]): a much tighter bound than the linear program's.
//! The same prices guide a repair and a local search ([`repair`]). Of few units every way is tried instead (`exact`).

pub mod cover;
mod exact;
pub mod prices;
pub mod repair;

use super::RegimeKind;
use crate::assign::allocation::{Allocation, Given, Pair, Unmet, WhyUnmet, goal_of};
use crate::assign::eligible::{able, accuracy_of, cost_of, hours_of};
use crate::assign::instance::{AssignError, Goal, Instance};
use crate::crowd::Run;

/// In the list.
pub const KIND: RegimeKind = RegimeKind {
    name: "covering",
    about: "several of the named minds on each unit until it is sure enough, within hours and budget, at least cost (bound and search)",
    fits: |instance| {
        (!instance.minds.is_empty() && instance.units.iter().any(|unit| unit.quality.is_some()))
            .then_some("named minds and units with a quality to reach: covering in log-odds")
    },
    solve,
};

/// Units and, flat by unit, the minds that can answer them.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Log-odds each unit needs.
    pub needed: Vec<f64>,
    /// What leaving each unit undone costs.
    pub undone: Vec<f64>,
    /// How many minds a unit can have at most.
    pub widths: Vec<usize>,
    /// Where each unit's options begin in `options`, and the end.
    pub starts: Vec<usize>,
    /// Minds that can answer the unit.
    pub options: Vec<Choice>,
    /// Hours of each mind; infinite where unlimited.
    pub capacity_h: Vec<f64>,
    /// What may be spent; infinite where unlimited.
    pub budget: f64,
}

/// One mind on one unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// The mind.
    pub mind: usize,
    /// Log-odds it adds, above zero.
    pub gain: f64,
    /// Hours it takes.
    pub work_h: f64,
    /// What it costs.
    pub cost: f64,
}

impl Problem {
    /// How many units there are.
    #[must_use]
    pub fn units(&self) -> usize {
        self.needed.len()
    }

    /// Who can answer a unit.
    #[must_use]
    pub fn of(&self, unit: usize) -> &[Choice] {
        &self.options[self.starts[unit]..self.starts[unit + 1]]
    }
}

/// How often all its options together leaving a unit of weight one undone costs where nothing else is said.
const UNDONE: f64 = 10.0;

fn solve(instance: &Instance, run: &mut Run<'_>) -> Result<Allocation, AssignError> {
    let goal = goal_of("covering", instance.goal, &[Goal::Cost], "'cost'")?;
    refuse(instance)?;
    let open: Vec<usize> = (0..instance.units.len()).filter(|&unit| !instance.units[unit].done).collect();
    let problem = problem(instance, &open);
    let (relaxed, start) = prices::relax(&problem, run);
    let proven = exact::cheapest(&problem, &start);
    let is_proven = proven.is_some();
    let found = proven.unwrap_or_else(|| repair::improve(&problem, &relaxed, start, run));
    let (mut pairs, mut unmet) = (Vec::new(), Vec::new());
    for (row, &unit) in open.iter().enumerate() {
        match found.cover(row) {
            Some(minds) => {
                pairs.extend(minds.iter().map(|&place| Pair {
                    unit,
                    mind: problem.of(row)[place as usize].mind,
                    count: 1,
                }));
            }
            None => unmet.push(Unmet { unit, count: 1, why: why(&problem, row) }),
        }
    }
    pairs.sort_unstable();
    let value = found.value(&problem);
    let bound = if is_proven { value } else { relaxed.value.min(value) };
    Ok(Allocation { goal, given: Given::Pairs(pairs), value, bound, unmet })
}

fn refuse(instance: &Instance) -> Result<(), AssignError> {
    let unsuited = |problem, instead| Err(AssignError::Unsuited { kind: "covering", problem, instead });
    if instance.minds.is_empty() {
        return unsuited("gives units to named minds and there are none", "list them in 'minds'");
    }
    if instance.units.iter().any(|unit| !unit.done && unit.quality.is_none()) {
        return unsuited("needs the 'quality' each unit must reach", "give one to every unit");
    }
    let minds = instance.minds.len();
    let unknown = |unit: usize| {
        (0..minds).any(|mind| able(instance, unit, mind) && accuracy_of(instance, unit, mind).is_none())
    };
    if (0..instance.units.len()).any(unknown) {
        return unsuited(
            "needs to know how often minds are right",
            "give minds an 'accuracy', or 'pairs.accuracy'",
        );
    }
    if instance.units.iter().any(|unit| unit.count > 1) || instance.minds.iter().any(|mind| mind.count > 1) {
        return unsuited("knows single units and minds", "write those with a 'count' one by one");
    }
    if instance.units.iter().any(|unit| unit.answers.is_some()) {
        return unsuited("finds the number of answers itself", "take 'answers' out, or 'quality'");
    }
    if instance.units.iter().any(|unit| !unit.after.is_empty()) {
        return unsuited("knows no order of units", "take 'after' out");
    }
    Ok(())
}

fn problem(instance: &Instance, open: &[usize]) -> Problem {
    let minds = &instance.minds;
    let log_odds = |probability: f64| (probability / (1.0 - probability)).ln();
    let mut problem = Problem {
        needed: Vec::with_capacity(open.len()),
        undone: Vec::with_capacity(open.len()),
        widths: Vec::with_capacity(open.len()),
        starts: vec![0],
        options: Vec::new(),
        capacity_h: minds.iter().map(|mind| mind.capacity_h.unwrap_or(f64::INFINITY)).collect(),
        budget: instance.budget.unwrap_or(f64::INFINITY),
    };
    let mut dearest = 0.0_f64;
    for &unit in open {
        let begin = problem.options.len();
        for mind in (0..minds.len()).filter(|&mind| able(instance, unit, mind)) {
            let gain = accuracy_of(instance, unit, mind).map_or(0.0, log_odds);
            let work_h = hours_of(instance, unit, mind);
            if gain > 0.0 && work_h <= problem.capacity_h[mind] {
                problem.options.push(Choice {
                    mind,
                    gain,
                    work_h,
                    cost: cost_of(instance, unit, mind).max(0.0),
                });
            }
        }
        dearest = problem.options[begin..].iter().fold(dearest, |most, option| most.max(option.cost));
        problem.starts.push(problem.options.len());
        problem.needed.push(instance.units[unit].quality.map_or(0.0, log_odds));
        problem.widths.push(instance.units[unit].most_hands.map_or(usize::MAX, |most| most as usize));
    }
    let usual = if dearest > 0.0 { UNDONE * dearest } else { 1.0 };
    problem.undone.extend(open.iter().map(|&unit| {
        let unit = &instance.units[unit];
        unit.unmet_cost.unwrap_or(usual * unit.importance())
    }));
    problem
}

fn why(problem: &Problem, row: usize) -> WhyUnmet {
    let options = problem.of(row);
    let Some(cheapest) =
        cover::cheapest(options, |option| Some(option.cost), problem.needed[row], problem.widths[row])
    else {
        return if options.is_empty() { WhyUnmet::NobodyCan } else { WhyUnmet::TooFewCan };
    };
    let dear = cheapest.cost > problem.undone[row] || problem.budget.is_finite();
    if dear { WhyUnmet::TooDear } else { WhyUnmet::NoCapacity }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::assign::instance::{Mind, Unit};
    use crate::assign::regime::tests::allocated;

    fn instance(minds: &[(f64, f64, f64)], work_h: &[f64], quality: f64) -> Instance {
        let mind = |(place, &(accuracy, wage, room)): (usize, &(f64, f64, f64))| Mind {
            accuracy: Some(accuracy),
            wage_per_h: Some(wage),
            capacity_h: Some(room),
            ..Mind::new(place.to_string())
        };
        let unit = |(place, &work): (usize, &f64)| Unit {
            quality: Some(quality),
            ..Unit::new(place.to_string()).with_work_h(work)
        };
        Instance {
            units: work_h.iter().enumerate().map(unit).collect(),
            minds: minds.iter().enumerate().map(mind).collect(),
            ..Instance::default()
        }
    }

    fn best(problem: &Problem, unit: usize, left_h: &mut [f64], left_money: f64) -> f64 {
        if unit == problem.units() {
            return 0.0;
        }
        let mut least = problem.undone[unit] + best(problem, unit + 1, left_h, left_money);
        let options = problem.of(unit);
        for chosen in 1..1_u32 << options.len() {
            let minds: Vec<&Choice> = options
                .iter()
                .zip(0..)
                .filter(|(_, place)| chosen >> place & 1 == 1)
                .map(|(option, _)| option)
                .collect();
            let cost: f64 = minds.iter().map(|option| option.cost).sum();
            let sure = minds.iter().map(|option| option.gain).sum::<f64>() >= problem.needed[unit] - 1e-9;
            if !sure
                || cost > left_money + 1e-9
                || minds.iter().any(|option| option.work_h > left_h[option.mind] + 1e-9)
            {
                continue;
            }
            minds.iter().for_each(|option| left_h[option.mind] -= option.work_h);
            least = least.min(cost + best(problem, unit + 1, left_h, left_money - cost));
            minds.iter().for_each(|option| left_h[option.mind] += option.work_h);
        }
        least
    }

    #[test]
    fn a_unit_nobody_can_make_sure_is_named() {
        let (regime, found) = allocated(&instance(&[(0.8, 1.0, 9.0), (0.7, 1.0, 9.0)], &[1.0], 0.99));
        assert_eq!(regime, "covering");
        assert_eq!(found.unmet, [Unmet { unit: 0, count: 1, why: WhyUnmet::TooFewCan }]);
    }

    /// Found at random: the search alone ended .9 % above the least cost.
    #[test]
    fn few_units_cost_the_least() {
        let minds = [(0.917_548, 1.0, 2.009_479), (0.732_697, 1.0, 1.572_333), (0.782_262, 1.0, 0.699_834)];
        let instance = instance(&minds, &[1.428_615, 1.288_789, 0.2], 0.9);
        let (_, found) = allocated(&instance);
        let problem = problem(&instance, &[0, 1, 2]);
        let least = best(&problem, 0, &mut problem.capacity_h.clone(), problem.budget);
        assert!(
            (found.value - least).abs() < 1e-9 && (found.bound - least).abs() < 1e-9,
            "{found:?} {least}"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn covers_are_sure_within_hours_and_bounds_are_bounds(
            minds in prop::collection::vec((0.55_f64..0.95, 1.0_f64..9.0, 0.5_f64..4.0), 2..5),
            work in prop::collection::vec(0.2_f64..1.5, 1..5),
            budget in prop::option::of(2.0_f64..40.0),
        ) {
            let instance = Instance { budget, ..instance(&minds, &work, 0.9) };
            let (_, found) = allocated(&instance);
            let problem = problem(&instance, &(0..work.len()).collect::<Vec<_>>());
            let least = best(&problem, 0, &mut problem.capacity_h.clone(), problem.budget);
            prop_assert!(found.bound <= least + 1e-6, "{} is no bound of {least}", found.bound);
            prop_assert!(found.value >= least - 1e-6);
            // Of few units every way is tried.
            prop_assert!(found.value <= least * 1.000_001 + 1e-6, "{} where {least} is possible", found.value);
        }
    }
}
