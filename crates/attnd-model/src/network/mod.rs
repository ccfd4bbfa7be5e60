//! Which order of moments means focus? A small network over raw signals, with the attention this project starts from.
//!
//! ```text
//! encoder ─► batch ─► layers (+ attention) ─► step ─► optimiser ─╮
//!    ▲                    ▲                                      │ training, checkpoint
//! evidence, past          ╰────────── weights ◄──────────────────╯
//!                                        ╰─► model ─► prediction, attention, reasons; adapter: one person's own
//! ```
//!
//! Arrays are `[batch, moment, number]` inside, signals `[channel][step]` outside. Everything that draws is drawn on the
//! host from one seed, and arithmetic runs in one order: the same examples, seed and machine give the same model, bit for bit.

mod adapter;
mod attention;
mod batch;
mod chance;
mod checkpoint;
mod device;
mod encoder;
mod layers;
mod model;
mod optimiser;
#[cfg(test)]
mod parity;
#[cfg(test)]
pub(crate) mod sample;
mod settings;
mod step;
#[cfg(test)]
mod tests;
mod training;
mod weights;

use std::collections::BTreeMap;

use serde_json::Value;

pub use batch::Augmentation;
pub use device::Place;
pub(crate) use device::processor;
pub use model::NetworkModel;
pub use settings::NetworkSettings;
pub(crate) use step::read;

use crate::dataset::Training;
use crate::estimator::{Estimator, Model, ModelError, Run};
use crate::estimators::EstimatorKind;
use crate::tune::{Choices, SearchSpace};

const NAME: &str = "network";

/// The network in the list of estimators.
pub const KIND: EstimatorKind = EstimatorKind {
    name: NAME,
    about: "a small convolutional network over raw signals with an attention head; needs a few hundred answers",
    make,
    read: |tensors| Ok(Box::new(NetworkModel::from_tensors(tensors)?)),
    space,
};

/// Trains networks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// How.
    pub settings: NetworkSettings,
}

impl Estimator for Network {
    fn name(&self) -> &'static str {
        NAME
    }

    fn fit(&self, training: Training<'_>, run: &mut Run<'_>) -> Result<Box<dyn Model>, ModelError> {
        Ok(Box::new(self.train(training, run)?))
    }
}

impl Network {
    /// [`Estimator::fit`], for those who need the network itself.
    ///
    /// # Errors
    /// [`ModelError::Settings`] for settings that make no sense, [`ModelError::TooLittle`] without raw signals or enough answers
    /// of both kinds, [`ModelError::Diverged`], and [`ModelError::Io`] when a checkpoint cannot be kept.
    pub fn train(&self, training: Training<'_>, run: &mut Run<'_>) -> Result<NetworkModel, ModelError> {
        if let Some(fault) = self.settings.fault() {
            return Err(ModelError::Settings { reason: fault.to_owned() });
        }
        training::train(&self.settings, training, run).map(NetworkModel::new)
    }
}

fn make(settings: &Value) -> Result<Box<dyn Estimator>, ModelError> {
    let settings = match settings {
        Value::Null => NetworkSettings::default(),
        given => serde_json::from_value(given.clone())
            .map_err(|error| ModelError::Settings { reason: error.to_string() })?,
    };
    if let Some(fault) = settings.fault() {
        return Err(ModelError::Settings { reason: fault.to_owned() });
    }
    Ok(Box::new(Network { settings }))
}

fn space() -> SearchSpace {
    let settings = [
        ("learning_rate", Choices::LogUniform { low: 3e-4, high: 1e-2 }),
        ("weight_decay", Choices::LogUniform { low: 1e-3, high: 0.5 }),
        ("dropout", Choices::Uniform { low: 0.0, high: 0.4 }),
        ("width", Choices::OneOf(vec![16.into(), 32.into(), 48.into()])),
        ("blocks", Choices::Whole { low: 2, high: 5 }),
        ("batch", Choices::OneOf(vec![32.into(), 64.into(), 128.into()])),
    ];
    SearchSpace {
        settings: settings
            .into_iter()
            .map(|(name, choices)| (name.to_owned(), choices))
            .collect::<BTreeMap<_, _>>(),
    }
}
