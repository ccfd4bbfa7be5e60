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

/// Room that does not end; sums of it do not overflow.
const UNLIMITED: u64 = u64::MAX >> 2;

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
        let cells = row * rows.minds..(row + 1) * rows.minds;
        let pairs = flow.given[cells.clone()].iter().zip(&rows.cost[cells]).filter(|(given, _)| **given > 0);
        value += pairs.map(|(&given, cost)| given as f64 * cost).sum::<f64>();
    }
    let (pairs, unmet) = rows.back(&flow);
    // Shortest paths leave no cheaper cycle: the flow is a proven optimum.
    Ok(Allocation { goal, given: Given::Pairs(pairs), value: sign * value, bound: sign * value, unmet })
}

/// Units that are alike as one row: what they need, what each mind costs. The last mind stands for leaving undone: it has
/// room for all.
struct Rows {
    minds: usize,
    /// Places of the units of each row, in their order.
    units: Vec<Vec<usize>>,
    needed: Vec<u64>,
    /// Answers each mind can give to the row at most, `[row, mind]`: one for each unit and each of its alike.
    room: Vec<u64>,
    cost: Vec<f64>,
    capacity: Vec<u64>,
}

/// What tells units apart: their place where they stand for several, skill, answers, weight, cost of leaving undone, hours, and a row of tables of their own.
type Likeness<'a> = (Option<usize>, Option<&'a str>, u32, u64, Option<u64>, u64, Option<Vec<Option<u64>>>);

