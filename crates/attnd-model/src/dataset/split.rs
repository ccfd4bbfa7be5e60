//! Who learns from whom? Splits by person and by time that hand out what may be learnt from and what is judged.
//!
//! ```text
//! leave one person out   a ████████   b ████████   c ░░░░░░░░        █ training  ░ held  ▒ known of the person, not learnt from
//! by time                a ████·░░░   b ████·░░░   c ████·░░░        · purged
//! later halves           a ████████   b ████████   c ▒▒▒▒░░░░
//! ```
//!
//! [`Held`] gives evidence, and answers only together with the predictions made before they could be seen. Fitting on it
//! does not compile:
//!
//! ```compile_fail
//! # use attnd_model::{Estimator, Run, split::Held};
//! fn cheat(estimator: &dyn Estimator, held: Held<'_>, run: &mut Run<'_>) {
//!     let _ = estimator.fit(held, run);
//! }
//! ```
//!
//! nor does looking at a held answer while predicting it:
//!
//! ```compile_fail
//! # use attnd_model::{Prediction, split::HeldPerson};
//! fn cheat(person: HeldPerson<'_>) {
//!     person.predict(|_past, evidence| Prediction::yes_or_no(evidence.answer.value.into()));
//! }
//! ```
//!
//! ```compile_fail
//! # use attnd_model::split::HeldPerson;
//! fn cheat(person: HeldPerson<'_>) {
//!     let _ = person.examples();
//! }
//! ```
//!
//! What is meant to be written does:
//!
//! ```
//! # use attnd_model::{Estimator, Fold, ModelError, Prediction, Run, split::Judged};
//! fn judge(estimator: &dyn Estimator, fold: Fold<'_>, run: &mut Run<'_>) -> Result<Vec<Judged>, ModelError> {
//!     let model = estimator.fit(fold.training, run)?;
//!     let ours = fold.held.people().flat_map(|person| person.predict_by(model.as_ref()));
//!     let blind = fold.held.people().flat_map(|person| {
//!         person.predict(|past, _evidence| Prediction::yes_or_no(past.examples().len() as f64))
//!     });
//!     Ok(ours.chain(blind).collect())
//! }
//! ```

use attnd_core::{Duration, Timestamp};
use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::{Answer, Columns, Dataset, Evidence, Past, Person, Question, Training, TrainingPart};
use crate::estimator::{Model, ModelError, Prediction, Seed};

/// Which answers of the held person a model may know while it predicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Known {
    /// None: the person is new, and never answers.
    Nothing,
    /// Those before the held part, never one inside it.
    Before,
    /// Every one given before the evidence ends, those of the held part included: as in daily use (prequential, Dawid 1984,
    /// doi:10.2307/2981683).
    Prequential,
}

/// The folds of one split. Owns who is in which part; [`Folds::iter`] hands the parts out.
#[derive(Clone, Debug)]
pub struct Folds<'a> {
    learnt: &'a Dataset,
    judged: &'a Dataset,
    known: Known,
    folds: Vec<FoldParts>,
}

/// One fold: what may be learnt from, and what it is judged on.
#[derive(Clone, Copy, Debug)]
pub struct Fold<'a> {
    /// What an estimator may see.
    pub training: Training<'a>,
    /// What its model is judged on.
    pub held: Held<'a>,
}

/// What a model is judged on, one person at a time and in order.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    dataset: &'a Dataset,
    parts: &'a [HeldPart],
    known: Known,
}

/// One person's held examples. Their answers come out of [`HeldPerson::predict`] only.
#[derive(Clone, Copy, Debug)]
pub struct HeldPerson<'a> {
    person: &'a Person,
    part: HeldPart,
    known: Known,
}

/// A prediction and what the person then said.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Where the evidence ended.
    pub at: Timestamp,
    /// What was predicted, before.
    pub prediction: Prediction,
    /// What was said.
    pub answer: Answer,
}

#[derive(Clone, Debug)]
struct FoldParts {
    training: Vec<TrainingPart>,
    held: Vec<HeldPart>,
}

/// Examples `[begin, end)` of one person, of whom those before `known` may be known beforehand; `known <= begin`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct HeldPart {
    person: usize,
    known: usize,
    begin: usize,
    end: usize,
}

