//! How are indivisible hands shared out where each further one helps less? By the greatest next gain, without
//! handing them out one by one.
//!
//! Makespan, weighted completion and redundancy are all of this kind: each unit has gains that fall with what it
//! already has, and the best `total` steps are those of the greatest gains (Fox 1966, DOI 10.1287/mnsc.13.3.210;
//! Gross 1956). Rules of apportionment are the same: Adams' divides by the seats had, Huntington-Hill's by the
//! geometric mean of had and next.

use std::collections::BinaryHeap;

use super::next::Next;

/// Gains of steps.
pub trait Steps {
    /// How many units there are.
    fn units(&self) -> usize;
    /// What the next step of the unit is worth after `taken` steps: it never rises with `taken`. `None` where there is no
    /// further step.
    fn gain(&self, unit: usize, taken: u64) -> Option<f64>;
    /// How many steps of the unit are worth at least `threshold`, which is above zero.
    fn worth(&self, unit: usize, threshold: f64) -> u64;
}

/// The best `total` steps: how many each unit gets. Of equal gains the unit that comes first has it. Gives fewer than
/// `total` only where no step is left.
///
/// A threshold is bisected until few steps are open, `O(units · log(range))`; a heap hands those out, so the result is
/// exactly that of handing out one by one.
#[must_use]
pub fn give(steps: &impl Steps, total: u64) -> Vec<u64> {
    let mut taken = below(steps, total);
    let given: u64 = taken.iter().sum();
    let mut heap: BinaryHeap<Next> =
        (0..steps.units()).filter_map(|unit| Some(Next::new(steps.gain(unit, taken[unit])?, unit))).collect();
    for _ in given..total {
        let Some(mut top) = heap.peek_mut() else { break };
        let unit = top.unit();
        taken[unit] += 1;
        match steps.gain(unit, taken[unit]) {
            Some(gain) => top.gain = gain,
            None => drop(std::collections::binary_heap::PeekMut::pop(top)),
        }
    }
    taken
}

/// Steps that certainly belong to the best `total`: all those worth more than a threshold at which they do not exceed it.
fn below(steps: &impl Steps, total: u64) -> Vec<u64> {
    let units = steps.units();
    let first = (0..units).filter_map(|unit| steps.gain(unit, 0)).fold(0.0, f64::max);
    let count = |threshold: f64| -> u64 {
        let mut sum = 0_u64;
        for unit in 0..units {
            sum = sum.saturating_add(steps.worth(unit, threshold));
            if sum > total {
                break;
            }
        }
        sum
    };
    let few = (units as u64 / 16).max(64);
    // Above every gain nothing is given. Gains of steps far down may be tiny: halve until too many are worth it.
    let mut high = first * 2.0;
    let mut low = first;
    let mut had = 0;
    while low > f64::MIN_POSITIVE {
        let sum = count(low);
        if sum > total {
            break;
        }
        (high, had) = (low, sum);
        if total - had <= few {
            break;
        }
        low *= 0.25;
    }
    for _ in 0..64 {
        let middle = f64::midpoint(low, high);
        if total - had <= few || middle <= low || middle >= high {
            break;
        }
        let sum = count(middle);
        if sum > total { low = middle } else { (high, had) = (middle, sum) }
    }
    if had == 0 { vec![0; units] } else { (0..units).map(|unit| steps.worth(unit, high)).collect() }
}

#[cfg(test)]
pub(crate) mod tests {
    /// Every way to share `total` over as many units as there are bounds, each at least one and at most its bound.
    pub(crate) fn every_split(total: u64, most: &[u64]) -> Vec<Vec<u64>> {
        let Some((&first, rest)) = most.split_first() else {
            return if total == 0 { vec![vec![]] } else { vec![] };
        };
        (1..=first.min(total))
            .flat_map(|here| {
                every_split(total - here, rest).into_iter().map(move |mut tail| {
                    tail.insert(0, here);
                    tail
                })
            })
            .collect()
    }
}
