//! What belongs to a category? A regular expression over the strings of an event, or nothing.

use serde_json::{Map, Value, json};

use crate::pattern::Case;

/// What an event must say to match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Nothing matches: the category only holds others.
    Nothing,
    /// A regular expression is found in one of the event's strings.
    Regex(RegexRule),
    /// A type of rule attnd does not know; kept, and never matches.
    Unknown(Value),
}

/// A rule of type `regex`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegexRule {
    /// The regular expression.
    pub regex: String,
    /// Whether case matters.
    pub case: Case,
    /// The fields searched; all strings of the event if `None`.
    pub select_keys: Option<Vec<String>>,
}

impl Rule {
    /// Reads `{"type": "regex", "regex": "…", "ignore_case": true, "select_keys": ["title"]}`, or
    /// type `none`, `null` or no rule at all.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub fn from_json(rule: &Value) -> Result<Self, &'static str> {
        let fields = match rule {
            Value::Null => return Ok(Self::Nothing),
            Value::Object(fields) => fields,
            _ => return Err("a rule is an object such as {\"type\": \"regex\", \"regex\": \"…\"}"),
        };
        match fields.get("type") {
            None if fields.contains_key("regex") => RegexRule::from_fields(fields).map(Self::from_regex),
            None | Some(Value::Null) => Ok(Self::Nothing),
            Some(Value::String(kind)) if kind == "none" => Ok(Self::Nothing),
            Some(Value::String(kind)) if kind == "regex" => {
                RegexRule::from_fields(fields).map(Self::from_regex)
            }
            Some(_) => Ok(Self::Unknown(rule.clone())),
        }
    }

    /// The rule as [`Self::from_json`] reads it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::Nothing => json!({"type": "none"}),
            Self::Regex(rule) => rule.to_json(),
            Self::Unknown(rule) => rule.clone(),
        }
    }

    /// An empty expression would be found in everything; people who leave the field empty mean
    /// that nothing belongs here.
    fn from_regex(rule: RegexRule) -> Self {
        if rule.regex.is_empty() { Self::Nothing } else { Self::Regex(rule) }
    }
}

impl RegexRule {
    fn from_fields(fields: &Map<String, Value>) -> Result<Self, &'static str> {
        let regex = match fields.get("regex") {
            Some(Value::String(regex)) => regex.clone(),
            None | Some(Value::Null) => String::new(),
            Some(_) => return Err("'regex' is a string"),
        };
        let case = match fields.get("ignore_case") {
            Some(Value::Bool(true)) => Case::Ignored,
            None | Some(Value::Null | Value::Bool(false)) => Case::Sensitive,
            Some(_) => return Err("'ignore_case' is true or false"),
        };
        let select_keys = match fields.get("select_keys") {
            None | Some(Value::Null) => None,
            Some(Value::Array(keys)) => Some(texts(keys).ok_or("'select_keys' is a list of strings")?),
            Some(_) => return Err("'select_keys' is a list of strings"),
        };
        Ok(Self { regex, case, select_keys })
    }

    /// The rule as JSON, without what has its usual value.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut rule = json!({"type": "regex", "regex": self.regex});
        if self.case == Case::Ignored {
            rule["ignore_case"] = true.into();
        }
        if let Some(keys) = &self.select_keys {
            rule["select_keys"] = keys.clone().into();
        }
        rule
    }
}

/// The strings of a list of nothing else.
pub(super) fn texts(list: &[Value]) -> Option<Vec<String>> {
    list.iter().map(|value| value.as_str().map(str::to_owned)).collect()
}
