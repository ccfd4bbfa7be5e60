//! How is an event's data stored once? Interned texts with reference counts.

use attnd_core::Data;
use sha2::{Digest, Sha256};

use super::batch::Batch;
use super::cache::{NewPayload, Owed};

impl Batch<'_> {
    /// The key of the data's text, made if there is none, with one more reference.
    pub(super) fn refer(&mut self, person: i64, data: &Data) -> rusqlite::Result<i64> {
        let json = data.canonical();
        let key = match self.find_payload(person, &json)? {
            Some(key) => key,
            None => self.new_payload(person, json)?,
        };
        *self.cache.owed.references.entry(key).or_default() += 1;
        Ok(key)
    }

    /// Gives up `count` references.
    pub(super) fn release(&mut self, payload: i64, count: i64) {
        *self.cache.owed.references.entry(payload).or_default() -= count;
    }

    /// The key of the text, if the person has it.
    pub(super) fn find_payload(&mut self, person: i64, json: &str) -> rusqlite::Result<Option<i64>> {
        if let Some(key) = self.cache.payloads.get(person, json) {
            return Ok(Some(key));
        }
        let stored = self.optional(
            "SELECT key FROM payload WHERE person = ?1 AND hash = ?2 AND json = ?3",
            (person, hash(json), json),
            |row| row.get(0),
        )?;
        if let Some(key) = stored {
            self.cache.payloads.put(person, json.to_owned(), key);
        }
        Ok(stored)
    }

    fn new_payload(&mut self, person: i64, json: String) -> rusqlite::Result<i64> {
        let counter = self.counter()?;
        let key = counter.next_payload;
        counter.next_payload += 1;
        self.cache.payloads.put(person, json.clone(), key);
        self.cache.owed.new_payloads.insert(key, NewPayload { person, hash: hash(&json), json });
        Ok(key)
    }

    /// Inserts new texts, stores changed counts, deletes texts that nothing refers to any more.
    pub(super) fn store_payloads(&mut self, owed: &mut Owed) -> rusqlite::Result<()> {
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO payload (key, person, hash, json, refs) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        let mut more =
            self.connection.prepare_cached("UPDATE payload SET refs = refs + ?2 WHERE key = ?1")?;
        let mut fewer = self.connection.prepare_cached(
            "UPDATE payload SET refs = refs + ?2 WHERE key = ?1 RETURNING refs, person, json",
        )?;
        for (key, references) in std::mem::take(&mut owed.references) {
            if let Some(new) = owed.new_payloads.remove(&key) {
                if references > 0 {
                    insert.execute((key, new.person, new.hash, &new.json, references))?;
                } else {
                    self.cache.payloads.remove(new.person, &new.json);
                }
                continue;
            }
            if references > 0 {
                more.execute((key, references))?;
            }
            if references >= 0 {
                continue;
            }
            let mut rows = fewer.query((key, references))?;
            let Some(row) = rows.next()? else { continue };
            let unused = row.get::<_, i64>(0)? <= 0;
            if unused {
                self.cache.payloads.remove(row.get(1)?, row.get_ref(2)?.as_str()?);
            }
            while rows.next()?.is_some() {}
            if unused {
                self.connection.prepare_cached("DELETE FROM payload WHERE key = ?1")?.execute([key])?;
                owed.deleted_payloads.push(key);
            }
        }
        Ok(())
    }
}

/// The first 8 bytes of the text's SHA-256.
fn hash(json: &str) -> i64 {
    let digest = Sha256::digest(json.as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    i64::from_le_bytes(first)
}
