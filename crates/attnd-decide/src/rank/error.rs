//! Why can asks not be ranked, or feedback not be learnt from?

use attnd_core::Timestamp;
use thiserror::Error;

/// Why something was refused, and what to do.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum RankError {
    /// An ask has no id.
    #[error("the ask '{title}' has an empty id; every ask needs one of its own")]
    NoId {
        /// How its title begins.
        title: String,
    },
    /// Two asks have one id.
    #[error("two asks are called '{ask}'; every ask needs an id of its own")]
    SameId {
        /// The id.
        ask: String,
    },
    /// A number is none, or outside its bounds.
    #[error("{field} of '{ask}' is {value}; it lies between 0 and {most}")]
    Number {
        /// The ask.
        ask: String,
        /// The field.
        field: &'static str,
        /// What was given.
        value: f64,
        /// What it may be at most.
        most: f64,
    },
    /// More asks than can be counted.
    #[error("there are more than four thousand million asks; rank a part of them")]
    TooMany,
    /// The offset of local time is none.
    #[error("utc_offset_s is {seconds}; local clocks are at most 86400 seconds off")]
    Offset {
        /// What was given.
        seconds: i32,
    },
    /// Something ends before it begins.
    #[error("the calendar entry '{title}' ends before it begins; change its start or its end")]
    Backwards {
        /// What it is called.
        title: String,
    },
    /// Something happened after now.
    #[error("what happened to '{what}' at {at} lies after now, {now}; check the clock of what recorded it")]
    Future {
        /// The ask, or its title.
        what: String,
        /// When it is said to have happened.
        at: Timestamp,
        /// Now.
        now: Timestamp,
    },
    /// Feedback on an ask that was not there yet.
    #[error("the feedback on '{ask}' is of {at}, before the ask came at {created}")]
    BeforeAsk {
        /// The ask.
        ask: String,
        /// When the feedback is said to have been given.
        at: Timestamp,
        /// When the ask came.
        created: Timestamp,
    },
    /// Feedback on an ask nobody knows.
    #[error("there is feedback on '{ask}' and no ask of that id; leave it out or add the ask")]
    UnknownAsk {
        /// The id.
        ask: String,
    },
    /// No ranker has that name.
    #[error("no ranker is called '{name}'; there are: {names}")]
    NoRanker {
        /// What was asked for.
        name: String,
        /// Those there are.
        names: String,
    },
    /// What others did cannot be learnt from.
    #[error(transparent)]
    Others(#[from] super::collaborative::CollaborativeError),
    /// A knob is outside its bounds.
    #[error("{knob} is {value}; it lies between 0 and {most}")]
    Knob {
        /// Which.
        knob: &'static str,
        /// What was given.
        value: f64,
        /// What it may be at most.
        most: f64,
    },
}
