//! Which of these rules match the event? Each string of the event is searched once for all rules.

use attnd_core::Data;
use serde_json::Value;

use super::rule::{RegexRule, Rule};
use crate::pattern::{Pattern, PatternError};
use crate::pattern_set::{Member, PatternSet};

/// Compiled rules, called by their number in the list they came from.
#[derive(Debug)]
pub(super) struct RuleSet {
    patterns: PatternSet,
    /// The fields each rule looks at; all if `None`.
    select_keys: Vec<Option<Vec<String>>>,
}

impl RuleSet {
    /// Compiles `rules`; the faulty ones never match and are returned beside the set.
    pub(super) fn new<'a>(rules: impl Iterator<Item = &'a Rule>) -> (Self, Vec<(usize, PatternError)>) {
        let mut members = Vec::new();
        let mut select_keys = Vec::new();
        for (number, rule) in rules.enumerate() {
            let Rule::Regex(RegexRule { regex, case, select_keys: keys }) = rule else {
                select_keys.push(None);
                continue;
            };
            members.push(Member { number, pattern: regex, case: *case });
            select_keys.push(keys.clone());
        }
        let (patterns, errors) = PatternSet::new(&members);
        (Self { patterns, select_keys }, errors)
    }

    /// The plain rules that match, in no order, perhaps more than once.
    pub(super) fn plain_matches(&self, data: &Data) -> Vec<usize> {
        let mut found = Vec::new();
        for (key, text) in strings(data) {
            let before = found.len();
            self.patterns.matches(text, &mut found);
            let mut kept = before;
            for index in before..found.len() {
                if self.looks_at(found[index], key) {
                    found[kept] = found[index];
                    kept += 1;
                }
            }
            found.truncate(kept);
        }
        found
    }

    /// The rules that have to be asked one by one.
    pub(super) fn slow(&self) -> impl Iterator<Item = usize> + '_ {
        self.patterns.alone().iter().map(|(number, _)| *number)
    }

    /// Whether one of [`Self::slow`] matches.
    pub(super) fn slow_matches(&self, number: usize, data: &Data) -> Result<bool, PatternError> {
        let Some(pattern) = self.slow_pattern(number) else { return Ok(false) };
        for (key, text) in strings(data) {
            if self.looks_at(number, key) && pattern.is_match(text)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn slow_pattern(&self, number: usize) -> Option<&Pattern> {
        let alone = self.patterns.alone();
        alone.binary_search_by_key(&number, |(number, _)| *number).ok().map(|place| &alone[place].1)
    }

    fn looks_at(&self, number: usize, key: &str) -> bool {
        self.select_keys[number].as_ref().is_none_or(|keys| keys.iter().any(|selected| selected == key))
    }
}

fn strings(data: &Data) -> impl Iterator<Item = (&str, &str)> {
    data.fields().iter().filter_map(|(key, value)| match value {
        Value::String(text) => Some((key.as_str(), text.as_str())),
        _ => None,
    })
}
