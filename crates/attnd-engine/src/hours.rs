//! What happened hour by hour? Sums and tracks, computed from events once and kept.
//!
//! ```text
//! asked for      [          ][          ][          ][          ][ ·  ]
//! kept           [sums+track][sums+track]            [sums+track]         as long as nothing changed
//! from events                            [and kept  ]            [not ]   the hour that is running
//! ```

use std::collections::{BTreeMap, VecDeque};
use std::ops::{ControlFlow, Range};
use std::sync::MutexGuard;

use attnd_core::rollup::{Hour, HourRollup, RollupRow, StaleHour};
use attnd_core::store::{EventQuery, Store, Write};
use attnd_core::{Bucket, BucketType, ErrorCode, PersonId, Problem, TimeRange};
use attnd_sense::category::CategoryRules;
use attnd_sense::flow::{FLOW_MARGIN, Flow, FlowConfig, FlowInput, FlowSource, flow};
use attnd_sense::track::{Track, TrackBuilder};

use crate::{Engine, read};

/// Hours computed in one go: bounds memory while a year is caught up.
pub(crate) const HOURS_AT_ONCE: usize = 24 * 14;

/// Hours written in one go. A heartbeat that arrives meanwhile waits for no more than these.
pub(crate) const HOURS_A_WRITE: usize = 24;

impl Engine {
    /// The sums of the hours that touch `range`: those kept, and those of stale hours, which are
    /// computed and kept.
    pub(crate) fn hour_sums(
        &self,
        store: &dyn Store,
        person: PersonId,
        rules: &CategoryRules,
        range: TimeRange,
    ) -> Result<Vec<RollupRow>, Problem> {
        let mut page = store.rollup(person, rules.version(), range)?;
        let turn = self.turn_for(&page.stale);
        if turn.is_some() {
            page = store.rollup(person, rules.version(), range)?;
        }
        let computed = self.caught_up(store, person, rules, page.stale)?;
        Ok(page.rows.into_iter().chain(computed.into_iter().flat_map(|hour| hour.rows)).collect())
    }

    /// The track of `range`: of hours kept, and of stale hours, which are computed and kept.
    pub(crate) fn track(
        &self,
        store: &dyn Store,
        person: PersonId,
        rules: &CategoryRules,
        range: TimeRange,
    ) -> Result<Track, Problem> {
        let read = || {
            let mut kept = Tracks::default();
            let mut sink = |hour, track: &[u8]| kept.push(hour, track);
            let stale = store.tracks(person, rules.version(), range, &mut sink)?;
            Ok::<_, Problem>((kept, stale))
        };
        let (mut kept, mut stale) = read()?;
        let turn = self.turn_for(&stale);
        if turn.is_some() {
            (kept, stale) = read()?;
        }
        for computed in self.caught_up(store, person, rules, stale)? {
            kept.push(computed.hour, &computed.track);
        }
        kept.hours.sort_unstable_by_key(|(hour, _)| *hour);
        let mut builder = TrackBuilder::default();
        for (hour, track) in kept.hours {
            if builder.push_hour(hour, &kept.bytes[track], range).is_err() {
                // Of another format, or damaged: the events still say what it was.
                let flow = flow_of(store, person, &store.buckets(person)?, rules, hour.range())?;
                let again = Track::of_flow(&flow).hours();
                again.iter().try_for_each(|(hour, track)| builder.push_hour(*hour, track, range)).map_err(
                    |error| Problem::new(ErrorCode::Internal, format!("a track just made: {error}")),
                )?;
            }
        }
        Ok(builder.finish())
    }

