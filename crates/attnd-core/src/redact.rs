//! What must never be stored? Removes secrets from an event's data before it is kept.
//!
//! The watcher applies it at the source and the daemon again before storage, so it is cheap (data
//! in which nothing matches is returned as it is, shared) and idempotent (redacting twice is
//! redacting once). Where it cannot tell, it takes away: a rule that does not compile removes all
//! it was meant to look at, and values nested too deep to look at are replaced whole.

mod address;
mod rules;
mod secrets;

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};
use serde_json::{Map, Value};

pub use rules::{AddressRule, PatternAction, PatternRule, RedactionRules, RuleProblem};
pub use secrets::SecretKind;

use crate::{BucketId, BucketType, Data};
use secrets::Secrets;

/// What stands where a secret stood.
pub const REDACTED: &str = "[redacted]";

/// Values nested deeper than this are replaced whole.
const MAX_DEPTH: usize = 32;

/// A text that still changes after so many passes is replaced whole.
const MAX_PASSES: usize = 8;

/// The largest compiled form of a pattern, in bytes; a larger one counts as one that does not compile.
const MAX_PATTERN_BYTES: usize = 4 << 20;

/// What is left of an event's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redacted {
    /// This may be stored.
    Keep(Data),
    /// Nothing of the event may be stored.
    Drop(DropReason),
}

/// Why nothing of an event may be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// Its application is one whose very use is private, such as a password manager.
    Application,
    /// It happened in a private window.
    Incognito,
    /// A pattern of the person's own says so; its place in [`RedactionRules::patterns`].
    Pattern(usize),
}

/// The rules, ready to be applied.
#[derive(Clone, Debug)]
pub struct Redactor {
    addresses: AddressRule,
    secrets: Secrets,
    dropped: Matcher,
    time_only: Matcher,
    patterns: Vec<Pattern>,
}

/// Where a compiled rule applies.
#[derive(Clone, Debug)]
enum Matcher {
    Nowhere,
    /// The rule did not compile and fails closed.
    Everywhere,
    Regex(Regex),
}

#[derive(Clone, Debug)]
struct Pattern {
    /// Its place in the rules.
    index: usize,
    bucket_prefix: String,
    field: Option<String>,
    matcher: Matcher,
    action: PatternAction,
    replacement: String,
}

/// What redaction makes of one value.
enum Outcome {
    Same,
    Changed(Value),
    Drop(DropReason),
}

impl Default for Redactor {
    fn default() -> Self {
        Self::compile(&RedactionRules::default()).0
    }
}

impl Redactor {
    /// Makes the rules ready. The problems name the rules that do not compile: those now remove
    /// everything they were meant to look at.
    #[must_use]
    pub fn compile(rules: &RedactionRules) -> (Self, Vec<RuleProblem>) {
        let mut problems = Vec::new();
        let dropped = applications("dropped_applications", &rules.dropped_applications, &mut problems);
        let time_only = applications("time_only_applications", &rules.time_only_applications, &mut problems);
        let patterns = (rules.patterns.iter().enumerate())
            .filter(|(_, rule)| rule.enabled)
            .map(|(index, rule)| Pattern::compile(index, rule, &mut problems))
            .collect();
        let secrets = Secrets::new(&rules.secrets);
        (Self { addresses: rules.addresses, secrets, dropped, time_only, patterns }, problems)
    }

    /// What of `data` may be stored in this bucket.
    #[must_use]
    pub fn apply(&self, bucket: &BucketId, kind: &BucketType, data: &Data) -> Redacted {
        let fields = data.fields();
        let application = data.text("app");
        if application.is_some_and(|name| self.dropped.is_match(name)) {
            return Redacted::Drop(DropReason::Application);
        }
        let incognito = fields.get("incognito").and_then(Value::as_bool);
        if incognito == Some(true) {
            return Redacted::Drop(DropReason::Incognito);
        }
        let view = if application.is_some_and(|name| self.time_only.is_match(name)) {
            View::TimeOnly
        } else if kind.as_str() == BucketType::WEB && incognito.is_none() {
            View::SiteOnly
        } else {
            View::Whole
        };
        let patterns = Patterns { all: &self.patterns, bucket };
        match self.fields(fields, view, patterns) {
            Ok(None) => Redacted::Keep(data.clone()),
            Ok(Some(changed)) => Redacted::Keep(changed.into()),
            Err(reason) => Redacted::Drop(reason),
        }
    }

