//! How often did attention switch, and how long did it dwell? At each level.
//!
//! ```text
//! windows       [main.rs][lib.rs][Inbox][main.rs]   [main.rs]     4 runs or 5, 3 switches
//! applications  [Code           ][Mail ][Code   ]   [Code   ]     2 switches
//! ```

use attnd_core::{Duration, TimeRange};

use super::course::Course;
use super::run::{Run, is_switch, runs};
use super::work::{spheres, work};
use super::{Level, LevelMeasures, MeasureConfig, Quantiles};

const NS_PER_H: f64 = 3.6e12;

/// Switches and dwell per level, from the window to the work.
///
/// * switches: #{i : cᵢ ≠ cᵢ₋₁} over runs with an absence of less than `break_min` between them.
///   Who comes back from a break to something else begins; that is no switch.
/// * switch rate: switches / T, per hour.
/// * A piece of work lasts on through less than `sphere_gap`, 2 min, of other things, as a *working
///   sphere* does (González and Mark 2004, doi 10.1145/985692.985707): what one looks at in between
///   is no switch of work. The gap is ours.
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
        switches_per_h: switches_per_h(switches, active),
        dwell: Quantiles::of(dwell),
    };
    let by = |context: fn(&super::course::Step) -> u32| {
        switches(steps.iter().map(|step| (step.range, context(step))), config)
    };
    vec![
        measured(Level::Window, by(|step| step.window)),
        measured(Level::Application, by(|step| step.application)),
        measured(Level::Category, by(|step| step.category)),
        measured(
            Level::Work,
            switches(spheres(course, work(course, config.work_kept), config.sphere_gap), config),
        ),
    ]
}

/// The rate of switches; `None` without active time.
pub(super) fn switches_per_h(switches: u64, active: Duration) -> Option<f64> {
    (!active.is_zero()).then(|| switches as f64 / (active.ns() as f64 / NS_PER_H))
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

#[cfg(test)]
mod tests {
    use super::super::example::measured;
    use super::*;

    fn level(drawing: &str, level: Level) -> LevelMeasures {
        measured(drawing).levels.into_iter().find(|one| one.level == level).unwrap()
    }

    #[test]
    fn each_level_has_its_own_switches() {
        // An hour: 10 min of main.rs, 10 of lib.rs, 10 of the inbox, 30 of main.rs.
        let drawing = "P:10m p:10m M:10m P:30m";
        let counts: Vec<(Level, u64)> =
            measured(drawing).levels.iter().map(|one| (one.level, one.switches)).collect();
        assert_eq!(
            counts,
            [(Level::Window, 3), (Level::Application, 2), (Level::Category, 2), (Level::Work, 2)]
        );
        assert_eq!(level(drawing, Level::Window).switches_per_h, Some(3.0));
        let dwell = level(drawing, Level::Category).dwell.unwrap();
        assert_eq!((dwell.count, dwell.median), (3, Duration::from_s(1_200)));
    }

    #[test]
    fn one_dwells_on_the_same_window_through_a_short_absence_only() {
        let dwell = |drawing| level(drawing, Level::Window).dwell.unwrap().dots;
        assert_eq!(dwell("C:40 _:60 C:50"), [Duration::from_s(90)]);
        assert_eq!(dwell("C:40 _:61 C:50"), [40, 50].map(Duration::from_s));
    }

    #[test]
    fn coming_back_from_a_break_to_something_else_is_no_switch() {
        let switches = |drawing| level(drawing, Level::Category).switches;
        assert_eq!(switches("C:60 _:179 N:60"), 1);
        assert_eq!(switches("C:60 _:180 N:60"), 0);
    }

    #[test]
    fn without_active_time_there_is_no_rate() {
        let level = level("", Level::Window);
        assert_eq!((level.switches, level.switches_per_h, level.dwell), (0, None, None));
    }

    #[test]
    fn twelve_switches_in_half_an_hour_are_twenty_four_an_hour() {
        let drawing = "C:150 N:150 ".repeat(6) + "C:1";
        let rate = level(&drawing, Level::Application).switches_per_h.unwrap();
        assert!((rate - 12.0 / (1_801.0 / 3_600.0)).abs() < 1e-9, "{rate}");
    }
}
