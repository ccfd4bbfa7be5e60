//! How did attention go over a day, a month, a year? Measures and pictures from kept tracks.

use attnd_core::{Duration, TimeRange};
use attnd_sense::measure::{Measures, Share, StateBin, Transition, WeekTable};

/// What to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InsightOptions {
    /// The steps of the trends.
    pub by: crate::flow::By,
    /// Into how many equal bins the timeline is cut; 0 for none.
    pub bins: usize,
}

/// A period, measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Insight {
    /// The period.
    pub range: TimeRange,
    /// Of the whole period.
    pub measures: Measures,
    /// Trends, in order; steps with nothing in them too.
    pub steps: Vec<InsightStep>,
    /// The timeline, by resolution.
    pub bins: Vec<StateBin>,
    /// Hour × weekday.
    pub week: WeekTable,
    /// Moves between categories, most frequent first.
    pub transitions: Vec<Transition>,
    /// Days on which anything was sensed.
    pub days: u32,
    /// Whether any of it is simulated.
    pub simulated: bool,
}

/// What a trend shows of one step.
#[derive(Clone, Debug, PartialEq)]
pub struct InsightStep {
    /// When.
    pub range: TimeRange,
    /// Active time.
    pub active: Duration,
    /// Time in focus categories.
    pub focus: Duration,
    /// Time in no category.
    pub uncategorized: Duration,
    /// How many focus sessions.
    pub sessions: u32,
    /// The longest of them.
    pub longest_session: Duration,
    /// Σ(sessions ≥ 25 min) / active time.
    pub deep_work: Share,
    /// Category switches per hour; `None` without active time.
    pub switches_per_h: Option<f64>,
    /// Interruptions.
    pub interruptions: u32,
    /// Their median resume lag.
    pub resume_lag: Option<Duration>,
    /// 1 − Σ(bⱼ/T)².
    pub fragmentation: Option<Share>,
}
