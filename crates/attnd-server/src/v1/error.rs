//! What can go wrong? The table of every error.

use attnd_core::ErrorCode;

use crate::wire::error::ErrorAnswer;
use crate::wire::reply::Reply;

/// Every error: its code, status, words in both languages, and what to do.
#[utoipa::path(get, path = "/api/v1/errors", tag = "about", operation_id = "errors",
    responses((status = 200, description = "The table", body = Vec<ErrorAnswer>)))]
pub(crate) async fn list() -> Reply<Vec<ErrorAnswer>> {
    Reply(ErrorCode::ALL.iter().map(|code| ErrorAnswer::from(code.info())).collect())
}
