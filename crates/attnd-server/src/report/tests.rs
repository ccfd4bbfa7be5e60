//! Does a report say what is so, name no more than it may, and stay whole whatever is in it?

use std::sync::LazyLock;

use attnd_core::{Duration, TimeRange, Timestamp};
use attnd_engine::CategoryRules;
use attnd_engine::flow::{CategoryShare, Share};
use attnd_engine::insight::InsightStep;
use attnd_engine::measure::{
    CategoryPath, FlowState, FocusSession, Interruption, Level, LevelMeasures, Measures, Quantiles, StateBin,
    StateRun, WeekCell, WeekTable,
};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::document::{Part, Table, document};
use super::{Names, Origin, Period, Picture, Report, html, markdown};
use crate::page::locale::Locale;
use crate::page::text::Language;

/// Everything a report borrows.
pub(super) struct Fixture {
    locale: Locale,
    period: Period,
    range: TimeRange,
    generated: Timestamp,
    measures: Measures,
    runs: Vec<StateRun>,
    bins: Vec<StateBin>,
    steps: Vec<InsightStep>,
    habits: Option<WeekTable>,
    categories: Vec<CategoryShare>,
    applications: Vec<Share>,
    days: u32,
    simulated: Origin,
}

static RULES: LazyLock<CategoryRules> = LazyLock::new(CategoryRules::default_rules);

const EDITOR: &str = "Sublime Merge";
const HOSTILE: &str = "<script>alert(1)</script>|`x`\n# [a](javascript:b) @all \u{202e}";

fn minutes(minutes: u32) -> Duration {
    Duration::from_s(minutes * 60)
}

fn path(name: &str) -> CategoryPath {
    name.split(" > ").map(str::to_owned).collect::<Vec<_>>().into()
}

fn quantiles(seconds: &[u32]) -> Option<Quantiles> {
    Quantiles::of(seconds.iter().map(|seconds| Duration::from_s(*seconds)).collect())
}

/// A day of states from minutes after midnight.
const DAY: [(u32, u32, FlowState); 12] = [
    (478, 492, FlowState::Shallow),
    (492, 540, FlowState::Focus),
    (540, 546, FlowState::Interrupted),
    (546, 579, FlowState::Focus),
    (579, 596, FlowState::Away),
    (596, 617, FlowState::Shallow),
    (617, 625, FlowState::Switching),
    (625, 640, FlowState::Shallow),
    (640, 700, FlowState::Away),
    (700, 742, FlowState::Shallow),
    (742, 805, FlowState::Focus),
    (805, 1_060, FlowState::Shallow),
];

impl Fixture {
    fn new(language: Language, period: Period, range: &str) -> Self {
        let locale = Locale { language, zone: TimeZone::get("Europe/Berlin").unwrap() };
        let range = TimeRange::parse(range).unwrap();
        Self {
            locale,
            period,
            range,
            generated: Timestamp::parse("2026-12-01T08:00:00Z").unwrap(),
            measures: measures(range.start()),
            runs: Vec::new(),
            bins: Vec::new(),
            steps: Vec::new(),
            habits: None,
            categories: categories(),
            applications: applications(),
            days: 1,
            simulated: Origin::Simulated,
        }
    }

    fn day(language: Language) -> Self {
        let mut day =
            Self::new(language, Period::Day(date(2026, 11, 20)), "2026-11-19T23:00:00Z/2026-11-20T23:00:00Z");
        let start = day.range.start();
        day.runs = DAY
            .iter()
            .map(|(from, to, state)| StateRun {
                range: TimeRange::from(start.saturating_add(minutes(*from)), minutes(to - from)),
                state: *state,
            })
            .collect();
        day
    }

    /// The week in which Berlin's clocks went back: 169 hours.
    fn week(language: Language) -> Self {
        let mut week = Self::new(
            language,
            Period::Week(date(2026, 10, 19)),
            "2026-10-18T22:00:00Z/2026-10-25T23:00:00Z",
        );
        week.fill();
        week
    }

