//! Which categories does a person start with? Broad ones that fit most desks, to be changed freely.

use serde_json::{Map, json};

use super::rule::{RegexRule, Rule};
use super::{Category, CategoryRules};
use crate::pattern::Case;

/// A category of the default rules.
struct Row {
    name: &'static [&'static str],
    /// Found in application, title or address; empty where the category only holds others.
    regex: &'static str,
    /// Empty where the parent's serves.
    color: &'static str,
    /// What an hour is worth; `None` where the parent's serves.
    score_per_h: Option<i64>,
    zh: &'static str,
}

impl CategoryRules {
    /// The rules a person starts with.
    #[must_use]
    pub fn default_rules() -> Self {
        let number = 0_i64..;
        Self::new(ROWS.iter().zip(number).map(|(row, id)| row.category(id)).collect())
    }
}

impl Row {
    fn category(&self, id: i64) -> Category {
        let rule = if self.regex.is_empty() {
            Rule::Nothing
        } else {
            Rule::Regex(RegexRule { regex: self.regex.to_owned(), case: Case::Ignored, select_keys: None })
        };
        let mut data = Map::new();
        if !self.color.is_empty() {
            data.insert("color".into(), self.color.into());
        }
        if let Some(score) = self.score_per_h {
            data.insert("score".into(), score.into());
        }
        // Browsers and file managers serve whatever one is at.
        if matches!(self.name, ["Browsing" | "System"]) {
            data.insert("neutral".into(), true.into());
        }
        data.insert("label".into(), json!({"zh": self.zh}));
        Category { id: Some(id), name: self.name.iter().map(|&part| part.to_owned()).collect(), rule, data }
    }
}

const fn row(
    name: &'static [&'static str],
    regex: &'static str,
    color: &'static str,
    score_per_h: Option<i64>,
    zh: &'static str,
) -> Row {
    Row { name, regex, color, score_per_h, zh }
}

/// Of equally deep categories the later wins, so the particular stands after the general. Endings of
/// files that countries have too (`.rs`, `.py`, `.md`) count only before something else: sites end
/// in them.
const ROWS: &[Row] = &[
    row(
        &["Browsing"],
        r"firefox|chrom(e|ium)|safari|\bedge\b|opera|vivaldi|\bbrave\b|librewolf|epiphany|falkon|qutebrowser",
        "#7E8AA2",
        Some(0),
        "浏览",
    ),
    row(
        &["System"],
        r"nautilus|dolphin|thunar|nemo|finder|explorer\.exe|system ?settings|systemsettings|control-center|control panel|task manager|system-monitor|software-center|discover|lockapp|loginwindow",
        "#8A8F98",
        Some(0),
        "系统",
    ),
    row(
        &["Games"],
        r"\bsteam\b|lutris|heroic|minecraft|retroarch|\bgog\b|epic games|battle\.net",
        "#B65C9E",
        Some(-2),
        "游戏",
    ),
    row(&["Work"], "", "#2F8F6B", Some(10), "工作"),
    row(
        &["Work", "Documents"],
        r"libreoffice|soffice|microsoft (word|excel|powerpoint)|winword|excel\.exe|powerpnt|\bword\b|\bexcel\b|powerpoint|keynote|\bnumbers\b|google (docs|sheets|slides)|docs\.google\.com|onlyoffice|\bwps\b|evince|okular|zathura|acrobat|preview\.app|\.pdf\b|zotero",
        "",
        None,
        "文档",
    ),
    row(
        &["Work", "Writing"],
        r"obsidian|logseq|typora|scrivener|joplin|zettlr|\bnotion\b|overleaf|texstudio|texmaker|\blyx\b|\.md[^\w.]|\.(tex|typ|docx)\b|ghostwriter",
        "#4C9F70",
        None,
        "写作",
    ),
    row(
        &["Work", "Design"],
        r"\bgimp\b|inkscape|\bfigma\b|\bsketch\b|blender|krita|photoshop|illustrator|darktable|freecad|kicad|penpot|davinci resolve|kdenlive",
        "#5AA7A7",
        None,
        "设计",
    ),
    row(
        &["Work", "Programming"],
        r"\bcode\b|vscod(e|ium)|visual studio|intellij|pycharm|clion|goland|webstorm|rustrover|android studio|\bxcode\b|\bn?vim\b|\bemacs\b|\bhelix\b|\bzed\b|sublime_text|\bkate\b|jupyter|rstudio|alacritty|\bkitty\b|wezterm|ghostty|konsole|gnome-terminal|\bxterm\b|iterm|terminal|tmux|powershell|github|gitlab|gitea|codeberg|bitbucket|stack ?overflow|docs\.rs|\blocalhost\b|dbeaver|wireshark|\.(rs|py)[^\w.]|\.(ts|tsx|go|java|cpp|c|h|hpp|cs|rb|php|swift|kt|sql|toml|ipynb)\b",
        "#1F6FB2",
        None,
        "编程",
    ),
    row(&["Communication"], "", "#C98A2B", Some(2), "沟通"),
    row(
        &["Communication", "Mail"],
        r"thunderbird|outlook|gmail|mail\.google\.com|\bmail\b|evolution|geary|mutt|protonmail|proton mail|fastmail|roundcube|foxmail|邮箱|邮件",
        "",
        None,
        "邮件",
    ),
    row(
        &["Communication", "Chat"],
        r"\bslack\b|discord|telegram|\bsignal\b|whatsapp|element\b|mattermost|zulip|wechat|weixin|微信|\bqq\b|dingtalk|钉钉|feishu|飞书|\blark\b|messenger|microsoft teams|\bteams\b",
        "#D9A441",
        None,
        "聊天",
    ),
    row(
        &["Communication", "Meetings"],
        r"\bzoom\b|zoom meeting|google meet|meet\.google\.com|webex|jitsi|\bbigbluebutton\b|skype|腾讯会议|wemeet|meeting \|",
        "#B5651D",
        None,
        "会议",
    ),
    row(&["Media"], "", "#A0474C", Some(-1), "媒体"),
    row(
        &["Media", "News"],
        r"news\.ycombinator|hacker news|bbc|the guardian|nytimes|\bcnn\b|reuters|feedly|newsflash|miniflux|newsboat|今日头条|澎湃",
        "#9C6B5A",
        None,
        "新闻",
    ),
    row(
        &["Media", "Music"],
        r"spotify|rhythmbox|strawberry|audacious|\bmpd\b|soundcloud|bandcamp|apple music|\bmusic\b|deezer|tidal|网易云音乐|qq音乐",
        "#8C5AA5",
        Some(0),
        "音乐",
    ),
    row(
        &["Media", "Video"],
        r"youtube|netflix|twitch|\bvlc\b|\bmpv\b|totem|celluloid|\bplex\b|jellyfin|prime video|disney\+|vimeo|bilibili|哔哩哔哩|youku|优酷|iqiyi|爱奇艺|抖音|tiktok",
        "#C0504D",
        Some(-2),
        "视频",
    ),
    row(
        &["Media", "Social"],
        r"reddit|twitter|\bx\.com\b|/ X\b|mastodon|bluesky|facebook|instagram|linkedin|pinterest|tumblr|weibo|微博|zhihu|知乎|xiaohongshu|小红书|豆瓣",
        "#D17A7A",
        Some(-2),
        "社交",
    ),
];

