//! `attnd flow`: where did time go?

use attnd_core::{Duration, Problem, Timestamp};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::period;
use crate::cli::{Flow, Global, Step};
use crate::client::{Client, encoded};
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
    let answer = Client::new(global)?.get(&path)?;
    let report: Report = serde_json::from_value(answer).map_err(|error| {
        Problem::new(
            attnd_core::ErrorCode::Internal,
            format!("the daemon's answer has another shape: {error}"),
        )
    })?;
    output.answer(&report, |report| words(report, options, &zone, output.language))
}

fn words(report: &Report, options: &Flow, zone: &TimeZone, language: Language) -> String {
    if report.active_s <= 0.0 {
        let nothing = "Nothing was sensed in this time. Is the watcher running? 'attnd doctor' tells.";
        return language.pick(nothing, "这段时间没有记录。采集器在运行吗？请运行 attnd doctor。").to_owned();
    }
    let mut text = headline(report, zone, language);
    text += &format!("\n\n{}\n", language.pick("Categories", "类别"));
    let categories = report.categories.iter().map(|category| (category.path.join(" › "), category.active_s));
    text += &table(categories, options.top, report.active_s, language);
    text += &format!("\n{}\n", language.pick("Applications", "应用"));
    let applications =
        report.applications.iter().map(|application| (application.name.clone(), application.active_s));
    text += &table(applications, options.top, report.active_s, language);
    if let Some(step) = options.by {
        text += &format!("\n{}\n", language.pick("Over time", "时间分布"));
        let label = |at: Timestamp| {
            let form = if step == Step::Hour { "%Y-%m-%d %H:%M" } else { "%Y-%m-%d" };
            at.jiff().to_zoned(zone.clone()).strftime(form).to_string()
        };
        let most = report.steps.iter().map(|step| step.active_s).fold(0.0, f64::max);
        let steps = report.steps.iter().map(|step| (label(step.from), step.active_s));
        text += &table(steps, usize::MAX, most, language);
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

/// Rows of label, time and a bar in proportion to `whole_s`; what is left out is one row.
fn table(rows: impl Iterator<Item = (String, f64)>, top: usize, whole_s: f64, language: Language) -> String {
    const BAR: f64 = 24.0;
    let rows: Vec<_> = rows.collect();
    let (shown, rest) = rows.split_at(top.min(rows.len()));
    let mut text = String::new();
    for (label, active_s) in shown {
        let cells = if whole_s > 0.0 { (active_s / whole_s * BAR).round() as usize } else { 0 };
        text += &format!("  {}{}  {}\n", padded(label), right(&said(*active_s, language)), "▪".repeat(cells));
    }
    if !rest.is_empty() {
        let sum = rest.iter().map(|(_, active_s)| active_s).sum();
        let others = match language {
            Language::English => format!("{} others", rest.len()),
            Language::Chinese => format!("其余 {} 项", rest.len()),
        };
        text += &format!("  {}{}\n", padded(&others), right(&said(sum, language)));
    }
    text
}

/// Cells a terminal gives a character: two from Hangul and Chinese on.
const fn cells_of(character: char) -> usize {
    if character as u32 >= 0x1100 && !matches!(character, '\u{2000}'..='\u{2BFF}') { 2 } else { 1 }
}

/// A time at the right of a column of 16 cells.
fn right(text: &str) -> String {
    const CELLS: usize = 16;
    let taken: usize = text.chars().map(cells_of).sum();
    " ".repeat(CELLS.saturating_sub(taken)) + text
}

/// A label in a column of 34 cells.
fn padded(label: &str) -> String {
    const CELLS: usize = 34;
    let mut text = String::new();
    let mut cells = 0;
    for character in label.chars() {
        if cells + cells_of(character) > CELLS - 2 {
            text.push('…');
            cells += 1;
            break;
        }
        text.push(character);
        cells += cells_of(character);
    }
    text + &" ".repeat(CELLS - cells)
}

fn said(seconds: f64, language: Language) -> String {
    language.duration(Duration::from_s_f64(seconds.max(0.0)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_in_both_scripts() {
        let cells = |text: &str| text.chars().map(cells_of).sum::<usize>();
        for label in [
            "Code",
            "工作 › 编程",
            "a very long name of an application that goes on",
            "很长的应用名称很长的应用名称很长的应用名称",
        ] {
            assert_eq!(cells(&padded(label)), 34, "{label}");
        }
        assert_eq!(cells(&right("2 小时 31 分钟")), 16);
        assert_eq!(cells(&right("9 h 59 min")), 16);
    }
}
