//! Which time, and which part of it? What an address of Activities asks for, and the addresses of
//! what lies beside, above and below it.

use attnd_core::{Problem, TimeRange};
use attnd_engine::flow::local_day;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::page::form::{Fields, address};
use crate::page::locale::Locale;
use crate::page::text::ActivitiesText;

/// What an address asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// The first day.
    pub(super) from: Date,
    /// The last day.
    pub(super) to: Date,
    /// Only this part of the time.
    pub(super) within: Within,
    /// How many titles to list.
    pub(super) titles: Titles,
}

/// A part of the time; all of it when nothing is set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Within {
    /// A category's path; empty for every category.
    pub(super) category: Vec<String>,
    pub(super) application: Option<String>,
    pub(super) site: Option<String>,
    pub(super) search: Option<String>,
}

/// How many titles are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Titles {
    /// The longest.
    #[default]
    First,
    /// As many as the engine gives.
    More,
}

/// How long a time it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Period {
    Day,
    Week,
    Month,
    Year,
    Days,
}

/// Days that make no sense: one is missing, or the later comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BadDays;

/// Longest text that is looked for, in characters.
const SEARCH_CHARACTERS: usize = 200;

impl Period {
    /// Those with a link of their own.
    pub(super) const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Year];

    /// The days of this period around `day`.
    pub(super) fn around(self, day: Date) -> (Date, Date) {
        let monday = i64::from(day.weekday().to_monday_zero_offset());
        let shifted = |days: i64| day.checked_add(days.days()).unwrap_or(day);
        match self {
            Self::Day | Self::Days => (day, day),
            Self::Week => (shifted(-monday), shifted(6 - monday)),
            Self::Month => (day.first_of_month(), day.last_of_month()),
            Self::Year => (day.first_of_year(), day.last_of_year()),
        }
    }

    /// What the days from `from` to `to` are.
    pub(super) fn of(from: Date, to: Date) -> Self {
        Self::ALL.into_iter().find(|period| period.around(from) == (from, to)).unwrap_or(Self::Days)
    }
}

impl Asked {
    /// Reads an address. Without days it is the week of `today`.
    pub(super) fn of(fields: &Fields, today: Date) -> (Self, Option<BadDays>) {
        let day = |name: &str| fields.filled(name).map(|text| text.parse::<Date>().map_err(|_| BadDays));
        let days = match (day("from").transpose(), day("to").transpose()) {
            (Ok(Some(from)), Ok(Some(to))) if from <= to => Ok((from, to)),
            (Ok(Some(day)), Ok(None)) | (Ok(None), Ok(Some(day))) => Ok((day, day)),
            (Ok(None), Ok(None)) => Ok(Period::Week.around(today)),
            _ => Err(BadDays),
        };
        let (from, to) = days.unwrap_or_else(|BadDays| Period::Week.around(today));
        let filled = |name: &str| fields.filled(name).map(str::to_owned);
        let within = Within {
            category: fields.all("category").into_iter().filter(|part| !part.is_empty()).collect(),
            application: filled("application"),
            site: filled("site"),
            search: fields.filled("q").map(|text| text.chars().take(SEARCH_CHARACTERS).collect()),
        };
        let titles = if fields.chose("titles", "more") { Titles::More } else { Titles::First };
        (Self { from, to, within, titles }, days.err())
    }

    /// The whole time of its days in a zone.
    ///
    /// # Errors
    /// [`attnd_core::ErrorCode::InvalidTime`] for days attnd cannot hold.
    pub(super) fn range(&self, zone: &TimeZone) -> Result<TimeRange, Problem> {
        let (first, last) = (local_day(self.from, zone)?, local_day(self.to, zone)?);
        TimeRange::new(first.start(), last.end())
            .map_err(|error| Problem::new(attnd_core::ErrorCode::InvalidTime, error.to_string()))
    }

    /// How long a time it is.
    pub(super) fn period(&self) -> Period {
        Period::of(self.from, self.to)
    }

