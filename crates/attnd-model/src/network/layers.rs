//! What does the network compute? A temporal convolutional network over moments, whose votes the attention head
//! weighs, on top of a linear model of the environment.
//!
//! ```text
//! x [batch, moment, input] ─ stem ─► h [batch, moment, width]
//!    ╭────────────── × blocks, dilation 1, 2, 4 … ──────────────╮
//!  h ┴ norm ─ three moments of the past ─ relu ─ dropout ─ mix ─ + ─► h ─ norm ─► z
//!  z ─ vote ─► c [batch, moment]      z, environment ─ attention ─► a [batch, moment]
//!  log-odds of "at least level k" = Σ a·c + wide · environment + bias k
//! ```
//!
//! Causal dilated convolutions and residual blocks: Bai, Kolter and Koltun 2018, arXiv:1803.01271; root mean square norm before
//! each block: Zhang and Sennrich 2019, arXiv:1910.07467; dropout of whole channels: Tompson et al. 2015, arXiv:1411.4280; several thresholds
//! over one score: Cao, Mirjalili and Raschka 2020, arXiv:1901.07884; a linear model beside a deep one: Cheng et al. 2016, arXiv:1606.07792.
//! A moment has one vote instead of a vector of values: so its part of the log-odds can be told.

use burn::tensor::activation::relu;
use burn::tensor::module::linear;
use burn::tensor::{Device, Tensor, TensorData};

use super::attention::{self, Attention, Head};
use super::step;
use super::weights::{Architecture, Array, KERNEL, Weights};

/// Keeps a root from nothing; small against inputs of deviation 1.
const EPSILON: f64 = 1e-5;

/// One array on a device.
#[derive(Clone, Debug)]
pub(crate) enum Leaf {
    /// `[in, out]`.
    Matrix(Tensor<2>),
    /// `[out]`.
    Vector(Tensor<1>),
}

/// What a batch of moments is, on a device. Numbers of a moment are step by step, channel by channel: value, whether measured.
#[derive(Clone, Debug)]
pub(crate) struct Inputs {
    /// `[batch, moment, input]`.
    pub(crate) moments: Tensor<3>,
    /// `[batch, 1, moment]`: 0, or far below where nothing at all was measured.
    pub(crate) absent: Tensor<3>,
    /// `[batch, environment]`.
    pub(crate) environment: Tensor<2>,
}

/// Which channels of each block go on while training, `[batch, 1, hidden]`: 0 or 1 / (1 − dropout).
pub(crate) type Dropout = Vec<Tensor<3>>;

/// What comes out.
#[derive(Clone, Debug)]
pub(crate) struct Outputs {
    /// Log-odds of reaching each threshold, `[batch, threshold]`.
    pub(crate) logits: Tensor<2>,
    /// Attention to each moment, `[batch, moment]`.
    pub(crate) attention: Tensor<2>,
    /// The vote of each moment, `[batch, moment]`.
    pub(crate) votes: Tensor<2>,
}

/// One residual block.
#[derive(Clone, Debug)]
struct Block {
    gain: Tensor<1>,
    past: Tensor<2>,
    past_bias: Tensor<1>,
    mix: Tensor<2>,
    mix_bias: Tensor<1>,
}

/// The network on a device.
#[derive(Clone, Debug)]
pub(crate) struct Layers {
    stem: Tensor<2>,
    stem_bias: Tensor<1>,
    blocks: Vec<Block>,
    gain: Tensor<1>,
    head: Head,
    vote: Tensor<2>,
    wide: Tensor<2>,
    thresholds_bias: Tensor<1>,
}

impl Leaf {
    /// One array on `device`.
    pub(crate) fn place(array: &Array, device: &Device) -> Self {
        let data = TensorData::new(array.values.clone(), array.shape.clone());
        if array.is_matrix() {
            Self::Matrix(Tensor::from_data(data, device))
        } else {
            Self::Vector(Tensor::from_data(data, device))
        }
    }

    /// The same, collecting a gradient.
    pub(crate) fn learning(self) -> Self {
        match self {
            Self::Matrix(tensor) => Self::Matrix(tensor.require_grad()),
            Self::Vector(tensor) => Self::Vector(tensor.require_grad()),
        }
    }
}

impl Weights {
    /// Every array on `device`, in their order.
    pub(crate) fn place(&self, device: &Device) -> Vec<Leaf> {
        self.arrays.iter().map(|array| Leaf::place(array, device)).collect()
    }
}

