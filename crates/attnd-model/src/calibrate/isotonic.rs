//! Which rising curve is nearest to what happened? Isotonic regression by pooling adjacent violators.

use serde::{Deserialize, Serialize};

use crate::metric::{Scored, number};

/// A rising curve through points, straight between them, level outside: as scikit-learn's `IsotonicRegression` with
/// `out_of_bounds="clip"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Isotonic {
    /// `(x, y)`, both rising.
    points: Vec<(f64, f64)>,
}

/// Neighbouring points at one height.
struct Pool {
    height: f64,
    weight: f64,
    points: usize,
}

impl Isotonic {
    /// The rising curve with the least squared error from `pairs` of x and y (Barlow et al. 1972; pools adjacent violators).
    /// Points of the same x count as their mean.
    #[must_use]
    pub fn fit(mut pairs: Vec<(f64, f64)>) -> Self {
        pairs.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut xs: Vec<f64> = Vec::new();
        let mut pools: Vec<Pool> = Vec::new();
        let equal = |one: &(f64, f64), other: &(f64, f64)| one.0.total_cmp(&other.0).is_eq();
        for same in pairs.chunk_by(equal) {
            xs.extend(same.first().map(|(x, _)| *x));
            let weight = number(same.len());
            let height = same.iter().map(|(_, y)| y).sum::<f64>() / weight;
            let mut pool = Pool { height, weight, points: 1 };
            while let Some(before) = pools.pop_if(|before| before.height >= pool.height) {
                let weight = before.weight + pool.weight;
                let height = (before.height * before.weight + pool.height * pool.weight) / weight;
                pool = Pool { height, weight, points: before.points + pool.points };
            }
            pools.push(pool);
        }
        let heights = pools.iter().flat_map(|pool| std::iter::repeat_n(pool.height, pool.points));
        Self { points: xs.into_iter().zip(heights).collect() }
    }

    pub(super) fn of_scored(scored: &[Scored]) -> Self {
        Self::fit(scored.iter().map(|one| (one.probability, f64::from(u8::from(one.yes)))).collect())
    }

    /// The height at `x`; NaN without any point or at NaN.
    #[must_use]
    pub fn at(&self, x: f64) -> f64 {
        let above = self.points.partition_point(|point| point.0 < x);
        match (above.checked_sub(1).and_then(|below| self.points.get(below)), self.points.get(above)) {
            _ if x.is_nan() => f64::NAN,
            (Some((x0, y0)), Some((x1, y1))) => y0 + (y1 - y0) * (x - x0) / (x1 - x0),
            (Some((_, y)), None) | (None, Some((_, y))) => *y,
            (None, None) => f64::NAN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::parity;

    #[test]
    fn says_what_scikit_learn_says() {
        for case in parity::cases("isotonic") {
            let pairs = parity::numbers(&case["x"]).into_iter().zip(parity::numbers(&case["y"]));
            let curve = Isotonic::fit(pairs.collect());
            for (x, expected) in
                parity::numbers(&case["at"]).into_iter().zip(parity::numbers(&case["fitted"]))
            {
                assert!((curve.at(x) - expected).abs() < 1e-12, "{} at {x}: {}", case["name"], curve.at(x));
            }
        }
    }

    #[test]
    fn nothing_says_nothing() {
        assert!(Isotonic::fit(Vec::new()).at(0.5).is_nan());
    }
}
