//! When was there focus? Sessions: long enough, mostly on focus categories, without long pauses.
//!
//! ```text
//! focus    [ 8 min    ] [ 3 ] [ 10 min    ]            [3 ] [3 ]  [2 ] [3 ]
//! pauses               1     ½             12 min          3    4     2
//! session  [                              ]             11 min of 20: less than ¾
//! ```

use attnd_core::{Duration, TimeRange};

use super::course::{Course, Step, stretch};
use super::{FocusSession, Interruption, MeasureConfig, Share};
use crate::category::Bearing;

/// The focus sessions, in order.
///
/// A session is a stretch from one moment of focus to another that lasts `session_min`, 15 min, is
/// focus for `session_share`, three quarters of its length, and has no pause of more than
/// `session_pause`, 4 min, in it: absence and other things count alike. This is Rize's published
/// rule. It does not say which of many overlapping stretches is *the* session, so: all focus is one
/// stretch; a stretch that is no session is parted at its longest pause, of equally long ones the
/// first, and each part is looked at in the same way; a part that is too short is dropped.
///
/// Bounds: sessions are disjoint, and neither longer nor shorter for where the hours lie. A session
/// in which something else becomes focus stays one, or becomes part of a longer one, whatever the
/// other sessions: hence deep work never falls by adding focus to a session. Costs `n`.
pub(super) fn sessions(
    course: &Course<'_>,
    interruptions: &[Interruption],
    config: &MeasureConfig,
) -> Vec<FocusSession> {
    let pieces = focus_pieces(&course.steps);
    let mut most = Most::new(course);
    let mut interruptions = interruptions.iter().peekable();
    let mut session = |(range, focus): (TimeRange, Duration)| {
        while interruptions.next_if(|one| one.left < range.start()).is_some() {}
        let mut inside = 0;
        while interruptions.next_if(|one| one.left < range.end()).is_some() {
            inside += 1;
        }
        let (category, application) = most.of(course, range);
        FocusSession {
            range,
            focus,
            category: course.path(category).clone(),
            application: course.track.names()[application as usize].clone(),
            interruptions: inside,
        }
    };
    stretches(&pieces, config).into_iter().map(&mut session).collect()
}

/// Σ(sessions of at least L) / T for L = 25, 60 and 120 min: the active time within those whose
/// length, pauses included, is at least L.
///
/// Source: the lengths are those of a pomodoro and of the uninterrupted one and two hours that
/// Viva and the DevEx literature ask for.
///
/// Bounds: between 0 and 1, each no more than the one before; focus in place of something else in a
/// session lowers none.
pub(super) fn deep_work(course: &Course<'_>, sessions: &[FocusSession], active: Duration) -> [Share; 3] {
    [25, 60, 120].map(|minutes| {
        let long =
            sessions.iter().filter(|session| session.range.duration() >= Duration::from_s(minutes * 60));
        super::course::share(long.map(|session| course.active_within(session.range)).sum(), active)
    })
}

/// Stretches of focus that nothing parts, in order.
fn focus_pieces(steps: &[Step]) -> Vec<TimeRange> {
    let mut pieces: Vec<TimeRange> = Vec::new();
    for step in steps.iter().filter(|step| step.bearing == Bearing::Focus) {
        match pieces.last_mut() {
            Some(last) if last.end() == step.range.start() => *last = stretch(last.start(), step.range.end()),
            _ => pieces.push(step.range),
        }
    }
    pieces
}

