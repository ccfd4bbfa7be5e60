//! How was each step of a timeline spent? Time per state in equal bins.
//!
//! ```text
//! states  [Focus             ][Shallow ]     [Focus]
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
