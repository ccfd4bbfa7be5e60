//! What stands in an address? Path parts and query parameters, with a clear word when they are wrong.

use attnd_core::{Duration, ErrorCode, Problem, TimeError, TimeRange, Timestamp};
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use jiff::fmt::temporal::Pieces;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use crate::answer::Failure;

/// The query parameters of an address.
pub(crate) struct Params<T>(pub(crate) T);

/// The variable parts of a path.
pub(crate) struct Named<T>(pub(crate) T);

/// The bucket in a path, for the OpenAPI document; the guard has read it before a handler could.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "tells the OpenAPI document what the guard reads")]
pub(crate) struct BucketPath {
    /// The bucket: at most 256 bytes, no control characters.
    #[param(min_length = 1, max_length = 256, pattern = "^[^\\u0000-\\u001F\\u007F-\\u009F]+$")]
    bucket_id: String,
}

/// Which events to read.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventParams {
    /// Only events that end after this: RFC 3339 with an offset.
    #[param(value_type = Option<String>, format = DateTime)]
    start: Option<String>,
    /// Only events that begin before this: RFC 3339 with an offset.
    #[param(value_type = Option<String>, format = DateTime)]
    end: Option<String>,
    /// At most so many; -1 means all.
    #[param(minimum = -1)]
    limit: Option<i64>,
}

/// Which events to count.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CountParams {
    /// Only events that end after this: RFC 3339 with an offset.
    #[param(value_type = Option<String>, format = DateTime)]
    start: Option<String>,
    /// Only events that begin before this: RFC 3339 with an offset.
    #[param(value_type = Option<String>, format = DateTime)]
    end: Option<String>,
    /// What an older JavaScript client calls `start`.
    #[param(value_type = Option<String>, format = DateTime)]
    starttime: Option<String>,
    /// What an older JavaScript client calls `end`.
    #[param(value_type = Option<String>, format = DateTime)]
    endtime: Option<String>,
}

/// How long a heartbeat may be late.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PulseParams {
    /// How many seconds after the last event's end it still continues it.
    #[param(minimum = 0)]
    pulsetime: f64,
}

impl EventParams {
    /// The time asked for; `None` when it is empty.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidTime`].
    pub(crate) fn range(&self) -> Result<Option<TimeRange>, Problem> {
        range(self.start.as_deref(), self.end.as_deref())
    }

    /// The most events wanted.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidParameter`] below -1.
    pub(crate) fn limit(&self) -> Result<Option<usize>, Problem> {
        match self.limit {
            None | Some(-1) => Ok(None),
            Some(limit) => usize::try_from(limit)
                .map(Some)
                .map_err(|_| Problem::new(ErrorCode::InvalidParameter, "'limit' is -1 or at least 0")),
        }
    }
}

impl CountParams {
    /// The time asked for; `None` when it is empty.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidTime`].
    pub(crate) fn range(&self) -> Result<Option<TimeRange>, Problem> {
        let start = self.start.as_deref().or(self.starttime.as_deref());
        range(start, self.end.as_deref().or(self.endtime.as_deref()))
    }
}

impl PulseParams {
    /// The pulse.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidParameter`] when negative, NaN or infinite.
    pub(crate) fn pulse(&self) -> Result<Duration, Problem> {
        match Duration::from_s_f64(self.pulsetime) {
            Ok(pulse) => Ok(pulse),
            // Longer than all time: everything continues the last event.
            Err(TimeError::OutOfRange) => Ok(Duration::MAX),
            Err(error) => Err(Problem::new(ErrorCode::InvalidParameter, format!("'pulsetime': {error}"))),
        }
    }
}

/// From `start` to `end`, each as far as attnd can tell time when not given. The wrong way round is
/// an empty time, as in ActivityWatch.
fn range(start: Option<&str>, end: Option<&str>) -> Result<Option<TimeRange>, Problem> {
    let start = start.map(time).transpose()?.unwrap_or(Timestamp::MIN);
    let end = end.map(time).transpose()?.unwrap_or(Timestamp::MAX);
    Ok(TimeRange::new(start, end).ok())
}

