//! How does a rule somebody may want travel, and what it would change?

use attnd_core::{ErrorCode, Problem};
use attnd_engine::rules::{
    RuleExample, RuleMove, RulePreview, RuleProposal, RuleSample, RuleSuggestion, RuleWarning,
};
use attnd_engine::{Case, RegexRule, Rule};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// More that belongs to a category: a regular expression, or an example that attnd makes one from.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RuleProposal)]
pub(crate) struct ProposalBody {
    /// Path of the category, outermost first; it is made if there is none.
    #[schema(min_items = 1)]
    pub(crate) category: Vec<String>,
    /// Whatever this is found in: application, title or address.
    #[serde(default)]
    regex: Option<String>,
    /// Whether capitals do not matter; they do not if not given.
    #[serde(default)]
    ignore_case: Option<bool>,
    /// An application, where no expression is given.
    #[serde(default)]
    application: Option<String>,
    /// A site, where no expression is given.
    #[serde(default)]
    site: Option<String>,
    /// Part of a title, where no expression is given.
    #[serde(default)]
    title: Option<String>,
}

/// A rule attnd proposes.
#[derive(Serialize, ToSchema)]
#[schema(as = ProposedRule)]
pub(crate) struct ProposalAnswer {
    /// Path of the category, outermost first; empty where it is the person's to choose.
    category: Vec<String>,
    /// Whatever this is found in belongs to it.
    regex: String,
    /// Whether capitals do not matter.
    ignore_case: bool,
}

/// What a rule would change over a period.
#[derive(Serialize, ToSchema)]
#[schema(as = RulePreview)]
pub(crate) struct PreviewAnswer {
    /// The rule.
    rule: ProposalAnswer,
    /// Time it matches, in seconds.
    matched_s: f64,
    /// Time that would move to another category, in seconds.
    moved_s: f64,
    /// Active time of the period, in seconds.
    active_s: f64,
    /// From where to where, most first.
    moves: Vec<MoveAnswer>,
    /// Windows it matches, most time first; at most 20.
    samples: Vec<SampleAnswer>,
    /// How many windows it matches.
    windows: u64,
    /// What to think of before applying it.
    warnings: Vec<WarningAnswer>,
}

/// Time that would move.
#[derive(Serialize, ToSchema)]
#[schema(as = RuleMove)]
pub(crate) struct MoveAnswer {
    /// Its category now.
    from: Vec<String>,
    /// Its category then.
    to: Vec<String>,
    /// How much, in seconds.
    active_s: f64,
}

/// A window a rule matches.
#[derive(Serialize, ToSchema)]
#[schema(as = RuleSample)]
pub(crate) struct SampleAnswer {
    /// Application.
    application: String,
    /// Title.
    title: String,
    /// The site, in a browser.
    #[schema(required)]
    site: Option<String>,
    /// Its category now.
    from: Vec<String>,
    /// Its category then.
    to: Vec<String>,
    /// Its time in the period, in seconds.
    active_s: f64,
}

/// Why a rule may not be meant so.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RuleWarning)]
pub(crate) enum WarningAnswer {
    /// It matches all, or nearly all, of the time.
    MatchesNearlyAll,
    /// It matches nothing of the period.
    MatchesNothing,
    /// It takes time from a category that claims it.
    TakesFromOthers,
}

/// Time without a category, and the rule attnd would propose.
#[derive(Serialize, ToSchema)]
#[schema(as = RuleSuggestion)]
pub(crate) struct SuggestionAnswer {
    /// The application.
    #[schema(required)]
    application: Option<String>,
    /// The site, in a browser.
    #[schema(required)]
    site: Option<String>,
    /// The rule.
    rule: ProposalAnswer,
    /// Time it would name, in seconds.
    active_s: f64,
}

impl ProposalBody {
    /// The rule that is written out, if one is.
    pub(crate) fn written(&self) -> Option<RuleProposal> {
        let case = if self.ignore_case.unwrap_or(true) { Case::Ignored } else { Case::Sensitive };
        let regex = self.regex.clone()?;
        let rule = if regex.is_empty() {
            Rule::Nothing
        } else {
            Rule::Regex(RegexRule { regex, case, select_keys: None })
        };
        Some(RuleProposal { category: self.category.clone(), rule })
    }

    /// The example.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidBody`] where an expression stands beside it.
    pub(crate) fn example(&self) -> Result<RuleExample, Problem> {
        let [application, site, title] = [&self.application, &self.site, &self.title].map(Clone::clone);
        if self.regex.is_some() && (application.is_some() || site.is_some() || title.is_some()) {
            let detail = "a rule is either a 'regex' or an example: 'application', 'site' or 'title'";
            return Err(Problem::new(ErrorCode::InvalidBody, detail));
        }
        Ok(RuleExample { application, site, title })
    }
}

impl PreviewAnswer {
    /// The preview of a rule.
    pub(crate) fn new(proposal: RuleProposal, preview: RulePreview) -> Self {
        Self {
            rule: proposal.into(),
            matched_s: preview.matched.as_s_f64(),
            moved_s: preview.moved.as_s_f64(),
            active_s: preview.active.as_s_f64(),
            moves: all(preview.moves),
            samples: all(preview.samples),
            windows: preview.windows,
            warnings: all(preview.warnings),
        }
    }
}

impl From<RuleProposal> for ProposalAnswer {
    fn from(proposal: RuleProposal) -> Self {
        let (regex, ignore_case) = match proposal.rule {
            Rule::Regex(rule) => (rule.regex, rule.case == Case::Ignored),
            Rule::Nothing | Rule::Unknown(_) => (String::new(), false),
        };
        Self { category: proposal.category, regex, ignore_case }
    }
}

impl From<RuleMove> for MoveAnswer {
    fn from(moved: RuleMove) -> Self {
        Self { from: moved.from, to: moved.to, active_s: moved.active.as_s_f64() }
    }
}

impl From<RuleSample> for SampleAnswer {
    fn from(sample: RuleSample) -> Self {
        let RuleSample { application, title, site, from, to, active } = sample;
        Self { application, title, site, from, to, active_s: active.as_s_f64() }
    }
}

impl From<RuleWarning> for WarningAnswer {
    fn from(warning: RuleWarning) -> Self {
        match warning {
            RuleWarning::MatchesNearlyAll => Self::MatchesNearlyAll,
            RuleWarning::MatchesNothing => Self::MatchesNothing,
            RuleWarning::TakesFromOthers => Self::TakesFromOthers,
        }
    }
}

impl From<RuleSuggestion> for SuggestionAnswer {
    fn from(suggestion: RuleSuggestion) -> Self {
        let RuleSuggestion { example, proposal, active } = suggestion;
        Self {
            application: example.application,
            site: example.site,
            rule: proposal.into(),
            active_s: active.as_s_f64(),
        }
    }
}

fn all<T, U: From<T>>(values: Vec<T>) -> Vec<U> {
    values.into_iter().map(U::from).collect()
}
