//! How was a longer time, step by step? Means of estimates, from quarters of an hour that are remembered.
//!
//! ```text
//! minutes    [·|·|·|·|·|·|·|·|·|·|·|·|·|·|·]   estimated once
//! quarters   [                            ]   remembered while nothing before the last day changes
//! steps      [        hour, day, week …
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use attnd_core::rollup::RulesVersion;
use attnd_core::store::{Store, Write};
use attnd_core::{Duration, PersonId, Problem, TimeRange, Timestamp};
use jiff::tz::TimeZone;

use super::estimate::MINUTE;
use super::evidence::{DayPart, days};
use super::{AspectMean, EstimateMean, Understood};
use crate::Engine;

/// Every offset of a time zone in use is a multiple of it, so steps begin with one.
const QUARTER: Duration = Duration::from_s(15 * 60);

/// An event changes estimates for less than this after it: features look back to the day's start.
const REACH: Duration = Duration::from_s(26 * 3_600);

/// What remembered quarters depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dependencies {
    person: PersonId,
    lenses: String,
    rules: RulesVersion,
    zone: String,
    /// How often anything older than [`REACH`] changed.
    past_changes: u64,
}

/// Quarters in which somebody was there, by their start.
pub(crate) type Quarters = Arc<Vec<(Timestamp, AspectMean, AspectMean)>>;

/// Days estimated before.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    of: Option<Dependencies>,
    days: BTreeMap<Timestamp, Quarters>,
}

impl Engine {
    /// The means of each of `steps`, which are in order and do not overlap; a quarter of an hour belongs to the step it
    /// begins in.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn estimate_means(
        self: &Arc<Self>,
        person: PersonId,
        steps: Vec<TimeRange>,
        zone: &TimeZone,
    ) -> Result<Vec<EstimateMean>, Problem> {
        let (engine, zone) = (Arc::clone(self), zone.clone());
        self.reading(move |store| engine.means(store, person, &steps, &zone)).await
    }

    fn means(
        &self,
        store: &dyn Store,
        person: PersonId,
        steps: &[TimeRange],
        zone: &TimeZone,
    ) -> Result<Vec<EstimateMean>, Problem> {
        let empty = |range: &TimeRange| EstimateMean {
            range: *range,
            focus: AspectMean::default(),
            load: AspectMean::default(),
        };
        let mut means: Vec<EstimateMean> = steps.iter().map(empty).collect();
        let (Some(first), Some(last)) = (steps.first(), steps.last()) else { return Ok(means) };
        let whole = first.start()..last.end().min(self.clock.now());
        let sensed = store.buckets(person)?.into_iter().filter_map(|bucket| bucket.extent);
        let Some(sensed) = sensed.reduce(|all, extent| all.including(extent.start, extent.end)) else {
            return Ok(means);
        };
        let Ok(range) = TimeRange::new(whole.start.max(sensed.start), whole.end.min(sensed.end)) else {
            return Ok(means);
        };
        for day in days(range, zone) {
            for (start, focus, load) in self.quarters(store, person, &day, zone)?.iter() {
                let step = steps.partition_point(|step| step.end() <= *start);
                if let Some(mean) = means.get_mut(step).filter(|mean| mean.range.contains(*start)) {
                    mean.focus.join(focus);
                    mean.load.join(load);
                }
            }
        }
        Ok(means)
    }

    /// The quarters of a day's part; whole days that are long over are remembered.
    fn quarters(
        &self,
        store: &dyn Store,
        person: PersonId,
        day: &DayPart,
        zone: &TimeZone,
    ) -> Result<Quarters, Problem> {
        let dependencies = Dependencies {
            person,
            lenses: self.living.lenses(store, person)?.version(),
            rules: self.category_rules(person).version(),
            zone: zone.iana_name().map_or_else(|| format!("{zone:?}"), str::to_owned),
            past_changes: self.living.past_changes(),
        };
        let is_whole = day.is_whole(zone) && day.part.end().saturating_add(REACH) <= self.clock.now();
        if is_whole && let Some(quarters) = self.living.remembered(&dependencies, day.begins) {
            return Ok(quarters);
        }
        let mut quarters: Vec<(Timestamp, AspectMean, AspectMean)> = Vec::new();
        for estimate in self.minutes(store, person, day.part, zone)? {
            let start = Timestamp::from_ns_saturating(
                estimate.at.start().ns().div_euclid(QUARTER.ns()) * QUARTER.ns(),
            );
            if quarters.last().is_none_or(|(last, ..)| *last != start) {
                quarters.push((start, AspectMean::default(), AspectMean::default()));
            }
            if let Some((_, focus, load)) = quarters.last_mut() {
                focus.join(&AspectMean::of(&estimate.focus));
                load.join(&AspectMean::of(&estimate.load));
            }
        }
        let quarters = Arc::new(quarters);
        if is_whole {
            self.living.remember_day(dependencies, day.begins, &quarters);
        }
        Ok(quarters)
    }
}

