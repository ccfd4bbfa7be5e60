//! How does a supervisor learn that all is well?

use serde::Serialize;
use utoipa::ToSchema;

/// All is well.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// Always `ok`.
    #[schema(value_type = String)]
    status: &'static str,
}

impl Health {
    /// The only answer there is; anything else is a failure.
    pub(crate) const OK: Self = Self { status: "ok" };
}
