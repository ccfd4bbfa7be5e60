//! Why this mind? The reasons that can be given, in words.

use serde::{Deserialize, Serialize};

use crate::rank::score::Language;

/// What speaks for a mind, or against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoutingReason {
    /// How much they take, lately and before.
    Share,
    /// They took asks of this author.
    Author,
    /// They are at work now, or were a moment ago.
    Present,
    /// What they take at this hour and day.
    Hour,
    /// They took asks about these places.
    Places,
    /// They took asks in these words.
    Words,
    /// How long it has waited.
    Waited,
    /// What kind of ask it is: how large, prose or tests, from within the circle or not.
    Kind,
}

impl RoutingReason {
    /// Every reason.
    pub const ALL: [Self; 8] = [
        Self::Share,
        Self::Author,
        Self::Present,
        Self::Hour,
        Self::Places,
        Self::Words,
        Self::Waited,
        Self::Kind,
    ];

    /// The reason in words, when it adds so much.
    #[must_use]
    pub fn words(self, value: f64, language: Language) -> &'static str {
        let [pro, contra, pro_zh, contra_zh] = match self {
            Self::Share => ["takes much lately", "takes little lately", "近来接得多", "近来接得少"],
            Self::Author => [
                "often takes this author's asks",
                "seldom takes this author's asks",
                "常接此人的事项",
                "少接此人的事项",
            ],
            Self::Present => ["is at work now", "has not been seen lately", "正在工作", "近来未出现"],
            Self::Hour => {
                ["usually active at this hour", "seldom active at this hour", "常在此时活跃", "少在此时活跃"]
            }
            Self::Places => {
                ["knows these places", "seldom in these places", "熟悉这些位置", "少涉及这些位置"]
            }
            Self::Words => [
                "takes asks in such words",
                "seldom takes asks in such words",
                "常接此类内容",
                "少接此类内容",
            ],
            Self::Waited => [
                "takes asks that waited so long",
                "seldom takes asks that waited so long",
                "常接等待这么久的事项",
                "少接等待这么久的事项",
            ],
            Self::Kind => {
                ["takes asks of this kind", "seldom takes asks of this kind", "常接此类事项", "少接此类事项"]
            }
        };
        match (language, value >= 0.0) {
            (Language::English, true) => pro,
            (Language::English, false) => contra,
            (Language::Chinese, true) => pro_zh,
            (Language::Chinese, false) => contra_zh,
        }
    }
}

/// One reason, and what it adds to the log-odds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RoutingPart {
    /// What speaks for them.
    pub reason: RoutingReason,
    /// By how much, in log-odds.
    pub value: f64,
}
