//! How are these estimators named, set and searched?

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Hierarchical, HierarchicalModel, Scaling, Strengths};
use crate::estimator::{Estimator, Model, ModelError, Tensors};
use crate::estimators::EstimatorKind;
use crate::tune::{Choices, SearchSpace};

/// Logistic regression on yes and no.
pub const HIERARCHICAL: EstimatorKind = EstimatorKind {
    name: "hierarchical",
    about: "Logistic regression shrunk to everybody's weights, with your own past answers as inputs",
    make: |settings| make(Scaling::YesNo, settings),
    read,
    space,
};

/// Ordinal regression on all answers of the scale.
pub const ORDINAL: EstimatorKind = EstimatorKind {
    name: "ordinal",
    about: "Proportional odds over every answer of the scale, shrunk to everybody's weights",
    make: |settings| make(Scaling::Levels, settings),
    read,
    space,
};

/// What can be set; what is left out is chosen inside the training part.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Settings {
    global: Option<f64>,
    person: Option<f64>,
}

fn make(scaling: Scaling, settings: &Value) -> Result<Box<dyn Estimator>, ModelError> {
    let refused = |reason: String| ModelError::Settings { reason };
    let settings: Settings = if settings.is_null() {
        Settings::default()
    } else {
        serde_json::from_value(settings.clone()).map_err(|error| refused(error.to_string()))?
    };
    let strengths = match (settings.global, settings.person) {
        (None, None) => None,
        (global, person) => {
            let default = Strengths::default();
            let strengths = Strengths {
                global: global.unwrap_or(default.global),
                person: person.unwrap_or(default.person),
                newcomer: global.unwrap_or(default.newcomer),
            };
            let sound = |strength: f64| strength.is_finite() && strength > 0.0;
            if !sound(strengths.global) || !sound(strengths.person) {
                return Err(refused("global and person are strengths of a pull, greater than 0".to_owned()));
            }
            Some(strengths)
        }
    };
    Ok(Box::new(Hierarchical { scaling, strengths }))
}

fn read(tensors: &Tensors) -> Result<Box<dyn Model>, ModelError> {
    Ok(Box::new(HierarchicalModel::from_tensors(tensors)?))
}

fn space() -> SearchSpace {
    let strength = |low, high| Choices::LogUniform { low, high };
    SearchSpace {
        settings: BTreeMap::from([
            ("global".to_owned(), strength(1.0, 1000.0)),
            ("person".to_owned(), strength(10.0, 10_000.0)),
        ]),
    }
}
