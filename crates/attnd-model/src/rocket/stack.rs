//! How much say has each of several fits? Stacked regression: shares that sum to one, none below nothing, with the
//! least error in predicting what each fit was not shown (Breiman 1996, doi 10.1007/BF00117832).
//!
//! To pick the best fit instead is to bet on one noisy comparison: among nineteen people a block of signals and a block of
//! features change places when one person is left out.

use super::ridge::Ridge;

/// Shares are tried in steps of this many parts of one: what finer steps would change is noise.
const PARTS: usize = 20;

/// A share is at least so many parts or none: a smaller one fits chance, and keeps alive what says nothing.
const FEWEST_PARTS: usize = 3;

/// The share of each fit. `fits` is not empty and all predict the same examples.
#[must_use]
pub(super) fn shares(fits: &[Ridge], targets: &[f64]) -> Vec<f64> {
    let mut best = (f64::INFINITY, Vec::new());
    let mut parts = vec![0; fits.len()];
    try_shares(fits, targets, 0, PARTS, &mut parts, &mut best);
    best.1
}

/// Gives the `left` parts to the fits from `at` on in every way.
fn try_shares(
    fits: &[Ridge],
    targets: &[f64],
    at: usize,
    left: usize,
    parts: &mut [usize],
    best: &mut (f64, Vec<f64>),
) {
    if at + 1 < fits.len() {
        for given in (0..=left).filter(|given| is_share(*given)) {
            parts[at] = given;
            try_shares(fits, targets, at + 1, left - given, parts, best);
        }
        return;
    }
    if !is_share(left) {
        return;
    }
    parts[at] = left;
    let shares: Vec<f64> = parts.iter().map(|&part| part as f64 / PARTS as f64).collect();
    let error = error(fits, targets, &shares);
    if error < best.0 {
        *best = (error, shares);
    }
}

fn is_share(parts: usize) -> bool {
    parts == 0 || parts >= FEWEST_PARTS
}

fn error(fits: &[Ridge], targets: &[f64], shares: &[f64]) -> f64 {
    let predicted = |example: usize| {
        fits.iter().zip(shares).map(|(fit, share)| share * fit.left_out[example]).sum::<f64>()
    };
    targets.iter().enumerate().map(|(example, target)| (target - predicted(example)).powi(2)).sum()
}

/// The one fit that predicts what the fits do together by their shares: all are linear in the same columns.
#[must_use]
pub(super) fn together(fits: &[Ridge], shares: &[f64]) -> Ridge {
    let mixed = |of: fn(&Ridge) -> &[f64]| {
        let mut sum = vec![0.0; of(&fits[0]).len()];
        for (fit, share) in fits.iter().zip(shares) {
            sum.iter_mut().zip(of(fit)).for_each(|(sum, value)| *sum += share * value);
        }
        sum
    };
    let number = |of: fn(&Ridge) -> f64| fits.iter().zip(shares).map(|(fit, share)| share * of(fit)).sum();
    Ridge {
        strength: number(|fit| fit.strength),
        intercept: number(|fit| fit.intercept),
        weights: mixed(|fit| &fit.weights),
        left_out: mixed(|fit| &fit.left_out),
        errors: mixed(|fit| &fit.errors),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(left_out: &[f64]) -> Ridge {
        Ridge {
            strength: 1.0,
            intercept: 0.5,
            weights: left_out.to_vec(),
            left_out: left_out.to_vec(),
            errors: vec![],
        }
    }

    #[test]
    fn the_fit_that_is_right_has_all_the_say() {
        let targets = [1.0, 2.0, 3.0];
        let fits = [fit(&[2.0, 2.0, 2.0]), fit(&targets), fit(&[3.0, 2.0, 1.0])];
        assert_eq!(shares(&fits, &targets), [0.0, 1.0, 0.0]);
    }

    #[test]
    fn two_that_err_apart_are_better_together() {
        let targets = [1.0, 2.0, 3.0, 4.0];
        let fits = [fit(&[1.4, 1.6, 3.4, 3.6]), fit(&[0.6, 2.4, 2.6, 4.4])];
        assert_eq!(shares(&fits, &targets), [0.5, 0.5]);
        let together = together(&fits, &[0.5, 0.5]);
        assert!(together.left_out.iter().zip(targets).all(|(ours, target)| (ours - target).abs() < 1e-12));
        assert_eq!(together.weights, together.left_out);
        assert!((together.intercept - 0.5).abs() < 1e-12);
    }
}
