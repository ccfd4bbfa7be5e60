//! What got in between, and how long did it take to come back?
//!
//! ```text
//! runs          [Programming ][Chat][Pr.][Chat    ]  [News  ][Programming   ]
//! interruption                [handling            ][lag   ]                  by Chat
//!                        left ^   a glance           resumed ^
//! ```

use std::ops::Range;

use attnd_core::{Duration, TimeRange};

use super::course::{Course, stretch};
use super::run::Run;
use super::{Interruption, MeasureConfig};
use crate::category::Bearing;

/// The interruptions, in order.
///
/// Focus is left for a category that is none, and is back within `interruption_max`, 15 min. What
/// was not taken up in time is a switch, and a break right after leaving is a pause: neither is an
/// interruption.
///
/// * A *context* is the runs of all focus categories, or of one other, with less than `glance_max`,
///   30 s, between them: a glance at something else does not end it, and a glance back does not
///   resume it. All focus is one, for work goes to and fro between a program, its documents and
///   the pages that explain it; were each told apart, whoever sorts their work more finely would
///   seem to be interrupted more.
/// * A neutral category, such as a browser on a site of no category, counts as what it follows: it
///   neither ends a context nor resumes one.
/// * It must have lasted `interrupted_min`, 1 min, before it can be interrupted, and be back for as
///   long; it lasts on through its interruptions and through absences that are no break.
/// * In the `interruption_max` before it was left, it must have had more time than what it is left
///   for: who looks at a document in a meeting is in the meeting.
/// * *by* is the first context of the excursion that is more than a glance; if none is, the longest
///   of them, of equally long ones the first.
/// * *handling* is the time from leaving to the end of that context and of the absence after it,
///   which may be its continuation on paper or by phone.
/// * *resume lag* = resumed − (left + handling): what was done after it, before being back.
///
/// Source: the log analysis of Iqbal and Horvitz 2007, doi 10.1145/1240624.1240730. They observe the
/// alert; here nothing tells why a context was left, so these are interruptions by what they look
/// like, one's own included.
///
/// Bounds: interruptions are disjoint, of nested ones only the outer counts;
/// `glance_max` ≤ handling + lag = resumed − left < `interruption_max`. Costs `n log n`.
pub(super) fn interruptions(
    course: &Course<'_>,
    runs: &[Run<u32>],
    config: &MeasureConfig,
) -> Vec<Interruption> {
    let mut contexts = contexts(course, runs, config.glance_max);
    let seen = next_of_same(&contexts.list, contexts.kinds, config.glance_max);
    let back = next_of_same(&contexts.list, contexts.kinds, config.interrupted_min);
    let times = Times::new(&contexts, runs);
    let mut found = Vec::new();
    let mut free = 0;
    for index in 0..contexts.list.len() {
        if contexts.list[index].kind != Kind::Focus {
            continue;
        }
        let until =
            |contexts: &Contexts, next: usize| contexts.list[index].runs.end..contexts.list[next].runs.start;
        // After mere absence one goes on; after something else one has to be back for a while.
        let goes_on = seen[index].filter(|&next| {
            excursion(&contexts, runs, &until(&contexts, next), config) == Some(Excursion::Absence)
        });
        let Some(next) = goes_on.or(back[index]) else { continue };
        let lasted = contexts.list[index].active;
        let away = until(&contexts, next);
        match excursion(&contexts, runs, &away, config) {
            Some(Excursion::Elsewhere) if lasted < config.interrupted_min => continue,
            Some(Excursion::Elsewhere) if free < away.start => {
                let one = interruption(course, runs, &contexts, away.clone(), config.glance_max);
                // In a meeting one may look at work; coming back to the meeting interrupts nothing.
                if times.was_at_focus(&one, config.interruption_max) {
                    free = away.end;
                    found.push(one.interruption);
                }
            }
            Some(_) => {}
            None => continue,
        }
        let resumed = &mut contexts.list[next];
        resumed.active = resumed.active.saturating_add(lasted);
    }
    found
}

/// The stretches from leaving to being back.
pub(super) fn interrupted(interruptions: &[Interruption]) -> impl Iterator<Item = TimeRange> + '_ {
    interruptions.iter().map(|one| stretch(one.left, one.resumed))
}

/// What a context is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Focus,
    Category(u32),
}

impl Kind {
    fn of(course: &Course<'_>, category: u32) -> Self {
        if course.is_focus(category) { Self::Focus } else { Self::Category(category) }
    }

