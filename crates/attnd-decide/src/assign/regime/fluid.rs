//! Who works on what, when, if hands may move at any time? The fluid schedules of McNaughton and Smith.
//!
//! The last hour is the greater of all work over all hands and of each unit over its room, and wrapping units around the hands
//! reaches it (McNaughton 1959, DOI 10.1287/mnsc.6.1.1). For weighted finishing hours the hands go together to the unit of the
//! greatest weight for its work (Smith 1956, DOI 10.1002/nav.3800030106); with room for all hands on each unit that is optimal.

use super::RegimeKind;
use super::makespan::Open;
use crate::assign::allocation::{Allocation, Given, Span, goal_of};
use crate::assign::instance::{AssignError, Goal, Instance, Staffing};

/// In the list.
pub const KIND: RegimeKind = RegimeKind {
    name: "fluid",
    about: "alike hands that move between divisible units at any time: soonest last finish, or least weighted finishing hours",
    fits: |instance| {
        let ordered = instance.units.iter().any(|unit| !unit.after.is_empty());
        (instance.hands.is_some() && instance.staffing == Staffing::Moving && !ordered)
            .then_some("alike hands that move at any time over divisible units without an order")
    },
    solve: |instance, _| solve(instance),
};

fn solve(instance: &Instance) -> Result<Allocation, AssignError> {
    let goal =
        goal_of("fluid", instance.goal, &[Goal::Makespan, Goal::Completion], "'makespan' and 'completion'")?;
    let open = Open::of("fluid", instance)?;
    let unsuited = |problem, instead| AssignError::Unsuited { kind: "fluid", problem, instead };
    if instance.units.iter().any(|unit| !unit.after.is_empty()) {
        return Err(unsuited("knows no order of units", "take 'after' or 'staffing' out"));
    }
    let spans = |spans: Vec<Span>| {
        let named = |span: Span| Span { unit: open.units[span.unit], ..span };
        Given::Spans(spans.into_iter().map(named).collect())
    };
    if goal == Goal::Makespan {
        let last_h = last_hour(&open);
        return Ok(Allocation {
            goal,
            given: spans(wrap(&open, last_h)),
            value: last_h,
            bound: last_h,
            unmet: Vec::new(),
        });
    }
    let (value, bound, found) = by_ratio(&open);
    Ok(Allocation { goal, given: spans(found), value, bound: bound.min(value), unmet: Vec::new() })
}

/// The hour before which no schedule ends.
fn last_hour(open: &Open) -> f64 {
    let even = open.work_h.iter().sum::<f64>() / open.hands as f64;
    let narrow =
        open.work_h.iter().zip(&open.most_hands).map(|(work, &most)| work / most.min(open.hands) as f64);
    narrow.fold(even, f64::max)
}

/// Lays units end to end and wraps the line around the hands at the last hour: a unit that reaches over `k` wraps has at most
/// `ceil(work / last)` hands at once, for which it has room.
fn wrap(open: &Open, last_h: f64) -> Vec<Span> {
    let mut spans = Vec::with_capacity(open.units.len());
    let (mut hand, mut at_h) = (0_u64, 0.0);
    for (unit, &work) in open.work_h.iter().enumerate() {
        let mut left = work;
        while left > 0.0 && hand < open.hands {
            let end_h = if last_h - at_h <= left { last_h } else { at_h + left };
            spans.push(Span { hand, unit, start_h: at_h, end_h });
            left -= end_h - at_h;
            // What is left by rounding is no work.
            if left <= last_h * 1e-12 {
                left = 0.0;
            }
            at_h = end_h;
            if at_h >= last_h * (1.0 - 1e-12) {
                (hand, at_h) = (hand + 1, 0.0);
            }
        }
    }
    spans
}

/// Weighted finishing hours, what they cannot be below, and the spans: hands go to the units of the greatest weight for their
/// work as far as those have room, and on as units finish.
fn by_ratio(open: &Open) -> (f64, f64, Vec<Span>) {
    let mut order: Vec<usize> = (0..open.units.len()).collect();
    order.sort_by(|&a, &b| {
        (open.weight[b] * open.work_h[a]).total_cmp(&(open.weight[a] * open.work_h[b])).then(a.cmp(&b))
    });
    let (mut together, mut alone, mut clock_h) = (0.0, 0.0, 0.0);
    for &unit in &order {
        clock_h += open.work_h[unit] / open.hands as f64;
        together += open.weight[unit] * clock_h;
        alone += open.weight[unit] * open.work_h[unit] / open.most_hands[unit].min(open.hands) as f64;
    }
    // Hands become free in blocks: each block of so many hands at one hour.
    let mut blocks: Vec<(f64, u64, u64)> = vec![(0.0, 0, open.hands)];
    let mut spans = Vec::new();
    let mut value = 0.0;
    for &unit in &order {
        let most = open.most_hands[unit].min(open.hands);
        let finish_h = finish(&blocks, open.work_h[unit], most);
        value += open.weight[unit] * finish_h;
        occupy(&mut blocks, unit, most, finish_h, &mut spans);
    }
    spans.sort_by(|a, b| a.hand.cmp(&b.hand).then(a.start_h.total_cmp(&b.start_h)));
    (value, f64::max(together, alone), spans)
}

