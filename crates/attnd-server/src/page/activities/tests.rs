//! Do the activities say what the time went to, whatever it was?

use attnd_core::{Duration, TimeRange};
use attnd_engine::activity::{Activities, ActivityShare, TitleShare};
use attnd_engine::rules::{
    RuleExample, RuleMove, RulePreview, RuleProposal, RuleSample, RuleSuggestion, RuleWarning,
};
use attnd_engine::{Case, CategoryRules, Rule};
use axum::http::HeaderMap;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use super::asked::{Asked, BadDays};
use super::assign::{AskedRule, Assign};
use super::preview::Preview;
use super::view::View;
use crate::page::change::{Before, Change, Said};
use crate::page::form::Fields;
use crate::page::text::Language;
use crate::page::visitor::{Theme, Visitor};

const TODAY: Date = date(2026, 11, 20);
const HOSTILE: &str = "\"><script>alert(1)</script><img src=x onerror=alert(1)> '\" onmouseover=alert(1) x='";

fn visitor(language: Language) -> Visitor {
    let mut visitor = Visitor::of(&HeaderMap::new(), "");
    visitor.locale.language = language;
    visitor.locale.zone = TimeZone::get("Europe/Berlin").unwrap();
    visitor
}

fn minutes(minutes: u32) -> Duration {
    Duration::from_s(minutes * 60)
}

fn path(path: &str) -> Vec<String> {
    path.split('/').map(str::to_owned).collect()
}

fn shares(rows: &[(&str, u32)]) -> Vec<ActivityShare<String>> {
    rows.iter()
        .map(|(name, time)| ActivityShare { name: (*name).to_owned(), active: minutes(*time) })
        .collect()
}

fn title(title: &str, application: &str, category: &str, time: u32) -> TitleShare {
    TitleShare {
        title: title.to_owned(),
        application: application.to_owned(),
        site: (application == "Firefox").then(|| "docs.rs".to_owned()),
        category: path(category),
        active: minutes(time),
        visits: 3,
    }
}

fn week() -> Activities {
    let categories = [
        ("Work/Programming", 760),
        ("Work/Documents", 242),
        ("Work", 31),
        ("Communication/Mail", 187),
        ("Communication/Chat", 96),
        ("Uncategorized", 210),
        ("Browsing", 55),
    ];
    let category = |(name, time): (&str, u32)| ActivityShare { name: path(name), active: minutes(time) };
    let categories: Vec<_> = categories.map(category).into();
    Activities {
        range: TimeRange::parse("2026-11-15T23:00:00Z/2026-11-22T23:00:00Z").unwrap(),
        active: categories.iter().map(|share| share.active).sum(),
        categories,
        applications: shares(&[
            ("VS Code", 640),
            ("Firefox", 402),
            ("Thunderbird", 187),
            ("LibreOffice Writer", 150),
            ("Slack", 96),
            ("Terminal", 60),
            ("Spotify", 12),
            ("Files", 9),
            ("Zoom", 8),
            ("Signal", 6),
            ("Calculator", 4),
            ("Notes", 3),
            ("Settings", 2),
            ("Archive Manager", 1),
            ("", 1),
        ]),
        sites: shares(&[("docs.rs", 120), ("github.com", 96), ("news.ycombinator.com", 40)]),
        titles: (0..60)
            .map(|n| {
                title(
                    &format!("view.rs — attnd — file {n}"),
                    ["VS Code", "Firefox"][n % 2],
                    "Work/Programming",
                    40 - u32::try_from(n).unwrap() / 2,
                )
            })
            .collect(),
        titles_left_out: 143,
        simulated: true,
    }
}

fn nothing() -> Activities {
    Activities {
        active: Duration::ZERO,
        categories: Vec::new(),
        applications: Vec::new(),
        sites: Vec::new(),
        titles: Vec::new(),
        titles_left_out: 0,
        simulated: false,
        ..week()
    }
}

fn asked<const N: usize>(pairs: [(&str, &str); N]) -> Asked {
    Asked::of(&Fields::from(pairs), TODAY).0
}

