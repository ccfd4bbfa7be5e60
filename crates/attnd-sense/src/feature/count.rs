//! In what rhythm do keys, buttons and the wheel go? Counts per sample, never which key.

use attnd_core::recording::Quantity;

use super::recording::Family;
use super::statistic::{burstiness, deviation, finite, largest};
use super::window::Window;

/// Key presses.
pub(super) const KEYS: Family = Family {
    prefix: "keys",
    quantities: &[Quantity::KeyPresses],
    columns: &[
        ("per_min", "1/min"),
        ("sd", "1"),
        ("active", "1"),
        ("pause_longest", "s"),
        ("burstiness", "1"),
        ("missing", "1"),
    ],
    measure,
};

/// Clicks.
pub(super) const CLICKS: Family = Family { prefix: "clicks", quantities: &[Quantity::Clicks], ..KEYS };

/// Steps of the wheel.
pub(super) const SCROLL: Family = Family { prefix: "scroll", quantities: &[Quantity::Scroll], ..KEYS };

/// * per_min: Σ counts per minute of known time.
/// * active: the share of known time in samples with a count.
/// * pause_longest: the longest time between samples with a count, or from the last to the end.
/// * burstiness: of the times between samples with a count.
fn measure(window: &Window<'_>, out: &mut Vec<f64>) {
    let counts = sums(window);
    let known_s = window.known_s(&counts);
    let is_known = known_s > 0.0;
    let active: Vec<f64> = window
        .times_s
        .iter()
        .zip(&counts)
        .filter(|(_, count)| **count > 0.0)
        .map(|(time, _)| *time)
        .collect();
    let gaps = active.windows(2).map(|pair| pair[1] - pair[0]);
    let last_gap_s = active.last().map(|last| window.end_s - last);
    let pause_s = largest(gaps.clone().chain(last_gap_s));
    out.extend([
        if is_known { finite(&counts).sum::<f64>() * 60.0 / known_s } else { f64::NAN },
        deviation(finite(&counts)),
        window.share_of_known(&counts, |count| count > 0.0),
        if is_known && pause_s.is_nan() { window.length_s } else { pause_s },
        burstiness(gaps),
        window.missing(&counts),
    ]);
}

/// Sample by sample the sum of the channels that have a value, such as scrolling up and sideways.
fn sums(window: &Window<'_>) -> Vec<f64> {
    (0..window.times_s.len())
        .map(|sample| {
            let values =
                window.values.iter().map(|channel| channel[sample]).filter(|value| value.is_finite());
            values.reduce(|sum, value| sum + value).unwrap_or(f64::NAN)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::window::tests::measured;
    use super::*;

    #[test]
    fn a_known_rhythm_is_told_back() {
        let times_s: Vec<f64> = (0..10).map(f64::from).collect();
        let counts = [2.0, 0.0, 1.0, 0.0, 0.0, 0.0, 3.0, 0.0, f64::NAN, 0.0];
        let mut values = Vec::new();
        measured((10.0, 10.0), &times_s, &[("keys", &counts)], |window| measure(window, &mut values));
        assert!((values[0] - 6.0 * 60.0 / 9.0).abs() < 1e-9);
        assert!((values[2] - 3.0 / 9.0).abs() < 1e-9);
        assert_eq!(values[3], 4.0);
        // Gaps of 2 and 4: μ = 3, σ = 1.
        assert!((values[4] + 0.5).abs() < 1e-9);
        assert!((values[5] - 0.1).abs() < 1e-9);
    }
}
