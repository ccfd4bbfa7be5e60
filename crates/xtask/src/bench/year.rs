//! Which events are measured with? A simulated year in ActivityWatch's shapes, always the same.

use attnd_sense::simulate::{SimulateConfig, Simulation};
use jiff::civil;
use jiff::tz::TimeZone;
use serde_json::json;

use crate::process::Fault;

/// The person simulated.
pub(super) const SEED: u64 = 1;

/// Seconds in a day.
pub(super) const DAY_S: i64 = 86_400;

/// As many as the year that ActivityWatch's servers were measured with.
const YEAR_EVENTS: usize = 545_847;

/// One bucket's events, as the JSON that is sent.
pub(super) struct YearBucket {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) events: Vec<String>,
    /// When each event begins, in seconds since 1970.
    starts_s: Vec<i64>,
}

/// A year, or its last part.
pub(super) struct Year {
    pub(super) buckets: Vec<YearBucket>,
    /// Whole days from the first event to [`Self::end`].
    pub(super) days: i64,
    /// Midnight after the last event, UTC, in seconds since 1970.
    pub(super) end: i64,
}

impl Year {
    /// The last `days` of the year; of a whole year exactly [`YEAR_EVENTS`].
    pub(super) fn last(days: u16) -> Result<Self, Fault> {
        let simulation = Simulation::new(SimulateConfig {
            days: days.into(),
            seed: SEED,
            last_day: civil::date(2024, 12, 31),
            time_zone: TimeZone::UTC,
            hostname: "bench".to_owned(),
        });
        let buckets: Vec<YearBucket> = simulation
            .first_events(YEAR_EVENTS)
            .into_iter()
            .map(|(bucket, events)| YearBucket {
                id: bucket.id.to_string(),
                kind: bucket.kind.as_str().to_owned(),
                starts_s: events.iter().map(|event| event.timestamp.ns() / 1_000_000_000).collect(),
                events: events
                    .iter()
                    .map(|event| {
                        json!({"timestamp": event.timestamp, "duration": event.duration, "data": event.data})
                            .to_string()
                    })
                    .collect(),
            })
            .collect();
        let last_s = buckets.iter().filter_map(|bucket| bucket.starts_s.last()).max().copied();
        let last_s = last_s.ok_or_else(|| Fault("the simulation has no events".to_owned()))?;
        let year = Self { buckets, days: days.into(), end: last_s - last_s.rem_euclid(DAY_S) + DAY_S };
        if days == 365 && year.count() != YEAR_EVENTS {
            return Err(Fault(format!(
                "a simulated year has {} events, fewer than {YEAR_EVENTS}",
                year.count()
            )));
        }
        Ok(year)
    }

    /// How many events there are.
    pub(super) fn count(&self) -> usize {
        self.buckets.iter().map(|bucket| bucket.events.len()).sum()
    }

    /// The bucket of windows.
    pub(super) fn window(&self) -> &str {
        self.id_of("currentwindow")
    }

    /// The bucket of presence.
    pub(super) fn afk(&self) -> &str {
        self.id_of("afkstatus")
    }

    fn id_of(&self, kind: &str) -> &str {
        self.bucket_of(kind).map_or("", |bucket| bucket.id.as_str())
    }

    fn bucket_of(&self, kind: &str) -> Option<&YearBucket> {
        self.buckets.iter().find(|bucket| bucket.kind == kind)
    }

    /// Moments with work in them: within the first, the middle and the last of the window events.
    pub(super) fn places(&self) -> [(&'static str, i64); 3] {
        let starts = self.bucket_of("currentwindow").map_or(&[][..], |bucket| &bucket.starts_s);
        let at = |index: usize| starts.get(index).copied().unwrap_or_default();
        [("start", at(20)), ("middle", at(starts.len() / 2)), ("end", at(starts.len().saturating_sub(60)))]
    }
}

/// A moment as ActivityWatch's clients write it.
pub(super) fn text(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map(|moment| moment.to_string()).unwrap_or_default()
}

/// The day of a moment, in UTC.
pub(super) fn date(seconds: i64) -> String {
    text(seconds).split('T').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_has_the_count_that_others_were_measured_with() {
        let year = Year::last(365).unwrap();
        assert_eq!(year.count(), YEAR_EVENTS);
        assert!(year.window().starts_with("aw-watcher-window") && year.afk().starts_with("aw-watcher-afk"));
        let [start, middle, end] = year.places().map(|(_, moment)| moment);
        assert!(start < middle && middle < end && end < year.end);
        assert!(year.end - start <= 366 * DAY_S);
    }
}
