//! `attnd flow`: where did time go?

use attnd_core::{Duration, Problem, Timestamp};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::period;
use crate::category_names::CategoryNames;
use crate::cli::{Flow, Global, Step};
use crate::client::{Client, encoded};
use crate::columns::{Bar, Grid, Room};
use crate::output::Output;
use crate::words::Language;

/// The daemon's answer.
#[derive(Deserialize, Serialize)]
struct Report {
    from: Timestamp,
    to: Timestamp,
    active_s: f64,
    applications: Vec<Application>,
    categories: Vec<Category>,
    steps: Vec<ReportStep>,
    simulated: bool,
}

#[derive(Deserialize, Serialize)]
struct Application {
    name: String,
    active_s: f64,
}

#[derive(Deserialize, Serialize)]
struct Category {
    path: Vec<String>,
    active_s: f64,
}

#[derive(Deserialize, Serialize)]
struct ReportStep {
    from: Timestamp,
    to: Timestamp,
    active_s: f64,
    categories: Vec<Category>,
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
    let zone_name = zone.iana_name().unwrap_or("UTC");
    let path = format!(
        "/api/v1/flow?from={}&to={}&by={by}&tz={}",
        encoded(&range.start().to_string()),
        encoded(&range.end().to_string()),
        encoded(zone_name),
    );
    let client = Client::new(global)?;
    let report: Report = serde_json::from_value(client.get(&path)?).map_err(|error| {
        Problem::new(
            attnd_core::ErrorCode::Internal,
            format!("the daemon's answer has another shape: {error}"),
        )
    })?;
    let names = CategoryNames::fetch(&client, output.language)?;
    output.answer(&report, |report| words(report, options, &names, &zone, output.language))
}

fn words(
    report: &Report,
    options: &Flow,
    names: &CategoryNames,
    zone: &TimeZone,
    language: Language,
) -> String {
    if report.active_s <= 0.0 {
        let nothing = "Nothing was sensed in this time. Is the watcher running? 'attnd doctor' tells.";
        return language.pick(nothing, "这段时间没有记录。采集器在运行吗？请运行 attnd doctor。").to_owned();
    }
    let room = Room::of_output();
    let mut text = headline(report, zone, language);
    let mut section = |heading: (&'static str, &'static str), grid: Grid| {
        text += &format!("\n\n{}\n{}", language.pick(heading.0, heading.1), grid.written(room).trim_end());
    };
    let categories: Vec<_> =
        report.categories.iter().map(|share| (names.of(&share.path), share.active_s)).collect();
    section(("Categories", "类别"), table(&categories, options.top, report.active_s, language));
    let applications: Vec<_> =
        report.applications.iter().map(|share| (share.name.clone(), share.active_s)).collect();
    section(("Applications", "应用"), table(&applications, options.top, report.active_s, language));
    if let Some(step) = options.by {
        let label = |at: Timestamp| {
            let form = if step == Step::Hour { "%Y-%m-%d %H:%M" } else { "%Y-%m-%d" };
            at.jiff().to_zoned(zone.clone()).strftime(form).to_string()
        };
        let most = report.steps.iter().map(|step| step.active_s).fold(0.0, f64::max);
        let steps: Vec<_> = report.steps.iter().map(|step| (label(step.from), step.active_s)).collect();
        section(("Over time", "时间分布"), table(&steps, usize::MAX, most, language));
    }
    text
}

fn headline(report: &Report, zone: &TimeZone, language: Language) -> String {
    let day = |at: Timestamp| at.jiff().to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
    let (from, to, active) = (day(report.from), day(report.to), said(report.active_s, language));
    match language {
        Language::English => {
            let simulated = if report.simulated { " (simulated data)" } else { "" };
            format!("{from} – {to}{simulated}: {active} at the computer.")
        }
        Language::Chinese => {
            let simulated = if report.simulated { "（模拟数据）" } else { "" };
            format!("{from} – {to}{simulated}：使用电脑 {active}。")
        }
    }
}

/// Rows of name, time and a bar in proportion to `whole_s`; what is left out is one row.
fn table(rows: &[(String, f64)], top: usize, whole_s: f64, language: Language) -> Grid {
    let mut grid = Grid::default();
    let (shown, rest) = rows.split_at(top.min(rows.len()));
    for (name, active_s) in shown {
        let part = if whole_s > 0.0 { active_s / whole_s } else { 0.0 };
        grid.row([name.clone(), said(*active_s, language)], Some(Bar::of(part)));
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
