//! Which mind gives how many answers to which kind of unit at least cost? The transportation problem, exactly.
//!
//! Kinds of units ask for answers, kinds of minds have room for some, and no mind answers one unit twice. Whole numbers come by
//! themselves, the constraints being totally unimodular. Solved by successive shortest paths (Ahuja, Magnanti and Orlin,
//! Network Flows, 1993, ch. 9): minds are few, so a path goes from mind to mind, each step moving the unit for which the
//! move costs least. Alike units and alike minds are one row and one column, so a million of each cost no more than one.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::RegimeKind;
use crate::assign::allocation::{Allocation, Given, Pair, Unmet, WhyUnmet, goal_of};
use crate::assign::eligible::{able, cost_of};
use crate::assign::instance::{AssignError, Goal, Instance};

/// In the list.
pub const KIND: RegimeKind = RegimeKind {
    name: "transportation",
    about: "answers of named minds, so many for each unit and from each mind, at least cost or most profit (exact)",
    fits: |instance| {
        let counted = instance.minds.iter().all(|mind| mind.capacity_h.is_none())
            || instance.units.iter().any(|unit| unit.answers.is_some());
        let open = instance.units.iter().all(|unit| unit.quality.is_none() && unit.after.is_empty());
        (!instance.minds.is_empty() && instance.hands.is_none() && counted && open)
            .then_some("named minds whose answers are counted, not their hours: a transportation problem")
    },
    solve: |instance, _| solve(instance),
};

/// How often the largest cost an answer that nobody gives costs, for weight one.
const UNDONE: f64 = 10.0;

fn solve(instance: &Instance) -> Result<Allocation, AssignError> {
    let goal = goal_of("transportation", instance.goal, &[Goal::Cost, Goal::Profit], "'cost' and 'profit'")?;
    let unsuited = |problem, instead| AssignError::Unsuited { kind: "transportation", problem, instead };
    if instance.minds.is_empty() {
        return Err(unsuited("gives answers of named minds and there are none", "list them in 'minds'"));
    }
    if instance.minds.iter().any(|mind| mind.capacity_h.is_some()) {
        return Err(unsuited(
            "counts answers, not hours",
            "give 'capacity_answers' in place of 'capacity_h'",
        ));
    }
    if instance.budget.is_some() {
        return Err(unsuited(
            "knows no budget",
            "take it out, or give units a 'quality' so that they are covered",
        ));
    }
    let sign = if goal == Goal::Profit { -1.0 } else { 1.0 };
    let rows = Rows::of(instance, sign);
    let mut flow = Flow::new(&rows);
    let mut value = 0.0;
    for row in 0..rows.needed.len() {
        flow.send(row);
    }
    for row in 0..rows.needed.len() {
        for mind in 0..rows.minds {
            let given = flow.given[row * rows.minds + mind];
            if given > 0 {
                value += given as f64 * rows.cost[row * rows.minds + mind];
            }
        }
        value += flow.undone[row] as f64 * rows.undone[row];
    }
    let (pairs, unmet) = rows.back(instance, &flow);
    // Shortest paths leave no cheaper cycle: the flow is a proven optimum.
    Ok(Allocation { goal, given: Given::Pairs(pairs), value: sign * value, bound: sign * value, unmet })
}

/// Units that are alike as one row: what they need, what each mind costs.
struct Rows {
    minds: usize,
    /// Places of the units of each row, in their order.
    units: Vec<Vec<usize>>,
    needed: Vec<u64>,
    /// Answers each mind can give to the row at most, `[row, mind]`: one for each unit and each of its alike.
    room: Vec<u64>,
    cost: Vec<f64>,
    undone: Vec<f64>,
    capacity: Vec<u64>,
}

/// What tells units apart: skill, answers, weight, cost of leaving undone, hours, and a row of tables of their own.
type Likeness<'a> = (Option<&'a str>, u32, u64, Option<u64>, u64, Option<Vec<Option<u64>>>);

fn likeness<'a>(instance: &'a Instance, unit: usize) -> Likeness<'a> {
    let of = &instance.units[unit];
    let pairs = &instance.pairs;
    let tables = [&pairs.cost, &pairs.work_h, &pairs.accuracy].into_iter().flatten();
    let cells: Vec<Option<u64>> =
        tables.flat_map(|table| &table[unit]).map(|cell| cell.map(f64::to_bits)).collect();
    (
        of.skill.as_deref(),
        of.answers.unwrap_or(1),
        of.importance().to_bits(),
        of.unmet_cost.map(f64::to_bits),
        of.hours().to_bits(),
        (!cells.is_empty()).then_some(cells),
    )
}

