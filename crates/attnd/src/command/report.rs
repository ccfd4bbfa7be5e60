//! `attnd report`: writes a day, a week or a month into a file to read and to send.

use std::io::Write;
use std::path::{Path, PathBuf};

use attnd_core::{ErrorCode, Problem, Timestamp};
use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{period, private};
use crate::cli::{Global, Report, ReportLanguage, ReportPeriod};
use crate::client::{Client, encoded};
use crate::output::Output;
use crate::words::Language;

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Html,
    Markdown,
}

/// Where it goes.
#[derive(Debug, PartialEq, Eq)]
enum Target {
    StandardOutput,
    File(PathBuf),
}

pub(super) fn run(global: &Global, options: &Report, output: &Output) -> Result<(), Problem> {
    let (now, zone) = period::here();
    let date = date(options.period, options.date.as_deref(), now, &zone)?;
    let targets = targets(options)?;
    // Before anything is asked: a refusal leaves nothing half done.
    for (_, target) in &targets {
        if let Target::File(file) = target
            && !options.force
            && file.exists()
        {
            return Err(exists(file));
        }
    }
    let client = Client::new(global)?;
    let mut files = Vec::new();
    let mut printed = serde_json::Map::new();
    for (format, target) in &targets {
        let text = fetch(&client, options, *format, date, &zone, output.language)?;
        match target {
            Target::File(file) => {
                write(file, &text, options)?;
                files.push(json!({"format": format.code(), "file": file, "bytes": text.len()}));
            }
            Target::StandardOutput => {
                printed.insert(format.code().to_owned(), Value::String(text));
            }
        }
    }
    let mut document = json!({
        "period": options.period.code(),
        "date": date.to_string(),
        "names": if options.applications { "applications" } else { "categories" },
        "files": files,
    });
    if let Value::Object(fields) = &mut document {
        fields.append(&mut printed);
    }
    output.answer(&document, |document| words(document, options, output.language))
}

fn words(document: &Value, options: &Report, language: Language) -> String {
    if let Some(text) = ["markdown", "html"].iter().find_map(|format| document[*format].as_str()) {
        return text.to_owned();
    }
    let named = match (options.applications, language) {
        (false, Language::English) => "It names categories only.",
        (false, Language::Chinese) => "仅包含类别名称。",
        (true, Language::English) => "It names categories and applications.",
        (true, Language::Chinese) => "包含类别和应用名称。",
    };
    let files = document["files"].as_array().into_iter().flatten();
    let files: Vec<&str> = files.filter_map(|file| file["file"].as_str()).collect();
    match language {
        Language::English => format!("Written to {}. {named}", files.join(", ")),
        Language::Chinese => format!("已写入 {}。{named}", files.join("、")),
    }
}

/// The day the word names: of any period a day of it, a week as `2024-W05`, a month as `2024-01`.
fn date(period: ReportPeriod, word: Option<&str>, now: Timestamp, zone: &TimeZone) -> Result<Date, Problem> {
    let word = word.unwrap_or("today");
    let named = match period {
        ReportPeriod::Day => None,
        ReportPeriod::Week => word.split_once("-W").and_then(|(year, week)| {
            let week = ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, Weekday::Monday).ok()?;
            Some(week.date())
        }),
        ReportPeriod::Month => word
            .split_once('-')
            .filter(|(_, month)| month.len() == 2)
            .and_then(|(year, month)| Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()),
    };
    match named {
        Some(date) => Ok(date),
        None => period::day(word, now, zone).ok_or_else(|| {
            let also = match period {
                ReportPeriod::Day => "",
                ReportPeriod::Week => ", nor a week such as 2024-W05",
                ReportPeriod::Month => ", nor a month such as 2024-01",
            };
            let detail = format!("'{word}' is no day such as 2024-01-31, today or yesterday{also}");
            Problem::new(ErrorCode::InvalidTime, detail)
        }),
    }
}

/// What to write where: Markdown on standard output where nothing else is asked for.
fn targets(options: &Report) -> Result<Vec<(Format, Target)>, Problem> {
    let target = |path: &PathBuf| match path {
        path if path == Path::new("-") => Target::StandardOutput,
        path => Target::File(path.clone()),
    };
    let asked = [(Format::Html, &options.html), (Format::Markdown, &options.markdown)];
    let mut targets: Vec<_> =
        asked.into_iter().filter_map(|(format, path)| Some((format, target(path.as_ref()?)))).collect();
    if let [(_, first), (_, second)] = &targets[..]
        && first == second
    {
        return Err(Problem::new(ErrorCode::InvalidParameter, "--html and --markdown go to two places"));
    }
    if targets.is_empty() {
        targets.push((Format::Markdown, Target::StandardOutput));
    }
    Ok(targets)
}

fn fetch(
    client: &Client,
    options: &Report,
    format: Format,
    date: Date,
    zone: &TimeZone,
    language: Language,
) -> Result<String, Problem> {
    let language = match (options.lang, language) {
        (Some(ReportLanguage::En), _) | (None, Language::English) => "en",
        (Some(ReportLanguage::Zh), _) | (None, Language::Chinese) => "zh",
    };
    let path = format!(
        "/api/v1/report?period={}&date={date}&tz={}&lang={language}&format={}&names={}",
        options.period.code(),
        encoded(zone.iana_name().unwrap_or("UTC")),
        format.code(),
        if options.applications { "applications" } else { "categories" },
    );
    client
        .stream(&path)?
        .body_mut()
        .with_config()
        .limit(u64::MAX)
        .read_to_string()
        .map_err(|error| Problem::new(ErrorCode::DaemonUnreachable, format!("the answer broke off: {error}")))
}

/// Writes a file of the person's own; one that is there already only where they say so.
fn write(file: &Path, text: &str, options: &Report) -> Result<(), Problem> {
    let opened = if options.force { private::create(file) } else { private::create_new(file) };
    let written = opened.and_then(|mut out| out.write_all(text.as_bytes()).and_then(|()| out.sync_all()));
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => exists(file),
        _ => Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", file.display())),
    })
}

fn exists(file: &Path) -> Problem {
    Problem::new(ErrorCode::FileExists, file.display().to_string())
}

impl Format {
    const fn code(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Markdown => "markdown",
        }
    }
}

impl ReportPeriod {
    const fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_named_by_a_day_of_it_or_as_itself() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let now = Timestamp::parse("2026-03-05T20:00:00Z").unwrap();
        let date = |period, word| date(period, Some(word), now, &zone).map(|date| date.to_string());
        assert_eq!(date(ReportPeriod::Day, "today").unwrap(), "2026-03-06");
        assert_eq!(date(ReportPeriod::Week, "yesterday").unwrap(), "2026-03-05");
        assert_eq!(date(ReportPeriod::Week, "2026-W01").unwrap(), "2025-12-29");
        assert_eq!(date(ReportPeriod::Month, "2026-02").unwrap(), "2026-02-01");
        assert_eq!(date(ReportPeriod::Month, "2026-02-28").unwrap(), "2026-02-28");
        for (period, bad) in [
            (ReportPeriod::Day, "2026-02-30"),
            (ReportPeriod::Day, "2026-02"),
            (ReportPeriod::Day, "2026-03-01T10:00:00Z"),
            (ReportPeriod::Week, "2026-W54"),
            (ReportPeriod::Month, "2026-13"),
            (ReportPeriod::Month, "march"),
        ] {
            assert_eq!(date(period, bad).unwrap_err().code, ErrorCode::InvalidTime, "{bad}");
        }
    }
}
