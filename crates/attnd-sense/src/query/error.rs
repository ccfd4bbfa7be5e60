//! What is wrong with the query, and where?

use attnd_core::{ErrorCode, Problem};

/// A line and column of the query's text, counted from 1 in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: u32,
    pub(super) column: u32,
}

/// Why a query has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (line {line}, column {column})")]
pub struct QueryError {
    /// What kind of fault.
    pub kind: QueryErrorKind,
    /// What happened, and where it helps what to write instead.
    pub message: String,
    /// Line of the query's text, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// What kind of fault a query has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryErrorKind {
    /// The text is no program.
    Parse,
    /// The program names something that does not exist, or combines what does not go together.
    Interpret,
    /// A function was called with what it cannot take.
    Function,
    /// It needs more steps or memory than allowed.
    TooExpensive,
    /// It was stopped from outside: too late, or nobody waits for the answer.
    Cancelled,
    /// The events could not be read.
    Source(ErrorCode),
}

impl QueryErrorKind {
    /// The word ActivityWatch's Python server has for it, in its `{type, message}`.
    #[must_use]
    pub const fn python_name(self) -> &'static str {
        match self {
            Self::Parse => "QueryParseException",
            Self::Interpret | Self::TooExpensive | Self::Cancelled => "QueryInterpretException",
            Self::Function | Self::Source(_) => "QueryFunctionException",
        }
    }

    /// The row of attnd's table of errors.
    #[must_use]
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::Parse | Self::Interpret | Self::Function => ErrorCode::InvalidQuery,
            Self::TooExpensive | Self::Cancelled => ErrorCode::QueryTooExpensive,
            Self::Source(code) => code,
        }
    }
}

impl QueryError {
    pub(super) fn new(kind: QueryErrorKind, message: impl Into<String>, at: Position) -> Self {
        Self { kind, message: message.into(), line: at.line, column: at.column }
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        Self::new(error.kind.code(), error.to_string())
    }
}

/// A fault whose place the caller knows.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) kind: QueryErrorKind,
    pub(super) message: String,
}

impl Fault {
    pub(super) fn interpret(message: impl Into<String>) -> Self {
        Self { kind: QueryErrorKind::Interpret, message: message.into() }
    }

    pub(super) fn function(message: impl Into<String>) -> Self {
        Self { kind: QueryErrorKind::Function, message: message.into() }
    }

    pub(super) fn too_expensive(message: impl Into<String>) -> Self {
        Self { kind: QueryErrorKind::TooExpensive, message: message.into() }
    }

    pub(super) fn at(self, position: Position) -> QueryError {
        QueryError::new(self.kind, self.message, position)
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self { kind: QueryErrorKind::Source(problem.code), message: problem.to_string() }
    }
}

impl From<crate::transform::TooMany> for Fault {
    fn from(error: crate::transform::TooMany) -> Self {
        Self::too_expensive(error.to_string())
    }
}

impl From<crate::pattern::PatternError> for Fault {
    fn from(error: crate::pattern::PatternError) -> Self {
        match error {
            crate::pattern::PatternError::TooManySteps { .. } => Self::too_expensive(error.to_string()),
            error => Self::function(error.to_string()),
        }
    }
}
