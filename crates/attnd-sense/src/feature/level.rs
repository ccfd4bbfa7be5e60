//! How high is a slow signal, and where does it go? Skin, blood oxygen, muscles and whatever has no family.

use attnd_core::recording::Quantity;

use super::recording::Family;
use super::statistic::{deviation, finite, mean, slope};
use super::window::Window;

/// Skin conductance or resistance.
pub(super) const CONDUCTANCE: Family = Family {
    prefix: "skin_conductance",
    quantities: &[Quantity::SkinConductance],
    columns: &[("mean", ""), ("sd", ""), ("slope", "1/s"), ("change_mean", "1/s"), ("missing", "1")],
    measure,
};

/// Skin temperature.
pub(super) const TEMPERATURE: Family =
    Family { prefix: "skin_temperature", quantities: &[Quantity::SkinTemperature], ..CONDUCTANCE };

/// Blood oxygen.
pub(super) const OXYGEN: Family =
    Family { prefix: "oxygen", quantities: &[Quantity::OxygenSaturation], ..CONDUCTANCE };

/// One channel of a muscle: each is another muscle.
pub(super) const MUSCLE: Family =
    Family { prefix: "", quantities: &[Quantity::MuscleActivity], ..CONDUCTANCE };

/// A channel that no family knows.
pub(super) const OTHER: Family = Family { prefix: "", quantities: &[Quantity::Other], ..CONDUCTANCE };

/// Mean, standard deviation, rise per second, mean size of the change per second, missing share.
fn measure(window: &Window<'_>, out: &mut Vec<f64>) {
    let values = window.together();
    let changes = window.times_s.windows(2).zip(values.windows(2)).filter_map(|(times_s, values)| {
        let passed_s = times_s[1] - times_s[0];
        let change = (values[1] - values[0]).abs() / passed_s;
        (passed_s > 0.0 && change.is_finite()).then_some(change)
    });
    out.extend([
        mean(finite(&values)),
        deviation(finite(&values)),
        slope(window.times_s, &values),
        mean(changes),
        window.missing(&values),
    ]);
}
