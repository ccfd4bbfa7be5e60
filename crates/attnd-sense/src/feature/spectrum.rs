//! How much of a signal is at which frequency? Welch's averaged periodograms.

use std::f64::consts::TAU;

use super::statistic::mean;

/// Power per frequency.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spectrum {
    /// Distance between frequencies; the first is 0.
    pub(super) step_hz: f64,
    /// Power density at each, in the signal's unit squared per Hz.
    pub(super) density: Vec<f64>,
}

/// The power density up to `highest_hz`: segments of `segment` values that overlap by half, each without its mean
/// and under a Hann window, averaged. Welch 1967, doi 10.1109/TAU.1967.1161901.
///
/// Equal to `scipy.signal.welch(signal, rate_hz, nperseg=segment)` up to that frequency. A signal shorter than
/// a segment is one; none of fewer than two values. `signal` is in equal steps and finite.
///
/// Each frequency costs `2 n` (a sum of cosines, for a few frequencies cheaper than a fast transform of all).
pub(super) fn welch(signal: &[f64], rate_hz: f64, segment: usize, highest_hz: f64) -> Spectrum {
    let len = segment.min(signal.len());
    if len < 2 {
        return Spectrum { step_hz: rate_hz, density: Vec::new() };
    }
    let step_hz = rate_hz / len as f64;
    let turn = |index: usize| TAU * (index % len) as f64 / len as f64;
    let hann: Vec<f64> = (0..len).map(|index| 0.5 - 0.5 * turn(index).cos()).collect();
    let (cosines, sines): (Vec<f64>, Vec<f64>) =
        (0..len).map(|index| (turn(index).cos(), turn(index).sin())).unzip();
    let frequencies = (0..=len / 2).take_while(|index| *index as f64 * step_hz <= highest_hz).count();
    let scale = rate_hz * hann.iter().map(|weight| weight * weight).sum::<f64>();
    let mut density = vec![0.0; frequencies];
    let mut segments = 0_u32;
    for part in signal.windows(len).step_by(len - len / 2) {
        let centre = mean(part.iter().copied());
        let weighted: Vec<f64> =
            part.iter().zip(&hann).map(|(value, weight)| (value - centre) * weight).collect();
        for (index, sum) in density.iter_mut().enumerate() {
            let (mut real, mut imaginary, mut place) = (0.0, 0.0, 0);
            for value in &weighted {
                real += value * cosines[place];
                imaginary += value * sines[place];
                place += index;
                if place >= len {
                    place -= len;
                }
            }
            // Negative frequencies have the same power, but for 0 and half the rate, which have none.
            let sides = if index == 0 || 2 * index == len { 1.0 } else { 2.0 };
            *sum += sides * (real * real + imaginary * imaginary) / scale;
        }
        segments += 1;
    }
    density.iter_mut().for_each(|sum| *sum /= f64::from(segments));
    Spectrum { step_hz, density }
}

impl Spectrum {
    /// The power from `low_hz` to below `high_hz`, by trapezes between the frequencies in the band; NaN where it has
    /// fewer than two.
    pub(super) fn power(&self, low_hz: f64, high_hz: f64) -> f64 {
        let in_band: Vec<f64> = (self.density.iter().enumerate())
            .filter(|(index, _)| (low_hz..high_hz).contains(&(*index as f64 * self.step_hz)))
            .map(|(_, density)| *density)
            .collect();
        if in_band.len() < 2 {
            return f64::NAN;
        }
        in_band.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0 * self.step_hz).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature::parity::reference;

    #[test]
    fn it_is_scipys_welch() {
        let reference = reference();
        for case in ["even", "odd"] {
            let signal = reference.numbers(&["pupil", case, "signal"]);
            let rate_hz = reference.number(&["pupil", case, "rate_hz"]);
            let spectrum = welch(&signal, rate_hz, 240, f64::INFINITY);
            reference.agrees(&["pupil", case, "welch_240"], &spectrum.density);
            reference.agrees(&["pupil", case, "power_below_1_6hz"], &[spectrum.power(0.0, 1.6)]);
            let short = welch(&signal[..101], rate_hz, 240, f64::INFINITY);
            reference.agrees(&["pupil", case, "welch_of_101"], &short.density);
        }
    }

    #[test]
    fn a_sine_has_its_power_at_its_frequency() {
        let signal: Vec<f64> =
            (0..1_200).map(|step| 2.0 * (TAU * 3.0 * f64::from(step) / 60.0).sin()).collect();
        let spectrum = welch(&signal, 60.0, 240, 10.0);
        assert!((spectrum.power(2.0, 4.0) - 2.0).abs() < 1e-6);
        assert!(spectrum.power(6.0, 9.0) < 1e-6);
    }

    #[test]
    fn too_little_has_no_spectrum() {
        assert!(welch(&[1.0], 60.0, 240, 10.0).density.is_empty());
        assert!(welch(&[], 60.0, 240, 10.0).power(0.0, 1.0).is_nan());
    }
}
