//! What happens when the category rules are changed? The forms of the tree and of one category.

use attnd_core::{ErrorCode, Problem};
use attnd_engine::settings::CLASSES;
use attnd_engine::{Access, CategoryEdit, CategoryRules, Need};
use axum::Router;
use axum::extract::multipart::Multipart;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use crate::AppState;
use crate::page::change::{Before, Said};
use crate::page::form::Fields;
use crate::page::settings::category::{self, CategoryForm, FieldFault, Typed};
use crate::page::settings::{Refused, changed, refuse};
use crate::page::text::SettingsText;
use crate::page::visitor::Visitor;
use crate::page::{Failed, Guest, written};

const SECTION: &str = "categories";

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/settings/category", get(form).post(save))
        .route("/settings/category/try", post(try_rule))
        .route("/settings/category/remove", post(remove))
        .route("/settings/category/earlier", post(earlier))
        .route("/settings/category/later", post(later))
        .route("/settings/category/focus", post(focus))
        .route("/settings/categories.json", get(export))
        .route("/settings/categories/import", post(import))
        .route("/settings/categories/restore", post(restore))
}

async fn form(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Read)?;
    let rules = state.engine.category_rules(access.person());
    let (at, typed) = match fields.filled("which") {
        None => (None, Typed::new_in(fields.text("inside"))),
        Some(which) => match category::find(&rules, which) {
            Some(at) => (Some(at), Typed::of_category(&rules, at, &visitor.locale)),
            None => return Err(Failed(visitor, Problem::new(ErrorCode::NotFound, ""))),
        },
    };
    let form = CategoryForm { visitor: &visitor, rules: &rules, at, typed, fault: None, preview: None };
    let html = form.html();
    written(visitor, html)
}

/// What a category's form asks for.
struct Asked {
    visitor: Visitor,
    access: Access,
    rules: std::sync::Arc<CategoryRules>,
    at: Option<usize>,
    typed: Typed,
}

impl Asked {
    /// Reads the form; the category it names must still be there.
    fn of(state: &AppState, guest: Guest, fields: &Fields) -> Result<Self, Failed> {
        let (visitor, access) = guest.may(&Need::Admin)?;
        let rules = state.engine.category_rules(access.person());
        let at = match fields.filled("which") {
            None => None,
            Some(which) => match category::find(&rules, which) {
                Some(at) => Some(at),
                None => {
                    let words = SettingsText(visitor.language()).categories_changed();
                    return Err(Failed(visitor, Problem::new(ErrorCode::Conflict, words)));
                }
            },
        };
        Ok(Self { visitor, access, rules, at, typed: Typed::of_fields(fields) })
    }

    /// The rules after an edit, kept; or the form again with what is wrong.
    async fn keep(self, state: &AppState, edit: CategoryEdit, said: Said) -> Result<Response, Failed> {
        match self.rules.edited(edit) {
            Ok(rules) => put(state, self.visitor, &self.access, &rules, said).await,
            Err(error) => {
                let fault = category::fault_of(&error, SettingsText(self.visitor.language()));
                self.refused(fault)
            }
        }
    }

    fn refused(self, fault: FieldFault) -> Result<Response, Failed> {
        let form = CategoryForm {
            visitor: &self.visitor,
            rules: &self.rules,
            at: self.at,
            typed: self.typed,
            fault: Some(fault),
            preview: None,
        };
        let html = form.html();
        Ok((StatusCode::UNPROCESSABLE_ENTITY, written(self.visitor, html)?).into_response())
    }

    /// The category named; a form that needs one and names none is not ours.
    fn named(&self) -> Result<(usize, Vec<String>), Failed> {
        let none = || Failed(self.visitor.clone(), Problem::new(ErrorCode::NotFound, ""));
        let at = self.at.ok_or_else(none)?;
        Ok((at, self.rules.categories()[at].name.clone()))
    }
}

async fn save(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let asked = Asked::of(&state, guest, &fields)?;
    let category = match asked.typed.category(&asked.rules, asked.at, &asked.visitor.locale) {
        Ok(category) => category,
        Err(fault) => return asked.refused(fault),
    };
    let path = category.name.clone();
    match asked.at {
        Some(at) => {
            let edit = CategoryEdit::Replace { at, with: category };
            asked.keep(&state, edit, Said::CategoryChanged(path)).await
        }
        None => asked.keep(&state, CategoryEdit::Add(category), Said::CategoryAdded(path)).await,
    }
}

