//! What if one always says what most people say? The training part's share of yes, whoever and whenever.

use serde_json::json;

use super::Tally;
use crate::dataset::{Evidence, Past, Training};
use crate::estimator::{Estimator, Model, ModelError, Prediction, Reason, Run, Stage, Tensors};

/// The share of yes of everybody: the class most people say, and how sure one may be of it.
#[derive(Clone, Copy, Debug)]
pub struct Majority;

#[derive(Clone, Copy, Debug, PartialEq)]
struct MajorityModel {
    yes: f64,
}

impl Estimator for Majority {
    fn name(&self) -> &'static str {
        "majority"
    }

    fn fit(&self, training: Training<'_>, _run: &mut Run<'_>) -> Result<Box<dyn Model>, ModelError> {
        Ok(Box::new(MajorityModel { yes: Tally::of(training)?.share() }))
    }
}

impl Model for MajorityModel {
    fn name(&self) -> &'static str {
        Majority.name()
    }

    fn predict(&self, _past: Past<'_>, _evidence: &Evidence) -> Prediction {
        Prediction::yes_or_no(self.yes)
    }

    fn explain(&self, _past: Past<'_>, _evidence: &Evidence) -> Vec<Reason> {
        Vec::new()
    }

    fn adapted(&self, _past: Past<'_>, _stage: Stage) -> Option<Box<dyn Model>> {
        None
    }

    fn tensors(&self) -> Tensors {
        Tensors { settings: json!({ "yes": self.yes }), arrays: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::sample;
    use crate::estimator::Seed;

    #[test]
    fn says_the_share_of_yes() {
        let dataset = sample::dataset(&[("a", &[5, 4, 1]), ("b", &[4])]);
        let mut run = Run { seed: Seed(1), watch: &mut |_| {}, checkpoints: None };
        let model = Majority.fit(dataset.whole(), &mut run).unwrap();
        let said = model.predict(Past::EMPTY, &sample::evidence(1, 0.0, None)).yes;
        assert!((said - 3.5 / 5.0).abs() < 1e-12);
    }
}
