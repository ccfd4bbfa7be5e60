//! Which line in log-odds is most likely? Newton's method on one or two numbers.

use super::Calibration;
use crate::estimator::Prediction;
use crate::metric::{Scored, number};

/// Slopes stay between a twentieth and twenty: beyond, one more answer would change everything.
const SLOPES: (f64, f64) = (0.05, 20.0);

/// Newton's method doubles the digits with each step; this is far more than it takes.
const STEPS: usize = 100;

/// One observation: log-odds said, and what it should have been, 0 to 1.
type Observed = (f64, f64);

pub(super) fn sigmoid(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

pub(super) fn log_odds(yes: f64) -> f64 {
    let yes = Prediction::yes_or_no(yes).yes;
    (yes / (1.0 - yes)).ln()
}

/// The slope alone.
pub(super) fn temperature(scored: &[Scored]) -> Calibration {
    let observed: Vec<Observed> =
        scored.iter().map(|one| (log_odds(one.probability), f64::from(u8::from(one.yes)))).collect();
    let (slope, _) = most_likely(&observed, (1.0, 0.0), Free::Slope);
    Calibration::LogOdds { slope: slope.clamp(SLOPES.0, SLOPES.1), intercept: 0.0 }
}

/// The intercept alone, on Platt's targets.
pub(super) fn intercept(scored: &[Scored]) -> Calibration {
    let (_, intercept) = most_likely(&with_platt_targets(scored), (1.0, 0.0), Free::Intercept);
    Calibration::LogOdds { slope: 1.0, intercept }
}

/// Both, on Platt's targets: a yes should have been `(yes + 1)/(yes + 2)`, a no `1/(no + 2)`, so that few answers make
/// nobody certain.
pub(super) fn platt(scored: &[Scored]) -> Calibration {
    let observed = with_platt_targets(scored);
    let (_, start) = most_likely(&observed, (0.0, 0.0), Free::Intercept);
    let (slope, intercept) = most_likely(&observed, (0.0, start), Free::Both);
    Calibration::LogOdds { slope, intercept }
}

fn with_platt_targets(scored: &[Scored]) -> Vec<Observed> {
    let yes = scored.iter().filter(|one| one.yes).count();
    let of_yes = (number(yes) + 1.0) / (number(yes) + 2.0);
    let of_no = 1.0 / (number(scored.len() - yes) + 2.0);
    scored.iter().map(|one| (log_odds(one.probability), if one.yes { of_yes } else { of_no })).collect()
}

/// Which numbers may move.
#[derive(Clone, Copy)]
enum Free {
    Slope,
    Intercept,
    Both,
}

/// Slope and intercept of the greatest likelihood, from `start`.
fn most_likely(observed: &[Observed], start: (f64, f64), free: Free) -> (f64, f64) {
    let (mut slope, mut intercept) = start;
    let mut loss = loss_of(observed, slope, intercept);
    for _ in 0..STEPS {
        let (step_slope, step_intercept) = newton_step(observed, (slope, intercept), free);
        let mut share = 1.0;
        // A whole step may overshoot where the curve is flat: halve it until it helps.
        let moved = loop {
            let next = (slope - share * step_slope, intercept - share * step_intercept);
            let next_loss = loss_of(observed, next.0, next.1);
            if next_loss < loss {
                break Some((next, next_loss));
            }
            share /= 2.0;
            if share < 1e-9 {
                break None;
            }
        };
        let Some(((next_slope, next_intercept), next_loss)) = moved else { break };
        (slope, intercept, loss) = (next_slope, next_intercept, next_loss);
        if next_slope.abs() > 1e3 {
            break;
        }
    }
    (slope, intercept)
}

/// The inverse of the second derivatives times the first; a trace of a ridge keeps it finite where inputs do not vary.
fn newton_step(observed: &[Observed], at: (f64, f64), free: Free) -> (f64, f64) {
    let (mut by_slope, mut by_intercept) = (0.0, 0.0);
    let (mut slope2, mut both, mut intercept2) = (1e-10, 0.0, 1e-10);
    for (x, target) in observed {
        let yes = sigmoid(at.0 * x + at.1);
        let curve = yes * (1.0 - yes);
        by_slope += (yes - target) * x;
        by_intercept += yes - target;
        slope2 += curve * x * x;
        both += curve * x;
        intercept2 += curve;
    }
    match free {
        Free::Slope => (by_slope / slope2, 0.0),
        Free::Intercept => (0.0, by_intercept / intercept2),
        Free::Both => {
            let determinant = slope2 * intercept2 - both * both;
            (
                (intercept2 * by_slope - both * by_intercept) / determinant,
                (slope2 * by_intercept - both * by_slope) / determinant,
            )
        }
    }
}

/// The negative log-likelihood, finite for all log-odds.
fn loss_of(observed: &[Observed], slope: f64, intercept: f64) -> f64 {
    observed
        .iter()
        .map(|(x, target)| {
            let z = slope * x + intercept;
            z.max(0.0) + (-z.abs()).exp().ln_1p() - target * z
        })
        .sum()
}
