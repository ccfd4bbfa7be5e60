//! Which moments of which people, known when? A data set whose parts cannot leak into one another.
//!
//! ```text
//! person   [evidence][answer]      [evidence][answer]           time ─►
//!          from    at       answered
//! ```
//!
//! Examples of a person are in order of time. A part for training ([`Training`]) and a part held out
//! ([`split::Held`]) are made only by a split, from different people or from different times with a
//! purge gap between them; what a model may look at while predicting is an [`Evidence`] without its answer and
//! the [`Past`]: answers given before the evidence ends.
//!
//! A training part leads to no example outside it:
//!
//! ```compile_fail
//! fn fit(training: attnd_model::Training<'_>) {
//!     let everything = training.dataset().people(); // there is no way back to the whole
//! }
//! ```

mod builder;
mod fit;
mod hash;
#[cfg(test)]
pub(crate) mod sample;
pub mod split;

use std::sync::Arc;

use attnd_core::recording::Scale;
use attnd_core::{Duration, Timestamp};
use serde::{Deserialize, Serialize};

pub use builder::{DatasetBuilder, DatasetError};
pub use hash::DatasetHash;

/// What is asked of every example: is the answer at least `threshold`?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The scale answers are on.
    pub scale: Scale,
    /// Answers from here up count as yes.
    pub threshold: i32,
}

/// One number of the evidence: its name, unit and what it is, for explanations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    /// Its name, unique in the data set: `pupil_mean_60s`.
    pub name: String,
    /// Its unit: `mm`, `1/min`, `1`.
    pub unit: String,
}

/// Raw signals before a moment: what sequence models read.
#[derive(Clone, Debug, PartialEq)]
pub struct Signals {
    /// `[channel][step]`, oldest first, every channel as long as the data set's [`Shape`] says; NaN where
    /// nothing was measured.
    pub values: Vec<Vec<f32>>,
}

/// The shape of every [`Signals`] of a data set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    /// Channel names.
    pub channels: Vec<String>,
    /// Steps of each.
    pub steps: usize,
    /// Time between two steps.
    pub step: Duration,
}

/// What every example of a data set consists of, and what is asked of it: all an estimator learns of a data set besides
/// the examples it is handed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Columns {
    /// What is asked.
    pub question: Question,
    /// The columns of [`Evidence::features`].
    pub features: Vec<Feature>,
    /// The names of the columns of [`Evidence::contexts`].
    pub contexts: Vec<String>,
    /// The shape of [`Evidence::signals`], if examples carry them.
    pub shape: Option<Shape>,
}

/// What was known of one moment before it was asked about; never its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Where the evidence begins: nothing in it is older.
    pub from: Timestamp,
    /// Where it ends: nothing in it is newer.
    pub at: Timestamp,
    /// One number per [`Columns::features`]; NaN where missing.
    pub features: Vec<f64>,
    /// One word per [`Columns::contexts`]; `None` where missing.
    pub contexts: Vec<Option<Arc<str>>>,
    /// Raw signals, if the data set has a [`Shape`].
    pub signals: Option<Signals>,
}

/// What a person said of a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// On the question's scale.
    pub value: i32,
    /// When it was given; known from then on. Never before the evidence ends.
    pub answered: Timestamp,
}

/// A moment and what the person said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// What was known.
    pub evidence: Evidence,
    /// What was said.
    pub answer: Answer,
}

/// One person's examples, in order of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    name: Arc<str>,
    examples: Vec<Example>,
    /// `[example]`: when this one and all before it had been answered; never falls.
    known_from: Vec<Timestamp>,
}

/// Moments of people, all with the same columns and about the same question. Made by a [`DatasetBuilder`].
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    columns: Columns,
    people: Vec<Person>,
    whole: Vec<TrainingPart>,
}

/// What an estimator learns from: whole people or their earlier part.
#[derive(Clone, Copy, Debug)]
pub struct Training<'a> {
    dataset: &'a Dataset,
    parts: &'a [TrainingPart],
}

/// The first `end` examples of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TrainingPart {
    person: usize,
    end: usize,
}

/// One person's examples of a [`Training`]; leads to none of their later ones.
#[derive(Clone, Copy, Debug)]
pub struct TrainingPerson<'a> {
    name: &'a str,
    examples: &'a [Example],
    known_from: &'a [Timestamp],
}

