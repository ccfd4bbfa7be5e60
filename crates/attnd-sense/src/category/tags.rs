//! Which tags does this event have? Like categories, but an event has as many as match.

use std::collections::BTreeSet;

use attnd_core::Data;
use serde_json::Value;

use super::classes::{RulesError, rule_list};
use super::rule::Rule;
use super::rule_set::RuleSet;
use crate::pattern::PatternError;

/// Compiled tag rules.
#[derive(Debug)]
pub struct TagRules {
    tags: Vec<String>,
    rules: RuleSet,
}

impl TagRules {
    /// Reads and compiles the query form: `[["tag", {"type": "regex", "regex": "…"}], …]`.
    ///
    /// # Errors
    /// [`RulesError`] saying which rule is wrong.
    pub fn from_pairs(pairs: &Value) -> Result<Self, RulesError> {
        let pairs = rule_list(pairs)?;
        let mut tags = Vec::with_capacity(pairs.len());
        let mut rules = Vec::with_capacity(pairs.len());
        for (index, pair) in pairs.iter().enumerate() {
            let wrong = |reason| RulesError::Rule { number: index + 1, reason };
            let [Value::String(tag), rule] = pair.as_array().map_or(&[][..], Vec::as_slice) else {
                return Err(wrong("it is a pair of a tag and a rule"));
            };
            tags.push(tag.clone());
            rules.push(Rule::from_json(rule).map_err(wrong)?);
        }
        let (rules, errors) = RuleSet::new(rules.iter());
        match errors.into_iter().next() {
            Some((index, reason)) => Err(RulesError::Pattern { number: index + 1, reason }),
            None => Ok(Self { tags, rules }),
        }
    }

    /// The tags of an event with this data, sorted, each once.
    ///
    /// # Errors
    /// [`PatternError::TooManySteps`] when a rule needs too many steps.
    pub fn tags_of(&self, data: &Data) -> Result<Vec<&str>, PatternError> {
        let mut found: BTreeSet<&str> =
            self.rules.plain_matches(data).into_iter().map(|number| self.tags[number].as_str()).collect();
        for number in self.rules.slow() {
            if self.rules.slow_matches(number, data)? {
                found.insert(&self.tags[number]);
            }
        }
        Ok(found.into_iter().collect())
    }
}
