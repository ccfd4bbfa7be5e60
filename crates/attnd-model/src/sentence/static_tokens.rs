//! What does a sentence mean if words meant the same everywhere? The mean of one vector a token.
//!
//! As model2vec does (Minish Lab 2024, 10.5281/zenodo.17270888): tokens without marks, each with a weight if the file has
//! weights, each by way of another row if the file has a mapping.

use super::SentenceError;
use super::arrays::Arrays;
use super::tokens::Tokens;

/// Texts between two words of progress.
const STEP: usize = 1024;

/// One vector a token.
#[derive(Debug)]
pub(super) struct StaticTokens {
    /// `[row, dimension]`.
    rows: Vec<f32>,
    dimensions: usize,
    /// The row of each token; the token's own number where there is none.
    mapping: Option<Vec<usize>>,
    /// The weight of each token.
    weights: Option<Vec<f32>>,
}

impl StaticTokens {
    pub(super) fn new(arrays: &Arrays<'_>) -> Result<Self, SentenceError> {
        let name = if arrays.has("embedding.weight") { "embedding.weight" } else { "embeddings" };
        let (shape, rows) = arrays.any(name)?;
        let &[count, dimensions @ 1..=0x10_0000] = shape.as_slice() else {
            let expected = vec![shape.first().copied().unwrap_or(0), 1];
            return Err(SentenceError::Shape { name: name.to_owned(), found: shape, expected });
        };
        let mapping = arrays.whole_numbers("mapping")?;
        if let Some(row) = mapping.iter().flatten().find(|row| **row >= count) {
            return Err(SentenceError::Numbers {
                name: "mapping".to_owned(),
                found: format!("row {row} of {count}"),
            });
        }
        let tokens = mapping.as_ref().map_or(count, Vec::len);
        let weights = if arrays.has("weights") { Some(arrays.take("weights", &[tokens])?) } else { None };
        Ok(Self { rows, dimensions, mapping, weights })
    }

    pub(super) fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// `[text, dimension]`, of any length.
    pub(super) fn encode(
        &self,
        tokens: &Tokens,
        texts: &[&str],
        told: &mut dyn FnMut(usize),
    ) -> Result<Vec<f32>, SentenceError> {
        let mut vectors = vec![0.0; texts.len() * self.dimensions];
        let chunks = vectors.chunks_mut(STEP * self.dimensions);
        for (vectors, texts) in chunks.zip(texts.chunks(STEP)) {
            for (vector, text) in vectors.chunks_exact_mut(self.dimensions).zip(texts) {
                let tokens = tokens.of(text)?;
                tokens.iter().try_for_each(|&token| self.add(token, vector))?;
                let count = tokens.len().max(1) as f32;
                vector.iter_mut().for_each(|value| *value /= count);
            }
            told(texts.len());
        }
        Ok(vectors)
    }

    fn add(&self, token: u32, vector: &mut [f32]) -> Result<(), SentenceError> {
        let rows = self.mapping.as_ref().map_or(self.rows.len() / self.dimensions, Vec::len);
        let place = token as usize;
        if place >= rows {
            return Err(SentenceError::Token { token, rows });
        }
        let row = self.mapping.as_ref().map_or(place, |mapping| mapping[place]);
        let weight = self.weights.as_ref().map_or(1.0, |weights| weights[place]);
        let row = &self.rows[row * self.dimensions..][..self.dimensions];
        vector.iter_mut().zip(row).for_each(|(sum, value)| *sum += weight * value);
        Ok(())
    }
}
