//! Which moment does a field name? Unix time in any unit, RFC 3339, a wall clock, or seconds since a beginning.

use attnd_core::{Duration, Timestamp};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::delimited::{Number, number};

/// How times are written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Clock {
    /// Unix time: so many nanoseconds a unit.
    Unix {
        /// 1 for nanoseconds, 1,000,000,000 for seconds.
        ns_per_unit: i64,
    },
    /// RFC 3339 with an offset, or a date and time of this zone's clocks.
    Wall(TimeZone),
    /// Seconds since this moment.
    Since(Timestamp),
}

impl Clock {
    /// What a field says; `None` where it is no time of this clock.
    pub(super) fn read(&self, text: &str) -> Option<Timestamp> {
        match self {
            Self::Unix { ns_per_unit } => unix(text, *ns_per_unit),
            Self::Wall(zone) => wall(text, zone),
            Self::Since(beginning) => match number(text) {
                Number::Is(seconds) if seconds >= 0.0 => {
                    let since = Duration::from_s_f64(seconds).ok()?;
                    Timestamp::from_ns(beginning.ns().checked_add(since.ns())?).ok()
                }
                _ => None,
            },
        }
    }
}

/// Whole units exactly, so that nanoseconds survive; fractions to the nanosecond a double can tell.
fn unix(text: &str, ns_per_unit: i64) -> Option<Timestamp> {
    if let Ok(units) = text.parse::<i64>() {
        return Timestamp::from_ns(units.checked_mul(ns_per_unit)?).ok();
    }
    let Number::Is(units) = number(text) else { return None };
    let whole = units.floor();
    if whole.abs() > 9e18 {
        return None;
    }
    let fraction_ns = ((units - whole) * ns_per_unit as f64).round() as i64;
    let ns = (whole as i64).checked_mul(ns_per_unit)?.checked_add(fraction_ns)?;
    Timestamp::from_ns(ns).ok()
}

fn wall(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(moment) = Timestamp::parse(text) {
        return Some(moment);
    }
    let local: DateTime = text.parse().ok()?;
    Timestamp::from_jiff(zone.to_ambiguous_zoned(local).compatible().ok()?.timestamp()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clock_says_the_same_moment() {
        let expected = Timestamp::parse("2019-05-07T02:12:50.024Z").unwrap();
        let seoul = TimeZone::get("Asia/Seoul").unwrap();
        let beginning = Timestamp::parse("2019-05-07T02:12:00Z").unwrap();
        for (clock, text) in [
            (Clock::Unix { ns_per_unit: 1_000_000 }, "1557195170024"),
            (Clock::Unix { ns_per_unit: 1_000_000_000 }, "1557195170.024"),
            (Clock::Unix { ns_per_unit: 1 }, "1557195170024000000"),
            (Clock::Wall(TimeZone::UTC), "2019-05-07T11:12:50.024+09:00"),
            (Clock::Wall(seoul), "2019-05-07 11:12:50.0240"),
            (Clock::Since(beginning), "50.024"),
        ] {
            let read = clock.read(text).unwrap();
            assert!((read.ns() - expected.ns()).abs() < 1_000, "{text}: {read}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for clock in [
            Clock::Unix { ns_per_unit: 1_000_000_000 },
            Clock::Wall(TimeZone::UTC),
            Clock::Since(Timestamp::MIN),
        ] {
            for text in
                ["", "NaN", "yesterday", "-1e300", "9e18", "9999999999999999999", "2019-02-30 10:00:00"]
            {
                assert_eq!(clock.read(text), None, "{clock:?}: {text}");
            }
        }
        assert_eq!(Clock::Since(Timestamp::MIN).read("-1"), None);
    }
}