impl Rows {
    fn of(instance: &Instance, sign: f64) -> Self {
        let minds = instance.minds.len();
        let mut rows: HashMap<Likeness<'_>, usize> = HashMap::new();
        let mut units: Vec<Vec<usize>> = Vec::new();
        for unit in (0..instance.units.len()).filter(|&unit| !instance.units[unit].done) {
            let row = *rows.entry(likeness(instance, unit)).or_insert_with(|| {
                units.push(Vec::new());
                units.len() - 1
            });
            units[row].push(unit);
        }
        let mut this = Self {
            minds,
            needed: Vec::new(),
            room: Vec::new(),
            cost: Vec::new(),
            undone: Vec::new(),
            capacity: instance
                .minds
                .iter()
                .map(|mind| {
                    mind.capacity_answers.map_or(u64::MAX >> 2, |each| each.saturating_mul(mind.count))
                })
                .collect(),
            units,
        };
        for of in &this.units {
            let unit = of[0];
            let count: u64 = of.iter().map(|&unit| instance.units[unit].count).sum();
            this.needed.push(count * u64::from(instance.units[unit].answers.unwrap_or(1)));
            for mind in 0..minds {
                let can = able(instance, unit, mind);
                this.room.push(if can { count.saturating_mul(instance.minds[mind].count) } else { 0 });
                this.cost.push(if can { sign * cost_of(instance, unit, mind) } else { f64::INFINITY });
            }
        }
        let finite = this.cost.iter().filter(|cost| cost.is_finite());
        let largest = finite.fold(1.0_f64, |most, cost| most.max(cost.abs()));
        let usual = if sign < 0.0 { 0.0 } else { UNDONE * largest };
        for of in &this.units {
            let unit = &instance.units[of[0]];
            let each = unit.unmet_cost.map(|cost| cost / f64::from(unit.answers.unwrap_or(1)));
            this.undone.push(each.unwrap_or(usual * unit.importance()));
        }
        this
    }

    /// From rows back to units: the answers of a row, mind after mind, are dealt out to its units in turn, so that no
    /// mind meets a unit twice and no unit gets more than it needs.
    fn back(&self, instance: &Instance, flow: &Flow<'_>) -> (Vec<Pair>, Vec<Unmet>) {
        let (mut pairs, mut unmet) = (Vec::new(), Vec::new());
        for (row, units) in self.units.iter().enumerate() {
            let missing = flow.undone[row];
            let given = &flow.given[row * self.minds..][..self.minds];
            let can = (0..self.minds).any(|mind| self.room[row * self.minds + mind] > 0);
            let all: u64 = self.room[row * self.minds..][..self.minds]
                .iter()
                .fold(0, |sum, room| sum.saturating_add(*room));
            let why = if !can {
                WhyUnmet::NobodyCan
            } else if all < self.needed[row] {
                WhyUnmet::TooFewCan
            } else {
                WhyUnmet::NoCapacity
            };
            if let [unit] = units[..] {
                let gives = given.iter().enumerate().filter(|(_, count)| **count > 0);
                pairs.extend(gives.map(|(mind, &count)| Pair { unit, mind, count }));
                if missing > 0 {
                    unmet.push(Unmet { unit, count: missing, why });
                }
                continue;
            }
            // Every copy of every unit of the row, in order.
            let copies: Vec<usize> = units
                .iter()
                .flat_map(|&unit| std::iter::repeat_n(unit, instance.units[unit].count as usize))
                .collect();
            let mut next = 0;
            let mut has = vec![0_u64; copies.len()];
            for (mind, &count) in given.iter().enumerate() {
                for _ in 0..count {
                    has[next] += 1;
                    match pairs.last_mut() {
                        Some(Pair { unit, mind: last, count }) if *unit == copies[next] && *last == mind => {
                            *count += 1
                        }
                        _ => pairs.push(Pair { unit: copies[next], mind, count: 1 }),
                    }
                    next = (next + 1) % copies.len();
                }
            }
            let each = self.needed[row] / copies.len() as u64;
            for (&unit, _) in copies.iter().zip(&has).filter(|(_, has)| **has < each) {
                match unmet.last_mut() {
                    Some(Unmet { unit: last, count, .. }) if *last == unit => *count += 1,
                    _ => unmet.push(Unmet { unit, count: 1, why }),
                }
            }
        }
        pairs.sort_unstable();
        (pairs, unmet)
    }
}

/// Answers given so far, at least cost for as many.
struct Flow<'a> {
    rows: &'a Rows,
    /// `[row, mind]`.
    given: Vec<u64>,
    undone: Vec<u64>,
    /// Room left of each mind.
    left: Vec<u64>,
    /// Rows by what moving one of their answers from a mind to another costs, `[mind, mind]`; some no longer hold.
    moves: Vec<BinaryHeap<Reverse<(Cost, usize)>>>,
}

/// A cost in its order.
#[derive(Clone, Copy, PartialEq)]
struct Cost(f64);

impl Eq for Cost {}

