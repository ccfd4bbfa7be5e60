//! How do buckets travel? In ActivityWatch's shape.

use std::sync::Arc;

use attnd_core::{Bucket, BucketId, BucketType, Data, NewBucket, Problem, Timestamp};
use attnd_engine::Engine;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::scalar::Moment;

/// A host name watchers send when they leave it to the server to know.
const LOCAL: &str = "!local";

/// A bucket to make or change. Other fields are passed over.
#[derive(Deserialize, ToSchema)]
pub(crate) struct BucketBody {
    /// The program that writes it.
    client: String,
    /// What kind of events it holds.
    #[serde(rename = "type")]
    kind: String,
    /// The machine it senses; `!local` is the server's own.
    hostname: String,
    /// A name for people.
    #[serde(default)]
    name: Option<String>,
    /// When it was made; now, if not given.
    #[serde(default)]
    #[schema(value_type = Option<Moment>)]
    created: Option<Timestamp>,
    /// Anything else to keep with it.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    data: Option<Data>,
}

/// A bucket.
#[derive(Serialize, ToSchema)]
#[schema(as = Bucket)]
pub(crate) struct BucketAnswer {
    /// Its id.
    id: String,
    /// A name for people, if it has one.
    #[schema(required)]
    name: Option<String>,
    /// What kind of events it holds.
    #[serde(rename = "type")]
    kind: String,
    /// The program that writes it.
    client: String,
    /// The machine it senses.
    hostname: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created: Timestamp,
    /// Anything else that is kept with it.
    #[schema(value_type = Object)]
    data: Data,
    /// The stretch its events cover.
    metadata: BucketMetadata,
    /// Always `null` here; an export has them.
    #[schema(required, value_type = Option<Vec<super::event::EventAnswer>>)]
    events: Option<()>,
    /// The end of its latest event.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    last_updated: Option<Timestamp>,
}

/// The stretch a bucket's events cover.
#[derive(Serialize, ToSchema)]
pub(crate) struct BucketMetadata {
    /// Start of the first event.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    start: Option<Timestamp>,
    /// Latest end of any.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    end: Option<Timestamp>,
}

impl BucketBody {
    /// The bucket meant, once the server has filled in its own host name.
    ///
    /// # Errors
    /// [`Problem`] of the store, which knows the device id.
    pub(crate) async fn bucket(self, id: BucketId, engine: &Arc<Engine>) -> Result<NewBucket, Problem> {
        let mut data = self.data.unwrap_or_default();
        let hostname = if self.hostname == LOCAL {
            data.fields_mut().insert("device_id".to_owned(), engine.device_id().await?.into());
            engine.config().hostname.clone()
        } else {
            self.hostname
        };
        Ok(NewBucket {
            id,
            name: self.name,
            kind: BucketType(self.kind),
            client: self.client,
            hostname,
            created: self.created,
            data,
        })
    }
}

impl From<Bucket> for BucketAnswer {
    fn from(bucket: Bucket) -> Self {
        let end = bucket.extent.map(|extent| extent.end);
        Self {
            id: bucket.id.to_string(),
            name: bucket.name,
            kind: bucket.kind.0,
            client: bucket.client,
            hostname: bucket.hostname,
            created: bucket.created,
            data: bucket.data,
            metadata: BucketMetadata { start: bucket.extent.map(|extent| extent.start), end },
            events: None,
            last_updated: end,
        }
    }
}
