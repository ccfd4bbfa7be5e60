//! What is the person in the middle of? What asks are held against.

use attnd_core::Timestamp;
use serde::{Deserialize, Serialize};

use super::RankError;

/// What a person has before them at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// The moment.
    pub now: Timestamp,
    /// What local clocks are ahead of UTC by, in seconds: for saying times.
    #[serde(default)]
    pub utc_offset_s: i32,
    /// Who the person is, as senders are called: what they sent themself is theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mind: Option<String>,
    /// What they are working on, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// The window in front.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// What is in the calendar around now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calendar: Vec<CalendarEntry>,
    /// What they handled last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answered: Vec<Answered>,
}

/// A window.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// The application.
    #[serde(default)]
    pub app: String,
    /// The title.
    #[serde(default)]
    pub title: String,
}

/// Something in the calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarEntry {
    /// What it is called.
    pub title: String,
    /// When it begins.
    pub start: Timestamp,
    /// When it ends.
    pub end: Timestamp,
}

/// An ask that was handled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// Its first line.
    #[serde(default)]
    pub title: String,
    /// What it said.
    #[serde(default)]
    pub text: String,
    /// When it was handled.
    pub at: Timestamp,
}

impl Context {
    /// A moment of which nothing else is known.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self {
            now,
            utc_offset_s: 0,
            mind: None,
            task: None,
            window: None,
            calendar: Vec::new(),
            answered: Vec::new(),
        }
    }

    /// Whether asks can be held against it.
    ///
    /// # Errors
    /// [`RankError::Offset`] where clocks are more than a day off, [`RankError::Backwards`] where an entry ends before it
    /// begins, [`RankError::Future`] where something was answered after now.
    pub fn check(&self) -> Result<(), RankError> {
        if self.utc_offset_s.abs() > 86_400 {
            return Err(RankError::Offset { seconds: self.utc_offset_s });
        }
        if let Some(entry) = self.calendar.iter().find(|entry| entry.end < entry.start) {
            return Err(RankError::Backwards { title: entry.title.clone() });
        }
        match self.answered.iter().find(|answered| answered.at > self.now) {
            Some(late) => Err(RankError::Future { what: late.title.clone(), at: late.at, now: self.now }),
            None => Ok(()),
        }
    }
}
