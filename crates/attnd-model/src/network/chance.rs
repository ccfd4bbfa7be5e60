//! Where does the network's randomness come from? One seed and one stream per purpose, drawn on the host.
//!
//! Backends draw from generators of their own, shared by all threads: the same seed would not give the
//! same model twice. Every draw is therefore made here and handed over as numbers, and a resumed run
//! needs no saved generator: the stream of an epoch follows from its number.

use std::f64::consts::TAU;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::estimator::Seed;

/// What numbers are drawn for; each has a stream of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// The first weights.
    Weights,
    /// Which people are held out for stopping early.
    Stopping,
    /// Order, augmentation and dropout of one epoch.
    Epoch(usize),
    /// Adapters of one person.
    Adapter,
}

/// The generator of one purpose.
pub(crate) fn stream(seed: Seed, purpose: Purpose) -> ChaCha8Rng {
    let mut generator = ChaCha8Rng::seed_from_u64(seed.0);
    generator.set_stream(match purpose {
        Purpose::Weights => 0,
        Purpose::Stopping => 1,
        Purpose::Adapter => 2,
        Purpose::Epoch(epoch) => 16 + epoch as u64,
    });
    generator
}

/// `count` draws from the normal distribution of mean 0 and deviation `deviation` (Box and Muller 1958,
/// doi:10.1214/aoms/1177706645).
pub(crate) fn normals(generator: &mut ChaCha8Rng, count: usize, deviation: f64) -> Vec<f32> {
    (0..count).map(|_| (normal(generator) * deviation) as f32).collect()
}

/// One draw from the standard normal distribution.
pub(crate) fn normal(generator: &mut ChaCha8Rng) -> f64 {
    let radius = (-2.0 * (1.0 - generator.random::<f64>()).ln()).sqrt();
    radius * (TAU * generator.random::<f64>()).cos()
}

/// A draw from `[-1, 1)`.
pub(crate) fn either_way(generator: &mut ChaCha8Rng) -> f32 {
    generator.random::<f32>().mul_add(2.0, -1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normals_have_the_moments_asked_for() {
        let draws = normals(&mut stream(Seed(3), Purpose::Weights), 40_000, 2.0);
        let mean = draws.iter().map(|draw| f64::from(*draw)).sum::<f64>() / 40_000.0;
        let variance = draws.iter().map(|draw| f64::from(*draw).powi(2)).sum::<f64>() / 40_000.0;
        let beyond = draws.iter().filter(|draw| draw.abs() > 3.92).count() as f64 / 40_000.0;
        assert!(mean.abs() < 0.03, "{mean}");
        assert!((variance - 4.0).abs() < 0.1, "{variance}");
        assert!((beyond - 0.05).abs() < 0.005, "{beyond}");
    }

    #[test]
    fn purposes_do_not_share_numbers() {
        let first = |purpose| stream(Seed(3), purpose).random::<u64>();
        let all =
            [Purpose::Weights, Purpose::Stopping, Purpose::Adapter, Purpose::Epoch(0), Purpose::Epoch(1)];
        for (index, one) in all.iter().enumerate() {
            for other in &all[..index] {
                assert_ne!(first(*one), first(*other));
            }
        }
    }
}
