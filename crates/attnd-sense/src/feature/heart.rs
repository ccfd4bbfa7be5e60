//! How does the heart beat? Its rate, and where beats are told apart, how the times between them vary.

use attnd_core::recording::Quantity;

use super::recording::Family;
use super::spectrum::welch;
use super::statistic::{deviation, finite, largest, mean, median, slope, smallest};
use super::step::in_equal_steps;
use super::window::Window;

/// Heart rate, beats per minute.
pub(super) const RATE: Family = Family {
    prefix: "heart_rate",
    quantities: &[Quantity::HeartRate],
    columns: &[
        ("mean", "1/min"),
        ("sd", "1/min"),
        ("lowest", "1/min"),
        ("highest", "1/min"),
        ("slope", "1/min/s"),
        ("change_mean", "1/min"),
        ("missing", "1"),
    ],
    measure: measure_rate,
};

/// Times between beats, ms, without artefacts: more than 20 % from the window's median, an extra or a missed beat.
///
/// Mean, SDNN, RMSSD, pNN50; low and high: the power from 0.04 to 0.15 and to 0.4 Hz, NaN in windows of less than two
/// minutes, in which the slow oscillation has not turned often enough. Task Force of the ESC and NASPE 1996, doi
/// 10.1161/01.CIR.93.5.1043; in a minute only RMSSD has been shown to hold.
pub(super) const BEATS: Family = Family {
    prefix: "beats",
    quantities: &[Quantity::BeatInterval],
    columns: &[
        ("mean", "ms"),
        ("sdnn", "ms"),
        ("rmssd", "ms"),
        ("pnn50", "1"),
        ("low", "ms²"),
        ("high", "ms²"),
        ("dropped", "1"),
    ],
    measure: measure_beats,
};

/// Shorter windows have no spectrum: the slowest oscillation, 0.04 Hz, needs 25 s for one turn.
const SPECTRUM_MIN_S: f64 = 120.0;
/// Times between beats are spread at so many equal steps a second.
const STEPS_HZ: f64 = 4.0;
/// Values of a segment of Welch's method: 64 s.
const SEGMENT: usize = 256;

fn measure_rate(window: &Window<'_>, out: &mut Vec<f64>) {
    let rates = window.together();
    out.extend([
        mean(finite(&rates)),
        deviation(finite(&rates)),
        smallest(finite(&rates)),
        largest(finite(&rates)),
        slope(window.times_s, &rates),
        mean(rates.windows(2).map(|pair| (pair[1] - pair[0]).abs()).filter(|change| change.is_finite())),
        window.missing(&rates),
    ]);
}

fn measure_beats(window: &Window<'_>, out: &mut Vec<f64>) {
    let intervals = window.together();
    let found = finite(&intervals).count();
    let kept = without_artefacts(&intervals);
    let beats = variability(&kept);
    let dropped = found - finite(&kept).count();
    let [low_ms2, high_ms2] =
        if window.length_s >= SPECTRUM_MIN_S { powers(window.times_s, &kept) } else { [f64::NAN; 2] };
    out.extend([
        beats.mean_ms,
        beats.sdnn_ms,
        beats.rmssd_ms,
        beats.pnn50,
        low_ms2,
        high_ms2,
        if found == 0 { f64::NAN } else { dropped as f64 / found as f64 },
    ]);
}

/// How the times between beats vary.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Variability {
    /// Their mean.
    mean_ms: f64,
    /// Their standard deviation, divided by n − 1.
    sdnn_ms: f64,
    /// The root of the mean square of the difference of neighbours.
    rmssd_ms: f64,
    /// Neighbours more than 50 ms apart, as a share of all beats.
    pnn50: f64,
}

/// A NaN parts its neighbours.
fn variability(intervals_ms: &[f64]) -> Variability {
    let differences =
        || intervals_ms.windows(2).map(|pair| pair[1] - pair[0]).filter(|difference| difference.is_finite());
    let beats = finite(intervals_ms).count();
    let far = differences().filter(|difference| difference.abs() > 50.0).count();
    Variability {
        mean_ms: mean(finite(intervals_ms)),
        sdnn_ms: deviation(finite(intervals_ms)),
        rmssd_ms: mean(differences().map(|difference| difference * difference)).sqrt(),
        pnn50: if beats > 1 { far as f64 / beats as f64 } else { f64::NAN },
    }
}

/// Low and high power of the intervals, spread over equal steps by straight lines.
fn powers(times_s: &[f64], intervals_ms: &[f64]) -> [f64; 2] {
    let steps = in_equal_steps(times_s, intervals_ms, STEPS_HZ);
    let spectrum = welch(&steps, STEPS_HZ, SEGMENT, 0.4);
    [spectrum.power(0.04, 0.15), spectrum.power(0.15, 0.4)]
}

/// The intervals, NaN where one is more than 20 % from the window's median: an extra or a missed beat.
fn without_artefacts(intervals_ms: &[f64]) -> Vec<f64> {
    let usual_ms = median(&mut finite(intervals_ms).collect::<Vec<_>>());
    let is_kept = |interval: f64| (interval - usual_ms).abs() <= 0.2 * usual_ms;
    intervals_ms.iter().map(|interval| if is_kept(*interval) { *interval } else { f64::NAN }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature::parity::reference;

    #[test]
    fn an_extra_beat_is_dropped_and_parts_its_neighbours() {
        let kept = without_artefacts(&[800.0, 810.0, 400.0, 820.0, 790.0]);
        assert!(kept[2].is_nan());
        let beats = variability(&kept);
        assert_eq!(beats.mean_ms, 805.0);
        assert!((beats.rmssd_ms - (500.0_f64).sqrt()).abs() < 1e-9);
        assert_eq!(beats.pnn50, 0.0);
    }

    #[test]
    fn variability_is_neurokits_and_powers_are_scipys() {
        let reference = reference();
        let intervals_ms = reference.numbers(&["beats", "intervals_ms"]);
        let times_s = reference.numbers(&["beats", "times_s"]);
        let beats = variability(&intervals_ms);
        reference.agrees(&["beats", "mean_ms"], &[beats.mean_ms]);
        reference.agrees(&["beats", "sdnn_ms"], &[beats.sdnn_ms]);
        reference.agrees(&["beats", "rmssd_ms"], &[beats.rmssd_ms]);
        reference.agrees(&["beats", "pnn50"], &[beats.pnn50]);
        let [low_ms2, high_ms2] = powers(&times_s, &intervals_ms);
        reference.agrees(&["beats", "low_ms2"], &[low_ms2]);
        reference.agrees(&["beats", "high_ms2"], &[high_ms2]);
    }
}
