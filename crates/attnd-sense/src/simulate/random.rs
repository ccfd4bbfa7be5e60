//! Where does chance come from? A small generator whose numbers never change between versions.

/// `SplitMix64` (Steele, Lea and Flood 2014, doi 10.1145/2660193.2660195): one word of state, made for
/// splitting into independent streams, far better than a simulation needs.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

const GOLDEN_GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

impl Random {
    /// An own stream of numbers for each pair.
    pub(super) fn of(seed: u64, stream: u64) -> Self {
        let mut mixed = Self(seed);
        let start = mixed.next() ^ stream.wrapping_mul(GOLDEN_GAMMA);
        let mut mixed = Self(start);
        Self(mixed.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN_GAMMA);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    /// Evenly in `[0, 1)`.
    pub(super) fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Evenly in `[low, high)`.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.fraction()
    }

    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.fraction() < probability
    }

    /// Any of them, each as likely.
    pub(super) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[(self.fraction() * list.len() as f64) as usize]
    }

    /// Any of them, each as likely as its weight.
    pub(super) fn pick_weighted<T: Copy>(&mut self, list: &[(T, f64)]) -> T {
        let total: f64 = list.iter().map(|(_, weight)| weight).sum();
        let mut left = self.between(0.0, total);
        for (item, weight) in list {
            left -= weight;
            if left < 0.0 {
                return *item;
            }
        }
        list[list.len() - 1].0
    }

    /// Waiting time until something that happens every `mean` on average.
    pub(super) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.fraction()).ln()
    }

    /// As times on a task are distributed: half below `median`, a long tail above. `sigma` is the
    /// standard deviation of the logarithm.
    pub(super) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        median * (sigma * self.normal()).exp()
    }

    /// Around 0 with a standard deviation of 1, by Box and Muller (1958, doi 10.1214/aoms/1177706645).
    pub(super) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.fraction()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.fraction()).cos()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_reference() {
        let mut random = Random(1_234_567);
        let numbers = [random.next(), random.next(), random.next()];
        assert_eq!(
            numbers,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn distributions_have_their_middle() {
        let mut random = Random::of(1, 2);
        let below = |limit: f64, list: &[f64]| list.iter().filter(|x| **x < limit).count() as f64 / 20_000.0;
        let log_normal: Vec<_> = (0..20_000).map(|_| random.log_normal(10.0, 1.2)).collect();
        assert!((below(10.0, &log_normal) - 0.5).abs() < 0.02);
        let waits: Vec<_> = (0..20_000).map(|_| random.exponential(3.0)).collect();
        assert!((waits.iter().sum::<f64>() / 20_000.0 - 3.0).abs() < 0.1);
        let rare = (0..20_000).filter(|_| random.pick_weighted(&[(false, 9.0), (true, 1.0)])).count();
        assert!((1_800..2_200).contains(&rare), "{rare}");
    }
}
