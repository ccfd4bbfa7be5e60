//! How was each step of a timeline spent? Time per state in equal bins.
//!
//! ```text
//! states  [Focus             ][Interru.]     [Focus]
//! bins    |         |         |         |         |      equal; the last takes the remainder
//! ```

use attnd_core::{Duration, TimeRange};

use super::course::stretch;
use super::{FlowState, StateBin, StateRun};

/// `count` equal bins of `range`, in nanoseconds, with how long each state lasted in them; the last
/// takes what division leaves over. What lies outside `range` is left out.
///
/// `runs` are in order and do not overlap, as [`super::states`] gives them.
///
/// Bounds: the bins are disjoint and cover `range`; per state they sum to the runs within it; no
/// bin holds more than its length. Costs `runs + count`.
#[must_use]
pub fn state_bins(runs: &[StateRun], range: TimeRange, count: usize) -> Vec<StateBin> {
    let Some(last) = count.checked_sub(1) else { return Vec::new() };
    let divisor = i64::try_from(count).unwrap_or(i64::MAX);
    let step = Duration::from_ns(range.duration().ns() / divisor);
    let mut start = range.start();
    let mut next = runs.partition_point(|run| run.range.end() <= start);
    let mut bins = Vec::with_capacity(count);
    for index in 0..count {
        let end = if index == last { range.end() } else { start.saturating_add(step) };
        let bin = stretch(start, end);
        let mut time = [Duration::ZERO; FlowState::ALL.len()];
        while let Some(run) = runs.get(next).filter(|run| run.range.start() < end) {
            if let Some(part) = run.range.intersection(bin) {
                let sum = &mut time[run.state as usize];
                *sum = sum.saturating_add(part.duration());
            }
            if run.range.end() > end {
                break;
            }
            next += 1;
        }
        bins.push(StateBin { range: bin, time });
        start = end;
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::super::example::{between, state_runs};
    use super::*;

    fn seconds(bin: &StateBin) -> [f64; 5] {
        bin.time.map(Duration::as_s_f64)
    }

    #[test]
    fn the_drawing_at_the_top_holds() {
        // Focus to 1200 s, interrupted to 1500, away to 1600, focus to 2500.
        let runs = state_runs("P:20m N:300 _:100 D:15m");
        let bins = state_bins(&runs, between(0, 2_500), 5);
        let times: Vec<_> = bins.iter().map(seconds).collect();
        assert_eq!(
            times,
            [
                [500.0, 0.0, 0.0, 0.0, 0.0],
                [500.0, 0.0, 0.0, 0.0, 0.0],
                [200.0, 0.0, 0.0, 300.0, 0.0],
                [400.0, 0.0, 0.0, 0.0, 100.0],
                [500.0, 0.0, 0.0, 0.0, 0.0],
            ]
        );
    }

    #[test]
    fn the_last_bin_takes_the_remainder() {
        let range = TimeRange::from(between(0, 1).start(), Duration::from_ns(10));
        let lengths: Vec<i64> =
            state_bins(&[], range, 3).iter().map(|bin| bin.range.duration().ns()).collect();
        assert_eq!(lengths, [3, 3, 4]);
        let lengths: Vec<i64> =
            state_bins(&[], range, 12).iter().map(|bin| bin.range.duration().ns()).collect();
        assert_eq!(lengths.iter().sum::<i64>(), 10);
        assert_eq!(state_bins(&[], range, 0), []);
    }

    #[test]
    fn what_is_outside_the_range_is_left_out() {
        let runs = state_runs("N:20m");
        let bins = state_bins(&runs, between(600, 900), 2);
        assert_eq!(bins.iter().map(seconds).collect::<Vec<_>>(), [[0.0, 150.0, 0.0, 0.0, 0.0]; 2]);
        assert!(state_bins(&runs, between(5_000, 6_000), 2).iter().all(|bin| seconds(bin) == [0.0; 5]));
    }
}
