//! What time is it for the person? Hour and weekday on circles, so that midnight is close to midnight.

use std::f64::consts::TAU;

use attnd_core::Timestamp;
use jiff::tz::TimeZone;

/// Names of what [`day_and_hour`] gives.
pub(super) const NAMES: [&str; 4] = ["hour_sin", "hour_cos", "weekday_sin", "weekday_cos"];

/// Sine and cosine of the local time of day, whole day = one turn from midnight; then of the weekday, whole
/// week = one turn from Monday.
#[must_use]
pub fn day_and_hour(moment: Timestamp, zone: &TimeZone) -> [f64; 4] {
    let local = moment.jiff().to_zoned(zone.clone());
    let seconds = f64::from(local.hour()) * 3_600.0
        + f64::from(local.minute()) * 60.0
        + f64::from(local.second())
        + f64::from(local.subsec_nanosecond()) / 1e9;
    let day = TAU * seconds / 86_400.0;
    let week = TAU * f64::from(local.weekday().to_monday_zero_offset()) / 7.0;
    [day.sin(), day.cos(), week.sin(), week.cos()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_in_the_morning_of_a_monday_is_a_quarter_of_a_turn() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let moment = Timestamp::parse("2024-01-01T05:00:00Z").unwrap();
        let expected = [1.0, 0.0, 0.0, 1.0];
        for (value, expected) in day_and_hour(moment, &zone).into_iter().zip(expected) {
            assert!((value - expected).abs() < 1e-12);
        }
    }
}