fn suggestions() -> Vec<RuleSuggestion> {
    let suggestion = |site: Option<&str>, application: &str, time| RuleSuggestion {
        example: RuleExample {
            site: site.map(str::to_owned),
            application: Some(application.to_owned()),
            title: None,
        },
        proposal: RuleProposal { category: Vec::new(), rule: Rule::Nothing },
        active: minutes(time),
    };
    vec![suggestion(Some("crates.io"), "Firefox", 80), suggestion(None, "Obsidian", 61)]
}

fn page(visitor: &Visitor, asked: &Asked, activities: &Activities) -> String {
    shown(visitor, asked, activities, None, None)
}

fn shown(
    visitor: &Visitor,
    asked: &Asked,
    activities: &Activities,
    bad_days: Option<BadDays>,
    change: Option<&Change>,
) -> String {
    let rules = CategoryRules::default_rules();
    let suggestions = suggestions();
    let view = View {
        visitor,
        today: TODAY,
        asked,
        bad_days,
        activities,
        suggestions: &suggestions,
        rules: &rules,
        change,
    };
    view.html().unwrap()
}

fn preview(visitor: &Visitor) -> Preview {
    let sample = |title: &str, time| RuleSample {
        application: "Firefox".to_owned(),
        title: title.to_owned(),
        site: Some("docs.rs".to_owned()),
        from: path("Browsing"),
        to: path("Work/Programming"),
        active: minutes(time),
    };
    let preview = RulePreview {
        matched: minutes(210),
        moved: minutes(192),
        active: minutes(9_000),
        moves: vec![RuleMove { from: path("Browsing"), to: path("Work/Programming"), active: minutes(192) }],
        samples: vec![
            sample("serde - Rust — docs.rs", 90),
            sample(&"A very long title 很长的标题 ".repeat(12), 60),
            sample("", 2),
        ],
        windows: 41,
        warnings: vec![RuleWarning::TakesFromOthers],
    };
    Preview::of(&preview, &CategoryRules::default_rules(), &visitor.locale)
}

fn asked_rule() -> AskedRule {
    AskedRule {
        example: RuleExample {
            application: Some("Firefox".to_owned()),
            site: Some("docs.rs".to_owned()),
            title: Some("serde - Rust".to_owned()),
        },
        category: "5".to_owned(),
        new: String::new(),
        pattern: Some("docs\\.rs".to_owned()),
        keys: "url".to_owned(),
        case: Some(Case::Ignored),
        back: "/activities?from=2026-11-16&to=2026-11-22".to_owned(),
    }
}

fn assign(
    visitor: &Visitor,
    asked: &AskedRule,
    fault: Option<(&'static str, String)>,
    preview: Option<Preview>,
) -> String {
    Assign { visitor, rules: &CategoryRules::default_rules(), asked, fault, preview }.html().unwrap()
}

/// The text between tags, one line a piece.
fn read(html: &str) -> String {
    let main = html.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).unwrap();
    let pieces = main.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text.trim());
    pieces.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n").replace('\u{a0}', " ")
}

fn headline(language: Language, pairs: &[(&str, &str)], activities: &Activities) -> String {
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let asked = Asked::of(&Fields::from(pairs), TODAY).0;
    let html = page(&visitor(language), &asked, activities);
    let headline = html.split("<h1>").nth(1).and_then(|rest| rest.split("</h1>").next()).unwrap();
    headline.replace('\u{a0}', " ")
}

