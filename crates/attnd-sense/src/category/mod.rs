//! What kind of activity is this? Category rules, as ActivityWatch's users write them.

mod cache;
mod classes;
mod default_rules;
mod edit;
mod merge;
mod propose;
mod rule;
mod rule_set;
mod tags;

use attnd_core::Data;
use attnd_core::rollup::RulesVersion;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

pub use cache::RulesCache;
pub use classes::RulesError;
pub use edit::{CategoryEdit, EditError, check_rule};
pub use merge::merged;
pub use propose::{Example, steady_part};
pub use rule::{RegexRule, Rule};
pub use tags::TagRules;

use crate::pattern::PatternError;
use rule_set::RuleSet;

/// The name of what no rule matches.
pub const UNCATEGORIZED: &str = "Uncategorized";

/// What an hour in a category must be worth to be focus, where the category does not say.
pub const FOCUS_SCORE_PER_H: f64 = 5.0;

/// The field that tells rules the site a browser showed, as `split_url_events` names it: windows
/// whose web watcher knows the site are classified with it.
pub const SITE: &str = "$domain";

/// Changes when the same rules come to classify differently, so that sums are computed anew.
const CLASSIFIER: &str = "attnd category rules 2";

/// A category: where it stands in the tree, what belongs to it and how it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Category {
    /// ActivityWatch's number for it, if it has one.
    pub id: Option<i64>,
    /// Its path, outermost first: `["Work", "Programming"]`. Never empty.
    pub name: Vec<String>,
    /// What belongs to it.
    pub rule: Rule,
    /// How it is shown and valued: `color`, `score`, and whatever else a client keeps there.
    pub data: Map<String, Value>,
}

/// Compiled categories: decides which one an event belongs to.
#[derive(Debug)]
pub struct CategoryRules {
    categories: Vec<Category>,
    rules: RuleSet,
    /// Categories by precedence: the deepest first, of equal depth the later first.
    precedence: Vec<usize>,
    /// Place of each category in `precedence`.
    rank: Vec<usize>,
    problems: Vec<RuleProblem>,
    uncategorized: Vec<String>,
    version: RulesVersion,
}

/// What time in a category is to focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearing {
    /// It is focus.
    Focus,
    /// It may serve focus or anything else: a file manager, a page nobody sorted. It is no focus time,
    /// but being there does not interrupt.
    Neutral,
    /// It is something else.
    Other,
}

impl From<bool> for Bearing {
    fn from(is_focus: bool) -> Self {
        if is_focus { Self::Focus } else { Self::Other }
    }
}

/// Why a rule never matches.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the rule of '{}' never matches: {reason}", .category.join(" > "))]
pub struct RuleProblem {
    /// The category it belongs to.
    pub category: Vec<String>,
    /// What is wrong with its regular expression.
    pub reason: PatternError,
}

impl CategoryRules {
    /// Compiles `categories`. One whose regular expression is faulty never matches and is told of
    /// by [`Self::problems`]; the others work.
    #[must_use]
    pub fn new(categories: Vec<Category>) -> Self {
        let (rules, errors) = RuleSet::new(categories.iter().map(|category| &category.rule));
        let mut precedence: Vec<usize> = (0..categories.len()).collect();
        precedence.sort_by_key(|&index| std::cmp::Reverse((categories[index].name.len(), index)));
        let mut rank = vec![0; categories.len()];
        for (place, &index) in precedence.iter().enumerate() {
            rank[index] = place;
        }
        let problem = |(index, reason): (usize, PatternError)| RuleProblem {
            category: categories[index].name.clone(),
            reason,
        };
        let problems = errors.into_iter().map(problem).collect();
        let version = version(&categories);
        let uncategorized = vec![UNCATEGORIZED.to_owned()];
        Self { categories, rules, precedence, rank, problems, uncategorized, version }
    }

    /// The path of the category `data` belongs to: of those whose rule matches, the deepest; of
    /// equally deep ones, the later. `["Uncategorized"]` if none does.
    ///
    /// A rule that needs too many steps on this data does not match it.
    #[must_use]
    pub fn classify(&self, data: &Data) -> &[String] {
        self.find(data, |_, _| Ok::<_, std::convert::Infallible>(())).unwrap_or_else(|never| match never {})
    }

    /// [`Self::classify`] in which a rule that needs too many steps is an error.
    ///
    /// # Errors
    /// The rule and [`PatternError::TooManySteps`].
    pub fn try_classify(&self, data: &Data) -> Result<&[String], RuleProblem> {
        self.find(data, |index, reason| {
            Err(RuleProblem { category: self.categories[index].name.clone(), reason })
        })
    }

