//! How are the rules named, made and read? Their line in the list of estimators.

use serde_json::Value;

use super::{NAME, Rules, RulesModel};
use crate::estimator::{Estimator, ModelError};
use crate::estimators::EstimatorKind;
use crate::tune::SearchSpace;

/// The rules among the estimators.
pub const KIND: EstimatorKind = EstimatorKind {
    name: NAME,
    about: "published signs of focus and load, no training: the default without a model file",
    make,
    read: |tensors| Ok(Box::new(RulesModel::from_tensors(tensors)?)),
    space: SearchSpace::default,
};

fn make(settings: &Value) -> Result<Box<dyn Estimator>, ModelError> {
    let is_empty = settings.is_null() || settings.as_object().is_some_and(serde_json::Map::is_empty);
    if !is_empty {
        return Err(ModelError::Settings { reason: "the rules have no settings".to_owned() });
    }
    Ok(Box::new(Rules))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn has_no_settings() {
        assert_eq!((KIND.make)(&Value::Null).unwrap().name(), "rules");
        assert!((KIND.make)(&json!({})).is_ok());
        assert!(matches!((KIND.make)(&json!({ "weight": 2 })), Err(ModelError::Settings { .. })));
    }
}
