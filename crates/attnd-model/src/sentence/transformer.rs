//! What does an encoder of the BERT kind compute? Tokens that look at each other, layer by layer, pooled into one vector.
//!
//! ```text
//! x [batch, token, width] = norm(word + position + kind 0)
//!    ╭──────────────────────── × layers ────────────────────────╮
//!  x ─ attention of all tokens to all ─ + x ─ norm ─ widen ─ gelu ─ narrow ─ + ─ norm ─► x
//! x ─ pool over tokens ─► vector [width]
//! ```
//!
//! Devlin et al. 2019, arXiv:1810.04805; RoBERTa, Liu et al. 2019, arXiv:1907.11692; DistilBERT, Sanh et al. 2019, arXiv:1910.01108;
//! pooling as in Reimers and Gurevych 2019, arXiv:1908.10084.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use burn::tensor::activation::{gelu, gelu_approximate, relu, softmax};
use burn::tensor::module::{layer_norm, linear};
use burn::tensor::{Device, Tensor, TensorData};

use super::SentenceError;
use super::arrays::Arrays;
use super::shape::{Activation, Family, Pooling, TransformerShape};
use super::tokens::Tokens;

/// Tokens of one batch at most, fill included: enough for products of matrices to be worth their start.
const BATCH_TOKENS: usize = 2048;
/// What is added to the similarity with a token that only fills the batch.
const FAR_BELOW: f32 = -1e9;
/// Threads at most; each has a batch in memory.
const MOST_THREADS: usize = 8;

/// The weights of an encoder.
#[derive(Debug)]
pub(super) struct Transformer {
    shape: TransformerShape,
    device: Device,
    /// `[token, width]`.
    words: Vec<f32>,
    /// Position and kind of token together, `[position, width]`.
    places: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
}

#[derive(Debug)]
struct Layer {
    /// Queries, keys and values beside each other.
    look: Linear,
    join: Linear,
    look_norm: Norm,
    widen: Linear,
    narrow: Linear,
    norm: Norm,
}

#[derive(Debug)]
struct Linear {
    /// `[in, out]`.
    matrix: Tensor<2>,
    bias: Tensor<1>,
}

#[derive(Debug)]
struct Norm {
    gain: Tensor<1>,
    bias: Tensor<1>,
    epsilon: f64,
}

/// Names of a layer's arrays.
struct Names {
    layer: &'static str,
    look: [&'static str; 3],
    join: &'static str,
    look_norm: &'static str,
    widen: &'static str,
    narrow: &'static str,
    norm: &'static str,
}

const BERT: Names = Names {
    layer: "encoder.layer",
    look: ["attention.self.query", "attention.self.key", "attention.self.value"],
    join: "attention.output.dense",
    look_norm: "attention.output.LayerNorm",
    widen: "intermediate.dense",
    narrow: "output.dense",
    norm: "output.LayerNorm",
};

const DISTIL_BERT: Names = Names {
    layer: "transformer.layer",
    look: ["attention.q_lin", "attention.k_lin", "attention.v_lin"],
    join: "attention.out_lin",
    look_norm: "sa_layer_norm",
    widen: "ffn.lin1",
    narrow: "ffn.lin2",
    norm: "output_layer_norm",
};

impl Transformer {
    pub(super) fn new(shape: TransformerShape, arrays: &Arrays<'_>) -> Result<Self, SentenceError> {
        let device = crate::network::processor();
        let from = Source { arrays, device: &device, shape: &shape };
        let width = shape.width;
        let words = arrays.rows("embeddings.word_embeddings.weight", width)?;
        let mut places = arrays.take("embeddings.position_embeddings.weight", &[shape.positions, width])?;
        let names = match shape.family {
            Family::DistilBert => &DISTIL_BERT,
            Family::Bert => {
                let kinds = arrays.rows("embeddings.token_type_embeddings.weight", width)?;
                for place in places.chunks_exact_mut(width) {
                    place.iter_mut().zip(&kinds).for_each(|(place, kind)| *place += kind);
                }
                &BERT
            }
        };
        let norm = from.norm("embeddings.LayerNorm")?;
        let layers = (0..shape.layers).map(|at| from.layer(names, at)).collect::<Result<_, _>>()?;
        Ok(Self { words, places, norm, layers, device, shape })
    }

    pub(super) fn dimensions(&self) -> usize {
        self.shape.width
    }

