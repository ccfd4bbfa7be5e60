//! Which redactions does a person want? The rules as they are kept, with their defaults.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::SecretKind;

/// What is removed before storage. JSON; every field has a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RedactionRules {
    /// What is kept of addresses. `user:password@` never is.
    pub addresses: AddressRule,
    /// Which secrets are looked for in every text.
    pub secrets: BTreeSet<SecretKind>,
    /// Applications of which nothing is kept. A name matches where its words occur in a row:
    /// `Proton Pass` is also `proton-pass` and `me.proton.Pass`.
    pub dropped_applications: Vec<String>,
    /// Applications of which only the time is kept: every text beside the name becomes empty.
    pub time_only_applications: Vec<String>,
    /// The person's own patterns.
    pub patterns: Vec<PatternRule>,
}

/// What is kept of an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressRule {
    /// All but the query and the fragment.
    #[default]
    WithoutQuery,
    /// Scheme, host and port.
    SiteOnly,
    /// All of it.
    Whole,
}

/// A pattern of the person's own, in the shape of ActivityWatch's `privacy_filters`.
///
/// The pattern is a regular expression without look-around, searched in each text of the field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatternRule {
    /// Whether it is in force.
    #[serde(default = "in_force")]
    pub enabled: bool,
    /// Only buckets whose id begins so; empty means all.
    #[serde(default)]
    pub bucket_prefix: String,
    /// Only this field, and what is nested in it; `None` means every field.
    #[serde(default)]
    pub field: Option<String>,
    /// What to look for.
    pub pattern: String,
    /// What to do where it is found.
    pub action: PatternAction,
    /// What the whole text becomes; [`super::REDACTED`] if not given.
    #[serde(default)]
    pub replacement: Option<String>,
}

/// What a pattern does where it is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PatternAction {
    /// Nothing of the event is kept.
    Drop,
    /// The text it is found in is replaced whole.
    Redact,
}

/// A rule that could not be understood. It fails closed: it now removes everything it was meant
/// to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleProblem {
    /// Which rule: `patterns[3]`.
    pub rule: String,
    /// Why.
    pub reason: String,
}

/// Applications that exist to hold secrets.
const PASSWORD_MANAGERS: [&str; 24] = [
    "1Password",
    "Bitwarden",
    "Buttercup",
    "Dashlane",
    "Enpass",
    "gopass",
    "KeePass",
    "KeePass2",
    "KeePassDX",
    "KeePassX",
    "KeePassXC",
    "Keeper Password Manager",
    "Keychain Access",
    "KWalletManager",
    "KWalletManager5",
    "LastPass",
    "NordPass",
    "org.gnome.World.Secrets",
    "Passwords",
    "pass",
    "Proton Pass",
    "QtPass",
    "RoboForm",
    "seahorse",
];

const fn in_force() -> bool {
    true
}

impl Default for RedactionRules {
    fn default() -> Self {
        Self {
            addresses: AddressRule::default(),
            secrets: SecretKind::ALL.into_iter().collect(),
            dropped_applications: PASSWORD_MANAGERS.map(str::to_owned).to_vec(),
            time_only_applications: Vec::new(),
            patterns: Vec::new(),
        }
    }
}

impl RedactionRules {
    /// Adds the rules of ActivityWatch's setting `privacy_filters`, an array of objects.
    ///
    /// What is missing or of the wrong type fails closed: an unknown action drops, a pattern that is
    /// no text matches everything. `null` adds nothing; an entry that is no object is a rule for
    /// everything.
    pub fn add_activitywatch_filters(&mut self, filters: &Value) -> Vec<RuleProblem> {
        let mut problems = Vec::new();
        let first = self.patterns.len();
        match filters {
            Value::Null => {}
            Value::Array(filters) => {
                for filter in filters {
                    self.patterns.push(PatternRule::from_activitywatch(filter));
                }
            }
            other => self.patterns.push(PatternRule::from_activitywatch(other)),
        }
        for (index, rule) in self.patterns.iter().enumerate().skip(first) {
            if rule.pattern == NO_PATTERN {
                let reason = "the privacy filter has no pattern".to_owned();
                problems.push(RuleProblem { rule: format!("patterns[{index}]"), reason });
            }
        }
        problems
    }
}

/// Stands for a pattern that is missing: finds something in every text.
const NO_PATTERN: &str = "";

impl PatternRule {
    fn from_activitywatch(filter: &Value) -> Self {
        let text = |key: &str| filter.get(key).and_then(Value::as_str);
        Self {
            enabled: filter.get("enabled").and_then(Value::as_bool).unwrap_or(true),
            bucket_prefix: text("bucket_prefix").unwrap_or_default().to_owned(),
            field: text("field").filter(|field| !field.is_empty()).map(str::to_owned),
            pattern: text("pattern").unwrap_or(NO_PATTERN).to_owned(),
            action: match text("action") {
                Some("redact") => PatternAction::Redact,
                _ => PatternAction::Drop,
            },
            replacement: text("replacement").map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_empty_document_is_the_default_and_unknown_fields_are_refused() {
        assert_eq!(serde_json::from_str::<RedactionRules>("{}").unwrap(), RedactionRules::default());
        assert!(serde_json::from_str::<RedactionRules>(r#"{"adresses":"whole"}"#).is_err());
        assert!(serde_json::from_str::<RedactionRules>(r#"{"addresses":"hole"}"#).is_err());
    }

    #[test]
    fn rules_survive_being_stored() {
        let mut rules = RedactionRules { addresses: AddressRule::SiteOnly, ..RedactionRules::default() };
        rules.time_only_applications.push("Signal".to_owned());
        let pattern = json!([{"enabled": false, "bucket_prefix": "aw-watcher-web", "field": "title",
            "pattern": "(?i)bank", "action": "redact", "replacement": "private"}]);
        assert!(rules.add_activitywatch_filters(&pattern).is_empty());
        let text = serde_json::to_string(&rules).unwrap();
        assert_eq!(serde_json::from_str::<RedactionRules>(&text).unwrap(), rules);
    }

    #[test]
    fn filters_that_make_no_sense_fail_closed() {
        let mut rules = RedactionRules::default();
        let problems = rules.add_activitywatch_filters(&json!([{"action": "hide", "field": "title"}, 7]));
        assert_eq!(problems.len(), 2);
        assert_eq!(rules.patterns[0].action, PatternAction::Drop);
        assert_eq!(rules.patterns[0].field.as_deref(), Some("title"));
        assert!(rules.patterns[1].enabled && rules.patterns[1].field.is_none());
        assert!(RedactionRules::default().add_activitywatch_filters(&Value::Null).is_empty());
    }
}