impl Layers {
    /// The network made of `leaves`, which are in the order of [`Weights::arrays`].
    pub(crate) fn of(architecture: &Architecture, leaves: &[Leaf]) -> Self {
        let mut leaves = Leaves(leaves.iter());
        Self {
            stem: leaves.matrix(),
            stem_bias: leaves.vector(),
            blocks: (0..architecture.blocks)
                .map(|_| Block {
                    gain: leaves.vector(),
                    past: leaves.matrix(),
                    past_bias: leaves.vector(),
                    mix: leaves.matrix(),
                    mix_bias: leaves.vector(),
                })
                .collect(),
            gain: leaves.vector(),
            head: Head {
                query: leaves.matrix(),
                key: leaves.matrix(),
                environment: leaves.matrix(),
                environment_bias: leaves.vector(),
                sharpness: leaves.vector(),
                share: leaves.vector(),
            },
            vote: leaves.matrix(),
            wide: leaves.matrix(),
            thresholds_bias: leaves.vector(),
        }
    }

    /// The weights of the environment in the linear part.
    pub(crate) fn wide(&self) -> Vec<f32> {
        step::read(self.wide.clone())
    }

    /// The outputs for a batch; `dropout` has one mask per block, or none.
    pub(crate) fn forward(&self, inputs: Inputs, dropout: &[Tensor<3>]) -> Outputs {
        let mut kept = linear(inputs.moments, self.stem.clone(), Some(self.stem_bias.clone()));
        for (index, block) in self.blocks.iter().enumerate() {
            kept = block.forward(kept, 1 << index, dropout.get(index));
        }
        let moments = norm(kept);
        let votes = linear(moments.clone(), scaled(&self.vote, &self.gain), None).squeeze_dim::<2>(2);
        let head = Head {
            query: scaled(&self.head.query, &self.gain),
            key: scaled(&self.head.key, &self.gain),
            ..self.head.clone()
        };
        let Attention { weights } =
            attention::attend(&head, moments, inputs.environment.clone(), inputs.absent);
        let carried = (weights.clone() * votes.clone()).sum_dim(1);
        let score = carried + inputs.environment.matmul(self.wide.clone());
        let logits = score + self.thresholds_bias.clone().unsqueeze::<2>();
        Outputs { logits, attention: weights, votes }
    }
}

impl Block {
    fn forward(&self, kept: Tensor<3>, dilation: usize, dropout: Option<&Tensor<3>>) -> Tensor<3> {
        let seen = with_past(norm(kept.clone()), dilation);
        let past = scaled(&self.past, &self.gain);
        let mut found = relu(linear(seen, past, Some(self.past_bias.clone())));
        if let Some(mask) = dropout {
            found = found * mask.clone();
        }
        kept + linear(found, self.mix.clone(), Some(self.mix_bias.clone()))
    }
}

/// Each moment beside those one and two `dilation`s before it, `[batch, moment, 3 · width]`; nothing before the first.
///
/// A convolution written as one matrix product: on a processor that is what it comes to, and here it costs one copy.
fn with_past(moments: Tensor<3>, dilation: usize) -> Tensor<3> {
    let [batch, count, width] = moments.dims();
    let shifted = |back: usize| {
        if back >= count {
            return Tensor::zeros([batch, count, width], &moments.device());
        }
        let nothing = Tensor::zeros([batch, back, width], &moments.device());
        Tensor::cat(vec![nothing, moments.clone().narrow(1, 0, count - back)], 1)
    };
    let before = (1..KERNEL).rev().map(|step| shifted(step * dilation));
    Tensor::cat(before.chain([moments.clone()]).collect(), 2)
}

/// Divides by the root of the mean square over the last axis. The gain that belongs to it is put into the matrix that
/// follows: the same numbers, without two more passes over every moment.
fn norm(values: Tensor<3>) -> Tensor<3> {
    let size = (values.clone().square().mean_dim(2) + EPSILON).sqrt();
    values / size
}

/// `matrix` `[times · width, out]` behind a gain of each of `width` inputs.
fn scaled(matrix: &Tensor<2>, gain: &Tensor<1>) -> Tensor<2> {
    let ([inputs, outputs], [width]) = (matrix.dims(), gain.dims());
    let rows = matrix.clone().reshape([inputs / width, width, outputs]);
    (rows * gain.clone().reshape([1, width, 1])).reshape([inputs, outputs])
}

/// Leaves in their order; the plan of the architecture says which is which.
struct Leaves<'a>(std::slice::Iter<'a, Leaf>);

impl Leaves<'_> {
    fn matrix(&mut self) -> Tensor<2> {
        match self.0.next() {
            Some(Leaf::Matrix(tensor)) => tensor.clone(),
            _ => unreachable!("invariant: the plan has a matrix here"),
        }
    }

    fn vector(&mut self) -> Tensor<1> {
        match self.0.next() {
            Some(Leaf::Vector(tensor)) => tensor.clone(),
            _ => unreachable!("invariant: the plan has a vector here"),
        }
    }
}
