//! How does a moment differ from the person's usual? Against medians and slow averages of what came before.
//!
//! ```text
//! rows        r1  r2  r3  r4  r5  r6
//! windows     [     )                   of r1
//!                             [     )   of r6: its baseline is r1 to r4, whose windows ended before
//! ```

use std::collections::VecDeque;

use super::statistic::median;
use super::{FeatureDescription, FeatureWindow};

/// A median absolute deviation times this estimates the standard deviation of a normal distribution: 1 / Φ⁻¹(¾).
pub const MAD_TO_DEVIATION: f64 = 1.482_602_218_505_602;

/// How a baseline forgets, and from when it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BaselineConfig {
    /// The median is that of so many latest rows.
    pub rows: usize,
    /// Fewer rows than this are no baseline.
    pub rows_min: usize,
    /// The weight of each new row in the slow average.
    pub weight: f64,
}

impl Default for BaselineConfig {
    fn default() -> Self {
        Self { rows: 360, rows_min: 3, weight: 0.02 }
    }
}

/// One person's running baseline of every column; kept from one recording to the next, in order of time.
#[derive(Clone, Debug)]
pub struct Baseline {
    config: BaselineConfig,
    columns: Vec<ColumnBaseline>,
    /// Rows whose windows had not ended when the last row's began.
    waiting: VecDeque<FeatureWindow>,
}

#[derive(Clone, Debug, Default)]
struct ColumnBaseline {
    /// The latest, oldest first; all finite.
    latest: VecDeque<f64>,
    average: Option<f64>,
}

impl Baseline {
    /// Of so many columns, before anything was seen.
    #[must_use]
    pub fn new(columns: usize, config: BaselineConfig) -> Self {
        Self { config, columns: vec![ColumnBaseline::default(); columns], waiting: VecDeque::new() }
    }

    /// The descriptions of what [`Self::relative`] adds: per column its deviation from the median
    /// (`pupil_mean_60s_from_median`) and from the slow average (`pupil_mean_60s_from_average`), both counted in
    /// deviations of the latest rows.
    #[must_use]
    pub fn describe(columns: &[FeatureDescription]) -> Vec<FeatureDescription> {
        let named = |column: &FeatureDescription, end: &str| FeatureDescription {
            name: format!("{}_{end}", column.name),
            unit: "sd".to_owned(),
        };
        columns
            .iter()
            .flat_map(|column| [named(column, "from_median"), named(column, "from_average")])
            .collect()
    }

    /// What the row differs by from the rows whose windows ended before its own began; the row then becomes part of the
    /// baseline. Rows come in order of time; one that ends before the one before it changes nothing.
    ///
    /// NaN where the column is, where fewer than [`BaselineConfig::rows_min`] rows were seen or where these do not
    /// vary. Costs [`BaselineConfig::rows`] per column.
    pub fn relative(&mut self, row: &FeatureWindow) -> Vec<f64> {
        while let Some(seen) = self.waiting.pop_front_if(|waiting| waiting.range.end() <= row.range.start()) {
            for (column, value) in self.columns.iter_mut().zip(seen.values) {
                column.see(value, &self.config);
            }
        }
        let relative = self.columns.iter().zip(&row.values);
        let relative = relative.flat_map(|(column, value)| column.relative(*value, &self.config)).collect();
        if self.waiting.back().is_none_or(|last| last.range.end() <= row.range.end()) {
            self.waiting.push_back(row.clone());
        }
        relative
    }
}

impl ColumnBaseline {
    fn see(&mut self, value: f64, config: &BaselineConfig) {
        if !value.is_finite() {
            return;
        }
        if self.latest.len() >= config.rows.max(1) {
            self.latest.pop_front();
        }
        self.latest.push_back(value);
        self.average =
            Some(self.average.map_or(value, |average| average + config.weight * (value - average)));
    }

    fn relative(&self, value: f64, config: &BaselineConfig) -> [f64; 2] {
        let Some(average) = self.average.filter(|_| self.latest.len() >= config.rows_min.max(2)) else {
            return [f64::NAN; 2];
        };
        let mut latest: Vec<f64> = self.latest.iter().copied().collect();
        let usual = median(&mut latest);
        latest.iter_mut().for_each(|seen| *seen = (*seen - usual).abs());
        let deviation = median(&mut latest) * MAD_TO_DEVIATION;
        if deviation > 0.0 {
            [(value - usual) / deviation, (value - average) / deviation]
        } else {
            [f64::NAN; 2]
        }
    }
}

#[cfg(test)]
mod tests {
    use attnd_core::{Duration, TimeRange, Timestamp};

    use super::*;
    use crate::feature::parity::reference;

    fn row(end_s: u32, value: f64) -> FeatureWindow {
        let start = Timestamp::parse("2024-01-01T00:00:00Z").unwrap();
        let range = TimeRange::from(start.saturating_add(Duration::from_s(end_s)), Duration::from_s(20));
        FeatureWindow { range, values: vec![value] }
    }

    #[test]
    fn a_row_is_compared_with_what_ended_before_it_began() {
        let mut baseline = Baseline::new(1, BaselineConfig { rows: 10, rows_min: 2, weight: 0.5 });
        let values = [1.0, 2.0, 4.0, 100.0, 7.0];
        let relative: Vec<Vec<f64>> =
            (0..5).map(|step| baseline.relative(&row(step * 10, values[step as usize]))).collect();
        assert!(relative[..3].iter().flatten().all(|value| value.is_nan()));
        // At 30 s: 1 and 2, median 1.5, MAD 0.5, average 1 + ½·1.
        assert!((relative[3][0] - 98.5 / (0.5 * MAD_TO_DEVIATION)).abs() < 1e-9);
        // At 40 s: 1, 2, 4: median 2, MAD 1, average 1.5 + ½·2.5 = 2.75.
        assert!((relative[4][0] - 5.0 / MAD_TO_DEVIATION).abs() < 1e-9);
        assert!((relative[4][1] - 4.25 / MAD_TO_DEVIATION).abs() < 1e-9);
    }

    #[test]
    fn deviations_are_scipys() {
        let reference = reference();
        let values = reference.numbers(&["statistics", "values"]);
        let config = BaselineConfig { rows: 1_000, ..BaselineConfig::default() };
        let mut column = ColumnBaseline::default();
        values.iter().for_each(|value| column.see(*value, &config));
        let usual = reference.numbers(&["statistics", "quantiles"])[2];
        // One deviation above the median.
        let [above, _] =
            column.relative(usual + reference.number(&["statistics", "median_deviation"]), &config);
        assert!((above - 1.0).abs() < 1e-6, "{above}");
    }

    #[test]
    fn what_is_missing_is_neither_compared_nor_seen() {
        let mut baseline = Baseline::new(1, BaselineConfig::default());
        for step in 0..6 {
            let value = if step % 2 == 0 { f64::NAN } else { f64::from(step) };
            baseline.relative(&row(step * 20, value));
        }
        assert!(baseline.relative(&row(120, f64::NAN))[0].is_nan());
        // 1, 3, 5.
        assert!((baseline.relative(&row(140, 7.0))[0] - 4.0 / (2.0 * MAD_TO_DEVIATION)).abs() < 1e-9);
    }

    #[test]
    fn the_latest_rows_are_kept_and_no_more() {
        let mut baseline = Baseline::new(1, BaselineConfig { rows: 5, rows_min: 3, weight: 0.1 });
        for step in 0..100 {
            baseline.relative(&row(step * 20, f64::from(step)));
        }
        assert_eq!(baseline.columns[0].latest.len(), 5);
        assert!(baseline.waiting.len() <= 2);
    }
}
