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