    /// Waits for the turn to compute hours, if any of these are more than the one that is running.
    /// Whoever had the turn before may have computed them: they are to be read again.
    fn turn_for(&self, stale: &[StaleHour]) -> Option<MutexGuard<'_, ()>> {
        let running = self.running_hour();
        stale.iter().any(|stale| stale.hour != running).then(|| self.catch_up.turn())
    }

    /// Computes stale hours and keeps them, all but the one that is running: it changes with every
    /// heartbeat, and keeping it would be work for nothing.
    fn caught_up(
        &self,
        store: &dyn Store,
        person: PersonId,
        rules: &CategoryRules,
        stale: Vec<StaleHour>,
    ) -> Result<Vec<HourRollup>, Problem> {
        let running = self.running_hour();
        let mut all = Vec::with_capacity(stale.len());
        let ahead = Ahead { store, person, rules };
        ahead.compute(stale.chunks(HOURS_AT_ONCE), |computed| {
            for kept in computed.chunks(HOURS_A_WRITE) {
                let hours: Vec<_> = kept.iter().filter(|hour| hour.hour != running).cloned().collect();
                if !hours.is_empty() {
                    store.write(person, Write::PutRollup { version: rules.version(), hours })?;
                }
            }
            all.extend(computed);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(all)
    }

    /// The hour that is not over yet.
    pub(crate) fn running_hour(&self) -> Hour {
        Hour::of(self.clock.now())
    }
}

/// Tracks of hours, their bytes one after the other: a year is one allocation, not thousands.
#[derive(Default)]
struct Tracks {
    bytes: Vec<u8>,
    hours: Vec<(Hour, Range<usize>)>,
}

impl Tracks {
    fn push(&mut self, hour: Hour, track: &[u8]) {
        if !track.is_empty() {
            let start = self.bytes.len();
            self.bytes.extend(track);
            self.hours.push((hour, start..self.bytes.len()));
        }
    }
}

/// Computes hours part by part, each while the one before it is being kept.
pub(crate) struct Ahead<'a> {
    pub(crate) store: &'a dyn Store,
    pub(crate) person: PersonId,
    pub(crate) rules: &'a CategoryRules,
}

impl Ahead<'_> {
    /// Parts computed at the same time. More would take memory and every core from who writes.
    const PARTS: usize = 2;

    /// Gives each part's hours to `keep`, in the order of the parts, until it has enough.
    pub(crate) fn compute<'p>(
        &self,
        mut parts: impl Iterator<Item = &'p [StaleHour]>,
        mut keep: impl FnMut(Vec<HourRollup>) -> Result<ControlFlow<()>, Problem>,
    ) -> Result<(), Problem> {
        std::thread::scope(|scope| {
            let begin = |part: &'p [StaleHour]| {
                scope.spawn(move || compute_hours(self.store, self.person, self.rules, part))
            };
            let mut ahead: VecDeque<_> = parts.by_ref().take(Self::PARTS).map(begin).collect();
            while let Some(current) = ahead.pop_front() {
                let computed = current.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
                ahead.extend(parts.next().map(begin));
                if keep(computed)?.is_break() {
                    break;
                }
            }
            Ok(())
        })
    }
}

/// Computes hours, ascending, from their events.
fn compute_hours(
    store: &dyn Store,
    person: PersonId,
    rules: &CategoryRules,
    stale: &[StaleHour],
) -> Result<Vec<HourRollup>, Problem> {
    let buckets = store.buckets(person)?;
    let mut hours = Vec::with_capacity(stale.len());
    for run in stale.chunk_by(|a, b| a.hour.0 + 1 == b.hour.0) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let range = TimeRange::new(first.hour.range().start(), last.hour.range().end())
            .map_err(|error| Problem::new(ErrorCode::Internal, error.to_string()))?;
        let flow = flow_of(store, person, &buckets, rules, range)?;
        let mut tracks: BTreeMap<Hour, Vec<u8>> = Track::of_flow(&flow).hours().into_iter().collect();
        let mut sums: BTreeMap<Hour, Vec<RollupRow>> = BTreeMap::new();
        for row in flow.hours() {
            sums.entry(row.hour).or_default().push(row);
        }
        hours.extend(run.iter().map(|&StaleHour { hour, generation }| HourRollup {
            hour,
            generation,
            rows: sums.remove(&hour).unwrap_or_default(),
            track: tracks.remove(&hour).unwrap_or_default(),
        }));
    }
    Ok(hours)
}

/// The flow of `range`, from the events of every source that tells where attention was.
pub(crate) fn flow_of(
    store: &dyn Store,
    person: PersonId,
    buckets: &[Bucket],
    rules: &CategoryRules,
    range: TimeRange,
) -> Result<Flow, Problem> {
    let [flow] = flows_of(store, person, buckets, [rules], range)?;
    Ok(flow)
}

/// The flow of `range` under each of several rules, its events read once.
pub(crate) fn flows_of<const N: usize>(
    store: &dyn Store,
    person: PersonId,
    buckets: &[Bucket],
    rules: [&CategoryRules; N],
    range: TimeRange,
) -> Result<[Flow; N], Problem> {
    let told = [BucketType::WINDOW, BucketType::AFK, BucketType::WEB, BucketType::EDITOR];
    let mut sources = Vec::new();
    for bucket in buckets.iter().filter(|bucket| told.contains(&bucket.kind.as_str())) {
        let events = read::collect(store, person, &bucket.id, EventQuery::range(range.widened(FLOW_MARGIN)))?;
        sources.push(FlowSource::new(bucket, events));
    }
    let input = FlowInput { sources, range };
    Ok(rules.map(|rules| flow(&input, rules, FlowConfig::default())))
}
