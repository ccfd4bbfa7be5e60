//! What can be said of a track without other data? Every measure, from one pass over its visits.

use attnd_core::{Duration, TimeRange, Timestamp};

use super::course::{Course, share};
use super::cue::self_interruption;
use super::fragment::{fragmentation, time_entropy, transition_entropy};
use super::interruption::interruptions;
use super::level::levels;
use super::pause::pauses;
use super::run::category_runs;
use super::session::{deep_work, sessions};
use super::transition::moves;
use super::{MeasureConfig, Measures, Quantiles};
use crate::category::UNCATEGORIZED;
use crate::track::Track;

/// Every measure of the visits within `range`, which are cut to it: an hour cut by the range's end
/// counts with the part inside.
///
/// `is_focus` says which category paths are focus; it is asked once for each of the track's
/// categories. `cues` are the moments at which something outside called for attention, in any
/// order; `None` where nothing is known of them.
///
/// Bounds: scores are between 0 and 1 and never NaN; `focus`, `uncategorized` and `in_sessions` are
/// at most `active`, which is at most the range. Costs `n log n` in the visits within the range.
#[must_use]
pub fn measures(
    track: &Track,
    range: TimeRange,
    is_focus: &dyn Fn(&[String]) -> bool,
    config: &MeasureConfig,
    cues: Option<&[Timestamp]>,
) -> Measures {
    let course = Course::new(track, range, is_focus);
    let active = course.active();
    let per_category = course.active_per_category();
    let runs = category_runs(&course, config.run_gap);
    let interruptions = interruptions(&course, &runs, config);
    let sessions = sessions(&course, &interruptions, config);
    let in_session: Vec<Duration> =
        sessions.iter().map(|session| course.active_within(session.range)).collect();
    let entropy = time_entropy(&per_category);
    let pauses = pauses(&course, config);
    Measures {
        active,
        focus: sum_where(&per_category, |category| course.is_focus(category)),
        uncategorized: sum_where(&per_category, |category| course.path(category)[..] == [UNCATEGORIZED]),
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

fn sum_where(per_category: &[Duration], is_wanted: impl Fn(u32) -> bool) -> Duration {
    (0_u32..).zip(per_category).filter(|(category, _)| is_wanted(*category)).map(|(_, sum)| *sum).sum()
}