/// What a person had answered by some moment, oldest first.
#[derive(Clone, Copy, Debug)]
pub struct Past<'a> {
    examples: &'a [Example],
}

impl<'a> Past<'a> {
    /// Nothing answered yet.
    pub const EMPTY: Past<'static> = Past { examples: &[] };

    /// A past of the person's examples `examples`, in order of time and all answered already: for live use, where
    /// everything at hand has happened.
    #[must_use]
    pub const fn of(examples: &'a [Example]) -> Self {
        Self { examples }
    }

    /// The examples, oldest first; all were answered before the evidence that is looked at ends.
    #[must_use]
    pub const fn examples(self) -> &'a [Example] {
        self.examples
    }

    /// Each example with what had been answered before its evidence ended.
    pub fn examples_with_past(self) -> impl ExactSizeIterator<Item = (Past<'a>, &'a Example)> {
        let mut latest = Timestamp::MIN;
        let known_from: Vec<Timestamp> = self
            .examples
            .iter()
            .map(|example| {
                latest = latest.max(example.answer.answered);
                latest
            })
            .collect();
        self.examples.iter().map(move |example| {
            let known = known_from.partition_point(|known| *known < example.evidence.at);
            (Past { examples: &self.examples[..known] }, example)
        })
    }
}

impl Person {
    /// The name the source gives them.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Their examples, in order of time.
    #[must_use]
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }

    /// What they had answered before `moment`: see [`TrainingPerson::past`].
    #[must_use]
    pub fn past(&self, moment: Timestamp) -> Past<'_> {
        self.first(self.examples.len()).past(moment)
    }

    /// Their first `end` examples.
    fn first(&self, end: usize) -> TrainingPerson<'_> {
        TrainingPerson {
            name: &self.name,
            examples: &self.examples[..end],
            known_from: &self.known_from[..end],
        }
    }
}

impl<'a> TrainingPerson<'a> {
    /// The name the source gives them.
    #[must_use]
    pub const fn name(self) -> &'a str {
        self.name
    }

    /// Their examples of this part, in order of time.
    #[must_use]
    pub const fn examples(self) -> &'a [Example] {
        self.examples
    }

    /// What they had answered before `moment`, as far as it belongs to this part: an example counts from its
    /// [`Answer::answered`]. Where one was answered later than its successors, they wait for it, so that a past is always
    /// an unbroken beginning.
    #[must_use]
    pub fn past(self, moment: Timestamp) -> Past<'a> {
        let known = self.known_from.partition_point(|known| *known < moment);
        Past { examples: &self.examples[..known] }
    }

    /// Each example with what the person had answered before its evidence ended.
    pub fn examples_with_past(self) -> impl ExactSizeIterator<Item = (Past<'a>, &'a Example)> {
        self.examples.iter().map(move |example| (self.past(example.evidence.at), example))
    }
}

impl Dataset {
    /// The columns and the question.
    #[must_use]
    pub const fn columns(&self) -> &Columns {
        &self.columns
    }

    /// What is asked.
    #[must_use]
    pub const fn question(&self) -> &Question {
        &self.columns.question
    }

    /// The people, by name.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// Everything, to learn from: for the model that is kept, after a split has shown what it is worth.
    #[must_use]
    pub fn whole(&self) -> Training<'_> {
        Training { dataset: self, parts: &self.whole }
    }

    /// Examples of all people.
    #[must_use]
    pub fn examples(&self) -> usize {
        self.people.iter().map(|person| person.examples.len()).sum()
    }
}

impl<'a> Training<'a> {
    /// The columns and the question.
    #[must_use]
    pub const fn columns(self) -> &'a Columns {
        &self.dataset.columns
    }

    /// What is asked.
    #[must_use]
    pub const fn question(self) -> &'a Question {
        &self.dataset.columns.question
    }

    /// People with their examples of this part, by name.
    pub fn people(self) -> impl ExactSizeIterator<Item = TrainingPerson<'a>> {
        let Self { dataset, parts } = self;
        parts.iter().map(move |part| dataset.people[part.person].first(part.end))
    }

    /// Examples of all its people.
    #[must_use]
    pub fn examples(self) -> usize {
        self.parts.iter().map(|part| part.end).sum()
    }
}

impl Question {
    /// Whether an answer counts as yes.
    #[must_use]
    pub const fn is_yes(&self, value: i32) -> bool {
        value >= self.threshold
    }
}
