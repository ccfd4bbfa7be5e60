//! Where did the hours go? Sums kept per hour, category and application, and the hour's visits in
//! a few bytes, so that long views never rescan events.
//!
//! The engine computes an hour's rows and track from its events; the store keeps them together with the
//! *generation* of the hour they were computed from. Every change to an event gives the hours it
//! touches a new generation in the same transaction, so a row is never wrong in silence: an hour
//! whose generation moved on is stale and is computed again.

use crate::Duration;

/// How far an event reaches beyond its ends into the sums of its neighbours: short gaps between
/// events are closed, so a change this close to an hour's edge changes the next hour too.
pub const MARGIN: Duration = Duration::from_s(10);

/// Which category rules a sum was computed with: a digest of the rules, so equal rules share sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RulesVersion(pub i64);

/// Hours since 1970-01-01T00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hour(pub i32);

/// Changes with every write that touches the hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Generation(pub i64);

/// The time one category and application had in one hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollupRow {
    /// The hour.
    pub hour: Hour,
    /// Category path, outermost first: `["Work", "Programming"]`.
    pub category: Vec<String>,
    /// Application.
    pub application: String,
    /// Active time in it, at most an hour.
    pub active: Duration,
}

/// The sums and the track of one hour, as computed from the events of one generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HourRollup {
    /// The hour.
    pub hour: Hour,
    /// What the events were when they were read.
    pub generation: Generation,
    /// Its sums; empty when nothing was active. Each row's `hour` is this one.
    pub rows: Vec<RollupRow>,
    /// Its visits, one after the other, in the format of whoever computed them: the store keeps
    /// the bytes and does not look into them. Empty when nobody was there.
    pub track: Vec<u8>,
}

/// Sums of a range, and the hours in it whose sums must be computed again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RollupPage {
    /// Rows of hours that are up to date, by hour.
    pub rows: Vec<RollupRow>,
    /// Hours that changed since, or were never computed with these rules, ascending.
    pub stale: Vec<StaleHour>,
}

/// An hour to compute again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StaleHour {
    /// The hour.
    pub hour: Hour,
    /// Its generation in the same snapshot.
    pub generation: Generation,
}

impl Hour {
    const NS: i64 = 3_600 * crate::time::NS_PER_S;

    /// The hour `moment` lies in.
    #[must_use]
    pub fn of(moment: crate::Timestamp) -> Self {
        let hours = moment.ns().div_euclid(Self::NS);
        Self(i32::try_from(hours).expect("invariant: attnd's years have fewer than 2^31 hours"))
    }

    /// The time it covers.
    #[must_use]
    pub fn range(self) -> crate::TimeRange {
        let start = crate::Timestamp::from_ns_saturating(i64::from(self.0) * Self::NS);
        crate::TimeRange::from(start, Duration::from_ns(Self::NS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    #[test]
    fn hours_before_the_epoch_count_down() {
        assert_eq!(Hour::of(Timestamp::parse("1969-12-31T23:30:00Z").unwrap()), Hour(-1));
        assert_eq!(Hour(-1).range().start().to_string(), "1969-12-31T23:00:00Z");
        assert_eq!(
            Hour::of(Timestamp::parse("2024-01-01T00:00:00Z").unwrap()).range().start().to_string(),
            "2024-01-01T00:00:00Z"
        );
    }
}
