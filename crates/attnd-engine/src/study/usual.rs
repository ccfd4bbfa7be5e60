//! How does a window differ from the person's usual? Against their whole session, or against what came before.
//!
//! Neither looks at an answer. Against the whole session is how published baselines of these recordings are made: it
//! needs the session to be over, and is for comparing. Against what came before is what can be known in daily use.

use std::collections::BTreeMap;
use std::sync::Arc;

use attnd_core::{TimeRange, Timestamp};
use attnd_model::dataset::{DatasetError, Signals};
use attnd_model::{Answer, Columns, Dataset, DatasetBuilder, Evidence, Example};
use attnd_sense::feature::FeatureWindow;
use attnd_sense::feature::baseline::{Baseline, BaselineConfig};

/// What is usual is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Usual {
    /// The mean and standard deviation of all windows of the person.
    Session,
    /// The median and its deviation of the person's windows that had ended before this one began.
    SoFar,
}

/// One window with its answer, as measured.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) range: TimeRange,
    /// In the instruments' units.
    pub(super) features: Vec<f64>,
    pub(super) contexts: Vec<Option<Arc<str>>>,
    pub(super) signals: Option<Signals>,
    pub(super) answer: i32,
    pub(super) answered: Timestamp,
}

/// Rows by person.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    people: BTreeMap<String, Vec<Row>>,
}

impl Rows {
    pub(super) fn push(&mut self, person: &str, row: Row) {
        self.people.entry(person.to_owned()).or_default().push(row);
    }

    /// A data set of all rows, each feature in deviations from its usual.
    pub(super) fn dataset(&self, columns: Columns, usual: Usual) -> Result<Dataset, DatasetError> {
        let mut builder = DatasetBuilder::new(columns)?;
        for (person, rows) in &self.people {
            let mut rows: Vec<&Row> = rows.iter().collect();
            rows.sort_by_key(|row| (row.range.end(), row.range.start()));
            let features = match usual {
                Usual::Session => against_session(&rows),
                Usual::SoFar => against_past(&rows),
            };
            for (row, features) in rows.into_iter().zip(features) {
                builder.add(person, example(row, features))?;
            }
        }
        Ok(builder.build())
    }
}

fn example(row: &Row, features: Vec<f64>) -> Example {
    Example {
        evidence: Evidence {
            from: row.range.start(),
            at: row.range.end(),
            features,
            contexts: row.contexts.clone(),
            signals: row.signals.clone(),
        },
        answer: Answer { value: row.answer, answered: row.answered.max(row.range.end()) },
    }
}

/// `[row][feature]`, of one person.
fn against_session(rows: &[&Row]) -> Vec<Vec<f64>> {
    let width = rows.first().map_or(0, |row| row.features.len());
    let usual: Vec<(f64, f64)> =
        (0..width).map(|feature| mean_and_deviation(rows.iter().map(|row| row.features[feature]))).collect();
    let away = |row: &&Row| {
        let features = row.features.iter().zip(&usual);
        // A feature that never varies tells nothing; neither does the only one of its kind.
        let away = features.map(|(value, (mean, deviation))| {
            if *deviation > f64::EPSILON * mean.abs() { (value - mean) / deviation } else { f64::NAN }
        });
        away.collect()
    };
    rows.iter().map(away).collect()
}

/// Of finite values; the deviation is that of a sample.
fn mean_and_deviation(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    if values.len() < 2 {
        return (f64::NAN, 0.0);
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (values.len() - 1) as f64).sqrt())
}

/// `[row][feature]`, of one person, rows in order of time.
fn against_past(rows: &[&Row]) -> Vec<Vec<f64>> {
    let width = rows.first().map_or(0, |row| row.features.len());
    let mut baseline = Baseline::new(width, BaselineConfig::default());
    let away = |row: &&Row| {
        let window = FeatureWindow { range: row.range, values: row.features.clone() };
        // Two a feature: from the median, and from the slow average.
        baseline.relative(&window).into_iter().step_by(2).collect()
    };
    rows.iter().map(away).collect()
}

#[cfg(test)]
mod tests {
    use attnd_core::Duration;

    use super::*;

    fn row(minute: u32, value: f64) -> Row {
        let start = Timestamp::from_ns_saturating(0).saturating_add(Duration::from_s(60 * minute));
        Row {
            range: TimeRange::from(start, Duration::from_s(60)),
            features: vec![value, 3.0],
            contexts: Vec::new(),
            signals: None,
            answer: 1,
            answered: start,
        }
    }

    #[test]
    fn a_session_is_about_nothing_and_one_apart() {
        let rows = [row(0, 1.0), row(1, 2.0), row(2, f64::NAN), row(3, 6.0)];
        let away = against_session(&rows.iter().collect::<Vec<_>>());
        let known = [away[0][0], away[1][0], away[3][0]];
        assert!(known.iter().sum::<f64>().abs() < 1e-12);
        assert!((known.iter().map(|value| value * value).sum::<f64>() / 2.0 - 1.0).abs() < 1e-12);
        assert!(away[2][0].is_nan());
        assert!(away.iter().all(|row| row[1].is_nan()), "what never varies tells nothing");
    }

    #[test]
    fn what_comes_later_changes_nothing_of_what_came_before() {
        let whole = [row(0, 1.0), row(1, 2.0), row(2, 4.0), row(3, 5.0), row(4, 9.0), row(5, -3.0)];
        let all = against_past(&whole.iter().collect::<Vec<_>>());
        let first = against_past(&whole[..5].iter().collect::<Vec<_>>());
        assert!(all[3][0].is_finite() && all[0][0].is_nan());
        for (all, first) in all.iter().zip(&first) {
            assert_eq!(all[0].to_bits(), first[0].to_bits());
        }
    }
}
