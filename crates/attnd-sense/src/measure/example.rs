//! How are tracks drawn in the measures' tests? A letter per visit and how long it lasts.
//!
//! `"P:10m C:30 _:2m P:5m"` is ten minutes of programming, thirty seconds of chat, two minutes of
//! absence and five of programming, from [`start`] on. Small letters are other windows of the same
//! program.

use std::sync::Arc;

use attnd_core::{Duration, TimeRange, Timestamp};

use crate::category::UNCATEGORIZED;
use crate::flow::{Flow, Origin, Span};
use crate::measure::{
    FlowState, FocusSession, Interruption, MeasureConfig, Measures, StateRun, measures, states,
};
use crate::track::Track;

/// Monday 2024-01-01, at midnight.
pub(in crate::measure) fn start() -> Timestamp {
    Timestamp::parse("2024-01-01T00:00:00Z").unwrap()
}

/// Seconds after [`start`].
pub(in crate::measure) fn at(seconds: u32) -> Timestamp {
    start().saturating_add(Duration::from_s(seconds))
}

pub(in crate::measure) fn between(start_s: u32, end_s: u32) -> TimeRange {
    TimeRange::new(at(start_s), at(end_s)).unwrap()
}

/// A drawn visit, whatever its time.
struct Program {
    application: &'static str,
    category: &'static [&'static str],
    project: Option<&'static str>,
    site: Option<&'static str>,
}

fn program(letter: char) -> Program {
    let of = |application, category| Program { application, category, project: None, site: None };
    match letter.to_ascii_uppercase() {
        'P' => Program { project: Some("attnd"), ..of("Code", &["Work", "Programming"]) },
        'Q' => Program { project: Some("wiki"), ..of("Code", &["Work", "Programming"]) },
        'T' => of("Terminal", &["Work", "Programming"]),
        'W' => Program { site: Some("docs.rs"), ..of("Firefox", &["Work", "Web"]) },
        'D' => of("Okular", &["Work", "Documents"]),
        'C' => of("Slack", &["Chat"]),
        'M' => of("Thunderbird", &["Mail"]),
        'N' => Program { site: Some("news.org"), ..of("Firefox", &["News"]) },
        'U' => of("xeyes", &[UNCATEGORIZED]),
        other => panic!("no program is drawn as {other}"),
    }
}

/// The track of a drawing.
pub(in crate::measure) fn track(drawing: &str) -> Track {
    let mut spans = Vec::new();
    let mut now = start();
    for part in drawing.split_whitespace() {
        let (letter, length) = part.split_once(':').unwrap();
        let seconds = match length.strip_suffix('m') {
            Some(minutes) => minutes.parse::<u32>().unwrap() * 60,
            None => length.parse().unwrap(),
        };
        let range = TimeRange::from(now, Duration::from_s(seconds));
        now = range.end();
        if letter != "_" {
            spans.push(span(letter.chars().next().unwrap(), range));
        }
    }
    Track::of_flow(&Flow { spans })
}

/// A span of the program drawn as `letter`.
pub(in crate::measure) fn span(letter: char, range: TimeRange) -> Span {
    let program = program(letter);
    Span {
        range,
        application: program.application.into(),
        title: letter.to_string().into(),
        category: program.category.iter().map(|&part| part.to_owned()).collect(),
        url_domain: program.site.map(Arc::from),
        project: program.project.map(Arc::from),
        file: None,
        hostname: "laptop".into(),
        origin: Origin::Sensed,
    }
}

pub(in crate::measure) fn is_focus(path: &[String]) -> bool {
    path.first().is_some_and(|name| name == "Work")
}

/// The measures of a drawing.
pub(in crate::measure) fn measured(drawing: &str) -> Measures {
    measures(&track(drawing), TimeRange::ALL, &is_focus, &MeasureConfig::default(), None)
}

/// Seconds after [`start`].
fn seconds(moment: Timestamp) -> f64 {
    moment.since(start()).as_s_f64()
}

/// `start-end`, in seconds.
pub(in crate::measure) fn drawn(range: TimeRange) -> String {
    format!("{}-{}", seconds(range.start()), seconds(range.end()))
}

/// `start-end of category: focus`, in seconds.
pub(in crate::measure) fn drawn_sessions(sessions: &[FocusSession]) -> Vec<String> {
    let line = |one: &FocusSession| {
        format!("{} {} {}", drawn(one.range), one.category.join("/"), one.focus.as_s_f64())
    };
    sessions.iter().map(line).collect()
}

/// `left-resumed suspended by category: handling + lag`, in seconds.
pub(in crate::measure) fn drawn_interruptions(interruptions: &[Interruption]) -> Vec<String> {
    let line = |one: &Interruption| {
        let range = TimeRange::new(one.left, one.resumed).unwrap();
        let (suspended, by) = (one.suspended.join("/"), one.by.join("/"));
        let (handling, lag) = (one.handling.as_s_f64(), one.resume_lag.as_s_f64());
        format!("{} {suspended} by {by}: {handling} + {lag}", drawn(range))
    };
    interruptions.iter().map(line).collect()
}

/// The states of a drawing: `start-end State`, in seconds.
pub(in crate::measure) fn drawn_states(drawing: &str) -> Vec<String> {
    let line = |run: &StateRun| format!("{} {:?}", drawn(run.range), run.state);
    state_runs(drawing).iter().map(line).collect()
}

pub(in crate::measure) fn state_runs(drawing: &str) -> Vec<StateRun> {
    states(&track(drawing), TimeRange::ALL, &is_focus, &MeasureConfig::default())
}

/// How long a state lasts in all.
pub(in crate::measure) fn time_in(runs: &[StateRun], state: FlowState) -> Duration {
    runs.iter().filter(|run| run.state == state).map(|run| run.range.duration()).sum()
}