#[test]
fn one_sentence_says_what_the_time_went_to() {
    let (week, nothing) = (week(), nothing());
    let lines = Language::ALL.map(|language| {
        [
            headline(language, &[], &week),
            headline(language, &[("category", "Work"), ("category", "Programming")], &week),
            headline(
                language,
                &[("application", "VS Code"), ("from", "2026-10-01"), ("to", "2026-10-31")],
                &week,
            ),
            headline(language, &[("q", "docs")], &week),
            headline(language, &[("from", "2026-11-19")], &nothing),
            headline(language, &[("q", "docs")], &nothing),
            headline(language, &[("site", "docs.rs")], &nothing),
        ]
        .join("\n")
    });
    insta::assert_snapshot!(lines.join("\n"), @r"
    About 26 h 20 min at the computer this week, mostly Work (17 h 13 min) and Communication (4 h 43 min).
    Work › Programming took about 26 h 20 min this week.
    VS Code took about 26 h 20 min in October 2026.
    Windows with “docs” took about 26 h 20 min this week.
    Nothing was recorded yesterday.
    No window had “docs” this week.
    Nothing of docs.rs was in front this week.
    本周，您使用电脑约 26 小时 20 分钟，大部分是工作（17 小时 13 分）和沟通（4 小时 43 分）。
    本周，工作 › 编程 约用时 26 小时 20 分钟。
    2026年10月，VS Code 约用时 26 小时 20 分钟。
    本周，含“docs”的窗口约用时 26 小时 20 分钟。
    昨天没有任何记录。
    本周没有窗口包含“docs”。
    本周没有使用过 docs.rs。
    ");
}

#[test]
fn each_step_leads_one_further_down_and_back_up() {
    let visitor = visitor(Language::En);
    let week = week();
    let all = page(&visitor, &asked([]), &week);
    let time = "/activities?from=2026-11-16&#38;to=2026-11-22";
    assert!(all.contains(&format!("href=\"{time}&#38;category=Work\">Work</a>")), "{all}");
    assert!(!all.contains("id=\"titles\""), "all titles of a week answer nothing");
    let work = page(&visitor, &asked([("category", "Work")]), &week);
    assert!(work.contains(&format!("href=\"{time}&#38;category=Work&#38;category=Programming\"")), "{work}");
    assert!(work.contains(&format!("href=\"{time}\">Everything</a>")) && work.contains("Work itself"));
    let code = page(&visitor, &asked([("category", "Work"), ("application", "VS Code")]), &week);
    assert!(code.contains(&format!("href=\"{time}&#38;category=Work\">Work</a>")));
    assert!(code.contains("aria-current=\"page\">VS Code</span>"));
}

#[test]
fn titles_are_folded_and_none_is_lost() {
    let visitor = visitor(Language::En);
    let week = week();
    let first = asked([("application", "VS Code")]);
    let html = page(&visitor, &first, &week);
    assert_eq!(html.matches("class=\"category\"").count(), 25);
    assert!(html.contains("The other 178 titles, "), "{html}");
    let more = page(&visitor, &asked([("application", "VS Code"), ("titles", "more")]), &week);
    assert_eq!(more.matches("class=\"category\"").count(), 60);
    assert!(more.contains("143 more titles, "));
    let all = page(&visitor, &asked([]), &week);
    assert!(all.contains("Others (3)"), "applications beyond the first twelve are summed up");
}

#[test]
fn what_has_no_category_is_asked_about_where_it_matters() {
    let visitor = visitor(Language::En);
    let mut week = week();
    let html = page(&visitor, &asked([]), &week);
    assert!(html.contains("3 h 30 min (13%) has no category yet."), "{}", read(&html));
    assert!(html.contains("aria-label=\"crates.io belongs to …\""));
    let within = page(&visitor, &asked([("category", "Work")]), &week);
    assert!(!within.contains("has no category yet"));
    week.categories.retain(|share| share.name != ["Uncategorized"]);
    assert!(!page(&visitor, &asked([]), &week).contains("has no category yet"));
}

#[test]
fn what_comes_from_outside_is_text() {
    let visitor = visitor(Language::En);
    let mut week = week();
    week.applications = shares(&[(HOSTILE, 100)]);
    week.sites = shares(&[(HOSTILE, 100)]);
    week.titles = vec![title(HOSTILE, HOSTILE, HOSTILE, 3)];
    week.categories[0].name = vec![HOSTILE.to_owned()];
    let searched = asked([("q", HOSTILE), ("application", HOSTILE), ("category", HOSTILE)]);
    let rule = AskedRule {
        example: RuleExample {
            application: Some(HOSTILE.to_owned()),
            site: Some(HOSTILE.to_owned()),
            title: Some(HOSTILE.to_owned()),
        },
        pattern: Some(HOSTILE.to_owned()),
        new: HOSTILE.to_owned(),
        keys: HOSTILE.to_owned(),
        ..asked_rule()
    };
    for html in [
        page(&visitor, &asked([]), &week),
        page(&visitor, &searched, &week),
        assign(&visitor, &rule, Some(("pattern", HOSTILE.to_owned())), None),
    ] {
        assert!(!html.contains("<script>alert") && !html.contains("<img"));
        assert!(!html.contains(" onmouseover=alert(1) x='"), "quotes cannot end an attribute");
        assert!(html.contains("&#60;script&#62;alert(1)"), "it is shown as it is");
        for forbidden in ["style=", "<style", "http://", "https://", " onclick"] {
            assert!(!html.contains(forbidden), "{forbidden}");
        }
    }
}

#[test]
fn the_rule_is_said_in_words_and_applied_only_after_a_preview() {
    let visitor = visitor(Language::En);
    let rule = asked_rule();
    let before = assign(&visitor, &rule, None, None);
    assert!(before.contains("It means: windows whose address contains “docs.rs”."), "{before}");
    assert!(!before.contains("formmethod=\"post\""));
    let after = assign(&visitor, &rule, None, Some(preview(&visitor)));
    let words = read(&after);
    assert!(words.contains("found in 41 windows, 3 h 30 min. Of that 3 h 12 min would move."), "{words}");
    assert!(words.contains("has a category of yours already"));
    assert!(after.contains("formmethod=\"post\" formaction=\"/activities/assign\""));
    let faulty = assign(&visitor, &rule, Some(("belongs", "Choose a category.".to_owned())), None);
    assert!(
        faulty.contains("id=\"belongs-fault\">Choose a category.") && faulty.contains("docs\\.rs</textarea>")
    );
}

#[test]
fn a_rule_that_was_added_is_said_with_its_undo() {
    let change = Change {
        id: "4".to_owned(),
        said: Said::Assigned { category: path("Work/Programming"), moved: minutes(192) },
        before: Some(Before::Categories { before: None, after: None }),
        page: "/activities".to_owned(),
        section: "done",
    };
    let html = shown(&visitor(Language::En), &asked([]), &week(), None, Some(&change));
    assert!(
        html.contains("Rule added. 3 h 12 min of the last 30 days moved to Work › Programming."),
        "{html}"
    );
    assert!(html.contains("action=\"/changes/4/undo\""));
}

/// Writes every state of the pages for looking at: `ATTND_PAGES=folder cargo test -p attnd-server`.
#[test]
fn every_state_can_be_written() {
    let long = "A title that goes on 很长的标题 ".repeat(12);
    let mut crowded = week();
    crowded.applications.insert(0, ActivityShare { name: long.clone(), active: minutes(500) });
    crowded.titles.insert(0, title(&long, &long, "Work/Programming", 50));
    let year = asked([("from", "2026-01-01"), ("to", "2026-12-31")]);
    let states = [
        ("week", asked([]), week(), None),
        ("category", asked([("category", "Work")]), week(), None),
        ("application", asked([("category", "Work"), ("application", "Firefox")]), week(), None),
        ("search", asked([("q", "docs")]), crowded.clone(), None),
        ("crowded", year, crowded, None),
        ("none", asked([]), nothing(), None),
        ("days", asked([]), week(), Some(BadDays)),
    ];
    for language in Language::ALL {
        for theme in [Theme::Light, Theme::Dark] {
            let visitor = Visitor { theme, ..visitor(language) };
            for (name, asked, activities, bad_days) in &states {
                write(
                    &visitor,
                    &format!("activities-{name}"),
                    &shown(&visitor, asked, activities, *bad_days, None),
                );
            }
            let rule = asked_rule();
            write(&visitor, "assign-first", &assign(&visitor, &rule, None, None));
            write(&visitor, "assign-preview", &assign(&visitor, &rule, None, Some(preview(&visitor))));
        }
    }
}

fn write(visitor: &Visitor, name: &str, html: &str) {
    assert!(html.contains("</html>"));
    if let Ok(folder) = std::env::var("ATTND_PAGES") {
        let file = format!("{folder}/{name}-{}-{}.html", visitor.language().code(), visitor.theme.code());
        std::fs::write(file, html).unwrap();
    }
}
