//! Accept what is believed, or ask once more, and whom: a model, a person, an expert?
//!
//! The expected cost of a choice is what it costs, what waiting for it costs, and what a wrong label costs times how likely the label is
//! still wrong after it: c + price of delay × t + L (1 − E max Q′). Looking one choice ahead gives three known rules as special cases:
//! the unit that gains most (QASCA, doi 10.1145/2723372.2749430), stopping when an answer can change nothing (CDAS, doi
//! 10.14778/2336664.2336676) and rejection at 1 − max Q > c / L (Chow 1970, doi 10.1109/TIT.1970.1054406).

use super::belief::MindModel;

/// What is at stake in one unit. All costs are in minor units of one currency (cents), expectations and so no integers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stakes {
    /// What a wrong label costs.
    pub wrong_minor: f64,
    /// What each second of waiting costs.
    pub delay_minor_per_s: f64,
}

/// Who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Nobody: what is believed is accepted.
    Nobody,
    /// A program.
    Model,
    /// A person.
    Person,
    /// Somebody who knows.
    Expert,
}

/// One thing that can be done about a unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice<'a> {
    /// Who is asked.
    pub asked: Asked,
    /// What it costs; of a person also what the interruption is worth to them.
    pub cost_minor: f64,
    /// How long it takes.
    pub delay_s: f64,
    /// How each of them answers; nothing is learned by asking nobody.
    pub mind: Option<MindModel<'a>>,
    /// How many such minds are asked at once. A single answer often cannot turn the leader, so that looking one answer ahead is too eager
    /// to accept; a panel can.
    pub answers: u32,
}

impl Choice<'_> {
    /// What is believed is accepted.
    pub const ACCEPT: Self =
        Self { asked: Asked::Nobody, cost_minor: 0.0, delay_s: 0.0, mind: None, answers: 0 };
}

/// What was chosen, and what every choice was expected to cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// Place of the cheapest among the choices; the first of equals.
    pub at: usize,
    /// Expected cost of each.
    pub expected_minor: Vec<f64>,
}

