//! How often should a mind be shown a unit whose answer is known, and which one?

use super::records::Records;
use super::tail::beta_at_most;

/// What is known of how often a mind is right: answers to gold units and a prior, as a Beta distribution.
///
/// Counts are numbers, so that old answers may be made to count less: a mind that was good last year can have changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trust {
    /// Answers that were right, and the prior's.
    pub right: f64,
    /// Answers that were wrong, and the prior's.
    pub wrong: f64,
}

impl Default for Trust {
    /// Nothing is known: every accuracy alike.
    fn default() -> Self {
        Self { right: 1.0, wrong: 1.0 }
    }
}

impl Trust {
    /// After so many right and wrong answers to gold units.
    #[must_use]
    pub fn after(self, right: f64, wrong: f64) -> Self {
        Self { right: self.right + right, wrong: self.wrong + wrong }
    }

    /// How often the mind is expected to be right.
    #[must_use]
    pub fn expected(self) -> f64 {
        self.right / (self.right + self.wrong)
    }

    /// What is expected to be lost by taking the mind's answers on trust: E max(0, needed − accuracy), by how far it falls short of
    /// the accuracy that is needed. Each right answer lowers it and each wrong one raises it.
    #[must_use]
    pub fn shortfall(self, needed: f64) -> f64 {
        // E[p; p ≤ t] = E[p] · P(Beta(right + 1, wrong) ≤ t).
        let below = beta_at_most(needed, self.right, self.wrong);
        let mass = self.expected() * beta_at_most(needed, self.right + 1.0, self.wrong);
        (needed * below - mass).max(0.0)
    }
}

/// How the share of gold units falls with trust.
///
/// A new mind gets the ceiling; from there the share falls in proportion to what is expected to be lost by not knowing the mind better, and
/// never below the floor, so that who works well to be trusted and then no more is found. One gold answer found wrong raises it again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GoldRate {
    /// Share of gold units for the most trusted mind.
    pub floor: f64,
    /// Share for a mind of which nothing is known, and for one that falls short.
    pub ceiling: f64,
    /// The accuracy a mind needs to be useful.
    pub needed: f64,
    /// What is known of a new mind.
    pub newcomer: Trust,
}

impl Default for GoldRate {
    /// From the 10 % Toloka recommends for small pools down to the 1 % for big ones, for minds that have to be right three times in four.
    fn default() -> Self {
        Self { floor: 0.01, ceiling: 0.1, needed: 0.75, newcomer: Trust::default() }
    }
}

impl GoldRate {
    /// The share of units shown to the mind that should be gold.
    #[must_use]
    pub fn share(&self, trust: Trust) -> f64 {
        let unknown = self.newcomer.shortfall(self.needed);
        let left = if unknown > 0.0 { (trust.shortfall(self.needed) / unknown).min(1.0) } else { 0.0 };
        self.floor + (self.ceiling - self.floor).max(0.0) * left
    }
}

/// A unit whose truth is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GoldUnit {
    /// Its true label.
    pub truth: u32,
    /// To how many minds it was shown: what all have seen is told around.
    pub shown: u32,
}

/// The gold unit to show the mind next: of the truths that are common and whose row of the mind's confusion matrix is least known, the
/// unit shown least; `None` where `unseen` says yes to none.
///
/// A truth z is worth P(z) times what one more answer is expected to take off the variance of its row. O(gold units + labels²).
#[must_use]
pub fn next_gold(
    gold: &[GoldUnit],
    records: &Records,
    mind: usize,
    prior: &[f64],
    unseen: impl Fn(usize) -> bool,
) -> Option<usize> {
    let worth: Vec<f64> = prior
        .iter()
        .enumerate()
        .map(|(truth, share)| share * records.learned_by_one_more(mind, truth))
        .collect();
    let mut best: Option<(usize, f64, u32)> = None;
    for (at, unit) in gold.iter().enumerate().filter(|(at, _)| unseen(*at)) {
        let of = worth[unit.truth as usize];
        if best.is_none_or(|(_, most, shown)| of > most || (of >= most && unit.shown < shown)) {
            best = Some((at, of, unit.shown));
        }
    }
    best.map(|(at, ..)| at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::assign::records::CrowdPrior;

    #[test]
    fn the_shortfall_is_the_integral() {
        let trust = Trust { right: 7.0, wrong: 3.0 };
        // Density of Beta(7, 3): 252 p^6 (1 − p)^2, by the midpoint rule.
        let steps = 200_000;
        let sum: f64 = (0..steps)
            .map(|at| (f64::from(at) + 0.5) / f64::from(steps))
            .map(|p| (0.75 - p).max(0.0) * 252.0 * p.powi(6) * (1.0 - p).powi(2))
            .sum();
        assert!((trust.shortfall(0.75) - sum / f64::from(steps)).abs() < 1e-9);
        // Every accuracy alike: the integral of t − p from 0 to t.
        assert!((Trust::default().shortfall(0.6) - 0.18).abs() < 1e-12);
    }

    #[test]
    fn newcomers_get_the_ceiling_and_who_proved_itself_nearly_the_floor() {
        let rate = GoldRate::default();
        assert!((rate.share(Trust::default()) - 0.1).abs() < 1e-12);
        assert!(rate.share(Trust::default().after(60.0, 3.0)) < 0.0101);
        assert!((rate.share(Trust::default().after(10.0, 30.0)) - 0.1).abs() < 1e-12);
        let proved = Trust::default().after(20.0, 1.0);
        assert!(rate.share(proved.after(0.0, 4.0)) > rate.share(proved));
    }

    #[test]
    fn gold_is_shown_where_least_is_known_and_then_where_it_is_freshest() {
        let gold = [
            GoldUnit { truth: 0, shown: 9 },
            GoldUnit { truth: 1, shown: 5 },
            GoldUnit { truth: 1, shown: 2 },
            GoldUnit { truth: 1, shown: 2 },
        ];
        let mut records = Records::new(CrowdPrior::unknown(2), 1);
        (0..5).for_each(|_| records.count(0, &[1.0, 0.0], 0, 1.0));
        let even = [0.5, 0.5];
        assert_eq!(next_gold(&gold, &records, 0, &even, |_| true), Some(2));
        assert_eq!(next_gold(&gold, &records, 0, &even, |at| at != 2), Some(3));
        assert_eq!(next_gold(&gold, &records, 0, &even, |at| at == 0), Some(0));
        assert_eq!(next_gold(&gold, &records, 0, &even, |_| false), None);
        // A truth that hardly occurs is not worth asking for.
        assert_eq!(next_gold(&gold, &records, 0, &[0.999, 0.001], |_| true), Some(0));
    }

    proptest! {
        #[test]
        fn the_share_never_rises_with_a_right_answer_nor_falls_with_a_wrong_one(
            right in 0_u16..400, wrong in 0_u16..400, needed in 0.5_f64..0.95,
        ) {
            let rate = GoldRate { needed, ..GoldRate::default() };
            let trust = Trust::default().after(f64::from(right), f64::from(wrong));
            let share = rate.share(trust);
            prop_assert!((rate.floor..=rate.ceiling).contains(&share));
            prop_assert!(rate.share(trust.after(1.0, 0.0)) <= share + 1e-12);
            prop_assert!(rate.share(trust.after(0.0, 1.0)) >= share - 1e-12);
        }
    }
}
