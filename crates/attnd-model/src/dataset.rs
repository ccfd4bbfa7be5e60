//! Which moments of which people, known when? A data set whose parts cannot leak into one another.
//!
//! ```text
//! person   [evidence][answer]      [evidence][answer]           time ─►
//!          from    at       answered
//! ```
//!
//! Examples of a person are in order of time. A part for training ([`Training`]) and a part held out
//! ([`Held`]) are made only by a split, from different people or from different times with a purge gap
//! between them; what a model may look at while predicting is an [`Evidence`] without its answer and the
//! [`Past`]: answers given before the evidence ends.

use std::sync::Arc;

use attnd_core::recording::Scale;
use attnd_core::{Duration, Timestamp};
use serde::{Deserialize, Serialize};

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

/// What was known of one moment before it was asked about; never its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Where the evidence begins: nothing in it is older.
    pub from: Timestamp,
    /// Where it ends: nothing in it is newer.
    pub at: Timestamp,
    /// One number per [`Dataset::features`]; NaN where missing.
    pub features: Vec<f64>,
    /// One word per [`Dataset::contexts`]; `None` where missing.
    pub contexts: Vec<Option<Arc<str>>>,
    /// Raw signals, if the data set has a [`Shape`].
    pub signals: Option<Signals>,
}

/// What a person said of a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// On the question's scale.
    pub value: i32,
    /// When it was given; known from then on.
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
}

/// Moments of people, all with the same columns and about the same question.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    question: Question,
    features: Vec<Feature>,
    contexts: Vec<String>,
    shape: Option<Shape>,
    people: Vec<Person>,
}

/// What an estimator learns from: whole people or their earlier part.
#[derive(Clone, Copy, Debug)]
pub struct Training<'a> {
    dataset: &'a Dataset,
    parts: &'a [PersonPart],
}

/// What a model is judged on, one person at a time and in order.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    dataset: &'a Dataset,
    parts: &'a [PersonPart],
}

/// Examples `[begin, end)` of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PersonPart {
    pub(crate) person: usize,
    pub(crate) begin: usize,
    pub(crate) end: usize,
}

/// What a person had answered by some moment, oldest first.
#[derive(Clone, Copy, Debug)]
pub struct Past<'a> {
    examples: &'a [Example],
}

impl<'a> Past<'a> {
    /// Nothing answered yet.
    pub const EMPTY: Past<'static> = Past { examples: &[] };

    /// The examples, oldest first; all were answered before the evidence that is looked at ends.
    #[must_use]
    pub const fn examples(self) -> &'a [Example] {
        self.examples
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

    /// What they had answered before `moment`: an example counts from its [`Answer::answered`].
    #[must_use]
    pub fn past(&self, moment: Timestamp) -> Past<'_> {
        let known = self.examples.partition_point(|example| example.answer.answered < moment);
        Past { examples: &self.examples[..known] }
    }
}

impl Dataset {
    /// What is asked.
    #[must_use]
    pub const fn question(&self) -> &Question {
        &self.question
    }

    /// The columns of [`Evidence::features`].
    #[must_use]
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// The columns of [`Evidence::contexts`].
    #[must_use]
    pub fn contexts(&self) -> &[String] {
        &self.contexts
    }

    /// The shape of raw signals, if examples carry them.
    #[must_use]
    pub const fn shape(&self) -> Option<&Shape> {
        self.shape.as_ref()
    }

    /// The people, by name.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.people
    }
}

impl<'a> Training<'a> {
    /// The columns and the question.
    #[must_use]
    pub const fn dataset(self) -> &'a Dataset {
        self.dataset
    }

    /// People with their examples of this part, in order of time.
    pub fn people(self) -> impl ExactSizeIterator<Item = (&'a Person, &'a [Example])> {
        let Self { dataset, parts } = self;
        parts.iter().map(move |part| {
            let person = &dataset.people[part.person];
            (person, &person.examples[part.begin..part.end])
        })
    }
}

impl<'a> Held<'a> {
    /// The columns and the question.
    #[must_use]
    pub const fn dataset(self) -> &'a Dataset {
        self.dataset
    }

    /// People with their examples of this part, in order of time.
    pub fn people(self) -> impl ExactSizeIterator<Item = (&'a Person, &'a [Example])> {
        Training { dataset: self.dataset, parts: self.parts }.people()
    }
}

impl Question {
    /// Whether an answer counts as yes.
    #[must_use]
    pub const fn is_yes(&self, value: i32) -> bool {
        value >= self.threshold
    }
}
