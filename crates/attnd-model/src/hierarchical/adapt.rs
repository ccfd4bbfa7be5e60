//! What differs for one person? A base rate and confidence of their own, or weights of their own pulled to everybody's.

use serde::{Deserialize, Serialize};

use super::HierarchicalModel;
use super::cumulative::{Levels, Pull, Weights, fit};
use super::design::{Design, Row};
use super::inputs::Moment;
use crate::dataset::Past;
use crate::estimator::{ModelError, Stage};

/// Answers it takes before a person gets a base rate of their own.
const ANSWERS_FOR_INTERCEPT: usize = 8;
/// Answers it takes before a person gets weights of their own.
const ANSWERS_FOR_WEIGHTS: usize = 20;
/// How strongly base rate and confidence are pulled to everybody's, in units of one answer's log-loss: ten answers speak
/// as loudly as a shift by one. A scaling needs few answers (Platt 1999; Guo et al. 2017, arXiv 1706.04599).
const INTERCEPT_STRENGTH: f64 = 10.0;
/// A person's confidence never turns the order of predictions around.
const LEAST_SLOPE: f64 = 0.1;

/// All that is kept of a person beside the base: small enough for one short file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "kebab-case")]
pub enum Adapter {
    /// Nothing.
    #[default]
    None,
    /// Log-odds are multiplied by `slope` (one over the temperature) and moved by `shift`.
    Intercept {
        /// Added to the log-odds: the person's base rate.
        shift: f64,
        /// How sure the base model may be for this person; 1 as sure as it is.
        slope: f64,
    },
    /// Weights of the person's own instead of the base's.
    Weights(Weights),
}

impl Adapter {
    /// The stage it stands for.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        match self {
            Self::None => Stage::Normalised,
            Self::Intercept { .. } => Stage::Intercept,
            Self::Weights(_) => Stage::Weights,
        }
    }

    pub(super) const fn weights(&self) -> Option<&Weights> {
        match self {
            Self::Weights(weights) => Some(weights),
            Self::None | Self::Intercept { .. } => None,
        }
    }

    /// What log-odds become for this person.
    pub(super) fn confident(&self, log_odds: f64) -> f64 {
        match self {
            Self::Intercept { shift, slope } => slope * log_odds + shift,
            Self::None | Self::Weights(_) => log_odds,
        }
    }
}

impl HierarchicalModel {
    /// What was fitted to the person, to be kept.
    #[must_use]
    pub const fn adapter(&self) -> &Adapter {
        &self.adapter
    }

    /// The base with an adapter that was kept.
    ///
    /// # Errors
    /// [`ModelError::Columns`] when it belongs to another base.
    pub fn with_adapter(&self, adapter: Adapter) -> Result<Self, ModelError> {
        if let Some(weights) = adapter.weights() {
            let base = &self.base.weights;
            let sizes = |weights: &Weights| (weights.weights.len(), weights.thresholds.len());
            if sizes(weights) != sizes(base) {
                return Err(ModelError::Columns {
                    expected: format!(
                        "{} inputs and {} thresholds",
                        base.weights.len(),
                        base.thresholds.len()
                    ),
                    found: format!("{} and {}", weights.weights.len(), weights.thresholds.len()),
                });
            }
        }
        Ok(Self { base: std::sync::Arc::clone(&self.base), adapter })
    }

    /// Fits the base to one person; `None` where there are too few answers for the stage.
    pub(super) fn adapter_for(&self, past: Past<'_>, stage: Stage) -> Option<Adapter> {
        let answers = past.examples().len();
        match stage {
            Stage::Normalised => Some(Adapter::None),
            Stage::Intercept if answers >= ANSWERS_FOR_INTERCEPT => self.intercept(past).ok(),
            Stage::Weights if answers >= ANSWERS_FOR_WEIGHTS => {
                self.own_weights(past).map(Adapter::Weights).ok()
            }
            Stage::Intercept | Stage::Weights | Stage::LowRank => None,
        }
    }

    fn moments(&self, past: Past<'_>) -> Vec<Moment> {
        let history = self.base.inputs.history();
        past.examples_with_past()
            .map(|(before, example)| Moment::new(history, before, &example.evidence, example.answer.value))
            .collect()
    }

    fn intercept(&self, past: Past<'_>) -> Result<Adapter, ModelError> {
        let asked = self.base.scaling.asked(self.columns());
        let moments = self.moments(past);
        let rows: Vec<Row> = moments
            .iter()
            .map(|moment| {
                let log_odds = self.base.weights.log_odds(&self.base.inputs.row_of(moment), asked);
                Row { dense: vec![log_odds], words: Vec::new() }
            })
            .collect();
        let yes: Vec<usize> =
            moments.iter().map(|moment| usize::from(self.columns().question.is_yes(moment.value))).collect();
        let as_it_is = Weights { weights: vec![1.0], thresholds: vec![0.0] };
        let pull = Pull { centre: Some(&as_it_is), strength: INTERCEPT_STRENGTH, made_up_answers: 0.0 };
        let fitted = fit(&Design::new(&rows, 1, 0)?, Levels { levels: &yes, count: 2 }, &pull, None)?;
        let (slope, shift) = (fitted.weights[0], fitted.thresholds[0]);
        Ok(Adapter::Intercept { shift, slope: slope.max(LEAST_SLOPE) })
    }

    fn own_weights(&self, past: Past<'_>) -> Result<Weights, ModelError> {
        let columns = self.columns();
        let scaling = self.base.scaling;
        let moments = self.moments(past);
        let levels: Vec<usize> = moments.iter().map(|moment| scaling.level(columns, moment.value)).collect();
        let pull = Pull {
            centre: Some(&self.base.weights),
            strength: self.base.strengths.person,
            made_up_answers: 0.0,
        };
        let design = self.base.inputs.design(moments.iter())?;
        fit(&design, Levels { levels: &levels, count: scaling.count(columns) }, &pull, None)
    }
}
