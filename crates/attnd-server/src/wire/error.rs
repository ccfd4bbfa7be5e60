//! How does the table of errors travel?

use attnd_core::problem::{ErrorInfo, Words};
use serde::Serialize;
use utoipa::ToSchema;

/// A row of the table.
#[derive(Serialize, ToSchema)]
#[schema(as = ErrorInfo)]
pub(crate) struct ErrorAnswer {
    /// The stable word programs may match on.
    #[schema(value_type = String)]
    code: &'static str,
    /// HTTP status.
    status: u16,
    /// What happened.
    message: WordsAnswer,
    /// What to do next.
    todo: WordsAnswer,
}

/// A sentence in both languages.
#[derive(Serialize, ToSchema)]
#[schema(as = Words)]
pub(crate) struct WordsAnswer {
    /// English.
    #[schema(value_type = String)]
    en: &'static str,
    /// Simplified Chinese.
    #[schema(value_type = String)]
    zh: &'static str,
}

impl From<ErrorInfo> for ErrorAnswer {
    fn from(info: ErrorInfo) -> Self {
        Self { code: info.code, status: info.status, message: info.message.into(), todo: info.todo.into() }
    }
}

impl From<Words> for WordsAnswer {
    fn from(words: Words) -> Self {
        Self { en: words.en, zh: words.zh }
    }
}
