//! How often is the consensus right? Accuracy and F1 against gold, with ties broken at random in expectation.
//!
//! A method that answers "both" is neither right nor wrong: a unit whose label is among `n` equally likely
//! ones counts `1/n`. Taking the first of equals instead moves published figures by as much as five points.
//! Gold that a method was given must not judge it: hold it out.

use crate::crowd::answers::Gold;
use crate::crowd::consensus::Posterior;

/// How near two probabilities are a tie: sums of the same shares in another order differ by less.
const TIE: f64 = 1e-9;

/// How many labels tie for the likeliest of that row, and whether `label` is one of them.
pub(crate) fn share_of_best(row: &[f64], label: usize) -> f64 {
    let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if row[label] < most - TIE {
        return 0.0;
    }
    1.0 / row.iter().filter(|&&probability| probability >= most - TIE).count() as f64
}

/// Expected share of gold units whose likeliest label is the gold one; `None` without gold.
#[must_use]
pub fn accuracy(posterior: &Posterior, gold: &Gold) -> Option<f64> {
    let (mut right, mut all) = (0.0, 0_usize);
    for (unit, row) in posterior.rows().enumerate() {
        if let Some(truth) = gold.of(unit) {
            right += share_of_best(row, truth as usize);
            all += 1;
        }
    }
    (all > 0).then(|| right / all as f64)
}

/// How well one label is found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LabelScore {
    /// Index of the label.
    pub label: usize,
    /// Gold units of that label.
    pub units: usize,
    /// Of the units said to be it, the expected share that is; 0 where none is said to be.
    pub precision: f64,
    /// Of the units that are it, the expected share said to be; 0 where there are none.
    pub recall: f64,
    /// Harmonic mean of both; 0 where both are 0.
    pub f1: f64,
}

/// Precision, recall and F1 of every label, expected under random ties: a tied unit is said to be each of the
/// tied labels in equal parts.
#[must_use]
pub fn label_scores(posterior: &Posterior, gold: &Gold) -> Vec<LabelScore> {
    let labels = posterior.labels();
    let (mut said, mut found, mut units) = (vec![0.0; labels], vec![0.0; labels], vec![0_usize; labels]);
    for (unit, row) in posterior.rows().enumerate() {
        let Some(truth) = gold.of(unit) else { continue };
        let truth = truth as usize;
        units[truth] += 1;
        found[truth] += share_of_best(row, truth);
        for (label, said) in said.iter_mut().enumerate() {
            *said += share_of_best(row, label);
        }
    }
    let share = |part: f64, all: f64| if all > 0.0 { part / all } else { 0.0 };
    let score = |label: usize| {
        let f1 = share(2.0 * found[label], said[label] + units[label] as f64);
        let precision = share(found[label], said[label]);
        let recall = share(found[label], units[label] as f64);
        LabelScore { label, units: units[label], precision, recall, f1 }
    };
    (0..labels).map(score).collect()
}

/// Mean F1 of the labels that occur in gold; `None` without gold.
#[must_use]
pub fn macro_f1(scores: &[LabelScore]) -> Option<f64> {
    let occurring = || scores.iter().filter(|score| score.units > 0);
    let labels = occurring().count();
    (labels > 0).then(|| occurring().map(|score| score.f1).sum::<f64>() / labels as f64)
}

/// The score of the label least common in gold, the one accuracy hides; `None` where gold has fewer than two labels.
#[must_use]
pub fn minority(scores: &[LabelScore]) -> Option<LabelScore> {
    let occurring = || scores.iter().filter(|score| score.units > 0);
    occurring().min_by_key(|score| score.units).filter(|_| occurring().count() > 1).copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crowd::AnswersBuilder;

    fn gold(truths: &[usize], labels: usize) -> Gold {
        let mut builder = AnswersBuilder::default();
        // Labels in their order first, on a unit nobody is asked about.
        (0..labels).for_each(|label| builder.gold(&format!("order {label}"), &label.to_string()).unwrap());
        for (unit, truth) in truths.iter().enumerate() {
            builder.answer(&unit.to_string(), "mind", "0").unwrap();
            builder.gold(&unit.to_string(), &truth.to_string()).unwrap();
        }
        builder.build().unwrap().1
    }

    #[test]
    fn a_tie_counts_in_part() {
        let posterior = Posterior::new(3, vec![0.5, 0.5, 0.0, 0.2, 0.3, 0.5, 0.4, 0.3, 0.3]);
        let accuracy = accuracy(&posterior, &gold(&[0, 2, 1], 3)).unwrap();
        assert!((accuracy - 1.5 / 3.0).abs() < 1e-12);
    }

    /// scikit-learn's documented example of `f1_score`: truth 0 1 2 0 1 2, said 0 2 1 0 0 1; macro .26666.
    #[test]
    fn the_mean_f1_equals_the_reference() {
        let said = [0, 2, 1, 0, 0, 1];
        let rows = said.iter().flat_map(|&said| (0..3).map(move |label| f64::from(u8::from(label == said))));
        let scores = label_scores(&Posterior::new(3, rows.collect()), &gold(&[0, 1, 2, 0, 1, 2], 3));
        assert!((macro_f1(&scores).unwrap() - 0.266_666_666).abs() < 1e-8);
        assert!((scores[0].f1 - 0.8).abs() < 1e-12);
        assert!((scores[0].precision - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn the_rarest_label_is_the_minority() {
        let posterior = Posterior::new(2, vec![1.0, 0.0, 1.0, 0.0, 0.0, 1.0]);
        let scores = label_scores(&posterior, &gold(&[0, 0, 1], 2));
        assert_eq!(minority(&scores).map(|score| (score.label, score.f1)), Some((1, 1.0)));
        assert_eq!(minority(&label_scores(&posterior, &gold(&[0, 0, 0], 2))), None);
    }

    proptest! {
        #[test]
        fn shares_of_the_best_sum_to_one(row in prop::collection::vec(0.0..1.0_f64, 1..6)) {
            let sum: f64 = (0..row.len()).map(|label| share_of_best(&row, label)).sum();
            prop_assert!((sum - 1.0).abs() < 1e-12);
        }
    }
}
