//! Is this the same data as then? SHA-256 over a canonical form of everything in a data set.

use std::fmt;

use attnd_core::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Columns, Dataset, Example};

/// SHA-256 of a data set, as 64 hexadecimal digits. Equal data sets, equal hashes, on every machine: strings and lists are
/// preceded by their length, numbers are little-endian, every NaN is the same NaN and zero has no sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DatasetHash(String);

impl fmt::Display for DatasetHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Changes when the canonical form does: hashes of different forms never compare equal by accident.
const FORM: &str = "attnd-dataset-1";

/// The NaN all NaN are written as.
const QUIET_NAN: u64 = 0x7ff8_0000_0000_0000;

impl Dataset {
    /// What it holds, in 64 digits, for the model card.
    #[must_use]
    pub fn hash(&self) -> DatasetHash {
        let mut canonical = Canonical(Sha256::new());
        canonical.text(FORM);
        canonical.columns(&self.columns);
        canonical.length(self.people.len());
        for person in &self.people {
            canonical.text(&person.name);
            canonical.length(person.examples.len());
            person.examples.iter().for_each(|example| canonical.example(example));
        }
        let digest = canonical.0.finalize();
        DatasetHash(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

struct Canonical(Sha256);

impl Canonical {
    fn length(&mut self, length: usize) {
        self.0.update((length as u64).to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.length(text.len());
        self.0.update(text.as_bytes());
    }

    fn optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => {
                self.0.update([1]);
                self.text(text);
            }
            None => self.0.update([0]),
        }
    }

    fn whole(&mut self, value: i32) {
        self.0.update(value.to_le_bytes());
    }

    fn moment(&mut self, moment: Timestamp) {
        self.0.update(moment.ns().to_le_bytes());
    }

    fn number(&mut self, value: f64) {
        let bits = match value {
            nan if nan.is_nan() => QUIET_NAN,
            0.0 => 0,
            number => number.to_bits(),
        };
        self.0.update(bits.to_le_bytes());
    }

    fn columns(&mut self, columns: &Columns) {
        let scale = &columns.question.scale;
        self.text(&scale.name);
        self.whole(scale.lowest);
        self.whole(scale.highest);
        self.whole(columns.question.threshold);
        self.length(columns.features.len());
        for feature in &columns.features {
            self.text(&feature.name);
            self.text(&feature.unit);
        }
        self.length(columns.contexts.len());
        columns.contexts.iter().for_each(|context| self.text(context));
        let Some(shape) = &columns.shape else {
            return self.0.update([0]);
        };
        self.0.update([1]);
        self.length(shape.channels.len());
        shape.channels.iter().for_each(|channel| self.text(channel));
        self.length(shape.steps);
        self.0.update(shape.step.ns().to_le_bytes());
    }

    fn example(&mut self, example: &Example) {
        let evidence = &example.evidence;
        self.moment(evidence.from);
        self.moment(evidence.at);
        evidence.features.iter().for_each(|value| self.number(*value));
        evidence.contexts.iter().for_each(|word| self.optional(word.as_deref()));
        for channel in evidence.signals.iter().flat_map(|signals| &signals.values) {
            channel.iter().for_each(|value| self.number(f64::from(*value)));
        }
        self.whole(example.answer.value);
        self.moment(example.answer.answered);
    }
}

#[cfg(test)]
mod tests {
    use attnd_core::recording::Scale;

    use super::*;
    use crate::dataset::{Answer, DatasetBuilder, Evidence, Feature, Question};

    fn dataset(value: f64, word: Option<&str>) -> Dataset {
        let moment = Timestamp::from_ns_saturating(7);
        let mut builder = DatasetBuilder::new(Columns {
            question: Question { scale: Scale::DISTRACTION, threshold: 4 },
            features: vec![Feature { name: "dwell".to_owned(), unit: "s".to_owned() }],
            contexts: vec!["location".to_owned()],
            shape: None,
        })
        .unwrap();
        let evidence = Evidence {
            from: moment,
            at: moment,
            features: vec![value],
            contexts: vec![word.map(Into::into)],
            signals: None,
        };
        builder.add("a", Example { evidence, answer: Answer { value: 4, answered: moment } }).unwrap();
        builder.build()
    }

    #[test]
    fn the_form_does_not_drift() {
        // Computed beside this by Python's hashlib from the form as documented.
        let hash = dataset(1.5, Some("desk")).hash().to_string();
        assert_eq!(hash, "634191eb7e8893cda2b9735f3266842c91d7cc5348bda96fbfd3da7a78f48c74");
    }

    #[test]
    fn everything_counts_and_nothing_that_is_equal_differs() {
        let hashes = [
            dataset(1.5, Some("desk")).hash(),
            dataset(1.5, Some("")).hash(),
            dataset(1.5, None).hash(),
            dataset(0.0, None).hash(),
            dataset(f64::NAN, None).hash(),
        ];
        for (index, hash) in hashes.iter().enumerate() {
            assert!(hashes[..index].iter().all(|other| other != hash));
        }
        assert_eq!(dataset(-0.0, None).hash(), dataset(0.0, None).hash());
        assert_eq!(dataset(-f64::NAN, None).hash(), dataset(f64::NAN, None).hash());
    }
}
