//! Which numbers does the network learn? Named arrays, their shapes and how they begin.

use std::collections::HashMap;

use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::chance;
use crate::estimator::ModelError;

/// Moments before and including the present that one convolution sees.
pub(crate) const KERNEL: usize = 3;

/// The sizes that follow from the data and the settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Architecture {
    /// Numbers of one moment: steps × channels × (value, whether measured).
    pub(crate) inputs: usize,
    /// Moments.
    pub(crate) moments: usize,
    /// Width of what is kept of each moment.
    pub(crate) width: usize,
    /// Width inside a block.
    pub(crate) hidden: usize,
    /// Blocks; the dilation doubles from each to the next.
    pub(crate) blocks: usize,
    /// Numbers of the environment.
    pub(crate) environment: usize,
    /// Thresholds that are predicted.
    pub(crate) thresholds: usize,
}

/// One array, in row-major order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Array {
    pub(crate) name: String,
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f32>,
}

/// All arrays, in the order of [`Architecture::plan`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Weights {
    pub(crate) arrays: Vec<Array>,
}

/// How an array begins.
#[derive(Clone, Copy, Debug)]
enum Start {
    Constant(f32),
    Normal(f64),
}

impl Architecture {
    /// Every array's name, shape and start. Matrices are `[in, out]`.
    fn plan(&self) -> Vec<(String, Vec<usize>, Start)> {
        let &Self { inputs, width, hidden, environment, thresholds, .. } = self;
        let mut plan = vec![
            ("stem".to_owned(), vec![inputs, width], he(inputs)),
            ("stem_bias".to_owned(), vec![width], Start::Constant(0.0)),
        ];
        for block in 0..self.blocks {
            let name = |part: &str| format!("block{block}_{part}");
            // Each block adds to what is kept: as many, the sum must not grow with them.
            let share = 1.0 / ((hidden * self.blocks) as f64).sqrt();
            plan.extend([
                (name("gain"), vec![width], Start::Constant(1.0)),
                (name("past"), vec![KERNEL * width, hidden], he(KERNEL * width)),
                (name("past_bias"), vec![hidden], Start::Constant(0.0)),
                (name("mix"), vec![hidden, width], Start::Normal(share)),
                (name("mix_bias"), vec![width], Start::Constant(0.0)),
            ]);
        }
        let even = Start::Normal(1.0 / (width as f64).sqrt());
        plan.extend([
            ("gain".to_owned(), vec![width], Start::Constant(1.0)),
            ("query".to_owned(), vec![width, width], even),
            ("key".to_owned(), vec![width, width], even),
            (
                "environment".to_owned(),
                vec![environment, width],
                Start::Normal(1.0 / (environment as f64).sqrt()),
            ),
            ("environment_bias".to_owned(), vec![width], Start::Constant(0.0)),
            // Logarithms of the inverse temperatures: of self-similarity, of similarity to the environment.
            ("sharpness".to_owned(), vec![2], Start::Constant(0.0)),
            // α = σ(0) = 1/2.
            ("share".to_owned(), vec![1], Start::Constant(0.0)),
            ("vote".to_owned(), vec![width, 1], Start::Normal(0.3 / (width as f64).sqrt())),
            ("wide".to_owned(), vec![environment, 1], Start::Constant(0.0)),
            ("thresholds_bias".to_owned(), vec![thresholds], Start::Constant(0.0)),
        ]);
        plan
    }

    /// Whether weights of this shape fit into memory without thought: refuses what a broken file claims.
    pub(crate) fn plausible(&self) -> bool {
        let sides = [
            self.inputs,
            self.moments,
            self.width,
            self.hidden,
            self.blocks,
            self.environment,
            self.thresholds,
        ];
        sides.iter().all(|side| (1..=1 << 14).contains(side)) && self.blocks <= 16
    }

    /// The weights a training begins with (He et al. 2015, arXiv:1502.01852, for what a rectifier follows).
    pub(crate) fn begin(&self, generator: &mut ChaCha8Rng) -> Weights {
        let arrays = self
            .plan()
            .into_iter()
            .map(|(name, shape, start)| {
                let count = shape.iter().product();
                let values = match start {
                    Start::Constant(value) => vec![value; count],
                    Start::Normal(deviation) => chance::normals(generator, count, deviation),
                };
                Array { name, shape, values }
            })
            .collect();
        Weights { arrays }
    }

    /// The weights found in `arrays`, whatever their order.
    pub(crate) fn collect(&self, arrays: &[(String, Vec<usize>, Vec<f32>)]) -> Result<Weights, ModelError> {
        let found: HashMap<&str, _> = arrays.iter().map(|array| (array.0.as_str(), array)).collect();
        let arrays = self
            .plan()
            .into_iter()
            .map(|(name, shape, _)| {
                let fault = |what: &str| ModelError::File { reason: format!("its array '{name}' {what}") };
                let (_, found_shape, values) = found.get(name.as_str()).ok_or_else(|| fault("is missing"))?;
                if *found_shape != shape || values.len() != shape.iter().product::<usize>() {
                    return Err(fault("has another shape than its settings say"));
                }
                if values.iter().any(|value| !value.is_finite()) {
                    return Err(fault("holds what is no number"));
                }
                Ok(Array { name, shape, values: values.clone() })
            })
            .collect::<Result<_, _>>()?;
        Ok(Weights { arrays })
    }
}

impl Array {
    /// Whether the optimiser pulls it to zero: matrices only. Norms, biases, temperatures and the share have no reason to
    /// be small (Loshchilov and Hutter 2019, arXiv:1711.05101, decay weights; common practice since leaves these out).
    pub(crate) fn decays(&self) -> bool {
        self.is_matrix()
    }

    /// Whether it mixes one set of numbers into another.
    pub(crate) fn is_matrix(&self) -> bool {
        self.shape.len() == 2
    }
}

impl Weights {
    /// How many numbers.
    pub(crate) fn count(&self) -> usize {
        self.arrays.iter().map(|array| array.values.len()).sum()
    }

    /// As a model file holds them.
    pub(crate) fn named(&self) -> Vec<(String, Vec<usize>, Vec<f32>)> {
        self.arrays
            .iter()
            .map(|array| (array.name.clone(), array.shape.clone(), array.values.clone()))
            .collect()
    }

    /// The array of that name.
    pub(crate) fn array_mut(&mut self, name: &str) -> Option<&mut Array> {
        self.arrays.iter_mut().find(|array| array.name == name)
    }
}

fn he(inputs: usize) -> Start {
    Start::Normal((2.0 / inputs as f64).sqrt())
}