/// A time in an address. Some clients forget that a `+` in an address means a space.
///
/// # Errors
/// [`ErrorCode::InvalidTime`].
pub(crate) fn time(text: &str) -> Result<Timestamp, Problem> {
    let moment = |text: &str| Timestamp::parse(text).ok().or_else(|| beyond(text));
    moment(text)
        .or_else(|| {
            text.trim().rsplit_once(' ').and_then(|(rest, offset)| moment(&format!("{rest}+{offset}")))
        })
        .ok_or_else(|| {
            let text = text.chars().take(64).collect();
            Problem::new(ErrorCode::InvalidTime, TimeError::Format { text }.to_string())
        })
}

/// Clients write "since ever" as the year 1, and "for ever" as 9999: the nearest moment attnd can
/// hold means the same.
fn beyond(text: &str) -> Option<Timestamp> {
    let pieces = Pieces::parse(text.trim()).ok()?;
    pieces.time().and(pieces.offset())?;
    match pieces.date().year() {
        ..=1678 => Some(Timestamp::MIN),
        2261.. => Some(Timestamp::MAX),
        _ => None,
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(params)) => Ok(Self(params)),
            Err(rejection) => Err(Problem::new(ErrorCode::InvalidParameter, reason(&rejection)).into()),
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Named<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(named)) => Ok(Self(named)),
            Err(rejection) => Err(Problem::new(ErrorCode::InvalidParameter, reason(&rejection)).into()),
        }
    }
}

/// The time zone of that name; the daemon's own if none is given.
///
/// # Errors
/// [`ErrorCode::InvalidParameter`].
pub(crate) fn zone(name: Option<&str>) -> Result<TimeZone, Problem> {
    let Some(name) = name else { return Ok(TimeZone::system()) };
    // The name becomes part of a file's path in the system's time zone database.
    let plausible =
        name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_+-".contains(&b));
    plausible.then(|| TimeZone::get(name).ok()).flatten().ok_or_else(|| {
        Problem::new(ErrorCode::InvalidParameter, "'tz' is an IANA time zone such as Europe/Berlin")
    })
}

/// What the innermost error says: `missing field `pulsetime``.
fn reason(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plus_that_became_a_space_is_a_plus() {
        let moment = time("2024-01-01T12:00:00+02:00").unwrap();
        assert_eq!(time("2024-01-01T12:00:00 02:00").unwrap(), moment);
        assert_eq!(time("2024-01-01 12:00:00 02:00").unwrap(), moment);
        for bad in ["2024-01-01T12:00:00", "2024-01-01 12:00:00", "x y", ""] {
            assert_eq!(time(bad).unwrap_err().code, ErrorCode::InvalidTime, "{bad}");
        }
    }

    #[test]
    fn beyond_all_time_is_all_time() {
        assert_eq!(time("0001-01-01T00:00:00Z").unwrap(), Timestamp::MIN);
        assert_eq!(time("9999-12-31T23:59:59.999999+00:00").unwrap(), Timestamp::MAX);
    }

    #[test]
    fn backwards_is_empty() {
        assert_eq!(range(Some("2024-01-02T00:00:00Z"), Some("2024-01-01T00:00:00Z")), Ok(None));
        assert_eq!(range(None, None), Ok(Some(TimeRange::ALL)));
    }

    #[test]
    fn pulses_are_seconds() {
        let pulse = |pulsetime| PulseParams { pulsetime }.pulse().map(Duration::ns).map_err(|p| p.code);
        assert_eq!((pulse(0.5), pulse(1e300)), (Ok(500_000_000), Ok(i64::MAX)));
        for bad in [-1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(pulse(bad), Err(ErrorCode::InvalidParameter), "{bad}");
        }
    }

    #[test]
    fn zones_are_names_not_paths() {
        assert_eq!(zone(Some("Europe/Berlin")).unwrap().iana_name(), Some("Europe/Berlin"));
        for bad in ["", "../../etc/passwd", "Mars/Olympus", "Europe/Berlin\0"] {
            assert_eq!(zone(Some(bad)).unwrap_err().code, ErrorCode::InvalidParameter, "{bad}");
        }
    }
}
