//! What is kept? Reads of one snapshot, each statement scoped by person.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use attnd_core::record::{AuditLine, Record, RecordKind};
use attnd_core::rollup::{RollupPage, RulesVersion, StaleHour};
use attnd_core::store::{EventQuery, EventSink, Order, StoreError, TrackSink};
use attnd_core::{
    Bucket, BucketId, BucketType, Data, Event, EventId, Extent, PersonId, TimeRange, Timestamp,
};
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::Value;
use uuid::Uuid;

use super::batch::Fault;
use super::event_scan::{self, COUNT_TOUCHING, NEWEST_FIRST, OLDEST_FIRST};
use super::payload_cache::PayloadCache;
use super::write_event::{EventRow, event_row};

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
            let mut rows = statement.query(event_scan::bounds(class, place.bucket, &query))?;
            if let Some(head) = rows.next()?.map(event_row).transpose()? {
                open.push((head, rows));
            }
        }
        let mut left = query.limit.unwrap_or(usize::MAX);
        while left > 0
            && let Some(next) = event_scan::first(&open, query.order)
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
            let earliest = super::duration_class::earliest_start(class, range).ns();
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
        match self.person(person)? {
            Some(key) => Ok(super::rollup::page(self.connection, key, version, range)?),
            None => Ok(RollupPage::default()),
        }
    }

    pub(super) fn tracks(
        &self,
        person: PersonId,
        version: RulesVersion,
        range: TimeRange,
        sink: &mut TrackSink<'_>,
    ) -> Result<Vec<StaleHour>, Fault> {
        match self.person(person)? {
            Some(key) => Ok(super::rollup::tracks(self.connection, key, version, range, sink)?),
            None => Ok(Vec::new()),
        }
    }

    pub(super) fn stale_hours(
        &self,
        person: PersonId,
        version: RulesVersion,
        range: TimeRange,
    ) -> Result<Vec<StaleHour>, Fault> {
        match self.person(person)? {
            Some(key) => Ok(super::rollup::stale_hours(self.connection, key, version, range)?),
            None => Ok(Vec::new()),
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

    fn person(&self, person: PersonId) -> rusqlite::Result<Option<i64>> {
        self.connection
            .prepare_cached("SELECT key FROM person WHERE uuid = ?1")?
            .query_row([person.uuid().as_bytes()], |row| row.get(0))
            .optional()
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
