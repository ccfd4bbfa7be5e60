//! How likely is yes, by weights learnt from many people that bend a little to each? Logistic and ordinal regression,
//! shrunk hierarchically.
//!
//! ```text
//! many people ──► global weights ──┐ ridge
//!                                  ▼
//! one person's answers ──► their own weights, as far as their answers outweigh the pull
//! ```
//!
//! The inputs are numbers and words of the moment and the person's own past answers ([`crate::history`]), which carry most
//! of it: who answers 5 at their desk every day will do so tomorrow. Personal weights are the second, smaller step. How
//! strongly weights are pulled is chosen inside the training part on people left out ([`select`]).
//!
//! Terms: hierarchical (multilevel) regression as of Gelman and Hill 2007, doi 10.1017/CBO9780511790942; ridge as of
//! Hoerl and Kennard 1970, doi 10.1080/00401706.1970.10488634; proportional odds as of McCullagh 1980.

mod adapt;
mod cumulative;
mod design;
mod explain;
mod inputs;
mod kind;
mod select;
mod store;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use adapt::Adapter;
pub use cumulative::{Levels, Pull, Weights, fit, sigmoid};
pub use design::{Design, Row};
pub use inputs::Inputs;
pub use kind::{HIERARCHICAL, ORDINAL};
pub use select::Strengths;

use crate::dataset::{Columns, Evidence, Past, Training};
use crate::estimator::{Estimator, Model, ModelError, Prediction, Reason, Run, Stage, Tensors};
use crate::history::History;
use inputs::PersonMoments;

/// Answers it takes to learn global weights at all.
const LEAST_ANSWERS: usize = 20;
/// Answers of the rarer kind it takes.
const LEAST_OF_RARER: usize = 3;
/// Made-up answers, spread over all levels, so that a level nobody gave keeps a finite threshold.
const MADE_UP_ANSWERS: f64 = 1.0;
/// Finer scales than this are learnt as yes and no: a threshold each would have too few answers.
const MOST_LEVELS: usize = 11;
/// A prediction is kept this far from 0 and 1: no answer is certain.
const LEAST_PROBABILITY: f64 = 1e-4;

/// What is learnt from an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scaling {
    /// Whether it reaches the question's threshold: logistic regression.
    YesNo,
    /// Its place among all answers of the scale: proportional odds. Scales of more than eleven answers are learnt as yes and
    /// no.
    Levels,
}

/// Learns global weights from many people and adapts them to one.
#[derive(Clone, Copy, Debug)]
pub struct Hierarchical {
    /// What is learnt from an answer.
    pub scaling: Scaling,
    /// How strongly weights are pulled; `None` chooses inside the training part.
    pub strengths: Option<Strengths>,
}

/// Global weights and what turns a moment into inputs: the same for everybody, never changed.
#[derive(Clone, Debug, PartialEq)]
struct Base {
    scaling: Scaling,
    strengths: Strengths,
    inputs: Inputs,
    weights: Weights,
    /// For a person who has answered nothing yet: learnt as if nobody had, none on the history's numbers.
    newcomer: Weights,
}

/// A fitted model: the global base and, where it was adapted, what differs for one person.
#[derive(Clone, Debug, PartialEq)]
pub struct HierarchicalModel {
    base: Arc<Base>,
    adapter: Adapter,
}

impl Scaling {
    fn is_coarse(self, columns: &Columns) -> bool {
        let scale = &columns.question.scale;
        let levels = usize::try_from(scale.highest - scale.lowest).unwrap_or_default() + 1;
        self == Self::YesNo || levels > MOST_LEVELS
    }

    /// How many levels answers are learnt at.
    fn count(self, columns: &Columns) -> usize {
        if self.is_coarse(columns) {
            return 2;
        }
        let scale = &columns.question.scale;
        usize::try_from(scale.highest - scale.lowest).unwrap_or_default() + 1
    }

    /// The level of an answer, from 0.
    fn level(self, columns: &Columns, value: i32) -> usize {
        if self.is_coarse(columns) {
            return usize::from(columns.question.is_yes(value));
        }
        let scale = &columns.question.scale;
        usize::try_from(value.clamp(scale.lowest, scale.highest) - scale.lowest).unwrap_or_default()
    }

    /// The level from which an answer is yes.
    fn asked(self, columns: &Columns) -> usize {
        self.level(columns, columns.question.threshold).max(1)
    }
}

impl Hierarchical {
    /// Logistic regression on yes and no: the default, it predicts best what is asked.
    pub const LOGISTIC: Self = Self { scaling: Scaling::YesNo, strengths: None };
    /// Ordinal regression on all answers of the scale: knows how likely each is.
    pub const ORDINAL: Self = Self { scaling: Scaling::Levels, strengths: None };

