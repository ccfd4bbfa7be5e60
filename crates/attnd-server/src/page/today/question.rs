//! What does attnd ask just now, and how is it answered? The quiet strip at the top of Today, and the
//! addresses of its forms.

use attnd_core::{ErrorCode, Problem};
use attnd_engine::Need;
use attnd_engine::probe::{Probe, Snooze};
use attnd_engine::understand::Instrument;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::post;

use crate::AppState;
use crate::page::change::{Before, Change, Said};
use crate::page::estimate::levels;
use crate::page::form::Fields;
use crate::page::locale::Locale;
use crate::page::text::QuestionText;
use crate::page::{Failed, Guest, back_to};

/// The question, in the words its template writes down.
pub(super) struct Question {
    pub(super) id: String,
    pub(super) words: String,
    /// Answers of one number: the number and its word.
    pub(super) levels: Vec<(String, String)>,
    /// Scales from 0 to 100: a name, and what its ends mean.
    pub(super) scales: Vec<TlxScale>,
    pub(super) goes_by: String,
}

/// One of the six scales of NASA-TLX.
pub(super) struct TlxScale {
    pub(super) name: String,
    pub(super) low: String,
    pub(super) high: String,
}

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/today/questions/{id}/answer", post(answer))
        .route("/today/questions/{id}/later/{snooze}", post(later))
        .route("/today/questions/{id}/dismiss", post(dismiss))
        .route("/today/questions/ask/{instrument}", post(ask))
}

/// A probe in words.
pub(super) fn question(locale: &Locale, probe: &Probe) -> Question {
    let text = QuestionText(locale.language);
    let (from, to) = (locale.clock(probe.about.start()), locale.clock(probe.about.end()));
    Question {
        id: probe.id.clone(),
        words: match probe.instrument {
            Instrument::Focus => text.ask_focus(&from, &to),
            Instrument::MentalLoad => text.ask_load(&from, &to),
            Instrument::RawTlx => text.ask_tlx(&from, &to),
            Instrument::Sleepiness => text.ask_sleepiness(),
        },
        levels: levels(locale, probe.instrument)
            .into_iter()
            .map(|(value, word)| (value.to_string(), word))
            .collect(),
        scales: if probe.instrument == Instrument::RawTlx { scales(text) } else { Vec::new() },
        goes_by: text.goes_by(&locale.clock(probe.expires)),
    }
}

/// In the order of the published form (Hart and Staveland 1988, doi 10.1016/S0166-4115(08)62386-9).
fn scales(text: QuestionText) -> Vec<TlxScale> {
    let plain = |name: String| TlxScale { name, low: text.tlx_low(), high: text.tlx_high() };
    vec![
        plain(text.tlx_mental()),
        plain(text.tlx_physical()),
        plain(text.tlx_temporal()),
        TlxScale { name: text.tlx_performance(), low: text.tlx_good(), high: text.tlx_poor() },
        plain(text.tlx_effort()),
        plain(text.tlx_frustration()),
    ]
}

async fn answer(
    State(state): State<AppState>,
    Path(id): Path<String>,
    guest: Guest,
    fields: Fields,
) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    let values: Result<Vec<i32>, _> =
        fields.all("value").iter().map(|value| value.trim().parse::<i32>()).collect();
    let Ok(values) = values else {
        let detail = "'value' is a whole number, six of them for NASA-TLX";
        return Err(Failed(visitor, Problem::new(ErrorCode::InvalidParameter, detail)));
    };
    match state.engine.answer_probe(&access, &id, values, &visitor.locale.zone).await {
        Ok(answer) => {
            let said = Said::Answered(answer.instrument, answer.values);
            Ok(told(&state, &access, said, Some(Before::Answer)))
        }
        Err(problem) => Err(Failed(visitor, problem)),
    }
}

async fn later(
    State(state): State<AppState>,
    Path((id, snooze)): Path<(String, String)>,
    guest: Guest,
) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    let snooze = match snooze.as_str() {
        "15" => Snooze::Quarter,
        "60" => Snooze::Hour,
        "today" => Snooze::Today,
        _ => return Err(Failed(visitor, Problem::new(ErrorCode::NotFound, ""))),
    };
    match state.engine.snooze_probe(&access, &id, snooze, &visitor.locale.zone).await {
        Ok(until) => {
            let said = if snooze == Snooze::Today { Said::QuietToday } else { Said::Snoozed(until) };
            Ok(told(&state, &access, said, None))
        }
        Err(problem) => Err(Failed(visitor, problem)),
    }
}

async fn dismiss(
    State(state): State<AppState>,
    Path(id): Path<String>,
    guest: Guest,
) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    match state.engine.dismiss_probe(&access, &id).await {
        Ok(()) => Ok(told(&state, &access, Said::Dismissed, None)),
        Err(problem) => Err(Failed(visitor, problem)),
    }
}

/// The person wants to be asked.
async fn ask(
    State(state): State<AppState>,
    Path(instrument): Path<String>,
    guest: Guest,
) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    let Some(instrument) = Instrument::ALL.into_iter().find(|known| known.name() == instrument) else {
        return Err(Failed(visitor, Problem::new(ErrorCode::NotFound, "")));
    };
    match state.engine.ask_me(&access, instrument).await {
        Ok(_) => Ok(back_to("/today#question")),
        Err(problem) => Err(Failed(visitor, problem)),
    }
}

fn told(state: &AppState, access: &attnd_engine::Access, said: Said, before: Option<Before>) -> Response {
    let page = "/today".to_owned();
    let change = Change { id: String::new(), said, before, page, section: "question" };
    back_to(&state.site.changes.keep(access.person(), change))
}