    /// Its days as the fields of an address.
    pub(super) fn time_pairs(&self) -> [(&'static str, String); 2] {
        [("from", self.from.to_string()), ("to", self.to.to_string())]
    }

    /// The address that asks for this.
    pub(super) fn address(&self) -> String {
        let time = self.time_pairs();
        let mut pairs: Vec<(&str, &str)> = time.iter().map(|(name, day)| (*name, day.as_str())).collect();
        pairs.extend(self.within.pairs());
        if self.titles == Titles::More {
            pairs.push(("titles", "more"));
        }
        address("/activities", pairs)
    }

    /// The same time, another part of it.
    pub(super) fn with(&self, within: Within) -> Self {
        Self { within, titles: Titles::First, ..self.clone() }
    }

    /// Another time, the same part of it.
    pub(super) fn at(&self, (from, to): (Date, Date)) -> Self {
        Self { from, to, titles: Titles::First, ..self.clone() }
    }

    /// This kind of period around the days shown: around `today` if it is among them.
    pub(super) fn turned(&self, period: Period, today: Date) -> Self {
        let day = if self.from <= today && today <= self.to { today } else { self.from };
        self.at(period.around(day))
    }

    /// The time before, equally long.
    pub(super) fn earlier(&self) -> Option<Self> {
        let end = self.from.yesterday().ok()?;
        let days = match self.period() {
            Period::Days => (end.checked_sub(self.to - self.from).ok()?, end),
            period => period.around(end),
        };
        Some(self.at(days))
    }

    /// The time after, equally long, unless it lies wholly in the future.
    pub(super) fn later(&self, today: Date) -> Option<Self> {
        let start = self.to.tomorrow().ok().filter(|start| *start <= today)?;
        let days = match self.period() {
            Period::Days => (start, start.checked_add(self.to - self.from).ok()?),
            period => period.around(start),
        };
        Some(self.at(days))
    }

    /// The time as a heading.
    pub(super) fn heading(&self, locale: &Locale) -> String {
        let text = ActivitiesText(locale.language);
        match self.period() {
            Period::Day => locale.date(self.from),
            Period::Month => text.month(&locale.month(self.from), &self.from.year().to_string()),
            Period::Year => text.year(&self.from.year().to_string()),
            Period::Week | Period::Days if self.from.first_of_month() == self.to.first_of_month() => {
                let [from, to] = [self.from, self.to].map(|date| date.day().to_string());
                text.in_one_month(&from, &to, &locale.month(self.from), &self.from.year().to_string())
            }
            Period::Week | Period::Days => {
                text.between(&locale.short_date(self.from), &locale.short_date(self.to))
            }
        }
    }

    /// The time as it stands in a sentence.
    pub(super) fn when(&self, locale: &Locale, today: Date) -> String {
        let text = ActivitiesText(locale.language);
        let here = self.from <= today && today <= self.to;
        let last = || self.turned(self.period(), today).at(self.period().around(today)).earlier();
        let is_last = || last().is_some_and(|last| (last.from, last.to) == (self.from, self.to));
        match self.period() {
            Period::Day if here => text.when_today(),
            Period::Day if is_last() => text.when_yesterday(),
            Period::Day => text.when_day(&locale.date(self.from)),
            Period::Week if here => text.when_this_week(),
            Period::Week if is_last() => text.when_last_week(),
            Period::Week => text.when_week(&locale.short_date(self.from)),
            Period::Month if here => text.when_this_month(),
            Period::Month => {
                text.when_month(&text.month(&locale.month(self.from), &self.from.year().to_string()))
            }
            Period::Year if here => text.when_this_year(),
            Period::Year => text.when_year(&self.from.year().to_string()),
            Period::Days => text.when_between(&locale.short_date(self.from), &locale.short_date(self.to)),
        }
    }
}

impl Within {
    /// Whether it is all of the time.
    pub(super) fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// As the fields of an address.
    pub(super) fn pairs(&self) -> Vec<(&str, &str)> {
        let mut pairs: Vec<(&str, &str)> =
            self.category.iter().map(|part| ("category", part.as_str())).collect();
        let others = [("application", &self.application), ("site", &self.site), ("q", &self.search)];
        pairs.extend(others.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))));
        pairs
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::page::text::Language;

    const TODAY: Date = date(2026, 11, 20);

    fn asked<const N: usize>(pairs: [(&str, &str); N]) -> Asked {
        Asked::of(&Fields::from(pairs), TODAY).0
    }

    #[test]
    fn days_tell_their_period() {
        for (from, to, period) in [
            ("2026-11-20", "2026-11-20", Period::Day),
            ("2026-11-16", "2026-11-22", Period::Week),
            ("2026-02-01", "2026-02-28", Period::Month),
            ("2024-01-01", "2024-12-31", Period::Year),
            ("2026-11-17", "2026-11-23", Period::Days),
        ] {
            assert_eq!(asked([("from", from), ("to", to)]).period(), period, "{from}");
        }
        assert_eq!(asked([]).period(), Period::Week);
        assert_eq!(asked([("from", "2026-11-03")]).period(), Period::Day);
    }

    #[test]
    fn what_lies_beside_is_as_long() {
        let days = |asked: Option<Asked>| asked.map(|asked| format!("{} {}", asked.from, asked.to));
        let month = asked([("from", "2026-10-01"), ("to", "2026-10-31")]);
        assert_eq!(days(month.earlier()).as_deref(), Some("2026-09-01 2026-09-30"));
        assert_eq!(days(month.later(TODAY)).as_deref(), Some("2026-11-01 2026-11-30"));
        assert_eq!(days(asked([]).later(TODAY)), None);
        let ten = asked([("from", "2026-10-01"), ("to", "2026-10-10")]);
        assert_eq!(days(ten.earlier()).as_deref(), Some("2026-09-21 2026-09-30"));
        assert_eq!(days(ten.later(TODAY)).as_deref(), Some("2026-10-11 2026-10-20"));
        assert_eq!(days(Some(month.turned(Period::Week, TODAY))).as_deref(), Some("2026-09-28 2026-10-04"));
    }

    #[test]
    fn an_address_reads_as_it_was_written() {
        let hostile = "a&b=c#d\"'<script> 读";
        let asked = asked([
            ("from", "2026-10-01"),
            ("to", "2026-10-10"),
            ("category", hostile),
            ("category", "Code"),
            ("application", hostile),
            ("q", hostile),
            ("titles", "more"),
        ]);
        let address = asked.address();
        let query = address.split_once('?').unwrap().1;
        let uri = format!("/x?{query}").parse().unwrap();
        let axum::extract::Query(pairs) =
            axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri).unwrap();
        assert_eq!(Asked::of(&Fields::from(pairs), TODAY), (asked, None));
    }

    #[test]
    fn days_that_make_no_sense_are_said_to() {
        for (from, to) in [("2026-11-20", "2026-11-19"), ("yesterday", ""), ("2026-13-01", "2026-11-01")] {
            let (asked, fault) = Asked::of(&Fields::from([("from", from), ("to", to)]), TODAY);
            assert_eq!((asked.period(), fault), (Period::Week, Some(BadDays)), "{from}");
        }
    }

    #[test]
    fn a_time_is_said_as_one_says_it() {
        let said = |from: &str, to: &str| {
            let asked = asked([("from", from), ("to", to)]);
            Language::ALL
                .map(|language| asked.when(&Locale { language, zone: TimeZone::UTC }, TODAY))
                .join(" | ")
        };
        assert_eq!(said("2026-11-20", "2026-11-20"), "today | 今天");
        assert_eq!(said("2026-11-19", "2026-11-19"), "yesterday | 昨天");
        assert_eq!(said("2026-11-16", "2026-11-22"), "this week | 本周");
        assert_eq!(said("2026-11-09", "2026-11-15"), "last week | 上周");
        assert_eq!(said("2026-10-01", "2026-10-31"), "in October 2026 | 2026年10月");
        assert_eq!(said("2025-01-01", "2025-12-31"), "in 2025 | 2025年");
        assert_eq!(
            said("2025-01-01", "2025-01-10"),
            "from 1 January 2025 to 10 January 2025 | 2025年1月1日 至 2025年1月10日"
        );
    }
}
