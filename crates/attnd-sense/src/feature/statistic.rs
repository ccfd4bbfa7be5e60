//! What do values say together? Statistics that pass over what is not a number.

/// The finite ones.
pub fn finite(values: &[f64]) -> impl Iterator<Item = f64> + Clone + '_ {
    values.iter().copied().filter(|value| value.is_finite())
}

/// The arithmetic mean; NaN of none.
#[must_use]
pub fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    if count == 0 { f64::NAN } else { sum / f64::from(count) }
}

/// The standard deviation of a sample, divided by n − 1; NaN of fewer than two.
///
/// Two passes: a signal of small changes on a high level, such as skin resistance, keeps its digits.
#[must_use]
pub fn deviation(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let centre = mean(values.clone());
    let (sum, count) =
        values.fold((0.0, 0_u32), |(sum, count), value| (sum + (value - centre).powi(2), count + 1));
    if count < 2 { f64::NAN } else { (sum / f64::from(count - 1)).sqrt() }
}

/// The value at `share` of the way from the smallest to the largest, with straight lines between
/// neighbours: number 7 of Hyndman and Fan 1996, doi 10.1080/00031305.1996.10473566, NumPy's default. NaN of
/// none. Puts `values` into another order; all must be finite. Costs `n`.
#[must_use]
pub fn quantile(values: &mut [f64], share: f64) -> f64 {
    let Some(last) = values.len().checked_sub(1) else { return f64::NAN };
    let place = share.clamp(0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let (_, low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let low = *low;
    let high = above.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
    low + (high - low) * (place - place.floor())
}

/// The median; NaN of none. Puts `values` into another order; all must be finite.
#[must_use]
pub fn median(values: &mut [f64]) -> f64 {
    quantile(values, 0.5)
}

/// The rise of the straight line of least squares, per unit of `times`; NaN with fewer than two finite
/// values or none apart in time.
#[must_use]
pub fn slope(times: &[f64], values: &[f64]) -> f64 {
    let pairs = || times.iter().copied().zip(values.iter().copied()).filter(|(_, value)| value.is_finite());
    let (centre_t, centre_v) = (mean(pairs().map(|pair| pair.0)), mean(pairs().map(|pair| pair.1)));
    let (covariance, variance) = pairs().fold((0.0, 0.0), |(covariance, variance), (time, value)| {
        let from_centre = time - centre_t;
        (covariance + from_centre * (value - centre_v), variance + from_centre * from_centre)
    });
    if variance > 0.0 { covariance / variance } else { f64::NAN }
}

/// `(σ − μ) / (σ + μ)` of the gaps between things that happen: −1 regular, 0 at random, 1 in bursts; NaN of
/// fewer than two gaps. Goh and Barabási 2008, doi 10.1209/0295-5075/81/48002, with the σ of a population.
#[must_use]
pub fn burstiness(gaps: impl Iterator<Item = f64> + Clone) -> f64 {
    let mean_gap = mean(gaps.clone());
    let (sum, count) =
        gaps.fold((0.0, 0_u32), |(sum, count), gap| (sum + (gap - mean_gap).powi(2), count + 1));
    if count < 2 {
        return f64::NAN;
    }
    let spread = (sum / f64::from(count)).sqrt();
    if spread + mean_gap > 0.0 { (spread - mean_gap) / (spread + mean_gap) } else { f64::NAN }
}

/// The largest; NaN of none.
#[must_use]
pub fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(f64::NAN, f64::max)
}

/// The smallest; NaN of none.
#[must_use]
pub fn smallest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(f64::NAN, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature::parity::reference;

    #[test]
    fn what_is_no_number_is_passed_over() {
        let values = [1.0, f64::NAN, 4.0, f64::INFINITY, 7.0];
        assert_eq!(mean(finite(&values)), 4.0);
        assert_eq!(deviation(finite(&values)), 3.0);
        assert_eq!(slope(&[0.0, 1.0, 2.0, 3.0, 4.0], &values), 1.5);
    }

    #[test]
    fn nothing_has_no_statistics() {
        assert!(mean(finite(&[])).is_nan());
        assert!(deviation(finite(&[1.0])).is_nan());
        assert!(median(&mut []).is_nan());
        assert!(slope(&[1.0, 1.0], &[1.0, 2.0]).is_nan());
        assert!(largest(finite(&[])).is_nan() && smallest(finite(&[])).is_nan());
        assert!(burstiness([1.0].into_iter()).is_nan());
    }

    #[test]
    fn quantiles_are_numpys() {
        // numpy.quantile([9, 1, 4, 2], [0, .25, .5, .9, 1])
        for (share, expected) in [(0.0, 1.0), (0.25, 1.75), (0.5, 3.0), (0.9, 7.5), (1.0, 9.0)] {
            assert!((quantile(&mut [9.0, 1.0, 4.0, 2.0], share) - expected).abs() < 1e-12, "{share}");
        }
    }

    #[test]
    fn statistics_are_numpys_and_scipys() {
        let reference = reference();
        let values = reference.numbers(&["statistics", "values"]);
        let times_s = reference.numbers(&["statistics", "times_s"]);
        reference.agrees(&["statistics", "mean"], &[mean(finite(&values))]);
        reference.agrees(&["statistics", "deviation"], &[deviation(finite(&values))]);
        reference.agrees(&["statistics", "slope"], &[slope(&times_s, &values)]);
        let quantiles = [0.05, 0.25, 0.5, 0.95].map(|share| quantile(&mut values.clone(), share));
        reference.agrees(&["statistics", "quantiles"], &quantiles);
    }

    #[test]
    fn burstiness_is_minus_one_of_a_metronome_and_zero_where_spread_equals_mean() {
        assert_eq!(burstiness([2.0, 2.0, 2.0].into_iter()), -1.0);
        assert_eq!(burstiness([0.0, 2.0].into_iter()), 0.0);
    }
}