    /// `text` without secrets: for text that is no event's, such as a title in a log or an ask.
    #[must_use]
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.without_secrets(text, Place::Text).map_or(Cow::Borrowed(text), Cow::Owned)
    }

    /// The fields that differ from `fields` after redaction, on top of the others; `None` if none does.
    fn fields(
        &self,
        fields: &Map<String, Value>,
        view: View,
        patterns: Patterns<'_>,
    ) -> Result<Option<Map<String, Value>>, DropReason> {
        let mut changed: Option<Map<String, Value>> = None;
        for (key, value) in fields {
            // A pattern may ask for the event to go even where only its time is kept.
            let redacted = match self.value(key, key, value, patterns, 0) {
                Outcome::Drop(reason) => return Err(reason),
                Outcome::Changed(value) => Some(value),
                Outcome::Same => None,
            };
            let seen = redacted.as_ref().unwrap_or(value);
            if let Some(value) = view.narrowed(key, seen).or(redacted) {
                changed.get_or_insert_with(|| fields.clone()).insert(key.clone(), value);
            }
        }
        Ok(changed)
    }

    /// Redacts a value of the top-level field `field`; `key` is the nearest name above it.
    fn value(&self, field: &str, key: &str, value: &Value, patterns: Patterns<'_>, depth: usize) -> Outcome {
        match value {
            Value::Null | Value::Bool(_) => Outcome::Same,
            // A card number is one with or without quotes.
            Value::Number(number) => {
                if self.secrets.may_hold_number(number) {
                    self.scalar(field, key, &number.to_string(), patterns)
                } else {
                    Outcome::Same
                }
            }
            Value::String(text) => self.scalar(field, key, text, patterns),
            _ if depth >= MAX_DEPTH => Outcome::Changed(REDACTED.into()),
            Value::Array(items) => {
                let mut changed: Option<Vec<Value>> = None;
                for (index, item) in items.iter().enumerate() {
                    match self.value(field, key, item, patterns, depth + 1) {
                        Outcome::Same => {}
                        Outcome::Changed(item) => changed.get_or_insert_with(|| items.clone())[index] = item,
                        drop @ Outcome::Drop(_) => return drop,
                    }
                }
                changed.map_or(Outcome::Same, |items| Outcome::Changed(items.into()))
            }
            Value::Object(inner) => {
                let mut changed: Option<Map<String, Value>> = None;
                for (key, item) in inner {
                    match self.value(field, key, item, patterns, depth + 1) {
                        Outcome::Same => {}
                        Outcome::Changed(item) => {
                            changed.get_or_insert_with(|| inner.clone()).insert(key.clone(), item);
                        }
                        drop @ Outcome::Drop(_) => return drop,
                    }
                }
                changed.map_or(Outcome::Same, |inner| Outcome::Changed(inner.into()))
            }
        }
    }

    /// The person's patterns see the text as it came and, if the built-in rules changed it, as it
    /// is then: so redacting twice is redacting once, whatever the patterns are.
    fn scalar(&self, field: &str, key: &str, text: &str, patterns: Patterns<'_>) -> Outcome {
        match patterns.look(field, text) {
            Outcome::Same => {}
            decided => return decided,
        }
        if patterns.is_replacement(field, text) {
            return Outcome::Same;
        }
        let place = if key == "url" { Place::Address } else { Place::Text };
        let Some(redacted) = self.without_secrets(text, place) else { return Outcome::Same };
        match patterns.look(field, &redacted) {
            Outcome::Same => Outcome::Changed(redacted.into()),
            decided => decided,
        }
    }

    /// Applies the built-in rules until nothing changes; `None` if nothing ever does. One pass is
    /// not enough: what a replacement leaves on its sides can be a secret only now, with a border.
    fn without_secrets(&self, text: &str, place: Place) -> Option<String> {
        let mut current = self.one_pass(text, place)?;
        for _ in 0..MAX_PASSES {
            match self.one_pass(&current, place) {
                Some(next) => current = next,
                None => return Some(current),
            }
        }
        Some(REDACTED.to_owned())
    }

    fn one_pass(&self, text: &str, place: Place) -> Option<String> {
        let address = match place {
            Place::Address => address::strip_whole(text, self.addresses),
            Place::Text => address::strip_within(text, self.addresses),
        };
        let secrets = self.secrets.strip(address.as_deref().unwrap_or(text));
        secrets.or(address)
    }
}

/// Where a text stands: the `url` field is an address whatever it looks like.
#[derive(Clone, Copy)]
enum Place {
    Address,
    Text,
}

/// How much of the data may be seen at all.
#[derive(Clone, Copy)]
enum View {
    Whole,
    /// The application and the time, nothing else.
    TimeOnly,
    /// It is not known whether the tab was private: the site stays, the title goes.
    SiteOnly,
}

