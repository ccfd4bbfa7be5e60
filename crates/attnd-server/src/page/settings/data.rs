//! What happens when data goes for good, and who did what? The form of erasure, and the log.

use askama::Template;
use attnd_core::record::AuditLine;
use attnd_core::{TimeRange, Timestamp};
use attnd_engine::Need;
use attnd_engine::erase::Erasure;
use attnd_engine::flow::local_day;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use jiff::civil::Date;

use crate::AppState;
use crate::page::change::Said;
use crate::page::form::Fields;
use crate::page::locale::Locale;
use crate::page::settings::{Refused, changed, refuse};
use crate::page::shell::Shell;
use crate::page::text::SettingsText;
use crate::page::visitor::Visitor;
use crate::page::{Failed, Guest, written};

const SECTION: &str = "data";
/// Lines of the log on its page.
const LINES: usize = 50;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/settings/erase", post(erase)).route("/settings/log", get(log))
}

#[derive(Template)]
#[template(path = "settings_log.html")]
struct LogPage<'a> {
    shell: Shell<'a>,
    text: SettingsText,
    rows: Vec<LogRow>,
}

struct LogRow {
    ago: String,
    exact: String,
    machine: String,
    who: String,
    what: String,
    subject: String,
}

#[derive(Template)]
#[template(path = "settings_erased.html")]
struct ErasedPage<'a> {
    shell: Shell<'a>,
    text: SettingsText,
    why: String,
}

/// The page of the log's last lines, newest first.
///
/// # Errors
/// As every template, when it cannot be written.
pub(super) fn log_html(visitor: &Visitor, now: Timestamp, lines: &[AuditLine]) -> askama::Result<String> {
    let text = SettingsText(visitor.language());
    let row = |line: &AuditLine| LogRow {
        ago: visitor.locale.ago(line.at, now),
        exact: visitor.locale.moment(line.at),
        machine: line.at.to_string(),
        who: actor_words(text, &line.actor),
        what: line.action.clone(),
        subject: line.subject.clone(),
    };
    let shell =
        Shell { visitor, title: text.audit(), address: "/settings/log".to_owned(), place: Some("/settings") };
    LogPage { shell, text, rows: lines.iter().rev().take(LINES).map(row).collect() }.render()
}

/// The page after everything was erased; what it would lead to asks to sign in.
///
/// # Errors
/// As every template, when it cannot be written.
pub(super) fn erased_html(visitor: &Visitor, events: u64) -> askama::Result<String> {
    let text = SettingsText(visitor.language());
    let why = text.erased_why(&visitor.locale.count(usize::try_from(events).unwrap_or(usize::MAX)));
    let shell = Shell { visitor, title: text.erased_title(), address: String::new(), place: None };
    ErasedPage { shell, text, why }.render()
}

fn actor_words(text: SettingsText, actor: &str) -> String {
    match actor.split_once(' ') {
        Some(("token", id)) => text.actor_token(id),
        Some(("pairing", id)) => text.actor_pairing(id),
        _ if actor == "session" => text.actor_session(),
        _ if actor == "local process" => text.actor_local(),
        _ if actor == "attnd" => text.actor_daemon(),
        _ => actor.to_owned(),
    }
}

async fn log(State(state): State<AppState>, guest: Guest) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Read)?;
    match state.engine.audit(access.person(), 0).await {
        Ok(lines) => {
            let html = log_html(&visitor, state.engine.clock().now(), &lines);
            written(visitor, html)
        }
        Err(problem) => Err(Failed(visitor, problem)),
    }
}

async fn erase(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    let erasure = match asked(&fields, &visitor.locale) {
        Ok(erasure) => erasure,
        Err((field, words)) => {
            let refused = Refused { form: "erase", field, words, typed: fields };
            return refuse(&state, visitor, &access, refused).await;
        }
    };
    let everything = erasure == Erasure::Everything;
    match state.engine.erase(&access, erasure).await {
        Ok(report) if everything => {
            let html = erased_html(&visitor, report.events);
            written(visitor, html)
        }
        Ok(report) => Ok(changed(&state, &access, SECTION, Said::Erased { events: report.events }, None)),
        Err(problem) => Err(Failed(visitor, problem)),
    }
}

/// What to erase, if the word was written that says it is meant.
fn asked(fields: &Fields, locale: &Locale) -> Result<Erasure, (&'static str, String)> {
    let text = SettingsText(locale.language);
    let word = text.erase_word();
    let everything = fields.text("what") == "everything";
    let erasure = if everything {
        Erasure::Everything
    } else {
        let day = |name: &str| fields.text(name).trim().parse::<Date>().ok();
        let range = day("from").zip(day("to")).and_then(|(from, to)| days(from, to, locale));
        Erasure::Events { buckets: None, range: range.ok_or_else(|| ("from", text.erase_no_days()))? }
    };
    if fields.text("word").trim().to_lowercase() != word {
        return Err(("word", text.erase_no_word(&word)));
    }
    Ok(erasure)
}

/// From the first moment of `from` to the last of `to`.
fn days(from: Date, to: Date, locale: &Locale) -> Option<TimeRange> {
    let (first, last) = (local_day(from, &locale.zone).ok()?, local_day(to, &locale.zone).ok()?);
    if from > to { None } else { TimeRange::new(first.start(), last.end()).ok() }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::page::text::Language;

    #[test]
    fn nothing_is_erased_by_mistake() {
        let locale = Locale { language: Language::En, zone: TimeZone::UTC };
        let asked =
            |pairs: [(&str, &str); 4]| asked(&Fields::from(pairs), &locale).map_err(|(field, _)| field);
        let (from, to) = (("from", "2024-01-01"), ("to", "2024-01-02"));
        let days = TimeRange::parse("2024-01-01T00:00:00Z/2024-01-03T00:00:00Z").unwrap();
        let period = ("what", "period");
        assert_eq!(
            asked([period, from, to, ("word", " Erase ")]),
            Ok(Erasure::Events { buckets: None, range: days })
        );
        assert_eq!(asked([("what", "everything"), from, to, ("word", "erase")]), Ok(Erasure::Everything));
        assert_eq!(asked([period, from, to, ("word", "")]), Err("word"));
        assert_eq!(asked([("what", "everything"), from, to, ("word", "yes")]), Err("word"));
        assert_eq!(asked([period, ("from", "2024-01-03"), to, ("word", "erase")]), Err("from"));
        assert_eq!(asked([period, ("from", ""), to, ("word", "erase")]), Err("from"));
        assert_eq!(asked([("what", ""), ("from", ""), ("to", ""), ("word", "erase")]), Err("from"));
    }
}
