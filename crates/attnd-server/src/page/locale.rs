//! How does this visitor read times, dates and numbers?

use attnd_core::{Duration, Timestamp};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use crate::page::text::{Language, LocaleText};

/// A visitor's language and time zone.
#[derive(Clone, Debug)]
pub(crate) struct Locale {
    /// Their language.
    pub(crate) language: Language,
    /// Where their days begin and end.
    pub(crate) zone: TimeZone,
}

const NS_PER_MINUTE: i64 = 60_000_000_000;
const NS_PER_HOUR: i64 = 60 * NS_PER_MINUTE;

/// From so many hours on, minutes are not said.
const MANY_HOURS: i64 = 100;

impl Locale {
    const fn text(&self) -> LocaleText {
        LocaleText(self.language)
    }

    /// `1 h 50 min`, `52 min`, `40 s`: to the minute from one minute up.
    pub(crate) fn length(&self, length: Duration) -> String {
        let seconds = rounded(length.ns(), 1_000_000_000);
        if seconds < 60 {
            return self.text().seconds(&seconds.to_string());
        }
        let minutes = rounded(length.ns(), NS_PER_MINUTE);
        match (minutes / 60, minutes % 60) {
            (0, minutes) => self.text().minutes(&minutes.to_string()),
            (hours, 0) if hours < MANY_HOURS => self.text().hours(&hours.to_string()),
            (hours, _) if hours >= MANY_HOURS => self.whole_hours(minutes),
            (hours, minutes) => {
                self.text().hours_minutes(&hours.to_string(), &self.minutes_after_hours(minutes))
            }
        }
    }

    /// `1 min 20 s`: to the second below ten minutes, where a minute is too coarse.
    pub(crate) fn length_fine(&self, length: Duration) -> String {
        let seconds = rounded(length.ns(), 1_000_000_000);
        match (seconds / 60, seconds % 60) {
            (1..=9, rest) if rest > 0 => {
                self.text().minutes_seconds(&(seconds / 60).to_string(), &rest.to_string())
            }
            _ => self.length(length),
        }
    }

    /// The length as one says it after "about": to the minute below an hour, then to five
    /// minutes. `None` below half a minute, where there is nothing to round to.
    pub(crate) fn length_spoken(&self, length: Duration) -> Option<String> {
        let text = self.text();
        let minutes = rounded(length.ns(), NS_PER_MINUTE);
        let fives = rounded(length.ns(), 5 * NS_PER_MINUTE) * 5;
        let spoken = match minutes {
            0 => return None,
            1 => text.spoken_minute(),
            2..=57 => text.spoken_minutes(&minutes.to_string()),
            _ => match (fives / 60, fives % 60) {
                (1, 0) => text.spoken_one_hour(),
                (1, 30) => text.spoken_hour_and_half(),
                (hours, 0) if hours < MANY_HOURS => text.spoken_hours(&self.number_word(hours)),
                (hours, 30) if hours < MANY_HOURS => text.spoken_hours_and_half(&self.number_word(hours)),
                (hours, _) if hours >= MANY_HOURS => self.whole_hours(minutes),
                (hours, minutes) => {
                    text.spoken_hours_minutes(&hours.to_string(), &self.minutes_after_hours(minutes))
                }
            },
        };
        Some(spoken)
    }

    /// `1,838 h`: minutes of so many hours are noise.
    fn whole_hours(&self, minutes: i64) -> String {
        let hours = usize::try_from((minutes + 30) / 60).unwrap_or_default();
        self.text().hours(&self.count(hours))
    }

    /// English reads "2 h 05 min" as it reads a clock.
    fn minutes_after_hours(&self, minutes: i64) -> String {
        match self.language {
            Language::En => format!("{minutes:02}"),
            Language::Zh => minutes.to_string(),
        }
    }

    /// `four`; digits from thirteen on, and in Chinese.
    pub(crate) fn number_word(&self, number: i64) -> String {
        const ENGLISH: [&str; 13] = [
            "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
            "twelve",
        ];
        let word = usize::try_from(number).ok().and_then(|index| ENGLISH.get(index));
        match (self.language, word) {
            (Language::En, Some(word)) => (*word).to_owned(),
            _ => number.to_string(),
        }
    }

    /// `14:03`, the time of day in the visitor's zone.
    pub(crate) fn clock(&self, moment: Timestamp) -> String {
        let local = self.local(moment);
        format!("{:02}:{:02}", local.hour(), local.minute())
    }

