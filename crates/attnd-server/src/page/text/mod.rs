//! In which words? Every text of the pages, in English and Simplified Chinese, from one catalogue.
//!
//! Each page has one file of texts here. A text is one row: its name, its arguments, its English,
//! its Chinese. A row without a language, with an argument that a language forgets, or with a
//! placeholder nobody fills, does not compile. The languages are written, not translated word by
//! word: an argument may stand anywhere in either.

mod activities;
mod flow;
mod locale;
mod model;
mod problem;
mod question;
mod reason;
mod report;
mod sentence;
mod settings;
mod shell;
mod today;

pub(crate) use activities::ActivitiesText;
pub(crate) use flow::FlowText;
pub(crate) use locale::LocaleText;
pub(crate) use model::ModelText;
pub(crate) use problem::ProblemText;
pub(crate) use question::QuestionText;
pub(crate) use reason::ReasonText;
pub(crate) use report::ReportText;
pub(crate) use sentence::SentenceText;
pub(crate) use settings::SettingsText;
pub(crate) use shell::ShellText;
pub(crate) use today::TodayText;

/// A language the pages are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// English.
    En,
    /// Simplified Chinese.
    Zh,
}

impl Language {
    /// Every language, in the order the switch shows them.
    pub(crate) const ALL: [Self; 2] = [Self::En, Self::Zh];

    /// The short name of cookies and addresses.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    /// The tag for `<html lang>`; it decides which glyphs a shared character gets.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-CN",
        }
    }

    /// What the language calls itself.
    pub(crate) const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Zh => "中文",
        }
    }

    /// The language a tag such as `zh-Hans-CN` asks for, if we have it.
    pub(crate) fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(primary))
    }

    /// Which of the core's two-language words to show.
    pub(crate) const fn words(self, words: attnd_core::problem::Words) -> &'static str {
        match self {
            Self::En => words.en,
            Self::Zh => words.zh,
        }
    }
}

/// Declares one page's texts. A macro, for `format!` checks its placeholders only in a literal.
macro_rules! texts {
    ($(#[$doc:meta])* $catalogue:ident
        $($key:ident($($argument:ident),*) { en: $en:literal, zh: $zh:literal $(,)? })*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $catalogue(pub(crate) crate::page::text::Language);

        impl $catalogue {
            $(pub(crate) fn $key(self $(, $argument: &str)*) -> String {
                match self.0 {
                    // Named, so that an argument one language forgets is an error.
                    crate::page::text::Language::En => format!($en $(, $argument = $argument)*),
                    crate::page::text::Language::Zh => format!($zh $(, $argument = $argument)*),
                }
            })*

            #[cfg(test)]
            pub(crate) const ROWS: &[(&'static str, &'static str, &'static str)] =
                &[$((stringify!($key), $en, $zh)),*];
        }
    };
}
use texts;

#[cfg(test)]
mod tests {
    use super::*;

    fn is_chinese(c: char) -> bool {
        ('\u{4e00}'..='\u{9fff}').contains(&c)
    }

    #[test]
    fn every_text_is_written_in_both_languages() {
        let catalogues = [
            ActivitiesText::ROWS,
            FlowText::ROWS,
            LocaleText::ROWS,
            ModelText::ROWS,
            ProblemText::ROWS,
            QuestionText::ROWS,
            ReasonText::ROWS,
            ReportText::ROWS,
            SentenceText::ROWS,
            SettingsText::ROWS,
            ShellText::ROWS,
            TodayText::ROWS,
        ];
        for (key, en, zh) in catalogues.into_iter().flatten() {
            assert!(!en.trim().is_empty() && !zh.trim().is_empty(), "{key} is empty");
            assert!(!en.contains(is_chinese), "{key}: Chinese in the English");
            // A text may be nothing but its arguments: Chinese needs no "on" before a date.
            let words = |text: &str| text.split(['{', '}']).step_by(2).collect::<String>();
            let has_words = words(zh).chars().any(char::is_alphabetic);
            assert!(!has_words || zh.contains(is_chinese), "{key}: no Chinese in '{zh}'");
            for sign in [',', ';', '!', '?', '('] {
                assert!(!words(zh).contains(sign), "{key}: '{sign}' is not Chinese punctuation");
            }
        }
    }

    #[test]
    fn language_tags_are_understood() {
        assert_eq!(Language::of_tag("zh-Hans-CN"), Some(Language::Zh));
        assert_eq!(Language::of_tag("EN_us"), Some(Language::En));
        assert_eq!(Language::of_tag("de"), None);
        assert_eq!(Language::of_tag(""), None);
    }
}
