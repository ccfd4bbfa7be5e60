//! What would a rule change? Rules proposed from an example, tried before they apply, and undone.

mod change;
mod preview;

use attnd_core::Duration;
use attnd_sense::category::Rule;

/// Something the person points at: "this belongs to …".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleExample {
    /// The application.
    pub application: Option<String>,
    /// The site a browser showed.
    pub site: Option<String>,
    /// The window's title.
    pub title: Option<String>,
}

/// A rule somebody may want: more that belongs to a category, which is made if there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleProposal {
    /// Path of the category.
    pub category: Vec<String>,
    /// What belongs to it, beside what does already.
    pub rule: Rule,
}

/// What a proposal would change over a period.
#[derive(Clone, Debug, PartialEq)]
pub struct RulePreview {
    /// Time the rule matches.
    pub matched: Duration,
    /// Time that would move to another category; the rest is there already or has a better rule.
    pub moved: Duration,
    /// Active time of the period.
    pub active: Duration,
    /// From where to where, most first.
    pub moves: Vec<RuleMove>,
    /// Windows it matches, most time first; at most 20.
    pub samples: Vec<RuleSample>,
    /// How many windows it matches.
    pub windows: u64,
    /// What to think of before applying it.
    pub warnings: Vec<RuleWarning>,
}

/// Time that would move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleMove {
    /// Its category now.
    pub from: Vec<String>,
    /// Its category then.
    pub to: Vec<String>,
    /// How much.
    pub active: Duration,
}

/// A window a proposal matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSample {
    /// Application.
    pub application: String,
    /// Title.
    pub title: String,
    /// The site, in a browser.
    pub site: Option<String>,
    /// Its category now.
    pub from: Vec<String>,
    /// Its category then.
    pub to: Vec<String>,
    /// Its time in the period.
    pub active: Duration,
}

/// Why a proposal may not be meant so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleWarning {
    /// It matches all, or nearly all, of the time.
    MatchesNearlyAll,
    /// It matches nothing of the period.
    MatchesNothing,
    /// It takes time from a category whose rule already claims it.
    TakesFromOthers,
}

/// What attnd would ask about: time without category, and the rule it proposes.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleSuggestion {
    /// What it is about.
    pub example: RuleExample,
    /// The rule; the category is the person's to choose, empty where attnd has no guess.
    pub proposal: RuleProposal,
    /// Time without a category that it would name.
    pub active: Duration,
}
