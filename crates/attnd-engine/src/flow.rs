//! Where did attention go? A day from its events; months and years from sums that are kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use attnd_core::rollup::{Hour, RollupRow};
use attnd_core::store::Store;
use attnd_core::{
    Bucket, BucketId, BucketType, Duration, ErrorCode, PersonId, Problem, TimeRange, Timestamp,
};
use attnd_sense::category::CategoryRules;
use attnd_sense::flow::{Flow, Span};
use attnd_sense::measure::{MeasureConfig, Measures, Period, StateRun};
use attnd_sense::track::Track;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::Engine;
use crate::hours::flow_of;
use crate::period::steps;

pub use crate::period::{By, local_day, local_month, local_week, local_year};

/// The time one application had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Its name.
    pub name: String,
    /// Active time in it, in seconds.
    pub active: Duration,
}

/// The time one category had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CategoryShare {
    /// Path, outermost first.
    pub path: Vec<String>,
    /// Active time in it, in seconds; not that of the categories below it.
    pub active: Duration,
}

/// One stretch of attention on one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DaySpan {
    /// When.
    pub range: TimeRange,
    /// The application in front.
    pub application: String,
    /// Its window's title, as kept after redaction.
    pub title: String,
    /// Category path.
    pub category: Arc<[String]>,
    /// The site, in a browser.
    pub domain: Option<String>,
}

/// A source, and when it last said something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSeen {
    /// The bucket.
    pub bucket: BucketId,
    /// What it senses.
    pub kind: BucketType,
    /// The end of its latest event; `None` while it has none.
    pub last_seen: Option<Timestamp>,
}

/// One local day.
#[derive(Clone, Debug, PartialEq)]
pub struct Day {
    /// Which.
    pub date: Date,
    /// Its 23, 24 or 25 hours.
    pub range: TimeRange,
    /// Time at the computer.
    pub active: Duration,
    /// What it went to, most first.
    pub applications: Vec<Share>,
    /// By category, most first.
    pub categories: Vec<CategoryShare>,
    /// In order, without overlap.
    pub spans: Vec<DaySpan>,
    /// The longest stretch on one application.
    pub longest: Option<DaySpan>,
    /// How attention went.
    pub measures: Measures,
    /// How each moment was spent, in order.
    pub states: Vec<StateRun>,
    /// What is in front now; `None` on other days, and when nothing was sensed for two minutes.
    pub now: Option<DaySpan>,
    /// The sources attnd knows.
    pub sources: Vec<SourceSeen>,
    /// Whether any of it is simulated, the sources included.
    pub simulated: bool,
}

/// The time a period's activities had, whole and step by step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowReport {
    /// The period.
    pub range: TimeRange,
    /// Time at the computer.
    pub active: Duration,
    /// What it went to, most first.
    pub applications: Vec<Share>,
    /// By category, most first.
    pub categories: Vec<CategoryShare>,
    /// In order; steps with nothing in them too.
    pub steps: Vec<FlowStep>,
    /// Whether any of it is simulated.
    pub simulated: bool,
}

/// One step of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowStep {
    /// When.
    pub range: TimeRange,
    /// Time at the computer.
    pub active: Duration,
    /// By category, most first.
    pub categories: Vec<CategoryShare>,
}

impl Engine {
    /// Nothing sensed for so long means that nothing is in front now.
    const FRESH: Duration = Duration::from_s(120);
    /// Gaps up to this are the watcher's pulse, not a change of attention.
    const JOIN: Duration = Duration::from_s(2);

    /// One local day, from its events.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidTime`] for a date out of range; [`Problem`] of the store.
    pub async fn day(
        self: &Arc<Self>,
        person: PersonId,
        date: Date,
        zone: &TimeZone,
    ) -> Result<Day, Problem> {
        let range = local_day(date, zone)?;
        let rules = self.category_rules(person);
        let now = self.clock.now();
        self.reading(move |store| {
            let buckets = store.buckets(person)?;
            let flow = flow_of(store, person, &buckets, &rules, range)?;
            Ok(day_of(date, range, &flow, &buckets, &rules, now))
        })
        .await
    }

