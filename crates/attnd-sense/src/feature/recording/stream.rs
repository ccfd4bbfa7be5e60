//! What does one stream say at each step? Keeps its longest window, chunk by chunk.

use attnd_core::Duration;
use attnd_core::recording::{Channel, Samples, Stream};
use attnd_core::time::NS_PER_S;

use super::{Grid, Part};
use crate::feature::window::{Window, usual_interval_s};

/// Samples that are no longer looked at are let go when there are so many.
const LET_GO: usize = 4_096;

/// The rows of one stream so far.
pub(super) struct StreamWindows {
    channels: Vec<Channel>,
    parts: Vec<Part>,
    nominal_interval_s: Option<f64>,
    /// Since the origin, of the samples kept.
    times_ns: Vec<i64>,
    times_s: Vec<f64>,
    values: Vec<Vec<f64>>,
    /// The next row to make.
    next: u64,
    rows: Vec<(u64, Vec<f64>)>,
}

impl StreamWindows {
    pub(super) fn new(stream: &Stream, parts: Vec<Part>) -> Self {
        let rate_hz = stream.nominal_rate_hz.filter(|rate| *rate > 0.0 && rate.is_finite());
        Self {
            channels: stream.channels.clone(),
            parts,
            nominal_interval_s: rate_hz.map(|rate| 1.0 / rate),
            times_ns: Vec::new(),
            times_s: Vec::new(),
            values: vec![Vec::new(); stream.channels.len()],
            next: 1,
            rows: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, grid: &Grid, samples: &Samples) {
        for (sample, time) in samples.times.iter().enumerate() {
            if *time < grid.origin {
                continue;
            }
            let time_ns = time.since(grid.origin).ns();
            if self.times_ns.last().is_some_and(|last| *last > time_ns) {
                continue;
            }
            self.rows_until(grid, grid.row_after(*time));
            self.times_ns.push(time_ns);
            self.times_s.push(time_ns as f64 / NS_PER_S as f64);
            for (channel, kept) in self.values.iter_mut().enumerate() {
                let value = samples.values.get(channel).and_then(|values| values.get(sample));
                kept.push(value.copied().unwrap_or(f64::NAN));
            }
        }
    }

    /// The last row that the samples reach: the last sample stands for one more interval.
    pub(super) fn last_row(&self, grid: &Grid) -> Option<u64> {
        let last_ns = *self.times_ns.last()?;
        let interval_s = self.interval_s(self.begin(last_ns.saturating_sub(grid.longest.ns())));
        // Half an interval more, for clocks that tremble.
        let stands = Duration::from_s_f64(interval_s * 1.5).unwrap_or_default();
        let until = grid.origin.saturating_add(Duration::from_ns(last_ns)).saturating_add(stands);
        Some(grid.row_after(until).saturating_sub(1)).filter(|row| *row > 0)
    }

    pub(super) fn finish(&mut self, grid: &Grid, last: u64) {
        self.rows_until(grid, last + 1);
    }

    /// What a row without any sample says, and the rows.
    pub(super) fn into_rows(mut self, grid: &Grid) -> (Vec<f64>, Vec<(u64, Vec<f64>)>) {
        self.times_ns.clear();
        self.times_s.clear();
        self.values.iter_mut().for_each(Vec::clear);
        (self.row(grid, 0), self.rows)
    }

    /// Makes the rows before `end` whose longest window has a sample.
    fn rows_until(&mut self, grid: &Grid, end: u64) {
        while self.next < end {
            let row_ns = grid.row_ns(self.next);
            let is_covered =
                self.times_ns.last().is_some_and(|last| *last >= row_ns.saturating_sub(grid.longest.ns()));
            if !is_covered {
                // However long the gap is, no step of it is looked at.
                self.next = end;
                return;
            }
            let row = self.row(grid, row_ns);
            self.rows.push((self.next, row));
            self.next += 1;
        }
        self.let_go(grid);
    }

    fn let_go(&mut self, grid: &Grid) {
        let begin = self.begin(grid.row_ns(self.next).saturating_sub(grid.longest.ns()));
        if begin >= LET_GO && begin * 2 >= self.times_ns.len() {
            self.times_ns.drain(..begin);
            self.times_s.drain(..begin);
            for values in &mut self.values {
                values.drain(..begin);
            }
        }
    }

    /// The first sample kept that is no earlier than so many ns after the origin.
    fn begin(&self, from_ns: i64) -> usize {
        self.times_ns.partition_point(|time| *time < from_ns)
    }

    fn interval_s(&self, begin: usize) -> f64 {
        self.nominal_interval_s.unwrap_or_else(|| usual_interval_s(&self.times_s[begin..]))
    }

    /// What the samples kept say at `row_ns` after the origin; all are earlier.
    fn row(&self, grid: &Grid, row_ns: i64) -> Vec<f64> {
        let mut values = Vec::new();
        let interval_s = self.interval_s(self.begin(row_ns.saturating_sub(grid.longest.ns())));
        for length in &grid.lengths {
            let begin = self.begin(row_ns.saturating_sub(length.ns()));
            let window = Window {
                length_s: length.as_s_f64(),
                end_s: row_ns as f64 / NS_PER_S as f64,
                times_s: &self.times_s[begin..],
                interval_s,
                channels: &[],
                values: &[],
            };
            values.push(1.0 - window.share(|_| true));
            for part in &self.parts {
                let channels: Vec<&Channel> =
                    part.channels.iter().map(|&index| &self.channels[index]).collect();
                let columns: Vec<&[f64]> =
                    part.channels.iter().map(|&channel| &self.values[channel][begin..]).collect();
                let before = values.len();
                (part.family.measure)(
                    &Window { channels: &channels, values: &columns, ..window },
                    &mut values,
                );
                debug_assert_eq!(values.len() - before, part.family.columns.len());
            }
        }
        // A broken sample of 1e300 has no square: what it leads to is unknown, not infinite.
        values.iter_mut().filter(|value| value.is_infinite()).for_each(|value| *value = f64::NAN);
        values
    }
}
