//! Do they agree more than chance would? Krippendorff's alpha for labels, ranks and numbers.
//!
//! Krippendorff, *Computing Krippendorff's Alpha-Reliability* (2011) and *Content Analysis* (2018), ch. 12:
//! one minus observed over expected disagreement, over all pairs of answers to the same unit; missing
//! answers are no trouble. 1 is perfect agreement, 0 what chance gives, below 0 systematic disagreement.
//! He asks for at least .8 to rely on data and .667 for tentative conclusions.

use crate::crowd::answers::{Answers, Names};

/// How far apart two labels are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale<'a> {
    /// Names: the same or not.
    Nominal,
    /// Ranks: as far as there are answers between them. The value of each label only orders them.
    Ordinal(&'a [f64]),
    /// Numbers: the difference, squared. The value of each label.
    Interval(&'a [f64]),
    /// Numbers with a true zero: the difference as a share of the sum, squared. The value of each label, none negative.
    Ratio(&'a [f64]),
}

/// The number each label's name is, in the order of the labels; the first label that is no finite number.
///
/// # Errors
/// The place of that label.
pub fn label_values(labels: &Names) -> Result<Vec<f64>, usize> {
    let value = |(label, name): (usize, &str)| {
        name.trim().parse().ok().filter(|value: &f64| value.is_finite()).ok_or(label)
    };
    labels.iter().enumerate().map(value).collect()
}

/// Krippendorff's alpha. `None` where it is undefined: no unit has two answers, or all answers that can be
/// paired are alike, so that chance could not disagree either.
///
/// Linear in the answers for every scale but [`Scale::Ratio`], which is quadratic in the distinct labels.
#[must_use]
pub fn krippendorff_alpha(answers: &Answers, scale: Scale<'_>) -> Option<f64> {
    let counts = pairable_counts(answers);
    let (observed, expected) = match scale {
        Scale::Nominal => nominal(answers, &counts),
        Scale::Interval(values) => interval(answers, &counts, values),
        Scale::Ordinal(values) => interval(answers, &counts, &middle_ranks(&counts, values)),
        Scale::Ratio(values) => ratio(answers, &counts, values),
    };
    (expected > 0.0).then(|| 1.0 - observed / expected)
}

/// How often each label is answered in units with at least two answers.
fn pairable_counts(answers: &Answers) -> Vec<f64> {
    let mut counts = vec![0.0; answers.labels().len()];
    for of in answers.by_unit().filter(|of| of.len() > 1) {
        of.iter().for_each(|answer| counts[answer.label as usize] += 1.0);
    }
    counts
}

/// Mean disagreement within units and among all answers, where different is one apart.
fn nominal(answers: &Answers, counts: &[f64]) -> (f64, f64) {
    let all: f64 = counts.iter().sum();
    let mut tally = vec![0.0_f64; counts.len()];
    let mut observed = 0.0;
    for of in answers.by_unit().filter(|of| of.len() > 1) {
        let several = of.len() as f64;
        let mut alike = 0.0;
        for answer in of {
            let seen = &mut tally[answer.label as usize];
            // The squares of the counts, one answer at a time: (n + 1)² − n².
            alike += 2.0 * *seen + 1.0;
            *seen += 1.0;
        }
        of.iter().for_each(|answer| tally[answer.label as usize] = 0.0);
        observed += (several * several - alike) / (several - 1.0);
    }
    let alike: f64 = counts.iter().map(|count| count * count).sum();
    (observed / all, (all * all - alike) / (all * (all - 1.0)))
}

/// The same where the squared difference of values is the distance: Σ over pairs is n Σx² − (Σx)².
fn interval(answers: &Answers, counts: &[f64], values: &[f64]) -> (f64, f64) {
    let all: f64 = counts.iter().sum();
    // About the mean, so that large values with small differences keep their digits.
    let mean = counts.iter().zip(values).map(|(count, value)| count * value).sum::<f64>() / all;
    let mut observed = 0.0;
    for of in answers.by_unit().filter(|of| of.len() > 1) {
        let several = of.len() as f64;
        let (mut sum, mut squares) = (0.0, 0.0);
        for answer in of {
            let value = values[answer.label as usize] - mean;
            sum += value;
            squares += value * value;
        }
        observed += 2.0 * (several * squares - sum * sum) / (several - 1.0);
    }
    let squares: f64 = counts.iter().zip(values).map(|(count, value)| count * (value - mean).powi(2)).sum();
    (observed / all, 2.0 * squares / (all - 1.0))
}

/// Where each label stands among all answers: half of its own and all below. Differences of these are
/// Krippendorff's ordinal distance.
fn middle_ranks(counts: &[f64], values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..counts.len()).collect();
    order.sort_by(|&one, &other| values[one].total_cmp(&values[other]).then(one.cmp(&other)));
    let mut ranks = vec![0.0; counts.len()];
    let mut below = 0.0;
    for same in order.chunk_by(|&one, &other| values[one] == values[other]) {
        let of_same: f64 = same.iter().map(|&label| counts[label]).sum();
        same.iter().for_each(|&label| ranks[label] = below + of_same / 2.0);
        below += of_same;
    }
    ranks
}

fn ratio(answers: &Answers, counts: &[f64], values: &[f64]) -> (f64, f64) {
    let distance = |one: usize, other: usize| {
        let sum = values[one] + values[other];
        if sum == 0.0 { 0.0 } else { ((values[one] - values[other]) / sum).powi(2) }
    };
    let all: f64 = counts.iter().sum();
    let mut observed = 0.0;
    for of in answers.by_unit().filter(|of| of.len() > 1) {
        let mut apart = 0.0;
        for (at, one) in of.iter().enumerate() {
            apart += of[at + 1..]
                .iter()
                .map(|other| distance(one.label as usize, other.label as usize))
                .sum::<f64>();
        }
        observed += 2.0 * apart / (of.len() as f64 - 1.0);
    }
    let mut expected = 0.0;
    for one in 0..counts.len() {
        for other in one + 1..counts.len() {
            expected += 2.0 * counts[one] * counts[other] * distance(one, other);
        }
    }
    (observed / all, expected / (all * (all - 1.0)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crowd::AnswersBuilder;

    fn built<U: ToString, M: ToString, L: ToString>(rows: impl IntoIterator<Item = (U, M, L)>) -> Answers {
        let mut builder = AnswersBuilder::default();
        for (unit, mind, label) in rows {
            builder.answer(&unit.to_string(), &mind.to_string(), &label.to_string()).unwrap();
        }
        builder.build().unwrap().0
    }

    /// Krippendorff (2011), part C: four observers, twelve units, missing values.
    fn published() -> Answers {
        const OBSERVERS: [&str; 4] = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."];
        built(OBSERVERS.iter().enumerate().flat_map(|(mind, said)| {
            said.chars()
                .enumerate()
                .filter(|(_, said)| *said != '.')
                .map(move |(unit, said)| (unit, mind, said))
        }))
    }

    #[test]
    fn the_published_example_has_the_published_alphas() {
        let answers = published();
        let values = label_values(answers.labels()).unwrap();
        let alpha = |scale| krippendorff_alpha(&answers, scale).unwrap();
        for (is, published) in [
            (alpha(Scale::Nominal), 0.743),
            (alpha(Scale::Ordinal(&values)), 0.815),
            (alpha(Scale::Interval(&values)), 0.849),
            (alpha(Scale::Ratio(&values)), 0.797),
        ] {
            assert!((is - published).abs() < 5e-4, "{is} is not {published}");
        }
    }

    #[test]
    fn it_is_undefined_where_nothing_can_be_compared() {
        assert_eq!(krippendorff_alpha(&built([(1, 1, "a"), (2, 1, "b")]), Scale::Nominal), None);
        assert_eq!(krippendorff_alpha(&built([(1, 1, "a"), (1, 2, "a")]), Scale::Nominal), None);
    }

    #[test]
    fn names_that_are_no_numbers_are_named() {
        assert_eq!(label_values(built([(1, 1, "3.5"), (1, 2, "many")]).labels()), Err(1));
    }

    type Distance<'a> = &'a dyn Fn(u32, u32) -> f64;

    fn rows() -> impl Strategy<Value = Vec<(u8, u8, u8)>> {
        prop::collection::vec((0..6_u8, 0..5_u8, 1..5_u8), 2..60)
    }

    proptest! {
        #[test]
        fn the_closed_forms_equal_the_sum_over_pairs(rows in rows()) {
            let answers = built(rows);
            let values = label_values(answers.labels()).unwrap();
            let counts = pairable_counts(&answers);
            let ranks = middle_ranks(&counts, &values);
            let square = |values: &[f64], one: u32, other: u32| (values[one as usize] - values[other as usize]).powi(2);
            let checks: [(Scale<'_>, Distance<'_>); 3] = [
                (Scale::Nominal, &|one, other| f64::from(u8::from(one != other))),
                (Scale::Interval(&values), &|one, other| square(&values, one, other)),
                (Scale::Ordinal(&values), &|one, other| square(&ranks, one, other)),
            ];
            for (scale, distance) in checks {
                match (krippendorff_alpha(&answers, scale), by_pairs(&answers, distance)) {
                    (Some(is), Some(pairs)) => prop_assert!((is - pairs).abs() < 1e-9, "{is} {pairs}"),
                    (is, pairs) => prop_assert_eq!(is.is_none(), pairs.is_none()),
                }
            }
        }

        #[test]
        fn the_order_of_rows_and_the_names_change_nothing(rows in rows(), turn in 0..60_usize) {
            let mut turned = rows.clone();
            turned.rotate_left(turn % rows.len());
            turned.iter_mut().for_each(|row| *row = (9 - row.0, 7 - row.1, 6 - row.2));
            let (one, other) = (krippendorff_alpha(&built(rows), Scale::Nominal), krippendorff_alpha(&built(turned), Scale::Nominal));
            match (one, other) {
                (Some(one), Some(other)) => prop_assert!((one - other).abs() < 1e-12 && one <= 1.0 + 1e-12),
                (one, other) => prop_assert_eq!(one, other),
            }
        }
    }

    fn by_pairs(answers: &Answers, distance: Distance<'_>) -> Option<f64> {
        let (mut observed, mut all) = (0.0, Vec::new());
        for of in answers.by_unit().filter(|of| of.len() > 1) {
            for one in of {
                let apart: f64 = of.iter().map(|other| distance(one.label, other.label)).sum();
                observed += apart / (of.len() as f64 - 1.0);
                all.push(one.label);
            }
        }
        let several = all.len() as f64;
        let expected: f64 = all
            .iter()
            .flat_map(|&one| all.iter().map(move |&other| (one, other)))
            .map(|(one, other)| distance(one, other))
            .sum();
        (expected > 0.0).then(|| 1.0 - (observed / several) / (expected / (several * (several - 1.0))))
    }
}
