//! In which order do alike hands do units one at a time, some after others? List scheduling by the longest way to the end.
//!
//! Whenever a hand is free it takes the ready unit with the longest chain of work behind it: never more than `2 - 1/m` times the
//! least makespan (Graham 1969, DOI 10.1137/0117039). Few units are searched whole. For weighted finishing hours the ready
//! unit of the greatest weight for its work is taken.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::RegimeKind;
use crate::assign::allocation::{Allocation, Given, Span, goal_of};
use crate::assign::instance::{AssignError, Goal, Instance, Staffing};

/// In the list.
pub const KIND: RegimeKind = RegimeKind {
    name: "precedence",
    about: "alike hands that do whole units one after the other, some units after others (list scheduling; exact for few)",
    fits: |instance| {
        let ordered = instance.units.iter().any(|unit| !unit.after.is_empty());
        instance.hands.is_some().then_some(if ordered {
            "units that come after others: list scheduling"
        } else {
            "more open units than hands that stay where they are put: each hand does whole units one after the other"
        })
    },
    solve: |instance, _| solve(instance),
};

/// Units up to which every order is searched, within a number of nodes.
const FEW: usize = 14;
const MOST_NODES: u32 = 2_000_000;

fn solve(instance: &Instance) -> Result<Allocation, AssignError> {
    let goal = goal_of(
        "precedence",
        instance.goal,
        &[Goal::Makespan, Goal::Completion],
        "'makespan' and 'completion'",
    )?;
    let graph = Graph::of(instance)?;
    let mut order = graph.list(goal);
    let mut value = graph.value(&order, goal);
    let mut bound = graph.bound(goal);
    if graph.units.len() <= FEW && value > bound {
        let mut search = Exact { graph: &graph, goal, best: order, best_value: value, nodes: 0 };
        search.run();
        (order, value) = (search.best, search.best_value);
        if search.nodes < MOST_NODES {
            bound = value;
        }
    }
    let mut spans: Vec<Span> = graph.lay(&order);
    spans.iter_mut().for_each(|span| span.unit = graph.units[span.unit]);
    spans.sort_by(|a, b| a.hand.cmp(&b.hand).then(a.start_h.total_cmp(&b.start_h)));
    Ok(Allocation { goal, given: Given::Spans(spans), value, bound: bound.min(value), unmet: Vec::new() })
}

/// Open units and what comes after what.
struct Graph {
    /// Places in the instance.
    units: Vec<usize>,
    work_h: Vec<f64>,
    weight: Vec<f64>,
    /// Units that come right after, and how many come right before.
    next: Vec<Vec<u32>>,
    before: Vec<u32>,
    /// Hours from each unit's beginning to the end of the longest chain behind it, and to its own beginning.
    tail_h: Vec<f64>,
    head_h: Vec<f64>,
    hands: usize,
}

impl Graph {
    fn of(instance: &Instance) -> Result<Self, AssignError> {
        let unsuited = |problem, instead| AssignError::Unsuited { kind: "precedence", problem, instead };
        let hands = instance
            .hands
            .ok_or_else(|| unsuited("schedules alike hands and the instance names none", "give 'hands'"))?;
        if instance.units.iter().any(|unit| unit.count > 1) {
            return Err(unsuited("knows single units", "write those with a 'count' one by one"));
        }
        if instance.staffing == Staffing::Moving {
            return Err(unsuited("lets hands finish what they begin", "take 'staffing' out"));
        }
        let units: Vec<usize> =
            (0..instance.units.len()).filter(|&unit| !instance.units[unit].done).collect();
        let mut row = vec![None; instance.units.len()];
        units.iter().enumerate().for_each(|(place, &unit)| row[unit] = Some(place));
        let places = instance.places();
        let mut next = vec![Vec::new(); units.len()];
        let mut before = vec![0; units.len()];
        for (place, &unit) in units.iter().enumerate() {
            let of = &instance.units[unit];
            for id in &of.after {
                let Some(&earlier) = places.get(id.as_str()) else {
                    return Err(AssignError::UnknownUnit { id: of.id.clone(), missing: id.clone() });
                };
                // What is done holds nothing up.
                if let Some(earlier) = row[earlier] {
                    next[earlier].push(place as u32);
                    before[place] += 1;
                }
            }
        }
        let count = units.len();
        let mut graph = Self {
            work_h: units.iter().map(|&unit| instance.units[unit].hours()).collect(),
            weight: units.iter().map(|&unit| instance.units[unit].importance()).collect(),
            tail_h: vec![0.0; count],
            head_h: vec![0.0; count],
            hands: usize::try_from(hands).unwrap_or(usize::MAX).min(count.max(1)),
            units,
            next,
            before,
        };
        graph.chains(instance)?;
        Ok(graph)
    }

