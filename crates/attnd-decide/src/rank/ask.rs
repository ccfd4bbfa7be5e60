//! What asks for attention? A snapshot of everything that is known of one ask, whatever it came from.

use attnd_core::Timestamp;
use serde::{Deserialize, Serialize};

use super::RankError;

/// Something that wants attention: a message, an alert, a case to decide.
///
/// Its JSON is the wire form; fields that are not there are unknown, fields nobody knows are refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// What it is called; no two asks of one inbox share it.
    pub id: String,
    /// What sort of thing it is.
    #[serde(default)]
    pub kind: AskKind,
    /// Where it came from: a feed, a mailbox, a repository.
    pub source: String,
    /// Who sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// The conversation it belongs to; asks of one source and thread are one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
    /// What it is about, where that has an address; asks about one address are one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its first line.
    #[serde(default)]
    pub title: String,
    /// What it says.
    #[serde(default)]
    pub text: String,
    /// Why it reached this person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// How much it may interrupt.
    #[serde(default)]
    pub level: InterruptionLevel,
    /// When it came into being.
    pub created: Timestamp,
    /// When something last happened to it, where that is later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// Until when it wants an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Timestamp>,
    /// What a classifier of texts says it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Probability, as a classifier of texts gives it, that its words say it is urgent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgency: Option<f64>,
    /// What a recommender learnt from a whole team says of it for this person: 0 nothing, about 1 much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collaborative: Option<f64>,
    /// What the person handled that speaks most for that: its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// What sort of thing an ask is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskKind {
    /// A program tells something.
    #[default]
    Notification,
    /// Somebody writes.
    Message,
    /// Something was published.
    FeedItem,
    /// Something is to be done.
    Task,
    /// Something is wrong.
    Alert,
    /// Something is to be judged.
    Case,
    /// A question of a crowd project.
    Unit,
    /// Something waits for a yes or no.
    Approval,
}

impl AskKind {
    /// Its word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Notification => "notification",
            Self::Message => "message",
            Self::FeedItem => "feed_item",
            Self::Task => "task",
            Self::Alert => "alert",
            Self::Case => "case",
            Self::Unit => "unit",
            Self::Approval => "approval",
        }
    }
}

/// How much an ask may interrupt, least first; the four words are Apple's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InterruptionLevel {
    /// Never: it waits to be found.
    Passive,
    /// As anything else.
    #[default]
    Active,
    /// It is worth little later.
    TimeSensitive,
    /// Harm follows where it is missed.
    Critical,
}

/// Why an ask reached a person: the words GitHub's notifications use, and whatever else a source says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Reason {
    /// A vulnerability was found.
    SecurityAlert,
    /// A yes or no of theirs is waited for.
    ApprovalRequested,
    /// Their judgement of a change is waited for.
    ReviewRequested,
    /// It was given to them.
    Assign,
    /// They were named.
    Mention,
    /// A group they belong to was named.
    TeamMention,
    /// They wrote it.
    Author,
    /// They took part before.
    Comment,
    /// They changed how it stands.
    StateChange,
    /// They asked to be told.
    Manual,
    /// They follow where it came from.
    Subscribed,
    /// A machine finished what they began.
    CiActivity,
    /// Another word of the source.
    Other(String),
}

/// Every known reason, its word on the wire, and how much it says by itself, from -1 to 1.
///
/// The order is a rule, not learnt: somebody waits for this very person (1), the person is part of it (½), they are only
/// told (0), a machine tells them (-½). What each reason is worth to a person is learnt beside it.
const REASONS: &[(Reason, &str, f64)] = &[
    (Reason::SecurityAlert, "security_alert", 1.0),
    (Reason::ApprovalRequested, "approval_requested", 1.0),
    (Reason::ReviewRequested, "review_requested", 1.0),
    (Reason::Assign, "assign", 1.0),
    (Reason::Mention, "mention", 1.0),
    (Reason::TeamMention, "team_mention", 0.5),
    (Reason::Author, "author", 0.5),
    (Reason::Comment, "comment", 0.5),
    (Reason::StateChange, "state_change", 0.5),
    (Reason::Manual, "manual", 0.5),
    (Reason::Subscribed, "subscribed", 0.0),
    (Reason::CiActivity, "ci_activity", -0.5),
];