impl PartialOrd for Cost {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Cost {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// From each mind, what the cheapest way to free room costs and its first step.
struct Ways {
    cost: Vec<f64>,
    /// The mind that takes over and the row that moves.
    by: Vec<Option<(usize, usize)>>,
}

impl<'a> Flow<'a> {
    fn new(rows: &'a Rows) -> Self {
        Self {
            rows,
            given: vec![0; rows.cost.len()],
            undone: vec![0; rows.needed.len()],
            left: rows.capacity.clone(),
            moves: (0..rows.minds * rows.minds).map(|_| BinaryHeap::new()).collect(),
        }
    }

    /// Gives a row all its answers, the cheapest ways first.
    fn send(&mut self, row: usize) {
        let minds = self.rows.minds;
        let mut needed = self.rows.needed[row];
        while needed > 0 {
            let ways = self.ways();
            let cost = |mind: usize| self.rows.cost[row * minds + mind] + ways.cost[mind];
            let has_room =
                |&mind: &usize| self.given[row * minds + mind] < self.rows.room[row * minds + mind];
            let cheapest = (0..minds).filter(has_room).min_by(|&a, &b| cost(a).total_cmp(&cost(b)));
            let Some(first) = cheapest.filter(|&mind| cost(mind) < self.rows.undone[row]) else {
                self.undone[row] = needed;
                return;
            };
            needed -= self.push(row, first, needed, &ways);
        }
    }

    /// Sends answers of a row to a mind and along its way to room; how many fit.
    fn push(&mut self, row: usize, first: usize, needed: u64, ways: &Ways) -> u64 {
        let minds = self.rows.minds;
        let mut most = needed.min(self.rows.room[row * minds + first] - self.given[row * minds + first]);
        let mut path = Vec::new();
        let mut mind = first;
        while let Some((to, moved)) = ways.by[mind] {
            most = most.min(self.given[moved * minds + mind]);
            most = most.min(self.rows.room[moved * minds + to] - self.given[moved * minds + to]);
            path.push((moved, mind, to));
            mind = to;
        }
        most = most.min(self.left[mind]);
        self.left[mind] -= most;
        self.change(row, None, first, most);
        for (moved, from, to) in path {
            self.change(moved, Some(from), to, most);
        }
        most
    }

    fn change(&mut self, row: usize, from: Option<usize>, to: usize, count: u64) {
        let minds = self.rows.minds;
        if let Some(from) = from {
            self.given[row * minds + from] -= count;
            self.offer(row, from, false);
        }
        self.given[row * minds + to] += count;
        self.offer(row, to, true);
    }

    /// Writes down the moves that a change made possible: away from the mind, or to it.
    fn offer(&mut self, row: usize, mind: usize, gained: bool) {
        let minds = self.rows.minds;
        let costs = &self.rows.cost[row * minds..][..minds];
        for other in (0..minds).filter(|&other| other != mind && costs[other].is_finite()) {
            let (from, to) = if gained { (mind, other) } else { (other, mind) };
            if self.given[row * minds + from] > 0 {
                let cost = Cost(costs[to] - costs[from]);
                self.moves[from * minds + to].push(Reverse((cost, row)));
            }
        }
    }

    /// The cheapest move from a mind to another that holds now.
    fn cheapest(&mut self, from: usize, to: usize) -> Option<(f64, usize)> {
        let minds = self.rows.minds;
        let moves = &mut self.moves[from * minds + to];
        while let Some(&Reverse((cost, row))) = moves.peek() {
            let holds = self.given[row * minds + from] > 0
                && self.given[row * minds + to] < self.rows.room[row * minds + to];
            if holds {
                return Some((cost.0, row));
            }
            moves.pop();
        }
        None
    }

    /// Bellman and Ford's shortest ways to minds with room. Costs of moves may be negative, circles are not: what is given is at
    /// least cost.
    fn ways(&mut self) -> Ways {
        let minds = self.rows.minds;
        let mut ways = Ways {
            cost: self.left.iter().map(|&left| if left > 0 { 0.0 } else { f64::INFINITY }).collect(),
            by: vec![None; minds],
        };
        let full: Vec<usize> = (0..minds).filter(|&mind| self.left[mind] == 0).collect();
        if full.is_empty() {
            return ways;
        }
        let edges: Vec<(usize, usize, f64, usize)> = full
            .iter()
            .flat_map(|&from| (0..minds).filter(move |&to| to != from).map(move |to| (from, to)))
            .filter_map(|(from, to)| self.cheapest(from, to).map(|(cost, row)| (from, to, cost, row)))
            .collect();
        for _ in 0..minds {
            let mut changed = false;
            for &(from, to, cost, row) in &edges {
                let through = cost + ways.cost[to];
                if through < ways.cost[from] - 1e-9 {
                    ways.cost[from] = through;
                    ways.by[from] = Some((to, row));
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        ways
    }
}
