//! Where are the sums and the tracks of hours, and which are stale?

use std::collections::{BTreeMap, HashMap};

use attnd_core::rollup::{Generation, Hour, HourRollup, RollupPage, RollupRow, RulesVersion, StaleHour};
use attnd_core::store::{TrackSink, Written};
use attnd_core::{Duration, TimeRange};
use rusqlite::Connection;

use super::batch::{Batch, Fault};
use super::cache::Owed;
use super::read::corrupt_json;
use crate::touched::HourSpan;

impl Batch<'_> {
    /// Stores sums and tracks. Those of a generation that has moved on would never be read, and
    /// might tell of events erased meanwhile, so they are dropped: the hour is stale either way.
    pub(super) fn put_rollup(
        &mut self,
        person: i64,
        version: RulesVersion,
        hours: &[HourRollup],
    ) -> Result<Written, Fault> {
        for sums in hours {
            let hour = sums.hour;
            let single = HourSpan { first: hour, last: hour };
            self.drop_sums(person, single)?;
            let current = generations(self.connection, person, single)?.remove(&hour);
            if current != Some(sums.generation) || self.cache.owed.touches(person, hour) {
                continue;
            }
            self.execute(
                "INSERT INTO rollup_hour (person, hour, version, generation) VALUES (?1, ?2, ?3, ?4)",
                (person, hour.0, version.0, sums.generation.0),
            )?;
            for row in &sums.rows {
                let label = self.label(person, row)?;
                self.execute(
                    "INSERT INTO rollup (person, hour, label, active_ns) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT (person, hour, label) DO UPDATE SET active_ns = active_ns + excluded.active_ns",
                    (person, hour.0, label, row.active.ns()),
                )?;
            }
            if !sums.track.is_empty() {
                self.execute(
                    "INSERT INTO track (person, hour, bytes) VALUES (?1, ?2, ?3)",
                    (person, hour.0, &sums.track),
                )?;
            }
        }
        Ok(Written::Done)
    }

    fn label(&self, person: i64, row: &RollupRow) -> rusqlite::Result<i64> {
        let category = serde_json::Value::from(row.category.as_slice()).to_string();
        let known = self.optional(
            "SELECT key FROM rollup_label WHERE person = ?1 AND category = ?2 AND application = ?3",
            (person, &category, &row.application),
            |found| found.get(0),
        )?;
        if let Some(key) = known {
            return Ok(key);
        }
        self.connection
            .prepare_cached(
                "INSERT INTO rollup_label (person, category, application) VALUES (?1, ?2, ?3) RETURNING key",
            )?
            .query_row((person, &category, &row.application), |made| made.get(0))
    }

    /// Drops sums and tracks, and notes which labels may have lost their last.
    fn drop_sums(&mut self, person: i64, span: HourSpan) -> rusqlite::Result<()> {
        let bounds = (person, span.first.0, span.last.0);
        self.execute("DELETE FROM rollup_hour WHERE person = ?1 AND hour BETWEEN ?2 AND ?3", bounds)?;
        self.execute("DELETE FROM track WHERE person = ?1 AND hour BETWEEN ?2 AND ?3", bounds)?;
        let mut delete = self.connection.prepare_cached(
            "DELETE FROM rollup WHERE person = ?1 AND hour BETWEEN ?2 AND ?3 RETURNING label",
        )?;
        for label in delete.query_map(bounds, |row| row.get(0))? {
            self.cache.owed.loose_labels.insert(label?);
        }
        Ok(())
    }

    /// Gives touched hours their new generation, and removes what tells of erased events.
    pub(super) fn store_generations(&mut self, owed: &mut Owed) -> rusqlite::Result<()> {
        for (person, span) in joined(&owed.dropped_sums) {
            self.drop_sums(person, span)?;
        }
        owed.loose_labels.append(&mut self.cache.owed.loose_labels);
        for label in &owed.loose_labels {
            self.execute(
                "DELETE FROM rollup_label WHERE key = ?1 AND NOT EXISTS (SELECT 1 FROM rollup WHERE label = ?1)",
                [label],
            )?;
        }
        if owed.hours.is_empty() && owed.spans.is_empty() {
            return Ok(());
        }
        let counter = self.counter()?;
        counter.generation += 1;
        let generation = counter.generation;
        for (person, hour) in &owed.hours {
            self.execute(
                "INSERT INTO hour_generation (person, hour, generation) VALUES (?1, ?2, ?3)
                 ON CONFLICT (person, hour) DO UPDATE SET generation = excluded.generation",
                (person, hour.0, generation),
            )?;
        }
        for (person, span) in &owed.spans {
            self.store_span(*person, *span, generation)?;
        }
        Ok(())
    }

    /// A span replaces those it covers.
    fn store_span(&self, person: i64, span: HourSpan, generation: i64) -> rusqlite::Result<()> {
        let bounds = (person, span.first.0, span.last.0);
        self.execute(
            "DELETE FROM span_generation WHERE person = ?1 AND first_hour >= ?2 AND last_hour <= ?3",
            bounds,
        )?;
        self.execute(
            "INSERT INTO span_generation (person, first_hour, last_hour, generation) VALUES (?1, ?2, ?3, ?4)",
            (person, span.first.0, span.last.0, generation),
        )?;
        Ok(())
    }
}

