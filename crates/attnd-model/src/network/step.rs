//! What does one look at a batch teach? The loss of several thresholds at once and its gradients.

use burn::tensor::activation::log_sigmoid;
use burn::tensor::{Tensor, TensorData};

use super::layers::{Inputs, Layers, Leaf};
use crate::dataset::Question;

/// Scales with more answers than this are only asked yes or no: too few answers would fall on each level.
const MOST_LEVELS: i32 = 10;

/// The thresholds the network predicts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Thresholds {
    /// Answers from here up reach each, rising.
    pub(crate) values: Vec<i32>,
    /// Which of them is the question's.
    pub(crate) question: usize,
}

/// What a batch should come to, `[batch][threshold]` in one row: 1 where the answer reached it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Targets {
    /// The targets.
    pub(crate) reached: Vec<f32>,
    /// How much each threshold counts.
    pub(crate) importance: Vec<f32>,
}

/// What a batch taught.
#[derive(Clone, Debug)]
pub(crate) struct Lesson {
    /// The loss that was stepped down.
    pub(crate) loss: f64,
    /// Per leaf that learns, in their order.
    pub(crate) gradients: Vec<Vec<f32>>,
    /// `[batch][threshold]` in one row.
    pub(crate) logits: Vec<f32>,
}

impl Thresholds {
    /// Those of `question`.
    pub(crate) fn of(question: &Question) -> Self {
        let (lowest, highest) = (question.scale.lowest, question.scale.highest);
        let levels = highest.saturating_sub(lowest).saturating_add(1);
        if (2..=MOST_LEVELS).contains(&levels) && (lowest + 1..=highest).contains(&question.threshold) {
            let place = usize::try_from(question.threshold - lowest - 1).unwrap_or(0);
            return Self { values: (lowest + 1..=highest).collect(), question: place };
        }
        Self { values: vec![question.threshold], question: 0 }
    }

    /// How much each counts: the question's fully, the others `share` together.
    pub(crate) fn importance(&self, share: f64) -> Vec<f32> {
        let others = self.values.len().saturating_sub(1).max(1);
        let mut importance = vec![(share / others as f64) as f32; self.values.len()];
        importance[self.question] = 1.0;
        importance
    }

    /// Whether there is one for every level of the scale.
    pub(crate) fn ordinal(&self) -> bool {
        self.values.len() > 1
    }
}

impl Targets {
    /// Those of `answers`; the thresholds beside the question's count `share` together.
    pub(crate) fn of(thresholds: &Thresholds, answers: &[i32], share: f64) -> Self {
        let reached = |answer: &i32| {
            let answer = *answer;
            thresholds.values.iter().map(move |threshold| f32::from(u8::from(answer >= *threshold)))
        };
        Self { reached: answers.iter().flat_map(reached).collect(), importance: thresholds.importance(share) }
    }
}

/// The loss of a batch and its gradients for `learning`, which `layers` are made of.
pub(crate) fn learn(
    layers: &Layers,
    learning: &[Leaf],
    inputs: Inputs,
    targets: &Targets,
    dropout: &[Tensor<3>],
) -> Lesson {
    let device = inputs.moments.device();
    let logits = layers.forward(inputs, dropout).logits;
    let [size, thresholds] = logits.dims();
    let reached =
        Tensor::<2>::from_data(TensorData::new(targets.reached.clone(), [size, thresholds]), &device);
    let importance =
        Tensor::<2>::from_data(TensorData::new(targets.importance.clone(), [1, thresholds]), &device);
    // −log σ(±x) written so that neither sign overflows: (1 − y)·x − log σ(x).
    let each = logits.clone() * (reached.neg() + 1.0) - log_sigmoid(logits.clone());
    let loss = (each * importance).sum() / size as f64;
    let gradients = loss.backward();
    let of = |leaf: &Leaf| match leaf {
        Leaf::Matrix(tensor) => tensor.grad(&gradients).map(read),
        Leaf::Vector(tensor) => tensor.grad(&gradients).map(read),
    };
    Lesson {
        loss: read(loss).first().map_or(f64::NAN, |loss| f64::from(*loss)),
        gradients: learning.iter().map(|leaf| of(leaf).unwrap_or_default()).collect(),
        logits: read(logits),
    }
}

/// The numbers of a tensor; none if the device failed, which training takes for having gone astray.
pub(crate) fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.try_into_vec_as::<f32>().unwrap_or_default()
}

/// Log-loss of yes and no, from log-odds.
pub(crate) fn log_loss(log_odds: f64, yes: f64) -> f64 {
    log_odds.max(0.0) - log_odds * yes + (-log_odds.abs()).exp().ln_1p()
}
