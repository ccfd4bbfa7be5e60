//! How strong is each thing, where some choose at random or by position? Bradley-Terry with the minds' reliability and bias.
//!
//! Each mind compares with some probability and otherwise takes the left one with a probability of its own. The
//! model is Crowd-Kit's noisy Bradley-Terry (doi:10.21105/joss.06227); see also Chen and others (2013),
//! doi:10.1145/2433396.2433420. Its program 1.4.2 adds the gradient of a mind's last comparison only and takes the
//! penalty with the wrong sign into the loss, so it stops above the least loss; ours is least.

use super::{Comparisons, Outcome, Scores};
use crate::crowd::lbfgs::{Stop, minimise};

/// The model and how it is held back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NoisyBradleyTerry {
    /// Games that every thing is thought to have won and to have lost against an average one.
    pub games_before: f64,
    /// Precision of a mind's reliability and bias (logits) about what is thought before: that it compares 88 times
    /// in 100 (logit 2), and that it has no side.
    pub mind_precision: f64,
    /// When to stop.
    pub stop: Stop,
}

impl Default for NoisyBradleyTerry {
    fn default() -> Self {
        let stop = Stop { rounds: 500, tolerance: 1e-9 };
        Self { games_before: 0.05, mind_precision: 0.1, stop }
    }
}

/// Logit of the reliability a mind is thought to have.
const RELIABLE: f64 = 2.0;

/// What was learned of things and minds.
#[derive(Clone, Debug, PartialEq)]
pub struct NoisyScores {
    /// Of the things; the objective is the penalised log-likelihood reached.
    pub scores: Scores,
    /// `[mind]`: how often it compares at all.
    pub reliability: Vec<f64>,
    /// `[mind]`: how often it takes the left one where it does not compare.
    pub left_bias: Vec<f64>,
}

impl NoisyBradleyTerry {
    /// Scores of all things. O(comparisons) a round.
    #[must_use]
    pub fn scores(&self, comparisons: &Comparisons) -> NoisyScores {
        let (things, minds) = (comparisons.things().len(), comparisons.minds().len());
        // Things, then reliabilities, then biases; nobody has a side at first and all things are alike.
        let mut at = vec![0.0; things + 2 * minds];
        at[things..things + minds].fill(RELIABLE);
        let least = minimise(&mut at, |at, gradient| self.loss(comparisons, at, gradient), self.stop);
        let mean = at[..things].iter().sum::<f64>() / things as f64;
        let of = at[..things].iter().map(|score| score - mean).collect();
        let logistic = |of: &[f64]| of.iter().map(|&logit| sigmoid(logit)).collect();
        NoisyScores {
            scores: Scores { of, objective: vec![-least.value] },
            reliability: logistic(&at[things..things + minds]),
            left_bias: logistic(&at[things + minds..]),
        }
    }

    /// Negative log-likelihood and penalties, and their gradient.
    fn loss(&self, comparisons: &Comparisons, at: &[f64], gradient: &mut [f64]) -> f64 {
        let (things, minds) = (comparisons.things().len(), comparisons.minds().len());
        gradient.fill(0.0);
        let mut loss = 0.0;
        for row in comparisons.rows() {
            let (left, right) = (row.left as usize, row.right as usize);
            let (care, side) = (things + row.mind as usize, things + minds + row.mind as usize);
            // A tie is half a comparison won by each.
            let sides: &[(f64, f64)] = match row.outcome {
                Outcome::Left => &[(1.0, 1.0)],
                Outcome::Right => &[(-1.0, 1.0)],
                Outcome::Tie => &[(1.0, 0.5), (-1.0, 0.5)],
            };
            for &(sign, times) in sides {
                let compares = sigmoid(at[care]);
                let prefers = sigmoid(sign * (at[left] - at[right]));
                let takes = sigmoid(sign * at[side]);
                let said = (compares * prefers + (1.0 - compares) * takes).max(f64::MIN_POSITIVE);
                loss -= times * said.ln();
                let slope = -times / said;
                let of_strength = slope * compares * prefers * (1.0 - prefers) * sign;
                gradient[left] += of_strength;
                gradient[right] -= of_strength;
                gradient[care] += slope * compares * (1.0 - compares) * (prefers - takes);
                gradient[side] += slope * (1.0 - compares) * takes * (1.0 - takes) * sign;
            }
        }
        for (score, slope) in at[..things].iter().zip(gradient.iter_mut()) {
            // One game won and one lost against an average thing.
            loss += self.games_before * (softplus(*score) + softplus(-score));
            *slope += self.games_before * (score / 2.0).tanh();
        }
        for (place, (logit, slope)) in at.iter().zip(gradient.iter_mut()).enumerate().skip(things) {
            let off = logit - if place < things + minds { RELIABLE } else { 0.0 };
            loss += 0.5 * self.mind_precision * off * off;
            *slope += self.mind_precision * off;
        }
        loss
    }
}

