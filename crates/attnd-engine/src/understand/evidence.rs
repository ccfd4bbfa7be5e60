//! What was known of a moment? Features of the flow and of input, from stored events that lay before it.
//!
//! They are made day by day, each from four in the morning and the hour before, so that a moment's features do not depend
//! on what else is asked for.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use attnd_core::store::{EventQuery, Store};
use attnd_core::{BucketType, Duration, PersonId, Problem, TimeRange, Timestamp};
use attnd_model::{Evidence, Feature};
use attnd_sense::category::CategoryRules;
use attnd_sense::feature::flow::{FlowWindows, InputCount, columns};
use attnd_sense::track::Track;
use jiff::ToSpan;
use jiff::civil::time;
use jiff::tz::TimeZone;

use super::{Moment, Source, SourceConsent, SourceUse};
use crate::{Engine, read};

/// Features look back so far, besides the day's start.
pub(crate) const LOOK_BACK: Duration = Duration::from_s(3_600);

/// What is sensed of input, before the window's length: everything else is of the flow or of the time.
const OF_INPUT: [&str; 8] = [
    "input_missing_",
    "keys_per_min_",
    "clicks_per_min_",
    "pointer_per_min_",
    "scroll_per_min_",
    "still_",
    "key_burstiness_",
    "key_pauses_per_h_",
];
/// What the clock says.
const OF_TIME: [&str; 4] = ["hour_sin", "hour_cos", "weekday_sin", "weekday_cos"];

/// The columns of live evidence.
pub(crate) static COLUMNS: LazyLock<Vec<Feature>> = LazyLock::new(|| {
    let feature =
        |column: attnd_sense::feature::FeatureDescription| Feature { name: column.name, unit: column.unit };
    columns().into_iter().map(feature).collect()
});

/// Their names.
pub(crate) static NAMES: LazyLock<Arc<[String]>> =
    LazyLock::new(|| COLUMNS.iter().map(|column| column.name.clone()).collect());

/// What one column is made from; `None` for the time.
pub(crate) fn source_of(name: &str) -> Option<Source> {
    if OF_INPUT.iter().any(|of_input| name.starts_with(of_input)) {
        Some(Source::Input)
    } else if OF_TIME.contains(&name) {
        None
    } else {
        Some(Source::Flow)
    }
}

/// What was decided about a source.
pub(crate) fn decided(consents: &[SourceConsent], source: Source) -> SourceUse {
    consents
        .iter()
        .find(|consent| consent.source == source)
        .map_or(SourceUse::Undecided, |consent| consent.decided)
}

/// What was sensed of a day, as far as it is looked at.
pub(crate) struct Sensed {
    track: Track,
    input: Vec<InputCount>,
    rules: Arc<CategoryRules>,
    zone: TimeZone,
}

impl Engine {
    /// What is needed for moments within `day`, which [`days`] made.
    pub(crate) fn sensed_of_day(
        &self,
        store: &dyn Store,
        person: PersonId,
        day: &DayPart,
        consents: &[SourceConsent],
        zone: &TimeZone,
    ) -> Result<Sensed, Problem> {
        let rules = self.category_rules(person);
        let seen = TimeRange::from(
            day.begins.saturating_sub(LOOK_BACK),
            day.part.end().since(day.begins.saturating_sub(LOOK_BACK)),
        );
        let track = if decided(consents, Source::Flow) == SourceUse::Withdrawn {
            Track::default()
        } else {
            self.track(store, person, &rules, seen)?
        };
        let mut input = Vec::new();
        if decided(consents, Source::Input) != SourceUse::Withdrawn {
            let looked_at = day.part.widened(LOOK_BACK).intersection(seen).unwrap_or(day.part);
            for bucket in
                store.buckets(person)?.iter().filter(|bucket| bucket.kind.as_str() == BucketType::INPUT)
            {
                let events = read::collect(store, person, &bucket.id, EventQuery::range(looked_at))?;
                input.extend(events.iter().filter_map(InputCount::of_event));
            }
        }
        Ok(Sensed { track, input, rules, zone: zone.clone() })
    }
}

