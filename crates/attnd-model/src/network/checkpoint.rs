//! How does unfinished training go on? Its whole state as bytes, bound to the very run it belongs to.
//!
//! ```text
//! [8: length of the header][header: JSON][numbers: f32 little-endian, array after array][32: SHA-256 of all before]
//! ```
//!
//! A state that is broken or of another run (other data, settings or seed) is as good as none: training begins anew.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::optimiser::Moments;
use super::weights::{Array, Weights};

/// Where training stands after an epoch.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Standing {
    /// Epochs done.
    pub(crate) epochs: usize,
    /// The weights now.
    pub(crate) weights: Weights,
    /// What the optimiser remembers.
    pub(crate) moments: Moments,
    /// The best weights so far.
    pub(crate) best: Weights,
    /// Their log-loss on the people held out for stopping.
    pub(crate) best_loss: f64,
    /// The epoch they are of.
    pub(crate) best_epoch: usize,
}

#[derive(Serialize, Deserialize)]
struct Header {
    run: String,
    epochs: usize,
    steps: u64,
    best_loss: f64,
    best_epoch: usize,
    arrays: Vec<(String, Vec<usize>)>,
}

impl Standing {
    /// As bytes, of the run `run`.
    pub(crate) fn to_bytes(&self, run: &str) -> Vec<u8> {
        let arrays = &self.weights.arrays;
        let header = Header {
            run: run.to_owned(),
            epochs: self.epochs,
            steps: self.moments.steps,
            best_loss: self.best_loss,
            best_epoch: self.best_epoch,
            arrays: arrays.iter().map(|array| (array.name.clone(), array.shape.clone())).collect(),
        };
        let header = serde_json::to_vec(&header).unwrap_or_default();
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header);
        let values = |weights: &'_ Weights| -> Vec<f32> {
            weights.arrays.iter().flat_map(|array| array.values.iter().copied()).collect()
        };
        let moments = self.moments.first.iter().chain(&self.moments.second).flatten().copied();
        let numbers = values(&self.weights).into_iter().chain(values(&self.best)).chain(moments);
        bytes.extend(numbers.flat_map(f32::to_le_bytes));
        bytes.extend_from_slice(&Sha256::digest(&bytes));
        bytes
    }

    /// What `bytes` hold, if they are whole and of the run `run`.
    pub(crate) fn from_bytes(bytes: &[u8], run: &str) -> Option<Self> {
        let (content, digest) = bytes.split_last_chunk::<32>()?;
        if Sha256::digest(content).as_slice() != digest {
            return None;
        }
        let (length, rest) = content.split_first_chunk::<8>()?;
        let (header, numbers) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
        let header: Header = serde_json::from_slice(header).ok()?;
        if header.run != run {
            return None;
        }
        let mut numbers = numbers.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four));
        let mut next = |shape: &[usize]| -> Option<Vec<f32>> {
            let count = shape.iter().product();
            let values: Vec<f32> = numbers.by_ref().take(count).collect();
            (values.len() == count).then_some(values)
        };
        let mut sets = Vec::new();
        for _ in 0..4 {
            let set: Option<Vec<_>> = header.arrays.iter().map(|(_, shape)| next(shape)).collect();
            sets.push(set?);
        }
        let [weights, best, first, second] = <[Vec<Vec<f32>>; 4]>::try_from(sets).ok()?;
        let named = |values: Vec<Vec<f32>>| Weights {
            arrays: header
                .arrays
                .iter()
                .zip(values)
                .map(|((name, shape), values)| Array { name: name.clone(), shape: shape.clone(), values })
                .collect(),
        };
        Some(Self {
            epochs: header.epochs,
            weights: named(weights),
            moments: Moments { steps: header.steps, first, second },
            best: named(best),
            best_loss: header.best_loss,
            best_epoch: header.best_epoch,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing() -> Standing {
        let weights = |start: f32| Weights {
            arrays: vec![
                Array { name: "a".to_owned(), shape: vec![2, 1], values: vec![start, 1e-30] },
                Array { name: "b".to_owned(), shape: vec![1], values: vec![0.1] },
            ],
        };
        let memory = |start: f32| vec![vec![start, -0.0], vec![0.3]];
        Standing {
            epochs: 3,
            weights: weights(0.1),
            moments: Moments { steps: 77, first: memory(1.0), second: memory(2.0) },
            best: weights(0.7),
            best_loss: 0.1 + 0.2,
            best_epoch: 2,
        }
    }

    #[test]
    fn a_state_comes_back_bit_for_bit_and_only_to_its_run() {
        let bytes = standing().to_bytes("this");
        assert_eq!(Standing::from_bytes(&bytes, "this"), Some(standing()));
        assert_eq!(Standing::from_bytes(&bytes, "that"), None);
    }

    #[test]
    fn a_state_cut_or_changed_anywhere_is_none() {
        let bytes = standing().to_bytes("this");
        for place in 0..bytes.len() {
            assert_eq!(Standing::from_bytes(&bytes[..place], "this"), None);
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            assert_eq!(Standing::from_bytes(&changed, "this"), None);
        }
    }
}
