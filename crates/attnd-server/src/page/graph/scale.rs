//! Where does a value stand? Axes that end on round numbers, and a logarithmic one for lengths.

use attnd_core::Duration;

/// Lengths an axis may end on, in seconds.
const ROUND_S: [u32; 22] = [
    1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600, 28_800,
    43_200, 57_600, 86_400,
];

/// The ends of the logarithmic axis, in seconds.
const LOG_ENDS_S: (f64, f64) = (1.0, 4.0 * 3_600.0);

/// The ticks of the logarithmic axis.
pub(crate) const LOG_TICKS: [Duration; 5] = [
    Duration::from_s(1),
    Duration::from_s(10),
    Duration::from_s(60),
    Duration::from_s(600),
    Duration::from_s(3_600),
];

/// The least round length that is no shorter.
pub(crate) fn round_length(length: Duration) -> Duration {
    let round = ROUND_S.into_iter().map(Duration::from_s).find(|round| *round >= length);
    round.unwrap_or_else(|| {
        let days = length.ns().div_euclid(Duration::from_s(86_400).ns()).saturating_add(1);
        Duration::from_ns(days.saturating_mul(Duration::from_s(86_400).ns()))
    })
}

/// The least of 1, 2, 5, 10, 20 … that is no less; 1 for nothing.
pub(crate) fn round_number(number: f64) -> f64 {
    let mut decade = 1.0;
    loop {
        for step in [1.0, 2.0, 5.0] {
            if decade * step >= number || decade > 1e12 {
                return decade * step;
            }
        }
        decade *= 10.0;
    }
}

/// The place of a length on the logarithmic axis, in percent; what is beyond its ends stands there.
pub(crate) fn log_place(length: Duration) -> f64 {
    let (low, high) = LOG_ENDS_S;
    (length.as_s_f64().clamp(low, high) / low).ln() / (high / low).ln() * 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_on_round_values() {
        for (seconds, round) in [(0, 1), (59, 60), (61, 120), (9_000, 10_800), (86_400, 86_400)] {
            assert_eq!(round_length(Duration::from_s(seconds)), Duration::from_s(round));
        }
        assert_eq!(round_length(Duration::from_s(90_000)), Duration::from_s(172_800));
        for (number, round) in [(0.0, 1.0), (1.5, 2.0), (14.0, 20.0), (230.0, 500.0)] {
            assert!((round_number(number) - round).abs() < 1e-9, "{number}");
        }
        assert!(round_number(f64::INFINITY).is_finite());
    }

    #[test]
    fn equal_ratios_are_equally_far() {
        let places = LOG_TICKS.map(log_place);
        assert!(places[0].abs() < 1e-9);
        assert!((places[1] - places[0] - (places[3] - places[2])).abs() < 1e-9);
        assert!(places.is_sorted());
        assert!((log_place(Duration::from_s(86_400)) - 100.0).abs() < 1e-9);
        assert!(log_place(Duration::ZERO).abs() < 1e-9);
    }
}
