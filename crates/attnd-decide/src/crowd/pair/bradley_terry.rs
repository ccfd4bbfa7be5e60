//! How strong is each thing, if the odds of being preferred are the ratio of strengths? Bradley-Terry, by minorise-maximise.
//!
//! Bradley and Terry (1952), doi:10.2307/2334029; Hunter (2004), doi:10.1214/aos/1079120141. A tie is half a win
//! for each. Caron and Doucet (2012), doi:10.1080/10618600.2012.638220, for the prior.

use std::collections::BTreeMap;

use super::{Comparisons, Outcome, Scores};

/// The model and how long it is fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BradleyTerry {
    /// Ties with an average thing that each thing is thought to have played. Above 0 every score is finite, also of
    /// what never lost, and things never compared even indirectly have a common scale. 0 is maximum likelihood.
    pub ties_before: f64,
    /// It stops where no logarithm of a strength moves by more.
    pub tolerance: f64,
    /// It stops after so many rounds.
    pub most_rounds: usize,
}

impl Default for BradleyTerry {
    fn default() -> Self {
        Self { ties_before: 0.1, tolerance: 1e-8, most_rounds: 10_000 }
    }
}

/// Games between two things: who they were and how many.
struct Meeting {
    one: usize,
    other: usize,
    games: f64,
}

impl BradleyTerry {
    /// Scores of all things. O(pairs that met) a round.
    #[must_use]
    pub fn scores(&self, comparisons: &Comparisons) -> Scores {
        let things = comparisons.things().len();
        let (wins, meetings) = table(comparisons);
        let mut strength = vec![1.0_f64; things];
        let mut denominators = vec![0.0; things];
        let mut objective = Vec::new();
        for _ in 0..self.most_rounds {
            denominators.iter_mut().zip(&strength).for_each(|(of, own)| *of = self.ties_before / (own + 1.0));
            for meeting in &meetings {
                let share = meeting.games / (strength[meeting.one] + strength[meeting.other]);
                denominators[meeting.one] += share;
                denominators[meeting.other] += share;
            }
            let mut moved = 0.0_f64;
            for ((strength, denominator), wins) in strength.iter_mut().zip(&denominators).zip(&wins) {
                let next = (wins + 0.5 * self.ties_before) / denominator;
                // Without a prior what never won has no strength, and what met nobody keeps its own.
                let next = if next.is_finite() { next.max(f64::MIN_POSITIVE) } else { *strength };
                moved = moved.max((next / *strength).ln().abs());
                *strength = next;
            }
            objective.push(self.likelihood(&strength, &wins, &meetings));
            if moved < self.tolerance {
                break;
            }
        }
        let mut of: Vec<f64> = strength.iter().map(|strength| strength.ln()).collect();
        let mean = of.iter().sum::<f64>() / things as f64;
        of.iter_mut().for_each(|score| *score -= mean);
        Scores { of, objective }
    }

    fn likelihood(&self, strength: &[f64], wins: &[f64], meetings: &[Meeting]) -> f64 {
        let won: f64 = strength.iter().zip(wins).map(|(strength, wins)| wins * strength.ln()).sum();
        let met = |meeting: &Meeting| meeting.games * (strength[meeting.one] + strength[meeting.other]).ln();
        let before = |strength: &f64| self.ties_before * (0.5 * strength.ln() - (strength + 1.0).ln());
        won - meetings.iter().map(met).sum::<f64>() + strength.iter().map(before).sum::<f64>()
    }
}

