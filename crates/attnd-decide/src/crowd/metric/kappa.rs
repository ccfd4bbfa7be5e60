//! How much do two minds, or many, agree beyond what their habits alone would give? Cohen's and Fleiss' kappa.

use crate::crowd::answers::Answers;

/// Cohen's kappa of two minds over the units both answered exactly once; `None` where there is no such unit
/// or where both always say the same label, so that their habits explain everything.
///
/// Cohen (1960), doi:10.1177/001316446002000104.
#[must_use]
pub fn cohen_kappa(answers: &Answers, one: u32, other: u32) -> Option<f64> {
    let labels = answers.labels().len();
    let (mut of_one, mut of_other) = (vec![0.0; labels], vec![0.0; labels]);
    let (mut both, mut alike) = (0.0, 0.0);
    for of in answers.by_unit() {
        let only = |mind| {
            let mut said = of.iter().filter(|answer| answer.mind == mind);
            said.next().filter(|_| said.next().is_none()).map(|answer| answer.label as usize)
        };
        if let (Some(one), Some(other)) = (only(one), only(other)) {
            of_one[one] += 1.0;
            of_other[other] += 1.0;
            both += 1.0;
            alike += f64::from(u8::from(one == other));
        }
    }
    let chance = of_one.iter().zip(&of_other).map(|(one, other)| one * other).sum::<f64>() / (both * both);
    beyond(alike / both, chance)
}

/// Fleiss' kappa over the units with at least two answers, each weighing as many as it has; with the same
/// number of answers everywhere it is the published statistic. `None` where nothing can be paired or all
/// answers are alike.
///
/// Fleiss (1971), doi:10.1037/h0031619.
#[must_use]
pub fn fleiss_kappa(answers: &Answers) -> Option<f64> {
    let mut counts = vec![0.0_f64; answers.labels().len()];
    let mut tally = vec![0.0; counts.len()];
    let (mut all, mut agreement) = (0.0, 0.0);
    for of in answers.by_unit().filter(|of| of.len() > 1) {
        let mut alike = 0.0;
        for answer in of {
            alike += tally[answer.label as usize];
            tally[answer.label as usize] += 1.0;
            counts[answer.label as usize] += 1.0;
        }
        of.iter().for_each(|answer| tally[answer.label as usize] = 0.0);
        let several = of.len() as f64;
        all += several;
        // Pairs that agree over all pairs, times the answers.
        agreement += 2.0 * alike / (several - 1.0);
    }
    let chance = counts.iter().map(|count| (count / all).powi(2)).sum();
    beyond(agreement / all, chance)
}

fn beyond(agreement: f64, chance: f64) -> Option<f64> {
    (chance < 1.0).then(|| (agreement - chance) / (1.0 - chance))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crowd::AnswersBuilder;

    #[test]
    fn two_readers_of_fifty_proposals() {
        // Both yes 20, only the first 5, only the second 10, both no 15: agreement .7, chance .5.
        let mut builder = AnswersBuilder::default();
        let cases = [("yes", "yes", 20), ("yes", "no", 5), ("no", "yes", 10), ("no", "no", 15)];
        let units = cases.iter().flat_map(|&(one, other, times)| vec![(one, other); times]);
        for (unit, (one, other)) in units.enumerate() {
            builder.answer(&unit.to_string(), "one", one).unwrap();
            builder.answer(&unit.to_string(), "other", other).unwrap();
        }
        let kappa = cohen_kappa(&builder.build().unwrap().0, 0, 1).unwrap();
        assert!((kappa - 0.4).abs() < 1e-12);
    }

    #[test]
    fn fourteen_raters_of_ten_subjects() {
        // The worked example of the statistic that textbooks carry: kappa .210.
        const COUNTS: [[usize; 5]; 10] = [
            [0, 0, 0, 0, 14],
            [0, 2, 6, 4, 2],
            [0, 0, 3, 5, 6],
            [0, 3, 9, 2, 0],
            [2, 2, 8, 1, 1],
            [7, 7, 0, 0, 0],
            [3, 2, 6, 3, 0],
            [2, 5, 3, 2, 2],
            [6, 5, 2, 1, 0],
            [0, 2, 2, 3, 7],
        ];
        let mut builder = AnswersBuilder::default();
        for (unit, counts) in COUNTS.iter().enumerate() {
            let said = counts.iter().enumerate().flat_map(|(label, &times)| vec![label; times]);
            for (mind, label) in said.enumerate() {
                builder.answer(&unit.to_string(), &mind.to_string(), &label.to_string()).unwrap();
            }
        }
        let kappa = fleiss_kappa(&builder.build().unwrap().0).unwrap();
        assert!((kappa - 0.210).abs() < 5e-4, "{kappa}");
    }

    #[test]
    fn without_a_pair_there_is_no_kappa() {
        let mut builder = AnswersBuilder::default();
        builder.answer("u", "one", "yes").unwrap();
        builder.answer("v", "other", "yes").unwrap();
        let answers = builder.build().unwrap().0;
        assert_eq!(cohen_kappa(&answers, 0, 1), None);
        assert_eq!(fleiss_kappa(&answers), None);
    }
}
