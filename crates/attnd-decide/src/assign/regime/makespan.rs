//! How many alike hands stay with each unit so that the last is done soonest? Adams' apportionment.
//!
//! Work divides evenly, so `W` hands finish `t` hours in `t / W`. A finishing hour `T` can be kept where
//! `Σ ceil(t / T)` hands suffice, which falls with `T`: the least such `T` is some `t / k`, and giving the next hand to
//! the greatest `t / W` reaches it (Ibaraki and Katoh, Resource Allocation Problems, MIT Press 1988, ch. 5). With seats
//! for hands and populations for work that is Adams' method (Balinski and Young, Fair Representation, 1982).

use super::RegimeKind;
use crate::assign::allocation::{Allocation, Given, goal_of};
use crate::assign::divisor::{Steps, give};
use crate::assign::instance::{AssignError, Goal, Instance, Staffing};

/// In the list.
pub const KIND: RegimeKind = RegimeKind {
    name: "makespan",
    about: "alike hands split over divisible units so that the last unit is done soonest (exact)",
    fits: |instance| {
        (splits(instance) && matches!(instance.goal, None | Some(Goal::Makespan))).then_some(
            "alike hands, at least one for each open unit, that stay where they are put: the last finishing hour counts",
        )
    },
    solve: |instance, _| {
        let goal = goal_of("makespan", instance.goal, &[Goal::Makespan], "'makespan'")?;
        let open = Open::of("makespan", instance)?;
        if open.work_h.is_empty() {
            return Ok(Allocation::nothing(goal, Given::Hands(vec![0; instance.units.len()])));
        }
        let hands = split(&open.work_h, &open.most_hands, open.hands);
        let value =
            open.work_h.iter().zip(&hands).map(|(work, &hands)| work / hands as f64).fold(0.0, f64::max);
        // The split is a proven optimum, so its own value is the bound.
        Ok(Allocation {
            goal,
            given: Given::Hands(open.scatter(instance, &hands)),
            value,
            bound: value,
            unmet: Vec::new(),
        })
    },
};

/// Hands for each unit of `work_h` hours and room for `most_hands`, so that the greatest `work_h / hands` is least; one at
/// least for each. There must be as many `hands` as units. `O(n log)` in the number of units whatever the number of hands.
#[must_use]
pub fn split(work_h: &[f64], most_hands: &[u64], hands: u64) -> Vec<u64> {
    let mut given = give(&Adams { work_h, most_hands }, hands - work_h.len() as u64);
    given.iter_mut().for_each(|hands| *hands += 1);
    given
}

/// A step is a further hand after the first; it is given where most hours remain for each.
struct Adams<'a> {
    work_h: &'a [f64],
    most_hands: &'a [u64],
}

impl Steps for Adams<'_> {
    fn units(&self) -> usize {
        self.work_h.len()
    }

    fn gain(&self, unit: usize, taken: u64) -> Option<f64> {
        (taken + 1 < self.most_hands[unit]).then(|| self.work_h[unit] / (taken + 1) as f64)
    }

    fn worth(&self, unit: usize, threshold: f64) -> u64 {
        whole(self.work_h[unit] / threshold, |taken| self.work_h[unit] / taken as f64 >= threshold)
            .min(self.most_hands[unit] - 1)
    }
}

/// The greatest whole number not above `near` or just beside it that holds: the division that found `near` rounds, the gains
/// it is compared with round too.
pub(super) fn whole(near: f64, holds: impl Fn(u64) -> bool) -> u64 {
    let mut number = near as u64;
    while number > 0 && !holds(number) {
        number -= 1;
    }
    while holds(number + 1) && number < u64::MAX >> 2 {
        number += 1;
    }
    number
}

/// Whether alike hands stay with units, at least one each.
pub(super) fn splits(instance: &Instance) -> bool {
    let open = instance.units.iter().filter(|unit| !unit.done).map(|unit| unit.count).sum::<u64>();
    instance.staffing == Staffing::Fixed
        && instance.hands.is_some_and(|hands| hands >= open)
        && instance.units.iter().all(|unit| unit.after.is_empty())
}

/// The units that are open, flat.
pub(super) struct Open {
    /// Places in the instance.
    pub(super) units: Vec<usize>,
    pub(super) work_h: Vec<f64>,
    pub(super) weight: Vec<f64>,
    pub(super) most_hands: Vec<u64>,
    pub(super) hands: u64,
}

