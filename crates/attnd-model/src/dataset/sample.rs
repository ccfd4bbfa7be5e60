//! What do small data sets for tests look like? One feature, one context, people with a line of answers.

use attnd_core::Timestamp;
use attnd_core::recording::Scale;

use super::{Answer, Columns, Dataset, DatasetBuilder, Evidence, Example, Feature, Question};

/// A second after the epoch.
pub(crate) fn second(second: i64) -> Timestamp {
    Timestamp::from_ns_saturating(second * 1_000_000_000)
}

/// Concentration at least 4, one feature `dwell`, one context `location`.
pub(crate) fn columns() -> Columns {
    Columns {
        question: Question { scale: Scale::CONCENTRATION, threshold: 4 },
        features: vec![Feature { name: "dwell".to_owned(), unit: "s".to_owned() }],
        contexts: vec!["location".to_owned()],
        shape: None,
    }
}

/// Evidence of one second before `at`.
pub(crate) fn evidence(at: i64, dwell: f64, location: Option<&str>) -> Evidence {
    Evidence {
        from: second(at - 1),
        at: second(at),
        features: vec![dwell],
        contexts: vec![location.map(Into::into)],
        signals: None,
    }
}

/// Answered at once.
pub(crate) fn example(at: i64, value: i32) -> Example {
    Example { evidence: evidence(at, f64::from(value), None), answer: Answer { value, answered: second(at) } }
}

/// People with their answers, ten seconds apart from second 10 on; the feature is the answer itself.
pub(crate) fn dataset(people: &[(&str, &[i32])]) -> Dataset {
    let examples = people.iter().flat_map(|(person, answers)| {
        (1..).zip(*answers).map(|(index, value)| (*person, example(10 * index, *value)))
    });
    of(examples)
}

/// These examples of these people.
pub(crate) fn of<'a>(examples: impl IntoIterator<Item = (&'a str, Example)>) -> Dataset {
    let mut builder = DatasetBuilder::new(columns()).unwrap();
    for (person, example) in examples {
        builder.add(person, example).unwrap();
    }
    builder.build()
}
