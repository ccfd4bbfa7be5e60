//! A mind has time for a few units: which should it get?
//!
//! The choices of QASCA, Zheng and others 2015, doi 10.1145/2723372.2749430, for the two ways results are judged there. QASCA draws one
//! answer at random for each unit and takes its posterior for the future; here the expectation over the mind's answers stands in its
//! place, so the choice is the same every time.

use super::belief::MindModel;
use super::gain::{Gain, best_units, gains};
use crate::crowd::Posterior;

/// What a choice is made on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wanted {
    /// Most units right, or least uncertain.
    Gain(Gain),
    /// The best F-score of one label: what counts is finding it.
    FScore {
        /// The label to find.
        label: usize,
        /// Weight of precision against recall, between 0 and 1; ½ is the usual F1.
        precision_weight: f64,
    },
}

/// The units an arriving mind should get: at most `most` of those `open` says yes to, the best first. `open` leaves out units that
/// are done and those the mind has answered or is kept from.
///
/// O(units × labels²) for gains; some rounds of it, rarely more than ten, for the F-score.
#[must_use]
pub fn choose(
    posterior: &Posterior,
    mind: MindModel<'_>,
    most: usize,
    wanted: Wanted,
    open: impl Fn(usize) -> bool,
) -> Vec<usize> {
    match wanted {
        Wanted::Gain(gain) => best_units(&gains(posterior, gain, mind), most, open),
        Wanted::FScore { label, precision_weight } => {
            FScore { posterior, mind, label, precision_weight }.choose(most, open).units
        }
    }
}

/// The choice that makes the F-score of a label best, and that F-score.
#[derive(Clone, Debug, PartialEq)]
pub struct FScoreChoice {
    /// The chosen units, the best first.
    pub units: Vec<usize>,
    /// Ratio of expectations Σ Q r / Σ (α r + (1 − α) Q) that they lead to, with the best results r.
    pub score: f64,
}

/// A label to find, and what an answer of the mind would do for it.
#[derive(Clone, Copy, Debug)]
pub struct FScore<'a> {
    /// What is believed of every unit.
    pub posterior: &'a Posterior,
    /// Who is here.
    pub mind: MindModel<'a>,
    /// The label to find.
    pub label: usize,
    /// Weight of precision against recall.
    pub precision_weight: f64,
}

impl FScore<'_> {
    /// Dinkelbach's way for the best ratio (1967, doi 10.1287/mnsc.13.7.492): at the score λ reached so far a unit is worth
    /// E max(0, Q′ − λα); the units that gain most by an answer are taken, which gives a better λ, until it stays.
    #[must_use]
    pub fn choose(&self, most: usize, open: impl Fn(usize) -> bool) -> FScoreChoice {
        let mut choice = FScoreChoice { units: Vec::new(), score: 0.0 };
        // λ rises at every round and converges faster than linearly; the number is a guard, not a limit met in practice.
        for _ in 0..100 {
            let cut = choice.score * self.precision_weight;
            let gain: Vec<f64> = self
                .posterior
                .rows()
                .map(|row| self.after(row, cut).worth(cut) - self.now(row, cut).worth(cut))
                .collect();
            let units = best_units(&gain, most, &open);
            let score = self.score(&units, cut);
            if score <= choice.score + 1e-12 {
                return FScoreChoice { units, score: choice.score.max(score) };
            }
            choice = FScoreChoice { units, score };
        }
        choice
    }

    /// The ratio with these units answered, where units as likely as `cut` or more are said to have the label.
    fn score(&self, units: &[usize], cut: f64) -> f64 {
        let mut chosen = vec![false; self.posterior.units()];
        units.iter().for_each(|&unit| chosen[unit] = true);
        let (mut found, mut said, mut true_ones) = (0.0, 0.0, 0.0);
        for (row, is_chosen) in self.posterior.rows().zip(chosen) {
            let unit = if is_chosen { self.after(row, cut) } else { self.now(row, cut) };
            found += unit.found;
            said += unit.said;
            true_ones += row[self.label];
        }
        let all = self.precision_weight * said + (1.0 - self.precision_weight) * true_ones;
        if all > 0.0 { found / all } else { 0.0 }
    }

    fn now(&self, row: &[f64], cut: f64) -> Found {
        let probability = row[self.label];
        if probability > cut { Found { found: probability, said: 1.0 } } else { Found::default() }
    }

    fn after(&self, row: &[f64], cut: f64) -> Found {
        let mut expected = Found::default();
        for answer in 0..row.len() {
            let joint = |truth: usize| row[truth] * self.mind.likelihood(truth, answer, row.len());
            let said: f64 = (0..row.len()).map(joint).sum();
            if joint(self.label) > cut * said {
                expected.found += joint(self.label);
                expected.said += said;
            }
        }
        expected
    }
}

