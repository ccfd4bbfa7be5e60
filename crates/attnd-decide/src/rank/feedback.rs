//! What did a person do with an ask, and what may be learnt from it?

use attnd_core::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Ask, RankError};

/// What a person did with an ask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feedback {
    /// Id of the ask.
    pub ask: String,
    /// What was done.
    pub kind: FeedbackKind,
    /// How well it was worth their attention, 0 to 1, where they said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// When.
    pub at: Timestamp,
    /// Which place of the slate it was shown at, the first being 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    /// How likely it was to be shown there, as the slate said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub propensity: Option<f64>,
}

/// The ways to deal with an ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedbackKind {
    /// It was opened.
    Opened,
    /// It was answered or done.
    Answered,
    /// It was put off: worth something, not now.
    Snoozed,
    /// It was put away by itself.
    Dismissed,
    /// It was shown and passed over for another one.
    Passed,
    /// It was marked as read with others in one go, which says nothing of it.
    BulkRead,
}

/// What one feedback teaches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lesson {
    /// How well the ask was worth the person's attention, 0 to 1.
    pub worth: f64,
    /// How much to believe it, 0 to 1.
    pub weight: f64,
}

impl Feedback {
    /// Something done at that time, of which nothing else is known.
    #[must_use]
    pub fn new(ask: impl Into<String>, kind: FeedbackKind, at: Timestamp) -> Self {
        Self { ask: ask.into(), kind, value: None, at, position: None, propensity: None }
    }

    /// What it teaches; `None` where it says nothing, as marking many as read does.
    ///
    /// An ask that was passed over low in the slate may never have been looked at: it counts 1/rank, the examination of a
    /// position-based model with η = 1 (Joachims, Swaminathan and Schnabel 2017, doi 10.1145/3018661.3018699).
    #[must_use]
    pub fn lesson(&self) -> Option<Lesson> {
        let (worth, weight) = match self.kind {
            FeedbackKind::BulkRead => return None,
            FeedbackKind::Opened | FeedbackKind::Answered => (1.0, 1.0),
            FeedbackKind::Snoozed => (0.5, 1.0),
            FeedbackKind::Dismissed => (0.0, 1.0),
            FeedbackKind::Passed => (0.0, 1.0 / (1.0 + f64::from(self.position.unwrap_or(0)))),
        };
        Some(Lesson { worth: self.value.unwrap_or(worth), weight })
    }

    /// Whether it can be learnt from: it is of that ask, it happened after the ask came and not after now.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self, ask: &Ask, now: Timestamp) -> Result<(), RankError> {
        if self.ask != ask.id {
            return Err(RankError::UnknownAsk { ask: self.ask.clone() });
        }
        if self.at > now {
            return Err(RankError::Future { what: self.ask.clone(), at: self.at, now });
        }
        if self.at < ask.created {
            return Err(RankError::BeforeAsk { ask: self.ask.clone(), at: self.at, created: ask.created });
        }
        for (field, value) in [("value", self.value), ("propensity", self.propensity)] {
            if let Some(value) = value.filter(|value| !(0.0..=1.0).contains(value)) {
                return Err(RankError::Number { ask: self.ask.clone(), field, value, most: 1.0 });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_ns_saturating(minutes * 60 * attnd_core::time::NS_PER_S)
    }

    #[test]
    fn marking_many_as_read_teaches_nothing() {
        assert_eq!(Feedback::new("1", FeedbackKind::BulkRead, at(0)).lesson(), None);
    }

    #[test]
    fn what_was_passed_over_low_in_the_slate_counts_little() {
        let mut passed = Feedback::new("1", FeedbackKind::Passed, at(0));
        assert_eq!(passed.lesson().unwrap().weight, 1.0);
        passed.position = Some(3);
        assert_eq!(passed.lesson(), Some(Lesson { worth: 0.0, weight: 0.25 }));
    }

    #[test]
    fn feedback_from_the_future_or_before_its_ask_is_refused() {
        let ask = Ask::new("1", "mail", at(10));
        let check = |minutes| Feedback::new("1", FeedbackKind::Opened, at(minutes)).check(&ask, at(20));
        assert_eq!(check(15), Ok(()));
        assert!(matches!(check(21), Err(RankError::Future { .. })));
        assert!(matches!(check(9), Err(RankError::BeforeAsk { .. })));
        let mut odd = Feedback::new("1", FeedbackKind::Opened, at(15));
        odd.propensity = Some(f64::INFINITY);
        assert!(matches!(odd.check(&ask, at(20)), Err(RankError::Number { field: "propensity", .. })));
        assert!(matches!(
            Feedback::new("2", FeedbackKind::Opened, at(15)).check(&ask, at(20)),
            Err(RankError::UnknownAsk { .. })
        ));
    }
}
