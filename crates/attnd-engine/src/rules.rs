//! What would a rule change? Rules proposed from an example, tried before they apply, and undone.

mod change;
mod preview;
mod suggest;

use attnd_core::{Duration, ErrorCode, PersonId, Problem};
use attnd_sense::category::{
    CategoryRules, Example, RegexRule, Rule, SITE, UNCATEGORIZED, check_rule, merged,
};
use attnd_sense::pattern::{MAX_PATTERN_BYTES, Pattern};
use serde_json::Value;

use crate::Engine;

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

impl RuleExample {
    /// What attnd makes a rule of: the title if there is one, else the site, else the application.
    fn example(&self) -> Option<Example<'_>> {
        let application = self.application.as_deref();
        let title = self.title.as_deref().map(|title| Example::Title { title, application });
        title.or(self.site.as_deref().map(Example::Site)).or(application.map(Example::Application))
    }

    /// The words a proposed rule looks for: of a title its steady part.
    #[must_use]
    pub fn words(&self) -> Option<&str> {
        self.example()?.words()
    }

    fn data(&self) -> attnd_core::Data {
        let fields = [("app", &self.application), ("title", &self.title), (SITE, &self.site)];
        let texts = fields
            .into_iter()
            .filter_map(|(key, text)| Some((key.to_owned(), Value::from(text.as_deref()?))));
        texts.collect::<serde_json::Map<_, _>>().into()
    }
}

impl RuleProposal {
    /// Most names in a path.
    const MAX_DEPTH: usize = 8;
    /// Longest name, in characters.
    const MAX_NAME_CHARS: usize = 64;
    /// Most categories: each rule may take some milliseconds to compile.
    const MAX_CATEGORIES: usize = 1_000;

    /// The rule, if it may join the others.
    ///
    /// # Errors
    /// [`ErrorCode::CategoryRefused`], [`ErrorCode::RuleRefused`].
    fn checked(&self) -> Result<&RegexRule, Problem> {
        check_path(&self.category)?;
        checked_rule(&self.rule)
    }

    /// The setting `classes` with this rule in it.
    ///
    /// # Errors
    /// Those of [`Self::checked`].
    fn joined_to(&self, classes: &Value) -> Result<(Value, CategoryRules), Problem> {
        let after = merged(classes, &self.category, self.checked()?);
        if after.as_array().is_some_and(|list| list.len() > Self::MAX_CATEGORIES) {
            let detail = format!("there are at most {} categories", Self::MAX_CATEGORIES);
            return Err(Problem::new(ErrorCode::CategoryRefused, detail));
        }
        let rules = CategoryRules::from_classes(&after)
            .map_err(|error| Problem::new(ErrorCode::RuleRefused, error.to_string()))?;
        Ok((after, rules))
    }
}

impl Engine {
    /// The rule an example means.
    ///
    /// It looks at all fields and so can stand beside others in one expression. Where a later
    /// category of the same depth would take the example all the same, it looks at the example's
    /// field alone: that makes it an entry of its own, after the others, which wins.
    ///
    /// # Errors
    /// [`ErrorCode::CategoryRefused`]; [`ErrorCode::RuleRefused`] when the example has no words.
    pub fn propose_rule(
        &self,
        person: PersonId,
        example: &RuleExample,
        category: Vec<String>,
    ) -> Result<RuleProposal, Problem> {
        check_path(&category)?;
        let rules = self.category_rules(person);
        let mut proposal = RuleProposal { category, rule: Rule::Regex(rule_of(example)?) };
        let (Rule::Regex(rule), Some(pointed)) = (&mut proposal.rule, example.example()) else {
            return Ok(proposal);
        };
        rule.case = rules.case_of(&proposal.category).unwrap_or(rule.case);
        let (_, after) = proposal.joined_to(&rules.to_classes())?;
        if let Rule::Regex(rule) = &mut proposal.rule
            && after.classify(&example.data()) != proposal.category
        {
            rule.select_keys = Some(vec![pointed.key().to_owned()]);
        }
        Ok(proposal)
    }
}

/// The rule an example means, wherever it is to belong.
fn rule_of(example: &RuleExample) -> Result<RegexRule, Problem> {
    const LONGEST: usize = 4_096;
    let texts = [&example.application, &example.site, &example.title];
    if texts.into_iter().flatten().any(|text| text.len() > LONGEST) {
        let detail = format!("an example has at most {LONGEST} bytes");
        return Err(Problem::new(ErrorCode::RuleRefused, detail));
    }
    example
        .example()
        .and_then(Example::rule)
        .ok_or_else(|| Problem::new(ErrorCode::RuleRefused, "the example has no words to find windows by"))
}

fn check_path(path: &[String]) -> Result<(), Problem> {
    let refused = |detail: &str| Err(Problem::new(ErrorCode::CategoryRefused, detail));
    let is_name = |name: &String| {
        !name.trim().is_empty()
            && name.chars().count() <= RuleProposal::MAX_NAME_CHARS
            && !name.contains(char::is_control)
    };
    match path {
        [] => refused("the rule names no category"),
        [first, ..] if first == UNCATEGORIZED => {
            refused("what no rule matches is without category by itself")
        }
        path if path.len() > RuleProposal::MAX_DEPTH => refused("the path is too deep"),
        path if !path.iter().all(is_name) => refused("a name is empty, too long or has control characters"),
        _ => Ok(()),
    }
}

/// Refuses what is no expression, is found in every text, or takes too many steps.
fn checked_rule(rule: &Rule) -> Result<&RegexRule, Problem> {
    let refused = |detail: String| Problem::new(ErrorCode::RuleRefused, detail);
    let Rule::Regex(regex) = rule else {
        return Err(refused("the rule has no regular expression".to_owned()));
    };
    if regex.regex.trim().is_empty() {
        return Err(refused("the regular expression is empty".to_owned()));
    }
    if regex.regex.len() > MAX_PATTERN_BYTES {
        return Err(refused(format!("a regular expression has at most {MAX_PATTERN_BYTES} bytes")));
    }
    check_rule(rule).map_err(|error| refused(error.to_string()))?;
    let pattern = Pattern::new(&regex.regex, regex.case).map_err(|error| refused(error.to_string()))?;
    // What goes back and tries again for ever does so on texts that almost match.
    for probe in [format!("{}!", "a".repeat(60)), format!("{}!", "ab ".repeat(60)), "1".repeat(60)] {
        pattern.is_match(&probe).map_err(|error| refused(error.to_string()))?;
    }
    Ok(regex)
}
