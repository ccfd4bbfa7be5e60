//! When is a local day, week, month or year, and what are the steps of a period?
//!
//! A day is what the zone that is asked for says it is: whoever travels sees their days as that zone
//! has them, and nothing that is kept depends on it.

use attnd_core::{ErrorCode, Problem, TimeRange, Timestamp};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{RoundMode, Span, Unit, ZonedRound};
use serde::Serialize;

/// The finest division of a period is refused beyond so many parts.
pub(crate) const MOST_STEPS: usize = 10_000;

/// How long the steps of a report are, in local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// Hours.
    Hour,
    /// Days.
    Day,
    /// Weeks from Monday.
    Week,
    /// Calendar months.
    Month,
}

/// A local day's 23, 24 or 25 hours.
///
/// # Errors
/// [`ErrorCode::InvalidTime`] for a date attnd cannot hold.
pub fn local_day(date: Date, zone: &TimeZone) -> Result<TimeRange, Problem> {
    from_first(Ok(date), Span::new().days(1), zone)
}

/// The local week, from Monday, that `date` lies in.
///
/// # Errors
/// [`ErrorCode::InvalidTime`] for a date attnd cannot hold.
pub fn local_week(date: Date, zone: &TimeZone) -> Result<TimeRange, Problem> {
    let back = i64::from(date.weekday().to_monday_zero_offset());
    from_first(date.checked_sub(Span::new().days(back)), Span::new().weeks(1), zone)
}

/// The local calendar month that `date` lies in.
///
/// # Errors
/// [`ErrorCode::InvalidTime`] for a date attnd cannot hold.
pub fn local_month(date: Date, zone: &TimeZone) -> Result<TimeRange, Problem> {
    from_first(Ok(date.first_of_month()), Span::new().months(1), zone)
}

/// The local calendar year that `date` lies in.
///
/// # Errors
/// [`ErrorCode::InvalidTime`] for a date attnd cannot hold.
pub fn local_year(date: Date, zone: &TimeZone) -> Result<TimeRange, Problem> {
    from_first(Ok(date.first_of_year()), Span::new().years(1), zone)
}

/// From the start of the day `first` to the start of the day `length` later.
fn from_first(first: Result<Date, jiff::Error>, length: Span, zone: &TimeZone) -> Result<TimeRange, Problem> {
    let start_of = |date: Date| {
        let moment = date.to_zoned(zone.clone()).and_then(|moment| moment.start_of_day());
        moment.map_err(invalid).and_then(|moment| Timestamp::from_jiff(moment.timestamp()).map_err(invalid))
    };
    let first = first.map_err(invalid)?;
    let next = first.checked_add(length).map_err(invalid)?;
    TimeRange::new(start_of(first)?, start_of(next)?).map_err(invalid)
}

/// The steps of a range in local time; the first and last are cut to the range.
///
/// # Errors
/// [`ErrorCode::InvalidTime`] for more steps than anybody reads.
pub fn steps(range: TimeRange, zone: &TimeZone, by: By) -> Result<Vec<TimeRange>, Problem> {
    let first = range.start().jiff().to_zoned(zone.clone());
    let mut border = match by {
        By::Hour => first.round(ZonedRound::new().smallest(Unit::Hour).mode(RoundMode::Trunc)),
        By::Day => first.start_of_day(),
        By::Week => {
            let back = i64::from(first.weekday().to_monday_zero_offset());
            first.start_of_day().and_then(|day| day.checked_sub(Span::new().days(back)))
        }
        By::Month => first.first_of_month().and_then(|day| day.start_of_day()),
    }
    .map_err(invalid)?;
    let step = match by {
        By::Hour => Span::new().hours(1),
        By::Day => Span::new().days(1),
        By::Week => Span::new().weeks(1),
        By::Month => Span::new().months(1),
    };
    let mut steps = Vec::new();
    let mut start = range.start();
    while start < range.end() {
        if steps.len() == MOST_STEPS {
            return Err(invalid(format!("the period has more than {MOST_STEPS} steps; take longer ones")));
        }
        border = border.checked_add(step).map_err(invalid)?;
        let end = Timestamp::from_jiff(border.timestamp()).map_err(invalid)?.min(range.end());
        if start < end {
            steps.push(TimeRange::from(start, end.since(start)));
            start = end;
        }
    }
    Ok(steps)
}

fn invalid(error: impl std::fmt::Display) -> Problem {
    Problem::new(ErrorCode::InvalidTime, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> TimeRange {
        TimeRange::parse(text).unwrap()
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn hours(period: Result<TimeRange, Problem>) -> f64 {
        period.unwrap().duration().as_s_f64() / 3_600.0
    }

    #[test]
    fn days_have_23_24_or_25_hours() {
        let zone = zone("Europe/Berlin");
        let day = |date: &str| hours(local_day(date.parse().unwrap(), &zone));
        assert_eq!(day("2026-03-29"), 23.0);
        assert_eq!(day("2026-06-01"), 24.0);
        assert_eq!(day("2026-10-25"), 25.0);
    }

    #[test]
    fn weeks_begin_on_monday_and_months_and_years_on_the_first() {
        let zone = zone("Europe/Berlin");
        let date = "2026-03-29".parse().unwrap();
        let week = local_week(date, &zone).unwrap();
        assert_eq!(week, range("2026-03-22T23:00:00Z/2026-03-29T22:00:00Z"));
        assert_eq!(local_week("2026-03-23".parse().unwrap(), &zone).unwrap(), week);
        assert_eq!(local_month(date, &zone).unwrap(), range("2026-02-28T23:00:00Z/2026-03-31T22:00:00Z"));
        assert_eq!(local_year(date, &zone).unwrap(), range("2025-12-31T23:00:00Z/2026-12-31T23:00:00Z"));
        assert_eq!(hours(local_year("2024-07-01".parse().unwrap(), &TimeZone::UTC)), 366.0 * 24.0);
        let far = "9999-12-31".parse().unwrap();
        for period in [local_day, local_week, local_month, local_year] {
            assert_eq!(period(far, &zone).unwrap_err().code, ErrorCode::InvalidTime);
        }
    }

    /// A day that midnight skips, and one that a country left out.
    #[test]
    fn days_begin_where_their_zone_says() {
        let santiago = zone("America/Santiago");
        assert_eq!(hours(local_day("2024-09-08".parse().unwrap(), &santiago)), 23.0);
        let apia = zone("Pacific/Apia");
        let skipped = local_day("2011-12-30".parse().unwrap(), &apia).unwrap();
        assert!(skipped.duration().is_zero(), "{skipped:?}");
        assert_eq!(hours(local_week("2011-12-28".parse().unwrap(), &apia)), 6.0 * 24.0);
    }

    #[test]
    fn steps_follow_local_days_and_cover_the_range() {
        let zone = zone("Europe/Berlin");
        let whole = range("2026-03-27T23:00:00Z/2026-03-30T22:00:00Z");
        let days = steps(whole, &zone, By::Day).unwrap();
        let hours: Vec<_> = days.iter().map(|day| day.duration().as_s_f64() / 3_600.0).collect();
        assert_eq!(hours, [24.0, 23.0, 24.0]);
        assert_eq!(days.first().unwrap().start(), whole.start());
        assert_eq!(days.last().unwrap().end(), whole.end());
        let year = range("2026-01-01T00:00:00Z/2027-01-01T00:00:00Z");
        assert_eq!(steps(year, &TimeZone::UTC, By::Month).unwrap().len(), 12);
        assert_eq!(steps(TimeRange::ALL, &zone, By::Hour).unwrap_err().code, ErrorCode::InvalidTime);
    }
}
