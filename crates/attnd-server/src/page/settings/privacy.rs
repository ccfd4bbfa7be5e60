//! What happens when it is changed what is left out, and what is recorded at all? The forms of
//! redaction, consent and pause.

use attnd_core::redact::{
    AddressRule, PatternAction, PatternRule, Redacted, RedactionRules, Redactor, SecretKind,
};
use attnd_core::{BucketId, BucketType, Data, ErrorCode, Problem};
use attnd_engine::{Access, Need, Rule, check_rule};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::post;
use serde_json::json;

use crate::AppState;
use crate::page::change::{Before, Said};
use crate::page::form::Fields;
use crate::page::settings::view::Sample;
use crate::page::settings::{Refused, Shown, category, changed, done, refuse, show};
use crate::page::text::SettingsText;
use crate::page::visitor::Visitor;
use crate::page::{Failed, Guest, today};

const REDACTION: &str = "redaction";
const RECORDING: &str = "recording";

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/settings/redaction", post(save))
        .route("/settings/redaction/add", post(add))
        .route("/settings/redaction/try", post(try_sample))
        .route("/settings/redaction/remove", post(remove))
        .route("/settings/redaction/apply", post(apply))
        .route("/settings/consent/give", post(agree))
        .route("/settings/consent/withdraw", post(withdraw))
        .route("/settings/pause/{stretch}", post(pause))
        .route("/settings/resume", post(resume))
}

async fn save(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    let before = (*state.engine.redaction_rules(access.person())).clone();
    let addresses = match fields.text("addresses") {
        "site_only" => AddressRule::SiteOnly,
        "whole" => AddressRule::Whole,
        _ => AddressRule::WithoutQuery,
    };
    let word = |kind: &SecretKind| serde_json::to_value(kind).ok();
    let ticked = |kind: &SecretKind| {
        word(kind).is_some_and(|word| word.as_str().is_some_and(|word| fields.chose("secrets", word)))
    };
    let rules = RedactionRules {
        addresses,
        secrets: SecretKind::ALL.into_iter().filter(ticked).collect(),
        dropped_applications: fields.lines("dropped"),
        time_only_applications: fields.lines("time_only"),
        ..before.clone()
    };
    keep(&state, visitor, &access, before, rules).await
}

/// Puts rules in force and keeps those before for "Undo".
async fn keep(
    state: &AppState,
    visitor: Visitor,
    access: &Access,
    before: RedactionRules,
    rules: RedactionRules,
) -> Result<Response, Failed> {
    match state.engine.set_redaction_rules(access, rules).await {
        Ok(_) => {
            let before = Some(Before::Redaction(before));
            Ok(changed(state, access, REDACTION, Said::RedactionChanged, before))
        }
        Err(problem) => Err(Failed(visitor, problem)),
    }
}

async fn add(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    match pattern(&fields, SettingsText(visitor.language())) {
        Ok(pattern) => {
            let before = (*state.engine.redaction_rules(access.person())).clone();
            let mut rules = before.clone();
            rules.patterns.push(pattern);
            keep(&state, visitor, &access, before, rules).await
        }
        Err(words) => {
            let refused = Refused { form: "pattern", field: "pattern", words, typed: fields };
            refuse(&state, visitor, &access, refused).await
        }
    }
}

/// The pattern a form holds, if it can be used: one that does not compile would leave everything
/// out, and one that every text has would too.
fn pattern(fields: &Fields, text: SettingsText) -> Result<PatternRule, String> {
    let pattern = fields.filled("pattern").ok_or_else(|| text.pattern_empty())?;
    let rule = PatternRule {
        enabled: true,
        bucket_prefix: String::new(),
        field: fields.filled("field").map(str::to_owned),
        pattern: pattern.to_owned(),
        action: if fields.text("action") == "drop" { PatternAction::Drop } else { PatternAction::Redact },
        replacement: fields.filled("replacement").map(str::to_owned),
    };
    let alone = RedactionRules { patterns: vec![rule.clone()], ..RedactionRules::default() };
    if let Some(problem) = Redactor::compile(&alone).1.first() {
        let reason = problem.reason.lines().last().unwrap_or_default();
        return Err(text.not_a_pattern(reason.trim_start_matches("error: ").trim_end_matches('.')));
    }
    let same = Rule::from_json(&json!({"type": "regex", "regex": pattern}));
    match same.map(|rule| check_rule(&rule)) {
        Ok(Err(attnd_engine::EditError::MatchesEverything)) => Err(text.pattern_drops_all()),
        Ok(Err(error)) => Err(category::fault_of(&error, text).words),
        _ => Ok(rule),
    }
}