    /// A place in a list of all kinds.
    const fn place(self) -> usize {
        match self {
            Self::Focus => 0,
            Self::Category(category) => category as usize + 1,
        }
    }
}

/// Runs of one kind with no more than glances between them.
struct Context {
    kind: Kind,
    /// From its first to its last run, those of other kinds between them included.
    runs: Range<usize>,
    /// Time in its own runs, and in those of the contexts it resumes.
    active: Duration,
}

/// All contexts, by first run, and which of them each run belongs to.
struct Contexts {
    list: Vec<Context>,
    of_run: Vec<usize>,
    /// How many kinds there can be.
    kinds: usize,
}

impl Contexts {
    /// Whether a run is of focus, or serves it.
    fn is_focus(&self, run: usize) -> bool {
        self.list[self.of_run[run]].kind == Kind::Focus
    }
}

fn contexts(course: &Course<'_>, runs: &[Run<u32>], glance_max: Duration) -> Contexts {
    let kinds = course.track.categories().len() + 1;
    let mut last: Vec<Option<usize>> = vec![None; kinds];
    let mut contexts = Contexts { list: Vec::new(), of_run: Vec::with_capacity(runs.len()), kinds };
    for (number, run) in runs.iter().enumerate() {
        let list = &mut contexts.list;
        let away = |context: &Context| run.range.start().since(runs[context.runs.end - 1].range.end());
        // What can serve anything serves what it follows.
        let serves = match course.bearing(run.context) {
            Bearing::Neutral => contexts.of_run.last().map(|&before| &list[before]),
            Bearing::Focus | Bearing::Other => None,
        };
        let served = serves.filter(|before| away(before) < glance_max).map(|before| before.kind);
        let kind = served.unwrap_or_else(|| Kind::of(course, run.context));
        let index = match last[kind.place()].filter(|&last| away(&list[last]) < glance_max) {
            Some(last) => last,
            None => {
                let runs = number..number + 1;
                list.push(Context { kind, runs, active: Duration::ZERO });
                list.len() - 1
            }
        };
        list[index].runs.end = number + 1;
        list[index].active = list[index].active.saturating_add(run.active);
        last[kind.place()] = Some(index);
        contexts.of_run.push(index);
    }
    contexts
}

/// By context: the next one of the same kind that is more than a glance.
fn next_of_same(contexts: &[Context], kinds: usize, glance_max: Duration) -> Vec<Option<usize>> {
    let mut next = vec![None; kinds];
    let mut back = vec![None; contexts.len()];
    for (index, context) in contexts.iter().enumerate().rev() {
        let of_kind = &mut next[context.kind.place()];
        back[index] = *of_kind;
        if context.active >= glance_max {
            *of_kind = Some(index);
        }
    }
    back
}

/// What lies between a focus context and the next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Excursion {
    /// Absence that is no break.
    Absence,
    /// Something else.
    Elsewhere,
}

/// What the runs in `away` are to the context before and after them; `None` if it was given up.
fn excursion(
    contexts: &Contexts,
    runs: &[Run<u32>],
    away: &Range<usize>,
    config: &MeasureConfig,
) -> Option<Excursion> {
    let left = runs[away.start - 1].range.end();
    let is_pause = runs[away.start].range.start().since(left) >= config.break_min;
    if is_pause || runs[away.end].range.start().since(left) >= config.interruption_max {
        return None;
    }
    // Between two absences there may have been a glance back.
    let is_elsewhere = away.clone().any(|run| !contexts.is_focus(run));
    Some(if is_elsewhere { Excursion::Elsewhere } else { Excursion::Absence })
}

/// An interruption, and the kind of context it was left for.
struct Found {
    interruption: Interruption,
    by: Kind,
}

/// Active time of each kind of context, to be asked for any stretch.
struct Times {
    /// By kind: the runs, in order, each with the active time of all up to its end.
    of_kind: Vec<Vec<(TimeRange, Duration)>>,
}

impl Times {
    fn new(contexts: &Contexts, runs: &[Run<u32>]) -> Self {
        let mut of_kind = vec![Vec::new(); contexts.kinds];
        for (run, context) in runs.iter().zip(&contexts.of_run) {
            let list: &mut Vec<(TimeRange, Duration)> = &mut of_kind[contexts.list[*context].kind.place()];
            let before = list.last().map_or(Duration::ZERO, |(_, sum)| *sum);
            list.push((run.range, before.saturating_add(run.active)));
        }
        Self { of_kind }
    }

