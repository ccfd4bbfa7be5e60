//! When, and for how long? UTC nanoseconds that cannot overflow, be NaN or run backwards.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Nanoseconds per second.
pub const NS_PER_S: i64 = 1_000_000_000;

/// A moment in UTC, in nanoseconds since 1970-01-01T00:00:00Z (years 1678 to 2261).
///
/// JSON: RFC 3339 with any offset in, `Z` out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A length of time, never negative, in nanoseconds.
///
/// JSON: a number of seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(i64);

/// A half-open stretch of time `[start, end)`, `start <= end`.
///
/// JSON: `{"start": …, "end": …}`; refused when it ends before it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Edges")]
pub struct TimeRange {
    start: Timestamp,
    end: Timestamp,
}

/// Why a time, duration or range was refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TimeError {
    /// Not RFC 3339, or without an offset.
    #[error("'{text}' is not an RFC 3339 time with an offset, such as 2024-01-01T10:00:00Z")]
    Format {
        /// What was given (at most 64 characters of it).
        text: String,
    },
    /// Outside the years 1678 to 2261.
    #[error("the time is outside the years 1678 to 2261")]
    OutOfRange,
    /// A negative, infinite or NaN duration.
    #[error("a duration is a number of seconds, not negative; got {seconds}")]
    Duration {
        /// What was given.
        seconds: f64,
    },
    /// The range ends before it starts.
    #[error("the period ends before it starts")]
    Backwards,
}

impl Timestamp {
    /// The earliest moment attnd can hold.
    pub const MIN: Self = Self(-9_214_560_000 * NS_PER_S);
    /// The latest moment attnd can hold.
    pub const MAX: Self = Self(9_214_646_400 * NS_PER_S);

    /// From nanoseconds since the Unix epoch.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] beyond [`Self::MIN`] and [`Self::MAX`].
    pub fn from_ns(ns: i64) -> Result<Self, TimeError> {
        if !(Self::MIN.0..=Self::MAX.0).contains(&ns) {
            return Err(TimeError::OutOfRange);
        }
        Ok(Self(ns))
    }

    /// From nanoseconds since the epoch, moved to the nearest moment attnd can hold.
    #[must_use]
    pub const fn from_ns_saturating(ns: i64) -> Self {
        if ns < Self::MIN.0 {
            Self::MIN
        } else if ns > Self::MAX.0 {
            Self::MAX
        } else {
            Self(ns)
        }
    }

