//! Which server is this? What every client asks first.

use axum::extract::State;

use crate::AppState;
use crate::answer::Failure;
use crate::config::Mode;
use crate::wire::info::Info;
use crate::wire::reply::Reply;

/// The protocol version clients look for, and whose server it is in truth.
const VERSION: &str = concat!("v0.14.0 (attnd ", env!("CARGO_PKG_VERSION"), ")");

/// Who the server is. Needs no token.
#[utoipa::path(get, path = "/api/0/info", tag = "activitywatch", operation_id = "aw_info",
    responses((status = 200, description = "The server", body = Info)))]
pub(crate) async fn info(State(state): State<AppState>) -> Result<Reply<Info>, Failure> {
    Ok(Reply(Info {
        hostname: state.engine.config().hostname.clone(),
        version: VERSION,
        testing: state.site.mode == Mode::Testing,
        device_id: state.engine.device_id().await?,
    }))
}
