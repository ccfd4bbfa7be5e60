//! Why can nothing be learnt from what many did?

use thiserror::Error;

/// Why something was refused, and what to do.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum CollaborativeError {
    /// A mind's number lies beyond how many there are.
    #[error("interaction {at} is of mind {mind}, but there are {minds}; number minds from 0")]
    NoSuchMind {
        /// Which interaction, from 0.
        at: usize,
        /// The number.
        mind: u32,
        /// How many minds there are.
        minds: usize,
    },
    /// A thing's number lies beyond how many there are.
    #[error("interaction {at} is with thing {thing}, but there are {things}; number things from 0")]
    NoSuchThing {
        /// Which interaction, from 0.
        at: usize,
        /// The number.
        thing: u32,
        /// How many things there are.
        things: usize,
    },
    /// A weight is none.
    #[error(
        "interaction {at} weighs {weight}; leave out what did not happen, and keep each weight above 0 and at most {most}"
    )]
    Weight {
        /// Which interaction, from 0.
        at: usize,
        /// What was given.
        weight: f32,
        /// What all interactions of one mind with one thing may weigh together.
        most: f32,
    },
    /// More than 32-bit numbers can tell apart.
    #[error("there are more than four thousand million {what}; learn from a part of them")]
    TooMany {
        /// Minds, things or interactions.
        what: &'static str,
    },
    /// A table of every pair of things would not fit.
    #[error(
        "{filter} keeps a table of every pair of {things} things: {gibibytes} GiB, at most {most_gibibytes} are taken; use 'ials', which keeps one row a thing"
    )]
    TooLarge {
        /// Which way of learning.
        filter: &'static str,
        /// How many things there are.
        things: usize,
        /// What the table would take, rounded up.
        gibibytes: u64,
        /// What it may take.
        most_gibibytes: u64,
    },
    /// A setting is outside its bounds.
    #[error("{setting} is {value}; it lies between {least} and {most}")]
    Setting {
        /// Which.
        setting: &'static str,
        /// What was given.
        value: f64,
        /// What it may be at least.
        least: f64,
        /// What it may be at most.
        most: f64,
    },
    /// No filter has that name.
    #[error("no collaborative filter is called '{name}'; there are: {names}")]
    NoFilter {
        /// What was asked for.
        name: String,
        /// Those there are.
        names: String,
    },
}
