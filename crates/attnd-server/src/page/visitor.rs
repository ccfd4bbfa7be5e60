//! For whom is the page set? Language, appearance and time zone of the browser that asks.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use jiff::tz::TimeZone;

use crate::page::locale::Locale;
use crate::page::text::Language;

/// A browser's wishes: from the address, else its cookies, else what it says of itself.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    /// Language and time zone.
    pub(crate) locale: Locale,
    /// Light or dark.
    pub(crate) theme: Theme,
    /// What the address chose, to be remembered.
    pub(crate) cookies: Vec<HeaderValue>,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// Whatever the operating system says.
    #[default]
    System,
    /// Light, always.
    Light,
    /// Dark, always.
    Dark,
}

impl Theme {
    /// Every choice, in the order the switch shows them.
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word in cookies, addresses and the style sheet.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.code() == code)
    }
}

impl Visitor {
    /// Reads the wishes out of a request's headers and query.
    pub(crate) fn of(headers: &HeaderMap, query: &str) -> Self {
        let chosen_language = value_of(query.split('&'), "lang").and_then(Language::of_tag);
        let chosen_theme = value_of(query.split('&'), "theme").and_then(Theme::of_code);
        let cookies = [
            chosen_language.map(|language| cookie("attnd_lang", language.code())),
            chosen_theme.map(|theme| cookie("attnd_theme", theme.code())),
        ];
        let language = chosen_language
            .or_else(|| cookie_of(headers, "attnd_lang").and_then(Language::of_tag))
            .or_else(|| accepted(headers))
            .unwrap_or(Language::En);
        let theme = chosen_theme.or_else(|| cookie_of(headers, "attnd_theme").and_then(Theme::of_code));
        let zone = cookie_of(headers, "attnd_zone").and_then(zone_named).unwrap_or_else(TimeZone::system);
        Self {
            locale: Locale { language, zone },
            theme: theme.unwrap_or_default(),
            cookies: cookies.into_iter().flatten().collect(),
        }
    }

    /// Their language.
    pub(crate) const fn language(&self) -> Language {
        self.locale.language
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers, parts.uri.query().unwrap_or_default()))
    }
}

fn value_of<'a>(mut pairs: impl Iterator<Item = &'a str>, name: &str) -> Option<&'a str> {
    pairs.find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

fn cookie_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let texts = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    value_of(texts.flat_map(|text| text.split(';')), name)
}

/// A year, for this site alone. Scripts may read it: it holds no secret.
fn cookie(name: &str, value: &'static str) -> HeaderValue {
    HeaderValue::try_from(format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Strict"))
        .expect("invariant: names and values of preferences are ASCII words")
}

/// The zone of that name. A cookie is anybody's text: only names the time zone database could
/// have are looked up.
fn zone_named(name: &str) -> Option<TimeZone> {
    let plausible =
        name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte));
    if plausible { TimeZone::get(name).ok() } else { None }
}

/// The best language we have by `Accept-Language`'s weights; of equal ones the first named.
fn accepted(headers: &HeaderMap) -> Option<Language> {
    let text = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(f32, Language)> = None;
    for item in text.split(',') {
        let (tag, parameters) = item.split_once(';').unwrap_or((item, ""));
        let weight = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.parse::<f32>().ok());
        let (Some(language), Some(weight)) = (Language::of_tag(tag), weight) else { continue };
        if weight > best.map_or(0.0, |(weight, _)| weight) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn the_address_wins_over_the_cookie_over_the_browser() {
        let browser = ("accept-language", "de, zh-CN;q=0.8, en;q=0.7");
        let cookie = ("cookie", "other=1; attnd_lang=en; attnd_theme=dark");
        assert_eq!(Visitor::of(&headers(&[browser]), "").language(), Language::Zh);
        let remembered = Visitor::of(&headers(&[browser, cookie]), "");
        assert_eq!((remembered.language(), remembered.theme), (Language::En, Theme::Dark));
        assert!(remembered.cookies.is_empty());
        let chosen = Visitor::of(&headers(&[browser, cookie]), "by=category&lang=zh&theme=light");
        assert_eq!((chosen.language(), chosen.theme), (Language::Zh, Theme::Light));
        assert_eq!(chosen.cookies.len(), 2);
        assert_eq!(chosen.cookies[0], "attnd_lang=zh; Path=/; Max-Age=31536000; SameSite=Strict");
    }

    #[test]
    fn nonsense_is_passed_over() {
        let visitor = Visitor::of(
            &headers(&[
                ("cookie", "attnd_lang=xx; attnd_theme=pink; attnd_zone=../../etc/passwd"),
                ("accept-language", "*;q=z, fr"),
            ]),
            "lang=&theme",
        );
        assert_eq!((visitor.language(), visitor.theme), (Language::En, Theme::System));
        assert!(visitor.cookies.is_empty());
    }

    #[test]
    fn the_zone_is_the_browsers() {
        let visitor = Visitor::of(&headers(&[("cookie", "attnd_zone=Asia/Shanghai")]), "");
        assert_eq!(visitor.locale.zone.iana_name(), Some("Asia/Shanghai"));
    }
}