    /// `Friday, 20 November 2026`.
    pub(crate) fn date(&self, date: Date) -> String {
        let (weekday, month) =
            (weekday_name(date.weekday(), self.language), month_name(date.month(), self.language));
        self.text().date(weekday, &date.day().to_string(), &month, &date.year().to_string())
    }

    /// `20 November 2026`.
    pub(crate) fn short_date(&self, date: Date) -> String {
        let month = self.month(date);
        self.text().short_date(&date.day().to_string(), &month, &date.year().to_string())
    }

    /// `Friday`.
    pub(crate) fn weekday(&self, date: Date) -> &'static str {
        weekday_name(date.weekday(), self.language)
    }

    /// `November`.
    pub(crate) fn month(&self, date: Date) -> String {
        month_name(date.month(), self.language)
    }

    /// `Nov`.
    pub(crate) fn month_short(&self, date: Date) -> String {
        let month = self.month(date);
        match self.language {
            Language::En => month.chars().take(3).collect(),
            Language::Zh => month,
        }
    }

    /// `Fri`.
    pub(crate) fn weekday_short(&self, date: Date) -> String {
        match self.language {
            Language::En => self.weekday(date).chars().take(3).collect(),
            Language::Zh => self.weekday(date).replace("星期", "周"),
        }
    }

    /// The exact moment with its zone, as shown on hover and focus.
    pub(crate) fn moment(&self, moment: Timestamp) -> String {
        let local = self.local(moment);
        let clock = format!("{:02}:{:02}:{:02}", local.hour(), local.minute(), local.second());
        let zone = self.zone.iana_name().map_or_else(|| format!("UTC{}", local.offset()), str::to_owned);
        self.text().moment(&self.date(local.date()), &clock, &zone)
    }

    /// `20 Nov, 14:03`.
    pub(crate) fn moment_short(&self, moment: Timestamp) -> String {
        let date = self.day_of(moment);
        let month = self.month_short(date);
        self.text().moment_short(&date.day().to_string(), &month, &self.clock(moment))
    }

    /// `12 min ago`.
    pub(crate) fn ago(&self, moment: Timestamp, now: Timestamp) -> String {
        let text = self.text();
        let ns = now.since(moment).ns();
        if ns < NS_PER_MINUTE {
            return text.just_now();
        }
        if ns < NS_PER_HOUR {
            return text.minutes_ago(&(ns / NS_PER_MINUTE).to_string());
        }
        let days = (self.local(now).date() - self.local(moment).date()).get_days();
        match days {
            ..=0 => text.hours_ago(&(ns / NS_PER_HOUR).to_string()),
            1 if ns < 12 * NS_PER_HOUR => text.hours_ago(&(ns / NS_PER_HOUR).to_string()),
            1 => text.yesterday(),
            _ => text.days_ago(&self.count(days.unsigned_abs() as usize)),
        }
    }

    /// `1,234`: both languages group digits by three.
    #[expect(clippy::unused_self, reason = "how digits are grouped belongs to the language")]
    pub(crate) fn count(&self, number: usize) -> String {
        let digits = number.to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped
    }

    /// `46%`; `< 1%` for what is there but rounds to nothing.
    #[expect(clippy::unused_self, reason = "how a percentage is written belongs to the language")]
    pub(crate) fn percent(&self, part: Duration, whole: Duration) -> String {
        let percent = percent_of(part, whole);
        if percent > 0.0 && percent < 1.0 { "< 1%".to_owned() } else { format!("{percent:.0}%") }
    }

    /// The visitor's calendar day at `moment`.
    pub(crate) fn day_of(&self, moment: Timestamp) -> Date {
        self.local(moment).date()
    }

    pub(crate) fn local(&self, moment: Timestamp) -> jiff::Zoned {
        moment.jiff().to_zoned(self.zone.clone())
    }
}

/// The part in percent of the whole; nothing of nothing is nothing.
pub(crate) fn percent_of(part: Duration, whole: Duration) -> f64 {
    if whole.is_zero() { 0.0 } else { part.as_s_f64() / whole.as_s_f64() * 100.0 }
}

const fn rounded(ns: i64, unit_ns: i64) -> i64 {
    ns.saturating_add(unit_ns / 2) / unit_ns
}

fn month_name(month: i8, language: Language) -> String {
    const ENGLISH: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let name = usize::try_from(month - 1).ok().and_then(|index| ENGLISH.get(index));
    match (language, name) {
        (Language::En, Some(name)) => (*name).to_owned(),
        _ => format!("{month}月"),
    }
}

