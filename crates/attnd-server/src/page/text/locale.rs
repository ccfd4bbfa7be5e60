//! How are dates, durations and numbers said?

super::texts! {
    /// Units, dates and relative times.
    LocaleText

    hours_minutes(hours, minutes) { en: "{hours} h {minutes} min", zh: "{hours} 小时 {minutes} 分" }
    hours(hours) { en: "{hours} h", zh: "{hours} 小时" }
    minutes(minutes) { en: "{minutes} min", zh: "{minutes} 分钟" }
    minutes_seconds(minutes, seconds) { en: "{minutes} min {seconds} s", zh: "{minutes} 分 {seconds} 秒" }
    seconds(seconds) { en: "{seconds} s", zh: "{seconds} 秒" }

    spoken_one_hour() { en: "an hour", zh: "1 小时" }
    spoken_hour_and_half() { en: "an hour and a half", zh: "1 个半小时" }
    spoken_hours(hours) { en: "{hours} hours", zh: "{hours} 小时" }
    spoken_hours_and_half(hours) { en: "{hours} and a half hours", zh: "{hours} 个半小时" }
    spoken_hours_minutes(hours, minutes) { en: "{hours} h {minutes} min", zh: "{hours} 小时 {minutes} 分钟" }
    spoken_minute() { en: "a minute", zh: "1 分钟" }
    spoken_minutes(minutes) { en: "{minutes} minutes", zh: "{minutes} 分钟" }

    date(weekday, day, month, year) { en: "{weekday}, {day} {month} {year}", zh: "{year}年{month}{day}日 {weekday}" }
    short_date(day, month, year) { en: "{day} {month} {year}", zh: "{year}年{month}{day}日" }
    moment_short(day, month, clock) { en: "{day} {month}, {clock}", zh: "{month}{day}日 {clock}" }
    moment(date, clock, zone) { en: "{date}, {clock} ({zone})", zh: "{date} {clock}（{zone}）" }

    just_now() { en: "just now", zh: "刚刚" }
    minutes_ago(count) { en: "{count} min ago", zh: "{count} 分钟前" }
    hours_ago(count) { en: "{count} h ago", zh: "{count} 小时前" }
    yesterday() { en: "yesterday", zh: "昨天" }
    days_ago(count) { en: "{count} days ago", zh: "{count} 天前" }
}
