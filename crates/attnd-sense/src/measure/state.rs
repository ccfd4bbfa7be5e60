//! How was each moment spent? In focus, shallow, switching, interrupted or away.
//!
//! ```text
//! category  [Programming         ][Chat][Programming][News    ]    [Mail][Chat][Web][Mail     ]
//! session   [                                       ]
//! states    [Focus               ][Int.][Focus      ][Shallow ]Away[Switching      ][Shallow  ]
//! ```

use attnd_core::TimeRange;

use super::course::{Course, Step, stretch};
use super::interruption::interrupted;
use super::period::Period;
use super::run::Run;
use super::{FlowState, FocusSession, Interruption, MeasureConfig, StateRun};
use crate::category::Bearing;
use crate::track::Track;

/// How each moment of `range` from the first to the last visit was spent, in order.
///
/// * Away: nobody was there, for at most `away_max`, whatever was going on before. Longer absences,
///   such as nights, belong to no state.
/// * else Interrupted: in an interruption.
/// * else Focus: on a focus category in a focus session.
/// * else Switching: in a run of a category shorter than `switching_max`.
/// * else Shallow.
///
/// The precedence is ours; the thresholds are those of the measures the states show.
///
/// Bounds: neighbours differ or do not touch; all states but Away sum to the active time, and Away
/// to the absences of at most `away_max`. Costs `n`.
#[must_use]
pub fn states<B: Into<Bearing>>(
    track: &Track,
    range: TimeRange,
    bearing: &dyn Fn(&[String]) -> B,
    config: &MeasureConfig,
) -> Vec<StateRun> {
    Period::new(track, range, bearing, config).states()
}

/// [`states`] of what was found before.
pub(super) fn of(
    course: &Course<'_>,
    runs: &[Run<u32>],
    sessions: &[FocusSession],
    interruptions: &[Interruption],
    config: &MeasureConfig,
) -> Vec<StateRun> {
    let mut within = Within::new(sessions, interruptions);
    let mut states = StateRuns::default();
    for run in runs {
        let brief = if run.active < config.switching_max { FlowState::Switching } else { FlowState::Shallow };
        for step in &course.steps[run.parts.clone()] {
            if let Some(last) = states.0.last() {
                let gap = stretch(last.range.end(), step.range.start());
                if gap.duration() <= config.away_max {
                    states.push(gap, FlowState::Away);
                }
            }
            states.push(step.range, within.state(step).unwrap_or(brief));
        }
    }
    states.0
}

/// What a step lies within; asked in order.
struct Within<S: Iterator, I: Iterator> {
    sessions: std::iter::Peekable<S>,
    interrupted: std::iter::Peekable<I>,
}

impl<'a> Within<std::slice::Iter<'a, FocusSession>, std::vec::IntoIter<TimeRange>> {
    fn new(sessions: &'a [FocusSession], interruptions: &[Interruption]) -> Self {
        let interrupted: Vec<TimeRange> = interrupted(interruptions).collect();
        Self { sessions: sessions.iter().peekable(), interrupted: interrupted.into_iter().peekable() }
    }

    /// Sessions and interruptions begin and end where steps do, so a step is in one or is not.
    fn state(&mut self, step: &Step) -> Option<FlowState> {
        let start = step.range.start();
        while self.interrupted.next_if(|range| range.end() <= start).is_some() {}
        if self.interrupted.peek().is_some_and(|range| range.start() <= start) {
            return Some(FlowState::Interrupted);
        }
        while self.sessions.next_if(|session| session.range.end() <= start).is_some() {}
        let in_session = self.sessions.peek().is_some_and(|session| session.range.start() <= start);
        (in_session && step.bearing == Bearing::Focus).then_some(FlowState::Focus)
    }
}

/// States being put together.
#[derive(Default)]
struct StateRuns(Vec<StateRun>);

impl StateRuns {
    fn push(&mut self, range: TimeRange, state: FlowState) {
        if range.duration().is_zero() {
            return;
        }
        match self.0.last_mut() {
            Some(last) if last.state == state && last.range.end() == range.start() => {
                last.range = stretch(last.range.start(), range.end());
            }
            _ => self.0.push(StateRun { range, state }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::{drawn_states, state_runs, time_in};
    use super::*;

    #[test]
    fn the_drawing_at_the_top_holds() {
        assert_eq!(
            drawn_states("P:20m C:60 P:10m N:10m _:10m M:20 C:20 N:20 M:5m"),
            [
                "0-1200 Focus",
                "1200-1260 Interrupted",
                "1260-1860 Focus",
                "1860-2460 Shallow",
                "2460-3060 Away",
                "3060-3120 Switching",
                "3120-3420 Shallow",
            ]
        );
    }

    #[test]
    fn focus_outside_sessions_is_shallow_and_short_runs_within_are_switching() {
        assert_eq!(drawn_states("P:10m"), ["0-600 Shallow"]);
        assert_eq!(drawn_states("P:10m C:4 P:10m"), ["0-600 Focus", "600-604 Switching", "604-1204 Focus"]);
    }

    #[test]
    fn absence_is_away_also_in_an_interruption_and_not_at_night() {
        assert_eq!(
            drawn_states("P:20m C:60 _:300 C:60 P:20m"),
            [
                "0-1200 Focus",
                "1200-1260 Interrupted",
                "1260-1560 Away",
                "1560-1620 Interrupted",
                "1620-2820 Focus"
            ]
        );
        let hours = |hours: u32| state_runs(&format!("C:60 _:{} C:60", hours * 3_600));
        assert_eq!(time_in(&hours(8), FlowState::Away), attnd_core::Duration::from_s(8 * 3_600));
        assert_eq!(time_in(&hours(9), FlowState::Away), attnd_core::Duration::ZERO);
        assert_eq!(hours(9).len(), 2);
    }

    #[test]
    fn a_switch_of_task_inside_a_session_is_focus() {
        assert_eq!(drawn_states("P:10m D:10m"), ["0-1200 Focus"]);
    }

    #[test]
    fn nothing_has_no_states() {
        assert_eq!(drawn_states(""), [""; 0]);
        assert_eq!(FlowState::ALL.map(|state| state as usize), [0, 1, 2, 3, 4]);
    }
}
