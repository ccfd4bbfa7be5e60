//! Since when has a stream been as it is now? The adaptive window of Bifet and Gavaldà (2007, doi
//! 10.1137/1.9781611972771.42, ADWIN2).
//!
//! ```text
//! window   [64          ][64          ][32   ][16 ][8 ][4][2][1][1]   oldest to newest, sums of powers of two
//!                        ▲ cut: the means of both sides differ by more than chance allows
//! ```
//!
//! A window is cut where two parts n₀ and n₁ have means that differ by more than
//! ε = √(2 m σ² ln(2 ln n / δ)) + ⅔ m ln(2 ln n / δ), 1/m the harmonic mean of their lengths; the older part is dropped.
//! Memory is O(log n).

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::Drift;

/// Sums of one size before two of them become one of the next.
const OF_A_SIZE: usize = 5;

/// How sensitive the test is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdwinSettings {
    /// δ: how often a cut may be made where nothing changed.
    pub delta: f64,
    /// Cuts are looked for at every so many numbers.
    pub every: u32,
    /// Neither part is shorter.
    pub shortest: u32,
    /// No cut in a window of so many or fewer.
    pub grace: u32,
}

impl Default for AdwinSettings {
    /// Those of MOA and `river`, but for looking at every number: a person answers six times a day.
    fn default() -> Self {
        Self { delta: 0.002, every: 1, shortest: 5, grace: 10 }
    }
}

/// The sum and the squared deviations of 2ᵏ numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Sum {
    total: f64,
    deviations: f64,
}

/// The test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adwin {
    settings: AdwinSettings,
    /// `[k]`: sums of 2ᵏ numbers each, oldest first.
    rows: Vec<VecDeque<Sum>>,
    width: u64,
    all: Sum,
    ticks: u64,
}

/// The two sides of a cut that moves from the oldest to the newest.
struct Sides {
    old: f64,
    old_total: f64,
    new: f64,
    new_total: f64,
}

impl Adwin {
    /// A test that has seen nothing.
    #[must_use]
    pub const fn new(settings: AdwinSettings) -> Self {
        Self { settings, rows: Vec::new(), width: 0, all: Sum { total: 0.0, deviations: 0.0 }, ticks: 0 }
    }

    /// How many of the last numbers are as the stream is now.
    #[must_use]
    pub const fn width(&self) -> u64 {
        self.width
    }

    /// Their mean; 0 of none.
    #[must_use]
    pub fn mean(&self) -> f64 {
        if self.width == 0 { 0.0 } else { self.all.total / self.width as f64 }
    }

    /// One more number, between 0 and 1.
    pub fn add(&mut self, value: f64) -> Drift {
        self.insert(value);
        self.ticks += 1;
        let AdwinSettings { every, grace, .. } = self.settings;
        if !self.ticks.is_multiple_of(u64::from(every.max(1))) || self.width <= u64::from(grace) {
            return Drift::None;
        }
        let mut found = Drift::None;
        while self.has_cut() {
            found = Drift::Found;
            self.drop_oldest();
        }
        found
    }

    fn insert(&mut self, value: f64) {
        if self.width > 0 {
            let before = self.width as f64;
            self.all.deviations += before / (before + 1.0) * (value - self.all.total / before).powi(2);
        }
        self.width += 1;
        self.all.total += value;
        self.push(0, Sum { total: value, deviations: 0.0 });
        let mut row = 0;
        while self.rows[row].len() > OF_A_SIZE {
            let (Some(first), Some(second)) = (self.rows[row].pop_front(), self.rows[row].pop_front()) else {
                break;
            };
            let size = size_of(row);
            let apart = (first.total - second.total) / size;
            let deviations = first.deviations + second.deviations + size / 2.0 * apart * apart;
            self.push(row + 1, Sum { total: first.total + second.total, deviations });
            row += 1;
        }
    }

