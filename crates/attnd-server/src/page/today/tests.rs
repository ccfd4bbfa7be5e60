//! Does the page say what the day was, whatever is in it?

use std::sync::{Arc, LazyLock};

use attnd_core::{BucketId, BucketType, Duration, TimeRange, Timestamp};
use attnd_engine::CategoryRules;
use attnd_engine::flow::{CategoryShare, Day, DaySpan, Share, SourceSeen};
use attnd_engine::measure::{MeasureConfig, measures};
use attnd_engine::pairing::{Pairing, PairingState};
use attnd_engine::track::Track;
use axum::http::HeaderMap;
use jiff::civil::date;
use jiff::tz::TimeZone;

use super::view::{Lanes, Today};
use crate::page::text::Language;
use crate::page::visitor::{Theme, Visitor};

const NOW: &str = "2026-11-20T14:15:00Z";

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn visitor(language: Language) -> Visitor {
    let mut visitor = Visitor::of(&HeaderMap::new(), "");
    visitor.locale.language = language;
    visitor.locale.zone = TimeZone::get("Europe/Berlin").unwrap();
    visitor
}

/// A day of spans that follow each other, of `(application, title, minutes)`; without an
/// application, away.
fn day(pieces: &[(&str, &str, u32)]) -> Day {
    let mut start = at("2026-11-20T07:58:00Z");
    let mut spans = Vec::new();
    for (application, title, minutes) in pieces {
        let range = TimeRange::from(start, Duration::from_s(minutes * 60));
        start = range.end();
        if !application.is_empty() {
            let category: Arc<[String]> = match *application {
                "VS Code" | "Terminal" => Arc::from(["Work".to_owned(), "Programming".to_owned()]),
                "Thunderbird" => Arc::from(["Work".to_owned(), "Mail".to_owned()]),
                _ => Arc::from(["Uncategorized".to_owned()]),
            };
            let (application, title) = ((*application).to_owned(), (*title).to_owned());
            spans.push(DaySpan { range, application, title, category, domain: None });
        }
    }
    of_spans(spans)
}

fn of_spans(spans: Vec<DaySpan>) -> Day {
    let mut applications: Vec<Share> = Vec::new();
    let mut categories: Vec<CategoryShare> = Vec::new();
    for span in &spans {
        let length = span.range.duration();
        match applications.iter_mut().find(|share| share.name == span.application) {
            Some(share) => share.active = share.active.saturating_add(length),
            None => applications.push(Share { name: span.application.clone(), active: length }),
        }
        match categories.iter_mut().find(|share| share.path[..] == span.category[..]) {
            Some(share) => share.active = share.active.saturating_add(length),
            None => categories.push(CategoryShare { path: span.category.to_vec(), active: length }),
        }
    }
    applications.sort_by_key(|share| std::cmp::Reverse(share.active));
    categories.sort_by_key(|share| std::cmp::Reverse(share.active));
    let source = |bucket: &str, kind: &str, seen: Option<&str>| SourceSeen {
        bucket: BucketId::parse(bucket).unwrap(),
        kind: BucketType(kind.to_owned()),
        last_seen: seen.map(at),
    };
    let range = TimeRange::parse("2026-11-19T23:00:00Z/2026-11-20T23:00:00Z").unwrap();
    Day {
        date: date(2026, 11, 20),
        range,
        measures: measures(&Track::default(), range, &|_| false, &MeasureConfig::default(), None),
        states: Vec::new(),
        active: applications.iter().map(|share| share.active).sum(),
        applications,
        categories,
        longest: spans.iter().max_by_key(|span| span.range.duration()).cloned(),
        now: spans.last().cloned(),
        spans,
        sources: vec![
            source("aw-watcher-window_laptop", "currentwindow", Some("2026-11-20T14:14:58Z")),
            source("aw-watcher-afk_laptop", "afkstatus", Some("2026-11-20T14:14:40Z")),
            source("aw-watcher-web-firefox", "web.tab.current", Some("2026-11-20T12:03:00Z")),
            source("attnd-input_laptop", "os.hid.input", None),
        ],
        simulated: false,
    }
}

fn ordinary_day() -> Day {
    let mut day = day(&[
        ("Thunderbird", "Inbox", 14),
        ("Firefox", "Issue tracker", 9),
        ("VS Code", "strip.rs — attnd", 48),
        ("Terminal", "cargo test", 6),
        ("VS Code", "view.rs — attnd", 33),
        ("", "", 17),
        ("Firefox", "Documentation of jiff", 21),
        ("VS Code", "locale.rs — attnd", 27),
        ("Slack", "#general", 8),
        ("", "", 61),
        ("Thunderbird", "Re: Tuesday", 11),
        ("Zoom", "Weekly", 42),
        ("VS Code", "today.html — attnd", 55),
        ("Spotify", "Goldberg", 2),
        ("Files", "Downloads", 3),
        ("Calculator", "Calculator", 1),
        ("Signal", "Ada", 4),
        ("Firefox", "Miniflux", 15),
    ]);
    day.simulated = true;
    day
}

