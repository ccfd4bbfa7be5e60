//! How does the heart beat? Its rate, and where beats are told apart, how the times between them vary.

use attnd_core::recording::Quantity;

use super::recording::Family;
use super::statistic::{deviation, finite, largest, mean, median, slope, smallest};
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

/// Times between beats, ms.
pub(super) const BEATS: Family = Family {
    prefix: "beats",
    quantities: &[Quantity::BeatInterval],
    columns: &[("mean", "ms"), ("sdnn", "ms"), ("rmssd", "ms"), ("pnn50", "1"), ("dropped", "1")],
    measure: measure_beats,
};

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
    out.extend([
        beats.mean_ms,
        beats.sdnn_ms,
        beats.rmssd_ms,
        beats.pnn50,
        if found == 0 { f64::NAN } else { dropped as f64 / found as f64 },
    ]);
}

/// How the times between beats vary.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Variability {
    /// Their mean.
    pub(super) mean_ms: f64,
    /// Their standard deviation, divided by n − 1.
    pub(super) sdnn_ms: f64,
    /// The root of the mean square of the difference of neighbours.
    pub(super) rmssd_ms: f64,
    /// The share of differences of neighbours above 50 ms, of the differences.
    pub(super) pnn50: f64,
}

/// Task Force of the ESC and NASPE 1996, doi 10.1161/01.CIR.93.5.1043. A NaN parts its neighbours. Windows of a
/// minute are ultra-short: only RMSSD has been shown to hold there.
pub(super) fn variability(intervals_ms: &[f64]) -> Variability {
    let differences =
        || intervals_ms.windows(2).map(|pair| pair[1] - pair[0]).filter(|difference| difference.is_finite());
    Variability {
        mean_ms: mean(finite(intervals_ms)),
        sdnn_ms: deviation(finite(intervals_ms)),
        rmssd_ms: mean(differences().map(|difference| difference * difference)).sqrt(),
        pnn50: mean(differences().map(|difference| f64::from(u8::from(difference.abs() > 50.0)))),
    }
}

/// The intervals, NaN where one is more than 20 % from the window's median: an extra or a missed beat.
pub(super) fn without_artefacts(intervals_ms: &[f64]) -> Vec<f64> {
    let usual_ms = median(&mut finite(intervals_ms).collect::<Vec<_>>());
    let is_kept = |interval: f64| (interval - usual_ms).abs() <= 0.2 * usual_ms;
    intervals_ms.iter().map(|interval| if is_kept(*interval) { *interval } else { f64::NAN }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extra_beat_is_dropped_and_parts_its_neighbours() {
        let kept = without_artefacts(&[800.0, 810.0, 400.0, 820.0, 790.0]);
        assert!(kept[2].is_nan());
        let beats = variability(&kept);
        assert_eq!(beats.mean_ms, 805.0);
        assert!((beats.rmssd_ms - (500.0_f64).sqrt()).abs() < 1e-9);
        assert_eq!(beats.pnn50, 0.0);
    }
}
