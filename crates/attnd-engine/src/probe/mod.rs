//! May attnd ask now, and what? Short questions at natural breakpoints, at most six a day, off until the person
//! turns them on.
//!
//! ```text
//! work   [focus session          ]   [chat][mail]     [back from lunch …
//! break                           ▲                   ▲
//! asked                           │ (chance)          │ (45 min at least since the last)
//! open                            [10 min]
//! ```
//!
//! Whether a breakpoint is used is drawn from a seed, so that questions do not come at the same hour every day;
//! how likely that was is kept with the answer.

mod put;
mod schedule;

use attnd_core::{TimeRange, Timestamp};
use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use crate::understand::Instrument;

/// The id of a probe.
pub type ProbeId = String;

/// The most questions a day; settings can only ask for fewer.
pub const MOST_A_DAY: u8 = 6;

/// A moment between two things, at which a question costs least.
///
/// Interrupting at breakpoints costs less than elsewhere: Iqbal and Bailey, CHI 2008 (doi 10.1145/1357054.1357070).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Breakpoint {
    /// A focus session has ended.
    SessionEnd,
    /// Another category, after at least ten minutes on one.
    Switch,
    /// Back from a break.
    Return,
}

/// Whether attnd asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asking {
    /// It does not.
    Off,
    /// At breakpoints.
    AtBreakpoints,
}

/// When and what attnd may ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProbeSettings {
    /// Whether at all.
    pub asking: Asking,
    /// At most so many a day, 1 to [`MOST_A_DAY`].
    pub most_a_day: u8,
    /// Not before, local time.
    pub from: Time,
    /// Not after, local time; later than `from`.
    pub until: Time,
    /// Which questions; at least one.
    pub instruments: Vec<Instrument>,
}

/// A question put to the person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// Its id.
    pub id: ProbeId,
    /// What is asked.
    pub instrument: Instrument,
    /// The time it is about.
    pub about: TimeRange,
    /// When it was put.
    pub asked: Timestamp,
    /// When it goes away by itself.
    pub expires: Timestamp,
    /// At which breakpoint; `None` when the person asked to be asked.
    pub breakpoint: Option<Breakpoint>,
    /// How likely it was that this breakpoint was chosen.
    pub probability: f64,
    /// What became of it.
    pub outcome: ProbeOutcome,
}

/// What became of a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum ProbeOutcome {
    /// It waits, or has gone away unanswered.
    Open,
    /// It was answered.
    Answered {
        /// When.
        at: Timestamp,
    },
    /// Not now: nothing is asked until then.
    Snoozed {
        /// Until.
        until: Timestamp,
    },
    /// Not this one.
    Dismissed {
        /// When.
        at: Timestamp,
    },
}

/// How long not to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Snooze {
    /// A quarter of an hour.
    Quarter,
    /// An hour.
    Hour,
    /// Until local midnight.
    Today,
}

/// What stands between now and a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotNow {
    /// Questions are off.
    Off,
    /// Recording is paused.
    Paused,
    /// The person asked for quiet.
    Snoozed {
        /// Until.
        until: Timestamp,
    },
    /// Outside the hours they set.
    OutsideHours,
    /// As many as agreed were asked today.
    EnoughToday,
    /// The last was less than 45 minutes ago.
    TooSoon,
    /// Nobody is there.
    Away,
    /// They are in a meeting.
    InMeeting,
    /// They are in focus.
    InFocus,
    /// They are in the middle of something.
    NoBreakpoint,
    /// This breakpoint was not drawn.
    NotDrawn,
}

/// What is with questions now.
#[derive(Clone, Debug, PartialEq)]
pub enum ProbeDue {
    /// This one waits for an answer.
    Now(Probe),
    /// None; why.
    NotNow(NotNow),
}

impl Default for ProbeSettings {
    fn default() -> Self {
        Self {
            asking: Asking::Off,
            most_a_day: MOST_A_DAY,
            from: Time::constant(8, 0, 0, 0),
            until: Time::constant(20, 0, 0, 0),
            instruments: vec![Instrument::Focus, Instrument::MentalLoad],
        }
    }
}

impl Probe {
    /// Whether it waits for an answer at `now`.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.outcome == ProbeOutcome::Open && self.asked <= now && now < self.expires
    }
}

#[cfg(test)]
mod tests;
