//! Which allocation keeps hours and budget and is cheap? Units covered one after the other at the relaxation's prices, then some
//! taken out and covered again in another order, as long as that pays (large neighbourhood search; Shaw 1998,
//! DOI 10.1007/3-540-49481-2_30).

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::cover::Search;
use super::prices::Relaxed;
use super::{Choice, Problem};
use crate::crowd::{Round, Run};

/// Who answers what, with what is left of hours and budget.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Places among the options of each unit; `None` where it is left undone.
    covers: Vec<Option<Vec<u16>>>,
    left_h: Vec<f64>,
    left_money: f64,
}

/// Rounds of taking out and covering again, for each unit, and at most.
const ROUNDS_PER_UNIT: usize = 300;
const MOST_ROUNDS: usize = 400_000;

/// Units taken out at once at most.
const MOST_OUT: usize = 8;

/// Hours and money beyond what is left by this much are rounding.
pub(super) const SLACK: f64 = 1e-9;

impl Plan {
    /// Nothing is covered yet.
    pub(super) fn new(problem: &Problem) -> Self {
        Self {
            covers: vec![None; problem.units()],
            left_h: problem.capacity_h.clone(),
            left_money: problem.budget,
        }
    }

    /// The places of a unit's minds among its options.
    #[must_use]
    pub fn cover(&self, unit: usize) -> Option<&[u16]> {
        self.covers[unit].as_deref()
    }

    /// What it costs, units left undone included.
    #[must_use]
    pub fn value(&self, problem: &Problem) -> f64 {
        (0..problem.units()).map(|unit| self.value_of(problem, unit)).sum()
    }

    fn value_of(&self, problem: &Problem, unit: usize) -> f64 {
        match &self.covers[unit] {
            Some(places) => places.iter().map(|&place| problem.of(unit)[place as usize].cost).sum(),
            None => problem.undone[unit],
        }
    }

    /// Covers every unit that can be at those prices, those first whose cover costs most where hours run out.
    pub(super) fn fill(&mut self, problem: &Problem, price: &Relaxed, search: &mut Search) {
        let mut order: Vec<(f64, usize)> = (0..problem.units())
            .map(|unit| {
                let most = problem.of(unit).iter().map(|option| option.work_h).fold(0.0, f64::max);
                (most, unit)
            })
            .collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (_, unit) in order {
            self.put(problem, unit, price, 0.0, search, None);
        }
    }

    fn put(
        &mut self,
        problem: &Problem,
        unit: usize,
        price: &Relaxed,
        shake: f64,
        search: &mut Search,
        generator: Option<&mut ChaCha8Rng>,
    ) {
        let options = problem.of(unit);
        let salt = generator.map_or(0, |generator| generator.random::<u64>());
        let priced = |option: &Choice| {
            if option.work_h > self.left_h[option.mind] + SLACK {
                return None;
            }
            let priced =
                option.cost * (1.0 + price.money_price) + option.work_h * price.hour_price[option.mind];
            Some(priced * (1.0 + shake * scatter(salt, option.mind)))
        };
        let found = search.cheapest(options, priced, problem.needed[unit], problem.widths[unit]);
        let Some((_, places)) = found else { return };
        let chosen = || places.iter().map(|&place| &options[place as usize]);
        let cost: f64 = chosen().map(|option| option.cost).sum();
        if cost > problem.undone[unit] || cost > self.left_money + SLACK {
            return;
        }
        for option in chosen() {
            self.left_h[option.mind] -= option.work_h;
        }
        self.left_money -= cost;
        self.covers[unit] = Some(places.to_vec());
    }

    /// Covers a unit that is undone with the minds at those places.
    pub(super) fn cover_with(&mut self, problem: &Problem, unit: usize, places: Vec<u16>) {
        self.give_back(problem, unit, &places, -1.0);
        self.covers[unit] = Some(places);
    }

    fn take_out(&mut self, problem: &Problem, unit: usize) -> Option<Vec<u16>> {
        let places = self.covers[unit].take()?;
        self.give_back(problem, unit, &places, 1.0);
        Some(places)
    }

    fn give_back(&mut self, problem: &Problem, unit: usize, places: &[u16], sign: f64) {
        for option in places.iter().map(|&place| &problem.of(unit)[place as usize]) {
            self.left_h[option.mind] += sign * option.work_h;
            self.left_money += sign * option.cost;
        }
    }
}

