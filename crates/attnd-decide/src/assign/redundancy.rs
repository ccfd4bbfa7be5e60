//! How many answers make a vote sure enough? Exactly, and by the bounds that are quoted instead.
//!
//! Votes here are on two labels by minds of equal skill, the case every published rule speaks of. With more labels errors
//! spread, so the numbers are on the safe side for errors that fall evenly. A tie is broken by chance.

use super::tail::{beta_at_most, ln_gamma};

/// More answers than this nobody buys; minds so close to guessing are told apart from none.
const MOST_ANSWERS: u32 = 100_000_001;

/// Probability that most of `answers` minds are right, each with probability `right`.
///
/// An even number of answers is worth exactly as much as one fewer: the last can only make or break a tie.
#[must_use]
pub fn majority_right(right: f64, answers: u32) -> f64 {
    let Some(fewer) = answers.checked_sub(1) else { return 0.5 };
    let half = f64::from(fewer / 2 + 1);
    beta_at_most(right, half, half)
}

/// What two more answers after `2k − 1` add to the probability that the vote is right: (2p − 1) C(2k − 1, k) (p(1 − p))ᵏ.
///
/// It falls with `k`, so the vote is concave over odd numbers of answers and giving each next pair to the unit where it
/// adds most is optimal.
#[must_use]
pub fn majority_gain(right: f64, k: u32) -> f64 {
    if right <= 0.0 || right >= 1.0 || k == 0 {
        return 0.0;
    }
    let k = f64::from(k);
    let ln_choose = ln_gamma(2.0 * k) - ln_gamma(k + 1.0) - ln_gamma(k);
    (2.0 * right - 1.0) * (ln_choose + k * (right.ln() + (-right).ln_1p())).exp()
}

