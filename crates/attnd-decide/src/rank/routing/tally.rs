//! How often did something happen lately? Counts of which half is forgotten with every half-life.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A count, and when it had that value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Count {
    value: f64,
    at_s: f64,
}

/// Counts by key. Each is brought up to date when it is looked at, so time costs nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Tally {
    half_life_s: f64,
    counts: BTreeMap<u64, Count>,
    /// Counts at which those forgotten are next thrown away.
    sweep_at: usize,
}

/// Below it a count is forgotten: a hundredth of one event changes no share that anything is decided by.
const FORGOTTEN: f64 = 0.01;
/// Counts below which sweeping is not worth its time.
const FIRST_SWEEP: usize = 4096;

impl Tally {
    pub(super) fn new(half_life_days: f64) -> Self {
        Self { half_life_s: half_life_days * 86_400.0, counts: BTreeMap::new(), sweep_at: FIRST_SWEEP }
    }

    /// The count of a key at a moment.
    pub(super) fn get(&self, key: u64, now_s: f64) -> f64 {
        self.counts.get(&key).map_or(0.0, |count| count.value * self.kept(now_s - count.at_s))
    }

    /// Counts one more.
    pub(super) fn add(&mut self, key: u64, now_s: f64) {
        let value = 1.0 + self.get(key, now_s);
        self.counts.insert(key, Count { value, at_s: now_s });
        if self.counts.len() >= self.sweep_at {
            let half_life_s = self.half_life_s;
            self.counts
                .retain(|_, count| count.value * ((count.at_s - now_s) / half_life_s).exp2() > FORGOTTEN);
            self.sweep_at = FIRST_SWEEP.max(2 * self.counts.len());
        }
    }

    fn kept(&self, age_s: f64) -> f64 {
        (-age_s / self.half_life_s).exp2()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_count_is_the_sum_of_what_is_left_of_each_event(gaps in prop::collection::vec(0.0..1e6f64, 1..40)) {
            let mut tally = Tally::new(2.0);
            let mut times: Vec<f64> = Vec::new();
            for gap in gaps {
                let now_s = times.last().copied().unwrap_or(0.0) + gap;
                tally.add(7, now_s);
                times.push(now_s);
            }
            let now_s = times[times.len() - 1] + 86_400.0;
            let expected: f64 = times.iter().map(|at_s| ((at_s - now_s) / 172_800.0).exp2()).sum();
            prop_assert!((tally.get(7, now_s) - expected).abs() < 1e-9);
            prop_assert!(tally.get(8, now_s) == 0.0);
        }
    }

    #[test]
    fn what_is_forgotten_takes_no_room() {
        let mut tally = Tally::new(1.0);
        for key in 0..200_000 {
            tally.add(key, f64::from(u32::try_from(key).unwrap()) * 60.0);
        }
        assert!(tally.counts.len() < 30_000, "{}", tally.counts.len());
    }
}
