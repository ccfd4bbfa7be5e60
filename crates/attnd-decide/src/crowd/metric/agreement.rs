//! How much do minds agree with the consensus, and how torn are the answers to a unit?
//!
//! The measures and their definitions are those of Crowd-Kit (Ustalov, Pavlichenko, Tseitlin,
//! doi:10.21105/joss.06227): agreement with aggregates, consistency, uncertainty.

use crate::crowd::answers::{Answer, Answers};

/// The label most minds gave to each unit. Of equally many the one whose name sorts first, so that neither
/// the order of rows nor of labels matters; `None` for a unit without answers.
#[must_use]
pub fn plurality(answers: &Answers) -> Vec<Option<u32>> {
    let names: Vec<&str> = answers.labels().iter().collect();
    let mut tally = vec![0_u32; names.len()];
    let mut most = |of: &[Answer]| {
        of.iter().for_each(|answer| tally[answer.label as usize] += 1);
        let said = of.iter().map(|answer| answer.label);
        let best = said.max_by(|&one, &other| {
            let (one, other) = (one as usize, other as usize);
            tally[one].cmp(&tally[other]).then_with(|| names[other].cmp(names[one]))
        });
        of.iter().for_each(|answer| tally[answer.label as usize] = 0);
        best
    };
    answers.by_unit().map(&mut most).collect()
}

/// Share of all answers that equal their unit's consensus; `None` where no answered unit has one.
#[must_use]
pub fn mean_agreement(answers: &Answers, consensus: &[Option<u32>]) -> Option<f64> {
    let (mut alike, mut all) = (0_usize, 0_usize);
    for (of, &consensus) in answers.by_unit().zip(consensus) {
        if let Some(consensus) = consensus {
            all += of.len();
            alike += of.iter().filter(|answer| answer.label == consensus).count();
        }
    }
    (all > 0).then(|| alike as f64 / all as f64)
}

/// The same for each mind: share of its answers that equal their unit's consensus. `None` for a mind
/// without answers to units that have one.
#[must_use]
pub fn mind_agreement(answers: &Answers, consensus: &[Option<u32>]) -> Vec<Option<f64>> {
    let mut counts = vec![(0_usize, 0_usize); answers.minds().len()];
    for (of, &consensus) in answers.by_unit().zip(consensus) {
        let Some(consensus) = consensus else { continue };
        for answer in of {
            let (alike, all) = &mut counts[answer.mind as usize];
            *alike += usize::from(answer.label == consensus);
            *all += 1;
        }
    }
    counts.iter().map(|&(alike, all)| (all > 0).then(|| alike as f64 / all as f64)).collect()
}

/// How likely the consensus of each unit is, if minds are right as often as `skills` says (`[mind]`,
/// probabilities) and wrong evenly; every label alike beforehand. The mean of these is Crowd-Kit's
/// consistency, with [`plurality`] and [`mind_agreement`] its default. A unit whose answers contradict each
/// other under certain minds (skills of 0 and 1) has 0; one without answers or consensus has `None`.
#[must_use]
pub fn consistency(answers: &Answers, consensus: &[Option<u32>], skills: &[f64]) -> Vec<Option<f64>> {
    let wrong_labels = (answers.labels().len() - 1).max(1) as f64;
    let right: Vec<f64> = skills.iter().map(|skill| skill.ln()).collect();
    let wrong: Vec<f64> = skills.iter().map(|skill| ((1.0 - skill) / wrong_labels).ln()).collect();
    let mut logs = vec![0.0; answers.labels().len()];
    let mut unit = |(of, &consensus): (&[Answer], &Option<u32>)| {
        let consensus = consensus.filter(|_| !of.is_empty())?;
        for (label, log) in (0_u32..).zip(logs.iter_mut()) {
            let says =
                |answer: &Answer| if answer.label == label { &right } else { &wrong }[answer.mind as usize];
            *log = of.iter().map(says).sum();
        }
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if most == f64::NEG_INFINITY {
            return Some(0.0);
        }
        let all: f64 = logs.iter().map(|log| (log - most).exp()).sum();
        Some((logs[consensus as usize] - most).exp() / all)
    };
    answers.by_unit().zip(consensus).map(&mut unit).collect()
}

/// Entropy of each unit's answers in nats: 0 where all say the same; `None` without answers.
#[must_use]
pub fn unit_uncertainty(answers: &Answers) -> Vec<Option<f64>> {
    let mut tally = vec![0_u32; answers.labels().len()];
    answers.by_unit().map(|of| entropy(of, &mut tally)).collect()
}

