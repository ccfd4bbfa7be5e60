//! Does what is said to happen in one case of ten happen in one of ten? Probabilities held against what came.

use serde::Serialize;

/// How many bins probabilities are put into, each holding as many as the others.
const BINS: usize = 10;

/// Probabilities said, and whether it happened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sayings {
    of: Vec<(f64, bool)>,
}

/// How far what was said is from what happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reliability {
    /// How many probabilities were said.
    pub count: usize,
    /// Their mean.
    pub said: f64,
    /// The share of cases in which it happened.
    pub happened: f64,
    /// Expected calibration error: how far the mean said and the share happened are apart in a bin, on average over ten bins of
    /// equally many cases (Guo et al. 2017, arXiv:1706.04599, with bins of equal counts as in Nixon et al. 2019,
    /// arXiv:1904.01685).
    pub expected_calibration_error: f64,
    /// Mean squared difference (Brier 1950), 0 at best.
    pub brier: f64,
    /// The same for somebody who always says the share that happened.
    pub brier_of_share: f64,
    /// Mean said and share happened of each bin, the least said first.
    pub bins: Vec<[f64; 2]>,
}

impl Sayings {
    /// Takes in a probability and whether it happened.
    pub fn note(&mut self, said: f64, happened: bool) {
        self.of.push((said, happened));
    }

    /// How they fit.
    #[must_use]
    pub fn reliability(&self) -> Reliability {
        let cases = self.shared_out();
        let (count, all) = (cases.len(), mean(&cases));
        let bins = (0..BINS).map(|bin| &cases[bin * count / BINS..(bin + 1) * count / BINS]);
        let bins: Vec<&[[f64; 2]]> = bins.filter(|bin| !bin.is_empty()).collect();
        let apart = |bin: &&[[f64; 2]]| {
            let [said, happened] = mean(bin);
            (said - happened).abs() * bin.len() as f64 / count as f64
        };
        let miss = |&(said, happened): &(f64, bool)| (said - f64::from(u8::from(happened))).powi(2);
        Reliability {
            count,
            said: all[0],
            happened: all[1],
            expected_calibration_error: bins.iter().map(apart).sum(),
            brier: self.of.iter().map(miss).sum::<f64>() / count.max(1) as f64,
            brier_of_share: all[1] * (1.0 - all[1]),
            bins: bins.into_iter().map(mean).collect(),
        }
    }

    /// Probability said and share happened of each case, the least said first. Cases of one probability share what happened
    /// among them, so that it makes no difference which of them falls into which bin.
    fn shared_out(&self) -> Vec<[f64; 2]> {
        let mut of = self.of.clone();
        of.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
        let mut cases = Vec::with_capacity(of.len());
        for same in of.chunk_by(|one, other| one.0 == other.0) {
            let happened = same.iter().filter(|(_, happened)| *happened).count() as f64 / same.len() as f64;
            cases.extend(same.iter().map(|&(said, _)| [said, happened]));
        }
        cases
    }
}

/// Mean of both numbers.
fn mean(cases: &[[f64; 2]]) -> [f64; 2] {
    let count = cases.len().max(1) as f64;
    [0, 1].map(|part| cases.iter().map(|case| case[part]).sum::<f64>() / count)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::RngExt;

    use super::*;
    use crate::Seed;

    #[test]
    fn who_says_what_happens_is_reliable_and_who_exaggerates_is_not() {
        let mut chance = Seed(1).generator(0);
        let (mut right, mut loud) = (Sayings::default(), Sayings::default());
        for _ in 0..20_000 {
            let truth: f64 = chance.random();
            let happened = chance.random::<f64>() < truth;
            right.note(truth, happened);
            loud.note(if truth > 0.5 { 1.0 } else { 0.0 }, happened);
        }
        // Of 2,000 cases a bin is off by √(p (1 - p) / 2,000) ≤ .011; who says 0 or 1 is off by a quarter; the Brier scores are
        // ∫ p (1 - p) = 1/6, ∫ min(p, 1 - p) = 1/4 and, for the share alone, 1/4.
        let (right, loud) = (right.reliability(), loud.reliability());
        assert!(right.expected_calibration_error < 0.02, "{right:?}");
        assert!((loud.expected_calibration_error - 0.25).abs() < 0.01, "{loud:?}");
        assert!((right.brier - 1.0 / 6.0).abs() < 0.005 && (loud.brier - 0.25).abs() < 0.01);
        assert!((right.brier_of_share - 0.25).abs() < 0.001);
    }

    #[test]
    fn one_number_said_for_all_is_off_by_what_it_misses() {
        let mut of = Sayings::default();
        (0..40).for_each(|case| of.note(0.5, case % 4 == 0));
        let found = of.reliability();
        assert!((found.expected_calibration_error - 0.25).abs() < 1e-12, "{found:?}");
        assert_eq!((found.count, found.bins.len()), (40, BINS));
        assert_eq!(Sayings::default().reliability().count, 0);
    }

    proptest! {
        #[test]
        fn the_order_makes_no_difference(cases in prop::collection::vec((0..5_u8, any::<bool>()), 1..60)) {
            let of = |cases: &[(u8, bool)]| {
                let mut of = Sayings::default();
                cases.iter().for_each(|&(said, happened)| of.note(f64::from(said) / 4.0, happened));
                of.reliability()
            };
            let mut turned = cases.clone();
            turned.reverse();
            let (one, other) = (of(&cases), of(&turned));
            prop_assert!((one.expected_calibration_error - other.expected_calibration_error).abs() < 1e-12);
            prop_assert!((0.0..=1.0).contains(&one.expected_calibration_error));
            prop_assert!((one.brier - other.brier).abs() < 1e-12);
        }
    }
}
