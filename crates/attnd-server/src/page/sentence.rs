//! How did a day's attention go, in one sentence? Pure, so that Today and a report say the same.

use std::collections::BTreeMap;

use attnd_core::{Duration, TimeRange};
use attnd_engine::CategoryRules;
use attnd_engine::measure::{CategoryPath, FocusSession, MeasureConfig, Measures};
use jiff::civil::Date;

use crate::page::locale::{Locale, percent_of};
use crate::page::text::SentenceText;

/// A way back shorter than this led straight back.
pub(crate) const AT_ONCE: Duration = Duration::from_s(1);

/// What the sentence is made of.
pub(crate) struct DayFacts<'a> {
    /// For whom it is said.
    pub(crate) locale: &'a Locale,
    /// What categories are called.
    pub(crate) categories: &'a CategoryRules,
    /// The day it is about.
    pub(crate) date: Date,
    /// The day it is.
    pub(crate) today: Date,
    /// The day, measured; of some active time.
    pub(crate) measures: &'a Measures,
}

/// How the day went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DaySentence {
    /// The sentence: focus, and what interruptions cost.
    pub(crate) said: String,
    /// How far off it may be, when that matters.
    pub(crate) perhaps: Option<String>,
    /// Whether focus could be told at all.
    pub(crate) focus: Told,
}

/// Whether enough of a day has a category to speak of focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// It has.
    Yes,
    /// It has not: first something must be said of what is work.
    NotYet,
}

/// What interruptions by one category cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    /// What focus was left for.
    pub(crate) by: CategoryPath,
    /// Handling and resume lags together.
    pub(crate) time: Duration,
    /// How often one came back.
    pub(crate) returns: u64,
}

/// The sentence for a day with active time.
pub(crate) fn day_sentence(facts: &DayFacts<'_>) -> DaySentence {
    let measures = facts.measures;
    if measures.sessions.is_empty() {
        return without_session(facts);
    }
    DaySentence {
        said: facts.join(&facts.focus(), &facts.cost()),
        perhaps: facts.perhaps(),
        focus: Told::Yes,
    }
}

/// Time in focus categories within focus sessions: what the sentence calls focus.
pub(crate) fn focus_in_sessions(measures: &Measures) -> Duration {
    measures.sessions.iter().map(|session| session.focus).sum()
}

/// What interruptions cost by what they were for, most first.
pub(crate) fn costs(measures: &Measures) -> Vec<Cost> {
    let mut sums: BTreeMap<&CategoryPath, (Duration, u64)> = BTreeMap::new();
    for interruption in &measures.interruptions {
        let (time, returns) = sums.entry(&interruption.by).or_default();
        *time = time.saturating_add(interruption.handling).saturating_add(interruption.resume_lag);
        *returns += 1;
    }
    let cost =
        |(by, (time, returns)): (&CategoryPath, _)| Cost { by: CategoryPath::clone(by), time, returns };
    let mut costs: Vec<Cost> = sums.into_iter().map(cost).collect();
    costs.sort_by_key(|cost| std::cmp::Reverse((cost.time, cost.returns)));
    costs
}

/// `today`, `yesterday`, `on Friday`; from a week ago on, the date.
pub(crate) fn when(locale: &Locale, date: Date, today: Date) -> String {
    let text = SentenceText(locale.language);
    match (today - date).get_days() {
        0 => text.when_today(),
        1 => text.when_yesterday(),
        2..=6 => text.when_date(locale.weekday(date)),
        _ => text.when_date(&locale.date(date)),
    }
}

/// Whether a path stands for time in no category.
pub(crate) fn is_uncategorized(path: &[String]) -> bool {
    match path {
        [] => true,
        [only] => only == "Uncategorized",
        _ => false,
    }
}

