//! How do measures travel? Lengths in seconds, rates per hour, shares from 0 to 1; the unit ends the
//! name.

use attnd_core::{Duration, TimeRange, Timestamp};
use attnd_engine::insight::{Insight, InsightStep};
use attnd_engine::measure::{
    FocusSession, Interruption, Level, LevelMeasures, Measures, Quantiles, Transition, WeekCell,
};
use serde::Serialize;
use utoipa::ToSchema;

/// A period, measured.
#[derive(Serialize, ToSchema)]
#[schema(as = Measures)]
pub(crate) struct MeasuresAnswer {
    /// The first moment.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// The moment after the last.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// Local days on which anything was sensed.
    days: u32,
    /// Whether any of it is simulated.
    simulated: bool,
    /// Time at the computer, in seconds: what every share is of.
    active_s: f64,
    /// Time in focus categories, in seconds.
    focus_s: f64,
    /// Time in no category, in seconds.
    uncategorized_s: f64,
    /// Time within focus sessions, in seconds.
    in_sessions_s: f64,
    /// Switches and dwell by level: window, application, category, work.
    levels: Vec<LevelAnswer>,
    /// Focus sessions, in order.
    sessions: Vec<SessionAnswer>,
    /// Shares of the active time in sessions of some length.
    deep_work: DeepWorkAnswer,
    /// The longest session's share of the active time.
    longest_session: f64,
    /// 1 minus the sum of the squared shares of blocks: 0 is one block, near 1 many small ones.
    #[schema(required)]
    fragmentation: Option<f64>,
    /// Entropy of the categories' shares of time, in nats.
    #[schema(required)]
    entropy_nats: Option<f64>,
    /// The same over its greatest value: from 0, one category, to 1, all alike.
    #[schema(required)]
    entropy: Option<f64>,
    /// The same of the moves from one category to the next.
    #[schema(required)]
    transition_entropy: Option<f64>,
    /// Focus left for another category and come back to, in order.
    interruptions: Vec<InterruptionAnswer>,
    /// How long coming back took after them.
    #[schema(required)]
    resume_lag: Option<QuantilesAnswer>,
    /// Share of switches without an outside cue before them; null where no cues are known.
    #[schema(required)]
    self_interruption: Option<f64>,
    /// Absences that are breaks, in order.
    breaks: Vec<StretchAnswer>,
    /// The longest stretch without a break.
    #[schema(required)]
    longest_unbroken: Option<StretchAnswer>,
    /// Step by step; steps with nothing in them too.
    steps: Vec<MeasuredStepAnswer>,
    /// Hour × weekday in local time: Monday to Sunday, 0 to 23 h.
    week: Vec<Vec<WeekCellAnswer>>,
    /// Moves between categories, most frequent first.
    transitions: Vec<TransitionAnswer>,
}

/// Switches and dwell at one level.
#[derive(Serialize, ToSchema)]
#[schema(as = LevelMeasures)]
pub(crate) struct LevelAnswer {
    /// What a switch is between.
    level: LevelName,
    /// How many.
    switches: u64,
    /// Per hour of active time; null without active time.
    #[schema(required)]
    switches_per_h: Option<f64>,
    /// How long one stayed.
    #[schema(required)]
    dwell: Option<QuantilesAnswer>,
}

/// What a switch is between.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LevelName {
    /// Windows.
    Window,
    /// Applications.
    Application,
    /// Categories.
    Category,
    /// Pieces of work: projects an editor names, with what serves them.
    Work,
}

/// A distribution by its order.
#[derive(Serialize, ToSchema)]
#[schema(as = Quantiles)]
pub(crate) struct QuantilesAnswer {
    /// How many values.
    count: u64,
    /// At most 40 of them, evenly spaced, in seconds.
    dots_s: Vec<f64>,
    /// The lower quartile, in seconds.
    lower_s: f64,
    /// The median, in seconds.
    median_s: f64,
    /// The upper quartile, in seconds.
    upper_s: f64,
}

