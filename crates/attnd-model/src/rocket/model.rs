//! What does the fitted ridge say of a moment, why, and what is kept of it?
//!
//! The ridge predicts an answer x between the scale's. That the answer is k or more has the odds exp(s · (x − (k − ½))): half
//! way between two answers either is as likely, and s, one number, says how sure distances are.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::NAME;
use super::design::{Design, Input};
use super::kernel::{Dilation, KERNELS};
use super::ridge::Ridge;
use super::transform::Transform;
use super::window::Scales;
use crate::dataset::{Columns, Evidence, Past, Question};
use crate::estimator::{Model, ModelError, Prediction, Reason, Stage, Tensors};

/// How sure a distance of one answer may be at most, and must be at least.
const SURENESS: std::ops::RangeInclusive<f64> = 0.05..=10.0;

/// A median of fewer earlier values is not what is usual.
const FEWEST_USUAL: usize = 3;

/// Kernels, thresholds and weights; predicts by one product.
#[derive(Clone, Debug, PartialEq)]
pub struct RocketModel {
    columns: Columns,
    design: Design,
    /// `[column]`, in answers.
    weights: Vec<f32>,
    /// The answer where every column is as usual.
    intercept: f64,
    sureness: f64,
}

/// What a file holds beside the arrays.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    columns: Columns,
    features: usize,
    vocabularies: Vec<Vec<Arc<str>>>,
    signals: Option<KeptSignals>,
    intercept: f64,
    sureness: f64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptSignals {
    steps: usize,
    /// Steps and features of each dilation.
    dilations: Vec<(usize, usize)>,
}

