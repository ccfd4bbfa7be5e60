//! Where do a query's events come from?

use std::sync::Arc;

use attnd_core::{BucketId, BucketType, Event, Problem, TimeRange};

use crate::category::{CategoryRules, RulesError};

/// What a query may know of a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketInfo {
    /// Its name.
    pub id: BucketId,
    /// The machine it senses.
    pub hostname: String,
    /// What kind of events it holds.
    pub kind: BucketType,
    /// Number of events in it.
    pub event_count: u64,
}

/// The buckets and events a query may read.
pub trait Datasource {
    /// Every bucket.
    ///
    /// # Errors
    /// What kept them from being read.
    fn buckets(&self) -> Result<Vec<BucketInfo>, Problem>;

    /// The events of `bucket` that touch `range`, cut to it, newest first.
    ///
    /// # Errors
    /// What kept them from being read.
    fn events(&self, bucket: &BucketId, range: TimeRange) -> Result<Vec<Event>, Problem>;

    /// Compiles the category rules of a query; worth overriding with a
    /// [`RulesCache`](crate::category::RulesCache), as compiling takes some milliseconds.
    ///
    /// # Errors
    /// What is wrong with the rules.
    fn category_rules(&self, pairs: &serde_json::Value) -> Result<Arc<CategoryRules>, RulesError> {
        CategoryRules::from_pairs(pairs).map(Arc::new)
    }

    /// How many events of `bucket` touch `range`; worth overriding where that is known without
    /// reading them.
    ///
    /// # Errors
    /// What kept them from being counted.
    fn count(&self, bucket: &BucketId, range: TimeRange) -> Result<u64, Problem> {
        Ok(self.events(bucket, range)?.len() as u64)
    }
}
