//! What belongs together? The category rules, shared with ActivityWatch's pages.

use attnd_engine::settings::CLASSES;
use axum::extract::State;
use serde_json::Value;

use crate::AppState;
use crate::answer::Failure;
use crate::guard::{Caller, Json};
use crate::wire::category::{CategoriesAnswer, CategoryBody, CategoryProblem};
use crate::wire::reply::Reply;
use attnd_core::{ErrorCode, PersonId, Problem};

/// The category rules in force, and those that do not compile.
#[utoipa::path(get, path = "/api/v1/categories", tag = "flow", operation_id = "categories",
    responses((status = 200, description = "The rules", body = CategoriesAnswer)))]
pub(crate) async fn list(State(state): State<AppState>, Caller(access): Caller) -> Reply<CategoriesAnswer> {
    Reply(in_force(&state, access.person()))
}

/// Replaces the category rules. They are the setting `classes` of ActivityWatch's pages. A rule
/// that does not compile is kept and matches nothing.
#[utoipa::path(put, path = "/api/v1/categories", tag = "flow", operation_id = "set_categories",
    request_body = Vec<CategoryBody>,
    responses((status = 200, description = "The rules now in force", body = CategoriesAnswer)))]
pub(crate) async fn set(
    State(state): State<AppState>,
    Caller(access): Caller,
    Json(categories): Json<Vec<CategoryBody>>,
) -> Result<Reply<CategoriesAnswer>, Failure> {
    for category in &categories {
        category.check()?;
    }
    let value = serde_json::to_value(&categories)
        .map_err(|error| Problem::new(ErrorCode::InvalidBody, error.to_string()))?;
    state.engine.put_setting(&access, CLASSES, value).await?;
    Ok(Reply(in_force(&state, access.person())))
}

fn in_force(state: &AppState, person: PersonId) -> CategoriesAnswer {
    let rules = state.engine.category_rules(person);
    let categories = match rules.to_classes() {
        Value::Array(categories) => categories,
        _ => Vec::new(),
    };
    let problems = rules
        .problems()
        .iter()
        .map(|problem| CategoryProblem {
            category: problem.category.clone(),
            reason: problem.reason.to_string(),
        })
        .collect();
    CategoriesAnswer { categories, problems }
}
