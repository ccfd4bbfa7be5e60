//! How does one ask for erasure? In words that cannot be sent by mistake.

use attnd_core::{BucketId, ErrorCode, Problem, TimeRange, Timestamp};
use attnd_engine::erase::Erasure;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What to erase: `{"everything": true}`, or a stretch of time.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Erasure)]
pub(crate) struct ErasureBody {
    /// Everything attnd has about the person except the audit log. Stands alone.
    #[serde(default)]
    everything: Option<bool>,
    /// Every event that touches the time from here; without buckets named, what was recorded in it too.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// To here.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// In these buckets only.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    buckets: Option<Vec<BucketId>>,
}

/// What was erased.
#[derive(Serialize, ToSchema)]
#[schema(as = ErasureReport)]
pub(crate) struct ErasureAnswer {
    /// Events that are gone.
    pub(crate) events: u64,
    /// Recordings that are gone, or have lost a part.
    pub(crate) recordings: u64,
    /// Backups that held them and are gone too.
    pub(crate) backups: u64,
}

impl ErasureBody {
    /// What is meant.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidBody`] for anything but one of the two forms.
    pub(crate) fn erasure(self) -> Result<Erasure, Problem> {
        match (self.everything, self.from, self.to, self.buckets) {
            (Some(true), None, None, None) => Ok(Erasure::Everything),
            (None | Some(false), Some(from), Some(to), buckets) => {
                let range = TimeRange::new(from, to)
                    .map_err(|error| Problem::new(ErrorCode::InvalidTime, error.to_string()))?;
                Ok(Erasure::Events { buckets, range })
            }
            _ => {
                let words = "say either {\"everything\": true}, or both 'from' and 'to'";
                Err(Problem::new(ErrorCode::InvalidBody, words))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_meant_is_erased() {
        let meant =
            |text: &str| serde_json::from_str::<ErasureBody>(text).ok().and_then(|body| body.erasure().ok());
        assert_eq!(meant(r#"{"everything":true}"#), Some(Erasure::Everything));
        let day = r#""from":"2024-01-01T00:00:00Z","to":"2024-01-02T00:00:00Z""#;
        assert!(matches!(meant(&format!("{{{day}}}")), Some(Erasure::Events { buckets: None, .. })));
        assert!(matches!(
            meant(&format!(r#"{{{day},"buckets":["a"]}}"#)),
            Some(Erasure::Events { buckets: Some(_), .. })
        ));
        for bad in [
            "{}",
            r#"{"everything":false}"#,
            r#"{"everything":true,"from":"2024-01-01T00:00:00Z"}"#,
            r#"{"everything":true,"buckets":["a"]}"#,
            r#"{"from":"2024-01-01T00:00:00Z"}"#,
            r#"{"from":"2024-01-02T00:00:00Z","to":"2024-01-01T00:00:00Z"}"#,
            r#"{"everything":true,"bucket":"a"}"#,
        ] {
            assert_eq!(meant(bad), None, "{bad}");
        }
    }
}
