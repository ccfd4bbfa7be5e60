//! Which days does the page look at? Periods with names, or any dates up to a year.

use attnd_core::{ErrorCode, Problem, TimeRange};
use attnd_engine::flow::local_day;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::page::locale::Locale;
use crate::page::text::FlowText;

/// How long a named period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// One day.
    Day,
    /// Monday to Sunday.
    Week,
    /// Twenty-eight days up to a day: as many of each weekday, whatever the date.
    FourWeeks,
    /// A calendar month.
    Month,
    /// Three calendar months.
    Quarter,
    /// A calendar year.
    Year,
}

impl Unit {
    /// Every unit, in the order the switch shows them.
    pub(crate) const ALL: [Self; 6] =
        [Self::Day, Self::Week, Self::FourWeeks, Self::Month, Self::Quarter, Self::Year];

    /// The word in addresses.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::FourWeeks => "weeks",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// The unit of an address's word.
    pub(crate) fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.code() == code)
    }
}

/// Whole local days, the last one too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    /// Its name; none for dates that were chosen singly.
    pub(crate) unit: Option<Unit>,
    /// The first day.
    pub(crate) first: Date,
    /// The last day.
    pub(crate) last: Date,
}

/// A period that was chosen by dates, and whether all of it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// As it was asked for.
    Whole(Period),
    /// Only its last year.
    Cut(Period),
}

impl Period {
    /// A year and its leap day.
    pub(crate) const MOST_DAYS: i32 = 366;

    /// The period of that unit `day` lies in, or ends with.
    pub(crate) fn of(unit: Unit, day: Date) -> Self {
        let (first, last) = match unit {
            Unit::Day => (day, day),
            Unit::Week => {
                let monday = back(day, i64::from(day.weekday().to_monday_zero_offset()));
                (monday, ahead(monday, 6))
            }
            Unit::FourWeeks => (back(day, 27), day),
            Unit::Month => (day.first_of_month(), day.last_of_month()),
            Unit::Quarter => {
                let months_in = i64::from((day.month() - 1) % 3);
                let first = day.first_of_month().saturating_sub(months_in.months());
                (first, first.saturating_add(2.months()).last_of_month())
            }
            Unit::Year => (day.first_of_year(), day.last_of_year()),
        };
        Self { unit: Some(unit), first, last }
    }

    /// The dates an address asks for by `from` and `to`, in either order; `None` when it asks for
    /// none. One alone is met by four weeks.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidTime`] for what is no date.
    pub(crate) fn of_query(query: &str, today: Date) -> Result<Option<Chosen>, Problem> {
        let asked = |name: &str| {
            let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            // A form that was left empty asks for nothing.
            value.filter(|value| !value.is_empty()).map(date).transpose()
        };
        let (first, last) = match (asked("from")?, asked("to")?) {
            (None, None) => return Ok(None),
            (Some(first), Some(last)) => (first.min(last), first.max(last)),
            (Some(first), None) => (first.min(today), first.max(today)),
            (None, Some(last)) => (back(last, 27), last),
        };
        let whole = Self { unit: None, first, last };
        Ok(Some(if whole.days() > Self::MOST_DAYS {
            Chosen::Cut(Self { first: back(last, i64::from(Self::MOST_DAYS) - 1), ..whole })
        } else {
            Chosen::Whole(whole)
        }))
    }

    /// How many days.
    pub(crate) fn days(self) -> i32 {
        (self.last - self.first).get_days() + 1
    }

    /// Whether `day` is one of them.
    pub(crate) fn contains(self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }

    /// The period before, as long.
    pub(crate) fn previous(self) -> Self {
        let before = back(self.first, 1);
        match self.unit {
            Some(unit) => Self::of(unit, before),
            None => Self { first: back(self.first, i64::from(self.days())), last: before, ..self },
        }
    }

