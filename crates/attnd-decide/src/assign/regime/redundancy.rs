//! How many answers does each unit get from a budget, so that most is decided rightly? Odd numbers, each next pair where it
//! adds most.
//!
//! A vote of `2k + 1` answers is right more often than one of `2k - 1` by `(2p - 1) C(2k - 1, k) (p (1 - p))^k`, which falls
//! with `k`: the gain is concave over odd numbers, and taking steps by gain per cost is optimal up to the last step that no
//! longer fits (Fox 1966, DOI 10.1287/mnsc.13.3.210). Votes are between two labels.

use std::collections::BinaryHeap;

use super::RegimeKind;
use crate::assign::allocation::{Allocation, Given, Unmet, WhyUnmet, goal_of};
use crate::assign::instance::{AssignError, Goal, Instance};
use crate::assign::next::Next;

/// In the list.
pub const KIND: RegimeKind = RegimeKind {
    name: "redundancy",
    about: "a budget of answers over units whose answers are right with a known probability, so that most is decided rightly",
    fits: |instance| {
        (instance.minds.is_empty() && instance.hands.is_none() && instance.budget.is_some())
            .then_some("a budget and nobody named: how many answers each unit gets")
    },
    solve: |instance, _| solve(instance),
};

fn solve(instance: &Instance) -> Result<Allocation, AssignError> {
    let goal = goal_of("redundancy", instance.goal, &[Goal::Correct], "'correct'")?;
    let unsuited = |problem, instead| AssignError::Unsuited { kind: "redundancy", problem, instead };
    let budget =
        instance.budget.ok_or_else(|| unsuited("shares a budget and there is none", "give 'budget'"))?;
    if instance.units.iter().any(|unit| unit.count > 1 || !unit.after.is_empty()) {
        return Err(unsuited(
            "knows single units in no order",
            "write those with a 'count' one by one; take 'after' out",
        ));
    }
    let open: Vec<usize> = (0..instance.units.len()).filter(|&unit| !instance.units[unit].done).collect();
    let accuracy = |unit: usize| instance.units[unit].accuracy;
    if open.iter().any(|&unit| accuracy(unit).is_none()) {
        return Err(unsuited("needs to know how often an answer is right", "give each unit an 'accuracy'"));
    }
    let votes = Votes {
        right: open.iter().filter_map(|&unit| accuracy(unit)).collect(),
        weight: open.iter().map(|&unit| instance.units[unit].importance()).collect(),
        cost: open.iter().map(|&unit| instance.units[unit].answer_cost.unwrap_or(1.0)).collect(),
    };
    let (answers, more) = votes.share(budget);
    let value: f64 = (0..open.len()).map(|unit| votes.value(unit, answers[unit])).sum();
    let mut given = vec![0; instance.units.len()];
    let mut unmet = Vec::new();
    for (row, &unit) in open.iter().enumerate() {
        given[unit] = answers[row];
        if answers[row] == 0 {
            let helps = votes.right[row] > 0.5;
            let why = if helps { WhyUnmet::TooDear } else { WhyUnmet::AnswersDoNotHelp };
            unmet.push(Unmet { unit, count: 1, why });
        }
    }
    Ok(Allocation { goal, given: Given::Answers(given), value, bound: value + more, unmet })
}

/// Units to be voted on.
struct Votes {
    right: Vec<f64>,
    weight: Vec<f64>,
    cost: Vec<f64>,
}

impl Votes {
    /// Expected weight decided rightly with so many answers, an odd number or none.
    fn value(&self, unit: usize, answers: u64) -> f64 {
        let steps = answers.div_ceil(2);
        self.weight[unit] * (0.5 + self.gains(unit).take(steps as usize).sum::<f64>())
    }

    /// What each step adds to the probability: the first answer, then pairs. From one to the next by the ratio of their
    /// formulas.
    fn gains(&self, unit: usize) -> impl Iterator<Item = f64> {
        let right = self.right[unit].max(0.5);
        let (both, lead) = (right * (1.0 - right), 2.0 * right - 1.0);
        let pairs = (1_u64..).scan(lead * both, move |gain, k| {
            let this = *gain;
            *gain *= both * 2.0 * (2 * k + 1) as f64 / (k + 1) as f64;
            Some(this)
        });
        std::iter::once(right - 0.5).chain(pairs)
    }

