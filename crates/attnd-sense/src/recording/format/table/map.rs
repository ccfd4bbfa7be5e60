//! What do the columns of a table mean? A map, as a TOML file or as words on a command line.

use std::collections::BTreeMap;

use attnd_core::Timestamp;
use attnd_core::recording::{Quantity, Scale};
use serde::{Deserialize, Serialize};

/// What the columns of a table mean. Columns are named as in its first row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableMap {
    /// The column of times; of an answer's beginning where there is an [`Self::end`].
    pub time: String,
    /// The column of ends of the times answers are about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// How times are written; told from the first where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_format: Option<TimeFormat>,
    /// IANA zone of times without one [default: UTC].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// When second 0 was, for seconds since the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beginning: Option<Timestamp>,
    /// The column that says whom a row is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The column that says which session or condition a row is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Between columns [default: what splits the first row best].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separator: Option<char>,
    /// Encoding where the file is not UTF-8 [default: windows-1252].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Measured values, by the name they are kept under.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, ValueColumn>,
    /// Answers, by the name of their scale.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ratings: BTreeMap<String, RatingColumn>,
    /// What is known of the situation an answer is about: name → column.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub context: BTreeMap<String, String>,
}

/// How times are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeFormat {
    /// Seconds of Unix time.
    UnixS,
    /// Milliseconds of Unix time.
    UnixMs,
    /// Microseconds of Unix time.
    UnixUs,
    /// Nanoseconds of Unix time.
    UnixNs,
    /// RFC 3339, or a date and time of the map's zone.
    Date,
    /// Seconds since the beginning.
    SinceStart,
}

/// A column of measured values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueColumn {
    /// The column.
    pub column: String,
    /// What it measures.
    pub quantity: Quantity,
    /// In what unit.
    #[serde(default)]
    pub unit: String,
    /// Numbers that mean "nothing was measured".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<f64>,
}

/// A column of answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatingColumn {
    /// The column.
    pub column: String,
    /// The lowest answer; the scale's own, or 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lowest: Option<i32>,
    /// The highest answer; the scale's own, or 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub highest: Option<i32>,
}

/// Why a map cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableMapError {
    /// It names a column that is not there.
    #[error("there is no column '{column}'; there are {there}")]
    NoColumn {
        /// As the map names it.
        column: String,
        /// The columns.
        there: String,
    },
    /// No column looks like a time.
    #[error("no column looks like a time; say which by '--map time=COLUMN'. There are {there}")]
    NoTime {
        /// The columns.
        there: String,
    },
    /// It names neither values nor answers.
    #[error(
        "no column holds numbers or answers; say which by '--map pupil_left=COLUMN' or '--map rating.concentration=COLUMN'"
    )]
    Empty,
    /// A word of it is not of the form key=column.
    #[error("'{word}' is no part of a map; write key=COLUMN, such as time=Timestamp or pupil_left:mm=Left")]
    Word {
        /// As given.
        word: String,
    },
    /// Its zone, encoding, format, scale or separator is unknown.
    #[error("{what} '{value}' is not known")]
    Unknown {
        /// Which line of the map.
        what: &'static str,
        /// As given.
        value: String,
    },
    /// It says the lowest answer is above the highest.
    #[error("the scale '{name}' goes from {lowest} to {highest}; the highest has to be above the lowest")]
    Scale {
        /// The scale.
        name: String,
        /// Its lowest answer.
        lowest: i32,
        /// Its highest.
        highest: i32,
    },
    /// It says seconds since the start but not when that was, and there are people whose order in time matters.
    #[error("times are seconds since the start; say when that was by '--map beginning=2024-01-01T10:00:00Z'")]
    NoBeginning,
}

/// The scales attnd knows, with their ends.
const SCALES: [Scale; 6] = [
    Scale::CONCENTRATION,
    Scale::DISTRACTION,
    Scale::EXPECTED_CONCENTRATION,
    Scale::MENTAL_LOAD,
    Scale::RAW_TLX,
    Scale::SLEEPINESS,
];

impl RatingColumn {
    /// The scale of this name, with the ends the map gives it.
    ///
    /// # Errors
    /// [`TableMapError::Scale`] when it has no two answers.
    pub fn scale(&self, name: &str) -> Result<Scale, TableMapError> {
        let known = SCALES.into_iter().find(|scale| scale.name == name);
        let (lowest, highest) = known.as_ref().map_or((1, 5), |scale| (scale.lowest, scale.highest));
        let (lowest, highest) = (self.lowest.unwrap_or(lowest), self.highest.unwrap_or(highest));
        if lowest >= highest {
            return Err(TableMapError::Scale { name: name.to_owned(), lowest, highest });
        }
        Ok(Scale { name: name.to_owned().into(), lowest, highest })
    }
}
