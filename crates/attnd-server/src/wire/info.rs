//! What does the server say of itself?

use serde::Serialize;
use utoipa::ToSchema;

/// The server.
#[derive(Serialize, ToSchema)]
pub(crate) struct Info {
    /// The name of the machine it runs on.
    pub(crate) hostname: String,
    /// The ActivityWatch version whose interface it speaks, and its own.
    #[schema(value_type = String)]
    pub(crate) version: &'static str,
    /// Whether it is for trying things out.
    pub(crate) testing: bool,
    /// A UUID that stays the same for this installation.
    pub(crate) device_id: String,
}