/// One fold per person of `from`: everybody else is learnt from, they are judged from their first example on.
///
/// # Errors
/// [`ModelError::TooLittle`] for fewer than two people.
pub fn leave_one_person_out(from: Training<'_>, known: Known) -> Result<Folds<'_>, ModelError> {
    let groups = (0..from.parts.len()).map(|one| vec![one]).collect();
    by_groups(from, groups, known)
}

/// `count` folds of whole people, shuffled by `seed` and as equal in number as can be.
///
/// # Errors
/// [`ModelError::TooLittle`] for fewer people than folds, or fewer than two folds.
pub fn person_folds(
    from: Training<'_>,
    count: usize,
    seed: Seed,
    known: Known,
) -> Result<Folds<'_>, ModelError> {
    let people = from.parts.len();
    if count < 2 || people < count {
        return Err(ModelError::TooLittle { what: "people", found: people, needed: count.max(2) });
    }
    let mut order: Vec<usize> = (0..people).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed.0));
    let mut groups = vec![Vec::new(); count];
    for (position, person) in order.into_iter().enumerate() {
        groups[position % count].push(person);
    }
    for group in &mut groups {
        group.sort_unstable();
    }
    by_groups(from, groups, known)
}

/// One fold: the first `share` (0 to 1) of each person's examples, by order, is learnt from, the rest is judged. An example
/// of the first part whose answer came later than `gap` before the first held evidence began is purged from it, with
/// all after it.
///
/// # Errors
/// [`ModelError::TooLittle`] when nothing is left to learn from or to judge.
pub fn by_time(from: Training<'_>, share: f64, gap: Duration, known: Known) -> Result<Folds<'_>, ModelError> {
    let mut parts = FoldParts { training: Vec::new(), held: Vec::new() };
    for TrainingPart { person, end } in from.parts.iter().copied() {
        let begin = share_of(end, share);
        let of = &from.dataset.people()[person];
        let held = &of.examples()[begin..end];
        let kept = match held.iter().map(|example| example.evidence.from).min() {
            Some(first) => of.first(begin).past(first.saturating_sub(gap)).examples().len(),
            None => begin,
        };
        if kept > 0 {
            parts.training.push(TrainingPart { person, end: kept });
        }
        if begin < end {
            parts.held.push(HeldPart { person, known: kept, begin, end });
        }
    }
    Folds { learnt: from.dataset, judged: from.dataset, known, folds: vec![parts] }.checked()
}

/// One fold per person: everybody else's examples are learnt from, the person's second half is judged, their first half
/// is [`HeldPerson::before`] it (of an odd number the held half is the larger).
///
/// # Errors
/// [`ModelError::TooLittle`] for fewer than two people.
pub fn later_halves(from: Training<'_>, known: Known) -> Result<Folds<'_>, ModelError> {
    let mut folds = leave_one_person_out(from, known)?;
    for part in folds.folds.iter_mut().flat_map(|fold| &mut fold.held) {
        part.begin = share_of(part.end, 0.5);
        part.known = part.begin;
    }
    Ok(folds)
}

/// As [`later_halves`], learnt from one data set and judged on another: a person of `test` is left out of `train` where
/// they are in both. People of `test` whom `train` does not know share one fold, so that one model serves them all.
///
/// # Errors
/// [`ModelError::Columns`] for data sets of different columns, [`ModelError::TooLittle`] when there is nobody to learn
/// from or to judge.
pub fn transfer<'a>(train: &'a Dataset, test: &'a Dataset, known: Known) -> Result<Folds<'a>, ModelError> {
    train.columns().expect(test.columns())?;
    let everybody: Vec<TrainingPart> = train.whole().parts.to_vec();
    let mut strangers = FoldParts { training: everybody.clone(), held: Vec::new() };
    let mut folds = Vec::new();
    for (person, of) in test.people().iter().enumerate() {
        let end = of.examples().len();
        let begin = share_of(end, 0.5);
        let held = HeldPart { person, known: begin, begin, end };
        match train.people().iter().position(|other| other.name() == of.name()) {
            Some(same) => {
                let others = everybody.iter().copied().filter(|part| part.person != same).collect();
                folds.push(FoldParts { training: others, held: vec![held] });
            }
            None => strangers.held.push(held),
        }
    }
    if !strangers.held.is_empty() {
        folds.push(strangers);
    }
    Folds { learnt: train, judged: test, known, folds }.checked()
}

impl<'a> Folds<'a> {
    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.folds.len()
    }

    /// Whether there are none; never so, a split without folds is an error.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.folds.is_empty()
    }

    /// One after another.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Fold<'_>> {
        self.folds.iter().map(|parts| Fold {
            training: Training { dataset: self.learnt, parts: &parts.training },
            held: Held { dataset: self.judged, parts: &parts.held, known: self.known },
        })
    }

    /// Which answers of the held person a model may know.
    #[must_use]
    pub const fn known(&self) -> Known {
        self.known
    }

    /// What is judged, without the examples.
    #[must_use]
    pub const fn columns(&self) -> &'a Columns {
        self.judged.columns()
    }

    fn checked(self) -> Result<Self, ModelError> {
        let too_little = |what| ModelError::TooLittle { what, found: 0, needed: 1 };
        if self.folds.iter().all(|fold| fold.held.is_empty()) {
            return Err(too_little("held answers"));
        }
        if self.folds.iter().any(|fold| fold.training.is_empty()) {
            return Err(too_little("people to learn from"));
        }
        Ok(self)
    }
}