    /// `[text, dimension]`, of any length.
    pub(super) fn encode(
        &self,
        tokens: &Tokens,
        texts: &[&str],
        told: &mut dyn FnMut(usize),
    ) -> Result<Vec<f32>, SentenceError> {
        let tokens: Vec<Vec<u32>> = texts.iter().map(|text| tokens.of(text)).collect::<Result<_, _>>()?;
        self.refuse_strangers(&tokens)?;
        let batches = batches(&tokens);
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        let next = AtomicUsize::new(0);
        let mut vectors = vec![0.0; texts.len() * self.shape.width];
        std::thread::scope(|scope| {
            let (send, receive) = mpsc::channel();
            for _ in 0..threads.min(batches.len()) {
                let (send, next, batches, tokens) = (send.clone(), &next, &batches, &tokens);
                scope.spawn(move || {
                    while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let rows: Vec<&[u32]> = batch.iter().map(|&at| tokens[at].as_slice()).collect();
                        if send.send((batch, self.vectors(&rows))).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(send);
            for (batch, found) in receive {
                for (&at, vector) in batch.iter().zip(found.chunks_exact(self.shape.width)) {
                    vectors[at * self.shape.width..][..self.shape.width].copy_from_slice(vector);
                }
                told(batch.len());
            }
        });
        Ok(vectors)
    }

    fn refuse_strangers(&self, tokens: &[Vec<u32>]) -> Result<(), SentenceError> {
        let rows = self.words.len() / self.shape.width;
        match tokens.iter().flatten().find(|token| **token as usize >= rows) {
            Some(&token) => Err(SentenceError::Token { token, rows }),
            None => Ok(()),
        }
    }

    /// The vectors of one batch, `[text, width]`.
    fn vectors(&self, batch: &[&[u32]]) -> Vec<f32> {
        let longest = batch.iter().map(|tokens| tokens.len()).max().unwrap_or(0);
        if longest == 0 {
            return vec![0.0; batch.len() * self.shape.width];
        }
        let mut seen = self.norm.forward(self.embedded(batch, longest));
        let absent = self.absent(batch, longest);
        for layer in &self.layers {
            seen = layer.forward(seen, absent.as_ref(), &self.shape);
        }
        let seen = crate::network::read(seen);
        let rows = seen.chunks_exact(longest * self.shape.width);
        let pooled = rows.zip(batch).flat_map(|(row, tokens)| {
            pool(&row[..tokens.len() * self.shape.width], self.shape.width, self.shape.pooling)
        });
        pooled.collect()
    }

    /// `[batch, token, width]`; what fills a batch is zero.
    fn embedded(&self, batch: &[&[u32]], longest: usize) -> Tensor<3> {
        let width = self.shape.width;
        let mut values = vec![0.0; batch.len() * longest * width];
        for (row, tokens) in values.chunks_exact_mut(longest * width).zip(batch) {
            for (at, (out, &token)) in row.chunks_exact_mut(width).zip(*tokens).enumerate() {
                let word = &self.words[token as usize * width..][..width];
                let place = &self.places[(self.shape.first_position + at) * width..][..width];
                out.iter_mut()
                    .zip(word.iter().zip(place))
                    .for_each(|(out, (word, place))| *out = word + place);
            }
        }
        Tensor::from_data(TensorData::new(values, [batch.len(), longest, width]), &self.device)
    }

    /// `[batch, 1, 1, token]`: 0, or far below where a token only fills; none where nothing does.
    fn absent(&self, batch: &[&[u32]], longest: usize) -> Option<Tensor<4>> {
        if batch.iter().all(|tokens| tokens.len() == longest) {
            return None;
        }
        let row = |tokens: &&[u32]| {
            let there = tokens.len();
            (0..longest).map(move |at| if at < there { 0.0 } else { FAR_BELOW })
        };
        let values: Vec<f32> = batch.iter().flat_map(row).collect();
        Some(Tensor::from_data(TensorData::new(values, [batch.len(), 1, 1, longest]), &self.device))
    }
}

impl Layer {
    fn forward(&self, seen: Tensor<3>, absent: Option<&Tensor<4>>, shape: &TransformerShape) -> Tensor<3> {
        let [batch, tokens, width] = seen.dims();
        let each = width / shape.heads;
        let looked = self.look.forward(seen.clone());
        let part = |index: usize| {
            let part = looked.clone().narrow(2, index * width, width);
            part.reshape([batch, tokens, shape.heads, each]).swap_dims(1, 2)
        };
        let mut similar = part(0).matmul(part(1).swap_dims(2, 3)) / (each as f64).sqrt();
        if let Some(absent) = absent {
            similar = similar + absent.clone();
        }
        let found = softmax(similar, 3).matmul(part(2)).swap_dims(1, 2).reshape([batch, tokens, width]);
        let seen = self.look_norm.forward(seen + self.join.forward(found));
        let wide = self.widen.forward(seen.clone());
        let bent = match shape.activation {
            Activation::Gelu => gelu(wide),
            Activation::GeluTanh => gelu_approximate(wide),
            Activation::Relu => relu(wide),
        };
        self.norm.forward(seen + self.narrow.forward(bent))
    }
}

impl Linear {
    fn forward(&self, input: Tensor<3>) -> Tensor<3> {
        linear(input, self.matrix.clone(), Some(self.bias.clone()))
    }
}

impl Norm {
    fn forward(&self, input: Tensor<3>) -> Tensor<3> {
        layer_norm(input, self.gain.clone(), Some(self.bias.clone()), self.epsilon)
    }
}

/// Where weights come from and go to.
struct Source<'a> {
    arrays: &'a Arrays<'a>,
    device: &'a Device,
    shape: &'a TransformerShape,
}

impl Source<'_> {
    fn layer(&self, names: &Names, at: usize) -> Result<Layer, SentenceError> {
        let TransformerShape { width, hidden, .. } = *self.shape;
        let name = |part: &str| format!("{}.{at}.{part}", names.layer);
        let look: Vec<String> = names.look.iter().map(|part| name(part)).collect();
        Ok(Layer {
            look: self.linear(&look, width, width)?,
            join: self.linear(&[name(names.join)], width, width)?,
            look_norm: self.norm(&name(names.look_norm))?,
            widen: self.linear(&[name(names.widen)], width, hidden)?,
            narrow: self.linear(&[name(names.narrow)], hidden, width)?,
            norm: self.norm(&name(names.norm))?,
        })
    }

    /// Layers of those names beside each other, turned from PyTorch's `[out, in]`.
    fn linear(&self, names: &[String], inputs: usize, outputs: usize) -> Result<Linear, SentenceError> {
        let all = names.len() * outputs;
        let (mut matrix, mut bias) = (vec![0.0; inputs * all], Vec::with_capacity(all));
        for (part, name) in names.iter().enumerate() {
            let weights = self.arrays.take(&format!("{name}.weight"), &[outputs, inputs])?;
            for (output, row) in weights.chunks_exact(inputs).enumerate() {
                for (input, weight) in row.iter().enumerate() {
                    matrix[input * all + part * outputs + output] = *weight;
                }
            }
            bias.extend(self.arrays.take(&format!("{name}.bias"), &[outputs])?);
        }
        let matrix = Tensor::from_data(TensorData::new(matrix, [inputs, all]), self.device);
        Ok(Linear { matrix, bias: self.vector(bias) })
    }

    /// Files from before 2019 call gain and bias gamma and beta.
    fn norm(&self, name: &str) -> Result<Norm, SentenceError> {
        let is_old = self.arrays.has(&format!("{name}.gamma"));
        let [gain, bias] = if is_old { ["gamma", "beta"] } else { ["weight", "bias"] };
        let take = |part: &str| self.arrays.take(&format!("{name}.{part}"), &[self.shape.width]);
        let (gain, bias) = (self.vector(take(gain)?), self.vector(take(bias)?));
        Ok(Norm { gain, bias, epsilon: self.shape.epsilon })
    }

    fn vector(&self, values: Vec<f32>) -> Tensor<1> {
        let count = values.len();
        Tensor::from_data(TensorData::new(values, [count]), self.device)
    }
}

/// Texts of like length together, so that little is filled.
fn batches(tokens: &[Vec<u32>]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..tokens.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(tokens[at].len()));
    let mut batches: Vec<Vec<usize>> = Vec::new();
    let mut room = 0;
    for at in order {
        match batches.last_mut() {
            Some(batch) if batch.len() < room => batch.push(at),
            _ => {
                // The first of a batch is its longest.
                room = (BATCH_TOKENS / tokens[at].len().max(1)).max(1);
                batches.push(vec![at]);
            }
        }
    }
    batches
}

/// One vector of the vectors of a text's tokens, `[token, width]`.
fn pool(tokens: &[f32], width: usize, pooling: Pooling) -> Vec<f32> {
    let mut rows = tokens.chunks_exact(width);
    let Some(first) = rows.next() else {
        return vec![0.0; width];
    };
    let mut pooled = first.to_vec();
    match pooling {
        Pooling::First => {}
        Pooling::Mean => {
            let count = (tokens.len() / width) as f32;
            rows.for_each(|row| pooled.iter_mut().zip(row).for_each(|(sum, value)| *sum += value));
            pooled.iter_mut().for_each(|sum| *sum /= count);
        }
        Pooling::Greatest => {
            let greater = |(most, value): (&mut f32, &f32)| *most = most.max(*value);
            rows.for_each(|row| pooled.iter_mut().zip(row).for_each(greater));
        }
    }
    pooled
}
