//! Where did attention go? A day from its events; months and years from sums that are kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use attnd_core::rollup::{Hour, HourRollup, RollupRow, StaleHour};
use attnd_core::store::{EventQuery, Store, Write};
use attnd_core::{
    Bucket, BucketId, BucketType, Duration, ErrorCode, PersonId, Problem, TimeRange, Timestamp,
};
use attnd_sense::category::CategoryRules;
use attnd_sense::flow::{FLOW_MARGIN, Flow, FlowConfig, FlowInput, FlowSource, Span, flow};
use attnd_sense::track::Track;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::{Engine, read};

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
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// What is in front now; `None` on other days, and when nothing was sensed for two minutes.
    pub now: Option<DaySpan>,
    /// The sources attnd knows.
    pub sources: Vec<SourceSeen>,
    /// Whether any of it is simulated, the sources included.
    pub simulated: bool,
}

/// How long the steps of a report are, in local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// Hours.
    Hour,
    /// Days.
    Day,
    /// Weeks from Monday.
    Week,
    /// Calendar months.
    Month,
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
    /// Hours summed up in one go: bounds memory while a year is caught up.
    const HOURS_AT_ONCE: usize = 24 * 14;
    /// The finest report is refused beyond so many steps.
    const MAX_STEPS: usize = 10_000;

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
            Ok(day_of(date, range, &flow, &buckets, now))
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

    /// Computes every sum in `range` that is out of date.
    pub(crate) fn refresh_sums(&self, person: PersonId, range: TimeRange) -> Result<(), Problem> {
        let rules = self.category_rules(person);
        let page = self.store.rollup(person, rules.version(), range)?;
        let current = Hour::of(self.clock.now());
        // The hour that is running changes with every heartbeat: it is summed up when it is over,
        // and read from its events until then.
        let over: Vec<_> = page.stale.into_iter().filter(|stale| stale.hour != current).collect();
        for hours in over.chunks(Self::HOURS_AT_ONCE) {
            self.sum_hours(&*self.store, person, &rules, hours, Keep::InStore)?;
        }
        Ok(())
    }

    /// The part of `range` in which anything was sensed; a report of all time starts there.
    async fn sensed(self: &Arc<Self>, person: PersonId, range: TimeRange) -> Result<TimeRange, Problem> {
        if range != TimeRange::ALL {
            return Ok(range);
        }
        let extents = self.buckets(person).await?.into_iter().filter_map(|bucket| bucket.extent);
        let whole = extents.reduce(|all, extent| all.including(extent.start, extent.end));
        let now = self.clock.now();
        let (start, end) = whole.map_or((now, now), |extent| (extent.start, extent.end));
        TimeRange::new(start, end).map_err(|error| Problem::new(ErrorCode::InvalidTime, error.to_string()))
    }

    /// Sums of a range: whole hours as they are kept; stale hours, and hours that the range's ends
    /// or a step's border cut (half past, in India), from events.
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
        let page = store.rollup(person, rules.version(), range)?;
        let current = Hour::of(self.clock.now());
        let stale: Vec<_> = page.stale.into_iter().filter(|stale| !cut.contains(&stale.hour)).collect();
        let mut rows = page.rows;
        for hours in stale.chunks(Self::HOURS_AT_ONCE) {
            let keep = if hours.iter().any(|stale| stale.hour == current) { Keep::No } else { Keep::InStore };
            rows.extend(self.sum_hours(store, person, &rules, hours, keep)?);
        }
        let whole = rows.into_iter().filter(|row| !cut.contains(&row.hour));
        let mut sums: Vec<_> = whole.map(|row| Sum { start: row.hour.range().start(), row }).collect();
        let buckets = if cut.is_empty() { Vec::new() } else { store.buckets(person)? };
        for hour in cut {
            let touched = steps.partition_point(|step| step.end() <= hour.range().start());
            let parts = steps[touched..].iter().map_while(|step| hour.range().intersection(*step));
            for part in parts.filter(|part| !part.duration().is_zero()) {
                let rows = flow_of(store, person, &buckets, &rules, part)?.hours();
                sums.extend(rows.into_iter().map(|row| Sum { start: part.start(), row }));
            }
        }
        Ok(sums)
    }

    fn sum_hours(
        &self,
        store: &dyn Store,
        person: PersonId,
        rules: &CategoryRules,
        stale: &[StaleHour],
        keep: Keep,
    ) -> Result<Vec<RollupRow>, Problem> {
        let buckets = store.buckets(person)?;
        let mut all = Vec::new();
        let mut hours = Vec::with_capacity(stale.len());
        for run in stale.chunk_by(|a, b| a.hour.0 + 1 == b.hour.0) {
            let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
            let range = TimeRange::new(first.hour.range().start(), last.hour.range().end())
                .map_err(|error| Problem::new(ErrorCode::Internal, error.to_string()))?;
            let mut by_hour: BTreeMap<Hour, Vec<RollupRow>> = BTreeMap::new();
            let flow = flow_of(store, person, &buckets, rules, range)?;
            let mut tracks: BTreeMap<Hour, Vec<u8>> = Track::of_flow(&flow).hours().into_iter().collect();
            for row in flow.hours() {
                by_hour.entry(row.hour).or_default().push(row);
            }
            for stale in run {
                let rows = by_hour.remove(&stale.hour).unwrap_or_default();
                all.extend(rows.iter().cloned());
                let track = tracks.remove(&stale.hour).unwrap_or_default();
                hours.push(HourRollup { hour: stale.hour, generation: stale.generation, rows, track });
            }
        }
        if keep == Keep::InStore {
            store.write(person, Write::PutRollup { version: rules.version(), hours })?;
        }
        Ok(all)
    }
}

