//! What really happened on a simulated day? Tasks, interruptions and resumptions, as they were acted out.
//!
//! ```text
//! task          [harbour     ]                      [harbour ]        [tides
//! interruption              left  handling_ended   resumed
//! cue                      ^     [  diversion     ]
//! focus block   [harbour                                     ]        [tides
//! ```
//!
//! Nothing here is measured from the events: it is what they were made from. A stint shorter than
//! the watcher's look of a second was not acted out, and is not here either.

use attnd_core::{Duration, TimeRange, Timestamp};
use jiff::civil::Date;
use serde::Serialize;

use super::manner::Program;
use super::plan::{Activity, Cause, Cue, ProjectTask};
pub use super::plan::{CueSource, DiversionTo, Response};
use super::stage::{Acted, seconds};

/// One day's truth; every list in the order of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DayTruth {
    /// The local date.
    pub date: Date,
    /// Work on a task, without a break or anything else in between.
    pub tasks: Vec<TaskStint>,
    /// What got in between, and whether the person came back.
    pub interruptions: Vec<TrueInterruption>,
    /// The returns, each to the task an interruption had suspended.
    pub resumptions: Vec<Resumption>,
    /// Looks, within a task, at what is not part of it.
    pub glances: Vec<Glance>,
    /// Times on one task: from taking it up to letting go of it, with the interruptions that the
    /// person came straight back from.
    pub focus_blocks: Vec<FocusBlock>,
    /// Calls with others.
    pub meetings: Vec<TrueMeeting>,
    /// Going through mail and messages, by intention.
    pub triage: Vec<Stretch>,
    /// For oneself, outside work.
    pub leisure: Vec<Stretch>,
    /// Away for some minutes; the machine shows the last window.
    pub breaks: Vec<Stretch>,
    /// Away with the screen locked.
    pub away: Vec<Stretch>,
    /// Messages and mails that announced themselves while the person was working.
    pub cues: Vec<TrueCue>,
}

/// A time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Stretch {
    /// The first moment.
    pub from: Timestamp,
    /// The moment after the last.
    pub to: Timestamp,
}

impl Stretch {
    /// As a range.
    #[must_use]
    pub const fn range(self) -> TimeRange {
        TimeRange::from(self.from, self.to.since(self.from))
    }
}

/// A piece of work: what a project is busy with for some days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TaskName {
    /// The project, as editors name it.
    pub project: &'static str,
    /// What it is about.
    pub topic: &'static str,
}

/// Work on one task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TaskStint {
    /// Which.
    #[serde(flatten)]
    pub task: TaskName,
    /// When.
    #[serde(flatten)]
    pub when: Stretch,
}

/// Where an interruption came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TrueCause {
    /// A message in the chat.
    Chat,
    /// A mail.
    Mail,
    /// The person's own wandering; no cue came.
    #[serde(rename = "self")]
    Oneself,
}

/// Leaving a task for something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TrueInterruption {
    /// Where it came from.
    pub cause: TrueCause,
    /// The task that was left.
    pub suspended: TaskName,
    /// When the chat or mail announced itself; `null` where nothing did.
    pub cue: Option<Timestamp>,
    /// When the task was left.
    pub left: Timestamp,
    /// When what it was left for was done with.
    pub handling_ended: Timestamp,
    /// What else was looked at on the way back.
    pub diversion: Option<Diversion>,
    /// When the person was back in the task, however much later that day; `null` if never.
    pub resumed: Option<Timestamp>,
}

/// Something else on the way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Diversion {
    /// What.
    pub to: DiversionTo,
    /// Until when.
    pub ended: Timestamp,
}

/// Coming back to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Resumption {
    /// When.
    pub at: Timestamp,
    /// To what.
    #[serde(flatten)]
    pub task: TaskName,
    /// Which of the day's interruptions ends with it, from 0.
    pub interruption: usize,
    /// Seconds since the interruption was done with.
    #[serde(rename = "lag_s")]
    pub lag: Duration,
}

/// A look at something that is not of the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Glance {
    /// At what.
    pub at: GlanceAt,
    /// When.
    #[serde(flatten)]
    pub when: Stretch,
}

/// What a glance is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum GlanceAt {
    /// The chat.
    Chat,
    /// The music that plays.
    Music,
}

/// A time on one task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FocusBlock {
    /// The task.
    #[serde(flatten)]
    pub task: TaskName,
    /// When.
    #[serde(flatten)]
    pub when: Stretch,
    /// Time on the task within it, in seconds.
    #[serde(rename = "on_task_s")]
    pub on_task: Duration,
    /// How many interruptions fell into it.
    pub interruptions: usize,
}

/// A call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TrueMeeting {
    /// What it is called.
    pub title: &'static str,
    /// When.
    #[serde(flatten)]
    pub when: Stretch,
}

/// Something from outside that asked for attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TrueCue {
    /// When.
    pub at: Timestamp,
    /// From where.
    pub source: CueSource,
    /// Whether the person left the work for it.
    pub response: Response,
}

impl DayTruth {
    /// What was acted out on a day whose plan counts from `morning`.
    pub(super) fn of(date: Date, morning: Timestamp, acted: &[Acted], cues: &[Cue]) -> Self {
        let day = Day { morning, acted };
        let interruptions = day.interruptions();
        Self {
            date,
            tasks: day.tasks(),
            resumptions: resumptions(&interruptions),
            glances: day.glances(),
            focus_blocks: day.focus_blocks(),
            meetings: day.meetings(),
            triage: day.stretches(|activity| matches!(activity, Activity::Triage)),
            leisure: day.stretches(|activity| matches!(activity, Activity::Leisure)),
            breaks: day.stretches(|activity| matches!(activity, Activity::Break)),
            away: day.stretches(|activity| matches!(activity, Activity::Away)),
            cues: cues
                .iter()
                .map(|cue| TrueCue { at: day.moment(cue.at_s), source: cue.source, response: cue.response })
                .collect(),
            interruptions,
        }
    }
}

