//! How does a pause travel?

use attnd_core::{Duration, ErrorCode, Problem, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whether recording is paused.
#[derive(Serialize, ToSchema)]
#[schema(as = Pause)]
pub(crate) struct PauseAnswer {
    /// When it resumes by itself; `null` while it runs.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    pub(crate) until: Option<Timestamp>,
}

/// How long to pause: one of the two.
#[derive(Deserialize, ToSchema)]
#[schema(as = PauseWish)]
pub(crate) struct PauseBody {
    /// Until this moment.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// For so many minutes.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 10_080)]
    minutes: Option<u32>,
}

impl PauseBody {
    /// A week; who wants to stop for longer withdraws consent.
    const MAX_MINUTES: u32 = 10_080;

    /// When recording resumes.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidBody`] unless exactly one of the two is given.
    pub(crate) fn until(&self, now: Timestamp) -> Result<Timestamp, Problem> {
        match (self.until, self.minutes) {
            (Some(until), None) => Ok(until),
            (None, Some(minutes @ 1..=Self::MAX_MINUTES)) => {
                Ok(now.saturating_add(Duration::from_s(minutes * 60)))
            }
            (None, Some(_)) => {
                Err(Problem::new(ErrorCode::InvalidBody, "'minutes' is from 1 to 10080, a week"))
            }
            _ => Err(Problem::new(ErrorCode::InvalidBody, "say either 'until' or 'minutes'")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_has_one_end() {
        let now = Timestamp::parse("2024-01-01T10:00:00Z").unwrap();
        let until =
            |text: &str| serde_json::from_str::<PauseBody>(text).ok()?.until(now).ok().map(|t| t.to_string());
        assert_eq!(until(r#"{"minutes":30}"#).as_deref(), Some("2024-01-01T10:30:00Z"));
        assert_eq!(until(r#"{"until":"2024-01-02T00:00:00Z"}"#).as_deref(), Some("2024-01-02T00:00:00Z"));
        for bad in [
            "{}",
            r#"{"minutes":0}"#,
            r#"{"minutes":10081}"#,
            r#"{"minutes":5,"until":"2024-01-02T00:00:00Z"}"#,
        ] {
            assert_eq!(until(bad), None, "{bad}");
        }
    }
}
