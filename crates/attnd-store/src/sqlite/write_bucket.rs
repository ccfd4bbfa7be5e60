//! How are buckets made and changed?

use attnd_core::store::Written;
use attnd_core::{BucketId, NewBucket, Timestamp};

use super::batch::{Batch, Fault};
use super::cache::{BucketState, Known, Last};

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
        Ok(Written::Created)
    }

    pub(super) fn update_bucket(&mut self, person: i64, bucket: &NewBucket) -> Result<Written, Fault> {
        let at = self.bucket(person, &bucket.id)?;
        self.execute(
            "UPDATE bucket SET name = ?2, kind = ?3, client = ?4, hostname = ?5, data = ?6 WHERE key = ?1",
            (
                self.cache.buckets.states[at].key,
                &bucket.name,
                bucket.kind.as_str(),
                &bucket.client,
                &bucket.hostname,
                bucket.data.canonical(),
            ),
        )?;
        Ok(Written::Done)
    }

    /// All of a person's buckets.
    pub(super) fn bucket_ids(&self, person: i64) -> rusqlite::Result<Vec<BucketId>> {
        self.all("SELECT id FROM bucket WHERE person = ?1 ORDER BY id", &[&person], |row| {
            super::read::parse_bucket_id(row.get(0)?)
        })
    }
}
