//! Activities: what did the time go to? The addresses of the page, and of the step in which a
//! category is assigned by an example.

mod asked;
mod assign;
mod explain;
mod preview;
mod view;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use attnd_core::{Duration, ErrorCode, Problem, TimeRange};
use attnd_engine::activity::ActivityFilter;
use attnd_engine::rules::{RulePreview, RuleProposal, RuleSuggestion};
use attnd_engine::{Access, Category, CategoryRules, Need};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::AppState;
use crate::page::change::{Before, Change, Said};
use crate::page::form::Fields;
use crate::page::text::ActivitiesText;
use crate::page::visitor::Visitor;
use crate::page::{Failed, Guest, back_to, written};
use asked::{Asked, Within};
use assign::{AskedRule, Assign, ask_address};
pub(crate) use preview::Preview;
use view::View;

/// What a rule is tried on.
const TRIED_ON: Duration = Duration::from_s(30 * 86_400);
/// Suggestions on the page.
const SUGGESTIONS: usize = 5;

/// The page's addresses. Only applying a rule changes anything.
pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/activities", get(present)).route("/activities/assign", get(look).post(apply))
}

async fn present(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Read)?;
    let engine = &state.engine;
    let today = visitor.locale.day_of(engine.clock().now());
    let (asked, bad_days) = Asked::of(&fields, today);
    let person = access.person();
    let read = async {
        let range = asked.range(&visitor.locale.zone)?;
        let activities = engine.activities(person, range, &filter(&asked.within)).await?;
        let ask = asked.within.is_all() && view::is_worth_asking(&activities);
        let suggestions: Vec<RuleSuggestion> =
            if ask { engine.suggest_rules(person, range).await? } else { Vec::new() };
        Ok((activities, suggestions))
    };
    let (activities, suggestions) = match read.await {
        Ok(read) => read,
        Err(problem) => return Err(Failed(visitor, problem)),
    };
    let change = state.site.changes.find(person, fields.text("done"));
    let view = View {
        visitor: &visitor,
        today,
        asked: &asked,
        bad_days,
        activities: &activities,
        suggestions: &suggestions[..suggestions.len().min(SUGGESTIONS)],
        rules: &engine.category_rules(person),
        change: change.as_deref(),
    };
    let html = view.html();
    let response = written(visitor, html)?;
    Ok(if bad_days.is_some() {
        (StatusCode::UNPROCESSABLE_ENTITY, response).into_response()
    } else {
        response
    })
}

fn filter(within: &Within) -> ActivityFilter {
    ActivityFilter {
        category: (!within.category.is_empty()).then(|| within.category.clone()),
        application: within.application.clone(),
        site: within.site.clone(),
        search: within.search.clone(),
    }
}

async fn look(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Read)?;
    let rules = state.engine.category_rules(access.person());
    let text = ActivitiesText(visitor.language());
    let asked = AskedRule::of(&fields);
    if asked.pattern.is_none() {
        // The rule follows from the example alone; the category is still to be chosen.
        let category = vec![text.new_name()];
        return match state.engine.propose_rule(access.person(), &asked.example, category) {
            Ok(proposal) => shown(&visitor, &rules, &asked.proposed(&proposal.rule), None, None),
            Err(_) => Err(Failed(visitor, Problem::new(ErrorCode::NotFound, ""))),
        };
    }
    match tried(&state, &access, &rules, &asked, text).await {
        Ok((_, preview)) => {
            let preview = Preview::of(&preview, &rules, &visitor.locale);
            shown(&visitor, &rules, &asked, None, Some(preview))
        }
        Err(Refusal::Field(field, words)) => shown(&visitor, &rules, &asked, Some((field, words)), None),
        Err(Refusal::Problem(problem)) => Err(Failed(visitor, problem)),
    }
}

async fn apply(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    let rules = state.engine.category_rules(access.person());
    let text = ActivitiesText(visitor.language());
    let asked = AskedRule::of(&fields);
    let applied = async {
        let (proposal, preview) = tried(&state, &access, &rules, &asked, text).await?;
        state.engine.apply_rule(&access, &proposal).await.map_err(|problem| refusal(problem, text))?;
        Ok((proposal, preview))
    };
    match applied.await {
        Ok((proposal, preview)) => {
            let change = Change {
                id: String::new(),
                said: Said::Assigned { category: proposal.category, moved: preview.moved },
                before: Some(Before::Rule),
                page: asked.back.clone(),
                section: "done",
            };
            Ok(back_to(&state.site.changes.keep(access.person(), change)))
        }
        Err(Refusal::Field(field, words)) => shown(&visitor, &rules, &asked, Some((field, words)), None),
        Err(Refusal::Problem(problem)) => Err(Failed(visitor, problem)),
    }
}

/// Why a rule is not tried or applied.
enum Refusal {
    /// A field is to be mended.
    Field(&'static str, String),
    /// Something else is wrong.
    Problem(Problem),
}

/// The rule that is asked for, and what it would change.
async fn tried(
    state: &AppState,
    access: &Access,
    rules: &CategoryRules,
    asked: &AskedRule,
    text: ActivitiesText,
) -> Result<(RuleProposal, RulePreview), Refusal> {
    let field = |(field, words)| Refusal::Field(field, words);
    let category = asked.path(rules, text).map_err(field)?;
    let proposal = RuleProposal { category, rule: asked.rule(text).map_err(field)? };
    match preview_of(state, access, &proposal).await {
        Ok(preview) => Ok((proposal, preview)),
        Err(problem) => Err(refusal(problem, text)),
    }
}

/// Which field a problem is about, if it is about one.
fn refusal(problem: Problem, text: ActivitiesText) -> Refusal {
    match problem.code {
        ErrorCode::CategoryRefused => Refusal::Field("belongs", text.choose_first()),
        ErrorCode::RuleRefused => {
            let info = problem.code.info();
            let words = [info.message, info.todo].map(|words| text.0.words(words));
            Refusal::Field("pattern", words.join(" "))
        }
        _ => Refusal::Problem(problem),
    }
}

async fn preview_of(
    state: &AppState,
    access: &Access,
    proposal: &RuleProposal,
) -> Result<RulePreview, Problem> {
    let now = state.engine.clock().now();
    let range = TimeRange::from(now.saturating_sub(TRIED_ON), TRIED_ON);
    state.engine.preview_rule(access.person(), range, proposal).await
}

/// What a category's rule is found in, as more that belongs to it.
///
/// # Errors
/// Those of the engine.
pub(crate) async fn preview(
    state: &AppState,
    visitor: &Visitor,
    access: &Access,
    category: Category,
) -> Result<Preview, Problem> {
    let rules = state.engine.category_rules(access.person());
    let proposal = RuleProposal { category: category.name, rule: category.rule };
    let preview = preview_of(state, access, &proposal).await?;
    Ok(Preview::of(&preview, &rules, &visitor.locale))
}

/// The page of the example; with something to mend its status says that nothing was changed.
fn shown(
    visitor: &Visitor,
    rules: &Arc<CategoryRules>,
    asked: &AskedRule,
    fault: Option<(&'static str, String)>,
    preview: Option<Preview>,
) -> Result<Response, Failed> {
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let html = Assign { visitor, rules, asked, fault, preview }.html();
    Ok((status, written(visitor.clone(), html)?).into_response())
}