impl Sensed {
    /// The visits.
    pub(crate) const fn track(&self) -> &Track {
        &self.track
    }

    /// Ready to be asked for moments.
    pub(crate) fn windows(&self) -> FlowWindows<'_> {
        FlowWindows::new(&self.track, &self.input, &|path: &[String]| self.rules.bearing(path), &self.zone)
    }
}

/// A day from four in the morning, and the part of it that is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DayPart {
    pub(crate) begins: Timestamp,
    pub(crate) part: TimeRange,
}

impl DayPart {
    /// Whether it is all of its day.
    pub(crate) fn is_whole(&self, zone: &TimeZone) -> bool {
        let next = TimeRange::from(self.begins, Duration::from_s(30 * 3_600));
        self.part.start() == self.begins
            && days(next, zone).first().is_some_and(|day| day.part.end() == self.part.end())
    }
}

/// The days that touch `range`, oldest first.
pub(crate) fn days(range: TimeRange, zone: &TimeZone) -> Vec<DayPart> {
    let four = |moment: Timestamp, later: i64| -> Option<Timestamp> {
        let date = moment.jiff().to_zoned(zone.clone()).datetime().checked_sub(4.hours()).ok()?.date();
        let start =
            date.checked_add(later.days()).ok()?.to_datetime(time(4, 0, 0, 0)).to_zoned(zone.clone()).ok()?;
        Timestamp::from_jiff(start.timestamp()).ok()
    };
    let mut days = Vec::new();
    let mut from = range.start();
    while from < range.end() {
        let begins = four(from, 0).unwrap_or(Timestamp::MIN).min(from);
        let ends = four(from, 1).filter(|ends| *ends > from).unwrap_or(Timestamp::MAX).min(range.end());
        days.push(DayPart { begins, part: TimeRange::from(from, ends.since(from)) });
        from = ends;
    }
    days
}

/// The local hour of the day, 0 to 24.
pub(crate) fn hour_of(moment: Timestamp, zone: &TimeZone) -> f64 {
    let local = moment.jiff().to_zoned(zone.clone());
    f64::from(local.hour()) + f64::from(local.minute()) / 60.0
}

impl Moment {
    /// What was known at `at`, in the order of [`COLUMNS`].
    pub(crate) fn new(at: Timestamp, values: &[f64], zone: &TimeZone) -> Self {
        let known = NAMES.iter().zip(values).filter(|(_, value)| value.is_finite());
        let features: BTreeMap<String, f64> = known.map(|(name, value)| (name.clone(), *value)).collect();
        Self { at, hour_h: hour_of(at, zone), features }
    }

    /// As a model reads it, without what the person withdrew.
    pub(crate) fn evidence(&self, consents: &[SourceConsent]) -> Evidence {
        let may = |name: &str| {
            source_of(name).is_none_or(|source| decided(consents, source) != SourceUse::Withdrawn)
        };
        let value =
            |name: &String| self.features.get(name).copied().filter(|_| may(name)).unwrap_or(f64::NAN);
        evidence_of(self.at, NAMES.iter().map(value).collect())
    }
}

/// Which columns may get weights of the person's own: those of sources they agreed to learn from, and the time.
pub(crate) fn may_learn(consents: &[SourceConsent]) -> Arc<[bool]> {
    let may =
        |name: &String| source_of(name).is_none_or(|source| decided(consents, source) == SourceUse::Given);
    NAMES.iter().map(may).collect()
}

/// Evidence of a moment from its features.
pub(crate) fn evidence_of(at: Timestamp, features: Vec<f64>) -> Evidence {
    let from = at.saturating_sub(LOOK_BACK);
    Evidence { from, at, features, contexts: Vec::new(), signals: None }
}
