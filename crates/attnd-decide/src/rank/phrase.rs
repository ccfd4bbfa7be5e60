//! How is a reason said? The catalogue of everything an explanation can say, in English and Chinese.

use attnd_core::Timestamp;
use attnd_core::time::NS_PER_S;
use serde::Serialize;

use super::ask::{AskKind, InterruptionLevel, Reason};
use super::score::Language;

/// What a part of a score is, with what must be known to say it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "key", rename_all = "snake_case")]
pub enum Phrase {
    /// What any ask is worth.
    Base,
    /// It is like what the person works on.
    NearTask {
        /// What they work on.
        name: String,
    },
    /// It is like the window in front.
    NearWindow {
        /// The window's title.
        name: String,
    },
    /// It is like something in the calendar.
    NearCalendar {
        /// The entry's title.
        name: String,
    },
    /// It is like something they handled lately.
    NearAnswered {
        /// That ask's title.
        name: String,
    },
    /// It is like all of what surrounds them.
    NearContext,
    /// What they did with asks of its source.
    Source {
        /// The source.
        name: String,
    },
    /// What they did with asks of its sender.
    Sender {
        /// The sender.
        name: String,
        /// How soon they answer that sender, as the median of past answers says.
        pace: Pace,
    },
    /// What they did in its conversation.
    Thread,
    /// What they did with asks of its kind.
    Kind {
        /// The kind.
        kind: AskKind,
    },
    /// What they did with asks that reached them for its reason.
    ReasonAnswered {
        /// The reason.
        reason: Reason,
    },
    /// What they did with asks of its topic.
    Topic {
        /// The topic.
        name: String,
    },
    /// Why it reached them.
    Reason {
        /// The reason.
        reason: Reason,
    },
    /// They sent it themselves.
    Own,
    /// How much it may interrupt.
    Level {
        /// How much.
        level: InterruptionLevel,
    },
    /// Its words sound urgent.
    UrgentWords,
    /// It wants an answer by then.
    Due {
        /// When.
        at: LocalTime,
    },
    /// It wanted an answer by then.
    Overdue {
        /// When.
        at: LocalTime,
    },
    /// How old it is.
    Age {
        /// Hours since it came.
        hours: u32,
    },
    /// When something last happened to it.
    Touched {
        /// Hours since.
        hours: u32,
    },
    /// Others like it wait.
    Similar {
        /// How many asks it stands for, itself included.
        count: u32,
    },
    /// Several sources say it.
    Sources {
        /// How many.
        count: u32,
    },
    /// How much it is like everything else that waits.
    Central,
    /// What others did with it.
    Popular {
        /// How many reactions.
        count: u32,
    },
    /// What a recommender learnt from the team.
    Collaborative {
        /// The title of what the person handled that speaks most for it.
        because: Option<String>,
    },
    /// Asks like it are worth much or little.
    Neighbours,
    /// Fitting the score to how often the person really acts.
    Calibration,
    /// The formula's share for what the ask is by itself.
    FormulaSelf,
    /// The formula's share for what the ask is by itself and to its surroundings.
    FormulaEnvironment,
}

/// How soon a person answers a sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// Nothing is known.
    Unknown,
    /// Within the hour.
    Hour,
    /// Within the day.
    Day,
    /// Within the week.
    Week,
    /// Later.
    Later,
}

impl Pace {
    /// As the median of so many seconds says.
    #[must_use]
    pub fn of_median_s(seconds: f64) -> Self {
        match seconds {
            seconds if seconds.is_nan() => Self::Unknown,
            ..=3_600.0 => Self::Hour,
            ..=86_400.0 => Self::Day,
            ..=604_800.0 => Self::Week,
            _ => Self::Later,
        }
    }
}

/// A moment as clocks on the wall show it, told from another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LocalTime {
    /// The date, `2024-05-01`.
    pub date: String,
    /// The time, `15:00`.
    pub time: String,
    /// How many midnights lie between now and then.
    pub days_ahead: i64,
}

