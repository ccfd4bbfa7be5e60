//! How does a pause travel?

use attnd_core::{Duration, ErrorCode, Problem, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::scalar::whole;

/// Whether recording is paused.
#[derive(Serialize, ToSchema)]
#[schema(as = Pause)]
pub(crate) struct PauseAnswer {
    /// When it resumes by itself; `null` while it runs.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    pub(crate) until: Option<Timestamp>,
}

/// How long to pause.
#[derive(Deserialize, ToSchema)]
#[schema(as = PauseWish)]
pub(crate) struct PauseBody {
    /// Minutes from now; at most a week, for who wants to stop for longer withdraws consent.
    #[schema(minimum = 1, maximum = 10_080)]
    #[serde(deserialize_with = "whole")]
    minutes: u32,
}

impl PauseBody {
    const MAX_MINUTES: u32 = 10_080;

    /// When recording resumes.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidBody`] for no time at all, or more than a week.
    pub(crate) fn until(&self, now: Timestamp) -> Result<Timestamp, Problem> {
        if !(1..=Self::MAX_MINUTES).contains(&self.minutes) {
            return Err(Problem::new(ErrorCode::InvalidBody, "'minutes' is from 1 to 10080, a week"));
        }
        Ok(now.saturating_add(Duration::from_s(self.minutes * 60)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_has_an_end() {
        let now = Timestamp::parse("2024-01-01T10:00:00Z").unwrap();
        let until = |minutes| PauseBody { minutes }.until(now).ok().map(|moment| moment.to_string());
        assert_eq!(until(30).as_deref(), Some("2024-01-01T10:30:00Z"));
        assert_eq!(until(10_080).as_deref(), Some("2024-01-08T10:00:00Z"));
        assert_eq!((until(0), until(10_081)), (None, None));
    }
}