fn no_data() -> Day {
    Day { sources: Vec::new(), simulated: false, ..day(&[]) }
}

/// Thousands of short stretches: what an agent-driven terminal does to a day.
fn restless_day() -> Day {
    let start = at("2026-11-20T07:30:00Z");
    let names =
        ["VS Code", "Firefox", "Terminal", "Slack", "Thunderbird", "Files", "Signal", "Zoom", "Notes"];
    let spans = (0..2_600_u32).map(|index| DaySpan {
        range: TimeRange::from(
            start.saturating_add(Duration::from_s(index * 9)),
            Duration::from_s(3 + index % 6),
        ),
        application: names[(index as usize * index as usize / 7 + index as usize / 90) % names.len()]
            .to_owned(),
        title: format!("window {index}"),
        category: Arc::from([]),
        domain: None,
    });
    of_spans(spans.collect())
}

fn html(day: &Day, language: Language) -> String {
    let visitor = visitor(language);
    page(&visitor, day).html().unwrap()
}

fn page<'a>(visitor: &'a Visitor, day: &'a Day) -> Today<'a> {
    static RULES: LazyLock<CategoryRules> = LazyLock::new(CategoryRules::default_rules);
    let lanes = Lanes::Applications;
    Today { visitor, day, categories: &RULES, now: at(NOW), lanes, paused_until: None, pairings: &[] }
}

/// The text between tags, one line a piece: what a reader reads, in order.
fn read(html: &str) -> String {
    let main = html.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).unwrap();
    let pieces = main.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text.trim());
    pieces.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n").replace('\u{a0}', " ")
}

