//! How did attention go? Switches, focus, interruptions, fragments: pure functions of a [`Track`].
//!
//! Let a track's visits be e₁…eₙ with durations dᵢ and contexts cᵢ, and T = Σdᵢ the active time.
//!
//! ```text
//! visits     [Code    ][Term][Code ][Chat][News][Code            ]      [Code    ]
//! category   [Programming          ][Chat][News][Programming     ]      [Program…]
//! runs       one per category         e         d                  break
//! session    [15 min or more, ¾ of it focus, no pause over 4 min ]
//! interruption                      [handling ]
//!                                         [lag ]back in Programming
//! ```
//!
//! Every threshold is in [`MeasureConfig`] and applied here, never when events are kept.

mod bin;
pub(crate) mod course;
mod cue;
#[cfg(test)]
mod example;
mod fragment;
mod interruption;
#[cfg(test)]
mod laws;
mod level;
#[cfg(test)]
mod odd_days;
mod pause;
mod period;
mod quantile;
pub(crate) mod run;
mod session;
mod state;
mod transition;
mod week;
mod whole;
pub(crate) mod work;

use std::sync::Arc;

use attnd_core::{Duration, TimeRange, Timestamp};

pub use bin::state_bins;
pub use period::{Outline, Period};
pub use state::states;
pub use transition::transitions;
pub use week::week_table;
pub use whole::measures;

/// A category path, outermost first.
pub type CategoryPath = Arc<[String]>;

/// The thresholds. The defaults are those the sources publish.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeasureConfig {
    /// A focus session lasts at least so long: 15 min (Rize).
    pub session_min: Duration,
    /// At least this share of a session is in focus categories: 0.75 (Rize).
    pub session_share: f64,
    /// A session ends with more than so much pause or other things at once: 4 min (Rize).
    pub session_pause: Duration,
    /// Leaving for longer than this is not an interruption but other work: 15 min.
    pub interruption_max: Duration,
    /// Focus must have lasted so long to be interrupted at all, and be back for as long: 1 min.
    pub interrupted_min: Duration,
    /// Absence of at least this is a break: 3 min (Rize).
    pub break_min: Duration,
    /// Absence of more than this is no break but an end: 30 min (Rize).
    pub break_max: Duration,
    /// Runs of a category shorter than this are switching, if they are not focus in a session: 1 min.
    pub switching_max: Duration,
    /// Absence of up to so much is still the same run: 60 s.
    pub run_gap: Duration,
    /// Looking at something else for less than this is a glance: it neither leaves nor resumes a
    /// context. 30 s.
    pub glance_max: Duration,
    /// A project is still worked on for so long after its editor was last seen: 10 min.
    pub work_kept: Duration,
    /// A piece of work lasts on through less than this of other things: 2 min.
    pub sphere_gap: Duration,
    /// Absence longer than this is no part of a day, so not even [`FlowState::Away`]: 8 h.
    pub away_max: Duration,
    /// A switch with an outside cue in so much time before it is not one's own: 30 s.
    pub cue_window: Duration,
}

impl Default for MeasureConfig {
    fn default() -> Self {
        Self {
            session_min: Duration::from_s(15 * 60),
            session_share: 0.75,
            session_pause: Duration::from_s(4 * 60),
            interruption_max: Duration::from_s(15 * 60),
            interrupted_min: Duration::from_s(60),
            break_min: Duration::from_s(3 * 60),
            break_max: Duration::from_s(30 * 60),
            switching_max: Duration::from_s(60),
            run_gap: Duration::from_s(60),
            glance_max: Duration::from_s(30),
            work_kept: Duration::from_s(10 * 60),
            sphere_gap: Duration::from_s(2 * 60),
            away_max: Duration::from_s(8 * 3_600),
            cue_window: Duration::from_s(30),
        }
    }
}

/// What a switch is between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Windows, told apart by all they say.
    Window,
    /// Applications.
    Application,
    /// Category paths.
    Category,
    /// Pieces of work: the project an editor names, kept while other focus categories serve it.
    Work,
}

/// Switches and dwell at one level.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelMeasures {
    /// Which.
    pub level: Level,
    /// #{i : cᵢ ≠ cᵢ₋₁}.
    pub switches: u64,
    /// Switches per hour of active time; `None` without active time.
    pub switches_per_h: Option<f64>,
    /// How long runs of one context last.
    pub dwell: Option<Quantiles>,
}

