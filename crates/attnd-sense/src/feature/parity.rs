//! What do SciPy, PyWavelets and NeuroKit2 say of the same signals? Their answers, and how close ours must be.
//!
//! `tests/parity/make.py` makes the signals from a seed and writes them down with the answers.

use serde_json::Value;

/// The largest difference, of numbers around one; of larger ones relative to them.
const TOLERANCE: f64 = 1e-6;

/// Signals and answers.
pub(super) struct Reference(Value);

/// All there are.
pub(super) fn reference() -> Reference {
    Reference(serde_json::from_str(include_str!("../../tests/parity/reference.json")).unwrap())
}

impl Reference {
    fn at(&self, path: &[&str]) -> &Value {
        path.iter().fold(&self.0, |value, key| {
            value.get(key).unwrap_or_else(|| panic!("the reference has no {path:?}"))
        })
    }

    /// One number.
    pub(super) fn number(&self, path: &[&str]) -> f64 {
        self.at(path).as_f64().unwrap()
    }

    /// A list of numbers; null is NaN.
    pub(super) fn numbers(&self, path: &[&str]) -> Vec<f64> {
        let list = self.at(path).as_array().unwrap();
        list.iter().map(|value| value.as_f64().unwrap_or(f64::NAN)).collect()
    }

    /// That what was `found` is what the reference says at `path`: a number or a list.
    pub(super) fn agrees(&self, path: &[&str], found: &[f64]) {
        let expected = if self.at(path).is_number() { vec![self.number(path)] } else { self.numbers(path) };
        assert_eq!(found.len(), expected.len(), "{path:?}");
        for (index, (found, expected)) in found.iter().zip(&expected).enumerate() {
            let allowed = TOLERANCE * expected.abs().max(1.0);
            assert!((found - expected).abs() <= allowed, "{path:?}[{index}]: {found}, not {expected}");
        }
    }
}