#[test]
fn an_ordinary_day_reads_well() {
    let english = read(&html(&ordinary_day(), Language::En));
    let opening: Vec<&str> = english.lines().take(12).collect();
    insta::assert_snapshot!(opening.join("\n"), @r"
    ‹
    Friday, 20 November 2026
    Simulated data: made up for a demonstration, recorded from nobody.
    About five hours at the computer so far today, mostly in VS Code (2 h 43 min) and Firefox (45 min).
    From 08:58 to 15:15. For 1 h 18 min in between you were away, or nothing was recorded.
    In front now
    Firefox
    Miniflux
    for 15 min, since 15:00
    Show the newest figures
    Through the day (simulated data)
    By application
    ");
    let chinese = read(&html(&ordinary_day(), Language::Zh));
    let opening: Vec<&str> = chinese.lines().take(12).collect();
    insta::assert_snapshot!(opening.join("\n"), @r"
    ‹
    2026年11月20日 星期五
    模拟数据：为演示而生成，并非任何人的记录。
    今天到现在，您使用电脑约 5 小时，大部分时间在 VS Code（2 小时 43 分）和 Firefox（45 分钟）。
    从 08:58 到 15:15；其间有 1 小时 18 分您不在电脑前，或没有记录。
    当前最前
    Firefox
    Miniflux
    已持续 15 分钟，从 15:00 开始
    显示最新数据
    一天的经过（模拟数据）
    按应用
    ");
}

#[test]
fn no_data_teaches_how_to_begin() {
    for language in Language::ALL {
        let html = html(&no_data(), language);
        for command in ["attnd watch", "attnd service install", "attnd import FILE"] {
            assert!(html.contains(&format!("<code>{command}</code>")), "{command}");
        }
        assert!(!html.contains("<table") && !html.contains("/today/pause/"));
    }
}

#[test]
fn a_day_without_records_says_why() {
    let empty = Day { date: date(2026, 11, 18), now: None, ..day(&[]) };
    let html = html(&empty, Language::En);
    assert!(html.contains("Nothing was recorded on Wednesday."));
    let eve = Day { date: date(2026, 11, 21), ..empty.clone() };
    let visitor = visitor(Language::En);
    let weekend = Today { now: at("2026-11-22T09:00:00Z"), ..page(&visitor, &eve) }.html().unwrap();
    assert!(weekend.contains("href=\"/today/2026-11-20\">Last recorded: Friday, 20 November 2026"));
    assert!(html.contains("recording was paused"));
    assert!(!html.contains("class=\"timeline\""));
}

#[test]
fn what_comes_from_outside_is_text() {
    let long = format!("<script>alert(1)</script>{}", "标题 title ".repeat(30));
    let name = "\"><img src=x onerror=alert(1)>";
    let hostile =
        day(&[(name, &long, 30), ("Firefox", "<b>bold</b>", 20), (name, "'\" onmouseover=alert(1) x='", 10)]);
    let asking = Pairing {
        id: "1".to_owned(),
        origin: "moz-extension://<script>alert(2)</script>".to_owned(),
        bucket: None,
        state: PairingState::Pending,
        asked: at(NOW),
        answered: None,
        token: attnd_engine::pairing::PairingToken::Waiting,
    };
    let visitor = visitor(Language::En);
    for lanes in [Lanes::Applications, Lanes::Categories] {
        let pairings = [asking.clone()];
        let html = Today { pairings: &pairings, lanes, ..page(&visitor, &hostile) }.html().unwrap();
        assert!(!html.contains("<script>alert") && !html.contains("<img") && !html.contains("<b>"));
        assert!(html.contains("&#60;script&#62;alert(1)"), "it is shown as it is");
        assert!(!html.contains(" onmouseover=alert(1) x='"), "quotes cannot end an attribute");
    }
}

#[test]
fn pairings_are_answered_by_their_forms() {
    let visitor = visitor(Language::En);
    let pairing = |id: &str, state| Pairing {
        id: id.to_owned(),
        origin: format!("moz-extension://{id}"),
        bucket: Some(BucketId::parse("aw-watcher-web-firefox").unwrap()),
        state,
        asked: at(NOW),
        answered: None,
        token: attnd_engine::pairing::PairingToken::Waiting,
    };
    let pairings = [pairing("new", PairingState::Pending), pairing("old", PairingState::Refused)];
    let day = ordinary_day();
    let html = Today { pairings: &pairings, ..page(&visitor, &day) }.html().unwrap();
    assert!(html.contains("formaction=\"/today/pairings/new/approve\""));
    assert!(html.contains("moz-extension://new asks to send to aw-watcher-web-firefox."));
    assert!(!html.contains("moz-extension://old"), "what was answered is not asked again");
}

#[test]
fn a_pause_is_said_and_can_be_ended() {
    let visitor = visitor(Language::En);
    let day = ordinary_day();
    let html =
        Today { paused_until: Some(at("2026-11-20T14:45:00Z")), ..page(&visitor, &day) }.html().unwrap();
    assert!(html.contains("Recording is paused until 15:45."));
    assert!(html.contains("action=\"/today/resume\"") && !html.contains("/today/pause/"));
    assert_eq!(html.matches("Recording is paused until").count(), 1);
}

#[test]
fn days_lead_to_their_neighbours_and_not_into_the_future() {
    let present = html(&ordinary_day(), Language::En);
    assert!(present.contains("href=\"/today/2026-11-19\" rel=\"prev\"") && !present.contains("rel=\"next\""));
    let eve = Day { date: date(2026, 11, 19), ..ordinary_day() };
    assert!(html(&eve, Language::En).contains("href=\"/today\" rel=\"next\""));
}

#[test]
fn the_page_keeps_the_content_security_policy() {
    for html in [
        html(&ordinary_day(), Language::En),
        html(&restless_day(), Language::Zh),
        html(&no_data(), Language::En),
    ] {
        for forbidden in ["style=", "<style", "http://", "https://", " onclick", "<script>"] {
            assert!(!html.contains(forbidden), "{forbidden}");
        }
        for script in html.split("<script").skip(1) {
            assert!(script.starts_with(" type=\"module\" src=\"/assets/"));
        }
    }
}

#[test]
fn a_restless_day_stays_small_and_bounded() {
    let html = html(&restless_day(), Language::En);
    assert!(html.len() < 400_000, "{} bytes", html.len());
    assert_eq!(html.matches("<tr><td>").count(), 50);
    assert!(html.contains("The 50 longest of 2,600 stretches"));
    assert!(html.contains("the height of a bar"));
}

/// Writes every state of the page for looking at: `ATTND_PAGES=folder cargo test -p attnd-server`.
#[test]
fn every_state_can_be_written() {
    let long = "A title that goes on 很长的标题 ".repeat(12);
    let mut long_day = day(&[("VS Code", &long, 130), (&long, "x", 70), ("Firefox", &long, 40)]);
    long_day.now = long_day.spans.last().cloned();
    let states = [
        ("none", no_data()),
        ("day", ordinary_day()),
        ("restless", restless_day()),
        ("long", long_day),
        ("empty", Day { now: None, ..day(&[]) }),
        ("past", Day { date: date(2026, 11, 18), now: None, ..ordinary_day() }),
    ];
    for (name, day) in &states {
        for language in Language::ALL {
            for theme in [Theme::Light, Theme::Dark] {
                let visitor = Visitor { theme, ..visitor(language) };
                let html = page(&visitor, day).html().unwrap();
                assert!(html.contains("</html>"));
                if let Ok(folder) = std::env::var("ATTND_PAGES") {
                    let file = format!("{folder}/{name}-{}-{}.html", language.code(), theme.code());
                    std::fs::write(file, html).unwrap();
                }
            }
        }
    }
}