/// A time of focus.
#[derive(Serialize, ToSchema)]
#[schema(as = FocusSession)]
pub(crate) struct SessionAnswer {
    /// The first moment.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// The moment after the last.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// Time in focus categories within it, in seconds.
    focus_s: f64,
    /// The category it was mostly on.
    category: Vec<String>,
    /// The application it was mostly in.
    application: String,
    /// Interruptions that fell into it.
    interruptions: u64,
}

/// Shares of the active time, from 0 to 1.
#[derive(Serialize, ToSchema)]
#[schema(as = DeepWork)]
pub(crate) struct DeepWorkAnswer {
    /// In sessions of 25 minutes or more.
    min_25: f64,
    /// Of 60 minutes or more.
    min_60: f64,
    /// Of 120 minutes or more.
    min_120: f64,
}

/// Focus left for another category and come back to.
#[derive(Serialize, ToSchema)]
#[schema(as = Interruption)]
pub(crate) struct InterruptionAnswer {
    /// When it was left.
    #[schema(value_type = String, format = DateTime)]
    left: Timestamp,
    /// When it was back.
    #[schema(value_type = String, format = DateTime)]
    resumed: Timestamp,
    /// The category that was left.
    suspended: Vec<String>,
    /// The category it was left for, first.
    by: Vec<String>,
    /// The application it was left for.
    application: String,
    /// From leaving to the end of what it was left for, in seconds.
    handling_s: f64,
    /// From there to being back, in seconds.
    resume_lag_s: f64,
}

/// A stretch of time.
#[derive(Serialize, ToSchema)]
#[schema(as = Stretch)]
pub(crate) struct StretchAnswer {
    /// The first moment.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// The moment after the last.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
}

/// One step of a period, measured.
#[derive(Serialize, ToSchema)]
#[schema(as = MeasuredStep)]
pub(crate) struct MeasuredStepAnswer {
    /// The first moment.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// The moment after the last.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// Time at the computer, in seconds.
    active_s: f64,
    /// Time in focus categories, in seconds.
    focus_s: f64,
    /// Time in no category, in seconds.
    uncategorized_s: f64,
    /// Focus sessions.
    sessions: u32,
    /// The longest of them, in seconds.
    longest_session_s: f64,
    /// Share of the active time in sessions of 25 minutes or more.
    deep_work: f64,
    /// Category switches per hour of active time.
    #[schema(required)]
    switches_per_h: Option<f64>,
    /// Interruptions.
    interruptions: u32,
    /// Their median resume lag, in seconds.
    #[schema(required)]
    resume_lag_s: Option<f64>,
    /// 1 minus the sum of the squared shares of blocks.
    #[schema(required)]
    fragmentation: Option<f64>,
}

/// One hour of one weekday, over all the weeks of a period.
#[derive(Serialize, ToSchema)]
#[schema(as = WeekCell)]
pub(crate) struct WeekCellAnswer {
    /// Time at the computer, in seconds.
    active_s: f64,
    /// Time in focus categories, in seconds.
    focus_s: f64,
    /// How many such hours there were, on days on which anything was sensed.
    hours: u32,
}

/// Moves from one category to another.
#[derive(Serialize, ToSchema)]
#[schema(as = Transition)]
pub(crate) struct TransitionAnswer {
    /// From which.
    from: Vec<String>,
    /// To which.
    to: Vec<String>,
    /// How often.
    count: u64,
    /// Time then spent there, in seconds.
    active_s: f64,
}

