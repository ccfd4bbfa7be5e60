//! What does a linear model see of a moment? Numbers set against what is usual, words it knows, and the person's own past
//! answers; all that is usual is learnt from the examples it is fitted to.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::cumulative::Weights;
use super::design::{Design, Row};
use crate::dataset::{Columns, Evidence, Past, Training};
use crate::estimator::ModelError;
use crate::history::History;

/// A word gets a weight of its own when at least so many examples have it ...
const WORD_EXAMPLES: usize = 20;
/// ... of at least so many people (or of all, where there are fewer): what one person alone wrote is nobody else's, and
/// must not travel in a model of all.
const WORD_PEOPLE: usize = 3;
/// A number further than this many standard deviations from the mean counts as that far: a clock that jumped must not
/// decide.
const FARTHEST_DEVIATIONS: f64 = 6.0;
/// A number that hardly varies is left as it is.
const LEAST_SPREAD: f64 = 1e-9;

/// What was known of one moment, before anything is learnt: numbers as they are, words as they are.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Moment {
    /// The data set's features, then the history's numbers; NaN where missing.
    pub(super) numbers: Vec<f64>,
    /// One word per context column.
    pub(super) words: Vec<Option<std::sync::Arc<str>>>,
    /// The answer.
    pub(super) value: i32,
}

/// The moments of one person, in order of time.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PersonMoments {
    pub(super) moments: Vec<Moment>,
}

/// Turns a moment into a row of inputs: dense numbers of mean 0 and variance 1 over the examples it was learnt from, and
/// the words it knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    columns: Columns,
    history: History,
    centre: Vec<f64>,
    spread: Vec<f64>,
    /// `[column]`: the words that are known, sorted.
    words: Vec<Vec<String>>,
}

/// All moments of a training part, person by person.
pub(super) fn moments(history: &History, training: Training<'_>) -> Vec<PersonMoments> {
    training
        .people()
        .map(|person| PersonMoments {
            moments: person
                .examples_with_past()
                .map(|(past, example)| Moment::new(history, past, &example.evidence, example.answer.value))
                .collect(),
        })
        .collect()
}

impl Moment {
    pub(super) fn new(history: &History, past: Past<'_>, evidence: &Evidence, value: i32) -> Self {
        let mut numbers = evidence.features.clone();
        numbers.extend(history.at(past, evidence));
        Self { numbers, words: evidence.contexts.clone(), value }
    }
}

impl Inputs {
    /// Learns what is usual and which words there are.
    ///
    /// # Errors
    /// [`ModelError::TooLittle`] without any example.
    pub(super) fn learn(columns: &Columns, people: &[&PersonMoments]) -> Result<Self, ModelError> {
        let all: Vec<&Moment> = people.iter().flat_map(|person| &person.moments).collect();
        let Some(first) = all.first() else {
            return Err(ModelError::TooLittle { what: "answers", found: 0, needed: 1 });
        };
        let (centre, spread) = (0..first.numbers.len())
            .map(|column| {
                usual(all.iter().map(|moment| moment.numbers.get(column).copied().unwrap_or(f64::NAN)))
            })
            .unzip();
        let words = (0..columns.contexts.len()).map(|column| vocabulary(people, column)).collect();
        Ok(Self { columns: columns.clone(), history: History::new(columns), centre, spread, words })
    }

    /// The columns it was learnt from.
    #[must_use]
    pub const fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The numbers of past answers among the inputs.
    #[must_use]
    pub const fn history(&self) -> &History {
        &self.history
    }

    /// How many dense numbers a row has: the features, then the history's.
    #[must_use]
    pub fn dense(&self) -> usize {
        self.centre.len()
    }

    /// How many words are known, in all columns together.
    #[must_use]
    pub fn vocabulary(&self) -> usize {
        self.words.iter().map(Vec::len).sum()
    }

    /// The row of one moment. A missing number counts as usual, a word that is not known as none.
    #[must_use]
    pub fn row(&self, past: Past<'_>, evidence: &Evidence) -> Row {
        self.row_of(&Moment::new(&self.history, past, evidence, 0))
    }

