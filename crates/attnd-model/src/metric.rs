//! How good are predictions? The figures people know, each defined as scikit-learn defines it.

mod bootstrap;
mod calibration;
mod classification;
mod coverage;
mod ranking;

use serde::{Deserialize, Serialize};

pub use bootstrap::{Interval, Resampled, by_person};
pub(crate) use bootstrap::{Totals, draws};
pub(crate) use calibration::quantile;
pub use calibration::{Bin, Binning, bins, brier, expected_calibration_error, log_loss};
pub use classification::{Averages, ClassScore, Confusion};
pub use coverage::{AnswerSet, Coverage, PersonCoverage, SetScored};
pub use ranking::{WithinPeople, area_under_curve, area_within_people};

/// A probability of yes and what was answered.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    /// Probability of yes, 0 to 1.
    pub probability: f64,
    /// Whether the answer was yes.
    pub yes: bool,
}

/// One person's predictions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonScored {
    /// Whose.
    pub person: String,
    /// In order of time.
    pub scored: Vec<Scored>,
}

/// All of all people, one person after another.
#[must_use]
pub fn pooled(people: &[PersonScored]) -> Vec<Scored> {
    people.iter().flat_map(|person| person.scored.iter().copied()).collect()
}

/// A count as a number to calculate with.
#[expect(clippy::cast_precision_loss, reason = "counts of answers are far below 2^52")]
pub(crate) const fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
pub(crate) mod parity {
    //! What scikit-learn says, as `tests/parity/metrics.py` wrote it down.

    use serde_json::Value;

    use super::Scored;

    pub(crate) fn cases(kind: &str) -> Vec<Value> {
        let all: Value = serde_json::from_str(include_str!("../tests/parity/metrics.json")).unwrap();
        let cases = all[kind].as_array().unwrap().clone();
        assert!(!cases.is_empty());
        cases
    }

    pub(crate) fn numbers(of: &Value) -> Vec<f64> {
        of.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
    }

    pub(crate) fn scored(case: &Value) -> Vec<Scored> {
        numbers(&case["probability"])
            .into_iter()
            .zip(numbers(&case["yes"]))
            .map(|(probability, yes)| Scored { probability, yes: yes > 0.5 })
            .collect()
    }

    /// `found` is what the case says under `key`, to 1e-12.
    pub(crate) fn same(case: &Value, key: &str, found: f64) {
        let expected = case[key].as_f64().unwrap();
        assert!((found - expected).abs() < 1e-12, "{} {key}: {found} is not {expected}", case["name"]);
    }
}