/// How sure the predicted answers are of yes and no: the s with the least log-loss.
pub(super) fn sureness(answers: &[f64], is_yes: impl Iterator<Item = bool>, question: &Question) -> f64 {
    let distances: Vec<(f64, bool)> =
        answers.iter().map(|answer| answer - cut(question.threshold)).zip(is_yes).collect();
    let slope = |sureness: f64| -> f64 {
        let of = |(distance, is_yes): &(f64, bool)| {
            (probability(sureness * distance) - f64::from(u8::from(*is_yes))) * distance
        };
        distances.iter().map(of).sum()
    };
    // The loss is convex: its slope rises.
    let (mut low, mut high) = (*SURENESS.start(), *SURENESS.end());
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if slope(middle) < 0.0 { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

fn cut(answer: i32) -> f64 {
    f64::from(answer) - 0.5
}

fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

impl RocketModel {
    pub(super) fn new(columns: &Columns, design: Design, ridge: &Ridge, sureness: f64) -> Self {
        let weights = ridge.weights.iter().map(|weight| *weight as f32).collect();
        Self { columns: columns.clone(), design, weights, intercept: ridge.intercept, sureness }
    }

    /// The predicted answer, on the question's scale and between its answers.
    #[must_use]
    pub fn answer(&self, evidence: &Evidence) -> f64 {
        let row = self.design.row(evidence);
        let terms =
            row.iter().zip(&self.weights).map(|(value, weight)| f64::from(*value) * f64::from(*weight));
        self.intercept + terms.sum::<f64>()
    }

    /// Reads what [`Model::tensors`] wrote.
    ///
    /// # Errors
    /// [`ModelError::File`] when something is missing or does not fit.
    pub fn from_tensors(tensors: &Tensors) -> Result<Self, ModelError> {
        let broken = |reason: &str| ModelError::File { reason: reason.to_owned() };
        let kept: Kept = serde_json::from_value(tensors.settings.clone())
            .map_err(|error| broken(&format!("its settings are not MiniRocket's ({error})")))?;
        let array = |name: &str| {
            let found = tensors.arrays.iter().find(|(other, _, _)| other == name);
            found.map(|(_, _, values)| values.clone()).ok_or_else(|| broken(&format!("'{name}' is missing")))
        };
        let signals = match kept.signals {
            None => None,
            Some(signals) => {
                let dilations =
                    signals.dilations.iter().map(|&(steps, features)| Dilation { steps, features }).collect();
                let deviations = array("deviations")?;
                let together = unpack(&array("together")?, &array("together_count")?)
                    .ok_or_else(|| broken("'together' does not fit"))?;
                let transform = Transform::from_parts(
                    signals.steps,
                    deviations.len(),
                    dilations,
                    together,
                    array("thresholds")?,
                );
                let transform = transform.ok_or_else(|| broken("its kernels do not fit together"))?;
                Some((Scales { deviations }, transform))
            }
        };
        let design = Design {
            signals,
            features: kept.features,
            vocabularies: kept.vocabularies,
            usual: array("usual")?,
            units: array("units")?,
        };
        let weights = array("weights")?;
        let columns = design.columns();
        if [weights.len(), design.usual.len(), design.units.len()] != [columns; 3] {
            return Err(broken("its weights are not as many as its columns"));
        }
        let numbers = [&weights, &design.usual, &design.units].into_iter().flatten();
        if !(numbers.copied().all(f32::is_finite) && kept.intercept.is_finite() && kept.sureness > 0.0) {
            return Err(broken("some of its weights are no numbers"));
        }
        let Kept { columns, intercept, sureness, .. } = kept;
        Ok(Self { columns, design, weights, intercept, sureness })
    }

    /// What columns add to the log-odds of yes.
    fn effect(&self, row: &[f32], columns: impl Iterator<Item = usize>) -> f64 {
        let terms = columns.map(|column| f64::from(row[column]) * f64::from(self.weights[column]));
        self.sureness * terms.sum::<f64>()
    }

    fn feature_reasons(&self, row: &[f32], past: Past<'_>, evidence: &Evidence, reasons: &mut Vec<Reason>) {
        let block = self.design.block(Input::Features);
        for (index, column) in block.enumerate() {
            let value = evidence.features.get(index).copied().filter(|value| value.is_finite());
            let usual = median(past.examples().iter().filter_map(|one| one.evidence.features.get(index)));
            let own = usual
                .map_or(0.0, |usual| (usual as f32 - self.design.usual[column]) * self.design.units[column]);
            let name = self.columns.features.get(index).map(|feature| feature.name.clone());
            if let (Some(name), Some(value)) = (name, value) {
                let apart = f64::from(row[column]) - f64::from(own);
                let effect = self.sureness * apart * f64::from(self.weights[column]);
                reasons.push(Reason { name, value: Some(value), word: None, usual, effect });
            }
        }
    }

    fn context_reasons(&self, row: &[f32], evidence: &Evidence, reasons: &mut Vec<Reason>) {
        let mut first = self.design.block(Input::Contexts).start;
        for (index, words) in self.design.vocabularies.iter().enumerate() {
            let columns = first..first + words.len();
            first = columns.end;
            let word = evidence.contexts.get(index).and_then(Option::as_ref);
            if let (Some(name), Some(word)) = (self.columns.contexts.get(index), word) {
                reasons.push(Reason {
                    name: name.clone(),
                    value: None,
                    word: Some(word.to_string()),
                    usual: None,
                    effect: self.effect(row, columns),
                });
            }
        }
    }

    /// A kernel's effect is shared evenly by the channels it adds up.
    fn channel_reasons(&self, row: &[f32], reasons: &mut Vec<Reason>) {
        let Some((_, transform)) = &self.design.signals else { return };
        let mut effects = vec![0.0; transform.channels()];
        let mut first = 0;
        for (combination, channels) in transform.together().iter().enumerate() {
            let features = transform.dilations()[combination / KERNELS].features;
            let effect = self.effect(row, first..first + features);
            first += features;
            for channel in channels {
                effects[*channel] += effect / channels.len() as f64;
            }
        }
        let names = self.columns.shape.iter().flat_map(|shape| &shape.channels);
        reasons.extend(names.zip(effects).map(|(name, effect)| Reason {
            name: name.clone(),
            value: None,
            word: None,
            usual: None,
            effect,
        }));
    }
}

impl Model for RocketModel {
    fn name(&self) -> &'static str {
        NAME
    }

    fn predict(&self, _past: Past<'_>, evidence: &Evidence) -> Prediction {
        let Question { scale, threshold } = &self.columns.question;
        let answer = self.answer(evidence);
        let at_least = |level: i32| probability(self.sureness * (answer - cut(level)));
        let mut above = 1.0;
        let mut levels = Vec::new();
        for level in scale.lowest..=scale.highest {
            let next = if level == scale.highest { 0.0 } else { at_least(level + 1) };
            levels.push(above - next);
            above = next;
        }
        Prediction { levels, ..Prediction::yes_or_no(at_least(*threshold)) }
    }

    /// Effects of channels are against the usual of all people, those of features against the person's own once they have
    /// answered three times.
    fn explain(&self, past: Past<'_>, evidence: &Evidence) -> Vec<Reason> {
        let row = self.design.row(evidence);
        let mut reasons = Vec::new();
        self.channel_reasons(&row, &mut reasons);
        self.feature_reasons(&row, past, evidence, &mut reasons);
        self.context_reasons(&row, evidence, &mut reasons);
        // What was left aside is no reason.
        reasons.retain(|reason| reason.effect != 0.0);
        reasons.sort_by(|one, other| other.effect.abs().total_cmp(&one.effect.abs()));
        reasons
    }

    fn adapted(&self, _past: Past<'_>, _stage: Stage) -> Option<Box<dyn Model>> {
        None
    }

    fn tensors(&self) -> Tensors {
        let Self { design, .. } = self;
        let mut arrays = Vec::new();
        let mut keep =
            |name: &str, values: Vec<f32>| arrays.push((name.to_owned(), vec![values.len()], values));
        keep("weights", self.weights.clone());
        keep("usual", design.usual.clone());
        keep("units", design.units.clone());
        let signals = design.signals.as_ref().map(|(scales, transform)| {
            keep("deviations", scales.deviations.clone());
            keep("thresholds", transform.thresholds().to_vec());
            let together = transform.together();
            keep("together_count", together.iter().map(|channels| channels.len() as f32).collect());
            keep("together", together.iter().flatten().map(|channel| *channel as f32).collect());
            let dilations = transform.dilations().iter().map(|dilation| (dilation.steps, dilation.features));
            KeptSignals { steps: transform.steps(), dilations: dilations.collect() }
        });
        let kept = Kept {
            columns: self.columns.clone(),
            features: design.features,
            vocabularies: design.vocabularies.clone(),
            signals,
            intercept: self.intercept,
            sureness: self.sureness,
        };
        let settings = serde_json::to_value(kept).expect("invariant: names and finite numbers are JSON");
        Tensors { settings, arrays }
    }
}

/// Lists of channels from all of them in a row and how many each list has; `None` if that does not fit.
fn unpack(channels: &[f32], counts: &[f32]) -> Option<Vec<Vec<usize>>> {
    let mut rest = channels;
    let lists = counts
        .iter()
        .map(|count| {
            let (list, left) = rest.split_at_checked(*count as usize)?;
            rest = left;
            Some(list.iter().map(|channel| *channel as usize).collect())
        })
        .collect::<Option<Vec<_>>>()?;
    rest.is_empty().then_some(lists)
}

fn median<'a>(values: impl Iterator<Item = &'a f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.copied().filter(|value| value.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    (values.len() >= FEWEST_USUAL)
        .then(|| f64::midpoint(values[(values.len() - 1) / 2], values[values.len() / 2]))
}

#[cfg(test)]
mod tests {
    use attnd_core::recording::Scale;

    use super::*;

    #[test]
    fn sureness_is_that_of_the_logistic_curve_the_answers_came_from() {
        let question = Question { scale: Scale::MENTAL_LOAD, threshold: 3 };
        // Of a hundred answers at each predicted value, as many yes as σ(1.7 · distance) says.
        let (mut answers, mut is_yes) = (Vec::new(), Vec::new());
        for step in -20..=20 {
            let distance = f64::from(step) / 10.0;
            let yes = (probability(1.7 * distance) * 1_000.0).round() as usize;
            answers.extend(vec![2.5 + distance; 1_000]);
            is_yes.extend((0..1_000).map(|one| one < yes));
        }
        assert!((sureness(&answers, is_yes.into_iter(), &question) - 1.7).abs() < 0.01);
    }

    #[test]
    fn sureness_stays_within_bounds_where_answers_are_perfect_or_the_wrong_way_round() {
        let question = Question { scale: Scale::MENTAL_LOAD, threshold: 3 };
        let right = sureness(&[1.0, 5.0], [false, true].into_iter(), &question);
        let wrong = sureness(&[1.0, 5.0], [true, false].into_iter(), &question);
        assert!((right - SURENESS.end()).abs() < 1e-6 && (wrong - SURENESS.start()).abs() < 1e-6);
    }

    #[test]
    fn lists_are_unpacked_only_if_they_fit() {
        assert_eq!(unpack(&[0.0, 2.0, 1.0], &[2.0, 1.0]), Some(vec![vec![0, 2], vec![1]]));
        assert_eq!(unpack(&[0.0, 2.0], &[2.0, 1.0]), None);
        assert_eq!(unpack(&[0.0, 2.0, 1.0], &[2.0]), None);
    }
}