    /// The period after, as long; `None` when all of it is still to come.
    pub(crate) fn next(self, today: Date) -> Option<Self> {
        let after = ahead(self.last, 1);
        let next = match self.unit {
            Some(Unit::FourWeeks) => Self::of(Unit::FourWeeks, ahead(self.last, 28)),
            Some(unit) => Self::of(unit, after),
            None => Self { first: after, last: ahead(self.last, i64::from(self.days())), ..self },
        };
        (after <= today).then_some(next)
    }

    /// Its address. The present period of a unit keeps its short one: a link kept this month means
    /// this month in the next.
    pub(crate) fn address(self, today: Date) -> String {
        match self.unit {
            None => format!("/flow?from={}&to={}", self.first, self.last),
            Some(unit) if self == Self::of(unit, today) => Self::address_of(unit),
            Some(unit) => format!("/flow/{}/{}", unit.code(), self.last),
        }
    }

    /// The address of a unit's present period.
    pub(crate) fn address_of(unit: Unit) -> String {
        if unit == Unit::FourWeeks { "/flow".to_owned() } else { format!("/flow/{}", unit.code()) }
    }

    /// From the first midnight to the last.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidTime`] for days attnd cannot hold.
    pub(crate) fn range(self, zone: &TimeZone) -> Result<TimeRange, Problem> {
        let (first, last) = (local_day(self.first, zone)?, local_day(self.last, zone)?);
        TimeRange::new(first.start(), last.end())
            .map_err(|error| Problem::new(ErrorCode::InvalidTime, error.to_string()))
    }

    /// What it is called: `November 2026`, `16 – 22 November 2026`.
    pub(crate) fn name(self, locale: &Locale) -> String {
        let text = FlowText(locale.language);
        let year = self.first.year().to_string();
        match self.unit {
            Some(Unit::Day) => locale.date(self.first),
            Some(Unit::Month) => text.month_name(&locale.month(self.first), &year),
            Some(Unit::Quarter) => text.quarter_name(&((self.first.month() + 2) / 3).to_string(), &year),
            Some(Unit::Year) => text.year_name(&year),
            _ if self.first == self.last => locale.date(self.first),
            _ => dates(locale, self.first, self.last),
        }
    }
}

/// A date of an address.
///
/// # Errors
/// [`ErrorCode::InvalidTime`].
pub(crate) fn date(text: &str) -> Result<Date, Problem> {
    let shown: String = text.chars().take(32).collect();
    text.parse()
        .map_err(|_| Problem::new(ErrorCode::InvalidTime, format!("'{shown}' is no date such as 2024-01-31")))
}

/// `16 – 22 November 2026`: what both ends share is said once.
fn dates(locale: &Locale, first: Date, last: Date) -> String {
    let text = FlowText(locale.language);
    let [from, to] = [first, last].map(|date| (date.day().to_string(), locale.month(date)));
    let (from_year, to_year) = (first.year().to_string(), last.year().to_string());
    if first.year() != last.year() {
        text.dates_years(&from.0, &from.1, &from_year, &to.0, &to.1, &to_year)
    } else if first.month() != last.month() {
        text.dates_months(&from.0, &from.1, &to.0, &to.1, &to_year)
    } else {
        text.dates_days(&from.0, &to.0, &to.1, &to_year)
    }
}

fn back(date: Date, days: i64) -> Date {
    date.saturating_sub(days.days())
}