impl Remembered {
    pub(crate) fn get(&self, dependencies: &Dependencies, day: Timestamp) -> Option<Quarters> {
        self.days.get(&day).filter(|_| self.of.as_ref() == Some(dependencies)).cloned()
    }

    pub(crate) fn put(&mut self, dependencies: Dependencies, day: Timestamp, quarters: &Quarters) {
        if self.of.as_ref() != Some(&dependencies) {
            *self = Self { of: Some(dependencies), days: BTreeMap::new() };
        }
        self.days.insert(day, Arc::clone(quarters));
    }
}

/// Whether a write changes what was sensed longer ago than [`REACH`].
pub(crate) fn touches_the_past(write: &Write, now: Timestamp) -> bool {
    let recent = now.saturating_sub(REACH);
    match write {
        Write::Insert { events, .. } | Write::Merge { events, .. } => {
            events.iter().any(|event| event.timestamp < recent)
        }
        Write::Heartbeat { event, .. } => event.timestamp < recent,
        Write::UpdateBucket(_)
        | Write::DeleteBucket(_)
        | Write::DeleteEvents { .. }
        | Write::EraseEvents { .. }
        | Write::ErasePerson => true,
        // A bucket for idle time changes what the hours before it count for.
        Write::CreateBucket { .. } => true,
        Write::PutSetting { .. }
        | Write::DeleteSetting(_)
        | Write::PutRecord(..)
        | Write::DeleteRecord(..)
        | Write::PutRollup { .. }
        | Write::Audit(_) => false,
    }
}

impl AspectMean {
    /// One minute.
    pub(crate) fn of(minute: &Understood) -> Self {
        match *minute {
            Understood::Unknown(_) => Self { unknown: MINUTE, ..Self::default() },
            Understood::Known { yes, low, high, .. } => Self {
                known: MINUTE,
                unknown: Duration::ZERO,
                likely: Duration::from_s_f64(MINUTE.as_s_f64() * yes).unwrap_or_default(),
                yes: Some(yes),
                low: Some(low),
                high: Some(high),
            },
        }
    }

    /// Together with another stretch.
    pub fn join(&mut self, other: &Self) {
        let (ours, theirs) = (self.known.as_s_f64(), other.known.as_s_f64());
        let mean = |ours_mean: Option<f64>, theirs_mean: Option<f64>| match (ours_mean, theirs_mean) {
            (Some(our), Some(their)) => Some((our * ours + their * theirs) / (ours + theirs)),
            (our, their) => our.or(their),
        };
        self.yes = mean(self.yes, other.yes);
        self.low = mean(self.low, other.low);
        self.high = mean(self.high, other.high);
        self.known = self.known.saturating_add(other.known);
        self.unknown = self.unknown.saturating_add(other.unknown);
        self.likely = self.likely.saturating_add(other.likely);
    }
}
