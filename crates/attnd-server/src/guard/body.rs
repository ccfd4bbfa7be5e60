//! Is the body small enough, and is it what it should be?

use attnd_core::{ErrorCode, Problem};
use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny, Visitor};
use serde::forward_to_deserialize_any;

use crate::answer::Failure;
use crate::guard::scope::Admitted;

/// What body a route takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyRule {
    /// None; what is sent is not read.
    None,
    /// JSON of usual size.
    Json,
    /// JSON of a bulk insert.
    LargeJson,
    /// JSON or a form with a file in it, of any size, read as it arrives.
    Upload,
}

impl BodyRule {
    /// The largest body taken, in bytes.
    pub(crate) const fn max_bytes(self) -> u64 {
        match self {
            Self::None => 0,
            Self::Json => 10 << 20,
            Self::LargeJson => 100 << 20,
            Self::Upload => u64::MAX,
        }
    }
}

/// Refuses a body by what its headers say, before a byte of it is read.
pub(crate) fn check(rule: BodyRule, headers: &HeaderMap) -> Result<(), Failure> {
    if rule == BodyRule::None {
        return Ok(());
    }
    let announced =
        headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|bytes| bytes > rule.max_bytes()) {
        return Err(too_large(rule.max_bytes()));
    }
    if is_json(headers) || (rule == BodyRule::Upload && is_form(headers)) {
        return Ok(());
    }
    Err(Problem::new(ErrorCode::UnsupportedMediaType, "").into())
}

fn too_large(max_bytes: u64) -> Failure {
    Problem::new(ErrorCode::BodyTooLarge, format!("it takes at most {} MiB", max_bytes >> 20)).into()
}

fn media_type(headers: &HeaderMap) -> &str {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim()
}

fn is_json(headers: &HeaderMap) -> bool {
    let media_type = media_type(headers);
    media_type.eq_ignore_ascii_case("application/json")
        || media_type
            .split_once('/')
            .and_then(|(kind, rest)| {
                kind.eq_ignore_ascii_case("application").then_some(rest)?.rsplit_once('+')
            })
            .is_some_and(|(_, suffix)| suffix.eq_ignore_ascii_case("json"))
}

/// Whether the body is a form that may hold a file.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    media_type(headers).eq_ignore_ascii_case("multipart/form-data")
}

/// A JSON body.
pub(crate) struct Json<T>(pub(crate) T);

/// A body to read as it arrives.
pub(crate) struct Upload(pub(crate) Request);

/// Bodies above this are parsed on a thread that may block.
const LARGE_BYTES: usize = 1 << 20;

impl<S: Send + Sync, T: DeserializeOwned + Send + 'static> FromRequest<S> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let bytes = read(request).await?;
        if bytes.len() <= LARGE_BYTES {
            return parse(&bytes).map(Self);
        }
        let parsed = tokio::task::spawn_blocking(move || parse(&bytes)).await;
        parsed.map_err(|_| Problem::new(ErrorCode::Internal, "reading the body was cut short"))?.map(Self)
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        Ok(Self(request))
    }
}

async fn read(request: Request) -> Result<Bytes, Failure> {
    let max_bytes = request.extensions().get::<Admitted>().map_or(0, |admitted| admitted.max_bytes);
    let limit = usize::try_from(max_bytes).unwrap_or(usize::MAX);
    to_bytes(request.into_body(), limit).await.map_err(|error| {
        let mut source = std::error::Error::source(&error);
        while let Some(inner) = source {
            if inner.is::<http_body_util::LengthLimitError>() {
                return too_large(max_bytes);
            }
            source = inner.source();
        }
        Problem::new(ErrorCode::MalformedJson, "the body broke off").into()
    })
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let parsed = T::deserialize(Objects(&mut json)).and_then(|value| json.end().map(|()| value));
    parsed.map_err(|error| {
        // Not by the error's own class: some wrong types (`null` for a word of a list) are called errors
        // of syntax, and a wrong type may be met before the text breaks off.
        let is_json = serde_json::from_slice::<IgnoredAny>(bytes).is_ok();
        let code = if is_json { ErrorCode::InvalidBody } else { ErrorCode::MalformedJson };
        // The words end with the line and column.
        Problem::new(code, error.to_string()).into()
    })
}

/// Reads objects from objects only: serde would also take an array of a struct's fields in order.
struct Objects<'a, R>(&'a mut serde_json::Deserializer<R>);

impl<'de, R: serde_json::de::Read<'de>> Deserializer<'de> for Objects<'_, R> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.0.deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.deserialize_map(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(rule: BodyRule, content_type: &str, bytes: u64) -> Option<ErrorCode> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, content_type.parse().unwrap());
        headers.insert(header::CONTENT_LENGTH, bytes.into());
        check(rule, &headers).err().map(|failure| failure.code())
    }

    #[test]
    fn only_json_is_json() {
        for good in ["application/json", "Application/JSON; charset=utf-8", "application/vnd.aw+json"] {
            assert_eq!(verdict(BodyRule::Json, good, 2), None, "{good}");
        }
        for bad in [
            "",
            "text/plain",
            "application/jsonp",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "+json",
        ] {
            assert_eq!(verdict(BodyRule::Json, bad, 2), Some(ErrorCode::UnsupportedMediaType), "{bad}");
        }
        assert_eq!(verdict(BodyRule::Upload, "multipart/form-data; boundary=x", 2), None);
        assert_eq!(verdict(BodyRule::None, "text/plain", 2), None);
    }

    #[test]
    fn size_is_refused_before_type() {
        assert_eq!(verdict(BodyRule::Json, "text/plain", 11 << 20), Some(ErrorCode::BodyTooLarge));
        assert_eq!(verdict(BodyRule::LargeJson, "application/json", 11 << 20), None);
        assert_eq!(
            verdict(BodyRule::LargeJson, "application/json", 101 << 20),
            Some(ErrorCode::BodyTooLarge)
        );
        assert_eq!(verdict(BodyRule::Upload, "application/json", 1 << 40), None);
    }

    #[test]
    fn faults_name_their_place() {
        let problem = parse::<Vec<u8>>(b"[1,\n 2,,]").unwrap_err().problem().clone();
        assert_eq!(problem.code, ErrorCode::MalformedJson);
        assert!(problem.detail.ends_with("at line 2 column 4"), "{}", problem.detail);
        let problem = parse::<Vec<u8>>(b"[\"x\"]").unwrap_err().problem().clone();
        assert_eq!(problem.code, ErrorCode::InvalidBody);
        assert!(problem.detail.contains("line 1 column 4"), "{}", problem.detail);
    }
}
