//! What do all questions about one period share? Its visits, runs, interruptions and sessions,
//! found once.

use attnd_core::{Duration, TimeRange, Timestamp};
use jiff::tz::TimeZone;

use super::course::{Course, share};
use super::cue::self_interruption;
use super::fragment::{fragmentation, time_entropy, transition_entropy};
use super::interruption::interruptions;
use super::level::{levels, switches_per_h};
use super::pause::pauses;
use super::run::{Run, category_runs, is_switch};
use super::session::{deep_work, sessions};
use super::transition::moves;
use super::{
    FocusSession, Interruption, MeasureConfig, Measures, Quantiles, Share, StateRun, Transition, WeekTable,
};
use crate::category::Bearing;
use crate::category::UNCATEGORIZED;
use crate::track::Track;

/// A period of a track, looked at once for as many questions as there are.
pub struct Period<'a> {
    range: TimeRange,
    config: &'a MeasureConfig,
    course: Course<'a>,
    runs: Vec<Run<u32>>,
    interruptions: Vec<Interruption>,
    sessions: Vec<FocusSession>,
}

/// The few of [`Measures`] that a trend shows of each of its steps; each means what it means there.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    /// T, the active time.
    pub active: Duration,
    /// Time in focus categories.
    pub focus: Duration,
    /// Time in no category.
    pub uncategorized: Duration,
    /// How many focus sessions.
    pub sessions: usize,
    /// The longest of them, pauses included.
    pub longest_session: Duration,
    /// Σ(sessions ≥ 25 min) / T.
    pub deep_work: Share,
    /// Category switches per hour; `None` without active time.
    pub switches_per_h: Option<f64>,
    /// How many interruptions.
    pub interruptions: usize,
    /// Their median resume lag.
    pub resume_lag: Option<Duration>,
    /// 1 − Σ(bⱼ/T)².
    pub fragmentation: Option<Share>,
}

impl<'a> Period<'a> {
    /// The visits of `track` within `range`, which are cut to it. `bearing` says what a category
    /// paths are focus; it is asked once for each of the track's categories.
    #[must_use]
    pub fn new<B: Into<Bearing>>(
        track: &'a Track,
        range: TimeRange,
        bearing: &dyn Fn(&[String]) -> B,
        config: &'a MeasureConfig,
    ) -> Self {
        let course = Course::new(track, range, bearing);
        let runs = category_runs(&course, config.run_gap);
        let interruptions = interruptions(&course, &runs, config);
        let sessions = sessions(&course, &interruptions, config);
        Self { range, config, course, runs, interruptions, sessions }
    }

    /// [`super::measures`] of the period.
    #[must_use]
    pub fn measures(self, cues: Option<&[Timestamp]>) -> Measures {
        let Self { config, course, runs, interruptions, sessions, .. } = self;
        let active = course.active();
        let per_category = course.active_per_category();
        let in_session: Vec<Duration> =
            sessions.iter().map(|session| course.active_within(session.range)).collect();
        let entropy = time_entropy(&per_category);
        let pauses = pauses(&course, config);
        Measures {
            active,
            focus: focus(&course, &per_category),
            uncategorized: uncategorized(&course, &per_category),
            in_sessions: in_session.iter().copied().sum(),
            levels: levels(&course, active, config),
            deep_work: deep_work(&course, &sessions, active),
            longest_session: share(in_session.into_iter().max().unwrap_or_default(), active),
            fragmentation: fragmentation(&course, &runs, &sessions, active),
            entropy_nats: entropy.map(|entropy| entropy.nats),
            entropy: entropy.map(|entropy| entropy.normalized),
            transition_entropy: transition_entropy(&moves(&runs, config)).map(|entropy| entropy.normalized),
            resume_lag: Quantiles::of(interruptions.iter().map(|one| one.resume_lag).collect()),
            self_interruption: cues.and_then(|cues| self_interruption(&runs, cues, config)),
            breaks: pauses.breaks,
            longest_unbroken: pauses.longest_unbroken,
            sessions,
            interruptions,
        }
    }

