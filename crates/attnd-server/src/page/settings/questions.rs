//! What happens when it is changed when and what attnd may ask? The form of questions.

use attnd_engine::Need;
use attnd_engine::probe::{Asking, MOST_A_DAY, ProbeSettings};
use attnd_engine::understand::Instrument;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use jiff::civil::Time;

use crate::AppState;
use crate::page::change::{Before, Said};
use crate::page::form::Fields;
use crate::page::settings::{Refused, changed, refuse};
use crate::page::text::QuestionText;
use crate::page::{Failed, Guest};

const SECTION: &str = "questions";

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/settings/questions", post(save))
}

async fn save(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    let settings = match asked(&fields, QuestionText(visitor.language())) {
        Ok(settings) => settings,
        Err((field, words)) => {
            let refused = Refused { form: SECTION, field, words, typed: fields };
            return refuse(&state, visitor, &access, refused).await;
        }
    };
    let keep = async {
        let before = state.engine.probe_settings(access.person()).await?;
        state.engine.set_probe_settings(&access, settings).await?;
        Ok(before)
    };
    match keep.await {
        Ok(before) => {
            let before = Some(Before::Questions(before));
            Ok(changed(&state, &access, SECTION, Said::QuestionsChanged, before))
        }
        Err(problem) => Err(Failed(visitor, problem)),
    }
}

/// What the form says; else which field is to be mended, and why.
fn asked(fields: &Fields, text: QuestionText) -> Result<ProbeSettings, (&'static str, String)> {
    let most_a_day: u8 = fields.text("most").trim().parse().unwrap_or_default();
    if !(1..=MOST_A_DAY).contains(&most_a_day) {
        return Err(("most", text.fault_most()));
    }
    let time = |name: &str| fields.text(name).trim().parse::<Time>().ok();
    let Some((from, until)) = time("from").zip(time("until")).filter(|(from, until)| from < until) else {
        return Err(("from", text.fault_hours()));
    };
    let instruments: Vec<Instrument> = Instrument::ALL
        .into_iter()
        .filter(|instrument| fields.chose("instrument", instrument.name()))
        .collect();
    if instruments.is_empty() {
        return Err(("instrument", text.fault_which()));
    }
    let asking = if fields.ticked("asking") { Asking::AtBreakpoints } else { Asking::Off };
    Ok(ProbeSettings { asking, most_a_day, from, until, instruments })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::text::Language;

    fn fault(pairs: &[(&str, &str)]) -> Option<&'static str> {
        let pairs: Vec<(String, String)> =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        asked(&Fields::from(pairs), QuestionText(Language::En)).err().map(|(field, _)| field)
    }

    #[test]
    fn what_makes_no_sense_is_said_at_its_field() {
        let good = [("most", "3"), ("from", "09:00"), ("until", "17:30"), ("instrument", "focus")];
        assert_eq!(fault(&good), None);
        for (at, field, value) in
            [(0, "most", "7"), (0, "most", "0"), (0, "most", "x"), (1, "from", "18:00"), (1, "from", "")]
        {
            let mut bad = good;
            bad[at].1 = value;
            assert_eq!(fault(&bad), Some(field), "{value}");
        }
        assert_eq!(fault(&good[..3]), Some("instrument"));
        assert_eq!(fault(&[]), Some("most"));
    }

    #[test]
    fn a_box_that_is_not_ticked_asks_nothing() {
        let pairs = [("most", "3"), ("from", "09:00"), ("until", "17:30"), ("instrument", "sleepiness")];
        let settings = asked(&Fields::from(pairs), QuestionText(Language::Zh)).unwrap();
        assert_eq!((settings.asking, settings.instruments), (Asking::Off, vec![Instrument::Sleepiness]));
    }
}