impl LocalTime {
    /// The moment `at` for clocks so far ahead of UTC, told at `now`.
    #[must_use]
    pub fn of(at: Timestamp, now: Timestamp, utc_offset_s: i32) -> Self {
        let local = |moment: Timestamp| {
            Timestamp::from_ns_saturating(moment.ns().saturating_add(i64::from(utc_offset_s) * NS_PER_S))
        };
        let day = |moment: Timestamp| moment.ns().div_euclid(86_400 * NS_PER_S);
        let (then, now) = (local(at), local(now));
        let text = then.to_string();
        let (date, time) = text.split_once('T').unwrap_or((&text, ""));
        Self { date: date.to_owned(), time: time.chars().take(5).collect(), days_ahead: day(then) - day(now) }
    }

    fn words(&self, language: Language) -> String {
        let day = match (self.days_ahead, language) {
            (0, _) => return self.time.clone(),
            (1, Language::English) => "tomorrow",
            (1, Language::Chinese) => "明天",
            (-1, Language::English) => "yesterday",
            (-1, Language::Chinese) => "昨天",
            _ => &self.date,
        };
        format!("{day} {}", self.time)
    }
}

impl Phrase {
    /// Whether it tells a person something; the rest is arithmetic.
    #[must_use]
    pub fn is_said(&self) -> bool {
        !matches!(self, Self::Base | Self::Calibration | Self::Central)
    }

    /// The reason in words; `value` is what it adds: reasons for and against an ask are said differently.
    #[must_use]
    pub fn words(&self, value: f64, language: Language) -> String {
        match language {
            Language::English => self.english(value),
            Language::Chinese => self.chinese(value),
        }
    }

    fn english(&self, value: f64) -> String {
        let pro = value > 0.0;
        let often = if pro { "often" } else { "seldom" };
        match self {
            Self::Base => "as any ask".to_owned(),
            Self::NearTask { name } => near(pro, &format!("'{name}', which you work on")),
            Self::NearWindow { name } => near(pro, &format!("'{name}', which you have open")),
            Self::NearCalendar { name } => near(pro, &format!("'{name}' in your calendar")),
            Self::NearAnswered { name } => near(pro, &format!("'{name}', which you handled lately")),
            Self::NearContext => near(pro, "what surrounds you now"),
            Self::Source { name } => format!("from {name}, where you {often} act"),
            Self::Sender { name, pace } => match (pro, english_pace(*pace)) {
                (true, Some(pace)) => format!("from {name}, whom you answer {pace}"),
                _ => format!("from {name}, whom you {often} answer"),
            },
            Self::Thread => format!("in a conversation you {often} act on"),
            Self::Kind { kind } => format!("{}, which you {often} act on", english_kind(*kind)),
            Self::ReasonAnswered { reason } => format!("you {often} act when {}", english_reason(reason)),
            Self::Topic { name } => format!("about {name}, which you {often} act on"),
            Self::Reason { reason } => english_reason(reason),
            Self::Own => "you began it".to_owned(),
            Self::Level { level } => english_level(*level).to_owned(),
            Self::UrgentWords => "its words sound urgent".to_owned(),
            Self::Due { at } => format!("due {}", at.words(Language::English)),
            Self::Overdue { at } => format!("was due {}", at.words(Language::English)),
            Self::Age { hours } => format!("came {} ago", english_hours(*hours)),
            Self::Touched { hours } => format!("something happened {} ago", english_hours(*hours)),
            Self::Similar { count: 2 } => "1 similar ask waiting".to_owned(),
            Self::Similar { count } => format!("{} similar asks waiting", count.saturating_sub(1)),
            Self::Sources { count } => format!("{count} sources tell of it"),
            Self::Central => "like much of what waits".to_owned(),
            Self::Popular { count: 1 } => "someone else acted on it".to_owned(),
            Self::Popular { count } => format!("{count} times others acted on it"),
            Self::Collaborative { because: None } => "people like you act on it".to_owned(),
            Self::Collaborative { because: Some(title) } => {
                format!("people act on it who acted on '{title}', as you did")
            }
            Self::Neighbours => format!("asks like it matter {} now", if pro { "much" } else { "little" }),
            Self::Calibration => "as often as you really act".to_owned(),
            Self::FormulaSelf => "by itself".to_owned(),
            Self::FormulaEnvironment => "by itself and by what surrounds you".to_owned(),
        }
    }