/// A sum, and the moment the part of its hour begins that it is about.
struct Sum {
    start: Timestamp,
    row: RollupRow,
}

/// What becomes of sums just computed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// They are kept for the next time.
    InStore,
    /// They are about to change: keeping them would be work for nothing.
    No,
}

/// The flow of `range`, from the events of every source that tells where attention was.
fn flow_of(
    store: &dyn Store,
    person: PersonId,
    buckets: &[Bucket],
    rules: &CategoryRules,
    range: TimeRange,
) -> Result<Flow, Problem> {
    let told = [BucketType::WINDOW, BucketType::AFK, BucketType::WEB, BucketType::EDITOR];
    let mut sources = Vec::new();
    for bucket in buckets.iter().filter(|bucket| told.contains(&bucket.kind.as_str())) {
        let events = read::collect(store, person, &bucket.id, EventQuery::range(range.widened(FLOW_MARGIN)))?;
        sources.push(FlowSource::new(bucket, events));
    }
    Ok(flow(&FlowInput { sources, range }, rules, FlowConfig::default()))
}

fn day_of(date: Date, range: TimeRange, flow: &Flow, buckets: &[Bucket], now: Timestamp) -> Day {
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
        now: latest.cloned(),
        sources: sources.collect(),
        simulated: buckets.iter().any(is_simulated),
        spans,
    }
}

/// Whether a bucket says that its events are made up.
fn is_simulated(bucket: &Bucket) -> bool {
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

/// The steps of a range in local time; the first and last are cut to the range.
fn steps(range: TimeRange, zone: &TimeZone, by: By) -> Result<Vec<TimeRange>, Problem> {
    let invalid = |error: &dyn std::fmt::Display| Problem::new(ErrorCode::InvalidTime, error.to_string());
    let first = range.start().jiff().to_zoned(zone.clone());
    let mut border = match by {
        By::Hour => {
            first.round(jiff::ZonedRound::new().smallest(jiff::Unit::Hour).mode(jiff::RoundMode::Trunc))
        }
        By::Day => first.start_of_day(),
        By::Week => {
            let back = i64::from(first.weekday().to_monday_zero_offset());
            first.start_of_day().and_then(|day| day.checked_sub(jiff::Span::new().days(back)))
        }
        By::Month => first.first_of_month().and_then(|day| day.start_of_day()),
    }
    .map_err(|error| invalid(&error))?;
    let step = match by {
        By::Hour => jiff::Span::new().hours(1),
        By::Day => jiff::Span::new().days(1),
        By::Week => jiff::Span::new().weeks(1),
        By::Month => jiff::Span::new().months(1),
    };
    let mut steps = Vec::new();
    let mut start = range.start();
    while start < range.end() {
        if steps.len() == Engine::MAX_STEPS {
            return Err(invalid(&format!(
                "the period has more than {} steps; take longer ones",
                Engine::MAX_STEPS
            )));
        }
        border = border.checked_add(step).map_err(|error| invalid(&error))?;
        let end = Timestamp::from_jiff(border.timestamp()).map_err(|error| invalid(&error))?.min(range.end());
        if start < end {
            steps.push(TimeRange::from(start, end.since(start)));
            start = end;
        }
    }
    Ok(steps)
}

/// A local day's 23, 24 or 25 hours.
///
/// # Errors
/// [`ErrorCode::InvalidTime`] for a date attnd cannot hold.
pub fn local_day(date: Date, zone: &TimeZone) -> Result<TimeRange, Problem> {
    let start_of = |date: Date| {
        let moment = date.to_zoned(zone.clone()).map_err(|error| error.to_string())?;
        let moment = moment.start_of_day().map_err(|error| error.to_string())?;
        Timestamp::from_jiff(moment.timestamp()).map_err(|error| error.to_string())
    };
    let range = start_of(date)
        .and_then(|start| Ok((start, date.tomorrow().map_err(|error| error.to_string())?)))
        .and_then(|(start, next)| TimeRange::new(start, start_of(next)?).map_err(|error| error.to_string()));
    range.map_err(|detail| Problem::new(ErrorCode::InvalidTime, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> TimeRange {
        TimeRange::parse(text).unwrap()
    }

    #[test]
    fn days_have_23_24_or_25_hours() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let hours =
            |date: &str| local_day(date.parse().unwrap(), &zone).unwrap().duration().as_s_f64() / 3_600.0;
        assert_eq!(hours("2026-03-29"), 23.0);
        assert_eq!(hours("2026-06-01"), 24.0);
        assert_eq!(hours("2026-10-25"), 25.0);
    }

    #[test]
    fn steps_follow_local_days_and_cover_the_range() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let whole = range("2026-03-27T23:00:00Z/2026-03-30T22:00:00Z");
        let days = steps(whole, &zone, By::Day).unwrap();
        let hours: Vec<_> = days.iter().map(|day| day.duration().as_s_f64() / 3_600.0).collect();
        assert_eq!(hours, [24.0, 23.0, 24.0]);
        assert_eq!(days.first().unwrap().start(), whole.start());
        assert_eq!(days.last().unwrap().end(), whole.end());
        let year = range("2026-01-01T00:00:00Z/2027-01-01T00:00:00Z");
        assert_eq!(steps(year, &TimeZone::UTC, By::Month).unwrap().len(), 12);
        assert_eq!(steps(TimeRange::ALL, &zone, By::Hour).unwrap_err().code, ErrorCode::InvalidTime);
    }
}
