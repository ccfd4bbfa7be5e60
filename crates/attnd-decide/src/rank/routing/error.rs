//! Why can an ask not be routed, or not be learnt from?

use attnd_core::Timestamp;
use thiserror::Error;

/// Why something was refused, and what to do.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum RoutingError {
    /// It lies before what was learnt already: the model would look into the future.
    #[error("this ask is of {at}, before what was learnt last, {last}; put asks in order of time")]
    OutOfOrder {
        /// When the ask is.
        at: Timestamp,
        /// When the last one learnt from was.
        last: Timestamp,
    },
    /// A name is missing.
    #[error("the {field} is empty; name who it is")]
    NoName {
        /// Whose.
        field: &'static str,
    },
    /// A number is none.
    #[error("the amount is {value}; it is a number of 0 or more")]
    Amount {
        /// What was given.
        value: f64,
    },
}
