//! What are the numbers, and how is each computed? A row for each measure, its thresholds from where
//! they are kept.

use attnd_core::Duration;
use attnd_engine::measure::{Level, LevelMeasures, MeasureConfig, Quantiles, Share};

use super::Report;
use super::document::{Cell, Column, Part, Section, Table, TableKind};
use super::section::rate_of;

/// A measure's name, its value, and how it is computed.
type Row = [String; 3];

/// Every measure.
pub(super) fn measures(report: &Report<'_>) -> Section {
    let text = report.text();
    let config = MeasureConfig::default();
    let mut rows = time(report, &config);
    rows.extend(interruptions(report, &config));
    rows.extend(breaks(report, &config));
    rows.extend(shape(report));
    Section {
        heading: text.measures(),
        lead: String::new(),
        parts: vec![Part::Table(Table {
            caption: text.measures(),
            kind: TableKind::Prose,
            columns: vec![
                Column::words(text.measure()),
                Column::words(text.value()),
                Column::words(text.computed()),
            ],
            rows: rows.into_iter().map(|row| row.map(Cell::Text).into()).collect(),
        })],
    }
}

fn time(report: &Report<'_>, config: &MeasureConfig) -> Vec<Row> {
    let (text, locale, measures) = (report.text(), report.locale, report.measures);
    let of_active =
        |time: Duration| text.time_and_share(&locale.length(time), &locale.percent(time, measures.active));
    let session_how = text.session_how(
        &locale.length(config.session_min),
        &percent(config.session_share),
        &locale.length(config.session_pause),
    );
    let longest = measures.sessions.iter().map(|session| session.range.duration()).max();
    let longest = longest.map_or_else(
        || text.none(),
        |longest| text.time_and_share(&locale.length(longest), &percent(measures.longest_session)),
    );
    let mut rows = vec![
        [text.active(), locale.length(measures.active), text.active_how()],
        [text.uncategorized(), of_active(measures.uncategorized), text.uncategorized_how()],
        [text.focus_time(), of_active(measures.focus), text.focus_how()],
        [text.sessions(), locale.count(measures.sessions.len()), session_how],
        [text.in_sessions(), of_active(measures.in_sessions), text.in_sessions_how()],
        [text.longest_session(), longest, text.longest_how()],
    ];
    for (share, minutes) in measures.deep_work.into_iter().zip([25, 60, 120]) {
        let least = locale.length(Duration::from_s(minutes * 60));
        rows.push([text.deep_work(&least), percent(share), text.deep_work_how(&least)]);
    }
    rows
}

/// How often one went from one to another, and how long one stayed.
pub(super) fn switches(report: &Report<'_>) -> Section {
    let (text, locale) = (report.text(), report.locale);
    let row = |level: &LevelMeasures| {
        let rate = level.switches_per_h.map(|rate| text.per_hour(&rate_of(rate)));
        let stay = level.dwell.as_ref().map(|dwell| locale.length(dwell.median));
        let cells = [
            name(report, level.level),
            rate.unwrap_or_else(|| text.none()),
            stay.unwrap_or_else(|| text.none()),
        ];
        cells.map(Cell::Text).into()
    };
    Section {
        heading: text.switching_between(),
        lead: text.switching_note(),
        parts: vec![Part::Table(Table {
            caption: text.switching_between(),
            kind: TableKind::Plain,
            columns: vec![
                Column::words(text.between()),
                Column::numbers(text.switches()),
                Column::numbers(text.stay()),
            ],
            rows: report.measures.levels.iter().map(row).collect(),
        })],
    }
}

fn name(report: &Report<'_>, level: Level) -> String {
    let text = report.text();
    match level {
        Level::Window => text.windows(),
        Level::Application => text.level_applications(),
        Level::Category => text.level_categories(),
        Level::Work => text.work(),
    }
}

fn interruptions(report: &Report<'_>, config: &MeasureConfig) -> Vec<Row> {
    let (text, locale, measures) = (report.text(), report.locale, report.measures);
    let how = text
        .interruption_how(&locale.length(config.interrupted_min), &locale.length(config.interruption_max));
    let lag = measures.resume_lag.as_ref().map(|lag| quartiles(report, lag));
    let mut rows = vec![
        [text.interruptions(), locale.count(measures.interruptions.len()), how],
        [text.resume_lag(), lag.unwrap_or_else(|| text.none()), text.resume_lag_how()],
    ];
    if let Some(share) = measures.self_interruption {
        let how = text.self_interruption_how(&locale.length(config.cue_window));
        rows.push([text.self_interruption(), percent(share), how]);
    }
    rows
}

fn quartiles(report: &Report<'_>, values: &Quantiles) -> String {
    let length = |length| report.locale.length(length);
    // Of fewer than four values there are no quarters.
    if values.count < 4 {
        return length(values.median);
    }
    report.text().quartiles(&length(values.median), &length(values.lower), &length(values.upper))
}

fn breaks(report: &Report<'_>, config: &MeasureConfig) -> Vec<Row> {
    let (text, locale, measures) = (report.text(), report.locale, report.measures);
    let together: Duration = measures.breaks.iter().map(|pause| pause.duration()).sum();
    let value = match measures.breaks.len() {
        0 => text.none(),
        count => text.breaks_value(&locale.count(count), &locale.length(together)),
    };
    let how = text.breaks_how(&locale.length(config.break_min), &locale.length(config.break_max));
    let unbroken = measures.longest_unbroken.map(|range| locale.length(range.duration()));
    vec![
        [text.breaks(), value, how],
        [
            text.unbroken(),
            unbroken.unwrap_or_else(|| text.none()),
            text.unbroken_how(&locale.length(config.break_min)),
        ],
    ]
}

/// How the time was cut up and spread.
fn shape(report: &Report<'_>) -> Vec<Row> {
    let (text, measures) = (report.text(), report.measures);
    let share = |share: Option<Share>| share.map_or_else(|| text.none(), |share| format!("{share:.2}"));
    vec![
        [text.fragmentation(), share(measures.fragmentation), text.fragmentation_how()],
        [text.variety(), share(measures.entropy), text.variety_how()],
        [text.transitions(), share(measures.transition_entropy), text.transitions_how()],
    ]
}

fn percent(share: Share) -> String {
    format!("{:.0}%", share * 100.0)
}
