//! How is an answer written? As JSON.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::Failure;
use attnd_core::{ErrorCode, Problem};

/// A JSON answer.
pub(crate) struct Reply<T>(pub(crate) T);

/// `{}`: it is done, and there is nothing to say.
#[derive(Serialize, ToSchema)]
pub(crate) struct Empty {}

impl<T: Serialize> IntoResponse for Reply<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(bytes) => ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], bytes)
                .into_response(),
            Err(error) => Failure::from(Problem::new(ErrorCode::Internal, error.to_string())).into_response(),
        }
    }
}
