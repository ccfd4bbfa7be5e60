//! How do category rules travel? In the shape of ActivityWatch's setting `classes`.

use attnd_core::{ErrorCode, Problem};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::wire::scalar::number;

/// A category and what belongs to it.
#[derive(Deserialize, Serialize, ToSchema)]
#[schema(as = Category)]
pub(crate) struct CategoryBody {
    /// What pages tell it apart by.
    #[serde(default, deserialize_with = "number", skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    /// Path, outermost first: `["Work", "Programming"]`.
    #[schema(min_items = 1)]
    name: Vec<String>,
    /// What belongs to it; nothing by itself if not given.
    #[serde(default)]
    rule: Option<RuleBody>,
    /// Colour, score and whatever else pages keep with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    data: Option<Map<String, Value>>,
    /// Whatever else pages keep with it.
    #[serde(flatten)]
    #[schema(ignore)]
    rest: Map<String, Value>,
}

/// What belongs to a category.
#[derive(Deserialize, Serialize, ToSchema)]
#[schema(as = CategoryRule)]
pub(crate) struct RuleBody {
    /// `regex`, or `none` for nothing by itself.
    #[serde(rename = "type", default)]
    kind: Option<String>,
    /// A regular expression, searched in every text of an event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    regex: Option<String>,
    /// Whether capitals do not matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ignore_case: Option<bool>,
    /// Only these fields of an event are searched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    select_keys: Option<Vec<String>>,
    /// Whatever else pages keep with it.
    #[serde(flatten)]
    #[schema(ignore)]
    rest: Map<String, Value>,
}

/// The rules in force.
#[derive(Serialize, ToSchema)]
#[schema(as = Categories)]
pub(crate) struct CategoriesAnswer {
    /// The categories.
    #[schema(value_type = Vec<CategoryBody>)]
    pub(crate) categories: Vec<Value>,
    /// Rules that never match, and why.
    pub(crate) problems: Vec<CategoryProblem>,
}

/// Why a rule never matches.
#[derive(Serialize, ToSchema)]
pub(crate) struct CategoryProblem {
    /// The category it belongs to.
    pub(crate) category: Vec<String>,
    /// What is wrong with its regular expression.
    pub(crate) reason: String,
}

impl CategoryBody {
    /// Refuses what has no name.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidBody`].
    pub(crate) fn check(&self) -> Result<(), Problem> {
        if self.name.is_empty() {
            return Err(Problem::new(
                ErrorCode::InvalidBody,
                "a category's 'name' is a path of at least one word",
            ));
        }
        Ok(())
    }
}
