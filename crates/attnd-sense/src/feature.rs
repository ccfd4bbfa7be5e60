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

#[cfg(test)]
mod tests {
    use super::*;

    /// What the page of features says in code style.
    fn documented() -> Vec<&'static str> {
        include_str!("../../../docs/features.md").split('`').skip(1).step_by(2).collect()
    }

    #[test]
    fn every_feature_of_a_moment_is_documented_and_nothing_else() {
        let named: Vec<String> = flow::columns().into_iter().map(|column| column.name).collect();
        let is_named = |told: &str| {
            let windows = flow::WINDOWS_MIN.map(|minutes| format!("{told}_{minutes}min"));
            named.iter().any(|name| name == told || windows.contains(name))
        };
        let told = documented();
        for name in &named {
            let base = flow::WINDOWS_MIN
                .iter()
                .find_map(|minutes| name.strip_suffix(&format!("_{minutes}min")))
                .filter(|base| told.contains(base));
            assert!(told.contains(&name.as_str()) || base.is_some(), "{name} is not in docs/features.md");
        }
        let page = include_str!("../../../docs/features.md");
        let section = page.split("\n## ").nth(1).unwrap();
        for told in section.lines().filter(|line| line.starts_with("| `")).flat_map(|line| {
            line.split(" | ").next().unwrap().split('`').skip(1).step_by(2).collect::<Vec<_>>()
        }) {
            assert!(is_named(told), "no feature is called {told}");
        }
    }

    #[test]
    fn every_feature_of_recordings_is_documented() {
        let told = documented();
        for (prefix, column) in recording::kinds() {
            let whole = format!("{prefix}_{column}");
            let group = format!("{prefix}_…");
            let is_told = column == "missing"
                || told.contains(&whole.as_str())
                || (told.contains(&group.as_str()) && told.contains(&column))
                || (prefix.is_empty() && told.contains(&column));
            assert!(is_told, "{whole} is not in docs/features.md");
        }
    }
}
