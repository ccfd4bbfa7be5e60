//! Which statements find a bucket's events, and in what order do their rows come?
//!
//! Each class of length is a scan of its own, over just the starts that can matter; a read merges
//! the scans by (start, id).

use std::sync::LazyLock;

use attnd_core::EventId;
use attnd_core::store::{Cursor, EventQuery, Order};

use super::duration_class;
use super::write_event::EventRow;

/// One statement for each class of length, so that all can be open at once.
pub(super) type PerClass = LazyLock<Vec<String>>;

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

/// How many events touch a range, with the same parameters.
pub(super) static COUNT_TOUCHING: PerClass = LazyLock::new(|| {
    per_class(
        "SELECT count(*) FROM event
         WHERE bucket = ?1 AND class = CLASS AND start_ns BETWEEN ?2 AND ?3 AND start_ns + duration_ns >= ?4",
    )
});

/// Events that touch a range, after a place: begun after (?2, ?3), at most at ?4, not ended before ?5.
pub(super) static OLDEST_FIRST: PerClass = LazyLock::new(|| {
    per_class(
        "SELECT bucket, start_ns, id, duration_ns, payload FROM event
         WHERE bucket = ?1 AND class = CLASS AND (start_ns, id) > (?2, ?3) AND start_ns <= ?4
             AND start_ns + duration_ns >= ?5
         ORDER BY start_ns, id",
    )
});

/// The same backwards: begun before (?2, ?3), at least at ?4, not ended before ?5.
pub(super) static NEWEST_FIRST: PerClass = LazyLock::new(|| {
    per_class(
        "SELECT bucket, start_ns, id, duration_ns, payload FROM event
         WHERE bucket = ?1 AND class = CLASS AND (start_ns, id) < (?2, ?3) AND start_ns >= ?4
             AND start_ns + duration_ns >= ?5
         ORDER BY start_ns DESC, id DESC",
    )
});

/// Where a class is read from and to: bucket, the place before the first row, the last start,
/// the earliest end.
pub(super) fn bounds(class: usize, bucket: i64, query: &EventQuery) -> (i64, i64, i64, i64, i64) {
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
pub(super) fn first<T>(open: &[(EventRow, T)], order: Order) -> Option<usize> {
    let place = |at: &usize| (open[*at].0.start, open[*at].0.id);
    match order {
        Order::OldestFirst => (0..open.len()).min_by_key(place),
        Order::NewestFirst => (0..open.len()).max_by_key(place),
    }
}

#[cfg(test)]
mod tests {
    use attnd_core::{TimeRange, Timestamp};
    use rusqlite::Connection;

    use super::*;
    use crate::sqlite::migration::{self, STEPS};
    use crate::sqlite::write_event::event_row;

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