fn likeness<'a>(instance: &'a Instance, unit: usize) -> Likeness<'a> {
    let of = &instance.units[unit];
    let pairs = &instance.pairs;
    let tables = [&pairs.cost, &pairs.work_h, &pairs.accuracy].into_iter().flatten();
    let cells: Vec<Option<u64>> =
        tables.flat_map(|table| &table[unit]).map(|cell| cell.map(f64::to_bits)).collect();
    (
        (of.count > 1).then_some(unit),
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
            minds: minds + 1,
            needed: Vec::new(),
            room: Vec::new(),
            cost: Vec::new(),
            capacity: instance
                .minds
                .iter()
                .map(|mind| mind.capacity_answers.map_or(UNLIMITED, |each| each.saturating_mul(mind.count)))
                .chain(std::iter::once(UNLIMITED))
                .collect(),
            units,
        };
        for of in &this.units {
            let unit = of[0];
            let count: u64 = of.iter().map(|&unit| instance.units[unit].count).sum();
            let needed = count * u64::from(instance.units[unit].answers.unwrap_or(1));
            this.needed.push(needed);
            for mind in 0..minds {
                let can = able(instance, unit, mind);
                this.room.push(if can { count.saturating_mul(instance.minds[mind].count) } else { 0 });
                this.cost.push(if can { sign * cost_of(instance, unit, mind) } else { f64::INFINITY });
            }
            this.room.push(needed);
            this.cost.push(f64::INFINITY);
        }
        let finite = this.cost.iter().filter(|cost| cost.is_finite());
        let largest = finite.fold(1.0_f64, |most, cost| most.max(cost.abs()));
        let usual = if sign < 0.0 { 0.0 } else { UNDONE * largest };
        for (row, of) in this.units.iter().enumerate() {
            let unit = &instance.units[of[0]];
            let each = unit.unmet_cost.map(|cost| cost / f64::from(unit.answers.unwrap_or(1)));
            this.cost[row * (minds + 1) + minds] = each.unwrap_or(usual * unit.importance());
        }
        this
    }

    /// From rows back to units: the answers of a row, mind after mind, are dealt out to its units in turn, so that no
    /// mind meets a unit twice and no unit gets more than it needs.
    fn back(&self, flow: &Flow<'_>) -> (Vec<Pair>, Vec<Unmet>) {
        let (mut pairs, mut unmet) = (Vec::new(), Vec::new());
        for (row, units) in self.units.iter().enumerate() {
            let real = self.minds - 1;
            let (given, missing) = flow.given[row * self.minds..][..self.minds].split_at(real);
            let missing = missing[0];
            let room = &self.room[row * self.minds..][..real];
            let can = room.iter().any(|&room| room > 0);
            let all = room.iter().fold(0_u64, |sum, room| sum.saturating_add(*room));
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
            let mut next = 0;
            let mut has = vec![0_u64; units.len()];
            for (mind, &count) in given.iter().enumerate() {
                for _ in 0..count {
                    has[next] += 1;
                    match pairs.last_mut() {
                        Some(Pair { unit, mind: last, count }) if *unit == units[next] && *last == mind => {
                            *count += 1
                        }
                        _ => pairs.push(Pair { unit: units[next], mind, count: 1 }),
                    }
                    next = (next + 1) % units.len();
                }
            }
            let each = self.needed[row] / units.len() as u64;
            for (&unit, _) in units.iter().zip(&has).filter(|(_, has)| **has < each) {
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
            let Some(first) = cheapest else { return };
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::assign::instance::{Mind, Pairs, Unit};
    use crate::assign::regime::tests::allocated;

    fn instance(cost: &[Vec<Option<f64>>], answers: &[u32], room: &[u64]) -> Instance {
        let unit = |(place, &answers): (usize, &u32)| Unit {
            answers: Some(answers),
            ..Unit::new(place.to_string())
        };
        let mind = |(place, &room): (usize, &u64)| Mind {
            capacity_answers: Some(room),
            ..Mind::new(place.to_string())
        };
        Instance {
            units: answers.iter().enumerate().map(unit).collect(),
            minds: room.iter().enumerate().map(mind).collect(),
            pairs: Pairs { cost: Some(cost.to_vec()), ..Pairs::default() },
            ..Instance::default()
        }
    }

    /// The least cost of all ways, an answer nobody gives at ten times the largest cost.
    fn best(cost: &[Vec<Option<f64>>], answers: &[u32], room: &mut [u64], undone: f64) -> f64 {
        let Some((row, rest)) = cost.split_first() else { return 0.0 };
        let mut least = f64::INFINITY;
        for chosen in 0..1_u32 << row.len() {
            let minds: Vec<usize> = (0..row.len()).filter(|mind| chosen >> mind & 1 == 1).collect();
            let can = minds.iter().all(|&mind| row[mind].is_some() && room[mind] > 0);
            if minds.len() as u32 > answers[0] || !can {
                continue;
            }
            minds.iter().for_each(|&mind| room[mind] -= 1);
            let here: f64 = minds.iter().filter_map(|&mind| row[mind]).sum();
            let missing = f64::from(answers[0] - minds.len() as u32) * undone;
            least = least.min(here + missing + best(rest, &answers[1..], room, undone));
            minds.iter().for_each(|&mind| room[mind] += 1);
        }
        least
    }

    #[test]
    fn the_textbook_s_shipping_of_three_plants_to_four_cities() {
        // Winston, Operations Research, Powerco: least cost 1,020 for 125 million kilowatt-hours.
        let cost = [[8.0, 6.0, 10.0, 9.0], [9.0, 12.0, 13.0, 7.0], [14.0, 9.0, 16.0, 5.0]];
        let unit = |(place, count): (usize, u64)| Unit { count, ..Unit::new(format!("city {place}")) };
        let mind =
            |(place, room)| Mind { capacity_answers: Some(room), ..Mind::new(format!("plant {place}")) };
        let cells = (0..4).map(|city| cost.iter().map(|plant| Some(plant[city])).collect()).collect();
        // Alike minds enough that nobody would have to meet a unit twice.
        let many = |mind: Mind| Mind {
            count: 5,
            capacity_answers: mind.capacity_answers.map(|room| room / 5),
            ..mind
        };
        let (regime, found) = allocated(&Instance {
            units: [45, 20, 30, 30].into_iter().enumerate().map(unit).collect(),
            minds: [35, 50, 40].into_iter().enumerate().map(mind).map(many).collect(),
            pairs: Pairs { cost: Some(cells), ..Pairs::default() },
            ..Instance::default()
        });
        assert_eq!((regime, found.value), ("transportation", 1_020.0));
        assert!(found.unmet.is_empty());
    }

    #[test]
    fn a_million_units_of_two_hundred_kinds() {
        let cost = |unit: usize, mind: usize| Some(((unit * 31 + mind * 17) % 97) as f64 + 1.0);
        let (_, found) = allocated(&Instance {
            units: (0..200)
                .map(|unit| Unit { count: 5_000, answers: Some(2), ..Unit::new(unit.to_string()) })
                .collect(),
            minds: (0..50)
                .map(|mind| Mind { count: 10, capacity_answers: Some(5_000), ..Mind::new(mind.to_string()) })
                .collect(),
            pairs: Pairs {
                cost: Some((0..200).map(|unit| (0..50).map(|mind| cost(unit, mind)).collect()).collect()),
                ..Pairs::default()
            },
            ..Instance::default()
        });
        let Given::Pairs(pairs) = &found.given else { unreachable!() };
        assert_eq!(pairs.iter().map(|pair| pair.count).sum::<u64>(), 2_000_000);
        assert!(found.unmet.is_empty());
    }

    proptest! {
        #[test]
        fn no_way_costs_less(
            cells in prop::collection::vec(prop::option::weighted(0.8, 0_u8..12), 12),
            answers in prop::collection::vec(1_u32..3, 4),
            room in prop::collection::vec(0_u64..4, 3),
        ) {
            let cost: Vec<Vec<Option<f64>>> =
                cells.chunks(3).map(|row| row.iter().map(|cell| cell.map(f64::from)).collect()).collect();
            let (_, found) = allocated(&instance(&cost, &answers, &room));
            let largest = cost.iter().flatten().flatten().fold(1.0_f64, |most, &cost| most.max(cost));
            let least = best(&cost, &answers, &mut room.clone(), 10.0 * largest);
            prop_assert!((found.value - least).abs() < 1e-9, "{} where {least} is possible", found.value);
            let Given::Pairs(pairs) = &found.given else { unreachable!() };
            for (mind, &room) in room.iter().enumerate() {
                prop_assert!(pairs.iter().filter(|pair| pair.mind == mind).map(|pair| pair.count).sum::<u64>() <= room);
            }
            prop_assert!(pairs.iter().all(|pair| pair.count == 1 && cost[pair.unit][pair.mind].is_some()));
        }

        #[test]
        fn alike_units_cost_what_they_cost_one_by_one(
            row in prop::collection::vec(0_u8..12, 3), count in 1_u64..6, room in prop::collection::vec(0_u64..5, 3)
        ) {
            let row: Vec<Option<f64>> = row.into_iter().map(|cost| Some(f64::from(cost))).collect();
            let mut alike = instance(std::slice::from_ref(&row), &[2], &room);
            alike.units[0].count = count;
            let single = instance(&vec![row; count as usize], &vec![2; count as usize], &room);
            prop_assert!((allocated(&alike).1.value - allocated(&single).1.value).abs() < 1e-9);
        }
    }
}
