//! Where does chance come from? From a number that is written down.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// What all chance of one run comes from: the same seed on the same snapshot decides the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seed(pub u64);

impl Seed {
    /// A generator of its own for the part of that number: parts do not disturb each other.
    #[must_use]
    pub fn generator(self, part: u64) -> ChaCha8Rng {
        let mut generator = ChaCha8Rng::seed_from_u64(self.0);
        generator.set_stream(part);
        generator
    }
}