/// The fewest answers, an odd number, with which the vote errs with at most that probability; `None` where no number is
/// enough, because the minds are no better than chance.
///
/// By binary search on the exact tail, as CDAS predicts its number of answers from the mean accuracy of the minds;
/// Liu and others 2012, doi 10.14778/2336664.2336676.
#[must_use]
pub fn answers_needed(right: f64, error: f64) -> Option<u32> {
    let enough = |pairs: u32| 1.0 - majority_right(right, 2 * pairs + 1) <= error;
    if enough(0) {
        return Some(1);
    }
    if right <= 0.5 || error <= 0.0 {
        return None;
    }
    let mut high = 1;
    while !enough(high) {
        high *= 2;
        if high > MOST_ANSWERS / 2 {
            return None;
        }
    }
    let mut low = high / 2;
    while high - low > 1 {
        let middle = low.midpoint(high);
        if enough(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(2 * high + 1)
}

/// What Chernoff's bound asks for in place of [`answers_needed`]: ln(1/ε) / −ln(2 √(p(1 − p))), two to five times too many.
/// `None` where the minds are no better than chance.
#[must_use]
pub fn chernoff_answers(right: f64, error: f64) -> Option<u32> {
    if right <= 0.5 || error <= 0.0 {
        return None;
    }
    let rate = -(2.0 * (right * (1.0 - right)).sqrt()).ln();
    let answers = (-error.ln() / rate).ceil().max(1.0);
    (answers <= f64::from(MOST_ANSWERS)).then_some(answers as u32)
}

/// What one answer adds to a unit's cover: (2p − 1)².
///
/// Where the covers of a unit's answers add up to [`cover_needed`], a vote weighted by 2p − 1 errs with at most that
/// probability, however the skills differ: the constraint of the assignment programs of Ho, Jabbari and Vaughan, ICML 2013.
#[must_use]
pub fn cover(right: f64) -> f64 {
    (2.0 * right - 1.0).powi(2)
}

/// The cover a unit needs for that probability of error: 2 ln(1/ε).
#[must_use]
pub fn cover_needed(error: f64) -> f64 {
    -2.0 * error.ln()
}

/// How good a crowd is together: the mean of (2p − 1)² over its minds, from 0 where all guess to 1 where all know.
///
/// Answers per unit grow as ln(1/ε) / q where who answers is taken into account, and as ln(1/ε) / q² where every vote counts the
/// same; Karger, Oh and Shah 2014, arXiv 1110.3564. Zero where there are no minds.
#[must_use]
pub fn crowd_quality(skills: &[f64]) -> f64 {
    skills.iter().map(|&right| cover(right)).sum::<f64>() / skills.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_exact_table_and_chernoffs() {
        for (right, exact, chernoff) in [
            (0.6, [41, 67, 133], [113, 147, 226]),
            (0.7, [9, 17, 31], [27, 35, 53]),
            (0.8, [5, 7, 13], [11, 14, 21]),
            (0.9, [1, 3, 5], [5, 6, 10]),
        ] {
            for ((error, exact), chernoff) in [0.1, 0.05, 0.01].into_iter().zip(exact).zip(chernoff) {
                assert_eq!(answers_needed(right, error), Some(exact), "{right} {error}");
                assert_eq!(chernoff_answers(right, error), Some(chernoff), "{right} {error}");
            }
        }
    }

    #[test]
    fn who_guesses_is_never_enough() {
        assert_eq!(answers_needed(0.5, 0.1), None);
        assert_eq!(answers_needed(0.3, 0.1), None);
        assert_eq!(answers_needed(0.9, 0.0), None);
        assert_eq!(answers_needed(1.0, 0.0), Some(1));
        assert_eq!(chernoff_answers(0.5, 0.1), None);
    }

    #[test]
    fn a_crowd_of_spammers_and_experts_has_their_mean_quality() {
        assert!((crowd_quality(&[1.0, 0.5, 0.5, 0.5]) - 0.25).abs() < 1e-15);
        assert!(crowd_quality(&[]).abs() < 1e-15);
    }

    /// Probability that a vote weighted by 2p − 1 errs, ties counted as errors, over every pattern of right and wrong answers.
    fn weighted_error(skills: &[f64]) -> f64 {
        let patterns = 0..1_u32 << skills.len();
        patterns
            .map(|pattern| {
                let (mut probability, mut lead) = (1.0, 0.0);
                for (at, &right) in skills.iter().enumerate() {
                    let is_right = pattern >> at & 1 == 1;
                    probability *= if is_right { right } else { 1.0 - right };
                    lead += (2.0 * right - 1.0) * if is_right { 1.0 } else { -1.0 };
                }
                if lead <= 0.0 { probability } else { 0.0 }
            })
            .sum()
    }

    proptest! {
        #[test]
        fn two_more_answers_add_their_gain(right in 0.05_f64..0.95, k in 1_u32..200) {
            let added = majority_right(right, 2 * k + 1) - majority_right(right, 2 * k - 1);
            prop_assert!((added - majority_gain(right, k)).abs() < 1e-11);
            prop_assert!((majority_right(right, 2 * k) - majority_right(right, 2 * k - 1)).abs() < 1e-15);
        }

        #[test]
        fn each_pair_adds_less_than_the_one_before(right in 0.5_f64..1.0, k in 1_u32..500) {
            prop_assert!(majority_gain(right, k + 1) <= majority_gain(right, k));
            prop_assert!(majority_gain(right, k) >= 0.0);
        }

        #[test]
        fn the_number_needed_is_the_smallest(right in 0.53_f64..0.99, error in 0.001_f64..0.4) {
            let answers = answers_needed(right, error).unwrap();
            prop_assert!(1.0 - majority_right(right, answers) <= error);
            prop_assert!(answers == 1 || 1.0 - majority_right(right, answers - 2) > error);
            prop_assert!(chernoff_answers(right, error).unwrap() + 1 >= answers);
        }

        #[test]
        fn who_covers_a_unit_keeps_its_error(skills in prop::collection::vec(0.05_f64..0.95, 1..9)) {
            let covered: f64 = skills.iter().map(|&right| cover(right)).sum();
            let promised = (-covered / 2.0).exp();
            prop_assert!((cover_needed(promised) - covered).abs() < 1e-9);
            prop_assert!(weighted_error(&skills) <= promised + 1e-12);
        }
    }
}