    /// A period of any length, from sums.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidTime`] for more than ten thousand steps; [`Problem`] of the store.
    pub async fn flow_report(
        self: &Arc<Self>,
        person: PersonId,
        range: TimeRange,
        zone: &TimeZone,
        by: By,
    ) -> Result<FlowReport, Problem> {
        let range = self.sensed(person, range).await?;
        let steps = steps(range, zone, by)?;
        let engine = Arc::clone(self);
        self.reading(move |store| {
            let simulated = store.buckets(person)?.iter().any(is_simulated);
            let sums = engine.sums(store, person, range, &steps)?;
            Ok(report(range, steps, &sums, simulated))
        })
        .await
    }

    /// The part of `range` in which anything was sensed; a report of all time starts there.
    pub(crate) async fn sensed(
        self: &Arc<Self>,
        person: PersonId,
        range: TimeRange,
    ) -> Result<TimeRange, Problem> {
        if range != TimeRange::ALL {
            return Ok(range);
        }
        let extents = self.buckets(person).await?.into_iter().filter_map(|bucket| bucket.extent);
        let whole = extents.reduce(|all, extent| all.including(extent.start, extent.end));
        let now = self.clock.now();
        let (start, end) = whole.map_or((now, now), |extent| (extent.start, extent.end));
        TimeRange::new(start, end).map_err(|error| Problem::new(ErrorCode::InvalidTime, error.to_string()))
    }

    /// Sums of a range: whole hours as they are kept; hours that the range's ends or a step's border
    /// cut (half past, in India), from their tracks.
    fn sums(
        &self,
        store: &dyn Store,
        person: PersonId,
        range: TimeRange,
        steps: &[TimeRange],
    ) -> Result<Vec<Sum>, Problem> {
        let rules = self.category_rules(person);
        let cut: BTreeSet<Hour> = steps
            .iter()
            .flat_map(|step| [step.start(), step.end()])
            .filter(|border| Hour::of(*border).range().start() != *border)
            .map(Hour::of)
            .collect();
        let rows = self.hour_sums(store, person, &rules, range)?;
        let whole = rows.into_iter().filter(|row| !cut.contains(&row.hour));
        let mut sums: Vec<_> = whole.map(|row| Sum { start: row.hour.range().start(), row }).collect();
        for hour in cut {
            let track = self.track(store, person, &rules, hour.range())?;
            let touched = steps.partition_point(|step| step.end() <= hour.range().start());
            let parts = steps[touched..].iter().map_while(|step| hour.range().intersection(*step));
            for part in parts {
                sums.extend(track.visits_within(part).map(|visit| Sum {
                    start: part.start(),
                    row: RollupRow {
                        hour,
                        category: track.category(&visit).to_vec(),
                        application: track.application(&visit).to_string(),
                        active: visit.range.duration(),
                    },
                }));
            }
        }
        Ok(sums)
    }
}

/// A sum, and the moment the part of its hour begins that it is about.
struct Sum {
    start: Timestamp,
    row: RollupRow,
}

fn day_of(
    date: Date,
    range: TimeRange,
    flow: &Flow,
    buckets: &[Bucket],
    rules: &CategoryRules,
    now: Timestamp,
) -> Day {
    let track = Track::of_flow(flow);
    let config = MeasureConfig::default();
    let period = Period::new(&track, range, &|path| rules.bearing(path), &config);
    let spans = display_spans(&flow.spans);
    let latest =
        spans.last().filter(|span| range.contains(now) && now.since(span.range.end()) <= Engine::FRESH);
    let sources = buckets.iter().map(|bucket| SourceSeen {
        bucket: bucket.id.clone(),
        kind: bucket.kind.clone(),
        last_seen: bucket.extent.map(|extent| extent.end),
    });
    Day {
        date,
        range,
        active: flow.spans.iter().map(|span| span.range.duration()).sum(),
        applications: applications(
            flow.spans.iter().map(|span| (span.application.as_ref(), span.range.duration())),
        ),
        categories: categories(flow.spans.iter().map(|span| (&*span.category, span.range.duration()))),
        longest: longest(&spans),
        states: period.states(),
        measures: period.measures(None),
        now: latest.cloned(),
        sources: sources.collect(),
        simulated: buckets.iter().any(is_simulated),
        spans,
    }
}