    fn chinese(&self, value: f64) -> String {
        let pro = value > 0.0;
        let often = if pro { "经常" } else { "很少" };
        let near = |what: String| if pro { format!("与{what}相关") } else { format!("与{what}无关") };
        match self {
            Self::Base => "与任何事项一样".to_owned(),
            Self::NearTask { name } => near(format!("您正在做的“{name}”")),
            Self::NearWindow { name } => near(format!("您打开的“{name}”")),
            Self::NearCalendar { name } => near(format!("日程“{name}”")),
            Self::NearAnswered { name } => near(format!("您最近处理的“{name}”")),
            Self::NearContext => near("您当前的情境".to_owned()),
            Self::Source { name } => format!("来自您{often}处理的 {name}"),
            Self::Sender { name, pace } => match (pro, chinese_pace(*pace)) {
                (true, Some(pace)) => format!("来自 {name}，您通常{pace}回复"),
                _ => format!("来自您{often}回复的 {name}"),
            },
            Self::Thread => format!("属于您{often}参与的会话"),
            Self::Kind { kind } => format!("您{often}处理{}", chinese_kind(*kind)),
            Self::ReasonAnswered { reason } => format!("{}时您{often}处理", chinese_reason(reason)),
            Self::Topic { name } => format!("关于您{often}处理的“{name}”"),
            Self::Reason { reason } => chinese_reason(reason),
            Self::Own => "由您发起".to_owned(),
            Self::Level { level } => chinese_level(*level).to_owned(),
            Self::UrgentWords => "措辞紧急".to_owned(),
            Self::Due { at } => format!("{}到期", at.words(Language::Chinese)),
            Self::Overdue { at } => format!("已于{}到期", at.words(Language::Chinese)),
            Self::Age { hours } => format!("{}前到达", chinese_hours(*hours)),
            Self::Touched { hours } => format!("{}前有新动态", chinese_hours(*hours)),
            Self::Similar { count } => format!("另有 {} 条类似事项等待", count.saturating_sub(1)),
            Self::Sources { count } => format!("{count} 个来源提到"),
            Self::Central => "与许多待处理事项相似".to_owned(),
            Self::Popular { count } => format!("其他人已处理 {count} 次"),
            Self::Collaborative { because: None } => "与您相似的人会处理".to_owned(),
            Self::Collaborative { because: Some(title) } => {
                format!("和您一样处理过“{title}”的人会处理")
            }
            Self::Neighbours => format!("类似事项目前{}", if pro { "较重要" } else { "不太重要" }),
            Self::Calibration => "按您实际处理的频率调整".to_owned(),
            Self::FormulaSelf => "事项本身".to_owned(),
            Self::FormulaEnvironment => "事项本身及您所处的情境".to_owned(),
        }
    }
}

fn near(pro: bool, what: &str) -> String {
    if pro { format!("near {what}") } else { format!("away from {what}") }
}

fn english_hours(hours: u32) -> String {
    match hours {
        0 => "less than an hour".to_owned(),
        1 => "an hour".to_owned(),
        2..48 => format!("{hours} hours"),
        _ => format!("{} days", hours / 24),
    }
}

fn chinese_hours(hours: u32) -> String {
    match hours {
        0 => "不到一小时".to_owned(),
        1..48 => format!(" {hours} 小时"),
        _ => format!(" {} 天", hours / 24),
    }
}

fn english_pace(pace: Pace) -> Option<&'static str> {
    match pace {
        Pace::Unknown | Pace::Later => None,
        Pace::Hour => Some("within the hour"),
        Pace::Day => Some("within the day"),
        Pace::Week => Some("within the week"),
    }
}

fn chinese_pace(pace: Pace) -> Option<&'static str> {
    match pace {
        Pace::Unknown | Pace::Later => None,
        Pace::Hour => Some("一小时内"),
        Pace::Day => Some("当天"),
        Pace::Week => Some("一周内"),
    }
}

fn english_kind(kind: AskKind) -> &'static str {
    match kind {
        AskKind::Notification => "a notification",
        AskKind::Message => "a message",
        AskKind::FeedItem => "something published",
        AskKind::Task => "something to do",
        AskKind::Alert => "an alert",
        AskKind::Case => "a case to judge",
        AskKind::Unit => "a question of a project",
        AskKind::Approval => "something to approve",
    }
}

