//! Does PyTorch come to the same numbers? One forward pass and one training step from the same weights.
//!
//! Numbers by `tests/parity/network.py`, in 64 bits; ours are in 32.

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor, TensorData};
use serde::Deserialize;

use super::device;
use super::layers::{Inputs, Layers, Leaf};
use super::optimiser::{self, AdamW, Moments};
use super::step::{self, Targets, read};
use super::weights::{Architecture, Weights};

const ARCHITECTURE: Architecture =
    Architecture { inputs: 4, moments: 5, width: 6, hidden: 8, blocks: 2, environment: 3, thresholds: 2 };

#[derive(Deserialize)]
struct Numbers {
    moments: Vec<f32>,
    absent: Vec<f32>,
    environment: Vec<f32>,
    dropout: Vec<Vec<f32>>,
    reached: Vec<f32>,
    importance: Vec<f32>,
    weights: BTreeMap<String, Vec<f32>>,
    logits: Vec<f64>,
    attention: Vec<f64>,
    loss: f64,
    norm: f64,
    gradients: BTreeMap<String, Vec<f64>>,
    after: BTreeMap<String, Vec<f64>>,
}

impl Numbers {
    fn of_torch() -> Self {
        serde_json::from_str(include_str!("../../tests/parity/network.json")).unwrap()
    }

    fn weights(&self) -> Weights {
        let mut weights =
            ARCHITECTURE.begin(&mut super::chance::stream(crate::Seed(0), super::chance::Purpose::Weights));
        for array in &mut weights.arrays {
            array.values.clone_from(&self.weights[&array.name]);
        }
        weights
    }

    fn inputs(&self, device: &Device) -> Inputs {
        Inputs {
            moments: Tensor::from_data(TensorData::new(self.moments.clone(), [3, 5, 4]), device),
            absent: Tensor::from_data(TensorData::new(self.absent.clone(), [3, 1, 5]), device),
            environment: Tensor::from_data(TensorData::new(self.environment.clone(), [3, 3]), device),
        }
    }
}

fn near(what: &str, found: &[f32], wanted: &[f64], tolerance: f64) {
    assert_eq!(found.len(), wanted.len(), "{what}");
    for (found, wanted) in found.iter().zip(wanted) {
        let apart = (f64::from(*found) - wanted).abs();
        assert!(apart < tolerance * (1.0 + wanted.abs()), "{what}: {found} instead of {wanted}");
    }
}

#[test]
fn a_forward_pass_is_pytorchs() {
    let torch = Numbers::of_torch();
    let device = device::processor();
    let layers = Layers::of(&ARCHITECTURE, &torch.weights().place(&device));
    let outputs = layers.forward(torch.inputs(&device), &[]);
    near("logits", &read(outputs.logits), &torch.logits, 1e-5);
    near("attention", &read(outputs.attention), &torch.attention, 1e-6);
}

#[test]
fn a_training_step_is_pytorchs() {
    let torch = Numbers::of_torch();
    let device = device::processor().autodiff();
    let mut weights = torch.weights();
    let leaves: Vec<Leaf> = weights.place(&device).into_iter().map(Leaf::learning).collect();
    let mask = |values: &Vec<f32>| Tensor::from_data(TensorData::new(values.clone(), [3, 1, 8]), &device);
    let dropout: Vec<Tensor<3>> = torch.dropout.iter().map(mask).collect();
    let targets = Targets { reached: torch.reached.clone(), importance: torch.importance.clone() };
    let layers = Layers::of(&ARCHITECTURE, &leaves);
    let mut lesson = step::learn(&layers, &leaves, torch.inputs(&device), &targets, &dropout);
    assert!((lesson.loss - torch.loss).abs() < 1e-5, "{} {}", lesson.loss, torch.loss);
    for (array, gradient) in weights.arrays.iter().zip(&lesson.gradients) {
        near(&array.name, gradient, &torch.gradients[&array.name], 1e-5);
    }
    let norm = optimiser::clip(&mut lesson.gradients, 0.5);
    assert!((norm - torch.norm).abs() < 1e-4, "{norm} {}", torch.norm);
    AdamW::usual(0.1).step(&mut weights.arrays, &lesson.gradients, &mut Moments::default(), 0.01);
    for array in &weights.arrays {
        near(&array.name, &array.values, &torch.after[&array.name], 2e-5);
    }
}
