//! May a model be given these examples? Only if every column is the one it learnt.

use super::Columns;
use crate::estimator::ModelError;

impl Columns {
    /// Whether a model that knows `self` may be given the examples of `found`.
    ///
    /// # Errors
    /// [`ModelError::Columns`] naming the first column that differs.
    pub fn expect(&self, found: &Self) -> Result<(), ModelError> {
        if self == found {
            return Ok(());
        }
        let (expected, found) = first_difference(&self.names(), &found.names());
        Err(ModelError::Columns { expected, found })
    }

    fn names(&self) -> Vec<String> {
        let features = self.features.iter().map(|feature| format!("{} ({})", feature.name, feature.unit));
        let contexts = self.contexts.iter().map(|name| format!("{name} (words)"));
        let question = &self.question;
        let question = format!("the answer {} ≥ {}", question.scale.name, question.threshold);
        let shape = self.shape.iter().map(|shape| {
            let step_ms = shape.step.as_s_f64() * 1e3;
            format!("{} every {step_ms:.1} ms × {}", shape.channels.join(" + "), shape.steps)
        });
        [question].into_iter().chain(features).chain(contexts).chain(shape).collect()
    }
}

/// The first column in which two lists differ, with its number, as each has it.
fn first_difference(expected: &[String], found: &[String]) -> (String, String) {
    let most = expected.len().max(found.len());
    let index = (0..most).find(|&index| expected.get(index) != found.get(index)).unwrap_or(most);
    let describe = |columns: &[String]| match columns.get(index) {
        Some(name) => format!("{name} as column {} of {}", index + 1, columns.len()),
        None => format!("no column {} (of {})", index + 1, columns.len()),
    };
    (describe(expected), describe(found))
}

#[cfg(test)]
mod tests {
    use attnd_core::recording::Scale;

    use super::*;
    use crate::dataset::{Feature, Question};

    fn columns(names: &[&str]) -> Columns {
        let features =
            names.iter().map(|name| Feature { name: (*name).to_owned(), unit: "1".to_owned() }).collect();
        Columns {
            question: Question { scale: Scale::CONCENTRATION, threshold: 4 },
            features,
            contexts: vec!["place".to_owned()],
            shape: None,
        }
    }

    #[test]
    fn the_first_column_that_differs_is_named() {
        let fault = columns(&["a", "b"]).expect(&columns(&["a", "c"])).unwrap_err().to_string();
        assert!(fault.contains("b (1) as column 3 of 4"), "{fault}");
        assert!(fault.contains("c (1) as column 3 of 4"), "{fault}");
        let fault = columns(&["a"]).expect(&columns(&["a", "b"])).unwrap_err().to_string();
        assert!(fault.contains("place (words) as column 3 of 3"), "{fault}");
        assert!(columns(&["a"]).expect(&columns(&["a"])).is_ok());
    }
}
