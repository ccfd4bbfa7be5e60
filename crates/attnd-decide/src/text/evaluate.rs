//! How good is a classifier on texts whose labels are known? Accuracy, macro F1 and how well what is out of scope is told.

use serde::Serialize;

/// One judged text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// Index of the true label; none where the text is out of scope.
    pub truth: Option<usize>,
    /// Index of the label given.
    pub given: usize,
    /// The probability it was given with.
    pub probability: f64,
    /// How much in scope it was found; more is more.
    pub scope: f64,
}

/// Figures over judged texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Share of the texts in scope given their label, in 0 to 1.
    pub accuracy: Option<f64>,
    /// Mean over labels of F1, the harmonic mean of precision and recall, over texts in scope.
    pub macro_f1: Option<f64>,
    /// How far the probability of the label given is from how often it is right: the mean distance over fifteen even
    /// classes of probability, weighed by their texts in scope (expected calibration error, Guo et al. 2017, arXiv
    /// 1706.04599).
    pub calibration_error: Option<f64>,
    /// Probability that a text in scope is found more in scope than one out of scope; none where one kind is missing.
    pub oos_auroc: Option<f64>,
    /// Texts in scope.
    pub texts: usize,
    /// Texts out of scope.
    pub oos_texts: usize,
}

impl Figures {
    /// The figures of judged texts; `labels` is one more than the greatest index.
    #[must_use]
    pub fn of(judged: &[Judged], labels: usize) -> Self {
        let inside = || judged.iter().filter_map(|judged| judged.truth.map(|truth| (truth, judged.given)));
        let texts = inside().count();
        let right = inside().filter(|(truth, given)| truth == given).count();
        Self {
            accuracy: (texts > 0).then(|| right as f64 / texts as f64),
            macro_f1: macro_f1(inside(), labels),
            calibration_error: calibration_error(judged),
            oos_auroc: auroc(judged.iter().map(|judged| (judged.scope, judged.truth.is_some())).collect()),
            texts,
            oos_texts: judged.len() - texts,
        }
    }
}

/// Mean F1 over the labels that are true of a text or given to one, as scikit-learn's `f1_score(average="macro")`.
fn macro_f1(pairs: impl Iterator<Item = (usize, usize)>, labels: usize) -> Option<f64> {
    let (mut right, mut ends) = (vec![0_u64; labels], vec![0_u64; labels]);
    for (truth, given) in pairs {
        right[truth] += u64::from(truth == given);
        ends[truth] += 1;
        ends[given] += 1;
    }
    let present = ends.iter().filter(|&&ends| ends > 0).count();
    let sum: f64 = right
        .iter()
        .zip(&ends)
        .filter(|(_, ends)| **ends > 0)
        .map(|(&r, &ends)| 2.0 * r as f64 / ends as f64)
        .sum();
    (present > 0).then(|| sum / present as f64)
}

/// Classes of probability, as Guo et al. have them.
const BINS: usize = 15;

/// Over texts in scope; none where there is none.
fn calibration_error(judged: &[Judged]) -> Option<f64> {
    let mut surplus = [0.0_f64; BINS];
    let mut texts = 0_usize;
    for (judged, truth) in judged.iter().filter_map(|judged| judged.truth.map(|truth| (judged, truth))) {
        let bin = ((judged.probability * BINS as f64) as usize).min(BINS - 1);
        surplus[bin] += judged.probability - f64::from(u8::from(truth == judged.given));
        texts += 1;
    }
    let apart: f64 = surplus.iter().map(|surplus| surplus.abs()).sum();
    (texts > 0).then(|| apart / texts as f64)
}

/// Area under the receiver operating characteristic by ranks; equal scores count half (Hanley and McNeil 1982,
/// 10.1148/radiology.143.1.7063747). None where one side is missing.
#[must_use]
pub fn auroc(mut scored: Vec<(f64, bool)>) -> Option<f64> {
    scored.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (mut below, mut pairs, mut positives) = (0.0, 0.0, 0.0);
    for tied in scored.chunk_by(|one, other| one.0 == other.0) {
        let ups = tied.iter().filter(|(_, positive)| *positive).count() as f64;
        let downs = tied.len() as f64 - ups;
        pairs += ups * (below + downs / 2.0);
        below += downs;
        positives += ups;
    }
    (positives > 0.0 && below > 0.0).then(|| pairs / (positives * below))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn judged(truth: Option<usize>, given: usize, scope: f64) -> Judged {
        Judged { truth, given, probability: 0.5, scope }
    }

    /// scikit-learn 1.9: `f1_score([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1], average="macro")` is 0.26667 (its manual's
    /// example), `roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])` is 0.75.
    #[test]
    fn figures_are_those_of_scikit_learn() {
        let (truth, given) = ([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1]);
        let all: Vec<Judged> =
            truth.iter().zip(given).map(|(&truth, given)| judged(Some(truth), given, 0.0)).collect();
        let figures = Figures::of(&all, 3);
        assert!((figures.macro_f1.unwrap() - 0.266_666_7).abs() < 1e-6);
        assert!((figures.accuracy.unwrap() - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(figures.oos_auroc, None);
        let scores = [0.1, 0.4, 0.35, 0.8];
        let scored = scores.into_iter().zip([false, false, true, true]).collect();
        assert!((auroc(scored).unwrap() - 0.75).abs() < 1e-12);
    }

    /// torchmetrics 1.9: `MulticlassCalibrationError(num_classes=2, n_bins=15)` is 0.325 of two texts of 0.8, one of them
    /// right, and two of 0.65, both right.
    #[test]
    fn calibration_is_the_distance_of_sureness_from_being_right() {
        let of = |probability, given| Judged { truth: Some(0), given, probability, scope: 0.0 };
        let all = [of(0.8, 0), of(0.8, 1), of(0.65, 0), of(0.65, 0)];
        assert!((calibration_error(&all).unwrap() - 0.325).abs() < 1e-9);
        assert!(calibration_error(&[of(1.0, 0)]).unwrap().abs() < 1e-9);
        assert_eq!(calibration_error(&[Judged { truth: None, ..of(0.9, 0) }]), None);
    }

    #[test]
    fn nothing_to_judge_has_no_figures() {
        let figures = Figures::of(&[], 0);
        assert_eq!((figures.accuracy, figures.macro_f1, figures.oos_auroc), (None, None, None));
        let only_outside = Figures::of(&[judged(None, 0, 0.5)], 1);
        assert_eq!((only_outside.accuracy, only_outside.oos_texts), (None, 1));
    }

    proptest! {
        #[test]
        fn turning_the_scores_round_turns_the_area_round(scored in proptest::collection::vec((0_i8..20, any::<bool>()), 1..60)) {
            let area = |sign: f64| auroc(scored.iter().map(|&(score, side)| (sign * f64::from(score), side)).collect());
            match (area(1.0), area(-1.0)) {
                (Some(one), Some(other)) => prop_assert!((one + other - 1.0).abs() < 1e-9),
                (one, other) => prop_assert_eq!(one, other),
            }
        }
    }
}
