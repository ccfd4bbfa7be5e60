//! How long is each kind of source kept? The rows, and the page that says what would go before it
//! is kept so.

use askama::Template;
use attnd_core::{Bucket, BucketType, Duration, ErrorCode, Problem, TimeRange, Timestamp};
use attnd_engine::{Access, Need};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

use crate::AppState;
use crate::page::change::{Before, Said};
use crate::page::form::Fields;
use crate::page::locale::Locale;
use crate::page::settings::view::{Settings, kind_words};
use crate::page::settings::{Refused, changed, refuse};
use crate::page::shell::Shell;
use crate::page::text::SettingsText;
use crate::page::visitor::Visitor;
use crate::page::{Failed, Guest, written};

const SECTION: &str = "retention";
const MAX_DAYS: u32 = 36_500;

/// A kind of source, and how long it is kept.
pub(super) struct KindRow {
    /// The word in forms.
    pub(super) kind: String,
    /// In words.
    pub(super) name: String,
    /// For how long.
    pub(super) kept: String,
    /// The day of its oldest entry.
    pub(super) oldest: String,
    /// How many entries there are.
    pub(super) entries: String,
}

/// The page before a setting is kept.
pub(super) struct BeforeKeeping<'a> {
    pub(super) visitor: &'a Visitor,
    pub(super) kind: &'a BucketType,
    pub(super) days: Option<u32>,
    /// What is older than that now.
    pub(super) going: Going,
}

/// What would go at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Going {
    /// Entries.
    pub(super) entries: u64,
    /// Those that touch the time before this.
    pub(super) before: Timestamp,
}

#[derive(Template)]
#[template(path = "settings_retention.html")]
struct RetentionPage<'a> {
    shell: Shell<'a>,
    text: SettingsText,
    headline: String,
    consequence: String,
    is_final: bool,
    goes_now: bool,
    kind: &'a str,
    days: String,
}

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/settings/retention", get(look).post(keep))
}

/// Every kind of source there is, or that has a setting.
pub(super) fn rows(settings: &Settings<'_>) -> Vec<KindRow> {
    let text = settings.text();
    let locale = settings.locale();
    let mut kinds: Vec<&BucketType> = settings.buckets.iter().map(|bucket| &bucket.kind).collect();
    kinds.extend(settings.retention.keys());
    kinds.sort();
    kinds.dedup();
    let row = |kind: &BucketType| {
        let of_kind = || settings.buckets.iter().filter(|bucket| bucket.kind == *kind);
        let oldest = of_kind().filter_map(|bucket| bucket.extent).map(|extent| extent.start).min();
        let entries = of_kind().map(|bucket| bucket.event_count).sum::<u64>();
        KindRow {
            kind: kind.as_str().to_owned(),
            name: kind_words(locale, kind),
            kept: settings
                .retention
                .get(kind)
                .map_or_else(|| text.for_ever(), |days| text.days(&locale.count(*days as usize))),
            oldest: oldest.map(|oldest| locale.date(locale.day_of(oldest))).unwrap_or_default(),
            entries: locale.count(usize::try_from(entries).unwrap_or(usize::MAX)),
        }
    };
    kinds.into_iter().map(row).collect()
}

impl BeforeKeeping<'_> {
    /// The page.
    ///
    /// # Errors
    /// As every template, when it cannot be written.
    pub(super) fn html(&self) -> askama::Result<String> {
        let text = SettingsText(self.visitor.language());
        let headline = text.retention_title(&kind_words(&self.visitor.locale, self.kind));
        let page = RetentionPage {
            shell: Shell {
                visitor: self.visitor,
                title: headline.clone(),
                address: "/settings#retention".to_owned(),
                place: Some("/settings"),
            },
            text,
            headline,
            consequence: self.consequence(text, &self.visitor.locale),
            is_final: self.days.is_some(),
            goes_now: self.days.is_some() && self.going.entries > 0,
            kind: self.kind.as_str(),
            days: self.days.map(|days| days.to_string()).unwrap_or_default(),
        };
        page.render()
    }

    fn consequence(&self, text: SettingsText, locale: &Locale) -> String {
        let Some(days) = self.days else { return text.retention_stays() };
        let kept = text.days(&locale.count(days as usize));
        match self.going.entries {
            0 => text.retention_nothing_goes(&kept),
            entries => {
                let entries = locale.count(usize::try_from(entries).unwrap_or(usize::MAX));
                let before = locale.date(locale.day_of(self.going.before));
                text.retention_goes(&entries, &before, &kept)
            }
        }
    }
}

