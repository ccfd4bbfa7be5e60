//! What can be set about the network? Sizes, training and what a person's adapter may change.

use serde::{Deserialize, Serialize};

use super::batch::Augmentation;
use super::device::Place;

/// Settings of the network. The defaults suit a hundred to ten thousand examples of a few people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NetworkSettings {
    /// Numbers kept of each moment.
    pub width: usize,
    /// Numbers inside a block.
    pub hidden: usize,
    /// Blocks; each sees twice as far back as the one before.
    pub blocks: usize,
    /// At most so many moments; longer signals have more steps in each.
    pub moments: usize,
    /// At most so many passes over the examples.
    pub epochs: usize,
    /// Stops after so many passes without getting better on the people held out.
    pub patience: usize,
    /// Share of the people of the training part that is held out for this, 0 to 1.
    pub stopping_share: f64,
    /// Examples of one step, at most: few examples are taken in smaller steps, so that a pass has sixteen or more.
    pub batch: usize,
    /// The highest learning rate.
    pub learning_rate: f64,
    /// Share of the steps in which the rate rises, 0 to 1.
    pub warm_up: f64,
    /// Pull of matrices to zero, per unit of the learning rate.
    pub weight_decay: f64,
    /// The longest gradient.
    pub longest_gradient: f64,
    /// Share of hidden channels left out at each step, 0 to below 1.
    pub dropout: f64,
    /// What all other levels of the scale count beside the question's, together.
    pub levels: f64,
    /// How many examples everybody's usual weighs against the person's own.
    pub prior_examples: f64,
    /// How training examples are changed.
    pub augmentation: Augmentation,
    /// Where training runs.
    pub place: Place,
}

impl Default for NetworkSettings {
    fn default() -> Self {
        Self {
            width: 32,
            hidden: 64,
            blocks: 4,
            moments: 32,
            epochs: 40,
            patience: 8,
            stopping_share: 0.2,
            batch: 64,
            learning_rate: 2e-3,
            warm_up: 0.1,
            weight_decay: 0.05,
            longest_gradient: 1.0,
            dropout: 0.1,
            levels: 0.25,
            prior_examples: 4.0,
            augmentation: Augmentation::default(),
            place: Place::Processor,
        }
    }
}

impl NetworkSettings {
    /// The first setting that makes no sense, and what it has to be.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let share = |value: f64| (0.0..=1.0).contains(&value);
        let positive = |value: f64| value.is_finite() && value > 0.0;
        let checks = [
            ((1..=1024).contains(&self.width), "width: 1 to 1024"),
            ((1..=4096).contains(&self.hidden), "hidden: 1 to 4096"),
            ((1..=12).contains(&self.blocks), "blocks: 1 to 12"),
            ((1..=512).contains(&self.moments), "moments: 1 to 512"),
            (self.epochs > 0, "epochs: 1 or more"),
            (self.patience > 0, "patience: 1 or more"),
            (self.batch > 0, "batch: 1 or more"),
            (share(self.stopping_share), "stopping_share: 0 to 1"),
            (positive(self.learning_rate), "learning_rate: above 0"),
            (share(self.warm_up), "warm_up: 0 to 1"),
            (self.weight_decay >= 0.0, "weight_decay: 0 or more"),
            (positive(self.longest_gradient), "longest_gradient: above 0"),
            ((0.0..1.0).contains(&self.dropout), "dropout: 0 to below 1"),
            (self.levels >= 0.0, "levels: 0 or more"),
            (self.prior_examples >= 0.0, "prior_examples: 0 or more"),
            (self.augmentation.jitter >= 0.0, "augmentation.jitter: 0 or more"),
            (self.augmentation.scaling >= 0.0, "augmentation.scaling: 0 or more"),
            (share(self.augmentation.time_masking), "augmentation.time_masking: 0 to 1"),
            (share(self.augmentation.channel_masking), "augmentation.channel_masking: 0 to 1"),
        ];
        checks.into_iter().find(|(fits, _)| !fits).map(|(_, fault)| fault)
    }
}