    fn chains(&mut self, instance: &Instance) -> Result<(), AssignError> {
        let mut before = self.before.clone();
        let mut order: Vec<usize> = (0..before.len()).filter(|&unit| before[unit] == 0).collect();
        let mut at = 0;
        while let Some(&unit) = order.get(at) {
            at += 1;
            for &next in &self.next[unit] {
                let next = next as usize;
                self.head_h[next] = self.head_h[next].max(self.head_h[unit] + self.work_h[unit]);
                before[next] -= 1;
                if before[next] == 0 {
                    order.push(next);
                }
            }
        }
        if let Some(unit) = before.iter().position(|&before| before > 0) {
            return Err(AssignError::Circle { id: instance.units[self.units[unit]].id.clone() });
        }
        for &unit in order.iter().rev() {
            let behind = self.next[unit].iter().map(|&next| self.tail_h[next as usize]).fold(0.0, f64::max);
            self.tail_h[unit] = self.work_h[unit] + behind;
        }
        Ok(())
    }

    /// How much a ready unit wants to be next.
    fn urgency(&self, unit: usize, goal: Goal) -> f64 {
        if goal == Goal::Completion { self.weight[unit] / self.work_h[unit] } else { self.tail_h[unit] }
    }

    /// The order in which free hands take ready units.
    fn list(&self, goal: Goal) -> Vec<usize> {
        let mut before = self.before.clone();
        let entry = |unit: usize| (Ordered(self.urgency(unit, goal)), Reverse(unit));
        let mut ready: BinaryHeap<_> =
            (0..before.len()).filter(|&unit| before[unit] == 0).map(entry).collect();
        let mut running: BinaryHeap<Reverse<(Ordered, usize)>> = BinaryHeap::new();
        let mut order = Vec::with_capacity(before.len());
        let mut now_h = 0.0;
        loop {
            while running.len() < self.hands
                && let Some((_, Reverse(unit))) = ready.pop()
            {
                order.push(unit);
                running.push(Reverse((Ordered(now_h + self.work_h[unit]), unit)));
            }
            let Some(Reverse((Ordered(end_h), unit))) = running.pop() else { return order };
            now_h = end_h;
            for &next in &self.next[unit] {
                before[next as usize] -= 1;
                if before[next as usize] == 0 {
                    ready.push(entry(next as usize));
                }
            }
        }
    }

    /// Units in that order, each as early as the units before it and a hand allow.
    fn lay(&self, order: &[usize]) -> Vec<Span> {
        let mut free: BinaryHeap<Reverse<(Ordered, usize)>> =
            (0..self.hands).map(|hand| Reverse((Ordered(0.0), hand))).collect();
        let mut ready_h = vec![0.0_f64; order.len()];
        let mut spans = Vec::with_capacity(order.len());
        for &unit in order {
            let Some(Reverse((Ordered(free_h), hand))) = free.pop() else { break };
            let start_h = ready_h[unit].max(free_h);
            let end_h = start_h + self.work_h[unit];
            free.push(Reverse((Ordered(end_h), hand)));
            for &next in &self.next[unit] {
                ready_h[next as usize] = ready_h[next as usize].max(end_h);
            }
            spans.push(Span { hand: hand as u64, unit, start_h, end_h });
        }
        spans
    }

    fn value(&self, order: &[usize], goal: Goal) -> f64 {
        let spans = self.lay(order);
        if goal == Goal::Completion {
            spans.iter().map(|span| self.weight[span.unit] * span.end_h).sum()
        } else {
            spans.iter().map(|span| span.end_h).fold(0.0, f64::max)
        }
    }