impl<'a> Held<'a> {
    /// The columns and the question.
    #[must_use]
    pub const fn columns(self) -> &'a Columns {
        self.dataset.columns()
    }

    /// What is asked.
    #[must_use]
    pub const fn question(self) -> &'a Question {
        self.dataset.question()
    }

    /// The people, by name.
    pub fn people(self) -> impl ExactSizeIterator<Item = HeldPerson<'a>> {
        let Self { dataset, parts, known } = self;
        parts.iter().map(move |part| HeldPerson {
            person: &dataset.people()[part.person],
            part: *part,
            known,
        })
    }
}

impl<'a> HeldPerson<'a> {
    /// The name the source gives them.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.person.name()
    }

    /// How many examples are held.
    #[must_use]
    pub const fn len(self) -> usize {
        self.part.end - self.part.begin
    }

    /// Whether none is held.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// What is known of the person before the first held evidence ends: what a model may be adapted by.
    #[must_use]
    pub fn before(self) -> Past<'a> {
        match self.known {
            Known::Nothing => Past::EMPTY,
            Known::Before | Known::Prequential => {
                self.start().map_or(Past::EMPTY, |first| self.known_by(first))
            }
        }
    }

    /// Asks `predict` for every held example in order, then tells what was answered. The past handed to it is what
    /// [`Known`] allows.
    pub fn predict(self, mut predict: impl FnMut(Past<'a>, &'a Evidence) -> Prediction) -> Vec<Judged> {
        let held = &self.person.examples()[self.part.begin..self.part.end];
        held.iter()
            .map(|example| {
                let at = example.evidence.at;
                let past = match self.known {
                    Known::Nothing => Past::EMPTY,
                    Known::Before => self.known_by(at),
                    Known::Prequential => self.person.first(self.part.end).past(at),
                };
                Judged { at, prediction: predict(past, &example.evidence), answer: example.answer }
            })
            .collect()
    }

    /// [`Self::predict`] by one model.
    #[must_use]
    pub fn predict_by(self, model: &dyn Model) -> Vec<Judged> {
        self.predict(|past, evidence| model.predict(past, evidence))
    }

    /// Asks `predict` for what is known of the person before the held part, in order and as if it were held: to calibrate by
    /// and to make sets of, never to judge by.
    pub fn rehearse(self, mut predict: impl FnMut(Past<'a>, &'a Evidence) -> Prediction) -> Vec<Judged> {
        let known = self.person.first(self.part.known);
        self.before()
            .examples()
            .iter()
            .map(|example| {
                let at = example.evidence.at;
                let prediction = predict(known.past(at), &example.evidence);
                Judged { at, prediction, answer: example.answer }
            })
            .collect()
    }

    fn start(self) -> Option<Timestamp> {
        self.person.examples()[self.part.begin..self.part.end].first().map(|first| first.evidence.at)
    }

    fn known_by(self, moment: Timestamp) -> Past<'a> {
        self.person.first(self.part.known).past(moment)
    }
}

fn by_groups(from: Training<'_>, groups: Vec<Vec<usize>>, known: Known) -> Result<Folds<'_>, ModelError> {
    if from.parts.len() < 2 {
        return Err(ModelError::TooLittle { what: "people", found: from.parts.len(), needed: 2 });
    }
    let folds = groups
        .into_iter()
        .map(|group| {
            let mut parts = FoldParts { training: Vec::new(), held: Vec::new() };
            for (index, TrainingPart { person, end }) in from.parts.iter().copied().enumerate() {
                if group.contains(&index) {
                    parts.held.push(HeldPart { person, known: 0, begin: 0, end });
                } else {
                    parts.training.push(TrainingPart { person, end });
                }
            }
            parts
        })
        .collect();
    Folds { learnt: from.dataset, judged: from.dataset, known, folds }.checked()
}

/// The first `share` of `count`, rounded down.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and count")]
#[expect(clippy::cast_precision_loss, reason = "counts of answers are far below 2^52")]
fn share_of(count: usize, share: f64) -> usize {
    ((count as f64 * share.clamp(0.0, 1.0)).floor() as usize).min(count)
}

#[cfg(test)]
mod tests;