fn ahead(date: Date, days: i64) -> Date {
    date.saturating_add(days.days())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::page::text::Language;

    const TODAY: Date = date(2026, 11, 20);

    #[test]
    fn units_are_calendar_units() {
        let dates = |unit| {
            let period = Period::of(unit, TODAY);
            (period.first.to_string(), period.last.to_string(), period.days())
        };
        let expect = |first: &str, last: &str, days| (first.to_owned(), last.to_owned(), days);
        assert_eq!(dates(Unit::Day), expect("2026-11-20", "2026-11-20", 1));
        assert_eq!(dates(Unit::Week), expect("2026-11-16", "2026-11-22", 7));
        assert_eq!(dates(Unit::FourWeeks), expect("2026-10-24", "2026-11-20", 28));
        assert_eq!(dates(Unit::Month), expect("2026-11-01", "2026-11-30", 30));
        assert_eq!(dates(Unit::Quarter), expect("2026-10-01", "2026-12-31", 92));
        assert_eq!(dates(Unit::Year), expect("2026-01-01", "2026-12-31", 365));
    }

    #[test]
    fn one_leads_to_the_next_and_back() {
        for unit in Unit::ALL {
            let period = Period::of(unit, TODAY);
            let previous = period.previous();
            assert_eq!(previous.last.tomorrow().unwrap(), period.first, "{unit:?}");
            assert_eq!(previous.next(TODAY), Some(period), "{unit:?}");
            assert_eq!(period.next(TODAY), None, "{unit:?}");
        }
        let chosen = Period { unit: None, first: date(2026, 3, 1), last: date(2026, 3, 10) };
        assert_eq!(chosen.previous().next(TODAY), Some(chosen));
    }

    #[test]
    fn addresses_are_states() {
        assert_eq!(Period::of(Unit::FourWeeks, TODAY).address(TODAY), "/flow");
        assert_eq!(Period::of(Unit::Month, TODAY).address(TODAY), "/flow/month");
        let october = Period::of(Unit::Month, TODAY).previous();
        assert_eq!(october.address(TODAY), "/flow/month/2026-10-31");
        assert_eq!(Period::of(Unit::Month, october.last), october);
        let chosen = Period::of_query("from=2026-01-31&to=2026-01-01&lang=zh", TODAY).unwrap();
        let january = Period { unit: None, first: date(2026, 1, 1), last: date(2026, 1, 31) };
        assert_eq!(chosen, Some(Chosen::Whole(january)));
        assert_eq!(january.address(TODAY), "/flow?from=2026-01-01&to=2026-01-31");
    }

    #[test]
    fn more_than_a_year_is_cut_and_nonsense_refused() {
        let Some(Chosen::Cut(period)) = Period::of_query("from=1999-01-01&to=2026-01-01", TODAY).unwrap()
        else {
            panic!("not cut")
        };
        assert_eq!((period.days(), period.last), (366, date(2026, 1, 1)));
        assert_eq!(Period::of_query("from=&to=", TODAY).unwrap(), None);
        assert_eq!(Period::of_query("lang=en", TODAY).unwrap(), None);
        for bad in ["from=tomorrow", "to=2026-02-30", "from=%3Cscript%3E"] {
            assert_eq!(Period::of_query(bad, TODAY).unwrap_err().code, ErrorCode::InvalidTime, "{bad}");
        }
        let edge = Period::of(Unit::Year, Date::MAX);
        assert_eq!(edge.range(&TimeZone::UTC).unwrap_err().code, ErrorCode::InvalidTime);
        assert!(Period::of(Unit::FourWeeks, Date::MIN).previous().days() <= 28);
    }

    #[test]
    fn periods_have_names() {
        let named = |period: Period| {
            Language::ALL.map(|language| period.name(&Locale { language, zone: TimeZone::UTC })).join(" | ")
        };
        let lines = [
            named(Period::of(Unit::Day, TODAY)),
            named(Period::of(Unit::Week, TODAY)),
            named(Period::of(Unit::FourWeeks, TODAY)),
            named(Period::of(Unit::Month, TODAY)),
            named(Period::of(Unit::Quarter, TODAY)),
            named(Period::of(Unit::Year, TODAY)),
            named(Period::of(Unit::FourWeeks, date(2026, 1, 3))),
        ];
        insta::assert_snapshot!(lines.join("\n"), @r"
        Friday, 20 November 2026 | 2026年11月20日 星期五
        16 – 22 November 2026 | 2026年11月16日 – 22日
        24 October – 20 November 2026 | 2026年10月24日 – 11月20日
        November 2026 | 2026年11月
        Quarter 4 of 2026 | 2026年第4季度
        2026 | 2026年
        7 December 2025 – 3 January 2026 | 2025年12月7日 – 2026年1月3日
        ");
    }
}
