//! What does this query say of these events? ActivityWatch's query language, both dialects.
//!
//! ```text
//! events = flood(query_bucket(find_bucket("aw-watcher-window_")));
//! not_afk = filter_keyvals(query_bucket(find_bucket("aw-watcher-afk_")), "status", ["not-afk"]);
//! RETURN = sort_by_duration(merge_events_by_keys(filter_period_intersect(events, not_afk), ["app"]));
//! ```
//!
//! A program is a list of statements: `name = expression`, a bare expression, `if … { } elif … { }
//! else { }` and `return expression`. Statements end with `;` or at the end of a line after which
//! the next one begins. The answer is what is returned, or the variable `RETURN`. The operators
//! `+ - * / % ==` all bind equally and from the left, as in the Rust server. In strings, in
//! double or single quotes, a backslash escapes the quote and nothing else, so that regular
//! expressions are written as they are.
//!
//! Everything is bounded: the text, its nesting, the steps taken and the events held
//! ([`Limits`]); nothing an author writes can hang or crash the daemon.

mod arguments;
mod error;
mod function;
mod limits;
mod liveness;
mod number;
mod parse;
mod run;
mod source;
mod syntax;
mod token;
mod value;

#[cfg(test)]
mod tests;

pub use error::{QueryError, QueryErrorKind};
pub use function::{FUNCTIONS, Function};
pub use limits::Limits;
pub use number::Number;
pub use parse::{MAX_SOURCE_BYTES, parse};
pub use run::Program;
pub use source::{BucketInfo, Datasource};
pub use value::{Dict, List, Value};
