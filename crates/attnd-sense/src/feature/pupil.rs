//! How wide are the pupils, how does that change, and how often is it lost?

use super::recording::Family;
use super::statistic::{deviation, finite, mean, median, quantile, slope};
use super::window::Window;
use attnd_core::recording::Quantity;

/// Pupils of both eyes, mm. A loss is a stretch without a pupil of 50 to 500 ms, the length of a blink.
pub(super) const FAMILY: Family = Family {
    prefix: "pupil",
    quantities: &[Quantity::PupilDiameter],
    columns: &[
        ("mean", "mm"),
        ("median", "mm"),
        ("sd", "mm"),
        ("range", "mm"),
        ("slope", "mm/s"),
        ("asymmetry", "mm"),
        ("losses_per_min", "1/min"),
        ("missing", "1"),
    ],
    measure,
};

/// Losses of a pupil last so long; shorter is noise, longer is looking away.
const LOSS_S: std::ops::RangeInclusive<f64> = 0.05..=0.5;

fn measure(window: &Window<'_>, out: &mut Vec<f64>) {
    let both = window.together();
    let mut known: Vec<f64> = finite(&both).collect();
    let (low, high) = (quantile(&mut known, 0.05), quantile(&mut known, 0.95));
    out.extend([
        mean(finite(&both)),
        median(&mut known),
        deviation(finite(&both)),
        high - low,
        slope(window.times_s, &both),
        asymmetry(window.values),
        losses_per_min(window, &both),
        window.missing(&both),
    ]);
}

/// The mean of the first eye less the second, where both are seen.
fn asymmetry(values: &[&[f64]]) -> f64 {
    let [first, second, ..] = values else { return f64::NAN };
    mean(first.iter().zip(*second).map(|(first, second)| first - second).filter(|less| less.is_finite()))
}

/// Per minute of sampled time; NaN below 20 Hz, where a blink falls between samples.
fn losses_per_min(window: &Window<'_>, pupils: &[f64]) -> f64 {
    let sampled_min = window.length_s * window.share(|_| true) / 60.0;
    if !(window.interval_s <= 0.05 && sampled_min > 0.0) {
        return f64::NAN;
    }
    let losses = super::eyelid::stretches(window.times_s, |sample| pupils[sample].is_nan())
        .filter(|(from_s, to_s)| LOSS_S.contains(&(to_s - from_s)));
    losses.count() as f64 / sampled_min
}
