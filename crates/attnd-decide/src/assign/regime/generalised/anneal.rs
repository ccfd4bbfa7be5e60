//! Which assignment is as cheap as can be found? Annealing over shifts, swaps and chains of two shifts, where hours beyond a
//! mind's capacity cost what the bound's prices say and more.
//!
//! The neighbourhoods and the penalties that follow how often hours are exceeded are those of Yagiura, Ibaraki and Glover 2006
//! (DOI 10.1016/j.ejor.2004.07.012); annealing takes the place of their path relinking, and only minds near a unit's cheapest
//! at the Lagrangian prices are tried. Deterministic by its seed: it ends after so many steps, not after a time.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::Problem;
use crate::crowd::Run;

/// Steps of one cooling for each pair of a unit and a near mind.
const STEPS_PER_PAIR: usize = 4_000;

/// Steps of one cooling at least and at most.
const STEPS: (usize, usize) = (200_000, 12_000_000);

/// Minds tried for a unit: those cheapest when hours have their price.
const NEAR: usize = 10;

/// The cheapest assignment found, a mind for each unit; it keeps all capacities. Ends early at `least`, below which there is
/// none.
pub(super) fn anneal(problem: &Problem, hour_price: &[f64], least: f64, run: &mut Run<'_>) -> Vec<usize> {
    let near = Near::of(problem, hour_price);
    let mut generator = run.seed.generator(5);
    let mut annealing = Annealing::new(problem, &near, hour_price);
    let steps = (near.minds.len() * STEPS_PER_PAIR).clamp(STEPS.0, STEPS.1);
    annealing.cool(near.spread, near.spread * 0.004, steps, least, &mut generator);
    annealing.best
}

/// Minds worth trying for each unit.
struct Near {
    /// `[unit, place]`, cheapest first.
    minds: Vec<u32>,
    /// Where each unit's begin, and the end.
    starts: Vec<usize>,
    /// How much dearer than the cheapest the next minds are, on the mean: the scale of the search's heat.
    spread: f64,
}

impl Near {
    fn of(problem: &Problem, price: &[f64]) -> Self {
        let (mut minds, mut starts) = (Vec::new(), vec![0]);
        let mut spreads = Vec::with_capacity(problem.units);
        let mut order: Vec<(f64, u32)> = Vec::with_capacity(problem.minds);
        for unit in 0..problem.units {
            order.clear();
            let priced = problem.costs(unit).iter().zip(problem.hours(unit)).zip(price);
            order.extend(
                priced
                    .map(|((cost, hours), price)| cost + hours * price)
                    .zip(0..)
                    .filter(|(priced, _)| priced.is_finite()),
            );
            order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let undone = problem.minds as u32 - 1;
            if let Some(next) = order.get(1).filter(|next| next.1 != undone) {
                spreads.push(next.0 - order[0].0);
            }
            minds.extend(order.iter().take(NEAR).map(|&(_, mind)| mind));
            if !minds[starts[unit]..].contains(&undone) {
                minds.push(undone);
            }
            starts.push(minds.len());
        }
        let spread = spreads.iter().sum::<f64>() / spreads.len().max(1) as f64;
        Self { minds, starts, spread: if spread > 0.0 { spread } else { 1.0 } }
    }

    fn of_unit(&self, unit: usize) -> &[u32] {
        &self.minds[self.starts[unit]..self.starts[unit + 1]]
    }
}

struct Annealing<'a> {
    problem: &'a Problem,
    near: &'a Near,
    mind_of: Vec<usize>,
    used_h: Vec<f64>,
    /// Units of each mind and each unit's place there.
    held: Vec<Vec<u32>>,
    place: Vec<u32>,
    /// What an hour beyond capacity costs.
    penalty: Vec<f64>,
    /// Minds over capacity now.
    over: usize,
    cost: f64,
    best: Vec<usize>,
    best_value: f64,
}

/// Hours that do not count as exceeding: sums of hours round.
const SLACK_H: f64 = 1e-9;

impl<'a> Annealing<'a> {
    fn new(problem: &'a Problem, near: &'a Near, price: &[f64]) -> Self {
        let undone = problem.minds - 1;
        let mean = price.iter().sum::<f64>() / undone.max(1) as f64;
        let floor = if mean > 0.0 { mean } else { near.spread };
        let mut annealing = Self {
            problem,
            near,
            mind_of: vec![undone; problem.units],
            used_h: vec![0.0; problem.minds],
            held: vec![Vec::new(); problem.minds],
            place: vec![0; problem.units],
            penalty: price.iter().map(|price| 1.5 * price.max(floor)).collect(),
            over: 0,
            cost: 0.0,
            best: vec![undone; problem.units],
            best_value: (0..problem.units).map(|unit| problem.costs(unit)[undone]).sum(),
        };
        let start: Vec<usize> = (0..problem.units).map(|unit| near.of_unit(unit)[0] as usize).collect();
        annealing.start(&start);
        annealing
    }

    fn start(&mut self, mind_of: &[usize]) {
        self.used_h.fill(0.0);
        self.held.iter_mut().for_each(Vec::clear);
        for (unit, &mind) in mind_of.iter().enumerate() {
            self.mind_of[unit] = mind;
            self.used_h[mind] += self.problem.hours(unit)[mind];
            self.place[unit] = self.held[mind].len() as u32;
            self.held[mind].push(unit as u32);
        }
        self.cost = self.problem.value(mind_of);
        self.over = (0..self.problem.minds).filter(|&mind| self.excess(mind, 0.0) > 0.0).count();
    }

    fn excess(&self, mind: usize, more_h: f64) -> f64 {
        let over = self.used_h[mind] + more_h - self.problem.capacity_h[mind];
        if over > SLACK_H { over } else { 0.0 }
    }

