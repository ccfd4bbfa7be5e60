//! `attnd flow`: how did attention go, and what did the time go to?

mod measured;

use attnd_core::{Duration, ErrorCode, Problem, Timestamp};
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::Value;

use super::period;
use crate::category_names::CategoryNames;
use crate::cli::{Flow, Global, Step};
use crate::client::{Client, encoded};
use crate::columns::{Bar, Grid, Room};
use crate::output::Output;
use crate::words::Language;
use measured::Measured;

/// What is shown of the daemon's answer: what the time went to, and how attention went.
#[derive(Deserialize)]
struct Told {
    from: Timestamp,
    to: Timestamp,
    active_s: f64,
    applications: Vec<Application>,
    categories: Vec<Category>,
    simulated: bool,
    measures: Measured,
}

#[derive(Deserialize)]
struct Application {
    name: String,
    active_s: f64,
}

#[derive(Deserialize)]
struct Category {
    path: Vec<String>,
    active_s: f64,
}

pub(super) fn run(global: &Global, options: &Flow, output: &Output) -> Result<(), Problem> {
    let (now, zone) = period::here();
    let range = period::parse(options.from.as_deref(), options.to.as_deref(), now, &zone)?;
    let by = match options.by.unwrap_or(Step::Day) {
        Step::Hour => "hour",
        Step::Day => "day",
        Step::Week => "week",
        Step::Month => "month",
    };
    let period = format!(
        "from={}&to={}&by={by}&tz={}",
        encoded(&range.start().to_string()),
        encoded(&range.end().to_string()),
        encoded(zone.iana_name().unwrap_or("UTC")),
    );
    let client = Client::new(global)?;
    // One document, as programs want it: sums, and the measures under a key of their own.
    let mut answer = client.get(&format!("/api/v1/flow?{period}"))?;
    if let Value::Object(fields) = &mut answer {
        fields.insert("measures".to_owned(), client.get(&format!("/api/v1/measures?{period}"))?);
    }
    if output.is_json() {
        return output.answer(&answer, |_| String::new());
    }
    let told = Told::deserialize(&answer).map_err(|error| {
        Problem::new(ErrorCode::Internal, format!("the daemon's answer has another shape: {error}"))
    })?;
    let names = CategoryNames::fetch(&client, output.language)?;
    output.line(&words(&told, options, &names, &zone, output.language))
}

fn words(told: &Told, options: &Flow, names: &CategoryNames, zone: &TimeZone, language: Language) -> String {
    if told.active_s <= 0.0 {
        let nothing = "Nothing was sensed in this time. Is the watcher running? 'attnd doctor' tells.";
        return language.pick(nothing, "这段时间没有记录。采集器在运行吗？请运行 attnd doctor。").to_owned();
    }
    let room = Room::of_output();
    let measures = &told.measures;
    let mut text = format!("{}\n{}", headline(told, zone, language), measures.sentence(language));
    let mut section = |en, zh, grid: Grid| {
        text += &format!("\n\n{}\n{}", language.pick(en, zh), grid.written(room).trim_end());
    };
    section("Attention", "注意力", measures.attention(language));
    section("Switches", "切换", measures.switches(language));
    if let Some(grid) = measures.interrupted(options.top, names, language) {
        section("Interruptions", "打断", grid);
    }
    if let Some(step) = options.by {
        let label = |at: Timestamp| {
            let form = if step == Step::Hour { "%Y-%m-%d %H:%M" } else { "%Y-%m-%d" };
            at.jiff().to_zoned(zone.clone()).strftime(form).to_string()
        };
        section("Over time", "时间分布", measures.over_time(label, language));
    }
    let categories = told.categories.iter().map(|share| (names.of(&share.path), share.active_s)).collect();
    section("Categories", "类别", shares(categories, options.top, told.active_s, language));
    let applications = told.applications.iter().map(|share| (share.name.clone(), share.active_s)).collect();
    section("Applications", "应用", shares(applications, options.top, told.active_s, language));
    text
}

fn headline(told: &Told, zone: &TimeZone, language: Language) -> String {
    let day = |at: Timestamp| at.jiff().to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
    let simulated = match (told.simulated, language) {
        (false, _) => "",
        (true, Language::English) => " (simulated data)",
        (true, Language::Chinese) => "（模拟数据）",
    };
    format!("{} – {}{simulated}", day(told.from), day(told.to))
}

/// Rows of name, time and a bar in proportion to `whole_s`; what is left out is one row.
fn shares(rows: Vec<(String, f64)>, top: usize, whole_s: f64, language: Language) -> Grid {
    let mut grid = Grid::default();
    let (shown, rest) = rows.split_at(top.min(rows.len()));
    for (name, active_s) in shown {
        let part = if whole_s > 0.0 { active_s / whole_s } else { 0.0 };
        let cells = [name.clone(), said(*active_s, language), format!("{:.0}%", part * 100.0)];
        grid.row(cells, Some(Bar::of(part)));
    }
    if !rest.is_empty() {
        let sum = rest.iter().map(|(_, active_s)| active_s).sum();
        let others = match language {
            Language::English => format!("{} others", rest.len()),
            Language::Chinese => format!("其余 {} 项", rest.len()),
        };
        grid.row([others, said(sum, language)], None);
    }
    grid
}

fn said(seconds: f64, language: Language) -> String {
    language.duration(Duration::from_s_f64(seconds.max(0.0)).unwrap_or_default())
}
