//! What happens when somebody is let in or shut out? The forms of tokens, sessions and extensions.

use askama::Template;
use attnd_core::{BucketId, Duration};
use attnd_engine::Need;
use attnd_engine::access::{NewToken, Scope};
use attnd_engine::pairing::PairingAnswer;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::post;

use crate::AppState;
use crate::page::change::Said;
use crate::page::form::Fields;
use crate::page::settings::{Refused, changed, done, refuse};
use crate::page::shell::Shell;
use crate::page::text::SettingsText;
use crate::page::visitor::Visitor;
use crate::page::{Failed, Guest, written};

const TOKENS: &str = "tokens";
const SESSIONS: &str = "sessions";
const EXTENSIONS: &str = "extensions";
const MAX_NAME_CHARS: usize = 100;
const MAX_DAYS: u32 = 36_500;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/settings/tokens", post(make))
        .route("/settings/tokens/{id}/revoke", post(revoke))
        .route("/settings/sessions/{id}/end", post(end))
        .route("/settings/extensions/{id}/approve", post(approve))
        .route("/settings/extensions/{id}/refuse", post(turn_down))
        .route("/settings/extensions/{id}/forget", post(forget))
}

#[derive(Template)]
#[template(path = "settings_token.html")]
struct TokenPage<'a> {
    shell: Shell<'a>,
    text: SettingsText,
    headline: String,
    secret: &'a str,
}

/// The page that shows a token, this once.
///
/// # Errors
/// As every template, when it cannot be written.
pub(super) fn token_html(visitor: &Visitor, name: &str, secret: &str) -> askama::Result<String> {
    let text = SettingsText(visitor.language());
    let headline = text.token_made(name);
    let shell = Shell {
        visitor,
        title: headline.clone(),
        address: "/settings#tokens".to_owned(),
        place: Some("/settings"),
    };
    TokenPage { shell, text, headline, secret }.render()
}

/// Makes a token. Its secret is in this answer and nowhere else, so it is no redirect: what a
/// redirect led to would have to keep the secret until it is fetched.
async fn make(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    let new = match new_token(&fields, SettingsText(visitor.language())) {
        Ok(new) => new,
        Err((field, words)) => {
            let refused = Refused { form: "token", field, words, typed: fields };
            return refuse(&state, visitor, &access, refused).await;
        }
    };
    match state.engine.create_token(&access, new).await {
        Ok(issued) => {
            let html = token_html(&visitor, &issued.token.name, &issued.secret);
            written(visitor, html)
        }
        Err(problem) => Err(Failed(visitor, problem)),
    }
}

/// The token a form asks for, or the field to mend.
fn new_token(fields: &Fields, text: SettingsText) -> Result<NewToken, (&'static str, String)> {
    let name = fields.filled("name").filter(|name| name.chars().count() <= MAX_NAME_CHARS);
    let name = name.ok_or_else(|| ("name", text.token_no_name()))?.to_owned();
    let scope = match fields.text("scope") {
        "admin" => Scope::Admin,
        "ingest" => {
            let bucket = BucketId::parse(fields.text("bucket").trim());
            Scope::Ingest(bucket.map_err(|_| ("bucket", text.token_no_bucket()))?)
        }
        _ => Scope::ReadSelf,
    };
    let lifetime = match fields.filled("days") {
        None => None,
        Some(days) => {
            let days = days.parse::<u32>().ok().filter(|days| (1..=MAX_DAYS).contains(days));
            Some(Duration::from_s(days.ok_or_else(|| ("days", text.token_bad_days()))? * 86_400))
        }
    };
    Ok(NewToken { name, scopes: vec![scope], origin: None, lifetime })
}

async fn revoke(
    State(state): State<AppState>,
    Path(id): Path<String>,
    guest: Guest,
) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    let tokens = state.engine.tokens(access.person());
    let name = tokens.iter().find(|token| token.id == id).map(|token| token.name.clone()).unwrap_or_default();
    match state.engine.revoke_token(&access, &id).await {
        Ok(()) => Ok(changed(&state, &access, TOKENS, Said::TokenRevoked(name), None)),
        Err(problem) => Err(Failed(visitor, problem)),
    }
}

async fn end(
    State(state): State<AppState>,
    Path(id): Path<String>,
    guest: Guest,
) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    done(visitor, SESSIONS, state.engine.revoke_token(&access, &id).await)
}

async fn approve(
    State(state): State<AppState>,
    Path(id): Path<String>,
    guest: Guest,
) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    done(visitor, EXTENSIONS, state.engine.answer_pairing(&access, &id, PairingAnswer::Approve).await)
}

async fn turn_down(
    State(state): State<AppState>,
    Path(id): Path<String>,
    guest: Guest,
) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    done(visitor, EXTENSIONS, state.engine.answer_pairing(&access, &id, PairingAnswer::Refuse).await)
}

async fn forget(
    State(state): State<AppState>,
    Path(id): Path<String>,
    guest: Guest,
) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    done(visitor, EXTENSIONS, state.engine.forget_pairing(&access, &id).await)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::text::Language;

    #[test]
    fn tokens_are_asked_for_in_bounds() {
        let asked = |pairs: [(&str, &str); 4]| {
            new_token(&Fields::from(pairs), SettingsText(Language::En))
                .map(|token| (token.scopes[0].to_string(), token.lifetime))
                .map_err(|(field, _)| field)
        };
        let days = Some(Duration::from_s(30 * 86_400));
        let (name, scope, bucket) = (("name", "cli"), ("scope", "ingest"), ("bucket", "aw-x_laptop"));
        assert_eq!(asked([name, scope, bucket, ("days", "30")]), Ok(("ingest:aw-x_laptop".to_owned(), days)));
        assert_eq!(
            asked([name, ("scope", "read"), bucket, ("days", "")]),
            Ok(("read:self".to_owned(), None))
        );
        assert_eq!(asked([("name", " "), scope, bucket, ("days", "")]), Err("name"));
        assert_eq!(asked([("name", &"x".repeat(101)), scope, bucket, ("days", "")]), Err("name"));
        assert_eq!(asked([name, scope, ("bucket", ""), ("days", "")]), Err("bucket"));
        for bad in ["0", "x", "36501", "-3"] {
            assert_eq!(asked([name, scope, bucket, ("days", bad)]), Err("days"), "{bad}");
        }
    }
}
