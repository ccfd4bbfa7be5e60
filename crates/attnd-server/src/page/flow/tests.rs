//! Does the page say how attention went, whatever the period holds?

use std::sync::{Arc, LazyLock};

use attnd_core::{TimeRange, Timestamp};
use attnd_engine::CategoryRules;
use attnd_engine::flow::DaySpan;
use attnd_engine::insight::Insight;
use axum::http::HeaderMap;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use super::period::{Period, Unit};
use super::view::{Flow, Shown};
use crate::page::text::Language;
use crate::page::visitor::{Theme, Visitor};

pub(super) mod sample;

const TODAY: Date = date(2026, 11, 20);

fn visitor(language: Language) -> Visitor {
    let mut visitor = Visitor::of(&HeaderMap::new(), "");
    visitor.locale.language = language;
    visitor.locale.zone = TimeZone::get("Europe/Berlin").unwrap();
    visitor
}

/// What a test shows: a period and what was measured of it.
struct Case {
    period: Period,
    insight: Insight,
    spans: Vec<DaySpan>,
    sensed: Option<TimeRange>,
}

impl Case {
    fn of(unit: Unit) -> Self {
        let period = Period::of(unit, TODAY);
        let insight = sample::insight(period, &visitor(Language::En).locale.zone);
        let spans = if unit == Unit::Day { sample::spans(insight.range) } else { Vec::new() };
        Self { period, sensed: Some(insight.range), insight, spans }
    }

    fn empty(unit: Unit, day: Date) -> Self {
        let period = Period::of(unit, day);
        let insight = sample::nothing(period, &visitor(Language::En).locale.zone);
        Self { period, insight, spans: Vec::new(), sensed: None }
    }

    fn html(&self, visitor: &Visitor) -> String {
        static RULES: LazyLock<CategoryRules> = LazyLock::new(CategoryRules::default_rules);
        let flow = Flow {
            visitor,
            period: self.period,
            shown: Shown::All,
            insight: &self.insight,
            means: &[],
            answers: &[],
            spans: &self.spans,
            categories: &RULES,
            now: Timestamp::parse("2026-11-20T16:15:00Z").unwrap(),
            sensed: self.sensed,
        };
        flow.html().unwrap()
    }

    fn in_language(&self, language: Language) -> String {
        self.html(&visitor(language))
    }
}

fn headline(html: &str) -> &str {
    html.split("<h1>").nth(1).and_then(|rest| rest.split("</h1>").next()).unwrap()
}

