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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use attnd_core::TimeRange;
    use attnd_engine::measure::FocusSession;
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::super::period::{Period, Unit};
    use super::super::tests::sample;
    use super::*;

    #[test]
    fn a_session_past_midnight_belongs_to_its_evening() {
        let week = Period::of(Unit::Week, date(2026, 11, 18));
        let mut insight = sample::insight(week, &TimeZone::UTC);
        let night = insight.steps[1].range.start().saturating_sub(Duration::from_s(1_800));
        insight.measures.sessions = vec![FocusSession {
            range: TimeRange::from(night, Duration::from_s(3_600)),
            focus: Duration::from_s(3_000),
            category: Arc::from([]),
            application: Arc::from("Code"),
            interruptions: 0,
        }];
        let days = focus_of_days(&insight);
        assert_eq!(days.len(), insight.steps.len());
        assert_eq!(days[0], Duration::from_s(3_000));
        assert!(days[1..].iter().all(|day| day.is_zero()));
    }
}
