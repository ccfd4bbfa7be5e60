//! What can be said of a track without other data? Every measure, from one pass over its visits.

use attnd_core::{TimeRange, Timestamp};

use super::period::Period;
use super::{MeasureConfig, Measures};
use crate::category::Bearing;
use crate::track::Track;

/// Every measure of the visits within `range`, which are cut to it: an hour cut by the range's end
/// counts with the part inside.
///
/// `bearing` says what a category paths are focus; it is asked once for each of the track's
/// categories. `cues` are the moments at which something outside called for attention, in any
/// order; `None` where nothing is known of them.
///
/// Bounds: scores are between 0 and 1 and never NaN; `focus`, `uncategorized` and `in_sessions` are
/// at most `active`, which is at most the range. Costs `n log n` in the visits within the range.
#[must_use]
pub fn measures<B: Into<Bearing>>(
    track: &Track,
    range: TimeRange,
    bearing: &dyn Fn(&[String]) -> B,
    config: &MeasureConfig,
    cues: Option<&[Timestamp]>,
) -> Measures {
    Period::new(track, range, bearing, config).measures(cues)
}
