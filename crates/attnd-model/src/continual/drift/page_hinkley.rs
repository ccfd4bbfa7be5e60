//! Has the mean of a stream risen or fallen? The test of Page (1954, doi 10.1093/biomet/41.1-2.100) and Hinkley, with the
//! fading sum of Sebastião and Fernandes (2017, doi 10.1007/978-3-319-60438-1_48).
//!
//! Let x̄ₜ be the mean so far. mₜ = α·mₜ₋₁ + (xₜ − x̄ₜ − δ); a rise is found when mₜ − min mᵢ > λ. For a fall the same with
//! +δ and max mᵢ − mₜ > λ. After a find the test begins anew.

use serde::{Deserialize, Serialize};

use super::Drift;

/// Which changes are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// The mean rises.
    Up,
    /// It falls.
    Down,
    /// Either.
    Both,
}

/// How sensitive the test is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageHinkleySettings {
    /// Nothing is found before so many numbers.
    pub least: u32,
    /// δ: changes of the mean by less than this are let pass.
    pub tolerance: f64,
    /// λ: how far the sum may leave its extreme.
    pub threshold: f64,
    /// α: how much of the sum stays at each number.
    pub fading: f64,
    /// Which changes.
    pub direction: Direction,
}

impl Default for PageHinkleySettings {
    /// Those that the library `river` starts with.
    fn default() -> Self {
        Self { least: 30, tolerance: 0.005, threshold: 50.0, fading: 0.9999, direction: Direction::Both }
    }
}

/// The test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageHinkley {
    settings: PageHinkleySettings,
    count: u32,
    mean: f64,
    rising: f64,
    falling: f64,
    lowest: f64,
    highest: f64,
}

impl PageHinkley {
    /// A test that has seen nothing.
    #[must_use]
    pub const fn new(settings: PageHinkleySettings) -> Self {
        Self { settings, count: 0, mean: 0.0, rising: 0.0, falling: 0.0, lowest: f64::MAX, highest: -1.0 }
    }

    /// One more number.
    pub fn add(&mut self, value: f64) -> Drift {
        let PageHinkleySettings { least, tolerance, threshold, fading, direction } = self.settings;
        self.count += 1;
        self.mean += (value - self.mean) / f64::from(self.count);
        let deviation = value - self.mean;
        self.rising = fading * self.rising + deviation - tolerance;
        self.falling = fading * self.falling + deviation + tolerance;
        self.lowest = self.lowest.min(self.rising);
        self.highest = self.highest.max(self.falling);
        let risen = direction != Direction::Down && self.rising - self.lowest > threshold;
        let fallen = direction != Direction::Up && self.highest - self.falling > threshold;
        if self.count >= least && (risen || fallen) {
            *self = Self::new(self.settings);
            return Drift::Found;
        }
        Drift::None
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Vector {
        settings: PageHinkleySettings,
        stream: String,
        found: Vec<usize>,
    }

    #[test]
    fn it_finds_what_river_finds() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/parity/drift.json")).unwrap();
        let cases: Vec<Vector> = serde_json::from_value(vectors["page_hinkley"].clone()).unwrap();
        assert!(cases.len() >= 4);
        for case in cases {
            let stream: Vec<f64> = serde_json::from_value(vectors["streams"][&case.stream].clone()).unwrap();
            let mut test = PageHinkley::new(case.settings);
            let found: Vec<usize> = (stream.iter().enumerate())
                .filter(|(_, value)| test.add(**value) == Drift::Found)
                .map(|(index, _)| index)
                .collect();
            assert_eq!(found, case.found, "{:?} on {}", case.settings, case.stream);
        }
    }
}
