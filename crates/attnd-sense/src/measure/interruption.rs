//! What got in between, and how long did it take to come back?
//!
//! ```text
//! runs          [Programming    ][Chat    ]  [News  ][Programming   ]
//! interruption                   [handling  ][lag   ]                  by Chat
//!                           left ^                  ^ resumed
//! ```

use attnd_core::{Duration, TimeRange};

use super::course::{Course, stretch};
use super::run::Run;
use super::{Interruption, MeasureConfig};

/// The interruptions, in order.
///
/// A focus context, `interrupted_min` or more of one focus category, is left for another category,
/// focus or not, and is back within `interruption_max`. It lasts on through its interruptions, and
/// through absences that are no break. What was left and not taken up in time is a task switch; a
/// break right after leaving makes it a pause: neither is an interruption.
///
/// * Runs shorter than `passing_max` are passed through. An excursion shorter than that is a glance
///   and no interruption, and being back for less is not being back.
/// * *by* is the first run of the excursion that is not passed through; if all are, the longest of
///   them, of equally long ones the first.
/// * *handling* is the time from leaving to the end of that run and of the absence after it, which
///   may be its continuation on paper or by phone.
/// * *resume lag* = resumed − (left + handling): what was done after it, before being back.
///
/// Source: logging as Iqbal and Horvitz 2007, doi 10.1145/1240624.1240730; they observe alerts, which
/// are not known here.
///
/// Bounds: interruptions are disjoint, of nested ones only the outer counts; left < resumed; handling
/// + lag = resumed − left < `interruption_max`. Costs `n`.
pub(super) fn interruptions(
    course: &Course<'_>,
    runs: &[Run<u32>],
    config: &MeasureConfig,
) -> Vec<Interruption> {
    let back = next_of_same(course, runs, config);
    let mut found = Vec::new();
    let mut lasted = Duration::ZERO;
    let mut at = 0;
    while let Some(run) = runs.get(at) {
        lasted = lasted.saturating_add(run.active);
        let returned = back[at].filter(|_| course.is_focus(run.context));
        let excursion = returned.and_then(|back| excursion(runs, at, back, config));
        match (returned, excursion) {
            (Some(back), Some(Excursion::Glance)) => at = back,
            (Some(back), Some(Excursion::Away)) if lasted >= config.interrupted_min => {
                found.push(interruption(course, runs, at, back, config));
                at = back;
            }
            _ => {
                lasted = Duration::ZERO;
                at += 1;
            }
        }
    }
    found
}

/// What lies between a run and the next of its category.
enum Excursion {
    /// Nothing to speak of: the context goes on.
    Glance,
    /// Something else, and then back.
    Away,
}

/// By run: the next run of the same category that is not just passed through.
fn next_of_same(course: &Course<'_>, runs: &[Run<u32>], config: &MeasureConfig) -> Vec<Option<usize>> {
    let mut next = vec![None; course.track.categories().len()];
    let mut back = vec![None; runs.len()];
    for (index, run) in runs.iter().enumerate().rev() {
        let category = &mut next[run.context as usize];
        back[index] = *category;
        if run.active >= config.passing_max {
            *category = Some(index);
        }
    }
    back
}

fn excursion(runs: &[Run<u32>], at: usize, back: usize, config: &MeasureConfig) -> Option<Excursion> {
    let (left, resumed) = (runs[at].range.end(), runs[back].range.start());
    let length = resumed.since(left);
    let pause = runs[at + 1].range.start().since(left);
    if pause >= config.break_min || length >= config.interruption_max {
        return None;
    }
    let glance = back == at + 1 || length < config.passing_max;
    Some(if glance { Excursion::Glance } else { Excursion::Away })
}

fn interruption(
    course: &Course<'_>,
    runs: &[Run<u32>],
    at: usize,
    back: usize,
    config: &MeasureConfig,
) -> Interruption {
    let (left, resumed) = (runs[at].range.end(), runs[back].range.start());
    // A flash of the suspended category itself is nothing it was left for.
    let others = || (at + 1..back).filter(|&index| runs[index].context != runs[at].context);
    let first = others().find(|&index| runs[index].active >= config.passing_max);
    let longest = || others().rev().max_by_key(|&index| runs[index].active);
    let by = first.or_else(longest).expect("invariant: something lies between leaving and being back");
    let handled = runs[by + 1].range.start();
    Interruption {
        left,
        resumed,
        suspended: course.path(runs[at].context).clone(),
        by: course.path(runs[by].context).clone(),
        application: course.track.names()[main_application(course, &runs[by]) as usize].clone(),
        handling: handled.since(left),
        resume_lag: resumed.since(handled),
    }
}

