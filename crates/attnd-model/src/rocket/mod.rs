//! How focused or loaded, by what fixed kernels find in raw signals? MiniRocket and a ridge.
//!
//! ```text
//! window [channel, step] ─ about its mean ─ 9,996 kernels ─► shares ┐
//! features, against the person's own where the data set has them so ├─ each block the same say ─ ridge ─► answer
//! words of contexts ────────────────────────────────────────────────┘                                  (1 to 5)
//! ```
//!
//! The ridge learns the answers themselves, so that 5 counts for more than 4 although both are yes. Its strength, how much
//! say signals and features have, and how sure its answers are follow from leaving each person out in turn: never
//! from examples of the same person.

mod design;
pub mod kernel;
mod model;
pub mod ridge;
mod settings;
mod stack;
pub mod transform;
mod window;

use nalgebra::DMatrix;

pub use design::Input;
pub use model::RocketModel;
pub use settings::Settings;

use self::design::Design;
use crate::dataset::{Example, Training};
use crate::estimator::{Estimator, Model, ModelError, Progress, Run};
use crate::estimators::EstimatorKind;

/// Its name in model files and on the command line.
pub const NAME: &str = "minirocket";

/// One line of the list of estimators.
pub const KIND: EstimatorKind = EstimatorKind {
    name: NAME,
    about: "MiniRocket and a ridge: fixed kernels over raw signals, beside features and contexts",
    make: |settings| Ok(Box::new(MiniRocket { settings: Settings::parse(settings)? })),
    read: |tensors| Ok(Box::new(RocketModel::from_tensors(tensors)?)),
    space: Settings::space,
};

/// Fewer examples than this are no beginning.
const FEWEST_EXAMPLES: usize = 10;

/// Fewer of the rarer kind of answer are none.
const FEWEST_OF_A_KIND: usize = 2;

/// More examples are not learnt from, the newest of each person are: memory and time grow with their square.
const MOST_EXAMPLES: usize = 1_500;

/// With fewer people than this, pieces of each person's time are left out instead of people.
const FEWEST_PEOPLE: usize = 3;

/// How many pieces.
const PIECES: usize = 5;

/// The estimator.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MiniRocket {
    /// Its settings.
    pub settings: Settings,
}

impl Estimator for MiniRocket {
    fn name(&self) -> &'static str {
        NAME
    }

    fn fit(&self, training: Training<'_>, run: &mut Run<'_>) -> Result<Box<dyn Model>, ModelError> {
        let people = newest(training);
        let examples: Vec<&Example> = people.iter().copied().flatten().collect();
        self.check(training, &examples)?;
        let question = training.question();
        let (mut design, seen) =
            Design::fit(&examples, &self.settings.inputs, self.settings.transform(), run.seed);
        let mut rows = DMatrix::zeros(examples.len(), design.columns());
        for (index, seen) in seen.iter().enumerate() {
            for (cell, value) in rows.row_mut(index).iter_mut().zip(seen) {
                *cell = f64::from(*value);
            }
        }
        drop(seen);
        let answers: Vec<f64> = examples.iter().map(|example| f64::from(example.answer.value)).collect();
        let groups = groups(&people);
        let blocks = kept_blocks(&design);
        let mut fits = Vec::with_capacity(blocks.len());
        for kept in &blocks {
            let rows = with_only(&rows, &design, *kept);
            fits.push(ridge::fit(&rows, &answers, &groups, &self.settings.strengths()));
            let what = "say of each input".to_owned();
            (run.watch)(Progress::Piece { what, done: fits.len(), of: blocks.len() });
        }
        let shares = stack::shares(&fits, &answers);
        let mut ridge = stack::together(&fits, &shares);
        let says = |input| {
            blocks
                .iter()
                .zip(&shares)
                .any(|(kept, share)| *share > 0.0 && kept.is_none_or(|kept| kept == input))
        };
        if !design.block(Input::Signals).is_empty() && !says(Input::Signals) {
            ridge.weights.drain(design.block(Input::Signals));
            design.forget_signals();
        }
        let is_yes = examples.iter().map(|example| question.is_yes(example.answer.value));
        let sureness = model::sureness(&ridge.left_out, is_yes, question);
        Ok(Box::new(RocketModel::new(training.columns(), design, &ridge, sureness)))
    }
}

/// What is fitted alone: everything together, and raw signals and features each without the other where both are there.
/// Beside what says more, a block of equal say that says little makes predictions worse; contexts, too few words for that,
/// are in each.
fn kept_blocks(design: &Design) -> Vec<Option<Input>> {
    let both = SIDES.iter().all(|side| !design.block(*side).is_empty());
    [None].into_iter().chain(SIDES.into_iter().filter(|_| both).map(Some)).collect()
}

/// The two ways to read a window.
const SIDES: [Input; 2] = [Input::Signals, Input::Features];

/// The rows with nothing of the side that is not kept.
fn with_only(rows: &DMatrix<f64>, design: &Design, kept: Option<Input>) -> DMatrix<f64> {
    let mut rows = rows.clone();
    for side in SIDES.into_iter().filter(|side| kept.is_some_and(|kept| kept != *side)) {
        let block = design.block(side);
        rows.columns_mut(block.start, block.len()).fill(0.0);
    }
    rows
}

impl MiniRocket {
    fn check(&self, training: Training<'_>, examples: &[&Example]) -> Result<(), ModelError> {
        let least = |what, found, needed| {
            if found < needed { Err(ModelError::TooLittle { what, found, needed }) } else { Ok(()) }
        };
        if self.settings.inputs.contains(&Input::Signals) {
            let steps = training.columns().shape.as_ref().map_or(0, |shape| shape.steps);
            least("steps of raw signals", steps, kernel::KERNEL_LENGTH)?;
            let windows = examples.iter().filter(|example| example.evidence.signals.is_some()).count();
            least("windows of raw signals", windows, FEWEST_EXAMPLES)?;
        }
        least("answers", examples.len(), FEWEST_EXAMPLES)?;
        let yes = examples.iter().filter(|example| training.question().is_yes(example.answer.value)).count();
        least("answers of the rarer kind", yes.min(examples.len() - yes), FEWEST_OF_A_KIND)
    }
}

/// Each person's newest examples, so many that all together are no more than are learnt from.
fn newest(training: Training<'_>) -> Vec<&[Example]> {
    let people = training.people().len().max(1);
    let each = if training.examples() <= MOST_EXAMPLES { usize::MAX } else { MOST_EXAMPLES / people };
    let of_person = training.people().map(|person| {
        let examples = person.examples();
        &examples[examples.len().saturating_sub(each.max(1))..]
    });
    of_person.collect()
}

/// What is left out together: people, or where there are too few, pieces of their time.
fn groups(people: &[&[Example]]) -> Vec<Vec<usize>> {
    let mut first = 0;
    let mut groups = Vec::new();
    for person in people {
        let of_person: Vec<usize> = (first..first + person.len()).collect();
        first += person.len();
        let piece = match people.len() {
            ..FEWEST_PEOPLE => of_person.len().div_ceil(PIECES),
            _ => of_person.len(),
        };
        groups.extend(of_person.chunks(piece.max(1)).map(<[usize]>::to_vec));
    }
    groups
}

#[cfg(test)]
mod tests;
