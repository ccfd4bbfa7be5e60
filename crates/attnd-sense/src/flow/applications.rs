//! Which programs does a web or editor bucket speak of? Watchers name their program in the bucket's
//! id, the window watcher names it as the window system does.

use attnd_core::{BucketId, BucketType};

/// The programs one watcher can sit in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Family(&'static [&'static str]);

/// A family: how watchers spell it in a bucket's id, and words of its windows' application names.
struct Row {
    in_ids: &'static [&'static str],
    applications: &'static [&'static str],
}

const BROWSERS: [Row; 8] = [
    Row {
        in_ids: &["firefox", "librewolf", "waterfox", "zen", "floorp"],
        applications: &[
            "firefox",
            "librewolf",
            "waterfox",
            "navigator",
            "zen",
            "floorp",
            "tor browser",
            "nightly",
        ],
    },
    Row { in_ids: &["edge"], applications: &["edge", "msedge"] },
    Row { in_ids: &["brave"], applications: &["brave"] },
    Row { in_ids: &["opera"], applications: &["opera"] },
    Row { in_ids: &["vivaldi"], applications: &["vivaldi"] },
    Row { in_ids: &["safari"], applications: &["safari"] },
    Row { in_ids: &["arc"], applications: &["arc"] },
    // Last: the extension calls itself so in every browser made from Chromium.
    Row {
        in_ids: &["chrome", "chromium"],
        applications: &["chrome", "chromium", "brave", "vivaldi", "opera", "arc", "thorium"],
    },
];

const EDITORS: [Row; 6] = [
    Row {
        in_ids: &["vscode", "vscodium", "cursor"],
        applications: &["code", "vscode", "vscodium", "codium", "cursor", "windsurf", "visual studio code"],
    },
    Row {
        in_ids: &["jetbrains", "intellij", "pycharm", "idea"],
        applications: &[
            "idea",
            "pycharm",
            "webstorm",
            "clion",
            "goland",
            "rider",
            "rustrover",
            "phpstorm",
            "rubymine",
            "datagrip",
            "studio",
            "jetbrains",
        ],
    },
    Row { in_ids: &["sublime"], applications: &["sublime"] },
    Row { in_ids: &["emacs"], applications: &["emacs"] },
    Row { in_ids: &["zed"], applications: &["zed"] },
    // Within a terminal, or in a window of their own.
    Row {
        in_ids: &["vim", "nvim", "neovim", "helix", "kakoune"],
        applications: &[
            "terminal",
            "konsole",
            "xterm",
            "alacritty",
            "kitty",
            "wezterm",
            "foot",
            "ghostty",
            "iterm2",
            "rxvt",
            "urxvt",
            "terminator",
            "tilix",
            "gvim",
            "neovide",
            "vim",
            "nvim",
            "ptyxis",
            "kgx",
        ],
    },
];

/// The programs a bucket's events are about; `None` if it is no web or editor bucket.
///
/// An id that names none of them can be any browser's or editor's.
pub(super) fn family(id: &BucketId, kind: &BucketType) -> Option<Family> {
    let rows: &[Row] = match kind.as_str() {
        BucketType::WEB => &BROWSERS,
        BucketType::EDITOR => &EDITORS,
        _ => return None,
    };
    let named = rows.iter().find(|row| row.in_ids.iter().any(|word| has_word(id.as_str(), word)));
    Some(named.map_or(
        match kind.as_str() {
            BucketType::WEB => ANY_BROWSER,
            _ => ANY_EDITOR,
        },
        |row| Family(row.applications),
    ))
}

const ANY_BROWSER: Family = Family(&[
    "firefox",
    "librewolf",
    "waterfox",
    "navigator",
    "zen",
    "floorp",
    "nightly",
    "edge",
    "msedge",
    "brave",
    "opera",
    "vivaldi",
    "safari",
    "arc",
    "chrome",
    "chromium",
    "thorium",
    "browser",
    "epiphany",
    "falkon",
    "qutebrowser",
]);

const ANY_EDITOR: Family = Family(&[
    "code",
    "vscode",
    "vscodium",
    "codium",
    "cursor",
    "windsurf",
    "idea",
    "pycharm",
    "webstorm",
    "clion",
    "goland",
    "rider",
    "rustrover",
    "sublime",
    "emacs",
    "zed",
    "gvim",
    "neovide",
    "kate",
    "gedit",
    "lapce",
    "editor",
]);

impl Family {
    /// Whether windows of `application` are this family's.
    pub(super) fn has(self, application: &str) -> bool {
        self.0.iter().any(|name| has_word(application, name))
    }

    /// Whether it stands for any program of its kind.
    pub(super) fn is_any(self) -> bool {
        self == ANY_BROWSER || self == ANY_EDITOR
    }
}

/// Whether `word` stands in `text` between characters that are no letters or digits, whatever the case.
fn has_word(text: &str, word: &str) -> bool {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    let border = |at: Option<&u8>| !at.is_some_and(u8::is_ascii_alphanumeric);
    (0..=text.len().saturating_sub(word.len())).any(|at| {
        text.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word))
            && border(at.checked_sub(1).and_then(|before| text.get(before)))
            && border(text.get(at + word.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(id: &str, kind: &str, application: &str) -> bool {
        let id = BucketId::parse(id).unwrap();
        family(&id, &BucketType(kind.to_owned())).is_some_and(|family| family.has(application))
    }

    #[test]
    fn watchers_and_windows_name_the_same_program() {
        for (id, application) in [
            ("aw-watcher-web-firefox_laptop", "Firefox"),
            ("aw-watcher-web-firefox", "org.mozilla.firefox"),
            ("aw-watcher-web-firefox", "firefox.exe"),
            ("aw-watcher-web-chrome_laptop", "Google-chrome"),
            ("aw-watcher-web-chrome_laptop", "Brave-browser"),
            ("aw-watcher-web-edge", "msedge.exe"),
            ("aw-watcher-web-unheard-of", "Chromium"),
        ] {
            assert!(matches(id, BucketType::WEB, application), "{id} {application}");
        }
        for (id, application) in [
            ("aw-watcher-vscode_laptop", "Code"),
            ("aw-watcher-vscode_laptop", "code - oss"),
            ("aw-watcher-vim_laptop", "org.gnome.Terminal"),
            ("aw-watcher-jetbrains_laptop", "jetbrains-idea"),
        ] {
            assert!(matches(id, BucketType::EDITOR, application), "{id} {application}");
        }
    }

    #[test]
    fn other_programs_are_none_of_theirs() {
        assert!(!matches("aw-watcher-web-firefox_laptop", BucketType::WEB, "Google-chrome"));
        assert!(!matches("aw-watcher-web-chrome_laptop", BucketType::WEB, "Firefox"));
        assert!(!matches("aw-watcher-web-chrome", BucketType::WEB, "Search"));
        assert!(!matches("aw-watcher-vscode_laptop", BucketType::EDITOR, "Unicode table"));
        assert!(!matches("aw-watcher-window_laptop", BucketType::WINDOW, "Firefox"));
    }
}
