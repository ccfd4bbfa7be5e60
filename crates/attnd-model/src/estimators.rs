//! Which estimators are there? One list: a new one is one file and one line here.

use serde_json::Value;

use crate::estimator::{Estimator, Model, ModelError, Tensors};
use crate::tune::SearchSpace;

/// One estimator: how it is made from settings, read from a file, and what can be tuned.
#[derive(Debug)]
pub struct EstimatorKind {
    /// Its stable name, as in model files and on the command line.
    pub name: &'static str,
    /// What it is, in one sentence.
    pub about: &'static str,
    /// Makes one from settings; `null` and missing settings mean the defaults, unknown ones are refused with [`ModelError::Settings`].
    pub make: fn(&Value) -> Result<Box<dyn Estimator>, ModelError>,
    /// Makes its model from what a file holds.
    pub read: fn(&Tensors) -> Result<Box<dyn Model>, ModelError>,
    /// Which settings are worth searching.
    pub space: fn() -> SearchSpace,
}

/// Every estimator, each of which has to earn its place against the one before.
pub const ESTIMATORS: &[&EstimatorKind] = &[
    &crate::rules::KIND,
    &crate::hierarchical::HIERARCHICAL,
    &crate::hierarchical::ORDINAL,
    &crate::rocket::KIND,
    #[cfg(feature = "network")]
    &crate::network::KIND,
];

/// The estimator of that name.
#[must_use]
pub fn named(name: &str) -> Option<&'static EstimatorKind> {
    ESTIMATORS.iter().copied().find(|kind| kind.name == name)
}
