//! For how long did one context last? Runs: neighbouring parts of the same context, as one.
//!
//! ```text
//! parts   [a   ][a ][b  ]  [b]        [b ][a]
//! runs    [a       ][b       ]        [b ][a]     a gap of up to `run_gap` is still the run
//! ```

use std::ops::Range;

use attnd_core::{Duration, TimeRange};

use super::course::{Course, stretch};

/// A stretch in one context.
#[derive(Clone, Debug)]
pub(crate) struct Run<C> {
    /// From the beginning of its first to the end of its last part.
    pub(crate) range: TimeRange,
    /// Time in its parts: `range` without the gaps.
    pub(crate) active: Duration,
    pub(crate) context: C,
    /// Which parts, counted from 0.
    pub(crate) parts: Range<usize>,
}

/// The runs of `parts`, which are in order and do not overlap.
///
/// Bounds: the active times of the runs sum to that of the parts; splitting a part in two that
/// touch leaves the runs as they are. Costs `n`.
pub(crate) fn runs<C: Copy + PartialEq>(
    parts: impl IntoIterator<Item = (TimeRange, C)>,
    run_gap: Duration,
) -> impl Iterator<Item = Run<C>> {
    let mut parts = parts.into_iter().enumerate().peekable();
    std::iter::from_fn(move || {
        let (first, (range, context)) = parts.next()?;
        let mut run = Run { range, active: range.duration(), context, parts: first..first + 1 };
        while let Some((index, (range, _))) = parts.next_if(|(_, (range, other))| {
            *other == run.context && range.start().since(run.range.end()) <= run_gap
        }) {
            run.range = stretch(run.range.start(), range.end());
            run.active = run.active.saturating_add(range.duration());
            run.parts.end = index + 1;
        }
        Some(run)
    })
}

/// The runs of category numbers; their parts are the course's steps.
pub(super) fn category_runs(course: &Course<'_>, run_gap: Duration) -> Vec<Run<u32>> {
    runs(course.steps.iter().map(|step| (step.range, step.category)), run_gap).collect()
}

/// Pairs of runs between which attention switched: the context differs and no break lies between.
pub(crate) fn is_switch<C: PartialEq>(from: &Run<C>, to: &Run<C>, break_min: Duration) -> bool {
    from.context != to.context && to.range.start().since(from.range.end()) < break_min
}

#[cfg(test)]
mod tests {
    use super::super::example::{drawn, is_focus, track};
    use super::*;

    fn row(drawing: &str) -> Vec<String> {
        let track = track(drawing);
        let course = Course::new(&track, TimeRange::ALL, &is_focus);
        let line = |run: &Run<u32>| {
            let name = course.path(run.context).last().cloned().unwrap_or_default();
            format!("{} {name} {} {:?}", drawn(run.range), run.active.as_s_f64(), run.parts)
        };
        category_runs(&course, Duration::from_s(60)).iter().map(line).collect()
    }

    #[test]
    fn the_drawing_at_the_top_holds() {
        let rows = row("C:60 c:20 N:50 _:60 n:30 _:61 N:20 C:10");
        assert_eq!(
            rows,
            ["0-80 Chat 80 0..2", "80-220 News 80 2..4", "281-301 News 20 4..5", "301-311 Chat 10 5..6"]
        );
    }

    #[test]
    fn nothing_has_no_runs() {
        assert_eq!(row("_:60"), [""; 0]);
    }
}
