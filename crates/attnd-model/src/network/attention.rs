//! Which moments count? The equation this project starts from: what a moment is to the others, and what
//! the surroundings make of it.
//!
//! ```text
//! a = α · softmax(self-similarity) + β · softmax(self-similarity + similarity to the environment),  α + β = 1
//!
//! self-similarity      S_ij = q_i · k_j / √width · exp(s₁)
//! to the environment   E_j  = k_j · e   / √width · exp(s₂)      e = tanh(W · environment + b)
//! a_j = mean over i of α · softmax_j(S_ij) + β · softmax_j(S_ij + E_j)
//! ```
//!
//! `exp(s)` are inverse temperatures and α = σ(share); all three are learnt. α near 1 says that the surroundings
//! do not matter; α near 0 that they always do. Scaled products and softmax: Vaswani et al. 2017, arXiv:1706.03762.

use burn::tensor::Tensor;
use burn::tensor::activation::{sigmoid, softmax, tanh};
use burn::tensor::module::linear;

/// What the head learns.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    /// `[width, width]`.
    pub(crate) query: Tensor<2>,
    /// `[width, width]`.
    pub(crate) key: Tensor<2>,
    /// `[environment, width]`.
    pub(crate) environment: Tensor<2>,
    /// `[width]`.
    pub(crate) environment_bias: Tensor<1>,
    /// Logarithms of the inverse temperatures, `[2]`.
    pub(crate) sharpness: Tensor<1>,
    /// Log-odds of α, `[1]`.
    pub(crate) share: Tensor<1>,
}

/// What the moments got.
#[derive(Clone, Debug)]
pub(crate) struct Attention {
    /// `[batch, moment]`, summing to one over the moments.
    pub(crate) weights: Tensor<2>,
}

/// Attention over `moments` `[batch, moment, width]` in an `environment` `[batch, environment]`; `absent` `[batch, 1, moment]` is
/// added to every similarity.
pub(crate) fn attend(
    head: &Head,
    moments: Tensor<3>,
    environment: Tensor<2>,
    absent: Tensor<3>,
) -> Attention {
    let width = moments.dims()[2];
    let sharpness = head.sharpness.clone().exp() / (width as f64).sqrt();
    let of = |index: usize| sharpness.clone().narrow(0, index, 1).unsqueeze::<3>();
    let query = linear(moments.clone(), head.query.clone(), None) * of(0);
    let key = linear(moments, head.key.clone(), None);
    let surroundings =
        tanh(linear(environment, head.environment.clone(), Some(head.environment_bias.clone())));
    // One row per example beside the queries: both similarities in one product.
    let surroundings = surroundings.unsqueeze_dim::<3>(1) * of(1);
    let to_environment = surroundings.matmul(key.clone().swap_dims(1, 2));
    let to_itself = query.matmul(key.swap_dims(1, 2)) + absent;
    let alone = softmax(to_itself.clone(), 2).mean_dim(1);
    let within = softmax(to_itself + to_environment, 2).mean_dim(1);
    let share = sigmoid(head.share.clone()).unsqueeze::<3>();
    let weights = within.clone() + (alone - within) * share;
    Attention { weights: weights.squeeze_dim::<2>(1) }
}

#[cfg(test)]
mod tests {
    use burn::tensor::TensorData;

    use super::*;
    use crate::estimator::Seed;
    use crate::network::chance::{self, Purpose};
    use crate::network::device;
    use crate::network::step::read;

    const BATCH: usize = 2;
    const MOMENTS: usize = 4;
    const WIDTH: usize = 3;
    const ENVIRONMENT: usize = 2;

    /// Everything the equation takes, as plain numbers, in one row per array.
    #[derive(Clone)]
    struct Case {
        arrays: [Vec<f64>; 6],
        moments: Vec<f64>,
        environment: Vec<f64>,
        absent: Vec<f64>,
    }

    impl Case {
        fn new(share: f64) -> Self {
            let mut generator = chance::stream(Seed(5), Purpose::Weights);
            let mut draw =
                |count| -> Vec<f64> { (0..count).map(|_| chance::normal(&mut generator)).collect() };
            let arrays = [
                draw(WIDTH * WIDTH),
                draw(WIDTH * WIDTH),
                draw(ENVIRONMENT * WIDTH),
                draw(WIDTH),
                draw(2),
                vec![share],
            ];
            let (moments, environment) = (draw(BATCH * MOMENTS * WIDTH), draw(BATCH * ENVIRONMENT));
            let mut absent = vec![0.0; BATCH * MOMENTS];
            absent[1] = -20.0;
            Self { arrays, moments, environment, absent }
        }