fn sigmoid(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

/// ln(1 + eˣ) without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::RngExt;

    use super::*;
    use crate::Seed;
    use crate::crowd::pair::{BradleyTerry, ComparisonsBuilder};

    /// Four careful minds and three who nearly always take the left one, on things 0 < 1 < … < 7.
    fn crowd() -> Comparisons {
        let mut chance = Seed(5).generator(0);
        let mut builder = ComparisonsBuilder::default();
        (0..8).for_each(|thing| {
            builder.compare("order", &thing.to_string(), &thing.to_string(), Outcome::Tie).unwrap()
        });
        for mind in 0..7 {
            for _ in 0..40 {
                let (left, right) = (chance.random_range(0..8_u32), chance.random_range(0..8_u32));
                if left != right {
                    let better = if left > right { Outcome::Left } else { Outcome::Right };
                    let outcome = if mind >= 4 && chance.random_bool(0.9) { Outcome::Left } else { better };
                    builder
                        .compare(&format!("m{mind}"), &left.to_string(), &right.to_string(), outcome)
                        .unwrap();
                }
            }
        }
        builder.build().unwrap()
    }

    #[test]
    fn who_takes_a_side_is_found_out() {
        let comparisons = crowd();
        let noisy = NoisyBradleyTerry::default().scores(&comparisons);
        assert_eq!(noisy.scores.ranking(), [7, 6, 5, 4, 3, 2, 1, 0]);
        for mind in 1..=7 {
            let is_careful = mind <= 4;
            assert_eq!(noisy.reliability[mind] > 0.6, is_careful, "{mind}: {:?}", noisy.reliability);
            assert!(is_careful || noisy.left_bias[mind] > 0.8);
        }
    }

    /// The loss of Crowd-Kit 1.4.2's solution, by its own model without penalties, on the same comparisons.
    #[test]
    fn it_explains_what_was_said_better_than_the_reference() {
        let mut builder = ComparisonsBuilder::default();
        for (mind, row) in REFERENCE_ROWS.iter().enumerate() {
            for pair in row.split(' ') {
                let mut of = pair.chars().map(|thing| thing.to_string());
                let (left, right) = (of.next().unwrap(), of.next().unwrap());
                let outcome = if of.next().unwrap() == left { Outcome::Left } else { Outcome::Right };
                builder.compare(&mind.to_string(), &left, &right, outcome).unwrap();
            }
        }
        let comparisons = builder.build().unwrap();
        let free =
            NoisyBradleyTerry { games_before: 1e-5, mind_precision: 0.0, ..NoisyBradleyTerry::default() };
        let reached = -free.scores(&comparisons).scores.objective[0];
        assert!(reached <= REFERENCE_LOSS, "{reached}");
        let ranking = BradleyTerry::default().scores(&comparisons).ranking();
        assert_eq!(NoisyBradleyTerry::default().scores(&comparisons).scores.ranking()[0], ranking[0]);
    }

    /// Left, right, preferred; one line a mind.
    const REFERENCE_ROWS: [&str; 3] = [
        "aba bcb cdc ada acc bdb dba cbb",
        "aba bab cac bdb dcc dad cdc bcb",
        "abb cba dbb aca dad bcb cac bab",
    ];
    const REFERENCE_LOSS: f64 = 8.960_677;

    proptest! {
        #[test]
        fn the_gradient_is_the_slope(at in prop::collection::vec(-2.0..2.0_f64, 8 + 2 * 8)) {
            let (comparisons, model) = (crowd(), NoisyBradleyTerry::default());
            let (mut gradient, mut ignored) = (vec![0.0; at.len()], vec![0.0; at.len()]);
            model.loss(&comparisons, &at, &mut gradient);
            let mut near = at.clone();
            for place in [0, 3, 7, 8, 12, 15, 16, 20, 23] {
                near[place] = at[place] + 1e-5;
                let above = model.loss(&comparisons, &near, &mut ignored);
                near[place] = at[place] - 1e-5;
                let below = model.loss(&comparisons, &near, &mut ignored);
                near[place] = at[place];
                prop_assert!((gradient[place] - (above - below) / 2e-5).abs() < 1e-4);
            }
        }
    }
}