impl Open {
    pub(super) fn of(kind: &'static str, instance: &Instance) -> Result<Self, AssignError> {
        let unsuited = |problem, instead| Err(AssignError::Unsuited { kind, problem, instead });
        let Some(hands) = instance.hands else {
            return unsuited("splits alike hands and the instance names none", "give 'hands'");
        };
        if instance.units.iter().any(|unit| unit.count > 1) {
            return unsuited("splits hands over single units", "write units with a 'count' one by one");
        }
        let mut open = Self { units: vec![], work_h: vec![], weight: vec![], most_hands: vec![], hands };
        for (place, unit) in instance.units.iter().enumerate().filter(|(_, unit)| !unit.done) {
            open.units.push(place);
            open.work_h.push(unit.hours());
            open.weight.push(unit.importance());
            open.most_hands.push(unit.most_hands.unwrap_or(u64::MAX));
        }
        if hands < open.units.len() as u64 && instance.staffing == Staffing::Fixed {
            return unsuited(
                "needs a hand for each open unit",
                "give more 'hands', or leave 'kind' out so that hands do one unit after another",
            );
        }
        Ok(open)
    }

    /// Back to the places of the instance; units that are done have nothing.
    pub(super) fn scatter(&self, instance: &Instance, hands: &[u64]) -> Vec<u64> {
        let mut all = vec![0; instance.units.len()];
        self.units.iter().zip(hands).for_each(|(&unit, &hands)| all[unit] = hands);
        all
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::assign::divisor::tests::every_split;
    use crate::assign::instance::Unit;
    use crate::assign::regime::tests::allocated;

    fn three(done: bool) -> Instance {
        let mut units: Vec<Unit> =
            [2.0, 4.0, 6.0].iter().map(|&hours| Unit::new(hours.to_string()).with_work_h(hours)).collect();
        units[2].done = done;
        Instance { hands: Some(5), units, ..Instance::default() }
    }

    #[test]
    fn five_hands_over_three_units_of_which_one_may_be_done() {
        let (regime, two_open) = allocated(&three(true));
        assert_eq!((regime, two_open.given), ("makespan", Given::Hands(vec![2, 3, 0])));
        assert!((two_open.value - 4.0 / 3.0).abs() < 1e-12);
        let (_, all_open) = allocated(&three(false));
        assert_eq!((all_open.given, all_open.value), (Given::Hands(vec![1, 2, 2]), 3.0));
    }

    #[test]
    fn the_sum_of_hours_times_hands_is_no_goal() {
        // "Minimise Σ t W": nothing forbids the least of it, nobody on anything; with one at least on each all stay at one, and
        // with all five placed they crowd on the shortest unit.
        let hours = [2.0, 4.0, 6.0];
        let literal = |hands: &[u64]| -> f64 { hours.iter().zip(hands).map(|(t, &w)| t * w as f64).sum() };
        assert_eq!((literal(&[0, 0, 0]), literal(&[1, 1, 1])), (0.0, 12.0));
        assert_eq!((literal(&[5, 0, 0]), literal(&[2, 3, 0])), (10.0, 16.0));
    }

    #[test]
    fn of_a_million_units_none_could_be_done_sooner_with_one_hand_moved() {
        let work: Vec<f64> =
            (0..1_000_000_u64).map(|unit| 0.1 + (unit * 7_919 % 100_003) as f64 / 1e3).collect();
        let hands = split(&work, &vec![u64::MAX; work.len()], 5_000_000);
        assert_eq!(hands.iter().sum::<u64>(), 5_000_000);
        let last = work.iter().zip(&hands).map(|(work, &hands)| work / hands as f64).fold(0.0, f64::max);
        // To finish sooner each unit needs so many hands, and there are not as many.
        let sooner: u64 = work.iter().map(|work| (work / last).floor() as u64 + 1).sum();
        assert!(sooner > 5_000_000);
    }

    proptest! {
        #[test]
        fn no_split_is_sooner(
            work in prop::collection::vec(0.1_f64..20.0, 1..5), more in 0_u64..8, most in prop::collection::vec(1_u64..9, 4)
        ) {
            let hands = work.len() as u64 + more;
            let most = &most[..work.len()];
            let last = |hands: &[u64]| work.iter().zip(hands).map(|(t, &w)| t / w as f64).fold(0.0, f64::max);
            let found = split(&work, most, hands);
            prop_assert!(found.iter().zip(most).all(|(found, most)| (1..=*most).contains(found)));
            let hands = hands.min(most.iter().sum());
            prop_assert_eq!(found.iter().sum::<u64>(), hands);
            let best = every_split(hands, most).iter().map(|hands| last(hands)).fold(f64::INFINITY, f64::min);
            prop_assert!((last(&found) - best).abs() < 1e-12);
        }

        #[test]
        fn a_further_hand_takes_none_away(work in prop::collection::vec(0.1_f64..20.0, 1..40), more in 0_u64..200) {
            let room = vec![u64::MAX; work.len()];
            let hands = work.len() as u64 + more;
            let (fewer, further) = (split(&work, &room, hands), split(&work, &room, hands + 1));
            prop_assert!(fewer.iter().zip(&further).all(|(fewer, further)| fewer <= further));
        }
    }
}