        /// The equation as it is written at the head of this file, one number after another.
        fn direct(&self) -> Vec<f64> {
            let [query, key, matrix, bias, sharpness, share] = &self.arrays;
            let root = (WIDTH as f64).sqrt();
            let alpha = 1.0 / (1.0 + (-share[0]).exp());
            let mut weights = vec![0.0; BATCH * MOMENTS];
            for example in 0..BATCH {
                let z = |j: usize, c: usize| self.moments[(example * MOMENTS + j) * WIDTH + c];
                let mixed = |w: &[f64], j: usize, c: usize| -> f64 {
                    (0..WIDTH).map(|from| z(j, from) * w[from * WIDTH + c]).sum()
                };
                let e = |c: usize| -> f64 {
                    let row = &self.environment[example * ENVIRONMENT..];
                    (bias[c] + (0..ENVIRONMENT).map(|from| row[from] * matrix[from * WIDTH + c]).sum::<f64>())
                        .tanh()
                };
                for i in 0..MOMENTS {
                    let itself = |j: usize| {
                        let product: f64 = (0..WIDTH).map(|c| mixed(query, i, c) * mixed(key, j, c)).sum();
                        product / root * sharpness[0].exp() + self.absent[example * MOMENTS + j]
                    };
                    let surroundings = |j: usize| {
                        let product: f64 = (0..WIDTH).map(|c| mixed(key, j, c) * e(c)).sum();
                        product / root * sharpness[1].exp()
                    };
                    let sum_alone: f64 = (0..MOMENTS).map(|j| itself(j).exp()).sum();
                    let sum_within: f64 = (0..MOMENTS).map(|j| (itself(j) + surroundings(j)).exp()).sum();
                    for j in 0..MOMENTS {
                        let alone = itself(j).exp() / sum_alone;
                        let within = (itself(j) + surroundings(j)).exp() / sum_within;
                        weights[example * MOMENTS + j] +=
                            (alpha * alone + (1.0 - alpha) * within) / MOMENTS as f64;
                    }
                }
            }
            weights
        }

        /// The same by the head, on a device that collects gradients; the weights and their leaves.
        fn computed(&self) -> (Tensor<2>, Vec<Tensor<2>>, Vec<Tensor<1>>) {
            let device = device::processor().autodiff();
            let data = |values: &[f64], shape: &[usize]| {
                TensorData::new(values.iter().map(|value| *value as f32).collect::<Vec<_>>(), shape.to_vec())
            };
            let matrix = |index: usize, shape: [usize; 2]| {
                Tensor::<2>::from_data(data(&self.arrays[index], &shape), &device).require_grad()
            };
            let vector = |index: usize| {
                let values = &self.arrays[index];
                Tensor::<1>::from_data(data(values, &[values.len()]), &device).require_grad()
            };
            let matrices =
                vec![matrix(0, [WIDTH; 2]), matrix(1, [WIDTH; 2]), matrix(2, [ENVIRONMENT, WIDTH])];
            let vectors = vec![vector(3), vector(4), vector(5)];
            let head = Head {
                query: matrices[0].clone(),
                key: matrices[1].clone(),
                environment: matrices[2].clone(),
                environment_bias: vectors[0].clone(),
                sharpness: vectors[1].clone(),
                share: vectors[2].clone(),
            };
            let Attention { weights } = attend(
                &head,
                Tensor::from_data(data(&self.moments, &[BATCH, MOMENTS, WIDTH]), &device),
                Tensor::from_data(data(&self.environment, &[BATCH, ENVIRONMENT]), &device),
                Tensor::from_data(data(&self.absent, &[BATCH, 1, MOMENTS]), &device),
            );
            (weights, matrices, vectors)
        }
    }

    /// Some numbers to make one of the attention: the steeper their differences, the more every array matters.
    fn votes() -> Vec<f32> {
        (0..BATCH * MOMENTS).map(|index| (index as f32 * 1.7).sin() * 3.0).collect()
    }

    fn score(weights: &[f64]) -> f64 {
        weights.iter().zip(votes()).map(|(weight, vote)| weight * f64::from(vote)).sum()
    }

    #[test]
    fn computes_the_equation() {
        let case = Case::new(0.4);
        let computed = read(case.computed().0);
        for (computed, direct) in computed.iter().zip(case.direct()) {
            assert!((f64::from(*computed) - direct).abs() < 1e-6, "{computed} {direct}");
        }
        let first: f32 = computed[..MOMENTS].iter().sum();
        assert!((first - 1.0).abs() < 1e-6);
        assert!(computed[1] < 1e-6, "nothing was measured there");
    }

    #[test]
    fn gradients_are_those_of_finite_differences() {
        let case = Case::new(0.4);
        let (weights, matrices, vectors) = case.computed();
        let votes = Tensor::<2>::from_data(TensorData::new(votes(), [BATCH, MOMENTS]), &weights.device());
        let gradients = (weights * votes).sum().backward();
        let mut found: Vec<Vec<f32>> =
            matrices.iter().map(|leaf| read(leaf.grad(&gradients).unwrap())).collect();
        found.extend(vectors.iter().map(|leaf| read(leaf.grad(&gradients).unwrap())));
        for (index, found) in found.iter().enumerate() {
            assert_eq!(found.len(), case.arrays[index].len());
            for (place, found) in found.iter().enumerate() {
                let at = |step: f64| {
                    let mut moved = case.clone();
                    moved.arrays[index][place] += step;
                    score(&moved.direct())
                };
                let wanted = (at(1e-5) - at(-1e-5)) / 2e-5;
                assert!(
                    (f64::from(*found) - wanted).abs() < 1e-5 * (1.0 + wanted.abs()),
                    "array {index}, number {place}: {found} instead of {wanted}"
                );
            }
        }
    }

    #[test]
    fn with_all_the_share_on_itself_surroundings_do_not_matter() {
        let mut case = Case::new(40.0);
        let plain = case.direct();
        case.environment.iter_mut().for_each(|value| *value = -3.0 * *value + 1.0);
        for (elsewhere, plain) in read(case.computed().0).iter().zip(&plain) {
            assert!((f64::from(*elsewhere) - plain).abs() < 1e-6);
        }
        let mut surrounded = case.clone();
        surrounded.arrays[5][0] = -40.0;
        let moved: f64 = surrounded.direct().iter().zip(&plain).map(|(a, b)| (a - b).abs()).sum();
        assert!(moved > 0.05, "with the share on the surroundings they do: {moved}");
    }
}