/// The cheapest of the choices for a unit with these probabilities of its labels; `None` where there are none.
#[must_use]
pub fn cheapest(row: &[f64], choices: &[Choice<'_>], stakes: Stakes) -> Option<Chosen> {
    let expected_minor: Vec<f64> = choices.iter().map(|choice| expected_minor(row, choice, stakes)).collect();
    let mut at = 0;
    for other in 1..choices.len() {
        if expected_minor[other] < expected_minor[at] {
            at = other;
        }
    }
    (!choices.is_empty()).then_some(Chosen { at, expected_minor })
}

/// What one choice is expected to cost on a unit with these probabilities of its labels.
#[must_use]
pub fn expected_minor(row: &[f64], choice: &Choice<'_>, stakes: Stakes) -> f64 {
    let after = match choice.mind {
        Some(mind) => confidence_after(row, mind, choice.answers),
        None => row.iter().copied().fold(0.0, f64::max),
    };
    let answers = f64::from(choice.answers.max(1));
    answers * choice.cost_minor
        + choice.delay_s * stakes.delay_minor_per_s
        + stakes.wrong_minor * (1.0 - after)
}

/// Expected probability of the likeliest label after so many answers of minds like this one.
///
/// Over every way the answers can fall on the labels, their order set aside: C(answers + labels − 1, answers) × labels steps, 11,440 for
/// nine answers on eight labels. Never lower with more answers.
#[must_use]
pub fn confidence_after(row: &[f64], mind: MindModel<'_>, answers: u32) -> f64 {
    let mut joint = vec![0.0; row.len() * (row.len() + 1)];
    joint[..row.len()].copy_from_slice(row);
    fall(&mut joint, mind, row.len(), 0, answers)
}

/// Lets the `left` answers fall on the labels from `answer` on. `joint` holds a row of probabilities for each label decided so far: of the
/// truth, and of the answers given it.
fn fall(joint: &mut [f64], mind: MindModel<'_>, labels: usize, answer: usize, left: u32) -> f64 {
    if answer + 1 == labels || left == 0 {
        let likelihood = |truth: usize| {
            if left == 0 { 1.0 } else { mind.likelihood(truth, answer, labels).powi(left.cast_signed()) }
        };
        return (0..labels).map(|truth| joint[truth] * likelihood(truth)).fold(0.0, f64::max);
    }
    let (now, next) = joint.split_at_mut(labels);
    next[..labels].copy_from_slice(now);
    let mut sum = 0.0;
    for given in 0..=left {
        if given > 0 {
            // C(left, given) ∏ likelihood, one factor at a time.
            let ways = f64::from(left - given + 1) / f64::from(given);
            for (truth, probability) in next[..labels].iter_mut().enumerate() {
                *probability *= mind.likelihood(truth, answer, labels) * ways;
            }
        }
        sum += fall(next, mind, labels, answer + 1, left - given);
    }
    sum
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::assign::gain::{Gain, MindGain, best_units, gains};
    use crate::assign::redundancy::majority_right;
    use crate::crowd::Posterior;

    const STAKES: Stakes = Stakes { wrong_minor: 100.0, delay_minor_per_s: 0.01 };

    fn asks(asked: Asked, cost_minor: f64, right: f64) -> Choice<'static> {
        Choice { asked, cost_minor, delay_s: 0.0, mind: Some(MindModel::Skill(right)), answers: 1 }
    }

    #[test]
    fn each_is_asked_where_it_is_worth_it() {
        let choices = [
            Choice::ACCEPT,
            asks(Asked::Model, 0.1, 0.75),
            asks(Asked::Person, 6.0, 0.9),
            asks(Asked::Expert, 35.0, 0.999),
        ];
        let asked = |row: &[f64]| choices[cheapest(row, &choices, STAKES).unwrap().at].asked;
        assert_eq!(asked(&[0.97, 0.03]), Asked::Nobody);
        assert_eq!(asked(&[0.72, 0.28]), Asked::Person);
        let novices = [Choice::ACCEPT, asks(Asked::Person, 6.0, 0.55), asks(Asked::Expert, 35.0, 0.999)];
        assert_eq!(novices[cheapest(&[0.25; 4], &novices, STAKES).unwrap().at].asked, Asked::Expert);
        let cheap = [Choice::ACCEPT, asks(Asked::Model, 0.1, 0.75), asks(Asked::Person, 30.0, 0.8)];
        assert_eq!(cheap[cheapest(&[0.6, 0.4], &cheap, STAKES).unwrap().at].asked, Asked::Model);
        assert!(cheapest(&[1.0], &[], STAKES).is_none());
    }

    #[test]
    fn waiting_has_a_price() {
        let mut slow = asks(Asked::Person, 1.0, 0.95);
        slow.delay_s = 3600.0;
        let chosen = cheapest(&[0.8, 0.2], &[Choice::ACCEPT, slow], STAKES).unwrap();
        assert_eq!(chosen.at, 0);
        assert!((chosen.expected_minor[1] - (1.0 + 36.0 + 5.0)).abs() < 1e-9);
    }

    #[test]
    fn nothing_is_asked_that_can_change_nothing() {
        // CDAS: the leader cannot be overtaken by one answer, so one answer is worth nothing, however cheap.
        let row = [0.95, 0.05];
        let one = Choice { cost_minor: 1e-6, ..asks(Asked::Person, 0.0, 0.8) };
        assert_eq!(cheapest(&row, &[Choice::ACCEPT, one], STAKES).unwrap().at, 0);
        // A panel of five can overtake it.
        let panel = Choice { answers: 5, ..one };
        assert_eq!(cheapest(&row, &[Choice::ACCEPT, panel], STAKES).unwrap().at, 1);
    }

    #[test]
    fn a_panel_of_equals_is_a_vote() {
        for answers in 1..=9 {
            let after = confidence_after(&[0.5, 0.5], MindModel::Skill(0.7), answers);
            assert!((after - majority_right(0.7, answers)).abs() < 1e-12, "{answers}");
        }
    }

    fn rows(labels: usize) -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec(0.01_f64..1.0, labels).prop_map(|of| {
            let sum: f64 = of.iter().sum();
            of.into_iter().map(|probability| probability / sum).collect()
        })
    }

    /// E max Q′ over every sequence of answers.
    fn by_sequences(joint: &[f64], mind: MindModel<'_>, answers: u32) -> f64 {
        if answers == 0 {
            return joint.iter().copied().fold(0.0, f64::max);
        }
        let after = |answer| -> Vec<f64> {
            joint
                .iter()
                .enumerate()
                .map(|(truth, q)| q * mind.likelihood(truth, answer, joint.len()))
                .collect()
        };
        (0..joint.len()).map(|answer| by_sequences(&after(answer), mind, answers - 1)).sum()
    }

    proptest! {
        #[test]
        fn chows_rule_is_asking_somebody_who_knows(row in rows(3), cost in 1.0_f64..60.0) {
            let most = row.iter().copied().fold(0.0, f64::max);
            prop_assume!((1.0 - most - cost / 100.0).abs() > 1e-9);
            let choices = [Choice::ACCEPT, asks(Asked::Expert, cost, 1.0)];
            let defers = cheapest(&row, &choices, STAKES).unwrap().at == 1;
            prop_assert_eq!(defers, 1.0 - most > cost / 100.0);
        }

        #[test]
        fn qasca_is_asking_where_most_is_saved(of in prop::collection::vec(0.02_f64..0.98, 6), right in 0.6_f64..0.95) {
            let posterior = Posterior::new(2, of.into_iter().flat_map(|yes| [yes, 1.0 - yes]).collect());
            let mind = MindModel::Skill(right);
            let saved = |unit: usize| {
                let cost = |choice| expected_minor(posterior.of(unit), &choice, STAKES);
                cost(Choice::ACCEPT) - cost(asks(Asked::Person, 0.0, right))
            };
            let chosen = best_units(&gains(&posterior, Gain::Accuracy, mind), 1, |_| true)[0];
            prop_assert!((0..6).all(|unit| saved(unit) <= saved(chosen) + 1e-9));
        }

        #[test]
        fn the_order_of_answers_is_set_aside_rightly(
            row in rows(3), confusion in prop::collection::vec(rows(3), 3), answers in 0_u32..5,
        ) {
            let confusion = confusion.concat();
            let mind = MindModel::Confusion(&confusion);
            let after = confidence_after(&row, mind, answers);
            prop_assert!((after - by_sequences(&row, mind, answers)).abs() < 1e-12);
            prop_assert!(confidence_after(&row, mind, answers + 1) >= after - 1e-12);
            if answers == 1 {
                prop_assert!((after - MindGain::new(Gain::Accuracy, mind, 3).confidence(&row)).abs() < 1e-12);
            }
        }
    }
}
