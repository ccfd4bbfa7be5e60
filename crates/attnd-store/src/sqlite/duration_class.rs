//! How long is an event, roughly? Classes of length that bound how far back a read must look.
//!
//! An event that reaches into `[start, end]` began at most its length before `start`. Without a
//! bound on the length one event of a month makes every read go back a month; with classes each
//! has its own bound, and a class of long events holds few of them:
//!
//! ```text
//! class 0  ≤ 5 min   reads start − 5 min ..= end
//! class 1  ≤ 1 h     reads start − 1 h   ..= end     (each longer than 5 min)
//! …
//! ```

use attnd_core::{Duration, TimeRange, Timestamp};

const MINUTE_NS: i64 = 60 * 1_000_000_000;
const DAY_NS: i64 = 24 * 60 * MINUTE_NS;

/// The longest event of each class.
const LONGEST_NS: [i64; 6] = [5 * MINUTE_NS, 60 * MINUTE_NS, DAY_NS, 32 * DAY_NS, 1_096 * DAY_NS, i64::MAX];

/// How many classes there are.
pub(super) const COUNT: usize = LONGEST_NS.len();

/// The class of an event this long.
pub(super) fn of(duration: Duration) -> i64 {
    LONGEST_NS.iter().take_while(|longest| duration.ns() > **longest).count() as i64
}

/// The class of a column's duration, as SQL.
pub(super) fn sql(duration: &str) -> String {
    let bounds = LONGEST_NS.iter().enumerate();
    let whens: String =
        bounds.map(|(class, longest)| format!(" WHEN {duration} <= {longest} THEN {class}")).collect();
    format!("CASE{whens} END")
}

/// The earliest start of an event of `class` that still touches `range`.
pub(super) fn earliest_start(class: usize, range: TimeRange) -> Timestamp {
    range.start().saturating_sub(longest(class))
}

/// The longest event of `class`.
pub(super) fn longest(class: usize) -> Duration {
    Duration::from_ns(LONGEST_NS[class])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_holds_up_to_its_longest() {
        assert_eq!(of(Duration::ZERO), 0);
        assert_eq!(of(Duration::from_s(300)), 0);
        assert_eq!(of(Duration::from_ns(300_000_000_001)), 1);
        assert_eq!(of(Duration::from_s(86_400)), 2);
        assert_eq!(of(Duration::MAX), 5);
    }

    #[test]
    fn sql_says_the_same() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        for ns in LONGEST_NS.iter().flat_map(|longest| [*longest, longest.saturating_add(1)]) {
            let class: i64 =
                connection.query_row(&format!("SELECT {}", sql("?1")), [ns], |row| row.get(0)).unwrap();
            assert_eq!(class, of(Duration::from_ns(ns)), "{ns}");
        }
    }
}
