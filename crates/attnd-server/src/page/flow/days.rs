//! How much focus had each day? As Today tells it: time on focus categories within focus sessions.

use attnd_core::Duration;
use attnd_engine::insight::Insight;

/// Focus of each step of a period that was measured day by day, in its order. A session past
/// midnight belongs to the day it began in.
pub(crate) fn focus_of_days(insight: &Insight) -> Vec<Duration> {
    let mut sessions = insight.measures.sessions.iter().peekable();
    let of_day = |end| {
        std::iter::from_fn(|| sessions.next_if(|session| session.range.start() < end))
            .map(|session| session.focus)
            .sum()
    };
    insight.steps.iter().map(|day| day.range.end()).map(of_day).collect()
}

/// Focus of each day on which anything was recorded.
pub(crate) fn focus_of_recorded_days(insight: &Insight) -> Vec<Duration> {
    let days = insight.steps.iter().zip(focus_of_days(insight));
    days.filter(|(day, _)| !day.active.is_zero()).map(|(_, focus)| focus).collect()
}
