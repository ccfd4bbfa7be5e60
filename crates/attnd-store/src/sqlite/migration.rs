//! How does an older database become today's? Numbered steps, append-only, one transaction each.
//!
//! `PRAGMA user_version` says how many were done. A published step is never changed: databases
//! out there have taken it.

use std::path::Path;

use attnd_core::store::StoreError;
use rusqlite::{Connection, TransactionBehavior};

use super::error::from_sqlite;

/// Step `n` makes version `n + 1`.
pub(super) const STEPS: &[&str] = &[include_str!("schema_1.sql"), include_str!("schema_2.sql")];

/// The version these steps lead to.
pub(super) const fn known(steps: &[&str]) -> i64 {
    steps.len() as i64
}

/// The version of the database; 0 when it is empty.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Refuses a database from a newer attnd.
pub(super) fn refuse_newer(found: i64, steps: &[&str], path: &Path) -> Result<(), StoreError> {
    let known = known(steps);
    if found > known {
        return Err(StoreError::Newer { path: path.to_owned(), found, known });
    }
    Ok(())
}

/// Takes the steps the database has not taken yet.
pub(super) fn upgrade(connection: &mut Connection, steps: &[&str]) -> Result<(), StoreError> {
    let done = version(connection).map_err(|e| from_sqlite(&e))?;
    for (step, sql) in (1..).zip(steps).skip(usize::try_from(done).unwrap_or(0)) {
        take(connection, step, sql).map_err(|e| from_sqlite(&e))?;
    }
    Ok(())
}

fn take(connection: &mut Connection, step: i64, sql: &str) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(sql)?;
    transaction.pragma_update(None, "user_version", step)?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A step only this test knows.
    const NEXT: &str = "CREATE TABLE added (key INTEGER PRIMARY KEY) STRICT;";

    fn at_version(steps: &[&str]) -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        upgrade(&mut connection, steps).unwrap();
        connection
    }

    #[test]
    fn every_earlier_version_becomes_the_newest_and_keeps_its_rows() {
        let steps: Vec<&str> = STEPS.iter().copied().chain([NEXT]).collect();
        for earlier in 1..steps.len() {
            let mut connection = at_version(&steps[..earlier]);
            connection.execute("INSERT INTO organisation VALUES (1, zeroblob(16))", []).unwrap();
            upgrade(&mut connection, &steps).unwrap();
            assert_eq!(version(&connection).unwrap(), known(&steps));
            let kept: i64 =
                connection.query_row("SELECT count(*) FROM organisation", [], |r| r.get(0)).unwrap();
            assert_eq!(kept, 1);
            connection.execute("INSERT INTO added VALUES (1)", []).unwrap();
        }
    }

    #[test]
    fn sums_made_before_there_were_tracks_are_made_again() {
        use attnd_core::TimeRange;
        use attnd_core::rollup::RulesVersion;

        let mut connection = at_version(&STEPS[..1]);
        let computed = "INSERT INTO hour_generation VALUES (1, 473364, 5);
             INSERT INTO rollup_hour VALUES (1, 473364, 7, 5);
             INSERT INTO rollup_label VALUES (1, 1, '[]', 'app');
             INSERT INTO rollup VALUES (1, 473364, 1, 60);";
        connection.execute_batch(computed).unwrap();
        upgrade(&mut connection, STEPS).unwrap();
        let page = super::super::rollup::page(&connection, 1, RulesVersion(7), TimeRange::ALL).unwrap();
        assert_eq!((page.rows.len(), page.stale.len()), (0, 1));
    }

    #[test]
    fn a_step_that_fails_leaves_nothing_behind() {
        let mut connection = at_version(STEPS);
        let broken: Vec<&str> = STEPS.iter().copied().chain(["CREATE TABLE half (x); NONSENSE"]).collect();
        assert!(upgrade(&mut connection, &broken).is_err());
        assert_eq!(version(&connection).unwrap(), known(STEPS));
        assert!(connection.prepare("SELECT * FROM half").is_err());
    }

    #[test]
    fn a_newer_database_is_refused() {
        let path = Path::new("attnd.db");
        assert_eq!(refuse_newer(known(STEPS), STEPS, path), Ok(()));
        assert_eq!(
            refuse_newer(known(STEPS) + 1, STEPS, path),
            Err(StoreError::Newer { path: path.into(), found: known(STEPS) + 1, known: known(STEPS) })
        );
    }
}