    /// Whether focus had more time than what it was left for, in so much time before.
    fn was_at_focus(&self, found: &Found, before: Duration) -> bool {
        let left = found.interruption.left;
        let within = stretch(left.saturating_sub(before), left);
        self.active(Kind::Focus, within) > self.active(found.by, within)
    }

    /// Active time of a kind within a stretch, as if it were even in the run its start cuts.
    fn active(&self, kind: Kind, within: TimeRange) -> Duration {
        let list = &self.of_kind[kind.place()];
        let first = list.partition_point(|(range, _)| range.end() <= within.start());
        let last = list.partition_point(|(range, _)| range.start() < within.end());
        let sum = |index: usize| index.checked_sub(1).map_or(0, |index| list[index].1.ns());
        if first >= last {
            return Duration::ZERO;
        }
        let cut = within.start().since(list[first].0.start());
        Duration::from_ns((sum(last) - sum(first) - cut.ns()).max(0))
    }
}

fn interruption(
    course: &Course<'_>,
    runs: &[Run<u32>],
    contexts: &Contexts,
    away: Range<usize>,
    glance_max: Duration,
) -> Found {
    let (before, after) = (&runs[away.start - 1], &runs[away.end]);
    let active = |run: usize| contexts.list[contexts.of_run[run]].active;
    // A glance back at work is nothing it was left for.
    let others = || away.clone().filter(|&run| !contexts.is_focus(run));
    let first = others().find(|&run| active(run) >= glance_max);
    let by = first
        .or_else(|| others().rev().max_by_key(|&run| active(run)))
        .expect("invariant: an excursion is elsewhere");
    let last = away.clone().rev().find(|&run| contexts.of_run[run] == contexts.of_run[by]).unwrap_or(by);
    let (left, handled, resumed) = (before.range.end(), runs[last + 1].range.start(), after.range.start());
    let application = course.steps[runs[by].parts.start].application;
    let kind = contexts.list[contexts.of_run[by]].kind;
    // The last it was at that is focus itself, not what only served it.
    let suspended =
        runs[..away.start].iter().rev().find(|run| course.is_focus(run.context)).unwrap_or(before);
    let interruption = Interruption {
        left,
        resumed,
        suspended: course.path(suspended.context).clone(),
        by: course.path(runs[by].context).clone(),
        application: course.track.names()[application as usize].clone(),
        handling: handled.since(left),
        resume_lag: resumed.since(handled),
    };
    Found { interruption, by: kind }
}

#[cfg(test)]
mod tests {
    use attnd_core::TimeRange;

    use super::super::example::{drawn_interruptions, measured, track};
    use super::super::{MeasureConfig, measures};
    use crate::category::Bearing;

    fn of(drawing: &str) -> Vec<String> {
        drawn_interruptions(&measured(drawing).interruptions)
    }

    #[test]
    fn the_drawing_at_the_top_holds() {
        assert_eq!(
            of("P:10m C:60 P:20 C:120 _:30 N:90 P:10m"),
            ["600-920 Work/Programming by Chat: 230 + 90"]
        );
    }

    #[test]
    fn it_is_less_than_fifteen_minutes_of_a_focus_context_of_one() {
        assert_eq!(of("P:60 C:899 P:60"), ["60-959 Work/Programming by Chat: 899 + 0"]);
        assert_eq!(of("P:60 C:900 P:60"), [""; 0]);
        assert_eq!(of("P:59 C:300 P:60"), [""; 0]);
        assert_eq!(of("N:10m C:300 N:60"), [""; 0]);
    }

    #[test]
    fn not_coming_back_is_a_switch() {
        assert_eq!(of("P:10m C:5m"), [""; 0]);
        assert_eq!(of("P:10m C:5m D:29"), [""; 0]);
    }

    #[test]
    fn a_break_is_none_but_absence_after_leaving_for_something_is_handling() {
        assert_eq!(of("P:10m _:10m P:10m"), [""; 0]);
        assert_eq!(of("P:10m _:180 C:60 P:10m"), [""; 0]);
        assert_eq!(of("P:10m _:179 C:60 P:10m"), ["600-839 Work/Programming by Chat: 239 + 0"]);
        assert_eq!(of("P:10m C:60 _:10m P:10m"), ["600-1260 Work/Programming by Chat: 660 + 0"]);
    }

    #[test]
    fn all_focus_is_one_context() {
        assert_eq!(of("P:10m D:5m P:10m"), [""; 0]);
        assert_eq!(of("P:40 D:40 C:60 W:60"), ["80-140 Work/Documents by Chat: 60 + 0"]);
        assert_eq!(
            of("P:10m C:60 D:120 C:60 D:120 P:10m"),
            ["600-660 Work/Programming by Chat: 60 + 0", "780-840 Work/Documents by Chat: 60 + 0"]
        );
    }

