//! How focused or loaded, by what fixed kernels find in raw signals? MiniRocket and a ridge.
//!
//! ```text
//! window [channel, step] ─ about its mean ─ 9,996 kernels ─► shares ┐
//! features, against the person's own where the data set has them so ├─ each block the same say ─ ridge ─► answer
//! words of contexts ────────────────────────────────────────────────┘                                  (1 to 5)
//! ```
//!
//! The ridge learns the answers themselves, so that 5 counts for more than 4 although both are yes. Its strength, whether
//! signals or features are better left aside, and how sure its answers are follow from leaving each person out in turn: never
//! from examples of the same person.

mod design;
pub mod kernel;
mod model;
pub mod ridge;
mod settings;
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
        let mut tried = Vec::new();
        for dropped in droppable(&design) {
            let rows = without(&rows, &design, dropped);
            tried.push((ridge::fit(&rows, &answers, &groups, &self.settings.strengths()), dropped));
            (run.watch)(Progress::Piece {
                what: "choice of inputs".to_owned(),
                done: tried.len(),
                of: droppable(&design).len(),
            });
        }
        let best = tried.into_iter().min_by(|one, other| one.0.error().total_cmp(&other.0.error()));
        let (mut ridge, dropped) = best.expect("invariant: nothing need be dropped");
        if dropped == Some(Input::Signals) {
            ridge.weights.drain(design.block(Input::Signals));
            design.forget_signals();
        }
        let is_yes = examples.iter().map(|example| question.is_yes(example.answer.value));
        let sureness = model::sureness(&ridge.left_out, is_yes, question);
        Ok(Box::new(RocketModel::new(training.columns(), design, &ridge, sureness)))
    }
}

/// What may be left out: nothing, and raw signals or features where the other is there. Beside what says more, a block of
/// equal say that says little makes predictions worse; contexts are too few words for that.
fn droppable(design: &Design) -> Vec<Option<Input>> {
    let blocks = [Input::Signals, Input::Features];
    let both = blocks.iter().all(|block| !design.block(*block).is_empty());
    let alone = blocks.into_iter().filter(|_| both).map(Some);
    [None].into_iter().chain(alone).collect()
}

/// The rows with nothing in a block.
fn without(rows: &DMatrix<f64>, design: &Design, dropped: Option<Input>) -> DMatrix<f64> {
    let mut rows = rows.clone();
    if let Some(input) = dropped {
        let block = design.block(input);
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
