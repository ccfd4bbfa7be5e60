//! How often did attention switch, and how long did it dwell? At each level.
//!
//! ```text
//! windows       [main.rs][lib.rs][Inbox][main.rs]   [main.rs]     4 runs or 5, 3 switches
//! applications  [Code           ][Mail ][Code   ]   [Code   ]     2 switches
//! ```

use attnd_core::{Duration, TimeRange};

use super::course::Course;
use super::run::{Run, is_switch, runs};
use super::work::work;
use super::{Level, LevelMeasures, MeasureConfig, Quantiles};

const NS_PER_H: f64 = 3.6e12;

/// Switches and dwell per level, from the window to the work.
///
/// * switches: #{i : cᵢ ≠ cᵢ₋₁} over runs with an absence of less than `break_min` between them.
///   Who comes back from a break to something else begins; that is no switch.
/// * switch rate: switches / T, per hour.
/// * dwell: the active times dᵢ of the runs, told by quantiles, for they are log-normal.
///
/// Source: Meyer, Barton, Murphy, Zimmermann and Fritz 2017, doi 10.1109/TSE.2017.2656886, for the
/// rate; Mark 2023, *Attention Span*, for dwell as time on one screen.
///
/// Bounds: 0 ≤ switches < runs, and the runs' active times sum to T. Costs `n log n`.
pub(super) fn levels(course: &Course<'_>, active: Duration, config: &MeasureConfig) -> Vec<LevelMeasures> {
    let steps = &course.steps;
    let measured = |level, (switches, dwell): (u64, Vec<Duration>)| LevelMeasures {
        level,
        switches,
        switches_per_h: (!active.is_zero()).then(|| switches as f64 / (active.ns() as f64 / NS_PER_H)),
        dwell: Quantiles::of(dwell),
    };
    let by = |context: fn(&super::course::Step) -> u32| {
        switches(steps.iter().map(|step| (step.range, context(step))), config)
    };
    vec![
        measured(Level::Window, by(|step| step.window)),
        measured(Level::Application, by(|step| step.application)),
        measured(Level::Category, by(|step| step.category)),
        measured(Level::Work, switches(work(course, config.work_kept), config)),
    ]
}

/// How many switches there are, and how long each run lasts.
fn switches<C: Copy + PartialEq>(
    parts: impl IntoIterator<Item = (TimeRange, C)>,
    config: &MeasureConfig,
) -> (u64, Vec<Duration>) {
    let mut dwell = Vec::new();
    let mut switches = 0;
    let mut before: Option<Run<C>> = None;
    for run in runs(parts, config.run_gap) {
        dwell.push(run.active);
        switches += u64::from(before.is_some_and(|before| is_switch(&before, &run, config.break_min)));
        before = Some(run);
    }
    (switches, dwell)
}