/// Wins of each thing, and how often each two met.
fn table(comparisons: &Comparisons) -> (Vec<f64>, Vec<Meeting>) {
    let mut wins = vec![0.0; comparisons.things().len()];
    let mut games = BTreeMap::<(u32, u32), f64>::new();
    for row in comparisons.rows().iter().filter(|row| row.left != row.right) {
        let (left, right) = match row.outcome {
            Outcome::Left => (1.0, 0.0),
            Outcome::Right => (0.0, 1.0),
            Outcome::Tie => (0.5, 0.5),
        };
        wins[row.left as usize] += left;
        wins[row.right as usize] += right;
        *games.entry((row.left.min(row.right), row.left.max(row.right))).or_default() += 1.0;
    }
    let meeting = |((one, other), games): ((u32, u32), f64)| Meeting {
        one: one as usize,
        other: other as usize,
        games,
    };
    (wins, games.into_iter().map(meeting).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crowd::pair::ComparisonsBuilder;

    /// Home games lost and won are put together: Agresti, *Categorical Data Analysis* (2002), table 10.10, the
    /// American League of 1987; `WINS[one][other]` is how often one beat the other in thirteen games.
    const TEAMS: [&str; 7] =
        ["Milwaukee", "Detroit", "Toronto", "New York", "Boston", "Cleveland", "Baltimore"];
    const WINS: [[u32; 7]; 7] = [
        [0, 7, 9, 7, 7, 9, 11],
        [6, 0, 7, 5, 11, 9, 9],
        [4, 6, 0, 7, 7, 8, 12],
        [6, 8, 6, 0, 6, 7, 10],
        [6, 2, 6, 7, 0, 7, 12],
        [4, 4, 5, 6, 6, 0, 6],
        [2, 4, 1, 3, 1, 7, 0],
    ];
    /// Agresti's maximum-likelihood estimates, Baltimore 0.
    const PUBLISHED: [f64; 7] = [1.58, 1.44, 1.29, 1.25, 1.11, 0.68, 0.0];

    fn league() -> Comparisons {
        let mut builder = ComparisonsBuilder::default();
        for (one, wins) in WINS.iter().enumerate() {
            for (other, &times) in wins.iter().enumerate() {
                for _ in 0..times {
                    builder.compare("season", TEAMS[one], TEAMS[other], Outcome::Left).unwrap();
                }
            }
        }
        builder.build().unwrap()
    }

    #[test]
    fn the_league_has_its_published_strengths() {
        let scores = BradleyTerry { ties_before: 0.0, ..BradleyTerry::default() }.scores(&league());
        for (score, published) in scores.of.iter().zip(PUBLISHED) {
            assert!((score - scores.of[6] - published).abs() < 6e-3, "{:?}", scores.of);
        }
        assert_eq!(scores.ranking(), [0, 1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn what_never_lost_and_what_never_met_have_scores() {
        let mut builder = ComparisonsBuilder::default();
        for (left, right) in [("a", "b"), ("a", "b"), ("c", "d")] {
            builder.compare("mind", left, right, Outcome::Left).unwrap();
        }
        let scores = BradleyTerry::default().scores(&builder.build().unwrap());
        assert!(scores.of.iter().all(|score| score.is_finite()));
        assert_eq!(scores.ranking(), [0, 2, 3, 1]);
    }

    proptest! {
        #[test]
        fn the_likelihood_never_falls_and_order_and_sides_change_nothing(
            rows in prop::collection::vec((0..5_u8, 0..5_u8, 0..3_u8), 1..40)
        ) {
            let outcome = |of: u8| [Outcome::Left, Outcome::Right, Outcome::Tie][of as usize];
            let (mut one, mut other) = (ComparisonsBuilder::default(), ComparisonsBuilder::default());
            for (left, right, of) in &rows {
                one.compare("m", &left.to_string(), &right.to_string(), outcome(*of)).unwrap();
            }
            for (left, right, of) in rows.iter().rev() {
                let turned = outcome([1, 0, 2][*of as usize]);
                other.compare("m", &right.to_string(), &left.to_string(), turned).unwrap();
            }
            let (one, other) = (one.build().unwrap(), other.build().unwrap());
            let (scores, turned) = (BradleyTerry::default().scores(&one), BradleyTerry::default().scores(&other));
            for pair in scores.objective.windows(2) {
                prop_assert!(pair[1] >= pair[0] - 1e-9 * pair[0].abs());
            }
            for (thing, score) in one.things().iter().zip(&scores.of) {
                let place = other.things().iter().position(|name| name == thing).unwrap();
                prop_assert!((score - turned.of[place]).abs() < 1e-5);
            }
        }
    }
}