    fn month(language: Language) -> Self {
        let mut month = Self::new(
            language,
            Period::Month(date(2026, 11, 1)),
            "2026-10-31T23:00:00Z/2026-11-30T23:00:00Z",
        );
        month.fill();
        let mut table: WeekTable = [[WeekCell::default(); 24]; 7];
        for (day, row) in table.iter_mut().enumerate().take(5) {
            for (hour, cell) in row.iter_mut().enumerate().take(19).skip(8) {
                let focus = minutes(u32::try_from((hour * 7 + day * 11) % 50).unwrap() * 4);
                *cell = WeekCell { active: minutes(200), focus, hours: 4 };
            }
        }
        month.habits = Some(table);
        month
    }

    /// The ordinary day on every weekday.
    fn fill(&mut self) {
        const BINS: u32 = 336;
        let length = Duration::from_ns(self.range.duration().ns() / i64::from(BINS));
        for index in 0..BINS {
            let start = self.range.start().saturating_add(Duration::from_ns(length.ns() * i64::from(index)));
            let range = TimeRange::from(start, length);
            self.bins.push(StateBin { range, time: self.states_in(range) });
        }
        let mut date = self.period.first();
        while self.locale.day_of(self.range.end()) > date {
            self.steps.push(self.step(date));
            date = date.tomorrow().unwrap();
        }
        self.days = u32::try_from(self.steps.iter().filter(|step| !step.active.is_zero()).count()).unwrap();
    }

    fn states_in(&self, range: TimeRange) -> [Duration; 5] {
        let mut time = [Duration::ZERO; 5];
        let local = self.locale.local(range.start());
        if local.weekday().to_monday_zero_offset() > 4 {
            return time;
        }
        let midnight = Timestamp::from_jiff(local.start_of_day().unwrap().timestamp()).unwrap();
        for (from, to, state) in DAY {
            let run = TimeRange::from(midnight.saturating_add(minutes(from)), minutes(to - from));
            if let Some(part) = run.intersection(range) {
                let sum = &mut time[state as usize];
                *sum = sum.saturating_add(part.duration());
            }
        }
        time
    }

    fn step(&self, day: Date) -> InsightStep {
        let range = attnd_engine::flow::local_day(day, &self.locale.zone).unwrap();
        let works = day.weekday().to_monday_zero_offset() < 5;
        let part = u32::try_from(day.day()).unwrap();
        let of = |length: u32| if works { minutes(length) } else { Duration::ZERO };
        InsightStep {
            range,
            active: of(400 + part),
            focus: of(144 + part * 3),
            uncategorized: of(20),
            sessions: if works { 3 } else { 0 },
            longest_session: of(63 + part),
            deep_work: 0.2,
            switches_per_h: works.then(|| 7.0 + f64::from(part) / 3.0),
            interruptions: part % 5,
            resume_lag: works.then(|| Duration::from_s(20 + part)),
            fragmentation: works.then_some(0.8),
        }
    }

    pub(super) fn report(&self, names: Names) -> Report<'_> {
        Report {
            locale: &self.locale,
            period: self.period,
            range: self.range,
            generated: self.generated,
            names,
            measures: &self.measures,
            picture: match self.period {
                Period::Day(_) => Picture::Runs(&self.runs),
                Period::Week(_) | Period::Month(_) => Picture::Bins(&self.bins),
            },
            steps: &self.steps,
            habits: self.habits.as_ref(),
            categories: &self.categories,
            applications: &self.applications,
            rules: &RULES,
            days: self.days,
            simulated: self.simulated,
        }
    }

    /// Every period in every language.
    fn all() -> Vec<(&'static str, Self)> {
        let named = |language: Language| {
            let code = language.code();
            [("day", Self::day(language)), ("week", Self::week(language)), ("month", Self::month(language))]
                .map(|(name, fixture)| (&*format!("{name}_{code}").leak(), fixture))
        };
        Language::ALL.into_iter().flat_map(named).collect()
    }
}

