//! How is a failure told? As JSON with a stable code, in the reader's language, everywhere.

use std::time::Duration;

use attnd_core::problem::Words;
use attnd_core::{ErrorCode, Problem};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// A failure on its way to becoming an answer; the guard renders it in the reader's language.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    problem: Problem,
    /// What the Python ActivityWatch server calls this error of a query.
    python_name: Option<&'static str>,
    retry_after: Option<Duration>,
}

/// The languages attnd speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// English.
    English,
    /// Simplified Chinese.
    Chinese,
}

/// What went wrong.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemAnswer<'a> {
    /// What happened, in words.
    message: &'a str,
    /// The stable word programs may match on.
    code: &'static str,
    /// What to do next.
    todo: &'static str,
    /// What exactly, where there is more to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    /// The kind of query error, as the Python ActivityWatch server names it.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
}

impl Failure {
    /// A failed query, with the name ActivityWatch's clients know the error by.
    pub(crate) fn of_query(problem: Problem, python_name: &'static str) -> Self {
        Self { python_name: Some(python_name), ..problem.into() }
    }

    /// The same failure, with when to try again.
    pub(crate) fn retry_after(self, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..self }
    }

    pub(crate) const fn code(&self) -> ErrorCode {
        self.problem.code
    }

    #[cfg(test)]
    pub(crate) const fn problem(&self) -> &Problem {
        &self.problem
    }

    fn wait(&self) -> Option<Duration> {
        let by_code = match self.problem.code {
            ErrorCode::StorageFull => Some(Duration::from_secs(30)),
            ErrorCode::Unavailable => Some(Duration::from_secs(2)),
            _ => None,
        };
        self.retry_after.or(by_code)
    }

    fn body(&self, language: Language) -> Vec<u8> {
        let info = self.problem.code.info();
        let detail = Some(self.problem.detail.as_str()).filter(|detail| !detail.is_empty());
        let answer = ProblemAnswer {
            // Clients show a query's error by its message alone.
            message: self.python_name.and(detail).unwrap_or_else(|| language.pick(info.message)),
            code: info.code,
            todo: language.pick(info.todo),
            detail,
            kind: self.python_name,
        };
        serde_json::to_vec(&answer).expect("invariant: strings serialise")
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self { problem, python_name: None, retry_after: None }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = self.problem.code.info().status;
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response.extensions_mut().insert(self);
        response
    }
}

impl Language {
    /// The language the reader prefers among ours; English where they do not say.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let Some(wanted) = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()) else {
            return Self::English;
        };
        let mut best = (0.0, Self::English);
        for choice in wanted.split(',') {
            let (tag, quality) = choice.split_once(";q=").unwrap_or((choice, "1"));
            let quality: f32 = quality.trim().parse().unwrap_or(0.0);
            let language = match tag.trim().split('-').next() {
                Some(tag) if tag.eq_ignore_ascii_case("zh") => Self::Chinese,
                Some(tag) if tag.eq_ignore_ascii_case("en") => Self::English,
                _ => continue,
            };
            if quality > best.0 {
                best = (quality, language);
            }
        }
        best.1
    }

    const fn pick(self, words: Words) -> &'static str {
        match self {
            Self::English => words.en,
            Self::Chinese => words.zh,
        }
    }
}

/// Writes the failure an answer carries, if it is one: ours, or one the framework made.
pub(crate) fn render(response: &mut Response, language: Language) {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return;
    }
    let failure = match response.extensions_mut().remove::<Failure>() {
        Some(failure) => failure,
        // A page tells its failures itself.
        None if is_page(response) => return,
        None => of_framework(status),
    };
    if status.is_server_error() {
        let info = failure.problem.code.info();
        tracing::error!(
            code = info.code,
            status = status.as_u16(),
            detail = failure.problem.detail,
            "a request failed"
        );
    }
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.append(header::VARY, HeaderValue::from_static("Accept-Language"));
    if let Some(wait) = failure.wait() {
        headers.insert(
            header::RETRY_AFTER,
            HeaderValue::from(wait.as_secs() + u64::from(wait.subsec_nanos() > 0)),
        );
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    *response.body_mut() = Body::from(failure.body(language));
}

fn is_page(response: &Response) -> bool {
    let content_type = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    content_type
        .is_some_and(|value| value.starts_with(b"text/html") || value.starts_with(b"application/json"))
}

fn of_framework(status: StatusCode) -> Failure {
    let code = match status {
        StatusCode::NOT_FOUND => ErrorCode::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorCode::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::BodyTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorCode::UnsupportedMediaType,
        StatusCode::UNPROCESSABLE_ENTITY => ErrorCode::InvalidBody,
        status if status.is_client_error() => ErrorCode::InvalidParameter,
        _ => ErrorCode::Internal,
    };
    Problem::new(code, "").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(accept: &str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, accept.parse().unwrap());
        Language::of(&headers)
    }

    #[test]
    fn the_preferred_language_of_ours_is_taken() {
        assert_eq!(language("zh-CN,zh;q=0.9,en;q=0.8"), Language::Chinese);
        assert_eq!(language("en-GB,en;q=0.9,zh;q=0.8"), Language::English);
        assert_eq!(language("de, zh-Hans;q=0.5, en;q=0.4"), Language::Chinese);
        assert_eq!(language("fr"), Language::English);
        assert_eq!(language(";;q=x,,"), Language::English);
    }

    #[test]
    fn failures_carry_code_words_and_next_step() {
        let failure = Failure::from(Problem::new(ErrorCode::NoBucket, "there is no bucket 'x'"));
        let body: serde_json::Value = serde_json::from_slice(&failure.body(Language::English)).unwrap();
        assert_eq!(body["code"], "no_bucket");
        assert_eq!(body["message"], "The requested bucket does not exist.");
        assert_eq!(body["detail"], "there is no bucket 'x'");
        assert!(body["todo"].as_str().is_some_and(|todo| todo.contains("POST /api/0/buckets")));
        let chinese: serde_json::Value = serde_json::from_slice(&failure.body(Language::Chinese)).unwrap();
        assert_eq!(chinese["message"], "所请求的数据桶不存在。");
    }

    #[test]
    fn a_full_disk_says_when_to_come_back() {
        let mut response = Failure::from(Problem::new(ErrorCode::StorageFull, "")).into_response();
        render(&mut response, Language::English);
        assert_eq!(response.status().as_u16(), 507);
        assert_eq!(response.headers()[header::RETRY_AFTER], "30");
    }
}