/// A distribution, told by its order: never by its mean, for dwell and lags are log-normal.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantiles {
    /// How many values.
    pub count: u64,
    /// Values at (k + ½) / n for k in 0..n, n = min(count, 40), ascending: one dot each.
    pub dots: Vec<Duration>,
    /// The lower quartile.
    pub lower: Duration,
    /// The median.
    pub median: Duration,
    /// The upper quartile.
    pub upper: Duration,
}

/// A time of focus.
#[derive(Clone, Debug, PartialEq)]
pub struct FocusSession {
    /// From the first to the last moment in a focus category.
    pub range: TimeRange,
    /// Time in focus categories within it.
    pub focus: Duration,
    /// The focus category it was mostly on.
    pub category: CategoryPath,
    /// The application it was mostly in.
    pub application: Arc<str>,
    /// How many interruptions fell into it.
    pub interruptions: u64,
}

/// Leaving a focus context for another category, and coming back.
#[derive(Clone, Debug, PartialEq)]
pub struct Interruption {
    /// When the context was left.
    pub left: Timestamp,
    /// When it was back.
    pub resumed: Timestamp,
    /// What was left.
    pub suspended: CategoryPath,
    /// What it was left for, first.
    pub by: CategoryPath,
    /// The application it was left for.
    pub application: Arc<str>,
    /// Time from leaving to the end of what it was left for.
    pub handling: Duration,
    /// Time from there to being back: `resumed − (left + handling)`.
    pub resume_lag: Duration,
}

/// A number that is a share of something: between 0 and 1.
pub type Share = f64;

/// Everything that can be said of a track without other data.
#[derive(Clone, Debug, PartialEq)]
pub struct Measures {
    /// T, the active time.
    pub active: Duration,
    /// Time in focus categories.
    pub focus: Duration,
    /// Time in no category: what focus might be more, if all of it was focus.
    pub uncategorized: Duration,
    /// Time within focus sessions.
    pub in_sessions: Duration,
    /// Per level: window, application, category, work.
    pub levels: Vec<LevelMeasures>,
    /// Focus sessions, in order.
    pub sessions: Vec<FocusSession>,
    /// Σ(sessions ≥ L) / T for L = 25, 60 and 120 min.
    pub deep_work: [Share; 3],
    /// max session / T.
    pub longest_session: Share,
    /// 1 − Σ(bⱼ/T)², bⱼ focus sessions and, outside them, runs of one category; 0 is one block.
    pub fragmentation: Option<Share>,
    /// H = −Σ pₖ ln pₖ over categories' shares of time, in nats.
    pub entropy_nats: Option<f64>,
    /// H / ln K, K categories; 0 when there is one.
    pub entropy: Option<Share>,
    /// The same over the transitions cᵢ₋₁ → cᵢ, normalised.
    pub transition_entropy: Option<Share>,
    /// Interruptions, in order.
    pub interruptions: Vec<Interruption>,
    /// How long it took to come back after them.
    pub resume_lag: Option<Quantiles>,
    /// Switches without a cue shortly before / all switches; `None` where no cues are known.
    pub self_interruption: Option<Share>,
    /// Absences that are breaks, in order.
    pub breaks: Vec<TimeRange>,
    /// The longest stretch without a break.
    pub longest_unbroken: Option<TimeRange>,
}

/// How a moment was spent. The order is that of the lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FlowState {
    /// In a focus session, on a focus category.
    Focus,
    /// Active, neither focus nor switching nor interrupted.
    Shallow,
    /// In runs of a category too short to be anything.
    Switching,
    /// Between leaving a focus context and being back.
    Interrupted,
    /// Nobody there, between the first and last visit of a day.
    Away,
}

impl FlowState {
    /// Every state, in the order of the lanes.
    pub const ALL: [Self; 5] = [Self::Focus, Self::Shallow, Self::Switching, Self::Interrupted, Self::Away];
}

/// A stretch of one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateRun {
    /// When.
    pub range: TimeRange,
    /// Which.
    pub state: FlowState,
}

/// Time per state in one step of a timeline, in the order of [`FlowState::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateBin {
    /// When.
    pub range: TimeRange,
    /// How long each.
    pub time: [Duration; 5],
}

/// Moves from one category to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// From.
    pub from: CategoryPath,
    /// To.
    pub to: CategoryPath,
    /// How often.
    pub count: u64,
    /// Time then spent there.
    pub active: Duration,
}

/// One hour of one weekday, over all the weeks of a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WeekCell {
    /// Active time.
    pub active: Duration,
    /// Time in focus categories.
    pub focus: Duration,
    /// How many such hours the period has: of days on which anything was sensed.
    pub hours: u32,
}

/// Hour × weekday, local time: rows Monday to Sunday, columns 0 to 23 h.
pub type WeekTable = [[WeekCell; 24]; 7];