/// What the rules in force, with the pattern being written, would keep of a title.
async fn try_sample(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Read)?;
    let text = SettingsText(visitor.language());
    let mut rules = (*state.engine.redaction_rules(access.person())).clone();
    let mut fault = fields.filled("sample").is_none().then(|| ("sample", text.sample_empty()));
    if fields.filled("pattern").is_some() {
        match pattern(&fields, text) {
            Ok(pattern) => rules.patterns.push(pattern),
            Err(words) => fault = Some(("pattern", words)),
        }
    }
    if let Some((field, words)) = fault {
        let refused = Refused { form: "pattern", field, words, typed: fields };
        return refuse(&state, visitor, &access, refused).await;
    }
    let words = kept(&rules, fields.text("sample"), text);
    show(
        &state,
        visitor,
        &access,
        Shown { sample: Some(Sample { words, typed: fields }), ..Shown::default() },
    )
    .await
}

/// What is kept of a window with this title.
fn kept(rules: &RedactionRules, title: &str, text: SettingsText) -> String {
    let (Ok(bucket), (redactor, _)) = (BucketId::parse("sample"), Redactor::compile(rules)) else {
        return text.sample_dropped();
    };
    let data = Data::from([("title", title.into())]);
    match redactor.apply(&bucket, &BucketType(BucketType::WINDOW.to_owned()), &data) {
        Redacted::Drop(_) => text.sample_dropped(),
        Redacted::Keep(kept) if kept == data => text.sample_same(),
        Redacted::Keep(kept) => text.sample_kept(kept.text("title").unwrap_or_default()),
    }
}

async fn remove(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    let before = (*state.engine.redaction_rules(access.person())).clone();
    let mut rules = before.clone();
    // By place and text: a pattern that moved meanwhile is not another one's victim.
    let named = fields.text("which").split_once('/');
    let at = named.and_then(|(at, pattern)| {
        let at = at.parse::<usize>().ok()?;
        (rules.patterns.get(at)?.pattern == pattern).then_some(at)
    });
    let Some(at) = at else {
        let words = SettingsText(visitor.language()).categories_changed();
        return Err(Failed(visitor, Problem::new(ErrorCode::Conflict, words)));
    };
    rules.patterns.remove(at);
    keep(&state, visitor, &access, before, rules).await
}

async fn apply(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    if !fields.ticked("confirmed") {
        let words = SettingsText(visitor.language()).reapply_unconfirmed();
        let refused = Refused { form: "apply", field: "confirmed", words, typed: fields };
        return refuse(&state, visitor, &access, refused).await;
    }
    match state.engine.reapply_redaction(&access).await {
        Ok(report) => {
            let said = Said::Redacted { changed: report.changed, dropped: report.dropped };
            Ok(changed(&state, &access, REDACTION, said, None))
        }
        Err(problem) => Err(Failed(visitor, problem)),
    }
}

async fn agree(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    let (visitor, bucket) = bucket(visitor, &fields)?;
    done(visitor, RECORDING, state.engine.give_consent(&access, &bucket).await)
}

async fn withdraw(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    let (visitor, bucket) = bucket(visitor, &fields)?;
    done(visitor, RECORDING, state.engine.withdraw_consent(&access, &bucket).await)
}

fn bucket(visitor: Visitor, fields: &Fields) -> Result<(Visitor, BucketId), Failed> {
    match BucketId::parse(fields.text("source")) {
        Ok(bucket) => Ok((visitor, bucket)),
        Err(error) => Err(Failed(visitor, Problem::new(ErrorCode::InvalidParameter, error.to_string()))),
    }
}

async fn pause(
    State(state): State<AppState>,
    Path(stretch): Path<String>,
    guest: Guest,
) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    let Some(until) = today::pause_end(&stretch, state.engine.clock().now(), &visitor) else {
        return Err(Failed(visitor, Problem::new(ErrorCode::NotFound, "")));
    };
    done(visitor, RECORDING, state.engine.pause(&access, until).await)
}

async fn resume(State(state): State<AppState>, guest: Guest) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    done(visitor, RECORDING, state.engine.resume(&access).await)
}
