//! Does the page say what the day was, whatever is in it?

use std::sync::{Arc, LazyLock};

use attnd_core::{BucketId, BucketType, Duration, TimeRange, Timestamp};
use attnd_engine::CategoryRules;
use attnd_engine::flow::{CategoryShare, Day, DaySpan, Share, SourceSeen};
use attnd_engine::measure::{
    CategoryPath, FlowState, FocusSession, Interruption, MeasureConfig, Measures, Quantiles, StateRun,
    measures,
};
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
        measures: measured(&spans, range),
        states: states_of(&spans),
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

/// States as a reader would tell them: work is focus, glances are switching, the rest is shallow.
fn states_of(spans: &[DaySpan]) -> Vec<StateRun> {
    let mut runs: Vec<StateRun> = Vec::new();
    let mut push = |range: TimeRange, state: FlowState| match runs.last_mut() {
        Some(last) if last.state == state && last.range.end() == range.start() => {
            last.range = TimeRange::new(last.range.start(), range.end()).unwrap();
        }
        _ => runs.push(StateRun { range, state }),
    };
    let mut end = spans.first().map(|span| span.range.start());
    for span in spans {
        if let Some(end) = end.filter(|end| *end < span.range.start()) {
            push(TimeRange::new(end, span.range.start()).unwrap(), FlowState::Away);
        }
        let state = match (span.application.as_str(), span.range.duration()) {
            ("VS Code" | "Terminal", _) => FlowState::Focus,
            ("Slack", _) => FlowState::Interrupted,
            (_, length) if length < Duration::from_s(240) => FlowState::Switching,
            _ => FlowState::Shallow,
        };
        push(span.range, state);
        end = Some(span.range.end());
    }
    runs
}