/// When that much work is done by at most `most` of the hands that become free soonest.
fn finish(blocks: &[(f64, u64, u64)], work_h: f64, most: u64) -> f64 {
    let (mut hands, mut started) = (0_u64, 0.0);
    for (place, &(free_h, _, count)) in blocks.iter().enumerate() {
        let taken = count.min(most - hands);
        hands += taken;
        started += taken as f64 * free_h;
        let finish_h = (work_h + started) / hands as f64;
        let next_h = blocks.get(place + 1).map_or(f64::INFINITY, |block| block.0);
        if finish_h <= next_h || hands == most {
            return finish_h;
        }
    }
    (work_h + started) / hands.max(1) as f64
}

/// Those hands work on the unit until it is finished.
fn occupy(blocks: &mut Vec<(f64, u64, u64)>, unit: usize, most: u64, finish_h: f64, spans: &mut Vec<Span>) {
    let mut hands = 0;
    let mut taken = Vec::new();
    for block in blocks.iter_mut() {
        let count = block.2.min(most - hands);
        if count == 0 || block.0 >= finish_h {
            break;
        }
        hands += count;
        spans.extend((block.1..block.1 + count).map(|hand| Span {
            hand,
            unit,
            start_h: block.0,
            end_h: finish_h,
        }));
        taken.push((finish_h, block.1, count));
        block.1 += count;
        block.2 -= count;
    }
    blocks.retain(|block| block.2 > 0);
    blocks.extend(taken);
    blocks.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    // Neighbouring hands free at one hour are one block again, or a million units would leave a million blocks.
    blocks.dedup_by(|next, block| {
        let joins = next.0 == block.0 && block.1 + block.2 == next.1;
        if joins {
            block.2 += next.2;
        }
        joins
    });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::assign::instance::Unit;
    use crate::assign::regime::tests::allocated;

    fn instance(units: &[(f64, f64, u64)], hands: u64, goal: Goal) -> Instance {
        let unit = |(place, &(work, weight, most)): (usize, &(f64, f64, u64))| Unit {
            weight: Some(weight),
            most_hands: Some(most),
            ..Unit::new(place.to_string()).with_work_h(work)
        };
        Instance {
            goal: Some(goal),
            hands: Some(hands),
            staffing: Staffing::Moving,
            units: units.iter().enumerate().map(unit).collect(),
            ..Instance::default()
        }
    }

    #[test]
    fn moving_hands_beat_those_that_stay() {
        // Five hands on two and four hours: staying they end at 4/3 and 7/3 together, moving at 1.2 and 1.6.
        let units = [(2.0, 1.0, 99), (4.0, 1.0, 99)];
        let (regime, last) = allocated(&instance(&units, 5, Goal::Makespan));
        assert_eq!(regime, "fluid");
        assert!((last.value - 1.2).abs() < 1e-12);
        let (_, sum) = allocated(&instance(&units, 5, Goal::Completion));
        assert!((sum.value - 1.6).abs() < 1e-12 && sum.gap() < 1e-12);
    }

    proptest! {
        #[test]
        fn spans_hold_all_work_and_room(
            units in prop::collection::vec((0.1_f64..9.0, 0.1_f64..3.0, 1_u64..5), 1..9), hands in 1_u64..6
        ) {
            for goal in [Goal::Makespan, Goal::Completion] {
                let (_, found) = allocated(&instance(&units, hands, goal));
                let Given::Spans(spans) = &found.given else { unreachable!() };
                for (unit, &(work, _, most)) in units.iter().enumerate() {
                    let of = || spans.iter().filter(|span| span.unit == unit);
                    let done: f64 = of().map(|span| span.end_h - span.start_h).sum();
                    prop_assert!((done - work).abs() < 1e-6, "{done} of {work}");
                    for span in of() {
                        let at_h = f64::midpoint(span.start_h, span.end_h);
                        let at_once = of().filter(|other| other.start_h < at_h - 1e-9 && other.end_h > at_h + 1e-9).count();
                        prop_assert!(at_once as u64 <= most.max(1));
                    }
                }
                for pair in spans.windows(2).filter(|pair| pair[0].hand == pair[1].hand) {
                    prop_assert!(pair[0].end_h <= pair[1].start_h + 1e-9);
                }
                prop_assert!(spans.iter().all(|span| span.hand < hands));
            }
        }
    }
}