impl DayFacts<'_> {
    const fn text(&self) -> SentenceText {
        SentenceText(self.locale.language)
    }

    fn when(&self) -> String {
        when(self.locale, self.date, self.today)
    }

    fn length(&self, length: Duration) -> String {
        self.locale.length(length).replace(' ', "\u{a0}")
    }

    /// Sentences follow each other with a space, Chinese ones without.
    fn join(&self, first: &str, second: &str) -> String {
        match self.locale.language {
            crate::page::text::Language::En => format!("{first} {second}"),
            crate::page::text::Language::Zh => format!("{first}{second}"),
        }
    }

    fn focus(&self) -> String {
        let time = self.length(focus_in_sessions(self.measures));
        match &self.measures.sessions[..] {
            [only] => self.text().focus_one(
                &self.when(),
                &time,
                &self.locale.clock(only.range.start()),
                &self.locale.clock(only.range.end()),
            ),
            sessions => {
                let longest = longest(sessions);
                let count = self.locale.number_word(i64::try_from(sessions.len()).unwrap_or(i64::MAX));
                let length = self.length(longest.map(TimeRange::duration).unwrap_or_default());
                let part = longest.map(|range| self.part_of_day(range)).unwrap_or_default();
                self.text().focus_many(&self.when(), &time, &count, &length, &part)
            }
        }
    }

    /// Where on the day the middle of a stretch lies. No word that supposes a meal.
    fn part_of_day(&self, range: TimeRange) -> String {
        let middle = range.start().saturating_add(Duration::from_ns(range.duration().ns() / 2));
        let text = self.text();
        match self.locale.local(middle).hour() {
            ..5 => text.at_night(),
            5..8 => text.early(),
            8..11 => text.in_the_morning(),
            11..13 => text.around_noon(),
            13..18 => text.in_the_afternoon(),
            18.. => text.in_the_evening(),
        }
    }

    /// What interrupted most; the second too when it cost at least half as much.
    fn cost(&self) -> String {
        let text = self.text();
        let [name, time, returns] = [0, 1, 2].map(|part| {
            move |cost: &Cost| match part {
                0 => self.cause(&cost.by),
                1 => self.length(cost.time),
                _ => self.returns(cost.returns),
            }
        });
        match &costs(self.measures)[..] {
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

    /// The innermost name: "Mail", not "Communication › Mail".
    fn cause(&self, path: &[String]) -> String {
        let labels = self.categories.labels(path, self.locale.language.code());
        match labels.last() {
            Some(label) if !is_uncategorized(path) => shortened(label),
            _ => self.text().without_category(),
        }
    }

    fn returns(&self, count: u64) -> String {
        match count {
            1 => self.text().return_one(),
            _ => self.text().returns(&self.locale.number_word(i64::try_from(count).unwrap_or(i64::MAX))),
        }
    }

    /// What focus would have been at most, if what has no category was focus.
    fn perhaps(&self) -> Option<String> {
        const WORTH_SAYING: Duration = Duration::from_s(5 * 60);
        const WORTH_SAYING_PERCENT: f64 = 5.0;
        let measures = self.measures;
        let unknown = measures.uncategorized;
        if unknown < WORTH_SAYING || percent_of(unknown, measures.active) < WORTH_SAYING_PERCENT {
            return None;
        }
        let upper = focus_in_sessions(measures).saturating_add(unknown).min(measures.active);
        Some(self.text().perhaps(&self.length(upper), &self.length(unknown)))
    }
}

fn without_session(facts: &DayFacts<'_>) -> DaySentence {
    let (text, measures) = (facts.text(), facts.measures);
    let (when, active) = (facts.when(), facts.length(measures.active));
    let is_today = facts.date == facts.today;
    let session_min = MeasureConfig::default().session_min;
    let said = |said: String| DaySentence { said, perhaps: None, focus: Told::Yes };
    if measures.active < session_min {
        return said(if is_today { text.brief_today(&active) } else { text.brief_past(&when, &active) });
    }
    let unknown_percent = percent_of(measures.uncategorized, measures.active);
    if unknown_percent >= 50.0 && measures.uncategorized >= session_min {
        let unknown = facts.length(measures.uncategorized);
        let said = if unknown_percent >= 99.0 {
            text.untold_all(&when, &active)
        } else {
            text.untold_most(&when, &active, &unknown)
        };
        return DaySentence { said, perhaps: None, focus: Told::NotYet };
    }
    let focus = facts.length(measures.focus);
    said(match (is_today, measures.focus.is_zero()) {
        (true, true) => text.nothing_of_focus_yet(&active),
        (true, false) => text.none_yet(&focus),
        (false, true) => text.nothing_of_focus_past(&when, &active),
        (false, false) => text.none_past(&when, &focus),
    })
}

fn longest(sessions: &[FocusSession]) -> Option<TimeRange> {
    sessions.iter().map(|session| session.range).max_by_key(|range| range.duration())
}

/// A name longer than this is cut in a sentence; the tables have all of it.
pub(crate) const NAME_CHARACTERS: usize = 32;

/// The name, cut between characters, without marks that turn the direction of what follows it.
pub(crate) fn shortened(name: &str) -> String {
    let plain = without_turns(name);
    let mut characters = plain.chars();
    let mut short: String = characters.by_ref().take(NAME_CHARACTERS).collect();
    if characters.next().is_some() {
        short.pop();
        short.push('…');
    }
    short
}

/// The text without marks that turn the direction of what follows it.
pub(crate) fn without_turns(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|c| !turns(*c)).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, LazyLock};

    use attnd_core::Timestamp;
    use attnd_engine::measure::Interruption;
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::page::text::Language;

    const FRIDAY: &str = "2026-11-20T00:00:00Z";

    fn minutes(minutes: u32) -> Duration {
        Duration::from_s(minutes * 60)
    }

    fn at(minute: u32) -> Timestamp {
        Timestamp::parse(FRIDAY).unwrap().saturating_add(minutes(minute))
    }

    fn path(name: &str) -> CategoryPath {
        Arc::from(name.split(" > ").map(str::to_owned).collect::<Vec<_>>())
    }

    fn session(from: u32, length: u32, focus: u32) -> FocusSession {
        FocusSession {
            range: TimeRange::from(at(from), minutes(length)),
            focus: minutes(focus),
            category: path("Work > Programming"),
            application: "VS Code".into(),
            interruptions: 0,
        }
    }

    fn interruption(by: &str, handling: u32, lag: u32) -> Interruption {
        let back = minutes(handling).saturating_add(minutes(lag));
        Interruption {
            left: at(600),
            resumed: at(600).saturating_add(back),
            suspended: path("Work > Programming"),
            by: path(by),
            application: by.into(),
            handling: minutes(handling),
            resume_lag: minutes(lag),
        }
    }

    fn measures(active: u32, focus: u32, uncategorized: u32) -> Measures {
        Measures {
            active: minutes(active),
            focus: minutes(focus),
            uncategorized: minutes(uncategorized),
            in_sessions: Duration::ZERO,
            levels: Vec::new(),
            sessions: Vec::new(),
            deep_work: [0.0; 3],
            longest_session: 0.0,
            fragmentation: None,
            entropy_nats: None,
            entropy: None,
            transition_entropy: None,
            interruptions: Vec::new(),
            resume_lag: None,
            self_interruption: None,
            breaks: Vec::new(),
            longest_unbroken: None,
        }
    }

    fn said(measures: &Measures, today: Date) -> String {
        static RULES: LazyLock<CategoryRules> = LazyLock::new(CategoryRules::default_rules);
        let lines = Language::ALL.map(|language| {
            let locale = Locale { language, zone: TimeZone::UTC };
            let day = date(2026, 11, 20);
            let facts = DayFacts { locale: &locale, categories: &RULES, date: day, today, measures };
            let DaySentence { said, perhaps, focus } = day_sentence(&facts);
            let perhaps = perhaps.map(|perhaps| format!("\n  ({perhaps})")).unwrap_or_default();
            let untold = if focus == Told::NotYet { "\n  [not told]" } else { "" };
            format!("{said}{perhaps}{untold}")
        });
        lines.join("\n").replace('\u{a0}', " ")
    }

    const TODAY: Date = date(2026, 11, 20);

    #[test]
    fn a_day_of_focus_is_said() {
        let four = Measures {
            sessions: vec![
                session(545, 72, 66),
                session(640, 31, 30),
                session(830, 55, 54),
                session(950, 42, 40),
            ],
            interruptions: vec![
                interruption("Communication > Mail", 5, 2),
                interruption("Media > News", 3, 0),
                interruption("Communication > Mail", 9, 1),
            ],
            ..measures(300, 210, 30)
        };
        insta::assert_snapshot!(said(&four, TODAY), @r"
        You had 3 h 10 min of focus today, in four pieces; the longest, 1 h 12 min, in the morning. Mail cost 17 min and two returns.
          (It may have been up to 3 h 40 min: 30 min have no category, and could have been focus too.)
        今天您有 3 小时 10 分的专注，分成 4 段；最长的一段 1 小时 12 分，在上午。邮件打断了您 2 次，连同回到原处共用去 17 分钟。
          (另有 30 分钟没有类别；如果也是专注，总共最多 3 小时 40 分。)
        ");
        let one = Measures { sessions: vec![session(545, 72, 70)], ..measures(90, 70, 4) };
        insta::assert_snapshot!(said(&one, date(2026, 11, 21)), @r"
        You had 1 h 10 min of focus yesterday, in one piece, from 09:05 to 10:17. No interruption was seen.
        昨天您有 1 小时 10 分的专注，集中在一段，从 09:05 到 10:17。没有观察到打断。
        ");
        let two_causes = Measures {
            sessions: vec![session(1_250, 30, 30), session(1_300, 20, 20)],
            interruptions: vec![interruption("Uncategorized", 3, 1), interruption("Media > News", 2, 1)],
            ..measures(90, 70, 4)
        };
        insta::assert_snapshot!(said(&two_causes, date(2026, 11, 22)), @r"
        You had 50 min of focus on Friday, in two pieces; the longest, 30 min, in the evening. What has no category cost 4 min and one return, News 3 min and one return.
        星期五您有 50 分钟的专注，分成 2 段；最长的一段 30 分钟，在晚上。未分类的内容打断了您 1 次，连同回到原处共用去 4 分钟；新闻 1 次，3 分钟。
        ");
    }

    #[test]
    fn a_day_without_a_session_is_said_without_blame() {
        let short_pieces = measures(180, 42, 5);
        insta::assert_snapshot!(said(&short_pieces, TODAY), @r"
        No focus session yet today: 42 min went to focus work, in pieces too short or too mixed to make one.
        今天还没有成段的专注：42 分钟用在了专注类的事上，但片段太短或太零散。
        ");
        insta::assert_snapshot!(said(&short_pieces, date(2026, 11, 22)), @r"
        There was no focus session on Friday: 42 min went to focus work, in pieces too short or too mixed to make one.
        星期五没有成段的专注：42 分钟用在了专注类的事上，但片段太短或太零散。
        ");
        let other_things = measures(180, 0, 5);
        insta::assert_snapshot!(said(&other_things, TODAY), @r"
        No focus session yet today: none of the 3 h at the computer went to a focus category.
        今天还没有成段的专注：使用电脑的 3 小时都不在专注类别中。
        ");
        insta::assert_snapshot!(said(&other_things, date(2026, 12, 22)), @r"
        There was no focus session on Friday, 20 November 2026: none of the 3 h at the computer went to a focus category.
        2026年11月20日 星期五没有成段的专注：使用电脑的 3 小时都不在专注类别中。
        ");
        insta::assert_snapshot!(said(&measures(11, 9, 0), TODAY), @r"
        11 min at the computer so far today: too little for a focus session, which lasts 15 minutes or more.
        今天到现在使用电脑 11 分钟，还不够一段专注（至少 15 分钟）。
        ");
        insta::assert_snapshot!(said(&measures(1, 1, 0), date(2026, 11, 21)), @r"
        You spent 1 min at the computer yesterday: too little for a focus session, which lasts 15 minutes or more.
        昨天使用电脑 1 分钟，不够一段专注（至少 15 分钟）。
        ");
    }

    #[test]
    fn without_categories_focus_is_not_told() {
        insta::assert_snapshot!(said(&measures(160, 0, 160), TODAY), @r"
        You spent 2 h 40 min at the computer today. How much of it was focus cannot be told yet: none of it has a category.
          [not told]
        今天您使用电脑 2 小时 40 分。其中多少是专注还说不清：全部时间都没有类别。
          [not told]
        ");
        insta::assert_snapshot!(said(&measures(160, 10, 100), date(2026, 11, 21)), @r"
        You spent 2 h 40 min at the computer yesterday. How much of it was focus cannot be told yet: 1 h 40 min of it has no category.
          [not told]
        昨天您使用电脑 2 小时 40 分。其中多少是专注还说不清：有 1 小时 40 分没有类别。
          [not told]
        ");
    }

    #[test]
    fn the_upper_bound_is_never_more_than_the_active_time() {
        let odd = Measures { sessions: vec![session(545, 60, 55)], ..measures(60, 55, 30) };
        assert!(said(&odd, TODAY).contains("It may have been up to 1 h:"));
        let small = Measures { sessions: vec![session(545, 60, 55)], ..measures(600, 55, 20) };
        assert!(!said(&small, TODAY).contains("may have been"), "under 5 % it does not matter");
    }

    #[test]
    fn costs_are_summed_by_what_interrupted() {
        let day = Measures {
            interruptions: vec![
                interruption("Media > News", 4, 1),
                interruption("Communication > Mail", 3, 1),
                interruption("Communication > Mail", 3, 0),
            ],
            ..measures(60, 50, 0)
        };
        let costs: Vec<_> =
            costs(&day).into_iter().map(|cost| (cost.by.join(" > "), cost.time, cost.returns)).collect();
        let expected =
            [("Communication > Mail".to_owned(), minutes(7), 2), ("Media > News".to_owned(), minutes(5), 1)];
        assert_eq!(costs, expected);
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        assert_eq!(shortened("VS Code"), "VS Code");
        assert_eq!(shortened("a\u{202e}b"), "ab");
        assert_eq!(shortened(&"名".repeat(300)).chars().count(), NAME_CHARACTERS);
    }
}