fn measures(start: Timestamp) -> Measures {
    let at = |minute: u32| start.saturating_add(minutes(minute));
    let session = |from: u32, length: u32, focus: u32, interruptions: u64| FocusSession {
        range: TimeRange::from(at(from), minutes(length)),
        focus: minutes(focus),
        category: path("Work > Programming"),
        application: EDITOR.into(),
        interruptions,
    };
    let interruption = |left: u32, by: &str, application: &str, handling: u32, lag_s: u32| {
        let resumed = at(left).saturating_add(minutes(handling)).saturating_add(Duration::from_s(lag_s));
        Interruption {
            left: at(left),
            resumed,
            suspended: path("Work > Programming"),
            by: path(by),
            application: application.into(),
            handling: minutes(handling),
            resume_lag: Duration::from_s(lag_s),
        }
    };
    let level = |level, switches, rate, dwell_s: &[u32]| LevelMeasures {
        level,
        switches,
        switches_per_h: Some(rate),
        dwell: quantiles(dwell_s),
    };
    Measures {
        active: minutes(505),
        focus: minutes(158),
        uncategorized: minutes(41),
        in_sessions: minutes(150),
        levels: vec![
            level(Level::Window, 812, 96.5, &[12, 30, 47]),
            level(Level::Application, 402, 47.8, &[40, 70, 95]),
            level(Level::Category, 96, 11.4, &[130, 200, 301]),
            level(Level::Work, 22, 2.6, &[900, 1_200]),
        ],
        sessions: vec![session(492, 87, 81, 1), session(742, 63, 63, 0)],
        deep_work: [0.297, 0.297, 0.0],
        longest_session: 0.172,
        fragmentation: Some(0.91),
        entropy_nats: Some(1.43),
        entropy: Some(0.73),
        transition_entropy: Some(0.61),
        interruptions: vec![
            interruption(540, "Communication > Mail", "Thunderbird", 5, 40),
            interruption(560, "Communication > Chat", HOSTILE, 2, 15),
            interruption(570, "Communication > Mail", "Thunderbird", 3, 75),
            interruption(760, "Uncategorized", "", 1, 20),
        ],
        resume_lag: quantiles(&[15, 20, 40, 75]),
        self_interruption: None,
        breaks: vec![TimeRange::from(at(579), minutes(17)), TimeRange::from(at(640), minutes(20))],
        longest_unbroken: Some(TimeRange::from(at(700), minutes(360))),
    }
}

fn categories() -> Vec<CategoryShare> {
    let share = |path: &[&str], minutes_: u32| CategoryShare {
        path: path.iter().map(|part| (*part).to_owned()).collect(),
        active: minutes(minutes_),
    };
    let mut shares = vec![
        share(&["Work", "Programming"], 158),
        share(&["Communication", "Mail"], 90),
        share(&["Communication", "Chat"], 66),
        share(&["Uncategorized"], 41),
        share(&["Work | *urgent*"], 40),
    ];
    shares.extend((0..12).map(|index| share(&["Media", &format!("Series {index}")], 9)));
    shares
}

fn applications() -> Vec<Share> {
    let share = |name: &str, length| Share { name: name.to_owned(), active: minutes(length) };
    vec![share(EDITOR, 158), share("Thunderbird", 90), share(HOSTILE, 66), share("", 41)]
}

#[test]
fn reports_read_as_they_did() {
    for (name, fixture) in Fixture::all() {
        insta::assert_snapshot!(format!("markdown_{name}"), markdown(&fixture.report(Names::Categories)));
    }
}

#[test]
fn a_report_looks_as_it_did() {
    let html = html(&Fixture::day(Language::En).report(Names::Categories)).unwrap();
    let body = html.split_once("</head>").unwrap().1;
    insta::assert_snapshot!("html_day_en", body.replace(env!("CARGO_PKG_VERSION"), "(version)"));
}

#[test]
fn by_default_only_categories_are_named() {
    for (name, fixture) in Fixture::all() {
        let report = fixture.report(Names::Categories);
        for text in [markdown(&report), html(&report).unwrap()] {
            for application in [EDITOR, "Thunderbird", "alert"] {
                assert!(!text.contains(application), "{name}: {application}");
            }
            assert!(text.contains("Programming") || text.contains("编程"), "{name}");
        }
        let report = fixture.report(Names::Applications);
        assert!(markdown(&report).contains(EDITOR) && html(&report).unwrap().contains(EDITOR), "{name}");
    }
}