    /// The categories, as given.
    #[must_use]
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// The rules that never match because of their regular expression.
    #[must_use]
    pub fn problems(&self) -> &[RuleProblem] {
        &self.problems
    }

    /// A digest of everything that decides how events are classified, and of nothing else: a new
    /// colour leaves it as it is.
    #[must_use]
    pub const fn version(&self) -> RulesVersion {
        self.version
    }

    /// The colour of the category at `path` or of its nearest ancestor that has one: `#rrggbb`.
    #[must_use]
    pub fn color(&self, path: &[String]) -> Option<&str> {
        self.inherited(path, |data| data.get("color")?.as_str().filter(|color| !color.is_empty()))
    }

    /// What an hour in the category at `path` is worth, from it or its nearest ancestor that says
    /// so; 0 if none does.
    #[must_use]
    pub fn score_per_h(&self, path: &[String]) -> f64 {
        self.inherited(path, |data| data.get("score")?.as_f64()).unwrap_or(0.0)
    }

    /// What time in the category at `path` is to focus: what it or its nearest ancestor that has a
    /// `focus` of true or false, or a `neutral` of true, says; where none has, focus if an hour in it
    /// is worth [`FOCUS_SCORE_PER_H`] or more. What is in no category is neutral: nothing is known of it.
    #[must_use]
    pub fn bearing(&self, path: &[String]) -> Bearing {
        let said = |data: &Map<String, Value>| match (data.get("focus"), data.get("neutral")) {
            (Some(Value::Bool(focus)), _) => Some(Bearing::from(*focus)),
            (_, Some(Value::Bool(true))) => Some(Bearing::Neutral),
            _ => None,
        };
        self.inherited(path, said).unwrap_or_else(|| {
            let is_known = path != self.uncategorized;
            if is_known { (self.score_per_h(path) >= FOCUS_SCORE_PER_H).into() } else { Bearing::Neutral }
        })
    }

    /// Whether time in the category at `path` is focus time.
    #[must_use]
    pub fn is_focus(&self, path: &[String]) -> bool {
        self.bearing(path) == Bearing::Focus
    }

    /// The path in another language, such as `zh`: each part by its category's `label`, as it is
    /// where that has none.
    #[must_use]
    pub fn labels<'a>(&'a self, path: &'a [String], language: &str) -> Vec<&'a str> {
        let label = |depth: usize| {
            let category = self.categories.iter().find(|category| category.name == path[..=depth])?;
            category.data.get("label")?.get(language)?.as_str()
        };
        path.iter().enumerate().map(|(depth, part)| label(depth).unwrap_or(part)).collect()
    }

    fn inherited<'a, T: 'a>(
        &'a self,
        path: &[String],
        read: impl Fn(&'a Map<String, Value>) -> Option<T>,
    ) -> Option<T> {
        let at = |path: &[String]| self.categories.iter().find(|category| category.name == path);
        (1..=path.len()).rev().find_map(|depth| at(&path[..depth]).and_then(|category| read(&category.data)))
    }

    fn find<E>(
        &self,
        data: &Data,
        mut exploded: impl FnMut(usize, PatternError) -> Result<(), E>,
    ) -> Result<&[String], E> {
        let none = self.precedence.len();
        let plain = self.rules.plain_matches(data);
        let best = plain.iter().map(|&index| self.rank[index]).min().unwrap_or(none);
        // Rules that can be slow are asked only if they would take precedence.
        let mut slow: Vec<usize> = self.rules.slow().map(|index| self.rank[index]).collect();
        slow.retain(|&place| place < best);
        slow.sort_unstable();
        let mut place = best;
        for candidate in slow {
            let index = self.precedence[candidate];
            match self.rules.slow_matches(index, data) {
                Ok(true) => {
                    place = candidate;
                    break;
                }
                Ok(false) => {}
                Err(reason) => exploded(index, reason)?,
            }
        }
        let found = self.precedence.get(place).map(|&index| self.categories[index].name.as_slice());
        Ok(found.unwrap_or(&self.uncategorized))
    }
}

fn version(categories: &[Category]) -> RulesVersion {
    let mut digest = Sha256::new();
    digest.update(CLASSIFIER);
    for category in categories {
        if let Rule::Regex(rule) = &category.rule {
            let line = serde_json::json!([category.name, rule.to_json()]);
            digest.update(line.to_string());
            digest.update("\n");
        }
    }
    let digest = digest.finalize();
    let first = digest[..8].try_into().expect("invariant: a SHA-256 digest has 32 bytes");
    RulesVersion(i64::from_be_bytes(first))
}

#[cfg(test)]
mod tests;
