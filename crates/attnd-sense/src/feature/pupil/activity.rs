//! How busy is the pupil? The index of pupillary activity and its low-to-high ratio.

use crate::feature::statistic::mean;
use crate::feature::wavelet::{detail, levels_max};

/// Where the fast detail is smaller than this share of its largest, a signal is a straight bridge over a loss
/// and its ratio only the noise of rounding.
const NO_DETAIL: f64 = 1e-9;

/// IPA: how often per second the detail of level 2 has a peak above what noise would have. It rises with load.
///
/// Duchowski, Krejtz, Krejtz, Biele, Niedzielska, Kiefer, Raubal and Giannopoulos 2018, doi
/// 10.1145/3173574.3173856: sym16, detail over √4, modulus maxima, universal threshold, hard. `signal` is in
/// equal steps and finite; NaN where it is too short for two levels.
pub(super) fn index_of_activity(signal: &[f64], rate_hz: f64) -> f64 {
    if levels_max(signal.len()) < 2 {
        return f64::NAN;
    }
    let slow: Vec<f64> = detail(signal, 2).into_iter().map(|value| value / 2.0).collect();
    let peaks = modulus_maxima(&slow);
    let threshold = universal_threshold(&peaks);
    let count = peaks.iter().filter(|peak| **peak >= threshold && **peak > 0.0).count();
    count as f64 / duration_s(signal, rate_hz)
}

/// LHIPA: how often per second the ratio of slow to fast detail has a peak that noise would have too. It falls
/// with load.
///
/// Duchowski, Krejtz, Gehrer, Bafna and Bækgaard 2020, doi 10.1145/3313831.3376394: the fast detail is that of
/// level 1, the slow one that of half the levels there can be; peaks above the universal threshold are dropped.
/// `signal` is in equal steps and finite; NaN where it is too short for a slow level above the fast one.
pub(super) fn low_high_index(signal: &[f64], rate_hz: f64) -> f64 {
    let low_level = levels_max(signal.len()) / 2;
    if low_level < 2 {
        return f64::NAN;
    }
    let fast: Vec<f64> = detail(signal, 1).into_iter().map(|value| value / 2.0_f64.sqrt()).collect();
    let slow =
        detail(signal, low_level).into_iter().map(|value| value / 2.0_f64.powi(low_level as i32).sqrt());
    let least = fast.iter().fold(0.0_f64, |largest, value| largest.max(value.abs())) * NO_DETAIL;
    let ratios: Vec<f64> = (slow.enumerate())
        .map(|(index, slow)| {
            let fast = fast[index << (low_level - 1)];
            if fast.abs() > least { slow / fast } else { 0.0 }
        })
        .collect();
    let peaks = modulus_maxima(&ratios);
    let threshold = universal_threshold(&peaks);
    let count = peaks.iter().filter(|peak| **peak <= threshold && **peak > 0.0).count();
    count as f64 / duration_s(signal, rate_hz)
}

/// The sizes of values that are no smaller than both neighbours and larger than one, zero elsewhere. As in the
/// published listing the value before the last is compared with itself on its right.
fn modulus_maxima(values: &[f64]) -> Vec<f64> {
    let size = |index: usize| values[index].abs();
    (0..values.len())
        .map(|index| {
            let here = size(index);
            let left = if index >= 1 { size(index - 1) } else { here };
            let right = if index + 2 < values.len() { size(index + 1) } else { here };
            let is_peak = left <= here && here >= right && (left < here || here > right);
            if is_peak { here } else { 0.0 }
        })
        .collect()
}

/// λ = σ √(2 log₂ n), σ of a population: Donoho and Johnstone 1994, doi 10.1093/biomet/81.3.425, with the log₂ of
/// the published listings.
fn universal_threshold(values: &[f64]) -> f64 {
    let centre = mean(values.iter().copied());
    let spread = mean(values.iter().map(|value| (value - centre).powi(2))).sqrt();
    spread * (2.0 * (values.len() as f64).log2()).sqrt()
}

/// From the first to the last sample.
fn duration_s(signal: &[f64], rate_hz: f64) -> f64 {
    signal.len().saturating_sub(1) as f64 / rate_hz
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature::parity::reference;

    #[test]
    fn indices_are_those_of_the_published_listings_on_pywavelets() {
        let reference = reference();
        for case in ["even", "odd", "minute"] {
            let signal = reference.numbers(&["pupil", case, "signal"]);
            let rate_hz = reference.number(&["pupil", case, "rate_hz"]);
            let (ipa, lhipa) = (index_of_activity(&signal, rate_hz), low_high_index(&signal, rate_hz));
            reference.agrees(&["pupil", case, "ipa"], &[ipa]);
            reference.agrees(&["pupil", case, "lhipa"], &[lhipa]);
            assert!(ipa > 0.0 && lhipa > 0.0, "{case}");
        }
    }

    #[test]
    fn a_straight_or_short_signal_has_no_activity() {
        let straight: Vec<f64> = (0..1_200).map(|step| 3.0 + f64::from(step) * 1e-3).collect();
        let bent = [straight.clone(), straight].concat();
        assert!(low_high_index(&bent, 60.0) < 2.0);
        assert!(index_of_activity(&[3.0; 100], 60.0).is_nan() && low_high_index(&[3.0; 100], 60.0).is_nan());
        assert_eq!(index_of_activity(&[3.0; 200], 60.0), 0.0);
        assert_eq!(low_high_index(&[3.0; 600], 60.0), 0.0);
    }

    #[test]
    fn the_value_before_the_last_has_itself_for_a_neighbour() {
        assert_eq!(modulus_maxima(&[1.0, -3.0, 2.0, 4.0]), [0.0, 3.0, 0.0, 4.0]);
        assert_eq!(modulus_maxima(&[1.0, 2.0, 4.0]), [0.0, 2.0, 4.0]);
    }
}