/// The sums of the hours in `range`, and the stale ones. The caller holds the snapshot.
pub(super) fn page(
    connection: &Connection,
    person: i64,
    version: RulesVersion,
    range: TimeRange,
) -> rusqlite::Result<RollupPage> {
    let wanted = HourSpan::of(range);
    let (fresh, stale) = freshness(connection, person, version, wanted)?;
    let mut page = RollupPage { rows: Vec::new(), stale };
    let mut labels = Labels { connection, known: HashMap::new() };
    let mut sums = connection.prepare_cached(
        "SELECT hour, label, active_ns FROM rollup WHERE person = ?1 AND hour BETWEEN ?2 AND ?3
         ORDER BY hour, label",
    )?;
    let mut rows = sums.query((person, wanted.first.0, wanted.last.0))?;
    while let Some(row) = rows.next()? {
        let hour = Hour(row.get(0)?);
        if fresh.binary_search(&hour).is_ok() {
            let (category, application) = labels.get(row.get(1)?)?.clone();
            page.rows.push(RollupRow { hour, category, application, active: Duration::from_ns(row.get(2)?) });
        }
    }
    Ok(page)
}

/// The tracks of the hours in `range` into `sink`, and the stale ones. The caller holds the snapshot.
pub(super) fn tracks(
    connection: &Connection,
    person: i64,
    version: RulesVersion,
    range: TimeRange,
    sink: &mut TrackSink<'_>,
) -> rusqlite::Result<Vec<StaleHour>> {
    let wanted = HourSpan::of(range);
    let (fresh, stale) = freshness(connection, person, version, wanted)?;
    let (Some(first), Some(last)) = (fresh.first(), fresh.last()) else { return Ok(stale) };
    let mut tracks = connection.prepare_cached(
        "SELECT hour, bytes FROM track WHERE person = ?1 AND hour BETWEEN ?2 AND ?3 ORDER BY hour",
    )?;
    let mut rows = tracks.query((person, first.0, last.0))?;
    while let Some(row) = rows.next()? {
        let hour = Hour(row.get(0)?);
        if fresh.binary_search(&hour).is_ok() {
            sink(hour, row.get_ref(1)?.as_blob()?);
        }
    }
    Ok(stale)
}

/// The stale hours of `range`.
pub(super) fn stale_hours(
    connection: &Connection,
    person: i64,
    version: RulesVersion,
    range: TimeRange,
) -> rusqlite::Result<Vec<StaleHour>> {
    Ok(freshness(connection, person, version, HourSpan::of(range))?.1)
}

