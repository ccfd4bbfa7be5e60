//! Which rows of a damaged file can still be read, and do they still make sense together?

use std::collections::BTreeSet;

use attnd_core::BucketId;
use attnd_core::rollup::Hour;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::duration_class;
use super::write_event::event_row;
use crate::touched::HourSpan;

/// The tables that hold what cannot be computed again, and their keys, parents first.
const TABLES: [(&str, &str); 9] = [
    ("organisation", "key"),
    ("person", "key"),
    ("counter", "key"),
    ("bucket", "key"),
    ("payload", "key"),
    ("event", "bucket, class, start_ns, id"),
    ("setting", "person, key"),
    ("record", "person, kind, key"),
    ("audit", "person, sequence"),
];

/// Copies every readable row and makes them consistent; how many were kept.
pub(super) fn carry_over(old: &Connection, new: &Connection) -> rusqlite::Result<u64> {
    new.execute_batch("PRAGMA defer_foreign_keys = ON")?;
    for (table, key) in TABLES {
        // A damaged page ends a scan: the rows behind it are reached from the other end.
        if copy(old, new, table, key).is_err() {
            let backwards = key.replace(", ", " DESC, ") + " DESC";
            let _ = copy(old, new, table, &backwards);
        }
    }
    drop_nonsense(new)?;
    recount(new)?;
    mark_hours(new)?;
    let mut rows = 0;
    for (table, _) in TABLES {
        rows += new.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0))?;
    }
    Ok(rows.cast_unsigned())
}

fn copy(old: &Connection, new: &Connection, table: &str, order: &str) -> rusqlite::Result<()> {
    let mut select = old.prepare(&format!("SELECT * FROM {table} ORDER BY {order}"))?;
    let columns: Vec<String> = select.column_names().map(|name| format!("\"{name}\"")).collect();
    let places: Vec<String> = (1..=columns.len()).map(|place| format!("?{place}")).collect();
    let verb = if table == "counter" { "REPLACE" } else { "IGNORE" };
    let (names, places) = (columns.join(", "), places.join(", "));
    let mut insert = new.prepare(&format!("INSERT OR {verb} INTO {table} ({names}) VALUES ({places})"))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let values: Vec<Value> = (0..columns.len()).map(|at| row.get(at)).collect::<Result<_, _>>()?;
        // A row that breaks a rule of its table is damage too: it is left behind.
        let _ = insert.execute(params_from_iter(values));
    }
    Ok(())
}

/// Drops rows that could be read but are no longer what attnd wrote.
fn drop_nonsense(new: &Connection) -> rusqlite::Result<()> {
    new.execute_batch(&format!(
        "DELETE FROM person WHERE organisation NOT IN (SELECT key FROM organisation);
         DELETE FROM bucket WHERE person NOT IN (SELECT key FROM person)
             OR NOT json_valid(data) OR json_type(data) <> 'object';
         DELETE FROM payload WHERE person NOT IN (SELECT key FROM person)
             OR NOT json_valid(json) OR json_type(json) <> 'object';
         DELETE FROM setting WHERE person NOT IN (SELECT key FROM person) OR NOT json_valid(value);
         DELETE FROM record WHERE person NOT IN (SELECT key FROM person) OR NOT json_valid(value);
         DELETE FROM audit WHERE person NOT IN (SELECT key FROM person);
         DELETE FROM event WHERE id <= 0 OR duration_ns < 0 OR class <> {};",
        duration_class::sql("duration_ns")
    ))?;
    let mut ids = new.prepare("SELECT key, id FROM bucket")?;
    let mut rows = ids.query([])?;
    while let Some(row) = rows.next()? {
        if BucketId::parse(row.get::<_, String>(1)?).is_err() {
            new.execute("DELETE FROM bucket WHERE key = ?1", [row.get::<_, i64>(0)?])?;
        }
    }
    new.execute_batch(
        "DELETE FROM event WHERE bucket NOT IN (SELECT key FROM bucket);
         DELETE FROM event WHERE NOT EXISTS (
             SELECT 1 FROM payload JOIN bucket ON bucket.person = payload.person
             WHERE payload.key = event.payload AND bucket.key = event.bucket);",
    )
}

/// Counts and bounds as the rows that are left say; ids go on after the greatest.
fn recount(new: &Connection) -> rusqlite::Result<()> {
    new.execute_batch(
        "CREATE TEMP TABLE used AS SELECT payload AS key, count(*) AS refs FROM event GROUP BY payload;
         CREATE UNIQUE INDEX temp.used_key ON used (key);
         DELETE FROM payload WHERE key NOT IN (SELECT key FROM used);
         UPDATE payload SET refs = (SELECT refs FROM used WHERE used.key = payload.key);
         DROP TABLE used;
         UPDATE bucket SET
             event_count = (SELECT count(*) FROM event WHERE event.bucket = bucket.key),
             start_ns = (SELECT min(start_ns) FROM event WHERE event.bucket = bucket.key),
             end_ns = (SELECT max(start_ns + duration_ns) FROM event WHERE event.bucket = bucket.key);
         UPDATE counter SET
             next_event = max(next_event, 1 + coalesce((SELECT max(id) FROM event), 0)),
             next_payload = max(next_payload, 1 + coalesce((SELECT max(key) FROM payload), 0)),
             next_bucket = max(next_bucket, 1 + coalesce((SELECT max(key) FROM bucket), 0)),
             generation = generation + 1;",
    )
}

/// Every hour with events is to be computed again.
fn mark_hours(new: &Connection) -> rusqlite::Result<()> {
    let mut hours: BTreeSet<(i64, Hour)> = BTreeSet::new();
    let mut spans: BTreeSet<(i64, HourSpan)> = BTreeSet::new();
    let mut events = new.prepare(
        "SELECT bucket, start_ns, id, duration_ns, payload, (SELECT person FROM bucket WHERE key = event.bucket)
         FROM event",
    )?;
    let mut rows = events.query([])?;
    while let Some(row) = rows.next()? {
        let (event, person) = (event_row(row)?, row.get(5)?);
        let span = HourSpan::about(event.start, event.end());
        if span.is_long() {
            spans.insert((person, span));
        } else {
            hours.extend(span.hours().map(|hour| (person, hour)));
        }
    }
    for (person, hour) in hours {
        new.prepare_cached("INSERT INTO hour_generation SELECT ?1, ?2, generation FROM counter")?
            .execute((person, hour.0))?;
    }
    for (person, span) in spans {
        new.prepare_cached("INSERT INTO span_generation SELECT ?1, ?2, ?3, generation FROM counter")?
            .execute((person, span.first.0, span.last.0))?;
    }
    Ok(())
}
