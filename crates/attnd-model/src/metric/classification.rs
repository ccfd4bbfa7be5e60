//! Which answers were taken for which? Confusion matrix, precision, recall and F1 as of scikit-learn.

use serde::{Deserialize, Serialize};

use super::{Scored, number};

/// How often each answer was predicted as each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confusion {
    /// The answers there are, in order.
    pub labels: Vec<String>,
    /// `[answered][predicted]`, counts.
    pub counts: Vec<Vec<usize>>,
}

/// Precision, recall and F1 of one answer; zero where they would divide by nothing, as scikit-learn's `zero_division=0`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassScore {
    /// Which answer.
    pub label: String,
    /// Share of right ones among those predicted so.
    pub precision: f64,
    /// Share of right ones among those answered so.
    pub recall: f64,
    /// Harmonic mean of both.
    pub f1: f64,
    /// How often it was answered.
    pub support: usize,
}

/// Scores over all answers, averaged in the three usual ways.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Averages {
    /// Over answers alike: with every answer counted this is the accuracy.
    pub micro: ClassScore,
    /// Over labels alike.
    #[serde(rename = "macro")]
    pub macro_: ClassScore,
    /// Over labels by how often they were answered.
    pub weighted: ClassScore,
}

impl Confusion {
    /// None counted yet.
    #[must_use]
    pub fn new(labels: Vec<String>) -> Self {
        let counts = vec![vec![0; labels.len()]; labels.len()];
        Self { labels, counts }
    }

    /// Yes and no, yes being predicted from a probability of one half up.
    #[must_use]
    pub fn of_yes_and_no(scored: &[Scored]) -> Self {
        let mut confusion = Self::new(vec!["no".to_owned(), "yes".to_owned()]);
        for one in scored {
            confusion.count(usize::from(one.yes), usize::from(one.probability >= 0.5));
        }
        confusion
    }

    /// One more that was `answered` and `predicted`, indices of labels; others are not counted.
    pub fn count(&mut self, answered: usize, predicted: usize) {
        if let Some(count) = self.counts.get_mut(answered).and_then(|row| row.get_mut(predicted)) {
            *count += 1;
        }
    }

    /// The scores of each label.
    #[must_use]
    pub fn scores(&self) -> Vec<ClassScore> {
        self.labels
            .iter()
            .enumerate()
            .map(|(label, name)| {
                let (right, predicted, answered) = self.totals(label);
                ClassScore::new(
                    name,
                    share(right, predicted),
                    share(right, answered),
                    share(2 * right, predicted + answered),
                    answered,
                )
            })
            .collect()
    }

    /// The averages over labels.
    #[must_use]
    pub fn averages(&self) -> Averages {
        let scores = self.scores();
        let support = scores.iter().map(|score| score.support).sum();
        let average = |name: &str, weight: &dyn Fn(&ClassScore) -> f64| {
            let total: f64 = scores.iter().map(weight).sum();
            let of = |value: fn(&ClassScore) -> f64| {
                let sum: f64 = scores.iter().map(|score| weight(score) * value(score)).sum();
                if total > 0.0 { sum / total } else { 0.0 }
            };
            ClassScore::new(name, of(|one| one.precision), of(|one| one.recall), of(|one| one.f1), support)
        };
        let right = (0..self.labels.len()).map(|label| self.totals(label).0).sum();
        let accuracy = share(right, support);
        Averages {
            micro: ClassScore::new("micro avg", accuracy, accuracy, accuracy, support),
            macro_: average("macro avg", &|_| 1.0),
            weighted: average("weighted avg", &|score| number(score.support)),
        }
    }

    /// Mean recall over the answers that were given: one half for a guess between two. `None` of nothing.
    #[must_use]
    pub fn balanced_accuracy(&self) -> Option<f64> {
        let scores = self.scores();
        let recalls: Vec<f64> =
            scores.iter().filter(|score| score.support > 0).map(|score| score.recall).collect();
        super::ranking::mean(&recalls)
    }

    /// Right ones, predicted and answered of one label.
    fn totals(&self, label: usize) -> (usize, usize, usize) {
        let predicted = self.counts.iter().map(|row| row[label]).sum();
        (self.counts[label][label], predicted, self.counts[label].iter().sum())
    }
}

impl ClassScore {
    fn new(label: &str, precision: f64, recall: f64, f1: f64, support: usize) -> Self {
        Self { label: label.to_owned(), precision, recall, f1, support }
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { number(part) / number(whole) }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::metric::parity;

    fn check(case: &Value, confusion: &Confusion) {
        for (score, expected) in confusion.scores().iter().zip(case["classes"].as_array().unwrap()) {
            same(expected, score);
            assert_eq!(Some(score.support as u64), expected["support"].as_u64());
        }
        let averages = confusion.averages();
        same(&case["micro"], &averages.micro);
        same(&case["macro"], &averages.macro_);
        same(&case["weighted"], &averages.weighted);
        parity::same(case, "balanced_accuracy", confusion.balanced_accuracy().unwrap());
        let counts: Vec<Vec<usize>> = serde_json::from_value(case["confusion"].clone()).unwrap();
        assert_eq!(confusion.counts, counts);
    }

    fn same(expected: &Value, found: &ClassScore) {
        parity::same(expected, "precision", found.precision);
        parity::same(expected, "recall", found.recall);
        parity::same(expected, "f1", found.f1);
    }

    #[test]
    fn says_what_scikit_learn_says_of_yes_and_no() {
        for case in parity::cases("binary") {
            check(&case["at_half"], &Confusion::of_yes_and_no(&parity::scored(&case)));
        }
    }

    #[test]
    fn says_what_scikit_learn_says_of_five_answers() {
        for case in parity::cases("levels") {
            let mut confusion = Confusion::new((1..=5).map(|level| level.to_string()).collect());
            let index = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap() - 1;
            let predicted = case["predicted"].as_array().unwrap();
            for (answered, predicted) in case["truth"].as_array().unwrap().iter().zip(predicted) {
                confusion.count(index(answered), index(predicted));
            }
            check(&case, &confusion);
        }
    }

    #[test]
    fn nothing_counted_is_zero_and_not_a_number_is_never_said() {
        let nothing = Confusion::of_yes_and_no(&[]);
        assert_eq!(nothing.balanced_accuracy(), None);
        assert_eq!(nothing.averages().weighted.f1.to_bits(), 0);
    }
}
