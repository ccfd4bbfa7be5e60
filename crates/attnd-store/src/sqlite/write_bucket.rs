//! How are buckets made and changed?

use attnd_core::store::Written;
use attnd_core::{BucketId, BucketType, Extent, NewBucket, Timestamp};
use rusqlite::Params;

use super::batch::{Batch, Fault};
use super::cache::{BucketState, Known, Last};
use crate::touched::HourSpan;

impl Batch<'_> {
    pub(super) fn create_bucket(
        &mut self,
        person: i64,
        bucket: &NewBucket,
        now: Timestamp,
    ) -> Result<Written, Fault> {
        match self.bucket(person, &bucket.id) {
            Ok(_) => return Ok(Written::Existed),
            Err(Fault::Refused(_)) => {}
            Err(failed) => return Err(failed),
        }
        let counter = self.counter()?;
        let key = counter.next_bucket;
        counter.next_bucket += 1;
        self.execute(
            "INSERT INTO bucket (key, person, id, name, kind, client, hostname, created_ns, data, event_count)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0)",
            (
                key,
                person,
                bucket.id.as_str(),
                &bucket.name,
                bucket.kind.as_str(),
                &bucket.client,
                &bucket.hostname,
                bucket.created.unwrap_or(now).ns(),
                bucket.data.canonical(),
            ),
        )?;
        let state = BucketState {
            key,
            person,
            event_count: 0,
            extent: None,
            extent_is: Known::Exact,
            last: Last::Nothing,
        };
        self.cache.buckets.add(bucket.id.clone(), state);
        self.touch_windows_if_idle(person, bucket.kind.as_str(), &bucket.hostname)?;
        Ok(Written::Created)
    }

    pub(super) fn update_bucket(&mut self, person: i64, bucket: &NewBucket) -> Result<Written, Fault> {
        let at = self.bucket(person, &bucket.id)?;
        let key = self.cache.buckets.states[at].key;
        let (kind, hostname) = self.kind_and_host(key)?;
        self.execute(
            "UPDATE bucket SET name = ?2, kind = ?3, client = ?4, hostname = ?5, data = ?6 WHERE key = ?1",
            (
                key,
                &bucket.name,
                bucket.kind.as_str(),
                &bucket.client,
                &bucket.hostname,
                bucket.data.canonical(),
            ),
        )?;
        if (kind.as_str(), hostname.as_str()) != (bucket.kind.as_str(), bucket.hostname.as_str()) {
            let own = self.extents("key = ?1", [key])?;
            self.touch_all(person, own);
            self.touch_windows_if_idle(person, &kind, &hostname)?;
            self.touch_windows_if_idle(person, bucket.kind.as_str(), &bucket.hostname)?;
        }
        Ok(Written::Done)
    }

    /// What a bucket is, and where, as its row says.
    pub(super) fn kind_and_host(&self, key: i64) -> rusqlite::Result<(String, String)> {
        self.connection
            .prepare_cached("SELECT kind, hostname FROM bucket WHERE key = ?1")?
            .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// A bucket of this kind came or went. If it is one for idle time, that is about all hours of
    /// its host's windows.
    pub(super) fn touch_windows_if_idle(
        &mut self,
        person: i64,
        kind: &str,
        hostname: &str,
    ) -> rusqlite::Result<()> {
        if kind != BucketType::AFK {
            return Ok(());
        }
        let windows = self
            .extents("person = ?1 AND kind = ?2 AND hostname = ?3", (person, BucketType::WINDOW, hostname))?;
        self.touch_all(person, windows);
        Ok(())
    }

    fn touch_all(&mut self, person: i64, extent: Option<Extent>) {
        if let Some(extent) = extent {
            self.touch(person, HourSpan::about(extent.start, extent.end));
        }
    }

    /// What the buckets cover that `which` says, those changed in this transaction included.
    fn extents(&mut self, which: &str, params: impl Params) -> rusqlite::Result<Option<Extent>> {
        self.store_extended()?;
        let owed = std::mem::take(&mut self.cache.owed);
        let stored = self.store_buckets(&owed);
        self.cache.owed = owed;
        stored?;
        self.connection
            .prepare_cached(&format!("SELECT min(start_ns), max(end_ns) FROM bucket WHERE {which}"))?
            .query_row(params, |row| Ok(super::read::extent(row.get(0)?, row.get(1)?)))
    }

    /// All of a person's buckets.
    pub(super) fn bucket_ids(&self, person: i64) -> rusqlite::Result<Vec<BucketId>> {
        self.all("SELECT id FROM bucket WHERE person = ?1 ORDER BY id", &[&person], |row| {
            super::read::parse_bucket_id(row.get(0)?)
        })
    }
}
