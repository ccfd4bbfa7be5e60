//! Which time does `--from` and `--to` mean? Local days, or moments with their zone.

use attnd_core::{ErrorCode, Problem, TimeError, TimeRange, Timestamp};
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The time from the start of `from` to the end of `to`: days are local and whole; `today` and
/// `yesterday` are days too.
///
/// # Errors
/// [`ErrorCode::InvalidTime`] naming what is no time.
pub(super) fn parse(
    from: Option<&str>,
    to: Option<&str>,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<TimeRange, Problem> {
    let from = from.unwrap_or("today");
    let first = border(from, now, zone)?;
    let last = match to {
        Some(to) => border(to, now, zone)?,
        None => border(from, now, zone)?,
    };
    // From today to yesterday would otherwise be the moment between the two.
    if last.start() < first.start() {
        return Err(Problem::new(ErrorCode::InvalidTime, TimeError::Backwards.to_string()));
    }
    let end = if to.is_none() && first.start() == first.end() { now } else { last.end() };
    TimeRange::new(first.start(), end)
        .map_err(|error| Problem::new(ErrorCode::InvalidTime, error.to_string()))
}

/// The last `days` local days, today among them.
///
/// # Errors
/// [`ErrorCode::InvalidTime`] beyond what attnd's years have.
pub(super) fn last_days(days: i64, now: Timestamp, zone: &TimeZone) -> Result<TimeRange, Problem> {
    let invalid = |error: &dyn std::fmt::Display| Problem::new(ErrorCode::InvalidTime, error.to_string());
    let today = now.jiff().to_zoned(zone.clone()).date();
    let first = today.checked_sub(jiff::Span::new().days(days - 1)).map_err(|error| invalid(&error))?;
    let (first, last) =
        (attnd_engine::flow::local_day(first, zone)?, attnd_engine::flow::local_day(today, zone)?);
    TimeRange::new(first.start(), last.end()).map_err(|error| invalid(&error))
}

/// The day a word names, or the moment, as a range without length.
fn border(word: &str, now: Timestamp, zone: &TimeZone) -> Result<TimeRange, Problem> {
    match day(word, now, zone) {
        Some(day) => attnd_engine::flow::local_day(day, zone),
        None => {
            let moment = Timestamp::parse(word).map_err(|_| {
                let detail = format!(
                    "'{word}' is neither a day (2024-01-31, today, yesterday) nor a time with its zone"
                );
                Problem::new(ErrorCode::InvalidTime, detail)
            })?;
            Ok(TimeRange::from(moment, attnd_core::Duration::ZERO))
        }
    }
}

/// The local day a word names: a date, `today` or `yesterday`.
pub(super) fn day(word: &str, now: Timestamp, zone: &TimeZone) -> Option<Date> {
    let today = now.jiff().to_zoned(zone.clone()).date();
    match word {
        "today" => Some(today),
        "yesterday" => today.yesterday().ok(),
        other => other.parse::<Date>().ok().filter(|_| !other.contains(['T', ' '])),
    }
}

/// Now, and the zone of this machine.
pub(super) fn here() -> (Timestamp, TimeZone) {
    (Timestamp::from_ns_saturating(jiff::Timestamp::now().as_nanosecond() as i64), TimeZone::system())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_and_moments_exact() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let now = Timestamp::parse("2026-03-05T03:00:00Z").unwrap();
        let range =
            |from, to| parse(from, to, now, &zone).map(|range| format!("{}/{}", range.start(), range.end()));
        assert_eq!(range(None, None).unwrap(), "2026-03-04T16:00:00Z/2026-03-05T16:00:00Z");
        assert_eq!(
            range(Some("2026-03-01"), Some("yesterday")).unwrap(),
            "2026-02-28T16:00:00Z/2026-03-04T16:00:00Z"
        );
        assert_eq!(
            range(Some("2026-03-01T00:00:00Z"), None).unwrap(),
            "2026-03-01T00:00:00Z/2026-03-05T03:00:00Z"
        );
        for bad in ["march", "2026-02-30", "2026-03-01T00:00:00"] {
            assert_eq!(range(Some(bad), None).unwrap_err().code, ErrorCode::InvalidTime, "{bad}");
        }
        assert!(range(Some("today"), Some("yesterday")).is_err());
    }
}