#[test]
fn each_period_has_its_sentence() {
    let mut lines = Vec::new();
    for unit in Unit::ALL {
        let case = Case::of(unit);
        lines.extend(Language::ALL.map(|language| headline(&case.in_language(language)).to_owned()));
    }
    let past = Case { period: Period::of(Unit::Month, date(2026, 3, 3)), ..Case::of(Unit::Month) };
    lines.extend(Language::ALL.map(|language| headline(&past.in_language(language)).to_owned()));
    insta::assert_snapshot!(lines.join("\n"), @r"
    You had 4 h of focus today, in one piece, from 09:00 to 13:00. Chat cost 25 min and nine returns.
    今天您有 4 小时的专注，集中在一段，从 09:00 到 13:00。聊天打断了您 9 次，连同回到原处共用去 25 分钟。
    So far this week you had between 4 h and 4 h 25 min of focus a day, mostly between 9:00 and 12:00; coming back from an interruption took 1 min 10 s or less, half of the time.
    本周到现在，您每天的专注时间在 4 小时到 4 小时 25 分之间，大多在 9 点到 12 点之间；被打断后，有一半在 1 分 10 秒之内回到原来的事。
    Over these four weeks you had 4 h of focus on a typical day (between 3 h 46 min and 4 h 20 min on half of the days), mostly between 9:00 and 12:00; coming back from an interruption took 49 s or less, half of the time.
    这四周里，您一天的专注时间通常为 4 小时（一半的日子在 3 小时 46 分到 4 小时 20 分之间），大多在 9 点到 12 点之间；被打断后，有一半在 49 秒之内回到原来的事。
    So far in November 2026 you had 4 h 05 min of focus on a typical day (between 3 h 55 min and 4 h 18 min on half of the days), mostly between 9:00 and 12:00; coming back from an interruption took 50 s or less, half of the time.
    2026年11月到现在，您一天的专注时间通常为 4 小时 5 分（一半的日子在 3 小时 55 分到 4 小时 18 分之间），大多在 9 点到 12 点之间；被打断后，有一半在 50 秒之内回到原来的事。
    So far in quarter 4 of 2026 you had 4 h 10 min of focus on a typical day (between 3 h 56 min and 4 h 34 min on half of the days), mostly between 9:00 and 12:00; coming back from an interruption took 35 s or less, half of the time.
    2026年第4季度到现在，您一天的专注时间通常为 4 小时 10 分（一半的日子在 3 小时 56 分到 4 小时 34 分之间），大多在 9 点到 12 点之间；被打断后，有一半在 35 秒之内回到原来的事。
    So far in 2026 you had 4 h 15 min of focus on a typical day (between 3 h 55 min and 4 h 30 min on half of the days), mostly between 9:00 and 12:00; coming back from an interruption took 49 s or less, half of the time.
    2026年到现在，您一天的专注时间通常为 4 小时 15 分（一半的日子在 3 小时 55 分到 4 小时 30 分之间），大多在 9 点到 12 点之间；被打断后，有一半在 49 秒之内回到原来的事。
    In March 2026 you had 4 h 05 min of focus on a typical day (between 3 h 55 min and 4 h 18 min on half of the days), mostly between 9:00 and 12:00; coming back from an interruption took 50 s or less, half of the time.
    2026年3月，您一天的专注时间通常为 4 小时 5 分（一半的日子在 3 小时 55 分到 4 小时 18 分之间），大多在 9 点到 12 点之间；被打断后，有一半在 50 秒之内回到原来的事。
    ");
}

#[test]
fn days_without_focus_are_not_hidden_by_those_with_it() {
    let mut case = Case::of(Unit::FourWeeks);
    let recorded = case.insight.days as usize;
    case.insight.measures.sessions.truncate(recorded / 3);
    let html = case.in_language(Language::En);
    assert!(headline(&html).contains("half of the days had no focus session"), "{}", headline(&html));
    case.insight.measures.sessions.clear();
    let html = case.in_language(Language::En);
    assert!(headline(&html).contains("without a focus session of 15 min or more"), "{}", headline(&html));
    assert!(!headline(&html).contains("mostly between"));
}

#[test]
fn nothing_leads_to_where_something_is() {
    let mut case = Case::empty(Unit::Week, date(2025, 3, 3));
    let html = case.in_language(Language::En);
    assert!(html.contains("attnd watch"), "nothing at all teaches how to begin");
    assert!(!html.contains("<script defer"), "nothing to draw, nothing to load");
    case.sensed = TimeRange::parse("2026-01-05T08:00:00Z/2026-11-20T12:00:00Z").ok();
    let html = case.in_language(Language::En);
    assert!(!html.contains("attnd watch"));
    assert!(html.contains(r#"href="/flow/week/2026-01-11""#), "before the first: to the first");
    assert_eq!(headline(&html), "Over 3 – 9 March 2025 nothing was recorded.");
    case.period = Period::of(Unit::Week, date(2027, 3, 3));
    let html = case.in_language(Language::En);
    assert_eq!(headline(&html), "1 – 7 March 2027 is still to come.");
    assert!(html.contains(r#"href="/flow/week""#), "after the last: to the last");
}

#[test]
fn a_year_is_small_and_its_tables_short() {
    let html = Case::of(Unit::Year).in_language(Language::En);
    assert!(html.len() < 100_000, "{} bytes", html.len());
    for table in html.split("<table").skip(1) {
        let rows = table.split("</table>").next().unwrap().matches("<tr").count();
        assert!(rows <= 54, "{rows} rows");
    }
}

#[test]
fn names_from_outside_cannot_leave_the_data() {
    let mut case = Case::of(Unit::Day);
    case.spans[0].application = "</script><script>alert(1)</script>&".to_owned();
    case.insight.measures.interruptions[0].application = Arc::from("<img src=x>");
    let html = case.in_language(Language::En);
    assert!(!html.contains("<script>alert") && !html.contains("<img"));
    let data = html.split(r#"class="flow-data">"#).nth(1).unwrap().split("</script>").next().unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    assert!(
        data["names"].as_array().unwrap().iter().any(|name| name == "</script><script>alert(1)</script>&")
    );
    assert_eq!(data["bins"].as_array().unwrap().len(), 288 * 5);
}

#[test]
fn simulated_data_says_so_at_every_picture() {
    let mut case = Case::of(Unit::FourWeeks);
    case.insight.simulated = true;
    let html = case.in_language(Language::En);
    assert_eq!(html.matches("(simulated data)").count(), html.matches("<figure").count());
    assert!(html.contains("recorded from nobody"));
}

#[test]
fn thresholds_are_those_in_force() {
    let html = Case::of(Unit::FourWeeks).in_language(Language::En);
    let config = attnd_engine::measure::MeasureConfig::default();
    let locale = visitor(Language::En).locale;
    for threshold in [config.session_min, config.session_pause, config.interruption_max] {
        assert!(html.contains(&locale.length(threshold)));
    }
}

/// Writes every state of the page for looking at: `ATTND_PAGES=folder cargo test -p attnd-server`.
#[test]
fn every_state_can_be_written() {
    let mut states: Vec<(&str, Case)> =
        Unit::ALL.into_iter().map(|unit| (unit.code(), Case::of(unit))).collect();
    states.push(("none", Case::empty(Unit::FourWeeks, TODAY)));
    let sensed = TimeRange::new(
        Timestamp::parse("2026-01-05T08:00:00Z").unwrap(),
        Timestamp::parse("2026-10-20T08:00:00Z").unwrap(),
    );
    states.push(("gap", Case { sensed: sensed.ok(), ..Case::empty(Unit::Week, TODAY) }));
    for (name, case) in &states {
        for language in Language::ALL {
            for theme in [Theme::Light, Theme::Dark] {
                let html = case.html(&Visitor { theme, ..visitor(language) });
                assert!(html.contains("</html>"));
                if let Ok(folder) = std::env::var("ATTND_PAGES") {
                    let file = format!("{folder}/flow-{name}-{}-{}.html", language.code(), theme.code());
                    std::fs::write(file, html).unwrap();
                }
            }
        }
    }
}
