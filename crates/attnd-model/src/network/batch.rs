//! What is computed at once? Examples side by side, while training each time a little different.
//!
//! ```text
//! steps    ··│s s s s│s s s s│ … │s s s s│now      · padding, as missing
//! moments    └──0────┴──1────┴ … ┴─last──┘
//! ```
//!
//! Jitter and scaling: Um et al. 2017, arXiv:1706.00527; masking of spans and channels: Park et al. 2019, arXiv:1904.08779.

use burn::tensor::{Device, Tensor, TensorData};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::chance;
use super::encoder::Encoded;
use super::layers::{Dropout, Inputs};

/// Added to the similarity of moments in which nothing was measured: e⁻²⁰ of the others' attention.
const ABSENT: f32 = -20.0;

/// How steps become moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Layout {
    /// Channels.
    pub(crate) channels: usize,
    /// Steps of each.
    pub(crate) steps: usize,
    /// Steps of one moment.
    pub(crate) steps_per_moment: usize,
}

/// How much training examples are changed each time they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Augmentation {
    /// Noise added to every step, in the person's deviations.
    pub jitter: f64,
    /// Deviation of the logarithm of the factor on each channel.
    pub scaling: f64,
    /// The longest masked span, as a share of all steps.
    pub time_masking: f64,
    /// How likely each channel is masked as a whole, 0 to 1.
    pub channel_masking: f64,
}

impl Default for Augmentation {
    fn default() -> Self {
        Self { jitter: 0.1, scaling: 0.1, time_masking: 0.2, channel_masking: 0.1 }
    }
}

/// Numbers of examples side by side.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Batch {
    size: usize,
    moments: Vec<f32>,
    absent: Vec<f32>,
    environment: Vec<f32>,
}

impl Layout {
    /// At most `moments` moments of equally many steps.
    pub(crate) fn new(channels: usize, steps: usize, moments: usize) -> Self {
        Self { channels, steps, steps_per_moment: steps.div_ceil(moments.max(1)).max(1) }
    }

    /// How many moments.
    pub(crate) const fn moments(&self) -> usize {
        self.steps.div_ceil(self.steps_per_moment)
    }

    /// Numbers of one moment.
    pub(crate) const fn inputs(&self) -> usize {
        self.steps_per_moment * self.channels * 2
    }

    /// Steps missing at the front, so that the last moment is a whole one.
    pub(crate) const fn padding(&self) -> usize {
        self.moments() * self.steps_per_moment - self.steps
    }
}

impl Batch {
    /// Examples as they are.
    pub(crate) fn of<'a>(examples: impl IntoIterator<Item = &'a Encoded>, layout: Layout) -> Self {
        let mut batch = Self { size: 0, moments: vec![], absent: vec![], environment: vec![] };
        for example in examples {
            batch.add(&example.signals, &example.environment, layout);
        }
        batch
    }

    /// Examples changed at random.
    pub(crate) fn augmented<'a>(
        examples: impl IntoIterator<Item = &'a Encoded>,
        layout: Layout,
        augmentation: &Augmentation,
        generator: &mut ChaCha8Rng,
    ) -> Self {
        let mut batch = Self { size: 0, moments: vec![], absent: vec![], environment: vec![] };
        for example in examples {
            let mut signals = example.signals.clone();
            augmentation.change(&mut signals, layout, generator);
            batch.add(&signals, &example.environment, layout);
        }
        batch
    }

    fn add(&mut self, signals: &[f32], environment: &[f32], layout: Layout) {
        let Layout { channels, steps, .. } = layout;
        let start = self.moments.len();
        self.moments.resize(start + layout.moments() * layout.inputs(), 0.0);
        let row = &mut self.moments[start + layout.padding() * channels * 2..];
        let mut measured = vec![0_u32; layout.moments()];
        for (channel, values) in signals.chunks_exact(steps.max(1)).enumerate() {
            for (step, value) in values.iter().enumerate().filter(|(_, value)| value.is_finite()) {
                let place = (step * channels + channel) * 2;
                row[place] = *value;
                row[place + 1] = 1.0;
                measured[(step + layout.padding()) / layout.steps_per_moment] += 1;
            }
        }
        self.absent.extend(measured.iter().map(|count| if *count == 0 { ABSENT } else { 0.0 }));
        self.environment.extend_from_slice(environment);
        self.size += 1;
    }

    /// On a device.
    pub(crate) fn place(self, layout: Layout, device: &Device) -> Inputs {
        let Self { size, moments, absent, environment } = self;
        let width = environment.len() / size.max(1);
        Inputs {
            moments: Tensor::from_data(
                TensorData::new(moments, [size, layout.moments(), layout.inputs()]),
                device,
            ),
            absent: Tensor::from_data(TensorData::new(absent, [size, 1, layout.moments()]), device),
            environment: Tensor::from_data(TensorData::new(environment, [size, width]), device),
        }
    }
}

impl Augmentation {
    /// Changes `signals`, `[channel][step]`.
    fn change(&self, signals: &mut [f32], layout: Layout, generator: &mut ChaCha8Rng) {
        let steps = layout.steps.max(1);
        // Even noise of the same deviation: a normal draw costs ten times as much and the network sees no difference.
        let reach = (self.jitter * 3.0_f64.sqrt()) as f32;
        for channel in signals.chunks_exact_mut(steps) {
            let factor = (self.scaling * chance::normal(generator)).exp() as f32;
            let masked = generator.random::<f64>() < self.channel_masking;
            for value in channel {
                let noise = reach * chance::either_way(generator);
                *value = if masked { f32::NAN } else { value.mul_add(factor, noise) };
            }
        }
        let longest = (self.time_masking.clamp(0.0, 1.0) * steps as f64) as usize;
        let length = generator.random_range(0..=longest);
        let start = generator.random_range(0..=steps - length);
        for channel in signals.chunks_exact_mut(steps) {
            channel[start..start + length].fill(f32::NAN);
        }
    }
}

/// Masks that leave out whole hidden channels with chance `share`, one per block of `hidden` channels, for `size` examples.
pub(crate) fn dropout(
    [blocks, size, hidden]: [usize; 3],
    share: f64,
    generator: &mut ChaCha8Rng,
    device: &Device,
) -> Dropout {
    if share <= 0.0 {
        return Vec::new();
    }
    let kept = (1.0 / (1.0 - share)) as f32;
    let mut mask = || {
        let values: Vec<f32> = (0..size * hidden)
            .map(|_| if f64::from(generator.random::<f32>()) < share { 0.0 } else { kept })
            .collect();
        Tensor::from_data(TensorData::new(values, [size, 1, hidden]), device)
    };
    (0..blocks).map(|_| mask()).collect()
}