/// What one unit is expected to add.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    /// Probability that it is said to have the label and has it.
    found: f64,
    /// Probability that it is said to have it.
    said: f64,
}

impl Found {
    fn worth(self, cut: f64) -> f64 {
        self.found - cut * self.said
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::assign::gain::MindGain;

    fn rows(units: usize) -> impl Strategy<Value = Posterior> {
        prop::collection::vec(0.02_f64..0.98, units)
            .prop_map(|of| Posterior::new(2, of.into_iter().flat_map(|yes| [yes, 1.0 - yes]).collect()))
    }

    /// Every set of `most` of `units` units.
    fn subsets(units: usize, most: usize) -> Vec<Vec<usize>> {
        (0..1_u32 << units)
            .filter(|set| set.count_ones() as usize == most)
            .map(|set| (0..units).filter(|unit| set >> unit & 1 == 1).collect())
            .collect()
    }

    /// Best ratio over every way to say or not say the label, unit by unit and answer by answer.
    fn best_score(of: &FScore<'_>, units: &[usize]) -> f64 {
        let mut cases = Vec::new();
        for (unit, row) in of.posterior.rows().enumerate() {
            if units.contains(&unit) {
                for answer in 0..2 {
                    let joint = |truth: usize| row[truth] * of.mind.likelihood(truth, answer, 2);
                    cases.push((joint(of.label), joint(0) + joint(1)));
                }
            } else {
                cases.push((row[of.label], 1.0));
            }
        }
        let true_ones: f64 = of.posterior.rows().map(|row| row[of.label]).sum();
        (0..1_u32 << cases.len())
            .map(|said| {
                let picked = || cases.iter().enumerate().filter(move |(at, _)| said >> at & 1 == 1);
                let found: f64 = picked().map(|(_, case)| case.0).sum();
                let all: f64 = picked().map(|(_, case)| case.1).sum();
                found / (of.precision_weight * all + (1.0 - of.precision_weight) * true_ones)
            })
            .fold(0.0, f64::max)
    }

    #[test]
    fn who_answered_is_not_asked_again() {
        let posterior = Posterior::new(2, vec![0.5, 0.5, 0.9, 0.1, 0.6, 0.4]);
        let chosen =
            choose(&posterior, MindModel::Skill(0.8), 2, Wanted::Gain(Gain::Accuracy), |unit| unit != 0);
        assert_eq!(chosen, [2, 1]);
    }

    #[test]
    fn a_rare_label_is_looked_for_where_it_may_be() {
        // Accuracy asks about the even unit; for F1 of the first label the answer that can raise it is worth more.
        let posterior = Posterior::new(2, vec![0.1, 0.9, 0.3, 0.7, 0.02, 0.98]);
        let wanted = Wanted::FScore { label: 0, precision_weight: 0.5 };
        assert_eq!(choose(&posterior, MindModel::Skill(0.9), 1, wanted, |_| true), [1]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn accuracy_is_the_best_of_all_choices(posterior in rows(8), right in 0.55_f64..0.95, most in 1_usize..5) {
            let mind = MindModel::Skill(right);
            let chosen = choose(&posterior, mind, most, Wanted::Gain(Gain::Accuracy), |_| true);
            let of = MindGain::new(Gain::Accuracy, mind, 2);
            let total = |units: &[usize]| units.iter().map(|&unit| of.on(posterior.of(unit))).sum::<f64>();
            let best = subsets(8, most).iter().map(|units| total(units)).fold(0.0, f64::max);
            prop_assert!((total(&chosen) - best).abs() < 1e-12);
        }

        #[test]
        fn the_f_score_is_the_best_of_all_choices(
            posterior in rows(5), right in 0.55_f64..0.95, most in 1_usize..4, precision_weight in 0.2_f64..0.8,
        ) {
            let of = FScore { posterior: &posterior, mind: MindModel::Skill(right), label: 0, precision_weight };
            let choice = of.choose(most, |_| true);
            let best = subsets(5, most).iter().map(|units| best_score(&of, units)).fold(0.0, f64::max);
            prop_assert!((choice.score - best).abs() < 1e-9, "{} {best}", choice.score);
            prop_assert!((best_score(&of, &choice.units) - best).abs() < 1e-9);
        }
    }
}
