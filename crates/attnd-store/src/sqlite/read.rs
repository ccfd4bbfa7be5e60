//! What is kept? Reads of one snapshot, each statement scoped by person.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::LazyLock;

use attnd_core::record::{AuditLine, Record, RecordKind};
use attnd_core::rollup::{RollupPage, RulesVersion};
use attnd_core::store::{Cursor, EventQuery, EventSink, Order, StoreError};
use attnd_core::{
    Bucket, BucketId, BucketType, Data, Event, EventId, Extent, PersonId, TimeRange, Timestamp,
};
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::Value;
use uuid::Uuid;

use super::batch::Fault;
use super::duration_class;
use super::payload_cache::PayloadCache;
use super::write_event::{EventRow, event_row};

/// One statement for each class of length, so that all can be open at once.
type PerClass = LazyLock<Vec<String>>;

fn per_class(sql: &str) -> Vec<String> {
    (0..duration_class::COUNT).map(|class| sql.replace("CLASS", &class.to_string())).collect()
}

/// The newest event of a bucket.
pub(super) static NEWEST: PerClass = LazyLock::new(|| {
    per_class(
        "SELECT bucket, start_ns, id, duration_ns, payload FROM event
         WHERE bucket = ?1 AND class = CLASS ORDER BY start_ns DESC, id DESC LIMIT 1",
    )
});

/// The earliest start in a bucket.
pub(super) static EARLIEST: PerClass = LazyLock::new(|| {
    per_class("SELECT start_ns FROM event WHERE bucket = ?1 AND class = CLASS ORDER BY start_ns LIMIT 1")
});

/// The latest end in a bucket, given the longest duration of the class.
pub(super) static LATEST_END: PerClass = LazyLock::new(|| {
    per_class(
        "SELECT max(start_ns + duration_ns) FROM event WHERE bucket = ?1 AND class = CLASS AND start_ns >=
             max(-9223372036854775807, (SELECT start_ns FROM event WHERE bucket = ?1 AND class = CLASS
                                        ORDER BY start_ns DESC LIMIT 1) - ?2)",
    )
});

/// Events that touch a range: those that begin from ?2 to ?3 and do not end before ?4.
pub(super) static TOUCHING: PerClass = LazyLock::new(|| {
    per_class(
        "SELECT bucket, start_ns, id, duration_ns, payload FROM event
         WHERE bucket = ?1 AND class = CLASS AND start_ns BETWEEN ?2 AND ?3 AND start_ns + duration_ns >= ?4",
    )
});

static COUNT_TOUCHING: PerClass = LazyLock::new(|| {
    per_class(
        "SELECT count(*) FROM event
         WHERE bucket = ?1 AND class = CLASS AND start_ns BETWEEN ?2 AND ?3 AND start_ns + duration_ns >= ?4",
    )
});

static OLDEST_FIRST: PerClass = LazyLock::new(|| {
    per_class(
        "SELECT bucket, start_ns, id, duration_ns, payload FROM event
         WHERE bucket = ?1 AND class = CLASS AND (start_ns, id) > (?2, ?3) AND start_ns <= ?4
             AND start_ns + duration_ns >= ?5
         ORDER BY start_ns, id",
    )
});

static NEWEST_FIRST: PerClass = LazyLock::new(|| {
    per_class(
        "SELECT bucket, start_ns, id, duration_ns, payload FROM event
         WHERE bucket = ?1 AND class = CLASS AND (start_ns, id) < (?2, ?3) AND start_ns >= ?4
             AND start_ns + duration_ns >= ?5
         ORDER BY start_ns DESC, id DESC",
    )
});

/// A snapshot and what was parsed before.
pub(super) struct Reader<'c> {
    pub(super) connection: &'c Connection,
    pub(super) payloads: &'c PayloadCache,
}

/// A bucket's key and its count.
struct Place {
    bucket: i64,
    event_count: i64,
}

