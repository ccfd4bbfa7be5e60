//! What was each minute like? Estimates of the minutes somebody was there.

use std::sync::Arc;

use attnd_core::{Duration, ErrorCode, PersonId, Problem, TimeRange, Timestamp};
use jiff::tz::TimeZone;

use super::{AspectMean, Estimate, EstimateMean, Grounds, Understood, WhyUnknown};
use crate::Engine;

/// The grain of estimates.
pub(crate) const MINUTE: Duration = Duration::from_s(60);

/// The longest range of single minutes: eight days, so that a week over a change of clocks fits.
const LONGEST: Duration = Duration::from_s(8 * 86_400);

impl Engine {
    /// Each minute of `range` in which the person was active, in order; at most eight days.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidTime`] for a longer range; [`Problem`] of the store.
    pub async fn estimates(
        self: &Arc<Self>,
        person: PersonId,
        range: TimeRange,
        zone: &TimeZone,
    ) -> Result<Vec<Estimate>, Problem> {
        let _ = zone;
        if range.duration() > LONGEST {
            return Err(Problem::new(
                ErrorCode::InvalidTime,
                "estimates minute by minute are of at most eight days",
            ));
        }
        let engine = Arc::clone(self);
        self.reading(move |store| {
            let rules = engine.category_rules(person);
            let track = engine.track(store, person, &rules, range)?;
            let unknown = Understood::Unknown(WhyUnknown::TooFewAnswers { missing: 1 });
            Ok(minutes(range)
                .filter(|minute| track.visits_within(*minute).next().is_some())
                .map(|at| Estimate { at, focus: unknown, load: unknown })
                .collect())
        })
        .await
    }

    /// The means of each of `steps`, which are in order and do not overlap.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn estimate_means(
        self: &Arc<Self>,
        person: PersonId,
        steps: Vec<TimeRange>,
        zone: &TimeZone,
    ) -> Result<Vec<EstimateMean>, Problem> {
        let mut means = Vec::with_capacity(steps.len());
        for range in steps {
            let mut mean = EstimateMean { range, focus: AspectMean::default(), load: AspectMean::default() };
            for part in parts(range) {
                for estimate in self.estimates(person, part, zone).await? {
                    mean.focus.add(&estimate.focus);
                    mean.load.add(&estimate.load);
                }
            }
            means.push(mean);
        }
        Ok(means)
    }

    /// Why the estimates of `range` came out as they did, for each aspect that has any; at most eight days.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidTime`] for a longer range; [`Problem`] of the store.
    pub async fn grounds(
        self: &Arc<Self>,
        person: PersonId,
        range: TimeRange,
        zone: &TimeZone,
    ) -> Result<Vec<Grounds>, Problem> {
        self.estimates(person, range, zone).await.map(|_| Vec::new())
    }
}

impl AspectMean {
    /// One more minute.
    fn add(&mut self, minute: &Understood) {
        let Understood::Known { yes, low, high, .. } = *minute else {
            self.unknown = self.unknown.saturating_add(MINUTE);
            return;
        };
        let before = self.known.as_s_f64();
        let mean = |mean: Option<f64>, next: f64| {
            let minute = MINUTE.as_s_f64();
            Some((mean.unwrap_or(0.0) * before + next * minute) / (before + minute))
        };
        self.yes = mean(self.yes, yes);
        self.low = mean(self.low, low);
        self.high = mean(self.high, high);
        self.known = self.known.saturating_add(MINUTE);
        let likely = self.known.as_s_f64() * self.yes.unwrap_or(0.0);
        self.likely = Duration::from_s_f64(likely).unwrap_or_default();
    }
}

/// `range` in parts that [`Engine::estimates`] takes.
fn parts(range: TimeRange) -> impl Iterator<Item = TimeRange> {
    let mut rest = range;
    std::iter::from_fn(move || {
        let part = TimeRange::from(rest.start(), rest.duration().min(LONGEST));
        rest = TimeRange::new(part.end(), rest.end()).ok()?;
        (!part.duration().is_zero()).then_some(part)
    })
}

/// The whole minutes (UTC) that touch `range`.
pub(crate) fn minutes(range: TimeRange) -> impl Iterator<Item = TimeRange> {
    let first = range.start().ns().div_euclid(MINUTE.ns());
    let last = range.end().ns().saturating_sub(1).div_euclid(MINUTE.ns());
    (first..=last).map(|minute| TimeRange::from(Timestamp::from_ns_saturating(minute * MINUTE.ns()), MINUTE))
}
