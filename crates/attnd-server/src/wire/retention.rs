//! How long is a kind of source kept, on the wire?

use serde::Deserialize;
use utoipa::ToSchema;

use crate::wire::scalar::whole;

/// How long to keep a kind of source.
#[derive(Deserialize, ToSchema)]
#[schema(as = Retention)]
pub(crate) struct RetentionBody {
    /// Days.
    #[schema(minimum = 1, maximum = 4_294_967_295_u64)]
    #[serde(deserialize_with = "whole")]
    pub(crate) days: u32,
}
