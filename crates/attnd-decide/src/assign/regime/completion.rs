//! How many alike hands stay with each unit so that what matters is done early? Huntington-Hill's apportionment.
//!
//! `Σ w t / W` is separable and convex, and one hand more takes off `w t / (W (W + 1))`: giving each hand where it takes
//! off most is optimal for every number of hands (Gross 1956; Fox 1966, DOI 10.1287/mnsc.13.3.210). With populations
//! `sqrt(w t)` that is the apportionment of Huntington and Hill.

use super::RegimeKind;
use super::makespan::{Open, splits, whole};
use crate::assign::allocation::{Allocation, Given, goal_of};
use crate::assign::divisor::{Steps, give};
use crate::assign::instance::Goal;

/// In the list.
pub const KIND: RegimeKind = RegimeKind {
    name: "completion",
    about: "alike hands split over divisible units so that the weighted sum of finishing hours is least (exact)",
    fits: |instance| {
        (splits(instance) && instance.goal == Some(Goal::Completion)).then_some(
            "alike hands, at least one for each open unit, that stay where they are put: the weighted finishing hours count",
        )
    },
    solve: |instance, _| {
        let goal = goal_of("completion", instance.goal, &[Goal::Completion], "'completion'")?;
        let open = Open::of("completion", instance)?;
        if open.work_h.is_empty() {
            return Ok(Allocation::nothing(goal, Given::Hands(vec![0; instance.units.len()])));
        }
        let weighted: Vec<f64> =
            open.work_h.iter().zip(&open.weight).map(|(work, weight)| work * weight).collect();
        let hands = split(&weighted, &open.most_hands, open.hands);
        let value = weighted.iter().zip(&hands).map(|(work, &hands)| work / hands as f64).sum();
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

/// Hands for each unit so that the sum of `weighted_h / hands` is least, where `weighted_h` is weight × hours of work; one at
/// least for each. There must be as many `hands` as units.
#[must_use]
pub fn split(weighted_h: &[f64], most_hands: &[u64], hands: u64) -> Vec<u64> {
    let mut given = give(&HuntingtonHill { weighted_h, most_hands }, hands - weighted_h.len() as u64);
    given.iter_mut().for_each(|hands| *hands += 1);
    given
}

/// A step is a further hand after the first; it is given where it takes off most.
struct HuntingtonHill<'a> {
    weighted_h: &'a [f64],
    most_hands: &'a [u64],
}

impl HuntingtonHill<'_> {
    fn takes_off(&self, unit: usize, hands: u64) -> f64 {
        self.weighted_h[unit] / (hands as f64 * (hands as f64 + 1.0))
    }
}

impl Steps for HuntingtonHill<'_> {
    fn units(&self) -> usize {
        self.weighted_h.len()
    }

    fn gain(&self, unit: usize, taken: u64) -> Option<f64> {
        (taken + 1 < self.most_hands[unit]).then(|| self.takes_off(unit, taken + 1))
    }

    fn worth(&self, unit: usize, threshold: f64) -> u64 {
        // The positive root of k (k + 1) = w t / threshold.
        let root = (0.25 + self.weighted_h[unit] / threshold).sqrt() - 0.5;
        whole(root, |taken| self.takes_off(unit, taken) >= threshold).min(self.most_hands[unit] - 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::assign::divisor::tests::every_split;
    use crate::assign::instance::{Instance, Unit};
    use crate::assign::regime::tests::allocated;

    #[test]
    fn five_hands_over_three_units() {
        let units = [2.0, 4.0, 6.0].iter().map(|&hours| Unit::new(hours.to_string()).with_work_h(hours));
        let mut instance = Instance {
            goal: Some(Goal::Completion),
            hands: Some(5),
            units: units.collect(),
            ..Instance::default()
        };
        let (regime, open) = allocated(&instance);
        assert_eq!((regime, open.given, open.value), ("completion", Given::Hands(vec![1, 2, 2]), 7.0));
        instance.units[2].done = true;
        let (_, open) = allocated(&instance);
        assert_eq!(open.given, Given::Hands(vec![2, 3, 0]));
        assert!((open.value - 7.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn seats_of_the_house_of_1790_by_huntington_and_hill() {
        // Fifteen states as counted in 1790 share 105 seats.
        let populations: [f64; 15] = [
            630_560.0, 475_327.0, 432_879.0, 353_523.0, 331_589.0, 278_514.0, 236_841.0, 206_236.0,
            179_570.0, 141_822.0, 85_533.0, 70_835.0, 68_705.0, 68_446.0, 55_540.0,
        ];
        let weighted: Vec<f64> = populations.iter().map(|people| people * people).collect();
        let seats = split(&weighted, &[u64::MAX; 15], 105);
        // What defines it: no seat moved makes the two states' shares relatively more equal.
        for (a, b) in (0..15).flat_map(|a| (0..15).map(move |b| (a, b))).filter(|(a, b)| a != b) {
            let ratio = |a_seats: f64, b_seats: f64| {
                let (one, other) = (populations[a] / a_seats, populations[b] / b_seats);
                one.max(other) / one.min(other)
            };
            if seats[a] > 1 {
                let (has, had) = (seats[a] as f64, seats[b] as f64);
                assert!(ratio(has, had) <= ratio(has - 1.0, had + 1.0) + 1e-9, "{a} {b}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_split_has_a_lesser_sum(
            work in prop::collection::vec(0.1_f64..20.0, 1..5), more in 0_u64..8, most in prop::collection::vec(1_u64..9, 4)
        ) {
            let hands = work.len() as u64 + more;
            let most = &most[..work.len()];
            let sum = |hands: &[u64]| work.iter().zip(hands).map(|(t, &w)| t / w as f64).sum::<f64>();
            let found = split(&work, most, hands);
            let hands = hands.min(most.iter().sum());
            let best = every_split(hands, most).iter().map(|hands| sum(hands)).fold(f64::INFINITY, f64::min);
            prop_assert!((sum(&found) - best).abs() < 1e-9);
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
