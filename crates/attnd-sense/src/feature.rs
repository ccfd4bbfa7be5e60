//! Which numbers tell of attention? Features: pure functions of what was sensed before a moment.
//!
//! ```text
//! recording ── windows of 10, 30, 60 s ──► one row of numbers at each step      [`recording`]
//! track, input ── windows of 1 to 60 min ► one row of numbers at any moment     [`flow`]
//! recording ── equal steps ──────────────► raw signals for sequence models      [`raw`]
//! ```
//!
//! A feature at a moment is a function of what lay before it, and nothing after it changes it. What was
//! not measured is NaN, never zero, and the share that is missing is a feature of its own.

mod band;
pub mod baseline;
mod context;
mod count;
mod eyelid;
mod filter;
pub mod flow;
mod heart;
mod level;
mod motion;
#[cfg(test)]
mod parity;
mod pupil;
pub mod raw;
pub mod recording;
mod spectrum;
pub mod statistic;
mod step;
mod wavelet;
mod window;

use attnd_core::TimeRange;

pub use context::day_and_hour;

/// One column of features.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeatureDescription {
    /// Its name, unique among its columns, with the window it looks at: `pupil_mean_60s`.
    pub name: String,
    /// Its unit: `mm`, `1/min`, `1`; empty if the source does not say.
    pub unit: String,
}

/// The features of one moment, the end of `range`.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureWindow {
    /// The longest window looked at; what lies at its end or later was not.
    pub range: TimeRange,
    /// One number per column; NaN where it cannot be known.
    pub values: Vec<f64>,
}