    /// Gain in expected weight for each cost, falling with the step.
    fn rates(&self, unit: usize) -> impl Iterator<Item = f64> {
        let scale = self.weight[unit] / self.cost[unit];
        self.gains(unit)
            .enumerate()
            .map(move |(step, gain)| if step == 0 { gain * scale } else { 0.5 * gain * scale })
    }

    fn step_cost(&self, unit: usize, step: usize) -> f64 {
        if step == 0 { self.cost[unit] } else { 2.0 * self.cost[unit] }
    }

    /// Steps worth at least that rate, above zero.
    fn worth(&self, unit: usize, rate: f64) -> usize {
        self.rates(unit).take_while(|&of| of >= rate).count()
    }

    /// Answers for each unit, and how much more than that any sharing could be worth at most.
    fn share(&self, budget: f64) -> (Vec<u64>, f64) {
        let units = self.right.len();
        let mut steps = self.certain(budget);
        let spent = |unit: usize, steps: usize| self.cost[unit] * (2 * steps).saturating_sub(1) as f64;
        let mut left = budget - (0..units).map(|unit| spent(unit, steps[unit])).sum::<f64>();
        let next = |unit: usize, steps: usize| {
            let rate = self.rates(unit).nth(steps).filter(|&rate| rate > 0.0)?;
            Some(Next::new(rate, unit))
        };
        let mut heap: BinaryHeap<Next> = (0..units).filter_map(|unit| next(unit, steps[unit])).collect();
        let mut more = None;
        let mut fitted = true;
        while let Some(best) = heap.pop() {
            let (rate, unit) = (best.gain, best.unit());
            let cost = self.step_cost(unit, steps[unit]);
            if cost > left * (1.0 + 1e-12) {
                // The fractional best takes a part of this step: nothing is worth more.
                more.get_or_insert(rate * left.max(0.0));
                if std::mem::take(&mut fitted) && self.swap(&mut steps, unit, left) {
                    break;
                }
                continue;
            }
            if !fitted && let Some(more) = &mut more {
                *more -= rate * cost;
            }
            steps[unit] += 1;
            left -= cost;
            heap.extend(next(unit, steps[unit]));
        }
        let value =
            |steps: &[usize]| -> f64 { (0..units).map(|unit| self.value(unit, answers(steps[unit]))).sum() };
        let bound = more.map_or(0.0, |_| self.fractional(budget) - value(&steps));
        (steps.into_iter().map(answers).collect(), bound.max(0.0))
    }

    /// Where one answer is left and the next step is a pair: the least useful first answer goes, a pair comes in its place, if
    /// that is worth more than a further first answer.
    fn swap(&self, steps: &mut [usize], pair: usize, left: f64) -> bool {
        let gain =
            |unit: usize, step: usize| self.rates(unit).nth(step).unwrap_or(0.0) * self.step_cost(unit, step);
        let single = |unit: &usize| self.cost[*unit] <= left;
        let others = (0..steps.len()).filter(|&unit| unit != pair);
        let first = others
            .clone()
            .filter(|&unit| steps[unit] == 0)
            .filter(single)
            .map(|unit| gain(unit, 0))
            .fold(0.0, f64::max);
        let enough =
            |unit: &usize| self.cost[*unit] + left >= self.step_cost(pair, steps[pair]) * (1.0 - 1e-12);
        let worst = others
            .filter(|&unit| steps[unit] == 1)
            .filter(enough)
            .min_by(|&a, &b| gain(a, 0).total_cmp(&gain(b, 0)));
        let Some(worst) = worst else { return false };
        if gain(pair, steps[pair]) - gain(worst, 0) <= first {
            return false;
        }
        steps[worst] = 0;
        steps[pair] += 1;
        true
    }

    /// What the budget is worth where the last step may be taken in part.
    fn fractional(&self, budget: f64) -> f64 {
        let mut steps = self.certain(budget);
        let units = steps.len();
        let mut left = budget;
        let mut value = 0.0;
        for (unit, &steps) in steps.iter().enumerate() {
            left -= self.cost[unit] * (2 * steps).saturating_sub(1) as f64;
            value += self.value(unit, answers(steps));
        }
        let rate = |unit: usize, step: usize| self.rates(unit).nth(step).unwrap_or(0.0);
        let mut heap: BinaryHeap<Next> =
            (0..units).map(|unit| Next::new(rate(unit, steps[unit]), unit)).collect();
        while let Some(next) = heap.pop().filter(|next| next.gain > 0.0) {
            let (of, unit) = (next.gain, next.unit());
            let cost = self.step_cost(unit, steps[unit]);
            value += of * cost.min(left.max(0.0));
            left -= cost;
            if left <= 0.0 {
                break;
            }
            steps[unit] += 1;
            heap.push(Next::new(rate(unit, steps[unit]), unit));
        }
        value
    }