const fn weekday_name(weekday: Weekday, language: Language) -> &'static str {
    let (en, zh) = match weekday {
        Weekday::Monday => ("Monday", "星期一"),
        Weekday::Tuesday => ("Tuesday", "星期二"),
        Weekday::Wednesday => ("Wednesday", "星期三"),
        Weekday::Thursday => ("Thursday", "星期四"),
        Weekday::Friday => ("Friday", "星期五"),
        Weekday::Saturday => ("Saturday", "星期六"),
        Weekday::Sunday => ("Sunday", "星期日"),
    };
    match language {
        Language::En => en,
        Language::Zh => zh,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locale(language: Language) -> Locale {
        Locale { language, zone: TimeZone::get("Europe/Berlin").unwrap() }
    }

    #[test]
    fn lengths_carry_their_units() {
        let [en, zh] = Language::ALL.map(locale);
        for (seconds, english, chinese) in [
            (0, "0 s", "0 秒"),
            (40, "40 s", "40 秒"),
            (60, "1 min", "1 分钟"),
            (3_599, "1 h", "1 小时"),
            (6_600, "1 h 50 min", "1 小时 50 分"),
            (7_500, "2 h 05 min", "2 小时 5 分"),
        ] {
            assert_eq!(en.length(Duration::from_s(seconds)), english);
            assert_eq!(zh.length(Duration::from_s(seconds)), chinese);
        }
    }

    #[test]
    fn short_lengths_keep_their_seconds() {
        let [en, zh] = Language::ALL.map(locale);
        for (seconds, english, chinese) in [
            (8, "8 s", "8 秒"),
            (60, "1 min", "1 分钟"),
            (80, "1 min 20 s", "1 分 20 秒"),
            (599, "9 min 59 s", "9 分 59 秒"),
            (629, "10 min", "10 分钟"),
        ] {
            assert_eq!(en.length_fine(Duration::from_s(seconds)), english);
            assert_eq!(zh.length_fine(Duration::from_s(seconds)), chinese);
        }
    }

    #[test]
    fn spoken_lengths_are_rounded_as_one_says_them() {
        let [en, zh] = Language::ALL.map(locale);
        for (minutes, english, chinese) in [
            (1, "a minute", "1 分钟"),
            (25, "25 minutes", "25 分钟"),
            (58, "an hour", "1 小时"),
            (91, "an hour and a half", "1 个半小时"),
            (242, "four hours", "4 小时"),
            (211, "three and a half hours", "3 个半小时"),
            (233, "3 h 55 min", "3 小时 55 分钟"),
            (14 * 60, "14 hours", "14 小时"),
        ] {
            assert_eq!(en.length_spoken(Duration::from_s(minutes * 60)).as_deref(), Some(english));
            assert_eq!(zh.length_spoken(Duration::from_s(minutes * 60)).as_deref(), Some(chinese));
        }
        assert_eq!(en.length_spoken(Duration::from_s(20)), None);
    }

    #[test]
    fn moments_are_the_visitors_own() {
        let [en, zh] = Language::ALL.map(locale);
        let moment = Timestamp::parse("2026-11-20T23:30:05Z").unwrap();
        assert_eq!(en.clock(moment), "00:30");
        assert_eq!(en.moment(moment), "Saturday, 21 November 2026, 00:30:05 (Europe/Berlin)");
        assert_eq!(zh.moment(moment), "2026年11月21日 星期六 00:30:05（Europe/Berlin）");
        let later = |text| Timestamp::parse(text).unwrap();
        assert_eq!(en.ago(moment, later("2026-11-20T23:30:50Z")), "just now");
        assert_eq!(zh.ago(moment, later("2026-11-20T23:42:50Z")), "12 分钟前");
        assert_eq!(en.ago(moment, later("2026-11-21T04:00:00Z")), "4 h ago");
        assert_eq!(en.ago(moment, later("2026-11-22T18:00:00Z")), "yesterday");
        assert_eq!(en.ago(moment, later("2026-12-20T18:00:00Z")), "29 days ago");
    }

    #[test]
    fn numbers_are_grouped_and_small_shares_are_not_nothing() {
        let en = locale(Language::En);
        assert_eq!(en.count(1_234_567), "1,234,567");
        assert_eq!(en.count(999), "999");
        assert_eq!(en.percent(Duration::from_s(1), Duration::from_s(1_000)), "< 1%");
        assert_eq!(en.percent(Duration::ZERO, Duration::ZERO), "0%");
        assert_eq!(en.percent(Duration::from_s(46), Duration::from_s(100)), "46%");
    }
}
