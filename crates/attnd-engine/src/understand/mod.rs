//! How focused, how loaded is the person, how sure is attnd of that, and from what did it learn it?
//!
//! ```text
//! track, input ─► features of a minute ─► rules, or what the person's answers made of them ─► Estimate
//!                                                  ▲
//! probe, correction ─► Answer (with what was known) ┘ learner: judged, drift-tested, promoted, rolled back
//! ```
//!
//! An estimate is a pure function of the stored events, the stored answers and the model's version:
//! asked again it is the same. It never looks at anything after its minute.

mod answer;
mod estimate;
mod evidence;
mod learn;
mod lens;
pub(crate) mod living;
pub(crate) mod means;
mod overview;
mod source;

use attnd_core::recording::Scale;
use attnd_core::{Duration, TimeRange};
use attnd_model::{Question, Reason};
use serde::{Deserialize, Serialize};

pub(crate) use answer::new_id;
pub(crate) use evidence::{days, decided};
pub(crate) use learn::forget_evidence;
pub(crate) use source::consents_of;

pub use answer::{AnswerId, AnswerKind, Evident, ExportFormat, Instrument, Moment, PersonAnswer, Undone};
pub use overview::{Card, Coverage, Estimating, Figures, Learned, Limit, Split, Understanding};
pub use source::{Source, SourceConsent, SourceUse};

/// What is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// Were they focused? Concentration of 4 or 5 of 5.
    Focus,
    /// Was it much mental work? Mental load of 3 or more of 5, or a raw TLX of 50 or more.
    Load,
}

/// One minute of a person, estimated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The minute.
    pub at: TimeRange,
    /// Were they focused?
    pub focus: Understood,
    /// Was it much mental work?
    pub load: Understood,
}

/// What is known of one aspect of one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Understood {
    /// It can be said.
    Known {
        /// How likely is yes, 0 to 1.
        yes: f64,
        /// The probability lies from here, with 90 % certainty.
        low: f64,
        /// To here.
        high: f64,
        /// Who says so.
        basis: Basis,
    },
    /// It cannot be said.
    Unknown(WhyUnknown),
}

/// Who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The person themself: an answer or a correction about this minute. Certain: `yes` is 0 or 1.
    Person,
    /// What the person's own answers taught.
    Learned,
    /// The rules everybody starts with.
    Rules,
}

/// Why it cannot be said.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "kebab-case")]
pub enum WhyUnknown {
    /// Yes and no are both possible: the evidence does not decide between them.
    BothPossible {
        /// How likely is yes, all the same.
        yes: f64,
    },
    /// There are no rules for it, and too few answers to learn it from.
    TooFewAnswers {
        /// How many more are needed.
        missing: u32,
    },
    /// Too little was sensed in the hour before.
    TooLittleSensed,
    /// Recording was paused.
    Paused,
    /// The person does not want it estimated.
    NoConsent,
}

/// The minutes of a stretch of time together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AspectMean {
    /// Minutes with an estimate, as time.
    pub known: Duration,
    /// Active minutes without.
    pub unknown: Duration,
    /// Expected time of yes: Σ probability × minute, over the known.
    pub likely: Duration,
    /// The mean probability over the known; `None` without any.
    pub yes: Option<f64>,
    /// The mean of the minutes' lower ends.
    pub low: Option<f64>,
    /// The mean of their upper ends.
    pub high: Option<f64>,
}

/// A step of a longer period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EstimateMean {
    /// When.
    pub range: TimeRange,
    /// Were they focused?
    pub focus: AspectMean,
    /// Was it much mental work?
    pub load: AspectMean,
}

/// Why estimates of a stretch of time came out as they did.
#[derive(Clone, Debug, PartialEq)]
pub struct Grounds {
    /// What was estimated.
    pub aspect: Aspect,
    /// The stretch.
    pub range: TimeRange,
    /// Of how many estimated minutes.
    pub minutes: u32,
    /// The mean causes, strongest first. Values and effects are means over the minutes; effects are in log-odds.
    pub reasons: Vec<Reason>,
}

impl Aspect {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Focus, Self::Load];

    /// The name it is stored under.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Focus => "focus",
            Self::Load => "load",
        }
    }

    /// The question whose yes is estimated.
    #[must_use]
    pub const fn question(self) -> Question {
        match self {
            Self::Focus => Question { scale: Scale::CONCENTRATION, threshold: 4 },
            Self::Load => Question { scale: Scale::MENTAL_LOAD, threshold: 3 },
        }
    }

    /// Whether a value on `scale` is a yes; `None` where the scale says nothing about this aspect.
    #[must_use]
    pub fn of(self, scale: &Scale, value: i32) -> Option<bool> {
        Some(self.question().is_yes(self.value_of(scale, value)?))
    }

    /// A value on `scale` as one on the question's.
    ///
    /// Raw TLX counts as load of 3, a yes, from 50: about the median of 1,173 published workload scores (Grier 2015, doi
    /// 10.1177/1541931215591373). Below and above it is divided evenly.
    fn value_of(self, scale: &Scale, value: i32) -> Option<i32> {
        if *scale == self.question().scale {
            return Some(value);
        }
        (self == Self::Load && *scale == Scale::RAW_TLX).then_some((1 + value / 25).min(5))
    }
}