    /// The few of [`Self::measures`] that a trend shows.
    #[must_use]
    pub fn outline(&self) -> Outline {
        let Self { config, course, runs, interruptions, sessions, .. } = self;
        let active = course.active();
        let per_category = course.active_per_category();
        let switches = runs.windows(2).filter(|pair| is_switch(&pair[0], &pair[1], config.break_min)).count();
        let lags = interruptions.iter().map(|one| one.resume_lag).collect();
        Outline {
            active,
            focus: focus(course, &per_category),
            uncategorized: uncategorized(course, &per_category),
            sessions: sessions.len(),
            longest_session: sessions.iter().map(|one| one.range.duration()).max().unwrap_or_default(),
            deep_work: deep_work(course, sessions, active)[0],
            switches_per_h: switches_per_h(switches as u64, active),
            interruptions: interruptions.len(),
            resume_lag: Quantiles::of(lags).map(|lag| lag.median),
            fragmentation: fragmentation(course, runs, sessions, active),
        }
    }

    /// [`super::states`] of the period.
    #[must_use]
    pub fn states(&self) -> Vec<StateRun> {
        super::state::of(&self.course, &self.runs, &self.sessions, &self.interruptions, self.config)
    }

    /// [`super::transitions`] of the period.
    #[must_use]
    pub fn transitions(&self) -> Vec<Transition> {
        super::transition::of(&self.course, &self.runs, self.config)
    }

    /// [`super::week_table`] of the period.
    #[must_use]
    pub fn week_table(&self, zone: &TimeZone) -> WeekTable {
        super::week::of(&self.course, self.range, zone)
    }
}

fn focus(course: &Course<'_>, per_category: &[Duration]) -> Duration {
    sum_where(per_category, |category| course.is_focus(category))
}

fn uncategorized(course: &Course<'_>, per_category: &[Duration]) -> Duration {
    sum_where(per_category, |category| course.path(category)[..] == [UNCATEGORIZED])
}

fn sum_where(per_category: &[Duration], is_wanted: impl Fn(u32) -> bool) -> Duration {
    (0_u32..).zip(per_category).filter(|(category, _)| is_wanted(*category)).map(|(_, sum)| *sum).sum()
}

#[cfg(test)]
mod tests {
    use super::super::example::{is_focus, track};
    use super::super::{Level, measures, states, transitions, week_table};
    use super::*;

    #[test]
    fn one_look_says_what_each_question_alone_is_told() {
        let drawing = "P:20m C:60 P:10m N:10m _:10m M:20 C:20 N:20 M:5m P:30m C:3m P:60 U:90";
        let (track, config) = (track(drawing), MeasureConfig::default());
        let extent = track.extent().unwrap();
        let inner = TimeRange::from(
            extent.start().saturating_add(Duration::from_s(100)),
            Duration::from_ns(extent.duration().ns() - Duration::from_s(230).ns()),
        );
        for range in [extent, inner, TimeRange::from(extent.end(), Duration::from_s(60))] {
            let period = Period::new(&track, range, &is_focus, &config);
            let whole = measures(&track, range, &is_focus, &config, None);
            assert_eq!(period.states(), states(&track, range, &is_focus, &config));
            assert_eq!(period.transitions(), transitions(&track, range, &config));
            let zone = TimeZone::UTC;
            assert_eq!(period.week_table(&zone), week_table(&track, range, &is_focus, &zone));
            let categories = whole.levels.iter().find(|one| one.level == Level::Category).unwrap();
            let expected = Outline {
                active: whole.active,
                focus: whole.focus,
                uncategorized: whole.uncategorized,
                sessions: whole.sessions.len(),
                longest_session: (whole.sessions.iter().map(|one| one.range.duration()).max())
                    .unwrap_or_default(),
                deep_work: whole.deep_work[0],
                switches_per_h: categories.switches_per_h,
                interruptions: whole.interruptions.len(),
                resume_lag: whole.resume_lag.as_ref().map(|lag| lag.median),
                fragmentation: whole.fragmentation,
            };
            assert_eq!(period.outline(), expected);
            assert_eq!(period.measures(None), whole);
        }
    }
}
