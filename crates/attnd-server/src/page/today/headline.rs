//! What was the day, in one sentence?

use attnd_core::Duration;
use jiff::civil::Date;

use crate::page::locale::{Locale, percent_of};
use crate::page::sentence::{shortened, when};
use crate::page::text::TodayText;

/// What the sentence is made of.
pub(crate) struct Facts<'a> {
    /// For whom it is said.
    pub(crate) locale: &'a Locale,
    /// The day it is about.
    pub(crate) date: Date,
    /// The day it is.
    pub(crate) today: Date,
    /// Time at the computer.
    pub(crate) active: Duration,
    /// Applications with their time, most first.
    pub(crate) applications: &'a [(String, Duration)],
}

/// The sentence.
pub(crate) fn headline(facts: &Facts<'_>) -> String {
    let text = TodayText(facts.locale.language);
    let is_today = facts.date == facts.today;
    if facts.date > facts.today {
        return text.still_to_come(&facts.locale.date(facts.date));
    }
    if facts.applications.is_empty() {
        return if is_today {
            text.nothing_today()
        } else {
            text.nothing_past(&when(facts.locale, facts.date, facts.today))
        };
    }
    let mostly = mostly(facts, text);
    match (is_today, facts.locale.length_spoken(facts.active)) {
        (true, Some(time)) => text.headline_today(&time, &mostly),
        (true, None) => text.headline_today_brief(&mostly),
        (false, Some(time)) => {
            text.headline_past(&when(facts.locale, facts.date, facts.today), &time, &mostly)
        }
        (false, None) => text.headline_past_brief(&when(facts.locale, facts.date, facts.today), &mostly),
    }
}

/// Where most of it went: one name when it has four fifths, two when they have half.
fn mostly(facts: &Facts<'_>, text: TodayText) -> String {
    let named = |(name, time): &(String, Duration)| {
        unbroken(&text.application_time(&shortened(name), &facts.locale.length(*time)))
    };
    let share = |(_, time): &(String, Duration)| percent_of(*time, facts.active);
    match facts.applications {
        [only] => text.all_in(&shortened(&only.0)),
        [first, ..] if share(first) >= 80.0 => text.mostly_one(&named(first)),
        [first, second, ..] if share(first) + share(second) >= 50.0 => {
            text.mostly_two(&named(first), &named(second))
        }
        [first, second, ..] => {
            let count = facts.locale.count(facts.applications.len());
            text.spread(&count, &named(first), &named(second))
        }
        [] => String::new(),
    }
}

/// Keeps a short name and its time on one line: "VS / Code (2 h / 43 min)" reads badly.
fn unbroken(words: &str) -> String {
    const LINE_CHARACTERS: usize = 28;
    if words.chars().count() <= LINE_CHARACTERS { words.replace(' ', "\u{a0}") } else { words.to_owned() }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::page::text::Language;

    fn said(language: Language, day: Date, minutes: &[(&str, u32)]) -> String {
        let locale = Locale { language, zone: TimeZone::UTC };
        let applications: Vec<_> = minutes
            .iter()
            .map(|(name, minutes)| ((*name).to_owned(), Duration::from_s(minutes * 60)))
            .collect();
        let active = applications.iter().map(|(_, time)| *time).sum();
        let today = date(2026, 11, 22);
        headline(&Facts { locale: &locale, date: day, today, active, applications: &applications })
    }

    #[test]
    fn the_sentence_says_the_day() {
        let (today, yesterday, friday) = (date(2026, 11, 22), date(2026, 11, 21), date(2026, 11, 20));
        let work = [("VS Code", 110), ("Firefox", 52), ("Mail", 40), ("Chat", 38)];
        let lines = [
            said(Language::En, today, &work),
            said(Language::Zh, today, &work),
            said(Language::En, yesterday, &[("VS Code", 210)]),
            said(Language::Zh, yesterday, &[("VS Code", 210)]),
            said(Language::En, friday, &[("VS Code", 90), ("Firefox", 2)]),
            said(Language::Zh, friday, &[("VS Code", 90), ("Firefox", 2)]),
            said(Language::En, friday, &[("a", 20), ("b", 19), ("c", 18), ("d", 18), ("e", 18)]),
            said(Language::Zh, friday, &[("a", 20), ("b", 19), ("c", 18), ("d", 18), ("e", 18)]),
            said(Language::En, today, &[]),
            said(Language::Zh, yesterday, &[]),
            said(Language::En, friday, &[]),
            said(Language::Zh, friday, &[]),
            said(Language::En, date(2026, 11, 23), &[]),
            said(Language::En, date(2025, 11, 3), &[("VS Code", 65)]),
            said(Language::Zh, date(2025, 11, 3), &[("VS Code", 65)]),
        ];
        let said = lines.join("\n").replace('\u{a0}', " ");
        insta::assert_snapshot!(said, @r"
        About four hours at the computer so far today, mostly in VS Code (1 h 50 min) and Firefox (52 min).
        今天到现在，您使用电脑约 4 小时，大部分时间在 VS Code（1 小时 50 分）和 Firefox（52 分钟）。
        You spent about three and a half hours at the computer yesterday, all of it in VS Code.
        昨天，您使用电脑约 3 个半小时，全部时间都在 VS Code。
        You spent about an hour and a half at the computer on Friday, mostly in VS Code (1 h 30 min).
        星期五，您使用电脑约 1 个半小时，大部分时间在 VS Code（1 小时 30 分）。
        You spent about 1 h 35 min at the computer on Friday, spread over 5 applications, a (20 min) and b (19 min) the most.
        星期五，您使用电脑约 1 小时 35 分钟，分散在 5 个应用中，最多的是 a（20 分钟）和 b（19 分钟）。
        Nothing has been recorded yet today.
        昨天没有任何记录。
        Nothing was recorded on Friday.
        星期五没有任何记录。
        Monday, 23 November 2026 is still to come.
        You spent about 1 h 05 min at the computer on Monday, 3 November 2025, all of it in VS Code.
        2025年11月3日 星期一，您使用电脑约 1 小时 5 分钟，全部时间都在 VS Code。
        ");
    }
}
