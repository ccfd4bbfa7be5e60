//! What does everything learnt say of texts it did not learn from? The same training once more, on the rest of the texts.
//!
//! Only so are scopes of the whole, networks too, known as they will be on new texts: on its own training texts a
//! classifier is far too sure.

use super::classifier::{ClassifyRoom, TextClassifier};
use super::embedding::Said;
use super::evaluate::Judged;
use super::linear::NO_CLASS;
use super::recipe::Choice;
use super::threshold::FEWEST;
use crate::Seed;

/// Every fifth text of each label is held out.
const FOLDS: usize = 5;
/// From so many texts on one fifth is enough: on its 200 texts a bound that refuses one in twenty is sure to ±1.5
/// points. Below, each fifth is held out in turn.
const FEW: usize = 1000;

/// Judgements of texts held out, in scope where their label was learnt from others; `of` has the class of each,
/// [`NO_CLASS`] where it is out of scope. Nothing where texts are too few to learn a threshold from.
pub(super) fn judge(
    texts: &[Said<'_>],
    of: &[u32],
    labels: &[String],
    choice: Choice,
    seed: Seed,
) -> Vec<Judged> {
    if texts.len() < FEWEST {
        return Vec::new();
    }
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by_key(|&at| of[at]);
    let folds = if texts.len() < FEW { FOLDS } else { 1 };
    let mut judged = Vec::new();
    let mut room = ClassifyRoom::default();
    for fold in 0..folds {
        let is_held = |place: usize| place % parts(of[order[place]], folds) == fold;
        let kept: Vec<usize> =
            (0..order.len()).filter(|&place| !is_held(place)).map(|place| order[place]).collect();
        let (kept_texts, kept_of): (Vec<Said<'_>>, Vec<u32>) =
            kept.iter().map(|&at| (texts[at], of[at])).unzip();
        let classifier = TextClassifier::learn(&kept_texts, &kept_of, labels.to_vec(), choice, seed);
        let held = (0..order.len()).filter(|&place| is_held(place)).map(|place| order[place]);
        // Texts of a label that nothing else was learnt of are neither in scope nor told to be out of it.
        let held = held.filter(|&at| of[at] == NO_CLASS || kept_of.binary_search(&of[at]).is_ok());
        judged.extend(held.map(|at| {
            let verdict = classifier.classify(texts[at], &mut room);
            let truth = (of[at] != NO_CLASS).then_some(of[at] as usize);
            Judged { truth, given: verdict.label, probability: verdict.probability, scope: verdict.scope }
        }));
    }
    judged
}

/// Into how many parts the texts of a class are dealt. Where only one part is held out, it is half of the texts out of
/// scope: they are few, and the bound needs them more than the judges do.
fn parts(class: u32, folds: usize) -> usize {
    if class == NO_CLASS && folds == 1 { 2 } else { FOLDS }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::recipe::{RECIPES, Recipe};

    const CHOICE: Choice =
        Choice { recipe: Recipe { ..RECIPES[1] }, sharpness: 3.3, loss: None, accuracy: None };

    fn judged(count: usize) -> Vec<Judged> {
        let words = ["rain", "bread", "violin"];
        let texts: Vec<String> = (0..count).map(|at| format!("the {} of {at}", words[at % 3])).collect();
        let texts: Vec<Said<'_>> = texts.iter().map(|text| text.as_str().into()).collect();
        let of: Vec<u32> = (0..count).map(|at| [0, 1, NO_CLASS][at % 3]).collect();
        judge(&texts, &of, &["rain".to_owned(), "bread".to_owned()], CHOICE, Seed(1))
    }

    #[test]
    fn each_of_few_texts_is_judged_once_and_every_fifth_of_many() {
        let few = judged(60);
        assert_eq!(few.len(), 60);
        assert_eq!(few.iter().filter(|judged| judged.truth.is_none()).count(), 20);
        assert!(few.iter().filter(|judged| judged.truth == Some(judged.given)).count() >= 38);
        let many = judged(1200);
        assert_eq!(many.iter().filter(|judged| judged.truth.is_some()).count(), 160);
        assert_eq!(many.iter().filter(|judged| judged.truth.is_none()).count(), 200);
    }

    #[test]
    fn a_label_of_one_text_and_too_few_texts_are_not_judged() {
        let texts = ["a b"].into_iter().chain(std::iter::repeat_n("c d", 30));
        let texts: Vec<Said<'_>> = texts.map(Said::from).collect();
        let of: Vec<u32> = std::iter::once(0).chain(std::iter::repeat_n(1, 30)).collect();
        let labels = ["x".to_owned(), "y".to_owned()];
        assert_eq!(judge(&texts, &of, &labels, CHOICE, Seed(1)).len(), 30);
        assert_eq!(judge(&texts[..19], &of[..19], &labels, CHOICE, Seed(1)), []);
    }
}