/// The sessions' ranges and focus times, in order.
fn stretches(pieces: &[TimeRange], config: &MeasureConfig) -> Vec<(TimeRange, Duration)> {
    // Focus time before each piece, so that any stretch's is a difference.
    let mut before = Vec::with_capacity(pieces.len() + 1);
    before.push(Duration::ZERO);
    for piece in pieces {
        before.push(before[before.len() - 1].saturating_add(piece.duration()));
    }
    let pauses: Vec<Duration> = pieces.windows(2).map(|pair| pair[1].start().since(pair[0].end())).collect();
    let tree = LongestFirst::new(&pauses);
    let mut found = Vec::new();
    let mut open: Vec<Part> = Vec::new();
    open.extend((!pieces.is_empty()).then(|| Part { first: 0, last: pieces.len() - 1, pause: tree.root }));
    while let Some(part) = open.pop() {
        let range = stretch(pieces[part.first].start(), pieces[part.last].end());
        if range.duration() < config.session_min {
            continue;
        }
        let focus = Duration::from_ns(before[part.last + 1].ns() - before[part.first].ns());
        let unparted = part.pause.is_none_or(|pause| pauses[pause] <= config.session_pause);
        if unparted && focus.ns() as f64 >= config.session_share * range.duration().ns() as f64 {
            found.push((range, focus));
        } else if let Some(pause) = part.pause {
            let [earlier, later] = tree.within[pause];
            // The earlier part is looked at first, so that sessions come out in order.
            open.push(Part { first: pause + 1, last: part.last, pause: later });
            open.push(Part { first: part.first, last: pause, pause: earlier });
        }
    }
    found
}

/// Pieces `first` to `last`, with the longest pause between them.
struct Part {
    first: usize,
    last: usize,
    pause: Option<usize>,
}

/// Which pause is the longest, and which before and after it: a Cartesian tree, made in one pass
/// (Vuillemin 1980, doi 10.1145/358841.358852).
struct LongestFirst {
    root: Option<usize>,
    /// By pause: the longest of those before and of those after it, up to the next longer ones.
    within: Vec<[Option<usize>; 2]>,
}

impl LongestFirst {
    fn new(pauses: &[Duration]) -> Self {
        let mut within = vec![[None; 2]; pauses.len()];
        let mut spine: Vec<usize> = Vec::new();
        for (index, pause) in pauses.iter().enumerate() {
            let mut shorter = None;
            while let Some(last) = spine.pop_if(|last| pauses[*last] < *pause) {
                shorter = Some(last);
            }
            within[index][0] = shorter;
            if let Some(&longer) = spine.last() {
                within[longer][1] = Some(index);
            }
            spine.push(index);
        }
        Self { root: spine.first().copied(), within }
    }
}

/// What most of a stretch's focus was on; the sums are kept so that a session costs its own steps.
struct Most {
    categories: Vec<Duration>,
    applications: Vec<Duration>,
}

impl Most {
    fn new(course: &Course<'_>) -> Self {
        Self {
            categories: vec![Duration::ZERO; course.track.categories().len()],
            applications: vec![Duration::ZERO; course.track.names().len()],
        }
    }

