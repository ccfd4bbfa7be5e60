//! How did attention go, in one sentence, and how sure is that? Of a day in the words of Today.

use attnd_engine::measure::Measures;
use jiff::ToSpan;
use jiff::civil::Date;

use super::{Period, Report};
use crate::page::locale::percent_of;
use crate::page::sentence::{
    Cost, DayFacts, costs, day_sentence, focus_in_sessions, is_uncategorized, shortened,
};
use crate::page::text::{Language, SentenceText};

/// What is said of a period with active time.
pub(super) struct Sentence {
    /// The sentence.
    pub(super) said: String,
    /// How far off it may be; empty where that hardly matters.
    pub(super) certainty: String,
}

/// The sentence.
pub(super) fn sentence(report: &Report<'_>) -> Sentence {
    match report.period {
        Period::Day(date) => of_day(report, date),
        Period::Week(_) | Period::Month(_) => {
            let (focus, cost) = (focus(report), cost(report));
            let said = match report.locale.language {
                Language::En => format!("{focus} {cost}"),
                Language::Zh => format!("{focus}{cost}"),
            };
            Sentence { said, certainty: certainty(report) }
        }
    }
}

/// Who reads a report reads it on another day: it says the date, unless the day still goes on.
fn of_day(report: &Report<'_>, date: Date) -> Sentence {
    let today = if report.range.contains(report.generated) { date } else { date.saturating_add(7.days()) };
    let facts =
        DayFacts { locale: report.locale, categories: report.rules, date, today, measures: report.measures };
    let sentence = day_sentence(&facts);
    Sentence { said: sentence.said, certainty: sentence.perhaps.unwrap_or_default() }
}

fn focus(report: &Report<'_>) -> String {
    let (text, locale, measures) = (report.text(), report.locale, report.measures);
    let time = locale.length(focus_in_sessions(measures));
    let Some(longest) = measures.sessions.iter().max_by_key(|session| session.range.duration()) else {
        return if measures.focus.is_zero() {
            text.no_focus(&locale.length(measures.active))
        } else {
            text.no_session(&locale.length(measures.focus))
        };
    };
    let date = locale.date(locale.day_of(longest.range.start()));
    match measures.sessions.len() {
        1 => text.focus_one(&time, &date),
        count => {
            let days = match report.days {
                1 => text.one_day(),
                days => text.days(&locale.number_word(i64::from(days))),
            };
            let longest = locale.length(longest.range.duration());
            let count = locale.number_word(i64::try_from(count).unwrap_or(i64::MAX));
            text.focus_many(&time, &days, &count, &longest, &date)
        }
    }
}

/// What interrupted most; the second too where it cost at least half as much.
fn cost(report: &Report<'_>) -> String {
    let text = SentenceText(report.locale.language);
    let name = |cost: &Cost| {
        // The innermost name: "Mail", not "Communication › Mail".
        let labels = report.rules.labels(&cost.by, report.locale.language.code());
        match labels.last() {
            Some(label) if !is_uncategorized(&cost.by) => shortened(label),
            _ => text.without_category(),
        }
    };
    let time = |cost: &Cost| report.locale.length(cost.time);
    let returns = |cost: &Cost| match cost.returns {
        1 => text.return_one(),
        count => text.returns(&report.locale.number_word(i64::try_from(count).unwrap_or(i64::MAX))),
    };
    match &costs(report.measures)[..] {
        [] => text.cost_none(),
        [first, second, ..] if percent_of(second.time, first.time) >= 50.0 => text.cost_two(
            &name(first),
            &time(first),
            &returns(first),
            &name(second),
            &time(second),
            &returns(second),
        ),
        [first, ..] => text.cost_one(&name(first), &time(first), &returns(first)),
    }
}

/// What focus would have been at most, if what has no category was focus.
fn certainty(report: &Report<'_>) -> String {
    const WORTH_SAYING_PERCENT: f64 = 5.0;
    let Measures { uncategorized, active, .. } = *report.measures;
    if percent_of(uncategorized, active) < WORTH_SAYING_PERCENT {
        return String::new();
    }
    let upper = focus_in_sessions(report.measures).saturating_add(uncategorized).min(active);
    let length = |length| report.locale.length(length);
    SentenceText(report.locale.language).perhaps(&length(upper), &length(uncategorized))
}