#[test]
fn names_stay_names() {
    let report = Fixture::week(Language::En);
    let report = report.report(Names::Applications);
    let html = html(&report).unwrap();
    assert!(!html.contains("<script") && html.contains("&#60;script"), "{html}");
    assert!(!html.contains("</script"));
    let markdown = markdown(&report);
    assert!(!markdown.contains(['<', '@', '\u{202e}']), "{markdown}");
    for event in parsed(&markdown) {
        match event {
            Event::Html(text) | Event::InlineHtml(text) | Event::Code(text) => panic!("{text}"),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => panic!("{dest_url}"),
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough) => {
                panic!("a name is set as prose")
            }
            _ => {}
        }
    }
    let text = |event| if let Event::Text(text) = event { text.into_string() } else { String::new() };
    let read: String = parsed(&markdown).map(text).collect();
    assert!(read.contains("<script>alert(1)</script>|`x` # [a](javascript:b) @all"), "{read}");
    assert!(read.contains("Work | *urgent*"), "{read}");
}

fn parsed(markdown: &str) -> Parser<'_> {
    Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
}

/// A parser of CommonMark sees the tables as they are meant: as many, and each with all its cells.
#[test]
fn markdown_is_commonmark() {
    for (name, fixture) in Fixture::all() {
        let report = fixture.report(Names::Applications);
        let text = markdown(&report);
        let parts = document(&report).sections.into_iter().flat_map(|section| section.parts);
        let tables: Vec<Table> =
            parts.filter_map(|part| if let Part::Table(table) = part { Some(table) } else { None }).collect();
        let heads = parsed(&text).filter_map(|event| match event {
            Event::Start(Tag::Table(sides)) => Some(sides.len()),
            _ => None,
        });
        let meant = tables.iter().map(|table| table.columns.len());
        assert_eq!(heads.collect::<Vec<_>>(), meant.collect::<Vec<_>>(), "{name}");
        for line in text.lines().filter(|line| line.starts_with('|')) {
            assert!(line.ends_with(" |"), "{name}: {line}");
        }
        // A parser fills short rows up and cuts long ones: bars that are not escaped are counted here.
        let bars = |line: &str| line.replace("\\|", "").matches('|').count();
        let mut lines = text.lines().filter(|line| line.starts_with('|'));
        for table in &tables {
            for line in lines.by_ref().take(table.rows.len() + 2) {
                assert_eq!(bars(line), table.columns.len() + 1, "{name}: {line}");
            }
        }
        assert_eq!(lines.next(), None);
    }
}

#[test]
fn every_row_has_the_cells_of_its_head() {
    for (name, fixture) in Fixture::all() {
        for names in [Names::Categories, Names::Applications] {
            for section in document(&fixture.report(names)).sections {
                for part in section.parts {
                    let Part::Table(table) = part else { continue };
                    for row in &table.rows {
                        assert_eq!(row.len(), table.columns.len(), "{name}: {}", table.caption);
                    }
                }
            }
        }
    }
}

#[test]
fn nothing_recorded_is_said() {
    for language in Language::ALL {
        let mut empty = Fixture::week(language);
        empty.measures = Measures { active: Duration::ZERO, ..empty.measures };
        empty.generated = empty.range.start();
        let text = markdown(&empty.report(Names::Categories));
        insta::assert_snapshot!(format!("markdown_nothing_{}", language.code()), text);
        assert!(html(&empty.report(Names::Categories)).is_ok());
    }
}

/// Writes every report as a file, to be looked at: `ATTND_PAGES=<folder>`.
#[test]
fn reports_are_written_to_be_looked_at() {
    let Some(folder) = std::env::var_os("ATTND_PAGES").map(std::path::PathBuf::from) else { return };
    for (name, fixture) in Fixture::all() {
        for (names, mark) in [(Names::Categories, ""), (Names::Applications, "_applications")] {
            let report = fixture.report(names);
            std::fs::write(folder.join(format!("report_{name}{mark}.html")), html(&report).unwrap()).unwrap();
            std::fs::write(folder.join(format!("report_{name}{mark}.md")), markdown(&report)).unwrap();
        }
    }
}
