//! How has attention gone over this time, in one sentence?

use attnd_core::Duration;
use attnd_engine::insight::Insight;
use attnd_engine::measure::MeasureConfig;
use jiff::civil::Date;

use super::days::focus_of_recorded_days;
use super::hours::focus_window;
use super::period::{Period, Unit};
use super::spread::Spread;
use crate::page::locale::Locale;
use crate::page::sentence::AT_ONCE;
use crate::page::text::FlowText;

/// What the sentence is made of.
pub(crate) struct Facts<'a> {
    /// For whom it is said.
    pub(crate) locale: &'a Locale,
    /// Of which days.
    pub(crate) period: Period,
    /// The day it is.
    pub(crate) today: Date,
    /// The period, measured day by day.
    pub(crate) insight: &'a Insight,
}

/// Quarters of fewer days than this say nothing: then the least and the most are told.
const DAYS_FOR_QUARTERS: usize = 5;

/// The sentence.
pub(crate) fn sentence(facts: &Facts<'_>) -> String {
    let text = FlowText(facts.locale.language);
    let insight = facts.insight;
    if insight.measures.active.is_zero() {
        return if facts.period.first > facts.today {
            text.nothing_yet(&facts.period.name(facts.locale))
        } else {
            text.nothing(&when(facts))
        };
    }
    let mut sentence = focus(facts, text);
    let window = focus_window(&insight.week).filter(|_| !insight.measures.sessions.is_empty());
    if let Some((from, to)) = window {
        sentence.push_str(&text.mostly(&from.to_string(), &to.to_string()));
    }
    if let Some(lag) = &insight.measures.resume_lag {
        sentence.push_str(&if lag.median < AT_ONCE {
            text.back_at_once()
        } else {
            text.back_within(&facts.locale.length_fine(lag.median))
        });
    }
    sentence + &text.stop()
}

fn focus(facts: &Facts<'_>, text: FlowText) -> String {
    let (when, measures) = (when(facts), &facts.insight.measures);
    let length = |length: Duration| {
        if length.is_zero() { text.no_time() } else { facts.locale.length(length) }
    };
    if measures.sessions.is_empty() {
        let least = MeasureConfig::default().session_min;
        return text.focus_none(&when, &long(facts.locale, measures.active), &length(least));
    }
    match Spread::of(focus_of_recorded_days(facts.insight)) {
        Some(days) if days.count >= DAYS_FOR_QUARTERS && days.median.is_zero() => {
            text.focus_rare(&when, &length(days.upper))
        }
        Some(days) if days.count >= DAYS_FOR_QUARTERS => {
            text.focus_typical(&when, &length(days.median), &length(days.lower), &length(days.upper))
        }
        Some(days) if days.count > 1 => text.focus_few(&when, &length(days.least), &length(days.most)),
        _ => text.focus_one(&when, &length(measures.sessions.iter().map(|session| session.focus).sum())),
    }
}

/// The beginning of the sentence: the time it is about.
fn when(facts: &Facts<'_>) -> String {
    let (text, period) = (FlowText(facts.locale.language), facts.period);
    let name = period.name(facts.locale);
    let is_present = period.contains(facts.today);
    match period.unit {
        _ if period.days() == 1 && is_present => text.when_today(),
        _ if period.days() == 1 => text.when_day(&name),
        Some(Unit::FourWeeks) if period.last == facts.today => text.when_four_weeks(),
        Some(Unit::Week) if is_present => text.when_this_week(),
        Some(Unit::Month | Unit::Quarter | Unit::Year) if is_present => {
            text.when_so_far(&within_sentence(facts, &name))
        }
        Some(Unit::Month | Unit::Quarter | Unit::Year) => text.when_in(&within_sentence(facts, &name)),
        _ => text.when_dates(&name),
    }
}

/// A quarter is no proper name in English.
fn within_sentence(facts: &Facts<'_>, name: &str) -> String {
    if facts.period.unit == Some(Unit::Quarter) {
        name.replace("Quarter", "quarter")
    } else {
        name.to_owned()
    }
}

/// `162 h`: minutes of many hours are noise.
pub(crate) fn long(locale: &Locale, length: Duration) -> String {
    const MANY: Duration = Duration::from_s(20 * 3_600);
    const HOUR_NS: i64 = 3_600_000_000_000;
    if length < MANY {
        return locale.length(length);
    }
    let hours = usize::try_from((length.ns() + HOUR_NS / 2) / HOUR_NS).unwrap_or_default();
    crate::page::text::LocaleText(locale.language).hours(&locale.count(hours))
}
