//! Which rule does one example mean? Plain words of it, anchored so that nothing else is meant.
//!
//! ```text
//! application  Code                                       ^Code$
//! site         docs.rs                                    ^docs\.rs$
//! title        (3) ● main.rs - attnd - Visual Studio Code \battnd\b     the project, not the file
//!              Issue 7 · Sign in · GitHub — Mozilla Firefox \bGitHub\b  the site, not the page
//! ```

use super::rule::RegexRule;
use super::{CategoryRules, Rule};
use crate::pattern::Case;

/// Something a person points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Example<'a> {
    /// An application, by its whole name.
    Application(&'a str),
    /// A site, by its whole name.
    Site(&'a str),
    /// A window's title.
    Title {
        /// The title.
        title: &'a str,
        /// The application it is of, if known.
        application: Option<&'a str>,
    },
}

impl<'a> Example<'a> {
    /// The words a rule looks for: a name, or the steady part of a title. `None` if there are none.
    #[must_use]
    pub fn words(self) -> Option<&'a str> {
        let words = match self {
            Self::Application(name) | Self::Site(name) => name.trim(),
            Self::Title { title, application } => steady_part(title, application.unwrap_or_default()),
        };
        words.chars().any(char::is_alphanumeric).then_some(words)
    }

    /// The rule; `None` if the example has no words. It looks at all fields, as the rules of
    /// ActivityWatch's pages do, so that it can stand beside them in one expression.
    #[must_use]
    pub fn rule(self) -> Option<RegexRule> {
        let words = self.words()?;
        let regex = match self {
            Self::Application(_) | Self::Site(_) => format!("^{}$", regex::escape(words)),
            Self::Title { .. } => bordered(words),
        };
        Some(RegexRule { regex, case: Case::Ignored, select_keys: None })
    }

    /// The field of an event the words stand in.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Application(_) => "app",
            Self::Site(_) => super::SITE,
            Self::Title { .. } => "title",
        }
    }
}

impl CategoryRules {
    /// The case the rule of a category ignores or not, if it has one that looks at all fields.
    #[must_use]
    pub fn case_of(&self, path: &[String]) -> Option<Case> {
        self.categories().iter().rev().find_map(|category| match &category.rule {
            Rule::Regex(rule) if category.name == path && rule.select_keys.is_none() => Some(rule.case),
            _ => None,
        })
    }
}

/// The longest part of a title a rule is made of, in characters.
const LONGEST: usize = 80;

/// What stands between the parts of a title.
const SEPARATORS: [&str; 8] = [" - ", " — ", " – ", " | ", " · ", " • ", " :: ", " › "];

/// Programs that sign their titles under another name than the window system gives them.
const PROGRAMS: [&str; 30] = [
    "mozilla firefox",
    "firefox",
    "google chrome",
    "chromium",
    "chrome",
    "microsoft edge",
    "brave",
    "opera",
    "vivaldi",
    "safari",
    "librewolf",
    "visual studio code",
    "code - oss",
    "vscodium",
    "cursor",
    "sublime text",
    "outlook",
    "microsoft outlook",
    "mozilla thunderbird",
    "thunderbird",
    "slack",
    "discord",
    "microsoft teams",
    "word",
    "excel",
    "powerpoint",
    "libreoffice",
    "private browsing",
    "incognito",
    "personal",
];

/// The part of a title that stays while its window is used: without counters, the program's own
/// name, and the file or page before the project or site.
#[must_use]
pub fn steady_part<'a>(title: &'a str, application: &str) -> &'a str {
    let application = application.to_lowercase();
    let mut parts = parts(title);
    while parts.len() > 1 && parts.last().is_some_and(|part| is_program(part, &application)) {
        parts.pop();
    }
    let steady = parts.iter().rev().copied().find(|part| is_steady(part));
    let steady = steady.unwrap_or_else(|| without_counters(title));
    let end = steady.char_indices().nth(LONGEST).map_or(steady.len(), |(end, _)| end);
    // Not in the middle of a word, where words have borders.
    let cut = &steady[..end];
    match cut.rfind(' ').filter(|_| end < steady.len()) {
        Some(space) => cut[..space].trim_end(),
        None => cut.trim(),
    }
}

fn parts(title: &str) -> Vec<&str> {
    let mut parts = vec![title];
    for separator in SEPARATORS {
        parts = parts.into_iter().flat_map(|part| part.split(separator)).collect();
    }
    parts.into_iter().map(without_counters).filter(|part| !part.is_empty()).collect()
}

/// Without `(3)`, `[12]`, `(99+)`, `●`, `🔴` and the like at either end.
fn without_counters(part: &str) -> &str {
    let mut rest = part.trim();
    loop {
        let before = rest;
        rest = rest.trim_matches(|c: char| {
            c.is_whitespace() || c == '*' || (!c.is_ascii() && !c.is_alphanumeric() && !is_bracket(c))
        });
        for (open, close) in [('(', ')'), ('[', ']')] {
            if let Some((count, after)) = rest.strip_prefix(open).and_then(|rest| rest.split_once(close)) {
                rest = if is_count(count) { after } else { rest };
            }
            if let Some((earlier, count)) = rest.strip_suffix(close).and_then(|rest| rest.rsplit_once(open)) {
                rest = if is_count(count) { earlier } else { rest };
            }
        }
        if rest == before {
            return rest;
        }
    }
}

