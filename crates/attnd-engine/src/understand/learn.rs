//! What does an answer change? What was known is kept with it, and the learners go on from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use attnd_core::record::RecordKind;
use attnd_core::store::{Store, Write};
use attnd_core::{Duration, PersonId, Problem, TimeRange, Timestamp};
use jiff::tz::TimeZone;

use super::answer::answers_of;
use super::evidence::{LOOK_BACK, days};
use super::{Aspect, Evident, Moment, Understanding, overview};
use crate::{Engine, Happening};

/// A correction is learnt from at moments this far apart ...
const APART: Duration = Duration::from_s(600);
/// ... and at most at so many: that is its weight beside one of a probe.
const MOST_MOMENTS: usize = 3;

impl Engine {
    /// Everything attnd knows of how it understands the person.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn understanding(self: &Arc<Self>, person: PersonId) -> Result<Understanding, Problem> {
        let engine = Arc::clone(self);
        self.reading(move |store| {
            let lenses = engine.living.lenses(store, person)?;
            Ok(overview::understanding(&lenses))
        })
        .await
    }

    /// What is known now of the time a probe was about: of its end.
    pub(crate) async fn evident_at(
        self: &Arc<Self>,
        person: PersonId,
        at: Timestamp,
        zone: &TimeZone,
    ) -> Result<Evident, Problem> {
        self.evident(person, vec![at], zone).await
    }

    /// What is known now of a stretch of time: of its end and up to two moments before, ten minutes apart.
    pub(crate) async fn evident_of(
        self: &Arc<Self>,
        person: PersonId,
        about: TimeRange,
        zone: &TimeZone,
    ) -> Result<Evident, Problem> {
        let mut moments = vec![about.end()];
        while let Some(earliest) = moments.last()
            && moments.len() < MOST_MOMENTS
            && earliest.saturating_sub(APART) > about.start()
        {
            moments.push(earliest.saturating_sub(APART));
        }
        moments.reverse();
        self.evident(person, moments, zone).await
    }

    async fn evident(
        self: &Arc<Self>,
        person: PersonId,
        moments: Vec<Timestamp>,
        zone: &TimeZone,
    ) -> Result<Evident, Problem> {
        let (engine, zone) = (Arc::clone(self), zone.clone());
        self.reading(move |store| {
            let moments: Result<Vec<Moment>, Problem> =
                moments.into_iter().map(|at| engine.moment(store, person, at, &zone)).collect();
            let moments = moments?;
            let lenses = engine.living.lenses(store, person)?;
            let mut estimated = BTreeMap::new();
            if let Some(evidence) = moments.last().map(|moment| moment.evidence(&lenses.consents)) {
                for aspect in Aspect::ALL {
                    if let Some(yes) = lenses.of(aspect).probability(&evidence) {
                        estimated.insert(aspect, yes);
                    }
                }
            }
            Ok(Evident { moments, estimated })
        })
        .await
    }

    /// What was known at a moment.
    fn moment(
        &self,
        store: &dyn Store,
        person: PersonId,
        at: Timestamp,
        zone: &TimeZone,
    ) -> Result<Moment, Problem> {
        let lenses = self.living.lenses(store, person)?;
        let just_before = TimeRange::from(at.saturating_sub(Duration::from_ns(1)), Duration::from_ns(1));
        match days(just_before, zone).last() {
            Some(day) => {
                let sensed = self.sensed_of_day(store, person, day, &lenses.consents, zone)?;
                Ok(Moment::new(at, &sensed.windows().at(at), zone))
            }
            None => Ok(Moment::new(at, &[], zone)),
        }
    }

    /// Learns from answers and decisions that changed: what was learnt goes on where it can and begins anew where it must.
    pub(crate) async fn learn_again(self: &Arc<Self>, person: PersonId) -> Result<(), Problem> {
        let engine = Arc::clone(self);
        self.reading(move |store| engine.living.reload(store, person).map(|_| ())).await?;
        self.tell(Happening::Answers { person });
        Ok(())
    }
}

/// Removes from answers what was known of moments that looked at any of `range`: what was made from erased events goes with
/// them. The answers themselves stay, and what was learnt is learnt anew without. Blocks.
pub(crate) fn forget_evidence(store: &dyn Store, person: PersonId, range: TimeRange) -> Result<(), Problem> {
    for mut answer in answers_of(store, person)? {
        let mut forgot = false;
        for moment in &mut answer.evident.moments {
            if moment.looked_at().intersection(range).is_some() && !moment.features.is_empty() {
                moment.features.clear();
                forgot = true;
            }
        }
        if forgot {
            answer.evident.estimated.clear();
            let record = crate::settings::record(answer.id.clone(), &answer)?;
            store.write(person, Write::PutRecord(RecordKind::Answer, record))?;
        }
    }
    Ok(())
}

impl Moment {
    /// From the start of its day, four in the morning, or the hour before, to it.
    fn looked_at(&self) -> TimeRange {
        let since_start_h = (self.hour_h - 4.0).rem_euclid(24.0) + 1.0;
        let back = Duration::from_s_f64(since_start_h * 3_600.0).unwrap_or_default().max(LOOK_BACK);
        TimeRange::from(self.at.saturating_sub(back), back)
    }
}