/// Which of the hours that anything touched are up to date, and which are stale; both ascending.
fn freshness(
    connection: &Connection,
    person: i64,
    version: RulesVersion,
    wanted: HourSpan,
) -> rusqlite::Result<(Vec<Hour>, Vec<StaleHour>)> {
    let computed = computed(connection, person, wanted)?;
    let (mut fresh, mut stale) = (Vec::new(), Vec::new());
    for (hour, generation) in generations(connection, person, wanted)? {
        if computed.get(&hour) == Some(&(version, generation)) {
            fresh.push(hour);
        } else {
            stale.push(StaleHour { hour, generation });
        }
    }
    Ok((fresh, stale))
}

/// Category path and application.
type Label = (Vec<String>, String);

struct Labels<'c> {
    connection: &'c Connection,
    known: HashMap<i64, Label>,
}

impl Labels<'_> {
    fn get(&mut self, key: i64) -> rusqlite::Result<&Label> {
        use std::collections::hash_map::Entry;
        match self.known.entry(key) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(unknown) => {
                let (category, application): (String, String) = self
                    .connection
                    .prepare_cached("SELECT category, application FROM rollup_label WHERE key = ?1")?
                    .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))?;
                let category = serde_json::from_str(&category).map_err(corrupt_json)?;
                Ok(unknown.insert((category, application)))
            }
        }
    }
}

fn generations(
    connection: &Connection,
    person: i64,
    wanted: HourSpan,
) -> rusqlite::Result<BTreeMap<Hour, Generation>> {
    let bounds = (person, wanted.first.0, wanted.last.0);
    let mut found: BTreeMap<Hour, Generation> = connection
        .prepare_cached(
            "SELECT hour, generation FROM hour_generation WHERE person = ?1 AND hour BETWEEN ?2 AND ?3 ORDER BY hour",
        )?
        .query_map(bounds, |row| Ok((Hour(row.get(0)?), Generation(row.get(1)?))))?
        .collect::<Result<_, _>>()?;
    let mut long = connection.prepare_cached(
        "SELECT first_hour, last_hour, generation FROM span_generation
         WHERE person = ?1 AND last_hour >= ?2 AND first_hour <= ?3",
    )?;
    let spans = long.query_map(bounds, |row| {
        Ok((HourSpan { first: Hour(row.get(0)?), last: Hour(row.get(1)?) }, Generation(row.get(2)?)))
    })?;
    for span in spans {
        let (span, generation) = span?;
        for hour in span.intersection(wanted).into_iter().flat_map(HourSpan::hours) {
            let newest = found.entry(hour).or_insert(generation);
            *newest = (*newest).max(generation);
        }
    }
    Ok(found)
}

fn computed(
    connection: &Connection,
    person: i64,
    wanted: HourSpan,
) -> rusqlite::Result<HashMap<Hour, (RulesVersion, Generation)>> {
    connection
        .prepare_cached(
            "SELECT hour, version, generation FROM rollup_hour WHERE person = ?1 AND hour BETWEEN ?2 AND ?3",
        )?
        .query_map((person, wanted.first.0, wanted.last.0), |row| {
            Ok((Hour(row.get(0)?), (RulesVersion(row.get(1)?), Generation(row.get(2)?))))
        })?
        .collect()
}

/// Spans that overlap or follow each other, as one.
fn joined(spans: &std::collections::BTreeSet<(i64, HourSpan)>) -> Vec<(i64, HourSpan)> {
    let mut joined: Vec<(i64, HourSpan)> = Vec::new();
    for (person, span) in spans {
        match joined.last_mut() {
            Some((whose, before)) if whose == person && span.first.0 <= before.last.0 + 1 => {
                before.last = before.last.max(span.last);
            }
            _ => joined.push((*person, *span)),
        }
    }
    joined
}