/// A number in [-1, 1) from a salt and a mind.
fn scatter(salt: u64, mind: usize) -> f64 {
    let mixed =
        (salt ^ (mind as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    ((mixed ^ (mixed >> 29)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

/// Takes units out and covers them again until it has done so often enough; keeps what is not dearer, and now and then what
/// is by a little.
pub(super) fn improve(problem: &Problem, price: &Relaxed, start: Plan, run: &mut Run<'_>) -> Plan {
    let mut generator = run.seed.generator(6);
    let mut search = Search::default();
    let mut plan = start;
    let mut value = plan.value(problem);
    let (mut best, mut best_value) = (plan.clone(), value);
    let by_mind = by_mind(problem);
    let rounds = (problem.units() * ROUNDS_PER_UNIT).min(MOST_ROUNDS);
    let mean = value / problem.units().max(1) as f64;
    let mut out: Vec<(usize, Option<Vec<u16>>)> = Vec::with_capacity(MOST_OUT);
    for round in 0..rounds {
        if best_value - price.value <= 1e-9 * best_value.abs() {
            break;
        }
        let heat = 0.03 * mean * (1.0 - round as f64 / rounds as f64).powi(2);
        choose(problem, &plan, &by_mind, &mut out, &mut generator);
        let before: f64 = out.iter().map(|(unit, _)| plan.value_of(problem, *unit)).sum();
        for (unit, was) in &mut out {
            *was = plan.take_out(problem, *unit);
        }
        let shake = 0.25 * generator.random::<f64>();
        for &(unit, _) in &out {
            plan.put(problem, unit, price, shake, &mut search, Some(&mut generator));
        }
        let after: f64 = out.iter().map(|(unit, _)| plan.value_of(problem, *unit)).sum();
        let allowed = heat * -generator.random::<f64>().max(1e-12).ln();
        if after - before > allowed {
            for (unit, was) in &mut out {
                plan.take_out(problem, *unit);
                if let Some(places) = was.take() {
                    plan.cover_with(problem, *unit, places);
                }
            }
            continue;
        }
        value += after - before;
        if value < best_value - 1e-9 {
            best_value = value;
            best.clone_from(&plan);
        }
        if round % 4_096 == 0 {
            value = plan.value(problem);
            (run.progress)(Round { done: round, most: rounds, objective: Some(best_value) });
        }
    }
    best
}

/// The units each mind could answer.
fn by_mind(problem: &Problem) -> Vec<Vec<u32>> {
    let mut by_mind = vec![Vec::new(); problem.capacity_h.len()];
    for unit in 0..problem.units() {
        problem.of(unit).iter().for_each(|option| by_mind[option.mind].push(unit as u32));
    }
    by_mind
}

/// Units that compete: one at random, one left undone where there is one, others that could have a mind of the first's options.
fn choose(
    problem: &Problem,
    plan: &Plan,
    by_mind: &[Vec<u32>],
    out: &mut Vec<(usize, Option<Vec<u16>>)>,
    generator: &mut ChaCha8Rng,
) {
    let below = |generator: &mut ChaCha8Rng, most: usize| {
        ((generator.random::<f64>() * most as f64) as usize).min(most - 1)
    };
    out.clear();
    let mut first = below(generator, problem.units());
    if generator.random::<f64>() < 0.2 {
        // From a random place on the next that is left undone.
        let units = problem.units();
        first = (0..units)
            .map(|step| (first + step) % units)
            .find(|&unit| plan.covers[unit].is_none())
            .unwrap_or(first);
    }
    out.push((first, None));
    let wanted = 2 + below(generator, MOST_OUT - 1);
    let options = problem.of(first);
    for _ in 0..wanted * 2 {
        if out.len() >= wanted || options.is_empty() {
            break;
        }
        let rivals = &by_mind[options[below(generator, options.len())].mind];
        let unit = rivals[below(generator, rivals.len())] as usize;
        if out.iter().all(|(other, _)| *other != unit) {
            out.push((unit, None));
        }
    }
    // Another order is another chance.
    let last = out.len() - 1;
    out.swap(0, below(generator, last + 1));
}
