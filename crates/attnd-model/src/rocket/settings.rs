//! What can be set of MiniRocket and its ridge?

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::design::Input;
use super::kernel::KERNELS;
use super::transform::TransformSettings;
use crate::estimator::ModelError;
use crate::tune::{Choices, SearchSpace};

/// Strengths tried: so many, each by the same factor stronger, for blocks whose variances add up to one.
const STRENGTHS: usize = 21;
const WEAKEST: f64 = 1e-3;
const STRONGEST: f64 = 1e3;

/// Settings of the estimator; its strength is no setting, it is found while fitting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// What is read of the evidence.
    pub inputs: Vec<Input>,
    /// About so many features of raw signals, rounded down to a multiple of 84.
    pub features: usize,
    /// At most so many dilations of each kernel.
    pub most_dilations: usize,
}

impl Default for Settings {
    fn default() -> Self {
        let TransformSettings { features, most_dilations } = TransformSettings::default();
        Self { inputs: vec![Input::Signals, Input::Features, Input::Contexts], features, most_dilations }
    }
}

impl Settings {
    pub(super) fn parse(settings: &Value) -> Result<Self, ModelError> {
        let refused = |reason: String| ModelError::Settings { reason };
        if settings.is_null() {
            return Ok(Self::default());
        }
        let parsed: Self =
            serde_json::from_value(settings.clone()).map_err(|error| refused(error.to_string()))?;
        if parsed.inputs.is_empty() {
            return Err(refused(
                "inputs names nothing to read; name signals, features or contexts".to_owned(),
            ));
        }
        if parsed.features < KERNELS || parsed.most_dilations == 0 {
            return Err(refused(format!("it takes at least {KERNELS} features and one dilation")));
        }
        Ok(parsed)
    }

    pub(super) fn space() -> SearchSpace {
        let settings = [
            ("features", Choices::OneOf(vec![json!(2_000), json!(5_000), json!(10_000)])),
            ("most_dilations", Choices::OneOf(vec![json!(8), json!(16), json!(32)])),
        ];
        SearchSpace { settings: settings.map(|(name, choices)| (name.to_owned(), choices)).into() }
    }

    pub(super) const fn transform(&self) -> TransformSettings {
        TransformSettings { features: self.features, most_dilations: self.most_dilations }
    }

    pub(super) fn strengths(&self) -> Vec<f64> {
        let factor = (STRONGEST / WEAKEST).powf(1.0 / (STRENGTHS - 1) as f64);
        (0..STRENGTHS).map(|index| WEAKEST * factor.powi(index as i32)).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn what_is_not_said_is_the_default_and_what_is_unknown_is_refused() {
        assert_eq!(Settings::parse(&Value::Null).unwrap(), Settings::default());
        let few = Settings::parse(&json!({"features": 500})).unwrap();
        assert_eq!((few.features, few.most_dilations), (500, 32));
        for wrong in [json!({"kernels": 5}), json!({"features": 83}), json!({"inputs": []}), json!(7)] {
            assert!(Settings::parse(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn strengths_go_from_the_weakest_to_the_strongest() {
        let strengths = Settings::default().strengths();
        assert!((strengths[0] - WEAKEST).abs() < 1e-12);
        assert!((strengths[STRENGTHS - 1] - STRONGEST).abs() < 1e-6);
    }

    #[test]
    fn every_searched_setting_is_one() {
        for (name, choices) in Settings::space().settings {
            let Choices::OneOf(values) = choices else { panic!("{name} is not listed") };
            for value in values {
                let settings: BTreeMap<_, _> = [(name.clone(), value)].into();
                assert!(Settings::parse(&json!(settings)).is_ok());
            }
        }
    }
}