    /// Learns, and returns the model as what it is.
    ///
    /// # Errors
    /// [`ModelError::TooLittle`] with too few answers or only one kind of them.
    pub fn learn(&self, training: Training<'_>, run: &mut Run<'_>) -> Result<HierarchicalModel, ModelError> {
        let columns = training.columns();
        let people = inputs::moments(&History::new(columns), training);
        let all: Vec<&PersonMoments> = people.iter().collect();
        check(columns, &all)?;
        let strengths = match self.strengths {
            Some(strengths) => strengths,
            None => select::strengths(columns, &people, self.scaling, run)?,
        };
        let inputs = Inputs::learn(columns, &all)?;
        let moments = || people.iter().flat_map(|person| &person.moments);
        let levels: Vec<usize> = moments().map(|moment| self.scaling.level(columns, moment.value)).collect();
        let levels = Levels { levels: &levels, count: self.scaling.count(columns) };
        let pull = |strength| Pull { centre: None, strength, made_up_answers: MADE_UP_ANSWERS };
        let weights = fit(&inputs.design(moments())?, levels, &pull(strengths.global), None)?;
        let newcomer = fit(&inputs.design_of_newcomer(moments())?, levels, &pull(strengths.newcomer), None)?;
        let newcomer = inputs.with_history(newcomer);
        let base = Base { scaling: self.scaling, strengths, inputs, weights, newcomer };
        Ok(HierarchicalModel { base: Arc::new(base), adapter: Adapter::None })
    }
}

impl Estimator for Hierarchical {
    fn name(&self) -> &'static str {
        match self.scaling {
            Scaling::YesNo => "hierarchical",
            Scaling::Levels => "ordinal",
        }
    }

    fn fit(&self, training: Training<'_>, run: &mut Run<'_>) -> Result<Box<dyn Model>, ModelError> {
        Ok(Box::new(self.learn(training, run)?))
    }
}

impl HierarchicalModel {
    /// How strongly its weights were pulled.
    #[must_use]
    pub fn strengths(&self) -> Strengths {
        self.base.strengths
    }

    /// What turns a moment into its inputs.
    #[must_use]
    pub fn inputs(&self) -> &Inputs {
        &self.base.inputs
    }

    /// The weights it predicts with for a person who has answered: their own where it was adapted that far.
    #[must_use]
    pub fn weights(&self) -> &Weights {
        self.adapter.weights().unwrap_or(&self.base.weights)
    }

    /// The weights it predicts with after these answers. Before the first there is no history to go by: weights that count
    /// on one would read its absence as an answer.
    fn weights_after(&self, past: Past<'_>) -> &Weights {
        if past.examples().is_empty() && self.adapter == Adapter::None {
            &self.base.newcomer
        } else {
            self.weights()
        }
    }

    fn columns(&self) -> &Columns {
        self.base.inputs.columns()
    }

    fn predict_row(&self, weights: &Weights, row: &Row) -> Prediction {
        let asked = self.base.scaling.asked(self.columns());
        let probability = |level: usize| {
            let log_odds = self.adapter.confident(weights.log_odds(row, level));
            sigmoid(log_odds).clamp(LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY)
        };
        let levels = match self.base.scaling.count(self.columns()) {
            2 => Vec::new(),
            count => {
                let reached: Vec<f64> = (1..count).map(probability).collect();
                let upper = std::iter::once(1.0).chain(reached.iter().copied());
                let lower = reached.iter().copied().chain(std::iter::once(0.0));
                upper.zip(lower).map(|(upper, lower)| (upper - lower).max(0.0)).collect()
            }
        };
        Prediction { yes: probability(asked), levels }
    }
}

impl Model for HierarchicalModel {
    fn name(&self) -> &'static str {
        Hierarchical { scaling: self.base.scaling, strengths: None }.name()
    }

    fn predict(&self, past: Past<'_>, evidence: &Evidence) -> Prediction {
        self.predict_row(self.weights_after(past), &self.base.inputs.row(past, evidence))
    }

    fn explain(&self, past: Past<'_>, evidence: &Evidence) -> Vec<Reason> {
        self.reasons(past, evidence)
    }

    fn adapted(&self, past: Past<'_>, stage: Stage) -> Option<Box<dyn Model>> {
        let adapter = self.adapter_for(past, stage)?;
        Some(Box::new(Self { base: Arc::clone(&self.base), adapter }))
    }

    fn tensors(&self) -> Tensors {
        self.kept()
    }
}

/// Whether there is enough to learn from.
fn check(columns: &Columns, people: &[&PersonMoments]) -> Result<(), ModelError> {
    let moments = || people.iter().flat_map(|person| &person.moments);
    let answers = moments().count();
    if answers < LEAST_ANSWERS {
        return Err(ModelError::TooLittle { what: "answers", found: answers, needed: LEAST_ANSWERS });
    }
    let yes = moments().filter(|moment| columns.question.is_yes(moment.value)).count();
    let rarer = yes.min(answers - yes);
    if rarer < LEAST_OF_RARER {
        return Err(ModelError::TooLittle {
            what: "answers of the rarer kind",
            found: rarer,
            needed: LEAST_OF_RARER,
        });
    }
    Ok(())
}
