//! What is in a report, before it is written down? Words, tables and charts in reading order, so
//! that HTML and Markdown cannot say different things.

use super::chart::{self, Chart};
use super::sentence::{self, Sentence};
use super::{Names, Origin, Period, Report, measure, section};

/// A report in words and numbers.
pub(super) struct Document {
    /// What it is a report of.
    pub(super) title: String,
    /// The period in dates.
    pub(super) period: String,
    /// What must be known before reading: that it is made up, that the period goes on.
    pub(super) notices: Vec<String>,
    /// How attention went, in one sentence.
    pub(super) sentence: String,
    /// How sure that is; empty where there is nothing to say.
    pub(super) certainty: String,
    /// The rest.
    pub(super) sections: Vec<Section>,
}

/// A part of a report under its own heading.
pub(super) struct Section {
    /// What it is about.
    pub(super) heading: String,
    /// How to read it; empty where that is plain.
    pub(super) lead: String,
    /// What it shows.
    pub(super) parts: Vec<Part>,
}

/// What a section shows.
pub(super) enum Part {
    /// States over time.
    Chart(Chart),
    /// Rows and columns.
    Table(Table),
}

/// Rows and columns; the first cell of a row is its heading.
pub(super) struct Table {
    /// What it is, for who does not see it.
    pub(super) caption: String,
    /// How it is set.
    pub(super) kind: TableKind,
    /// Headings.
    pub(super) columns: Vec<Column>,
    /// As many cells each as there are columns.
    pub(super) rows: Vec<Vec<Cell>>,
}

/// How a table is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TableKind {
    /// As most are.
    Plain,
    /// Many narrow columns, coloured by number.
    Heat,
    /// Its last column is prose.
    Prose,
    /// Its first column is dates, which are never cut.
    Dates,
}

/// A column's heading.
pub(super) struct Column {
    /// Its words.
    pub(super) label: String,
    /// On which side its cells stand.
    pub(super) side: Side,
}

/// On which side of a column its cells stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Words.
    Start,
    /// Numbers.
    End,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// Words or a number.
    Text(String),
    /// Parts of a whole, 0 to 1: the solid one, and the pale one that contains it.
    Bar { solid: f64, pale: f64 },
    /// A part of a whole, 0 to 1, of no state in particular.
    Share(f64),
    /// A number and how deep its colour is, 0 to 5.
    Heat { text: String, depth: u8 },
}

impl Column {
    pub(super) fn words(label: String) -> Self {
        Self { label, side: Side::Start }
    }

    pub(super) fn numbers(label: String) -> Self {
        Self { label, side: Side::End }
    }
}

/// Puts a report into words.
pub(super) fn document(report: &Report<'_>) -> Document {
    let text = report.text();
    let title = text.title(&short_period(report));
    let mut notices = Vec::new();
    if report.simulated == Origin::Simulated {
        notices.push(text.simulated());
    }
    if report.range.contains(report.generated) {
        notices.push(text.not_over());
    }
    if report.measures.active.is_zero() {
        return Document {
            title,
            period: period(report),
            notices,
            sentence: text.nothing(),
            certainty: text.nothing_why(),
            sections: vec![about(report)],
        };
    }
    let timeline = chart::chart(report).map(|chart| Section {
        heading: text.timeline(),
        lead: match report.period {
            Period::Day(_) => text.timeline_day(),
            Period::Week(_) | Period::Month(_) => text.timeline_days(),
        },
        parts: vec![Part::Chart(chart)],
    });
    let sections = [
        timeline,
        section::trend(report),
        section::habits(report),
        Some(section::sessions(report)),
        Some(section::interruptions(report)),
        Some(measure::switches(report)),
        Some(section::went_to(report)),
        Some(measure::measures(report)),
        Some(about(report)),
    ];
    let Sentence { said, certainty } = sentence::sentence(report);
    Document {
        title,
        period: period(report),
        notices,
        sentence: said,
        certainty,
        sections: sections.into_iter().flatten().collect(),
    }
}

fn short_period(report: &Report<'_>) -> String {
    let (text, locale) = (report.text(), report.locale);
    match report.period {
        Period::Day(date) => locale.date(date),
        Period::Week(monday) => {
            let week = monday.iso_week_date();
            text.week(&week.week().to_string(), &week.year().to_string())
        }
        Period::Month(first) => text.month(&locale.month(first), &first.year().to_string()),
    }
}

fn period(report: &Report<'_>) -> String {
    let locale = report.locale;
    let last = locale.day_of(report.range.end().saturating_sub(attnd_core::Duration::from_ns(1)));
    match report.period {
        Period::Day(date) => locale.date(date),
        Period::Week(first) | Period::Month(first) => {
            report.text().period_between(&locale.date(first), &locale.date(last))
        }
    }
}

/// Of when, where and by what it was made, and what it names.
fn about(report: &Report<'_>) -> Section {
    let (text, locale) = (report.text(), report.locale);
    let zone = locale
        .zone
        .iana_name()
        .map_or_else(|| format!("UTC{}", locale.local(report.range.start()).offset()), str::to_owned);
    let names = match report.names {
        Names::Categories => text.names_categories(),
        Names::Applications => text.names_applications(),
    };
    let moment = |at| text.moment(&locale.date(locale.day_of(at)), &locale.clock(at));
    let moments = text.period_between(&moment(report.range.start()), &moment(report.range.end()));
    let rows = [
        (text.period(), moments),
        (text.zone(), zone),
        (text.recorded_days(), report.days.to_string()),
        (text.generated(), moment(report.generated)),
        (text.contents(), names),
        (text.made_by(), format!("attnd {}", env!("CARGO_PKG_VERSION"))),
    ];
    let row = |(name, value)| vec![Cell::Text(name), Cell::Text(value)];
    Section {
        heading: text.about(),
        lead: String::new(),
        parts: vec![Part::Table(Table {
            caption: text.about(),
            kind: TableKind::Plain,
            columns: vec![Column::words(text.what()), Column::words(text.value())],
            rows: rows.into_iter().map(row).collect(),
        })],
    }
}
