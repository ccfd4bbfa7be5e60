//! How far, how fast and how steadily do pointer and gaze move?

use attnd_core::recording::Quantity;

use super::recording::Family;
use super::statistic::{deviation, finite, largest, mean};
use super::window::Window;

/// The pointer. Its samples are distances since the sample before.
pub(super) const POINTER: Family = Family {
    prefix: "pointer",
    quantities: &[Quantity::PointerMovement],
    columns: &[
        ("speed_mean", "1/s"),
        ("speed_sd", "1/s"),
        ("speed_peak", "1/s"),
        ("acceleration_mean", "1/s²"),
        ("jerk_mean", "1/s³"),
        ("still", "1"),
        ("missing", "1"),
    ],
    measure,
};

/// The gaze.
pub(super) const GAZE: Family = Family { prefix: "gaze", quantities: &[Quantity::GazeMovement], ..POINTER };

/// * speed: a sample's distance over the time since the sample before; several channels, such as sideways
///   and up, by Pythagoras.
/// * acceleration and jerk: mean size of the change of speed and of acceleration, per second.
/// * still: the share of known time in samples without any movement.
fn measure(window: &Window<'_>, out: &mut Vec<f64>) {
    let distances = distances(window);
    let speeds = rates(window.times_s, |sample| distances[sample + 1]);
    let times_s = window.times_s.get(1..).unwrap_or_default();
    let accelerations = rates(times_s, |sample| speeds[sample + 1] - speeds[sample]);
    let later_s = times_s.get(1..).unwrap_or_default();
    let jerks = rates(later_s, |sample| accelerations[sample + 1] - accelerations[sample]);
    out.extend([
        mean(finite(&speeds)),
        deviation(finite(&speeds)),
        largest(finite(&speeds)),
        mean(finite(&accelerations).map(f64::abs)),
        mean(finite(&jerks).map(f64::abs)),
        window.share_of_known(&distances, |distance| distance == 0.0),
        window.missing(&distances),
    ]);
}

fn distances(window: &Window<'_>) -> Vec<f64> {
    if let [only] = window.values {
        return only.to_vec();
    }
    let of = |sample: usize| window.values.iter().map(|channel| channel[sample].powi(2)).sum::<f64>().sqrt();
    (0..window.times_s.len()).map(of).collect()
}

/// `change(i)` from sample i to the next over the time between them; NaN where there is none.
fn rates(times_s: &[f64], change: impl Fn(usize) -> f64) -> Vec<f64> {
    let rate = |(sample, pair): (usize, &[f64])| {
        let passed_s = pair[1] - pair[0];
        if passed_s > 0.0 { change(sample) / passed_s } else { f64::NAN }
    };
    times_s.windows(2).enumerate().map(rate).collect()
}

#[cfg(test)]
mod tests {
    use super::super::window::tests::measured;
    use super::*;

    #[test]
    fn a_known_path_is_told_back() {
        let times_s = [0.0, 0.5, 1.0, 1.5, 2.0];
        // Speeds 2, 4, 4, 0: accelerations 4, 0, -8; jerks -8, -16.
        let distances = [9.0, 1.0, 2.0, 2.0, 0.0];
        let mut values = Vec::new();
        measured((2.5, 2.5), &times_s, &[("pointer", &distances)], |window| measure(window, &mut values));
        assert_eq!(values[0], 2.5);
        assert_eq!(values[2], 4.0);
        assert_eq!(values[3], 4.0);
        assert_eq!(values[4], 12.0);
        assert!((values[5] - 0.2).abs() < 1e-12);
    }
}
