//! How wide are the pupils, how does that change, and how often is it lost?

mod activity;
mod clean;

use attnd_core::recording::Quantity;

use super::filter::low_pass;
use super::recording::Family;
use super::spectrum::welch;
use super::statistic::{deviation, finite, mean, median, quantile, slope};
use super::step::in_equal_steps;
use super::window::Window;

/// Pupils of both eyes, mm: of samples that can be believed, the mean of the eyes that are seen.
///
/// * range: from the 5th to the 95th of a hundred; asymmetry: first eye less second.
/// * speed: mean size of the change below 4 Hz, per second.
/// * low_high: power from 0 to 1.6 Hz over that from 1.6 to 4 Hz, by Welch's method with segments of 4 s.
///   Peysakhovich, Causse, Scannella and Dehais 2015, doi 10.1016/j.ijpsycho.2015.04.019: it tells load and not
///   light.
/// * ipa, lhipa: see [`activity`].
/// * losses: stretches without a pupil of 50 to 500 ms, the length of a blink.
///
/// Speed and what follows need a signal in equal steps: 60 Hz, straight lines over what was lost; NaN where half is
/// lost or samples come more slowly than at 30 Hz.
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
        ("speed", "mm/s"),
        ("low_high", "1"),
        ("ipa", "1/s"),
        ("lhipa", "1/s"),
        ("losses_per_min", "1/min"),
        ("missing", "1"),
    ],
    measure,
};

/// Losses of a pupil last so long; shorter is noise, longer is looking away.
const LOSS_S: std::ops::RangeInclusive<f64> = 0.05..=0.5;

/// What signals in equal steps are made of.
const STEPS_HZ: f64 = 60.0;
/// Slower samples cannot fill them.
const SLOWEST_HZ: f64 = 30.0;
/// The pupil's own movement is below this: what is faster is noise.
const CUTOFF_HZ: f64 = 4.0;
/// Segments of Welch's method, s.
const SEGMENT_S: f64 = 4.0;

fn measure(window: &Window<'_>, out: &mut Vec<f64>) {
    let both = window.together();
    let believed = clean::believed(window.times_s, &both);
    let mut known: Vec<f64> = finite(&believed).collect();
    let (low, high) = (quantile(&mut known, 0.05), quantile(&mut known, 0.95));
    out.extend([
        mean(finite(&believed)),
        median(&mut known),
        deviation(finite(&believed)),
        high - low,
        slope(window.times_s, &believed),
        asymmetry(window.values),
    ]);
    out.extend(movement(window, &believed));
    out.extend([losses_per_min(window, &both), window.missing(&both)]);
}

/// Speed, low_high, ipa, lhipa.
fn movement(window: &Window<'_>, believed: &[f64]) -> [f64; 4] {
    let is_dense = window.interval_s * SLOWEST_HZ <= 1.0 && window.missing(believed) < 0.5;
    if !is_dense {
        return [f64::NAN; 4];
    }
    let steps = in_equal_steps(window.times_s, believed, STEPS_HZ);
    let smooth = low_pass(&steps, CUTOFF_HZ, STEPS_HZ);
    let spectrum = welch(&steps, STEPS_HZ, (SEGMENT_S * STEPS_HZ) as usize, CUTOFF_HZ);
    let fast = spectrum.power(1.6, CUTOFF_HZ);
    [
        mean(smooth.windows(2).map(|pair| (pair[1] - pair[0]).abs() * STEPS_HZ)),
        if fast > 0.0 { spectrum.power(0.0, 1.6) / fast } else { f64::NAN },
        activity::index_of_activity(&steps, STEPS_HZ),
        activity::low_high_index(&steps, STEPS_HZ),
    ]
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
