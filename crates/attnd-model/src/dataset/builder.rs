//! May this example join the others? Refuses what does not fit and puts the rest in order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use attnd_core::Timestamp;

use super::{Columns, Dataset, Example, Person, TrainingPart};

/// Collects examples in any order; every one is checked as it comes and none is dropped.
#[derive(Clone, Debug)]
pub struct DatasetBuilder {
    columns: Columns,
    people: BTreeMap<Arc<str>, Vec<Example>>,
}

/// Why an example or the columns were refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DatasetError {
    /// Nobody can tell yes from no.
    #[error(
        "{scale} goes from {lowest} to {highest}: a threshold of {threshold} would make every answer the same"
    )]
    Threshold {
        /// The scale's name.
        scale: String,
        /// Its lowest answer.
        lowest: i32,
        /// Its highest answer.
        highest: i32,
        /// What was asked.
        threshold: i32,
    },
    /// Two columns of one name, or one without.
    #[error("'{name}' is no name for a column: it is empty or taken")]
    Column {
        /// The name.
        name: String,
    },
    /// Somebody without a name.
    #[error("an example belongs to nobody: every person needs a name, a pseudonym will do")]
    Unnamed,
    /// Another number of columns than the data set has.
    #[error("an example of {person} has {found} {what}, the data set has {expected}")]
    Width {
        /// Whose.
        person: String,
        /// `features`, `contexts`, `channels of raw signals`, `steps of a raw signal`.
        what: &'static str,
        /// As the data set has it.
        expected: usize,
        /// As it came.
        found: usize,
    },
    /// A number that is none.
    #[error("{column} of {person} at {at} is infinite; use NaN where nothing was measured")]
    Infinite {
        /// Whose.
        person: String,
        /// When.
        at: Timestamp,
        /// Which column or channel.
        column: String,
    },
    /// An answer the scale does not have.
    #[error("{person} answered {value} at {at}, the scale {scale} goes from {lowest} to {highest}")]
    Answer {
        /// Who.
        person: String,
        /// When.
        at: Timestamp,
        /// What.
        value: i32,
        /// The scale's name.
        scale: String,
        /// Its lowest answer.
        lowest: i32,
        /// Its highest answer.
        highest: i32,
    },
    /// Evidence that ends before it starts, or that goes on after it was asked about: it could hold its own answer.
    #[error(
        "an example of {person} is out of order: evidence from {from} to {at}, answered {answered}; the answer comes last"
    )]
    Order {
        /// Whose.
        person: String,
        /// Where the evidence begins.
        from: Timestamp,
        /// Where it ends.
        at: Timestamp,
        /// When it was answered.
        answered: Timestamp,
    },
}

impl DatasetBuilder {
    /// An empty data set with these columns.
    ///
    /// # Errors
    /// [`DatasetError::Threshold`] or [`DatasetError::Column`].
    pub fn new(columns: Columns) -> Result<Self, DatasetError> {
        let scale = &columns.question.scale;
        let threshold = columns.question.threshold;
        if threshold <= scale.lowest || threshold > scale.highest {
            return Err(DatasetError::Threshold {
                scale: scale.name.to_string(),
                lowest: scale.lowest,
                highest: scale.highest,
                threshold,
            });
        }
        let features = columns.features.iter().map(|feature| feature.name.as_str());
        unique(features.chain(columns.contexts.iter().map(String::as_str)))?;
        if let Some(shape) = &columns.shape {
            unique(shape.channels.iter().map(String::as_str))?;
        }
        Ok(Self { columns, people: BTreeMap::new() })
    }

    /// One more example of the person of this name.
    ///
    /// # Errors
    /// [`DatasetError`]; the builder is as it was before.
    pub fn add(&mut self, person: &str, example: Example) -> Result<(), DatasetError> {
        if person.trim().is_empty() {
            return Err(DatasetError::Unnamed);
        }
        self.check_times_and_answer(person, &example)?;
        self.check_width(person, &example)?;
        self.check_finite(person, &example)?;
        self.people.entry(person.into()).or_default().push(example);
        Ok(())
    }

