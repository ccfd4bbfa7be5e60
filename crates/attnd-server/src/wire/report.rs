//! What can be asked of a report, and how is it sent?

use attnd_core::{ErrorCode, Problem, TimeRange, Timestamp};
use attnd_engine::flow::{local_day, local_month, local_week};
use axum::http::{HeaderName, header};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::page::text::Language;
use crate::report::{Names, Period};
use crate::wire::param::zone;

/// Which report, of what, for whom.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportParams {
    /// How much of the calendar.
    #[param(inline)]
    period: PeriodName,
    /// A day of it; today if not given.
    #[param(format = Date)]
    date: Option<String>,
    /// The IANA time zone of its days; the daemon's own if not given.
    #[param(example = "Europe/Berlin")]
    tz: Option<String>,
    /// Its language; what the caller accepts if not given.
    #[param(inline)]
    lang: Option<LanguageName>,
    /// How it is written; HTML if not given.
    #[param(inline)]
    format: Option<Format>,
    /// What it names; categories alone if not given. Sites, titles and files are never named.
    #[param(inline)]
    names: Option<NamesName>,
}

/// How much of the calendar.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PeriodName {
    /// The day.
    Day,
    /// The week from Monday that the date lies in.
    Week,
    /// The calendar month that the date lies in.
    Month,
}

/// A report's language.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LanguageName {
    /// English.
    En,
    /// Simplified Chinese.
    Zh,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// One file that loads nothing.
    #[default]
    Html,
    /// CommonMark with tables.
    Markdown,
}

/// What a report names.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum NamesName {
    /// Categories alone.
    Categories,
    /// Applications too.
    Applications,
}

impl ReportParams {
    /// The time zone.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidParameter`].
    pub(crate) fn zone(&self) -> Result<TimeZone, Problem> {
        zone(self.tz.as_deref())
    }

    /// The calendar period, and when it is in `zone`.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidTime`] for what is no date, or one attnd cannot hold.
    pub(crate) fn period(&self, now: Timestamp, zone: &TimeZone) -> Result<(Period, TimeRange), Problem> {
        let date = match &self.date {
            None => now.jiff().to_zoned(zone.clone()).date(),
            Some(text) => day(text)?,
        };
        match self.period {
            PeriodName::Day => Ok((Period::Day(date), local_day(date, zone)?)),
            PeriodName::Week => {
                let back = i64::from(date.weekday().to_monday_zero_offset());
                let monday = date.saturating_sub(jiff::Span::new().days(back));
                Ok((Period::Week(monday), local_week(date, zone)?))
            }
            PeriodName::Month => Ok((Period::Month(date.first_of_month()), local_month(date, zone)?)),
        }
    }

    /// The language, if one is asked for.
    pub(crate) fn language(&self) -> Option<Language> {
        self.lang.map(|language| match language {
            LanguageName::En => Language::En,
            LanguageName::Zh => Language::Zh,
        })
    }

    /// How to write it.
    pub(crate) fn format(&self) -> Format {
        self.format.unwrap_or_default()
    }

    /// What it may name.
    pub(crate) const fn names(&self) -> Names {
        match self.names {
            None | Some(NamesName::Categories) => Names::Categories,
            Some(NamesName::Applications) => Names::Applications,
        }
    }
}

fn day(text: &str) -> Result<Date, Problem> {
    // A date with a time would be read as its date alone.
    text.parse().ok().filter(|_| text.len() == "2024-01-31".len()).ok_or_else(|| {
        let text: String = text.chars().take(64).collect();
        Problem::new(ErrorCode::InvalidTime, format!("'{text}' is no date such as 2024-01-31"))
    })
}

impl Format {
    /// Headers that say what it is, and that it is a file of its own: `attnd-week-2026-11-16.html`.
    pub(crate) fn headers(self, period: Period) -> [(HeaderName, String); 2] {
        let (kind, end) = match self {
            Self::Html => ("text/html; charset=utf-8", "html"),
            Self::Markdown => ("text/markdown; charset=utf-8; variant=GFM", "md"),
        };
        let name = format!("attnd-{}-{}.{end}", period.code(), period.first());
        [
            (header::CONTENT_TYPE, kind.to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename={name}")),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(period: PeriodName, date: &str) -> ReportParams {
        ReportParams { period, date: Some(date.into()), tz: None, lang: None, format: None, names: None }
    }

    #[test]
    fn a_date_names_its_week_and_month() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let now = Timestamp::parse("2026-11-22T23:30:00Z").unwrap();
        let period = |name, date| {
            params(name, date)
                .period(now, &zone)
                .map(|(period, range)| (period.first().to_string(), range.duration().as_s_f64() / 3_600.0))
        };
        assert_eq!(period(PeriodName::Day, "2026-10-25").unwrap(), ("2026-10-25".into(), 25.0));
        assert_eq!(period(PeriodName::Week, "2026-10-25").unwrap(), ("2026-10-19".into(), 169.0));
        assert_eq!(period(PeriodName::Month, "2026-02-28").unwrap(), ("2026-02-01".into(), 672.0));
        for bad in ["2026-02-30", "2026-02-28T10:00:00Z", "today", "", "99999-01-01", "-009999-01-01"] {
            assert_eq!(period(PeriodName::Day, bad).unwrap_err().code, ErrorCode::InvalidTime, "{bad}");
        }
        let today = ReportParams { date: None, ..params(PeriodName::Day, "") };
        assert_eq!(today.period(now, &zone).unwrap().0, Period::Day(jiff::civil::date(2026, 11, 23)));
    }
}