    /// Parses RFC 3339 with any offset.
    ///
    /// # Errors
    /// [`TimeError::Format`] or [`TimeError::OutOfRange`].
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let moment: jiff::Timestamp =
            text.trim().parse().map_err(|_| TimeError::Format { text: text.chars().take(64).collect() })?;
        Self::from_jiff(moment)
    }

    /// From the calendar library's moment.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] beyond [`Self::MIN`] and [`Self::MAX`].
    pub fn from_jiff(moment: jiff::Timestamp) -> Result<Self, TimeError> {
        i64::try_from(moment.as_nanosecond()).map_err(|_| TimeError::OutOfRange).and_then(Self::from_ns)
    }

    /// As the calendar library's moment, for local dates and time zones.
    #[must_use]
    pub fn jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_nanosecond(i128::from(self.0))
            .expect("invariant: attnd's range lies within jiff's")
    }

    /// Nanoseconds since the Unix epoch.
    #[must_use]
    pub const fn ns(self) -> i64 {
        self.0
    }

    /// The moment `duration` later, at most [`Self::MAX`].
    #[must_use]
    pub const fn saturating_add(self, duration: Duration) -> Self {
        Self::from_ns_saturating(self.0.saturating_add(duration.0))
    }

    /// The moment `duration` earlier, at least [`Self::MIN`].
    #[must_use]
    pub const fn saturating_sub(self, duration: Duration) -> Self {
        Self::from_ns_saturating(self.0.saturating_sub(duration.0))
    }

    /// Time since `earlier`; zero if that is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        let ns = self.0.saturating_sub(earlier.0);
        Duration(if ns < 0 { 0 } else { ns })
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.jiff().fmt(f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// The longest length of time between two moments attnd can hold.
    pub const MAX: Self = Self(i64::MAX);

    /// From whole seconds.
    #[must_use]
    pub const fn from_s(seconds: u32) -> Self {
        Self(seconds as i64 * NS_PER_S)
    }

    /// From nanoseconds; negative becomes zero.
    #[must_use]
    pub const fn from_ns(ns: i64) -> Self {
        Self(if ns < 0 { 0 } else { ns })
    }

    /// From a number of seconds, rounded to the nanosecond.
    ///
    /// # Errors
    /// [`TimeError::Duration`] when negative, NaN or infinite; [`TimeError::OutOfRange`] when it
    /// is longer than attnd's years.
    pub fn from_s_f64(seconds: f64) -> Result<Self, TimeError> {
        if !seconds.is_finite() || seconds < 0.0 {
            return Err(TimeError::Duration { seconds });
        }
        let ns = (seconds * NS_PER_S as f64).round();
        if ns > i64::MAX as f64 / 2.0 {
            return Err(TimeError::OutOfRange);
        }
        Ok(Self(ns as i64))
    }

    /// Nanoseconds.
    #[must_use]
    pub const fn ns(self) -> i64 {
        self.0
    }

    /// Seconds.
    #[must_use]
    pub fn as_s_f64(self) -> f64 {
        self.0 as f64 / NS_PER_S as f64
    }

    /// Both together, at most [`Self::MAX`].
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Whether it is no time at all.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl std::iter::Sum for Duration {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Self::saturating_add)
    }
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_s_f64())
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_s_f64(f64::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A range as it is written, not yet known to run forwards.
#[derive(Deserialize)]
struct Edges {
    start: Timestamp,
    end: Timestamp,
}

impl TryFrom<Edges> for TimeRange {
    type Error = TimeError;

    fn try_from(Edges { start, end }: Edges) -> Result<Self, TimeError> {
        Self::new(start, end)
    }
}

impl TimeRange {
    /// All the time attnd can hold.
    pub const ALL: Self = Self { start: Timestamp::MIN, end: Timestamp::MAX };

    /// The stretch from `start` to `end`.
    ///
    /// # Errors
    /// [`TimeError::Backwards`] when `end` is before `start`.
    pub fn new(start: Timestamp, end: Timestamp) -> Result<Self, TimeError> {
        if end < start {
            return Err(TimeError::Backwards);
        }
        Ok(Self { start, end })
    }

    /// The stretch of `duration` from `start`.
    #[must_use]
    pub const fn from(start: Timestamp, duration: Duration) -> Self {
        Self { start, end: start.saturating_add(duration) }
    }

    /// Parses `<start>/<end>`, both RFC 3339, as in ActivityWatch's `timeperiods`.
    ///
    /// # Errors
    /// [`TimeError`] when either is not a time, or they are the wrong way round.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let (start, end) = text
            .split_once('/')
            .ok_or_else(|| TimeError::Format { text: text.chars().take(64).collect() })?;
        Self::new(Timestamp::parse(start)?, Timestamp::parse(end)?)
    }

    /// Its first moment.
    #[must_use]
    pub const fn start(self) -> Timestamp {
        self.start
    }

    /// The moment after its last.
    #[must_use]
    pub const fn end(self) -> Timestamp {
        self.end
    }

    /// How long it is.
    #[must_use]
    pub const fn duration(self) -> Duration {
        self.end.since(self.start)
    }

    /// The part both share, if they touch at all.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end)).ok()
    }

    /// The range with `margin` more on both sides.
    #[must_use]
    pub const fn widened(self, margin: Duration) -> Self {
        Self { start: self.start.saturating_sub(margin), end: self.end.saturating_add(margin) }
    }

    /// Whether `moment` lies in it.
    #[must_use]
    pub fn contains(self, moment: Timestamp) -> bool {
        self.start <= moment && moment < self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_offset_in_utc_out() {
        let moment = Timestamp::parse("2024-01-01T12:00:00.5+02:00").unwrap();
        assert_eq!(moment.to_string(), "2024-01-01T10:00:00.5Z");
    }

    #[test]
    fn times_without_zone_or_out_of_range_are_refused() {
        for bad in [
            "2024-01-01T10:00:00",
            "2024-01-01",
            "yesterday",
            "",
            "9999-01-01T00:00:00Z",
            "0001-01-01T00:00:00Z",
        ] {
            assert!(Timestamp::parse(bad).is_err(), "{bad}");
        }
        assert!(Timestamp::from_jiff(Timestamp::MIN.jiff()).is_ok());
        assert_eq!(Timestamp::MIN.to_string(), "1678-01-01T00:00:00Z");
        assert_eq!(Timestamp::MAX.to_string(), "2262-01-01T00:00:00Z");
    }

    #[test]
    fn durations_are_finite_and_not_negative() {
        for bad in [-0.1, f64::NAN, f64::INFINITY, 1e300] {
            assert!(Duration::from_s_f64(bad).is_err(), "{bad}");
        }
        assert_eq!(Duration::from_s_f64(5.123).unwrap().ns(), 5_123_000_000);
    }

    #[test]
    fn ranges_run_forwards() {
        let parsed = TimeRange::parse("2024-01-01T00:00:00Z/2024-01-02T00:00:00+00:00").unwrap();
        assert_eq!(parsed.duration(), Duration::from_s(86_400));
        assert_eq!(TimeRange::parse("2024-01-02T00:00:00Z/2024-01-01T00:00:00Z"), Err(TimeError::Backwards));
    }
}