#[cfg(test)]
mod tests {
    use attnd_core::Data;

    use super::*;

    fn category(app: &str, title: &str) -> String {
        let data = Data::from([("app", app.into()), ("title", title.into())]);
        CategoryRules::default_rules().classify(&data).join(" > ")
    }

    #[test]
    fn common_windows_fall_where_people_expect() {
        for (app, title, expected) in [
            ("firefox", "Rust Programming - YouTube", "Media > Video"),
            ("firefox", "Example Domain", "Browsing"),
            ("firefox", "attnd/attnd: the attention daemon · GitHub", "Work > Programming"),
            ("code", "main.rs - attnd - Visual Studio Code", "Work > Programming"),
            ("org.gnome.Nautilus", "Downloads", "System"),
            ("thunderbird", "Inbox", "Communication > Mail"),
            ("Slack", "general", "Communication > Chat"),
            ("zoom", "Zoom Meeting", "Communication > Meetings"),
            ("soffice.bin", "budget.ods - LibreOffice Calc", "Work > Documents"),
            ("obsidian", "diary", "Work > Writing"),
            ("steam", "Library", "Games"),
            ("微信", "文件传输助手", "Communication > Chat"),
            ("something", "else", "Uncategorized"),
        ] {
            assert_eq!(category(app, title), expected, "{app}: {title}");
        }
    }

    #[test]
    fn the_rows_are_whole() {
        let rules = CategoryRules::default_rules();
        assert_eq!(rules.problems(), []);
        for category in rules.categories() {
            let path = &category.name;
            assert!(rules.color(path).is_some_and(|color| color.len() == 7), "{path:?}");
            let parent = &path[..path.len() - 1];
            assert!(parent.is_empty() || rules.categories().iter().any(|other| other.name == parent));
        }
    }

    #[test]
    fn the_plain_rules_need_no_backtracking() {
        let rules = CategoryRules::default_rules();
        assert_eq!(rules.rules.slow().count(), 0);
    }
}