    /// The data set: people by name, their examples by the end of their evidence, then by answer.
    #[must_use]
    pub fn build(self) -> Dataset {
        let people: Vec<Person> = self
            .people
            .into_iter()
            .map(|(name, mut examples)| {
                examples.sort_by_key(|example| {
                    (example.evidence.at, example.answer.answered, example.evidence.from)
                });
                let mut latest = Timestamp::MIN;
                let known_from = examples
                    .iter()
                    .map(|example| {
                        latest = latest.max(example.answer.answered);
                        latest
                    })
                    .collect();
                Person { name, examples, known_from }
            })
            .collect();
        let whole = people
            .iter()
            .enumerate()
            .map(|(person, of)| TrainingPart { person, end: of.examples.len() })
            .collect();
        Dataset { columns: self.columns, people, whole }
    }

    fn check_times_and_answer(&self, person: &str, example: &Example) -> Result<(), DatasetError> {
        let Example { evidence, answer } = example;
        if evidence.from > evidence.at || evidence.at > answer.answered {
            return Err(DatasetError::Order {
                person: person.to_owned(),
                from: evidence.from,
                at: evidence.at,
                answered: answer.answered,
            });
        }
        let scale = &self.columns.question.scale;
        if !(scale.lowest..=scale.highest).contains(&answer.value) {
            return Err(DatasetError::Answer {
                person: person.to_owned(),
                at: answer.answered,
                value: answer.value,
                scale: scale.name.to_string(),
                lowest: scale.lowest,
                highest: scale.highest,
            });
        }
        Ok(())
    }

    fn check_width(&self, person: &str, example: &Example) -> Result<(), DatasetError> {
        let width = |what, expected, found| {
            if expected == found {
                return Ok(());
            }
            Err(DatasetError::Width { person: person.to_owned(), what, expected, found })
        };
        let evidence = &example.evidence;
        width("features", self.columns.features.len(), evidence.features.len())?;
        width("contexts", self.columns.contexts.len(), evidence.contexts.len())?;
        let signals = evidence.signals.as_ref().map_or(&[][..], |signals| &signals.values);
        let Some(shape) = &self.columns.shape else {
            return width("channels of raw signals", 0, signals.len());
        };
        width("channels of raw signals", shape.channels.len(), signals.len())?;
        signals.iter().try_for_each(|channel| width("steps of a raw signal", shape.steps, channel.len()))
    }

    fn check_finite(&self, person: &str, example: &Example) -> Result<(), DatasetError> {
        let evidence = &example.evidence;
        let infinite = |column: &str| DatasetError::Infinite {
            person: person.to_owned(),
            at: evidence.at,
            column: column.to_owned(),
        };
        for (feature, value) in self.columns.features.iter().zip(&evidence.features) {
            if value.is_infinite() {
                return Err(infinite(&feature.name));
            }
        }
        if let (Some(shape), Some(signals)) = (&self.columns.shape, &evidence.signals) {
            for (channel, values) in shape.channels.iter().zip(&signals.values) {
                if values.iter().any(|value| value.is_infinite()) {
                    return Err(infinite(channel));
                }
            }
        }
        Ok(())
    }
}