impl Reader<'_> {
    pub(super) fn people(&self) -> Result<Vec<PersonId>, Fault> {
        let mut select = self.connection.prepare_cached("SELECT uuid FROM person ORDER BY uuid")?;
        let uuids = select.query_map([], |row| row.get::<_, [u8; 16]>(0))?;
        Ok(uuids.map(|uuid| Ok(PersonId::new(Uuid::from_bytes(uuid?)))).collect::<rusqlite::Result<_>>()?)
    }

    pub(super) fn buckets(&self, person: PersonId) -> Result<Vec<Bucket>, Fault> {
        let mut select = self.connection.prepare_cached(
            "SELECT id, name, kind, client, hostname, created_ns, data, event_count, start_ns, end_ns
             FROM bucket WHERE person = (SELECT key FROM person WHERE uuid = ?1) ORDER BY id",
        )?;
        let buckets = select.query_map([person.uuid().as_bytes()], read_bucket)?;
        Ok(buckets.collect::<Result<_, _>>()?)
    }

    pub(super) fn bucket(&self, person: PersonId, bucket: &BucketId) -> Result<Bucket, Fault> {
        let mut select = self.connection.prepare_cached(
            "SELECT id, name, kind, client, hostname, created_ns, data, event_count, start_ns, end_ns
             FROM bucket WHERE person = (SELECT key FROM person WHERE uuid = ?1) AND id = ?2",
        )?;
        let found = select.query_row((person.uuid().as_bytes(), bucket.as_str()), read_bucket).optional()?;
        found.ok_or_else(|| Fault::Refused(StoreError::NoBucket(bucket.clone())))
    }

    pub(super) fn events(
        &self,
        person: PersonId,
        bucket: &BucketId,
        query: EventQuery,
        sink: &mut EventSink<'_>,
    ) -> Result<(), Fault> {
        let place = self.place(person, bucket)?;
        let texts = match query.order {
            Order::OldestFirst => &OLDEST_FIRST,
            Order::NewestFirst => &NEWEST_FIRST,
        };
        let mut statements = texts
            .iter()
            .map(|sql| self.connection.prepare_cached(sql))
            .collect::<rusqlite::Result<Vec<_>>>()?;
        let mut open = Vec::with_capacity(statements.len());
        for (class, statement) in statements.iter_mut().enumerate() {
            let mut rows = statement.query(bounds(class, place.bucket, &query))?;
            if let Some(head) = rows.next()?.map(event_row).transpose()? {
                open.push((head, rows));
            }
        }
        let mut left = query.limit.unwrap_or(usize::MAX);
        while left > 0
            && let Some(next) = first(&open, query.order)
        {
            left -= 1;
            let (head, rows) = &mut open[next];
            let event = self.decode(*head)?;
            match rows.next()?.map(event_row).transpose()? {
                Some(row) => *head = row,
                None => drop(open.swap_remove(next)),
            }
            if sink(event) == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn event(&self, person: PersonId, bucket: &BucketId, id: EventId) -> Result<Event, Fault> {
        let place = self.place(person, bucket)?;
        let mut select = self.connection.prepare_cached(
            "SELECT bucket, start_ns, id, duration_ns, payload FROM event WHERE id = ?1 AND bucket = ?2",
        )?;
        let row = select.query_row((id.0, place.bucket), event_row).optional()?;
        self.decode(row.ok_or(Fault::Refused(StoreError::NoEvent(id)))?)
    }

    pub(super) fn count(&self, person: PersonId, bucket: &BucketId, range: TimeRange) -> Result<u64, Fault> {
        let place = self.place(person, bucket)?;
        if range == TimeRange::ALL {
            return Ok(place.event_count.cast_unsigned());
        }
        let mut count = 0;
        for (class, sql) in COUNT_TOUCHING.iter().enumerate() {
            let earliest = duration_class::earliest_start(class, range).ns();
            count += self
                .connection
                .prepare_cached(sql)?
                .query_row((place.bucket, earliest, range.end().ns(), range.start().ns()), |row| {
                    row.get::<_, i64>(0)
                })?;
        }
        Ok(count.cast_unsigned())
    }

    pub(super) fn settings(&self, person: PersonId) -> Result<BTreeMap<String, Value>, Fault> {
        let mut select = self.connection.prepare_cached(
            "SELECT key, value FROM setting WHERE person = (SELECT key FROM person WHERE uuid = ?1)",
        )?;
        let settings =
            select.query_map([person.uuid().as_bytes()], |row| Ok((row.get(0)?, parse(row, 1)?)))?;
        Ok(settings.collect::<Result<_, _>>()?)
    }

    pub(super) fn records(&self, person: PersonId, kind: RecordKind) -> Result<Vec<Record>, Fault> {
        let mut select = self.connection.prepare_cached(
            "SELECT key, value FROM record
             WHERE person = (SELECT key FROM person WHERE uuid = ?1) AND kind = ?2 ORDER BY key",
        )?;
        let records = select.query_map((person.uuid().as_bytes(), kind.name()), |row| {
            Ok(Record { key: row.get(0)?, value: parse(row, 1)? })
        })?;
        Ok(records.collect::<Result<_, _>>()?)
    }

    pub(super) fn rollup(
        &self,
        person: PersonId,
        version: RulesVersion,
        range: TimeRange,
    ) -> Result<RollupPage, Fault> {
        let key = self
            .connection
            .prepare_cached("SELECT key FROM person WHERE uuid = ?1")?
            .query_row([person.uuid().as_bytes()], |row| row.get(0))
            .optional()?;
        match key {
            Some(key) => Ok(super::rollup::page(self.connection, key, version, range)?),
            None => Ok(RollupPage::default()),
        }
    }

    pub(super) fn audit(&self, person: PersonId, after: i64) -> Result<Vec<AuditLine>, Fault> {
        let mut select = self.connection.prepare_cached(
            "SELECT sequence, at_ns, actor, action, subject, hash FROM audit
             WHERE person = (SELECT key FROM person WHERE uuid = ?1) AND sequence > ?2 ORDER BY sequence",
        )?;
        let lines = select.query_map((person.uuid().as_bytes(), after), |row| {
            Ok(AuditLine {
                sequence: row.get(0)?,
                at: Timestamp::from_ns_saturating(row.get(1)?),
                actor: row.get(2)?,
                action: row.get(3)?,
                subject: row.get(4)?,
                hash: row.get(5)?,
            })
        })?;
        Ok(lines.collect::<Result<_, _>>()?)
    }

    fn place(&self, person: PersonId, bucket: &BucketId) -> Result<Place, Fault> {
        self.connection
            .prepare_cached(
                "SELECT key, event_count FROM bucket
                 WHERE person = (SELECT key FROM person WHERE uuid = ?1) AND id = ?2",
            )?
            .query_row((person.uuid().as_bytes(), bucket.as_str()), |row| {
                Ok(Place { bucket: row.get(0)?, event_count: row.get(1)? })
            })
            .optional()?
            .ok_or_else(|| Fault::Refused(StoreError::NoBucket(bucket.clone())))
    }

    fn decode(&self, row: EventRow) -> Result<Event, Fault> {
        Ok(Event {
            id: Some(EventId(row.id)),
            timestamp: row.start,
            duration: row.duration,
            data: self.data(row.payload)?,
        })
    }

    fn data(&self, payload: i64) -> rusqlite::Result<Data> {
        if let Some(data) = self.payloads.get(payload) {
            return Ok(data);
        }
        let mut select = self.connection.prepare_cached("SELECT json FROM payload WHERE key = ?1")?;
        select.query_row([payload], |row| {
            let json = row.get_ref(0)?.as_str()?;
            let data = parse_data(json)?;
            self.payloads.put(payload, &data, json.len());
            Ok(data)
        })
    }
}

/// Where a class is read from and to: bucket, the place before the first row, the last start,
/// the earliest end.
fn bounds(class: usize, bucket: i64, query: &EventQuery) -> (i64, i64, i64, i64, i64) {
    let range = query.range;
    let earliest = duration_class::earliest_start(class, range);
    match query.order {
        Order::OldestFirst => {
            let before = Cursor { timestamp: earliest, id: EventId(i64::MIN) };
            let from = query.after.map_or(before, |after| later(after, before));
            (bucket, from.timestamp.ns(), from.id.0, range.end().ns(), range.start().ns())
        }
        Order::NewestFirst => {
            let before = Cursor { timestamp: range.end(), id: EventId(i64::MAX) };
            let from = query.after.map_or(before, |after| earlier(after, before));
            (bucket, from.timestamp.ns(), from.id.0, earliest.ns(), range.start().ns())
        }
    }
}

fn later(a: Cursor, b: Cursor) -> Cursor {
    if (a.timestamp, a.id) > (b.timestamp, b.id) { a } else { b }
}

fn earlier(a: Cursor, b: Cursor) -> Cursor {
    if (a.timestamp, a.id) < (b.timestamp, b.id) { a } else { b }
}

/// The class whose next event comes first.
fn first<T>(open: &[(EventRow, T)], order: Order) -> Option<usize> {
    let place = |at: &usize| (open[*at].0.start, open[*at].0.id);
    match order {
        Order::OldestFirst => (0..open.len()).min_by_key(place),
        Order::NewestFirst => (0..open.len()).max_by_key(place),
    }
}

fn read_bucket(row: &Row<'_>) -> rusqlite::Result<Bucket> {
    Ok(Bucket {
        id: parse_bucket_id(row.get(0)?)?,
        name: row.get(1)?,
        kind: BucketType(row.get(2)?),
        client: row.get(3)?,
        hostname: row.get(4)?,
        created: Timestamp::from_ns_saturating(row.get(5)?),
        data: parse_data(row.get_ref(6)?.as_str()?)?,
        event_count: row.get::<_, i64>(7)?.cast_unsigned(),
        extent: extent(row.get(8)?, row.get(9)?),
    })
}

/// What a bucket covers, from its row.
pub(super) fn extent(start_ns: Option<i64>, end_ns: Option<i64>) -> Option<Extent> {
    Some(Extent {
        start: Timestamp::from_ns_saturating(start_ns?),
        end: Timestamp::from_ns_saturating(end_ns?),
    })
}

pub(super) fn parse_bucket_id(id: String) -> rusqlite::Result<BucketId> {
    BucketId::parse(id).map_err(|error| conversion(Box::new(error)))
}

pub(super) fn parse_data(json: &str) -> rusqlite::Result<Data> {
    serde_json::from_str(json).map_err(corrupt_json)
}

fn parse(row: &Row<'_>, column: usize) -> rusqlite::Result<Value> {
    serde_json::from_str(row.get_ref(column)?.as_str()?).map_err(corrupt_json)
}

/// Stored JSON that does not parse.
pub(super) fn corrupt_json(error: serde_json::Error) -> rusqlite::Error {
    conversion(Box::new(error))
}

fn conversion(error: Box<dyn std::error::Error + Send + Sync>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::migration::{self, STEPS};

    fn database() -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        migration::upgrade(&mut connection, STEPS).unwrap();
        connection
    }

    fn plan(connection: &Connection, sql: &str) -> Vec<String> {
        let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let nulls = vec![rusqlite::types::Null; explain.parameter_count()];
        let steps =
            explain.query_map(rusqlite::params_from_iter(nulls), |row| row.get::<_, String>(3)).unwrap();
        steps.collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn no_read_of_events_scans_or_sorts() {
        let connection = database();
        let texts =
            [&NEWEST, &EARLIEST, &LATEST_END, &TOUCHING, &COUNT_TOUCHING, &OLDEST_FIRST, &NEWEST_FIRST];
        for sql in texts.iter().flat_map(|texts| texts.iter()) {
            let plan = plan(&connection, sql);
            let searches =
                |step: &String| step.contains("(bucket=? AND class=?") || step.contains("SUBQUERY");
            assert!(plan.iter().all(searches), "{sql}: {plan:?}");
        }
    }

    /// A year of a minute's events and, across it all, one of each class.
    fn year(connection: &Connection) {
        connection
            .execute_batch(
                "WITH RECURSIVE minute(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM minute WHERE n < 525599)
                 INSERT INTO event SELECT 1, 0, n * 60000000000, n + 1, 60000000000, 1 FROM minute;
                 INSERT INTO event VALUES (1, 3, 0, 600000, 2592000000000000, 1);
                 INSERT INTO event VALUES (1, 4, 0, 600001, 31536000000000000, 1);
                 INSERT INTO event VALUES (1, 2, 0, 600002, 86400000000000, 1);",
            )
            .unwrap();
    }

    #[test]
    fn ten_minutes_cost_the_same_wherever_they_lie() {
        use rusqlite::StatementStatus;
        let connection = database();
        year(&connection);
        let range = |minute: i64| {
            let start = Timestamp::from_ns(minute * 60_000_000_000).unwrap();
            TimeRange::from(start, attnd_core::Duration::from_s(600))
        };
        let steps_of = |minute: i64, order: Order| {
            let query = EventQuery { order, ..EventQuery::range(range(minute)) };
            let texts = if order == Order::OldestFirst { &OLDEST_FIRST } else { &NEWEST_FIRST };
            let mut steps = 0;
            for (class, sql) in texts.iter().enumerate() {
                let mut select = connection.prepare(sql).unwrap();
                let rows = select.query_map(bounds(class, 1, &query), event_row).unwrap().count();
                assert!(rows <= 12);
                steps += select.get_status(StatementStatus::VmStep);
            }
            steps
        };
        for order in [Order::OldestFirst, Order::NewestFirst] {
            for minute in [1_000, 262_800, 525_500] {
                let steps = steps_of(minute, order);
                assert!(steps < 1_000, "{order:?} at minute {minute}: {steps} steps");
            }
        }
    }
}
