//! What if one only knows how a person usually answers? Their running share of yes, pulled to everybody's.

use serde_json::json;

use super::{Tally, WEIGHTS, best};
use crate::dataset::{Evidence, Past, Question, Training};
use crate::estimator::{Estimator, Model, ModelError, Prediction, Reason, Run, Stage, Tensors};

/// The share of yes among what the person answered so far. It ranks people, never moments: a high pooled area under the
/// curve with half a one within people.
#[derive(Clone, Copy, Debug)]
pub struct PersonMean;

#[derive(Clone, Debug, PartialEq)]
struct PersonMeanModel {
    question: Question,
    /// Everybody's share of yes, said before any answer.
    everybody: f64,
    /// How many of the person's answers it weighs.
    weight: f64,
}

impl Estimator for PersonMean {
    fn name(&self) -> &'static str {
        "person-mean"
    }

    /// The weight is the one that would have said best what people of the training part answered next.
    fn fit(&self, training: Training<'_>, _run: &mut Run<'_>) -> Result<Box<dyn Model>, ModelError> {
        let everybody = Tally::of(training)?.share();
        let question = training.question();
        let loss = |weight: f64| {
            let of_example = |(past, answer): (Past<'_>, i32)| {
                let mut one = Tally::default();
                one.count(question.is_yes(answer));
                one.loss(tally(question, past).share_pulled_to(everybody, weight))
            };
            let examples = training.people().flat_map(|person| person.examples_with_past());
            examples.map(|(past, example)| of_example((past, example.answer.value))).sum::<f64>()
        };
        let weight = best(WEIGHTS.map(|weight| (weight, loss(weight))))
            .expect("invariant: there is more than one weight to choose from");
        Ok(Box::new(PersonMeanModel { question: question.clone(), everybody, weight }))
    }
}

fn tally(question: &Question, past: Past<'_>) -> Tally {
    let mut tally = Tally::default();
    for example in past.examples() {
        tally.count(question.is_yes(example.answer.value));
    }
    tally
}

impl Model for PersonMeanModel {
    fn name(&self) -> &'static str {
        PersonMean.name()
    }

    fn predict(&self, past: Past<'_>, _evidence: &Evidence) -> Prediction {
        Prediction::yes_or_no(tally(&self.question, past).share_pulled_to(self.everybody, self.weight))
    }

    fn explain(&self, _past: Past<'_>, _evidence: &Evidence) -> Vec<Reason> {
        Vec::new()
    }

    fn adapted(&self, _past: Past<'_>, _stage: Stage) -> Option<Box<dyn Model>> {
        None
    }

    fn tensors(&self) -> Tensors {
        Tensors {
            settings: json!({
                "question": self.question,
                "everybody": self.everybody,
                "weight_answers": self.weight,
            }),
            arrays: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::sample;
    use crate::estimator::Seed;

    fn fit(dataset: &crate::Dataset) -> Box<dyn Model> {
        let mut run = Run { seed: Seed(1), watch: &mut |_| {}, checkpoints: None };
        PersonMean.fit(dataset.whole(), &mut run).unwrap()
    }

    #[test]
    fn a_person_is_believed_sooner_where_people_differ() {
        let differ = sample::dataset(&[("a", &[5; 12]), ("b", &[1; 12]), ("c", &[5; 12]), ("d", &[1; 12])]);
        let alike = sample::dataset(&[
            ("a", &[5, 1, 1, 5, 5, 1, 5, 1, 1, 5, 1, 5]),
            ("b", &[1, 5, 5, 1, 1, 5, 1, 5, 5, 1, 5, 1]),
        ]);
        let two_yes = sample::dataset(&[("x", &[5, 5])]);
        let past = two_yes.people()[0].past(sample::second(1_000));
        let said = |dataset| fit(dataset).predict(past, &sample::evidence(1, 0.0, None)).yes;
        assert!(said(&differ) > 0.85, "{}", said(&differ));
        assert!(said(&alike) < 0.6, "{}", said(&alike));
    }

    #[test]
    fn without_a_past_it_says_what_everybody_says() {
        let dataset = sample::dataset(&[("a", &[5, 4, 1]), ("b", &[4])]);
        let said = fit(&dataset).predict(Past::EMPTY, &sample::evidence(1, 0.0, None)).yes;
        assert!((said - 3.5 / 5.0).abs() < 1e-12);
    }
}
