//! How are category rules written down? ActivityWatch's `classes` setting and the form in queries.

use serde_json::{Map, Value, json};

use super::rule::{Rule, texts};
use super::{Category, CategoryRules};
use crate::pattern::PatternError;

/// The most rules in one list: each may take some milliseconds to compile.
pub(super) const MAX_RULES: usize = 1_000;

/// Why rules could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// They are a list.
    #[error("the rules are not a list")]
    NotAList,
    /// There are more of them than could be compiled in a reasonable time.
    #[error("there are {count} rules; at most {MAX_RULES} are allowed")]
    TooMany {
        /// How many.
        count: usize,
    },
    /// One of them has the wrong shape.
    #[error("rule {number} is wrong: {reason}")]
    Rule {
        /// Which, counted from 1.
        number: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// One of them has a faulty regular expression.
    #[error("rule {number} is wrong: {reason}")]
    Pattern {
        /// Which, counted from 1.
        number: usize,
        /// What is wrong.
        reason: PatternError,
    },
}

impl CategoryRules {
    /// Reads the `classes` setting:
    /// `[{"id": 0, "name": ["Work"], "rule": {…}, "data": {"color": "#0F0", "score": 10}}, …]`.
    ///
    /// A faulty regular expression is no error here but one of [`Self::problems`].
    ///
    /// # Errors
    /// [`RulesError`] when the shape is wrong.
    pub fn from_classes(classes: &Value) -> Result<Self, RulesError> {
        Self::read(classes, |class| {
            let fields = class.as_object().ok_or("a category is an object")?;
            let data = match fields.get("data") {
                None | Some(Value::Null) => Map::new(),
                Some(Value::Object(data)) => data.clone(),
                Some(_) => return Err("'data' is an object"),
            };
            Ok(Category {
                id: fields.get("id").and_then(Value::as_i64),
                name: name(fields.get("name").unwrap_or(&Value::Null))?,
                rule: Rule::from_json(fields.get("rule").unwrap_or(&Value::Null))?,
                data,
            })
        })
    }

    /// Reads the form in queries: `[[["Work", "Programming"], {"type": "regex", …}], …]`.
    ///
    /// A faulty regular expression is no error here but one of [`Self::problems`].
    ///
    /// # Errors
    /// [`RulesError`] when the shape is wrong.
    pub fn from_pairs(pairs: &Value) -> Result<Self, RulesError> {
        Self::read(pairs, |pair| {
            let [path, rule] = pair.as_array().map_or(&[][..], Vec::as_slice) else {
                return Err("it is a pair of a category's name and a rule");
            };
            Ok(Category { id: None, name: name(path)?, rule: Rule::from_json(rule)?, data: Map::new() })
        })
    }

    /// The rules as the `classes` setting; [`Self::from_classes`] reads the same rules from it.
    #[must_use]
    pub fn to_classes(&self) -> Value {
        let class = |category: &Category| {
            let mut class = json!({"name": category.name, "rule": category.rule.to_json()});
            if let Some(id) = category.id {
                class["id"] = id.into();
            }
            if !category.data.is_empty() {
                class["data"] = category.data.clone().into();
            }
            class
        };
        self.categories().iter().map(class).collect()
    }

    /// The rules in the form of queries; [`Self::from_pairs`] reads the same rules from it.
    #[must_use]
    pub fn to_pairs(&self) -> Value {
        self.categories().iter().map(|category| json!([category.name, category.rule.to_json()])).collect()
    }

    fn read(
        list: &Value,
        category: impl Fn(&Value) -> Result<Category, &'static str>,
    ) -> Result<Self, RulesError> {
        let list = rule_list(list)?;
        let numbered =
            |(index, one)| category(one).map_err(|reason| RulesError::Rule { number: index + 1, reason });
        Ok(Self::new(list.iter().enumerate().map(numbered).collect::<Result<_, _>>()?))
    }
}

/// The rules, if they are a list of not too many.
pub(super) fn rule_list(list: &Value) -> Result<&[Value], RulesError> {
    let list = list.as_array().ok_or(RulesError::NotAList)?;
    if list.len() > MAX_RULES {
        return Err(RulesError::TooMany { count: list.len() });
    }
    Ok(list)
}

fn name(path: &Value) -> Result<Vec<String>, &'static str> {
    const SHAPE: &str = "a category's name is a list of strings such as [\"Work\", \"Programming\"]";
    match path {
        Value::Array(path) if !path.is_empty() => texts(path).ok_or(SHAPE),
        // The Python client accepts a bare string for a path of one.
        Value::String(name) if !name.is_empty() => Ok(vec![name.clone()]),
        _ => Err(SHAPE),
    }
}
