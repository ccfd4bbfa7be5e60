//! Where is a smooth function least? Limited-memory BFGS, for regressions and scores of some thousand parameters.
//!
//! Liu and Nocedal (1989), doi:10.1007/BF01589116, with a backtracking search: steps are taken only downhill,
//! so the value never rises.

use std::collections::VecDeque;

/// When to stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stop {
    /// Rounds at most.
    pub rounds: usize,
    /// Enough where a round lowers the value by less than this share of it.
    pub tolerance: f64,
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Least {
    /// The value there.
    pub value: f64,
    /// Rounds taken.
    pub rounds: usize,
}

/// How many past steps shape the next one; more than ten rarely pays (Liu and Nocedal).
const MEMORY: usize = 10;
/// Share of the promised decrease that a step has to keep (Armijo).
const KEPT: f64 = 1e-4;
/// Halvings of a step before it is given up: the value is flat to the last digit by then.
const HALVINGS: usize = 40;

/// One past step: how far, how the gradient changed, and one over their product.
struct Step {
    moved: Vec<f64>,
    turned: Vec<f64>,
    inverse: f64,
}

/// Moves `at` to where `value` is least nearby. `value` writes its gradient into its second argument.
pub fn minimise(at: &mut [f64], mut value: impl FnMut(&[f64], &mut [f64]) -> f64, stop: Stop) -> Least {
    let mut gradient = vec![0.0; at.len()];
    let mut least = value(at, &mut gradient);
    let mut steps: VecDeque<Step> = VecDeque::with_capacity(MEMORY);
    let (mut next, mut next_gradient) = (at.to_vec(), gradient.clone());
    for round in 0..stop.rounds {
        let mut direction = downhill(&gradient, &steps);
        let mut slope = dot(&direction, &gradient);
        if slope >= 0.0 {
            // Rounding has spoiled the memory: start again from steepest descent.
            steps.clear();
            direction = downhill(&gradient, &steps);
            slope = dot(&direction, &gradient);
        }
        if slope >= 0.0 {
            return Least { value: least, rounds: round };
        }
        let mut length = 1.0;
        let mut lower = f64::NAN;
        for _ in 0..HALVINGS {
            for ((next, at), direction) in next.iter_mut().zip(at.iter()).zip(&direction) {
                *next = at + length * direction;
            }
            lower = value(&next, &mut next_gradient);
            if lower <= least + KEPT * length * slope {
                break;
            }
            lower = f64::NAN;
            length *= 0.5;
        }
        if lower.is_nan() {
            return Least { value: least, rounds: round };
        }
        remember(&mut steps, at, &next, &gradient, &next_gradient);
        at.copy_from_slice(&next);
        gradient.copy_from_slice(&next_gradient);
        let gained = least - lower;
        least = lower;
        if gained <= stop.tolerance * least.abs().max(1.0) {
            return Least { value: least, rounds: round + 1 };
        }
    }
    Least { value: least, rounds: stop.rounds }
}

/// The two-loop recursion: the gradient through the inverse curvature the past steps tell of, turned round.
fn downhill(gradient: &[f64], steps: &VecDeque<Step>) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|slope| -slope).collect();
    let Some(newest) = steps.back() else {
        // No curvature is known yet: a first step of length one at most.
        let length = dot(gradient, gradient).sqrt().max(1.0);
        direction.iter_mut().for_each(|slope| *slope /= length);
        return direction;
    };
    let mut shares = [0.0; MEMORY];
    for (share, step) in shares.iter_mut().zip(steps.iter().rev()) {
        *share = step.inverse * dot(&step.moved, &direction);
        add(&mut direction, -*share, &step.turned);
    }
    let scale = 1.0 / (newest.inverse * dot(&newest.turned, &newest.turned));
    direction.iter_mut().for_each(|slope| *slope *= scale);
    for (step, share) in steps.iter().zip(shares[..steps.len()].iter().rev()) {
        let back = step.inverse * dot(&step.turned, &direction);
        add(&mut direction, share - back, &step.moved);
    }
    direction
}

fn remember(steps: &mut VecDeque<Step>, at: &[f64], next: &[f64], gradient: &[f64], next_gradient: &[f64]) {
    let difference = |later: &[f64], earlier: &[f64]| -> Vec<f64> {
        later.iter().zip(earlier).map(|(later, earlier)| later - earlier).collect()
    };
    let (moved, turned) = (difference(next, at), difference(next_gradient, gradient));
    let curvature = dot(&moved, &turned);
    // Where the function bends the wrong way the step would make the memory point uphill.
    if curvature > f64::EPSILON * dot(&turned, &turned) {
        if steps.len() == MEMORY {
            steps.pop_front();
        }
        steps.push_back(Step { moved, turned, inverse: 1.0 / curvature });
    }
}

fn add(to: &mut [f64], times: f64, of: &[f64]) {
    to.iter_mut().zip(of).for_each(|(to, of)| *to += times * of);
}

/// Sum of products, in eight lanes so that it can be computed side by side; the order is always the same.
pub(crate) fn dot(one: &[f64], other: &[f64]) -> f64 {
    let (blocks, others) = (one.chunks_exact(8), other.chunks_exact(8));
    let rest: f64 = blocks.remainder().iter().zip(others.remainder()).map(|(one, other)| one * other).sum();
    let mut lanes = [0.0; 8];
    for (one, other) in blocks.zip(others) {
        for ((lane, one), other) in lanes.iter_mut().zip(one).zip(other) {
            *lane += one * other;
        }
    }
    lanes.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STOP: Stop = Stop { rounds: 500, tolerance: 1e-15 };

    /// Rosenbrock's valley (doi:10.1093/comjnl/3.3.175): from (-1.2, 1) to its floor of 0 at (1, 1).
    #[test]
    fn it_goes_down_the_curved_valley() {
        let mut at = [-1.2, 1.0];
        let least = minimise(
            &mut at,
            |at, gradient| {
                let off = at[1] - at[0] * at[0];
                gradient[0] = -400.0 * at[0] * off - 2.0 * (1.0 - at[0]);
                gradient[1] = 200.0 * off;
                100.0 * off * off + (1.0 - at[0]).powi(2)
            },
            STOP,
        );
        assert!(least.value < 1e-12 && least.rounds < 100, "{least:?}");
        assert!((at[0] - 1.0).abs() < 1e-5 && (at[1] - 1.0).abs() < 1e-5);
    }

    #[test]
    fn where_it_is_flat_it_stays() {
        let mut at = [3.0];
        let least = minimise(
            &mut at,
            |_, gradient| {
                gradient[0] = 0.0;
                7.0
            },
            STOP,
        );
        assert_eq!((least, at[0]), (Least { value: 7.0, rounds: 0 }, 3.0));
    }

    proptest! {
        #[test]
        fn it_finds_the_middle_of_a_bowl(middle in prop::collection::vec(-5.0..5.0_f64, 1..30), steep in 0.1..50.0_f64) {
            let mut at = vec![0.0; middle.len()];
            minimise(&mut at, |at, gradient| {
                let mut value = 0.0;
                for (place, ((at, middle), slope)) in at.iter().zip(&middle).zip(gradient).enumerate() {
                    let weight = 1.0 + steep * place as f64;
                    *slope = 2.0 * weight * (at - middle);
                    value += weight * (at - middle).powi(2);
                }
                value
            }, STOP);
            for (at, middle) in at.iter().zip(&middle) {
                prop_assert!((at - middle).abs() < 1e-4, "{at} {middle}");
            }
        }
    }
}