    /// What `more_h` more hours of a mind add to the penalties.
    fn penalised(&self, mind: usize, more_h: f64) -> f64 {
        self.penalty[mind] * (self.excess(mind, more_h) - self.excess(mind, 0.0))
    }

    fn cool(&mut self, hot: f64, cold: f64, steps: usize, least: f64, generator: &mut ChaCha8Rng) {
        const EPOCHS: usize = 400;
        let factor = (cold / hot).powf(1.0 / EPOCHS as f64);
        let mut heat = hot;
        let base = self.penalty.clone();
        // At most so often is a mind beyond its capacity.
        let target = 0.7 / self.problem.minds as f64;
        for _ in 0..EPOCHS {
            let each = steps / EPOCHS;
            let mut outside = vec![0_u32; self.problem.minds];
            let mut samples = 0_u32;
            for step in 0..each {
                self.step(heat, generator);
                if step & 63 == 0 {
                    samples += 1;
                    for (mind, outside) in outside.iter_mut().enumerate() {
                        *outside += u32::from(self.excess(mind, 0.0) > 0.0);
                    }
                }
                if self.over == 0 && self.cost < self.best_value - 1e-9 {
                    self.best_value = self.cost;
                    self.best.copy_from_slice(&self.mind_of);
                }
            }
            if self.best_value <= least {
                return;
            }
            // Each mind within its capacity most of the time, so that all are together now and then: too dear an excess closes
            // ways between good assignments, too cheap a one stays outside.
            for ((penalty, base), outside) in self.penalty.iter_mut().zip(&base).zip(outside) {
                let often = f64::from(outside) > target * f64::from(samples);
                *penalty = (*penalty * if often { 1.05 } else { 0.96 }).max(*base);
            }
            // Sums of many small changes drift.
            self.cost = self.problem.value(&self.mind_of);
            heat *= factor;
        }
    }

    /// One try: a unit to a near mind, and mostly one of that mind's units elsewhere.
    fn step(&mut self, heat: f64, generator: &mut ChaCha8Rng) {
        let random: u64 = generator.random();
        let unit = bounded(random as u32, self.problem.units);
        let near = self.near.of_unit(unit);
        let to = near[bounded((random >> 32) as u32, near.len())] as usize;
        let from = self.mind_of[unit];
        if to == from {
            return;
        }
        let random: u64 = generator.random();
        let alone = self.held[to].is_empty() || random & 3 == 0;
        if alone {
            self.try_shift(unit, from, to, heat, generator);
            return;
        }
        let held = &self.held[to];
        let other = held[bounded((random >> 32) as u32, held.len())] as usize;
        let near = self.near.of_unit(other);
        let third =
            if random & 4 == 0 { from } else { near[bounded((random >> 8) as u32, near.len())] as usize };
        if third != to && self.problem.costs(other)[third].is_finite() {
            self.try_chain([unit, other], [from, to, third], heat, generator);
        }
    }

    fn try_shift(&mut self, unit: usize, from: usize, to: usize, heat: f64, generator: &mut ChaCha8Rng) {
        let (costs, hours) = (self.problem.costs(unit), self.problem.hours(unit));
        let cost = costs[to] - costs[from];
        let change = cost + self.penalised(to, hours[to]) + self.penalised(from, -hours[from]);
        if accepts(change, heat, generator) {
            self.shift(unit, from, to);
            self.cost += cost;
        }
    }

    /// The first unit goes from the first mind to the second, the second unit from there to the third.
    fn try_chain(&mut self, units: [usize; 2], minds: [usize; 3], heat: f64, generator: &mut ChaCha8Rng) {
        let [unit, other] = units;
        let [from, to, third] = minds;
        let (costs, hours) = (self.problem.costs(unit), self.problem.hours(unit));
        let (other_costs, other_hours) = (self.problem.costs(other), self.problem.hours(other));
        let cost = costs[to] - costs[from] + other_costs[third] - other_costs[to];
        let at_to = self.penalised(to, hours[to] - other_hours[to]);
        let at_ends = if third == from {
            self.penalised(from, other_hours[from] - hours[from])
        } else {
            self.penalised(from, -hours[from]) + self.penalised(third, other_hours[third])
        };
        if accepts(cost + at_to + at_ends, heat, generator) {
            self.shift(unit, from, to);
            self.shift(other, to, third);
            self.cost += cost;
        }
    }

    fn shift(&mut self, unit: usize, from: usize, to: usize) {
        let hours = self.problem.hours(unit);
        let was = usize::from(self.excess(from, 0.0) > 0.0) + usize::from(self.excess(to, 0.0) > 0.0);
        self.used_h[from] -= hours[from];
        self.used_h[to] += hours[to];
        let is = usize::from(self.excess(from, 0.0) > 0.0) + usize::from(self.excess(to, 0.0) > 0.0);
        self.over = self.over + is - was;
        let place = self.place[unit] as usize;
        self.held[from].swap_remove(place);
        if let Some(&moved) = self.held[from].get(place) {
            self.place[moved as usize] = place as u32;
        }
        self.place[unit] = self.held[to].len() as u32;
        self.held[to].push(unit as u32);
        self.mind_of[unit] = to;
    }
}

/// A number below `below` from 32 random bits.
fn bounded(bits: u32, below: usize) -> usize {
    ((u64::from(bits) * below as u64) >> 32) as usize
}

/// Metropolis' rule.
fn accepts(change: f64, heat: f64, generator: &mut ChaCha8Rng) -> bool {
    change <= 0.0 || (change < 12.0 * heat && (-change / heat).exp() > generator.random::<f64>())
}
