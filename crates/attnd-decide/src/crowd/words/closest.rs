//! Which of the given texts is most like all others? The closest answer, by minds who are themselves often close.
//!
//! The reliability-aware idea of RASA (Li and Fukumoto 2019, doi:10.18653/v1/D19-5904; Crowd-Kit's `TextRASA`), on
//! likeness of the texts themselves: needs no embeddings, works in every language, and each answer stays one given.

use super::similarity::{Likeness, likeness};
use crate::crowd::given::Given;

/// How answers are compared and how long minds are weighed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Closest {
    /// How likeness is measured.
    pub likeness: Likeness,
    /// Rounds in which minds get their weight from how near they are to what was chosen; 0 weighs all alike.
    pub rounds: usize,
}

impl Default for Closest {
    fn default() -> Self {
        Self { likeness: Likeness::Edits, rounds: 10 }
    }
}

/// What was chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// `[unit]`: place of the chosen answer among [`Given::of`] that unit.
    pub answers: Vec<usize>,
    /// `[unit]`: its mean likeness to the others, weighed by minds, 0 to 1; 1 where it is alone.
    pub confidence: Vec<f64>,
    /// `[mind]`: mean squared distance (1 less likeness) of its answers from those chosen, drawn to the mean of all
    /// by one answer's worth.
    pub distance: Vec<f64>,
}

/// Chooses for each unit the answer nearest to the others. Of equally near ones the first in the alphabet.
/// O(answers² of a unit × their lengths²) once; rounds reuse the likenesses.
#[must_use]
pub fn closest(given: &Given<String>, settings: Closest) -> Chosen {
    let alike: Vec<Vec<f64>> = given.by_unit().map(|of| table(of, settings.likeness)).collect();
    let mut weights = vec![1.0; given.minds().len()];
    let mut chosen = choose(given, &alike, &weights);
    for _ in 0..settings.rounds {
        weights = chosen.distance.iter().map(|distance| 1.0 / distance.max(LEAST)).collect();
        let next = choose(given, &alike, &weights);
        let settled = next.answers == chosen.answers;
        chosen = next;
        if settled {
            break;
        }
    }
    chosen
}

/// The least mean squared distance a mind is taken to have: nobody is infinitely trusted.
const LEAST: f64 = 1e-3;

/// Likeness of each two answers of a unit, `[one, other]`.
fn table(of: &[(u32, String)], by: Likeness) -> Vec<f64> {
    let several = of.len();
    let mut alike = vec![1.0; several * several];
    for one in 0..several {
        for other in one + 1..several {
            let between = if of[one].1 == of[other].1 { 1.0 } else { likeness(&of[one].1, &of[other].1, by) };
            alike[one * several + other] = between;
            alike[other * several + one] = between;
        }
    }
    alike
}

fn choose(given: &Given<String>, alike: &[Vec<f64>], weights: &[f64]) -> Chosen {
    let (mut answers, mut confidence) = (Vec::new(), Vec::new());
    let mut squares = vec![(0.0, 0.0); weights.len()];
    for (of, alike) in given.by_unit().zip(alike) {
        let several = of.len();
        let near = |one: usize| {
            let others = (0..several).filter(|&other| other != one);
            let (mut sum, mut all) = (0.0, 0.0);
            for other in others {
                let weight = weights[of[other].0 as usize];
                sum += weight * alike[one * several + other];
                all += weight;
            }
            // Its own mind's word counts too: a trusted mind is not outvoted by two careless ones that agree less.
            let own = weights[of[one].0 as usize];
            ((sum + own) / (all + own), if all > 0.0 { sum / all } else { 1.0 })
        };
        let mut best = (0, near(0));
        for one in 1..several {
            let is = near(one);
            let tied = (is.0 - best.1.0).abs() <= 1e-12;
            if is.0 > best.1.0 + 1e-12 || tied && of[one].1 < of[best.0].1 {
                best = (one, is);
            }
        }
        for (other, (mind, _)) in of.iter().enumerate() {
            let (sum, all) = &mut squares[*mind as usize];
            *sum += (1.0 - alike[best.0 * several + other]).powi(2);
            *all += 1.0;
        }
        answers.push(best.0);
        confidence.push(best.1.1);
    }
    let (sum, all) = squares.iter().fold((0.0, 0.0), |whole, of| (whole.0 + of.0, whole.1 + of.1));
    let mean = if all > 0.0 { sum / all } else { 0.0 };
    let distance = squares.iter().map(|(sum, all)| (sum + mean) / (all + 1.0)).collect();
    Chosen { answers, confidence, distance }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crowd::given::GivenBuilder;

    fn given(rows: &[(String, String, String)]) -> Given<String> {
        let mut builder = GivenBuilder::default();
        rows.iter().for_each(|(unit, mind, text)| builder.answer(unit, mind, text.clone()).unwrap());
        builder.build().unwrap()
    }

    #[test]
    fn the_one_in_the_middle_is_chosen() {
        let texts =
            ["the cat sat on the mat", "the cat sat on a mat", "the cat sits on the mat", "something else"];
        let rows: Vec<_> = (0..)
            .zip(texts)
            .map(|(mind, text): (i32, _)| ("u".into(), mind.to_string(), text.to_owned()))
            .collect();
        let chosen = closest(&given(&rows), Closest::default());
        assert_eq!(chosen.answers, [0]);
        assert!(chosen.distance[3] > 2.0 * chosen.distance[1]);
    }

    #[test]
    fn who_was_near_elsewhere_is_believed_where_two_differ() {
        let mut rows = Vec::new();
        for unit in 0..6 {
            let right = format!("unit number {unit} is right");
            rows.push((unit.to_string(), "good".to_owned(), right.clone()));
            rows.push((unit.to_string(), "other".to_owned(), right));
            rows.push((unit.to_string(), "bad".to_owned(), "zzz qqq".to_owned()));
        }
        rows.push(("last".to_owned(), "bad".to_owned(), "aaa".to_owned()));
        rows.push(("last".to_owned(), "good".to_owned(), "the truth".to_owned()));
        let given = given(&rows);
        assert_eq!(closest(&given, Closest { rounds: 0, ..Closest::default() }).answers[6], 0);
        assert_eq!(closest(&given, Closest::default()).answers[6], 1);
    }

    proptest! {
        #[test]
        fn the_order_of_answers_does_not_matter(texts in prop::collection::vec("[ab]{0,5}", 1..7), turn in 0..7_usize) {
            let rows: Vec<_> = texts.iter().enumerate().map(|(mind, text)| ("u".to_owned(), mind.to_string(), text.clone())).collect();
            let mut turned = rows.clone();
            turned.rotate_left(turn % rows.len());
            let text = |rows: &[_]| {
                let given = given(rows);
                given.of(0)[closest(&given, Closest { rounds: 0, ..Closest::default() }).answers[0]].1.clone()
            };
            prop_assert_eq!(text(&rows), text(&turned));
        }
    }
}
