//! Which answers are kept to learn from, when there are more than fit? A uniform sample of each kind of answer.
//!
//! Vitter's Algorithm R (1985, doi 10.1145/3147.3165): the n-th of a stream replaces a random one of the s kept with
//! probability s/n; all n are then equally likely to be among them. Here each kind of answer has a sample of its own,
//! so that a rare one is never lost: when all are full, the kind with the largest share kept gives up a random one,
//! but never its last [`FEWEST`]. Shares so stay those of the stream, but for kinds rarer than that.

use std::collections::BTreeMap;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// A kind of answer keeps at least so many, as far as it has them.
pub const FEWEST: usize = 50;

/// A sample of bounded size. The same stream and seed leave the same sample, also when it is stored in between: every
/// draw depends on the seed and the number of what is added alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservoir<T> {
    capacity: usize,
    seed: u64,
    added: u64,
    kinds: BTreeMap<i32, Kind<T>>,
}

/// The sample of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kind<T> {
    seen: u64,
    kept: Vec<T>,
}

impl<T: Ord> Reservoir<T> {
    /// An empty one for at most `capacity`.
    #[must_use]
    pub const fn new(capacity: usize, seed: u64) -> Self {
        Self { capacity, seed, added: 0, kinds: BTreeMap::new() }
    }

    /// Shows it the next of the stream.
    pub fn add(&mut self, kind: i32, value: T) {
        let mut random =
            ChaCha8Rng::seed_from_u64(self.seed ^ self.added.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        self.added += 1;
        let of_kind = self.kinds.entry(kind).or_insert_with(|| Kind { seen: 0, kept: Vec::new() });
        of_kind.seen += 1;
        if of_kind.kept.len() as u64 + 1 == of_kind.seen {
            of_kind.kept.push(value);
        } else {
            let place = below(&mut random, of_kind.seen);
            if let Some(kept) = usize::try_from(place).ok().and_then(|place| of_kind.kept.get_mut(place)) {
                *kept = value;
            }
        }
        if self.len() > self.capacity {
            self.give_up(&mut random);
        }
    }

    /// Forgets what does not pass; the rest stays the sample of what passes.
    pub fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        for of_kind in self.kinds.values_mut() {
            let before = of_kind.kept.len();
            of_kind.kept.retain(&mut keep);
            // What was seen and not kept is taken to pass in the same share.
            if before > 0 {
                let share = of_kind.kept.len() as f64 / before as f64;
                of_kind.seen = ((of_kind.seen as f64 * share).round() as u64).max(of_kind.kept.len() as u64);
            }
        }
        self.kinds.retain(|_, of_kind| !of_kind.kept.is_empty());
    }

    /// What is kept, ascending.
    #[must_use]
    pub fn kept(&self) -> Vec<&T> {
        let mut kept: Vec<&T> = self.kinds.values().flat_map(|of_kind| &of_kind.kept).collect();
        kept.sort_unstable();
        kept
    }

    /// How many are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kinds.values().map(|of_kind| of_kind.kept.len()).sum()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    fn give_up(&mut self, random: &mut ChaCha8Rng) {
        let share = |of_kind: &Kind<T>| of_kind.kept.len() as f64 / of_kind.seen as f64;
        let fewest = FEWEST.min(self.capacity / self.kinds.len().max(1));
        let most = self
            .kinds
            .values_mut()
            .filter(|of_kind| of_kind.kept.len() > fewest)
            .max_by(|a, b| share(a).total_cmp(&share(b)).then(a.kept.len().cmp(&b.kept.len())));
        if let Some(of_kind) = most {
            let place = below(random, of_kind.kept.len() as u64);
            of_kind.kept.swap_remove(usize::try_from(place).unwrap_or_default());
        }
    }
}

/// A number below `bound`, by multiplication (Lemire 2019, doi 10.1145/3230636); its bias is below `bound` / 2⁶⁴.
fn below(random: &mut ChaCha8Rng, bound: u64) -> u64 {
    ((u128::from(random.next_u64()) * u128::from(bound)) >> 64) as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// How often each of `stream` is kept over many seeds, one kind.
    fn kept_how_often(stream: u64, capacity: usize, seeds: u64) -> Vec<u64> {
        let mut counts = vec![0; usize::try_from(stream).unwrap()];
        for seed in 0..seeds {
            let mut reservoir = Reservoir::new(capacity, seed);
            (0..stream).for_each(|value| reservoir.add(1, value));
            for value in reservoir.kept() {
                counts[usize::try_from(*value).unwrap()] += 1;
            }
        }
        counts
    }

    #[test]
    fn each_of_a_stream_is_equally_likely_to_be_kept() {
        // Vitter's claim, by χ² over 300 places: 10 of 300 kept, 6,000 seeds, expected 200 each.
        let counts = kept_how_often(300, 10, 6_000);
        let chi2: f64 = counts.iter().map(|count| (*count as f64 - 200.0).powi(2) / 200.0).sum();
        // The 0.1 % and 99.9 % points of χ² with 299 degrees of freedom (SciPy chi2.ppf).
        assert!((227.6..380.3).contains(&chi2), "{chi2}");
    }

    #[test]
    fn shares_are_those_of_the_stream_and_rare_answers_stay() {
        let mut reservoir = Reservoir::new(500, 7);
        for value in 0..5_000_u32 {
            let kind = if value % 100 == 0 { 1 } else { 2 + i32::from(value % 4 == 0) };
            reservoir.add(kind, value);
        }
        let kept = |kind: i32| reservoir.kinds[&kind].kept.len();
        assert_eq!(reservoir.len(), 500);
        // All 50 of the rare kind; the others in the stream's proportion of 3,750 to 1,200.
        assert_eq!(kept(1), 50);
        assert!((330..=352).contains(&kept(2)), "{}", kept(2));
    }

    proptest! {
        #[test]
        fn it_is_bounded_and_keeps_only_what_came(
            kinds in proptest::collection::vec(0..5_i32, 0..400), capacity in 1..60_usize, seed: u64,
        ) {
            let mut reservoir = Reservoir::new(capacity, seed);
            for (value, kind) in kinds.iter().enumerate() {
                reservoir.add(*kind, value);
                prop_assert!(reservoir.len() <= capacity);
            }
            let kept = reservoir.kept();
            prop_assert!(kept.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(kept.iter().all(|value| **value < kinds.len()));
            prop_assert_eq!(reservoir.len(), kinds.len().min(capacity));
        }

        #[test]
        fn storing_it_in_between_changes_nothing(
            kinds in proptest::collection::vec(0..3_i32, 1..200), cut in 0..200_usize, seed: u64,
        ) {
            let mut whole = Reservoir::new(20, seed);
            let mut stored = Reservoir::new(20, seed);
            for (value, kind) in kinds.iter().enumerate() {
                if value == cut {
                    stored = serde_json::from_str(&serde_json::to_string(&stored).unwrap()).unwrap();
                }
                whole.add(*kind, value);
                stored.add(*kind, value);
            }
            prop_assert_eq!(whole, stored);
        }
    }
}