fn chinese_kind(kind: AskKind) -> &'static str {
    match kind {
        AskKind::Notification => "通知",
        AskKind::Message => "消息",
        AskKind::FeedItem => "订阅内容",
        AskKind::Task => "待办",
        AskKind::Alert => "警报",
        AskKind::Case => "个案",
        AskKind::Unit => "众包题目",
        AskKind::Approval => "审批",
    }
}

fn english_reason(reason: &Reason) -> String {
    let words = match reason {
        Reason::SecurityAlert => "a vulnerability was found",
        Reason::ApprovalRequested => "your approval is waited for",
        Reason::ReviewRequested => "your review is waited for",
        Reason::Assign => "it was given to you",
        Reason::Mention => "you were named",
        Reason::TeamMention => "your team was named",
        Reason::Author => "you wrote it",
        Reason::Comment => "you took part before",
        Reason::StateChange => "you changed how it stands",
        Reason::Manual => "you asked to be told",
        Reason::Subscribed => "you follow it",
        Reason::CiActivity => "a machine finished what you began",
        Reason::Other(word) => return format!("it reached you for '{word}'"),
    };
    words.to_owned()
}

fn chinese_reason(reason: &Reason) -> String {
    let words = match reason {
        Reason::SecurityAlert => "发现安全漏洞",
        Reason::ApprovalRequested => "等待您审批",
        Reason::ReviewRequested => "等待您评审",
        Reason::Assign => "已分配给您",
        Reason::Mention => "提到了您",
        Reason::TeamMention => "提到了您的团队",
        Reason::Author => "由您撰写",
        Reason::Comment => "您曾参与",
        Reason::StateChange => "您更改过其状态",
        Reason::Manual => "您要求获知",
        Reason::Subscribed => "您已关注",
        Reason::CiActivity => "您启动的自动任务已结束",
        Reason::Other(word) => return format!("因“{word}”送达"),
    };
    words.to_owned()
}

fn english_level(level: InterruptionLevel) -> &'static str {
    match level {
        InterruptionLevel::Passive => "may wait to be found",
        InterruptionLevel::Active => "as urgent as any",
        InterruptionLevel::TimeSensitive => "worth little later",
        InterruptionLevel::Critical => "critical",
    }
}

fn chinese_level(level: InterruptionLevel) -> &'static str {
    match level {
        InterruptionLevel::Passive => "可稍后查看",
        InterruptionLevel::Active => "一般",
        InterruptionLevel::TimeSensitive => "有时效性",
        InterruptionLevel::Critical => "紧要",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn times_are_told_as_local_clocks_show_them() {
        let now = moment("2024-05-01T10:00:00Z");
        let say = |at, language| LocalTime::of(moment(at), now, 2 * 3_600).words(language);
        assert_eq!(say("2024-05-01T13:00:00Z", Language::English), "15:00");
        assert_eq!(say("2024-05-01T22:30:00Z", Language::English), "tomorrow 00:30");
        assert_eq!(say("2024-04-30T21:59:59Z", Language::Chinese), "昨天 23:59");
        assert_eq!(say("2024-05-09T07:00:00Z", Language::English), "2024-05-09 09:00");
    }

    #[test]
    fn a_reason_against_is_not_said_as_one_for() {
        let sender = Phrase::Sender { name: "Ann".to_owned(), pace: Pace::Hour };
        assert_eq!(sender.words(1.0, Language::English), "from Ann, whom you answer within the hour");
        assert_eq!(sender.words(-1.0, Language::English), "from Ann, whom you seldom answer");
        assert_eq!(sender.words(1.0, Language::Chinese), "来自 Ann，您通常一小时内回复");
        assert_eq!(Phrase::Similar { count: 6 }.words(0.1, Language::English), "5 similar asks waiting");
    }

    #[test]
    fn the_pace_is_that_of_the_median() {
        let paces = [60.0, 3_600.5, 90_000.0, 1e7, f64::NAN].map(Pace::of_median_s);
        assert_eq!(paces, [Pace::Hour, Pace::Day, Pace::Week, Pace::Later, Pace::Unknown]);
    }
}
