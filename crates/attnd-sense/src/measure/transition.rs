//! What did attention go to, from what? Moves between categories.
//!
//! ```text
//! runs         [Programming][Chat][Programming]          [News]
//! transitions  Programming → Chat, Chat → Programming           none across a break
//! ```

use attnd_core::{Duration, TimeRange};

use super::course::Course;
use super::run::{Run, category_runs, is_switch};
use super::{MeasureConfig, Transition};
use crate::track::Track;

/// The moves between categories in `range`, most frequent first; of equally frequent ones those
/// after which more time was spent, then by path.
///
/// A move is a switch from a run of one category to a run of another with an absence of less than
/// `break_min` between them. [`Transition::active`] sums the active times of the runs moved to.
///
/// Bounds: the counts sum to the category switches of [`super::measures`]; `from` is never `to`.
/// Costs `n log n`.
#[must_use]
pub fn transitions(track: &Track, range: TimeRange, config: &MeasureConfig) -> Vec<Transition> {
    let course = Course::new(track, range, &|_| false);
    of(&course, &category_runs(&course, config.run_gap), config)
}

/// [`transitions`] of what was found before.
pub(super) fn of(course: &Course<'_>, runs: &[Run<u32>], config: &MeasureConfig) -> Vec<Transition> {
    let mut moves = moves(runs, config);
    let paths = |one: &Move| (course.path(one.from), course.path(one.to));
    moves.sort_unstable_by(|a, b| {
        (b.count, b.active).cmp(&(a.count, a.active)).then_with(|| paths(a).cmp(&paths(b)))
    });
    let transition = |one: Move| Transition {
        from: course.path(one.from).clone(),
        to: course.path(one.to).clone(),
        count: one.count,
        active: one.active,
    };
    moves.into_iter().map(transition).collect()
}

/// Moves from one category number to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Move {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) count: u64,
    pub(super) active: Duration,
}

/// The moves, each pair of categories once.
pub(super) fn moves(runs: &[Run<u32>], config: &MeasureConfig) -> Vec<Move> {
    let mut moves: Vec<Move> = (runs.windows(2))
        .filter(|pair| is_switch(&pair[0], &pair[1], config.break_min))
        .map(|pair| Move { from: pair[0].context, to: pair[1].context, count: 1, active: pair[1].active })
        .collect();
    moves.sort_unstable_by_key(|one| (one.from, one.to));
    moves.dedup_by(|one, first| {
        let same = (one.from, one.to) == (first.from, first.to);
        if same {
            first.count += 1;
            first.active = first.active.saturating_add(one.active);
        }
        same
    });
    moves
}

#[cfg(test)]
mod tests {
    use super::super::example::{is_focus, measured, track};
    use super::super::{Level, measures};
    use super::*;

    fn drawn(drawing: &str) -> Vec<String> {
        let line = |one: &Transition| {
            format!("{} > {}: {} {}", one.from.join("/"), one.to.join("/"), one.count, one.active.as_s_f64())
        };
        transitions(&track(drawing), TimeRange::ALL, &MeasureConfig::default()).iter().map(line).collect()
    }

    #[test]
    fn the_drawing_at_the_top_holds() {
        assert_eq!(
            drawn("P:60 C:20 P:30 _:10m N:50"),
            ["Work/Programming > Chat: 1 20", "Chat > Work/Programming: 1 30"]
                .map(str::to_owned)
                .into_iter()
                .rev()
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn frequent_moves_come_first_then_longer_then_by_path() {
        assert_eq!(
            drawn("C:10 N:10 C:10 N:10 M:5 C:5 M:10"),
            [
                "Chat > News: 2 20",
                "Chat > Mail: 1 10",
                "News > Chat: 1 10",
                "Mail > Chat: 1 5",
                "News > Mail: 1 5"
            ]
        );
    }

    #[test]
    fn their_counts_are_the_category_switches() {
        let drawing = "P:60 C:20 _:100 N:30 _:10m M:30 C:10 P:10 C:10";
        let range = TimeRange::ALL;
        let config = MeasureConfig::default();
        let track = track(drawing);
        let count: u64 = transitions(&track, range, &config).iter().map(|one| one.count).sum();
        let levels = measures(&track, range, &is_focus, &config, None).levels;
        assert_eq!(count, levels.iter().find(|one| one.level == Level::Category).unwrap().switches);
        assert_eq!(measured("").transition_entropy, None);
    }
}