    fn push(&mut self, row: usize, sum: Sum) {
        if row == self.rows.len() {
            self.rows.push(VecDeque::new());
        }
        self.rows[row].push_back(sum);
    }

    fn has_cut(&self) -> bool {
        let mut sides = Sides { old: 0.0, old_total: 0.0, new: self.width as f64, new_total: self.all.total };
        let shortest = f64::from(self.settings.shortest);
        let oldest_first =
            self.rows.iter().enumerate().rev().flat_map(|(row, sums)| sums.iter().map(move |sum| (row, sum)));
        for (row, sum) in oldest_first {
            let size = size_of(row);
            sides.old += size;
            sides.new -= size;
            sides.old_total += sum.total;
            sides.new_total -= sum.total;
            if sides.new < 1.0 {
                return false;
            }
            if sides.old >= shortest && sides.new >= shortest && self.differ(&sides) {
                return true;
            }
        }
        false
    }

    fn differ(&self, sides: &Sides) -> bool {
        let (width, shortest) = (self.width as f64, f64::from(self.settings.shortest));
        let doubt = (2.0 * width.ln() / self.settings.delta).ln();
        let reciprocal = 1.0 / (sides.old - shortest + 1.0) + 1.0 / (sides.new - shortest + 1.0);
        let variance = self.all.deviations / width;
        let allowed = (2.0 * reciprocal * variance * doubt).sqrt() + 2.0 / 3.0 * doubt * reciprocal;
        (sides.old_total / sides.old - sides.new_total / sides.new).abs() > allowed
    }

    fn drop_oldest(&mut self) {
        let Some(row) = self.rows.len().checked_sub(1) else { return };
        if let Some(oldest) = self.rows[row].pop_front() {
            let size = size_of(row);
            self.width = self.width.saturating_sub(1 << row);
            self.all.total -= oldest.total;
            let rest = self.width as f64;
            if rest > 0.0 {
                let apart = oldest.total / size - self.all.total / rest;
                self.all.deviations -= oldest.deviations + size * rest / (size + rest) * apart * apart;
            } else {
                self.all = Sum { total: 0.0, deviations: 0.0 };
            }
        }
        while self.rows.last().is_some_and(VecDeque::is_empty) {
            self.rows.pop();
        }
    }
}

/// Numbers in each sum of a row: 2^row, exact as a float up to row 52.
fn size_of(row: usize) -> f64 {
    (1_u64 << row.min(52)) as f64
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Vector {
        settings: AdwinSettings,
        stream: String,
        found: Vec<usize>,
        widths: Vec<u64>,
        means: Vec<f64>,
    }

    #[test]
    fn it_cuts_where_river_cuts() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/parity/drift.json")).unwrap();
        let cases: Vec<Vector> = serde_json::from_value(vectors["adwin"].clone()).unwrap();
        assert!(cases.len() >= 4);
        for case in cases {
            let stream: Vec<f64> = serde_json::from_value(vectors["streams"][&case.stream].clone()).unwrap();
            let mut test = Adwin::new(case.settings);
            let mut found = Vec::new();
            for (index, value) in stream.iter().enumerate() {
                if test.add(*value) == Drift::Found {
                    found.push(index);
                }
                if index % 50 == 49 {
                    let place = index / 50;
                    assert_eq!(test.width(), case.widths[place], "{} at {index}", case.stream);
                    assert!((test.mean() - case.means[place]).abs() < 1e-9, "{} at {index}", case.stream);
                }
            }
            assert_eq!(found, case.found, "{:?} on {}", case.settings, case.stream);
        }
    }

    #[test]
    fn an_unchanging_stream_is_kept_whole_and_memory_is_logarithmic() {
        let mut test = Adwin::new(AdwinSettings::default());
        for index in 0..10_000_u32 {
            assert_eq!(test.add(f64::from(index % 2)), Drift::None);
        }
        assert_eq!(test.width(), 10_000);
        assert!(test.rows.iter().map(VecDeque::len).sum::<usize>() < 80);
    }
}