/// What the engine would say of such states, where the page shows it.
fn measured(spans: &[DaySpan], range: TimeRange) -> Measures {
    let none = measures(&Track::default(), range, &|_| false, &MeasureConfig::default(), None);
    let time = |keep: &dyn Fn(&DaySpan) -> bool| -> Duration {
        spans.iter().filter(|span| keep(span)).map(|span| span.range.duration()).sum()
    };
    let work = |span: &DaySpan| span.category.first().is_some_and(|first| first == "Work");
    let programming: CategoryPath = Arc::from(["Work".to_owned(), "Programming".to_owned()]);
    let chat: CategoryPath = Arc::from(["Communication".to_owned(), "Chat".to_owned()]);
    let states = states_of(spans);
    let long =
        |run: &&StateRun| run.state == FlowState::Focus && run.range.duration() >= Duration::from_s(900);
    let sessions: Vec<FocusSession> = states
        .iter()
        .filter(long)
        .map(|run| FocusSession {
            range: run.range,
            focus: run.range.duration(),
            category: Arc::clone(&programming),
            application: "VS Code".into(),
            interruptions: 1,
        })
        .collect();
    let interruption = |run: &StateRun| {
        let lag = Duration::from_ns(run.range.duration().ns() / 4);
        Interruption {
            left: run.range.start(),
            resumed: run.range.end(),
            suspended: Arc::clone(&programming),
            by: Arc::clone(&chat),
            application: "Slack".into(),
            handling: Duration::from_ns(run.range.duration().ns() - lag.ns()),
            resume_lag: lag,
        }
    };
    let interruptions: Vec<_> =
        states.iter().filter(|run| run.state == FlowState::Interrupted).map(interruption).collect();
    Measures {
        active: time(&|_| true),
        focus: time(&work),
        uncategorized: time(&|span| !work(span)),
        in_sessions: sessions.iter().map(|session| session.focus).sum(),
        resume_lag: Quantiles::of(interruptions.iter().map(|one| one.resume_lag).collect()),
        deep_work: [0.61, 0.34, 0.0],
        longest_session: 0.29,
        fragmentation: Some(0.81),
        entropy: Some(0.64),
        sessions,
        interruptions,
        ..none
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
    let lanes = Lanes::States;
    Today {
        visitor,
        day,
        estimates: &[],
        question: None,
        change: None,
        categories: &RULES,
        now: at(NOW),
        lanes,
        paused_until: None,
        pairings: &[],
    }
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
    You had 2 h 49 min of focus today, in three pieces; the longest, 1 h 27 min, in the morning. Chat cost 8 min and one return.
    It may have been up to 4 h 34 min: 1 h 45 min have no category, and could have been focus too.
    About five hours at the computer so far today, mostly in VS Code (2 h 43 min) and Firefox (45 min). From 08:58 to 15:15. For 1 h 18 min in between you were away, or nothing was recorded.
    Through the day (simulated data)
    By state
    By application
    By category
    Focus
    2 h 49 min
    ");
    let chinese = read(&html(&ordinary_day(), Language::Zh));
    let opening: Vec<&str> = chinese.lines().take(12).collect();
    insta::assert_snapshot!(opening.join("\n"), @r"
    ‹
    2026年11月20日 星期五
    模拟数据：为演示而生成，并非任何人的记录。
    今天您有 2 小时 49 分的专注，分成 3 段；最长的一段 1 小时 27 分，在上午。聊天打断了您 1 次，连同回到原处共用去 8 分钟。
    另有 1 小时 45 分没有类别；如果也是专注，总共最多 4 小时 34 分。
    今天到现在，您使用电脑约 5 小时，大部分时间在 VS Code（2 小时 43 分）和 Firefox（45 分钟）。从 08:58 到 15:15；其间有 1 小时 18 分您不在电脑前，或没有记录。
    一天的经过（模拟数据）
    按状态
    按应用
    按类别
    专注
    2 小时 49 分
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
    let (visitor, day) = (visitor(Language::En), restless_day());
    let by_state = page(&visitor, &day).html().unwrap();
    let assets: usize = ["tokens.css", "attnd.css", "page.js", "timeline.js", "live.js"]
        .map(|name| std::fs::metadata(format!("{}/assets/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap().len())
        .iter()
        .sum::<u64>() as usize;
    let whole = by_state.len() + assets;
    assert!(whole < 100_000, "{} bytes, {assets} of them assets", whole);
    assert_eq!(by_state.matches("class=\"stop\"").count(), by_state.matches("</title></rect>").count());
    let by_application = Today { lanes: Lanes::Applications, ..page(&visitor, &day) }.html().unwrap();
    assert!(by_application.len() < 130_000, "{} bytes", by_application.len());
    assert!(by_application.contains("The 50 longest of 2,600 stretches"));
    assert!(by_application.contains("the height of a bar"));
}

#[test]
fn lanes_are_what_the_address_asks_for() {
    for (query, lanes) in [
        ("", Lanes::States),
        ("by=state", Lanes::States),
        ("lang=zh&by=application", Lanes::Applications),
        ("by=category", Lanes::Categories),
        ("by=<script>", Lanes::States),
    ] {
        assert_eq!(Lanes::of_query(query), lanes, "{query}");
    }
}

#[test]
fn attention_is_shown_with_its_proof() {
    let english = read(&html(&ordinary_day(), Language::En));
    let attention: Vec<&str> = english
        .lines()
        .skip_while(|line| *line != "Focus sessions")
        .take_while(|line| *line != "In numbers")
        .collect();
    insta::assert_snapshot!(attention.join("\n"), @r"
    Focus sessions
    When
    Length
    Mostly
    Interruptions
    09:21 – 10:48
    1 h 27 min
    Work › Programming
    VS Code
    1
    11:26 – 11:53
    27 min
    Work › Programming
    VS Code
    1
    13:55 – 14:50
    55 min
    Work › Programming
    VS Code
    1
    15 minutes or more, three quarters of it in focus categories, no pause or other thing over 4 minutes.
    Interruptions
    One. After it, the way back took 2 min.
    Left at
    Left
    For
    How long
    Way back
    11:53
    Work › Programming
    Communication › Chat
    Slack
    6 min
    2 min
    Told from windows: a focus category was left for something else for under 15 minutes, and came back. Whether it came from outside or from you is not known; a pause to think in front of another window counts too. On simulated days, where the truth is known, half of those found were interruptions, and five in six interruptions were found.
    ");
}

#[test]
fn an_odd_day_does_not_break_the_figure() {
    // Twenty-five hours, watched from the first to the last.
    let range = TimeRange::parse("2026-10-24T22:00:00Z/2026-10-25T23:00:00Z").unwrap();
    let span = DaySpan {
        range,
        application: "VS Code".to_owned(),
        title: "\u{202e}כותרת".repeat(60),
        category: Arc::from(["Work".to_owned(), "Programming".to_owned()]),
        domain: None,
    };
    let long = Day { date: date(2026, 10, 25), range, now: None, ..of_spans(vec![span.clone()]) };
    let html_of = |day: &Day| html(day, Language::En);
    let whole = html_of(&long);
    assert!(whole.contains("x=\"0.00%\" width=\"100.00%\"") && whole.contains(">24:00</text>"));
    assert!(!whole.contains("<title>\u{202e}"));
    assert!(whole.contains("on Sunday, 25 October 2026") || whole.contains("in one piece"));
    let minute = TimeRange::from(range.start(), Duration::from_s(60));
    let brief = Day {
        date: date(2026, 10, 25),
        range,
        now: None,
        ..of_spans(vec![DaySpan { range: minute, ..span }])
    };
    assert!(html_of(&brief).contains("too little for a focus session"));
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