fn unique<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), DatasetError> {
    let mut seen = BTreeSet::new();
    for name in names {
        if name.trim().is_empty() || !seen.insert(name) {
            return Err(DatasetError::Column { name: name.to_owned() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use attnd_core::Duration;
    use attnd_core::recording::Scale;

    use super::*;
    use crate::dataset::{Answer, Evidence, Feature, Question, Shape, Signals};

    fn moment(second: i64) -> Timestamp {
        Timestamp::from_ns_saturating(second * 1_000_000_000)
    }

    fn columns() -> Columns {
        Columns {
            question: Question { scale: Scale::CONCENTRATION, threshold: 4 },
            features: vec![Feature { name: "dwell".to_owned(), unit: "s".to_owned() }],
            contexts: vec!["location".to_owned()],
            shape: None,
        }
    }

    fn example(at: i64, answered: i64, value: i32) -> Example {
        Example {
            evidence: Evidence {
                from: moment(at - 1),
                at: moment(at),
                features: vec![f64::NAN],
                contexts: vec![None],
                signals: None,
            },
            answer: Answer { value, answered: moment(answered) },
        }
    }

    #[test]
    fn orders_people_by_name_and_examples_by_time() {
        let mut builder = DatasetBuilder::new(columns()).unwrap();
        for (person, at) in [("b", 5), ("a", 9), ("b", 3), ("a", 1)] {
            builder.add(person, example(at, at, 4)).unwrap();
        }
        let dataset = builder.build();
        let seen: Vec<(&str, Vec<Timestamp>)> = dataset
            .people()
            .iter()
            .map(|person| (person.name(), person.examples().iter().map(|kept| kept.evidence.at).collect()))
            .collect();
        assert_eq!(seen, vec![("a", vec![moment(1), moment(9)]), ("b", vec![moment(3), moment(5)])]);
        assert_eq!(dataset.examples(), 4);
    }

    #[test]
    fn a_late_answer_hides_itself_and_what_follows() {
        let mut builder = DatasetBuilder::new(columns()).unwrap();
        for (at, answered) in [(1, 2), (3, 100), (4, 5)] {
            builder.add("a", example(at, answered, 4)).unwrap();
        }
        let dataset = builder.build();
        let person = &dataset.people()[0];
        assert_eq!(person.past(moment(2)).examples().len(), 0, "known only after it was answered");
        assert_eq!(person.past(moment(3)).examples().len(), 1);
        assert_eq!(person.past(moment(50)).examples().len(), 1, "the second is unanswered until 100");
        assert_eq!(person.past(moment(101)).examples().len(), 3);
    }

    #[test]
    fn refuses_what_does_not_fit_and_stays_as_it_was() {
        let mut builder = DatasetBuilder::new(columns()).unwrap();
        let mut wide = example(1, 1, 4);
        wide.evidence.features.push(0.0);
        assert!(matches!(
            builder.add("a", wide),
            Err(DatasetError::Width { what: "features", expected: 1, found: 2, .. })
        ));
        assert!(matches!(
            builder.add("a", example(1, 1, 6)),
            Err(DatasetError::Answer { value: 6, highest: 5, .. })
        ));
        assert!(matches!(builder.add("a", example(2, 1, 4)), Err(DatasetError::Order { .. })));
        assert_eq!(builder.add("  ", example(1, 1, 4)), Err(DatasetError::Unnamed));
        let mut infinite = example(1, 1, 4);
        infinite.evidence.features[0] = f64::INFINITY;
        assert!(matches!(builder.add("a", infinite), Err(DatasetError::Infinite { .. })));
        let mut raw = example(1, 1, 4);
        raw.evidence.signals = Some(Signals { values: vec![vec![0.0]] });
        assert!(matches!(builder.add("a", raw), Err(DatasetError::Width { .. })));
        assert_eq!(builder.build().examples(), 0);
    }

    #[test]
    fn refuses_columns_nobody_can_use() {
        let mut twice = columns();
        twice.contexts.push("dwell".to_owned());
        assert_eq!(DatasetBuilder::new(twice).err(), Some(DatasetError::Column { name: "dwell".to_owned() }));
        let mut always = columns();
        always.question.threshold = 1;
        assert!(matches!(DatasetBuilder::new(always), Err(DatasetError::Threshold { threshold: 1, .. })));
    }

    #[test]
    fn raw_signals_have_the_shape_of_the_data_set() {
        let mut with_shape = columns();
        with_shape.shape =
            Some(Shape { channels: vec!["pupil".to_owned()], steps: 2, step: Duration::default() });
        let mut builder = DatasetBuilder::new(with_shape).unwrap();
        let mut raw = example(1, 1, 4);
        assert!(matches!(
            builder.add("a", raw.clone()),
            Err(DatasetError::Width { what: "channels of raw signals", .. })
        ));
        raw.evidence.signals = Some(Signals { values: vec![vec![0.0]] });
        assert!(matches!(
            builder.add("a", raw.clone()),
            Err(DatasetError::Width { what: "steps of a raw signal", expected: 2, found: 1, .. })
        ));
        raw.evidence.signals = Some(Signals { values: vec![vec![0.0, f32::NAN]] });
        builder.add("a", raw).unwrap();
    }
}