/// A day's acts, with the moment they count from.
struct Day<'a> {
    morning: Timestamp,
    acted: &'a [Acted],
}

impl Day<'_> {
    fn moment(&self, at_s: f64) -> Timestamp {
        self.morning.saturating_add(seconds(at_s))
    }

    fn stretch(&self, start_s: f64, end_s: f64) -> Stretch {
        Stretch { from: self.moment(start_s), to: self.moment(end_s) }
    }

    fn when(&self, act: &Acted) -> Stretch {
        self.stretch(act.stint.start_s, act.stint.end_s)
    }

    fn stretches(&self, is_one: impl Fn(&Activity) -> bool) -> Vec<Stretch> {
        self.acted.iter().filter(|act| is_one(&act.stint.activity)).map(|act| self.when(act)).collect()
    }

    fn tasks(&self) -> Vec<TaskStint> {
        self.acted
            .iter()
            .filter_map(|act| Some(TaskStint { task: name(task_of(act)?), when: self.when(act) }))
            .collect()
    }

    fn meetings(&self) -> Vec<TrueMeeting> {
        self.acted
            .iter()
            .filter_map(|act| match act.stint.activity {
                Activity::Meeting { title } => Some(TrueMeeting { title, when: self.when(act) }),
                _ => None,
            })
            .collect()
    }

    fn glances(&self) -> Vec<Glance> {
        let mut glances: Vec<Glance> = Vec::new();
        for act in self.acted.iter().filter(|act| task_of(act).is_some()) {
            for look in &act.looks {
                let at = match look.program {
                    Program::Chat => GlanceAt::Chat,
                    Program::Music => GlanceAt::Music,
                    _ => continue,
                };
                let when = self.stretch(look.start_s, look.end_s);
                match glances.last_mut() {
                    Some(last) if last.at == at && last.when.to == when.from => last.when.to = when.to,
                    _ => glances.push(Glance { at, when }),
                }
            }
        }
        glances
    }

    fn interruptions(&self) -> Vec<TrueInterruption> {
        let mut found = Vec::new();
        for (index, act) in self.acted.iter().enumerate() {
            let Activity::Interruption { cause, of } = act.stint.activity else { continue };
            let rest = &self.acted[index + 1..];
            let (cause, cue_s) = match cause {
                Cause::Outside { source: CueSource::Chat, cue_s } => (TrueCause::Chat, Some(cue_s)),
                Cause::Outside { source: CueSource::Mail, cue_s } => (TrueCause::Mail, Some(cue_s)),
                Cause::Oneself => (TrueCause::Oneself, None),
            };
            let diversion = rest.first().and_then(|next| match next.stint.activity {
                Activity::Diversion { to, .. } => {
                    Some(Diversion { to, ended: self.moment(next.stint.end_s) })
                }
                _ => None,
            });
            let back = rest.iter().find(|act| task_of(act).is_some_and(|task| task.is(of)));
            found.push(TrueInterruption {
                cause,
                suspended: name(of),
                cue: cue_s.map(|cue_s| self.moment(cue_s)),
                left: self.moment(act.stint.start_s),
                handling_ended: self.moment(act.stint.end_s),
                diversion,
                resumed: back.map(|act| self.moment(act.stint.start_s)),
            });
        }
        found
    }

    fn focus_blocks(&self) -> Vec<FocusBlock> {
        let mut blocks: Vec<FocusBlock> = Vec::new();
        // The task a block may go on with, and the interruptions since it was last worked on.
        let mut open: Option<(ProjectTask, usize)> = None;
        for act in self.acted {
            match (act.stint.activity, &mut open, blocks.last_mut()) {
                (Activity::Interruption { .. }, Some((_, since)), _) => *since += 1,
                (Activity::Diversion { .. }, Some(_), _) => {}
                (Activity::Task(task), Some((suspended, since)), Some(block)) if task.is(*suspended) => {
                    let when = self.when(act);
                    block.when.to = when.to;
                    block.on_task = block.on_task.saturating_add(when.range().duration());
                    block.interruptions += std::mem::take(since);
                }
                (Activity::Task(task), ..) => {
                    let when = self.when(act);
                    let on_task = when.range().duration();
                    blocks.push(FocusBlock { task: name(task), when, on_task, interruptions: 0 });
                    open = Some((task, 0));
                }
                _ => open = None,
            }
        }
        blocks
    }
}

fn resumptions(interruptions: &[TrueInterruption]) -> Vec<Resumption> {
    let mut resumptions: Vec<Resumption> = (interruptions.iter().enumerate())
        .filter_map(|(index, interruption)| {
            let at = interruption.resumed?;
            let lag = at.since(interruption.handling_ended);
            Some(Resumption { at, task: interruption.suspended, interruption: index, lag })
        })
        .collect();
    resumptions.sort_by_key(|resumption| resumption.at);
    resumptions
}

const fn task_of(act: &Acted) -> Option<ProjectTask> {
    match act.stint.activity {
        Activity::Task(task) => Some(task),
        _ => None,
    }
}

const fn name(task: ProjectTask) -> TaskName {
    TaskName { project: task.project.name, topic: task.project.subjects[task.topic] }
}