/// The application a run began with: the one it was left for.
fn main_application(course: &Course<'_>, run: &Run<u32>) -> u32 {
    course.steps[run.parts.start].application
}

/// The stretches from leaving to being back.
pub(super) fn interrupted(interruptions: &[Interruption]) -> impl Iterator<Item = TimeRange> + '_ {
    interruptions.iter().map(|one| stretch(one.left, one.resumed))
}

#[cfg(test)]
mod tests {
    use super::super::example::{drawn_interruptions, measured};

    fn of(drawing: &str) -> Vec<String> {
        drawn_interruptions(&measured(drawing).interruptions)
    }

    #[test]
    fn the_drawing_at_the_top_holds() {
        assert_eq!(of("P:10m C:120 _:30 N:90 P:10m"), ["600-840 Work/Programming by Chat: 150 + 90"]);
    }

    #[test]
    fn it_is_less_than_fifteen_minutes_of_a_focus_context_of_one() {
        assert_eq!(of("P:60 C:899 P:60"), ["60-959 Work/Programming by Chat: 899 + 0"]);
        assert_eq!(of("P:60 C:900 P:60"), [""; 0]);
        assert_eq!(of("P:59 C:300 P:60"), [""; 0]);
        assert_eq!(of("N:10m C:300 N:60"), [""; 0]);
    }

    #[test]
    fn not_coming_back_is_a_switch() {
        assert_eq!(of("P:10m C:5m"), [""; 0]);
        assert_eq!(of("P:10m C:5m D:10m"), [""; 0]);
    }

    #[test]
    fn a_break_is_none_but_absence_after_leaving_for_something_is_handling() {
        assert_eq!(of("P:10m _:10m P:10m"), [""; 0]);
        assert_eq!(of("P:10m _:180 C:60 P:10m"), [""; 0]);
        assert_eq!(of("P:10m _:179 C:60 P:10m"), ["600-839 Work/Programming by Chat: 239 + 0"]);
        assert_eq!(of("P:10m C:60 _:10m P:10m"), ["600-1260 Work/Programming by Chat: 660 + 0"]);
    }

    #[test]
    fn nested_ones_are_the_outer_one() {
        // Chat also interrupts the documents that interrupt the program.
        assert_eq!(of("P:10m C:60 D:120 C:60 D:120 P:10m"), ["600-960 Work/Programming by Chat: 60 + 300"]);
    }

    #[test]
    fn after_a_task_switch_what_is_within_counts() {
        assert_eq!(of("P:10m D:10m C:60 D:10m"), ["1200-1260 Work/Documents by Chat: 60 + 0"]);
    }

    #[test]
    fn what_is_passed_through_is_neither_left_for_nor_come_back_to() {
        assert_eq!(of("P:10m N:4 C:60 P:10m"), ["600-664 Work/Programming by Chat: 64 + 0"]);
        assert_eq!(of("P:10m C:60 P:4 C:60 P:10m"), ["600-724 Work/Programming by Chat: 60 + 64"]);
        assert_eq!(of("P:10m N:3 P:4 C:2 P:10m"), ["600-609 Work/Programming by News: 3 + 6"]);
    }

    #[test]
    fn a_glance_does_not_interrupt() {
        assert_eq!(of("P:40 C:4 P:40 M:60 P:60"), ["84-144 Work/Programming by Mail: 60 + 0"]);
        assert_eq!(of("P:10m N:2 C:2 P:10m"), [""; 0]);
    }

    #[test]
    fn a_context_lasts_on_through_its_interruptions() {
        assert_eq!(
            of("P:10m C:30 P:20 C:30 P:20 C:30 P:10m"),
            [
                "600-630 Work/Programming by Chat: 30 + 0",
                "650-680 Work/Programming by Chat: 30 + 0",
                "700-730 Work/Programming by Chat: 30 + 0",
            ]
        );
        assert_eq!(of("P:40 _:100 P:40 C:30 P:60"), ["180-210 Work/Programming by Chat: 30 + 0"]);
        assert_eq!(of("P:40 _:180 P:40 C:30 P:60"), [""; 0]);
    }

    #[test]
    fn the_lags_are_told_by_their_quantiles() {
        let measures = measured("P:10m C:60 P:10m C:60 N:120 P:10m C:60 N:60 P:10m");
        let lag = measures.resume_lag.unwrap();
        assert_eq!(lag.dots.iter().map(|lag| lag.as_s_f64()).collect::<Vec<_>>(), [0.0, 60.0, 120.0]);
        assert_eq!(&*measures.interruptions[0].application, "Slack");
    }
}
