//! What do the tables say? Days, hours of the week, sessions, interruptions, and what the time went to.

use std::collections::BTreeMap;

use attnd_core::Duration;
use attnd_engine::insight::InsightStep;
use attnd_engine::measure::{Interruption, MeasureConfig, Quantiles, WeekCell};
use jiff::ToSpan;

use super::document::{Cell, Column, Part, Section, Table, TableKind};
use super::{Names, Period, Report};
use crate::page::locale::percent_of;

/// Rows beyond these are summed up, or left out where a sum says nothing.
const ROWS: usize = 12;

/// Day by day; `None` for a single day.
pub(super) fn trend(report: &Report<'_>) -> Option<Section> {
    if report.steps.len() < 2 {
        return None;
    }
    let text = report.text();
    let most = report.steps.iter().map(|step| step.active).max().unwrap_or_default();
    let columns = vec![
        Column::words(text.day()),
        Column::words(text.bar()),
        Column::numbers(text.time()),
        Column::numbers(text.focus_time()),
        Column::numbers(text.sessions()),
        Column::numbers(text.longest_session()),
        Column::numbers(text.category_switches()),
        Column::numbers(text.interruptions()),
        Column::numbers(text.resume_lag()),
    ];
    Some(Section {
        heading: text.trend(),
        lead: text.trend_note(),
        parts: vec![Part::Table(Table {
            caption: text.trend(),
            kind: TableKind::Dates,
            columns,
            rows: report.steps.iter().map(|step| trend_row(report, step, most)).collect(),
        })],
    })
}

fn trend_row(report: &Report<'_>, step: &InsightStep, most: Duration) -> Vec<Cell> {
    let (text, locale) = (report.text(), report.locale);
    let date = locale.day_of(step.range.start());
    let mut row = vec![Cell::Text(report.day(date))];
    if step.active.is_zero() {
        row.extend(std::iter::repeat_n(Cell::Text(String::new()), 8));
        return row;
    }
    let longest = Some(step.longest_session).filter(|longest| !longest.is_zero());
    row.push(Cell::Bar {
        solid: percent_of(step.focus, most) / 100.0,
        pale: percent_of(step.active, most) / 100.0,
    });
    row.extend(
        [
            locale.length(step.active),
            locale.length(step.focus),
            step.sessions.to_string(),
            longest.map_or_else(|| text.none(), |longest| locale.length(longest)),
            step.switches_per_h.map_or_else(|| text.none(), |rate| text.per_hour(&rate_of(rate))),
            step.interruptions.to_string(),
            step.resume_lag.map_or_else(|| text.none(), |lag| locale.length(lag)),
        ]
        .map(Cell::Text),
    );
    row
}

/// Three digits say all that a rate of some days can.
pub(super) fn rate_of(per_h: f64) -> String {
    if per_h < 9.95 { format!("{per_h:.1}") } else { format!("{per_h:.0}") }
}

/// Hour × weekday: minutes of focus in an ordinary such hour; only of months.
pub(super) fn habits(report: &Report<'_>) -> Option<Section> {
    let table = report.habits?;
    let hours = busy_hours(table)?;
    let text = report.text();
    let mut columns = vec![Column::words(text.weekday())];
    columns.extend(hours.clone().map(|hour| Column::numbers(format!("{hour:02}"))));
    let most = table.iter().flatten().map(minutes).fold(0.0, f64::max);
    let monday = jiff::civil::date(2024, 1, 1);
    let rows = table.iter().zip(0_i64..).map(|(cells, day)| {
        let date = monday.saturating_add(day.days());
        let mut row = vec![Cell::Text(report.locale.weekday(date).to_owned())];
        row.extend(hours.clone().map(|hour| heat(&cells[hour], most)));
        row
    });
    Some(Section {
        heading: text.habits(),
        lead: text.habits_note(),
        parts: vec![Part::Table(Table {
            caption: text.habits(),
            kind: TableKind::Heat,
            columns,
            rows: rows.collect(),
        })],
    })
}

/// The hours of the day on which there is anything on any weekday.
fn busy_hours(table: &[[WeekCell; 24]; 7]) -> Option<std::ops::RangeInclusive<usize>> {
    let busy = |hour: &usize| table.iter().any(|day| !day[*hour].active.is_zero());
    let first = (0..24).find(busy)?;
    let last = (0..24).rev().find(busy)?;
    Some(first..=last)
}

/// Minutes of focus in one such hour.
fn minutes(cell: &WeekCell) -> f64 {
    if cell.hours == 0 { 0.0 } else { cell.focus.as_s_f64() / 60.0 / f64::from(cell.hours) }
}

fn heat(cell: &WeekCell, most: f64) -> Cell {
    let minutes = minutes(cell);
    if cell.active.is_zero() {
        return Cell::Heat { text: String::new(), depth: 0 };
    }
    let depth = if most > 0.0 { (minutes / most * 5.0).ceil() as u8 } else { 0 };
    Cell::Heat { text: format!("{minutes:.0}"), depth: depth.min(5) }
}

