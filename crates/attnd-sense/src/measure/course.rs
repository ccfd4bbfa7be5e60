//! What do the measures see of a track? Its visits in a range, each with the numbers they ask for.

use attnd_core::{Duration, TimeRange, Timestamp};

use super::CategoryPath;
use crate::category::Bearing;
use crate::track::{Track, Visit};

/// The visits of a range with their categories looked up once: windows lie scattered in memory,
/// and every measure would go there again.
pub(crate) struct Course<'a> {
    pub(crate) track: &'a Track,
    /// In order, without overlap, none empty.
    pub(crate) steps: Vec<Step>,
    /// By category number: what it is to focus.
    bearings: Vec<Bearing>,
}

/// A visit, cut to the range.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) range: TimeRange,
    pub(crate) window: u32,
    pub(crate) application: u32,
    pub(crate) category: u32,
    pub(crate) project: Option<u32>,
    pub(crate) site: Option<u32>,
    pub(crate) bearing: Bearing,
}

impl<'a> Course<'a> {
    /// Asks `bearing` once per category, however many visits there are.
    pub(crate) fn new<B: Into<Bearing>>(
        track: &'a Track,
        range: TimeRange,
        bearing: &dyn Fn(&[String]) -> B,
    ) -> Self {
        let bearings: Vec<Bearing> = track.categories().iter().map(|path| bearing(path).into()).collect();
        let step = |visit: Visit| {
            let window = track.window(&visit);
            Step {
                range: visit.range,
                window: visit.window,
                application: window.application,
                category: window.category,
                project: window.project,
                site: window.site,
                bearing: bearings[window.category as usize],
            }
        };
        let mut steps = Vec::with_capacity(track.count_within(range));
        steps.extend(track.visits_within(range).map(step));
        Self { track, steps, bearings }
    }

    /// T, the active time: Σdᵢ.
    pub(super) fn active(&self) -> Duration {
        self.steps.iter().map(|step| step.range.duration()).sum()
    }

    /// Active time within `range`. Finding its beginning costs `log n`.
    pub(super) fn active_within(&self, range: TimeRange) -> Duration {
        (self.steps_within(range)).filter_map(|step| Some(step.range.intersection(range)?.duration())).sum()
    }

    /// The steps that share time with `range`, whole.
    pub(crate) fn steps_within(&self, range: TimeRange) -> impl Iterator<Item = &Step> {
        let first = self.steps.partition_point(|step| step.range.end() <= range.start());
        self.steps[first..].iter().take_while(move |step| step.range.start() < range.end())
    }

    /// Active time per category number.
    pub(super) fn active_per_category(&self) -> Vec<Duration> {
        let mut sums = vec![Duration::ZERO; self.bearings.len()];
        for step in &self.steps {
            let sum = &mut sums[step.category as usize];
            *sum = sum.saturating_add(step.range.duration());
        }
        sums
    }

    pub(super) fn bearing(&self, category: u32) -> Bearing {
        self.bearings[category as usize]
    }

    pub(super) fn is_focus(&self, category: u32) -> bool {
        self.bearing(category) == Bearing::Focus
    }

    pub(super) fn path(&self, category: u32) -> &'a CategoryPath {
        &self.track.categories()[category as usize]
    }
}

/// From `start` to `end`, which is no earlier.
pub(super) fn stretch(start: Timestamp, end: Timestamp) -> TimeRange {
    TimeRange::from(start, end.since(start))
}

/// `part / whole` between 0 and 1; 0 where there is no whole.
pub(super) fn share(part: Duration, whole: Duration) -> super::Share {
    if whole.is_zero() {
        return 0.0;
    }
    (part.ns() as f64 / whole.ns() as f64).clamp(0.0, 1.0)
}