    /// The category and the application with the most focus time in `range`; of several the first
    /// by name.
    fn of(&mut self, course: &Course<'_>, range: TimeRange) -> (u32, u32) {
        let steps = || course.steps_within(range).filter(|step| step.bearing == Bearing::Focus);
        for step in steps() {
            for sum in [
                &mut self.categories[step.category as usize],
                &mut self.applications[step.application as usize],
            ] {
                *sum = sum.saturating_add(step.range.duration());
            }
        }
        let mut best: Option<(u32, u32)> = None;
        for step in steps() {
            let (category, application) = best.get_or_insert((step.category, step.application));
            let key =
                |number: u32| (self.categories[number as usize], std::cmp::Reverse(course.path(number)));
            if key(step.category) > key(*category) {
                *category = step.category;
            }
            let names = course.track.names();
            let key = |number: u32| {
                (self.applications[number as usize], std::cmp::Reverse(&names[number as usize]))
            };
            if key(step.application) > key(*application) {
                *application = step.application;
            }
        }
        for step in steps() {
            self.categories[step.category as usize] = Duration::ZERO;
            self.applications[step.application as usize] = Duration::ZERO;
        }
        best.expect("invariant: a session begins and ends with focus")
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::{drawn_sessions, measured, track};
    use super::super::measures;
    use super::*;

    fn sessions_of(drawing: &str) -> Vec<String> {
        drawn_sessions(&measured(drawing).sessions)
    }

    #[test]
    fn the_drawing_at_the_top_holds() {
        let drawing = "P:8m C:60 P:3m C:30 P:10m _:12m P:3m C:3m P:3m C:4m P:2m C:2m P:3m";
        assert_eq!(sessions_of(drawing), ["0-1350 Work/Programming 1260"]);
    }

    #[test]
    fn fifteen_minutes_are_a_session_and_less_is_none() {
        assert_eq!(sessions_of("P:15m"), ["0-900 Work/Programming 900"]);
        assert_eq!(sessions_of("P:899"), [""; 0]);
    }

    #[test]
    fn a_quarter_may_be_other_things() {
        // 20 min of which 15 are focus: just three quarters.
        assert_eq!(sessions_of("P:450 C:150 P:300 N:150 P:150"), ["0-1200 Work/Programming 900"]);
        assert_eq!(sessions_of("P:449 C:151 P:300 N:150 P:150"), [""; 0]);
    }

    #[test]
    fn more_than_four_minutes_of_anything_else_end_it() {
        assert_eq!(sessions_of("P:15m N:240 P:15m"), ["0-2040 Work/Programming 1800"]);
        let two = ["0-900 Work/Programming 900", "1141-2041 Work/Programming 900"];
        assert_eq!(sessions_of("P:15m N:241 P:15m"), two);
        assert_eq!(sessions_of("P:15m _:241 P:15m"), two);
        assert_eq!(sessions_of("P:15m N:120 _:100 C:21 P:15m"), two);
    }

    #[test]
    fn what_is_less_focused_is_parted_at_its_longest_pause() {
        // Solid focus, and then chat with a look at work now and then.
        assert_eq!(
            sessions_of("P:30m C:200 P:20 C:180 P:20 C:190 P:20 C:180 P:20"),
            ["0-1800 Work/Programming 1800"]
        );
        assert_eq!(
            sessions_of("P:15m C:230 P:30 C:230 P:30 C:235 P:15m"),
            ["0-900 Work/Programming 900", "1655-2555 Work/Programming 900"]
        );
    }

    #[test]
    fn it_names_what_it_was_mostly_on_and_its_interruptions() {
        let measures = measured("P:10m W:6m C:60 D:4m P:60 N:2m P:60");
        let session = &measures.sessions[0];
        assert_eq!(
            (session.category.join("/").as_str(), &*session.application),
            ("Work/Programming", "Code")
        );
        assert_eq!(session.focus, Duration::from_s(22 * 60));
        assert_eq!(session.interruptions as usize, measures.interruptions.len());
    }

    #[test]
    fn of_equally_long_things_the_first_by_name_is_told() {
        let first = |drawing: &str| {
            let session = measured(drawing).sessions.swap_remove(0);
            format!("{} {}", session.category.join("/"), session.application)
        };
        assert_eq!(first("P:10m D:10m"), "Work/Documents Code");
        assert_eq!(first("D:10m P:10m"), "Work/Documents Code");
    }

    #[test]
    fn deep_work_is_the_share_of_long_sessions() {
        // Sessions of 20, 30 and 70 min and 80 min of news: T is 200 min.
        let measures = measured("P:20m N:20m P:30m N:20m P:70m N:40m");
        let expected = [100.0 / 200.0, 70.0 / 200.0, 0.0];
        for (share, expected) in measures.deep_work.iter().zip(expected) {
            assert!((share - expected).abs() < 1e-12, "{share} {expected}");
        }
        assert!((measures.longest_session - 70.0 / 200.0).abs() < 1e-12);
        assert_eq!(measures.in_sessions, Duration::from_s(120 * 60));
    }

    #[test]
    fn deep_work_is_never_more_than_all_work() {
        // The pauses belong to the session's length, not to its time.
        let measures = measured("P:20m _:200 P:20m _:200 P:20m");
        assert_eq!(measures.sessions[0].range.duration(), Duration::from_s(4_000));
        assert_eq!(measures.deep_work, [1.0, 1.0, 0.0]);
        assert_eq!(measures.in_sessions, measures.active);
    }

    #[test]
    fn a_threshold_that_is_no_number_finds_nothing() {
        let config = MeasureConfig { session_share: f64::NAN, ..MeasureConfig::default() };
        let measures = measures(&track("P:60m"), TimeRange::ALL, &|_| true, &config, None);
        assert_eq!(measures.sessions, []);
    }
}