impl Reason {
    /// Its word on the wire.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::Other(word) => word,
            known => REASONS.iter().find(|(reason, _, _)| reason == known).map_or("", |(_, word, _)| word),
        }
    }

    /// How much it says by itself, from -1 to 1; a word nobody knows says nothing.
    #[must_use]
    pub fn weight(&self) -> f64 {
        REASONS.iter().find(|(reason, _, _)| reason == self).map_or(0.0, |(_, _, weight)| *weight)
    }
}

impl From<String> for Reason {
    fn from(word: String) -> Self {
        let known = REASONS.iter().find(|(_, name, _)| *name == word);
        known.map_or_else(|| Self::Other(word), |(reason, _, _)| reason.clone())
    }
}

impl From<Reason> for String {
    fn from(reason: Reason) -> Self {
        reason.word().to_owned()
    }
}

impl Ask {
    /// An ask of which only that is known.
    #[must_use]
    pub fn new(id: impl Into<String>, source: impl Into<String>, created: Timestamp) -> Self {
        Self {
            id: id.into(),
            kind: AskKind::default(),
            source: source.into(),
            sender: None,
            thread: None,
            url: None,
            title: String::new(),
            text: String::new(),
            reason: None,
            level: InterruptionLevel::default(),
            created,
            updated: None,
            deadline: None,
            topic: None,
            urgency: None,
            collaborative: None,
            because: None,
        }
    }

    /// When something last happened to it.
    #[must_use]
    pub fn touched(&self) -> Timestamp {
        self.updated.map_or(self.created, |updated| updated.max(self.created))
    }

    /// Whether it can be ranked.
    ///
    /// # Errors
    /// [`RankError::NoId`] without an id, [`RankError::Number`] where a number is none or lies outside its bounds.
    pub fn check(&self) -> Result<(), RankError> {
        if self.id.is_empty() {
            return Err(RankError::NoId { title: self.title.chars().take(40).collect() });
        }
        let number = |field, value: Option<f64>, most: f64| match value {
            Some(value) if !(0.0..=most).contains(&value) => {
                Err(RankError::Number { ask: self.id.clone(), field, value, most })
            }
            _ => Ok(()),
        };
        number("urgency", self.urgency, 1.0)?;
        number("collaborative", self.collaborative, 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_keep_the_words_of_their_source() {
        for (reason, word, _) in REASONS {
            assert_eq!(&Reason::from((*word).to_owned()), reason);
            assert_eq!(reason.word(), *word);
        }
        let other = Reason::from("invitation".to_owned());
        assert_eq!(other, Reason::Other("invitation".to_owned()));
        assert_eq!((other.word(), other.weight()), ("invitation", 0.0));
    }

    #[test]
    fn the_wire_form_needs_little_and_refuses_what_it_does_not_know() {
        let little = r#"{"id": "1", "source": "mail", "created": "2024-05-01T10:00:00Z"}"#;
        let ask: Ask = serde_json::from_str(little).unwrap();
        assert_eq!(ask, Ask::new("1", "mail", Timestamp::parse("2024-05-01T10:00:00Z").unwrap()));
        let back = serde_json::to_string(&ask).unwrap();
        assert_eq!(serde_json::from_str::<Ask>(&back).unwrap(), ask);
        let wrong = r#"{"id": "1", "source": "mail", "created": "2024-05-01T10:00:00Z", "dedline": null}"#;
        assert!(serde_json::from_str::<Ask>(wrong).unwrap_err().to_string().contains("dedline"));
    }

    #[test]
    fn numbers_that_are_none_are_refused() {
        let mut ask = Ask::new("1", "mail", Timestamp::MIN);
        assert_eq!(ask.check(), Ok(()));
        ask.urgency = Some(f64::NAN);
        assert!(matches!(ask.check(), Err(RankError::Number { field: "urgency", .. })));
        ask.urgency = Some(1.5);
        assert!(ask.check().is_err());
        assert!(matches!(Ask::new("", "mail", Timestamp::MIN).check(), Err(RankError::NoId { .. })));
    }
}
