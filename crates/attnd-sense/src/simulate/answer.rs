//! What would the simulated person answer, asked how focused they were and how much mental work it was?
//!
//! ```text
//! really   [task            ][chat][task   ]          [break]
//! looked back at       [15 min           ]▲ asked
//! answer                                  4 of 5, by the share on task, what got in between, the hour and chance
//! ```
//!
//! Made from the truth of the day, not from its events: what attnd senses has to find the answer again.

use attnd_core::{Duration, TimeRange, Timestamp};

use super::random::Random;
use super::truth::{DayTruth, Stretch};

/// A question is about the time just before it.
const ANSWERED_ABOUT: Duration = Duration::from_s(15 * 60);

/// Between two questions, at least.
const APART: Duration = Duration::from_s(90 * 60);

/// Questions a day, at most.
const MOST_A_DAY: usize = 4;

/// At the computer within the time looked back at, at least: else there is nothing to answer about.
const LEAST_SHARE: f64 = 0.5;

/// What the person said of the quarter of an hour before `at`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SimulatedAnswer {
    /// When they were asked.
    pub at: Timestamp,
    /// How focused they were, 1 to 5.
    pub focus: i32,
    /// How much mental work it was, 1 to 5.
    pub mental_load: i32,
}

/// What a quarter of an hour really was; shares of its time, 0 to 1.
struct Quarter {
    on_task: f64,
    in_meeting: f64,
    in_triage: f64,
    in_leisure: f64,
    /// How often something got in between.
    interruptions: f64,
}

impl DayTruth {
    /// The day's answers, in order: after work, talk, triage and leisure as they ended, as often as a patient person
    /// would bear.
    pub(super) fn answers(&self, random: &mut Random) -> Vec<SimulatedAnswer> {
        let mut answers: Vec<SimulatedAnswer> = Vec::new();
        // People do not answer on time: a little after something ended.
        for ended in self.ends() {
            let at = ended.saturating_add(Duration::from_s(random.between(5.0, 90.0) as u32));
            let is_too_soon = answers.last().is_some_and(|last| at < last.at.saturating_add(APART));
            if answers.len() == MOST_A_DAY || is_too_soon {
                continue;
            }
            let quarter = self.quarter(at);
            let [for_focus, for_load] = [random.normal(), random.normal()];
            if quarter.share() >= LEAST_SHARE && random.chance(0.7) {
                let tired = self.hours_in(at) / 10.0;
                answers.push(SimulatedAnswer {
                    at,
                    focus: on_scale(quarter.focus() - 0.5 * tired + 0.6 * for_focus),
                    mental_load: on_scale(quarter.mental_load() + 0.7 * tired + 0.6 * for_load),
                });
            }
        }
        answers
    }

    /// When anything came to its end, in order.
    fn ends(&self) -> Vec<Timestamp> {
        let blocks = self.focus_blocks.iter().map(|block| block.when);
        let meetings = self.meetings.iter().map(|meeting| meeting.when);
        let others = self.triage.iter().chain(&self.leisure).copied();
        let mut ends: Vec<Timestamp> = blocks.chain(meetings).chain(others).map(|one| one.to).collect();
        ends.sort_unstable();
        ends
    }

    fn quarter(&self, at: Timestamp) -> Quarter {
        let about = TimeRange::from(at.saturating_sub(ANSWERED_ABOUT), ANSWERED_ABOUT);
        let share = |stretches: &mut dyn Iterator<Item = Stretch>| -> f64 {
            let within = stretches.filter_map(|one| one.range().intersection(about));
            within.map(|one| one.duration().as_s_f64()).sum::<f64>() / ANSWERED_ABOUT.as_s_f64()
        };
        let is_within = |moment: Timestamp| about.start() <= moment && moment < about.end();
        Quarter {
            on_task: share(&mut self.tasks.iter().map(|task| task.when)),
            in_meeting: share(&mut self.meetings.iter().map(|meeting| meeting.when)),
            in_triage: share(&mut self.triage.iter().copied()),
            in_leisure: share(&mut self.leisure.iter().copied()),
            interruptions: self.interruptions.iter().filter(|one| is_within(one.left)).count() as f64,
        }
    }

    /// Hours since the day's first work.
    fn hours_in(&self, at: Timestamp) -> f64 {
        let first = self.tasks.iter().map(|task| task.when.from).min().unwrap_or(at).min(at);
        at.since(first).as_s_f64() / 3_600.0
    }
}

impl Quarter {
    fn share(&self) -> f64 {
        self.on_task + self.in_meeting + self.in_triage + self.in_leisure
    }

    /// Work on one thing feels focused, leisure does not; each interruption takes half a step.
    fn focus(&self) -> f64 {
        1.2 + 3.8 * self.on_task + 2.0 * self.in_meeting + 1.0 * self.in_triage - 0.5 * self.interruptions
    }

    /// Talking costs about what work does, coming back costs besides.
    fn mental_load(&self) -> f64 {
        1.0 + 1.6 * self.on_task + 2.0 * self.in_meeting + 1.2 * self.in_triage + 0.4 * self.interruptions
    }
}

/// The nearest of 1 to 5.
fn on_scale(felt: f64) -> i32 {
    felt.round().clamp(1.0, 5.0) as i32
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::simulate::{SimulateConfig, Simulation};

    fn simulation(days: u32) -> Simulation {
        Simulation::new(SimulateConfig {
            days,
            seed: 7,
            last_day: date(2026, 3, 31),
            time_zone: TimeZone::UTC,
            hostname: "desk".to_owned(),
        })
    }

    #[test]
    fn a_month_has_answers_of_both_kinds_a_few_a_day_and_apart() {
        let days: Vec<_> = simulation(30).days().collect();
        for day in &days {
            assert!(day.answers.len() <= MOST_A_DAY);
            for pair in day.answers.windows(2) {
                assert!(pair[1].at.since(pair[0].at) >= APART);
            }
        }
        let all: Vec<_> = days.iter().flat_map(|day| &day.answers).collect();
        assert!((50..=120).contains(&all.len()), "{}", all.len());
        let focused = all.iter().filter(|answer| answer.focus >= 4).count() as f64 / all.len() as f64;
        assert!((0.25..0.75).contains(&focused), "{focused}");
        let loaded = all.iter().filter(|answer| answer.mental_load >= 3).count() as f64 / all.len() as f64;
        assert!((0.25..0.75).contains(&loaded), "{loaded}");
    }

    #[test]
    fn answers_follow_what_was_done_but_not_exactly() {
        let mut of_work = Vec::new();
        let mut of_leisure = Vec::new();
        for day in simulation(60).days() {
            for answer in &day.answers {
                let quarter = day.truth.quarter(answer.at);
                if quarter.on_task > 0.8 {
                    of_work.push(answer.focus);
                }
                if quarter.in_leisure > 0.8 {
                    of_leisure.push(answer.focus);
                }
            }
        }
        let mean = |list: &[i32]| f64::from(list.iter().sum::<i32>()) / list.len() as f64;
        assert!(mean(&of_work) > mean(&of_leisure) + 1.5, "{} {}", mean(&of_work), mean(&of_leisure));
        assert!(of_work.iter().any(|value| *value != of_work[0]), "chance has a part in it");
    }

    #[test]
    fn the_same_seed_answers_the_same() {
        let answers = || simulation(9).days().flat_map(|day| day.answers).collect::<Vec<_>>();
        assert_eq!(answers(), answers());
    }
}