    /// Steps that certainly belong to the best: those above a rate at which all of them fit.
    fn certain(&self, budget: f64) -> Vec<usize> {
        let units = self.right.len();
        let highest = (0..units).filter_map(|unit| self.rates(unit).next()).fold(0.0, f64::max);
        let spent = |rate: f64| -> f64 {
            let steps = (0..units).map(|unit| (unit, self.worth(unit, rate)));
            steps.map(|(unit, steps)| self.cost[unit] * (2 * steps).saturating_sub(1) as f64).sum()
        };
        let few = budget / 16.0;
        let (mut low, mut high) = (highest * 0.25, highest * 2.0);
        while low > highest * 1e-12 && low > f64::MIN_POSITIVE && spent(low) <= budget {
            (high, low) = (low, low * 0.25);
        }
        for _ in 0..40 {
            let middle = f64::midpoint(low, high);
            let sum = spent(middle);
            if sum > budget {
                low = middle
            } else {
                high = middle
            }
            if sum <= budget && budget - sum <= few {
                break;
            }
        }
        if highest > 0.0 { (0..units).map(|unit| self.worth(unit, high)).collect() } else { vec![0; units] }
    }
}

fn answers(steps: usize) -> u64 {
    (2 * steps as u64).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::assign::instance::Unit;
    use crate::assign::redundancy::majority_right;
    use crate::assign::regime::tests::allocated;

    fn instance(right: &[(f64, f64)], budget: f64) -> Instance {
        let unit = |(place, &(accuracy, weight)): (usize, &(f64, f64))| Unit {
            accuracy: Some(accuracy),
            weight: Some(weight),
            ..Unit::new(place.to_string())
        };
        Instance {
            budget: Some(budget),
            units: right.iter().enumerate().map(unit).collect(),
            ..Instance::default()
        }
    }

    fn worth(right: &[(f64, f64)], answers: &[u64]) -> f64 {
        right
            .iter()
            .zip(answers)
            .map(|((p, weight), &answers)| weight * majority_right(*p, answers as u32))
            .sum()
    }

    fn best(right: &[(f64, f64)], budget: u64) -> f64 {
        let Some((first, rest)) = right.split_first() else { return 0.0 };
        let odd = std::iter::once(0).chain((1..=budget).step_by(2));
        odd.map(|answers| worth(&[*first], &[answers]) + best(rest, budget - answers))
            .fold(f64::MIN, f64::max)
    }

    #[test]
    fn an_answer_no_better_than_a_guess_is_not_bought() {
        let (regime, found) = allocated(&instance(&[(0.5, 1.0), (0.8, 1.0)], 5.0));
        assert_eq!((regime, found.given), ("redundancy", Given::Answers(vec![0, 5])));
        assert_eq!(found.unmet, [Unmet { unit: 0, count: 1, why: WhyUnmet::AnswersDoNotHelp }]);
    }

    #[test]
    fn a_million_units_share_three_million_answers() {
        let right: Vec<(f64, f64)> =
            (0..1_000_000_u64).map(|unit| (0.55 + (unit * 7_919 % 400) as f64 / 1e3, 1.0)).collect();
        let (_, found) = allocated(&instance(&right, 3e6));
        assert!(found.gap() < 1e-6, "{}", found.gap());
    }

    proptest! {
        #[test]
        fn no_sharing_is_worth_more(
            right in prop::collection::vec((0.52_f64..0.95, 0.1_f64..3.0), 1..5), budget in 0_u64..13
        ) {
            let (_, found) = allocated(&instance(&right, budget as f64));
            let Given::Answers(answers) = &found.given else { unreachable!() };
            prop_assert!(answers.iter().sum::<u64>() <= budget);
            prop_assert!((worth(&right, answers) - found.value).abs() < 1e-9);
            let best = best(&right, budget);
            prop_assert!(best <= found.bound + 1e-9, "{best} beats {}", found.bound);
            prop_assert!((best - found.value).abs() < 1e-9, "{best} is better than {}", found.value);
        }
    }
}
