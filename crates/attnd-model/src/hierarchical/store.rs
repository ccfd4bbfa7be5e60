//! How does the model get into a model file and back? Settings as JSON, weights as arrays.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::cumulative::Weights;
use super::inputs::Inputs;
use super::{Adapter, Base, HierarchicalModel, Scaling, Strengths};
use crate::estimator::{ModelError, Tensors};

/// Changes whenever the inputs do: weights of other inputs must not be read.
const FORM: u32 = 2;

/// Everything of the model that is no weight.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    form: u32,
    scaling: Scaling,
    strengths: Strengths,
    inputs: Inputs,
    adapter: Adapter,
}

impl HierarchicalModel {
    pub(super) fn kept(&self) -> Tensors {
        let settings = Settings {
            form: FORM,
            scaling: self.base.scaling,
            strengths: self.base.strengths,
            inputs: self.base.inputs.clone(),
            adapter: self.adapter.clone(),
        };
        let array = |name: &str, values: &[f64]| {
            #[expect(clippy::cast_possible_truncation, reason = "weights need no more than seven digits")]
            let values: Vec<f32> = values.iter().map(|value| *value as f32).collect();
            (name.to_owned(), vec![values.len()], values)
        };
        Tensors {
            settings: serde_json::to_value(settings).unwrap_or_default(),
            arrays: vec![
                array("weights", &self.base.weights.weights),
                array("thresholds", &self.base.weights.thresholds),
                array("newcomer_weights", &self.base.newcomer.weights),
                array("newcomer_thresholds", &self.base.newcomer.thresholds),
            ],
        }
    }

    /// The model of what was kept of one.
    ///
    /// # Errors
    /// [`ModelError::File`] when something is missing, of another size or of another version.
    pub fn from_tensors(tensors: &Tensors) -> Result<Self, ModelError> {
        let file = |reason: String| ModelError::File { reason };
        let form = tensors.settings.get("form").and_then(serde_json::Value::as_u64);
        if form != Some(u64::from(FORM)) {
            let found = form.map_or_else(|| "none".to_owned(), |form| form.to_string());
            return Err(file(format!("its inputs are of version {found}, this attnd knows version {FORM}")));
        }
        let settings: Settings = serde_json::from_value(tensors.settings.clone())
            .map_err(|error| file(format!("its settings are broken: {error}")))?;
        let array = |name: &str, size: usize| {
            let found = tensors.arrays.iter().find(|(other, _, _)| other == name);
            let values = found.map_or(&[][..], |(_, _, values)| values);
            if values.len() != size || values.iter().any(|value| !value.is_finite()) {
                return Err(file(format!("it has {} sound {name} instead of {size}", values.len())));
            }
            Ok(values.iter().map(|value| f64::from(*value)).collect::<Vec<f64>>())
        };
        let inputs = settings.inputs;
        if !inputs.is_sound() {
            return Err(file("its inputs disagree with its columns".to_owned()));
        }
        let levels = settings.scaling.count(inputs.columns());
        let both = |weights: &str, thresholds: &str| -> Result<Weights, ModelError> {
            Ok(Weights {
                weights: array(weights, inputs.dense() + inputs.vocabulary())?,
                thresholds: array(thresholds, levels - 1)?,
            })
        };
        let weights = both("weights", "thresholds")?;
        let newcomer = both("newcomer_weights", "newcomer_thresholds")?;
        let base =
            Base { scaling: settings.scaling, strengths: settings.strengths, inputs, weights, newcomer };
        Self { base: Arc::new(base), adapter: Adapter::None }.with_adapter(settings.adapter)
    }
}