fn is_count(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit()) && text.chars().all(|c| c.is_ascii_digit() || "+,. ".contains(c))
}

/// Brackets and quotation marks of other scripts belong to what they enclose.
fn is_bracket(c: char) -> bool {
    "《》「」『』【】（）“”‘’〈〉".contains(c)
}

fn is_program(part: &str, application: &str) -> bool {
    let part = part.to_lowercase();
    let named = |name: &str| {
        part.strip_prefix(name).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    };
    let own = application.rsplit('.').find(|word| *word != "exe" && *word != "app").unwrap_or(application);
    PROGRAMS.contains(&part.as_str())
        || PROGRAMS.iter().any(|name| named(name) && part.contains("private"))
        || (!application.is_empty() && (named(application) || (own.len() > 2 && named(own))))
        || (part.starts_with("libreoffice "))
}

/// Whether a part can be told by: it has letters, and is no news of the moment.
fn is_steady(part: &str) -> bool {
    let lower = part.to_lowercase();
    let is_news = lower.starts_with(|c: char| c.is_ascii_digit())
        && ["new", "unread", "notification", "未读", "条"].iter().any(|word| lower.contains(word));
    let letters = part.chars().filter(|c| c.is_alphabetic()).count();
    !is_news && (letters >= 2 || part.chars().any(is_unspaced))
}

/// The words as an expression, with borders where the script has any.
fn bordered(words: &str) -> String {
    let border = |edge: Option<char>| {
        if edge.is_some_and(|c| c.is_alphanumeric() && !is_unspaced(c)) { r"\b" } else { "" }
    };
    format!("{}{}{}", border(words.chars().next()), regex::escape(words), border(words.chars().next_back()))
}

/// Whether a character is of a script that writes words without spaces, or joins particles to them.
fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c), 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x2E80..=0x9FFF
        | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

#[cfg(test)]
mod tests {
    use attnd_core::Data;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_steady_part_is_the_site_the_project_or_the_document() {
        for (title, application, steady) in [
            ("(3) Inbox - Proton Mail — Mozilla Firefox", "firefox", "Proton Mail"),
            ("Issue 7 · Sign in · GitHub — Mozilla Firefox", "firefox", "GitHub"),
            ("Rust Programming - YouTube - Google Chrome", "google-chrome", "YouTube"),
            ("● main.rs - attnd - Visual Studio Code", "Code", "attnd"),
            ("main.rs - attnd - Visual Studio Code", "code", "attnd"),
            ("general (Channel) - Acme - 3 new items - Slack", "Slack", "Acme"),
            ("Inbox (12) - Outlook", "outlook.exe", "Inbox"),
            ("Quarterly report.docx - Word", "winword.exe", "Quarterly report.docx"),
            ("budget.ods — LibreOffice Calc", "soffice.bin", "budget.ods"),
            ("Note - Vault - Obsidian v1.5.3", "obsidian", "Vault"),
            ("🔴 (99+) 直播 - 哔哩哔哩", "firefox", "哔哩哔哩"),
            ("季度报告.docx - WPS Office", "wps", "季度报告.docx"),
            ("Slack", "Slack", "Slack"),
            ("[2] * <script>alert(1)</script>", "gedit", "<script>alert(1)</script>"),
            ("", "x", ""),
            ("(3)", "x", ""),
        ] {
            assert_eq!(steady_part(title, application), steady, "{title}");
        }
    }

    #[test]
    fn long_titles_are_cut_at_a_word() {
        let title = "word ".repeat(60);
        let steady = steady_part(&title, "");
        assert!(steady.chars().count() <= LONGEST && steady.ends_with("word"), "{steady}");
        let title = "字".repeat(300);
        assert_eq!(steady_part(&title, "").chars().count(), LONGEST);
    }

    #[test]
    fn rules_have_borders_where_words_have_them() {
        let rule = |example: Example<'_>| example.rule().map(|rule| rule.regex);
        assert_eq!(rule(Example::Application("Code")), Some("^Code$".to_owned()));
        assert_eq!(rule(Example::Site("docs.rs")), Some(r"^docs\.rs$".to_owned()));
        let title = |title| Example::Title { title, application: None };
        assert_eq!(rule(title("a - GitHub")), Some(r"\bGitHub\b".to_owned()));
        assert_eq!(rule(title("a - 微信")), Some("微信".to_owned()));
        assert_eq!(rule(title("<script>")), Some("<script>".to_owned()));
        for empty in ["", "  ", "(3)", "***"] {
            assert_eq!(rule(title(empty)), None, "{empty}");
        }
    }

    proptest! {
        #[test]
        fn a_rule_matches_its_own_example(title in r"[a-z字 ().*\[\]|·(3)—🔴-]{0,40}", app in "[a-z.]{0,6}") {
            let example = Example::Title { title: &title, application: Some(&app) };
            if let Some(rule) = example.rule() {
                let rules = CategoryRules::from_pairs(&json!([[["A"], rule.to_json()]])).unwrap();
                let data = Data::from([("app", json!(app)), ("title", json!(title))]);
                prop_assert_eq!(rules.classify(&data)[0].as_str(), "A");
            }
        }
    }
}