    /// The longest chain and all work over all hands; for weighted finishing hours that of Eastman, Even and Isaacs 1964
    /// (DOI 10.1287/mnsc.11.2.268), and each unit after its own chain.
    fn bound(&self, goal: Goal) -> f64 {
        let hands = self.hands as f64;
        if goal != Goal::Completion {
            let even = self.work_h.iter().sum::<f64>() / hands;
            return self.tail_h.iter().copied().fold(even, f64::max);
        }
        let mut order: Vec<usize> = (0..self.units.len()).collect();
        order.sort_by(|&a, &b| self.urgency(b, goal).total_cmp(&self.urgency(a, goal)).then(a.cmp(&b)));
        let (mut clock_h, mut one_hand, mut own, mut chained) = (0.0, 0.0, 0.0, 0.0);
        for unit in order {
            clock_h += self.work_h[unit];
            one_hand += self.weight[unit] * clock_h;
            own += self.weight[unit] * self.work_h[unit];
            chained += self.weight[unit] * (self.head_h[unit] + self.work_h[unit]);
        }
        f64::max(one_hand / hands + (hands - 1.0) / (2.0 * hands) * own, chained)
    }
}

/// Every order of a few units, by beginning, cut where the best known cannot be beaten.
struct Exact<'a> {
    graph: &'a Graph,
    goal: Goal,
    best: Vec<usize>,
    best_value: f64,
    nodes: u32,
}

/// What is laid so far.
#[derive(Clone)]
struct Laid {
    order: Vec<usize>,
    /// When each hand is free, soonest first.
    free_h: Vec<f64>,
    ready_h: Vec<f64>,
    before: Vec<u32>,
    last_start_h: f64,
    value: f64,
    left_h: f64,
}

impl Exact<'_> {
    fn run(&mut self) {
        let graph = self.graph;
        self.descend(&Laid {
            order: Vec::new(),
            free_h: vec![0.0; graph.hands],
            ready_h: vec![0.0; graph.units.len()],
            before: graph.before.clone(),
            last_start_h: 0.0,
            value: 0.0,
            left_h: graph.work_h.iter().sum(),
        });
    }

    fn descend(&mut self, laid: &Laid) {
        let graph = self.graph;
        if laid.order.len() == graph.units.len() {
            if laid.value < self.best_value - 1e-12 {
                self.best_value = laid.value;
                self.best.clone_from(&laid.order);
            }
            return;
        }
        self.nodes += 1;
        if self.nodes >= MOST_NODES || self.least(laid) >= self.best_value - 1e-12 {
            return;
        }
        for unit in
            (0..graph.units.len()).filter(|&unit| laid.before[unit] == 0 && !laid.order.contains(&unit))
        {
            let start_h = laid.ready_h[unit].max(laid.free_h[0]);
            // By beginning: another order of the same beginnings was or will be seen.
            if start_h < laid.last_start_h {
                continue;
            }
            let mut with = laid.clone();
            let end_h = start_h + graph.work_h[unit];
            with.free_h[0] = end_h;
            with.free_h.sort_by(f64::total_cmp);
            with.order.push(unit);
            with.last_start_h = start_h;
            with.left_h -= graph.work_h[unit];
            for &next in &graph.next[unit] {
                with.before[next as usize] -= 1;
                with.ready_h[next as usize] = with.ready_h[next as usize].max(end_h);
            }
            with.value = if self.goal == Goal::Completion {
                with.value + graph.weight[unit] * end_h
            } else {
                with.value.max(end_h)
            };
            self.descend(&with);
        }
    }

    /// What no completion of it can be below.
    fn least(&self, laid: &Laid) -> f64 {
        let graph = self.graph;
        let left = (0..graph.units.len()).filter(|unit| !laid.order.contains(unit));
        let start = |unit: usize| laid.ready_h[unit].max(laid.free_h[0]);
        if self.goal == Goal::Completion {
            return laid.value
                + left.map(|unit| graph.weight[unit] * (start(unit) + graph.work_h[unit])).sum::<f64>();
        }
        let even = (laid.free_h.iter().sum::<f64>() + laid.left_h) / graph.hands as f64;
        left.map(|unit| start(unit) + graph.tail_h[unit]).fold(laid.value.max(even), f64::max)
    }
}