async fn look(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Read)?;
    let (kind, days) = match asked(&fields, SettingsText(visitor.language())) {
        Ok(asked) => asked,
        Err((field, words)) => {
            let refused = Refused { form: "retention", field, words, typed: fields };
            return refuse(&state, visitor, &access, refused).await;
        }
    };
    let going = match going(&state, &access, &kind, days).await {
        Ok(going) => going,
        Err(problem) => return Err(Failed(visitor, problem)),
    };
    let page = BeforeKeeping { visitor: &visitor, kind: &kind, days, going };
    let html = page.html();
    written(visitor, html)
}

async fn keep(State(state): State<AppState>, guest: Guest, fields: Fields) -> Result<Response, Failed> {
    let (visitor, access) = guest.may(&Need::Admin)?;
    let (kind, days) = match asked(&fields, SettingsText(visitor.language())) {
        Ok(asked) => asked,
        Err((field, words)) => {
            let refused = Refused { form: "retention", field, words, typed: fields };
            return refuse(&state, visitor, &access, refused).await;
        }
    };
    let engine = &state.engine;
    let kept = async {
        let before = engine.retention(access.person()).await?.remove(&kind);
        engine.set_retention(&access, kind.clone(), days).await.map(|()| before)
    };
    match kept.await {
        Ok(before) => {
            let before = Before::Retention(kind.clone(), before);
            Ok(changed(&state, &access, SECTION, Said::RetentionChanged(kind, days), Some(before)))
        }
        Err(problem) => Err(Failed(visitor, problem)),
    }
}

/// The kind and the days a form asks for; no days mean for ever.
fn asked(fields: &Fields, text: SettingsText) -> Result<(BucketType, Option<u32>), (&'static str, String)> {
    let kind = fields.filled("kind").ok_or_else(|| ("kind", text.retention_kind()))?;
    let kind = BucketType(kind.to_owned());
    if fields.text("unit") == "ever" {
        return Ok((kind, None));
    }
    let number =
        fields.text("keep").trim().parse::<u32>().ok().filter(|number| (1..=MAX_DAYS).contains(number));
    let number = number.ok_or_else(|| ("keep", text.retention_number()))?;
    let days = if fields.text("unit") == "months" { number.saturating_mul(30) } else { number };
    if days > MAX_DAYS {
        return Err(("keep", text.retention_too_long()));
    }
    Ok((kind, Some(days)))
}

/// What is older than `days` now.
async fn going(
    state: &AppState,
    access: &Access,
    kind: &BucketType,
    days: Option<u32>,
) -> Result<Going, Problem> {
    let engine = &state.engine;
    let now = engine.clock().now();
    let Some(days) = days else { return Ok(Going { entries: 0, before: now }) };
    let kept = Duration::from_s(u32::try_from(u64::from(days) * 86_400).unwrap_or(u32::MAX));
    let before = now.saturating_sub(kept);
    let range = TimeRange::new(Timestamp::MIN, before)
        .map_err(|error| Problem::new(ErrorCode::InvalidTime, error.to_string()))?;
    let mut entries = 0;
    let of_kind = |bucket: &Bucket| bucket.kind == *kind;
    for bucket in engine.buckets(access.person()).await?.into_iter().filter(of_kind) {
        entries += engine.count(access.person(), bucket.id, range).await?;
    }
    Ok(Going { entries, before })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::text::Language;

    fn days(pairs: [(&str, &str); 3]) -> Result<Option<u32>, &'static str> {
        let asked = asked(&Fields::from(pairs), SettingsText(Language::En));
        asked.map(|(_, days)| days).map_err(|(field, _)| field)
    }

    #[test]
    fn days_and_months_are_numbers_in_bounds() {
        let kind = ("kind", "currentwindow");
        assert_eq!(days([kind, ("keep", " 90 "), ("unit", "days")]), Ok(Some(90)));
        assert_eq!(days([kind, ("keep", "12"), ("unit", "months")]), Ok(Some(360)));
        assert_eq!(days([kind, ("keep", ""), ("unit", "ever")]), Ok(None));
        for keep in ["", "0", "-1", "1.5", "ninety", "36501", "99999999999999"] {
            assert_eq!(days([kind, ("keep", keep), ("unit", "days")]), Err("keep"), "{keep}");
        }
        assert_eq!(days([kind, ("keep", "1300"), ("unit", "months")]), Err("keep"));
        assert_eq!(days([("kind", " "), ("keep", "1"), ("unit", "days")]), Err("kind"));
    }
}