    #[test]
    fn a_glance_neither_leaves_nor_resumes() {
        assert_eq!(of("P:10m C:29 P:10m"), [""; 0]);
        assert_eq!(of("P:10m C:30 P:10m"), ["600-630 Work/Programming by Chat: 30 + 0"]);
        assert_eq!(of("P:40 C:29 P:40 M:60 P:60"), ["109-169 Work/Programming by Mail: 60 + 0"]);
        assert_eq!(of("P:10m C:60 P:29 C:60 P:10m"), ["600-749 Work/Programming by Chat: 149 + 0"]);
        assert_eq!(of("P:10m C:60 P:29"), [""; 0]);
    }

    #[test]
    fn what_it_was_left_for_is_more_than_a_glance_if_anything_is() {
        assert_eq!(of("P:10m N:20 C:60 P:10m"), ["600-680 Work/Programming by Chat: 80 + 0"]);
        assert_eq!(of("P:10m N:15 M:10 C:15 P:10m"), ["600-640 Work/Programming by News: 15 + 25"]);
        assert_eq!(of("P:10m M:10 C:15 N:15 P:10m"), ["600-640 Work/Programming by Chat: 25 + 15"]);
    }

    #[test]
    fn what_goes_on_beside_a_context_is_not_left_for() {
        assert_eq!(of("P:2m D:20 P:20 D:20 P:20 D:20 P:60"), [""; 0]);
    }

    #[test]
    fn a_context_lasts_on_through_its_interruptions() {
        assert_eq!(
            of("P:60 C:40 P:60 C:40 P:60"),
            ["60-100 Work/Programming by Chat: 40 + 0", "160-200 Work/Programming by Chat: 40 + 0"]
        );
        assert_eq!(of("P:2m C:40 P:59 C:40 P:60"), ["120-259 Work/Programming by Chat: 40 + 99"]);
        assert_eq!(of("P:40 _:100 P:40 C:30 P:60"), ["180-210 Work/Programming by Chat: 30 + 0"]);
        assert_eq!(of("P:40 _:180 P:40 C:30 P:60"), [""; 0]);
        assert_eq!(of("P:60 _:70 P:20 _:70 P:60"), [""; 0]);
    }

    #[test]
    fn who_looks_at_work_in_a_meeting_is_in_the_meeting() {
        assert_eq!(of("C:10m P:3m C:5m P:2m"), [""; 0]);
        assert_eq!(of("C:10m P:6m C:5m P:2m"), [""; 0]);
        assert_eq!(of("M:10m P:3m C:5m P:2m"), ["780-1080 Work/Programming by Chat: 300 + 0"]);
        assert_eq!(of("C:20m P:8m C:5m P:2m"), ["1680-1980 Work/Programming by Chat: 300 + 0"]);
    }

    #[test]
    fn what_is_neutral_serves_what_it_follows() {
        let of = |drawing: &str| {
            let bearing = |path: &[String]| match path.first().map(String::as_str) {
                Some("Work") => Bearing::Focus,
                Some("News") => Bearing::Neutral,
                _ => Bearing::Other,
            };
            let config = MeasureConfig::default();
            drawn_interruptions(
                &measures(&track(drawing), TimeRange::ALL, &bearing, &config, None).interruptions,
            )
        };
        assert_eq!(of("P:10m N:5m P:10m"), [""; 0]);
        assert_eq!(of("P:10m C:60 N:90 P:10m"), ["600-750 Work/Programming by Chat: 150 + 0"]);
        assert_eq!(of("P:10m N:90 C:60 P:10m"), ["690-750 Work/Programming by Chat: 60 + 0"]);
        assert_eq!(
            of("P:10m C:60 P:40 N:40 C:60 P:10m"),
            ["600-660 Work/Programming by Chat: 60 + 0", "740-800 Work/Programming by Chat: 60 + 0"]
        );
    }

    #[test]
    fn the_lags_are_told_by_their_quantiles() {
        let measures = measured("P:10m C:60 P:10m C:60 N:120 P:10m C:60 N:60 P:10m");
        let lag = measures.resume_lag.unwrap();
        assert_eq!(lag.dots.iter().map(|lag| lag.as_s_f64()).collect::<Vec<_>>(), [0.0, 60.0, 120.0]);
        assert_eq!(&*measures.interruptions[0].application, "Slack");
    }
}