/// Whether a bucket says that its events are made up.
pub(crate) fn is_simulated(bucket: &Bucket) -> bool {
    bucket.data.fields().get("simulated").and_then(serde_json::Value::as_bool) == Some(true)
}

/// Joins what only the watcher's pulse keeps apart.
fn display_spans(spans: &[Span]) -> Vec<DaySpan> {
    let mut joined: Vec<DaySpan> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if continues(last, span) => last.range = join(last.range, span.range),
            _ => joined.push(DaySpan {
                range: span.range,
                application: span.application.to_string(),
                title: span.title.to_string(),
                category: Arc::clone(&span.category),
                domain: span.url_domain.as_ref().map(ToString::to_string),
            }),
        }
    }
    joined
}

fn continues(last: &DaySpan, span: &Span) -> bool {
    last.application == *span.application
        && last.title == *span.title
        && last.category == span.category
        && last.domain.as_deref() == span.url_domain.as_deref()
        && span.range.start().since(last.range.end()) <= Engine::JOIN
}

fn join(first: TimeRange, second: TimeRange) -> TimeRange {
    TimeRange::from(first.start(), second.end().since(first.start()))
}

/// The longest stretch on one application, whatever its titles.
fn longest(spans: &[DaySpan]) -> Option<DaySpan> {
    let mut stretches: Vec<DaySpan> = Vec::new();
    for span in spans {
        match stretches.last_mut() {
            Some(last)
                if last.application == span.application
                    && span.range.start().since(last.range.end()) <= Engine::JOIN =>
            {
                last.range = join(last.range, span.range);
            }
            _ => stretches.push(span.clone()),
        }
    }
    stretches.into_iter().max_by_key(|span| span.range.duration())
}

fn applications<'a>(parts: impl Iterator<Item = (&'a str, Duration)>) -> Vec<Share> {
    most_first(parts).into_iter().map(|(name, active)| Share { name: name.to_owned(), active }).collect()
}

fn categories<'a>(parts: impl Iterator<Item = (&'a [String], Duration)>) -> Vec<CategoryShare> {
    most_first(parts)
        .into_iter()
        .map(|(path, active)| CategoryShare { path: path.to_vec(), active })
        .collect()
}

fn most_first<K: Ord + Copy>(parts: impl Iterator<Item = (K, Duration)>) -> Vec<(K, Duration)> {
    let mut sums: BTreeMap<K, Duration> = BTreeMap::new();
    for (key, active) in parts {
        let sum = sums.entry(key).or_default();
        *sum = sum.saturating_add(active);
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    sums
}

fn report(range: TimeRange, steps: Vec<TimeRange>, sums: &[Sum], simulated: bool) -> FlowReport {
    let mut by_step: Vec<Vec<&RollupRow>> = vec![Vec::new(); steps.len()];
    for sum in sums {
        let step = steps.partition_point(|step| step.start() <= sum.start).saturating_sub(1);
        if let Some(rows) = by_step.get_mut(step) {
            rows.push(&sum.row);
        }
    }
    let steps = steps.into_iter().zip(&by_step).map(|(range, rows)| FlowStep {
        range,
        active: rows.iter().map(|row| row.active).sum(),
        categories: categories(rows.iter().map(|row| (&*row.category, row.active))),
    });
    let rows = || sums.iter().map(|sum| &sum.row);
    FlowReport {
        range,
        active: rows().map(|row| row.active).sum(),
        applications: applications(rows().map(|row| (row.application.as_str(), row.active))),
        categories: categories(rows().map(|row| (&*row.category, row.active))),
        steps: steps.collect(),
        simulated,
    }
}
