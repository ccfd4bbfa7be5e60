//! How do tokens travel? Never with their secret, save once.

use attnd_core::{Duration, ErrorCode, Problem, Timestamp};
use attnd_engine::access::{Holder, NewToken, Scope, Token};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::scalar::whole_if_any;

/// What to make a token with.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewToken)]
pub(crate) struct TokenBody {
    /// What the person calls it.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// What it may be used for: `admin`, `read:self`, `ingest:<bucket>`, `ask:write`, `crowd:work`,
    /// `crowd:request`.
    #[schema(min_items = 1, example = json!(["ingest:aw-watcher-window_laptop"]))]
    scopes: Vec<ScopeWord>,
    /// The only web origin that may use it; programs without an origin if not given.
    #[serde(default)]
    #[schema(pattern = "^[a-z][a-z0-9+.-]*://[A-Za-z0-9.:\\[\\]_-]+$")]
    origin: Option<String>,
    /// How many days it lives; for ever if not given.
    #[serde(default, deserialize_with = "whole_if_any")]
    #[schema(minimum = 1, maximum = 36_500)]
    days: Option<u32>,
}

/// What a token may be used for.
#[derive(Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(
    as = Scope,
    pattern = "^(admin|read:self|ask:write|crowd:work|crowd:request|ingest:[^\\u0000-\\u001F\\u007F-\\u009F]{1,256})$"
)]
struct ScopeWord(String);

/// A token, without its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = Token)]
pub(crate) struct TokenAnswer {
    /// Its id.
    id: String,
    /// What the person calls it.
    name: String,
    /// What it may be used for.
    scopes: Vec<String>,
    /// The only web origin that may use it.
    #[schema(required)]
    origin: Option<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created: Timestamp,
    /// When it was last used, to the minute.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    last_used: Option<Timestamp>,
    /// When it ends.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    expires: Option<Timestamp>,
    /// Who holds it.
    holder: HolderWord,
}

/// Who holds a token.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = TokenHolder)]
pub(crate) enum HolderWord {
    /// A program.
    Program,
    /// A browser, as its session.
    Session,
}

/// A new token and, this once, its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = IssuedToken)]
pub(crate) struct IssuedAnswer {
    /// The token.
    #[serde(flatten)]
    pub(crate) token: TokenAnswer,
    /// The secret; it cannot be shown again.
    pub(crate) secret: String,
}

impl TokenBody {
    const MAX_NAME_CHARS: usize = 100;
    const MAX_DAYS: u32 = 36_500;

    /// The token meant.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidBody`] or [`ErrorCode::InvalidParameter`] naming what is wrong.
    pub(crate) fn token(self) -> Result<NewToken, Problem> {
        let invalid = |words: &str| Err(Problem::new(ErrorCode::InvalidBody, words));
        if self.name.is_empty() || self.name.chars().count() > Self::MAX_NAME_CHARS {
            return invalid("'name' has 1 to 100 characters");
        }
        if self.scopes.is_empty() {
            return invalid("'scopes' names at least one scope");
        }
        if self.days.is_some_and(|days| days == 0 || days > Self::MAX_DAYS) {
            return invalid("'days' is from 1 to 36500");
        }
        if self.origin.as_deref().is_some_and(|origin| !is_origin(origin)) {
            return invalid(
                "'origin' is a web origin such as moz-extension://<id> or https://time.example.org",
            );
        }
        let scopes = self.scopes.iter().map(|scope| Scope::parse(&scope.0)).collect::<Result<_, _>>()?;
        let lifetime = self.days.map(|days| Duration::from_s(days * 86_400));
        Ok(NewToken { name: self.name, scopes, origin: self.origin, lifetime })
    }
}

/// Whether a browser could send it: scheme, host, perhaps a port, and nothing else.
fn is_origin(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, host)| {
        scheme.starts_with(|first: char| first.is_ascii_lowercase())
            && scheme.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+.-".contains(&b))
            && !host.is_empty()
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".:[]_-".contains(&b))
    })
}

impl TokenAnswer {
    /// What may be told of a token.
    pub(crate) fn of(token: &Token) -> Self {
        Self {
            id: token.id.clone(),
            name: token.name.clone(),
            scopes: token.scopes.iter().map(Scope::to_string).collect(),
            origin: token.origin.clone(),
            created: token.created,
            last_used: token.last_used,
            expires: token.expires,
            holder: match token.holder {
                Holder::Program => HolderWord::Program,
                Holder::Session => HolderWord::Session,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_what_browsers_send() {
        for good in ["moz-extension://4b5ee0f2-0e5f", "https://time.example.org", "http://[::1]:5600"] {
            assert!(is_origin(good), "{good}");
        }
        for bad in
            ["", "null", "https://", "://x", "https://a/b", "https://a b", "https://*?", "moz-extension:x"]
        {
            assert!(!is_origin(bad), "{bad}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let code = |text: &str| {
            serde_json::from_str::<TokenBody>(text)
                .unwrap()
                .token()
                .map(|_| ())
                .map_err(|problem| problem.code)
        };
        assert_eq!(code(r#"{"name":"x","scopes":["read:self","ingest:b"],"days":36500}"#), Ok(()));
        assert_eq!(code(r#"{"name":"x","scopes":["root"]}"#), Err(ErrorCode::InvalidParameter));
        for bad in [
            r#"{"name":"","scopes":["admin"]}"#,
            r#"{"name":"x","scopes":[]}"#,
            r#"{"name":"x","scopes":["admin"],"days":0}"#,
        ] {
            assert_eq!(code(bad), Err(ErrorCode::InvalidBody), "{bad}");
        }
    }
}