async fn try_rule(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let asked = Asked::of(&state, guest, &fields)?;
    let category = match asked.typed.category(&asked.rules, asked.at, &asked.visitor.locale) {
        Ok(category) => category,
        Err(fault) => return asked.refused(fault),
    };
    if let Err(error) = attnd_engine::check_rule(&category.rule) {
        let fault = category::fault_of(&error, SettingsText(asked.visitor.language()));
        return asked.refused(fault);
    }
    let preview = crate::page::activities::preview(&state, &asked.visitor, &asked.access, category).await;
    let text = SettingsText(asked.visitor.language());
    let preview = match preview {
        Ok(preview) => preview,
        Err(problem) if problem.code == ErrorCode::Conflict => {
            return asked.refused(FieldFault { field: "pattern", words: text.try_elsewhere() });
        }
        Err(problem) if problem.code == ErrorCode::InvalidParameter => {
            return asked.refused(FieldFault { field: "pattern", words: text.pattern_empty() });
        }
        Err(problem) => return Err(Failed(asked.visitor, problem)),
    };
    let form = CategoryForm {
        visitor: &asked.visitor,
        rules: &asked.rules,
        at: asked.at,
        typed: asked.typed,
        fault: None,
        preview: Some(preview),
    };
    let html = form.html();
    written(asked.visitor, html)
}

async fn remove(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let asked = Asked::of(&state, guest, &fields)?;
    let (at, path) = asked.named()?;
    asked.keep(&state, CategoryEdit::Remove { at }, Said::CategoryRemoved(path)).await
}

async fn earlier(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let asked = Asked::of(&state, guest, &fields)?;
    let (at, path) = asked.named()?;
    asked.keep(&state, CategoryEdit::Earlier { at }, Said::CategoryChanged(path)).await
}

async fn later(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let asked = Asked::of(&state, guest, &fields)?;
    let (at, path) = asked.named()?;
    asked.keep(&state, CategoryEdit::Later { at }, Said::CategoryChanged(path)).await
}

/// Turns whether a category counts as focus.
async fn focus(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let asked = Asked::of(&state, guest, &fields)?;
    let (at, path) = asked.named()?;
    let mut category = asked.rules.categories()[at].clone();
    category.data.insert("focus".to_owned(), (!asked.rules.is_focus(&path)).into());
    asked.keep(&state, CategoryEdit::Replace { at, with: category }, Said::CategoryChanged(path)).await
}

/// Makes these the rules, and keeps those before for "Undo".
async fn put(
    state: &AppState,
    visitor: Visitor,
    access: &Access,
    rules: &CategoryRules,
    said: Said,
) -> Result<Response, Failed> {
    replace(state, visitor, access, Some(rules.to_classes()), said).await
}

async fn replace(
    state: &AppState,
    visitor: Visitor,
    access: &Access,
    after: Option<Value>,
    said: Said,
) -> Result<Response, Failed> {
    let engine = &state.engine;
    let kept = async {
        let before = engine.setting(access.person(), CLASSES).await?;
        match &after {
            Some(classes) => engine.put_setting(access, CLASSES, classes.clone()).await?,
            None => engine.delete_setting(access, CLASSES).await?,
        }
        Ok(before)
    };
    match kept.await {
        Ok(before) => Ok(changed(state, access, SECTION, said, Some(Before::Categories { before, after }))),
        Err(problem) => Err(Failed(visitor, problem)),
    }
}

async fn restore(State(state): State<AppState>, guest: Guest) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    replace(&state, visitor, &access, None, Said::CategoriesRestored).await
}

/// The categories as ActivityWatch's settings page saves them.
async fn export(State(state): State<AppState>, guest: Guest) -> Result<Response, Failed> {
    let (_, access) = guest.may(&Need::Read)?;
    let classes = state.engine.category_rules(access.person()).to_classes();
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=attnd-categories.json")),
    ];
    Ok((headers, format!("{:#}\n", json!({"categories": classes}))).into_response())
}

async fn import(State(state): State<AppState>, guest: Guest, request: Request) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    let text = SettingsText(visitor.language());
    let words = match uploaded(request).await {
        None => text.import_no_file(),
        Some(file) => match classes_of(&file, text) {
            Ok(rules) => {
                let said = Said::CategoriesImported(rules.categories().len());
                return put(&state, visitor, &access, &rules, said).await;
            }
            Err(words) => words,
        },
    };
    let refused = Refused { form: "import", field: "file", words, typed: Fields::default() };
    refuse(&state, visitor, &access, refused).await
}

/// The first file of the form with something in it.
async fn uploaded(request: Request) -> Option<axum::body::Bytes> {
    let mut form = Multipart::from_request(request, &()).await.ok()?;
    while let Ok(Some(field)) = form.next_field().await {
        let bytes = field.bytes().await.ok()?;
        if !bytes.is_empty() {
            return Some(bytes);
        }
    }
    None
}

/// The categories in a file: the list itself, or `{"categories": […]}` as ActivityWatch saves it.
fn classes_of(file: &[u8], text: SettingsText) -> Result<CategoryRules, String> {
    let mut value: Value =
        serde_json::from_slice(file).map_err(|_| text.import_not_read(&text.import_not_json()))?;
    if let Some(categories) = value.get_mut("categories") {
        value = categories.take();
    }
    CategoryRules::from_classes(&value).map_err(|error| text.import_not_read(&error.to_string()))
}
