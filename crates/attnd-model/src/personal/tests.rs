//! Does a closer fit have to prove itself, and only on what came later?

use attnd_core::recording::Scale;

use super::*;
use crate::dataset::sample::{example, of};
use crate::dataset::{Evidence, Question};
use crate::estimator::{Prediction, Reason, Tensors};

/// Says one half; fitted to a person it says their share of yes, or with `Weights` that the answer is always the last one.
#[derive(Clone, Copy, Debug)]
struct Plain {
    share: f64,
}

impl Model for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn predict(&self, _past: Past<'_>, _evidence: &Evidence) -> Prediction {
        Prediction::yes_or_no(self.share)
    }

    fn explain(&self, _past: Past<'_>, _evidence: &Evidence) -> Vec<Reason> {
        Vec::new()
    }

    fn adapted(&self, past: Past<'_>, stage: Stage) -> Option<Box<dyn Model>> {
        let answers = past.examples();
        let yes = answers.iter().filter(|example| QUESTION.is_yes(example.answer.value)).count();
        let share = match stage {
            Stage::Normalised => 0.5,
            Stage::Intercept => (yes as f64 + 1.0) / (answers.len() as f64 + 2.0),
            Stage::Weights => {
                if QUESTION.is_yes(answers.last()?.answer.value) {
                    0.99
                } else {
                    0.01
                }
            }
            Stage::LowRank => return None,
        };
        Some(Box::new(Self { share }))
    }

    fn tensors(&self) -> Tensors {
        Tensors::default()
    }
}

const QUESTION: Question = Question { scale: Scale::CONCENTRATION, threshold: 4 };
const START: Plain = Plain { share: 0.5 };

fn ladder(answers: impl IntoIterator<Item = i32>) -> Ladder {
    let dataset = of((1..).zip(answers).map(|(index, value)| ("a", example(10 * index, value))));
    climb(&START, &QUESTION, dataset.people()[0].past(attnd_core::Timestamp::MAX))
}

fn verdicts(ladder: &Ladder) -> Vec<(Stage, RungVerdict)> {
    ladder.rungs.iter().map(|rung| (rung.stage, rung.verdict)).collect()
}

#[test]
fn a_base_rate_far_from_everybodys_is_worth_a_stage_and_a_guess_is_not() {
    let ladder = ladder((0..60).map(|index| if index % 6 == 0 { 2 } else { 5 }));
    assert_eq!(ladder.stage(), Stage::Intercept);
    assert_eq!(
        verdicts(&ladder),
        [
            (Stage::Normalised, RungVerdict::Passed),
            (Stage::Intercept, RungVerdict::Used),
            (Stage::Weights, RungVerdict::NotWorthIt),
        ]
    );
    let share = ladder.adapted.unwrap().predict(Past::EMPTY, &example(1, 1).evidence).yes;
    assert!((share - 51.0 / 62.0).abs() < 1e-12, "fitted to everything in the end, not to a part: {share}");
}

#[test]
fn a_stage_that_gains_by_luck_alone_is_not_used() {
    let ladder = ladder((0..60).map(|index| if index % 2 == 0 { 2 } else { 5 }));
    assert_eq!(ladder.stage(), Stage::Normalised);
}

#[test]
fn each_stage_has_to_beat_the_best_before_it() {
    // All yes for long: always saying the last one beats the share.
    let ladder = ladder([5; 60]);
    assert_eq!(
        verdicts(&ladder),
        [
            (Stage::Normalised, RungVerdict::Passed),
            (Stage::Intercept, RungVerdict::Passed),
            (Stage::Weights, RungVerdict::Used),
        ]
    );
    let saved = ladder.rungs[2].saved.unwrap();
    assert!(saved.mean > saved.standard_error);
}

#[test]
fn three_answers_or_none_are_too_few_to_tell() {
    for answers in [vec![], vec![5, 5, 1]] {
        let ladder = ladder_of(&answers);
        assert_eq!(ladder.stage(), Stage::Normalised);
        assert!(ladder.rungs.iter().skip(1).all(|rung| rung.verdict == RungVerdict::TooFewAnswers));
    }
}

fn ladder_of(answers: &[i32]) -> Ladder {
    if answers.is_empty() {
        return climb(&START, &QUESTION, Past::EMPTY);
    }
    ladder(answers.iter().copied())
}

#[test]
fn tests_cover_the_later_answers_once_and_in_order() {
    for answers in 0..200 {
        let tests = tests(answers);
        assert!(tests.iter().all(|(begin, end)| begin < end && *end <= answers));
        assert!(tests.windows(2).all(|pair| pair[0].1 == pair[1].0));
        assert_eq!(tests.last().map_or(answers, |last| last.1), answers);
    }
}
