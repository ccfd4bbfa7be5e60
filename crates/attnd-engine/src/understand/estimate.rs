//! What was each minute like? Estimates of the minutes somebody was there.

use std::sync::{Arc, LazyLock};

use attnd_core::store::Store;
use attnd_core::{Duration, ErrorCode, PersonId, Problem, TimeRange, Timestamp};
use attnd_model::{Evidence, Reason};
use jiff::tz::TimeZone;

use super::evidence::{NAMES, days, evidence_of};
use super::lens::{Lens, may_estimate};
use super::{Aspect, Basis, Estimate, Grounds, Understood, WhyUnknown};
use crate::Engine;
use crate::pause::PauseSpan;

/// Of the last quarter of an hour somebody must have been there for so much: with less nothing can be told.
const LEAST_PRESENT: f64 = 1.0 / 3.0;

/// The column that says so.
static PRESENT: LazyLock<usize> = LazyLock::new(|| {
    NAMES
        .iter()
        .position(|name| name == "share_present_15min")
        .expect("invariant: features of the flow say how much of the last quarter somebody was there")
});

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
        if range.duration() > LONGEST {
            let detail = "estimates minute by minute are of at most eight days";
            return Err(Problem::new(ErrorCode::InvalidTime, detail));
        }
        let (engine, zone) = (Arc::clone(self), zone.clone());
        self.reading(move |store| engine.minutes(store, person, range, &zone)).await
    }

    /// [`Self::estimates`] of any range; blocks.
    pub(crate) fn minutes(
        &self,
        store: &dyn Store,
        person: PersonId,
        range: TimeRange,
        zone: &TimeZone,
    ) -> Result<Vec<Estimate>, Problem> {
        let lenses = self.living.lenses(store, person)?;
        let pauses: Vec<TimeRange> = self.gates.rules().pauses.iter().map(PauseSpan::range).collect();
        let mut estimates = Vec::new();
        for day in days(until(range, self.clock.now()), zone) {
            let sensed = self.sensed_of_day(store, person, &day, &lenses.consents, zone)?;
            let windows = sensed.windows();
            for minute in minutes(day.part) {
                if sensed.track().visits_within(minute).next().is_none() {
                    continue;
                }
                let is_paused =
                    pauses.iter().any(|pause| pause.start() < minute.end() && minute.start() < pause.end());
                let features = windows.at(minute.end());
                let seen = if is_paused {
                    Seen::Nothing(WhyUnknown::Paused)
                } else if !may_estimate(&lenses.consents) {
                    Seen::Nothing(WhyUnknown::NoConsent)
                } else if features[*PRESENT] < LEAST_PRESENT {
                    Seen::Nothing(WhyUnknown::TooLittleSensed)
                } else {
                    Seen::Something(evidence_of(minute.end(), features))
                };
                let [focus, load] = Aspect::ALL.map(|aspect| seen.through(lenses.of(aspect), minute));
                estimates.push(Estimate { at: minute, focus, load });
            }
        }
        Ok(estimates)
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
        if range.duration() > LONGEST {
            let detail = "reasons are of at most eight days";
            return Err(Problem::new(ErrorCode::InvalidTime, detail));
        }
        let (engine, zone) = (Arc::clone(self), zone.clone());
        self.reading(move |store| {
            let lenses = engine.living.lenses(store, person)?;
            let mut sums = Aspect::ALL.map(|aspect| GroundsSum::new(aspect, range));
            for day in days(until(range, engine.clock.now()), &zone) {
                let sensed = engine.sensed_of_day(store, person, &day, &lenses.consents, &zone)?;
                let windows = sensed.windows();
                for minute in
                    minutes(day.part).filter(|minute| sensed.track().visits_within(*minute).next().is_some())
                {
                    let evidence = evidence_of(minute.end(), windows.at(minute.end()));
                    if evidence.features[*PRESENT] >= LEAST_PRESENT && may_estimate(&lenses.consents) {
                        sums.iter_mut().for_each(|sum| sum.add(lenses.of(sum.grounds.aspect), &evidence));
                    }
                }
            }
            Ok(sums.into_iter().filter_map(GroundsSum::finish).collect())
        })
        .await
    }
}

/// What was seen of a minute.
enum Seen {
    /// Enough.
    Something(Evidence),
    /// Too little, or nothing that may be looked at.
    Nothing(WhyUnknown),
}

impl Seen {
    /// What it tells; what the person said themself counts more, and in any case.
    fn through(&self, lens: &Lens, minute: TimeRange) -> Understood {
        if let Some(yes) = lens.said_of(minute) {
            let yes = f64::from(u8::from(yes));
            return Understood::Known { yes, low: yes, high: yes, basis: Basis::Person };
        }
        match self {
            Self::Something(evidence) => lens.estimate(evidence),
            Self::Nothing(why) => Understood::Unknown(*why),
        }
    }
}

/// Reasons being added up.
struct GroundsSum {
    grounds: Grounds,
    /// For each reason, minutes with a value.
    valued: Vec<u32>,
}

impl GroundsSum {
    const fn new(aspect: Aspect, range: TimeRange) -> Self {
        Self { grounds: Grounds { aspect, range, minutes: 0, reasons: Vec::new() }, valued: Vec::new() }
    }

    fn add(&mut self, lens: &Lens, evidence: &Evidence) {
        let Some(reasons) = lens.reasons(evidence) else { return };
        self.grounds.minutes += 1;
        for reason in reasons {
            let place = self.grounds.reasons.iter().position(|known| known.name == reason.name);
            let place = place.unwrap_or_else(|| {
                self.grounds.reasons.push(Reason { value: None, effect: 0.0, ..reason.clone() });
                self.valued.push(0);
                self.valued.len() - 1
            });
            let sum = &mut self.grounds.reasons[place];
            sum.effect += reason.effect;
            if let Some(value) = reason.value.filter(|value| value.is_finite()) {
                sum.value = Some(sum.value.unwrap_or(0.0) + value);
                self.valued[place] += 1;
            }
        }
    }

    fn finish(mut self) -> Option<Grounds> {
        if self.grounds.minutes == 0 {
            return None;
        }
        for (reason, valued) in self.grounds.reasons.iter_mut().zip(&self.valued) {
            reason.effect /= f64::from(self.grounds.minutes);
            reason.value = reason.value.map(|sum| sum / f64::from(*valued));
        }
        self.grounds
            .reasons
            .sort_by(|a, b| b.effect.abs().total_cmp(&a.effect.abs()).then(a.name.cmp(&b.name)));
        Some(self.grounds)
    }
}

/// `range` as far as it is over.
fn until(range: TimeRange, now: Timestamp) -> TimeRange {
    TimeRange::new(range.start(), range.end().min(now))
        .unwrap_or(TimeRange::from(range.start(), Duration::ZERO))
}

/// The whole minutes (UTC) that touch `range`.
pub(crate) fn minutes(range: TimeRange) -> impl Iterator<Item = TimeRange> {
    let first = range.start().ns().div_euclid(MINUTE.ns());
    let last = range.end().ns().saturating_sub(1).div_euclid(MINUTE.ns());
    (first..=last).map(|minute| TimeRange::from(Timestamp::from_ns_saturating(minute * MINUTE.ns()), MINUTE))
}
