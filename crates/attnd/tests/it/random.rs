//! Where does chance in tests come from? A seed that is printed, so that a failure can be seen again.

/// SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195).
pub(crate) struct Random(u64);

impl Random {
    /// The seed of `ATTND_TEST_SEED`, or a fixed one.
    pub(crate) fn new() -> Self {
        let seed =
            std::env::var("ATTND_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_240_304);
        println!("ATTND_TEST_SEED={seed}");
        Self(seed)
    }

    /// Another stream, independent of this one.
    pub(crate) fn fork(&mut self) -> Self {
        Self(self.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` up to and without `high`.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low)
    }
}
