//! Which piece of work was it? An estimate from the project an editor names.
//!
//! ```text
//! visits   [Code: attnd][docs.rs ][Slack][docs.rs ][terminal      … 20 min       ][Code: wiki]
//! work     [attnd                ][Chat ][attnd             10 min][terminal     ][wiki      ]
//!                       ^ the editor was last seen here           ^ too long ago
//! ```

use attnd_core::{Duration, TimeRange, Timestamp};

use super::course::{Course, Step, stretch};
use crate::category::Bearing;

/// A piece of work, or what there is instead of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// A project, by number of its name.
    Project(u32),
    /// A site in a focus category, by number of its name.
    Site(u32),
    /// An application in a focus category, by number of its name.
    Application(u32),
    /// Something of another category, by its number.
    Category(u32),
}

/// What each moment of the course was work on, in order.
///
/// An editor's project is worked on while the editor shows it and, until `kept` after it was last
/// seen, also in every other focus category: the terminal, the documentation. Focus without a
/// project is a piece of work per site, else per application. Everything else is one context per
/// category: mail is mail, whichever project it is about.
///
/// It is an estimate: no watcher knows why a page was read. A visit that outlasts `kept` is cut
/// there. Costs `n`.
pub(crate) fn work<'a>(
    course: &'a Course<'_>,
    kept: Duration,
) -> impl Iterator<Item = (TimeRange, Work)> + 'a {
    let mut project: Option<(u32, Timestamp)> = None;
    course.steps.iter().flat_map(move |step| parts(step, &mut project, kept)).flatten()
}

/// What a step is work on: one part, or two where it outlasts `kept`. `project` is the one the
/// editor showed last, and until when.
fn parts(
    step: &Step,
    project: &mut Option<(u32, Timestamp)>,
    kept: Duration,
) -> [Option<(TimeRange, Work)>; 2] {
    if step.bearing == Bearing::Other {
        return [Some((step.range, Work::Category(step.category))), None];
    }
    if let Some(named) = step.project {
        *project = Some((named, step.range.end()));
        return [Some((step.range, Work::Project(named))), None];
    }
    let (start, end) = (step.range.start(), step.range.end());
    let until = project.map_or(start, |(_, seen)| seen.saturating_add(kept).clamp(start, end));
    let of_project = project.filter(|_| start < until);
    [
        of_project.map(|(name, _)| (stretch(start, until), Work::Project(name))),
        (until < end).then(|| (stretch(until, end), without_project(step))),
    ]
}

/// The same, with what came in between counted to the work it came in between of.
///
/// ```text
/// work     [attnd ][Chat][attnd ][Mail    ][attnd ][wiki   ]
/// spheres  [attnd               ][Mail    ][attnd ][wiki   ]      a mail of two minutes is a switch
/// ```
///
/// Bounds: the times are those of `parts`. Costs `n`.
pub(super) fn spheres(
    course: &Course<'_>,
    parts: impl Iterator<Item = (TimeRange, Work)>,
    gap: Duration,
) -> Vec<(TimeRange, Work)> {
    let mut spheres: Vec<_> = parts.collect();
    // By work: where it is next, seen from the end. A list, as a year has half a million parts.
    let names = course.track.names().len();
    let mut seen = vec![None; 3 * names + course.track.categories().len()];
    let mut next: Vec<Option<usize>> = (spheres.iter().enumerate().rev())
        .map(|(index, (_, work))| seen[work.place(names)].replace(index))
        .collect();
    next.reverse();
    let mut first = 0;
    while let Some((mut range, work)) = spheres.get(first).copied() {
        let mut last = first;
        while let Some(again) = next[last]
            && spheres[again].0.start().since(range.end()) < gap
        {
            (last, range) = (again, spheres[again].0);
        }
        for (_, between) in &mut spheres[first..=last] {
            *between = work;
        }
        first = last + 1;
    }
    spheres
}

impl Work {
    /// A place in a list of all work there can be, of a track with so many names.
    const fn place(self, names: usize) -> usize {
        match self {
            Self::Project(name) => name as usize,
            Self::Site(name) => names + name as usize,
            Self::Application(name) => 2 * names + name as usize,
            Self::Category(category) => 3 * names + category as usize,
        }
    }
}

fn without_project(step: &Step) -> Work {
    step.site.map_or(Work::Application(step.application), Work::Site)
}

#[cfg(test)]
mod tests {
    use super::super::example::{drawn, is_focus, track};
    use super::super::run::runs;
    use super::*;

    fn row(drawing: &str) -> Vec<String> {
        row_with_gap(drawing, Duration::ZERO)
    }

    fn row_with_gap(drawing: &str, gap: Duration) -> Vec<String> {
        let track = track(drawing);
        let course = Course::new(&track, TimeRange::ALL, &is_focus);
        let name = |number: u32| &track.names()[number as usize];
        let said = |work| match work {
            Work::Project(number) => format!("project {}", name(number)),
            Work::Site(number) => format!("site {}", name(number)),
            Work::Application(number) => format!("application {}", name(number)),
            Work::Category(number) => course.path(number).join("/"),
        };
        runs(spheres(&course, work(&course, Duration::from_s(600)), gap), Duration::from_s(60))
            .map(|run| format!("{} {}", drawn(run.range), said(run.context)))
            .collect()
    }

    #[test]
    fn the_drawing_at_the_top_holds() {
        assert_eq!(
            row("P:300 W:120 C:60 W:120 T:20m Q:60"),
            [
                "0-420 project attnd",
                "420-480 Chat",
                "480-900 project attnd",
                "900-1800 application Terminal",
                "1800-1860 project wiki",
            ]
        );
    }

    #[test]
    fn without_a_project_it_is_the_site_or_the_application() {
        assert_eq!(
            row("W:60 T:60 N:60"),
            ["0-60 site docs.rs", "60-120 application Terminal", "120-180 News"]
        );
    }

    #[test]
    fn a_project_is_not_carried_over_a_long_absence() {
        assert_eq!(row("P:60 _:10m T:60"), ["0-60 project attnd", "660-720 application Terminal"]);
        assert_eq!(
            row("P:60 _:9m T:120"),
            ["0-60 project attnd", "600-660 project attnd", "660-720 application Terminal"]
        );
    }

    #[test]
    fn a_sphere_lasts_on_through_less_than_its_gap_of_other_things() {
        let row = |drawing| row_with_gap(drawing, Duration::from_s(120));
        assert_eq!(
            row("P:60 C:100 P:60 M:120 P:60 Q:60"),
            ["0-220 project attnd", "220-340 Mail", "340-400 project attnd", "400-460 project wiki"]
        );
        assert_eq!(row("P:60 C:60 M:59 P:60"), ["0-239 project attnd"]);
        assert_eq!(
            row("P:60 C:60 M:60 P:60"),
            ["0-60 project attnd", "60-120 Chat", "120-180 Mail", "180-240 project attnd"]
        );
        assert_eq!(row("P:60 C:60 P:10 C:60 P:60"), ["0-250 project attnd"]);
    }
}