    pub(super) fn row_of(&self, moment: &Moment) -> Row {
        let dense = self
            .centre
            .iter()
            .zip(&self.spread)
            .enumerate()
            .map(|(column, (centre, spread))| {
                let value = moment.numbers.get(column).copied().unwrap_or(f64::NAN);
                let deviations = (value - centre) / spread;
                if deviations.is_nan() {
                    0.0
                } else {
                    deviations.clamp(-FARTHEST_DEVIATIONS, FARTHEST_DEVIATIONS)
                }
            })
            .collect();
        let mut words = Vec::with_capacity(self.words.len());
        let mut offset = 0;
        for (known, word) in self.words.iter().zip(&moment.words) {
            if let Some(word) = word
                && let Ok(index) = known.binary_search_by(|other| other.as_str().cmp(word))
            {
                words.push(offset + index);
            }
            offset += known.len();
        }
        Row { dense, words }
    }

    pub(super) fn design<'a>(&self, moments: impl Iterator<Item = &'a Moment>) -> Result<Design, ModelError> {
        let rows: Vec<Row> = moments.map(|moment| self.row_of(moment)).collect();
        Design::new(&rows, self.dense(), self.vocabulary())
    }

    /// As [`Self::design`] without the history's numbers.
    pub(super) fn design_of_newcomer<'a>(
        &self,
        moments: impl Iterator<Item = &'a Moment>,
    ) -> Result<Design, ModelError> {
        let features = self.columns.features.len();
        let rows: Vec<Row> = moments
            .map(|moment| {
                let mut row = self.row_of(moment);
                row.dense.truncate(features);
                row
            })
            .collect();
        Design::new(&rows, features, self.vocabulary())
    }

    /// Weights of [`Self::design_of_newcomer`] as those of all inputs, with none on the history's numbers.
    pub(super) fn with_history(&self, weights: Weights) -> Weights {
        let Weights { weights, thresholds } = weights;
        let (features, words) = weights.split_at(self.columns.features.len());
        let history = vec![0.0; self.dense() - features.len()];
        Weights { weights: [features, &history[..], words].concat(), thresholds }
    }

    /// The weights' position of a word that is on in a row, as column and word.
    #[must_use]
    pub fn word(&self, position: usize) -> Option<(usize, &str)> {
        let mut offset = 0;
        for (column, known) in self.words.iter().enumerate() {
            if let Some(word) = known.get(position - offset) {
                return Some((column, word));
            }
            offset += known.len();
            if position < offset {
                return None;
            }
        }
        None
    }

    /// Whether the inputs have the sizes they claim: a file may lie.
    pub(super) fn is_sound(&self) -> bool {
        let numbers = self.columns.features.len() + self.history.names().len();
        self.history == History::new(&self.columns)
            && self.centre.len() == numbers
            && self.spread.len() == numbers
            && self.words.len() == self.columns.contexts.len()
            && self.words.iter().all(|known| known.is_sorted())
            && self.spread.iter().all(|spread| *spread > 0.0)
            && self.centre.iter().all(|centre| centre.is_finite())
    }
}

/// Mean and standard deviation of what was measured; 0 and 1 where nothing was or nothing varies.
fn usual(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let measured = values.filter(|value| !value.is_nan());
    let count = measured.clone().count() as f64;
    if count < 1.0 {
        return (0.0, 1.0);
    }
    let mean = measured.clone().sum::<f64>() / count;
    let variance = measured.map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    let spread = variance.sqrt();
    (mean, if spread > LEAST_SPREAD { spread } else { 1.0 })
}

fn vocabulary(people: &[&PersonMoments], column: usize) -> Vec<String> {
    let mut counts: BTreeMap<&str, (usize, BTreeSet<usize>)> = BTreeMap::new();
    for (person, moments) in people.iter().enumerate() {
        for moment in &moments.moments {
            if let Some(Some(word)) = moment.words.get(column) {
                let (examples, who) = counts.entry(word).or_default();
                *examples += 1;
                who.insert(person);
            }
        }
    }
    let needed = WORD_PEOPLE.min(people.len());
    counts
        .into_iter()
        .filter(|(_, (examples, who))| *examples >= WORD_EXAMPLES && who.len() >= needed)
        .map(|(word, _)| word.to_owned())
        .collect()
}