/// Entropy of the labels each mind gives in nats: 0 for one that always says the same; `None` without answers.
#[must_use]
pub fn mind_uncertainty(answers: &Answers) -> Vec<Option<f64>> {
    let mut by_mind: Vec<Answer> = answers.by_unit().flatten().copied().collect();
    by_mind.sort_unstable();
    let mut tally = vec![0_u32; answers.labels().len()];
    let mut uncertainty = vec![None; answers.minds().len()];
    for of in by_mind.chunk_by(|one, other| one.mind == other.mind) {
        uncertainty[of[0].mind as usize] = entropy(of, &mut tally);
    }
    uncertainty
}

/// Entropy in nats of the labels said; `tally` is all zero before and after.
fn entropy(of: &[Answer], tally: &mut [u32]) -> Option<f64> {
    let all = of.len() as f64;
    of.iter().for_each(|answer| tally[answer.label as usize] += 1);
    let mut sum = 0.0;
    for answer in of {
        let count = f64::from(std::mem::take(&mut tally[answer.label as usize]));
        if count > 0.0 {
            sum -= count / all * (count / all).ln();
        }
    }
    (!of.is_empty()).then_some(sum.max(0.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crowd::AnswersBuilder;

    fn built(rows: &[(&str, &str, &str)]) -> Answers {
        let mut builder = AnswersBuilder::default();
        rows.iter().for_each(|(unit, mind, label)| builder.answer(unit, mind, label).unwrap());
        builder.build().unwrap().0
    }

    /// The examples in Crowd-Kit's documentation of its measures.
    #[test]
    fn uncertainty_equals_the_documented_examples() {
        let torn = built(&[("X", "A", "Yes"), ("X", "B", "No"), ("X", "C", "Maybe")]);
        assert!((unit_uncertainty(&torn)[0].unwrap() - 1.098_612_288_668_109_6).abs() < 1e-12);
        let half = built(&[("X", "A", "Yes"), ("X", "B", "No"), ("Y", "A", "Yes"), ("Y", "B", "Yes")]);
        let ln2 = std::f64::consts::LN_2;
        let near = |is: &[Option<f64>], wanted: [f64; 2]| {
            is.iter().zip(wanted).all(|(is, wanted)| (is.unwrap() - wanted).abs() < 1e-12)
        };
        assert!(near(&unit_uncertainty(&half), [ln2, 0.0]));
        assert!(near(&mind_uncertainty(&half), [0.0, ln2]));
    }

    /// Computed by Crowd-Kit 1.4.2: `consistency(answers)` and `accuracy_on_aggregates(answers, by='worker')`.
    #[test]
    fn consistency_and_agreement_equal_the_reference() {
        let answers = built(&[
            ("1", "a", "x"),
            ("1", "b", "x"),
            ("1", "c", "y"),
            ("2", "a", "y"),
            ("2", "b", "y"),
            ("2", "c", "y"),
            ("3", "a", "z"),
            ("3", "b", "x"),
            ("3", "c", "z"),
            ("4", "a", "x"),
            ("4", "b", "z"),
            ("4", "c", "z"),
        ]);
        let consensus = plurality(&answers);
        assert_eq!(consensus, [Some(0), Some(1), Some(2), Some(2)]);
        let skills: Vec<f64> = mind_agreement(&answers, &consensus).into_iter().flatten().collect();
        assert_eq!(skills, [0.75, 0.75, 0.75]);
        let by_unit = consistency(&answers, &consensus, &skills);
        for (is, reference) in by_unit.iter().zip(REFERENCE) {
            assert!((is.unwrap() - reference).abs() < 1e-9, "{is:?} is not {reference}");
        }
        assert!((mean_agreement(&answers, &consensus).unwrap() - 9.0 / 12.0).abs() < 1e-12);
    }

    const REFERENCE: [f64; 4] =
        [0.837_209_302_325_581_4, 0.990_825_688_073_394_6, 0.837_209_302_325_581_4, 0.837_209_302_325_581_4];

    #[test]
    fn ties_go_to_the_first_name_whatever_the_order_of_rows() {
        let one = built(&[("u", "a", "x"), ("u", "b", "y")]);
        let other = built(&[("u", "b", "y"), ("u", "a", "x")]);
        assert_eq!((plurality(&one)[0], plurality(&other)[0]), (Some(0), Some(1)));
    }

    #[test]
    fn minds_that_are_never_wrong_but_contradict_each_other_leave_nothing() {
        let answers = built(&[("u", "a", "x"), ("u", "b", "y")]);
        assert_eq!(consistency(&answers, &[Some(0)], &[1.0, 1.0]), [Some(0.0)]);
    }

    proptest! {
        #[test]
        fn entropy_is_between_none_and_all_labels_alike(said in prop::collection::vec(0..4_u32, 1..30)) {
            let of: Vec<Answer> = (0..).zip(said).map(|(mind, label)| Answer { mind, label }).collect();
            let mut tally = [0; 4];
            let entropy = entropy(&of, &mut tally).unwrap();
            prop_assert!((0.0..=4.0_f64.ln() + 1e-12).contains(&entropy));
            prop_assert_eq!(tally, [0; 4]);
        }
    }
}