/// A number in its order.
#[derive(Clone, Copy, PartialEq)]
struct Ordered(f64);

impl Eq for Ordered {}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::assign::instance::Unit;
    use crate::assign::regime::tests::allocated;

    fn instance(units: &[(f64, Vec<usize>)], hands: u64, goal: Goal) -> Instance {
        let unit = |(place, (work, after)): (usize, &(f64, Vec<usize>))| Unit {
            after: after.iter().map(ToString::to_string).collect(),
            ..Unit::new(place.to_string()).with_work_h(*work)
        };
        Instance {
            goal: Some(goal),
            hands: Some(hands),
            units: units.iter().enumerate().map(unit).collect(),
            ..Instance::default()
        }
    }

    #[test]
    fn graham_s_nine_units_on_three_hands_end_at_twelve() {
        // Graham 1969, the example behind his anomalies: times 3 2 2 2 4 4 4 4 9; 9 after 1; 5 to 8 after 4. Twelve hours are best.
        let units: Vec<(f64, Vec<usize>)> = [3.0, 2.0, 2.0, 2.0, 4.0, 4.0, 4.0, 4.0, 9.0]
            .into_iter()
            .enumerate()
            .map(|(place, work)| {
                (
                    work,
                    match place {
                        4..=7 => vec![3],
                        8 => vec![0],
                        _ => vec![],
                    },
                )
            })
            .collect();
        let (regime, found) = allocated(&instance(&units, 3, Goal::Makespan));
        assert_eq!((regime, found.value, found.gap()), ("precedence", 12.0, 0.0));
    }

    #[test]
    fn circles_and_strangers_are_named() {
        let mut circle = instance(&[(1.0, vec![1]), (1.0, vec![0])], 1, Goal::Makespan);
        let error = |instance: &Instance| {
            let mut run = crate::crowd::Run { seed: crate::Seed(1), progress: &mut |_| {} };
            crate::assign::allocate(instance, &mut run).unwrap_err()
        };
        assert!(matches!(error(&circle), AssignError::Circle { .. }));
        circle.units[0].after = vec!["nobody".to_owned()];
        assert!(error(&circle).to_string().contains("'nobody'"));
    }

    /// The least value of all orders of assignment and sequence, by trying them.
    fn best(graph: &Graph, goal: Goal, laid: &mut Vec<usize>) -> f64 {
        if laid.len() == graph.units.len() {
            return graph.value(laid, goal);
        }
        let mut least = f64::INFINITY;
        for unit in 0..graph.units.len() {
            let waits = (0..graph.units.len())
                .any(|earlier| graph.next[earlier].contains(&(unit as u32)) && !laid.contains(&earlier));
            if waits || laid.contains(&unit) {
                continue;
            }
            laid.push(unit);
            least = least.min(best(graph, goal, laid));
            laid.pop();
        }
        least
    }

    proptest! {
        #[test]
        fn no_order_is_better(
            work in prop::collection::vec(1_u8..9, 1..7), links in prop::collection::vec((0_usize..6, 0_usize..6), 0..5), hands in 1_u64..4
        ) {
            let units: Vec<(f64, Vec<usize>)> = work.iter().enumerate().map(|(place, &work)| {
                let after = links.iter().filter(|(from, to)| *to == place && from < to).map(|link| link.0);
                (f64::from(work), after.collect())
            }).collect();
            for goal in [Goal::Makespan, Goal::Completion] {
                let instance = instance(&units, hands, goal);
                let graph = Graph::of(&instance).unwrap();
                let least = best(&graph, goal, &mut Vec::new());
                let mut run = crate::crowd::Run { seed: crate::Seed(1), progress: &mut |_| {} };
                let found = (KIND.solve)(&instance, &mut run).unwrap();
                prop_assert!((found.value - least).abs() < 1e-9, "{} where {least} is possible", found.value);
                prop_assert!(graph.bound(goal) <= least + 1e-9);
            }
        }
    }
}
