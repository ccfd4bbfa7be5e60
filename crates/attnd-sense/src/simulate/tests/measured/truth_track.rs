//! What would a perfect watcher have seen? The true activities as a track: one span for each.

use attnd_core::{TimeRange, Timestamp};

use crate::flow::{Flow, Origin, Span};
use crate::simulate::DayTruth;
use crate::track::Track;

/// The activities of a day, each in a category of its own; tasks are work, and have their project.
///
/// Glances are left out: whoever looks at the chat for ten seconds is still at their task.
pub(super) fn truth_track(truth: &DayTruth) -> Track {
    let mut spans: Vec<Span> = truth
        .tasks
        .iter()
        .map(|stint| span(stint.when.range(), &["Work", stint.task.project], Some(stint.task.project)))
        .collect();
    for interruption in &truth.interruptions {
        spans.push(span(between(interruption.left, interruption.handling_ended), &["Interruption"], None));
        if let Some(diversion) = interruption.diversion {
            spans.push(span(between(interruption.handling_ended, diversion.ended), &["Diversion"], None));
        }
    }
    spans.extend(truth.meetings.iter().map(|meeting| span(meeting.when.range(), &["Meeting"], None)));
    spans.extend(truth.triage.iter().map(|stretch| span(stretch.range(), &["Triage"], None)));
    spans.extend(truth.leisure.iter().map(|stretch| span(stretch.range(), &["Leisure"], None)));
    spans.sort_by_key(|span| span.range.start());
    Track::of_flow(&Flow { spans })
}

/// Whether a category of [`truth_track`] is work on a task.
pub(super) fn is_task(path: &[String]) -> bool {
    path.first().is_some_and(|name| name == "Work")
}

pub(super) fn between(from: Timestamp, to: Timestamp) -> TimeRange {
    TimeRange::from(from, to.since(from))
}

fn span(range: TimeRange, category: &[&str], project: Option<&str>) -> Span {
    Span {
        range,
        application: category[0].into(),
        title: category.join(" ").into(),
        category: category.iter().map(|&part| part.to_owned()).collect(),
        url_domain: None,
        project: project.map(Into::into),
        file: None,
        hostname: "truth".into(),
        origin: Origin::Simulated,
    }
}
