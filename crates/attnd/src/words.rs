//! Which language does the terminal speak? English, or Simplified Chinese where the locale says so.

use attnd_core::Duration;
use attnd_core::problem::Words;

/// A language attnd speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Chinese,
}

impl Language {
    /// As `LC_ALL`, `LC_MESSAGES` or `LANG` say, in that order.
    pub(crate) fn of_environment() -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .filter_map(|name| std::env::var(name).ok())
            .find(|value| !value.is_empty());
        match locale {
            Some(locale) if locale.starts_with("zh") => Self::Chinese,
            _ => Self::English,
        }
    }

    /// The right one of both.
    pub(crate) const fn of(self, words: Words) -> &'static str {
        match self {
            Self::English => words.en,
            Self::Chinese => words.zh,
        }
    }

    /// The right one of two.
    pub(crate) const fn pick(self, en: &'static str, zh: &'static str) -> &'static str {
        self.of(Words { en, zh })
    }

    /// A length of time as people say it: `3 h 10 min`, `45 s`.
    pub(crate) fn duration(self, duration: Duration) -> String {
        let seconds = duration.ns() / attnd_core::time::NS_PER_S;
        let minutes = (seconds + 30) / 60;
        let (hour, minute, second) = match self {
            Self::English => ("h", "min", "s"),
            Self::Chinese => ("小时", "分钟", "秒"),
        };
        if seconds < 60 {
            format!("{seconds} {second}")
        } else if minutes < 60 {
            format!("{minutes} {minute}")
        } else if minutes % 60 == 0 {
            format!("{} {hour}", minutes / 60)
        } else {
            format!("{} {hour} {} {minute}", minutes / 60, minutes % 60)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_naturally() {
        let say = |seconds| Language::English.duration(Duration::from_s(seconds));
        assert_eq!(say(45), "45 s");
        assert_eq!(say(89), "1 min");
        assert_eq!(say(3_600), "1 h");
        assert_eq!(say(3_599), "1 h");
        assert_eq!(say(11_400), "3 h 10 min");
        assert_eq!(Language::Chinese.duration(Duration::from_s(11_400)), "3 小时 10 分钟");
    }
}