impl View {
    /// The value instead of `value`, if this view narrows it.
    fn narrowed(self, key: &str, value: &Value) -> Option<Value> {
        match self {
            Self::Whole => None,
            Self::TimeOnly if key == "app" || !holds_text(value) => None,
            Self::TimeOnly => Some("".into()),
            Self::SiteOnly if key == "url" => match value.as_str() {
                Some(url) => address::strip_whole(url, AddressRule::SiteOnly).map(Value::from),
                None if value.is_null() => None,
                None => Some("".into()),
            },
            Self::SiteOnly if holds_text(value) => Some("".into()),
            Self::SiteOnly => None,
        }
    }
}

/// Whether there is anything in `value` that could tell more than a number does.
fn holds_text(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

/// The person's patterns that may apply to a bucket.
#[derive(Clone, Copy)]
struct Patterns<'a> {
    all: &'a [Pattern],
    bucket: &'a BucketId,
}

impl<'a> Patterns<'a> {
    fn on(self, field: &'a str) -> impl Iterator<Item = &'a Pattern> {
        let bucket = self.bucket.as_str();
        self.all.iter().filter(move |pattern| {
            bucket.starts_with(&pattern.bucket_prefix)
                && pattern.field.as_deref().is_none_or(|name| name == field)
        })
    }

    /// What the patterns say of `text`. Drops come first; of the others the first that matches
    /// wins, and a text that is a replacement already is left alone.
    fn look(self, field: &str, text: &str) -> Outcome {
        if let Some(reason) = self.dropping(field, text) {
            return Outcome::Drop(reason);
        }
        if self.is_replacement(field, text) {
            return Outcome::Same;
        }
        let redacting = |pattern: &&Pattern| pattern.action == PatternAction::Redact;
        match self.on(field).filter(redacting).find(|pattern| pattern.matcher.is_match(text)) {
            None => Outcome::Same,
            Some(pattern) => match self.dropping(field, &pattern.replacement) {
                Some(reason) => Outcome::Drop(reason),
                None => Outcome::Changed(pattern.replacement.clone().into()),
            },
        }
    }

    fn dropping(self, field: &str, text: &str) -> Option<DropReason> {
        self.on(field)
            .find(|pattern| pattern.action == PatternAction::Drop && pattern.matcher.is_match(text))
            .map(|pattern| DropReason::Pattern(pattern.index))
    }

    fn is_replacement(self, field: &str, text: &str) -> bool {
        self.on(field).any(|pattern| pattern.action == PatternAction::Redact && pattern.replacement == text)
    }
}

impl Pattern {
    fn compile(index: usize, rule: &PatternRule, problems: &mut Vec<RuleProblem>) -> Self {
        Self {
            index,
            bucket_prefix: rule.bucket_prefix.clone(),
            field: rule.field.clone().filter(|name| !name.is_empty()),
            matcher: Matcher::compile(&format!("patterns[{index}]"), &rule.pattern, problems),
            action: rule.action,
            replacement: rule.replacement.clone().unwrap_or_else(|| REDACTED.to_owned()),
        }
    }
}

impl Matcher {
    fn compile(rule: &str, pattern: &str, problems: &mut Vec<RuleProblem>) -> Self {
        match RegexBuilder::new(pattern).size_limit(MAX_PATTERN_BYTES).build() {
            Ok(regex) => Self::Regex(regex),
            Err(error) => {
                problems.push(RuleProblem { rule: rule.to_owned(), reason: error.to_string() });
                Self::Everywhere
            }
        }
    }

    fn is_match(&self, text: &str) -> bool {
        match self {
            Self::Nowhere => false,
            Self::Everywhere => true,
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

/// Matches an application whose name has the words of one of `names` in a row, whatever their case
/// and what stands between them: `Proton Pass` is `proton-pass`, `ProtonPass.exe` and
/// `me.proton.Pass` alike.
fn applications(rule: &str, names: &[String], problems: &mut Vec<RuleProblem>) -> Matcher {
    let words = |name: &String| {
        let words: Vec<_> = (name.split(|character: char| !character.is_alphanumeric()))
            .filter(|word| !word.is_empty())
            .map(regex::escape)
            .collect();
        words.join(r"[^\pL\pN]*")
    };
    let names: Vec<_> = names.iter().map(words).filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        return Matcher::Nowhere;
    }
    let pattern = format!(r"(?i)(?:^|[^\pL\pN])(?:{})(?:[^\pL\pN]|$)", names.join("|"));
    Matcher::compile(rule, &pattern, problems)
}

#[cfg(test)]
mod tests;
