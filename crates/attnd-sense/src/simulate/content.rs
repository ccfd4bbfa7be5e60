//! What do the windows of a made-up person show? Projects, places and words, English and Chinese.

/// Something the person works on for weeks.
#[derive(Debug)]
pub(super) struct Project {
    pub(super) name: &'static str,
    pub(super) craft: Craft,
    pub(super) language: &'static str,
    pub(super) files: [&'static str; 6],
    pub(super) documents: [&'static str; 6],
    pub(super) subjects: [&'static str; 6],
    /// Where it lives on the web: address without what follows, and how its pages' titles end.
    pub(super) home: (&'static str, &'static str),
    pub(super) channel: &'static str,
}

/// What most of the work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Craft {
    Programming,
    Writing,
    Analysis,
}

pub(super) const PROJECTS: [Project; 6] = [
    Project {
        name: "harbour",
        craft: Craft::Programming,
        language: "rust",
        files: [
            "src/ingest.rs",
            "src/queue.rs",
            "src/main.rs",
            "tests/replay.rs",
            "Cargo.toml",
            "docs/design.md",
        ],
        documents: ["Ingest design", "Load test", "运维手册", "Roadmap", "Post-mortem 14", "Release notes"],
        subjects: [
            "Back-pressure in the ingest queue",
            "replay after restart",
            "Flaky replay test",
            "发布 2.4 的准备",
            "Review: split the writer",
            "Latency on small machines",
        ],
        home: ("https://git.example.org/harbour/harbour", "harbour/harbour - Gitea"),
        channel: "#harbour-dev",
    },
    Project {
        name: "lighthouse-web",
        craft: Craft::Programming,
        language: "typescript",
        files: [
            "src/pages/today.tsx",
            "src/api/client.ts",
            "src/styles/theme.css",
            "src/i18n/zh.json",
            "tests/today.spec.ts",
            "package.json",
        ],
        documents: [
            "Accessibility review",
            "Page map",
            "界面文案",
            "Browser support",
            "Icons",
            "Release notes",
        ],
        subjects: [
            "Keyboard focus is lost after saving",
            "Dark theme contrast",
            "翻译更新",
            "Today page is slow on phones",
            "Review: date picker",
            "Bundle size",
        ],
        home: ("https://git.example.org/lighthouse/web", "lighthouse/web - Gitea"),
        channel: "#lighthouse",
    },
    Project {
        name: "季度报告",
        craft: Craft::Writing,
        language: "markdown",
        files: ["outline.md", "chapter-1.md", "chapter-2.md", "figures.md", "sources.bib", "README.md"],
        documents: [
            "季度报告 第三稿",
            "预算表 2025",
            "Survey results",
            "访谈记录",
            "Executive summary",
            "图表",
        ],
        subjects: [
            "关于季度报告的修改意见",
            "Numbers for chapter 2",
            "预算审核",
            "Figures in higher resolution",
            "截止日期提醒",
            "Comments on the summary",
        ],
        home: ("https://docs.example.org/report", "季度报告 - ONLYOFFICE"),
        channel: "#报告",
    },
    Project {
        name: "tides",
        craft: Craft::Analysis,
        language: "python",
        files: [
            "notebooks/explore.ipynb",
            "tides/clean.py",
            "tides/model.py",
            "tides/plots.py",
            "tests/test_clean.py",
            "pyproject.toml",
        ],
        documents: [
            "Data dictionary",
            "Sensor log",
            "模型比较",
            "Results table",
            "Methods section",
            "Review answers",
        ],
        subjects: [
            "Missing readings in March",
            "Which baseline?",
            "数据清洗规则",
            "Plots for the paper",
            "Re: reviewer 2",
            "Sensor 7 drifts",
        ],
        home: ("https://git.example.org/tides/tides", "tides/tides - Gitea"),
        channel: "#tides",
    },
    Project {
        name: "培训课程",
        craft: Craft::Writing,
        language: "markdown",
        files: ["lesson-1.md", "lesson-2.md", "lesson-3.md", "exercises.md", "slides.md", "feedback.md"],
        documents: [
            "第二课 讲义",
            "Course plan",
            "练习与答案",
            "Participants",
            "Feedback 2025",
            "Slides lesson 3",
        ],
        subjects: [
            "课程时间调整",
            "Room for the workshop",
            "Exercise 4 is unclear",
            "新学员名单",
            "Slides for Thursday",
            "Feedback from last week",
        ],
        home: ("https://learn.example.org/course", "培训课程 | Moodle"),
        channel: "#course",
    },
    Project {
        name: "ledger-tools",
        craft: Craft::Programming,
        language: "go",
        files: [
            "cmd/import/main.go",
            "internal/match/match.go",
            "internal/match/match_test.go",
            "go.mod",
            "docs/format.md",
            "internal/bank/parse.go",
        ],
        documents: [
            "Import format",
            "对账流程",
            "Test cases",
            "Open questions",
            "Migration plan",
            "Release notes",
        ],
        subjects: [
            "Rounding in the import",
            "对账差异",
            "Match rule for refunds",
            "Old exports fail to parse",
            "Review: parser errors",
            "Migration on Friday",
        ],
        home: ("https://git.example.org/ledger/tools", "ledger/tools - Gitea"),
        channel: "#ledger",
    },
];

/// Reference pages: address and title.
pub(super) const REFERENCES: [(&str, &str); 14] = [
    ("https://doc.rust-lang.org/std/sync/mpsc/index.html", "std::sync::mpsc - Rust"),
    ("https://docs.rs/tokio/latest/tokio/sync/index.html", "tokio::sync - Rust"),
    ("https://developer.mozilla.org/en-US/docs/Web/CSS/color-scheme", "color-scheme - CSS | MDN"),
    ("https://developer.mozilla.org/zh-CN/docs/Web/HTML", "HTML（超文本标记语言） | MDN"),
    ("https://stackoverflow.com/questions/tagged/sqlite", "Newest 'sqlite' Questions - Stack Overflow"),
    ("https://www.sqlite.org/wal.html", "Write-Ahead Logging"),
    ("https://en.wikipedia.org/wiki/Tide", "Tide - Wikipedia"),
    ("https://zh.wikipedia.org/wiki/注意", "注意 - 维基百科，自由的百科全书"),
    ("https://pandas.pydata.org/docs/reference/frame.html", "DataFrame — pandas documentation"),
    ("https://pkg.go.dev/encoding/csv", "csv package - encoding/csv - Go Packages"),
    ("https://www.overleaf.com/project", "Projects - Overleaf"),
    ("https://www.deepl.com/translator", "DeepL Translate"),
    ("https://scholar.google.com/", "Google Scholar"),
    ("https://arxiv.org/list/cs.HC/recent", "Human-Computer Interaction"),
];

/// Places for oneself: address, title, and whether they sound.
pub(super) const LEISURE: [(&str, &str, Sound); 14] = [
    ("https://news.ycombinator.com/", "Hacker News", Sound::Silent),
    ("https://www.bbc.com/news", "Home - BBC News", Sound::Silent),
    ("https://www.zhihu.com/", "首页 - 知乎", Sound::Silent),
    ("https://www.bilibili.com/", "哔哩哔哩 (゜-゜)つロ 干杯~", Sound::Audible),
    ("https://www.youtube.com/watch", "How tides really work - YouTube", Sound::Audible),
    ("https://www.youtube.com/watch", "Lo-fi for long evenings - YouTube", Sound::Audible),
    ("https://www.reddit.com/r/rust/", "The Rust Programming Language", Sound::Silent),
    ("https://mastodon.social/home", "Home - Mastodon", Sound::Silent),
    ("https://weibo.com/", "微博 – 随时随地发现新鲜事", Sound::Silent),
    ("https://www.douban.com/", "豆瓣", Sound::Silent),
    ("https://www.bahn.de/", "Fahrplan und Tickets", Sound::Silent),
    ("https://weather.example.org/", "Weather for the week", Sound::Silent),
    ("https://shop.example.org/bicycles", "Bicycles and parts", Sound::Silent),
    ("https://recipes.example.org/", "麻婆豆腐的做法", Sound::Silent),
];

/// Places to look at things to buy: address and title.
pub(super) const SHOPS: [(&str, &str); 4] = [
    ("https://shop.example.org/bicycles", "Bicycles and parts"),
    ("https://shop.example.org/basket", "Your basket (2)"),
    ("https://books.example.org/", "书店 – 新书"),
    ("https://kitchen.example.org/pans", "Pans and pots"),
];

/// Whether a page sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sound {
    Silent,
    Audible,
}

pub(super) const COLLEAGUES: [&str; 8] =
    ["Li Wei", "王芳", "Anna Berg", "Tomás Ruiz", "陈晨", "Priya Nair", "Jonas Keller", "Mei Tanaka"];

pub(super) const COMMANDS: [&str; 10] = [
    "git status",
    "git log --oneline",
    "cargo test",
    "cargo run",
    "pytest -q",
    "npm test",
    "go test ./...",
    "htop",
    "ssh build.example.org",
    "vim notes.txt",
];

pub(super) const SEARCHES: [&str; 10] = [
    "bounded channel back pressure",
    "css contrast ratio dark",
    "pandas resample missing values",
    "go csv quoted newline",
    "如何写季度报告",
    "sqlite wal checkpoint",
    "git undo last commit",
    "libreoffice table of contents",
    "潮汐 模型",
    "keyboard focus after dialog",
];

pub(super) const MUSIC: [&str; 6] = [
    "Erik Satie - Gymnopédie No. 1",
    "王菲 - 红豆",
    "Nils Frahm - Says",
    "Bill Evans - Peace Piece",
    "林忆莲 - 至少还有你",
    "Ólafur Arnalds - saman",
];
