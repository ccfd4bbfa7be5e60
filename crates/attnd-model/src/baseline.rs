//! What does a guess achieve that needs no model? Baselines every estimator is printed beside.

mod context_rule;
mod hour_of_day;
mod majority;
mod person_mean;
mod rates;

pub use context_rule::ContextRule;
pub use hour_of_day::HourOfDay;
pub use majority::Majority;
pub use person_mean::PersonMean;

use crate::dataset::Training;
use crate::estimator::{Estimator, ModelError};
use crate::metric::number;

/// Every baseline, the simplest first.
pub const BASELINES: &[&dyn Estimator] = &[&Majority, &PersonMean, &HourOfDay, &ContextRule];

/// How many answers the guess before any answer weighs: tried in this order, chosen on the training part.
const WEIGHTS: [f64; 6] = [0.5, 1.0, 2.0, 4.0, 8.0, 16.0];

/// Answers, and how many of them are yes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    yes: usize,
    answers: usize,
}

impl Tally {
    /// All of a training part.
    fn of(training: Training<'_>) -> Result<Self, ModelError> {
        let mut all = Self::default();
        for example in training.people().flat_map(|person| person.examples()) {
            all.count(training.question().is_yes(example.answer.value));
        }
        if all.answers == 0 {
            return Err(ModelError::TooLittle { what: "answers", found: 0, needed: 1 });
        }
        Ok(all)
    }

    fn count(&mut self, is_yes: bool) {
        self.yes += usize::from(is_yes);
        self.answers += 1;
    }

    fn add(&mut self, other: Self) {
        self.yes += other.yes;
        self.answers += other.answers;
    }

    const fn without(self, other: Self) -> Self {
        Self { yes: self.yes - other.yes, answers: self.answers - other.answers }
    }

    /// The share of yes, half an answer of each kind added so that it is never 0 or 1 (Krichevsky and Trofimov 1981,
    /// doi:10.1109/TIT.1981.1056331).
    fn share(self) -> f64 {
        (number(self.yes) + 0.5) / (number(self.answers) + 1.0)
    }

    /// The share of yes pulled to `guess`, which counts as `weight` answers.
    fn share_pulled_to(self, guess: f64, weight: f64) -> f64 {
        (number(self.yes) + weight * guess) / (number(self.answers) + weight)
    }

    /// The log-loss of saying `yes` to all of these, summed.
    fn loss(self, yes: f64) -> f64 {
        -(number(self.yes) * yes.ln() + number(self.answers - self.yes) * (1.0 - yes).ln())
    }
}

/// The candidate of the least loss, the first of equals.
fn best<T>(candidates: impl IntoIterator<Item = (T, f64)>) -> Option<T> {
    let mut best: Option<(T, f64)> = None;
    for (candidate, loss) in candidates {
        if best.as_ref().is_none_or(|(_, least)| loss < *least) {
            best = Some((candidate, loss));
        }
    }
    best.map(|(candidate, _)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Past;
    use crate::dataset::sample;
    use crate::dataset::split::{Known, by_time, leave_one_person_out};
    use crate::estimator::{Run, Seed};
    use crate::evaluate::compare;
    use attnd_core::Duration;

    fn run<T>(with: impl FnOnce(&mut Run<'_>) -> T) -> T {
        with(&mut Run { seed: Seed(1), watch: &mut |_| {}, checkpoints: None })
    }

    #[test]
    fn their_names_are_stable() {
        let names: Vec<_> = BASELINES.iter().map(|baseline| baseline.name()).collect();
        assert_eq!(names, ["majority", "person-mean", "hour-of-day", "context-rule"]);
    }

    #[test]
    fn nothing_to_learn_from_is_said_and_one_kind_of_answers_is_enough() {
        let nobody = sample::dataset(&[]);
        let always = sample::dataset(&[("a", &[5, 5, 5]), ("b", &[4])]);
        for baseline in BASELINES {
            let refused = run(|run| baseline.fit(nobody.whole(), run)).unwrap_err();
            assert!(matches!(refused, ModelError::TooLittle { what: "answers", .. }), "{refused}");
            let model = run(|run| baseline.fit(always.whole(), run)).unwrap();
            let said = model.predict(Past::EMPTY, &sample::evidence(7, f64::NAN, Some("never seen"))).yes;
            assert!(said > 0.5 && said < 1.0, "{} says {said}", baseline.name());
        }
    }

    #[test]
    fn all_go_through_every_split() {
        let dataset = sample::dataset(&[("a", &[5, 1, 5, 1, 4]), ("b", &[5, 5, 2]), ("c", &[1, 1])]);
        let whole = dataset.whole();
        for folds in [
            leave_one_person_out(whole, Known::Nothing).unwrap(),
            by_time(whole, 0.5, Duration::default(), Known::Prequential).unwrap(),
        ] {
            for compared in run(|run| compare(BASELINES, &folds, run)) {
                let report = compared.outcome.unwrap().report;
                assert!(report.log_loss.is_some_and(f64::is_finite), "{report}");
            }
        }
    }
}
