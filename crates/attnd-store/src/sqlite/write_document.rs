//! How are settings, records and audit lines kept?

use attnd_core::record::{AuditEntry, Record, RecordKind};
use attnd_core::store::Written;
use serde_json::Value;

use super::batch::{Batch, Fault};
use crate::audit_chain::next_line;

impl Batch<'_> {
    pub(super) fn put_setting(&mut self, person: i64, key: &str, value: &Value) -> Result<Written, Fault> {
        self.execute(
            "INSERT INTO setting (person, key, value) VALUES (?1, ?2, ?3)
             ON CONFLICT (person, key) DO UPDATE SET value = excluded.value",
            (person, key, value.to_string()),
        )?;
        Ok(Written::Done)
    }

    pub(super) fn delete_setting(&mut self, person: i64, key: &str) -> Result<Written, Fault> {
        self.execute("DELETE FROM setting WHERE person = ?1 AND key = ?2", (person, key))?;
        Ok(Written::Done)
    }

    pub(super) fn put_record(
        &mut self,
        person: i64,
        kind: RecordKind,
        record: &Record,
    ) -> Result<Written, Fault> {
        self.execute(
            "INSERT INTO record (person, kind, key, value) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (person, kind, key) DO UPDATE SET value = excluded.value",
            (person, kind.name(), &record.key, record.value.to_string()),
        )?;
        Ok(Written::Done)
    }

    pub(super) fn delete_record(
        &mut self,
        person: i64,
        kind: RecordKind,
        key: &str,
    ) -> Result<Written, Fault> {
        self.execute(
            "DELETE FROM record WHERE person = ?1 AND kind = ?2 AND key = ?3",
            (person, kind.name(), key),
        )?;
        Ok(Written::Done)
    }

    pub(super) fn append_audit(&mut self, person: i64, entry: &AuditEntry) -> Result<Written, Fault> {
        let before: Option<(i64, String)> = self.optional(
            "SELECT sequence, hash FROM audit WHERE person = ?1 ORDER BY sequence DESC LIMIT 1",
            [person],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let before = before.as_ref().map(|(sequence, hash)| (*sequence, hash.as_str()));
        let line = next_line(before, entry.clone());
        self.execute(
            "INSERT INTO audit (person, sequence, at_ns, actor, action, subject, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (person, line.sequence, line.at.ns(), &line.actor, &line.action, &line.subject, &line.hash),
        )?;
        Ok(Written::Done)
    }
}
