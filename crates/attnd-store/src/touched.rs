//! Which hours does a change touch? The stretch of hours whose sums it makes stale.

use attnd_core::rollup::{Hour, MARGIN};
use attnd_core::{TimeRange, Timestamp};

/// Hours from `first` to `last`, both touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HourSpan {
    pub(crate) first: Hour,
    pub(crate) last: Hour,
}

impl HourSpan {
    /// More hours than this are remembered as one span instead of one row each: an event of
    /// years would otherwise write thousands of rows.
    pub(crate) const MOST_SINGLE_HOURS: i32 = 1_000;

    /// The hours whose sums an event from `start` to `end` takes part in: those it lies in, and the
    /// next where it is so close that a gap between both may be closed.
    pub(crate) fn about(start: Timestamp, end: Timestamp) -> Self {
        Self::between(start.saturating_sub(MARGIN), end.saturating_add(MARGIN))
    }

    /// The hours of `[start, end)`; of a moment, the hour it lies in.
    fn between(start: Timestamp, end: Timestamp) -> Self {
        let first = Hour::of(start);
        if end <= start {
            return Self { first, last: first };
        }
        Self { first, last: Hour::of(Timestamp::from_ns_saturating(end.ns() - 1)) }
    }

    /// The hours that touch `range`.
    pub(crate) fn of(range: TimeRange) -> Self {
        Self::between(range.start(), range.end())
    }

    /// Whether it is too long for one row an hour.
    pub(crate) fn is_long(self) -> bool {
        self.last.0 - self.first.0 >= Self::MOST_SINGLE_HOURS
    }

    /// Its hours, ascending.
    pub(crate) fn hours(self) -> impl Iterator<Item = Hour> {
        (self.first.0..=self.last.0).map(Hour)
    }

    /// The hours both have.
    pub(crate) fn intersection(self, other: Self) -> Option<Self> {
        let shared = Self { first: self.first.max(other.first), last: self.last.min(other.last) };
        (shared.first <= shared.last).then_some(shared)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn an_event_at_the_edge_of_an_hour_is_about_the_next_too() {
        let span = HourSpan::about(at("2024-01-01T10:30:00Z"), at("2024-01-01T11:59:55Z"));
        assert_eq!(span.hours().count(), 3);
        let inside = HourSpan::about(at("2024-01-01T10:30:00Z"), at("2024-01-01T11:59:45Z"));
        assert_eq!(inside.hours().count(), 2);
    }

    #[test]
    fn an_event_that_ends_on_the_hour_does_not_touch_the_next() {
        let span = HourSpan::between(at("2024-01-01T10:30:00Z"), at("2024-01-01T12:00:00Z"));
        assert_eq!(span.hours().count(), 2);
        let moment = HourSpan::between(at("2024-01-01T12:00:00Z"), at("2024-01-01T12:00:00Z"));
        assert_eq!(moment.first, Hour::of(at("2024-01-01T12:59:59Z")));
        assert_eq!(moment.intersection(span), None);
    }
}