/// The focus sessions of a day, or the longest of a longer period.
pub(super) fn sessions(report: &Report<'_>) -> Section {
    let (text, locale) = (report.text(), report.locale);
    let mut sessions: Vec<_> = report.measures.sessions.iter().collect();
    let all = sessions.len();
    sessions.sort_by_key(|session| std::cmp::Reverse(session.range.duration()));
    sessions.truncate(ROWS);
    let lead = match (all, sessions.len()) {
        (0, _) => text.sessions_none(),
        (all, shown) if shown < all => text.sessions_longest(&shown.to_string(), &locale.count(all)),
        _ => String::new(),
    };
    sessions.sort_by_key(|session| session.range.start());
    let days = !matches!(report.period, Period::Day(_));
    let mut columns = vec![
        Column::words(text.from()),
        Column::words(text.to()),
        Column::numbers(text.length()),
        Column::numbers(text.focus_time()),
        Column::words(text.mostly_on()),
    ];
    if days {
        columns.insert(0, Column::words(text.day()));
    }
    if report.names == Names::Applications {
        columns.push(Column::words(text.mostly_in()));
    }
    columns.push(Column::numbers(text.interruptions()));
    let rows = sessions.into_iter().map(|session| {
        let mut row = vec![
            locale.clock(session.range.start()),
            locale.clock(session.range.end()),
            locale.length(session.range.duration()),
            locale.length(session.focus),
            report.category(&session.category),
        ];
        if days {
            row.insert(0, report.day(locale.day_of(session.range.start())));
        }
        if report.names == Names::Applications {
            row.push(report.application(&session.application));
        }
        row.push(session.interruptions.to_string());
        row.into_iter().map(Cell::Text).collect()
    });
    let table = Table { caption: text.sessions(), kind: TableKind::Dates, columns, rows: rows.collect() };
    Section { heading: text.sessions(), lead, parts: filled(table) }
}

/// What focus was left for, most often first.
pub(super) fn interruptions(report: &Report<'_>) -> Section {
    let (text, locale) = (report.text(), report.locale);
    let all = &report.measures.interruptions;
    let mut by: BTreeMap<(&[String], &str), Vec<&Interruption>> = BTreeMap::new();
    for interruption in all {
        // Told apart by application only where it may be named.
        let application = match report.names {
            Names::Categories => "",
            Names::Applications => &*interruption.application,
        };
        by.entry((&interruption.by, application)).or_default().push(interruption);
    }
    let mut by: Vec<_> = by.into_iter().collect();
    by.sort_by_key(|(_, interruptions)| std::cmp::Reverse(interruptions.len()));
    by.truncate(ROWS);
    let mut columns = vec![Column::words(text.left_for())];
    if report.names == Names::Applications {
        columns.push(Column::words(text.through()));
    }
    columns.extend([text.times(), text.handling(), text.resume_lag_median()].map(Column::numbers));
    let rows = by.into_iter().map(|((category, application), interruptions)| {
        let handling: Duration = interruptions.iter().map(|interruption| interruption.handling).sum();
        let mut row = vec![report.category(category)];
        if report.names == Names::Applications {
            row.push(report.application(application));
        }
        row.extend([
            locale.count(interruptions.len()),
            locale.length(handling),
            median_lag(&interruptions).map_or_else(|| text.none(), |lag| locale.length(lag)),
        ]);
        row.into_iter().map(Cell::Text).collect()
    });
    let lead = if all.is_empty() {
        text.interruptions_none(&locale.length(MeasureConfig::default().interruption_max))
    } else {
        text.interruptions_by()
    };
    let table =
        Table { caption: text.interruptions(), kind: TableKind::Plain, columns, rows: rows.collect() };
    Section { heading: text.interruptions(), lead, parts: filled(table) }
}

fn median_lag(interruptions: &[&Interruption]) -> Option<Duration> {
    let lags = interruptions.iter().map(|interruption| interruption.resume_lag).collect();
    Quantiles::of(lags).map(|lags| lags.median)
}

/// Categories, and applications where they may be named.
pub(super) fn went_to(report: &Report<'_>) -> Section {
    let text = report.text();
    let categories =
        report.categories.iter().map(|share| (report.category(&share.path), share.active)).collect();
    let mut parts = filled(shares(report, text.category(), categories));
    if report.names == Names::Applications {
        let applications =
            report.applications.iter().map(|share| (report.application(&share.name), share.active)).collect();
        parts.extend(filled(shares(report, text.application(), applications)));
    }
    Section { heading: text.went_to(), lead: String::new(), parts }
}

fn shares(report: &Report<'_>, name: String, mut shares: Vec<(String, Duration)>) -> Table {
    let (text, locale) = (report.text(), report.locale);
    let whole = report.measures.active;
    let most = shares.iter().map(|(_, active)| *active).max().unwrap_or_default();
    if shares.len() > ROWS + 1 {
        let others = shares.split_off(ROWS);
        let sum = others.iter().map(|(_, active)| *active).sum();
        shares.push((text.others(&locale.count(others.len())), sum));
    }
    let row = |(name, active): (String, Duration)| {
        let part = percent_of(active, most.max(active)) / 100.0;
        vec![
            Cell::Text(name),
            Cell::Share(part),
            Cell::Text(locale.length(active)),
            Cell::Text(locale.percent(active, whole)),
        ]
    };
    Table {
        caption: name.clone(),
        kind: TableKind::Plain,
        columns: vec![
            Column::words(name),
            Column::words(String::new()),
            Column::numbers(text.time()),
            Column::numbers(text.share()),
        ],
        rows: shares.into_iter().map(row).collect(),
    }
}

/// A table without rows is left out: its heading's lead says why.
fn filled(table: Table) -> Vec<Part> {
    if table.rows.is_empty() { Vec::new() } else { vec![Part::Table(table)] }
}
