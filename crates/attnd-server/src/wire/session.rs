//! How does a sign-in code travel?

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A code that signs one browser in, once, within five minutes.
#[derive(Serialize, ToSchema)]
#[schema(as = SignInCode)]
pub(crate) struct CodeAnswer {
    /// The code.
    pub(crate) code: String,
    /// Where to open it.
    pub(crate) path: String,
}

/// The code a link brings.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CodeParams {
    /// The code.
    pub(crate) code: String,
}