impl From<Insight> for MeasuresAnswer {
    fn from(insight: Insight) -> Self {
        let Insight { range, measures, steps, bins: _, week, transitions, days, simulated } = insight;
        let Measures { active, focus, uncategorized, in_sessions, deep_work, .. } = measures;
        let [min_25, min_60, min_120] = deep_work;
        Self {
            from: range.start(),
            to: range.end(),
            days,
            simulated,
            active_s: active.as_s_f64(),
            focus_s: focus.as_s_f64(),
            uncategorized_s: uncategorized.as_s_f64(),
            in_sessions_s: in_sessions.as_s_f64(),
            levels: all(measures.levels),
            sessions: all(measures.sessions),
            deep_work: DeepWorkAnswer { min_25, min_60, min_120 },
            longest_session: measures.longest_session,
            fragmentation: measures.fragmentation,
            entropy_nats: measures.entropy_nats,
            entropy: measures.entropy,
            transition_entropy: measures.transition_entropy,
            interruptions: all(measures.interruptions),
            resume_lag: measures.resume_lag.map(QuantilesAnswer::from),
            self_interruption: measures.self_interruption,
            breaks: all(measures.breaks),
            longest_unbroken: measures.longest_unbroken.map(StretchAnswer::from),
            steps: all(steps),
            week: week.into_iter().map(|day| all(day.to_vec())).collect(),
            transitions: all(transitions),
        }
    }
}

impl From<LevelMeasures> for LevelAnswer {
    fn from(measured: LevelMeasures) -> Self {
        Self {
            level: match measured.level {
                Level::Window => LevelName::Window,
                Level::Application => LevelName::Application,
                Level::Category => LevelName::Category,
                Level::Work => LevelName::Work,
            },
            switches: measured.switches,
            switches_per_h: measured.switches_per_h,
            dwell: measured.dwell.map(QuantilesAnswer::from),
        }
    }
}

impl From<Quantiles> for QuantilesAnswer {
    fn from(values: Quantiles) -> Self {
        Self {
            count: values.count,
            dots_s: values.dots.into_iter().map(Duration::as_s_f64).collect(),
            lower_s: values.lower.as_s_f64(),
            median_s: values.median.as_s_f64(),
            upper_s: values.upper.as_s_f64(),
        }
    }
}

impl From<FocusSession> for SessionAnswer {
    fn from(session: FocusSession) -> Self {
        Self {
            from: session.range.start(),
            to: session.range.end(),
            focus_s: session.focus.as_s_f64(),
            category: session.category.to_vec(),
            application: session.application.to_string(),
            interruptions: session.interruptions,
        }
    }
}

impl From<Interruption> for InterruptionAnswer {
    fn from(interruption: Interruption) -> Self {
        Self {
            left: interruption.left,
            resumed: interruption.resumed,
            suspended: interruption.suspended.to_vec(),
            by: interruption.by.to_vec(),
            application: interruption.application.to_string(),
            handling_s: interruption.handling.as_s_f64(),
            resume_lag_s: interruption.resume_lag.as_s_f64(),
        }
    }
}

impl From<TimeRange> for StretchAnswer {
    fn from(range: TimeRange) -> Self {
        Self { from: range.start(), to: range.end() }
    }
}

impl From<InsightStep> for MeasuredStepAnswer {
    fn from(step: InsightStep) -> Self {
        Self {
            from: step.range.start(),
            to: step.range.end(),
            active_s: step.active.as_s_f64(),
            focus_s: step.focus.as_s_f64(),
            uncategorized_s: step.uncategorized.as_s_f64(),
            sessions: step.sessions,
            longest_session_s: step.longest_session.as_s_f64(),
            deep_work: step.deep_work,
            switches_per_h: step.switches_per_h,
            interruptions: step.interruptions,
            resume_lag_s: step.resume_lag.map(Duration::as_s_f64),
            fragmentation: step.fragmentation,
        }
    }
}

impl From<WeekCell> for WeekCellAnswer {
    fn from(cell: WeekCell) -> Self {
        Self { active_s: cell.active.as_s_f64(), focus_s: cell.focus.as_s_f64(), hours: cell.hours }
    }
}

impl From<Transition> for TransitionAnswer {
    fn from(moves: Transition) -> Self {
        Self {
            from: moves.from.to_vec(),
            to: moves.to.to_vec(),
            count: moves.count,
            active_s: moves.active.as_s_f64(),
        }
    }
}

fn all<T, U: From<T>>(values: Vec<T>) -> Vec<U> {
    values.into_iter().map(U::from).collect()
}
